"""The verbs `sweep` and `reproduce`."""

import csv
import io
import json

import pytest

from mechdesign import experiments
from mechdesign.auctions import claims
from mechdesign.cli import main

TOLD = {"experiment": "facility_ratio", "grid": {"agents": [2, 3]}, "replications": 2, "seed": 4}


def call(capsys, *words):
    code = main([str(word) for word in words])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


@pytest.fixture
def described(tmp_path):
    path = tmp_path / "sweep.json"
    path.write_text(json.dumps(TOLD))
    return path


def test_reproduce(capsys, monkeypatch):
    code, out, _ = call(capsys, "reproduce", "auctions")
    assert code == 0
    assert "doi:10.1257/aer.97.1.242" in out
    assert "11 of 11 figures agree" in out
    code, out, _ = call(capsys, "reproduce", "bargaining", "--json")
    data = json.loads(out)
    assert data["agrees"] is True
    assert data["claims"][0]["standing"] == "reconstruction"
    code, out, _ = call(capsys, "reproduce", "auctions", "--csv")
    row = next(csv.DictReader(io.StringIO(out)))
    assert (row["claim"], row["agrees"]) == ("auctions.gsp_revenue", "yes")
    code, out, _ = call(capsys, "reproduce", "auctions", "--latex")
    assert r"\begin{tabular}" in out
    wrong = experiments.Claim("auctions.wrong", "two", "3", lambda: 2, "nobody")
    monkeypatch.setattr(claims, "CLAIMS", (wrong,))
    code, out, _ = call(capsys, "reproduce", "auctions")
    assert code == 1
    assert "NO: differs by -1" in out


def test_sweep_and_resume(capsys, described, tmp_path):
    output = tmp_path / "runs.jsonl"
    code, out, err = call(capsys, "sweep", described, "--output", output)
    assert (code, err) == (0, "")
    assert out.startswith("facility_ratio, seed 4")
    begun = output.read_bytes()
    code, again, _ = call(capsys, "sweep", described, "--output", output)
    assert (code, again) == (0, out)
    output.write_bytes(begun[:-5])
    code, again, err = call(capsys, "sweep", described, "--output", output, "--workers", 2)
    assert (code, again) == (0, out)
    assert "torn last line" in err
    assert output.read_bytes() == begun
    more = ("--output", output, "--replications", 3, "--json")
    code, out, _ = call(capsys, "sweep", described, *more)
    data = json.loads(out)
    assert data["replications"] == 3
    assert len(data["runs"]) == 6
    assert output.read_bytes().startswith(begun)
    code, out, err = call(capsys, "sweep", described, "--output", output, "--seed", 5)
    assert (code, out) == (2, "")
    assert "the seed of the file differs" in err
    direct = experiments.sweep("facility_ratio", {"agents": [2, 3]}, replications=3, rng=4)
    assert experiments.read_sweep(output).runs == direct.runs


def test_sweep_list_and_forms(capsys, described):
    code, out, _ = call(capsys, "sweep", "--list")
    assert code == 0
    assert "matching_ratio" in out
    code, out, _ = call(capsys, "sweep", described, "--csv")
    assert out.startswith("agents,measure,mean")
    code, out, _ = call(capsys, "sweep", described, "--latex")
    assert r"\toprule" in out


def test_sweep_reads_cells_and_exact_numbers(capsys, tmp_path):
    path = tmp_path / "sweep.json"
    cells = [{"rules": "nash", "modules": 3, "budget": {"$fraction": "1/3"}}]
    path.write_text(json.dumps({"experiment": "bargaining_price", "grid": cells}))
    code, out, _ = call(capsys, "sweep", path)
    assert code == 0
    assert "1/3" in out


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"experiment": "cooking"}, "facility_ratio"),
        ({"experiment": ["x"]}, "facility_ratio"),
        ({"grid": {}}, "at least one cell"),
        ({"grid": {"agents": []}}, "not be empty"),
        ({"grid": {"agents": [float("nan")]}}, "NaN"),
        ({"grid": {"colour": [1]}}, "colour"),
        ({"grid": {"agents": 3}}, "list of values"),
        ({"grid": {"agents": [{"$what": 1}]}}, "tags"),
        ({"grid": {"agents": [{"$fraction": "1/0"}]}}, "be what is written under $fraction"),
        ({"grid": {"agents": [{"$object": "facility.Line", "x": 1}]}}, "fields"),
        ({"grid": [3]}, "dict of lists"),
        ({"replications": 0}, "replications"),
        ({"replications": True}, "replications"),
        ({"seed": -1}, "seed"),
        ({"seed": "x"}, "seed"),
        ({"colour": 1}, "colour"),
        ({"grid": {"mechanisms": ["cooking"]}}, "mechanisms=cooking"),
    ],
    ids=repr,
)
def test_bad_files(capsys, tmp_path, change, told):
    path, output = tmp_path / "sweep.json", tmp_path / "runs.jsonl"
    path.write_text(json.dumps(TOLD | change))
    code, out, err = call(capsys, "sweep", path, "--output", output)
    assert (code, out) == (2, "")
    assert err.startswith("mechdesign: error:")
    assert err.count("\n") == 1
    assert told in err
    assert not output.exists()


@pytest.mark.parametrize("content", [b"", b"not json", b"\xff\xfe", b"[]", b"{}", b"[" * 100_000])
def test_no_description(capsys, tmp_path, content):
    path = tmp_path / "sweep.json"
    path.write_bytes(content)
    code, _, err = call(capsys, "sweep", path)
    assert code == 2
    assert err.startswith("mechdesign: error:")


def test_bad_words(capsys, described, tmp_path):
    for words, told in [
        (("--workers", 0), "workers"),
        (("--replications", 0), "replications"),
        (("--output", tmp_path), "folder"),
        (("--output", described), "file of a sweep"),
        (("--output", tmp_path / "no" / "x"), "folder that exists"),
    ]:
        code, out, err = call(capsys, "sweep", described, *words)
        assert (code, out) == (2, "")
        assert told in err
    assert call(capsys, "sweep")[0] == 2
    assert call(capsys, "sweep", tmp_path / "missing.json")[0] == 2
    for words in (["reproduce", "cooking"], ["sweep", "--workers", "x"]):
        with pytest.raises(SystemExit) as stop:
            main(words)
        assert stop.value.code == 2
