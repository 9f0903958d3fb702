"""Tiers of one row of exact scores, numbers that stand for all of a range among them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from mechdesign.model.numbers import Symbolic


def tiers_of_scores(row: Sequence[Any]) -> list[int]:
    """The tier of every score, the largest first; -1 where there is none."""
    if stands_for_all(row):
        return _compared(row)
    levels = sorted({cell for cell in row if cell is not None}, reverse=True)
    code = {value: k for k, value in enumerate(levels)}
    return [-1 if cell is None else code[cell] for cell in row]


def stands_for_all(cells: Iterable[Any]) -> bool:
    """Whether some number stands for all of a range."""
    return any(issubclass(kind, Symbolic) for kind in {type(cell) for cell in cells})


def _compared(row: Sequence[Any]) -> list[int]:
    """By comparisons alone, for numbers that have no hash."""
    order = sorted((k for k, cell in enumerate(row) if cell is not None), key=lambda k: -row[k])
    found, tier = [-1] * len(row), 0
    for place, k in enumerate(order):
        tier += bool(place and row[k] < row[order[place - 1]])
        found[k] = tier
    return found
