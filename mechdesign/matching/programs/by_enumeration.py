"""Programs over all outcomes: small oracles, exponential in the number of edges.

The path program has a variable for every edge and every outcome of the other edges; the threshold
program has one for every configuration of a vertex and every threshold of the others.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from mechdesign.errors import InvalidInputError, LimitReachedError, require
from mechdesign.matching.instances.graphs import Instance
from mechdesign.matching.programs.programs import ProgramBound
from mechdesign.model import Number
from mechdesign.solvers.linear.packing import packing

__all__ = ["path", "threshold"]

_MAX_COLUMNS = 20_000


def path(instance: Instance) -> ProgramBound:
    """The path-based program of Goyal and Udwani (2020, arXiv:1905.12778).

    Variables ``x_uv`` for every outcome of all edges, the same wherever the outcomes agree off the
    edge itself; on every path each vertex succeeds at most once and each arrival is used at most
    once.

    Parameters
    ----------
    instance : Instance
        Tiny: ``|E| 2^(|E| - 1)`` variables, so at most ten edges or so.

    Returns
    -------
    ProgramBound
        In floats.  It bounds the clairvoyant and the offline benchmark, and lies below
        :func:`sequence` and below the omniscient value.  `primal` holds the expected use of every
        edge; the duals are those summed over paths.

    Raises
    ------
    LimitReachedError
        If there are too many edges.

    Examples
    --------
    >>> from mechdesign import matching
    >>> round(path(matching.complete(1, 2, 0.5)).value, 9)
    0.75
    """
    require(instance, Instance, "instance")
    graph = instance.expanded()
    edges = [edge for edge in graph.edges() if edge[2] > 0]
    size = len(edges)
    if size > 30 or size << max(size - 1, 0) > _MAX_COLUMNS:
        raise LimitReachedError(f"the path program of {size} edges is too large")
    columns: dict[tuple[int, int], int] = {}
    gains: list[float] = []
    chance = [
        [float(p) if path >> k & 1 else 1 - float(p) for k, (_, _, p) in enumerate(edges)]
        for path in range(1 << size)
    ]
    for k, (u, _, p) in enumerate(edges):
        for path_off in range(1 << size):
            if path_off >> k & 1:
                continue
            likely = 1.0
            for j in range(size):
                if j != k:
                    likely *= chance[path_off][j]
            columns[k, path_off] = len(gains)
            gains.append(likely * float(p) * float(graph.weights[u]))
    by_vertex: list[list[int]] = [[] for _ in range(graph.n)]
    by_arrival: list[list[int]] = [[] for _ in range(graph.m)]
    for k, (u, t, _) in enumerate(edges):
        by_vertex[u].append(k)
        by_arrival[t].append(k)
    rows: list[list[tuple[int, Any]]] = []
    owners: list[int] = []
    for outcome in range(1 << size):

        def column(k: int, outcome: int = outcome) -> int:
            return columns[k, outcome & ~(1 << k)]

        for u, own in enumerate(by_vertex):
            won = [k for k in own if outcome >> k & 1]
            if won:
                rows.append([(column(k), 1) for k in won])
                owners.append(u)
        for t, own in enumerate(by_arrival):
            if own:
                rows.append([(column(k), 1) for k in own])
                owners.append(graph.n + t)
    solved = packing(rows, [1] * len(rows), gains, exact=False)
    shares = dict.fromkeys(range(size), 0.0)
    for (k, off), column_of in columns.items():
        likely = 1.0
        for j in range(size):
            if j != k:
                likely *= chance[off][j]
        shares[k] += likely * float(solved.x[column_of])
    return _result("path", graph, edges, solved, owners, shares, offline=True)


def threshold(instance: Instance) -> ProgramBound:
    """The stochastic configuration program over thresholds: a RECONSTRUCTION.

    Every vertex u has a random threshold: it succeeds at its theta-th attempt.  Variables for every
    u, every set S of its arrivals and every vector of the other vertices' thresholds: S is what u
    would attempt if it never succeeded.  For every threshold vector an arrival is used at most
    once, counting only those of S that come before the success.

    Parameters
    ----------
    instance : Instance
        Tiny, and with equal probabilities at every vertex (then an attempt counts for any other).

    Returns
    -------
    ProgramBound
        In floats.  It bounds the clairvoyant benchmark; observed, not proved: it lies below the
        path program.

    Raises
    ------
    InvalidInputError
        If the probabilities at a vertex differ.
    LimitReachedError
        If there are too many columns.

    Notes
    -----
    The text of the program in Huang et al. (2023, arXiv:2309.10289) was not at hand.  This one
    reproduces the published 0.613 as ``2 (1 - ln 2)``; whether it is theirs is inferred.

    Examples
    --------
    >>> from mechdesign import matching
    >>> round(threshold(matching.complete(1, 2, 0.5)).value, 9)
    0.75
    """
    require(instance, Instance, "instance")
    graph = instance.expanded()
    edges = [edge for edge in graph.edges() if edge[2] > 0]
    own: list[list[tuple[int, Number]]] = [[] for _ in range(graph.n)]
    for u, t, p in edges:
        own[u].append((t, p))
    for u, pairs in enumerate(own):
        if len({p for _, p in pairs}) > 1:
            raise InvalidInputError(
                "instance", "have equal probabilities at every vertex", graph.offline[u]
            )
    levels = [_levels(pairs) for pairs in own]
    total = 0
    for u, pairs in enumerate(own):
        size = 1 << len(pairs)
        for v, level in enumerate(levels):
            size *= len(level) if v != u else 1
        total += size
    if total > _MAX_COLUMNS:
        raise LimitReachedError(f"the threshold program would have {total:,} columns")
    gains: list[float] = []
    rows: dict[tuple[Any, ...], list[tuple[int, Any]]] = {}
    users: list[tuple[int, Any, tuple[int, ...], float]] = []
    for u, pairs in enumerate(own):
        rest = [level if v != u else [(0, 1)] for v, level in enumerate(levels)]
        for others in itertools.product(*rest):
            likely = 1.0
            for _, q in others:
                likely *= float(q)
            heads = tuple(theta for theta, _ in others)
            for chosen in _subsets([t for t, _ in pairs]):
                k = len(gains)
                p = float(pairs[0][1])
                gains.append(likely * float(graph.weights[u]) * (1 - (1 - p) ** len(chosen)))
                users.append((u, heads, chosen, likely))
                rows.setdefault(("vertex", u, heads), []).append((k, 1))
                for theta, _ in levels[u]:
                    vector = (*heads[:u], theta, *heads[u + 1 :])
                    # Threshold 0 stands for none within reach.
                    for t in chosen if theta == 0 else chosen[:theta]:
                        rows.setdefault(("arrival", t, vector), []).append((k, 1))
    solved = packing(list(rows.values()), [1] * len(rows), gains, exact=False)
    place = {(u, t): k for k, (u, t, _) in enumerate(edges)}
    shares = dict.fromkeys(range(len(edges)), 0.0)
    for (u, _, chosen, likely), x in zip(users, solved.x, strict=True):
        alive = likely * float(x)
        for t in chosen:
            shares[place[u, t]] += alive
            alive *= 1 - float(own[u][0][1])
    owners = [key[1] if key[0] == "vertex" else graph.n + key[1] for key in rows]
    return _result("threshold", graph, edges, solved, owners, shares, offline=False)


def _levels(pairs: list[tuple[int, Number]]) -> list[tuple[int, Number]]:
    """The thresholds of a vertex with their probabilities; 0 stands for all beyond its degree."""
    if not pairs:
        return [(0, 1)]
    p = pairs[0][1]
    found: list[tuple[int, Number]] = [
        (k, p * (1 - p) ** (k - 1)) for k in range(1, len(pairs) + 1) if p < 1 or k == 1
    ]
    beyond = (1 - p) ** len(pairs)
    return [*found, (0, beyond)] if beyond else found


def _subsets(items: list[int]) -> Iterator[tuple[int, ...]]:
    for size in range(1, len(items) + 1):
        yield from itertools.combinations(items, size)


def _result(
    name: str,
    graph: Instance,
    edges: list[tuple[int, int, Number]],
    solved: Any,
    owners: list[int],
    shares: dict[int, float],
    *,
    offline: bool,
) -> ProgramBound:
    prices = [0.0] * (graph.n + graph.m)
    for owner, dual in zip(owners, solved.duals, strict=True):
        prices[owner] += float(dual)
    by_edge = {(u, t): shares[k] for k, (u, t, _) in enumerate(edges)}
    return ProgramBound(
        name,
        solved.value,
        solved.bound,
        [by_edge.get((u, t), 0.0) for u, t, _ in graph.edges()],
        prices[: graph.n],
        prices[graph.n :],
        bounds_clairvoyant=True,
        bounds_offline=offline,
        exact=False,
    )
