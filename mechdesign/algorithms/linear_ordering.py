"""The linear ordering problem: the order with the least cost of the pairs it reverses.

``cost[i, j]`` is what it costs to place i somewhere above j.  Kendall-tau consensus (Kemeny) and
Slater's rule are instances.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from mechdesign.arrays import IntArray
from mechdesign.clock import now

__all__ = ["SubsetTable", "local_search", "order_cost", "quick_order"]


def order_cost(cost: IntArray, order: list[int]) -> int:
    """The cost of an order.

    Examples
    --------
    >>> order_cost(np.array([[0, 1], [5, 0]]), [0, 1])
    1
    """
    placed = cost[np.ix_(order, order)]
    return int(np.triu(placed, 1).sum())


class SubsetTable:
    """The exact optimum for up to about 20 items, by dynamic programming over subsets.

    Parameters
    ----------
    cost : numpy.ndarray of int64, shape (k, k)
        Cost of placing the row above the column.

    Notes
    -----
    O(2^k k) time and O(2^k) memory (Held and Karp's recursion).

    Examples
    --------
    >>> table = SubsetTable(np.array([[0, 1, 1], [1, 0, 0], [1, 2, 0]]))
    >>> table.optimum, table.count, list(table.orders())
    (2, 3, [[0, 1, 2], [1, 0, 2], [1, 2, 0]])
    """

    def __init__(self, cost: IntArray) -> None:
        self.cost = cost
        k = self.k = len(cost)
        full = 1 << k
        # over[S] of item i: what it costs to have i above all of S.
        best = np.full(full, np.iinfo(np.int64).max, dtype=np.int64)
        count = np.zeros(full, dtype=np.int64)
        best[0], count[0] = 0, 1
        self._over = np.empty((k, full), dtype=np.int64)
        for i in range(k):
            row = self._over[i]
            row[0] = 0
            for j in range(k):
                row[1 << j : 2 << j] = row[: 1 << j] + cost[i, j]
        for layer in _layers(k):
            value = np.full(len(layer), np.iinfo(np.int64).max, dtype=np.int64)
            ways = np.zeros(len(layer), dtype=np.int64)
            for i in range(k):
                inside = np.flatnonzero(layer >> i & 1)
                rest = layer[inside] ^ (1 << i)
                candidate = best[rest] + self._over[i][rest]
                known = value[inside]
                better, equal = candidate < known, candidate == known
                ways[inside] = np.where(
                    better, count[rest], ways[inside] + np.where(equal, count[rest], 0)
                )
                value[inside] = np.minimum(candidate, known)
            best[layer], count[layer] = value, ways
        self._best = best
        self.optimum = int(best[-1])
        #: The number of optimal orders.
        self.count = int(count[-1])

    def first(self, subset: int) -> list[int]:
        """The items that come first in some optimal order of a subset (a bit mask)."""
        return [
            i
            for i in range(self.k)
            if subset >> i & 1
            and self._best[subset ^ (1 << i)] + self._over[i][subset ^ (1 << i)]
            == self._best[subset]
        ]

    def orders(self) -> Iterator[list[int]]:
        """All optimal orders, lexicographically."""
        stack: list[tuple[list[int], int]] = [([], (1 << self.k) - 1)]
        while stack:
            head, subset = stack.pop()
            if not subset:
                yield head
                continue
            stack += [([*head, i], subset ^ (1 << i)) for i in reversed(self.first(subset))]


@lru_cache(maxsize=4)
def _layers(k: int) -> list[IntArray]:
    """The nonempty subsets of k items by size."""
    subsets = np.arange(1 << k, dtype=np.int64)
    sizes = np.zeros(1 << k, dtype=np.int8)
    for i in range(k):
        sizes[1 << i : 2 << i] = sizes[: 1 << i] + 1
    order = np.argsort(sizes, kind="stable")
    bounds = np.searchsorted(sizes[order], np.arange(k + 2))
    return [subsets[order[bounds[s] : bounds[s + 1]]] for s in range(1, k + 1)]


def local_search(cost: IntArray, order: list[int], *, end: float = math.inf) -> list[int]:
    """Improve an order until no single item can be moved elsewhere to advantage.

    Parameters
    ----------
    cost : numpy.ndarray of int64, shape (k, k)
        Cost of placing the row above the column.
    order : list of int
        Where to start.
    end : float
        On the monotonic clock, when to stop with the best order so far.

    Notes
    -----
    O(k) to find the best move of one item; the result is a local optimum of insertion.

    Examples
    --------
    >>> local_search(np.array([[0, 5, 5], [1, 0, 5], [1, 1, 0]]), [0, 1, 2])
    [2, 1, 0]
    """
    gain = cost - cost.T
    current = list(order)
    improved = True
    while improved:
        improved = False
        for item in order:
            if now() > end:
                return current
            place = current.index(item)
            rest = current[:place] + current[place + 1 :]
            # Cost of standing before the first s of the others, relative to the front.
            steps = np.concatenate([[0], np.cumsum(-gain[item, rest])])
            target = int(np.argmin(steps))
            if steps[target] < steps[place]:
                current = [*rest[:target], item, *rest[target:]]
                improved = True
    return current


def quick_order(cost: IntArray, rng: np.random.Generator) -> list[int]:
    """KwikSort: split around a random pivot by majority, recursively.

    Notes
    -----
    In expectation within 11/7 of the optimum for tournaments with the probability constraint
    (Ailon, Charikar and Newman 2008).
    """
    k = len(cost)
    result: list[int] = []
    work: list[list[int]] = [list(range(k))]
    while work:
        items = work.pop()
        if len(items) <= 1:
            result += items
            continue
        pivot = items[int(rng.integers(len(items)))]
        rest = [i for i in items if i != pivot]
        above = [i for i in rest if cost[i, pivot] < cost[pivot, i]]
        work += [[i for i in rest if i not in set(above)], [pivot], above]
    return result
