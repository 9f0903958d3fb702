"""Rules that look at which voters a member stands for, and others beyond the classical ones."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from mechdesign.committees.committee_rules import (
    SETTING,
    SURVEY,
    best_outcomes,
    first_outcome,
    optimal,
    stepwise,
)
from mechdesign.committees.optimal_committees import Assigned, DistancesInOrder
from mechdesign.committees.settings import Electorate
from mechdesign.committees.step_by_step import GreedyMonroe, Shrinking, Steps
from mechdesign.committees.support import LeastLoads, MaximinSupport
from mechdesign.model import Outcome, Problem, Reference, mechanism

__all__ = [
    "greedy_monroe",
    "leximax_phragmen",
    "lexminimax_approval",
    "maximin_support",
    "monroe",
    "reverse_sequential_pav",
]

_SUPPORT = Reference(
    "sanchez2024",
    "Sanchez-Fernandez, L. and Fernandez-Garcia, N. and Fisteus, J. A. and Brill, M.",
    "The maximin support method: an extension of the D'Hondt method to approval-based multiwinner "
    "elections",
    2024,
    "Mathematical Programming 203",
)


@mechanism(
    "committees.monroe",
    setting=SETTING,
    reference=SURVEY,
    anonymous=True,
    winners=optimal(Assigned),
    takes=("time_limit",),
)
def monroe(problem: Problem, *, time_limit: float | None = None) -> Outcome:
    """Monroe's rule on approvals: members stand for equally many voters, most of whom approve.

    Each member stands for n/k of the n voters, rounded down or up, and the committee is best where
    as many as possible approve of the member who stands for them.

    Parameters
    ----------
    problem, time_limit
        As in :func:`pav`; weights are whole numbers of voters.

    Notes
    -----
    NP-hard; branch and bound over maximal flows.

    Examples
    --------
    >>> monroe({"a, b": 5, "c": 4, "d": 3}, seats=2).details["score"]
    9
    >>> sorted(monroe({"a": 4, "b, c": 4}, seats=2).choice)
    ['a', 'b']
    """
    return best_outcomes(problem, Assigned, 1, time_limit)[0]


@mechanism(
    "committees.greedy_monroe",
    setting=SETTING,
    reference=SURVEY,
    anonymous=True,
    winners=stepwise(GreedyMonroe),
)
def greedy_monroe(problem: Problem) -> Outcome:
    """Monroe's rule step by step: whoever most voters approve of for whom nobody stands yet.

    Of these voters as many leave as a member stands for, n/k of n voters, rounded up for the first
    members where it is no whole number; those with the shortest ballots leave first.

    Parameters
    ----------
    problem : approval ballots
        As in :func:`sequential_pav`; weights are whole numbers of voters.

    Examples
    --------
    >>> sorted(greedy_monroe({"a, b": 5, "c": 4, "d": 3}, seats=2).choice)
    ['a', 'c']
    """
    return first_outcome(problem, GreedyMonroe)


@mechanism(
    "committees.leximax_phragmen",
    setting=SETTING,
    reference=SURVEY,
    anonymous=True,
    winners=optimal(LeastLoads),
    takes=("time_limit",),
)
def leximax_phragmen(problem: Problem, *, time_limit: float | None = None) -> Outcome:
    """Phragmen's rule as an optimum: the largest load of a voter is least, then the next largest.

    Each seat is a load of 1 that those who approve of the member share in any parts.  The score is
    the largest load.  Members of whom nobody approves are as few as can be.

    Parameters
    ----------
    problem, time_limit
        As in :func:`pav`; at most 16 seats.

    Notes
    -----
    NP-hard.  Branch and bound; the loads of one committee of k members are found from the voters
    behind all its 2^k parts.

    Examples
    --------
    >>> found = leximax_phragmen({"a, b": 5, "c": 4, "d": 3}, seats=2)
    >>> sorted(found.choice), found.details["score"]
    (['a', 'c'], Fraction(1, 4))
    """
    return best_outcomes(problem, LeastLoads, 1, time_limit)[0]


@mechanism(
    "committees.maximin_support",
    setting=SETTING,
    reference=_SUPPORT,
    anonymous=True,
    winners=stepwise(MaximinSupport),
)
def maximin_support(problem: Problem) -> Outcome:
    """The maximin support method: who joins leaves the member with the fewest votes with most.

    Voters share their vote among the members of whom they approve; the support of a committee is
    the votes of the member with the fewest where they share as well as can be.

    Parameters
    ----------
    problem : approval ballots
        As in :func:`sequential_pav`; at most 16 seats.

    Examples
    --------
    >>> sorted(maximin_support({"a, b": 5, "c": 4, "d": 3}, seats=2).choice)
    ['a', 'c']
    """
    return first_outcome(problem, MaximinSupport)


def _harmonic(members: int) -> Sequence[Fraction]:
    return [Fraction(1, j) for j in range(1, members + 1)]


def _shrinking(votes: Electorate) -> Steps:
    return Shrinking(votes, _harmonic)


@mechanism(
    "committees.reverse_sequential_pav",
    setting=SETTING,
    reference=SURVEY,
    anonymous=True,
    winners=stepwise(_shrinking),
)
def reverse_sequential_pav(problem: Problem) -> Outcome:
    """From all candidates, one after another whoever adds least to the score of :func:`pav` goes.

    Parameters
    ----------
    problem : approval ballots
        As in :func:`sequential_pav`.

    Examples
    --------
    >>> sorted(reverse_sequential_pav({"a, b": 3, "c": 2, "d": 1}, seats=2).choice)
    ['a', 'c']
    """
    return first_outcome(problem, _shrinking)


@mechanism(
    "committees.lexminimax_approval",
    setting=SETTING,
    reference=SURVEY,
    anonymous=True,
    winners=optimal(DistancesInOrder),
    takes=("time_limit",),
)
def lexminimax_approval(problem: Problem, *, time_limit: float | None = None) -> Outcome:
    """Minimax approval voting where ties count: few ballots differ most, then few second most.

    The score is minus the largest number of candidates in which a ballot differs.

    Parameters
    ----------
    problem, time_limit
        As in :func:`pav`.

    Examples
    --------
    >>> sorted(lexminimax_approval({"a, b": 3, "c": 2, "d": 1}, seats=2).choice)
    ['a', 'c']
    """
    return best_outcomes(problem, DistancesInOrder, 1, time_limit)[0]
