"""Exact evaluation of policies on small instances, by enumeration of successes and failures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mechdesign.errors import LimitReachedError
from mechdesign.matching.instances.graphs import Instance
from mechdesign.matching.policies.protocol import Policy, PolicyLike, View, as_policy
from mechdesign.model import Number

__all__ = ["distribution", "expected_loads", "expected_reward"]

#: Offline position, arrival position: the successes of one run.
Matching = tuple[tuple[int, int], ...]

_MAX_NODES = 2_000_000


def expected_reward(instance: Instance, policy: PolicyLike) -> Number:
    """The expected total weight of successes.

    Parameters
    ----------
    instance : Instance
        Small: the tree of successes and failures has up to 2^m leaves.
    policy : policy or function
        A function takes a :class:`View` and returns the label of a neighbour or None.

    Returns
    -------
    number
        A Fraction where the instance and the policy are exact.

    Raises
    ------
    LimitReachedError
        If the tree is too large, or the policy draws from a continuum.

    Examples
    --------
    >>> from mechdesign import matching
    >>> from fractions import Fraction
    >>> graph = matching.complete(2, 2, Fraction(1, 2))
    >>> matching.expected_reward(graph, matching.Greedy())
    Fraction(1, 1)
    """
    total: Number = 0
    for matched, probability in distribution(instance, policy).items():
        reward: Number = sum(instance.weights[u] for u, _ in matched)
        total += probability * reward
    return total


def distribution(instance: Instance, policy: PolicyLike) -> dict[Matching, Number]:
    """The probability of every set of successes.

    Parameters
    ----------
    instance, policy
        As in :func:`expected_reward`.

    Returns
    -------
    dict
        Pairs (offline position, arrival position) in arrival order, to probability; the values sum
        to 1.
    """
    found: dict[Matching, Number] = {}
    for probability, matched, _ in runs(instance, policy):
        found[matched] = found.get(matched, 0) + probability
    return found


def expected_loads(instance: Instance, policy: PolicyLike) -> list[Number]:
    """The expected final load of every offline vertex.

    It equals the probability that the vertex succeeds, for every policy and all probabilities
    (Mehta and Panigrahi 2012), where capacities are 1.
    """
    loads: list[Number] = [0] * instance.n
    for probability, _, final in runs(instance, policy):
        for u, load in enumerate(final):
            loads[u] += probability * load
    return loads


def runs(
    instance: Instance, policy: PolicyLike
) -> Iterator[tuple[Number, Matching, tuple[Number, ...]]]:
    """Every run of positive probability: its probability, its successes, its final loads."""
    rule = as_policy(policy)
    budget = [_MAX_NODES]
    for share, state in rule.starts(instance):
        if share:
            yield from _walk(_Run(instance, rule, budget), share, state)


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
    run: _Run, share: Number, state: Any
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


def _put(values: tuple[Any, ...], k: int, value: Any) -> tuple[Any, ...]:
    return (*values[:k], value, *values[k + 1 :])
