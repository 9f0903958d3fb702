"""Several seats by one instant runoff after another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from mechdesign.aggregation.counting_rounds.election_settings import elections
from mechdesign.aggregation.counting_rounds.stages import Count
from mechdesign.aggregation.counting_rounds.transferable_votes import election, stv
from mechdesign.aggregation.profiles.problems import without_alternatives
from mechdesign.aggregation.profiles.ranking import Label
from mechdesign.errors import LimitReachedError
from mechdesign.model import Outcome, Problem, Provenance, mechanism

__all__ = ["sequential_runoff"]

# Sets of those elected so far, over all ways to break ties.
_MOST_STATES = 2_000


def _runoff(problem: Problem, elected: frozenset[Label]) -> Count:
    """The runoff among those who are not elected; every ballot counts in full again."""
    left = without_alternatives(problem, sorted(elected, key=str)) if elected else problem
    return stv(replace(left, data=replace(left.data, seats=1)), rule="irv", ties="all")


def _counts(problem: Problem) -> Iterator[Count]:
    elected: frozenset[Label] = frozenset()
    for _ in range(problem.data.seats or 1):
        count = _runoff(problem, elected)
        elected |= count.choice
        yield count


def _outcome(problem: Problem, elected: frozenset[Label], **told: object) -> Outcome:
    return Outcome(
        elected,
        details=told,
        provenance=Provenance(decisions=problem.data.decisions),
        problem=problem,
        setting=elections(problem.data.seats or 1),
    )


def _all_ways(problem: Problem) -> Sequence[Outcome]:
    states: dict[frozenset[Label], None] = {frozenset(): None}
    looked = 0
    for _ in range(problem.data.seats or 1):
        after: dict[frozenset[Label], None] = {}
        for elected in states:
            looked += 1
            count = _runoff(problem, elected)
            if looked > _MOST_STATES or not count.complete:
                raise LimitReachedError("open ties: not all ways to break them were followed")
            after |= dict.fromkeys(elected | one for one in count.committees)
        states = after
    return [_outcome(problem, one) for one in states]


@mechanism(
    "aggregation.sequential_runoff",
    setting=elections(),
    reader=election,
    anonymous=True,
    winners=_all_ways,
)
def sequential_runoff(problem: Problem) -> Outcome:
    """One instant runoff after another: who wins is elected, and all ballots count again in full.

    A majority can fill every seat, which no rule that passes surpluses on allows.

    Parameters
    ----------
    problem : ballots
        See :func:`election`, which also takes ``seats``.  Of candidates who tie the earlier ones
        are kept; ``winners`` follows every way.

    Returns
    -------
    Outcome
        The set of those elected; ``details["counts"]`` has the count of every seat.

    Examples
    --------
    >>> ballots = {"A > B": 55, "C > D": 45}
    >>> sorted(sequential_runoff(ballots, seats=2).choice)
    ['A', 'B']
    """
    counts = tuple(_counts(problem))
    elected = frozenset(label for count in counts for label in count.choice)
    return _outcome(problem, elected, counts=counts)
