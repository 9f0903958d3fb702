"""Policies by name."""

from __future__ import annotations

from collections.abc import Callable

from mechdesign.errors import InvalidInputError
from mechdesign.matching.policies import (
    Balance,
    FullyAdaptive,
    GeneralisedBalance,
    Greedy,
    NonAdaptive,
    PerturbedGreedy,
    RandomAvailable,
    Ranking,
)
from mechdesign.matching.policy import Policy

__all__ = ["POLICIES", "named_policy"]

#: What every name stands for.
POLICIES: dict[str, Callable[[], Policy]] = {
    "greedy": Greedy,
    "balance": Balance,
    "generalised_balance": GeneralisedBalance,
    "fully_adaptive": FullyAdaptive,
    "random_available": RandomAvailable,
    "ranking": Ranking,
    "perturbed_greedy": PerturbedGreedy,
    "non_adaptive": NonAdaptive,
}


def named_policy(name: str) -> Policy:
    """A policy of the package by its name.

    Parameters
    ----------
    name : str
        Such as ``"balance"``; hyphens stand for underscores, a leading ``matching.`` is allowed.

    Raises
    ------
    InvalidInputError
        If there is no such policy.

    Examples
    --------
    >>> named_policy("random-available").name
    'random_available'
    """
    key = name.removeprefix("matching.").replace("-", "_")
    if key not in POLICIES:
        raise InvalidInputError("policy", f"be one of {', '.join(POLICIES)}", name)
    return POLICIES[key]()
