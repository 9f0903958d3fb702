"""Whole goods for agents so that the sum of the logarithms of their utilities is large."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from mechdesign.algorithms.cardinality_matching import best_matching
from mechdesign.errors import LimitReachedError, SolverError

_ROUNDS = 8
_DENSE = 60


def largest_product(
    rows: Sequence[Sequence[Fraction]], time_limit: float | None
) -> tuple[int, ...]:
    """Who gets each good so that the sum of logarithms is largest, as HiGHS says.

    Lines through the logarithms of neighbouring whole numbers bound it from above and touch it at
    both; those at the utilities that were found are added until nothing changes.

    Raises
    ------
    LimitReachedError
        If not everybody can have something, or values need too many digits.
    SolverError
        If HiGHS fails or runs out of time.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import coo_array

    n, m = len(rows), len(rows[0])
    units = [math.lcm(*(x.denominator for x in own)) for own in rows]
    worth = [[int(x * unit) for x in own] for own, unit in zip(rows, units, strict=True)]
    if len(best_matching(np.array([[int(x > 0) for x in own] for own in worth]))) < n:
        raise LimitReachedError("not everybody can have something: too many goods for that")
    tops = [sum(own) for own in worth]
    if max(tops) > 10**6:
        raise LimitReachedError("the values have too many digits for an integer program")
    touched = [_marks(top) for top in tops]
    options: dict[str, Any] = {"mip_rel_gap": 0.0}
    if time_limit is not None:
        options["time_limit"] = time_limit
    for _ in range(_ROUNDS):
        entries: list[tuple[int, int, float]] = []
        high: list[float] = []
        for i, marks in enumerate(touched):
            for k in sorted(marks):
                slope = math.log1p(1 / k)
                entries.append((len(high), n * m + i, 1.0))
                entries += [(len(high), i * m + g, -slope * x) for g, x in enumerate(worth[i]) if x]
                high.append(math.log(k) - slope * k)
        for g in range(m):
            entries += [(len(high), i * m + g, 1.0) for i in range(n)]
            high.append(1.0)
        lines, columns, values = zip(*entries, strict=True)
        # HiGHS takes indices of 32 bits; older SciPy hands on what it is given.
        places = np.array([lines, columns], dtype=np.int32)
        table = coo_array((values, (places[0], places[1])), shape=(len(high), n * m + n))
        found = milp(
            np.array([0.0] * (n * m) + [-1.0] * n),
            integrality=np.array([1] * (n * m) + [0] * n),
            bounds=Bounds([0.0] * (n * m + n), [1.0] * (n * m) + [math.log(t) for t in tops]),
            constraints=LinearConstraint(table.tocsr(), -np.inf, np.array(high)),
            options=options,
        )
        if found.x is None:
            raise SolverError(f"HiGHS answered: {found.message}")
        shares = np.asarray(found.x[: n * m]).reshape(n, m)
        owners = tuple(int(i) for i in shares.argmax(axis=0))
        got = [sum(x for x, o in zip(worth[i], owners, strict=True) if o == i) for i in range(n)]
        new = [u not in marks and u - 1 not in marks for u, marks in zip(got, touched, strict=True)]
        if not any(new):
            break
        for u, marks in zip(got, touched, strict=True):
            marks.add(max(u, 1))
    return owners


def _marks(top: int) -> set[int]:
    """Where lines touch at first: everywhere among small numbers, then ever more rarely."""
    marks = set(range(1, min(top, _DENSE) + 1, 2))
    k = float(_DENSE)
    while k < top:
        marks.add(int(k))
        k *= 1.05
    return marks
