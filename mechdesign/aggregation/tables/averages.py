"""Columns that follow from others: their mean, or the places of their scores."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from mechdesign.aggregation.tables.hints import is_average, says_rank
from mechdesign.io.grids import Cell, Grid
from mechdesign.model import Number

# Chance must make an average of other columns less often than this.
_CHANCE = 1e-3


def places_of_others(
    columns: tuple[str, ...],
    scores: list[int],
    values: dict[int, list[Number | None]],
    keep: Sequence[str],
) -> list[int]:
    """Columns named as ranks that follow from the scores of another column."""
    found = []
    plain = [
        k
        for k in scores
        if not says_rank(columns[k]) and None not in values[k] and len(set(values[k])) > 2
    ]
    for k in scores:
        if columns[k] in keep or not says_rank(columns[k]) or None in values[k]:
            continue
        for j in plain:
            pairs = sorted(zip(values[j], values[k], strict=True), reverse=True)
            ranks = [rank for _, rank in pairs]
            if len(pairs) > 2 and ranks in (sorted(ranks), sorted(ranks, reverse=True)):  # type: ignore[type-var]
                found.append(k)
                break
    return found


def averages(
    columns: tuple[str, ...],
    scores: list[int],
    grid: Grid,
    values: dict[int, list[Number | None]],
    keep: Sequence[str],
    long: bool,
) -> list[tuple[int, str]]:
    """Columns that are the mean of the others, by name or by value."""
    by_name = [k for k in scores if columns[k] not in keep and is_average(columns[k])]
    if by_name and len(by_name) < len(scores):
        return [(k, "by its name") for k in by_name]
    complete = [r for r in range(len(grid.rows)) if all(values[k][r] is not None for k in scores)]
    if long or len(scores) < 4 or len(complete) < 3:
        return []
    matrix = np.array([[float(values[k][r]) for k in scores] for r in complete])  # type: ignore[arg-type]
    others = (matrix.sum(axis=1, keepdims=True) - matrix) / (len(scores) - 1)
    found = []
    # No column is rounded to more than whole numbers.
    near = (np.abs(matrix - others) <= 1 + 1e-8 + 1e-12 * np.abs(matrix).max(axis=0)).all(axis=0)
    units = [_unit(grid.column(k)) for k in scores] if near.any() else []
    for j, k in enumerate(scores):
        if columns[k] in keep or not near[j] or units[j] is None:
            continue
        rest = [u or 0 for i, u in enumerate(units) if i != j]
        spread = float(np.ptp(matrix[:, j]))
        # Its own rounding, then that of the numbers it is the mean of as well.
        for half in (units[j] / 2, (units[j] + sum(rest) / len(rest)) / 2):  # type: ignore[operator]
            close = half * (1 + 1e-9) + 1e-12 * float(np.abs(matrix[:, j]).max())
            chance = len(scores) * (2 * close / spread) ** len(complete) if spread else 1
            if chance < _CHANCE and (np.abs(matrix[:, j] - others[:, j]) <= close).all():
                found.append((k, "it equals the mean of the other columns in every row"))
                break
    return found[:1]


def _unit(cells: list[Any]) -> float | None:
    """One in the last printed decimal of a column."""
    digits = [re.search(r"[.,](\d+)\D*$", str(cell)) for cell in cells if cell not in ("", None)]
    places = max((len(one[1]) for one in digits if one), default=0)
    return 10.0 ** -min(places, 15)


def mean_of(cell: Cell) -> Number | None:
    """The mean of the metrics in a cell, None where there is none."""
    values = [v for v in cell or () if v is not None]
    if not values:
        return None
    if len(values) == 1 and isinstance(values[0], (float, Fraction)):
        return values[0]
    total = sum(values)
    return total / len(values) if isinstance(total, float) else Fraction(total) / len(values)
