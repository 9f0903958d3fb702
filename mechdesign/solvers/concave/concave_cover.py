"""Expected best of independent successes over matchings, by outer approximation."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from typing import Any

from mechdesign.records import dataclass
from mechdesign.solvers.linear.linear_model import LinearModel

__all__ = ["ConcaveCover", "concave_cover"]

# 1 - exp(-40) is 1 in double precision: what a success for certain counts as.
CERTAIN = 40.0


@dataclass(frozen=True)
class ConcaveCover:
    """The best matching found, its value, and a proved upper bound on the optimum."""

    pairs: tuple[tuple[int, int], ...]
    value: float
    bound: float
    rounds: int


def concave_cover(
    values: Sequence[float],
    probabilities: Any,
    capacity: int,
    *,
    time_limit: float | None = None,
    gap: float = 1e-9,
) -> ConcaveCover:
    """Maximise the expected best value over matchings of at most `capacity` edges.

    Each matched row ``i`` succeeds with its probability, independently; the value of the best row
    that succeeds counts.

    Parameters
    ----------
    values : sequence of n floats
        Nonincreasing, positive.
    probabilities : array of shape (n, m)
        In [0, 1].
    capacity : int
        The largest number of edges.
    time_limit : float, optional
        Seconds for all rounds together.
    gap : float
        Where to stop, relative to the bound.

    Returns
    -------
    ConcaveCover
        Pairs (row, column) by row.

    Raises
    ------
    SolverError
        If HiGHS finds no answer at all.

    Notes
    -----
    The objective is ``sum_k (v_k - v_{k+1}) (1 - exp(-S_k))`` with ``S_k`` the sum of
    ``-ln(1 - p)`` over the matched rows up to k, concave in S: each round solves a mixed-integer
    program with tangents for it, and adds the tangents at what it found.

    Examples
    --------
    >>> import numpy as np
    >>> concave_cover([3.0, 2.0], np.array([[0.5, 0.1], [0.5, 0.4]]), 2).pairs
    ((0, 0), (1, 1))
    """
    n, m = probabilities.shape
    if n == 0 or m == 0 or capacity == 0:
        return ConcaveCover((), 0.0, 0.0, 0)
    model = _Model(values, probabilities, capacity)
    end = None if time_limit is None else time.monotonic() + time_limit
    best: tuple[tuple[int, int], ...] = ()
    lower, upper, rounds = 0.0, math.inf, 0
    seen: set[tuple[tuple[int, int], ...]] = set()
    while True:
        left = None if end is None else max(end - time.monotonic(), 0.05)
        pairs, bound = model.solve(left, gap)
        rounds += 1
        upper = min(upper, bound)
        if pairs is not None:
            value = model.value(pairs)
            if value > lower or not best:
                best, lower = pairs, value
        out_of_time = end is not None and time.monotonic() >= end
        done = upper - lower <= gap * max(1.0, abs(upper))
        if done or out_of_time or pairs is None or pairs in seen:
            return ConcaveCover(best, lower, max(upper, lower), rounds)
        seen.add(pairs)
        model.cut(pairs)


class _Model:
    """The mixed-integer program of all rounds."""

    def __init__(self, values: Sequence[float], probabilities: Any, capacity: int) -> None:
        self.values = values
        self.probabilities = probabilities
        n, m = probabilities.shape
        self.drops = [v - w for v, w in zip(values, [*values[1:], 0.0], strict=True)]
        self.attraction = {
            (i, j): CERTAIN if probabilities[i, j] >= 1 else -math.log1p(-probabilities[i, j])
            for i in range(n)
            for j in range(m)
            if probabilities[i, j] > 0
        }
        model = self.model = LinearModel("concave_cover")
        self.x = {
            (i, j): model.variable(f"x_{i}_{j}", high=1, integral=True) for i, j in self.attraction
        }
        self.levels = [k for k in range(n) if self.drops[k] > 0]
        self.z = {k: model.variable(f"z_{k}", high=1) for k in self.levels}
        self.sums = {k: model.variable(f"S_{k}") for k in range(n)}
        model.maximise(model.total(self.drops[k] * self.z[k] for k in self.levels))
        for i in range(n):
            row = [edge for edge in self.x if edge[0] == i]
            model.require(model.total(self.x[edge] for edge in row) <= 1)
            before = [self.sums[i - 1]] if i else []
            mine = [self.attraction[edge] * self.x[edge] for edge in row]
            model.require(self.sums[i] == model.total(before + mine))
        for j in range(m):
            model.require(model.total(x for (_, c), x in self.x.items() if c == j) <= 1)
        model.require(model.total(self.x.values()) <= capacity)
        for k in self.levels:
            for point in (0.0, 0.25, 1.0, 2.5):
                self._tangent(k, point)

    def _tangent(self, k: int, point: float) -> None:
        slope = math.exp(-point)
        self.model.require(self.z[k] <= (1 - slope) + slope * (self.sums[k] - point))

    def cut(self, pairs: Sequence[tuple[int, int]]) -> None:
        """Add the tangents at a matching."""
        chosen = dict(pairs)
        total = 0.0
        for k in range(len(self.values)):
            if k in chosen:
                total += self.attraction[k, chosen[k]]
            if k in self.z:
                self._tangent(k, total)

    def value(self, pairs: Sequence[tuple[int, int]]) -> float:
        """Expected best value of a matching."""
        reach, total = 1.0, 0.0
        for i, j in pairs:
            p = float(self.probabilities[i, j])
            total += reach * p * self.values[i]
            reach *= 1 - p
        return total

    def solve(
        self, time_limit: float | None, gap: float
    ) -> tuple[tuple[tuple[int, int], ...] | None, float]:
        """The matching of one round and the proved bound."""
        solved = self.model.solve(time_limit=time_limit, gap=gap / 4)
        bound = min(solved.bound, sum(self.drops))
        if solved.value is None:
            return None, bound
        chosen = [edge for edge, x in self.x.items() if self.model.value(x) > 0.5]
        return tuple(sorted(chosen)), bound
