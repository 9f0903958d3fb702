"""Counts in which papers move: surpluses and exclusions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import floor

import numpy as np

from mechdesign.aggregation.counting_rounds.papers import REASONS, Choices, Papers
from mechdesign.aggregation.counting_rounds.progress import Progress
from mechdesign.aggregation.counting_rounds.rule_sets import CountRule
from mechdesign.arrays import AnyArray


class PaperCount(Progress):
    """A count whose papers lie with one candidate each, at a value.

    Parameters
    ----------
    rule, seats, decide
        As in :class:`Progress`.
    choices : Choices
        The ballots.
    rng : numpy.random.Generator, optional
        Draws whole papers.
    """

    def __init__(
        self,
        rule: CountRule,
        choices: Choices,
        seats: int,
        decide: Callable[[str, list[int]], tuple[int, str]],
        rng: np.random.Generator | None = None,
    ) -> None:
        super().__init__(rule, choices.labels, seats, choices.valid(), decide)
        self.papers = Papers(choices)
        self.rng = rng
        #: The papers of those who are leaving: to look for them in each parcel would take long.
        self._rest = np.arange(0)

    def copy(self) -> PaperCount:
        made = object.__new__(PaperCount)
        self._copied(made)
        made.papers = self.papers.copy()
        return made

    def lying(self) -> int:
        return self.papers.key(since=self.rule.papers == "last")

    def first(self) -> None:
        papers = self.papers
        moved = papers.hand_on(np.arange(len(papers.ballot)), self.standing, 1)
        for holder, amount in papers.sums(moved).items():
            if holder < 0:
                self.exhaust(REASONS[-1 - holder], amount)
            else:
                self.votes[holder] += amount

    def give_up(self, gone: Sequence[int]) -> None:
        papers, stage = self.papers, len(self.stages) + 1
        if self.rule.parcels == "together":
            for c in gone:
                moved = self._hand_on(papers.of([c]), stage)
                self.votes[c] = Fraction(0)
                self.moved_to(c, papers.sums(moved), REASONS)
            return
        left = self._rest if self._action == "parcel" else papers.of(gone)
        next_ = self._parcel(left)
        parcel, self._rest = left[next_], left[~next_]
        for c in gone:
            own = parcel[papers.holder[parcel] == c]
            held = self._credited(own)
            sums = self._cut(papers.sums(self._hand_on(own, stage)))
            self.votes[c] -= held
            self.rounding += held - sum(sums.values())
            self.moved_to(c, sums, REASONS)
        holders = set(np.unique(papers.holder[self._rest]).tolist())
        self._leaving = [c for c in gone if c in holders]

    def _parcel(self, left: AnyArray) -> AnyArray:
        """Which of the papers of those who are excluded move next."""
        papers = self.papers
        if not left.size:
            return np.zeros(0, dtype=bool)
        if self.rule.parcels == "as_received":
            came = papers.since[left]
            return np.asarray(came == came.min())
        held = np.unique(papers.value[left]).tolist()
        most = max(held, key=papers.values.__getitem__)
        return np.asarray(papers.value[left] == most)

    def _credited(self, papers: AnyArray) -> Fraction:
        """What some papers of one holder, of one parcel, were credited with."""
        worth = sum((n * self.papers.values[v] for v, n in self._numbers(papers)), Fraction(0))
        return self._cut({0: worth})[0]

    def _cut(self, sums: dict[int, Fraction]) -> dict[int, Fraction]:
        """What holders are credited with: cut off where the rule says so."""
        if self.rule.cut == "values" or self.rule.decimals is None:
            return sums
        scale: int = 10**self.rule.decimals
        return {holder: Fraction(floor(amount * scale), scale) for holder, amount in sums.items()}

    def hand_over(self, c: int) -> None:
        papers, stage = self.papers, len(self.stages) + 1
        surplus = self.votes[c] - self.quota
        own = papers.of([c]) if self.rule.papers == "all" else papers.last_of(c)
        factor = surplus / self.votes[c]
        if self.rule.papers == "last" or self.rule.cut == "votes":
            factor = surplus / sum(
                (n * papers.values[v] for v, n in self._numbers(own)), Fraction(0)
            )
        if self.rule.divided == "transferable":
            _, who = papers.choices.next_of(papers.ballot[own], self.standing)
            own, who = own[who >= 0], who[who >= 0]
            worth = sum((n * papers.values[v] for v, n in self._numbers(own)), Fraction(0))
            if worth <= surplus:
                factor = Fraction(1)
            elif self.rule.transfer == "weighted":
                factor = surplus / worth
            else:
                factor, own = Fraction(1), self._drawn(own, who, int(surplus))
        self._revalue(own, factor)
        moved = self._hand_on(own, stage)
        sums = self._cut(papers.sums(moved))
        self.votes[c] = self.quota
        self.moved_to(c, sums, REASONS)
        lost = surplus - sum(sums.values())
        if lost and self.rule.divided == "transferable" and factor == 1:
            # The papers with a further choice are worth less than the surplus.
            self.moved_to(c, {-1: lost}, REASONS)
        else:
            self.rounding += lost

    def _hand_on(self, moved: AnyArray, stage: int) -> AnyArray:
        """Give papers to the best who stand, and to no more than the quota where it fills them."""
        papers = self.papers
        if not self.rule.full:
            return papers.hand_on(moved, self.standing, stage)
        assert self.rng is not None
        width = len(self.labels) + 2
        rest = self.rng.permutation(np.repeat(moved, papers.weight[moved]))
        room = {c: int(self.quota - self.votes[c]) for c in self.standing}
        given = np.zeros((width, len(papers.ballot)), dtype=np.int64)
        while rest.size:
            _, who = papers.choices.next_of(papers.ballot[rest], [c for c in room if room[c] > 0])
            # Up to the first paper that fills somebody.
            filled = [np.flatnonzero(who == c)[n - 1 : n] for c, n in room.items() if n > 0]
            stop = min((int(at[0]) + 1 for at in filled if at.size), default=len(rest))
            np.add.at(given, (who[:stop] + 2, rest[:stop]), 1)
            for c in room:
                room[c] -= int((who[:stop] == c).sum())
            rest = rest[stop:]
        parts = []
        for holder in range(width):
            taken = given[holder, moved]
            part = papers.part(moved, taken)
            papers.holder[part], papers.since[part] = holder - 2, stage
            parts.append(part)
        return np.concatenate(parts)

    def _numbers(self, papers: AnyArray) -> list[tuple[int, int]]:
        """The positions of the values of some papers of one holder and their numbers."""
        found = self.papers.by_value(papers)
        return next(iter(found.values())) if found else []

    def _revalue(self, papers: AnyArray, factor: Fraction) -> None:
        """Multiply the values of some papers, cut off where the rule says so."""
        if factor == 1 or not papers.size:
            return
        known = self.papers.values
        held = np.unique(self.papers.value[papers]).tolist()
        changed = np.zeros(len(known), dtype=np.int32)
        for position in held:
            value = known[position] * factor
            if self.rule.decimals is not None and self.rule.cut == "values":
                scale: int = 10**self.rule.decimals
                value = Fraction(floor(value * scale), scale)
            changed[position] = self.papers.valued(value)
        self.papers.value[papers] = changed[self.papers.value[papers]]

    def _drawn(self, papers: AnyArray, who: AnyArray, number: int) -> AnyArray:
        """So many whole papers: drawn among all, or for each next choice in proportion."""
        assert self.rng is not None
        weight = self.papers.weight[papers]
        taken = np.zeros(len(papers), dtype=np.int64)
        if self.rule.transfer == "drawn":
            taken = self.rng.multivariate_hypergeometric(weight, number, method="marginals")
        else:
            groups = [np.flatnonzero(who == c) for c in np.unique(who)]
            sizes = [int(weight[g].sum()) for g in groups]
            for group, share in zip(groups, _in_proportion(sizes, number), strict=True):
                drawn = self.rng.multivariate_hypergeometric
                taken[group] = drawn(weight[group], share, method="marginals")
        return self.papers.part(papers, taken)


def _in_proportion(sizes: list[int], number: int) -> list[int]:
    """Whole shares of a number: cut off, and one more for the largest fractions, then sizes."""
    total = sum(sizes)
    shares = [size * number // total for size in sizes]
    order = sorted(range(len(sizes)), key=lambda k: (-(sizes[k] * number % total), -sizes[k], k))
    for k in order[: number - sum(shares)]:
        shares[k] += 1
    return shares
