"""Pabulib files: every vote type, round trips, and the many ways in which a file can be broken."""

import json

import pytest

from mechdesign import bargaining
from mechdesign.cli import main
from mechdesign.errors import InvalidInputError
from mechdesign.io.pabulib import format_pabulib, parse_pabulib, read_pabulib, write_pabulib

META = "META\nkey;value\nnum_projects;2\nnum_votes;2\nbudget;10\nvote_type;approval\n"
PROJECTS = "PROJECTS\nproject_id;cost;name\na;5;Park\nb;2.5;Bench\n"
VOTES = "VOTES\nvoter_id;vote\n1;a,b\n2;b\n"
GOOD = META + PROJECTS + VOTES


def with_type(kind, votes, header="voter_id;vote;points"):
    meta = META.replace("approval", kind)
    return meta + PROJECTS + f"VOTES\n{header}\n{votes}"


def test_vote_types():
    file = parse_pabulib(GOOD)
    assert file.ballots == (("a", "b"), ("b",))
    assert file.voters == ("1", "2")
    assert file.selected is None
    points = parse_pabulib(with_type("cumulative", "1;a,b;3,1\n2;b;2\n"))
    assert points.points == ((3, 1), (2,))
    assert parse_pabulib(with_type("scoring", "1;a,b;3,-1\n2;b;2\n")).points[0] == (3, -1)
    one = parse_pabulib(with_type("choose-1", "1;a\n2;\n", "voter_id;vote"))
    assert one.ballots == (("a",), ())
    ordinal = parse_pabulib(with_type("ordinal", "1;b,a\n2;b\n", "voter_id;vote"))
    problem = bargaining.project_selection().problem(ordinal)
    assert dict(problem.types[0]) == {"b": 2, "a": 1}
    assert dict(problem.types[1]) == {"b": 2}


def test_byte_order_mark_line_ends_and_quotes(tmp_path):
    path = tmp_path / "a.pb"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert read_pabulib(path) == parse_pabulib(GOOD)
    quoted = GOOD.replace("Park", '"Park; ""old"""')
    file = parse_pabulib(quoted)
    assert file.project_column("name") == ('Park; "old"', "Bench")
    write_pabulib(file, path)
    assert read_pabulib(path) == file
    assert bargaining.read_election(path).budget == 10


CUSTOMS = {
    "sections in lower case": GOOD.replace("META", "meta").replace("VOTES", "Votes"),
    "capital columns": GOOD.replace("project_id", "Project_ID").replace("voter_id", "VOTER_ID"),
    "capital vote type": GOOD.replace("approval", "Approval"),
    "blank lines": GOOD.replace("\n", "\n\n").replace("VOTES", "  \nVOTES"),
    "blank line in quotes": GOOD.replace("Park", '"Park"').replace("PROJECTS", "\n \nPROJECTS"),
    "comments": "# by hand\n" + GOOD.replace("META", "META\n# why").replace("VOTES", "# x\nVOTES"),
    "spreadsheet": "\n".join(line + ";;" for line in GOOD.splitlines()),
    "spreadsheet with blank rows": GOOD.replace("VOTES", ";;;\nVOTES") + ";\n;;\n",
    "old Macintosh": GOOD.replace("\n", "\r"),
    "no totals": GOOD.replace("num_votes;2\n", "").replace("num_projects;2\n", ""),
    "comma in decimals": GOOD.replace("2.5", "2,50").replace("budget;10", "budget;10,0"),
    "blanks in votes": GOOD.replace("a,b", " a , b"),
    "no line end": GOOD.rstrip(),
    "other keys": GOOD.replace("budget", "currency;EUR\nedition;3\nbudget"),
    "order of columns": GOOD.replace("voter_id;vote", "vote;voter_id")
    .replace("1;a,b", "a,b;1")
    .replace("2;b", "b;2"),
}


@pytest.mark.parametrize("name", CUSTOMS)
def test_customs(name, tmp_path):
    """What people do to files does not change the election, nor is it lost by writing."""
    file, plain = parse_pabulib(CUSTOMS[name]), parse_pabulib(GOOD)
    assert (file.ballots, file.costs, file.budget) == (plain.ballots, plain.costs, plain.budget)
    assert (file.voters, file.project_ids) == (plain.voters, plain.project_ids)
    assert parse_pabulib(format_pabulib(file)) == file
    write_pabulib(file, tmp_path / "a.pb")
    assert read_pabulib(tmp_path / "a.pb") == file
    assert bargaining.project_selection().problem(file).types == ({"a", "b"}, {"b"})


def test_more_columns():
    projects = "project_id;cost;votes;name;category;beneficiaries;latitude;selected\n"
    rows = 'a;5;1;"Park\nby the ""river""; new";culture,sport;youth;50.1;1\nb;2;2;;;;;2\n'
    votes = "voter_id;age;sex;voting_method;vote;neighborhood\n7;34;F;internet;b,a;X\n9;;;;;\n"
    file = parse_pabulib(f"{META}PROJECTS\n{projects}{rows}VOTES\n{votes}")
    assert file.ballots == (("b", "a"), ())
    assert file.selected == ("a",)
    assert file.project_column("name")[0] == 'Park\nby the "river"; new'
    assert parse_pabulib(format_pabulib(file)) == file
    problem = bargaining.project_selection().problem(file)
    assert problem.types == ({"a", "b"}, frozenset())
    assert bargaining.equal_shares(problem).choice == ("a",)
    broken = f"{META}PROJECTS\n{projects}{rows}VOTES\n{votes}".replace("b,a", "b,c")
    with pytest.raises(InvalidInputError, match=r"line 14.*got 'c'"):
        parse_pabulib(broken)


def test_text_behind_quotation_marks():
    file = parse_pabulib(GOOD.replace("Park", '"Park" old'))
    assert file.project_column("name")[0] == "Park old"


def test_nobody_voted():
    empty = META.replace("num_votes;2", "num_votes;0") + PROJECTS + "VOTES\nvoter_id;vote\n"
    file = parse_pabulib(empty)
    assert (file.ballots, file.voters) == ((), ())
    assert format_pabulib(file) == empty
    for rule in (bargaining.equal_shares, bargaining.greedy, bargaining.sequential_phragmen):
        with pytest.raises(InvalidInputError, match="at least one"):
            rule(file)


def test_empty_votes_with_points():
    file = parse_pabulib(with_type("cumulative", "1;;\n2;None;None\n"))
    assert file.points == ((), ())
    problem = bargaining.project_selection().problem(file)
    assert bargaining.equal_shares(problem).choice == ()


def test_scores_of_projects_that_are_not_named():
    text = with_type("scoring", "1;a;3\n2;;\n").replace("budget", "default_score;1\nbudget")
    problem = bargaining.project_selection().problem(parse_pabulib(text))
    assert [dict(own) for own in problem.types] == [{"a": 3, "b": 1}, {"a": 1, "b": 1}]


def test_ordinal_points_follow_the_longest_allowed_vote():
    text = with_type("ordinal", "1;b,a\n2;b\n", "voter_id;vote")
    text = text.replace("budget", "max_length;5\nbudget")
    problem = bargaining.project_selection().problem(parse_pabulib(text))
    assert [dict(own) for own in problem.types] == [{"b": 5, "a": 4}, {"b": 5}]


def test_negative_points_are_read_but_not_shared():
    problem = bargaining.project_selection().problem(
        parse_pabulib(with_type("scoring", "1;a,b;3,-1\n2;b;2\n"))
    )
    assert bargaining.greedy(problem).choice == ("a", "b")
    for rule in (bargaining.equal_shares, bargaining.sequential_phragmen, bargaining.objection):
        with pytest.raises(InvalidInputError, match="nonnegative"):
            rule(problem)


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("", "line 0.*META"),
        (META, "section PROJECTS"),
        (META + PROJECTS, "section VOTES"),
        (GOOD.replace("META", "DATA", 1), "line 1.*begin with the section META"),
        (PROJECTS + META + VOTES, "line 1.*in order"),
        (GOOD.replace("key;value", "a;b"), "line 2.*header"),
        (GOOD.replace("budget;10", "budget;10;11"), "line 5.*key and a value"),
        (GOOD.replace("budget;10", "money;10"), "key budget"),
        (GOOD.replace("budget;10", "budget;ten"), "line 5.*number as budget"),
        (GOOD.replace("budget;10", "budget;-1"), "line 5.*nonnegative budget"),
        (GOOD.replace("budget;10", "budget;nan"), "line 5.*number"),
        (GOOD.replace("num_votes;2", "num_votes;2\nnum_votes;2"), "line 5.*distinct keys"),
        (GOOD.replace("approval", "telepathy"), "line 6.*vote_type"),
        (GOOD.replace("num_votes;2", "num_votes;many"), "line 4.*whole number"),
        (GOOD.replace("project_id;cost", "cost;project_id"), "line 9.*number as cost"),
        (GOOD.replace("project_id;cost", "project;cost"), "line 8.*header with project_id"),
        (GOOD.replace("voter_id;vote", "voter_id;votes"), "line 12.*header with vote"),
        (GOOD.replace("b;2.5", "b;1,250"), "line 10.*number as cost"),
        (GOOD.replace("Park", '"Park'), "line 9.*close its quotation mark"),
        (GOOD.replace("b;2.5;Bench", ""), "line 9.*2 projects that line 3 announces"),
        (GOOD.replace("2;b\n", "2;b;;x\n"), "line 14.*2 fields"),
        (GOOD.replace("\nVOTES", "\nPROJECTS"), "line 11.*in order"),
        (GOOD.replace("cost;name", "cost;cost"), "line 8.*distinct columns"),
        (GOOD.replace("b;2.5;Bench", "b;2.5"), "line 10.*3 fields"),
        (GOOD.replace("b;2.5", "b;-2"), "line 10.*nonnegative cost"),
        (GOOD.replace("b;2.5", "b;x"), "line 10.*number as cost"),
        (GOOD.replace("b;2.5", "a;2.5"), "line 10.*project_id of its own"),
        (GOOD.replace("b;2.5", " a;2.5"), "line 10.*project_id of its own"),
        (GOOD.replace("b;2.5", ";2.5"), "line 10.*project_id of its own"),
        (GOOD.replace("2;b\n", "1;b\n"), "line 14.*voter_id of its own"),
        (GOOD.replace("2;b\n", "2;zoo\n"), "line 14.*vote for projects of the file; got 'zoo'"),
        (GOOD.replace("2;b\n", "2;b,b\n"), "line 14.*once"),
        (GOOD.replace("2;b\n", "2;b;7\n"), "line 14.*2 fields"),
        (GOOD.replace("2;b\n", ""), "line 13.*2 votes that line 4 announces"),
        (GOOD.replace("num_projects;2", "num_projects;3"), "3 projects"),
        (with_type("choose-1", "1;a,b\n2;a\n", "voter_id;vote"), "line 13.*one project"),
        (with_type("cumulative", "1;a\n2;b\n", "voter_id;vote"), "column points"),
        (with_type("cumulative", "1;a,b;3\n2;b;1\n"), "line 13.*2 projects"),
        (with_type("cumulative", "1;a;x\n2;b;1\n"), "line 13.*number as points"),
        (with_type("cumulative", "1;a;-1\n2;b;1\n"), "line 13.*nonnegative points"),
    ],
)
def test_broken_files(text, match):
    with pytest.raises(InvalidInputError, match=match):
        parse_pabulib(text, "x.pb", strict=True)


def test_every_cut_is_noticed():
    """No prefix of a file is read as a smaller election (only the last line end may be missing)."""
    for end in range(len(GOOD) - 2):
        with pytest.raises(InvalidInputError):
            parse_pabulib(GOOD[:end])


def test_other_encodings(tmp_path):
    path = tmp_path / "a.pb"
    path.write_bytes(GOOD.replace("Bench", "Bänk").encode("latin-1"))
    with pytest.raises(InvalidInputError, match=r"line 10.*UTF-8"):
        read_pabulib(path)


def test_utf_16(tmp_path):
    path = tmp_path / "a.pb"
    path.write_bytes(GOOD.encode("utf-16"))
    with pytest.raises(InvalidInputError, match=r"line 1.*UTF-8"):
        read_pabulib(path)


def test_rules_of_cities():
    file = parse_pabulib(GOOD.replace("budget;10", "budget;10\nrule;greedy-custom"))
    with pytest.raises(InvalidInputError, match="rule"):
        bargaining.official_rule(file)
    file = parse_pabulib(GOOD.replace("budget;10", "budget;10\nrule;equalshares"))
    assert bargaining.official_rule(file).choice == ("b",)


@pytest.mark.shared_data
def test_real_files_survive_a_round_trip(shared_data):
    paths = sorted((shared_data / "pabulib").glob("*.pb"))
    assert len(paths) == 14
    kinds = set()
    for path in paths:
        file = read_pabulib(path)
        kinds.add(file.vote_type)
        assert parse_pabulib(format_pabulib(file)) == file
        assert len(bargaining.project_selection().problem(file)) == len(file.votes)
    assert kinds == {"approval", "ordinal", "cumulative", "choose-1"}


TWICE = """META
key;value
num_projects;3
num_votes;3
budget;60
vote_type;{kind}
rule;unknown
PROJECTS
project_id;cost;name;votes;selected
34;50;Trees;2;1
35;50;Bench;2;0
36;10;Lamps;1;1
VOTES
voter_id;vote{points}
1;34,35,34{first}
2;36{second}
3;35,34{third}
"""


@pytest.mark.parametrize(
    ("kind", "points", "given"),
    [
        ("approval", ("", "", "", ""), ()),
        ("ordinal", ("", "", "", ""), ()),
        ("cumulative", (";points", ";3,4,2", ";9", ";5,4"), (5, 4)),
        ("scoring", (";points", ";3,4,2", ";9", ";5,4"), (3, 4)),
    ],
)
def test_a_vote_that_names_a_project_twice(kind, points, given):
    head, first, second, third = points
    text = TWICE.format(kind=kind, points=head, first=first, second=second, third=third)
    file = parse_pabulib(text)
    assert file.ballots[0] == ("34", "35")
    assert file.points[0] == given
    assert len(file.decisions) == 1
    assert "line 15" in file.decisions[0]
    with pytest.raises(InvalidInputError, match="once"):
        parse_pabulib(text, strict=True)
    assert parse_pabulib(format_pabulib(file)).ballots == file.ballots


def test_unknown_rules_ties_and_what_was_selected(tmp_path, capsys):
    path = tmp_path / "grove.pb"
    path.write_text(TWICE.format(kind="approval", points="", first="", second="", third=""))
    assert main(["solve", "bargaining", str(path)]) == 2
    assert "--mechanism" in capsys.readouterr().err
    assert main(["solve", "bargaining", str(path), "--mechanism", "greedy"]) == 0
    err = capsys.readouterr().err
    assert "twice" in err
    assert "34 before 35" in err
    assert "marks the same 2 projects as selected" in err
    path.write_text(path.read_text().replace("35;50;Bench;2;0", "35;50;Bench;2;1"))
    assert main(["solve", "bargaining", str(path), "--mechanism", "greedy", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert any("others as selected: also 35" in line for line in found["decisions"])
    assert main(["solve", "bargaining", str(path), "--mechanism", "greedy", "--strict"]) == 2
