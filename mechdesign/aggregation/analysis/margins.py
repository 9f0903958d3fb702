"""How safe a count is: the fewest ballots that change its winner, what misread ballots change."""

from __future__ import annotations

import heapq
import itertools
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from mechdesign.aggregation.counting_rounds.papers import Choices
from mechdesign.aggregation.counting_rounds.rule_sets import CountRule
from mechdesign.aggregation.counting_rounds.transferable_votes import election, stv
from mechdesign.aggregation.profiles.problems import profile_of
from mechdesign.aggregation.profiles.profile import Profile
from mechdesign.aggregation.profiles.ranking import Label, Ranking
from mechdesign.arrays import AnyArray
from mechdesign.clock import Clock
from mechdesign.errors import InvalidInputError, LimitReachedError, SolverError
from mechdesign.io.table import Table
from mechdesign.model import Seed, as_count, ratio
from mechdesign.records import dataclass
from mechdesign.solvers.linear.integer_programs import maximise_integers

__all__ = ["Margin", "margin_of_victory", "recount"]

# Orders of elimination have programs with 2 to this power columns.
_MOST_IN_AN_ORDER = 13

#: A ballot as it was cast, and instead of it, with how many of them are changed so.
Change = tuple[Ranking, Ranking, int]


@dataclass(frozen=True)
class Margin:
    """The margin of victory of an instant runoff: the fewest changed ballots with another winner.

    Parameters
    ----------
    winner : label
        Who wins.
    other : label or None
        Who could win instead; None where no change of ballots was found.
    low, high : int
        The margin is at least `low`, which is proved, and at most `high`, which :attr:`changes`
        show; they are equal unless a limit ended the search.
    changes : tuple of (Ranking, Ranking, int)
        Ballots as they were cast, what stands in their place, and how many.
    """

    winner: Label
    other: Label | None
    low: int
    high: int
    changes: tuple[Change, ...]

    @property
    def exact(self) -> bool:
        """Whether the margin is known."""
        return self.low == self.high

    def changed(self, profile: Profile) -> Profile:
        """The ballots with which :attr:`other` can win."""
        counts: Counter[Ranking] = Counter()
        for ranking, count in zip(profile.rankings(), profile.counts.tolist(), strict=True):
            counts[ranking] += count
        for cast, instead, number in self.changes:
            counts[cast] -= number
            counts[instead] += number
        kept = {ranking: n for ranking, n in counts.items() if n}
        return Profile.from_rankings(list(kept), list(kept.values()), profile.alternatives)

    def __str__(self) -> str:
        size = f"{self.low}" if self.exact else f"{self.low} to {self.high}"
        rest = "" if self.other is None else f"; then {self.other} can win"
        return f"{self.winner} wins by {size} changed ballots{rest}"


def margin_of_victory(data: object, *, time_limit: float | None = 60, **options: Any) -> Margin:
    """The fewest ballots of an instant runoff that must be changed so that another can win.

    A changed ballot may become any other, a blank one too; their number stays.  A tie counts as
    changed where some way to break it elects another.

    Parameters
    ----------
    data : ballots
        See :func:`election`; whole numbers of ballots without equal ranks, unless these exhaust
        or are skipped (``overvote=``).
    time_limit : float, optional
        Seconds; where they end the search the margin is an interval.
    **options
        Of :func:`election`.

    Raises
    ------
    InvalidInputError
        If ballots have equal ranks or parts of votes, or there is one candidate.

    Notes
    -----
    Branch and bound over orders of elimination, built from their ends (Magrino, Rivest, Shen and
    Wagner 2011): an integer program for each finds the fewest changes that make those who are named
    leave in that order, proved in integers.  Exponential; ten candidates are a matter of seconds.

    Examples
    --------
    >>> found = margin_of_victory({"A": 10, "B > A": 6, "C > B": 5})
    >>> print(found)
    B wins by 1 changed ballots; then A can win
    """
    problem = election(data, **{"seats": 1, **options})
    profile = profile_of(problem)
    if profile.denominator != 1:
        raise InvalidInputError("weights", "be whole numbers of ballots", "fractions")
    if profile.m < 2:
        raise InvalidInputError(
            "ballots", "have two candidates or more", list(profile.alternatives)
        )
    marks = problem.data.overvote
    choices = Choices(profile, marks if marks in ("exhaust", "skip") else "refuse")
    labels = profile.alternatives
    count = stv(problem, rule="irv", ties="all")
    winners = [next(iter(one)) for one in count.committees]
    if len(winners) > 1:
        return Margin(winners[0], winners[1], 0, 0, ())
    winner = labels.index(winners[0])
    search = _Orders(
        profile, choices, winner, Clock(time_limit, "the margin of victory is not proved")
    )
    out = [labels.index(c) for stage in count.stages for c in stage.excluded]
    standing = [c for c in range(len(labels)) if c not in out and c != winner]
    # Of those who are left at a majority the one with the fewest votes would go next.
    last = count.stages[-1].votes
    standing.sort(key=lambda c: last[labels[c]])
    search.run((*out, *standing))
    found = search.changes
    instead = None if found is None else labels[search.order[-1]]
    margin = Margin(winners[0], instead, search.low, search.high, tuple(found or ()))
    if found is not None:
        again = stv(
            margin.changed(profile), rule="irv", ties="all", equal_ranks=choices.equal_ranks
        )
        if not any(instead in one for one in again.committees):
            raise SolverError("the changed ballots do not elect another candidate")
    return margin


class _Orders:
    """The search over orders of elimination, from their ends."""

    def __init__(self, profile: Profile, choices: Choices, winner: int, clock: Clock) -> None:
        self.profile = profile
        self.choices, self.winner, self.clock = choices, winner, clock
        tiers = choices.tiers
        self.m = len(choices.labels)
        self.counts = choices.counts
        self.total = int(self.counts.sum())
        far = choices.far
        first = [(tiers[c] != far) & (tiers[c] == tiers.min(axis=0)) for c in range(self.m)]
        #: The fewest votes that a candidate ever has, and the most that it has beside another.
        self.least = [int(self.counts[rows].sum()) for rows in first]
        self.most = [
            [int(self.counts[tiers[c] < tiers[d]].sum()) for d in range(self.m)]
            for c in range(self.m)
        ]
        self.low, self.high = 0, self.total
        self.order: tuple[int, ...] = ()
        self.changes: list[Change] | None = None

    def run(self, start: tuple[int, ...]) -> None:
        """Find the margin; `start` is an order of all but the winner, the next best last."""
        if self.m <= _MOST_IN_AN_ORDER:
            self._leaf((*start[:-1], self.winner, start[-1]), 0)
        queue: list[tuple[int, int, tuple[int, ...]]] = []
        for c in range(self.m):
            if c != self.winner:
                heapq.heappush(queue, (self._apart((c,)), -1, (c,)))
        given_up = self.total
        while queue:
            bound, _, order = heapq.heappop(queue)
            if bound >= self.high:
                break
            try:
                self.clock.check()
            except LimitReachedError:
                given_up = min(given_up, bound)
                break
            if len(order) == _MOST_IN_AN_ORDER:
                given_up = min(given_up, bound)
                continue
            for d in range(self.m):
                if d in order:
                    continue
                longer = (d, *order)
                least = max(bound, self._apart(longer))
                if least >= self.high:
                    continue
                if len(longer) == self.m:
                    least, proved = self._leaf(longer, least)
                    if not proved:
                        given_up = min(given_up, least)
                    continue
                found, proved = self._program(longer)
                if found is not None and proved:
                    least = max(least, found[0])
                elif not proved and not self.clock.left():
                    given_up = min(given_up, least)
                if least < self.high:
                    heapq.heappush(queue, (least, -len(longer), longer))
        self.low = min(given_up, self.high)

    def _apart(self, order: Sequence[int]) -> int:
        """Changes that are needed so that all others leave before those of an order."""
        worst = 0
        for k, c in enumerate(order):
            before = [d for d in range(self.m) if d not in order] + list(order[:k])
            for d in before:
                worst = max(worst, self.least[d] - self.most[c][d])
        return -(-worst // 2)

    def _leaf(self, order: tuple[int, ...], least: int) -> tuple[int, bool]:
        """Try a whole order; what is proved of it, and whether that is all."""
        found, proved = self._program(order)
        if found is None:
            return least, proved
        if found[0] < self.high or self.changes is None:
            self.high, self.order = found[0], order
            self.changes = self._told(order, *found[1:])
        return (found[0], True) if proved else (least, False)

    def _classes(self, order: Sequence[int]) -> AnyArray:
        """How every ballot behaves where only some stand and leave in an order: a set of them.

        It counts for the first it names of them, and after that has left for the next who stays.
        """
        tiers = self.choices.tiers[list(order)]
        far = self.choices.far
        classes = np.zeros(tiers.shape[1], dtype=np.int64)
        best = np.full(tiers.shape[1], far, dtype=tiers.dtype)
        # Whoever is named before all who leave later is met.
        for k in range(len(order) - 1, -1, -1):
            met = tiers[k] < best
            classes |= np.where(met, 1 << k, 0)
            best = np.minimum(best, tiers[k])
        return classes

    def _program(
        self, order: tuple[int, ...]
    ) -> tuple[tuple[int, AnyArray, AnyArray, AnyArray] | None, bool]:
        """The fewest changes that make those named leave in an order: how many, and which."""
        n = len(order)
        classes = self._classes(order)
        numbers = np.bincount(classes, weights=self.counts, minlength=1 << n).astype(np.int64)
        there = np.flatnonzero(numbers)
        every = np.arange(1 << n)
        rows, right = [], []
        for k in range(n):
            # In round k a ballot counts for the first of its set from k on.
            rest = every >> k << k
            lowest = np.where(rest > 0, rest & -rest, 0)
            for j in range(k + 1, n):
                worth = (lowest == 1 << j).astype(np.int64) - (lowest == 1 << k)
                rows.append(np.concatenate([-worth[there], worth]))
                right.append(-int(worth @ numbers))
        balance = np.concatenate([-np.ones(len(there), np.int64), np.ones(1 << n, np.int64)])
        rows += [balance, -balance]
        right += [0, 0]
        costs = np.concatenate([-np.ones(len(there), np.int64), np.zeros(1 << n, np.int64)])
        upper = np.concatenate([numbers[there], np.full(1 << n, self.total)])
        left = self.clock.left()
        try:
            found = maximise_integers(
                costs, np.array(rows), np.array(right), upper, time_limit=left
            )
        except SolverError:
            if left is None:
                raise
            return None, False
        if found.x is None:
            return None, found.proved
        taken = np.zeros(1 << n, dtype=np.int64)
        taken[there] = found.x[: len(there)]
        return (int(taken.sum()), taken, found.x[len(there) :], classes), found.proved

    def _told(
        self, order: Sequence[int], taken: AnyArray, given: AnyArray, classes: AnyArray
    ) -> list[Change]:
        """The changes by ballots."""
        labels = self.choices.labels
        cast: list[tuple[Ranking, int]] = []
        left = taken.copy()
        for row in range(len(self.counts)):
            number = min(int(left[classes[row]]), int(self.counts[row]))
            if number:
                left[classes[row]] -= number
                cast.append((self.profile.ranking(row), number))
        instead = [
            (
                Ranking.from_order([labels[c] for k, c in enumerate(order) if kind >> k & 1]),
                int(given[kind]),
            )
            for kind in np.flatnonzero(given).tolist()
        ]
        together: Counter[tuple[Ranking, Ranking]] = Counter()
        a, b = (itertools.chain(*([r] * n for r, n in side)) for side in (cast, instead))
        for pair in zip(a, b, strict=True):
            together[pair] += 1
        return [(one, other, n) for (one, other), n in together.items()]


def recount(
    data: Any,
    *,
    misread: Any = Fraction(1, 100),
    counts: int = 1000,
    rule: str | CountRule = "wigm",
    rng: Seed = 0,
    **options: Any,
) -> Table:
    """How often everybody is elected where some ballots are misread: an estimate by sampling.

    In each count every ballot is misread with the same chance; a misread ballot is read as one
    drawn from all that were cast.

    Parameters
    ----------
    data : ballots
        See :func:`election`; whole numbers of ballots.
    misread : number
        The chance that a ballot is misread.
    counts : int
        How many counts.
    rule : str or CountRule
        As of :func:`stv`.
    rng : numpy.random.Generator or int
        Draws them.
    **options
        Of :func:`election`.

    Returns
    -------
    Table
        The share of the counts that elects each candidate, most first.

    Examples
    --------
    >>> recount({"A > B": 60, "B": 40}, misread=0, counts=5).rows
    (('A', 1), ('B', 0))
    """
    if not 0 <= misread <= 1:
        raise InvalidInputError("misread", "be from 0 to 1", misread)
    problem = election(data, **options)
    profile = profile_of(problem)
    if profile.denominator != 1:
        raise InvalidInputError("weights", "be whole numbers of ballots", "fractions")
    number = as_count(counts, "counts", low=1)
    source = np.random.default_rng(rng)
    chances = profile.counts / profile.counts.sum()
    found: Counter[Label] = Counter()
    for _ in range(number):
        wrong = source.binomial(profile.counts, float(misread))
        read = profile.counts - wrong + source.multinomial(int(wrong.sum()), chances)
        sampled = election(profile.reweighted(read.tolist()), seats=problem.data.seats)
        found.update(stv(sampled, rule=rule, rng=source).choice)
    order = sorted(problem.data.alternatives, key=lambda label: -found[label])
    rows = [[label, ratio(found[label], number)] for label in order]
    told = (*problem.data.decisions, "an estimate by sampling, not a proof")
    return Table(["candidate", "elected in"], rows, f"{number} counts", told)
