"""The command line of games."""

import csv
import io
import json

import pytest

from mechdesign.cli import main

CHICKEN = "row,column,payoff1,payoff2\nC,C,6,6\nC,D,2,7\nD,C,7,2\nD,D,0,0\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "chicken.csv").write_text(CHICKEN)
    (tmp_path / "pennies.nfg").write_text('NFG 1 R "" { "A" "B" } { 2 2 } 1 -1 -1 1 -1 1 1 -1')
    (tmp_path / "flat.nfg").write_text('NFG 1 R "" { "A" "B" } { 2 2 } 1 0 1 0 1 1 1 1')
    rows = "0 0 1 -1 -1 1 -1 1 0 0 1 -1 1 -1 -1 1 0 0"
    (tmp_path / "rps.nfg").write_text(f'NFG 1 R "" {{ "A" "B" }} {{ 3 3 }} {rows}')
    return tmp_path


def rows_of(capfd, *words):
    assert main(["solve", "games", *words, "--csv"]) == 0
    return list(csv.reader(io.StringIO(capfd.readouterr().out)))


def test_chicken(folder, capfd):
    rows = rows_of(capfd, "chicken.csv", "--mechanism", "nash_welfare,correlated")
    found = {row[0]: row[1:] for row in rows}
    assert found["mixed equilibrium"][1:] == ["14/3", "14/3"]
    assert found["best correlated equilibrium (utilitarian)"][1:] == ["21/4", "21/4"]
    assert found["nash_welfare"] == ["(C, C)", "6", "6"]
    assert found["correlated"] == found["best correlated equilibrium (utilitarian)"]
    assert main(["solve", "games", "chicken.csv"]) == 0
    assert "known as chicken" in capfd.readouterr().out


def test_what_has_no_answer_says_so(folder, capfd):
    words = ["pennies.nfg", "--mechanism", "best_equilibrium,nash_welfare", "--disagreement", "1"]
    found = {row[0]: row[1] for row in rows_of(capfd, *words)}
    assert found["best_equilibrium"].startswith("none: ")
    assert found["nash_welfare"].startswith("none: ")
    assert "pure equilibrium" not in found
    assert main(["solve", "games", "flat.nfg", "--json"]) == 0
    flat = json.loads(capfd.readouterr().out)["rows"]
    continua = [row for row in flat if row[0].startswith("continuum")]
    assert continua
    assert all(isinstance(row[2], (int, str)) for row in continua)
    assert any(row[3] == 1 for row in continua)


def test_more_actions(folder, capfd):
    assert main(["solve", "games", "rps.nfg"]) == 0
    assert "--mixed" in capfd.readouterr().out
    pytest.importorskip("nashpy")
    assert main(["solve", "games", "rps.nfg", "--mixed", "--json"]) == 0
    rows = json.loads(capfd.readouterr().out)["rows"]
    assert ["mixed equilibrium", "(1/3, 1/3, 1/3), (1/3, 1/3, 1/3)", 0, 0] in rows


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["nowhere.csv"], "nowhere"),
        (["chicken.csv", "--mechanism", "facility.median"], "--mechanism"),
        (["chicken.csv", "--mechanism", "best"], "best"),
        (["chicken.csv", "--disagreement", "much"], "--disagreement"),
        (["chicken.csv", "--disagreement", "1,2,3"], "disagreement"),
    ],
)
def test_bad_words_are_refused(folder, capfd, words, named):
    assert main(["solve", "games", *words]) == 2
    assert named in capfd.readouterr().err
