"""Counts by Meek's and Warren's methods: what every candidate keeps of every paper."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import ClassVar

import numpy as np

from mechdesign.aggregation.counting_rounds.papers import NOBODY, REASONS, SEVERAL, Choices
from mechdesign.aggregation.counting_rounds.progress import Progress
from mechdesign.aggregation.counting_rounds.rule_sets import CountRule
from mechdesign.arrays import AnyArray, FloatArray
from mechdesign.errors import InvalidInputError, LimitReachedError

#: Keep values are fractions over this.
_SCALE = 10**12
#: Parts of all votes: what those elected may have beside the quota, and what decides nothing.
_MISSED = Fraction(1, 10**10)
_CLOSE = Fraction(1, 10**9)
_MOST_STEPS = 2_000
_ROUGH = 2e-14
#: Where all papers of those elected end with them, the quota and what they keep tend to nothing.
_LEAST = 1e-9
_MOST_ORDERS = 720
_MOST_BALLOTS = 5_000_000


class KeepCount(Progress):
    """A count in which every paper is looked at again whenever somebody is elected or excluded.

    A candidate elected keeps a part of each paper (Meek), or takes a price of it (Warren), such
    that it has the quota; the rest goes on to the next.  Equal ranks count as equal parts of all
    their orders.  Keep values are found in floating point, and votes are counted exactly at their
    first twelve decimals; candidates whose votes differ by less than a billionth of all are tied.

    Parameters
    ----------
    rule, choices, seats, decide
        As in :class:`mechdesign.aggregation.counting_rounds.transfers.PaperCount`.
    """

    together: ClassVar[bool] = True
    most_ties: ClassVar[int] = 400

    def __init__(
        self,
        rule: CountRule,
        choices: Choices,
        seats: int,
        decide: Callable[[str, list[int]], tuple[int, str]],
    ) -> None:
        super().__init__(rule, choices.labels, seats, choices.valid(), decide)
        self.tiers, self.counts, self.cut, self.unit = _in_orders(choices)
        self.far = choices.far
        self.kept: dict[int, Fraction] = {}
        #: Whom each ballot meets first, and at which rank.
        self._top: tuple[AnyArray, AnyArray] | None = None

    def copy(self) -> KeepCount:
        made = object.__new__(KeepCount)
        self._copied(made)
        made.kept = dict(self.kept)
        made._top = self._top
        return made

    def lying(self) -> int:
        # Who is elected and who stands decides where the votes lie.
        return 0

    def first(self) -> None:
        self._count_again([])

    def hand_over(self, c: int) -> None:
        of = [c, *self.pending]
        self.pending = []
        self._action, self._of = "keep", sorted(self.elected)
        self._count_again(of)

    def give_up(self, gone: Sequence[int]) -> None:
        self._count_again(gone)

    def as_low(self, order: Sequence[int], low: Fraction) -> list[int]:
        near = sorted(c for c in order if self.votes[c] <= low + self.slack)
        if any(self.votes[c] != low for c in near):
            self.told.append(
                f"stage {len(self.stages) + 1}: who is lowest is not decided within "
                f"{float(self.slack):.1g} votes"
            )
        return near

    def _count_again(self, sources: Sequence[int]) -> None:
        """All votes with keep values at which those elected have the quota."""
        before = list(self.votes)
        lost_before = sum(self.exhausted.values(), Fraction(0))
        paths, weights = self._paths()
        kept = self._solved(paths, weights)
        self.votes, self.exhausted = self._exactly(paths, weights, kept)
        self.kept = kept
        quota = self._quota(sum(self.exhausted.values(), Fraction(0)))
        missed = sum((abs(self.votes[c] - quota) for c in kept if kept[c] > _LEAST), Fraction(0))
        if missed > self.total * _MISSED:
            raise LimitReachedError(
                f"the keep values did not settle: {float(missed):.2g} votes off"
            )
        self.slack = self.total * _CLOSE if kept else Fraction(0)
        # Whose loss is whose gain is open where several lose: each gets its part of every gain.
        change = [a - b for a, b in zip(self.votes, before, strict=True)]
        lost = {c: -x for c, x in enumerate(change) if x < 0}
        gains: list[tuple[int | None, Fraction]] = [(c, x) for c, x in enumerate(change) if x > 0]
        gains.append((None, sum(self.exhausted.values(), Fraction(0)) - lost_before))
        total = sum(lost.values(), Fraction(0))
        if sources:
            for c, own in lost.items():
                self._moves += [(c, t, x * own / total) for t, x in gains if x]

    def _quota(self, exhausted: Fraction) -> Fraction:
        if self.rule.quota == "exact":
            return self.quota
        return (self.total - exhausted) / (self.seats + 1)

    def _paths(self) -> tuple[AnyArray, list[int]]:
        """Whom papers meet: those elected, and the first who stands; with their numbers."""
        places = [*self.elected, *self.standing]
        width = len(self.labels) + 2
        stands = np.zeros(len(self.labels) + 2, dtype=bool)
        stands[self.standing] = True
        best, who = self._first_met(places)
        last = best.copy()
        # A path of one candidate has the position of its code.
        ids = who + 3
        rows: list[tuple[int, ...]] = [(), *((k - 2,) for k in range(width))]
        active = np.flatnonzero((who >= 0) & ~stands[who])
        for _ in range(len(self.elected)):
            if not active.size:
                break
            best, who = self._met(active, places, last[active])
            codes, inverse = np.unique(ids[active] * width + who + 2, return_inverse=True)
            ids[active] = inverse + len(rows)
            rows += [(*rows[k // width], int(k % width) - 2) for k in codes.tolist()]
            last[active] = best
            active = active[(who >= 0) & ~stands[who]]
        totals = np.bincount(ids, weights=self.counts, minlength=len(rows))
        used = np.flatnonzero(totals).tolist()
        longest = max((len(rows[k]) for k in used), default=1)
        paths = np.full((len(used), longest), NOBODY, dtype=np.int64)
        for row, k in enumerate(used):
            paths[row, : len(rows[k])] = rows[k]
        return paths, [int(totals[k]) for k in used]

    def _first_met(self, places: Sequence[int]) -> tuple[AnyArray, AnyArray]:
        """The rank of whom each ballot meets first, and who that is: as before but for excluded."""
        if self._top is None:
            everything = np.arange(self.tiers.shape[1])
            self._top = self._met(
                everything, places, np.full(len(everything), -1, self.tiers.dtype)
            )
            return self._top
        best, who = self._top
        kept = np.zeros(len(self.labels) + 2, dtype=bool)
        kept[[*places, NOBODY, SEVERAL]] = True
        again = np.flatnonzero(~kept[who])
        if again.size:
            # Copies of this count go on in other ways.
            best, who = best.copy(), who.copy()
            best[again], who[again] = self._met(again, places, best[again])
            self._top = (best, who)
        return best, who

    def _met(
        self, ballots: AnyArray, places: Sequence[int], after: AnyArray
    ) -> tuple[AnyArray, AnyArray]:
        """The best rank after another at which somebody of these stands, and who that is."""
        best = np.full(len(ballots), self.far, dtype=self.tiers.dtype)
        who = np.full(len(ballots), NOBODY, dtype=np.int64)
        for c in places:
            own = self.tiers[c][ballots]
            better = (own < best) & (own > after)
            np.copyto(best, own, where=better)
            who[better] = c
        who[(who == NOBODY) & self.cut[ballots]] = SEVERAL
        return best, who

    def _solved(self, paths: AnyArray, weights: list[int]) -> dict[int, Fraction]:
        """Keep values at which those elected have the quota, but for their last digits."""
        elected = sorted(self.elected)
        if not elected:
            return {}
        keep = np.ones(len(self.labels) + 2)
        keep[[NOBODY, SEVERAL]] = 0.0
        for c in elected:
            keep[c] = float(self.kept.get(c, 1))
        numbers = np.array(weights, dtype=float) * float(self.unit)

        def missed(values: FloatArray) -> FloatArray:
            keep[elected] = values
            votes, lost = self._roughly(paths, numbers, keep)
            off = votes[elected] / float(self._quota(Fraction(lost))) - 1
            return np.where((values <= _LEAST) & (off > 0), 0.0, off)

        found = keep[elected]
        off = missed(found)
        for step in range(_MOST_STEPS):
            if np.abs(off).max() < _ROUGH:
                break
            # Newton's method where it comes closer, else the steps by which Meek's is defined.
            near = _newton(missed, found, off) if step % 5 == 4 else None
            tried = found / np.maximum(1 + off, 1e-9) if near is None else near
            tried = np.clip(tried, _LEAST, 1.0)
            error = missed(tried)
            if near is None or np.abs(error).max() < np.abs(off).max():
                found, off = tried, error
        keep[elected] = found
        return {c: min(Fraction(round(keep[c] * _SCALE), _SCALE), Fraction(1)) for c in elected}

    def _roughly(
        self, paths: AnyArray, numbers: FloatArray, keep: FloatArray
    ) -> tuple[FloatArray, float]:
        size = len(self.labels)
        votes = np.zeros(size + 2)
        rest = np.ones(len(numbers))
        for k in range(paths.shape[1]):
            who = paths[:, k]
            paid = rest * keep[who] if self.rule.transfer == "meek" else np.minimum(rest, keep[who])
            votes += np.bincount(who + 2, weights=paid * numbers, minlength=size + 2)
            rest = rest - paid
        return votes[2:], float(rest @ numbers)

    def _exactly(
        self, paths: AnyArray, weights: list[int], kept: dict[int, Fraction]
    ) -> tuple[list[Fraction], dict[str, Fraction]]:
        """Votes and exhausted votes at some keep values."""
        votes = [Fraction(0)] * len(self.labels)
        exhausted: dict[str, Fraction] = {}
        for row, number in zip(paths.tolist(), weights, strict=True):
            rest, worth = Fraction(1), number * self.unit
            end = NOBODY
            for c in row:
                if c < 0:
                    end = c
                    break
                own = kept.get(c, Fraction(1))
                paid = rest * own if self.rule.transfer == "meek" else min(rest, own)
                votes[c] += worth * paid
                rest -= paid
                if not rest:
                    break
            if rest:
                reason = REASONS[-1 - end]
                exhausted[reason] = exhausted.get(reason, Fraction(0)) + worth * rest
        return votes, exhausted


def _newton(
    function: Callable[[FloatArray], FloatArray], at: FloatArray, value: FloatArray
) -> FloatArray | None:
    """One step of Newton's method towards a zero; None where there is no such step."""
    slope = np.empty((len(at), len(at)))
    for k in range(len(at)):
        moved = at.copy()
        moved[k] *= 1 - 1e-7
        slope[:, k] = (value - function(moved)) / (at[k] * 1e-7)
    try:
        step = np.linalg.solve(slope, value)
    except np.linalg.LinAlgError:
        return None
    return np.maximum(at - step, at * 1e-3)


def _in_orders(choices: Choices) -> tuple[AnyArray, AnyArray, AnyArray, Fraction]:
    """Tiers, numbers, whether it is cut, and unit of ballots without equal ranks.

    A ballot with equal ranks becomes all its orders, each an equal part of it.
    """
    chosen = choices.nonblank()
    tiers, counts = choices.tiers[:, chosen], choices.counts[chosen]
    cut = choices.cut[chosen]
    if not choices.tied:
        return tiers, counts, cut, choices.unit
    if choices.equal_ranks != "split":
        raise InvalidInputError(
            "equal_ranks", "be split, exhaust, skip or refuse for this rule", choices.equal_ranks
        )
    columns: list[AnyArray] = []
    parts: list[tuple[int, int]] = []
    for k in range(len(counts)):
        own = tiers[:, k]
        levels, sizes = np.unique(own[own != choices.far], return_counts=True)
        orders = math.prod(math.factorial(int(s)) for s in sizes)
        if orders > _MOST_ORDERS or len(columns) + orders > _MOST_BALLOTS:
            raise InvalidInputError(
                "ballots", f"have at most {_MOST_ORDERS} orders of their equal ranks", orders
            )
        tied = [itertools.permutations(np.flatnonzero(own == level).tolist()) for level in levels]
        for order in itertools.product(*tied):
            column = np.full(len(own), choices.far, dtype=own.dtype)
            column[list(itertools.chain(*order))] = np.arange(int(sizes.sum()))
            columns.append(column)
            parts.append((k, orders))
    common = math.lcm(*{orders for _, orders in parts})
    numbers = [int(counts[k]) * (common // orders) for k, orders in parts]
    if sum(numbers) >= 2**52:
        raise InvalidInputError("ballots", "have a total below 2**52 over their parts", common)
    return (
        np.array(columns, dtype=tiers.dtype).T,
        np.array(numbers, dtype=np.int64),
        cut[[k for k, _ in parts]],
        choices.unit / common,
    )
