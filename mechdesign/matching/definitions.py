"""The policies of online matching by their definitions, and what they are worth.

An instance is the list of its arrivals, each a dict of vertex to success probability, and a dict of
weights.  A rule gives every neighbour that is still free a key; the arrival attempts the first of
the largest key.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any, TypeAlias

Vertex: TypeAlias = Any
Arrivals: TypeAlias = Sequence[Mapping[Vertex, Fraction]]
Weights: TypeAlias = Mapping[Vertex, Fraction]
#: The probabilities of the attempts at each vertex so far.
Tried: TypeAlias = Mapping[Vertex, tuple[Fraction, ...]]
Rule: TypeAlias = Callable[[Vertex, Fraction, Weights, Tried], Any]


def greedy(u: Vertex, p: Fraction, w: Weights, tried: Tried) -> Any:
    """The largest expected reward."""
    return w[u] * p


def balance(u: Vertex, p: Fraction, w: Weights, tried: Tried) -> Any:
    """The least load: the sum of the probabilities of its attempts."""
    return -sum(tried[u])


def generalised_balance(u: Vertex, p: Fraction, w: Weights, tried: Tried) -> Any:
    """The largest expected reward, discounted by ``exp(-load)``."""
    return float(w[u] * p) * math.exp(-float(sum(tried[u])))


def fully_adaptive(u: Vertex, p: Fraction, w: Weights, tried: Tried) -> Any:
    """The largest expected reward, discounted by the chance that its attempts had failed."""
    return w[u] * p * math.prod(1 - q for q in tried[u])


def expected_reward(
    arrivals: Arrivals,
    w: Weights,
    rule: Rule,
    free: frozenset[Vertex] | None = None,
    tried: Tried | None = None,
) -> Fraction:
    """The expected weight of the successes, along the tree of successes and failures."""
    free = frozenset(w) if free is None else free
    tried = dict.fromkeys(w, ()) if tried is None else tried
    if not arrivals:
        return Fraction(0)
    here, later = arrivals[0], arrivals[1:]
    open_ = [u for u in w if u in here and here[u] and u in free]
    if not open_:
        return expected_reward(later, w, rule, free, tried)
    u = max(open_, key=lambda v: rule(v, here[v], w, tried))
    p = here[u]
    after = {**tried, u: (*tried[u], p)}
    won = w[u] + expected_reward(later, w, rule, free - {u}, after)
    return p * won + (1 - p) * expected_reward(later, w, rule, free, after)


def ranking(arrivals: Arrivals, w: Weights) -> Fraction:
    """Every order of the vertices with the same chance; an arrival attempts the first free one."""
    total = Fraction(0)
    for order in itertools.permutations(w):
        total += expected_reward(arrivals, w, lambda u, *_, order=order: -order.index(u))
    return total / math.factorial(len(w))


def clairvoyant(arrivals: Arrivals, w: Weights, free: frozenset[Vertex] | None = None) -> Fraction:
    """The best that a policy can get that knows the graph and sees each success or failure."""
    free = frozenset(w) if free is None else free
    if not arrivals:
        return Fraction(0)
    here, later = arrivals[0], arrivals[1:]
    idle = clairvoyant(later, w, free)
    values = [idle]
    for u in free & here.keys():
        won = w[u] + clairvoyant(later, w, free - {u})
        values.append(here[u] * won + (1 - here[u]) * idle)
    return max(values)


def perturbed_greedy(y: Mapping[Vertex, float]) -> Rule:
    """The largest ``w p (1 - exp(y - 1))``, where every vertex draws its y uniformly at first."""
    return lambda u, p, w, tried: float(w[u] * p) * (1 - math.exp(y[u] - 1))


def random_available(
    arrivals: Arrivals, w: Weights, free: frozenset[Vertex] | None = None
) -> Fraction:
    """Every free neighbour with the same chance."""
    free = frozenset(w) if free is None else free
    if not arrivals:
        return Fraction(0)
    here, later = arrivals[0], arrivals[1:]
    lost = random_available(later, w, free)
    values = [
        here[u] * (w[u] + random_available(later, w, free - {u})) + (1 - here[u]) * lost
        for u in free
        if here.get(u)
    ]
    return sum(values, Fraction(0)) / len(values) if values else lost


def non_adaptive(arrivals: Arrivals, w: Weights) -> Fraction:
    """Every arrival is assigned to the largest ``w p`` times the chance that nobody before won.

    The plan is made in advance; an arrival whose vertex has been won is lost.
    """
    lost, total = dict.fromkeys(w, Fraction(1)), Fraction(0)
    for here in arrivals:
        open_ = [u for u in w if here.get(u)]
        if open_:
            u = max(open_, key=lambda v: w[v] * lost[v] * here[v])
            total += w[u] * lost[u] * here[u]
            lost[u] *= 1 - here[u]
    return total


def semi_adaptive(arrivals: Arrivals, w: Weights) -> Fraction:
    """First and second choice are the largest ``w p`` times the chance to be free by then.

    A first choice that was taken as a second one is attempted by a coin; once its own attempts and
    coins have succeeded it is spent, and the second choice is attempted.
    """
    total = Fraction(0)
    states = {(frozenset[Vertex](), frozenset[Vertex]()): Fraction(1)}  # taken as second, spent
    for here in arrivals:
        free = {u: sum(c for (a, b), c in states.items() if u not in a | b) for u in w}
        choices = sorted((u for u in w if here.get(u)), key=lambda u: -w[u] * free[u] * here[u])
        after: dict[Any, Fraction] = {}
        for (taken, spent), chance in states.items():
            u = next((v for v in choices[:2] if v not in spent or v != choices[0]), None)
            idle = u is None or (u != choices[0] and u in taken | spent)
            p = Fraction(0) if idle else here[u]
            hit = (taken, spent | {u}) if u in choices[:1] else (taken | {u}, spent)
            total += chance * p * w[u] if u not in taken and not idle else 0
            for state, share in ((hit, p), ((taken, spent), 1 - p)):
                after[state] = after.get(state, Fraction(0)) + chance * share
        states = after
    return total


def capacity_balance(
    arrivals: Arrivals, w: Weights, capacity: Mapping[Vertex, int], left: Any = None
) -> Fraction:
    """The largest expected reward, discounted by ``1 - exp(used share of the capacity - 1)``."""
    left = dict(capacity) if left is None else left
    if not arrivals:
        return Fraction(0)
    here, later = arrivals[0], arrivals[1:]
    discount = {u: 1 - math.exp((capacity[u] - left[u]) / capacity[u] - 1) for u in w}
    open_ = [u for u in w if here.get(u) and left[u]]
    if not open_:
        return capacity_balance(later, w, capacity, left)
    u = max(open_, key=lambda v: float(w[v] * here[v]) * discount[v])
    won = w[u] + capacity_balance(later, w, capacity, {**left, u: left[u] - 1})
    return here[u] * won + (1 - here[u]) * capacity_balance(later, w, capacity, left)


def fractional_balance(
    arrivals: Arrivals,
    w: Weights,
    discount: Callable[[float], float],
    pieces: int,
    free: frozenset[Vertex] | None = None,
    load: Mapping[Vertex, float] | None = None,
) -> Fraction:
    """An arrival is poured in pieces on the largest ``w p discount(load)``, which grows by p a
    piece; a vertex is attempted with the share of the pieces that it got.
    """
    free = frozenset(w) if free is None else free
    poured = dict(load or dict.fromkeys(w, 0.0))
    if not arrivals:
        return Fraction(0)
    here, later = arrivals[0], arrivals[1:]
    got = {u: 0 for u in w if here.get(u) and u in free}
    for _ in range(pieces if got else 0):
        u = max(got, key=lambda v: float(w[v]) * float(here[v]) * discount(poured[v]))
        poured[u] += float(here[u]) / pieces
        got[u] += 1
    idle = fractional_balance(later, w, discount, pieces, free, poured)
    total = Fraction(0) if got else idle
    for u, k in got.items():
        won = w[u] + fractional_balance(later, w, discount, pieces, free - {u}, poured)
        total += Fraction(k, pieces) * (here[u] * won + (1 - here[u]) * idle)
    return total
