"""The command line of taxation."""

import csv
import io
import json

import pytest

from mechdesign.cli import main


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "skills.csv").write_text("id,skill,weight\na,1,1\nb,2,1\nc,3,1\n")
    (tmp_path / "incomes.csv").write_text("income\n20000\n52500\n100000\n0\n")
    for name, rates in {"A": ("0", "10%"), "B": ("20%", "20%"), "C": ("0%", "30%")}.items():
        (tmp_path / f"{name}.csv").write_text(f"from,rate\n0,{rates[0]}\n2,{rates[1]}\n")
    return tmp_path


def test_taxes_side_by_side(folder, capfd):
    assert main(["solve", "taxation", "skills.csv", "--csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capfd.readouterr().out)))
    assert [row["tax"] for row in rows] == ["laissez_faire", "linear", "mirrlees"]
    assert rows[2]["lowest utility"] == "419/210"


def test_incomes_under_the_schedule_in_force(folder, capfd):
    words = ["solve", "taxation", "incomes.csv", "--elasticity", "2/5", "--current"]
    assert main([*words, "us2024_single"]) == 2
    assert "skill_floor" in capfd.readouterr().err
    words = [*words, "us2024_single", "--skill-floor", "1"]
    assert main(words) == 0
    assert "1 who earn nothing have the skill 1" in capfd.readouterr().out
    assert main([*words, "--json"]) == 0
    first = json.loads(capfd.readouterr().out)["rows"][0]
    assert first[-2:] == [0, 0]
    assert main(["solve", "taxation", "incomes.csv", "--current", "nowhere.csv"]) == 2


def test_a_vote(folder, capfd):
    assert main(["solve", "taxation", "skills.csv", "--vote", "A.csv", "B.csv", "C.csv"]) == 0
    out, err = capfd.readouterr()
    assert "1/3" in out
    assert "no schedule beats all others" in out + err
    assert "cross twice" in out + err


@pytest.mark.parametrize(
    ("text", "named"),
    [("x\n1\n", "skill or income"), ("skill\nmany\n", "skill"), ("skill\n-1\n", "skills")],
)
def test_bad_tables_are_refused(folder, capfd, text, named):
    (folder / "bad.csv").write_text(text)
    assert main(["solve", "taxation", "bad.csv"]) == 2
    assert named in capfd.readouterr().err


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("skill,income\n1,2\n", "income"),
        ("income,weights\n1,2\n", "weights"),
        ("income\n10%\n20\n", "10%"),
    ],
)
def test_what_would_be_ignored_is_refused(folder, capfd, text, named):
    (folder / "odd.csv").write_text(text)
    assert main(["solve", "taxation", "odd.csv"]) == 2
    assert named in capfd.readouterr().err


def test_schedules_with_other_columns_or_units_are_refused(folder, capfd):
    for text in ("from,rate,tax\n0,0.1,5\n", "from,rate\n0%,0.1\n", "income,tax\n0,0\n5,10%\n"):
        (folder / "odd.csv").write_text(text)
        assert main(["solve", "taxation", "skills.csv", "--vote", "A.csv", "odd.csv"]) == 2
        assert capfd.readouterr().out == ""


def test_rows_without_weight_are_told(folder, capfd):
    (folder / "odd.csv").write_text("skill,weight\n1,1\n2,0\n")
    assert main(["solve", "taxation", "odd.csv"]) == 0
    assert "1 with share 0 are left out" in capfd.readouterr().out
