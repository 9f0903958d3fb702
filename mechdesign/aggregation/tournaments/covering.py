"""Sets of winners by covering: uncovered, Banks, minimal covering and bipartisan set."""

from __future__ import annotations

import functools
import itertools
from typing import Literal

import numpy as np

from mechdesign.aggregation.profiles.outcome_arrays import MARGINS
from mechdesign.aggregation.profiles.problems import winners_first
from mechdesign.aggregation.reading import pairs_of, rule
from mechdesign.aggregation.references import BANKS1985, DUTTA1988, LAFFOND1993, MILLER1980
from mechdesign.aggregation.results import AggregationResult, result
from mechdesign.aggregation.rules.lotteries import maximal_lottery
from mechdesign.aggregation.rules.majority import smith_components
from mechdesign.aggregation.settings import rankings
from mechdesign.arrays import BoolArray
from mechdesign.errors import LimitReachedError
from mechdesign.model import Problem

__all__ = ["banks", "bipartisan", "minimal_covering", "uncovered"]

#: What it takes to cover somebody whom one beats: those who beat the one beat the other; whom the
#: other beats the one beats; both; the first, strictly, also of somebody whom one does not beat.
Covering = Literal["gillies", "bordes", "mckelvey", "fishburn"]
_SETTING = rankings()
_MOST_TIED = 14


@rule("aggregation.uncovered", setting=_SETTING, depends_on=MARGINS, reference=MILLER1980)
def uncovered(problem: Problem, *, covering: Covering = "gillies") -> AggregationResult:
    """The uncovered set: whoever beats everybody in at most two steps.

    Parameters
    ----------
    problem : rankings or scores
        See :func:`read`.
    covering : {"gillies", "bordes", "mckelvey", "fishburn"}
        Where majorities tie: one that beats another covers it if all who beat the one beat the
        other; if the one beats all whom the other beats; or both.  With Fishburn it need not beat
        it, but fewer must beat it.  Without ties all are the same.

    Examples
    --------
    >>> uncovered(["A > B > C > D", "B > C > A > D", "C > A > B > D"]).winners
    ('A', 'B', 'C')
    """
    pairs = pairs_of(problem)
    covered = covers(pairs.beats, covering).any(axis=0)
    return _chosen(problem, np.flatnonzero(~covered).tolist(), covering)


def covers(beats: BoolArray, covering: Covering) -> BoolArray:
    """Who covers whom."""
    # Nobody beats the row who does not beat the column, and so for whom they beat; counts of
    # those who do are products of matrices, exact in floats.
    wins = beats.astype(np.float32)
    above = wins.T @ (1 - wins) == 0
    below = (1 - wins) @ wins.T == 0
    if covering == "fishburn":
        return np.asarray(above & ~above.T)
    found = beats & above if covering in ("gillies", "mckelvey") else beats.copy()
    return np.asarray(found & below if covering in ("bordes", "mckelvey") else found)


@rule("aggregation.banks", setting=_SETTING, depends_on=MARGINS, reference=BANKS1985)
def banks(problem: Problem) -> AggregationResult:
    """The Banks set: the tops of chains that cannot be made longer.

    Parameters
    ----------
    problem : rankings or scores
        See :func:`read`.

    Notes
    -----
    A chain is a list in which each one beats all after it.  Exponential in the worst case (the
    problem is NP-complete); memoised on those who can still be added and those who beat all.

    Examples
    --------
    >>> banks(["A > B > C > D", "B > C > A > D", "C > A > B > D"]).winners
    ('A', 'B', 'C')
    """
    beats = pairs_of(problem).beats
    m = len(beats)
    over = [sum(1 << j for j in range(m) if beats[i, j]) for i in range(m)]
    under = [sum(1 << j for j in range(m) if beats[j, i]) for i in range(m)]

    @functools.cache
    def ends(below: int, threats: int) -> bool:
        """Whether the chain can be continued so that nobody beats all of it."""
        if not threats:
            return True
        # Only who takes a threat away is worth a place.
        return any(
            below >> k & 1 and threats & ~under[k] and ends(below & over[k], threats & under[k])
            for k in range(m)
        )

    return _chosen(problem, [x for x in range(m) if ends(over[x], under[x])], "chains")


@rule("aggregation.minimal_covering", setting=_SETTING, depends_on=MARGINS, reference=DUTTA1988)
def minimal_covering(problem: Problem) -> AggregationResult:
    """The minimal covering set: the smallest that covers everybody outside, one at a time.

    Parameters
    ----------
    problem : rankings or scores
        See :func:`read`.

    Raises
    ------
    LimitReachedError
        If more than 14 alternatives are in the Smith set and some of them tie.

    Notes
    -----
    Without ties it grows from the bipartisan set, a linear programme at each step (polynomial);
    with ties all sets are tried, by size, and the union of the minimal ones is returned.  Covering
    is that of Gillies.

    Examples
    --------
    >>> minimal_covering(["A > B > C > D", "B > C > A > D", "C > A > B > D"]).winners
    ('A', 'B', 'C')
    """
    pairs = pairs_of(problem)
    inside = smith_components(pairs)[0]
    beats = pairs.beats[np.ix_(inside, inside)]
    m = len(inside)

    def open_(chosen: list[int]) -> list[int]:
        """Those outside whom nobody of the set covers."""
        found = []
        for x in range(m):
            if x not in chosen:
                part = [*chosen, x]
                if not covers(beats[np.ix_(part, part)], "gillies")[:, -1].any():
                    found.append(x)
        return found

    def support(part: list[int]) -> list[int]:
        if len(part) == 1:
            return part
        labels = [pairs.alternatives[inside[k]] for k in part]
        chances = maximal_lottery(
            pairs.restricted([inside[k] for k in part]), transform="majority"
        ).probabilities
        return [k for k, label in zip(part, labels, strict=True) if chances[label]]

    if (beats | beats.T | np.eye(m, dtype=bool)).all():
        chosen = support(list(range(m)))
        while left := open_(chosen):
            chosen = sorted({*chosen, *support(left)})
        return _chosen(problem, [inside[k] for k in chosen], "from the bipartisan set")
    if m > _MOST_TIED:
        raise LimitReachedError(f"majorities tie among more than {_MOST_TIED} alternatives")
    minimal: list[set[int]] = []
    for size in range(1, m + 1):
        for part in itertools.combinations(range(m), size):
            if not any(found <= set(part) for found in minimal) and not open_(list(part)):
                minimal.append(set(part))
    union = sorted(set().union(*minimal))
    return _chosen(problem, [inside[k] for k in union], "all sets, by size")


@rule("aggregation.bipartisan", setting=_SETTING, depends_on=MARGINS, reference=LAFFOND1993)
def bipartisan(
    problem: Problem, *, game: Literal["majority", "margins"] = "majority"
) -> AggregationResult:
    """The bipartisan set: whom the lottery that nothing beats may choose.

    Parameters
    ----------
    problem : rankings or scores
        See :func:`read`.
    game : {"majority", "margins"}
        Whether a win counts 1 or its margin (the essential set).

    Notes
    -----
    The support of :func:`maximal_lottery`; where there are several lotteries, the union of their
    supports.

    Examples
    --------
    >>> bipartisan(["A > B > C > D", "B > C > A > D", "C > A > B > D"]).winners
    ('A', 'B', 'C')
    """
    found = maximal_lottery(problem, transform=game).probabilities
    labels = problem.data.alternatives
    return _chosen(problem, [k for k, x in enumerate(labels) if found[x]], game)


def _chosen(problem: Problem, members: list[int], algorithm: str) -> AggregationResult:
    """The outcome in which some win."""
    labels = problem.data.alternatives
    winners = [labels[k] for k in sorted(members)]
    return result(problem, winners_first(winners, labels), algorithm=algorithm)
