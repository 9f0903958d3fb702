"""A table of text as it was found, before anything is decided about its meaning."""

from __future__ import annotations

from dataclasses import field
from typing import Any

from mechdesign.records import dataclass

__all__ = ["Grid"]


@dataclass(frozen=True)
class Grid:
    """Named columns and rows of cells.

    Parameters
    ----------
    columns : tuple of str
        Stripped names; they may repeat.
    rows : tuple of tuples
        All of the length of `columns`.  Cells are text, numbers or None.
    source : str
        Where it comes from, for messages.
    lines : tuple of int
        The line of each row in the file, for messages.
    decisions : tuple of str
        What had to be decided.
    delimiter : str
        Between the cells of the file, where it has one.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    source: str = "table"
    lines: tuple[int, ...] = ()
    decisions: tuple[str, ...] = field(default=())
    delimiter: str = ""

    def column(self, k: int) -> list[Any]:
        """The cells of one column."""
        return [row[k] for row in self.rows]

    def line(self, k: int) -> str:
        """How to name a row in a message."""
        return f"line {self.lines[k]}" if self.lines else f"row {k + 1}"
