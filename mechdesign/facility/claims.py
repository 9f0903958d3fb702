"""Figures about facility location."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from mechdesign import facility
from mechdesign.experiments.claim import Claim
from mechdesign.model import Number

__all__ = ["CLAIMS"]

_FAIR = "Aziz et al. 2021, arXiv:2111.01566"


def _profiles(agents: int, steps: int) -> Iterator[tuple[Fraction, ...]]:
    points = [Fraction(k, steps) for k in range(steps + 1)]
    yield from itertools.combinations_with_replacement(points, agents)


def _equilibria_elsewhere() -> int:
    """Profiles whose equilibrium under the average is not where Uniform Phantom is."""
    target: Any = facility.uniform_phantom
    average = facility.average
    return sum(
        facility.best_response_dynamics(average, x).outcome != target(x).choice
        for x in _profiles(3, 6)
    )


def _fair_phantoms() -> int:
    """Phantom mechanisms whose location is proportionally fair at every profile."""
    profiles = [(x, facility.admissible("PF", x)) for x in _profiles(3, 6)]
    rules: list[Any] = [facility.phantoms(locations=alphas) for alphas in _profiles(4, 6)]
    return sum(all(rule(x).choice in fair for x, fair in profiles) for rule in rules)


def _worst_of_uniform_phantom() -> Number:
    return facility.worst_case_ratio(facility.uniform_phantom, 7).ratio


def _worst_of_constrained_median() -> Number:
    return facility.worst_case_ratio(facility.constrained_median, 6).ratio


def _left_right_middle() -> Number:
    """The largest ratio of expected to best maximum cost over the profiles of a grid."""
    rule: Any = facility.left_right_middle
    ratios: list[Fraction] = []
    for x in _profiles(3, 6):
        best = (x[-1] - x[0]) / 2
        if best:
            costs = [(p, max(abs(o.choice - place) for place in x)) for p, o in rule(x)]
            ratios.append(sum(p * cost for p, cost in costs) / best)
    return max(ratios)


def _random_rank() -> int:
    """Profiles where the expected location of Random Rank is not the average."""
    rule: Any = facility.random_rank
    average: Any = facility.average
    return sum(sum(p * o.choice for p, o in rule(x)) != average(x).choice for x in _profiles(4, 4))


def _median_in_the_plane() -> float:
    """Cost over best cost at (1, 0), (-1, 0), (0, 1/2); the last one is their Fermat point."""
    places = [(1.0, 0.0), (-1.0, 0.0), (0.0, 0.5)]
    rule: Any = facility.coordinatewise(setting=facility.space(2, -1, 1))

    def cost(point: tuple[float, ...]) -> float:
        return sum(math.dist(point, place) for place in places)

    return cost(rule(places).choice) / min(cost(place) for place in places)


def _independent_markets() -> tuple[Number, ...]:
    votes = [(1, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1)]
    rule: Any = facility.independent_markets
    return tuple(rule(votes).choice)


#: What :func:`mechdesign.experiments.reproduction` computes again for this family.
CLAIMS = (
    Claim(
        "facility.equilibrium_of_the_average",
        "profiles (n=3, grid 1/6) where the average's equilibrium is not UP",
        "0",
        _equilibria_elsewhere,
        _FAIR,
    ),
    Claim(
        "facility.fair_phantom_mechanisms",
        "proportionally fair phantom mechanisms (n=3, phantoms on grid 1/6)",
        "1",
        _fair_phantoms,
        _FAIR,
    ),
    Claim(
        "facility.uniform_phantom_welfare",
        "worst welfare ratio of Uniform Phantom, n=7",
        "35/29",
        _worst_of_uniform_phantom,
        _FAIR,
        "derived",
    ),
    Claim(
        "facility.constrained_median_welfare",
        "worst welfare ratio of the constrained median, n=6",
        "15/13",
        _worst_of_constrained_median,
        _FAIR,
        "derived",
    ),
    Claim(
        "facility.left_right_middle",
        "worst expected maximum cost of Left-Right-Middle (n=3, grid 1/6)",
        "3/2",
        _left_right_middle,
        "Procaccia and Tennenholtz 2013, doi:10.1145/2542174.2542175",
    ),
    Claim(
        "facility.random_rank",
        "profiles (n=4, grid 1/4) where Random Rank is not the average in expectation",
        "0",
        _random_rank,
        "Aziz et al. 2022, arXiv:2205.14798",
        "derived",
    ),
    Claim(
        "facility.median_in_the_plane",
        "cost ratio of the coordinate-wise median, n=3: sqrt 2 sqrt(n^2+1)/(n+1)",
        "1.118034",
        _median_in_the_plane,
        "Goel and Hann-Caruthers 2020, arXiv:2007.00903",
        rounding="nearest",
    ),
    Claim(
        "facility.independent_markets",
        "division of single-minded voters 2:1:1 by independent markets",
        ("1/2", "1/4", "1/4"),
        _independent_markets,
        "Freeman et al. 2021, doi:10.1016/j.jet.2021.105234",
        "derived",
    ),
)
