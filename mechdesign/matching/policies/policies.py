"""The policies of the literature.

Every keyed policy attempts the available neighbour with the largest key, the lowest position
winning ties.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

import numpy as np

from mechdesign.errors import InvalidInputError, LimitReachedError
from mechdesign.matching.instances.graphs import Instance
from mechdesign.matching.policies import kernels
from mechdesign.matching.policies.array_form import Keys, Recipe, UniformChoice, plan_keys, tabulate
from mechdesign.matching.policies.discounts import discount as named_discount
from mechdesign.matching.policies.discounts import exponential
from mechdesign.matching.policies.kernels import TIE
from mechdesign.matching.policies.protocol import Action, Policy, View
from mechdesign.matching.references import AGGARWAL, GOYAL_UDWANI, KARP, MEHTA_PANIGRAHI
from mechdesign.model import Number, mechanism

__all__ = [
    "KeyPolicy",
    "balance",
    "fully_adaptive",
    "generalised_balance",
    "greedy",
    "non_adaptive",
    "perturbed_greedy",
    "random_available",
    "ranking",
]

_MAX_PERMUTED = 7


def largest(keys: Iterable[tuple[int, Number]]) -> int | None:
    """The vertex with the largest key, the first of those that tie; None if there is none."""
    best: int | None = None
    bar: Number = 0
    for u, key in keys:
        if best is None or key > bar:
            tie: Any = TIE if isinstance(key, float) else Fraction(TIE)
            best, bar = u, key + abs(key) * tie
    return best


class KeyPolicy(Policy):
    """Attempt the available neighbour with the largest key.

    The simulation adds in floats, so that keys within 1e-11 of each other, relative, tie here as
    there.
    """

    def key(self, view: View, u: int, p: Number, state: object) -> Number:
        """The key of an available neighbour u with success probability p."""
        raise InvalidInputError("key", "be defined by the policy", self.name)

    def actions(self, view: View, state: object) -> Iterable[Action]:
        keys = ((u, self.key(view, u, p, state)) for u, p in view.available)
        return [(1, largest(keys), state)]


class Greedy(KeyPolicy):
    """Attempt the neighbour with the largest expected reward ``w_u p``.

    Examples
    --------
    >>> from mechdesign import matching
    >>> matching.expected_reward(matching.upper_triangular(2, 1), matching.greedy)
    Fraction(2, 1)
    """

    def key(self, view: View, u: int, p: Number, state: object) -> Number:
        return view.instance.weights[u] * p

    def recipe(self, instance: Instance) -> Recipe | None:
        return Keys(worth(instance), constant=np.ones(instance.n))


greedy = mechanism("matching.greedy", reference=KARP)(Greedy)


class Balance(KeyPolicy):
    """StochasticBalance of Mehta and Panigrahi: attempt the neighbour with the least load.

    It is meant for equal probabilities and no weights.

    Examples
    --------
    >>> from mechdesign import matching
    >>> matching.expected_reward(matching.upper_triangular(2, 1), matching.balance)
    Fraction(2, 1)
    """

    def key(self, view: View, u: int, p: Number, state: object) -> Number:
        return -view.loads[u]

    def recipe(self, instance: Instance) -> Recipe | None:
        return Keys(np.ones(instance.edge_count), mode=kernels.LOAD)


balance = mechanism("matching.balance", reference=MEHTA_PANIGRAHI)(Balance)


class GeneralisedBalance(KeyPolicy):
    """Attempt the neighbour with the largest ``w_u p g(load)``.

    Parameters
    ----------
    discount : str or callable
        Nonincreasing, of a vertex by its load: one of :data:`DISCOUNTS` or a function.

    Examples
    --------
    >>> generalised_balance(discount="goyal_udwani")
    <matching.generalised_balance(discount=goyal_udwani)>
    """

    def __init__(self, *, discount: str | Callable[[float], float] = "exponential") -> None:
        self.g = discount if callable(discount) else named_discount(discount)

    def key(self, view: View, u: int, p: Number, state: object) -> Number:
        return float(view.instance.weights[u] * p) * self.g(float(view.loads[u]))

    def recipe(self, instance: Instance) -> Recipe | None:
        if self.g is exponential:
            wear = np.exp(-instance.p)
            ones = np.ones(instance.n)
            return Keys(worth(instance), constant=ones, mode=kernels.WEAR_ALWAYS, wear=wear)
        table = tabulate(self.g, instance, self.name)
        start = np.full(instance.n, table[0])
        return Keys(worth(instance), constant=start, mode=kernels.DISCOUNT, table=table)


generalised_balance = mechanism("matching.generalised_balance", reference=GOYAL_UDWANI)(
    GeneralisedBalance
)


class FullyAdaptive(KeyPolicy):
    """Attempt the neighbour with the largest ``w_u p prod(1 - p')`` over its failed attempts.

    Examples
    --------
    >>> from mechdesign import matching
    >>> matching.expected_reward(matching.upper_triangular(2, 1), matching.fully_adaptive)
    Fraction(2, 1)
    """

    def key(self, view: View, u: int, p: Number, state: object) -> Number:
        return view.instance.weights[u] * p * view.survival[u]

    def recipe(self, instance: Instance) -> Recipe | None:
        ones = np.ones(instance.n)
        return Keys(worth(instance), constant=ones, mode=kernels.WEAR, wear=1.0 - instance.p)


fully_adaptive = mechanism("matching.fully_adaptive")(FullyAdaptive)


class RandomAvailable(Policy):
    """Attempt an available neighbour uniformly at random.

    Examples
    --------
    >>> from mechdesign import matching
    >>> matching.expected_reward(matching.upper_triangular(2, 1), matching.random_available)
    Fraction(3, 2)
    """

    def actions(self, view: View, state: object) -> Iterable[Action]:
        if not view.available:
            return [(1, None, state)]
        share = Fraction(1, len(view.available))
        return [(share, u, state) for u, _ in view.available]

    def recipe(self, instance: Instance) -> Recipe | None:
        return UniformChoice()


random_available = mechanism("matching.random_available")(RandomAvailable)


class Ranking(KeyPolicy):
    """Attempt the neighbour that comes first in a random permutation drawn once.

    Examples
    --------
    >>> from mechdesign import matching
    >>> matching.expected_reward(matching.upper_triangular(2, 1), matching.ranking)
    Fraction(3, 2)
    """

    def starts(self, instance: Instance) -> Iterable[tuple[Number, Any]]:
        if instance.n > _MAX_PERMUTED:
            raise LimitReachedError(
                f"ranking has {instance.n}! starts; exact evaluation stops at {_MAX_PERMUTED} "
                "offline vertices: simulate it"
            )
        share = Fraction(1, math.factorial(instance.n))
        return [(share, order) for order in itertools.permutations(range(instance.n))]

    def start(self, instance: Instance, rng: np.random.Generator) -> Any:
        return tuple(rng.permutation(instance.n).tolist())

    def begin(self, instance: Instance, uniforms: np.ndarray[Any, Any]) -> Any:
        return tuple(np.argsort(np.argsort(uniforms, kind="stable"), kind="stable").tolist())

    def key(self, view: View, u: int, p: Number, state: Any) -> Number:
        rank: int = state[u]
        return -rank

    def recipe(self, instance: Instance) -> Recipe | None:
        return Keys(np.ones(instance.edge_count), start="rank")


ranking = mechanism("matching.ranking", reference=MEHTA_PANIGRAHI)(Ranking)


class PerturbedGreedy(KeyPolicy):
    """Perturbed greedy of Goyal and Udwani: ``w_u p (1 - exp(y_u - 1))`` with ``y_u`` uniform.

    Examples
    --------
    >>> from mechdesign import matching
    >>> matching.perturbed_greedy.name
    'matching.perturbed_greedy'
    """

    finite = False

    def start(self, instance: Instance, rng: np.random.Generator) -> Any:
        return tuple(rng.random(instance.n).tolist())

    def begin(self, instance: Instance, uniforms: np.ndarray[Any, Any]) -> Any:
        return tuple(uniforms.tolist())

    def key(self, view: View, u: int, p: Number, state: Any) -> Number:
        return float(view.instance.weights[u] * p) * (1 - math.exp(state[u] - 1))

    def recipe(self, instance: Instance) -> Recipe | None:
        return Keys(worth(instance), start="perturbation")


perturbed_greedy = mechanism("matching.perturbed_greedy", reference=AGGARWAL)(PerturbedGreedy)


class NonAdaptive(Policy):
    """The plan that ignores successes, of Mehta, Waggoner and Zadimoghaddam.

    Every arrival is assigned to the neighbour with the largest ``w_u p prod(1 - p')`` over all its
    earlier assignments; if that vertex has already succeeded the arrival is lost.

    Examples
    --------
    >>> from mechdesign import matching
    >>> matching.expected_reward(matching.upper_triangular(2, 1), matching.non_adaptive)
    Fraction(2, 1)
    """

    def start(self, instance: Instance, rng: np.random.Generator) -> Any:
        survival: list[Number] = [1] * instance.n
        plan: list[int | None] = []
        for pairs in instance.by_arrival:
            best: int | None = None
            top: Number = 0
            chance: Number = 0
            for u, p in pairs:
                value = instance.weights[u] * survival[u] * p
                if best is None or value > top:
                    best, top, chance = u, value, p
            if best is not None:
                survival[best] *= 1 - chance
            plan.append(best)
        return tuple(plan)

    def actions(self, view: View, state: Any) -> Iterable[Action]:
        planned = state[view.arrival]
        free = any(u == planned for u, _ in view.available)
        return [(1, planned if free else None, state)]

    def recipe(self, instance: Instance) -> Recipe | None:
        return plan_keys(instance, self.start(instance, np.random.default_rng(0)))


non_adaptive = mechanism("matching.non_adaptive")(NonAdaptive)


def worth(instance: Instance) -> Any:
    """The expected reward ``w p`` of every edge, as floats."""
    return instance.w[instance.neighbours] * instance.p
