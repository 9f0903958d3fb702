"""The command line: verbs, forms of output, exit codes, errors."""

import csv
import io
import json
import subprocess
import sys

import pytest

from mechdesign.cli import main


def call(capsys, *words):
    code = main(words)
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_list(capsys):
    code, out, _ = call(capsys, "list", "facility")
    assert code == 0
    assert "facility.uniform_phantom" in out
    assert "auctions" not in out
    code, out, _ = call(capsys, "list", "--axioms")
    assert "strategyproofness" in out
    code, out, _ = call(capsys, "list", "--csv")
    assert {"mechanism", "summary"} == set(next(csv.DictReader(io.StringIO(out))))


def test_audit_exit_codes(capsys):
    holds = ("audit", "facility.median", "--agents", "2", "--grid", "4")
    code, out, _ = call(capsys, *holds, "--axioms", "strategyproofness,unanimity")
    assert code == 0
    assert "grid 1/4" in out
    code, out, _ = call(
        capsys,
        "audit",
        "facility.average",
        "facility.median",
        "--agents",
        "2",
        "--grid",
        "4",
        "--axioms",
        "strategyproofness",
    )
    assert code == 1
    assert "Counterexamples" in out
    code, out, _ = call(capsys, *holds, "--axioms", "individual_rationality")
    assert code == 3
    assert "reserve" in out
    code, _, _ = call(capsys, *holds, "--axioms", "strategyproofness", "--max-checks", "1")
    assert code == 3


def test_audit_forms(capsys):
    words = ("audit", "facility.average", "--agents", "2,3", "--grid", "2", "--axioms", "unanimity")
    _, out, _ = call(capsys, *words, "--json")
    data = json.loads(out)
    assert data["schema"] == 1
    assert data["axioms"] == ["unanimity"]
    _, out, _ = call(capsys, *words, "--csv")
    assert next(csv.DictReader(io.StringIO(out)))["status"] == "HOLDS"
    _, out, _ = call(capsys, *words, "--latex")
    assert out.startswith(r"\begin{tabular}")


def test_audit_scope_words(capsys):
    words = ("audit", "auctions.gsp", "--agents", "2", "--axioms", "strategyproofness")
    code, out, _ = call(capsys, *words, "--scope", "slots=2,1", "--scope", "grid=2")
    assert code in (0, 1)
    assert "slots 2, 1" in out
    code, _, err = call(capsys, *words, "--scope", "slots")
    assert code == 2
    assert "word=value" in err
    code, _, err = call(capsys, *words, "--scope", "colour=3")
    assert code == 2


def test_verify_replays(capsys, tmp_path):
    words = ("audit", "facility.average", "--agents", "2", "--grid", "2")
    _, out, _ = call(capsys, *words, "--axioms", "strategyproofness", "--json")
    path = tmp_path / "audit.json"
    path.write_text(out)
    code, out, _ = call(capsys, "verify", str(path))
    assert code == 0
    assert "confirmed" in out
    code, out, _ = call(capsys, "verify", str(path), "--mechanism", "facility.median")
    assert code == 1
    assert "NOT confirmed" in out
    path.write_text("not json")
    assert call(capsys, "verify", str(path))[0] == 2
    path.write_text('{"schema": 1, "verdicts": []}')
    assert call(capsys, "verify", str(path))[0] == 2
    assert call(capsys, "verify", str(tmp_path / "missing.json"))[0] == 2


def test_demo_says_it_in_words(capsys):
    code, out, _ = call(capsys, "demo")
    assert code == 0
    flat = " ".join(out.split())
    assert "The mean puts RoBERTa first (89.63 against 89.48)" in flat
    assert "Borda puts XLNet first (21 against 20)" in flat
    assert "RoBERTa beats XLNet 5 tasks to 4" in flat
    assert "facility.average violates strategyproofness" in flat
    assert "auctions.gsp violates strategyproofness" in flat
    code, out, _ = call(capsys, "demo", "--json")
    assert len(json.loads(out)["audits"]) == 2


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\x01\xff\xfe\x00",
        b"system,a,b\nx,1,2\ny,1\n",
        b"system,a\nx,nan\ny,inf\n",
        b"system,a\nx,one\ny,two\n",
        b"system\nx\n",
        b"\n\n\n",
    ],
    ids=["empty", "binary", "ragged", "nan", "text", "no task", "blank"],
)
def test_bad_tables_are_one_clear_error(capsys, tmp_path, content):
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    code, out, err = call(capsys, "rank", str(path))
    assert code == 2
    assert out == ""
    assert "mechdesign: error:" in err
    assert "Traceback" not in err


def test_no_such_file_and_a_folder(capsys, tmp_path):
    for path in (tmp_path / "missing.csv", tmp_path):
        code, _, err = call(capsys, "rank", str(path))
        assert code == 2
        assert "error" in err


@pytest.mark.parametrize(
    "words",
    [
        ("audit", "facility.nothing"),
        ("audit", "facility.median", "--axioms", "monotonicity"),
        ("audit", "facility.median", "--agents", "two"),
        ("audit", "facility.median", "--agents", "2", "--grid", "0"),
        ("audit", "facility.median", "--lift", "wish"),
    ],
)
def test_bad_words(capsys, words):
    code, _, err = call(capsys, *words)
    assert code == 2
    assert err.startswith("mechdesign: error:")


def test_usage_errors_exit_with_two():
    for words in ([], ["nothing"], ["rank"], ["audit", "x", "--json", "--csv"]):
        with pytest.raises(SystemExit) as stop:
            main(words)
        assert stop.value.code == 2


def test_module_and_version():
    run = [sys.executable, "-m", "mechdesign", "--version"]
    done = subprocess.run(run, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("mechdesign 0.")
    pipe = f"{sys.executable} -m mechdesign list | head -1"
    done = subprocess.run(pipe, shell=True, capture_output=True, text=True, check=True)
    assert done.stderr == ""


IMPOSSIBLE = ("consistent", "aggregation.rankings", "--preferences", "winner", "--agents", "2")


def test_consistent(capsys, tmp_path):
    pytest.importorskip("pysat")
    small = (*IMPOSSIBLE, "--alternatives", "3", "--axioms", "strategyproofness,onto,anonymity")
    code, out, _ = call(capsys, *small)
    assert code == 1
    assert "impossible together" in out
    code, out, _ = call(capsys, *small, "--json")
    assert code == 1
    file = tmp_path / "proof.json"
    file.write_text(out, encoding="utf-8")
    code, out, _ = call(capsys, "verify", str(file))
    assert code == 0
    assert "confirmed" in out
    broken = json.loads(file.read_text(encoding="utf-8"))
    broken["proof"]["lines"] = {"$tuple": []}
    file.write_text(json.dumps(broken), encoding="utf-8")
    code, out, _ = call(capsys, "verify", str(file))
    assert code == 1
    assert "NOT confirmed" in out
    found = ("facility.line", "--agents", "2", "--grid", "2", "--outcomes", "0,1/2,1")
    code, out, _ = call(capsys, "consistent", *found, "--axioms", "strategyproofness,unanimity")
    assert code == 0
    assert "a rule at 9 problems" in out
    code, out, _ = call(
        capsys, "consistent", *found, "--axioms", "strategyproofness,unanimity", "--csv"
    )
    assert out.splitlines()[0] == "agent 0,agent 1,choice"
    assert len(out.splitlines()) == 10
    code, out, _ = call(capsys, *small, "--time-limit", "1e-9")
    assert code == 3


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("nowhere", "--agents", "2", "--axioms", "unanimity"), "setting"),
        (("facility.line", "--axioms", "unanimity"), "--agents"),
        (("facility.line", "--agents", "2", "--grid", "2", "--axioms", "unanimity"), "outcomes"),
        (("facility.line", "--agents", "x", "--axioms", "unanimity"), "--agents"),
        (("aggregation.rankings", "--agents", "2", "--axioms", "cooking"), "axiom"),
    ],
)
def test_consistent_bad_input(capsys, words, told):
    pytest.importorskip("pysat")
    code, _, err = call(capsys, "consistent", *words)
    assert code == 2
    assert told in err
