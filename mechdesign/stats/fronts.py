"""Fronts of several objectives: how much one lacks of another, and how far a point is from one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mechdesign.errors import InvalidInputError
from mechdesign.model import Number, as_list, as_numbers

__all__ = ["epsilon_indicator", "front", "regret_to_front"]


def front(points: object) -> list[int]:
    """Which points no other one dominates, larger being better; of equal ones the first.

    Parameters
    ----------
    points : sequence of n points, shape (n, d)
        In d objectives.

    Returns
    -------
    list of int
        Their places.  O(n^2 d).

    Examples
    --------
    >>> front([(1, 3), (2, 2), (1, 1), (2, 2), (3, 1)])
    [0, 1, 4]
    """
    rows = _rows(points, "points")
    return [
        k
        for k, own in enumerate(rows)
        if not any(
            all(a >= b for a, b in zip(row, own, strict=True)) and (row != own or j < k)
            for j, row in enumerate(rows)
            if j != k
        )
    ]


def epsilon_indicator(points: object, reference: object) -> Number:
    """How much every objective of a set must rise to be as good as each point of another.

    Parameters
    ----------
    points, reference : sequences of points, shapes (n, d) and (m, d)
        Larger is better.

    Returns
    -------
    number
        ``max over r of min over p of max over j of r_j - p_j``: exact for exact points, 0 or less
        where each reference point is weakly dominated.  O(n m d).

    Examples
    --------
    >>> epsilon_indicator([(1, 3), (3, 1)], [(1, 3), (2, 2), (3, 1)])
    1
    >>> epsilon_indicator([(2, 2)], [(1, 1)])
    -1
    """
    rows, others = _rows(points, "points"), _rows(reference, "reference")
    if len(rows[0]) != len(others[0]):
        raise InvalidInputError("reference", f"have {len(rows[0])} objectives", len(others[0]))
    return max(min(_lack(row, other) for row in rows) for other in others)


def regret_to_front(point: Sequence[Number], points: object) -> Number:
    """How much all objectives of a point could rise together until it reaches a front.

    Parameters
    ----------
    point : sequence of d numbers
        Larger is better.
    points : sequence of points, shape (n, d)
        The front, or any set that contains it.

    Returns
    -------
    number
        The largest amount by which some point exceeds it in every objective, 0 if none does: the
        distance to what the front dominates, in the maximum norm.  O(n d).

    Examples
    --------
    >>> regret_to_front((1, 1), [(1, 3), (2, 2), (3, 1)]), regret_to_front((0, 0), [(1, 3)])
    (1, 1)
    """
    own = _rows([point], "point")[0]
    rows = _rows(points, "points")
    if len(rows[0]) != len(own):
        raise InvalidInputError("point", f"have {len(rows[0])} objectives", point)
    return max(0, *(min(a - b for a, b in zip(row, own, strict=True)) for row in rows))


def _lack(own: Sequence[Number], other: Sequence[Number]) -> Number:
    return max(b - a for a, b in zip(own, other, strict=True))


def _rows(points: Any, parameter: str) -> list[tuple[Number, ...]]:
    listed = points.tolist() if hasattr(points, "tolist") else points
    rows = [
        tuple(as_numbers(row, f"{parameter}[{k}]"))
        for k, row in enumerate(as_list(listed, parameter))
    ]
    if not rows or len({len(row) for row in rows}) > 1 or not rows[0]:
        raise InvalidInputError(parameter, "be points of one dimension", points)
    return rows
