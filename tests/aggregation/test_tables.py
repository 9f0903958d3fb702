"""Score tables: every form of input, and what had to be decided about it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from mechdesign import aggregation as ag
from mechdesign.errors import InvalidInputError

F = Fraction


def write(path: Path, text: str, encoding: str = "utf-8") -> str:
    path.write_bytes(text.encode(encoding))
    return str(path)


def told(table: ag.ScoreTable, *words: str) -> bool:
    return any(all(word in line for word in words) for line in table.decisions)


def test_plain_forms_give_the_same_table() -> None:
    rows = [[90, 80], [85, 88]]
    names = {"systems": ["A", "B"], "tasks": ["x", "y"]}
    expected = ag.score_table(rows, **names)
    assert ag.score_table({"A": rows[0], "B": rows[1]}, tasks=["x", "y"]) == expected
    nested = {"A": {"x": 90, "y": 80}, "B": {"x": 85, "y": 88}}
    assert ag.score_table(nested) == expected
    assert ag.score_table(np.array(rows), **names) == expected
    assert ag.score_table(expected) == expected
    assert expected.exact
    assert not ag.score_table(np.array(rows, dtype=float), **names).exact


@pytest.mark.parametrize("kind", ["pandas", "polars"])
def test_frames(kind: str) -> None:
    pytest.importorskip("narwhals")
    library = pytest.importorskip(kind)
    frame = library.DataFrame({"model": ["A", "B"], "x": [90.5, 85.0], "y": [80, 88]})
    table = ag.score_table(frame)
    assert (table.systems, table.tasks) == (("A", "B"), ("x", "y"))
    assert table.column("x") == {"A": 90.5, "B": 85.0}
    long = library.DataFrame(
        {"system": ["A", "A", "B", "B"], "task": ["x", "y", "x", "y"], "score": [1, 2, 3, 4]}
    )
    assert ag.borda(long).winners == ("B",)


def test_pandas_index_names_the_systems() -> None:
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("narwhals")
    frame = pandas.DataFrame({"x": [1.0, None]}, index=["A", "B"])
    frame["y"] = [1, 2]
    table = ag.score_table(frame)
    assert table.systems == ("A", "B")
    assert table.missing == 1


def test_parquet(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    pandas = pytest.importorskip("pandas")
    path = tmp_path / "t.parquet"
    pandas.DataFrame({"model": ["A", "B"], "x": [1, 2]}).to_parquet(path)
    assert ag.borda(path).winners == ("B",)


def test_columns_are_told_apart(tmp_path: Path) -> None:
    text = (
        "Rank,Model,URL,Score,CoLA,MRPC,Note,Rank\n"
        '1,"BERT, large",,70,60.1,94.2/92.3,good,1\n'
        "2,GPT,,60,40,90.0/88.0,fine,2\n"
        "3,XLM,,50,30,-,,3\n"
    )
    table = ag.score_table(write(tmp_path / "t.csv", text))
    assert table.systems == ("BERT, large", "GPT", "XLM")
    assert table.tasks == ("CoLA", "MRPC (1)", "MRPC (2)")
    assert table.weights == (1, F(1, 2), F(1, 2))
    assert table.groups == {"MRPC": ("MRPC (1)", "MRPC (2)")}
    assert table.column("CoLA")["BERT, large"] == F(601, 10)
    assert table.stated == (70, 60, 50)
    assert told(table, "`Rank`", "ranks")
    assert told(table, "`Score`", "average")
    assert told(table, "`URL`", "empty")
    assert told(table, "`Note`", "text")
    assert told(table, "repeats", "`Rank (2)`") or told(table, "`Rank (2)`")
    assert told(table, "2 of 9 cells are missing")
    assert table.missing == 2


def test_an_average_is_found_by_its_values(tmp_path: Path) -> None:
    text = "model\tagg\tx\ty\tz\nA\t3\t1\t2\t6\nB\t5\t4\t8\t3\nC\t8.0\t9\t5\t10\n"
    path = write(tmp_path / "t.tsv", text)
    assert ag.score_table(path).tasks == ("x", "y", "z")
    assert ag.score_table(path, keep=["agg"]).tasks == ("agg", "x", "y", "z")
    # A tenth beside the mean is more than its printed decimal rounds.
    other = write(tmp_path / "o.tsv", text.replace("8.0", "8.1"))
    assert ag.score_table(other).tasks == ("agg", "x", "y", "z")
    # A single score column is a task whatever its name.
    assert ag.score_table(write(tmp_path / "s.csv", "model,score\nA,1\nB,2\n")).tasks == ("score",)


def test_duplicates(tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", "model,x\nA,1\nA,1\nA,2\nB,3\n")
    table = ag.score_table(path)
    assert table.systems == ("A", "A (2)", "B")
    assert told(table, "merged")
    assert told(table, "numbered")
    assert ag.score_table(path, duplicates="first").systems == ("A", "B")
    with pytest.raises(InvalidInputError, match="distinct"):
        ag.score_table(path, duplicates="error")


def test_directions_weights_and_arrows(tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", "model,acc,WER ↓,hours_a,hours_b\nA,1,1,1,1\nB,2,2,2,2\n")
    table = ag.score_table(path, lower=["hours_*"], weights={"acc": 0.1})
    assert table.lower == {"WER ↓", "hours_a", "hours_b"}
    assert table.weights == (F(1, 10), 1, 1, 1)
    assert ag.borda(table).winners == ("A",)
    plain = ag.score_table(path)
    assert plain.lower == {"WER ↓", "hours_a", "hours_b"}
    assert told(plain, "lower is better by name", "hours_a")
    raised = ag.score_table(path, higher=["hours_a"])
    assert raised.lower == {"WER ↓", "hours_b"}
    assert told(raised, "`hours_a` (higher is better")
    assert not told(raised, "by name", "hours_a")
    with pytest.raises(InvalidInputError, match="higher"):
        ag.score_table(path, higher=["hours_a"], lower=["hours_*"])
    with pytest.raises(InvalidInputError, match="lower"):
        ag.score_table(path, lower=["nothing*"])
    with pytest.raises(InvalidInputError, match="weights"):
        ag.score_table(path, weights={"acc": -1})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    path = write(tmp_path / "t.csv", "model,x\nCafé,1\nB,2\n", encoding)
    assert ag.score_table(path).systems == ("Café", "B")


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_delimiters_are_guessed(tmp_path: Path, delimiter: str) -> None:
    text = "model,x,y\nA,1,2\nB,3,4\n".replace(",", delimiter)
    assert ag.score_table(write(tmp_path / "t.txt", text)).tasks == ("x", "y")


BAD = {
    "ragged": ("model,x,y\nA,1,2\nB,3\nC,1,2\n", "line 3"),
    "ragged longer": ("model,x,y\nA,1,2\nB,3,4,5\n", "line 3"),
    "text": ("model,x\nA,1\nB,2\nC,3\nD,4\nE,5\nF,oops\n", "oops"),
    "no scores": ("model,note\nA,good\nB,bad\n", "column of scores"),
    "header only": ("model,x\n", "rows below"),
    "blank": ("  \n\n", "empty"),
    "zero bytes": ("", "empty"),
    "no cells": ("|\n\n", "rows below"),
    "a delimiter": (";", "rows below"),
    "open quote": ('model,x\n"A,1\nB,2\n', "well-formed"),
    "binary": ("\x00\x01\x02\x03PK", "text file"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_files(tmp_path: Path, case: str) -> None:
    text, words = BAD[case]
    path = tmp_path / "t.csv"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(InvalidInputError, match=words):
        ag.score_table(path)


def test_no_file_and_folder(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="existing file"):
        ag.score_table(tmp_path / "none.csv")
    with pytest.raises(InvalidInputError, match="folder"):
        ag.score_table(tmp_path)
    (tmp_path / "t.csv").write_bytes(bytes(range(256)))
    with pytest.raises(InvalidInputError, match="text file"):
        ag.score_table(tmp_path / "t.csv")
    pytest.importorskip("pyarrow")
    (tmp_path / "t.parquet").write_bytes(b"no parquet")
    with pytest.raises(InvalidInputError):
        ag.score_table(tmp_path / "t.parquet")


@pytest.mark.parametrize(
    "data",
    [
        [],
        {},
        [[]],
        [[1], [1, 2]],
        [[1, "x"]],
        [[True, 1]],
        [[float("inf")]],
        5,
        None,
        {1, 2},
        np.zeros((2, 2, 2)),
        np.array([["a"]]),
        [1, 2, 3],
        np.array([[np.inf, 1.0]]),
    ],
    ids=repr,
)
def test_bad_data(data) -> None:
    with pytest.raises(InvalidInputError):
        ag.borda(data)


def test_degenerate_tables() -> None:
    one = ag.compare({"A": [1, 2]})
    assert all(r.winners == ("A",) for r in one.results.values())
    single = ag.compare({"A": [1], "B": [2]})
    assert all(r.winners == ("B",) for r in single.results.values())
    tied = ag.compare({"A": [1, 1], "B": [1, 1], "C": [1, 1]})
    assert all(set(r.winners) == {"A", "B", "C"} for r in tied.results.values())
    assert tied.agree
    assert "All rules" in tied.explain()
    assert ag.z_score({"A": [1, 1], "B": [1, 1]}).winners == ("A", "B")


def test_select_complete_and_groups() -> None:
    table = ag.score_table({"A": [1, None, 3], "B": [2, 2, 1]}, tasks=["x", "y", "z"])
    assert table.complete().systems == ("B",)
    assert table.without(tasks=["y"]).missing == 0
    assert table.select(tasks=["z", "x"]).tasks == ("z", "x")
    scores = {"A": [90, 80, 60], "B": [80, 85, 70]}
    grouped = ag.grouped(scores, {"nli": ["task 1", "task 2"]}, rules=("mean", "mean"))
    assert grouped.scores == {"A": F(145, 2), "B": F(305, 4)}
    nested = ag.grouped(
        scores,
        {"all": {"nli": ["task 1", "task 2"], "qa": ["task 3"]}},
        rules=("mean", "borda", "mean"),
    )
    assert nested.winners == ("A", "B")
    with pytest.raises(InvalidInputError):
        ag.grouped(scores, {"nli": ["nothing"]})


def test_long_and_instance_tables(tmp_path: Path) -> None:
    long = "system,task,score\nA,x,1\nA,y,2\nB,x,3\nB,y,0\nA,x,2\n"
    table = ag.score_table(write(tmp_path / "l.csv", long))
    assert table.column("x") == {"A": F(3, 2), "B": 3}
    assert told(table, "long table")
    assert told(table, "means")
    level = "System,Utterance,m1,m2\nA,u1,1,5\nB,u1,2,4\nA,u2,3,3\nB,u2,0,2\n"
    path = write(tmp_path / "i.csv", level)
    assert ag.score_table(path).column("m1") == {"A": 2, "B": 1}
    found = ag.instance_table(path)
    assert found.instances == 4
    assert found.one_level().scores == {"A": 3, "B": 1}
    assert found.two_level().scores == {"A": F(3, 2), "B": F(1, 2)}
    assert ag.instance_table(path, system="Utterance", instance="System").systems == ("u1", "u2")
