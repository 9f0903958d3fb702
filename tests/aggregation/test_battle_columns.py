"""Logs of battles with other columns than left, right and winner."""

from fractions import Fraction

import numpy as np
import pytest

from mechdesign.aggregation import battles, elo, read
from mechdesign.aggregation.profiles import profile_of
from mechdesign.cli import main
from mechdesign.errors import InvalidInputError


def counts(problem):
    profile = profile_of(problem)
    return dict(zip(map(str, profile.rankings()), profile.weights(), strict=True))


@pytest.fixture
def file(tmp_path):
    def write(text):
        path = tmp_path / "log.csv"
        path.write_text(text)
        return str(path)

    return write


def test_winner_and_loser_are_a_log(file):
    problem = read(file("winner,loser\nA,B\nA,B\nB,A\nC,A\n"))
    assert counts(problem) == {"A > B": 2, "B > A": 1, "C > A": 1}


def test_a_column_of_counts_counts(file):
    log = file("left,right,winner,count\nA,B,A,3\nB,A,tie,2\nB,A,left,0\n")
    problem = read(log)
    assert counts(problem) == {"A > B": 3, "A = B": 2}
    assert "each battle counts as often as `count` says" in problem.data.decisions
    each = [("A", "B", "left")] * 3 + [("B", "A", "tie")] * 2
    assert elo(log) == elo(each)
    assert battles(log) == battles(each)


@pytest.mark.parametrize("cell", ["1.5", "-1", "x", "", "1e400"])
def test_what_is_no_count_is_refused(file, cell):
    with pytest.raises(InvalidInputError):
        read(file(f"left,right,winner,count\nA,B,A,{cell}\n"))


def test_large_counts_are_exact_and_not_laid_out_one_by_one(file):
    log = file(f"left,right,winner,weight\nA,B,A,{2**50}\nA,B,B,{2**50 + 1}\n")
    assert counts(read(log)) == {"A > B": 2**50, "B > A": 2**50 + 1}
    with pytest.raises(InvalidInputError, match="at most"):
        elo(log)
    with pytest.raises(InvalidInputError, match="sum to at most"):
        read(file(f"left,right,winner,weight\nA,B,A,{2**60}\n"))


def test_goals_are_no_scores_of_systems(file, capfd):
    games = file("home,away,home_goals,away_goals\nA,B,2,1\nB,C,0,0\nC,A,3,1\n")
    assert main(["rank", games]) == 2
    assert "--as battles" in capfd.readouterr().err
    assert counts(read(games, kind="battles")) == {"A > B": 1, "B = C": 1, "C > A": 1}
    assert main(["rank", games, "--as", "battles"]) == 0
    assert "who has more in home_goals and away_goals" in capfd.readouterr().err


def test_frames_and_parquet_have_the_same_columns(tmp_path):
    pd = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    frame = pd.DataFrame({"winner": ["A", "B"], "loser": ["B", "A"], "n": np.array([2, 5])})
    expected = {"A > B": 2, "B > A": 5}
    assert counts(read(frame)) == expected
    frame.to_parquet(tmp_path / "log.parquet")
    assert counts(read(str(tmp_path / "log.parquet"), kind="battles")) == expected


def test_clear_wins_and_counts_multiply():
    log = [("A", "B", "A>>B"), ("A", "B", "tie (bothbad)")]
    profile = battles(log, strong=3, both_bad="drop")
    assert profile.weights() == (3,)


def test_the_spread_of_a_column_is_no_task(file):
    table = file("system,acc,acc_std,f1,std of f1\nA,70,1.2,60,3\nB,72,.5,58,2\n")
    problem = read(table)
    assert problem.agents == ("acc", "f1")
    assert "column `acc_std` is the spread of `acc`: not a task" in problem.data.decisions
    assert "acc_std" in read(table, keep=["acc_std"]).agents


def test_words_are_grades_in_the_order_that_is_said(file, capfd):
    words = file("Judge,Ann,Bob\nj1,Good,Poor\nj2,fair,Good\nj3,Good,\n")
    assert main(["rank", words]) == 2
    assert "--grades" in capfd.readouterr().err
    problem = read(words, grades="Poor,Fair,Good")
    assert problem.types[0] == (2, 0)
    assert problem.types[1] == (1, 2)
    with pytest.raises(InvalidInputError, match="line 2"):
        read(words, grades=["Poor", "Fair"])
    with pytest.raises(InvalidInputError, match="two distinct words"):
        read(words, grades="Good,good")
    with pytest.raises(InvalidInputError, match="columns of candidates"):
        read(file("{title: Club}\n[Ann]\n"), grades="Poor,Fair")
    with pytest.raises(InvalidInputError, match="grades only"):
        read(words, grades="Poor,Good", kind="scores")


def test_titles_above_a_sheet_are_told(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in (["Results of spring"], [], ["system", "qa", "nli", "mt"], ["A", 1, 2, 3]):
        book.active.append(row)
    book.active.append(["B", 2, 1, 1])
    book.save(tmp_path / "results.xlsx")
    problem = read(str(tmp_path / "results.xlsx"))
    assert problem.agents == ("qa", "nli", "mt")
    assert "line 1 is a title: Results of spring" in problem.data.decisions


def test_decimal_commas_of_a_budget_are_told():
    from mechdesign.io.pabulib import parse_pabulib

    text = (
        "META\nkey;value\nbudget;10,5\nvote_type;approval\nPROJECTS\nproject_id;cost\na;3,25\n"
        "VOTES\nvoter_id;vote\n1;a\n"
    )
    found = parse_pabulib(text)
    assert found.budget == Fraction(21, 2)
    assert "commas are decimal marks of 2 amounts, such as 10,5" in found.decisions


def test_a_bid_taken_as_a_value_is_told(file, capfd):
    rates = file("bidder,bid,top\nx,3,.5\ny,5,.4\n")
    assert main(["solve", "auctions", rates, "--model", "independent"]) == 0
    assert "column `bid` is taken as the value" in capfd.readouterr().err
