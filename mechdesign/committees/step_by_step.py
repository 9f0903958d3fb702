"""Rules that elect one candidate after another, every way to break ties followed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from fractions import Fraction

from mechdesign.committees.optimal_committees import Positions, Thiele, whole_voters
from mechdesign.committees.settings import Electorate
from mechdesign.errors import LimitReachedError

# States of a rule that elects one after another; more ways to break ties are not followed.
MOST_STATES = 20_000

Amounts = tuple[Fraction, ...]
State = tuple[Positions, Amounts]


class Steps(ABC):
    """A rule that elects one candidate at a time.

    A state is the candidates elected, in their order, and an amount for each ballot.
    """

    seats: int

    @abstractmethod
    def start(self) -> State:
        """Nobody elected."""

    @abstractmethod
    def next(self, state: State) -> dict[int, State]:
        """Who may be elected next, with the state after that; empty if nobody is."""


class Greedy(Steps):
    """Whoever adds most to a score.

    Parameters
    ----------
    votes : Electorate
        The ballots.
    weights : sequence of Fraction
        As in :class:`Thiele`.
    """

    def __init__(self, votes: Electorate, weights: Sequence[Fraction]) -> None:
        self.score = Thiele(votes, weights)
        self.seats = votes.seats

    def start(self) -> State:
        return (), ()

    def next(self, state: State) -> dict[int, State]:
        inner = self.score.empty()
        for c in state[0]:
            inner = self.score.join(inner, c)
        gains = self.score.gains(inner)
        rest = [c for c in range(self.score.candidates) if c not in state[0]]
        most = max(gains[c] for c in rest)
        return {c: (_with(state[0], c), ()) for c in rest if gains[c] == most}


class Shrinking(Steps):
    """Everybody, without whoever adds least to a score, again and again.

    Parameters
    ----------
    votes : Electorate
        The ballots.
    weights : callable
        The weights of :class:`Thiele` for a number of members.
    """

    def __init__(self, votes: Electorate, weights: Callable[[int], Sequence[Fraction]]) -> None:
        self.score = Thiele(votes, weights(len(votes.candidates)))
        self.seats = votes.seats

    def start(self) -> State:
        return tuple(range(self.score.candidates)), ()

    def next(self, state: State) -> dict[int, State]:
        scores = {}
        for gone in state[0]:
            inner = self.score.empty()
            for c in state[0]:
                inner = inner if c == gone else self.score.join(inner, c)
            scores[gone] = self.score.value(inner)
        most = max(scores.values())
        # Of those who tie the later one goes first: it comes first in the order of these keys.
        return {
            -gone: (tuple(c for c in state[0] if c != gone), ())
            for gone, score in scores.items()
            if score == most
        }


class Phragmen(Steps):
    """Whoever's voters share the load of a new seat most evenly: the smallest largest load.

    Parameters
    ----------
    votes : Electorate
        The ballots.
    """

    def __init__(self, votes: Electorate) -> None:
        self.votes, self.seats = votes, votes.seats
        self.counts = [Fraction(count, votes.unit) for count in votes.counts]
        self.supporters = [
            [k for k, own in enumerate(votes.sets) if c in own]
            for c in range(len(votes.candidates))
        ]

    def start(self) -> State:
        return (), (Fraction(0),) * len(self.counts)

    def next(self, state: State) -> dict[int, State]:
        elected, loads = state
        rest = [c for c in range(len(self.supporters)) if c not in elected]
        costs = {
            c: (1 + sum((self.counts[k] * loads[k] for k in self.supporters[c]), Fraction(0)))
            / sum((self.counts[k] for k in self.supporters[c]), Fraction(0))
            for c in rest
            if self.supporters[c]
        }
        if not costs:
            # Nobody approves of those who are left.
            return {c: (_with(elected, c), loads) for c in rest}
        least = min(costs.values())
        return {
            c: (_with(elected, c), self._paid(loads, c, least))
            for c, cost in costs.items()
            if cost == least
        }

    def _paid(self, loads: Amounts, c: int, level: Fraction) -> Amounts:
        inside = set(self.supporters[c])
        return tuple(level if k in inside else load for k, load in enumerate(loads))


class EqualShares(Phragmen):
    """Voters have equal parts of as many units as there are seats; a seat costs one unit.

    Elected is whoever costs each supporter least, those who cannot pay so much paying all that they
    have left.

    Parameters
    ----------
    votes : Electorate
        The ballots.
    units : int, optional
        What voters have together where it is more than the seats; then more may be elected.
    """

    def __init__(self, votes: Electorate, units: int | None = None) -> None:
        super().__init__(votes)
        self.units = votes.seats if units is None else units
        if self.units > votes.seats:
            self.seats = len(votes.candidates)

    def start(self) -> State:
        total = sum(self.counts, Fraction(0))
        return (), (self.units / total,) * len(self.counts)

    def next(self, state: State) -> dict[int, State]:
        elected, money = state
        prices = {}
        for c in range(len(self.supporters)):
            if c not in elected and self.supporters[c]:
                price = self._price(c, money)
                if price is not None:
                    prices[c] = price
        if not prices:
            return {}
        least = min(prices.values())
        return {
            c: (_with(elected, c), self._charged(money, c, least))
            for c, price in prices.items()
            if price == least
        }

    def _price(self, c: int, money: Amounts) -> Fraction | None:
        """What each supporter pays at most, so that all together pay one unit."""
        left, weight = Fraction(1), sum(self.counts[k] for k in self.supporters[c])
        for k in sorted(self.supporters[c], key=lambda k: money[k]):
            if money[k] * weight >= left:
                return left / weight
            left -= self.counts[k] * money[k]
            weight -= self.counts[k]
        return None

    def _charged(self, money: Amounts, c: int, price: Fraction) -> Amounts:
        inside = set(self.supporters[c])
        return tuple(m - min(m, price) if k in inside else m for k, m in enumerate(money))


class GreedyMonroe(Steps):
    """Whoever most voters without a member approve of; as many of these as it stands for leave.

    Parameters
    ----------
    votes : Electorate
        The ballots, cast by whole voters.
    """

    def __init__(self, votes: Electorate) -> None:
        self.seats, self.candidates = votes.seats, len(votes.candidates)
        whole_voters(votes)
        self.sets, self.counts = votes.sets, votes.counts
        self.each, self.more = divmod(votes.total, votes.seats)
        #: Those with the fewest other approvals leave first.
        self.order = sorted(range(len(self.sets)), key=lambda k: (len(self.sets[k]), self.sets[k]))

    def start(self) -> State:
        return (), tuple(map(Fraction, self.counts))

    def next(self, state: State) -> dict[int, State]:
        elected, left = state
        rest = [c for c in range(self.candidates) if c not in elected]
        votes = {
            c: sum(n for own, n in zip(self.sets, left, strict=True) if c in own) for c in rest
        }
        most = max(votes.values())
        return {c: (_with(elected, c), self._after(state, c)) for c in rest if votes[c] == most}

    def _after(self, state: State, c: int) -> Amounts:
        places = Fraction(self.each + (len(state[0]) < self.more))
        left = list(state[1])
        for k in self.order:
            if c in self.sets[k]:
                gone = min(left[k], places)
                left[k] -= gone
                places -= gone
        return tuple(left)


class Completion(Phragmen):
    """Phragmen's rule from where the method of equal shares stopped: what is left comes first."""

    def __init__(self, votes: Electorate, state: State) -> None:
        super().__init__(votes)
        self.state = state

    def start(self) -> State:
        return self.state[0], tuple(-money for money in self.state[1])


def _with(elected: Positions, c: int) -> Positions:
    return tuple(sorted((*elected, c)))


def followed(rule: Steps) -> list[State]:
    """Where all ways to break ties lead, the one that prefers earlier candidates first.

    Raises
    ------
    LimitReachedError
        If there are too many ways.
    """
    ends: dict[State, None] = {}
    seen: set[State] = set()
    stack = [rule.start()]
    while stack:
        state = stack.pop()
        if state in seen:
            continue
        seen.add(state)
        if len(seen) > MOST_STATES:
            raise LimitReachedError(f"ties: more than {MOST_STATES:,} states of the count")
        options = rule.next(state) if len(state[0]) != rule.seats else {}
        if options:
            stack += [options[c] for c in sorted(options, reverse=True)]
        else:
            ends.setdefault(state)
    return list(ends)


def first(rule: Steps) -> State:
    """Where the way leads on which earlier candidates are preferred."""
    state = rule.start()
    while len(state[0]) != rule.seats:
        options = rule.next(state)
        if not options:
            break
        state = options[min(options)]
    return state
