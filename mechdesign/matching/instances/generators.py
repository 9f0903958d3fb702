"""Hard families of the literature, and random instances."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from mechdesign.arrays import IntArray
from mechdesign.errors import InvalidInputError
from mechdesign.matching.instances.graphs import Instance
from mechdesign.model import Number, Seed, as_count, as_number, generator

#: So many edges take about 5 GB while they are listed.
MOST_EDGES = 50_000_000

__all__ = ["complete", "random_instance", "triangle_then_private", "upper_triangular", "z_graph"]


def complete(offline: int, arrivals: int, p: Number) -> Instance:
    """The complete bipartite graph K(n, m) with equal probabilities.

    Parameters
    ----------
    offline, arrivals : int
        At least 1.
    p : number in [0, 1]
        Success probability of every edge.

    Examples
    --------
    >>> complete(2, 3, Fraction(1, 3))
    <matching instance: 2 offline, 3 arrivals, 6 edges, p = 1/3>
    """
    n = as_count(offline, "offline", low=1)
    m = as_count(arrivals, "arrivals", low=1)
    return _groups(n, [(range(n), m)], p, "arrivals")


def upper_triangular(k: int, b: int = 1) -> Instance:
    """The graph G_k: b arrivals of group i are adjacent to the vertices i, ..., k, with p = 1/b.

    Parameters
    ----------
    k : int
        Number of offline vertices and of groups.
    b : int
        Arrivals in a group; the fluid optimum is k.

    Examples
    --------
    >>> upper_triangular(3, 2)
    <matching instance: 3 offline, 6 arrivals, 12 edges, p = 1/2>
    """
    k, b = as_count(k, "k", low=1), as_count(b, "b", low=1)
    return _groups(k, [(range(i, k), b) for i in range(k)], Fraction(1, b), "k")


def z_graph(first: int, second: int, b: int = 1) -> Instance:
    """The z-graph of Mehta and Panigrahi.

    Each of the `first` vertices has a group of b arrivals that is also joined to all of the
    `second` vertices; then each of the `second` vertices has a private group.

    Parameters
    ----------
    first, second : int
        Sizes of the two sides of the offline vertices.
    b : int
        Arrivals in a group, with p = 1/b.

    Examples
    --------
    >>> z_graph(2, 1)
    <matching instance: 3 offline, 3 arrivals, 5 edges, p = 1>
    """
    first = as_count(first, "first", low=1)
    second = as_count(second, "second", low=1)
    b = as_count(b, "b", low=1)
    common = list(range(first, first + second))
    groups: list[tuple[Sequence[int], int]] = [([u, *common], b) for u in range(first)]
    groups += [([u], b) for u in common]
    return _groups(first + second, groups, Fraction(1, b), "first")


def triangle_then_private(n: int, k: int, b: int = 1) -> Instance:
    """The first k groups of G_n, then one private group for each of the other n - k vertices.

    An instance family of this library: with randomly permuted labels every opportunistic policy
    has the same expected reward.

    Parameters
    ----------
    n, k : int
        ``0 <= k <= n``.
    b : int
        Arrivals in a group, with p = 1/b.

    Examples
    --------
    >>> triangle_then_private(3, 1)
    <matching instance: 3 offline, 3 arrivals, 5 edges, p = 1>
    """
    n = as_count(n, "n", low=1)
    k = as_count(k, "k", high=n)
    b = as_count(b, "b", low=1)
    groups: list[tuple[Sequence[int], int]] = [(range(i, n), b) for i in range(k)]
    groups += [([u], b) for u in range(k, n)]
    return _groups(n, groups, Fraction(1, b), "n")


def random_instance(
    offline: int,
    arrivals: int,
    degree: int,
    *,
    low: float = 0.0,
    high: float = 1.0,
    rng: Seed = None,
) -> Instance:
    """Every arrival has `degree` distinct random neighbours with uniform probabilities.

    Parameters
    ----------
    offline, arrivals : int
        Sizes of the two sides.
    degree : int
        In ``[1, offline]``.
    low, high : float
        Bounds of the probabilities, ``0 <= low <= high <= 1``.
    rng : numpy.random.Generator or int, optional
        The same seed gives the same instance.

    Notes
    -----
    O(arrivals * degree) where the degree is small against the number of offline vertices.

    Examples
    --------
    >>> random_instance(3, 5, 2, rng=0)
    <matching instance: 3 offline, 5 arrivals, 10 edges>
    """
    n = as_count(offline, "offline", low=1)
    m = as_count(arrivals, "arrivals", low=1)
    d = as_count(degree, "degree", low=1, high=n)
    _bounded(m * d, "degree")
    high = float(as_number(high, "high", low=0, high=1))
    low = float(as_number(low, "low", low=0, high=high))
    draw = generator(rng)
    neighbours = _distinct(draw, n, m, d)
    probabilities = 1.0 - draw.random(m * d) * (1.0 - low / high) if high else np.zeros(m * d)
    return Instance(
        range(n), range(m), np.arange(0, m * d + 1, d), neighbours.ravel(), probabilities * high
    )


def _distinct(draw: np.random.Generator, n: int, m: int, d: int) -> IntArray:
    """`m` sorted rows of `d` distinct vertices each; rows with a repetition are drawn again."""
    if d * d > n:
        keys = draw.random((m, n)) if m * n <= 50_000_000 else None
        if keys is not None:
            return np.sort(np.argpartition(keys, d - 1, axis=1)[:, :d], axis=1)
        rows = [np.sort(draw.permutation(n)[:d]) for _ in range(m)]
        return np.array(rows, dtype=np.int64)
    picked = np.sort(draw.integers(n, size=(m, d)), axis=1)
    while True:
        clash = (np.diff(picked, axis=1) == 0).any(axis=1)
        if not clash.any():
            return picked
        picked[clash] = np.sort(draw.integers(n, size=(int(clash.sum()), d)), axis=1)


def _bounded(edges: int, parameter: str) -> None:
    if edges > MOST_EDGES:
        raise InvalidInputError(parameter, f"give at most {MOST_EDGES:,} edges", f"{edges:,}")


def _groups(
    n: int, groups: Sequence[tuple[Sequence[int], int]], p: Number, parameter: str
) -> Instance:
    p = as_number(p, "p", low=0, high=1)
    _bounded(sum(len(adjacent) * size for adjacent, size in groups), parameter)
    indptr, neighbours = [0], []
    for adjacent, size in groups:
        for _ in range(size):
            neighbours += list(adjacent)
            indptr.append(len(neighbours))
    if not neighbours:
        raise InvalidInputError("groups", "have at least one edge", groups)
    return Instance(range(n), range(len(indptr) - 1), indptr, neighbours, [p] * len(neighbours))
