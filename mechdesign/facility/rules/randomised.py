"""Randomised mechanisms, as exact lotteries over locations."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from mechdesign.facility.medians.phantom import LineMechanism
from mechdesign.facility.segment.profiles import mean
from mechdesign.facility.segment.references import RANDOM_FAIR_LOCATION
from mechdesign.facility.segment.setting import Line, min_max
from mechdesign.model import Lottery, Number, Problem, all_exact, as_number, factory, is_exact, tidy

__all__ = [
    "AverageOrRandomRank",
    "LeftRightMiddle",
    "RandomRank",
    "average_or_random_rank",
    "left_right_middle",
    "random_rank",
]


class RandomRank(LineMechanism):
    """The k-th smallest report for a uniformly random k; made by :func:`random_rank`."""

    def __init__(self, setting: Line | None = None) -> None:
        super().__init__("facility.random_rank", setting, reference=RANDOM_FAIR_LOCATION)

    def solve(self, problem: Problem, *, rng: Any = None) -> Lottery:
        """The lottery for a problem."""
        self.check(problem)
        return Lottery((p, self.place(problem, x, "ranks")) for p, x in self._ranks(problem))

    def _ranks(self, problem: Problem) -> list[tuple[Number, Number]]:
        """Each distinct report with the share of the agents that report it."""
        raw = problem.types.tolist() if isinstance(problem.types, np.ndarray) else problem.types
        weights = problem.weights or (1,) * len(raw)
        total = sum(weights)
        found: dict[Number, Number] = {}
        for x, w in sorted(zip(raw, weights, strict=True), key=lambda pair: pair[0]):
            found[x] = found.get(x, 0) + w
        if all_exact(found.values()):
            return [(Fraction(w) / Fraction(total), x) for x, w in found.items() if w]
        return [(w / total, x) for x, w in found.items() if w]


class AverageOrRandomRank(RandomRank):
    """The average, or Random Rank; made by :func:`average_or_random_rank`."""

    def __init__(self, probability: Number, setting: Line | None = None) -> None:
        super().__init__(setting)
        self.id = "facility.average_or_random_rank"
        self.probability = as_number(probability, "probability", low=0, high=1, owner=self.id)
        shown = {} if self.probability == Fraction(1, 2) else {"probability": self.probability}
        self._parameters = type(self._parameters)(shown)

    def solve(self, problem: Problem, *, rng: Any = None) -> Lottery:
        """The lottery for a problem."""
        self.check(problem)
        p = self.probability
        middle = self.place(problem, mean(problem.types, problem.weights), "mean")
        ranks = [(q * (1 - p), self.place(problem, x, "ranks")) for q, x in self._ranks(problem)]
        return Lottery([(p, middle), *ranks])


class LeftRightMiddle(LineMechanism):
    """The ends and the middle of the reports; made by :func:`left_right_middle`."""

    def __init__(self, setting: Line | None = None) -> None:
        super().__init__("facility.left_right_middle", setting)

    def solve(self, problem: Problem, *, rng: Any = None) -> Lottery:
        """The lottery for a problem."""
        self.check(problem)
        types = problem.types
        if problem.weights is not None:
            types = [x for x, w in zip(types, problem.weights, strict=True) if w]
        first, last = min_max(types)
        middle = (
            Fraction(first + last) / 2
            if is_exact(first) and is_exact(last)
            else ((first + last) / 2)
        )
        quarter = Fraction(1, 4)
        chances = ((quarter, first), (2 * quarter, middle), (quarter, last))
        return Lottery((p, self.place(problem, tidy(x), "range")) for p, x in chances)


@factory("facility.random_rank")
def random_rank(setting: Line | None = None) -> RandomRank:
    """Random Rank: the k-th smallest report, k uniformly random.

    The chances are those of a random dictator; a rank that is drawn without looking at the reports
    is a strategyproof mechanism, so it is strategyproof whatever is drawn.

    Parameters
    ----------
    setting : Line, optional
        The segment, by default [0, 1].

    References
    ----------
    arXiv:2205.14798.

    Examples
    --------
    >>> random_rank()([0, 0, 1])
    Lottery over 2 outcomes
      2/3        0
      1/3        1
    """
    return RandomRank(setting)


@factory("facility.average_or_random_rank")
def average_or_random_rank(
    probability: Number = Fraction(1, 2), setting: Line | None = None
) -> AverageOrRandomRank:
    """The average with some probability, else Random Rank.

    Parameters
    ----------
    probability : number in [0, 1]
        That of the average.  Up to 1/2 the mechanism is strategyproof in expectation.
    setting : Line, optional
        The segment, by default [0, 1].

    References
    ----------
    arXiv:2205.14798.

    Examples
    --------
    >>> average_or_random_rank()([0, 1]).expect(lambda outcome: outcome.choice)
    Fraction(1, 2)
    """
    return AverageOrRandomRank(probability, setting)


@factory("facility.left_right_middle")
def left_right_middle(setting: Line | None = None) -> LeftRightMiddle:
    """Left-right-middle: the leftmost and the rightmost report with chance 1/4, their middle 1/2.

    Parameters
    ----------
    setting : Line, optional
        The segment, by default [0, 1].

    Examples
    --------
    >>> left_right_middle()([0, Fraction(1, 3), 1])
    Lottery over 3 outcomes
      1/4        0
      1/2        1/2
      1/4        1
    """
    return LeftRightMiddle(setting)
