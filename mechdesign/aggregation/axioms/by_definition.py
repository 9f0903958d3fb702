"""Majorities and winners from the definitions, voter by voter: what replaying a witness uses.

Nothing here is shared with the counting code of the rules or with the search for violations.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import Any

from mechdesign.aggregation.profiles.ranking import Label, Ranking
from mechdesign.model import Lottery, Number, Outcome, Problem, Setting, distance, is_exact


def winning(found: Any) -> set[Label]:
    """All alternatives that may win under a result, whatever its kind."""
    if isinstance(found, Lottery):
        return set().union(*(winning(outcome) for _, outcome in found))
    if isinstance(found, Outcome):
        listed: Iterable[Label] = getattr(found, "winners", found.choice.winners)
        return set(listed)
    return set().union(*(winning(outcome) for outcome in found))


def ranking_of(found: Any) -> Ranking | None:
    """The ranking of a result that is one outcome, None of a lottery or a set."""
    if isinstance(found, Outcome) and isinstance(found.choice, Ranking):
        return found.choice
    return None


def different(before: Any, after: Any, tolerance: float) -> bool:
    """Whether two results differ: in a ranking, in the winners, or in a probability."""
    first, second = _chances(before), _chances(after)
    keys: set[Any] = {*first, *second}
    for key in keys:
        gap = distance(first.get(key, 0), second.get(key, 0))
        if gap > (0 if is_exact(gap) else tolerance):
            return True
    return False


def _chances(found: Any) -> dict[Any, Number]:
    """The probability of every ranking with its winners; 1 for each of a set of outcomes."""
    if isinstance(found, Lottery):
        pairs: list[tuple[Number, Outcome]] = list(found.support)
    else:
        pairs = [(1, one) for one in ([found] if isinstance(found, Outcome) else found)]
    chances: dict[Any, Number] = {}
    for chance, outcome in pairs:
        key = (outcome.choice, frozenset(winning(outcome)))
        chances[key] = chances.get(key, 0) + chance
    return chances


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


def naive_smith(votes: Sequence[tuple[Number, Ranking]], labels: Sequence[Label]) -> set[Label]:
    """The smallest nonempty set whose members beat all others, by trying all sets."""
    for size in range(1, len(labels) + 1):
        for subset in itertools.combinations(labels, size):
            rest = [x for x in labels if x not in subset]
            if all(margin(votes, a, b) > 0 for a in subset for b in rest):
                return set(subset)
    return set(labels)


def naive_schwartz(votes: Sequence[tuple[Number, Ranking]], labels: Sequence[Label]) -> set[Label]:
    """The union of the smallest sets that no outsider beats, by trying all sets."""
    found: list[set[Label]] = []
    for size in range(1, len(labels) + 1):
        for subset in map(set, itertools.combinations(labels, size)):
            rest = [x for x in labels if x not in subset]
            if any(inner <= subset for inner in found):
                continue
            if not any(margin(votes, x, a) > 0 for x in rest for a in subset):
                found.append(subset)
    return set().union(*found)
