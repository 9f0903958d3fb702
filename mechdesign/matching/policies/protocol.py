"""The policy: which neighbour an arrival attempts.

A policy sees one arrival at a time.  It may be randomised in two ways: by a random start (a
permutation of the offline vertices) and by random choices at an arrival.  Both are told as finite
distributions where they are finite, so that small instances can be evaluated exactly.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from mechdesign.errors import InvalidInputError, LimitReachedError
from mechdesign.matching.instances.graphs import Instance
from mechdesign.matching.policies.array_form import Recipe
from mechdesign.model import Number

__all__ = ["FunctionPolicy", "Policy", "View", "as_policy"]

#: Probability, offline position to attempt or None, state of the policy afterwards.
Action: TypeAlias = "tuple[Number, int | None, Any]"
#: A policy, or a function of a :class:`View` that returns the label of a neighbour or None.
PolicyLike: TypeAlias = "Policy | Callable[[View], Hashable | None]"


@dataclass(frozen=True, slots=True)
class View:
    """What a policy may see when an arrival shows up.

    Parameters
    ----------
    instance : Instance
        The offline side of it (labels, weights, capacities); looking at later arrivals is cheating.
    arrival : int
        The position of the arrival.
    available : tuple of (int, number)
        The neighbours with capacity left: offline position and success probability, in order.
    loads : sequence of numbers, length n
        For every offline vertex the sum of the probabilities of its attempts so far.
    survival : sequence of numbers, length n
        For every offline vertex the product of ``1 - p`` over its failed attempts.
    left : sequence of int, length n
        The capacity that every offline vertex has left.
    """

    instance: Instance
    arrival: int
    available: tuple[tuple[int, Number], ...]
    loads: Sequence[Number]
    survival: Sequence[Number]
    left: Sequence[int] = ()

    @property
    def labels(self) -> dict[Hashable, Number]:
        """The available neighbours by label, with their success probabilities."""
        return {self.instance.offline[u]: p for u, p in self.available}

    def load(self, label: Hashable) -> Number:
        """The load of an offline vertex."""
        return self.loads[self.instance.position(label)]


class Policy(ABC):
    """A rule for online matching with stochastic rewards."""

    #: Name to show.
    name: str = ""
    #: Whether every start of the policy can be listed.
    finite: bool = True

    def starts(self, instance: Instance) -> Iterable[tuple[Number, Any]]:
        """The distribution of the initial state; a single one by default.

        Raises
        ------
        LimitReachedError
            If the policy draws from a continuum and has no finite distribution.
        """
        if not self.finite:
            raise LimitReachedError(
                f"{self.name} draws from a continuum and has no exact value by enumeration: "
                "simulate it"
            )
        return [(1, self.start(instance, np.random.default_rng(0)))]

    def start(self, instance: Instance, rng: np.random.Generator) -> Any:
        """A random initial state; None by default."""
        return None

    def begin(self, instance: Instance, uniforms: np.ndarray[Any, Any]) -> Any:
        """The initial state of a simulated run, from one uniform number for each offline vertex.

        Policies that share these numbers can be compared run by run; by default they seed
        :meth:`start`.
        """
        return self.start(instance, np.random.default_rng((uniforms * 2**32).astype(np.uint32)))

    @abstractmethod
    def actions(self, view: View, state: Any) -> Iterable[Action]:
        """The distribution over what to attempt at an arrival, given the state."""

    def recipe(self, instance: Instance) -> Recipe | None:
        """The policy in arrays, for fast simulation; None where it has no such form."""
        return None


class FunctionPolicy(Policy):
    """A user's own function as a policy.

    Parameters
    ----------
    function : callable
        Takes a :class:`View` and returns the label of an available neighbour, or None to skip.
    name : str, optional
        Name to show; by default that of the function.
    """

    def __init__(
        self, function: Callable[[View], Hashable | None], name: str | None = None
    ) -> None:
        self.function = function
        self.name = str(name or getattr(function, "__name__", type(function).__name__))

    def actions(self, view: View, state: Any) -> Iterable[Action]:
        """Ask the function, and check what it picks.

        Raises
        ------
        InvalidInputError
            If it picks a vertex that is no neighbour or has no capacity left.
        """
        label = self.function(view)
        if label is None:
            return [(1, None, state)]
        for u, _ in view.available:
            if view.instance.offline[u] == label:
                return [(1, u, state)]
        raise InvalidInputError(
            "pick",
            f"be an available neighbour of arrival {view.arrival}: {list(view.labels)} or None",
            label,
            owner=self.name,
        )


def as_policy(policy: PolicyLike) -> Policy:
    """A policy as it is, a function as a :class:`FunctionPolicy`.

    Raises
    ------
    InvalidInputError
        If it is neither.
    """
    if isinstance(policy, Policy):
        return policy
    if not callable(policy):
        raise InvalidInputError("policy", "be a policy or a function of a view", policy)
    return FunctionPolicy(policy)
