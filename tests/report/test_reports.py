"""The builders on the package's own data, on the example files and on difficult input."""

import builtins
import json
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from mechdesign import aggregation, axioms, bargaining, facility
from mechdesign.aggregation.datasets import bert_glue, roberta_glue
from mechdesign.aggregation.pages import score_report
from mechdesign.bargaining.datasets import montreal_reconstruction
from mechdesign.bargaining.pages import bargaining_report, election_report
from mechdesign.errors import InfeasibleError, InvalidInputError, LimitReachedError
from mechdesign.io.json_tables import format_json_table
from mechdesign.io.pabulib import read_pabulib
from mechdesign.io.pabulib_json import format_pabulib_json
from mechdesign.io.score_tables import read_grid
from mechdesign.report import (
    Paragraph,
    audit_report,
    consistency_report,
    read_verdicts,
    report,
)
from mechdesign.report.document import Items
from mechdesign.report.parts import NO_FIGURES
from tests.report.page import checked

DATA = Path(__file__).parents[2] / "examples" / "data"


def section(made, title):
    return next(one for one in made.sections if one.title == title)


def words(made, title):
    """The sentences of a section."""
    found = []
    for part in section(made, title).parts:
        found += part.texts if isinstance(part, Items) else []
        found += [part.text] if isinstance(part, Paragraph) else []
    return found


@pytest.fixture(scope="module")
def glue():
    return score_report(roberta_glue(), samples=100)


def test_scores_side_by_side(glue):
    table = section(glue, "The rankings").parts[0]
    assert table.columns == ("system", "mean", "borda", "copeland", "kemeny")
    assert table.rows[0][:3] == ("RoBERTa", "1 (89.63)", "2 (20)")
    assert table.rows[3][2] == "3= (9.5)"


def test_scores_head_to_head(glue):
    duels = next(p for p in section(glue, "Head to head").parts if hasattr(p, "rows"))
    row = dict(zip(duels.columns, duels.rows[0], strict=True))
    assert row["prefer"] == "RoBERTa"
    assert row["XLNet"] == "5 : 4"
    assert words(glue, "Head to head") == [
        "RoBERTa beats every other one by majority.",
        "The majorities have no cycle.",
    ]


def test_scores_disputes(glue):
    pairs, decisive, *_ = section(glue, "Where the rules disagree").parts
    assert pairs.rows[0][0] == "XLNet / RoBERTa"
    assert ("mean", "XLNet", "RTE") in decisive.rows
    assert (
        words(glue, "In short")[0]
        == "First: RoBERTa, by mean, copeland and kemeny; XLNet by borda."
    )
    assert words(glue, "In short")[1].startswith(
        "Drawn again 100 times, the tasks put first by mean: "
    )
    assert any(
        "mean: without RTE XLNet is ahead" in w for w in words(glue, "Where the rules disagree")
    )


def test_scores_axioms_with_counterexamples(glue):
    title = "Axioms on this very table"
    table = next(p for p in section(glue, title).parts if hasattr(p, "rows"))
    cells = {row[0]: dict(zip(table.columns, row, strict=True)) for row in table.rows}
    assert cells["Condorcet consistency"]["borda"] == "broken"
    assert cells["Condorcet consistency"]["kemeny"] == "kept"
    assert any(
        w.startswith("borda breaks Condorcet consistency: here XLNet wins")
        for w in words(glue, title)
    )


def test_scores_state_the_seed_and_depend_on_it():
    data = roberta_glue()
    first = score_report(data, samples=40, rng=7)
    assert (
        "The 10 tasks are drawn again with replacement 40 times, seed 7"
        in words(first, "How certain it is")[0]
    )
    assert first.to_html() == score_report(data, samples=40, rng=7).to_html()
    assert first.to_html() != score_report(data, samples=40, rng=8).to_html()


def test_scores_main_rule():
    made = score_report(roberta_glue(), mechanism="kemeny", samples=20)
    assert section(made, "The rankings").parts[0].columns[1] == "kemeny"
    with pytest.raises(InvalidInputError, match="aggregation"):
        score_report(roberta_glue(), mechanism="nothing")


def test_scores_of_every_own_dataset():
    for table in (roberta_glue(), bert_glue()):
        checked(score_report(table, samples=20).to_html())


def test_rankings_have_no_mean():
    made = score_report({"A > B > C": 3, "B > C > A": 2, "C > A > B": 2}, samples=50)
    assert section(made, "The rankings").parts[0].columns == (
        "system",
        "borda",
        "copeland",
        "kemeny",
    )
    assert made.subtitle == "3 alternatives, 7 rankings"
    assert "The 7 voters are drawn again" in words(made, "How certain it is")[0]
    assert "In a cycle of majorities: A, B and C." in words(made, "Head to head")
    checked(made.to_html())


def test_a_system_named_script_does_not_run():
    rows = {"<script>alert(1)</script>": [1, 2], "</td>&": [2, 1], "$x$": [0, 0]}
    page = checked(score_report(rows, tasks=["<b>", 'a"b'], samples=20).to_html())
    assert "<script>alert(1)</script>" in page.text


@pytest.mark.parametrize(
    "names",
    [
        ("a\x00b", "c\x1fd", "e\nf"),
        ("prefer", "system", "what it says"),
        ("$\\frac$", "]]>", "\u202e"),
    ],
    ids=["control characters", "names of columns", "marks"],
)
def test_scores_of_odd_names(names):
    rows = {name: [k, -k] for k, name in enumerate(names)}
    made = score_report(rows, samples=5)
    checked(made.to_html())
    for drawing in made.to_markdown("x")[1].values():
        ElementTree.fromstring(drawing)


@pytest.mark.parametrize(
    "rows",
    [
        {"A": [1]},
        {"A": [1], "B": [1]},
        {"A": [1, 2], "B": [1, 2]},
        {"A": [1, None, 3], "B": [None, 2, 1], "C": [0, 0, None]},
        {f"s{k}": [k % 7, k % 5, k % 3] for k in range(70)},
    ],
    ids=["one cell", "one task", "all tied", "missing", "many"],
)
def test_scores_of_odd_tables(rows):
    checked(score_report(rows, samples=10).to_html())


def test_kemeny_is_left_out_where_it_is_hard():
    cycle = [[(k + j) % 45 for j in range(45)] for k in range(45)]
    made = score_report(cycle, systems=[f"s{k}" for k in range(45)], samples=5)
    assert "Kemeny is left out" in section(made, "The rankings").parts[0].text


def test_bargaining_solutions_and_gains():
    made = bargaining_report(montreal_reconstruction(), tolerance=1)
    table = section(made, "The solutions side by side").parts[0]
    chosen = {row[0]: row[1] for row in table.rows}
    assert chosen["nash"] == "D1 + a2 + b"
    assert chosen["egalitarian"] == "D1 + a1 + b + c"
    assert "Worse off: nobody." in words(made, "Against the best base")[1]
    assert words(made, "In short")[:3] == [
        "Build D1 + a2 + b: 98 of 100, everybody gains against D1.",
        "For the worst-off D1 + a1 + b + c is better by 0.05 and costs 2 more.",
        "Proved, in exact numbers: no package within the budget is better by nash.",
    ]
    rounds = next(p for p in section(made, "A negotiation").parts if hasattr(p, "rows"))
    assert rounds.rows[0][1] == "D1"
    checked(made.to_html())


@pytest.mark.parametrize(
    "problem",
    [
        bargaining.menu({"a": (1,)}),
        bargaining.menu({"a": (-1, -2), "b": (-3, -1)}, reserve=(-9, -9)),
        bargaining.menu({"a": (1, 2), "b": (2, 1)}, reserve=(5, 5)),
        bargaining.menu({"<i>": {"cost": 1, "total": 2}}),
    ],
    ids=["one group", "negative", "no agreement", "labels like columns"],
)
def test_bargaining_of_odd_problems(problem):
    checked(bargaining_report(problem).to_html())


def test_bargaining_where_nothing_fits():
    with pytest.raises(InfeasibleError):
        bargaining_report(bargaining.menu({"a": (1, 2)}, budget=0, costs={"a": 1}))


def test_bargaining_refuses_lotteries():
    with pytest.raises(InvalidInputError, match="not a lottery"):
        bargaining_report(
            bargaining.menu({"a": (0, 1), "b": (1, 0)}),
            mechanism=bargaining.lottery_rule(rule="nash", when="ex post"),
        )


def test_election_rules_and_objections():
    made = election_report(bargaining.read_election(DATA / "bargaining_election.pb"))
    table = section(made, "The projects").parts[0]
    assert table.columns[-3:] == ("equal shares", "greedy", "Phragmen")
    told = section(made, "Objections").parts
    assert {row[0]: row[1] for row in told[1].rows}["greedy"] == "objection"
    assert "14 voters" in told[2].texts[0]
    assert words(made, "In short")[:3] == [
        "Fund Pocket park, Playground and Ramp at the library: 95 of 100, by equal shares.",
        "40 of 40 voters (100.0%) get a project that they voted for.",
        "Proved: no group of voters has an objection, neither by the core nor by EJR.",
    ]
    objecting = election_report(
        bargaining.read_election(DATA / "bargaining_election.pb"), mechanism="bargaining.greedy"
    )
    assert words(objecting, "In short")[2].startswith("Somebody can object: greedy, the core: 14 ")
    assert section(made, "Spending by category").parts[0].rows[1][0] == "greenery"
    checked(made.to_html())


def test_election_main_rule_comes_first():
    votes = bargaining.election(
        ["abc"] * 6 + ["xy"] * 4, costs=dict.fromkeys("abcxy", 10), budget=30
    )
    made = election_report(votes, mechanism="bargaining.greedy")
    assert section(made, "The projects").parts[0].columns[-3:] == (
        "greedy",
        "equal shares",
        "Phragmen",
    )
    made = election_report(votes, mechanism=bargaining.max_nash_welfare)
    assert section(made, "The projects").parts[0].columns[-4] == "max nash welfare"
    assert not [one for one in made.sections if one.title == "Spending by category"]


def test_election_says_that_time_ran_out(monkeypatch):
    def late(*_, **__):
        raise LimitReachedError("late")

    monkeypatch.setattr(bargaining, "objection", late)
    votes = bargaining.election(["a", "b"], costs={"a": 1, "b": 1}, budget=1)
    made = election_report(votes, time_limit=3)
    assert section(made, "Objections").parts[1].rows[0][1:] == ("unknown", "unknown")
    assert "not decided within 3 seconds" in section(made, "Objections").parts[2].texts[0]


def test_election_with_points():
    votes = bargaining.election([{"a": 3, "b": 1}, {"b": 2}], costs={"a": 2, "b": 1}, budget=2)
    made = election_report(votes)
    assert "points" in section(made, "The projects").parts[0].columns
    checked(made.to_html())


def test_audit_with_counterexamples():
    rules = [facility.median, facility.average]
    found = axioms.audit(rules, ["strategyproofness", "unanimity"], agents=2, grid=4)
    made = audit_report(read_verdicts(json.loads(json.dumps(found.to_dict()))))
    table = section(made, "The verdicts").parts[1]
    assert table.rows[0][:3] == ("strategyproofness", "holds", "VIOLATED")
    assert "scope: grid 1/4" in table.notes[0]
    wrong = section(made, "Counterexamples").parts[0]
    assert "the agent gains 1/4" in wrong.rows[0][2]
    checked(made.to_html())


def test_audit_of_many_mechanisms_and_one_name():
    rules = [facility.average] * 8
    found = axioms.audit(rules, ["unanimity"], agents=1, grid=1)
    checked(audit_report(found).to_html())
    checked(audit_report(axioms.audit(rules[:2], ["unanimity"], agents=1, grid=1)).to_html())


def test_one_verdict_is_an_audit():
    found = axioms.check("individual_rationality", facility.average, agents=2, grid=2)
    made = audit_report(read_verdicts(json.loads(json.dumps(found.to_dict()))))
    assert [one.title for one in made.sections][:2] == ["The verdicts", "Undecided"]


def test_consistency_both_ways():
    pytest.importorskip("pysat")
    setting = aggregation.rankings("winner")
    names = ["strategyproofness", "unanimity", "non_dictatorship"]
    none = axioms.consistent(names, setting, agents=2, alternatives=3)
    made = consistency_report(read_verdicts(json.loads(json.dumps(none.to_dict()))))
    assert words(made, "The answer")[0].startswith("No rule satisfies all")
    assert len(section(made, "Without Unanimity").parts[1].rows) == 12
    checked(made.to_html())
    some = axioms.consistent(names[:2], setting, agents=2, alternatives=3)
    assert section(consistency_report(some), "A rule that satisfies them").parts[0].rows


@pytest.mark.parametrize(
    "document",
    [
        [],
        {},
        3,
        {"schema": 1},
        {"schema": 99, "verdicts": []},
        {"schema": 1, "verdicts": [[{}]]},
        {"schema": 1, "verdicts": 3},
        {"schema": 1, "$object": "axioms.Status"},
    ],
)
def test_what_is_no_audit_is_refused(document):
    with pytest.raises(InvalidInputError):
        read_verdicts(document)


@pytest.mark.parametrize(
    "name",
    ["roberta_glue.csv", "bert_glue.csv", "bargaining_street.json", "bargaining_election.pb"],
)
def test_example_files_twice(name):
    options = {"samples": 50} if name.endswith("csv") else {}
    made = report(DATA / name, command="mechdesign report", **options)
    page = checked(made.to_html())
    assert made.to_html() == report(DATA / name, command="mechdesign report", **options).to_html()
    assert name in page.text
    assert "SHA-256" in page.text
    text, files = made.to_markdown("x")
    assert text.startswith("# ")
    assert len(files) == len(list(made.figures()))


def test_options_that_a_file_does_not_take_are_refused():
    with pytest.raises(InvalidInputError, match="for a file of bargaining"):
        report(DATA / "bargaining_street.json", samples=3)


def test_without_matplotlib(monkeypatch):
    for name in [name for name in sys.modules if name.split(".")[0] == "matplotlib"]:
        monkeypatch.delitem(sys.modules, name)
    real = builtins.__import__

    def refuse(name, *rest, **more):
        if name.split(".")[0] == "matplotlib":
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", refuse)
    made = report(DATA / "bargaining_street.json")
    assert not list(made.figures())
    assert NO_FIGURES in words(made, "How this was made")
    checked(made.to_html())


@pytest.mark.shared_data
@pytest.mark.parametrize("name", ["superglue.tsv", "vtab.tsv"])
def test_real_leaderboards(shared_data, name):
    checked(report(shared_data / "benchmarks" / name, samples=20).to_html())


@pytest.mark.shared_data
def test_real_elections(shared_data):
    for name in ("Netherlands_Assen_2024.pb", "Poland_Swiecie_2023.pb"):
        checked(report(shared_data / "pabulib" / name, time_limit=5).to_html())
    found = sorted((shared_data / "preflib" / "new").iterdir())[0]
    checked(report(found, samples=20).to_html())


def test_files_that_convert_writes(tmp_path):
    votes = "2: A > B = C\n1: C > B > A\n"
    (tmp_path / "a.rankings").write_text(votes)
    made = report(tmp_path / "a.rankings", samples=20)
    assert made.subtitle == "3 alternatives, 3 rankings"
    election = format_pabulib_json(read_pabulib(DATA / "bargaining_election.pb"))
    (tmp_path / "a.json").write_text(election)
    assert report(tmp_path / "a.json").title == "Election: a.json"
    (tmp_path / "b.json").write_text(format_json_table(read_grid(DATA / "roberta_glue.csv")))
    assert report(tmp_path / "b.json", samples=20).title == "Ranking: b.json"
    checked(made.to_html())
