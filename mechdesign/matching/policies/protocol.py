"""The policy: which neighbour an arrival attempts.

A policy sees one arrival at a time.  It may be randomised in two ways: by a random start (a
permutation of the offline vertices) and by random choices at an arrival.  Both are told as finite
distributions where they are finite, so that small instances can be evaluated exactly.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from mechdesign.errors import InvalidInputError, LimitReachedError, require
from mechdesign.matching.instances.graphs import Instance
from mechdesign.matching.policies.array_form import Recipe
from mechdesign.matching.setting import Online, online
from mechdesign.model import Lottery, Mechanism, Number, Outcome, Problem, Provenance, Seed, get

__all__ = ["FunctionPolicy", "Policy", "View", "distribution", "policy"]

_MAX_NODES = 2_000_000

#: Probability, offline position to attempt or None, state of the policy afterwards.
Action: TypeAlias = "tuple[Number, int | None, Any]"
#: What every function that wants a policy accepts: see :func:`policy`.
PolicyLike: TypeAlias = "Policy | Callable[[View], Hashable | None] | str"
#: Offline position, arrival position: the successes of one run.
Matching: TypeAlias = tuple[tuple[int, int], ...]


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


class Policy(Mechanism[Lottery]):
    """A rule for online matching with stochastic rewards.

    As a mechanism it gives the exact lottery over sets of successes, by enumeration, so that
    instances must be small.
    """

    setting: Online = online()
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

    @property
    def label(self) -> str:
        """The name without the family."""
        return self.name.removeprefix("matching.")

    def solve(self, problem: Problem, *, rng: Seed = None) -> Lottery:
        graph = self.setting.instance(problem)
        how = Provenance(algorithm="enumeration", exact=graph.exact)
        names = problem.agents
        found = distribution(graph, self)
        return self.wrap(
            problem,
            Lottery(
                (chance, Outcome(tuple((names[u], t) for u, t in matched), provenance=how))
                for matched, chance in found.items()
            ),
        )


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
        label = str(name or getattr(function, "__name__", type(function).__name__))
        self.id = "lambda" if label == "<lambda>" else label

    def actions(self, view: View, state: object) -> Iterable[Action]:
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


def policy(rule: PolicyLike) -> Policy:
    """Take a policy in any of the forms in which users have one.

    Parameters
    ----------
    rule : policy, str or function
        A policy; its name, such as ``"balance"`` or ``"fractional_balance(pieces=8)"``, where
        hyphens stand for underscores; or a function, which takes a :class:`View` and returns the
        label of an available neighbour, or None.

    Raises
    ------
    InvalidInputError
        If it is none of these.

    Examples
    --------
    >>> first = policy(lambda view: next(iter(view.labels), None))
    >>> first([[1, 0], [1, 1]]).utilities
    {0: 1, 1: 1}
    >>> policy("random-available")
    <matching.random_available>
    """
    if isinstance(rule, str):
        identifier, opened, rest = rule.removeprefix("matching.").partition("(")
        found = get(f"matching.{identifier.replace('-', '_')}{opened}{rest}")
        if isinstance(found, Policy):
            return found
    if isinstance(rule, Policy):
        return rule
    if isinstance(rule, Mechanism | type) or not callable(rule):
        raise InvalidInputError("policy", "be a policy, its name or a function of a view", rule)
    return FunctionPolicy(rule)


def distribution(instance: Instance, rule: PolicyLike) -> dict[Matching, Number]:
    """The probability of every set of successes.

    Parameters
    ----------
    instance : Instance
        Small: the tree of successes and failures has up to 2^m leaves.
    rule : policy, name or function
        See :func:`policy`.

    Returns
    -------
    dict
        Pairs (offline position, arrival position) in arrival order, to probability; the values sum
        to 1.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from mechdesign.matching import complete
    >>> sorted(map(str, distribution(complete(1, 1, Fraction(1, 3)), "greedy").values()))
    ['1/3', '2/3']
    """
    found: dict[Matching, Number] = {}
    for probability, matched, _ in runs(instance, rule):
        found[matched] = found.get(matched, 0) + probability
    return found


def runs(
    instance: Instance, rule: PolicyLike
) -> Iterator[tuple[Number, Matching, tuple[Number, ...]]]:
    """Every run of positive probability: its probability, its successes, its final loads."""
    require(instance, Instance, "instance")
    chosen = policy(rule)
    budget = [_MAX_NODES]
    for share, state in chosen.starts(instance):
        if share:
            yield from _walk(_Run(instance, chosen, budget), share, state)


class _Run:
    """What stays the same along the tree of one start."""

    def __init__(self, instance: Instance, policy: Policy, budget: list[int]) -> None:
        self.instance = instance
        self.policy = policy
        self.budget = budget

    def spend(self) -> None:
        self.budget[0] -= 1
        if self.budget[0] < 0:
            raise LimitReachedError(
                f"exact evaluation of {self.policy.name} needs more than {_MAX_NODES:,} steps: "
                "simulate it"
            )


def _walk(
    run: _Run, share: Number, state: object
) -> Iterator[tuple[Number, Matching, tuple[Number, ...]]]:
    """Depth-first over arrivals; an explicit stack, for instances of any length."""
    instance = run.instance
    one: tuple[Number, ...] = (1,) * instance.n
    zero: tuple[Number, ...] = (0,) * instance.n
    stack: list[Any] = [(share, 0, instance.capacities, zero, one, (), state)]
    while stack:
        probability, t, left, loads, survival, matched, state = stack.pop()
        run.spend()
        if t == instance.m:
            yield probability, matched, loads
            continue
        available = tuple((u, p) for u, p in instance.by_arrival[t] if left[u] > 0)
        view = View(instance, t, available, loads, survival, left)
        chances = dict(available)
        for q, pick, after in run.policy.actions(view, state):
            if pick is None:
                stack.append((probability * q, t + 1, left, loads, survival, matched, after))
                continue
            p = chances[pick]
            loaded = _put(loads, pick, loads[pick] + p)
            if p < 1:
                worn = _put(survival, pick, survival[pick] * (1 - p))
                failed = probability * q * (1 - p)
                stack.append((failed, t + 1, left, loaded, worn, matched, after))
            if p > 0:
                used = _put(left, pick, left[pick] - 1)
                pairs = (*matched, (pick, t))
                stack.append((probability * q * p, t + 1, used, loaded, survival, pairs, after))


def _put(values: tuple[object, ...], k: int, value: object) -> tuple[Any, ...]:
    return (*values[:k], value, *values[k + 1 :])
