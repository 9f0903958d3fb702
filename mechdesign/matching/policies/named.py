"""Policies by name."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from mechdesign.errors import InvalidInputError
from mechdesign.matching.policies.attenuation import SemiAdaptive
from mechdesign.matching.policies.balance_with_capacities import CapacityBalance
from mechdesign.matching.policies.discounts import discount
from mechdesign.matching.policies.fractional import FractionalBalance
from mechdesign.matching.policies.policies import (
    Balance,
    FullyAdaptive,
    GeneralisedBalance,
    Greedy,
    NonAdaptive,
    PerturbedGreedy,
    RandomAvailable,
    Ranking,
)
from mechdesign.matching.policies.protocol import Policy

__all__ = ["POLICIES", "discounted_balance", "named_policy"]


def discounted_balance(name: str) -> GeneralisedBalance:
    """Generalised balance with a discount out of :mod:`mechdesign.matching.policies.discounts`.

    Parameters
    ----------
    name : str
        ``exponential``, ``goyal_udwani``, ``equal_stochastic``, ``unequal_stochastic``,
        ``equal_fluid`` or ``unequal_fluid``.

    Examples
    --------
    >>> discounted_balance("goyal_udwani").name
    'balance_goyal_udwani'
    """
    return GeneralisedBalance(discount(name), f"balance_{name}")


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
    "semi_adaptive": SemiAdaptive,
    "fractional_balance": FractionalBalance,
    "capacity_balance": CapacityBalance,
    "balance_goyal_udwani": partial(discounted_balance, "goyal_udwani"),
    "balance_equal_stochastic": partial(discounted_balance, "equal_stochastic"),
    "balance_unequal_stochastic": partial(discounted_balance, "unequal_stochastic"),
    "balance_equal_fluid": partial(discounted_balance, "equal_fluid"),
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
