"""Majorities from their definition, voter by voter: what replaying a witness uses.

Nothing here is shared with the counting code of the rules or with the search for violations.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple, TypeAlias

from mechdesign.aggregation.profiles.problems import ScoreData
from mechdesign.aggregation.profiles.ranking import Label, Ranking
from mechdesign.model import Lottery, Number, Outcome, Problem, Setting

Votes: TypeAlias = "list[tuple[Number, Ranking]]"


class Chosen(NamedTuple):
    """What was chosen: who may win, all labels, and the ranking where it is one."""

    winners: set[Label]
    labels: set[Label]
    ranking: Ranking | None

    def reordered(self, before: Chosen) -> bool | None:
        """Whether another choice orders some two of these labels in another way."""
        if self.ranking is None or before.ranking is None:
            return None
        return orders(self.ranking, self.labels) != orders(before.ranking, self.labels)


def taken(result: Any) -> Chosen:
    """A result taken apart: an outcome, a lottery, or a list of tied outcomes."""
    if isinstance(result, Outcome):
        parts = [result]
    else:
        parts = [one for _, one in result] if isinstance(result, Lottery) else list(result)
    first = parts[0].choice
    return Chosen(
        {label for one in parts for label in getattr(one, "winners", one.choice.tiers[0])},
        {label for tier in first.tiers for label in tier},
        first if isinstance(result, Outcome) else None,
    )


def orders(ranking: Ranking, labels: Iterable[Label]) -> set[tuple[Label, Label]]:
    """The pairs of labels of which a ranking has the first at least as high as the second."""
    known = [x for x in labels if x in ranking]
    return {(a, b) for a, b in itertools.product(known, repeat=2) if not ranking.prefers(b, a)}


def ballots(setting: Setting, problem: Problem) -> Votes:
    """The weight and the ranking of every agent."""
    read: Any = setting
    return [
        (problem.weight_of(agent), read._ranking(problem, report))
        for agent, report in zip(problem.agents, problem.types, strict=True)
    ]


def above(ranking: Ranking, a: Label, b: Label) -> bool:
    """Whether a ballot has one above another; who is not listed is below all who are."""
    return a in ranking and (b not in ranking or ranking.prefers(a, b))


def completed(ranking: Ranking, problem: Problem) -> Ranking:
    """A ballot with those whom it leaves out in a last place, where they are read as below."""
    left = [x for x in problem.data.alternatives if x not in ranking]
    if not left or problem.data.unranked != "last":
        return ranking
    return Ranking([*ranking.tiers, left])


def whole_ballots(setting: Setting, problem: Problem) -> Votes:
    """The ballots of every agent, completed."""
    return [(weight, completed(own, problem)) for weight, own in ballots(setting, problem)]


def lacking(setting: Setting, problem: Problem, gone: Label) -> Problem:
    """The problem without one alternative; everybody keeps the order of the others."""
    labels = problem.data.alternatives
    data = replace(problem.data, alternatives=tuple(x for x in labels if x != gone))
    types: list[Any] = []
    for report, (_, ranking) in zip(problem.types, ballots(setting, problem), strict=True):
        if isinstance(data, ScoreData):
            types.append(tuple(s for x, s in zip(labels, report, strict=True) if x != gone))
        else:
            tiers = [[x for x in tier if x != gone] for tier in ranking.tiers]
            types.append(Ranking([tier for tier in tiers if tier]))
    return replace(problem, types=tuple(types), data=data)


def margin(votes: Sequence[tuple[Number, Ranking]], a: Label, b: Label) -> Number:
    """Weight of those who prefer a to b minus the weight of those who prefer b to a."""
    total: Number = 0
    for weight, ranking in votes:
        if a in ranking and b in ranking:
            if ranking.prefers(a, b):
                total += weight
            elif ranking.prefers(b, a):
                total -= weight
    return total


def beaten(
    votes: Sequence[tuple[Number, Ranking]], a: Label, labels: Iterable[Label]
) -> list[Label]:
    """The alternatives that `a` beats by majority."""
    return [b for b in labels if b != a and margin(votes, a, b) > 0]
