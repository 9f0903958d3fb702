"""Randomised mechanisms, as exact lotteries over locations."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated

import numpy as np

from mechdesign.facility.medians.phantom import LineMechanism
from mechdesign.facility.segment.profiles import mean
from mechdesign.facility.segment.references import RANDOM_FAIR_LOCATION, WITHOUT_MONEY
from mechdesign.facility.segment.setting import Line, ends_of, placed
from mechdesign.model import (
    Lottery,
    Number,
    Problem,
    Seed,
    all_exact,
    is_exact,
    mechanism,
    number_in,
    tidy,
)

__all__ = [
    "average_or_random_rank",
    "left_right_middle",
    "random_rank",
]


@mechanism("facility.random_rank", setting=Line(), reference=RANDOM_FAIR_LOCATION, anonymous=True)
def random_rank(problem: Problem) -> Lottery:
    """Random Rank: the k-th smallest report, k uniformly random.

    The chances are those of a random dictator; a rank that is drawn without looking at the reports
    is a strategyproof mechanism, so it is strategyproof whatever is drawn.

    References
    ----------
    arXiv:2205.14798.

    Examples
    --------
    >>> random_rank([0, 0, 1])
    Lottery over 2 outcomes
      2/3        0
      1/3        1
    """
    return Lottery((p, placed(x, "ranks")) for p, x in _ranks(problem))


class AverageOrRandomRank(LineMechanism[Lottery]):
    """The average with some probability, else Random Rank.

    Parameters
    ----------
    probability : number in [0, 1]
        That of the average.  Up to 1/2 the mechanism is strategyproof in expectation.

    References
    ----------
    arXiv:2205.14798.

    Examples
    --------
    >>> average_or_random_rank([0, 1]).expect(lambda outcome: outcome.choice)
    Fraction(1, 2)
    """

    anonymous = True
    reference = RANDOM_FAIR_LOCATION

    def __init__(
        self,
        *,
        probability: Annotated[Number, number_in(0, 1)] = Fraction(1, 2),
        setting: Line | None = None,
    ) -> None:
        super().__init__(setting)
        self.probability = probability

    def solve(self, problem: Problem, *, rng: Seed = None) -> Lottery:
        self.setting.check(problem)
        p = self.probability
        middle = placed(mean(problem.types, problem.weights), "mean")
        ranks = [(q * (1 - p), placed(x, "ranks")) for q, x in _ranks(problem)]
        return self.wrap(problem, Lottery([(p, middle), *ranks]))


average_or_random_rank = mechanism("facility.average_or_random_rank")(AverageOrRandomRank)


def _ranks(problem: Problem) -> list[tuple[Number, Number]]:
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


@mechanism("facility.left_right_middle", reference=WITHOUT_MONEY, setting=Line(), anonymous=True)
def left_right_middle(problem: Problem) -> Lottery:
    """Left-right-middle: the leftmost and the rightmost report with chance 1/4, their middle 1/2.

    Examples
    --------
    >>> left_right_middle([0, Fraction(1, 3), 1])
    Lottery over 3 outcomes
      1/4        0
      1/2        1/2
      1/4        1
    """
    first, last = ends_of(problem)
    exact = is_exact(first) and is_exact(last)
    middle = Fraction(first + last) / 2 if exact else (first + last) / 2
    quarter = Fraction(1, 4)
    chances = ((quarter, first), (2 * quarter, middle), (quarter, last))
    return Lottery((p, placed(tidy(x), "range")) for p, x in chances)
