"""Every vector of utilities that no division of the goods improves for all, exactly."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from mechdesign.arrays import AnyArray
from mechdesign.errors import LimitReachedError

#: Utilities of all agents, and who gets each good.
Point = tuple[tuple[Fraction, ...], tuple[int, ...]]
_POINTS = 20_000
_LARGE = 2**62


def frontier(
    values: Sequence[Sequence[Any]],
    *,
    floor: Sequence[Any] | None = None,
    around: Sequence[Any] | None = None,
    most: int = _POINTS,
) -> list[Point]:
    """The efficient vectors of utilities, each with one division that gives it.

    Parameters
    ----------
    values : sequence of n sequences of m exact numbers
        What each good is worth to each agent, negative for chores.
    floor : sequence of n exact numbers, optional
        Only vectors in which nobody has less.
    around : sequence of n positive exact numbers, optional
        Utilities: only vectors whose product may reach theirs.
    most : int
        How many vectors are kept.

    Raises
    ------
    LimitReachedError
        Beyond `most` efficient vectors at a time, or for numbers too large for 62 bits.

    Notes
    -----
    Goods are added one by one, those that agents value most first; vectors that another one
    dominates are left out, which a good more cannot undo since utilities add up.  All in integers.
    """
    n, m = len(values), len(values[0]) if values else 0
    rows = [[Fraction(x) for x in own] for own in values]
    units = [math.lcm(*(x.denominator for x in own)) for own in rows]
    worth = [[int(x * unit) for x in own] for own, unit in zip(rows, units, strict=True)]
    if any(sum(map(abs, own)) >= _LARGE for own in worth):
        raise LimitReachedError("the values need more than 62 bits")
    order = sorted(range(m), key=lambda g: (-max(abs(own[g]) for own in rows), g))
    table = np.array([[own[g] for g in order] for own in worth], dtype=np.int64).reshape(n, m)
    # What everybody can still get after each good.
    rest = np.concatenate(
        [np.cumsum(np.maximum(table, 0)[:, ::-1], axis=1)[:, ::-1], np.zeros((n, 1), np.int64)], 1
    )
    least = None
    if floor is not None:
        least = np.array(
            [math.ceil(Fraction(x) * unit) for x, unit in zip(floor, units, strict=True)]
        )
    # A product is less than that of w where the sum of u/w is less than n: log x <= x - 1.
    weight = (
        None
        if around is None
        else np.array([1 / (float(w) * unit) for w, unit in zip(around, units, strict=True)])
    )
    hope = None
    if weight is not None:
        hope = np.append(np.cumsum((table * weight[:, None]).max(axis=0)[::-1])[::-1], 0.0)
    points = np.zeros((1, n), dtype=np.int64)
    owners = np.zeros((1, 0), dtype=np.int16)
    for k in range(m):
        moved = points[:, None, :] + np.diag(table[:, k])[None, :, :]
        points = moved.reshape(-1, n)
        who = np.tile(np.arange(n, dtype=np.int16), len(owners))[:, None]
        owners = np.concatenate([np.repeat(owners, n, axis=0), who], axis=1)
        if least is not None:
            alive = (points + rest[:, k + 1] >= least).all(axis=1)
            points, owners = points[alive], owners[alive]
        if weight is not None and hope is not None:
            # Far above what floats round.
            alive = points @ weight + hope[k + 1] >= n - 1e-6
            points, owners = points[alive], owners[alive]
        points, first = np.unique(points, axis=0, return_index=True)
        owners = owners[first]
        kept = _undominated(points, most)
        points, owners = points[kept], owners[kept]
    place = {g: k for k, g in enumerate(order)}
    columns = [place[g] for g in range(m)]
    return [
        (
            tuple(Fraction(u, unit) for u, unit in zip(point, units, strict=True)),
            tuple(own[c] for c in columns),
        )
        for point, own in zip(points.tolist(), owners.tolist(), strict=True)
    ]


def _undominated(points: AnyArray, most: int) -> list[int]:
    """The positions of those that no other one is at least as good as for everybody."""
    order = np.argsort(-points.sum(axis=1), kind="stable")
    kept = np.empty_like(points)
    found: list[int] = []
    for k in order.tolist():
        # Whoever dominates it has the larger sum, and comes before it.
        size = len(found)
        if not (kept[:size] >= points[k]).all(axis=1).any():
            if size == most:
                raise LimitReachedError(f"more than {most:,} vectors of utilities to keep")
            kept[size] = points[k]
            found.append(k)
    return found
