"""Balance for offline vertices with large capacities."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from mechdesign.matching.instances.graphs import Instance
from mechdesign.matching.policies import kernels
from mechdesign.matching.policies.array_form import Keys, Recipe
from mechdesign.matching.policies.policies import KeyPolicy, worth
from mechdesign.matching.policies.protocol import View
from mechdesign.model import Number, as_number, mechanism

__all__ = ["capacity_balance"]


class CapacityBalance(KeyPolicy):
    """Attempt the neighbour with the largest ``w p (1 - G(used share of the capacity))``.

    Balance in the manner of b-matching and budgeted allocation: what counts is how much of the
    capacity is used up, not how often an attempt was made.

    Parameters
    ----------
    penalty : callable, optional
        The nondecreasing G on [0, 1]; ``exp(x - 1)`` by default, the classic choice for large
        capacities.

    Examples
    --------
    >>> from mechdesign import matching
    >>> matching.expected_reward(matching.upper_triangular(2, 1), matching.capacity_balance)
    Fraction(2, 1)
    """

    def __init__(self, *, penalty: Callable[[float], float] | None = None) -> None:
        self.penalty = penalty or _classic

    def _discount(self, used: int, capacity: int) -> float:
        share = used / capacity
        found = as_number(self.penalty(share), f"penalty({share:g})", owner=self.name)
        return 1.0 - float(found)

    def key(self, view: View, u: int, p: Number, state: object) -> Number:
        capacity = view.instance.capacities[u]
        discount = self._discount(capacity - view.left[u], capacity)
        return float(view.instance.weights[u] * p) * discount

    def recipe(self, instance: Instance) -> Recipe | None:
        table = np.array([self._discount(k, c) for c in instance.capacities for k in range(c)])
        first = np.cumsum([0, *instance.capacities[:-1]])
        return Keys(worth(instance), constant=table[first], mode=kernels.FILL, table=table)


def _classic(share: float) -> float:
    return math.exp(share - 1)


capacity_balance = mechanism("matching.capacity_balance")(CapacityBalance)
