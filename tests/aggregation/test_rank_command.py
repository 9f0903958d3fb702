"""The rank command: text, JSON, options, and errors with exit code 2."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from mechdesign.aggregation.commands import rank
from mechdesign.cli.output import add_output_options, emit
from mechdesign.errors import InvalidInputError

TABLE = """Model,Score,a,b/c,hours
X,70,90,80/70,3
Y,69,80,85/75,1
Z,60,70,60/50,2
"""


def run(*words: str):
    parser = argparse.ArgumentParser()
    run_it = rank(parser)
    add_output_options(parser)
    args = parser.parse_args(words)
    return run_it(args), args


@pytest.fixture
def table(tmp_path: Path) -> str:
    path = tmp_path / "table.csv"
    path.write_text(TABLE)
    return str(path)


def test_text_and_decisions(table: str, capsys: pytest.CaptureFixture[str]) -> None:
    found, args = run(table, "--lower", "hours")
    assert emit(found, args) == 0
    out, err = capsys.readouterr()
    assert "Head to head" in out
    assert "overall average" in err


def test_json_holds_everything(table: str, capsys: pytest.CaptureFixture[str]) -> None:
    found, args = run(
        table,
        "--mechanism",
        "mean,borda,kemeny",
        "--lower",
        "h*",
        "--json",
        "--bootstrap",
        "50",
        "--seed",
        "3",
    )
    emit(found, args)
    content = json.loads(capsys.readouterr().out)
    assert list(content["rules"]) == ["mean", "borda", "kemeny"]
    assert content["rules"]["kemeny"]["gap"] == 0
    assert content["decisions"]
    assert content["bootstrap"]["borda"]["seed"] == 3
    again, _ = run(
        table,
        "--mechanism",
        "mean,borda,kemeny",
        "--lower",
        "h*",
        "--bootstrap",
        "50",
        "--seed",
        "3",
    )
    assert again.to_dict() == found.to_dict()


def test_weights_groups_csv(table: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found, _ = run(table, "--weights", "a=0,hours=1/2", "--lower", "hours", "--mechanism", "mean")
    assert found.results["mean"].winners == ("Y",)
    groups = tmp_path / "groups.toml"
    groups.write_text('rules = ["borda", "mean"]\n[groups]\ncost = ["hours"]\nq = ["a", "b/c"]\n')
    found, args = run(table, "--groups", str(groups), "--lower", "hours", "--csv")
    emit(found, args)
    assert capsys.readouterr().out.startswith("system,borda of mean")


@pytest.mark.parametrize(
    "words",
    [
        ["--mechanism", "nonsense"],
        ["--lower", "nothing"],
        ["--weights", "a"],
        ["--weights", "a=x"],
        ["--groups", "none.toml"],
        ["--name", "nobody"],
        ["--keep", "nobody"],
        ["--delimiter", ";;"],
        ["--bootstrap", "0"],
        ["--mechanism", ","],
    ],
    ids=" ".join,
)
def test_bad_options(table: str, words: list[str]) -> None:
    with pytest.raises(InvalidInputError):
        run(table, *words)
