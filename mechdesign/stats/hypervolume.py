"""How much of the space below a set of points is dominated by it, exactly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mechdesign.errors import InvalidInputError
from mechdesign.model import Number, as_number

__all__ = ["contributions", "hypervolume"]


def hypervolume(points: Any, reference: Sequence[Number] | None = None) -> Number:
    """The volume that points dominate above a reference, larger being better.

    Parameters
    ----------
    points : sequence of points, shape (n, d)
        In 1, 2 or 3 dimensions; those that are not above the reference count for nothing.
    reference : sequence of d numbers, optional
        0 by default.

    Returns
    -------
    number
        A fraction for exact points.

    Notes
    -----
    A sweep in 2 dimensions, O(n log n); slices in 3, O(n^2 log n).

    Examples
    --------
    >>> hypervolume([(1, 3), (2, 2), (3, 1)]), hypervolume([(1, 2, 3), (2, 3, 1), (3, 1, 2)])
    (6, 13)
    """
    return _volume(_above(points, reference))


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
    if not rows or len({len(row) for row in rows}) > 1 or not 1 <= len(rows[0]) <= 3:
        raise InvalidInputError("points", "be points of one dimension of 1 to 3", points)
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
    heights = sorted({row[2] for row in rows})
    below: Number = 0
    for height in heights:
        total += (height - below) * _volume([row[:2] for row in rows if row[2] >= height])
        below = height
    return total
