"""Exact evaluation of policies on small instances, by enumeration of successes and failures."""

from __future__ import annotations

from mechdesign.errors import require
from mechdesign.matching.instances.graphs import Instance
from mechdesign.matching.policies.protocol import PolicyLike, distribution, runs
from mechdesign.model import Number

__all__ = ["expected_loads", "expected_reward"]


def expected_reward(instance: Instance, policy: PolicyLike) -> Number:
    """The expected total weight of successes.

    Parameters
    ----------
    instance : Instance
        Small: the tree of successes and failures has up to 2^m leaves.
    policy : policy, name or function
        See :func:`policy`.

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
    >>> matching.expected_reward(graph, matching.greedy)
    Fraction(1, 1)
    """
    total: Number = 0
    for matched, probability in distribution(instance, policy).items():
        reward: Number = sum(instance.weights[u] for u, _ in matched)
        total += probability * reward
    return total


def expected_loads(instance: Instance, policy: PolicyLike) -> list[Number]:
    """The expected final load of every offline vertex.

    It equals the probability that the vertex succeeds, for every policy and all probabilities
    (Mehta and Panigrahi 2012), where capacities are 1.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from mechdesign.matching import complete
    >>> expected_loads(complete(1, 2, Fraction(1, 2)), "greedy")
    [Fraction(3, 4)]
    """
    require(instance, Instance, "instance")
    loads: list[Number] = [0] * instance.n
    for probability, _, final in runs(instance, policy):
        for u, load in enumerate(final):
            loads[u] += probability * load
    return loads
