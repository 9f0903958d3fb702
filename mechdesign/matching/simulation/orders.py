"""The worst order of arrivals that can be found for a policy."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from mechdesign.errors import InvalidInputError
from mechdesign.matching.exact.enumeration import expected_reward
from mechdesign.matching.instances.graphs import Instance
from mechdesign.matching.policies.protocol import PolicyLike
from mechdesign.matching.policies.protocol import policy as as_policy
from mechdesign.matching.programs.benchmarks import benchmark_value
from mechdesign.model import Number, Seed, as_count, generator, show
from mechdesign.records import dataclass

__all__ = ["WorstOrder", "worst_order"]


@dataclass(frozen=True)
class WorstOrder:
    """The order with the smallest ratio among those tried.

    Parameters
    ----------
    policy : str
        Name.
    benchmark : str
        What the ratio is relative to.
    ratio : number
        Expected reward over the benchmark at `order`; exact where the instance and policy are.
    order : tuple of int
        Arrival ``order[k]`` comes k-th.
    reward, value : number
        The two sides of the ratio.
    exhaustive : bool
        Whether all orders were tried; if not, some order may be worse.
    tried : int
        Orders evaluated.
    """

    policy: str
    benchmark: str
    ratio: Number
    order: tuple[int, ...]
    reward: Number
    value: Number
    exhaustive: bool
    tried: int

    def __repr__(self) -> str:
        how = "all" if self.exhaustive else "some"
        return (
            f"<{self.policy}: {show(self.ratio)} of {self.benchmark} in the order "
            f"{show(self.order)}, worst of {how} {self.tried} orders tried>"
        )


def worst_order(
    instance: Instance,
    policy: PolicyLike,
    *,
    benchmark: str = "clairvoyant",
    max_orders: int = 720,
    rng: Seed = 0,
) -> WorstOrder:
    """Look for the order of arrivals with the smallest competitive ratio.

    Parameters
    ----------
    instance : Instance
        Small: the policy is evaluated exactly in every order.
    policy : policy, function or name
        With a finite distribution.
    benchmark : str
        Which the ratio is relative to; it is computed again for every order.
    max_orders : int
        If there are no more different orders, all are tried; otherwise so many, by exchanging
        arrivals as long as that lowers the ratio, from random orders.
    rng : numpy.random.Generator or int
        For the search.

    Raises
    ------
    InvalidInputError
        If the benchmark is no name or its value is 0.
    LimitReachedError
        If the instance is too large for exact evaluation.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from mechdesign import matching
    >>> half = Fraction(1, 2)
    >>> graph = matching.instance([{"a": half, "b": half}] * 2 + [{"a": half}] * 2)
    >>> worst_order(graph, "greedy")
    <greedy: 19/25 of clairvoyant in the order (0, 1, 2, 3), worst of all 6 orders tried>
    """
    if not isinstance(benchmark, str):
        raise InvalidInputError("benchmark", "be a name", benchmark)
    limit = as_count(max_orders, "max_orders", low=1)
    rule = as_policy(policy)
    known: dict[tuple[int, ...], tuple[Number, Number, Number]] = {}
    kinds: dict[Any, int] = {}
    kind = [kinds.setdefault(pairs, t) for t, pairs in enumerate(instance.by_arrival)]

    def ratio(order: tuple[int, ...]) -> Number:
        key = tuple(kind[t] for t in order)
        if key not in known:
            graph = instance.reordered(order)
            against = benchmark_value(graph, benchmark)
            if against is None or against.bound <= 0:
                raise InvalidInputError("benchmark", "have a positive value", benchmark)
            reward = expected_reward(graph, rule)
            known[key] = (reward / against.bound, reward, against.bound)
        return known[key][0]

    counts = [kind.count(k) for k in set(kind)]
    total = math.factorial(instance.m) // math.prod(math.factorial(c) for c in counts)
    exhaustive = total <= limit
    if exhaustive:
        best = min(_distinct_orders(kind), key=ratio)
    else:
        best = _climb(instance.m, ratio, known, limit, generator(rng))
    _, reward, value = known[tuple(kind[t] for t in best)]
    return WorstOrder(
        rule.label, benchmark, ratio(best), best, reward, value, exhaustive, len(known)
    )


def _distinct_orders(kind: list[int]) -> Iterator[tuple[int, ...]]:
    """Every order once, identical arrivals in their own order."""
    m = len(kind)
    left = {k: [t for t in range(m) if kind[t] == k] for k in dict.fromkeys(kind)}

    def extend(head: tuple[int, ...], used: dict[int, int]) -> Iterator[tuple[int, ...]]:
        if len(head) == m:
            yield head
            return
        for k, own in left.items():
            if used[k] < len(own):
                used[k] += 1
                yield from extend((*head, own[used[k] - 1]), used)
                used[k] -= 1

    yield from extend((), dict.fromkeys(left, 0))


def _climb(
    m: int, ratio: Any, known: dict[Any, Any], limit: int, rng: np.random.Generator
) -> tuple[int, ...]:
    """Exchange two arrivals as long as that helps, again from random orders while there is time."""
    best = tuple(range(m))
    starts = itertools.chain([best], (tuple(rng.permutation(m).tolist()) for _ in range(limit)))
    for start in starts:
        here = start
        pairs = list(itertools.combinations(range(m), 2))
        improved = True
        while improved and len(known) < limit:
            improved = False
            for k in rng.permutation(len(pairs)).tolist():
                if len(known) >= limit:
                    break
                i, j = pairs[k]
                swapped = list(here)
                swapped[i], swapped[j] = swapped[j], swapped[i]
                if ratio(tuple(swapped)) < ratio(here):
                    here = tuple(swapped)
                    improved = True
                    break
        if ratio(here) < ratio(best):
            best = here
        if len(known) >= limit:
            break
    return best
