"""Sweeps: the same bytes however they are made, resumption, files, bad input."""

import functools
import json
import subprocess
import sys
from fractions import Fraction as F

import numpy as np
import pytest

from mechdesign import experiments, facility
from mechdesign.errors import InvalidInputError
from mechdesign.experiments import RunError, journal, read_sweep, sweep
from mechdesign.io.documents import line_of

GRID = {"n": [1, 2, 3], "scale": [1, F(1, 3)]}


def draw(rng, n, scale=1):
    """An exact and a float number."""
    whole = int(rng.integers(1000))
    return {"exact": scale * F(whole, n), "float": float(rng.random()) * n}


def fails_at_two(rng, n):
    if n == 2:
        raise ZeroDivisionError("by n")
    return n


def test_same_bytes_under_any_number_of_workers(tmp_path):
    paths = [tmp_path / f"{workers}.jsonl" for workers in (1, 2)]
    found = [
        sweep(draw, GRID, replications=5, rng=7, workers=k + 1, path=path)
        for k, path in enumerate(paths)
    ]
    assert found[0] == found[1] == sweep(draw, GRID, replications=5, rng=7)
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert found[0] != sweep(draw, GRID, replications=5, rng=8)


def test_seeds_come_from_the_position_only():
    found = sweep(draw, GRID, replications=2, rng=3)
    children = [child.spawn(2) for child in np.random.SeedSequence(3).spawn(6)]
    for run in found.runs:
        seed = children[run.cell][run.replication]
        assert run.key == seed.spawn_key
        assert draw(np.random.default_rng(seed), **run.parameters) == run.values
        assert draw(found.rng(run), **run.parameters) == run.values
    root = np.random.SeedSequence(3)
    assert sweep(draw, GRID, replications=2, rng=root) == found
    assert root.n_children_spawned == 0
    nested = sweep(draw, GRID, rng=np.random.SeedSequence(3, spawn_key=(9,)))
    assert nested.runs[0].key == (9, 0, 0)
    assert "spawn key" in str(nested)


def test_more_replications_begin_with_the_fewer(tmp_path):
    short, long = tmp_path / "short", tmp_path / "long"
    sweep(draw, GRID, replications=2, rng=1, path=short)
    begun = short.read_bytes()
    whole = sweep(draw, GRID, replications=4, rng=1, path=long)
    assert long.read_bytes().startswith(begun)
    assert sweep(draw, GRID, replications=4, rng=1, path=short) == whole
    assert short.read_bytes() == long.read_bytes()
    fewer = sweep(draw, GRID, replications=2, rng=1, path=short)
    assert len(fewer) == 12
    assert fewer.runs == tuple(run for run in whole.runs if run.replication < 2)


@pytest.mark.parametrize("workers", [1, 2])
def test_every_prefix_of_the_file_is_resumed(tmp_path, workers):
    path = tmp_path / "runs.jsonl"
    whole = sweep(draw, {"n": [1, 2]}, replications=2, rng=1, path=path)
    content = path.read_bytes()
    ends = range(0, len(content) + 1, 97 if workers == 1 else 331)
    for end in ends:
        path.write_bytes(content[:end])
        again = sweep(draw, {"n": [1, 2]}, replications=2, rng=1, path=path, workers=workers)
        assert again == whole
        assert path.read_bytes() == content
        begun = content[:end]
        torn = begun.count(b"\n") and not begun.endswith(b"\n")
        assert bool(again.decisions) == bool(torn)


def test_a_killed_process(tmp_path):
    script, path, whole = (tmp_path / name for name in ("script.py", "runs", "whole"))
    script.write_text(
        "import sys, time\n"
        "from mechdesign.experiments import sweep\n"
        "def noisy(rng, n):\n"
        "    if n == 3:\n"
        "        print('now', flush=True)\n"
        "        time.sleep(600)\n"
        "    return n * float(rng.random())\n"
        "sweep(noisy, {'n': [1, 2, 3]}, replications=2, path=sys.argv[-1])\n"
    )
    command = [sys.executable, script, path]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "now\n"
        process.kill()
    assert process.returncode == (1 if sys.platform == "win32" else -9)
    assert len(path.read_text().splitlines()) == 3

    def noisy(rng, n):
        return n * float(rng.random())

    for file in (path, whole):
        sweep(noisy, {"n": [1, 2, 3]}, replications=2, path=file, workers=2)
    assert path.read_bytes() == whole.read_bytes()


def test_finished_runs_are_not_made_again(tmp_path):
    path = tmp_path / "runs.jsonl"
    calls, steps = [], []

    def counted(rng, n):
        calls.append(n)
        return n

    sweep(counted, {"n": [1, 2]}, replications=2, path=path)
    sweep(counted, {"n": [1, 2]}, replications=3, path=path, progress=lambda: steps.append(1))
    assert calls == [1, 2] * 3
    assert len(steps) == 6


def test_exact_numbers_survive_the_file(tmp_path):
    path = tmp_path / "runs.jsonl"
    grid = [{"n": 3, "scale": F(1, 7)}, {"n": 10**30}]
    found = sweep(draw, grid, replications=2, path=path)
    back = read_sweep(path)
    assert back.runs == found.runs
    assert isinstance(back.runs[0].values["exact"], F)
    assert back.cells == found.cells
    assert back.table() == found.table()
    assert found.table().column("scale")[2:] == [None, None]
    path.write_bytes(path.read_bytes().rsplit(b"\n", 2)[0] + b"\n")
    assert read_sweep(path).decisions == ("3 of 4 runs are finished",)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"rng": 1}, "seed"),
        ({"grid": {"n": [1, 3]}}, "hash of the grid"),
        ({"grid": {"n": [2, 1]}}, "hash of the grid"),
        ({"grid": {"n": [1, 2, 3]}}, "cells"),
        ({"function": fails_at_two}, "function"),
    ],
)
def test_file_of_another_sweep(tmp_path, change, told):
    path = tmp_path / "runs.jsonl"
    arguments = {"function": draw, "grid": {"n": [1, 2]}, "rng": 0, "path": path}
    sweep(**arguments)
    before = path.read_bytes()
    with pytest.raises(InvalidInputError, match=f"the {told} of the file differs"):
        sweep(**arguments | change)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "content",
    [
        b"n,mean\n1,2\n",
        b"no line",
        b'{"experiment": 1}',
        b'{"kind": "mechdesign sweep"}\n',
        b"[]\n",
        b"\xff\xfe\n",
        b"\n",
    ],
)
def test_other_files_are_left_alone(tmp_path, content):
    path = tmp_path / "file"
    path.write_bytes(content)
    for call in (lambda: sweep(draw, {"n": [1]}, path=path), lambda: read_sweep(path)):
        with pytest.raises(InvalidInputError, match="file of a sweep"):
            call()
    assert path.read_bytes() == content


def signed(line):
    """A line with the checksum of what it says now, where it is JSON."""
    try:
        data = json.loads(line)
    except ValueError:
        return line
    return line_of({k: v for k, v in data.items() if k != "crc32"}).decode().rstrip()


def test_a_changed_digit_is_noticed_with_its_line(tmp_path):
    path = tmp_path / "runs.jsonl"
    sweep(draw, {"n": [1, 2]}, path=path, replications=3)
    before = path.read_text()
    lines = before.splitlines()
    changed = 0
    for number, line in enumerate(lines, 1):
        for at in [k for k, letter in enumerate(line) if letter.isdecimal()]:
            digit = str((int(line[at]) + 1) % 10)
            lines[number - 1] = line[:at] + digit + line[at + 1 :]
            path.write_text("\n".join(lines) + "\n")
            with pytest.raises(InvalidInputError) as caught:
                read_sweep(path)
            assert number == 1 or f"line {number}" in str(caught.value)
            changed += 1
        lines[number - 1] = line
    assert changed > 100
    path.write_text(before)
    assert len(read_sweep(path)) == 6


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"cell": 1', '"cell": 5', "line 3"),
        ('"n": 2', '"n": 4', "parameters of cell 1"),
        ('"values"', '"value"', "line"),
        ('{"cell": 1', '{"cell": 1, 1', "line 3"),
        ('"schema": 1', '"schema": 99', "schema"),
    ],
)
def test_broken_lines(tmp_path, old, new, told):
    path = tmp_path / "runs.jsonl"
    sweep(draw, {"n": [1, 2]}, path=path)
    lines = path.read_text().replace(old, new).splitlines()
    path.write_text("\n".join(map(signed, lines)) + "\n")
    with pytest.raises(InvalidInputError, match=told):
        sweep(draw, {"n": [1, 2]}, path=path, replications=2)


def test_two_results_of_one_run(tmp_path):
    path = tmp_path / "runs.jsonl"
    sweep(draw, {"n": [1]}, path=path)
    line = path.read_text().splitlines()[1]
    path.write_text(path.read_text() + line + "\n")
    assert len(read_sweep(path)) == 1
    other = json.loads(line)
    other["values"]["float"] = 0.5
    path.write_text(path.read_text() + signed(json.dumps(other)) + "\n")
    with pytest.raises(InvalidInputError, match="another result of the same run in line 4"):
        read_sweep(path)


def test_two_writers_are_noticed(tmp_path):
    path = tmp_path / "runs.jsonl"

    def meddle(rng, n):
        if n == 2:
            with path.open("a") as file:
                file.write("x")
        return n

    with pytest.raises(InvalidInputError, match="one process at a time"):
        sweep(meddle, {"n": [1, 2]}, path=path)


def test_other_versions_are_told_and_written(tmp_path, monkeypatch):
    path = tmp_path / "runs.jsonl"
    sweep(draw, {"n": [1, 2]}, path=path)
    newer = journal.installed() | {"numpy": "99"}
    monkeypatch.setattr(journal, "installed", lambda: newer)
    found = sweep(draw, {"n": [1, 2]}, replications=3, path=path)
    assert any("the last runs of the file come from python" in told for told in found.decisions)
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert [k for k, line in enumerate(lines) if "packages" in line] == [0, 3]
    assert sweep(draw, {"n": [1, 2]}, replications=3, path=path).decisions == ()


@pytest.mark.parametrize("workers", [1, 2])
def test_a_failing_run_names_its_parameters(tmp_path, workers):
    path = tmp_path / "runs.jsonl"
    with pytest.raises(RunError, match="n=2, replication 0 failed: ZeroDivisionError") as caught:
        sweep(fails_at_two, {"n": [1, 2, 3]}, replications=2, workers=workers, path=path)
    assert caught.value.parameters == {"n": 2}
    assert "fails_at_two" in caught.value.__notes__[0]
    assert len(path.read_text().splitlines()) == 2


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), "three", None, {}, {1: 2}, {"x": 1j}])
def test_results_must_be_numbers(tmp_path, bad):
    path = tmp_path / "runs.jsonl"
    with pytest.raises(RunError, match="n=1"):
        sweep(lambda rng, n: bad, {"n": [1]}, path=path)
    assert not path.exists()


def test_results_must_have_the_same_names():
    with pytest.raises(RunError, match="it returned b instead of a"):
        sweep(lambda rng, n: {"ab"[n]: 1}, {"n": [0, 1]})


def test_kinds_of_results():
    found = sweep(lambda rng, n: np.bool_(n > 1), {"n": [1, 2]})
    assert [run.values for run in found.runs] == [{"value": 0}, {"value": 1}]
    found = sweep(lambda rng: np.float64(0.5), [{}])
    assert found.table().rows == (("value", 0.5, None, None, None, 1),)
    partial = sweep(functools.partial(draw, scale=2), {"n": [1]})
    assert partial.function == "partial"


def test_table_and_exports():
    found = sweep(draw, {"n": [1, 2], "scale": [1]}, replications=30, rng=2)
    table = found.table(level=0.9)
    assert table.columns[:3] == ("n", "scale", "measure")
    row = dict(zip(table.columns, table.rows[1], strict=True))
    values = [float(v) for v in found.samples(0, "float")]
    assert row["mean"] == pytest.approx(np.mean(values))
    assert row["standard error"] == pytest.approx(np.std(values, ddof=1) / 30**0.5)
    assert row["low"] < row["mean"] < row["high"]
    assert row["runs"] == 30
    wide = found.table(level=0.99)
    assert wide.column("high")[1] > table.column("high")[1]
    same = sweep(lambda rng, mean: F(1, 3), {"mean": [1]}, replications=3).table()
    assert same.columns[0] == "mean (parameter)"
    assert same.column("mean") == [F(1, 3)]
    assert same.column("standard error") == [0]
    data = json.loads(json.dumps(found.to_dict()))
    assert len(data["runs"]) == 60
    assert data["table"]["columns"][0] == "n"
    assert found.to_csv().startswith("n,scale,measure")
    assert "tabular" in found.to_latex()
    assert "<table>" in found._repr_html_()
    assert repr(found) == "<sweep of draw: 2 cells x 30 replications, seed 2>"
    for call in (lambda: found.samples(2, "float"), lambda: found.samples(0, "x")):
        with pytest.raises(InvalidInputError):
            call()
    huge = sweep(lambda rng, n: n, {"n": [10**400]})
    assert huge.runs[0].values == {"value": 10**400}
    with pytest.raises(InvalidInputError, match="range of floats"):
        huge.table()
    with pytest.raises(InvalidInputError, match="level"):
        found.table(level=1)


def test_frame():
    pytest.importorskip("pandas")
    frame = sweep(draw, {"n": [1, 2]}, replications=2).to_frame()
    assert list(frame.columns) == ["n", "replication", "exact", "float"]
    assert len(frame) == 4


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"grid": {}}, "at least one cell"),
        ({"grid": []}, "at least one cell"),
        ({"grid": {"n": []}}, "not be empty"),
        ({"grid": {"n": 3}}, "list of values"),
        ({"grid": {"n": "abc"}}, "list of values"),
        ({"grid": {"n": {1, 2}}}, "list of values"),
        ({"grid": {"n": [1, 1]}}, "cell twice"),
        ({"grid": {"n": [float("nan")]}}, "NaN"),
        ({"grid": {"n": [(1, float("nan"))]}}, "NaN"),
        pytest.param({"grid": {"n": [object()]}}, "made of numbers", id="an object"),
        ({"grid": {"n": [facility.median]}}, "given by its name"),
        ({"progress": 3}, "progress"),
        ({"grid": {"n": [1], "colour": [2]}}, "colour"),
        ({"grid": {"scale": [1]}}, "'n'"),
        ({"grid": {"n": [1], "rng": [2]}}, "other than rng"),
        ({"grid": {1: [2]}}, "names of parameters"),
        ({"grid": [[1]]}, "dict of lists"),
        ({"grid": 5}, "dict of lists"),
        ({"grid": None}, "dict of lists"),
        ({"function": 3}, "callable"),
        ({"function": "cooking"}, "facility_ratio"),
        ({"replications": 0}, "replications"),
        ({"replications": True}, "replications"),
        ({"replications": 1.5}, "replications"),
        ({"replications": float("nan")}, "replications"),
        ({"workers": 0}, "workers"),
        ({"workers": -1}, "workers"),
        ({"rng": "x"}, "rng"),
        ({"rng": True}, "rng"),
        ({"rng": -1}, "rng"),
        ({"path": 3}, "path"),
    ],
    ids=repr,
)
def test_bad_input_is_one_error_before_anything(tmp_path, change, told):
    calls = []

    def counted(rng, n, scale=1):
        calls.append(n)
        return 1

    path = tmp_path / "runs.jsonl"
    with pytest.raises(InvalidInputError, match=told):
        sweep(**{"function": counted, "grid": {"n": [1]}, "path": path} | change)
    assert not calls
    assert not path.exists()


def test_bad_paths(tmp_path):
    for path, told in ((tmp_path, "folder"), (tmp_path / "no" / "x", "folder that exists")):
        with pytest.raises(InvalidInputError, match=told):
            sweep(draw, {"n": [1]}, path=path)
    with pytest.raises(InvalidInputError, match="existing file"):
        read_sweep(tmp_path / "nothing")
    path = tmp_path / "runs.jsonl"
    sweep(draw, {"n": [1]}, path=path)
    path.write_bytes(path.read_bytes().split(b"\n")[0] + b"\n")
    with pytest.raises(InvalidInputError, match="at least one run"):
        read_sweep(path)


def test_lists_reach_the_function_as_tuples():
    given = []
    sweep(lambda rng, x: given.append(x) or 1, {"x": [[1, [2]], {"a": [3]}]})
    assert given == [(1, (2,)), {"a": (3,)}]
    arrays = sweep(lambda rng, x: x, {"x": np.arange(3)})
    assert [run.values["value"] for run in arrays.runs] == [0, 1, 2]


def test_everything_public_is_there():
    for name in experiments.__all__:
        assert getattr(experiments, name) is not None
