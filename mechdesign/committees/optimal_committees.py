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
from mechdesign.errors import InvalidInputError, LimitReachedError
from mechdesign.model import Number, tidy

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
    def value(self, state: Any) -> Any:
        """The score of a state: a whole number, or a tuple of numbers."""

    @abstractmethod
    def bound(self, state: Any, rest: Sequence[int], need: int) -> Any:
        """No `need` of the rest reach more."""

    def told(self, value: Any) -> Number:
        """A score as users know it."""
        return tidy(Fraction(value, self.unit))


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

    def value(self, state: Any) -> Any:
        return -int((self.sizes + self.seats - 2 * state).max())

    def bound(self, state: Any, rest: Sequence[int], need: int) -> Any:
        more = np.minimum(self.approved[:, list(rest)].sum(axis=1), need)
        return self.value(state + more)


class DistancesInOrder(LeastDistance):
    """Minus how many differ in all candidates, then in all but one, and so on."""

    def __init__(self, votes: Electorate) -> None:
        super().__init__(votes)
        self.counts = np.array(votes.counts, dtype=object)

    def value(self, state: Any) -> tuple[int, ...]:
        apart = self.sizes + self.seats - 2 * state
        numbers: Any = np.zeros(self.candidates + 1, dtype=object)
        np.add.at(numbers, np.clip(apart, 0, self.candidates), self.counts)
        return tuple(-int(n) for n in numbers[::-1])

    def told(self, value: Any) -> Number:
        return next(k for k, n in enumerate(value) if n) - self.candidates


class Assigned(Score):
    """How many voters a member whom they approve of can stand for, where each has equally many.

    Parameters
    ----------
    votes : Electorate
        The ballots, cast by whole voters.
    """

    def __init__(self, votes: Electorate) -> None:
        self.candidates, self.seats = len(votes.candidates), votes.seats
        if votes.unit != 1 or votes.total >= 2**31:
            told = "be whole numbers with a sum below 2**31: members stand for equally many voters"
            raise InvalidInputError("weights", told, Fraction(votes.total, votes.unit))
        self.counts = votes.counts
        self.approvers = [
            [k for k, own in enumerate(votes.sets) if c in own] for c in range(self.candidates)
        ]
        self.each, self.more = divmod(votes.total, votes.seats)

    def empty(self) -> Positions:
        return ()

    def join(self, state: Positions, c: int) -> Positions:
        return (*state, c)

    def value(self, state: Positions) -> int:
        return self._flow(state, (), 0)

    def bound(self, state: Positions, rest: Sequence[int], need: int) -> int:
        # Further members stand for no more than all of them would with the places of `need`.
        # With a place too many for everybody gains do not grow as others join.
        gains = sorted((self._flow(state, (c,), 1, free=True) for c in rest), reverse=True)
        now = self._flow(state, (), 0, free=True)
        return min(self._flow(state, rest, need), now + sum(gain - now for gain in gains[:need]))

    def _flow(
        self, members: Sequence[int], others: Sequence[int], need: int, *, free: bool = False
    ) -> int:
        """How many voters members can stand for, and others who have the places of `need`.

        Parameters
        ----------
        free : bool
            Whether every member may have one voter more, not only as many as are left over.
        """
        from scipy.sparse import csr_array
        from scipy.sparse.csgraph import maximum_flow

        ballots, seated = len(self.counts), [*members, *others]
        # Source, ballots, candidates, what others share, what is left over, sink.
        shared = 1 + ballots + len(seated)
        left, sink = shared + 1, shared + 2
        arcs = [(0, 1 + k, n) for k, n in enumerate(self.counts)]
        for place, c in enumerate(seated):
            node = 1 + ballots + place
            arcs += [(1 + k, node, self.counts[k]) for k in self.approvers[c]]
            if place < len(members):
                arcs += [(node, sink, self.each), (node, left, 1)]
            else:
                arcs.append((node, shared, self.each + 1))
        spare = len(members) + need if free else self.more
        arcs += [(shared, sink, need * self.each), (shared, left, need), (left, sink, spare)]
        rows, columns, amounts = zip(*((a, b, n) for a, b, n in arcs if n), strict=True)
        network = csr_array(
            (np.array(amounts, dtype=np.int32), (rows, columns)), shape=(sink + 1, sink + 1)
        )
        # Old releases of scipy take indices of 32 bits only.
        network.indices = network.indices.astype(np.int32)
        network.indptr = network.indptr.astype(np.int32)
        return int(maximum_flow(network, 0, sink).flow_value)


def best_committees(
    score: Score, *, most: int = MOST_TIES, time_limit: float | None = None
) -> tuple[Any, list[Positions]]:
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
    order = sorted(range(score.candidates), key=lambda c: alone[c], reverse=True)
    value, _ = _search(score, order, None, 1, clock)
    _, found = _search(score, range(score.candidates), value, most, clock)
    return value, found


def _search(
    score: Score, order: Sequence[int], wanted: Any, most: int, clock: Clock
) -> tuple[Any, list[Positions]]:
    """The best value; with a wanted one, the committees that reach it."""
    best: Any = wanted
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
