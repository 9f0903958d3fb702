"""Choose items within a budget so that a sum of logarithms of their worths is largest."""

from __future__ import annotations

import heapq
import itertools
import math

import numpy as np

from mechdesign.arrays import AnyArray
from mechdesign.clock import now
from mechdesign.errors import LimitReachedError
from mechdesign.records import dataclass

__all__ = ["ConcaveKnapsack", "concave_knapsack"]


_ROOT_ROUNDS, _ROUNDS, _HALVINGS = 100, 6, 20
# Sums of up to 10^6 terms in double precision are exact to this part of the value.
_ROUNDING = 1e-10


@dataclass(frozen=True)
class ConcaveKnapsack:
    """The best set of items that was found, and how good any set can be.

    Parameters
    ----------
    items : tuple of int
        The set.
    value, bound : float
        Its sum of logarithms, and a proved bound on that of any set.
    nodes : int
        How many subproblems were bounded.
    """

    items: tuple[int, ...]
    value: float
    bound: float
    nodes: int

    @property
    def optimal(self) -> bool:
        """Whether no set is better by more than rounding."""
        return self.bound - self.value <= _margin(self.value)


def concave_knapsack(
    entries: tuple[AnyArray, AnyArray, AnyArray],
    weights: AnyArray,
    costs: AnyArray,
    budget: int,
    *,
    time_limit: float | None = None,
) -> ConcaveKnapsack:
    """Maximise ``sum_g w_g log(1 + worth of the items to g)`` over sets of items that fit a budget.

    Parameters
    ----------
    entries : three arrays of the same length
        Item, group, and the positive worth of the item to the group.
    weights : array, shape (g,)
        Positive weights of the groups.
    costs : array of integers, shape (m,)
        Of the items, nonnegative; Python integers where they are large.
    budget : int
        What the items may cost together.
    time_limit : float, optional
        Seconds.

    Raises
    ------
    LimitReachedError
        If there is no time for even one set.

    Notes
    -----
    Branch and bound, the most promising node first.  The bound of a node is the best of the linear
    functions that touch the concave one from above at the points of a few Frank-Wolfe steps, each
    maximised as a fractional knapsack; items whose change would cost more than the gap are fixed.

    Examples
    --------
    >>> entries = (np.array([0, 1, 2]), np.array([0, 0, 1]), np.array([1.0, 1.0, 1.0]))
    >>> concave_knapsack(entries, np.array([1.0, 1.0]), np.array([1, 1, 1]), 2).items
    (0, 2)
    """
    search = _Search(entries, weights, costs, budget, time_limit)
    return search.run()


def _margin(value: float) -> float:
    return _ROUNDING * max(1.0, abs(value))


class _Curve:
    """An upper bound of ``log(1 + x)`` that is exact where x can be: at the base or a gap above."""

    def __init__(self, base: AnyArray, gap: AnyArray) -> None:
        with np.errstate(invalid="ignore"):
            self.base, self.floor = base, np.log1p(base)
            self.knee = np.where(np.isfinite(gap), base + gap, base)
            rise = np.log1p(self.knee) - self.floor
            self.rate = np.where(np.isfinite(gap), rise / gap, 1 / (1 + base))

    def values(self, sums: AnyArray) -> AnyArray:
        """The curve."""
        low = self.floor + self.rate * (sums - self.base)
        return np.where(sums < self.knee, low, np.log1p(np.maximum(sums, 0.0)))

    def rates(self, sums: AnyArray) -> AnyArray:
        """Its slopes."""
        return np.where(sums < self.knee, self.rate, 1 / (1 + np.maximum(sums, 0.0)))


class _Search:
    """One search."""

    def __init__(
        self,
        entries: tuple[AnyArray, AnyArray, AnyArray],
        weights: AnyArray,
        costs: AnyArray,
        budget: int,
        time_limit: float | None,
    ) -> None:
        by_group = np.argsort(entries[1], kind="stable")
        self.item, self.group, self.worth = (part[by_group] for part in entries)
        self.named, self.first = np.unique(self.group, return_index=True)
        self.weights = weights.astype(float)
        self.exact_costs = [int(c) for c in costs.tolist()]
        self.budget = budget
        # The budget is the unit, whatever the size of the integers.
        self.costs = np.array([c / budget if budget else float(c > 0) for c in self.exact_costs])
        self.m = len(self.exact_costs)
        self.end = math.inf if time_limit is None else now() + time_limit
        self.best: AnyArray = np.zeros(self.m, dtype=bool)
        self.value = 0.0
        self.nodes = 0

    def run(self) -> ConcaveKnapsack:
        """Search until the gap is closed or the time is over."""
        fits = np.array([c <= self.budget for c in self.exact_costs], dtype=bool)
        inside = np.array([c == 0 for c in self.exact_costs], dtype=bool)
        self._offer(inside)
        point = inside.astype(float)
        queue: list[tuple[float, int, AnyArray, AnyArray, AnyArray]] = []
        tick = itertools.count()

        def push(inside: AnyArray, free: AnyArray, point: AnyArray, rounds: int) -> None:
            node = self._bounded(inside, free, point, rounds)
            if node is not None:
                heapq.heappush(queue, (-node[0], next(tick), *node[1:]))

        push(inside, fits & ~inside, point, _ROOT_ROUNDS)
        bound = self.value
        while queue:
            if -queue[0][0] <= self.value + _margin(self.value):
                break
            if now() > self.end:
                bound = max(-queue[0][0], self.value)
                break
            _, _, inside, free, point = heapq.heappop(queue)
            # The item that is most undecided.
            undecided = np.where(free, 0.5 - np.abs(point - 0.5) + 1e-9 * self.costs, -1.0)
            k = int(np.argmax(undecided))
            free = free.copy()
            free[k] = False
            without = point.copy()
            without[k] = 0.0
            push(inside, free, without, _ROUNDS)
            wider = inside.copy()
            wider[k] = True
            left = 1.0 - self.costs[wider].sum()
            if self._cost(wider) <= self.budget:
                start = point.copy()
                start[k] = 1.0
                others = float(self.costs[free] @ start[free])
                if others > left:
                    start[free] *= max(left, 0.0) / others
                push(wider, free, start, _ROUNDS)
        items = tuple(np.flatnonzero(self.best).tolist())
        return ConcaveKnapsack(items, self.value, max(bound, self.value), self.nodes)

    def _cost(self, chosen: AnyArray) -> int:
        return sum(self.exact_costs[k] for k in np.flatnonzero(chosen).tolist())

    def _sums(self, point: AnyArray) -> AnyArray:
        return np.bincount(self.group, self.worth * point[self.item], len(self.weights))

    def _slopes(self, rates: AnyArray) -> AnyArray:
        return np.bincount(self.item, self.worth * (self.weights * rates)[self.group], self.m)

    def _curve(self, inside: AnyArray, free: AnyArray) -> _Curve:
        """The logarithm, straight up to the least that a free item adds to what is inside."""
        base = self._sums(inside.astype(float))
        gap = np.full(len(self.weights), np.inf)
        if len(self.item):
            steps = np.where(free[self.item], self.worth, np.inf)
            gap[self.named] = np.minimum.reduceat(steps, self.first)
        return _Curve(base, gap)

    def _bounded(
        self, inside: AnyArray, free: AnyArray, point: AnyArray, rounds: int
    ) -> tuple[float, AnyArray, AnyArray, AnyArray] | None:
        """The bound of a node, its fixed items, and a good point; None if it can be left out."""
        self.nodes += 1
        if self.nodes == 1 and now() > self.end:
            raise LimitReachedError("no time to choose any items")
        bound = math.inf
        sums = self._sums(point)
        curve = self._curve(inside, free)
        for _ in range(rounds):
            value = float(self.weights @ curve.values(sums))
            slopes = self._slopes(curve.rates(sums))
            corner, price = self._knapsack(slopes, inside, free)
            linear = value + float(slopes @ (corner - point))
            bound = min(bound, linear)
            if bound <= self.value + _margin(self.value):
                return None
            # An item whose change costs more than the gap stays as it is.
            loss = np.abs(slopes - price * self.costs)
            fixed = free & (linear - loss < self.value)
            if fixed.any():
                inside = inside | (fixed & (slopes > price * self.costs))
                free = free & ~fixed
                if self._cost(inside) > self.budget:
                    return None
                point = np.where(free, point, inside.astype(float))
                over = float(self.costs @ point) - 1.0
                if over > 0 and free.any():
                    share = float(self.costs[free] @ point[free])
                    point[free] *= max(0.0, 1.0 - over / share) if share else 1.0
                sums = self._sums(point)
                if not free.any():
                    break
                curve = self._curve(inside, free)
                continue
            step, sums = self._line(curve, sums, self._sums(corner) - sums)
            point = point + step * (corner - point)
            if not step:
                break
        self._round(inside, free, point)
        if not free.any() or bound <= self.value + _margin(self.value):
            return None
        return bound, inside, free, point

    def _knapsack(
        self, slopes: AnyArray, inside: AnyArray, free: AnyArray
    ) -> tuple[AnyArray, float]:
        """The best point of the fractional knapsack, and what money is worth there."""
        order = np.flatnonzero(free)
        order = order[np.argsort(-slopes[order] / self.costs[order], kind="stable")]
        corner = inside.astype(float)
        left = 1.0 - float(self.costs[inside].sum())
        before = np.cumsum(self.costs[order]) - self.costs[order]
        taken = np.clip((left - before) / self.costs[order], 0.0, 1.0)
        corner[order] = taken
        partial = np.flatnonzero(taken < 1)
        price = (
            float(slopes[order[partial[0]]] / self.costs[order[partial[0]]])
            if len(partial)
            else 0.0
        )
        return corner, price

    def _line(self, curve: _Curve, sums: AnyArray, change: AnyArray) -> tuple[float, AnyArray]:
        """The best step along a line, at most 1, and the sums there."""
        weighted = self.weights * change
        low, high = 0.0, 1.0
        if float(weighted @ curve.rates(sums + change)) >= 0:
            return 1.0, sums + change
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            if float(weighted @ curve.rates(sums + middle * change)) > 0:
                low = middle
            else:
                high = middle
        return low, sums + low * change

    def _round(self, inside: AnyArray, free: AnyArray, point: AnyArray) -> None:
        """Offer a set near a point: the items in the order of the point, then what still fits."""
        chosen = inside.copy()
        left = self.budget - self._cost(chosen)
        slopes = self._slopes(1 / (1 + self._sums(point))) / np.maximum(self.costs, 1e-300)
        order = np.flatnonzero(free)
        for k in order[np.lexsort((-slopes[order], -point[order].round(6)))].tolist():
            if self.exact_costs[k] <= left:
                chosen[k] = True
                left -= self.exact_costs[k]
        self._offer(chosen)

    def _offer(self, chosen: AnyArray) -> None:
        """Keep a set if it is the best so far, after trying what exchanges bring."""
        value = self._value(chosen)
        if value <= self.value and self.nodes:
            return
        improved = True
        while improved and now() <= self.end:
            improved = False
            for k in np.flatnonzero(chosen).tolist():
                if not self.exact_costs[k] or not chosen[k]:
                    continue
                other = chosen.copy()
                other[k] = False
                self._fill(other, k)
                theirs = self._value(other)
                if theirs > value + _margin(value):
                    chosen, value, improved = other, theirs, True
        if value > self.value:
            self.value, self.best = value, chosen

    def _fill(self, chosen: AnyArray, without: int) -> None:
        """Add items that fit, the one that brings most for its money first."""
        left = self.budget - self._cost(chosen)
        possible = ~chosen
        possible[without] = False
        while True:
            fits = possible & np.array([c <= left for c in self.exact_costs], dtype=bool)
            if not fits.any():
                return
            sums = self._sums(chosen.astype(float))
            gains = np.bincount(
                self.item,
                np.log1p(self.worth / (1 + sums)[self.group]) * self.weights[self.group],
                self.m,
            )
            k = int(np.argmax(np.where(fits, gains / np.maximum(self.costs, 1e-300), -1.0)))
            chosen[k], possible[k] = True, False
            left -= self.exact_costs[k]

    def _value(self, chosen: AnyArray) -> float:
        return float(self.weights @ np.log1p(self._sums(chosen.astype(float))))
