"""Exact benchmarks: what could be had by somebody who knows more than an online algorithm.

Every competitive ratio names its benchmark, because ratios against different benchmarks are not
comparable.  Always: any policy <= clairvoyant <= offline <= the fluid linear program, and
offline <= omniscient.
"""

from __future__ import annotations

import functools
import itertools
import math

from mechdesign.clock import Clock
from mechdesign.errors import LimitReachedError, require
from mechdesign.matching.instances.graphs import Instance
from mechdesign.model import Number, as_number

__all__ = ["best_non_adaptive", "clairvoyant", "offline", "omniscient"]

_MAX_STATES = 4_000_000


def _clock(name: str, time_limit: float | None) -> Clock:
    limit = None if time_limit is None else float(as_number(time_limit, "time_limit", low=0))
    return Clock(
        limit, f"the {name} benchmark was not computed (linear programs give upper bounds)"
    )


def clairvoyant(instance: Instance, *, time_limit: float | None = None) -> Number:
    """The best expected reward with the graph and the order of arrivals known in advance.

    Outcomes are seen only after the attempts.

    Parameters
    ----------
    instance : Instance
        Small: the dynamic program has up to ``m 2^n`` states.
    time_limit : float, optional
        Seconds.

    Returns
    -------
    number
        Exact where the instance is.

    Raises
    ------
    LimitReachedError
        If there are more states than memory allows, or the time is over.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from mechdesign import matching
    >>> clairvoyant(matching.complete(4, 6, Fraction(3, 5)))
    Fraction(51876, 15625)
    """
    require(instance, Instance, "instance")
    graph = instance.expanded()
    _limit(graph.m * 2**graph.n, "clairvoyant")
    clock = _clock("clairvoyant", time_limit)
    # values[S] with the set S of vertices that are still free; filled from the last arrival back.
    values: list[Number] = [0] * (1 << graph.n)
    for pairs in reversed(graph.by_arrival):
        later = values
        values = list(later)
        for free in range(1 << graph.n):
            if free % 256 == 0:
                clock.check()
            best = later[free]
            for u, p in pairs:
                if free >> u & 1:
                    worth = p * (graph.weights[u] + later[free & ~(1 << u)]) + (1 - p) * later[free]
                    best = max(best, worth)
            values[free] = best
    return values[-1]


def offline(instance: Instance, *, time_limit: float | None = None) -> Number:
    """The best expected reward when the order of arrivals may be chosen adaptively as well.

    Parameters
    ----------
    instance : Instance
        Very small: up to ``2^(n+m)`` states; identical arrivals count once.
    time_limit : float, optional
        Seconds.

    Returns
    -------
    number
        Exact where the instance is.

    Raises
    ------
    LimitReachedError
        If there are more states than memory allows, or the time is over.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from mechdesign import matching
    >>> offline(matching.complete(1, 2, Fraction(1, 2)))
    Fraction(3, 4)
    """
    require(instance, Instance, "instance")
    graph = instance.expanded()
    kinds = list(dict.fromkeys(graph.by_arrival))
    counts = tuple(sum(pairs == kind for pairs in graph.by_arrival) for kind in kinds)
    states = 1 << graph.n
    for count in counts:
        states *= count + 1
    _limit(states, "offline")
    clock = _clock("offline", time_limit)

    @functools.cache
    def value(left: tuple[int, ...], free: int) -> Number:
        clock.check()
        best: Number = 0
        for k, count in enumerate(left):
            if not count:
                continue
            after = (*left[:k], count - 1, *left[k + 1 :])
            skipped = value(after, free)
            best = max(best, skipped)
            for u, p in kinds[k]:
                if free >> u & 1:
                    won = graph.weights[u] + value(after, free & ~(1 << u))
                    best = max(best, p * won + (1 - p) * skipped)
        return best

    return value(counts, (1 << graph.n) - 1)


def best_non_adaptive(instance: Instance, *, time_limit: float | None = None) -> Number:
    """The best expected reward of a plan that is fixed before any outcome is seen.

    Every arrival is assigned to one neighbour in advance; vertex u then succeeds with probability
    ``1 - prod(1 - p)`` over its arrivals.

    Parameters
    ----------
    instance : Instance
        Small: all assignments are enumerated, identical arrivals counted once.
    time_limit : float, optional
        Seconds.

    Raises
    ------
    LimitReachedError
        If there are too many assignments, or the time is over.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from mechdesign.matching import complete
    >>> best_non_adaptive(complete(2, 2, Fraction(1, 2)))
    Fraction(1, 1)
    """
    require(instance, Instance, "instance")
    graph = instance.expanded()
    kinds = list(dict.fromkeys(pairs for pairs in graph.by_arrival if pairs))
    counts = [sum(pairs == kind for pairs in graph.by_arrival) for kind in kinds]
    size = 1
    for kind, count in zip(kinds, counts, strict=True):
        size *= math.comb(len(kind) + count - 1, count)
    _limit(size, "best non-adaptive")
    clock = _clock("best non-adaptive", time_limit)
    choices = [
        list(itertools.combinations_with_replacement(kind, count))
        for kind, count in zip(kinds, counts, strict=True)
    ]
    best: Number = 0
    for plan in itertools.product(*choices):
        clock.check()
        survival: list[Number] = [1] * graph.n
        for assigned in plan:
            for u, p in assigned:
                survival[u] *= 1 - p
        reward: Number = sum(w * (1 - s) for w, s in zip(graph.weights, survival, strict=True))
        best = max(best, reward)
    return best


def omniscient(instance: Instance, *, time_limit: float | None = None) -> Number:
    """The expected weight of a maximum matching of the graph of successes, known in advance.

    A prophet's value: too strong a benchmark for any guarantee, and an upper bound on the others.

    Parameters
    ----------
    instance : Instance
        Tiny: all ``2^edges`` outcomes are enumerated.
    time_limit : float, optional
        Seconds.

    Raises
    ------
    LimitReachedError
        If there are too many edges, or the time is over.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from mechdesign.matching import complete
    >>> omniscient(complete(1, 2, Fraction(1, 2)))
    Fraction(3, 4)
    """
    require(instance, Instance, "instance")
    graph = instance.expanded()
    _limit(1 << graph.edge_count, "omniscient")
    clock = _clock("omniscient", time_limit)
    states: dict[frozenset[frozenset[int]], Number] = {frozenset({frozenset()}): 1}
    # A state is the family of vertex sets that the arrivals so far can match.
    for pairs in graph.by_arrival:
        after: dict[frozenset[frozenset[int]], Number] = {}
        for hits in itertools.product((False, True), repeat=len(pairs)):
            clock.check()
            chance: Number = 1
            for (_, p), hit in zip(pairs, hits, strict=True):
                chance *= p if hit else 1 - p
            if not chance:
                continue
            present = [u for (u, _), hit in zip(pairs, hits, strict=True) if hit]
            for family, mass in states.items():
                grown = {matched | {u} for matched in family for u in present if u not in matched}
                key = family | frozenset(frozenset(matched) for matched in grown)
                after[key] = after.get(key, 0) + mass * chance
        states = after
    total: Number = 0
    for family, mass in states.items():
        total += mass * max(sum(graph.weights[u] for u in matched) for matched in family)
    return total


def _limit(size: int, name: str) -> None:
    if size > _MAX_STATES:
        raise LimitReachedError(
            f"the {name} benchmark would need {size:,} states, more than {_MAX_STATES:,}: use the "
            "linear programs as upper bounds"
        )
