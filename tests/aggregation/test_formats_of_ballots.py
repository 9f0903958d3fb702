"""Formats of ballots: what each file is taken for, and what is refused with its line."""

import json

import pytest

from mechdesign import aggregation
from mechdesign.cli import main
from mechdesign.errors import InvalidInputError
from mechdesign.io.ballots.abif import parse_abif
from mechdesign.io.ballots.blt import parse_blt
from mechdesign.io.ballots.cvotes import parse_cvotes
from mechdesign.io.ballots.nameq import parse_nameq


@pytest.fixture
def write(tmp_path):
    def _write(name, text):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return _write


def listed(problem):
    weights = problem.weights or [1] * len(problem.types)
    orders = [" > ".join(" = ".join(tier) for tier in r.tiers) for r in problem.types]
    return list(zip(orders, weights, strict=True))


CVOTES = """# My election
#/Candidates: Ann ; Bob;Cy
#/Number of Seats: 2
#/Implicit Ranking: {implicit}
#/Weight allowed: {weight}
#/Voting Methods: STV

Ann > Bob > Cy * 42
me@x.org , signature:55073db || Ann > Bob # tags
Cy > Ann = Bob ^7 * 8   # eight of them
Bob>Zed>Ann
/EMPTY_RANKING/ * 3
/EMPTY/
"""


def test_condorcet_election_format(write):
    file = write("e.cvotes", CVOTES.format(implicit="true", weight="true"))
    problem = aggregation.read(file)
    assert listed(problem) == [
        ("Ann > Bob > Cy", 42),
        ("Ann > Bob", 1),
        ("Cy > Ann = Bob", 56),
        ("Bob > Ann", 1),
        ("", 3),
        ("", 1),
    ]
    told = problem.data.decisions
    assert told[0] == "read as Condorcet Election Format: 104 ballots, 3 candidates"
    assert "no candidates of the file and taken off: Zed" in told
    assert "4 blank ballots, which rank nobody" in told
    assert any(one.startswith("the file is for 2 seats") for one in told)
    light = aggregation.read(write("f.cvotes", CVOTES.format(implicit="true", weight="false")))
    assert listed(light)[2] == ("Cy > Ann = Bob", 8)
    assert "1 weights were not used: the file has no `#/Weight Allowed: true`" in (
        light.data.decisions
    )
    assert parse_cvotes(CVOTES.format(implicit="true", weight="true")).metadata == (
        ("seats", "2"),
        ("voting methods", "STV"),
    )


def test_the_file_may_say_that_the_unranked_are_not_compared(write):
    text = "#/Candidates: A;B\n#/Implicit Ranking: false\nA * 10\nB > A * 3\n"
    assert aggregation.schulze(write("e.cvotes", text)).winners == ("B",)
    assert aggregation.schulze(write("e.cvotes", text), unranked="last").winners == ("A",)
    last = text.replace("false", "true")
    assert aggregation.schulze(write("f.txt", last)).winners == ("A",)


@pytest.mark.parametrize(
    "line",
    [
        "A < B",
        "A > > B",
        "A > /EMPTY/",
        "A > B * 8 ^7",
        "A > B * x",
        "#/Candidates: A",
        "tag || ",
    ],
)
def test_bad_lines_of_cvotes_are_named(line):
    with pytest.raises(InvalidInputError, match=r"`line 3` of bad\.cvotes"):
        parse_cvotes(f"#/Candidates: A;B\nA\n{line}\n", "bad.cvotes")


@pytest.mark.parametrize("text", ["#/Implicit Ranking: no\nA\n", "#/Number of Seats: x\nA\n"])
def test_bad_parameters_of_cvotes_are_named(text):
    with pytest.raises(InvalidInputError):
        parse_cvotes(text)


def test_nameq(write):
    text = "Ann+Archer=1&Bob=2&Cy=2\nBob%26Co=1&Bob=3\n\nBob=1&Cy=\n"
    problem = aggregation.read(write("v.nameq", text))
    assert listed(problem) == [("Ann Archer > Bob = Cy", 1), ("Bob&Co > Bob", 1), ("Bob", 1)]
    assert problem.data.decisions[0] == (
        "read as name=rank, one ballot a line (1 is best): 3 ballots, 4 candidates"
    )
    assert "1 ballot with skipped ranks: later ranks move up (--skipped decides)" in (
        problem.data.decisions
    )
    sniffed = aggregation.read(write("v.txt", "M=1&N=2&C=3\nN=1&C=2&M=3\nC=1&N=2&M=3\n"))
    assert aggregation.condorcet(sniffed).winners == ("N",)
    with pytest.raises(InvalidInputError, match=r"`line 2` of bad.*ratings are no ranks"):
        parse_nameq("A=1&B=2\nA=90&B=0\n", "bad")
    with pytest.raises(InvalidInputError, match="line 1"):
        parse_nameq("=1&=2&=3\n", "bad")


APPROVALS = """# FILE NAME: 00026-00000001.cat
# TITLE: Village
# DATA TYPE: cat
# NUMBER ALTERNATIVES: 4
# NUMBER VOTERS: 20
# NUMBER CATEGORIES: 2
# CATEGORY NAME 1: Yes
# CATEGORY NAME 2: No
# ALTERNATIVE NAME 1: Ann
# ALTERNATIVE NAME 2: Bob
# ALTERNATIVE NAME 3: Cy
# ALTERNATIVE NAME 4: Dee
9: 2,{1,3,4}
4: {}, {1, 2, 3, 4}
7: {1, 3},{2,4}
"""


def test_categories_are_approvals_where_there_are_two(write):
    problem = aggregation.read(write("v.cat", APPROVALS))
    assert listed(problem) == [("Bob", 9), ("", 4), ("Ann = Cy", 7)]
    told = problem.data.decisions
    assert told[:3] == (
        "read as PrefLib categories: 20 ballots, 4 candidates",
        "approvals: the category `Yes` is approved of, `No` is not",
        "4 blank ballots, which rank nobody",
    )
    assert not any("several marks" in one for one in told)
    assert listed(aggregation.read(write("v.txt", APPROVALS))) == listed(problem)
    with pytest.raises(InvalidInputError, match="overvote"):
        aggregation.read(write("v.cat", APPROVALS), overvote="exhaust")


def test_categories_are_grades_where_there_are_more(write):
    text = APPROVALS.replace(
        "CATEGORY NAME 2: No\n", "CATEGORY NAME 2: Maybe\n# CATEGORY NAME 3: No\n"
    )
    text = text[: text.index("9: ")] + "20: {2,4},{},{1,3}\n"
    problem = aggregation.read(write("v.cat", text))
    assert listed(problem) == [("Bob = Dee > Ann = Cy", 20)]
    assert "grades, the best first as in the file: Yes, Maybe, No" in problem.data.decisions


def test_one_category_is_a_grade(write):
    text = "# CATEGORY NAME 1: Yes\n# ALTERNATIVE NAME 1: A\n# ALTERNATIVE NAME 2: B\n2: 1\n3: {}\n"
    problem = aggregation.read(write("v.cat", text))
    assert listed(problem) == [("A", 2), ("", 3)]
    assert "grades, the best first as in the file: Yes" in problem.data.decisions
    with pytest.raises(InvalidInputError):
        aggregation.read(write("w.cat", "# CATEGORY NAME 1: Y\n"))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("9: 2,{1,3,4}", "9: 2", "line 13.*2 categories"),
        ("9: 2,{1,3,4}", "9: 2,{1,2}", "line 13.*one category"),
        ("9: 2,{1,3,4}", "9: 7,{1,2}", "line 13.*rank alternatives 1..4"),
        ("9: 2", "8: 2", "20 voters"),
        ("# CATEGORY NAME 1: Yes\n# CATEGORY NAME 2: No\n", "", "name its categories"),
    ],
)
def test_bad_categories_are_named(write, old, new, said):
    with pytest.raises(InvalidInputError, match=said):
        aggregation.read(write("v.cat", APPROVALS.replace(old, new)))


ORDINALS = {
    "1st": ("voter,Ann,Bob,Cy\nx,1st,2nd,\ny,2nd,1st,3rd\nz,1st,,2nd\n"),
    "words": ("voter,Ann,Bob,Cy\nx,First,Second,\ny,second choice,first choice,3rd\nz,1.,,2.\n"),
    "form": (
        "Timestamp,Rank the dogs [Ann],Rank the dogs [Bob],Rank the dogs [Cy],Remarks\n"
        "1,1st choice,2nd choice,,no\n2,2nd choice,1st choice,3rd choice,\n3,Rank 1,,Rank 2,\n"
    ),
}


@pytest.mark.parametrize("name", ORDINALS)
def test_grids_of_ordinals(write, name):
    problem = aggregation.read(write("g.csv", ORDINALS[name]))
    assert listed(problem) == [("Ann > Bob", 1), ("Bob > Ann > Cy", 1), ("Ann > Cy", 1)]
    assert problem.data.decisions[0].startswith("read as a grid of ranks")
    ignored = "columns that are no choices and were ignored: Remarks"
    assert (ignored in problem.data.decisions) == (name == "form")


def test_ordinals_of_systems_are_not_guessed(write):
    file = write("s.csv", "Model,T1,T2\nAlder,1st,2nd\nBirch,2nd,1st\n")
    with pytest.raises(InvalidInputError, match="--as ranks"):
        aggregation.read(file)


DOMINION = """General Election,5.11.3.1
,,Mayor (Number of positions=1),Mayor (Number of positions=1),Mayor (Number of positions=1),\
Mayor (Number of positions=1)
,,Ann(1),Bob(1),Ann(2),Bob(2)
CvrNumber,BatchId,,,,
1,7,1,0,0,1
2,7,0,1,0,0
3,7,0,0,1,0
"""


@pytest.mark.parametrize("full", [False, True])
def test_a_header_grid_below_a_title(write, full):
    text = DOMINION.replace("5.11.3.1\n", "5.11.3.1,,,,\n") if full else DOMINION
    problem = aggregation.read(write("cvr.csv", text))
    assert [order for order, _ in listed(problem)] == ["Ann > Bob", "Bob", "Ann"]
    assert "line 1 is a title: General Election 5.11.3.1" in problem.data.decisions
    assert "the contest is Mayor" in problem.data.decisions


def test_a_title_above_a_table_of_scores_is_told(write):
    table = aggregation.score_table(write("t.csv", "Results\nModel,x,y\nA,1,2\nB,2,3\n"))
    assert (table.systems, table.tasks) == (("A", "B"), ("x", "y"))
    assert "line 1 is a title: Results" in table.decisions
    one = aggregation.score_table(write("u.csv", "Model,x\nA,1\nB,2\n"))
    assert one.decisions[0].startswith("systems are named by")
    with pytest.raises(InvalidInputError, match="line 2"):
        aggregation.score_table(write("v.csv", "Results\nA,1,2\nB,2,3\n"))


OUTCOMES = {
    "x": ("left", "model_a", "A", "a_wins", "A>B", "A>>B", "x"),
    "y": ("right", "MODEL_B", "b", "b wins", "B>A", "B >> A", "y"),
    "": ("tie", "draw", "both_good", "A=B", "tie (bothbad)", "both_bad", "neither", "Tie"),
}


@pytest.mark.parametrize(("won", "word"), [(w, word) for w in OUTCOMES for word in OUTCOMES[w]])
def test_results_of_battles(write, won, word):
    text = f"model_a,model_b,winner,judge\nx,y,{word},me\n"
    problem = aggregation.read(write("b.csv", text))
    (ranking,) = problem.types
    assert str(ranking) == {"x": "x > y", "y": "y > x", "": "x = y"}[won]
    ignored = "columns that say nothing of a battle and were ignored: judge"
    assert ignored in problem.data.decisions
    line = json.dumps({"model_a": "x", "model_b": "y", "winner": word}) + "\n"
    assert aggregation.read(write("b.jsonl", line)).types == problem.types


def test_both_bad_and_clear_wins(write, capsys):
    rows = "x,y,A>>B\nx,y,B>A\nx,y,both_bad\nx,y,tie\n"
    file = write("b.csv", "model_a,model_b,winner\n" + rows)

    def counts(problem):
        pairs = aggregation.pairs_of(problem)
        return pairs.support.tolist(), int(pairs.ties[0, 1])

    usual = aggregation.read(file)
    assert counts(usual) == ([[0, 1], [1, 0]], 2)
    assert usual.data.decisions == (
        "read as battles: 2 alternatives",
        "1 battles that both sides lost: ties (both_bad='drop' leaves them out)",
        "1 clear wins such as A>>B: one win each (strong=3 counts three)",
    )
    said = aggregation.read(file, both_bad="drop", strong=3)
    assert counts(said) == ([[0, 3], [1, 0]], 1)
    assert said.data.decisions[1:] == (
        "1 battles that both sides lost: left out, as asked",
        "1 clear wins such as A>>B: 3 wins each",
    )
    assert aggregation.battles(file, both_bad="drop", strong=3) == aggregation.battles(
        [("x", "y", "left")] * 3 + [("x", "y", "right"), ("x", "y", "tie")]
    )
    assert aggregation.elo(file, strong=2) == aggregation.elo(
        [("x", "y", "left"), ("x", "y", "left"), ("x", "y", "right")] + [("x", "y", "tie")] * 2
    )
    assert main(["rank", str(file), "--both-bad", "drop", "--strong", "3"]) == 0
    assert "left out, as asked" in capsys.readouterr().err
    for options in ({"both_bad": "win"}, {"strong": 0}, {"strong": 1.5}):
        with pytest.raises(InvalidInputError, match=next(iter(options))):
            aggregation.read(file, **options)
    with pytest.raises(InvalidInputError, match="battles only"):
        aggregation.read(write("s.csv", "Model,x\nA,1\nB,2\n"), strong=2)


@pytest.mark.parametrize(
    "text",
    [
        "50:A\n50:\n",
        '420:["Memph" Memphis]/5>["Nash" Nash]/0\n260:["Nash" Nash]/5>Chat/4>Knox/4\n',
        "5:[A,X]>[B,Y]>[C,Z]\n4:[A,X]>[B,Y]\n",
        '{"version":"0.1"}\n{"max_rating": 1}\n=M:[Memphis, TN]\n=N:[Nash]\n21:M/1\n21:M/1=N/1\n',
        "  27:A>B  \n\t3:B\n",
        "42:Memph/400,Nash/200,Knox\n26:Memph,Nash/400,Knox/240\n",
    ],
)
def test_dialects_of_abif(text):
    assert parse_abif(text).voters > 0


def test_a_rating_that_is_missing_lists_nobody():
    ballots = parse_abif("42:A/400,B/200,C\n")
    assert (ballots.names, ballots.orders) == (("A", "B", "C"), ((42, ((1,), (2,))),))


def test_dialects_of_blt():
    nick = "3 1\n[nick A B C]\n[withdrawn B]\n3 A C 0\n2 C=A 0\n1 2 3 0\n0\n" + '"x"\n"y"\n"z"\n'
    ballots = parse_blt(nick)
    assert ballots.names == ("x", "z")
    assert ballots.orders == ((3, ((1,), (2,))), (2, ((2, 1),)), (1, ((2,),)))
    with pytest.raises(InvalidInputError, match="line 3"):
        parse_blt("2 1\n[nick A B]\n1 A D 0\n0\n")
    with pytest.raises(InvalidInputError, match="line 2"):
        parse_blt("2 1\n[nick A]\n1 A 0\n0\n")


@pytest.mark.parametrize(
    "header",
    [
        "Erste Wahl,Zweite Wahl",
        "Premier choix,Deuxième choix",
        "1st preference,2nd preference",
        "Choice 1,Choice 2",
        "First ranked,Second ranked",
    ],
)
def test_forms_in_several_words(write, header):
    problem = aggregation.read(write("f.csv", f"Timestamp,{header}\n1,Ann,Bob\n2,Bob,\n"))
    assert listed(problem) == [("Ann > Bob", 1), ("Bob", 1)]


@pytest.mark.parametrize("count", ["count", "votes", "n", "weight", "Number of ballots"])
def test_counted_ballots_under_any_name(write, count):
    problem = aggregation.read(write("c.csv", f'{count},ballot\n5,Ann > Bob\n3/2,"Bob, Ann"\n'))
    assert [weight for _, weight in listed(problem)] == [5, 1.5]


GRADES = {
    "voters": "voter,Ann,Bob,Cy\nv1,5,0,3\nv2,3,4,\nv3,0,5,2\n",
    "respondents": "Response ID;Ann;Bob;Cy\n1;5;0;3\n2;3;4;\n3;0;5;2\n",
    "form": "Timestamp,Rate the dogs [Ann],Rate the dogs [Bob],Rate the dogs [Cy],Why\n"
    "1,5,0,3,x\n2,3,4,,y\n3,0,5,2,\n",
}


@pytest.mark.parametrize("name", GRADES)
def test_voters_who_grade_are_no_systems(write, name):
    problem = aggregation.read(write("g.csv", GRADES[name]))
    assert problem.data.alternatives == ("Ann", "Bob", "Cy")
    assert problem.types == ((5, 0, 3), (3, 4, None), (0, 5, 2))
    assert problem.data.decisions[0] == (
        "read as grades, one voter a row (blank is no grade): 3 voters, 3 candidates"
    )
    ignored = "columns that are no choices and were ignored: Why"
    assert (ignored in problem.data.decisions) == (name == "form")
    assert aggregation.mean(problem, missing="available").winners == ("Bob",)
    scores = aggregation.read(write("g.csv", GRADES["voters"]), kind="scores")
    assert scores.data.alternatives == ("v1", "v2", "v3")


def test_grades_of_what_may_be_systems_are_refused_with_the_flag(write, capsys):
    file = write("p.csv", "Email,Round 1,Round 2\nzoe,81,7.5\nali,90,8\n")
    with pytest.raises(InvalidInputError, match=r"--as grades.*--as scores"):
        aggregation.read(file)
    assert aggregation.read(file, kind="scores").data.alternatives == ("zoe", "ali")
    assert aggregation.read(file, kind="grades").data.alternatives == ("Round 1", "Round 2")
    assert main(["rank", str(file), "--as", "grades", "--mechanism", "mean"]) == 0
    assert "read as grades" in capsys.readouterr().err
    with pytest.raises(InvalidInputError, match=r"line 3.*'x'"):
        aggregation.read(write("q.csv", "voter,A,B\nv1,1,5\nv2,x,0\n"), kind="grades")


def test_columns_with_brackets_of_systems_stay_tasks(write):
    file = write("s.csv", "Model,Acc [dev],Acc [test]\nA,71.2,70\nB,70.5,72\n")
    assert aggregation.read(file).data.alternatives == ("A", "B")
