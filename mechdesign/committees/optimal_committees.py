"""All committees that are best by a score, by branch and bound in whole numbers."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from mechdesign.clock import Clock
from mechdesign.committees.settings import Electorate
from mechdesign.errors import InvalidInputError, LimitReachedError
from mechdesign.model import Number, tidy

# Committees that tie; more are not listed.
MOST_TIES = 10_000
_SAFE = 2**53
# So many more states than for the value are looked at for committees in their own order.
_QUICK = 2_000

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
    def bounds(self, state: Any, rest: Sequence[int], need: int) -> Iterator[Any]:
        """No `need` of the rest reach more than any of these, the cheapest to compute first."""

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
        # Whole numbers below 2**53 are exact as floats, whose products are fast.
        kind: Any = np.float64 if sum(counts) * sum(steps) < _SAFE else object
        self.counts = np.array(counts, dtype=kind)
        self.steps = np.array([*steps, 0], dtype=kind)
        self.approved = np.zeros((len(votes.sets), self.candidates), dtype=kind)
        for row, own in enumerate(votes.sets):
            self.approved[row, list(own)] = 1
        self.whole = self.approved.astype(np.int64)
        self.sums = np.concatenate([[0], np.cumsum(self.steps[:-1])]).astype(kind)

    def empty(self) -> tuple[int, Any, Any]:
        return self._state(0, np.zeros(len(self.counts), dtype=np.int64))

    def _state(self, value: int, held: Any) -> tuple[int, Any, Any]:
        """A state with what each candidate would add to it."""
        return value, held, (self.counts * self.steps[held]) @ self.approved

    def gains(self, state: tuple[int, object, object]) -> Any:
        """What each candidate would add."""
        return state[2]

    def join(self, state: tuple[int, Any, Any], c: int) -> tuple[int, Any, Any]:
        value, held, gains = state
        return self._state(value + int(gains[c]), held + self.whole[:, c])

    def value(self, state: tuple[int, object, object]) -> int:
        return state[0]

    def bounds(self, state: tuple[int, Any, Any], rest: Sequence[int], need: int) -> Iterator[int]:
        value, held, gains = state
        # Gains do not grow as others join, so that the largest ones of now suffice.
        gains = gains[list(rest)]
        if need < len(gains):
            gains = np.sort(gains)[len(gains) - need :]
        yield value + int(gains.sum())
        # No voter can have more than all that it approves of.
        more = np.minimum(self.whole[:, list(rest)].sum(axis=1), need)
        reached = self.sums[np.minimum(held + more, self.seats)] - self.sums[held]
        yield value + int(self.counts @ reached)


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

    def bounds(self, state: object, rest: Sequence[int], need: int) -> Iterator[Any]:
        more = np.minimum(self.approved[:, list(rest)].sum(axis=1), need)
        yield self.value(state + more)


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


def whole_voters(votes: Electorate) -> None:
    """Refuse parts of voters where members stand for equally many."""
    if votes.unit != 1 or votes.total >= 2**31:
        told = "be whole numbers with a sum below 2**31: members stand for equally many voters"
        raise InvalidInputError("weights", told, Fraction(votes.total, votes.unit))


class Assigned(Score):
    """How many voters a member whom they approve of can stand for, where each has equally many.

    Parameters
    ----------
    votes : Electorate
        The ballots, cast by whole voters.
    """

    def __init__(self, votes: Electorate) -> None:
        self.candidates, self.seats = len(votes.candidates), votes.seats
        whole_voters(votes)
        self.each, self.more = divmod(votes.total, votes.seats)
        self.numbers = np.array(votes.counts, dtype=np.int64)
        self.approved = np.zeros((len(votes.sets), self.candidates), dtype=bool)
        for row, own in enumerate(votes.sets):
            self.approved[row, list(own)] = True

    def empty(self) -> Positions:
        return ()

    def join(self, state: Positions, c: int) -> Positions:
        return (*state, c)

    def value(self, state: Positions) -> int:
        return self._flow(state, (), 0)

    def bounds(self, state: Positions, rest: Sequence[int], need: int) -> Iterator[int]:
        # Whoever approves of a member, and as many more as `need` of the rest bring alone.
        held = self.approved[:, list(state)].any(axis=1)
        gains = np.minimum(self.numbers[~held] @ self.approved[~held][:, list(rest)], self.each + 1)
        alone = int(np.sort(gains)[len(gains) - need :].sum()) if need else 0
        yield int(self.numbers[held].sum()) + alone
        # Further members stand for no more than all of them would with the places of `need`.
        yield self._flow(state, rest, need)
        # With a place too many for everybody gains do not grow as others join.
        most = sorted((self._flow(state, (c,), 1, free=True) for c in rest), reverse=True)
        now = self._flow(state, (), 0, free=True)
        yield now + sum(gain - now for gain in most[:need])

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

        # Source, ballots, candidates, what others share, what is left over, sink: row by row.
        seated = [*members, *others]
        ballots, m = len(self.numbers), len(members)
        shared = 1 + ballots + len(seated)
        left, sink = shared + 1, shared + 2
        kept = self.approved[:, seated]
        voters, places = np.nonzero(kept)
        spare = m + need if free else self.more
        targets: list[Any] = [
            np.arange(1, ballots + 1),
            1 + ballots + places,
            np.tile([left, sink], m),
        ]
        targets += [np.full(len(others), shared), [left, sink, sink]]
        amounts: list[Any] = [self.numbers, self.numbers[voters], np.tile([1, self.each], m)]
        amounts += [np.full(len(others), self.each + 1), [need, need * self.each, spare]]
        widths = [[0, ballots], kept.sum(axis=1), np.full(m, 2), np.ones(len(others)), [2, 1, 0]]
        # Old releases of scipy take indices of 32 bits only.
        parts = (np.concatenate(amounts), np.concatenate(targets))
        starts = np.cumsum(np.concatenate(widths)).astype(np.int32)
        data, indices = (part.astype(np.int32) for part in parts)
        network = csr_array((data, indices, starts), shape=(sink + 1, sink + 1))
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
    alone, from a committee that takes whoever adds most; then the committees with that value as the
    bound, in their own order where that is quick, else in the order of the first search.
    """
    clock = Clock(time_limit, "the best committee is not proved")
    alone = [score.value(score.join(score.empty(), c)) for c in range(score.candidates)]
    order = sorted(range(score.candidates), key=lambda c: alone[c], reverse=True)
    search = _Search(score, clock)
    value = search.largest(order)
    own = range(score.candidates)
    found = search.reaching(own, value, most, search.nodes + _QUICK)
    if found is None:
        found = search.reaching(order, value, max(most, MOST_TIES), None)
        assert found is not None
        if len(found) < max(most, MOST_TIES):
            return value, sorted(tuple(sorted(one)) for one in found)[:most]
        found = search.reaching(own, value, most, None)
    return value, found or []


class _Search:
    """Branch and bound over committees, candidate by candidate."""

    def __init__(self, score: Score, clock: Clock) -> None:
        self.score, self.clock = score, clock
        self.nodes = 0

    def largest(self, order: Sequence[int]) -> Any:
        """The best value, or LimitReachedError with what is known of it."""
        score = self.score
        if score.seats > score.candidates:
            raise LimitReachedError("there is no committee")
        state, left = score.empty(), list(order)
        for _ in range(score.seats):
            options = {c: score.join(state, c) for c in left}
            chosen = max(options, key=lambda c: score.value(options[c]))
            state = options[chosen]
            left.remove(chosen)
        best = score.value(state)
        stack: list[tuple[int, int, Any]] = [(0, score.seats, score.empty())]
        while stack:
            try:
                self.clock.check()
            except LimitReachedError as stopped:
                raise LimitReachedError(f"{stopped}: {self._gap(order, stack, best)}") from None
            at, need, state = stack.pop()
            if not need:
                best = max(best, score.value(state))
                continue
            rest = order[at:]
            if len(rest) < need:
                continue
            self.nodes += 1
            if any(bound <= best for bound in score.bounds(state, rest, need)):
                continue
            stack.append((at + 1, need, state))
            stack.append((at + 1, need - 1, score.join(state, order[at])))
        return best

    def _gap(self, order: Sequence[int], stack: list[tuple[int, int, Any]], best: object) -> str:
        """What was found, and what no committee exceeds."""
        high = best
        for at, need, state in stack:
            if len(order) - at >= need > 0:
                high = max(high, next(self.score.bounds(state, order[at:], need)))
        return f"one scores {self.score.told(best)}, none more than {self.score.told(high)}"

    def reaching(
        self, order: Sequence[int], value: object, most: int, nodes: int | None
    ) -> list[Positions] | None:
        """The committees with a value, in the order of the candidates.

        Parameters
        ----------
        nodes : int, optional
            So many are looked at; None is returned where that is not enough.
        """
        score = self.score
        found: list[Positions] = []
        stack: list[tuple[int, Positions, Any]] = [(0, (), score.empty())]
        looked = 0
        while stack:
            self.clock.check()
            at, chosen, state = stack.pop()
            need = score.seats - len(chosen)
            if not need:
                if score.value(state) == value:
                    found.append(chosen)
                    if len(found) >= most:
                        break
                continue
            rest = order[at:]
            if len(rest) < need:
                continue
            looked += 1
            if nodes is not None and looked > nodes:
                return None
            if any(bound < value for bound in score.bounds(state, rest, need)):
                continue
            # The last one in is the first one out: committees with this candidate come first.
            stack.append((at + 1, chosen, state))
            stack.append((at + 1, (*chosen, order[at]), score.join(state, order[at])))
        return found
