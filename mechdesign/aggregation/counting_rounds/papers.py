"""The papers of a count as arrays: who holds each, at which value, since which stage."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from mechdesign.aggregation.counting_rounds.rule_sets import EqualRanks
from mechdesign.aggregation.profiles.profile import Profile
from mechdesign.arrays import AnyArray
from mechdesign.errors import InvalidInputError

#: Who holds a paper that nobody holds: without a further choice; several at one rank.
NOBODY, SEVERAL = -1, -2
#: Why votes are exhausted, by those numbers.
REASONS = ("no further choice", "several at one rank")


class Choices:
    """What stands on the ballots: the tier of every candidate, `far` where it is not listed.

    Equal ranks are prepared here as far as the ballot alone decides.
    """

    def __init__(self, profile: Profile, equal_ranks: EqualRanks) -> None:
        self.labels = profile.alternatives
        kind = profile.tiers.dtype
        self.far = int(np.iinfo(kind).max)
        #: One candidate a row: comparing whole rows is fast.
        self.tiers = np.ascontiguousarray(np.where(profile.named, profile.tiers, self.far).T)
        self.counts = profile.counts
        self.unit = Fraction(1, profile.denominator)
        listed = profile.named.sum(axis=1)
        deepest = np.where(self.tiers == self.far, -1, self.tiers).max(axis=0) + 1
        tied = np.flatnonzero(listed > deepest)
        #: Whether a ballot ends at a rank with several candidates.
        self.cut = np.zeros(len(self.counts), dtype=bool)
        self.equal_ranks = equal_ranks
        self.tied = bool(tied.size)
        if tied.size and equal_ranks == "refuse":
            row = int(tied[0])
            raise InvalidInputError(
                "ballots",
                "rank one candidate at a time for this rule (equal_ranks says what else)",
                str(profile.ranking(row)),
            )
        if tied.size and equal_ranks in ("exhaust", "skip"):
            self._drop(tied, equal_ranks == "exhaust")
            self.tied = False

    def _drop(self, rows: AnyArray, ends: bool) -> None:
        """Take ranks with several candidates off some ballots, or all from the first of them on."""
        for row in rows.tolist():
            own = self.tiers[:, row]
            levels, sizes = np.unique(own[own != self.far], return_counts=True)
            several = levels[sizes > 1]
            gone = own >= several[0] if ends else np.isin(own, several)
            self.tiers[gone, row] = self.far
            self.cut[row] = ends

    def valid(self) -> Fraction:
        """The votes of ballots that choose somebody, also where they end at the first rank."""
        chosen = (self.tiers != self.far).any(axis=0) | self.cut
        return int(self.counts[chosen].sum()) * self.unit

    def nonblank(self) -> AnyArray:
        """The ballots that say something."""
        return np.flatnonzero(((self.tiers != self.far).any(axis=0) | self.cut) & (self.counts > 0))

    def next_of(self, ballots: AnyArray, standing: Sequence[int]) -> tuple[AnyArray, AnyArray]:
        """The tier of the best standing candidates on some ballots, and the first of them."""
        best = np.full(len(ballots), self.far, dtype=self.tiers.dtype)
        who = np.full(len(ballots), NOBODY, dtype=np.int32)
        n = self.tiers.shape[1]
        whole = len(ballots) == n and bool((ballots == np.arange(n)).all())
        for c in standing:
            own = self.tiers[c] if whole else self.tiers[c][ballots]
            better = own < best
            np.copyto(best, own, where=better)
            who[better] = c
        who[(who == NOBODY) & self.cut[ballots]] = SEVERAL
        return best, who


class Papers:
    """Papers: a part of a ballot each, with its holder, value and the stage when it came.

    Parameters
    ----------
    choices : Choices
        What stands on the ballots.
    """

    def __init__(self, choices: Choices) -> None:
        self.choices = choices
        self.ballot = choices.nonblank()
        self.weight = choices.counts[self.ballot]
        self.holder = np.full(len(self.ballot), NOBODY, dtype=np.int32)
        self.value = np.zeros(len(self.ballot), dtype=np.int32)
        self.since = np.zeros(len(self.ballot), dtype=np.int32)
        #: The values; papers hold their positions.
        self.values = [choices.unit]
        self._position = {choices.unit: 0}

    def copy(self) -> Papers:
        """The same papers, to be counted on in another way."""
        made = object.__new__(Papers)
        made.__dict__.update(self.__dict__)
        for name in ("ballot", "weight", "holder", "value", "since"):
            setattr(made, name, getattr(self, name).copy())
        made.values, made._position = list(self.values), dict(self._position)
        return made

    def key(self, *, since: bool) -> int:
        """A number that differs where the papers that somebody holds lie otherwise.

        Parameters
        ----------
        since : bool
            Whether it matters when they came.
        """
        held = self.holder >= 0
        fields = [self.ballot, self.weight, self.holder, self.value, *([self.since] * since)]
        return hash((tuple(self.values), *(field[held].tobytes() for field in fields)))

    def of(self, holders: Sequence[int]) -> AnyArray:
        """The positions of the papers of some candidates."""
        if len(holders) == 1:
            return np.flatnonzero(self.holder == holders[0])
        return np.flatnonzero(np.isin(self.holder, holders))

    def last_of(self, holder: int) -> AnyArray:
        """Those that a candidate received last."""
        own = self.of([holder])
        return own[self.since[own] == self.since[own].max()] if own.size else own

    def valued(self, value: Fraction) -> int:
        """The position of a value."""
        if value not in self._position:
            self._position[value] = len(self.values)
            self.values.append(value)
        return self._position[value]

    def hand_on(self, moved: AnyArray, standing: Sequence[int], stage: int) -> AnyArray:
        """Give papers to the best who stand; equal ranks are split.  All that were handed on."""
        best, who = self.choices.next_of(self.ballot[moved], standing)
        self.since[moved] = stage
        self.holder[moved] = who
        return self._split(moved, best, standing) if self.choices.tied else moved

    def _split(self, moved: AnyArray, best: AnyArray, standing: Sequence[int]) -> AnyArray:
        """Divide papers whose best rank holds several who stand."""
        places = np.array(standing)
        own = self.choices.tiers[np.ix_(places, self.ballot[moved])]
        there = (own == best) & (best != self.choices.far)
        sizes = there.sum(axis=0)
        several = np.flatnonzero(sizes > 1)
        if not several.size:
            return moved
        if self.choices.equal_ranks != "split":
            self.holder[moved[several]] = SEVERAL
            return moved
        parts: list[tuple[int, int]] = []
        for k in several.tolist():
            paper = int(moved[k])
            shared = self.valued(self.values[self.value[paper]] / int(sizes[k]))
            self.value[paper] = shared
            first, *others = places[there[:, k]].tolist()
            self.holder[paper] = first
            parts += [(paper, other) for other in others]
        made = self._again(np.array([paper for paper, _ in parts]))
        self.holder[made] = [other for _, other in parts]
        return np.concatenate([moved, made])

    def _again(self, papers: AnyArray) -> AnyArray:
        """Papers once more, at the end."""
        size = len(self.ballot)
        for name in ("ballot", "weight", "holder", "value", "since"):
            field = getattr(self, name)
            setattr(self, name, np.concatenate([field, field[papers]]))
        return np.arange(size, size + len(papers))

    def part(self, papers: AnyArray, taken: AnyArray) -> AnyArray:
        """Take so many of the ballots of each paper out of it as papers of their own."""
        some = np.flatnonzero(taken)
        whole = taken[some] == self.weight[papers[some]]
        cut = papers[some[~whole]]
        made = self._again(cut)
        self.weight[made] = taken[some[~whole]]
        self.weight[cut] -= taken[some[~whole]]
        return np.concatenate([papers[some[whole]], made])

    def sums(self, papers: AnyArray) -> dict[int, Fraction]:
        """The votes that some papers are to each holder."""
        return {
            holder: total
            for holder, own in self.by_value(papers).items()
            if (total := sum((n * self.values[v] for v, n in own), Fraction(0)))
        }

    def by_value(self, papers: AnyArray) -> dict[int, list[tuple[int, int]]]:
        """Per holder of some papers the positions of their values and how many ballots have it."""
        width = len(self.choices.labels) + 2
        code = self.value[papers].astype(np.int64) * width + self.holder[papers] + 2
        totals = np.bincount(code, weights=self.weight[papers]) if papers.size else np.array([])
        found: dict[int, list[tuple[int, int]]] = {}
        # Totals of weights are below 2**52: floats are exact.
        for k in np.flatnonzero(totals).tolist():
            found.setdefault(k % width - 2, []).append((k // width, int(totals[k])))
        return found
