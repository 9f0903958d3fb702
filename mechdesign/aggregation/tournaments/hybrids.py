"""Instant runoffs that elect Condorcet winners, over all ways of breaking ties."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from mechdesign.aggregation.profiles.pairwise import Pairwise
from mechdesign.aggregation.profiles.problems import (
    profile_of,
    winners_first,
    without_alternatives,
)
from mechdesign.aggregation.reading import pairs_of, rule
from mechdesign.aggregation.references import GREENARMYTAGE2011
from mechdesign.aggregation.results import AggregationResult, result
from mechdesign.aggregation.rules.elimination import _Places, irv
from mechdesign.aggregation.rules.majority import smith_components
from mechdesign.aggregation.settings import rankings
from mechdesign.errors import LimitReachedError
from mechdesign.model import Problem

__all__ = ["benham", "btr_irv", "smith_irv", "tideman_alternative", "woodall"]

Left = tuple[int, ...]
_SETTING = rankings()
_MOST_STATES = 50_000


@rule("aggregation.smith_irv", reference=GREENARMYTAGE2011, setting=_SETTING)
def smith_irv(problem: Problem) -> AggregationResult:
    """Smith//IRV: instant runoff among the Smith set.

    Parameters
    ----------
    problem : rankings or scores
        See :func:`read`.

    Examples
    --------
    >>> smith_irv({"M > N > C": 42, "N > C > M": 26, "C > N > M": 32}).winners
    ('N',)
    """
    labels = problem.data.alternatives
    inside = smith_components(pairs_of(problem))[0]
    gone = [x for k, x in enumerate(labels) if k not in inside]
    found = irv(without_alternatives(problem, gone) if gone else problem)
    return _chosen(problem, [labels.index(x) for x in found.winners])


@rule("aggregation.tideman_alternative", reference=GREENARMYTAGE2011, setting=_SETTING)
def tideman_alternative(problem: Problem) -> AggregationResult:
    """Tideman's alternative: keep the Smith set, drop the instant-runoff loser, and again.

    Parameters
    ----------
    problem : rankings or scores
        See :func:`read`.

    Examples
    --------
    >>> tideman_alternative({"M > N > C": 42, "N > C > M": 26, "C > N > M": 32}).winners
    ('N',)
    """
    pairs, lowest = pairs_of(problem), _lowest(problem)

    def step(left: Left) -> Iterable[Left]:
        inside = _smith(pairs, left)
        return [inside] if len(inside) < len(left) else _without(left, lowest(left))

    return _all_ways(problem, step)


@rule("aggregation.benham", reference=GREENARMYTAGE2011, setting=_SETTING)
def benham(problem: Problem) -> AggregationResult:
    """Benham's rule: instant runoff until somebody beats all others who are left.

    Parameters
    ----------
    problem : rankings or scores
        See :func:`read`.

    Examples
    --------
    >>> benham({"M > N > C": 42, "N > C > M": 26, "C > N > M": 32}).winners
    ('N',)
    """
    pairs, lowest = pairs_of(problem), _lowest(problem)

    def step(left: Left) -> Iterable[Left]:
        best = [x for x in left if all(pairs.beats[x, y] for y in left if y != x)]
        return [tuple(best)] if best else _without(left, lowest(left))

    return _all_ways(problem, step)


@rule("aggregation.woodall", reference=GREENARMYTAGE2011, setting=_SETTING)
def woodall(problem: Problem) -> AggregationResult:
    """Woodall's rule: the member of the Smith set that instant runoff drops last.

    Parameters
    ----------
    problem : rankings or scores
        See :func:`read`.

    Examples
    --------
    >>> woodall({"M > N > C": 42, "N > C > M": 26, "C > N > M": 32}).winners
    ('N',)
    """
    inside, lowest = set(smith_components(pairs_of(problem))[0]), _lowest(problem)

    def step(left: Left) -> Iterable[Left]:
        members = tuple(x for x in left if x in inside)
        return [members] if len(members) == 1 else _without(left, lowest(left))

    return _all_ways(problem, step)


@rule("aggregation.btr_irv", setting=_SETTING)
def btr_irv(problem: Problem) -> AggregationResult:
    """Bottom-two runoff: of the two with the fewest first places the one that loses is dropped.

    Parameters
    ----------
    problem : rankings or scores
        See :func:`read`.

    Examples
    --------
    >>> btr_irv({"M > N > C": 42, "N > C > M": 26, "C > N > M": 32}).winners
    ('N',)
    """
    pairs = pairs_of(problem)
    places = _Places(profile_of(problem), getattr(problem.data, "overvote", "tie"))

    def step(left: Left) -> Iterable[Left]:
        points = dict(zip(left, places.shared(left, best=True).tolist(), strict=True))
        low, second = sorted(points.values())[:2]
        last = [x for x in left if points[x] == low]
        other = last if len(last) > 1 else [x for x in left if points[x] == second]
        duels = [(a, b) for a in last for b in other if a != b]
        losers = {x for a, b in duels for x, y in ((a, b), (b, a)) if not pairs.beats[x, y]}
        return _without(left, losers)

    return _all_ways(problem, step)


def _lowest(problem: Problem) -> Callable[[Left], list[int]]:
    """Those with the fewest first places among some."""
    places = _Places(profile_of(problem), getattr(problem.data, "overvote", "tie"))

    def found(left: Left) -> list[int]:
        points = places.shared(left, best=True)
        return [left[k] for k in np.flatnonzero(points == points.min()).tolist()]

    return found


def _smith(pairs: Pairwise, left: Left) -> Left:
    return tuple(sorted(left[k] for k in smith_components(pairs.restricted(left))[0]))


def _without(left: Left, losers: Iterable[int]) -> list[Left]:
    """What is left when one of some is dropped."""
    return [tuple(x for x in left if x != gone) for gone in losers]


def _all_ways(problem: Problem, step: Callable[[Left], Iterable[Left]]) -> AggregationResult:
    """The winners over all ways of breaking ties."""
    start = tuple(range(len(problem.data.alternatives)))
    seen, stack = {start}, [start]
    winners: set[int] = set()
    while stack:
        left = stack.pop()
        if len(left) == 1:
            winners.update(left)
            continue
        for after in step(left):
            if after not in seen:
                seen.add(after)
                stack.append(after)
        if len(seen) > _MOST_STATES:
            raise LimitReachedError(
                f"more than {_MOST_STATES} sets of survivors over all ways of breaking ties"
            )
    return _chosen(problem, sorted(winners))


def _chosen(problem: Problem, members: list[int]) -> AggregationResult:
    """The outcome in which some win."""
    labels = problem.data.alternatives
    ranking = winners_first([labels[k] for k in members], labels)
    return result(problem, ranking, algorithm="elimination, parallel universes")
