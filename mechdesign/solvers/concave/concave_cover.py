"""Expected best of independent successes over matchings, by branch and bound."""

from __future__ import annotations

import heapq
import itertools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from mechdesign.algorithms.cardinality_matching import best_matching
from mechdesign.clock import now
from mechdesign.records import dataclass

__all__ = ["ConcaveCover", "concave_cover"]

# 1 - exp(-40) is 1 in double precision: what a success for certain counts as.
CERTAIN = 40.0
# Of the bound, relative: far above what its sums can lose to rounding.
ROUNDING = 1e-12

Edges = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class ConcaveCover:
    """The best matching found, its value, and a proved upper bound on the optimum.

    The matching is optimal, to within rounding, where the two agree.
    """

    pairs: Edges
    value: float
    bound: float
    nodes: int


def concave_cover(
    values: Sequence[float],
    probabilities: Any,
    capacity: int,
    *,
    time_limit: float | None = None,
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
        Seconds.

    Returns
    -------
    ConcaveCover
        Pairs (row, column) by row.

    Notes
    -----
    The objective is ``sum_k (v_k - v_{k+1}) (1 - exp(-S_k))`` with ``S_k`` the sum of
    ``-ln(1 - p)`` over the matched rows up to k, concave in S.  Its tangent at any S bounds it, and
    the best matching for the tangent is found exactly; Frank and Wolfe's steps choose where to
    take the next tangent.  Branches take an edge or leave it.  Nothing depends on the scale of the
    values.

    Examples
    --------
    >>> concave_cover([3.0, 2.0], np.array([[0.5, 0.1], [0.5, 0.4]]), 2).pairs
    ((0, 0), (1, 1))
    """
    n, m = probabilities.shape
    if n == 0 or m == 0 or capacity == 0:
        return ConcaveCover((), 0.0, 0.0, 0)
    end = math.inf if time_limit is None else now() + time_limit
    search = _Search(values, probabilities, capacity)
    nothing = np.zeros((n, m), dtype=bool)
    bound, x = search.relax((), nothing, np.zeros((n, m)), end)
    count = itertools.count()
    # The node with the largest bound first; a later one of equals goes deeper.
    heap: list[tuple[float, int, Edges, Any, Any]] = [(-bound, 0, (), nothing, x)]
    nodes = 1
    while heap and not search.closes(-heap[0][0]) and now() < end:
        bound, _, taken, left_out, x = heapq.heappop(heap)
        edge = search.branching_edge(taken, left_out, x)
        if edge is None:
            continue
        without = left_out.copy()
        without[edge] = True
        for child in ((tuple(sorted((*taken, edge))), left_out), (taken, without)):
            nodes += 1
            below, share = search.relax(*child, x, end)
            below = min(below, -bound)
            if not search.closes(below):
                heapq.heappush(heap, (-below, -next(count), *child, share))
    open_bound = -heap[0][0] if heap else 0.0
    proved = search.closes(open_bound)
    value = search.value * search.unit
    return ConcaveCover(search.pairs, value, value if proved else open_bound * search.unit, nodes)


class _Search:
    """The instance, in units of its largest value, and the best matching so far."""

    def __init__(self, values: Sequence[float], probabilities: object, capacity: int) -> None:
        self.unit = float(values[0])
        self.values = np.asarray(values, dtype=float) / self.unit
        self.drops = self.values - np.append(self.values[1:], 0.0)
        self.probabilities = np.asarray(probabilities, dtype=float)
        with np.errstate(divide="ignore"):
            self.attraction = np.minimum(-np.log1p(-self.probabilities), CERTAIN)
        self.capacity = capacity
        self.value = 0.0
        self.pairs: Edges = ()

    def closes(self, bound: float) -> bool:
        """Whether nothing under a bound is better than the best matching, to within rounding."""
        return bound <= self.value * (1 + ROUNDING)

    def relax(self, taken: Edges, left_out: object, start: Any, end: float) -> tuple[float, Any]:
        """A bound on all matchings with the edges taken and without those left out.

        Returns
        -------
        bound : float
        x : array, shape (n, m)
            The share of every free edge at the point of the last tangent.
        """
        free = self._free(taken, left_out)
        base = np.zeros(len(self.values))
        for i, j in taken:
            base[i:] += self.attraction[i, j]
        left = self.capacity - len(taken)
        x = np.where(free > 0, start, 0.0)
        sums = base + np.cumsum((free * x).sum(axis=1))
        bound = math.inf
        for step in itertools.count(1):
            slopes = self.drops * np.exp(-sums)
            weights = free * np.cumsum(slopes[::-1])[::-1][:, None]
            chosen = best_matching(weights, left) if left else ()
            self._offer((*taken, *chosen))
            y = np.zeros_like(x)
            for i, j in chosen:
                y[i, j] = 1.0
            toward = base + np.cumsum((free * y).sum(axis=1)) - sums
            reached = float(self.drops @ -np.expm1(-sums))
            bound = min(bound, reached + float(slopes @ toward))
            # More steps cannot bring the bound below what the relaxation reaches.
            settled = bound - reached <= 0.3 * (bound - self.value)
            if self.closes(bound) or (step > 2 and settled) or step >= 60:
                break
            if now() > end:
                break
            share = self._line(sums, toward)
            x = (1 - share) * x + share * y
            sums = sums + share * toward
        return bound, x

    def branching_edge(self, taken: Edges, left_out: Any, x: Any) -> tuple[int, int] | None:
        """The free edge whose share is most undecided, weighted by what it is worth."""
        if len(taken) == self.capacity:
            return None
        worth = self._free(taken, left_out) * self.values[:, None]
        undecided = worth * np.minimum(x, 1 - x)
        if not (undecided > 0).any():
            undecided = worth
        i, j = divmod(int(np.argmax(undecided)), worth.shape[1])
        return (i, j) if undecided[i, j] > 0 else None

    def _free(self, taken: Edges, left_out: Any) -> Any:
        """What each edge that may still be added attracts."""
        free = np.where(left_out, 0.0, self.attraction)
        for i, j in taken:
            free[i] = 0.0
            free[:, j] = 0.0
        return free

    def _offer(self, edges: Sequence[tuple[int, int]]) -> None:
        """Keep a matching that is better than the best one."""
        reach, total = 1.0, 0.0
        for i, j in sorted(edges):
            p = float(self.probabilities[i, j])
            total += reach * p * float(self.values[i])
            reach *= 1 - p
        if total > self.value:
            self.value, self.pairs = total, tuple(sorted(edges))

    def _line(self, sums: Any, toward: Any) -> float:
        """How far the concave objective rises along a direction, by bisection."""
        low, high = 0.0, 1.0
        for _ in range(30):
            middle = (low + high) / 2
            if float((self.drops * toward) @ np.exp(-(sums + middle * toward))) > 0:
                low = middle
            else:
                high = middle
        return low
