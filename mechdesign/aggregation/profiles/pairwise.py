"""Pairwise comparisons: how much weight ranks each alternative above each other one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from mechdesign.aggregation.profiles.counting import count_pairs
from mechdesign.aggregation.profiles.profile import Profile, tier_type
from mechdesign.aggregation.profiles.ranking import Label
from mechdesign.arrays import BoolArray, IntArray
from mechdesign.errors import InvalidInputError, place_of, require
from mechdesign.model import Number, ratio
from mechdesign.records import dataclass

__all__ = ["Pairwise"]


@dataclass(frozen=True, eq=False, repr=False)
class Pairwise:
    """The pairwise comparisons of a profile, exact.

    Parameters
    ----------
    alternatives : tuple of labels, length m
        Rows and columns.
    support : numpy.ndarray of int64, shape (m, m)
        Weight (times :attr:`denominator`) of the voters who rank the row strictly above the column.
    compared : numpy.ndarray of int64, shape (m, m)
        Weight of the voters who rank both; where data are missing it differs from pair to pair.
    denominator : int
        The common denominator of the weights.

    Examples
    --------
    >>> pairs = Pairwise.of(Profile.from_rankings({"A > B > C": 3, "B > C > A": 2}))
    >>> pairs.margin("A", "B"), pairs.margins.tolist()
    (1, [[0, 1, 1], [-1, 0, 5], [-1, -5, 0]])
    """

    alternatives: tuple[Label, ...]
    support: IntArray
    compared: IntArray
    denominator: int = 1

    @classmethod
    def of(cls, profile: Profile) -> Pairwise:
        """Count a profile.

        Notes
        -----
        O(n m^2) comparisons of bytes, vectorised over voters.
        """
        require(profile, Profile, "profile")
        support, compared = count_pairs(profile.tiers, profile.counts)
        return cls(profile.alternatives, support, compared, profile.denominator)

    def ballots(self) -> Profile:
        """One ballot for each pair and direction: the profile with exactly these comparisons."""
        at_wins, at_ties = np.nonzero(self.support), np.nonzero(np.triu(self.ties, 1))
        if not len(at_wins[0]) + len(at_ties[0]):
            raise InvalidInputError("pairs", "hold at least one comparison", "none")
        first, second = (np.concatenate(pair) for pair in zip(at_wins, at_ties, strict=True))
        tied = np.arange(len(first)) >= len(at_wins[0])
        order = np.lexsort((tied, second, first))
        tiers = np.full((len(first), self.m), -1, dtype=tier_type(self.m))
        rows = np.arange(len(first))
        tiers[rows, first[order]] = 0
        tiers[rows, second[order]] = ~tied[order]
        tiers.flags.writeable = False
        weights = np.concatenate([self.support[at_wins], self.ties[at_ties]])[order]
        return Profile(self.alternatives, tiers, weights, self.denominator)

    @property
    def m(self) -> int:
        """The number of alternatives."""
        return len(self.alternatives)

    @cached_property
    def margins(self) -> IntArray:
        """Support minus opposition, times :attr:`denominator`, shape (m, m)."""
        return self.support - self.support.T

    @cached_property
    def ties(self) -> IntArray:
        """Weight of the voters who rank both and tie them, shape (m, m)."""
        return self.compared - self.support - self.support.T

    @cached_property
    def beats(self) -> BoolArray:
        """The strict majority relation."""
        return self.margins > 0

    def margin(self, a: Label, b: Label) -> Number:
        """The margin of one alternative over another."""
        return ratio(int(self.margins[self._at(a), self._at(b)]), self.denominator)

    def scaled(self, value: int) -> Number:
        """A numerator as the exact number it stands for."""
        return ratio(int(value), self.denominator)

    def restricted(self, keep: Sequence[int]) -> Pairwise:
        grid = np.ix_(list(keep), list(keep))
        return Pairwise(
            tuple(self.alternatives[k] for k in keep),
            self.support[grid],
            self.compared[grid],
            self.denominator,
        )

    def _at(self, label: Label) -> int:
        return place_of(label, self.alternatives, "alternative")

    def __repr__(self) -> str:
        return f"Pairwise comparisons of {self.m} alternatives"
