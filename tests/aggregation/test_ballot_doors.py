"""Files that people hand in: what each is taken for, who wins, and what is refused."""

import random
from fractions import Fraction

import pytest

from mechdesign import aggregation
from mechdesign.errors import InvalidInputError

PAIRWISE = ["schulze", "ranked_pairs", "kemeny", "copeland", "minimax"]


@pytest.fixture
def write(tmp_path):
    def _write(name, text):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return _write


def votes(problem, a, b):
    """How many prefer a to b, and b to a."""
    pairs = aggregation.pairs_of(problem)
    i, j = pairs.alternatives.index(a), pairs.alternatives.index(b)
    return pairs.scaled(pairs.support[i, j]), pairs.scaled(pairs.support[j, i])


FORM = """Timestamp,First choice,Second choice,Third choice
1,Ann,Bob,Cy
2,Bob,Ann,
3,Cy,Bob,Ann
4,Ann,Cy,
5,Ann,Bob,
"""
COUNTED = "count,ballot\n5,Ann > Bob > Cy\n4,Bob > Ann\n3,Cy > Bob = Ann\n"
GRID = """,Tea,Milk,Juice,Water
v1,1,2,3,
v2,2,1,,3
v3,1,3,2,4
v4,3,1,2,
v5,1,,2,
"""
WINS = ",A,B,C\nA,,80,60\nB,20,,70\nC,40,30,\n"
TRUNCATED = """# NUMBER ALTERNATIVES: 4
# ALTERNATIVE NAME 1: Ash
# ALTERNATIVE NAME 2: Birch
# ALTERNATIVE NAME 3: Cedar
# ALTERNATIVE NAME 4: Write-in
34: 1
24: 2,1
18: 3,2
12: 1,2
11: 3
"""
MAYOR = """=K:[Kay]
=M:[Moe]
=W:[Win]
30:W
20:K>M
18:M>K
12:W>M
9:M
"""
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
FILES = {
    "form.csv": (FORM, {("Ann", "Bob"): (3, 2), ("Ann", "Cy"): (4, 1)}),
    "counted.csv": (COUNTED, {("Ann", "Bob"): (5, 4), ("Ann", "Cy"): (9, 3)}),
    "grid.csv": (GRID, {("Tea", "Milk"): (3, 2), ("Tea", "Juice"): (4, 1)}),
    "wins.csv": (WINS, {("A", "B"): (80, 20), ("A", "C"): (60, 40), ("B", "C"): (70, 30)}),
    "truncated.soi": (
        TRUNCATED,
        {("Ash", "Birch"): (46, 42), ("Ash", "Cedar"): (70, 29), ("Ash", "Write-in"): (70, 0)},
    ),
    "mayor.abif": (MAYOR, {("Moe", "Win"): (47, 42), ("Moe", "Kay"): (39, 20)}),
    "two.rankings": ("10: A\n3: B > A\n", {("A", "B"): (10, 3)}),
    "council.blt": (COUNCIL, {("Ann", "Bob"): (15, 7), ("Ann", "Cy"): (15, 12)}),
}


@pytest.mark.parametrize("name", FILES)
def test_each_file_is_read_as_what_it_is(write, name):
    text, known = FILES[name]
    problem = aggregation.read(write(name, text))
    assert {pair: votes(problem, *pair) for pair in known} == known
    (winner,) = {a for a, _ in known} - {b for _, b in known}
    for rule in PAIRWISE:
        assert getattr(aggregation, rule)(problem).winners == (winner,)
    assert problem.data.decisions[0].startswith("read as ")
    assert aggregation.schulze(problem).provenance.decisions == problem.data.decisions


def test_what_is_unseen_is_not_compared(write):
    file = write("two.rankings", "10: A\n3: B > A\n")
    assert aggregation.schulze(file, unranked="unseen").winners == ("B",)
    assert aggregation.irv(write("mayor.abif", MAYOR)).winners == ("Moe",)
    grid = aggregation.read(write("grid.csv", GRID), unranked="unseen")
    assert votes(grid, "Tea", "Juice") == (3, 1)
    assert votes(grid, "Water", "Juice") == (0, 1)


def test_write_ins_are_told(write):
    told = aggregation.read(write("t.soi", TRUNCATED)).data.decisions
    assert "write-ins count as a candidate like any other: Write-in" in told
    assert not any("write-in" in t for t in aggregation.read(write("g.csv", GRID)).data.decisions)


def test_columns_that_are_no_choices_are_told(write):
    told = aggregation.read(write("form.csv", FORM)).data.decisions
    assert "columns that are no choices and were ignored: Timestamp" in told


CVR = """id,rank1,rank2,rank3
1,A,B,C
2,overvote,A,B
3,B|C,A,
4,skipped,C,A
5,writein,B,undervote
"""


@pytest.mark.parametrize(
    ("policies", "rankings"),
    [
        ({}, ["A > B > C", "", "", "C > A", "Write-in > B"]),
        ({"overvote": "skip"}, ["A > B > C", "A > B", "A", "C > A", "Write-in > B"]),
        ({"overvote": "tie"}, ["A > B > C", "A > B", "B = C > A", "C > A", "Write-in > B"]),
        ({"skipped": "exhaust"}, ["A > B > C", "", "", "", "Write-in > B"]),
    ],
)
def test_cast_vote_records_with_a_column_for_each_rank(write, policies, rankings):
    problem = aggregation.read(write("cvr.csv", CVR), **policies)
    assert [" > ".join(" = ".join(t) for t in r.tiers) for r in problem.types] == rankings


def test_grids_with_ties_and_gaps(write):
    text = "voter,A,B,C,D\n1,1,1,3,4\n2,2,1,3,\n3,1,2,4,\n4,1,2,3,4\n"
    with pytest.raises(InvalidInputError, match="--as ranks"):
        aggregation.read(write("gap.csv", text))
    close = aggregation.read(write("gap.csv", text), kind="ranks")
    assert [str(r) for r in close.types] == [
        "A = B > C > D",
        "B > A > C",
        "A > B > C",
        "A > B > C > D",
    ]
    assert any(told.startswith("1 ballot with skipped ranks") for told in close.data.decisions)
    ended = aggregation.read(write("gap.csv", text), kind="ranks", skipped="exhaust")
    assert [str(r) for r in ended.types][2] == "A > B"


def test_a_table_that_may_be_two_things_is_refused_with_both(write):
    file = write("open.csv", ",T1,T2,T3\nAlder,1,2,3\nBirch,2,1,3\nCedar,1,3,2\n")
    with pytest.raises(InvalidInputError, match=r"--as ranks.*--as scores") as error:
        aggregation.read(file)
    assert "line 2: Alder, 1, 2, 3" in str(error.value)
    assert aggregation.read(file, kind="ranks").data.alternatives == ("T1", "T2", "T3")
    scored = aggregation.read(file, kind="scores")
    assert scored.data.alternatives == ("Alder", "Birch", "Cedar")
    named = write("said.csv", "Model,T1,T2,T3\nAlder,1,2,3\nBirch,2,1,3\nCedar,1,3,2\n")
    assert aggregation.read(named).data.alternatives == ("Alder", "Birch", "Cedar")


def test_columns_that_say_rank_are_better_when_smaller(write):
    text = "Model,Original rank,T3 rank\nAlder,1,1\nBirch,2=,2\nCedar,2=,3\nDogwood,4,4\n"
    problem = aggregation.read(write("ranks.csv", text))
    assert str(aggregation.borda(problem).choice) == "Alder > Birch > Cedar > Dogwood"
    assert problem.data.decisions[0].startswith("read as ranks of systems: smaller is better")


PARTIES = "OAK;0;7211;53\nELM;0;5271;38\nASH;0;2375;17\nFIR;1;2007;0\n"


def test_a_first_line_that_looks_like_data_is_not_eaten(write):
    file = write("parties.csv", PARTIES)
    with pytest.raises(InvalidInputError, match=r"--no-header.*--header.*OAK, 0, 7211, 53"):
        aggregation.read(file)
    whole = aggregation.read(file, header=False)
    assert whole.data.alternatives == ("OAK", "ELM", "ASH", "FIR")
    assert aggregation.read(file, header=True).data.alternatives == ("ELM", "ASH", "FIR")
    counted = write("counted.csv", "5,Ann > Bob\n4,Bob\n")
    with pytest.raises(InvalidInputError, match="--no-header"):
        aggregation.read(counted)
    assert aggregation.schulze(counted, header=False).winners == ("Ann",)
    # Names that are numbers are names.
    assert aggregation.read(write("years.csv", "x,2019,2021\nA,5,6\nB,7,8\n")).agents[0] == "2019"
    assert aggregation.read(write("tasks.csv", "x,1,2,3\nA,5,6,1\nB,7,8,0\n")).agents[0] == "1"


def test_tables_of_scores_stay_tables_of_scores(write):
    for text in (
        "Model,Votes,Note,Score\nA,3,> 7B,1\nB,4,big,2\n",
        "judge,clarity,depth\nx,4,5\ny,3,3\n",
        ",A,B\nA,0.9,0.5\nB,0.4,0.8\n",
    ):
        problem = aggregation.read(write("t.csv", text))
        assert isinstance(problem.data, aggregation.ScoreData)


@pytest.mark.parametrize(
    ("name", "text", "options", "match"),
    [
        ("c.csv", "count,ballot\n5,A > B\n-2,B\n", {}, "line 3`? of c.csv"),
        ("c.csv", "count,ballot\n5,A > B\n1e999999999,B\n", {}, "line 3`? of c.csv"),
        ("c.csv", "count,ballot\n5,A > B\nx,B\n", {}, "line 3`? of c.csv"),
        ("c.csv", "count,ballot\n5,A > B\n2,B >\n", {}, "line 3`? of c.csv"),
        ("g.csv", "voter,A,B\n1,1,2\n2,2,x\n", {"kind": "ranks"}, "line 3`? of g.csv"),
        ("g.csv", "voter,A,B\n1,1,2\n2,2,0\n", {"kind": "ranks"}, "line 3`? of g.csv"),
        ("t.csv", "m,A,B\nx,1,2\ny,2,0\n", {"kind": "wins"}, "square"),
        ("t.csv", "m,A,B\nx,1,2\ny,2,0\n", {"kind": "ballots"}, "first choice"),
        ("t.csv", "m,A,B\nx,1,2\ny,2,0\n", {"overvote": "tie"}, "ballots only"),
        ("b.blt", COUNCIL, {"kind": "scores"}, "be ballots"),
        ("b.blt", COUNCIL, {"header": False}, "header"),
        ("b.soi", "# TITLE: x\n1: 1\n", {}, "alternatives"),
        ("b.blt", COUNCIL, {"overvote": "split"}, "overvote"),
        ("b.rankings", "A > B\n", {"skipped": "exhaust"}, "skipped"),
        ("00036-00000001.dat", "Pair,%Pra\n1,2\n", {}, "matching graph"),
        ("00036-00000001.wmd", "# TITLE: x\n", {}, "a matching graph, not ballots"),
        ("b.abif", "1:A>B\nnonsense\n", {}, "line 2`? of b.abif"),
        ("t.csv", "m,A,B\nx,1,2\ny,2,0\n", {"unranked": "below"}, "unranked"),
    ],
)
def test_bad_input_names_what_and_where(write, name, text, options, match):
    with pytest.raises(InvalidInputError, match=match):
        aggregation.read(write(name, text), **options)


@pytest.mark.parametrize("name", FILES)
def test_mangled_files_are_read_or_refused(write, name):
    rng = random.Random(name)
    for _ in range(60):
        text = list(FILES[name][0])
        for _ in range(rng.randint(1, 6)):
            k = rng.randrange(len(text) + 1)
            if rng.random() < 0.5:
                del text[k : k + rng.randint(1, 3)]
            else:
                text.insert(k, rng.choice('0123456789-=>:,"[]{}#/; \n|.eé'))
        try:
            problem = aggregation.read(write(name, "".join(text)))
        except InvalidInputError:
            continue
        assert problem.data.alternatives


@pytest.mark.parametrize(
    ("data", "weights"),
    [
        (["2.5: A > B", "1/3: B", "A = B"], (Fraction(5, 2), Fraction(1, 3), 1)),
        ({"A > B": "1/3", "B": "0.25"}, (Fraction(1, 3), Fraction(1, 4))),
        (["A > B", "", "2:"], (1, 1, 2)),
    ],
)
def test_weights_are_exact_and_ballots_may_be_blank(data, weights):
    problem = aggregation.read(data)
    assert problem.data.alternatives == ("A", "B")
    assert problem.weights == weights
    assert aggregation.schulze(problem).winners == ("A",)


@pytest.mark.parametrize("data", [["1/0: A > B"], ["-1: A > B"], {"A > B": "x"}, {"A > B": "-1"}])
def test_bad_weights_are_named(data):
    with pytest.raises(InvalidInputError, match="weight"):
        aggregation.read(data)


def test_lists_of_names_are_ballots():
    ballots = [["Ann", "Bob"], ["Bob"], ["Ann"], []]
    assert aggregation.schulze(ballots).winners == ("Ann",)
    with pytest.raises(InvalidInputError):
        aggregation.read([["Ann", "Ann"]])


@pytest.mark.shared_data
def test_the_debian_leader_of_2006(shared_data):
    problem = aggregation.read(shared_data / "elections" / "leader2006_tally.txt")
    third, fourth = problem.data.alternatives[2:4]
    assert votes(problem, fourth, third) == (190, 184)
    for rule in PAIRWISE:
        assert getattr(aggregation, rule)(problem).winners == (fourth,)
    copeland = aggregation.copeland(problem).scores
    order = [problem.data.alternatives[k - 1] for k in (4, 3, 1, 5, 7, 8, 2, 6)]
    assert sorted(copeland, key=copeland.__getitem__, reverse=True)[:2] == order[:2]
    unseen = aggregation.read(shared_data / "elections" / "leader2006_tally.txt", unranked="unseen")
    assert votes(unseen, third, fourth) == (174, 167)


@pytest.mark.shared_data
def test_burlington_2009(shared_data):
    problem = aggregation.read(shared_data / "elections" / "burl2009.abif")
    kiss, montroll, wright = (
        next(x for x in problem.data.alternatives if name in x)
        for name in ("Kiss", "Montroll", "Wright")
    )
    assert votes(problem, montroll, kiss) == (4067, 3477)
    assert votes(problem, montroll, wright) == (4597, 3668)
    assert votes(problem, kiss, wright) == (4314, 4064)
    assert aggregation.condorcet(problem).winners == (montroll,)
    assert aggregation.irv(problem).winners == (kiss,)


@pytest.mark.shared_data
def test_wards_of_glasgow(shared_data):
    files = sorted((shared_data / "elections").glob("00008-*.soi"))
    assert len(files) == 15
    for file in files:
        problem = aggregation.read(file)
        assert problem.data.decisions[0].startswith("read as PrefLib orders (soi)")
    calton = aggregation.plurality(shared_data / "elections" / "00008-00000003.soi").scores
    top = sorted(calton.items(), key=lambda item: -item[1])[:4]
    assert top == [
        ("George Redmond", 1982),
        ("Alison E Thewliss", 1143),
        ("Ruth Simpson", 628),
        ("Fiacra Fullerton", 302),
    ]


def test_a_candidate_called_x_is_no_mark_and_its_rows_no_header(write):
    text = (
        "id,Mayor Choice 1,Mayor Choice 2,Council Choice 1,Council Choice 2\n"
        "1,Ann,Bob,X,Y\n2,Bob,Ann,Y,\n3,Ann,,X,\n"
    )
    with pytest.raises(InvalidInputError, match=r"--contest.*Mayor; Council"):
        aggregation.read(write("v.csv", text))
    problem = aggregation.read(write("v.csv", text), contest="Council")
    assert aggregation.copeland(problem).winners == ("X",)


def test_numbers_of_precincts_are_no_candidates(write):
    text = "Response ID,precinct_id,Lettuce,Kale,Corn\n1,7,1,2,3\n2,7,2,1,\n3,8,3,2,1\n"
    problem = aggregation.read(write("g.csv", text))
    assert problem.data.alternatives == ("Lettuce", "Kale", "Corn")
    assert aggregation.copeland(problem).winners == ("Kale",)


def test_tied_ranks_of_voters_are_asked_about(write):
    with pytest.raises(InvalidInputError, match=r"--as ranks.*--as scores"):
        aggregation.read(write("g.csv", ",X,Y,Z\nv1,1,1,3\nv2,2,1,3\n"))


def test_a_table_of_wins_in_another_order_of_rows(write):
    text = ",A,B,C\nC,40,30,0\nB,20,0,70\nA,0,80,60\n"
    problem = aggregation.read(write("w.csv", text))
    assert list(aggregation.copeland(problem).ranking) == [("A",), ("B",), ("C",)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (",A,B\nA,,80\nB,x,\n", "line 3.*wins against A.*'x'"),
        (",A,B\nA,0,60\nB,-60,0\n", "line 3.*wins against A.*-60"),
        (",A,B\nA,,80%\nB,20%,\n", "line 2.*wins against B.*80%"),
        (",A,B,C\nA,1,.8,.6\nB,.8,1,.7\nC,.6,.7,1\n", "against itself"),
    ],
)
def test_a_square_table_of_something_else_is_refused(write, text, said):
    with pytest.raises(InvalidInputError, match=said):
        aggregation.read(write("w.csv", text))
    assert aggregation.read(write("w.csv", text), kind="scores").data


def test_ratings_of_packages_are_not_ranked_by_cost(write):
    file = write("r.csv", "package,cost,Ann,Bob\npark,5,3,3\npool,3,4,2\nplaza,4,5,1\n")
    with pytest.raises(InvalidInputError, match=r"solve bargaining.*--as scores"):
        aggregation.read(file)
    assert aggregation.borda(file, kind="scores").winners


def test_ballots_of_one_name_and_their_shares(write):
    assert aggregation.plurality(write("b.csv", "ballot\nAnn\nBob\nAnn\n")).winners == ("Ann",)
    with pytest.raises(InvalidInputError, match=r"line 2.*'percent'.*55%"):
        aggregation.read(write("b.csv", "ranking,percent\nA > B,55%\nB > A,45%\n"))
    with pytest.raises(InvalidInputError, match=r"line 2.*Ann; Bob"):
        aggregation.read(write("b.csv", "count,ballot\n5,Ann; Bob\n3,Bob; Ann\n"))


def test_a_grid_of_ranks_with_one_wrong_is_no_table_of_scores(write):
    with pytest.raises(InvalidInputError, match=r"--as ranks.*--as scores"):
        aggregation.read(write("g.csv", ",X,Y,Z\nv1,1,2,3\nv2,2,1,3\nv3,4,1,2\n"))
