"""A planner's table through the doors: wide, long, from a form; costs as a column or a row."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest

from mechdesign import bargaining
from mechdesign.cli import main
from mechdesign.errors import InvalidInputError
from mechdesign.io.score_tables import read_text

F = Fraction
WIDE = "design,cost,shops,homes\nas is,0,3,1\nwider,5,2,4\ntrees,3,3.5,2.5\n"
CRITERIA = (
    "design,cost,shops looks,shops access,homes looks,homes access\n"
    "as is,0,3,3,1,1\nwider,5,2,2,4,4\ntrees,3,3,4,3,2\n"
)
FORM = (
    "Timestamp,Name,Group,Rate it [as is],Rate it [wider],Rate it [trees]\n"
    "1,ann,shops,4,2,4\n2,bob,shops,2,2,3\n3,cy,homes,1,4,2.5\n,cost,,0,5,3\n"
)
LONG = (
    "package;group;rating;cost\nas is;shops;3;0\nas is;homes;1;0\nwider;shops;2;5\n"
    "wider;homes;4;5\ntrees;shops;3,5;3\ntrees;homes;2,5;\n"
)


@pytest.mark.parametrize("text", [WIDE, CRITERIA, FORM, LONG], ids=["wide", "two", "form", "long"])
def test_every_shape_is_the_same_problem(text):
    sheet = bargaining.read_sheet(read_text(text), budget=4)
    problem = sheet.problem
    assert problem.agents == ("shops", "homes")
    assert problem.data.packages == ("as is", "wider", "trees")
    assert problem.data.costs == (0, 5, 3)
    assert problem.types == ((3, 2, F(7, 2)), (1, 4, F(5, 2)))
    assert bargaining.nash(problem).choice == "trees"
    assert any("read as a" in line for line in sheet.decisions)


def test_people_without_a_group_are_the_groups():
    sheet = bargaining.read_sheet(read_text("respondent,park,plaza\nann,3,1\nbob,2,4\n"))
    assert sheet.problem.agents == ("ann", "bob")
    assert sheet.problem.types == ((3, 1), (2, 4))


def test_open_tables_are_refused_with_the_flag_that_decides():
    open_one = read_text("x,park,plaza\nann,3,1\nbob,2,4\n")
    with pytest.raises(InvalidInputError, match=r"--rows packages.*--rows people"):
        bargaining.read_sheet(open_one)
    assert bargaining.read_sheet(open_one, rows="people").problem.agents == ("ann", "bob")
    assert bargaining.read_sheet(open_one, rows="packages").problem.agents == ("park", "plaza")


@pytest.mark.parametrize(
    ("text", "match"),
    [
        (WIDE.replace("3.5", "good"), r"`shops`.*line 4"),
        (WIDE.replace("3.5", ""), r"`shops`.*line 4"),
        (WIDE.replace("trees", "wider"), "distinct"),
        (LONG.replace("wider;homes;4;5\n", ""), "wider by homes"),
        (LONG.replace("homes;4;5", "homes;4;6"), "be 5 as before"),
        (FORM.replace("3,cy,homes,1,4,2.5", "3,cy,homes,1,4,"), "trees.* by homes"),
        ("design,cost\na,1\n", "ratings"),
    ],
)
def test_bad_cells_are_named(text, match):
    with pytest.raises(InvalidInputError, match=match):
        bargaining.read_sheet(read_text(text))


@pytest.mark.parametrize("text", [WIDE, FORM, LONG], ids=["wide", "form", "long"])
def test_at_the_command_line(text, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ratings.csv").write_text(text)
    assert main(["solve", "bargaining", "ratings.csv", "--budget", "4", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["outcome"]["choice"] == "trees"
    assert any("read as a" in line for line in found["decisions"])
    assert main(["report", "ratings.csv", "--budget", "4"]) == 0
    page = (tmp_path / "ratings.html").read_text()
    assert "What was decided while reading" in page
    assert main(["report", "ratings.csv", "--as", "ratings", "-o", "b.html"]) == 0
    capsys.readouterr()
    assert main(["solve", "bargaining", "ratings.csv", "--negotiate", "--csv"]) == 0
