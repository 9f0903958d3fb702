"""Assignments by values: the largest sum, or the largest smallest value."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Literal

import numpy as np

from mechdesign.algorithms.cardinality_matching import best_matching
from mechdesign.errors import InvalidInputError
from mechdesign.model import Number, as_list, as_number, tidy
from mechdesign.records import dataclass

__all__ = ["Assignment", "best_assignment"]


@dataclass(frozen=True, eq=False)
class Assignment:
    """Which object each agent gets.

    Parameters
    ----------
    objects : tuple of int or None
        The object of each agent, None for none.
    value : number
        The sum of values, or the smallest value.
    """

    objects: tuple[int | None, ...]
    value: Number


def best_assignment(
    values: Sequence[Sequence[Number]], *, objective: Literal["sum", "least"] = "sum"
) -> Assignment:
    """One object for each agent: the largest sum of values, or the largest smallest one.

    Parameters
    ----------
    values : sequence of n sequences of m numbers from 0 on
        What each object is worth to each agent.
    objective : {"sum", "least"}
        The utilitarian assignment, or the bottleneck: the largest smallest value, and of those
        assignments one of the largest sum.

    Raises
    ------
    InvalidInputError
        If rows differ in length or numbers are negative.

    Notes
    -----
    An assignment problem in exact numbers, O(n^2 m); for the bottleneck, bisection over the values.
    With fewer objects than agents the smallest value is 0: somebody gets nothing.

    Examples
    --------
    >>> best_assignment([[9, 5], [8, 1]])
    Assignment(objects=(1, 0), value=13)
    >>> best_assignment([[9, 6, 0], [8, 1, 0], [3, 2, 2]], objective="least").value
    2
    """
    rows = [
        [Fraction(as_number(x, f"values[{k}]", low=0)) for x in as_list(row, f"values[{k}]")]
        for k, row in enumerate(as_list(values, "values"))
    ]
    if not rows or len({len(own) for own in rows}) > 1:
        raise InvalidInputError("values", "be rows of one length, at least one", values)
    if objective not in ("sum", "least"):
        raise InvalidInputError("objective", "be 'sum' or 'least'", objective)
    n, m = len(rows), len(rows[0])
    floor = Fraction(0)
    if objective == "least" and m >= n:
        steps = sorted({x for own in rows for x in own})
        low, high = 0, len(steps) - 1
        while low < high:
            middle = (low + high + 1) // 2
            enough = np.array([[int(x >= steps[middle]) for x in own] for own in rows])
            if len(best_matching(enough)) == n:
                low = middle
            else:
                high = middle - 1
        floor = steps[low]
    # Whoever gets an object has this much more: all get one, where they can.
    extra = 1 + sum(max(own, default=Fraction(0)) for own in rows)
    table = np.zeros((n, m), dtype=object)
    for i, own in enumerate(rows):
        for j, x in enumerate(own):
            table[i, j] = x + (extra if floor or objective == "least" else 0) if x >= floor else 0
    got: list[int | None] = [None] * n
    for i, j in best_matching(table):
        got[i] = j
    worth: list[Any] = [Fraction(0) if j is None else rows[i][j] for i, j in enumerate(got)]
    value = sum(worth) if objective == "sum" else min(worth)
    return Assignment(tuple(got), tidy(value))
