"""The configuration program of Huang and Zhang, by column generation with exact pricing.

A configuration of an offline vertex is a set of arrivals; it is worth the weight times the smaller
of 1 and the sum of its probabilities.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from mechdesign.arrays import FloatArray
from mechdesign.clock import now
from mechdesign.errors import InvalidInputError, LimitReachedError, require
from mechdesign.matching.instances.graphs import Instance
from mechdesign.matching.programs.programs import ProgramBound, checked_tolerance, fluid
from mechdesign.model import Number, Seed, all_exact, as_count, as_list, as_number, as_numbers, tidy
from mechdesign.solvers.linear.packing import ColumnMaster, packing, rounded_up, unit_of

__all__ = ["best_configuration", "configuration"]

_ENUMERATED = 1 << 11
# Edges beyond which duals of vertices of the master swing too much from round to round.
_LARGE = 3_000
_CLOSE = 1e-9
# The part of the gap that pricing may leave.
_PRICED = 0.1
# The most configurations of a vertex that one round adds.
_ADDED = 3
# The part of the gap to which the master is solved.
_SOLVED = 0.1
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
    tolerance: float = 0.01,
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
    tolerance : float
        The relative gap at which column generation stops on instances of more than 3,000 edges;
        smaller ones are solved until no column is missing.
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
    end = now() + limit
    degrees = np.bincount(graph.neighbours, minlength=graph.n)
    total = float(np.exp2(degrees).sum())
    if exact is None:
        exact = graph.exact and total <= _ENUMERATED
    gap = checked_tolerance(tolerance) if graph.edge_count > _LARGE else 0.0
    found = _enumerate(graph) if exact else _generate(graph, max_rounds, end, gap, rng)
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


#: An offline position and the positions of the arrivals of a configuration.
Column = tuple[int, tuple[int, ...]]
Taken = tuple[int, tuple[int, ...], Number]
#: Value, bound, shares of edges, prices of both sides, shares of configurations.
Found = tuple[Number, Number, Sequence[Number], Sequence[Number], Sequence[Number], list[Taken]]


def _enumerate(graph: Instance) -> Found:
    columns: list[Column] = []
    gains: list[Number] = []
    for u, pairs in enumerate(_by_vertex(graph)):
        for mask in range(1, 1 << len(pairs)):
            chosen = [pair for k, pair in enumerate(pairs) if mask >> k & 1]
            columns.append((u, tuple(t for t, _ in chosen)))
            gains.append(_worth(graph, u, chosen))
    rows: list[list[tuple[int, Any]]] = [[] for _ in range(graph.n + graph.m)]
    for k, (u, arrivals) in enumerate(columns):
        for row in (u, *(graph.n + t for t in arrivals)):
            rows[row].append((k, 1))
    solved = packing(rows, [1] * len(rows), gains, exact=True)
    taken = _taken(columns, solved.x)
    worth, paid = solved.duals[: graph.n], solved.duals[graph.n :]
    return solved.value, solved.bound, _edge_shares(graph, taken), worth, paid, taken


def _taken(columns: Sequence[Column], x: Sequence[Any]) -> list[Taken]:
    """The configurations with a share."""
    pairs = zip(columns, x, strict=True)
    return [(u, arrivals, share) for (u, arrivals), share in pairs if share > 0]


def _edge_shares(graph: Instance, taken: Sequence[Taken]) -> list[Number]:
    shares: dict[tuple[int, int], Number] = {}
    for u, arrivals, share in taken:
        for t in arrivals:
            shares[u, t] = shares.get((u, t), 0) + share
    return [shares.get((u, t), 0) for u, t, _ in graph.edges()]


def _generate(graph: Instance, max_rounds: int, end: float, gap: float, rng: Seed) -> Found:
    own = _by_vertex(graph)
    if not graph.edge_count:
        return 0.0, 0.0, [], [0.0] * graph.n, [0.0] * graph.m, []
    # In units of the largest weight: the solver's tolerances are absolute.
    unit = unit_of(graph.weights)
    vertices = [_Vertex(weight, pairs) for weight, pairs in zip(graph.weights, own, strict=True)]
    master = ColumnMaster([1.0] * (graph.n + graph.m), tolerance=gap * _SOLVED)
    gains: dict[Column, float] = {}

    def add(u: int, chosen: Pairs) -> bool:
        key = (u, tuple(t for t, _ in chosen))
        if not chosen or key in gains:
            return False
        gains[key] = float(_worth(graph, u, chosen))
        entries = [(u, 1.0), *((graph.n + t, 1.0) for t, _ in chosen)]
        master.add(gains[key] / unit, entries)
        return True

    def priced(duals: FloatArray) -> tuple[Fraction, int]:
        """What the prices of arrivals prove, and how many columns the master lacks."""
        beta = [Fraction(unit * price) for price in np.rint(duals[graph.n :] * _GRID) / _GRID]
        bound, fresh = sum(beta, Fraction(0)), 0
        for u, vertex in enumerate(vertices):
            most, sets = vertex.best(beta, gap * _PRICED)
            bound += most
            for net, chosen in sets[-_ADDED:]:
                fresh += net > unit * (duals[u] + _CLOSE) and add(u, chosen)
        return bound, fresh

    relaxed = fluid(graph, exact=False, tolerance=gap * _SOLVED or 0.01)
    for u, chosen in _rounded_columns(graph, own, relaxed.primal, rng, 5 if gap else 20):
        add(u, chosen)
    best = Fraction(relaxed.bound)
    for _ in range(max_rounds):
        _, x, duals = master.solve()
        taken = _within(graph, _taken(list(gains), x.tolist()))
        value = math.fsum(share * gains[u, arrivals] for u, arrivals, share in taken)
        bound, fresh = priced(duals)
        best = min(best, bound)
        if not fresh or best - Fraction(value) <= gap * best or now() > end:
            break
    proved = rounded_up(best)
    worth, paid = (unit * duals[: graph.n]).tolist(), (unit * duals[graph.n :]).tolist()
    return min(value, proved), proved, _edge_shares(graph, taken), worth, paid, taken


def _within(graph: Instance, taken: list[Taken]) -> list[Taken]:
    """Shares made so much smaller that no vertex is taken more than once."""
    loads = [0.0] * (graph.n + graph.m)
    for u, arrivals, share in taken:
        for k in (u, *(graph.n + t for t in arrivals)):
            loads[k] += share
    return [
        (u, arrivals, share / max(1.0, loads[u], *(loads[graph.n + t] for t in arrivals)))
        for u, arrivals, share in taken
    ]


class _Vertex:
    """Prices the configurations of one vertex exactly: probabilities as integers."""

    def __init__(self, weight: Number, pairs: Pairs) -> None:
        self.pairs = pairs
        self.weight = Fraction(weight)
        chances = [Fraction(p) for _, p in pairs]
        self.one = math.lcm(*(p.denominator for p in chances))
        self.masses = [int(p * self.one) for p in chances]

    def best(
        self, prices: Sequence[Fraction], slack: float = 0.0
    ) -> tuple[Fraction, list[tuple[Fraction, Pairs]]]:
        """A bound on all net worths, and configurations with theirs, the best one last.

        The bound is at most `slack` times the weight above the best net worth.
        """
        own = [prices[t] for t, _ in self.pairs]
        scale = math.lcm(self.weight.denominator, *(price.denominator for price in own))
        # One unit of worth is 1 / (scale one).
        worth = int(self.weight * scale)
        costs = [int(price * scale) * self.one for price in own]
        items = [(p, c, k) for k, (p, c) in enumerate(zip(self.masses, costs, strict=True)) if p]
        if len({p for p, _, _ in items}) <= 1:
            found = [_cheapest(worth, items, self.one)]
            most = found[0][0]
        else:
            items.sort(key=_by_price_per_probability)
            search = _Search(worth, items, self.one, int(worth * self.one * Fraction(slack)))
            search.run(0, 0, 0, ())
            found, most = search.found, max(search.net, search.most)
        unit = scale * self.one
        sets = [(Fraction(net, unit), [self.pairs[k] for k in sorted(c)]) for net, c in found]
        return Fraction(most, unit), sets


@functools.cmp_to_key
def _by_price_per_probability(a: tuple[int, int, int], b: tuple[int, int, int]) -> int:
    return a[1] * b[0] - b[1] * a[0] or a[2] - b[2]


@dataclass
class _Search:
    """Branch and bound for one vertex, items in the order of price per probability."""

    weight: int
    items: list[tuple[int, int, int]]
    one: int
    slack: int
    steps: int = 200_000
    net: int = 0
    most: int = 0
    found: list[tuple[int, tuple[int, ...]]] = field(default_factory=lambda: [(0, ())])

    def run(self, k: int, mass: int, paid: int, taken: tuple[int, ...]) -> None:
        """Extend a partial configuration from item k on.

        Where some slack is allowed, the end of the steps is no failure: the bounds of what is not
        searched are counted.
        """
        self.steps -= 1
        if self.steps < 0 and not self.slack:
            raise LimitReachedError("exact pricing of a configuration takes too many steps")
        net = self.weight * min(mass, self.one) - paid
        if net > self.net:
            self.net = net
            self.found.append((net, taken))
        if k == len(self.items) or mass >= self.one:
            return
        bound = self._bound(k, mass, paid)
        if bound <= self.net + self.slack or self.steps < 0:
            self.most = max(self.most, bound)
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
    _, sets = _Vertex(weight, pairs).best([Fraction(price) for price in prices])
    net, chosen = sets[-1]
    exact = all_exact((weight, *(p for _, p in pairs), *(prices[t] for t, _ in pairs)))
    return tidy(net) if exact else float(net), chosen


def _rounded_columns(
    graph: Instance, own: list[Pairs], primal: Sequence[Number], rng: Seed, rounds: int
) -> list[tuple[int, Pairs]]:
    """First columns: random sets with the marginals of the fluid solution, by pairwise rounding.

    Two fractional entries of a vertex are moved against each other so that the expected mass stays;
    column generation from nothing is hopeless, because the first duals are extreme.
    """
    draw = np.random.default_rng(rng)
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
        open_ones[-2:] = [r for r in (t, s) if _CLOSE < x[r] < 1 - _CLOSE]
    return [t for t, v in x.items() if v >= 1 - _CLOSE or (v > _CLOSE and draw.random() < v)]
