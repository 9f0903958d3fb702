"""What a result chooses, whatever its kind: the winners, the ranking, and their chances."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mechdesign.aggregation.profiles.ranking import Label, Ranking
from mechdesign.model import Lottery, Number, Outcome, distance, is_exact


def winning(found: Any) -> set[Label]:
    """All alternatives that may win under a result, whatever its kind."""
    if isinstance(found, Lottery):
        return set().union(*(winning(outcome) for _, outcome in found))
    if isinstance(found, Outcome):
        listed: Iterable[Label] = getattr(found, "winners", found.choice.winners)
        return set(listed)
    return set().union(*(winning(outcome) for outcome in found))


def ranking_of(found: object) -> Ranking | None:
    """The ranking of a result that is one outcome, None of a lottery or a set."""
    if isinstance(found, Outcome) and isinstance(found.choice, Ranking):
        return found.choice
    return None


def different(before: object, after: object, tolerance: float) -> bool:
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
