"""Columns that follow from others: their mean, or the places of their scores."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from mechdesign.aggregation.tables.hints import is_average, says_rank
from mechdesign.arrays import FloatArray
from mechdesign.io.grids import Cell, Grid
from mechdesign.model import Number

# Chance must make an average of other columns less often than this.
_CHANCE = 1e-3


def places_of_others(
    columns: tuple[str, ...],
    scores: list[int],
    values: Mapping[int, list[Number | None] | FloatArray],
    keep: Sequence[str],
) -> list[int]:
    """Columns named as ranks that follow from the scores of another column."""
    found = []
    said = [k for k in scores if says_rank(columns[k]) and columns[k] not in keep]
    if not said:
        return []
    listed = {k: as_cells(values[k]) for k in scores}
    plain = [
        k
        for k in scores
        if not says_rank(columns[k]) and None not in listed[k] and len(set(listed[k])) > 2
    ]
    for k in said:
        if None in listed[k]:
            continue
        for j in plain:
            pairs = sorted(zip(listed[j], listed[k], strict=True), reverse=True)
            ranks = [rank for _, rank in pairs]
            if len(pairs) > 2 and ranks in (sorted(ranks), sorted(ranks, reverse=True)):  # type: ignore[type-var]
                found.append(k)
                break
    return found


def averages(
    columns: tuple[str, ...],
    scores: list[int],
    grid: Grid,
    values: Mapping[int, list[Number | None] | FloatArray],
    keep: Sequence[str],
    long: bool,
) -> list[tuple[int, str]]:
    """Columns that are the mean of the others, by name or by value."""
    by_name = [k for k in scores if columns[k] not in keep and is_average(columns[k])]
    if by_name and len(by_name) < len(scores):
        return [(k, "by its name") for k in by_name]
    if long or len(scores) < 4:
        return []
    matrix = np.column_stack([_floats(values[k]) for k in scores])
    matrix = matrix[~np.isnan(matrix).any(axis=1)]
    if len(matrix) < 3:
        return []
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
            chance = len(scores) * (2 * close / spread) ** len(matrix) if spread else 1
            if chance < _CHANCE and (np.abs(matrix[:, j] - others[:, j]) <= close).all():
                found.append((k, "it equals the mean of the other columns in every row"))
                break
    return found[:1]


def average_rows(names: Sequence[str], columns: Sequence[list[Number | None]]) -> list[int]:
    """Rows that are named like an average and are the mean of the others in every column.

    Examples
    --------
    >>> average_rows(["A", "B", "Mean"], [[1, 2, Fraction(3, 2)], [1, 4, 2]])
    []
    >>> average_rows(["A", "B", "Mean"], [[1, 2, Fraction(3, 2)], [1, 4, Fraction(5, 2)]])
    [2]
    """
    said = [k for k, name in enumerate(names) if is_average(name)]
    if not said or len(names) - len(said) < 2:
        return []
    found = []
    for k in said:
        own = [column[k] for column in columns]
        half = Fraction(1, 2 * 10 ** max(_places(v) for v in own))
        rest = [[v for j, v in enumerate(c) if j not in said and v is not None] for c in columns]
        if all(
            v is not None
            and r
            and -half <= Fraction(v) - Fraction(sum(Fraction(x) for x in r)) / len(r) <= half
            for v, r in zip(own, rest, strict=True)
        ):
            found.append(k)
    return found


def _places(value: Number | None) -> int:
    """How many decimals a number was printed with, at most 15."""
    number = Fraction(value or 0)
    return next((k for k in range(15) if (number * 10**k).denominator == 1), 15)


def as_cells(column: list[Number | None] | FloatArray) -> list[Number | None]:
    """A column of scores as numbers, None where missing."""
    if isinstance(column, list):
        return column
    return [None if v != v else v for v in column.tolist()]


def _floats(column: list[Number | None] | FloatArray) -> FloatArray:
    if not isinstance(column, list):
        return column
    return np.array([math.nan if v is None else float(v) for v in column])


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
