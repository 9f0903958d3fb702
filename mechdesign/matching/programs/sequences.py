"""The order-free stochastic configuration program: what sets of arrivals can earn in any order."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from mechdesign.clock import now
from mechdesign.errors import require
from mechdesign.matching.instances.graphs import Instance
from mechdesign.matching.programs.programs import ProgramBound, fluid
from mechdesign.model import Number, as_count, as_number
from mechdesign.solvers.linear.packing import (
    ColumnMaster,
    Packing,
    Row,
    packing,
    rounded_up,
    unit_of,
)

__all__ = ["sequence"]

_CLOSE = 1e-9
# Prices are rounded to multiples of 2^-40 of the largest weight, so that they stay short numbers.
_GRID = 2.0**40
_BITS = 80
# How much of the best prices so far is in the next ones.
_INERTIA = 0.7


def sequence(
    instance: Instance,
    *,
    exact: bool | None = None,
    max_rounds: int = 1000,
    time_limit: float | None = None,
) -> ProgramBound:
    """The order-free stochastic configuration program.

    The fluid program with ``sum_{v in A} p_uv x_uv <= 1 - prod_{v in A} (1 - p_uv)`` for every
    set A of neighbours of u: what the set can earn in any order.

    Parameters
    ----------
    instance, exact
        As in :func:`fluid`; capacities are expanded into copies.
    max_rounds : int
        Rounds of adding sets or sequences; a certified gap remains if they do not suffice.
    time_limit : float, optional
        Seconds, in the same way; one round is made in any case.

    Returns
    -------
    ProgramBound
        It bounds the clairvoyant and the offline benchmark.

    Notes
    -----
    In Fractions violated sets are added as they are found, which sorting by x decides.  In floats
    the sequences of each vertex are generated as columns: at given prices of the arrivals the best
    one is in the order of ``w_u - price / p`` (the sets make a polymatroid), and prices between
    those of the last program and the best so far keep the rounds from swinging.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from mechdesign import matching
    >>> sequence(matching.complete(2, 6, Fraction(1, 3))).value
    Fraction(1330, 729)
    """
    require(instance, Instance, "instance")
    graph = instance.expanded()
    as_count(max_rounds, "max_rounds", low=1)
    limit = math.inf if time_limit is None else float(as_number(time_limit, "time_limit", low=0))
    end = now() + limit
    if exact is False:
        return _by_sequences(graph, max_rounds, end)
    return _by_sets(graph, exact, max_rounds, end)


def _by_sets(graph: Instance, exact: bool | None, max_rounds: int, end: float) -> ProgramBound:
    """By violated sets, in Fractions; by sequences where they would be too large for that."""
    edges = list(graph.edges())
    of_vertex: list[list[int]] = [[] for _ in range(graph.n)]
    arrivals: list[list[tuple[int, Any]]] = [[] for _ in range(graph.m)]
    for k, (u, t, _) in enumerate(edges):
        of_vertex[u].append(k)
        arrivals[t].append((k, 1))
    rows: list[Row] = list(arrivals)
    right: list[Any] = [1] * graph.m
    owner: list[int] = []
    known: set[tuple[int, ...]] = set()
    for u, own in enumerate(of_vertex):
        for chosen in (tuple(own), *((k,) for k in own)):
            if chosen and chosen not in known:
                _add_set(chosen, u, edges, rows, right, owner, known)
    gains = [graph.weights[u] * p for u, _, p in edges]
    fresh = 1
    for _ in range(max_rounds):
        solved = packing(rows, right, gains, exact=exact)
        if not solved.exact:
            return _by_sequences(graph, max_rounds, end)
        fresh = 0
        for u, own in enumerate(of_vertex):
            chosen = _violated_set(own, edges, solved)
            if chosen and chosen not in known:
                _add_set(chosen, u, edges, rows, right, owner, known)
                fresh += 1
        if not fresh or now() > end:
            break
    prices: list[Number] = [0] * graph.n
    for u, dual in zip(owner, solved.duals[graph.m :], strict=False):
        prices[u] += dual
    value, primal = solved.value, solved.x
    if fresh:
        # What is left of the relaxation's solution when every vertex is scaled into its sets.
        primal = _into_sets(of_vertex, edges, solved.x)
        value = sum(gain * x for gain, x in zip(gains, primal, strict=True))
    return _found(value, solved.bound, primal, prices, solved.duals[: graph.m], exact=True)


def _by_sequences(graph: Instance, max_rounds: int, end: float) -> ProgramBound:
    """Column generation over the sequences of each vertex, at stabilised prices."""
    # In units of the largest weight: the solver's tolerances are absolute.
    unit = unit_of(graph.weights)
    weights = np.array([float(w) for w in graph.weights]) / unit
    p, arrivals = graph.p, graph.edge_arrivals
    useful = p > 0
    of_vertex = [np.flatnonzero(useful & (graph.neighbours == u)) for u in range(graph.n)]
    master = ColumnMaster([1.0] * (graph.n + graph.m))
    columns: list[tuple[Any, Any]] = []
    known: set[tuple[int, ...]] = set()

    def best(u: int, prices: Any) -> tuple[float, Any, Any]:
        """The net worth of the best sequence of a vertex, its edges and how often each is tried."""
        own = of_vertex[u]
        margins = weights[u] - prices[arrivals[own]] / p[own]
        order = np.argsort(-margins, kind="stable")
        order = order[margins[order] > 0]
        edges = own[order]
        tried = np.cumprod(np.concatenate(([1.0], 1.0 - p[edges[:-1]]))) if len(edges) else p[:0]
        return float(margins[order] @ (p[edges] * tried)), edges, tried

    def add(u: int, edges: Any, tried: Any) -> bool:
        key = (u, *edges.tolist())
        if not len(edges) or key in known:
            return False
        known.add(key)
        columns.append((edges, tried))
        rows = [(u, 1.0), *zip((graph.n + arrivals[edges]).tolist(), tried.tolist(), strict=True)]
        master.add(float(weights[u] * (p[edges] @ tried)), rows)
        return True

    centre = np.array([float(price) for price in fluid(graph, exact=False).arrival_duals]) / unit
    least, fresh = math.inf, 0
    value, x, duals = 0.0, np.zeros(0), np.zeros(graph.n + graph.m)
    for step in range(max_rounds):
        if step:
            value, x, duals = master.solve()
        last, fresh = duals[graph.n :], 0
        # Prices near the best so far first; those of the master where they bring nothing new.
        for share in (_INERTIA, 0.0) if step else (1.0, 0.0):
            prices = share * centre + (1 - share) * last
            bound = float(prices.sum())
            for u in range(graph.n):
                net, edges, tried = best(u, prices)
                bound += net
                paid = weights[u] * (p[edges] @ tried) - last[arrivals[edges]] @ tried
                fresh += paid > duals[u] + _CLOSE and add(u, edges, tried)
            if bound < least:
                least, centre = bound, prices
            if fresh:
                break
        if not fresh or least - value <= _CLOSE or now() > end:
            break
    if fresh:
        value, x, duals = master.solve()
    shares = np.zeros(graph.edge_count)
    for (edges, tried), part in zip(columns, x.tolist(), strict=False):
        shares[edges] += part * tried
    short = [Fraction(unit * price) for price in np.rint(centre * _GRID) / _GRID]
    proved = rounded_up(_proved(graph, of_vertex, short))
    worth = (unit * duals).tolist()
    return _found(
        min(unit * value, proved),
        proved,
        shares.tolist(),
        worth[: graph.n],
        [float(price) for price in short],
        exact=False,
    )


def _proved(graph: Instance, of_vertex: Sequence[Any], prices: Sequence[Fraction]) -> Fraction:
    """What the best sequences earn at these prices, and the prices: at least the optimum."""
    total = sum(prices, Fraction(0))
    for u, own in enumerate(of_vertex):
        weight = Fraction(graph.weights[u])
        margins = []
        for k in own.tolist():
            chance = Fraction(graph.probabilities[k])
            margins.append((weight - prices[graph.edge_arrivals[k]] / chance, chance))
        # Rounded up to multiples of 2^-80, so that the numbers stay short.
        tried = 1 << _BITS
        for margin, chance in sorted(margins, reverse=True):
            if margin <= 0:
                break
            total += margin * chance * Fraction(tried, 1 << _BITS)
            tried = math.ceil(tried * (1 - chance))
    return total


def _found(
    value: Number,
    bound: Number,
    primal: Sequence[Number],
    offline: Sequence[Number],
    arrivals: Sequence[Number],
    *,
    exact: bool,
) -> ProgramBound:
    return ProgramBound(
        "sequence",
        value,
        bound,
        primal,
        offline,
        arrivals,
        bounds_clairvoyant=True,
        bounds_offline=True,
        exact=exact,
    )


def _add_set(
    chosen: tuple[int, ...],
    u: int,
    edges: Sequence[tuple[int, int, Number]],
    rows: list[Row],
    right: list[Any],
    owner: list[int],
    known: set[tuple[int, ...]],
) -> None:
    survive: Number = 1
    for k in chosen:
        survive *= 1 - edges[k][2]
    rows.append([(k, edges[k][2]) for k in chosen])
    right.append(1 - survive)
    owner.append(u)
    known.add(chosen)


def _violated_set(
    own: Sequence[int], edges: Sequence[tuple[int, int, Number]], solved: Packing
) -> tuple[int, ...]:
    """The most violated prefix of the neighbours in the order of decreasing x, if there is one."""
    order = sorted(own, key=lambda k: -solved.x[k])
    used: Number = 0
    survive: Number = 1
    worst: Number = 0
    best = 0
    for size, k in enumerate(order, 1):
        used += edges[k][2] * solved.x[k]
        survive *= 1 - edges[k][2]
        over = used - (1 - survive)
        if over > worst:
            worst, best = over, size
    return tuple(sorted(order[:best]))


def _into_sets(
    of_vertex: Sequence[Sequence[int]], edges: Sequence[tuple[int, int, Number]], x: Sequence[Any]
) -> list[Number]:
    scaled: list[Number] = list(x)
    for own in of_vertex:
        used: Number = 0
        survive: Number = 1
        factor: Number = 1
        for k in sorted(own, key=lambda k: -x[k]):
            used += edges[k][2] * x[k]
            survive *= 1 - edges[k][2]
            if used > 1 - survive:
                factor = min(factor, (1 - survive) / used)
        for k in own:
            scaled[k] = x[k] * factor
    return scaled
