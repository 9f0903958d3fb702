"""Taxes by their definitions, in plain lines: every income on a grid is tried."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from fractions import Fraction


def best_income(
    skill: Fraction,
    cutoffs: Sequence[Fraction],
    rates: Sequence[Fraction],
    grid: Sequence[Fraction],
) -> Fraction:
    """The income of a grid with the largest utility, the larger of two; elasticity 1."""

    def tax(income: Fraction) -> Fraction:
        ends, zero = [*cutoffs[1:], income], Fraction(0)
        parts = zip(cutoffs, ends, rates, strict=True)
        return sum((r * max(min(e, income) - c, zero) for c, e, r in parts), zero)

    return max(grid, key=lambda z: (z - tax(z) - (z / skill) ** 2 / 2, z))


def mirrlees(
    skills: Sequence[Fraction], shares: Sequence[Fraction], grid: Sequence[Fraction]
) -> Fraction:
    """The highest lowest utility of a menu with incomes on a grid; elasticity 1.

    For incomes that ascend the taxes with the highest lowest utility leave each skill indifferent
    to the bundle of the skill below, and the rest of the budget to the lowest.
    """
    best = Fraction(-1)
    for incomes in itertools.combinations_with_replacement(grid, len(skills)):
        rents = [Fraction(0)]
        for k in range(1, len(skills)):
            z = incomes[k - 1]
            rents.append(rents[-1] + (z / skills[k - 1]) ** 2 / 2 - (z / skills[k]) ** 2 / 2)
        left = sum(
            (
                p * (z - (z / w) ** 2 / 2 - r)
                for p, z, w, r in zip(shares, incomes, skills, rents, strict=True)
            ),
            Fraction(0),
        )
        best = max(best, left)
    return best


def linear(
    skills: Sequence[Fraction], shares: Sequence[Fraction], grid: Sequence[Fraction]
) -> Fraction:
    """The rate of a grid with the highest lowest utility; elasticity 1."""

    def lowest(rate: Fraction) -> Fraction:
        incomes = [w * w * (1 - rate) for w in skills]
        rebate = rate * sum((p * z for p, z in zip(shares, incomes, strict=True)), Fraction(0))
        return min(
            z * (1 - rate) - (z / w) ** 2 / 2 + rebate for z, w in zip(incomes, skills, strict=True)
        )

    return max(grid, key=lowest)
