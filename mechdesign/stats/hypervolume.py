"""How much of the space below a set of points is dominated by it, exactly."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np

from mechdesign.arrays import FloatArray
from mechdesign.errors import InvalidInputError
from mechdesign.model import Number, as_number

__all__ = ["contributions", "hypervolume"]


def hypervolume(points: object, reference: Sequence[Number] | None = None) -> Number:
    """The volume that points dominate above a reference, larger being better.

    Parameters
    ----------
    points : sequence of points, shape (n, d)
        In 1 to 6 dimensions; those that are not above the reference count for nothing.
    reference : sequence of d numbers, optional
        0 by default.

    Returns
    -------
    number
        A fraction for exact points.

    Notes
    -----
    A sweep in 2 dimensions, O(n log n), of a float array by array operations; slices in 3,
    O(n^2 log n).  In more dimensions the points one after the other, each less what those after it
    dominate of its box (the recursion of While, Bradstreet and Barone): exponential in d.

    References
    ----------
    While, L., Bradstreet, L. and Barone, L. (2012). A fast way of calculating exact hypervolumes.
    IEEE Transactions on Evolutionary Computation 16, 86-95.
    https://doi.org/10.1109/TEVC.2010.2077298

    Examples
    --------
    >>> hypervolume([(1, 3), (2, 2), (3, 1)]), hypervolume([(1, 2, 3), (2, 3, 1), (3, 1, 2)])
    (6, 13)
    """
    if (
        isinstance(points, np.ndarray)
        and points.dtype.kind == "f"
        and points.shape[1:] == (2,)
        and len(points)
    ):
        return _swept(points, reference)
    return _volume(_above(points, reference))


def _swept(points: FloatArray, reference: Sequence[Number] | None) -> float:
    """The area below an array of points in the plane."""
    low = [0.0, 0.0] if reference is None else [float(as_number(x, "reference")) for x in reference]
    if len(low) != 2:
        raise InvalidInputError("reference", "have 2 numbers", reference)
    if not np.isfinite(points).all():
        raise InvalidInputError("points", "be finite", points)
    moved = points - low
    moved = moved[(moved > 0).all(axis=1)]
    moved = moved[np.argsort(-moved[:, 0])]
    tops = np.maximum.accumulate(np.append(0.0, moved[:, 1]))
    return float((moved[:, 0] * np.diff(tops)).sum())


def contributions(points: Any, reference: Sequence[Number] | None = None) -> list[Number]:
    """What each point alone adds to the volume of all.

    Examples
    --------
    >>> contributions([(1, 3), (2, 2), (3, 1)])
    [1, 1, 1]
    """
    listed = list(points)
    whole = hypervolume(listed, reference)
    return [
        whole - (hypervolume(listed[:k] + listed[k + 1 :], reference) if len(listed) > 1 else 0)
        for k in range(len(listed))
    ]


def _above(points: Any, reference: Sequence[Number] | None) -> list[tuple[Number, ...]]:
    rows = [
        tuple(as_number(x, f"points[{k}]") for x in point) for k, point in enumerate(list(points))
    ]
    if not rows or len({len(row) for row in rows}) > 1 or not 1 <= len(rows[0]) <= 6:
        raise InvalidInputError("points", "be points of one dimension of 1 to 6", points)
    d = len(rows[0])
    low = [0] * d if reference is None else [as_number(x, "reference") for x in reference]
    if len(low) != d:
        raise InvalidInputError("reference", f"have {d} numbers", reference)
    moved = [tuple(x - b for x, b in zip(row, low, strict=True)) for row in rows]
    return [row for row in moved if min(row) > 0]


def _volume(rows: list[tuple[Number, ...]]) -> Number:
    if not rows:
        return 0
    if len(rows[0]) == 1:
        return max(row[0] for row in rows)
    total: Number = 0
    if len(rows[0]) == 2:
        top: Number = 0
        for x, y in sorted(rows, key=lambda row: (-row[0], -row[1])):
            if y > top:
                total += x * (y - top)
                top = y
        return total
    if len(rows[0]) > 3:
        return _recursive(_undominated(rows))
    heights = sorted({row[2] for row in rows})
    below: Number = 0
    for height in heights:
        total += (height - below) * _volume([row[:2] for row in rows if row[2] >= height])
        below = height
    return total


def _undominated(rows: list[tuple[Number, ...]]) -> list[tuple[Number, ...]]:
    """The points that no other dominates, each once, the largest first coordinate first."""
    found: list[tuple[Number, ...]] = []
    for row in sorted(set(rows), reverse=True):
        if not any(all(a >= b for a, b in zip(one, row, strict=True)) for one in found):
            found.append(row)
    return found


def _recursive(rows: list[tuple[Number, ...]]) -> Number:
    total: Number = 0
    for k, own in enumerate(rows):
        shared = [tuple(min(a, b) for a, b in zip(own, row, strict=True)) for row in rows[k + 1 :]]
        total += prod(own) - (_recursive(_undominated(shared)) if shared else 0)
    return total
