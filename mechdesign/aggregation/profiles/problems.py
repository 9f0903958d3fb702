"""What a problem of this family holds: alternatives beside the rankings or scores of its agents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from mechdesign.aggregation.profiles.profile import Profile, Unranked, _matrix
from mechdesign.aggregation.profiles.ranking import Label, Ranking
from mechdesign.arrays import AnyArray
from mechdesign.errors import InvalidInputError, require
from mechdesign.io.preflib import CountedOvervote
from mechdesign.model import Problem, as_count, serializable
from mechdesign.records import dataclass

__all__ = ["RankingData", "ScoreData", "profile_of"]


@serializable("aggregation.RankingData")
@dataclass(frozen=True)
class RankingData:
    """The agent-free data of a problem of rankings: the alternatives.

    Parameters
    ----------
    alternatives : tuple of labels
        What is ranked.
    unranked : {"last", "unseen"}
        What a voter says of alternatives that it leaves out: see :meth:`Profile.from_rankings`.
    decisions : tuple of str
        What had to be decided when the rankings were read.
    overvote : {"tie", "exhaust_if_several_continue", "approval"}
        What a shared first place is to :func:`irv`: shares of one vote, no vote while several of
        them stand, or a whole vote each.
    seats : int or None
        How many are elected, where the ballots say it.
    """

    alternatives: tuple[Label, ...]
    unranked: Unranked = "last"
    decisions: tuple[str, ...] = ()
    overvote: CountedOvervote = "tie"
    seats: int | None = None

    def __post_init__(self) -> None:
        require(self.alternatives, tuple, "alternatives")
        require(self.decisions, tuple, "decisions")
        if self.seats is not None:
            as_count(self.seats, "seats", low=1)


@serializable("aggregation.ScoreData")
@dataclass(frozen=True)
class ScoreData:
    """The agent-free data of a problem of scores: the systems.

    Parameters
    ----------
    alternatives : tuple of labels
        The systems, in the order of each score column.
    decisions : tuple of str
        What had to be decided when the table was read.
    unranked : {"last", "unseen"}
        What a missing score says: that the system is below all others, or nothing.
    lower : tuple of labels
        The tasks in which lower is better; the scores of a problem are negated there.
    """

    alternatives: tuple[Label, ...]
    decisions: tuple[str, ...] = ()
    unranked: Unranked = "unseen"
    lower: tuple[Label, ...] = ()


def profile_of(problem: Problem) -> Profile:
    """The rankings of a problem as one matrix, whether its agents report rankings or scores.

    Examples
    --------
    >>> from mechdesign.aggregation import read
    >>> profile_of(read({"A > B": 2, "B > A": 1})).tiers.tolist()
    [[0, 1], [1, 0]]
    """
    require(problem, Problem, "problem")
    data, types = problem.data, problem.types
    if not isinstance(data, (RankingData, ScoreData)):
        raise InvalidInputError("problem", "be a problem of aggregation", type(data).__name__)
    weights = problem.weights
    if isinstance(data, ScoreData):
        return Profile.from_scores(types, data.alternatives, weights, problem.agents, data.unranked)
    if isinstance(types, np.ndarray):
        return Profile._weighted(data.alternatives, types, weights, problem.agents, data.unranked)
    return Profile.from_rankings(types, weights, data.alternatives, problem.agents, data.unranked)


def tiers_listed(profile: Profile) -> AnyArray:
    """The tiers that the voters list, -1 for all that they do not."""
    if profile.listed is None:
        return profile.tiers
    return np.where(profile.named, profile.tiers, -1).astype(profile.tiers.dtype)


def score_matrix(problem: Problem) -> Any:
    """The scores of a problem, shape (tasks, systems): floats with nan, or exact objects."""
    if not isinstance(problem.data, ScoreData):
        raise InvalidInputError(
            "data", "hold scores: rankings have no means", "a profile of rankings"
        )
    return _matrix(problem.types, "scores")


def without_alternatives(problem: Problem, gone: Sequence[Label]) -> Problem:
    """The problem without some alternatives; voters keep the order of the others."""
    labels = problem.data.alternatives
    kept = [k for k, label in enumerate(labels) if label not in gone]
    remaining = tuple(labels[k] for k in kept)
    types: Any
    if isinstance(problem.data, ScoreData):
        types = (
            problem.types[:, kept]
            if isinstance(problem.types, np.ndarray)
            else tuple(tuple(c[k] for k in kept) for c in problem.types)
        )
    else:
        profile = profile_of(problem).restricted(remaining)
        large = isinstance(problem.types, np.ndarray)
        types = tiers_listed(profile) if large else tuple(profile.rankings())
    return replace(problem, types=types, data=replace(problem.data, alternatives=remaining))


def winners_first(winners: Iterable[Label], alternatives: Sequence[Label]) -> Ranking:
    """The ranking with the winners in the first tier and all others in the second."""
    chosen = set(winners)
    first = [label for label in alternatives if label in chosen]
    rest = [label for label in alternatives if label not in chosen]
    return Ranking([tier for tier in (first, rest) if tier])
