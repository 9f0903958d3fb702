"""Files of ballots: what each format holds, and what is refused with its line."""

from dataclasses import replace
from fractions import Fraction

import pytest

from mechdesign.errors import InvalidInputError
from mechdesign.io.ballots.abif import parse_abif
from mechdesign.io.ballots.blt import format_blt, parse_blt, read_blt
from mechdesign.io.ballots.recognition import ballot_format
from mechdesign.io.ballots.tally_sheets import parse_tally_sheet, read_tally_sheet
from mechdesign.io.preflib import format_preflib, parse_preflib, read_preflib
from mechdesign.io.ranking_lists import format_rankings, parse_rankings, read_rankings

BLT = """\ufeff
# a count
4 2
-2
[tie 3 2 1]
3 1 3 0
5/2 3=4 1 0   # two at one rank
1 - 3 0
0 4 0
2 0
1 2 1 0
1 3 1 3 0
0
"Ann "Annie" Archer"
"Bob"
"Cy O'Rourke "
"Dee"
"Board"
"from a page"
Quota 3
"""


def test_blt_and_its_dialects():
    ballots = parse_blt(BLT, "board.blt")
    ann, cy, dee = 1, 2, 3
    assert ballots.names == ('Ann "Annie" Archer', "Cy O'Rourke", "Dee")
    assert ballots.title == "Board"
    assert ballots.orders == (
        (3, ((ann,), (cy,))),
        (Fraction(5, 2), ((cy, dee), (ann,))),
        (1, ((cy,),)),
        (0, ((dee,),)),
        (2, ()),
        (1, ((ann,),)),
        (1, ((cy,), (ann,))),
    )
    assert ballots.decisions == (
        "read as BLT: 21/2 ballots, 3 candidates",
        "what follows the title from line 19 on was not read",
        "the option [tie 3 2 1] was not used: --ties order and --order decide ties",
        "the file is for 2 seats: a rule that ranks does not fill seats, the ranking is of single "
        "candidates",
        "withdrawn and taken off every ballot: Bob",
        "5/2 ballots with several marks at a rank: the candidates at one rank are tied "
        "(--overvote decides)",
        "1 ballot with skipped ranks: later ranks move up (--skipped decides)",
        "1 ballot with a candidate marked twice: the first mark counts (--duplicate decides)",
        "2 blank ballots, which rank nobody",
    )


@pytest.mark.parametrize(
    ("policy", "order"),
    [
        ({}, ((1,), (2, 3), (4,))),
        ({"overvote": "exhaust"}, ((1,),)),
        ({"overvote": "skip"}, ((1,), (4,))),
        ({"skipped": "exhaust"}, ((1,),)),
    ],
)
def test_overvotes_and_skipped_ranks_are_policies(policy, order):
    names = "\n".join(f'"{name}"' for name in "ABCD")
    assert parse_blt(f"4 1\n1 1 - 2=3 4 0\n0\n{names}\n", **policy).orders == ((1, order),)


def test_blt_with_names_on_one_line_and_without():
    one = parse_blt('2 1\n1 2 1 0\n0\n"Ann" "Bob Roe" "f:a77"\n')
    assert (one.names, one.title) == (("Ann", "Bob Roe"), "f:a77")
    bare = parse_blt("2 1\n1 2 1 0\n0\n")
    assert bare.names == ("candidate 1", "candidate 2")
    assert "2 candidates have no name in the file and are numbered" in bare.decisions


@pytest.mark.parametrize(
    ("text", "line", "value"),
    [
        ("2 1\n1 1 3 0\n0\n", 2, "'3'"),
        ("2 1\n1 1\n2 2 0\n0\n", 2, "'1 1'"),
        ("2 1\n1 1 0\n", 2, "end of the file"),
        ("2 1\n1 1 0\n0\n1 2 0\n", 4, "'1'"),
        ("2 3\n1 1 0\n0\n", 1, "'2 3'"),
        ("x\n", 1, "'x'"),
        ("2 1\n-1 1 0\n0\n", 2, "-1 1"),
        ("2 1\nx 1 0\n0\n", 2, "'x'"),
        ("2 1\n1e999999999 1 0\n0\n", 2, "1e999999999"),
        ("2 1\n1/0 1 0\n0\n", 2, "1/0"),
        ("2 1\n-3\n1 1 0\n0\n", 2, "3"),
        ('2 1\n1 1 0\n0\n"Ann\n', 4, '"Ann'),
    ],
)
def test_bad_blt_names_line_and_value(text, line, value):
    with pytest.raises(InvalidInputError, match=f"line {line}`? of bad.blt") as error:
        parse_blt(text, "bad.blt")
    assert value.strip("'") in str(error.value)


ABIF = """
{title: "Grove"}
{"url": "x"}
=K:[Kay, Esq. (Red)]
=M:[Moe]
# -----
045: K > M   # the first
2.5:M
1:K=M
3: M/5 > K/3
2: K/1, M/4, [Wyn]
7:
"""


def test_abif():
    ballots = parse_abif(ABIF)
    assert (ballots.names, ballots.title) == (
        ("Kay, Esq. (Red)", "Moe", "Wyn"),
        "Grove",
    )
    assert "not declared in the file, taken as candidates: Wyn" in ballots.decisions
    assert ballots.metadata == (("url", "x"),)
    assert ballots.orders == (
        (45, ((1,), (2,))),
        (Fraction(5, 2), ((2,),)),
        (1, ((1, 2),)),
        (3, ((2,), (1,))),
        (2, ((2,), (1,))),
        (7, ()),
    )
    assert "7 blank ballots, which rank nobody" in ballots.decisions


def test_abif_without_names_and_with_strangers():
    assert parse_abif('5:A>"B C"\n').names == ("A", "B C")
    told = parse_abif("=A:[Ann]\n5:A>B\n").decisions
    assert "not declared in the file, taken as candidates: B" in told


@pytest.mark.parametrize(
    "line", ["3:A>", "3:A>B,C", "3:A,B", "A>B", "-1:A", "3:A/1>B/5", "x:A>B", "{oops}", "=A"]
)
def test_bad_abif_names_its_line(line):
    with pytest.raises(InvalidInputError, match=r"line 2`? of bad.abif"):
        parse_abif(f"4:A>B\n{line}\n", "bad.abif")


def test_abif_cut_off_in_a_name_is_refused():
    with pytest.raises(InvalidInputError, match=r"line 3`? of cut.abif.*line break.*Ann>B"):
        parse_abif("=Ann:[Ann]\n=Bob:[Bob]\n5:Ann>B", "cut.abif")
    assert parse_abif("=Ann:[Ann]\n=Bob:[Bob]\n5:Ann>Bob").voters == 5


def test_abif_without_votes_names_the_candidates():
    with pytest.raises(InvalidInputError, match=r"line of votes; got 'candidates K'"):
        parse_abif("=K:[Kay]\n")


SHEET = """
   "V: vote   MD5SUM"
   Option 1--->: Ann
 /  Option 2-->: Bob
 |/ Option 3-->: None of the Above
V: 13- abc
V: -11 def
V: --- 012
"""


def test_tally_sheets():
    ballots = parse_tally_sheet(SHEET)
    assert ballots.names == ("Ann", "Bob", "None of the Above")
    assert ballots.orders == ((1, ((1,), (2,))), (1, ((2, 3),)), (1, ()))
    assert any("a quorum are asked for" in told for told in ballots.decisions)


@pytest.mark.parametrize("vote", ["12", "1234", "0--", "1?-"])
def test_bad_tally_sheets_name_their_line(vote):
    with pytest.raises(InvalidInputError, match=r"line 9`? of t.txt"):
        parse_tally_sheet(f"{SHEET}V: {vote} x\n", "t.txt")
    with pytest.raises(InvalidInputError, match="Option 1"):
        parse_tally_sheet("V: 12\n")


def test_weights_and_blank_ballots_in_lines_of_rankings():
    ballots = parse_rankings("2.5: A > B\n1/3: B\n0: B\n4:\n")
    assert ballots.names == ("A", "B")
    assert ballots.orders == (
        (Fraction(5, 2), ((1,), (2,))),
        (Fraction(1, 3), ((2,),)),
        (0, ((2,),)),
        (4, ()),
    )
    assert parse_rankings(format_rankings(ballots)) == ballots
    with pytest.raises(InvalidInputError, match=r"line 2`? of r.rankings"):
        parse_rankings("A\n-2: A\n", "r.rankings")
    with pytest.raises(InvalidInputError, match="PrefLib"):
        format_preflib(ballots)


def test_preflib_counts_of_zero_numbers_from_zero_and_gaps():
    old = parse_preflib("2\n0,Tea\n1,Milk\n3,3,2\n3,1,0\n0,0,1\n")
    assert old.names == ("Tea", "Milk")
    assert old.orders == ((3, ((2,), (1,))), (0, ((1,), (2,))))
    assert old.decisions == ("the alternatives are numbered 0..1",)
    head = "# NUMBER ALTERNATIVES: 2\n# ALTERNATIVE NAME 3: A\n# ALTERNATIVE NAME 7: B\n"
    new = parse_preflib(f"{head}4: 7\n")
    assert (new.names, new.orders) == (("A", "B"), ((4, ((2,),)),))
    assert new.decisions == ("the alternatives are numbered 3, 7",)
    with pytest.raises(InvalidInputError, match=r"line 4`? of gaps.soi"):
        parse_preflib(f"{head}4: 1\n", "gaps.soi")


def test_an_imbued_last_tier_was_not_listed():
    head = "# MODIFICATION TYPE: imbued\n# NUMBER ALTERNATIVES: 3\n"
    ballots = parse_preflib(f"{head}5: 1,{{2,3}}\n2: 2,1,3\n1: {{1,2,3}}\n")
    assert ballots.orders == ((5, ((1,),)), (2, ((2,), (1,), (3,))), (1, ()))
    assert ballots.decisions[0].startswith("imbued: the tied last tier of 6 ballots")


@pytest.mark.parametrize(
    ("name", "what"), [("k.wmd", "a matching graph, not ballots"), ("k.cat", "name its categories")]
)
def test_other_files_of_preflib_are_refused_by_name(tmp_path, name, what):
    (tmp_path / name).write_text("# TITLE: x\n1,2\n")
    with pytest.raises(InvalidInputError, match=what):
        read_preflib(tmp_path / name)


@pytest.mark.shared_data
def test_published_files(shared_data):
    folder = shared_data / "elections"
    maemo = read_blt(folder / "maemo.blt")
    assert (maemo.voters, dict(maemo.metadata)["seats"]) == (51, "3")
    assert "4 blank ballots, which rank nobody" in maemo.decisions
    firsts = [0] * 5
    for count, order in maemo.orders:
        if order:
            firsts[order[0][0] - 1] += count
    assert sorted(firsts, reverse=True) == [31, 7, 5, 3, 1]
    sheet = read_tally_sheet(folder / "leader2007_tally.txt")
    assert (sheet.voters, sheet.names[5]) == (482, "Raphaël Hertzog")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("3 1\n3 1 0 2 0\n0\n", "line 2.*0 at its end only"),
        ("3 3\n3 1 0\n0\n", "line 1.*more candidates"),
        ("3 1\n[tie 9 2 1]\n3 1 0\n0\n", "line 2.*each once"),
        ("3 1\n[tie 2 2 1]\n3 1 0\n0\n", "line 2.*each once"),
    ],
)
def test_blt_with_one_thing_wrong(text, said):
    with pytest.raises(InvalidInputError, match=said):
        parse_blt(text)


def test_as_many_seats_as_candidates_are_not_written():
    ballots = replace(parse_blt("2 1\n3 1 2 0\n0\n"), metadata=(("seats", "2"),))
    with pytest.raises(InvalidInputError, match="fewer than candidates"):
        format_blt(ballots)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("3:A<B\n", "line 1.*A<B"),
        ("=A:[Ann\n3:A>B\n", "line 1.*Ann Archer"),
    ],
)
def test_abif_with_one_thing_wrong(text, said):
    with pytest.raises(InvalidInputError, match=said):
        parse_abif(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("A < B\n", "line 1.*best first"),
        ("A, B, C\nB, A, C\n", "line 1.*part candidates by >"),
        ("A, B\nB\n", "line 1.*part candidates by >"),
        ("3 A > B\n2 B > A\n", "line 1.*colon after the count"),
        ("3x A > B\n2x B > A\n", "line 1.*colon after the count"),
        ("3 A > B\n2 B > A\n" * 30_000, "line 1.*colon after the count"),
    ],
)
def test_rankings_in_another_notation_are_refused(text, said):
    with pytest.raises(InvalidInputError, match=said):
        parse_rankings(text)


def test_names_of_rankings_may_hold_commas_and_numbers():
    assert parse_rankings("Smith, Ann > Smith, Bob\n").names == ("Smith, Ann", "Smith, Bob")
    assert parse_rankings('"A, B" > B\n').names == ("A, B", "B")
    assert parse_rankings("3 Oaks > Elm\nElm > 3 Oaks\n").names == ("3 Oaks", "Elm")


def test_a_count_whose_ballot_was_cut_off_is_no_candidate():
    with pytest.raises(InvalidInputError, match=r"line 2.*ballot after the count"):
        parse_rankings("10: A > B\n3")
    # Years are candidates where a ranking has them.
    assert parse_rankings("10: 2024 > 2025\n2025\n").names == ("2024", "2025")
    assert parse_rankings("1 > 2\n2\n").names == ("1", "2")


def test_a_council_in_two_bytes_a_letter_is_recognised(tmp_path):
    text = '2,1,\n5,1,2,\n4,2,\n"Candidate 1","Ann","Red (R)",\n"Candidate 2","Bob","Blue (B)",\n'
    path = tmp_path / "council.csv"
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        path.write_bytes((text + '"Ward 1",\n').encode(encoding))
        assert ballot_format(path) == "scottish"


def test_rankings_in_other_encodings(tmp_path):
    for encoding, said in (("utf-16", "UTF-16"), ("latin-1", "Windows-1252")):
        path = tmp_path / "t.rankings"
        path.write_bytes("3: Zoë > Bob\n".encode(encoding))
        found = read_rankings(path)
        assert found.names == ("Zoë", "Bob")
        assert said in found.decisions[0]


@pytest.mark.parametrize("end", ["V: 12 ab", "V: 12", "V: 12 "])
def test_a_tally_sheet_that_is_cut(end):
    sheet = "Option 1-->: Ann\nOption 2-->: Bob\nV: 1- 0123456789abcdef\nV: 21 0123456789abcde1\n"
    assert parse_tally_sheet(sheet).voters == 2
    with pytest.raises(InvalidInputError, match=r"line 5.*cut off"):
        parse_tally_sheet(sheet + end)


def test_ratings_of_abif_are_told():
    assert (
        "3 ballots with ratings, of which the order counts" in parse_abif("3:A/5,B/2\n").decisions
    )
    assert len(parse_abif("3:[A/B]>C # 1/2\n").decisions) == 1


@pytest.mark.parametrize("lines", [1, 30_000])
def test_headers_of_preflib_that_say_something_else(lines):
    head = "# DATA TYPE: {}\n# NUMBER ALTERNATIVES: 2\n# NUMBER UNIQUE ORDERS: {}\n"
    body = "1: 1,2\n2: 2\n" * lines
    found = parse_preflib(head.format("soc", 3) + body).decisions
    assert found == (
        "the header says soc, the orders are soi",
        f"the header says 3 unique orders, the file has {2 * lines}",
    )
    assert not parse_preflib(head.format("soi", 2 * lines) + body).decisions
    assert not parse_preflib(head.format("toi", 2 * lines) + body).decisions


def test_names_that_are_alike_are_told():
    assert any("alike: Ann, ann" in d for d in parse_abif("3:Ann>Bob\n2:ann>Bob\n").decisions)
