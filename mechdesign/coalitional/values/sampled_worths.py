"""Answers of a costly function put together: all coalitions, orders of arrival, a regression."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any, Literal

import numpy as np

from mechdesign.arrays import FloatArray
from mechdesign.clock import now
from mechdesign.coalitional.games.game_table import game
from mechdesign.coalitional.values.answer_journal import Answer, Answers, Question
from mechdesign.coalitional.values.marginals import shapley_of
from mechdesign.errors import InvalidInputError
from mechdesign.model import Number, all_exact

Method = Literal["orders", "regression"]
Estimates = tuple[tuple[Number, ...], tuple[Number, ...], tuple[Number, ...]]


class Plan:
    """What is drawn, with the questions that each draw is the first to ask."""

    def __init__(
        self,
        draws: Iterator[tuple[list[int], list[Question]]],
        started: float,
        most: float | None,
    ) -> None:
        self.draws, self.started, self.most = draws, started, most
        #: What ended the sampling.
        self.stopped = "budget"


class Worths:
    """Mean answers, and orders of arrival; of one output, where the function has several."""

    def __init__(self, source: Answers, n: int, repeats: int, output: int = 0) -> None:
        self.source, self.n, self.repeats, self.output = source, n, repeats, output

    def _answer(self, members: tuple[int, ...], replicate: int) -> Number:
        return self._part(self.source.ask(members, replicate))

    def _part(self, answer: Answer) -> Number:
        return answer[self.output] if isinstance(answer, tuple) else answer

    def mean(self, members: Any) -> Number:
        """The mean worth of a coalition over the replicates."""
        answers = [self._answer(tuple(members), k) for k in range(self.repeats)]
        if self.repeats == 1:
            return answers[0]
        total: Number = sum(answers)
        return Fraction(total) / len(answers) if all_exact(answers) else total / len(answers)

    def changes(self) -> float | None:
        """The variance where all players and none are asked once more; None if there is none."""
        pairs = [
            (self._answer(members, 0), self._answer(members, -1))
            for members in (tuple(range(self.n)), ())
        ]
        squares = [float(a - b) ** 2 / 2 for a, b in pairs]
        return sum(squares) / len(squares) if any(squares) else None

    def noise(self) -> float | None:
        """The variance within coalitions, on average."""
        groups: dict[Any, list[float]] = {}
        for (members, replicate), answer in self.source.known.items():
            if 0 <= replicate < self.repeats:
                groups.setdefault(members, []).append(float(self._part(answer)))
        rows = [float(np.var(row, ddof=1)) for row in groups.values() if len(row) > 1]
        found = sum(rows) / len(rows) if rows else 0.0
        return found or None

    def first(self) -> list[Question]:
        """What every run asks first: all, none, each alone, each left out, and two once more."""
        whole = tuple(range(self.n))
        others = [tuple(j for j in whole if j != i) for i in whole]
        members = [whole, (), *((i,) for i in whole), *others]
        asked = [(one, r) for one in members for r in range(self.repeats)]
        return [*asked, (whole, -1), ((), -1)]

    def everything(self) -> list[Question]:
        """All coalitions, in every replicate."""
        whole = range(self.n)
        members = [tuple(i for i in whole if mask >> i & 1) for mask in range(1 << self.n)]
        return [(one, r) for one in members for r in range(self.repeats)]

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

    def by_orders(self, orders: Sequence[list[int]]) -> list[list[Number]]:
        """Mean contributions of pairs of an order and its reverse."""
        samples = []
        for order in orders:
            forth, back = self._along(order), self._along(order[::-1])
            samples.append([_half(a + b) for a, b in zip(forth, back, strict=True)])
        return samples

    def by_pairs(self, drawn: Sequence[list[int]]) -> list[tuple[list[int], Number, Number]]:
        """Coalitions with their worth and that of all others."""
        nothing = self.mean(())
        whole = set(range(self.n))
        return [
            (one, self.mean(one) - nothing, self.mean(whole - set(one)) - nothing) for one in drawn
        ]

    def answered(self, plan: Plan) -> Iterator[list[int]]:
        """The draws of a plan, a batch of questions ahead, until the time is over."""
        ahead: list[list[int]] = []
        waiting: list[Question] = []
        for draw, fresh in itertools.chain(plan.draws, [([], [])]):
            if ahead and (not draw or len(waiting) >= self.source.batch):
                self.source.ask_all(waiting)
                yield from ahead
                ahead, waiting = [], []
            late = plan.most is not None and now() - plan.started > plan.most
            if draw and not ahead and late:
                plan.stopped = "time"
                return
            if draw:
                ahead.append(draw)
                waiting += fresh

    def plan(
        self, method: Method, budget: int, seed: int, started: float, most: float | None
    ) -> Plan:
        """What will be drawn, and asked, until budget or time are used up."""
        return Plan(self._planned(method, budget, seed), started, most)

    def _planned(
        self, method: Method, budget: int, seed: int
    ) -> Iterator[tuple[list[int], list[Question]]]:
        # What the journal holds beyond is counted when it is used, so that a run that goes on
        # takes the draws of one that was never killed.
        seen: set[Question] = {q for q in self.source.known if self._early(q)}
        spent = len(seen)
        idle = 0
        for draw in self._draws(method, seed):
            parts = (
                [part for k in range(self.n + 1) for part in (draw[:k], draw[k:])]
                if method == "orders"
                else [draw, [i for i in range(self.n) if i not in draw]]
            )
            asked = {(tuple(sorted(part)), r) for part in parts for r in range(self.repeats)}
            fresh = asked - seen
            # Draws that ask nothing new are free, but not without end.
            idle = 0 if fresh else idle + 1
            if spent + len(fresh) > budget or idle > 1000:
                return
            spent += len(fresh)
            seen |= asked
            yield draw, sorted(fresh)

    def _draws(self, method: Method, seed: int) -> Iterator[list[int]]:
        if method == "orders":
            yield from self._orders(seed)
        source = np.random.default_rng([seed, 1])
        sizes = np.arange(1, self.n)
        chances = 1 / (sizes * (self.n - sizes))
        chances = chances / chances.sum()
        while True:
            size = int(source.choice(sizes, p=chances))
            yield sorted(int(i) for i in source.choice(self.n, size=size, replace=False))

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


def intervals(samples: list[list[Number]], level: float, spread: Number | None) -> Estimates:
    """Means of contributions over orders, and the ends of their intervals."""
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


def regressed(
    pairs: list[tuple[list[int], Number, Number]], n: int, total: Number, level: float
) -> Estimates:
    """The payoffs whose sums fit the worths best, and that sum to the worth of all exactly.

    Coalitions are drawn with the weights of the kernel, each with its complement, so that least
    squares under that constraint estimate the Shapley value.  Intervals are normal ones, of the
    pairs' influence on the estimate.
    """
    exact = all_exact([total, *(worth for _, one, other in pairs for worth in (one, other))])
    inside = np.zeros((len(pairs), n), dtype=np.int64)
    for row, (members, _, _) in enumerate(pairs):
        inside[row, members] = 1
    both = inside.T @ inside + (1 - inside).T @ (1 - inside)
    sums: list[Number] = [
        sum(one if i in members else other for members, one, other in pairs) for i in range(n)
    ]
    values = _least_squares(both.tolist(), sums, total, exact=exact)
    plain = np.array([float(x) for x in values])
    worths = np.array([[float(one), float(other)] for _, one, other in pairs])
    errors = worths - np.column_stack([inside @ plain, (1 - inside) @ plain])
    pull = inside * errors[:, :1] + (1 - inside) * errors[:, 1:]
    inverse = np.linalg.inv(both.astype(np.float64))
    ones = inverse.sum(axis=1)
    influence: FloatArray = pull @ (inverse - np.outer(ones, ones) / ones.sum())
    from statistics import NormalDist

    freedom = len(pairs) / max(len(pairs) - n + 1, 1)
    factor = NormalDist().inv_cdf((1 + level) / 2) * math.sqrt(freedom)
    half = factor * np.sqrt((influence**2).sum(axis=0))
    ends = [(float(v) - h, float(v) + h) for v, h in zip(values, half.tolist(), strict=True)]
    return tuple(values), tuple(low for low, _ in ends), tuple(high for _, high in ends)


def _least_squares(
    both: list[list[int]], sums: list[Number], total: Number, *, exact: bool
) -> list[Number]:
    """Solve the normal equations under the constraint: in fractions where worths are exact."""
    n = len(sums)
    if not exact:
        table = np.block([[np.array(both, dtype=float), np.ones((n, 1))], [np.ones(n), 0]])
        right = np.array([*map(float, sums), float(total)])
        if np.linalg.matrix_rank(table) <= n:
            raise _singular()
        return [float(x) for x in np.linalg.solve(table, right)[:n]]
    rows = [[Fraction(x) for x in (*row, 1, y)] for row, y in zip(both, sums, strict=True)]
    rows.append([Fraction(x) for x in (*[1] * n, 0, total)])
    for k in range(n + 1):
        pivot = next((i for i in range(k, n + 1) if rows[i][k]), None)
        if pivot is None:
            raise _singular()
        rows[k], rows[pivot] = rows[pivot], rows[k]
        rows[k] = [x / rows[k][k] for x in rows[k]]
        for i in range(n + 1):
            if i != k and rows[i][k]:
                factor = rows[i][k]
                rows[i] = [x - factor * y for x, y in zip(rows[i], rows[k], strict=True)]
    return [row[-1] for row in rows[:n]]


def _singular() -> InvalidInputError:
    return InvalidInputError("budget", "suffice for coalitions that tell all players apart", "")
