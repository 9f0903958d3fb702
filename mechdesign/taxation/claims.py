"""Figures of optimal taxation, computed again."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from mechdesign import taxation
from mechdesign.experiments.claim import Claim

__all__ = ["CLAIMS"]


def _top() -> Sequence[Any]:
    return [taxation.revenue_rate(1), taxation.top_rate(Fraction(3, 2), Fraction(1, 4))]


def _finite() -> Sequence[Any]:
    rule: Any = taxation.mirrlees
    found = rule([1, 2, 3]).details
    return [*found["marginal_rates"].values(), found["utilities"][1]]


def _linear() -> Sequence[Any]:
    return taxation.preferred_rates(taxation.economy([1, 2, 3]))


def _cycle() -> Sequence[Any]:
    rates = {"A": (0, 0.1), "B": (0.2, 0.2), "C": (0, 0.3)}
    menu = {name: taxation.Schedule((0, 2), pair) for name, pair in rates.items()}
    vote = taxation.vote_over_schedules(taxation.economy([1, 2, 3]), menu)
    return [vote.margin(*pair) for pair in ("AB", "BC", "CA")]


def _federal() -> Sequence[Any]:
    schedule = taxation.FEDERAL["us2019_single"]
    return [schedule.tax(z) for z in (50_000, 100_000, 1_000_000)]


#: What :func:`mechdesign.experiments.reproduction` computes again for this family.
CLAIMS = (
    Claim(
        "taxation.rates_on_the_highest",
        "the rate with the largest revenue at elasticity 1; the top rate with tail 1.5, "
        "elasticity 1/4",
        ("1/2", "8/11"),
        _top,
        "Saez 2001",
        "derived",
    ),
    Claim(
        "taxation.finite_skills",
        "skills 1, 2, 3, the lowest utility as high as possible: marginal rates, lowest utility",
        ("3/5", "5/14", "0", "419/210"),
        _finite,
        "Mirrlees 1971",
        "derived",
    ),
    Claim(
        "taxation.preferred_linear",
        "the linear taxes that skills 1, 2, 3 like best",
        ("11/25", "1/8", "0"),
        _linear,
        "derived here",
        "derived",
    ),
    Claim(
        "taxation.cycle_of_schedules",
        "three schedules of two brackets: by which share of voters A beats B, B beats C, C beats A",
        ("1/3", "1/3", "1/3"),
        _cycle,
        "derived here",
        "derived",
    ),
    Claim(
        "taxation.federal_2019",
        "federal income tax of a single person in 2019 on 50,000, 100,000 and 1,000,000 dollars",
        ("6858.5", "18174.5", "334987.5"),
        _federal,
        "Revenue Procedure 2018-57",
    ),
)
