"""Rules that settle cycles of majorities by their margins: split cycle, stable voting, river."""

from __future__ import annotations

import functools
import itertools

import numpy as np

from mechdesign.aggregation.profiles.outcome_arrays import MARGINS
from mechdesign.aggregation.profiles.pairwise import Pairwise
from mechdesign.aggregation.profiles.problems import winners_first
from mechdesign.aggregation.reading import pairs_of, rule
from mechdesign.aggregation.references import HOLLIDAY2023A, HOLLIDAY2023B
from mechdesign.aggregation.results import AggregationResult, result
from mechdesign.aggregation.rules.schulze_and_minimax import strongest_paths
from mechdesign.aggregation.settings import rankings
from mechdesign.errors import InvalidInputError, LimitReachedError
from mechdesign.model import Problem

__all__ = ["river", "split_cycle", "stable_voting"]

_SETTING = rankings()
_MOST = 15
_MOST_STATES = 50_000


@rule("aggregation.split_cycle", setting=_SETTING, depends_on=MARGINS, reference=HOLLIDAY2023A)
def split_cycle(problem: Problem) -> AggregationResult:
    """Split cycle: in every cycle of majorities the smallest do not count.

    Parameters
    ----------
    problem : rankings or scores
        See :func:`read`.

    Returns
    -------
    AggregationResult
        The winners are those whom nobody defeats: by a margin that is larger than the strongest
        chain of majorities back.

    Notes
    -----
    O(m^3), vectorised.

    Examples
    --------
    >>> split_cycle({"A > B > C": 4, "B > C > A": 2, "C > A > B": 3}).winners
    ('A',)
    """
    return _chosen(problem, _undefeated(pairs_of(problem)))


def _undefeated(pairs: Pairwise) -> list[int]:
    margins = pairs.margins
    defeats = (margins > 0) & (margins > strongest_paths(pairs, "margins").T)
    return np.flatnonzero(~defeats.any(axis=0)).tolist()


@rule("aggregation.stable_voting", setting=_SETTING, depends_on=MARGINS, reference=HOLLIDAY2023B)
def stable_voting(problem: Problem, *, simple: bool = False) -> AggregationResult:
    """Stable voting: the winner who beats somebody by most without whom it would win as well.

    Parameters
    ----------
    problem : rankings or scores
        See :func:`read`; at most 15 undefeated and other alternatives in all.
    simple : bool
        Whether everybody may win, not only those whom split cycle leaves undefeated.

    Returns
    -------
    AggregationResult
        With several winners where margins are equal.

    Notes
    -----
    Recursive over the sets of alternatives, memoised: exponential in their number.

    Examples
    --------
    >>> stable_voting({"A > B > C": 4, "B > C > A": 2, "C > A > B": 3}).winners
    ('A',)
    """
    pairs = pairs_of(problem)
    if pairs.m > _MOST:
        raise InvalidInputError("alternatives", f"be at most {_MOST} for stable voting", pairs.m)
    margins = pairs.margins

    @functools.cache
    def winners(left: tuple[int, ...]) -> frozenset[int]:
        if len(left) == 1:
            return frozenset(left)
        sound = list(left) if simple else [left[k] for k in _undefeated(pairs.restricted(left))]
        if len(sound) == 1:
            return frozenset(sound)
        matches = sorted(
            ((a, b) for a in sound for b in left if a != b), key=lambda ab: -int(margins[ab])
        )
        for _, level in itertools.groupby(matches, key=lambda ab: int(margins[ab])):
            found = {a for a, b in level if a in winners(tuple(x for x in left if x != b))}
            if found:
                return frozenset(found)
        return frozenset(sound)

    return _chosen(problem, sorted(winners(tuple(range(pairs.m)))))


@rule("aggregation.river", setting=_SETTING, depends_on=MARGINS)
def river(problem: Problem) -> AggregationResult:
    """River: ranked pairs in which everybody is beaten at most once.

    Parameters
    ----------
    problem : rankings or scores
        See :func:`read`.

    Returns
    -------
    AggregationResult
        The winners over all orders of equal margins: those whom nobody beats in the end.

    Raises
    ------
    LimitReachedError
        If there are too many orders of equal margins.

    Notes
    -----
    Majorities are locked in from the largest on, but for those that close a cycle and those over
    somebody who is beaten already.

    Examples
    --------
    >>> river({"A > B > C": 4, "B > C > A": 2, "C > A > B": 3}).winners
    ('A',)
    """
    pairs = pairs_of(problem)
    margins = pairs.margins
    edges = sorted(map(tuple, np.argwhere(margins > 0).tolist()), key=lambda e: -int(margins[e]))
    groups = [list(g) for _, g in itertools.groupby(edges, key=lambda e: int(margins[e]))]
    states = {(-1,) * pairs.m}
    for group in groups:
        ended: set[tuple[int, ...]] = set()
        seen: set[tuple[int, ...]] = set()
        stack = list(states)
        while stack:
            parents = stack.pop()
            if parents in seen:
                continue
            seen.add(parents)
            if len(seen) > _MOST_STATES:
                raise LimitReachedError(f"more than {_MOST_STATES} orders of equal margins")
            options = [(a, b) for a, b in group if parents[b] < 0 and _root(parents, a) != b]
            if not options:
                ended.add(parents)
            stack += [(*parents[:b], a, *parents[b + 1 :]) for a, b in options]
        states = ended
    roots = {k for parents in states for k in range(pairs.m) if parents[k] < 0}
    return _chosen(problem, sorted(roots), ties=f"{len(states)} ways" if len(states) > 1 else "")


def _root(parents: tuple[int, ...], k: int) -> int:
    while parents[k] >= 0:
        k = parents[k]
    return k


def _chosen(problem: Problem, members: list[int], ties: str = "") -> AggregationResult:
    """The outcome in which some win."""
    labels = problem.data.alternatives
    return result(problem, winners_first([labels[k] for k in members], labels), ties=ties)
