"""Who contributed what to a costly function: the Shapley value by sampling, with intervals."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Hashable, Iterator, Sequence
from fractions import Fraction
from os import PathLike
from typing import Any

import numpy as np

from mechdesign.coalitional.games.game_table import game
from mechdesign.coalitional.values.answer_journal import Answers
from mechdesign.coalitional.values.marginals import shapley_of
from mechdesign.errors import InvalidInputError, LimitReachedError
from mechdesign.io import Table
from mechdesign.model import Number, all_exact, as_count, as_list, as_number, show, tidy
from mechdesign.records import Shown, dataclass

__all__ = ["Attribution", "attribute"]

# Players whose coalitions are all asked for where no budget says otherwise.
_FEW = 10


@dataclass(frozen=True)
class Attribution(Shown):
    """What each player of a costly function contributes.

    Parameters
    ----------
    players : tuple of labels
        The players.
    values : tuple of numbers
        Estimates of the Shapley value; they sum to the worth of all less that of none, exactly
        where worths are exact.
    low, high : tuple of numbers
        Ends of the intervals; the estimates themselves where all coalitions were asked for.
    without : tuple of numbers
        What is lost if a player alone is left out.
    alone : tuple of numbers
        What a player adds to nobody.
    pairs : int
        Pairs of an order of arrival and its reverse; 0 where all coalitions were asked for.
    evaluations, recalled : int
        Questions that are answered, and how many of them an earlier run had answered.
    confidence : float
        Of each interval.
    noise : float or None
        The variance of the function at one coalition, on average over coalitions; None where it
        was asked once and answered twice the same for all players and for none.
    stopped : str
        What ended the sampling: ``budget``, ``time``, or nothing where all coalitions were asked.
    """

    players: tuple[Hashable, ...]
    values: tuple[Number, ...]
    low: tuple[Number, ...]
    high: tuple[Number, ...]
    without: tuple[Number, ...]
    alone: tuple[Number, ...]
    pairs: int
    evaluations: int
    recalled: int
    confidence: float
    noise: float | None
    stopped: str

    @property
    def exact(self) -> bool:
        """Whether these are the Shapley values of the function as it answered, and no estimates."""
        return not self.pairs

    @property
    def unseparated(self) -> tuple[tuple[Hashable, Hashable], ...]:
        """Pairs of players whose intervals overlap, so that their order is open."""
        size = range(len(self.players))
        return tuple(
            (self.players[i], self.players[j])
            for i in size
            for j in size
            if i < j and self.low[i] <= self.high[j] and self.low[j] <= self.high[i]
        )

    def table(self) -> Table:
        """One row for each player, the largest contribution first."""
        order = sorted(range(len(self.players)), key=lambda i: -self.values[i])
        rows = [
            [
                str(self.players[i]),
                *(
                    float(x[i]) if self.pairs else x[i]
                    for x in (self.values, self.low, self.high, self.without, self.alone)
                ),
            ]
            for i in order
        ]
        return Table(["player", "share", "low", "high", "left out", "alone"], rows)

    def __str__(self) -> str:
        how = f"{self.pairs} pairs of orders" if self.pairs else "all coalitions"
        told = f"{how}, {self.evaluations} evaluations ({self.recalled} recalled)"
        if self.stopped:
            told += f", ended by {self.stopped}; intervals of {show(self.confidence)}"
        if self.noise is not None:
            told += f"; the function answers differently: variance {show(self.noise)}"
        return f"{self.table()}\n\n{told}"


def attribute(
    players: Sequence[Hashable],
    value: Callable[[frozenset[Any]], Any],
    *,
    budget: int | None = None,
    replicates: int = 1,
    confidence: Number = 0.95,
    spread: Number | None = None,
    journal: str | PathLike[str] | None = None,
    time_limit: float | None = None,
    seed: int = 0,
) -> Attribution:
    """What each player adds to a function that is costly to ask, on average over orders of arrival.

    Parameters
    ----------
    players : sequence
        Agents of a team, parts of a prompt, sources of data.
    value : callable
        Takes a frozenset of players and returns a number; what absent players are replaced by is
        its business.  No coalition is asked for twice in a replicate.
    budget : int, optional
        Evaluations, those of earlier runs included; at least 2n + 2 times `replicates`, and two
        more.  Where it suffices for all coalitions (or is left out for up to ten players) the
        values are exact.
    replicates : int
        How often each coalition is asked, where the function draws random numbers.
    confidence : number
        Of each interval.
    spread : number, optional
        The declared range of what a player can add: the intervals are then Hoeffding's, which hold
        for any number of samples; otherwise normal ones.
    journal : path, optional
        A file that keeps every answer: a run that was killed goes on where it was, with the same
        seed to the same end.
    time_limit : float, optional
        Seconds after which no new pair of orders begins.
    seed : int
        For the orders.

    Raises
    ------
    InvalidInputError
        If the function raises or returns no finite number; the journal keeps the answers so far.
    LimitReachedError
        If the time is over before two pairs of orders are done.

    Notes
    -----
    Each order is taken with its reverse; the two share the interval's sample.  Every order's
    contributions sum to the worth of all less that of none, and so do the estimates.

    Examples
    --------
    >>> found = attribute("abc", lambda s: len(s) ** 2)
    >>> found.values, found.exact, found.evaluations
    ((3, 3, 3), True, 10)
    """
    names = tuple(as_list(players, "players"))
    n = len(names)
    if n < 1 or len(set(names)) != n:
        raise InvalidInputError("players", "be distinct and at least one", names)
    if not callable(value):
        raise InvalidInputError("value", "be a function of a frozenset of players", value)
    repeats = as_count(replicates, "replicates", low=1)
    level = float(as_number(confidence, "confidence", low=0, high=1))
    if not 0 < level < 1:
        raise InvalidInputError("confidence", "be strictly between 0 and 1", confidence)
    reach = None if spread is None else as_number(spread, "spread", low=0)
    most = None if time_limit is None else float(as_number(time_limit, "time_limit", low=0))
    everything = (1 << n) * repeats + 2
    least = (2 * n + 2) * repeats + 2
    allowed = everything if budget is None and n <= _FEW else budget
    if allowed is None:
        raise InvalidInputError("budget", f"be given for more than {_FEW} players", budget)
    as_count(allowed, "budget", low=min(least, everything))
    as_count(seed, "seed")
    source = Answers(names, value, None if journal is None else str(journal))
    try:
        worths = _Worths(source, n, repeats)
        changes = worths.changes()
        whole = range(n)
        total, nothing = worths.mean(whole), worths.mean(())
        without = tuple(total - worths.mean([j for j in whole if j != i]) for i in whole)
        alone = tuple(worths.mean([i]) - nothing for i in whole)
        started = time.monotonic()
        if allowed >= everything:
            values = worths.shapley()
            low = high = values
            pairs, stopped = 0, ""
        else:
            samples, stopped = worths.sampled(allowed, seed, started, most)
            pairs = len(samples)
            values, low, high = _intervals(samples, level, reach)
        noise = worths.noise() if repeats > 1 else changes
    finally:
        source.close()
    return Attribution(
        names, tuple(map(tidy, values)), tuple(low), tuple(high), tuple(map(tidy, without)),
        tuple(map(tidy, alone)), pairs, len(source.known), source.found, level, noise, stopped,
    )  # fmt: skip


class _Worths:
    """Mean answers, and orders of arrival."""

    def __init__(self, source: Answers, n: int, repeats: int) -> None:
        self.source, self.n, self.repeats = source, n, repeats

    def mean(self, members: Any) -> Number:
        """The mean worth of a coalition over the replicates."""
        answers = [self.source.ask(tuple(members), k) for k in range(self.repeats)]
        if self.repeats == 1:
            return answers[0]
        total: Number = sum(answers)
        return Fraction(total) / len(answers) if all_exact(answers) else total / len(answers)

    def changes(self) -> float | None:
        """The variance where all players and none are asked once more; None if there is none."""
        pairs = [
            (self.source.ask(members, 0), self.source.ask(members, -1))
            for members in (tuple(range(self.n)), ())
        ]
        squares = [float(a - b) ** 2 / 2 for a, b in pairs]
        return sum(squares) / len(squares) if any(squares) else None

    def noise(self) -> float | None:
        """The variance within coalitions, on average."""
        groups: dict[Any, list[float]] = {}
        for (members, replicate), worth in self.source.known.items():
            if 0 <= replicate < self.repeats:
                groups.setdefault(members, []).append(float(worth))
        rows = [float(np.var(row, ddof=1)) for row in groups.values() if len(row) > 1]
        found = sum(rows) / len(rows) if rows else 0.0
        return found or None

    def shapley(self) -> tuple[Number, ...]:
        """From all coalitions."""
        nothing = self.mean(())
        one = game(lambda s: self.mean(tuple(s)) - nothing, players=range(self.n))
        return shapley_of(one)

    def _orders(self, seed: int) -> Iterator[list[int]]:
        draw = np.random.default_rng(seed)
        while True:
            yield [int(i) for i in draw.permutation(self.n)]

    def _along(self, order: Sequence[int]) -> list[Number]:
        """What each player adds when the players come in this order."""
        added: list[Number] = [0] * self.n
        before = self.mean(())
        for k, i in enumerate(order):
            after = self.mean(order[: k + 1])
            added[i] = after - before
            before = after
        return added

    def sampled(
        self, budget: int, seed: int, started: float, most: float | None
    ) -> tuple[list[list[Number]], str]:
        """Mean contributions of pairs of opposite orders, until budget or time are used up."""
        samples: list[list[Number]] = []
        # What the journal holds beyond is counted when it is used, so that a run that goes on
        # takes the orders of one that was never killed.
        seen: set[Any] = {q for q in self.source.known if self._early(q)}
        spent = len(seen)
        idle = 0
        for order in self._orders(seed):
            asked = {
                (tuple(sorted(part)), r)
                for k in range(self.n + 1)
                for part in (order[:k], order[k:])
                for r in range(self.repeats)
            }
            fresh = asked - seen
            # Orders that ask nothing new are free, but not without end.
            idle = 0 if fresh else idle + 1
            if spent + len(fresh) > budget or idle > 1000:
                stopped = "budget"
                break
            if most is not None and time.monotonic() - started > most:
                stopped = "time"
                break
            spent += len(fresh)
            seen |= asked
            forth, back = self._along(order), self._along(order[::-1])
            samples.append([_half(a + b) for a, b in zip(forth, back, strict=True)])
        if len(samples) < 2:
            if stopped == "time":
                raise LimitReachedError("the time was over before two pairs of orders were done")
            raise InvalidInputError("budget", "suffice for two pairs of orders of arrival", budget)
        return samples, stopped

    def _early(self, question: Any) -> bool:
        """Whether a question belongs to those that every run asks first."""
        members, replicate = question
        if replicate >= self.repeats:
            return False
        if replicate < 0:
            return len(members) in (0, self.n)
        return len(members) in (0, 1, self.n - 1, self.n)


def _half(total: Number) -> Number:
    return Fraction(total) / 2 if isinstance(total, (int, Fraction)) else total / 2


def _intervals(
    samples: list[list[Number]], level: float, spread: Number | None
) -> tuple[tuple[Number, ...], tuple[Number, ...], tuple[Number, ...]]:
    m, n = len(samples), len(samples[0])
    values: list[Number] = []
    for i in range(n):
        total: Number = sum(row[i] for row in samples)
        values.append(Fraction(total) / m if isinstance(total, (int, Fraction)) else total / m)
    if spread is not None:
        half = [float(spread) * math.sqrt(math.log(2 / (1 - level)) / (2 * m))] * n
    else:
        from statistics import NormalDist

        factor = NormalDist().inv_cdf((1 + level) / 2) / math.sqrt(m)
        table = np.array([[float(x) for x in row] for row in samples])
        half = [float(x) * factor for x in table.std(axis=0, ddof=1)]
    # An estimate that never varied is told as it is, without rounding.
    pairs = list(zip(values, half, strict=True))
    low = tuple(float(v) - h if h else v for v, h in pairs)
    high = tuple(float(v) + h if h else v for v, h in pairs)
    return tuple(values), low, high
