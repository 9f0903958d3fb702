"""The configuration program of Huang and Zhang, by column generation with exact pricing.

A configuration of an offline vertex is a set of arrivals; it is worth the weight times the smaller
of 1 and the sum of its probabilities.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from mechdesign.errors import InvalidInputError, LimitReachedError, require
from mechdesign.matching.instances.graphs import Instance
from mechdesign.matching.programs.programs import ProgramBound, fluid
from mechdesign.model import Number, Seed, all_exact, as_count, as_list, as_number, as_numbers, tidy
from mechdesign.solvers.linear.packing import ColumnMaster, packing, rounded_up, unit_of

__all__ = ["best_configuration", "configuration"]

_ENUMERATED = 1 << 11
_CLOSE = 1e-9
# Prices are rounded to multiples of 2^-40 of the largest weight, so that they stay short numbers.
_GRID = 2.0**40

_WARNING = (
    "with these probabilities a policy may earn more than the configuration program, so its "
    "ratio to it is no competitive ratio"
)

Pairs = list[tuple[int, Number]]


def configuration(
    instance: Instance,
    *,
    exact: bool | None = None,
    max_rounds: int = 1000,
    time_limit: float | None = None,
    rng: Seed = 0,
) -> ProgramBound:
    """The configuration program of Huang and Zhang (2020, arXiv:2002.01802).

    ``max sum w_u min(sum_{v in S} p_uv, 1) x_uS`` with at most one configuration for every offline
    vertex and every arrival in at most one configuration.

    Parameters
    ----------
    instance : Instance
        Capacities are expanded into copies.
    exact : bool, optional
        Enumerate all configurations and solve in Fractions; by default where the instance is exact
        and has at most 2,048 of them.
    max_rounds : int
        Rounds of column generation; a certified gap remains if they do not suffice.
    time_limit : float, optional
        Seconds of column generation, in the same way; one round is made in any case.
    rng : numpy.random.Generator or int
        For the rounding that makes the first columns.

    Returns
    -------
    ProgramBound
        At most the fluid value, and equal to it as the probabilities vanish.  With a warning where
        a policy can beat it: unless all probabilities are one fraction 1/k, it bounds no benchmark.

    Raises
    ------
    LimitReachedError
        If exact pricing of one vertex takes too many steps.

    Notes
    -----
    The price of a configuration is a knapsack, solved exactly: by sorting where the probabilities
    of a vertex are equal, by branch and bound otherwise.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from mechdesign import matching
    >>> configuration(matching.complete(4, 6, Fraction(3, 5))).value
    Fraction(16, 5)
    """
    require(instance, Instance, "instance")
    graph = instance.expanded()
    as_count(max_rounds, "max_rounds", low=1)
    limit = math.inf if time_limit is None else float(as_number(time_limit, "time_limit", low=0))
    end = time.monotonic() + limit
    degrees = np.bincount(graph.neighbours, minlength=graph.n)
    total = float(np.exp2(degrees).sum())
    if exact is None:
        exact = graph.exact and total <= _ENUMERATED
    found = _enumerate(graph) if exact else _generate(graph, max_rounds, end, rng)
    p = graph.equal_probability
    safe = p is not None and p > 0 and abs(round(1 / p) * p - 1) <= _CLOSE
    return ProgramBound(
        "configuration",
        *found[:5],
        bounds_clairvoyant=safe,
        bounds_offline=safe,
        exact=bool(exact),
        warning="" if safe else _WARNING,
        configurations=found[5],
    )


def _by_vertex(graph: Instance) -> list[Pairs]:
    own: list[Pairs] = [[] for _ in range(graph.n)]
    for u, t, p in graph.edges():
        own[u].append((t, p))
    return own


def _worth(graph: Instance, u: int, chosen: Pairs) -> Number:
    mass: Number = sum(p for _, p in chosen)
    return graph.weights[u] * min(mass, 1)


#: Value, bound, shares of edges, prices of both sides, shares of configurations.
Found = tuple[Number, Number, Sequence[Number], Sequence[Number], Sequence[Number], "list[Taken]"]
Taken = tuple[int, tuple[int, ...], Number]


def _enumerate(graph: Instance) -> Found:
    columns: list[tuple[int, Pairs]] = []
    for u, pairs in enumerate(_by_vertex(graph)):
        for mask in range(1, 1 << len(pairs)):
            chosen = [pair for k, pair in enumerate(pairs) if mask >> k & 1]
            columns.append((u, chosen))
    rows: list[list[tuple[int, Any]]] = [[] for _ in range(graph.n + graph.m)]
    for k, (u, chosen) in enumerate(columns):
        rows[u].append((k, 1))
        for t, _ in chosen:
            rows[graph.n + t].append((k, 1))
    gains = [_worth(graph, u, chosen) for u, chosen in columns]
    solved = packing(rows, [1] * len(rows), gains, exact=True)
    primal = _edge_shares(graph, columns, solved.x)
    taken = _taken(columns, solved.x)
    duals = solved.duals
    return solved.value, solved.bound, primal, duals[: graph.n], duals[graph.n :], taken


def _taken(columns: Sequence[tuple[int, Pairs]], x: Sequence[Any]) -> list[Taken]:
    """The configurations with a share."""
    pairs = zip(columns, x, strict=True)
    return [(u, tuple(t for t, _ in chosen), share) for (u, chosen), share in pairs if share > 0]


def _edge_shares(
    graph: Instance, columns: Sequence[tuple[int, Pairs]], x: Sequence[Any]
) -> list[Number]:
    shares: dict[tuple[int, int], Number] = {}
    for (u, chosen), share in zip(columns, x, strict=True):
        if share:
            for t, _ in chosen:
                shares[u, t] = shares.get((u, t), 0) + share
    return [shares.get((u, t), 0) for u, t, _ in graph.edges()]


def _generate(graph: Instance, max_rounds: int, end: float, rng: Seed) -> Found:
    own = _by_vertex(graph)
    if not graph.edge_count:
        return 0.0, 0.0, [], [0.0] * graph.n, [0.0] * graph.m, []
    # In units of the largest weight: the solver's tolerances are absolute.
    unit = unit_of(graph.weights)
    vertices = [_Vertex(weight, pairs) for weight, pairs in zip(graph.weights, own, strict=True)]
    master = ColumnMaster([1.0] * (graph.n + graph.m))
    columns: list[tuple[int, Pairs]] = []
    known: set[tuple[int, tuple[int, ...]]] = set()

    def add(u: int, chosen: Pairs) -> bool:
        key = (u, tuple(t for t, _ in chosen))
        if not chosen or key in known:
            return False
        known.add(key)
        columns.append((u, chosen))
        entries = [(u, 1.0), *((graph.n + t, 1.0) for t, _ in chosen)]
        master.add(float(_worth(graph, u, chosen)) / unit, entries)
        return True

    for u, chosen in _rounded_columns(graph, own, rng):
        add(u, chosen)
    best: Fraction | None = None
    value, x, duals = 0.0, np.zeros(0), np.zeros(graph.n + graph.m)
    for _ in range(max_rounds):
        value, x, duals = master.solve()
        beta = [Fraction(unit * price) for price in np.rint(duals[graph.n :] * _GRID) / _GRID]
        # Any arrival prices prove the bound sum beta + sum of the best net configurations.
        bound, fresh = sum(beta, Fraction(0)), 0
        for u, vertex in enumerate(vertices):
            net, chosen = vertex.best(beta)
            bound += net
            if net > unit * (duals[u] + _CLOSE) and add(u, chosen):
                fresh += 1
        best = bound if best is None else min(best, bound)
        if not fresh or time.monotonic() > end:
            break
    # The last round may have found columns that the last master has not seen.
    columns = columns[: len(x)]
    shares = _edge_shares(graph, columns, x.tolist())
    proved = rounded_up(best or Fraction(0))
    prices = (unit * duals).tolist()
    value = min(unit * value, proved)
    taken = _taken(columns, x.tolist())
    return value, proved, shares, prices[: graph.n], prices[graph.n :], taken


class _Vertex:
    """Prices the configurations of one vertex exactly: probabilities as integers."""

    def __init__(self, weight: Number, pairs: Pairs) -> None:
        self.pairs = pairs
        self.weight = Fraction(weight)
        chances = [Fraction(p) for _, p in pairs]
        self.one = math.lcm(*(p.denominator for p in chances))
        self.masses = [int(p * self.one) for p in chances]

    def best(self, prices: Sequence[Fraction]) -> tuple[Fraction, Pairs]:
        """The configuration with the largest net worth, and that worth."""
        own = [prices[t] for t, _ in self.pairs]
        scale = math.lcm(self.weight.denominator, *(price.denominator for price in own))
        # One unit of worth is 1 / (scale one).
        worth = int(self.weight * scale)
        costs = [int(price * scale) * self.one for price in own]
        items = [(p, c, k) for k, (p, c) in enumerate(zip(self.masses, costs, strict=True)) if p]
        if len({p for p, _, _ in items}) <= 1:
            net, taken = _cheapest(worth, items, self.one)
        else:
            items.sort(key=lambda item: (Fraction(item[1], item[0]), item[2]))
            search = _Search(worth, items, self.one)
            search.run(0, 0, 0, ())
            net, taken = search.net, search.chosen
        chosen = [self.pairs[k] for k in sorted(taken)]
        return Fraction(net, scale * self.one), chosen


@dataclass
class _Search:
    """Branch and bound for one vertex, items in the order of price per probability."""

    weight: int
    items: list[tuple[int, int, int]]
    one: int
    steps: int = 200_000
    net: int = 0
    chosen: tuple[int, ...] = ()

    def run(self, k: int, mass: int, paid: int, taken: tuple[int, ...]) -> None:
        """Extend a partial configuration from item k on."""
        self.steps -= 1
        if self.steps < 0:
            raise LimitReachedError("exact pricing of a configuration takes too many steps")
        net = self.weight * min(mass, self.one) - paid
        if net > self.net:
            self.net, self.chosen = net, taken
        full = k == len(self.items) or mass >= self.one
        if full or self._bound(k, mass, paid) <= self.net:
            return
        p, price, position = self.items[k]
        self.run(k + 1, mass + p, paid + price, (*taken, position))
        self.run(k + 1, mass, paid, taken)

    def _bound(self, k: int, mass: int, paid: int) -> int:
        """At least the net worth when the last item may be taken in part."""
        for p, price, _ in self.items[k:]:
            if self.weight * p <= price or mass >= self.one:
                break
            part = min(p, self.one - mass)
            mass, paid = mass + part, paid + price * part // p
        return self.weight * mass - paid


def _cheapest(
    weight: int, items: Sequence[tuple[int, int, int]], one: int
) -> tuple[int, tuple[int, ...]]:
    """The best set where all probabilities are equal: the cheapest items, while they pay."""
    mass, net = 0, 0
    taken: tuple[int, ...] = ()
    for p, price, position in sorted(items, key=lambda item: (item[1], item[2])):
        gain = weight * (min(mass + p, one) - min(mass, one)) - price
        if gain <= 0:
            break
        mass, net = mass + p, net + gain
        taken = (*taken, position)
    return net, taken


def best_configuration(
    weight: Number, pairs: Pairs, prices: Sequence[Number]
) -> tuple[Number, Pairs]:
    """The configuration with the largest worth net of the prices of its arrivals.

    Parameters
    ----------
    weight : number
        Of the offline vertex.
    pairs : list of (arrival, probability)
        Its edges.
    prices : sequence of numbers
        A nonnegative price for every arrival.

    Returns
    -------
    net : number
        ``weight * min(sum p, 1) - sum of prices`` at the best set; 0 for the empty one.  Exact
        where all numbers are.
    chosen : list of (arrival, probability)
        The set, in arrival order.

    Raises
    ------
    LimitReachedError
        If branch and bound takes too many steps.

    Notes
    -----
    In integers over a common denominator.  O(d log d) where all probabilities are equal.

    Examples
    --------
    >>> best_configuration(2, [(0, Fraction(1, 2)), (1, Fraction(2, 3))], [Fraction(1, 4), 1])
    (Fraction(3, 4), [(0, Fraction(1, 2))])
    """
    weight, prices = as_number(weight, "weight"), as_numbers(prices, "prices")
    pairs = [tuple(as_list(pair, "pairs")) for pair in as_list(pairs, "pairs")]
    for pair in pairs:
        if len(pair) != 2:
            raise InvalidInputError("pairs", "be (arrival, probability)", pair)
        as_count(pair[0], "pairs", high=len(prices) - 1)
        as_number(pair[1], "pairs", low=0, high=1)
    net, chosen = _Vertex(weight, pairs).best([Fraction(price) for price in prices])
    exact = all_exact((weight, *(p for _, p in pairs), *(prices[t] for t, _ in pairs)))
    return tidy(net) if exact else float(net), chosen


def _rounded_columns(
    graph: Instance, own: list[Pairs], rng: Seed, rounds: int = 20
) -> list[tuple[int, Pairs]]:
    """First columns: random sets with the marginals of the fluid solution, by pairwise rounding.

    Two fractional entries of a vertex are moved against each other so that the expected mass stays;
    column generation from nothing is hopeless, because the first duals are extreme.
    """
    draw = np.random.default_rng(rng)
    primal = fluid(graph, exact=False).primal
    shares: list[dict[int, float]] = [{} for _ in range(graph.n)]
    for (u, t, _), x in zip(graph.edges(), primal, strict=True):
        if x > _CLOSE:
            shares[u][t] = min(float(x), 1.0)
    columns: list[tuple[int, Pairs]] = []
    for u, pairs in enumerate(own):
        chance = dict(pairs)
        if not shares[u]:
            continue
        columns.append((u, [(t, chance[t]) for t in sorted(shares[u])]))
        for _ in range(rounds):
            kept = _round(shares[u], chance, draw)
            columns.append((u, [(t, chance[t]) for t in sorted(kept)]))
    return columns


def _round(
    shares: dict[int, float], chance: dict[int, Number], draw: np.random.Generator
) -> list[int]:
    x = dict(shares)
    open_ones = [t for t, v in x.items() if _CLOSE < v < 1 - _CLOSE]
    while len(open_ones) > 1:
        s, t = open_ones[-1], open_ones[-2]
        ps, pt = float(chance[s]), float(chance[t])
        # Moving e units of mass from t to s, or back, until one of the two is 0 or 1.
        up = min((1 - x[s]) * ps, x[t] * pt)
        down = min(x[s] * ps, (1 - x[t]) * pt)
        e = up if draw.random() * (up + down) < down else -down
        x[s] += e / ps
        x[t] -= e / pt
        open_ones = [r for r in open_ones if _CLOSE < x[r] < 1 - _CLOSE]
    return [t for t, v in x.items() if v >= 1 - _CLOSE or (v > _CLOSE and draw.random() < v)]
