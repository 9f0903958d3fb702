"""Expected best of independent successes over matchings, by outer approximation."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mechdesign.errors import SolverError

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
        import pulp

        self.pulp = pulp
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
        self.problem = pulp.LpProblem("concave_cover", pulp.LpMinimize)
        self.x = {
            (i, j): self._variable(f"x_{i}_{j}", integral=True) for i, j in self.attraction
        }
        self.levels = [k for k in range(n) if self.drops[k] > 0]
        self.z = {k: self._variable(f"z_{k}", high=1.0) for k in self.levels}
        self.sums = {k: self._variable(f"S_{k}") for k in range(n)}
        # Signs of bounds differ by solver when maximising: the model minimises.
        self.problem += pulp.lpSum(-self.drops[k] * self.z[k] for k in self.levels)
        for i in range(n):
            row = [x for (r, _), x in self.x.items() if r == i]
            self.problem += pulp.lpSum(row) <= 1
            mine = [self.attraction[e] * x for e, x in self.x.items() if e[0] == i]
            before = [self.sums[i - 1]] if i else []
            self.problem += self.sums[i] == pulp.lpSum(before + mine)
        for j in range(m):
            self.problem += pulp.lpSum(x for (_, c), x in self.x.items() if c == j) <= 1
        self.problem += pulp.lpSum(self.x.values()) <= capacity
        for k in self.levels:
            for point in (0.0, 0.25, 1.0, 2.5):
                self._tangent(k, point)

    def _variable(self, name: str, high: float | None = None, *, integral: bool = False) -> Any:
        """A variable from 0 up, in the words of PuLP 3 and 4 alike."""
        if hasattr(self.problem, "add_variable"):
            if integral:
                return self.problem.add_variable(name, cat="Binary")
            return self.problem.add_variable(name, 0, high)
        if integral:
            return self.pulp.LpVariable(name, cat="Binary")
        return self.pulp.LpVariable(name, 0, high)

    def _tangent(self, k: int, point: float) -> None:
        slope = math.exp(-point)
        self.problem += self.z[k] <= (1 - slope) + slope * (self.sums[k] - point)

    def cut(self, pairs: Sequence[tuple[int, int]]) -> None:
        """Add the tangents at a matching."""
        chosen = dict(pairs)
        total = 0.0
        points = {}
        for k in range(len(self.values)):
            if k in chosen:
                total += self.attraction[k, chosen[k]]
            points[k] = total
        for k in self.levels:
            self._tangent(k, points[k])

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
        solver = self.pulp.HiGHS(msg=False, timeLimit=time_limit, gapRel=gap / 4, threads=1)
        self.problem.solve(solver)
        info = self.problem.solverModel.getInfo()
        bound = -float(info.mip_dual_bound)
        if not math.isfinite(bound):
            bound = sum(self.drops)
        if self.problem.sol_status not in (
            self.pulp.LpSolutionOptimal,
            self.pulp.LpSolutionIntegerFeasible,
        ):
            if self.problem.status == self.pulp.LpStatusInfeasible:
                raise SolverError("HiGHS found the outer approximation infeasible")
            return None, bound
        chosen = [e for e, x in self.x.items() if (x.value() or 0) > 0.5]
        return tuple(sorted(chosen)), bound
