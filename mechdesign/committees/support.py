"""How evenly voters can carry a committee: loads of all sets of its members, in whole numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from mechdesign.committees.optimal_committees import Positions, Score
from mechdesign.committees.settings import Electorate
from mechdesign.committees.step_by_step import State, Steps
from mechdesign.errors import LimitReachedError
from mechdesign.model import Number, tidy

# All sets of members are looked at, 2 to this power.
_MOST_MEMBERS = 16


class Supporters:
    """The voters behind every set of members.

    Each member is a load of 1 that voters who approve of it share.

    Parameters
    ----------
    votes : Electorate
        The ballots.

    Raises
    ------
    LimitReachedError
        If there are more than 16 seats.
    """

    def __init__(self, votes: Electorate) -> None:
        if votes.seats > _MOST_MEMBERS:
            raise LimitReachedError(
                f"seats: all sets of members are looked at, of {_MOST_MEMBERS} at most"
            )
        self.unit = votes.unit
        self.total = votes.total
        kind: Any = np.int64 if votes.total < 2**40 else object
        self.counts = np.array(votes.counts, dtype=kind)
        self.approved = np.zeros((len(votes.sets), len(votes.candidates)), dtype=np.int64)
        for row, own in enumerate(votes.sets):
            self.approved[row, list(own)] = 1
        self.supported = (self.counts @ self.approved) > 0

    def behind(self, members: Sequence[int]) -> Any:
        """For every set of members, as a bit mask, the votes that approve of one of them."""
        size = len(members)
        masks = self.approved[:, list(members)] @ (1 << np.arange(size))
        inside = np.zeros(1 << size, dtype=self.counts.dtype)
        np.add.at(inside, masks, self.counts)
        for k in range(size):
            halves = inside.reshape(-1, 2, 1 << k)
            halves[:, 1] += halves[:, 0]
        return self.total - inside[::-1]

    def most_loaded(self, behind: Any, done: int = 0) -> tuple[Fraction, int, int]:
        """The members whose voters bear most where those done have their own.

        Returns
        -------
        tuple
            The votes for each member of the largest such set, the set, its votes.
        """
        sets = np.arange(1, len(behind))
        sets = sets[sets & done == 0]
        sizes = _sizes(sets)
        votes = behind[sets | done] - behind[done]
        best = min(
            Fraction(int(votes[sizes == size].min()), int(size)) for size in np.unique(sizes)
        )
        tight = votes * best.denominator == best.numerator * sizes
        union = int(np.bitwise_or.reduce(sets[tight]))
        return best / self.unit, union, int(behind[union | done] - behind[done])

    def least_support(self, members: Sequence[int]) -> Fraction:
        """The votes of the member with the fewest, where voters share theirs best."""
        if not all(self.supported[c] for c in members):
            return Fraction(0)
        return self.most_loaded(self.behind(members))[0]

    def loads(self, members: Sequence[int]) -> list[tuple[Fraction, int]]:
        """The loads of the voters, the largest first as small as can be, and how many bear each."""
        inside = [c for c in members if self.supported[c]]
        behind = self.behind(inside)
        found, done = [], 0
        while done != len(behind) - 1:
            votes, union, number = self.most_loaded(behind, done)
            found.append((1 / votes, number))
            done |= union
        return found


def _sizes(sets: Any) -> Any:
    """How many members each set has."""
    sizes = np.zeros(len(sets), dtype=np.int64)
    for k in range(_MOST_MEMBERS):
        sizes += sets >> k & 1
    return sizes


class LeastLoads(Score):
    """Few members without a voter, then the largest load small, the second largest, and so on."""

    def __init__(self, votes: Electorate) -> None:
        self.candidates, self.seats = len(votes.candidates), votes.seats
        self.supporters = Supporters(votes)

    def empty(self) -> Positions:
        return ()

    def join(self, state: Positions, c: int) -> Positions:
        return (*state, c)

    def value(self, state: Positions) -> tuple[Number, ...]:
        without = sum(not self.supporters.supported[c] for c in state)
        told = [part for load in self.supporters.loads(state) for part in (-load[0], -load[1])]
        # Voters without a load come after all others.
        return (-without, *told, 0)

    def bounds(
        self, state: Positions, rest: Sequence[int], need: int
    ) -> Iterator[tuple[Number, ...]]:
        # A member more lightens nobody's load, so that each committee is no better than any part.
        if state:
            yield self.value(state)
        found = sorted((self.value((*state, c)) for c in rest), reverse=True)
        yield found[need - 1]

    def told(self, value: Any) -> Number:
        return tidy(-value[1]) if len(value) > 2 else 0


class MaximinSupport(Steps):
    """Whoever leaves the member with the fewest votes with the most.

    Parameters
    ----------
    votes : Electorate
        The ballots.
    """

    def __init__(self, votes: Electorate) -> None:
        self.seats, self.candidates = votes.seats, len(votes.candidates)
        self.supporters = Supporters(votes)

    def start(self) -> State:
        return (), ()

    def next(self, state: State) -> dict[int, State]:
        elected = state[0]
        support = {
            c: self.supporters.least_support((*elected, c))
            for c in range(self.candidates)
            if c not in elected
        }
        most = max(support.values())
        return {
            c: (tuple(sorted((*elected, c))), ()) for c, votes in support.items() if votes == most
        }
