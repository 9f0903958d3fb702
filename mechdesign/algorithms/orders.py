"""Strict and weak orders of a few items, enumerated; strongly connected components."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from mechdesign.arrays import BoolArray

__all__ = ["components", "fubini", "strict_orders", "weak_orders"]


@lru_cache(maxsize=16)
def strict_orders(m: int) -> tuple[tuple[int, ...], ...]:
    """The ranks of `m` items in every strict order, orders in lexicographic sequence.

    Examples
    --------
    >>> strict_orders(2)
    ((0, 1), (1, 0))
    """
    result = []
    for order in itertools.permutations(range(m)):
        ranks = [0] * m
        for rank, item in enumerate(order):
            ranks[item] = rank
        result.append(tuple(ranks))
    return tuple(result)


@lru_cache(maxsize=8)
def weak_orders(m: int) -> tuple[tuple[int, ...], ...]:
    """The tier of `m` items in every weak order, strict ones first.

    There are 1, 3, 13, 75, 541, 4683 of them for m = 1 .. 6.

    Examples
    --------
    >>> weak_orders(2)
    ((0, 1), (1, 0), (0, 0))
    """
    found = [
        tiers
        for tiers in itertools.product(range(m), repeat=m)
        if set(tiers) == set(range(max(tiers) + 1))
    ]
    strict = strict_orders(m)
    return strict + tuple(sorted((t for t in found if max(t) < m - 1), key=lambda t: (-max(t), t)))


def fubini(m: int) -> int:
    """The number of weak orders of `m` items.

    Examples
    --------
    >>> [fubini(m) for m in range(1, 7)]
    [1, 3, 13, 75, 541, 4683]
    """
    from math import comb

    counts = [1]
    for k in range(1, m + 1):
        counts.append(sum(comb(k, j) * counts[k - j] for j in range(1, k + 1)))
    return counts[m]


def components(relation: BoolArray) -> list[list[int]]:
    """The strongly connected components of a directed graph, in topological order.

    Parameters
    ----------
    relation : numpy.ndarray of bool, shape (m, m)
        ``relation[i, j]``: there is an edge from i to j.

    Returns
    -------
    list of list of int
        Every edge between components leads from an earlier to a later one; members are sorted.

    Notes
    -----
    Tarjan's algorithm without recursion, O(m^2).

    Examples
    --------
    >>> components(np.array([[0, 1, 1], [1, 0, 1], [0, 0, 0]], dtype=bool))
    [[0, 1], [2]]
    """
    m = len(relation)
    successors: list[Iterator[int]] = [iter(np.flatnonzero(row).tolist()) for row in relation]
    index = [-1] * m
    low = [0] * m
    on_stack = [False] * m
    stack: list[int] = []
    found: list[list[int]] = []
    clock = itertools.count()

    for root in range(m):
        if index[root] >= 0:
            continue
        work = [root]
        index[root] = low[root] = next(clock)
        stack.append(root)
        on_stack[root] = True
        while work:
            node = work[-1]
            for child in successors[node]:
                if index[child] < 0:
                    index[child] = low[child] = next(clock)
                    stack.append(child)
                    on_stack[child] = True
                    work.append(child)
                    break
                if on_stack[child]:
                    low[node] = min(low[node], index[child])
            else:
                work.pop()
                if work:
                    low[work[-1]] = min(low[work[-1]], low[node])
                if low[node] == index[node]:
                    component = []
                    while True:
                        member = stack.pop()
                        on_stack[member] = False
                        component.append(member)
                        if member == node:
                            break
                    found.append(sorted(component))
    # Tarjan finishes sinks first.
    return found[::-1]
