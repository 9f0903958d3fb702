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
