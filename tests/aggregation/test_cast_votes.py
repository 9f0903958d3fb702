"""Cast vote records, Scottish councils' files, .stv files: who wins, and what is said of it."""

from fractions import Fraction

import pytest

from mechdesign import aggregation
from mechdesign.errors import InvalidInputError
from mechdesign.io.ballots.building import Builder
from mechdesign.io.ballots.scottish import parse_scottish
from mechdesign.io.ballots.stv_files import parse_stv


@pytest.fixture
def write(tmp_path):
    def _write(name, text):
        (tmp_path / name).write_text(text)
        return tmp_path / name

    return _write


def ballots(problem):
    """Each order with its weight."""
    weights = problem.weights or [1] * len(problem.types)
    return [(str(order), weight) for order, weight in zip(problem.types, weights, strict=True)]


MAYOR = """Precinct,1ST CHOICE MAYOR,2ND CHOICE MAYOR,3RD CHOICE MAYOR,Count
P-1,ANN,undervote,BOB,3
P-1,BOB,overvote,CY,2
P-2,UWI,ANN,ANN,1.5
P-2,undervote,undervote,undervote,4
"""


def test_a_column_for_each_rank_with_counts(write):
    problem = aggregation.read(write("mn.csv", MAYOR))
    assert ballots(problem) == [
        ("ANN > BOB", 3),
        ("BOB", 2),
        ("Write-in > ANN", Fraction(3, 2)),
        ("", 4),
    ]
    told = problem.data.decisions
    assert told[0] == "read as cast vote records, one ballot a row: 21/2 ballots, 4 candidates"
    assert "the contest is MAYOR" in told
    assert "the column Count says how often a ballot was cast" in told
    assert "columns that are no choices and were ignored: Precinct" in told
    assert (
        "2 ballots with an overvote whose marks the file does not name: the ballot ends there "
        "(--overvote decides)" in told
    )
    assert "3 ballots with skipped ranks: later ranks move up (--skipped decides)" in told
    assert (
        "3/2 ballots with a candidate marked twice: the first mark counts "
        "(--duplicate decides)" in told
    )
    assert "4 blank ballots, which rank nobody" in told
    assert "write-ins count as a candidate like any other: Write-in" in told
    skip = aggregation.read(write("mn.csv", MAYOR), overvote="skip", skipped=0)
    assert ballots(skip)[:2] == [("ANN", 3), ("BOB > CY", 2)]


def test_a_bad_count_names_its_line(write):
    with pytest.raises(InvalidInputError, match=r"line 3`? of mn\.csv.*'-2'"):
        aggregation.read(write("mn.csv", MAYOR.replace("CY,2", "CY,-2")))


SEVERAL = """Cast Vote Record,Ballot Style,DEM Mayor Choice 1 of 2 (024306),\
DEM Mayor Choice 2 of 2 (224306),Rep. to Congress 1st Choice District 2,\
Rep. to Congress 2nd Choice District 2
1,7,201,202,DEM Golden,undervote
2,7,202,201,REP Poliquin,DEM Golden
3,7,202,,DEM Golden,
"""


def test_several_contests_in_one_file(write):
    path = write("ny.csv", SEVERAL)
    with pytest.raises(InvalidInputError, match=r"--contest.*DEM Mayor; Rep\. to Congress"):
        aggregation.read(path)
    with pytest.raises(InvalidInputError, match="be one of"):
        aggregation.read(path, contest="Council")
    mayor = aggregation.read(path, contest="mayor")
    assert ballots(mayor) == [("201 > 202", 1), ("202 > 201", 1), ("202", 1)]
    congress = aggregation.read(path, contest="Rep. to Congress District 2")
    assert ballots(congress)[1] == ("REP Poliquin > DEM Golden", 1)
    told = "; the file also holds DEM Mayor (--contest)"
    assert any(line.endswith(told) for line in congress.data.decisions)


def test_a_contest_is_said_of_cast_vote_records_only(write):
    with pytest.raises(InvalidInputError, match="cast vote records only"):
        aggregation.read(write("c.csv", "count,ballot\n3,A > B\n"), contest="Mayor")
    with pytest.raises(InvalidInputError, match="contest"):
        aggregation.read(write("s.csv", "system,x,y\nA,.5,.7\nB,.2,.9\n"), contest="Mayor")


DOMINION = """2022 General,5.10,,,,,,,
,,Mayor (Number of positions=1),Mayor (Number of positions=1),Mayor (Number of positions=1),\
Mayor (Number of positions=1),Clerk (Number of positions=1),Clerk (Number of positions=1),x
,,Ann(1),Ann(2),Bob(1),Bob(2),Di(1),Ed(1),
CvrNumber,BatchId,,,,,,,
1,1,1,0,0,1,1,0,
2,1,0,1,1,0,0,1,
3,1,1,0,1,0,0,1,
4,1,,,,,1,0,
5,1,0,0,0,0,1,0,
6,1,1,1,0,0,1,0,
"""
PORTLAND = """RecordID,Choice_1_1:Council:1:Number of Winners 3:Ann:NON,\
Choice_2_1:Council:1:Number of Winners 3:Bob:NON,Choice_1_2:Council:2:Number of Winners 3:Ann:NON,\
Choice_2_2:Council:2:Number of Winners 3:Bob:NON
1,1,0,0,1
2,0,1,0,0
"""
LINES = """,Mayor,Mayor,Mayor,Mayor
,Ann,Ann,Bob,Bob
,1,2,1,2
a,1,0,0,1
b,0,0,1,0
"""


def test_a_column_for_each_candidate_at_each_rank(write):
    problem = aggregation.read(write("cvr.csv", DOMINION))
    assert [order for order, _ in ballots(problem)] == ["Ann > Bob", "Bob > Ann", "", "", "Ann"]
    told = problem.data.decisions
    assert "the contest is Mayor" in told
    assert "1 row has no cell of this contest: no ballots of it" in told
    assert (
        "1 ballot with several marks at a rank: the ballot ends there (--overvote decides)" in told
    )
    tied = aggregation.read(write("cvr.csv", DOMINION), overvote="tie")
    assert ballots(tied)[2] == ("Ann = Bob", 1)
    for name, text in (("portland.csv", PORTLAND), ("lines.csv", LINES)):
        found = aggregation.read(write(name, text))
        assert ballots(found) == [("Ann > Bob", 1), ("Bob", 1)], name


def test_questions_of_a_form_are_one_contest(write):
    text = "Timestamp,Your first choice,And your second choice?\n1/2/24,Ann,Bob\n2/2/24,Bob,\n"
    problem = aggregation.read(write("form.csv", text))
    assert ballots(problem) == [("Ann > Bob", 1), ("Bob", 1)]


def test_ranks_of_systems_are_no_votes(write):
    problem = aggregation.read(write("r.csv", "system,Rank 1,Rank 2\nA,1,2\nB,2,1\nC,3,3\n"))
    assert problem.data.alternatives == ("A", "B", "C")


@pytest.mark.parametrize(
    ("skipped", "order"),
    [
        ("close_up", ((1,), (2,), (3,))),
        ("exhaust", ((1,),)),
        ("0", ((1,),)),
        (1, ((1,), (2,))),
        ("2", ((1,), (2,), (3,))),
    ],
)
def test_more_skipped_ranks_in_a_row_than_allowed_end_a_ballot(skipped, order):
    builder = Builder("x", "ABC", skipped=skipped)
    builder.add(1, [["A"], [], ["B"], [], [], ["C"]], "line 1")
    assert builder.ballots("x").orders == ((1, order),)


@pytest.mark.parametrize("skipped", ["some", -1, True, 1.5, "1e9"])
def test_bad_policies_are_named(skipped):
    with pytest.raises(InvalidInputError, match="skipped"):
        Builder("x", "ABC", skipped=skipped)


WARD = """3,2,
126,1,

9,1,2,
10,1,2,3,
1,3,,1,
"Candidate 1","Paul","Orange (O)",
"Candidate 2","George","Yellow (Y)",
"Candidate 3","Ringo","Red (R)",

"Wardy Ward",
"""


def test_a_scottish_council(write):
    problem = aggregation.read(write("ward.csv", WARD))
    assert ballots(problem) == [
        ("Paul (Orange (O))", 126),
        ("Paul (Orange (O)) > George (Yellow (Y))", 9),
        ("Paul (Orange (O)) > George (Yellow (Y)) > Ringo (Red (R))", 10),
        ("Ringo (Red (R)) > Paul (Orange (O))", 1),
    ]
    told = problem.data.decisions
    assert told[0] == "read as a Scottish council's ballots: 146 ballots, 3 candidates"
    assert told[1].startswith("the file is for 2 seats")
    assert "1 ballot with skipped ranks: later ranks move up (--skipped decides)" in told
    assert parse_scottish(WARD).title == "Wardy Ward"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("126,1,", "126,4,", "line 2.*126,4"),
        ("126,1,", "x,1,", "line 2.*x"),
        ("3,2,", "3,4,", "line 1.*3,4"),
        ("3,2,", "4,2,", "name 4 candidates"),
        ('"Candidate 2"', '"Candidate 3"', "line 8.*Candidate 3"),
    ],
)
def test_bad_lines_of_a_scottish_council_are_named(old, new, said):
    with pytest.raises(InvalidInputError, match=said):
        parse_scottish(WARD.replace(old, new, 1), "ward.csv")


STV = """title=Example
method=BC
seats=2
candidate=a Ann A
candidate=b Bob
candidate=c Cy
withdraw=c
{order}ballots={ballots}
{lines}
end
never read
"""


def test_stv_files_in_their_dialects():
    named = parse_stv(STV.format(order="", ballots=3, lines="31X a c b\n30X b=a\n1/2X - b"))
    assert (named.names, named.title) == (("Ann A", "Bob"), "Example")
    assert named.orders == ((31, ((1,), (2,))), (30, ((2, 1),)), (Fraction(1, 2), ((2,),)))
    assert "the option method=BC was not used" in named.decisions
    assert "withdrawn and taken off every ballot: Cy" in named.decisions
    placed = parse_stv(STV.format(order="order=b a c\n", ballots=2, lines="1 - 2\n2 1 -"))
    assert placed.orders == ((1, ((2,),)), (1, ((1,), (2,))))
    assert parse_stv(STV.format(order="", ballots=5, lines="3X a\n2X b")).voters == 5
    blt = parse_stv('method=blt\nballots=blt\n2 1\n3 2 1 0\n0\n"A"\n"B"\n')
    assert (blt.names, blt.orders) == (("A", "B"), ((3, ((2,), (1,))),))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (STV.format(order="", ballots=3, lines="31X a z"), "line 9.*z"),
        (STV.format(order="order=b a c\n", ballots=3, lines="1 2"), "line 10.*1 2"),
        (STV.format(order="order=b a\n", ballots=3, lines="1 2"), "order"),
        (STV.format(order="", ballots=9, lines="3X a\n2X b"), "ballots=9.*2 lines, 5 ballots"),
        ("seats=2\ncandidate=a\n", "ballots=12"),
        ("seats=2\nseat=2\n", "line 2.*seat=2"),
        ("seats=0\nballots=1\na\n", "seats"),
        ("method=blt\nballots=blt\n2 1\n3 2 9 0\n0\n", "line 4.*9"),
    ],
)
def test_bad_stv_files_name_their_line(text, said):
    with pytest.raises(InvalidInputError, match=said):
        parse_stv(text, "a.stv")


CIVS = "Tea,Milk,Juice\n1,2,-\n1,2,-\n-,2,1\n-,2,1\n-,1,2\n"


def test_a_dash_is_no_opinion_or_a_last_place(write):
    """Tea is first twice and beats Milk by those who know it, and loses to it by all."""
    path = write("civs.csv", CIVS)
    with pytest.raises(InvalidInputError, match=r"CIVS \(--unranked unseen\).*--unranked last"):
        aggregation.read(path)
    unseen = aggregation.pairs_of(aggregation.read(path, unranked="unseen"))
    last = aggregation.pairs_of(aggregation.read(path, unranked="last"))
    tea, milk = (unseen.alternatives.index(name) for name in ("Tea", "Milk"))
    assert (unseen.support[tea, milk], unseen.support[milk, tea]) == (2, 0)
    assert (last.support[tea, milk], last.support[milk, tea]) == (2, 3)


@pytest.mark.parametrize("name", ["council.txt", "council", "council.dat"])
def test_the_format_can_be_said(write, name):
    text = '2 1\n3 2 1 0\n1 1 0\n0\n"Ann"\n"Bob"\n'
    problem = aggregation.read(write(name, text), kind="blt")
    assert ballots(problem) == [("Bob > Ann", 3), ("Ann", 1)]
    if name != "council.dat":
        assert aggregation.read(write(name, text)).types == problem.types
