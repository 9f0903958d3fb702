"""Majorities from their definition, voter by voter: what replaying a witness uses.

Nothing here is shared with the counting code of the rules or with the search for violations.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from mechdesign.aggregation.profiles.ranking import Label, Ranking
from mechdesign.model import Number, Problem, Setting


def ballots(setting: Setting, problem: Problem) -> list[tuple[Number, Ranking]]:
    """The weight and the ranking of every agent."""
    read: Any = setting
    return [
        (problem.weight_of(agent), read._ranking(problem, report))
        for agent, report in zip(problem.agents, problem.types, strict=True)
    ]


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
