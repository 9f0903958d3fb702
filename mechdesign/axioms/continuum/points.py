"""Points of a polyhedron: the simplest rational ones."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from mechdesign.axioms.continuum.simplex import Row, inside, most


def simplest(low: Any, high: Any, *, left: bool, right: bool) -> Any:
    """The rational of the smallest denominator between two numbers, then nearest to 0.

    Parameters
    ----------
    low, high : number
        The ends, ``-inf`` and ``inf`` where there is none; ``low <= high``.
    left, right : bool
        Whether the end is left out.

    Examples
    --------
    >>> simplest(Fraction(1, 3), Fraction(1, 2), left=True, right=True)
    Fraction(2, 5)
    """

    def within(x: Any) -> bool:
        return bool(
            (low < x or (low == x and not left)) and (x < high or (x == high and not right))
        )

    if within(0):
        return 0
    if high <= 0:
        return -simplest(-high, -low, left=right, right=left)
    # Now 0 <= low: down the Stern-Brocot tree, along continued fractions.
    whole = math.floor(low)
    for k in (whole, whole + 1):
        if within(k):
            return k
    if low == high:
        return low if isinstance(low, Fraction) else Fraction(low)
    # Both ends have the same whole part: turn the rest upside down.
    over = 1 / Fraction(low - whole) if low != whole else math.inf
    rest = simplest(1 / Fraction(high - whole), over, left=right, right=left)
    return whole + Fraction(1) / rest


def simple_point(rows: Sequence[Row], size: int) -> dict[int, Any]:
    """A point that satisfies rows which do not contradict each other, simple in each coordinate."""
    fixed: list[Row] = list(rows)
    point: dict[int, Any] = {}
    for k in range(size):
        low, high = _end(fixed, size, k, -1), _end(fixed, size, k, 1)
        for out in (False, True):  # the ends belong to it where no strict row keeps them out
            point[k] = simplest(low, high, left=out, right=out)
            more = [((-point[k], (k, 1)), False), ((point[k], (k, -1)), False)]
            if out or inside([*fixed, *more], size)[0] is not None:
                break
        fixed += more
    return point


def _end(rows: Sequence[Row], size: int, k: int, side: int) -> Any:
    """How far coordinate k reaches to one side."""
    found = most(rows, size, (0, (k, side)))
    return side * (math.inf if found is None else found[0])
