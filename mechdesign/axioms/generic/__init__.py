"""The axioms that make sense in every family; importing the package registers them."""

from mechdesign.axioms.generic import (
    efficiency,
    fairness,
    incentives,
    interim,
    invariance,
    monotonicity,
    pairwise_efficiency,
    participation,
    population,
    single_outcome,
)

__all__ = [
    "efficiency",
    "fairness",
    "incentives",
    "interim",
    "invariance",
    "monotonicity",
    "pairwise_efficiency",
    "participation",
    "population",
    "single_outcome",
]
