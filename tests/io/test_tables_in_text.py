"""Tables in a terminal: folded where they are too wide, whole everywhere else."""

import os
import sys

import pytest

from mechdesign.io import Table

NAME = "a very long name of a project that goes on and on and on"
TABLE = Table(["id", "name", "cost"], [["1", NAME, 5], ["22", "short", 100]], title="projects")


def test_whole_without_a_terminal():
    assert NAME in TABLE.to_text()
    assert NAME in str(TABLE)
    assert len(TABLE.to_text().splitlines()) == 5


@pytest.mark.parametrize("width", [30, 40, 60, 200])
def test_folded_to_a_width(width):
    text = TABLE.to_text(width)
    lines = text.splitlines()
    assert max(map(len, lines)) <= width
    # Nothing is lost, whatever the folding.
    assert " ".join(text.split()).count("project") == 2
    words = [line[4 : 4 + width].split("  ")[0].strip() for line in lines[3:]]
    assert " ".join(words[:-1]) == NAME
    assert "short" in lines[-1]


def test_columns_keep_some_room():
    lines = TABLE.to_text(5).splitlines()
    assert max(map(len, lines)) == 2 + 2 + 16 + 2 + 4
    assert Table(["a"], []).to_text(1) == "a\n-"


def test_the_width_of_the_terminal(monkeypatch):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("shutil.get_terminal_size", lambda: os.terminal_size((40, 20)))
    assert str(TABLE) == TABLE.to_text(40)
