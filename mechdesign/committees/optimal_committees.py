"""All committees that are best by a score, by branch and bound in whole numbers."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from mechdesign.clock import Clock
from mechdesign.committees.settings import Electorate
from mechdesign.errors import LimitReachedError

# Committees that tie; more are not listed.
MOST_TIES = 10_000
_SAFE = 2**62

Positions = tuple[int, ...]


class Score(ABC):
    """What a search needs to know of a score that is to be as large as possible."""

    candidates: int
    seats: int
    #: So many units of :meth:`value` are a score of 1.
    unit: int = 1

    @abstractmethod
    def empty(self) -> Any:
        """The state of a committee without members."""

    @abstractmethod
    def join(self, state: Any, c: int) -> Any:
        """The state with one member more."""

    @abstractmethod
    def value(self, state: Any) -> int:
        """The score of a state."""

    @abstractmethod
    def bound(self, state: Any, rest: Sequence[int], need: int) -> int:
        """No `need` of the rest reach more."""


class Thiele(Score):
    """Each voter counts ``weights[j]`` for its j-th member; the weights do not increase.

    Parameters
    ----------
    votes : Electorate
        The ballots.
    weights : sequence of Fraction
        One for each number of members.
    shared : bool
        Whether a voter has one vote that its approvals share.
    """

    def __init__(
        self, votes: Electorate, weights: Sequence[Fraction], *, shared: bool = False
    ) -> None:
        self.candidates, self.seats = len(votes.candidates), votes.seats
        sizes = [len(own) for own in votes.sets]
        common = math.lcm(*(size for size in sizes if size)) if shared and any(sizes) else 1
        counts = [
            count * common // (size if shared and size else 1)
            for count, size in zip(votes.counts, sizes, strict=True)
        ]
        scale = math.lcm(*(w.denominator for w in weights))
        steps = [int(w * scale) for w in weights]
        self.unit = votes.unit * common * scale
        kind: Any = np.int64 if sum(counts) * sum(steps) < _SAFE else object
        self.counts = np.array(counts, dtype=kind)
        self.steps = np.array([*steps, 0], dtype=kind)
        self.approved = np.zeros((len(votes.sets), self.candidates), dtype=kind)
        for row, own in enumerate(votes.sets):
            self.approved[row, list(own)] = 1

    def empty(self) -> tuple[int, Any]:
        return 0, np.zeros(len(self.counts), dtype=np.int64)

    def gains(self, state: tuple[int, Any]) -> Any:
        """What each candidate would add."""
        return (self.counts * self.steps[state[1]]) @ self.approved

    def join(self, state: tuple[int, Any], c: int) -> tuple[int, Any]:
        value, held = state
        return value + int(self.gains(state)[c]), held + self.approved[:, c].astype(np.int64)

    def value(self, state: tuple[int, Any]) -> int:
        return state[0]

    def bound(self, state: tuple[int, Any], rest: Sequence[int], need: int) -> int:
        # Gains do not grow as others join, so that the largest ones of now suffice.
        gains = sorted((int(g) for g in self.gains(state)[list(rest)]), reverse=True)
        return state[0] + sum(gains[:need])


class LeastDistance(Score):
    """Minus the largest number of candidates in which a ballot and the committee differ."""

    def __init__(self, votes: Electorate) -> None:
        self.candidates, self.seats = len(votes.candidates), votes.seats
        self.approved = np.zeros((len(votes.sets), self.candidates), dtype=np.int64)
        for row, own in enumerate(votes.sets):
            self.approved[row, list(own)] = 1
        self.sizes = self.approved.sum(axis=1)

    def empty(self) -> Any:
        return np.zeros(len(self.sizes), dtype=np.int64)

    def join(self, state: Any, c: int) -> Any:
        return state + self.approved[:, c]

    def value(self, state: Any) -> int:
        return -int((self.sizes + self.seats - 2 * state).max())

    def bound(self, state: Any, rest: Sequence[int], need: int) -> int:
        more = np.minimum(self.approved[:, list(rest)].sum(axis=1), need)
        return self.value(state + more)


def best_committees(
    score: Score, *, most: int = MOST_TIES, time_limit: float | None = None
) -> tuple[int, list[Positions]]:
    """The largest score, and the committees that reach it in the order of their candidates.

    Parameters
    ----------
    score : Score
        What is to be maximised.
    most : int
        So many committees are listed at most; with 1 it is the first one.
    time_limit : float, optional
        Seconds.

    Raises
    ------
    LimitReachedError
        If time ends before the optimum is proved.

    Notes
    -----
    Exponential in the worst case.  First the value, over candidates in the order of what they add
    alone; then the committees, in their own order, with that value as the bound.
    """
    clock = Clock(time_limit, "the best committee is not proved")
    alone = [score.value(score.join(score.empty(), c)) for c in range(score.candidates)]
    order = sorted(range(score.candidates), key=lambda c: -alone[c])
    value, _ = _search(score, order, None, 1, clock)
    _, found = _search(score, range(score.candidates), value, most, clock)
    return value, found


def _search(
    score: Score, order: Sequence[int], wanted: int | None, most: int, clock: Clock
) -> tuple[int, list[Positions]]:
    """The best value; with a wanted one, the committees that reach it."""
    best = wanted
    found: list[Positions] = []
    stack: list[tuple[int, Positions, Any]] = [(0, (), score.empty())]
    while stack:
        clock.check()
        at, chosen, state = stack.pop()
        need = score.seats - len(chosen)
        if not need:
            value = score.value(state)
            if wanted is not None and value == wanted:
                found.append(chosen)
                if len(found) >= most:
                    break
            elif best is None or value > best:
                best = value
            continue
        rest = order[at:]
        if len(rest) < need:
            continue
        if best is not None:
            bound = score.bound(state, rest, need)
            if bound < best or (wanted is None and bound == best):
                continue
        # The last one in is the first one out: committees with this candidate come first.
        stack.append((at + 1, chosen, state))
        stack.append((at + 1, (*chosen, order[at]), score.join(state, order[at])))
    if best is None:
        raise LimitReachedError("there is no committee")
    return best, found
