"""Figures about online matching with stochastic rewards."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from mechdesign import matching
from mechdesign.experiments.claim import Claim, Rounding, Standing
from mechdesign.matching.exact import constants
from mechdesign.model import Number

__all__ = ["CLAIMS"]

_MP = "Mehta and Panigrahi 2012, FOCS"
_HZ = "Huang and Zhang 2020, arXiv:2002.01802"
_GU = "Goyal and Udwani 2020, arXiv:1905.12778"
_HJ = "Huang et al. 2023, arXiv:2309.10289"

# name of the constant, what, as printed, source, standing, rounding
_RATIOS: tuple[tuple[str, str, str, str, Standing, Rounding], ...] = (
    ("balance_equal", "Balance, equal p -> 0, vs fluid", "0.567", _MP, "published", "down"),
    ("ranking_equal", "Ranking, equal p -> 0, vs fluid", "0.534", _MP, "published", "down"),
    ("balance_limit", "no more for Balance: z-graph", "0.588", _MP, "published", "nearest"),
    ("all_limit", "no more for any policy: the graph G_3", "0.621", _MP, "published", "nearest"),
    (
        "semi_adaptive",
        "SemiAdaptive, unequal p -> 0, vs fluid",
        "0.534",
        "Mehta, Waggoner and Zadimoghaddam 2015, SODA",
        "published",
        "down",
    ),
    ("balance_fluid", "Balance, equal p -> 0, vs fluid, better", "0.576", _HZ, "published", "down"),
    (
        "fractional_fluid",
        "fractional Balance, unequal p -> 0, vs fluid",
        "0.572",
        _HZ,
        "published",
        "at least",
    ),
    (
        "goyal_udwani",
        "discounted Balance, vs clairvoyant: e E1(1)",
        "0.596",
        _GU,
        "published",
        "down",
    ),
    (
        "balance_stochastic",
        "Balance, equal p -> 0, vs clairvoyant: 2 - 2 ln 2",
        "0.613",
        _HJ,
        "reconstruction",
        "down",
    ),
    (
        "unequal_stochastic",
        "Balance, unequal p -> 0, vs clairvoyant",
        "0.611",
        _HJ,
        "reconstruction",
        "at least",
    ),
)


def _derived(name: str) -> Callable[[], float]:
    return lambda: constants.derive(name).derived


def _adaptivity() -> tuple[Number, ...]:
    """The best with and without looking at successes: two vertices, six arrivals, p = 1/3."""
    graph = matching.complete(2, 6, Fraction(1, 3))
    return matching.clairvoyant(graph), matching.best_non_adaptive(graph)


def _one_vertex() -> tuple[Number, ...]:
    """Fluid and best value of one vertex with four arrivals of p = 1/4."""
    graph = matching.complete(1, 4, Fraction(1, 4))
    return matching.fluid(graph, exact=True).value, matching.clairvoyant(graph)


#: What :func:`mechdesign.experiments.reproduction` computes again for this family.
CLAIMS = (
    *(
        Claim(f"matching.{name}", what, printed, _derived(name), source, standing, rounding)
        for name, what, printed, source, standing, rounding in _RATIOS
    ),
    Claim(
        "matching.one_vertex",
        "fluid and best value of one vertex, 4 arrivals, p=1/4",
        ("1", "175/256"),
        _one_vertex,
        _GU,
        "derived",
    ),
    Claim(
        "matching.adaptivity",
        "best adaptive and best non-adaptive reward on K(2, 6), p=1/3",
        ("1138/729", "38/27"),
        _adaptivity,
        _MP,
        "derived",
    ),
)
