"""The verb ``count``: text, JSON, CSV, LaTeX, a page; exit codes; what is refused."""

from __future__ import annotations

import csv
import io
import json
from fractions import Fraction
from pathlib import Path

import pytest

from mechdesign import aggregation as ag
from mechdesign.cli import main
from mechdesign.errors import InvalidInputError

COUNCIL = """5 3
9 1 2 0
6 1 3 0
7 2 3 0
5 3 4 0
4 4 0
3 5 4 0
2 0
0
"Ann"
"Bob"
"Cy"
"Dee"
"Eve"
"Grove council"
"""


@pytest.fixture
def council(tmp_path: Path) -> str:
    path = tmp_path / "council.blt"
    path.write_text(COUNCIL)
    return str(path)


@pytest.fixture
def tied(tmp_path: Path) -> str:
    path = tmp_path / "tied.blt"
    path.write_text('2 1\n3 1 0\n3 2 0\n0\n"Ann"\n"Bob"\n"Draw"\n')
    return str(path)


def test_the_stages_are_printed(council, capsys):
    assert main(["count", council]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("3 seats, 34 votes and 2 blank, quota 9 (droop), rule wigm\n")
    assert "stage 2: surplus of Ann; elected: Bob" in out
    assert "elected: Cy at stage" in out
    assert "others would elect: scottish: Ann, Bob, Cy; meek: Ann, Bob, Cy" in out
    assert "note: read as BLT" in err
    assert "does not fill seats" not in err


def test_another_rule_and_quota_elect_others(council, capsys):
    assert main(["count", council, "--quota", "hare", "--no-compare"]) == 0
    out = capsys.readouterr().out
    assert "elected: Dee" in out
    assert "others would elect" not in out


def test_json_is_exact(council, capsys):
    assert main(["count", council, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["elected"] == ["Ann", "Bob", "Cy"]
    assert found["parts"]["quota"] == "droop"
    second = found["stages"][1]
    assert second["votes"]["Bob"] == {"$fraction": "53/5"}
    assert found["decisions"]
    assert found["blank"] == 2


def test_csv_adds_up(council, capsys):
    assert main(["count", council, "--csv", "--rule", "scottish"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    totals = [name for name in rows[0] if name.startswith("stage")]
    body = [row for row in rows if row["candidate"] not in ("votes", "quota")]
    for name in totals:
        votes = [Fraction(row[name]) for row in body if row[name].strip("'-")]
        assert sum(votes) == 34


def test_latex_and_files(council, tmp_path, capsys):
    assert main(["count", council, "--latex"]) == 0
    assert r"\begin{tabular}" in capsys.readouterr().out
    page = tmp_path / "page.html"
    assert main(["count", council, "-o", str(page)]) == 0
    text = page.read_text(encoding="utf-8")
    assert "Election: council.blt" in text
    assert "Where the votes went" in text
    assert "SHA-256" in text


def test_a_report_on_several_seats_is_on_the_count(council, tmp_path):
    pytest.importorskip("matplotlib")
    page = tmp_path / "report.html"
    assert main(["report", council, "-o", str(page)]) == 0
    text = page.read_text(encoding="utf-8")
    assert "What others would elect" in text
    assert "<svg" in text
    again = tmp_path / "again.html"
    main(["report", council, "-o", str(again)])
    assert again.read_bytes() == page.read_bytes()


def test_an_open_tie_exits_with_3(tied, capsys):
    assert main(["count", tied]) == 3
    out = capsys.readouterr().out
    assert "nothing decides it" in out
    assert "tied: the open ties elect {Ann} or {Bob}" in out
    assert main(["count", tied, "--order", "Bob; Ann", "--ties", "order"]) == 0
    assert "elected: Bob" in capsys.readouterr().out
    assert main(["count", tied, "--ties", "lots", "--seed", "1"]) == 0


def test_papers_are_drawn_many_times(council, capsys):
    assert main(["count", council, "--rule", "random", "--seed", "1", "--counts", "20"]) == 0
    assert "elected in" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--seats", "7"], "at most 5"),
        (["--seats", "0"], "integer in"),
        (["--rule", "irish"], "rng"),
        (["--rule", "meek", "--quota", "hare"], "continuing"),
        (["--order", "Ann;Bob"], "every candidate once"),
        (["--ties", "refuse", "--seats", "1", "--overvote", "approval"], "approval"),
    ],
)
def test_what_does_not_fit_is_refused(council, words, message, capsys):
    assert main(["count", council, *words]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert message in err


def test_scores_are_no_ballots(tmp_path, capsys):
    table = tmp_path / "table.csv"
    table.write_text("Model,a,b\nX,70,90\nY,69,80\n")
    assert main(["count", str(table)]) == 2
    assert "hold ballots" in capsys.readouterr().err


def test_closest():
    found = ag.stv({"A": 9, "B": 5, "C": 4, "D > C": 3}, seats=1, quota="none")
    assert found.closest() == (2, "D", "C", 1)
    assert ag.stv({"A": 3, "B": 1}, seats=1).closest() is None


def test_quotients_on_the_command_line(council, capsys):
    assert main(["count", council, "--rule", "qpq", "--json"]) in (0, 3)
    found = json.loads(capsys.readouterr().out)
    assert set(found["elected"]) == {str(x) for x in ag.qpq(council).choice}
    assert found["steps"][0]["action"] in ("elected", "excluded")
    assert main(["count", council, "--rule", "qpq"]) in (0, 3)
    out = capsys.readouterr().out
    assert "quotient" in out
    assert "others would elect" in out
    assert main(["count", council, "--rule", "qpq", "--quota", "hare"]) == 2
    assert "must be left out with --rule qpq" in capsys.readouterr().err


def test_open_ties_of_quotients_exit_with_3(tmp_path, capsys):
    path = tmp_path / "tie.blt"
    path.write_text('2 1\n1 1 0\n1 2 0\n0\n"A"\n"B"\n"t"\n')
    assert main(["count", str(path), "--rule", "qpq"]) == 3
    assert "tied: the open ties elect" in capsys.readouterr().out


def test_a_table_as_tabulators_print_it(capsys, tmp_path):
    found = ag.stv({"A > B": 7, "A > C": 3, "C": 4, "D > B": 3}, seats=2, rule="scottish")
    rows = {row[0]: row[1:] for row in found.table(style="us").rows}
    # A transfer stands beside the votes that it starts from.
    assert rows["A"][:6] == ("10", "58.82%", "-4", "6", "35.29%", "0")
    assert rows["Eliminated"][3] == ", ".join(found.stages[2].excluded)
    assert rows["Elected"][0] == "A"
    assert rows["Active Ballots"][0] == "17"
    short = found.table(style="short")
    assert [name for name in short.columns if "+" in name or "surplus" in name] == []
    with pytest.raises(InvalidInputError, match="stages, short, us"):
        found.table(style="long")
    path = tmp_path / "a.blt"
    path.write_text('3 1\n5 1 0\n3 2 3 0\n2 3 0\n0\n"A"\n"B"\n"C"\n"t"\n')
    assert main(["count", str(path), "--csv", "--style", "us"]) == 0
    assert capsys.readouterr().out.startswith("Rounds,Round 1 Votes,Round 1 % of vote")


def test_one_ballot_may_change_it():
    found = ag.count_election({"A": 9, "B": 5, "C": 4, "D > C": 3}, seats=1, rule="bottoms_up")
    assert any("one ballot would change this" in line for line in found.winners())


def test_a_picture_of_transfers():
    pytest.importorskip("matplotlib")
    from mechdesign.aggregation import plots

    found = ag.stv({"A > B": 7, "A > C": 3, "C": 4, "D > B": 3}, seats=2, quota="exact")
    axes = plots.transfers(found)
    titles = [label.get_text() for label in axes.get_xticklabels()]
    assert titles == ["1  first choices", "2  surplus of A", "3  exclusion of D"]
    written = {text.get_text() for text in axes.texts}
    assert {"A", "B", "C", "D"} <= written


def test_other_pictures():
    pytest.importorskip("matplotlib")
    from mechdesign.aggregation import plots

    count = ag.stv({"A > B": 7, "A > C": 3, "C": 4, "D > B": 3}, seats=2, quota="exact")
    axes = plots.rounds(count)
    assert [t.get_text() for t in axes.get_yticklabels()] == ["D", "C", "B", "A"]
    assert max(bar.get_width() for bar in axes.patches) == 10
    axes = plots.pairwise({"A > B > C": 3, "B > C > A": 2})
    assert {t.get_text() for t in axes.texts} == {"+1", "-1", "+5", "-5"}
    votes = {"A": [0, 1, 2], "B": [1, 1, None]}
    axes = plots.grades(votes)
    assert [t.get_text() for t in axes.get_yticklabels()] == ["A", "B"]
    assert [t.get_text() for t in axes.get_legend().get_texts()] == ["no grade", "0", "1", "2"]
    battles = {"x > y": 24, "y > x": 16, "y > z": 9, "z > y": 6, "x > z": 7}
    arena = ag.arena_ratings(battles, ridge=1, unranked="unseen")
    axes = plots.ratings(arena)
    assert len(axes.get_yticklabels()) == 3
    assert axes.get_yticklabels()[2].get_text().startswith("x  (1")


def test_battles_are_no_election(tmp_path):
    for text in (
        "model_a,model_b,winner\nx,y,model_a\ny,z,tie\n",
        ",A,B,C\nA,,80,60\nB,20,,70\nC,40,30,\n",
    ):
        path = tmp_path / "t.csv"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(InvalidInputError, match="hold ballots: comparisons"):
            ag.election(path)
