"""Maximin shares: what an agent can be sure of who divides the goods and chooses last."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from mechdesign.errors import LimitReachedError
from mechdesign.model import Number, as_count, as_number, as_numbers, tidy
from mechdesign.solvers.linear.rational_lp import RationalTableau

__all__ = ["any_price_share", "maximin_share"]

_STATES = 2_000_000
_GOODS = 12


def maximin_share(values: Sequence[Number], agents: int) -> Number:
    """The largest worth of the worst of n bundles into which an agent divides the goods.

    Parameters
    ----------
    values : sequence of m exact numbers
        What each good is worth to the agent; negative for chores.
    agents : int
        The number n of bundles.

    Raises
    ------
    LimitReachedError
        Beyond two million partial divisions; the problem is NP-hard.

    Notes
    -----
    Branch and bound over goods in falling order; bundles of equal worth are tried once.

    Examples
    --------
    >>> maximin_share([8, 7, 5, 3, 2], 3)
    8
    """
    n = as_count(agents, "agents", low=1)
    worth = sorted((Fraction(x) for x in as_numbers(values, "values")), key=lambda x: -abs(x))
    search = _Partition(worth, n)
    return tidy(search.best())


def any_price_share(values: Sequence[Number], entitlement: Number) -> Number:
    """What an agent can buy with its entitlement at whatever prices of the goods that sum to 1.

    Parameters
    ----------
    values : sequence of m exact numbers from 0 on
        What each good is worth to the agent; at most 12.
    entitlement : number in [0, 1]
        The agent's part, 1/n among n equal agents.

    Raises
    ------
    LimitReachedError
        For more goods.

    Notes
    -----
    The largest z for which bundles worth z can be mixed so that no good is in more of them than
    the entitlement [1]_; bisection over the worths of bundles, an exact linear program at each.
    It is at least the maximin share where the agents are equal.

    References
    ----------
    .. [1] Babaioff, M., Ezra, T. and Feige, U. (2021). Fair-share allocations for agents with
       arbitrary entitlements. arXiv:2103.04304.

    Examples
    --------
    >>> any_price_share([8, 7, 5, 3, 2], Fraction(1, 3))
    8
    >>> any_price_share([4, 4, 1], Fraction(2, 3))
    5
    """
    worth = [Fraction(x) for x in as_numbers(values, "values", low=0)]
    part = Fraction(as_number(entitlement, "entitlement", low=0, high=1))
    m = len(worth)
    if m > _GOODS:
        raise LimitReachedError(f"the bundles of more than {_GOODS} goods are too many")
    sums = {
        some: sum((worth[g] for g in some), Fraction(0))
        for size in range(m + 1)
        for some in itertools.combinations(range(m), size)
    }

    def reachable(z: Fraction) -> bool:
        enough = [
            some
            for some, total in sums.items()
            if total >= z and all(total - worth[g] < z for g in some)
        ]
        if () in enough:
            return True
        rows = [[int(g in some) for some in enough] for g in range(m)]
        return RationalTableau(rows, [part] * m).maximise([1] * len(enough)) >= 1

    steps = sorted(set(sums.values()))
    low, high = 0, len(steps) - 1
    while low < high:
        middle = (low + high + 1) // 2
        if reachable(steps[middle]):
            low = middle
        else:
            high = middle - 1
    return tidy(steps[low])


class _Partition:
    def __init__(self, worth: list[Fraction], n: int) -> None:
        self.worth, self.n = worth, n
        self.goods = all(x >= 0 for x in worth)
        self.chores = all(x <= 0 for x in worth)
        self.rest = [sum(worth[k:], Fraction(0)) for k in range(len(worth) + 1)]
        self.found: Fraction | None = None
        self.seen: set[tuple[Any, ...]] = set()

    def best(self) -> Fraction:
        stack: list[tuple[int, tuple[Fraction, ...]]] = [(0, (Fraction(0),) * self.n)]
        while stack:
            k, loads = stack.pop()
            if self._hopeless(k, loads):
                continue
            if k == len(self.worth):
                self.found = min(loads)
                continue
            options = set()
            for i in range(self.n):
                new = tuple(sorted((*loads[:i], loads[i] + self.worth[k], *loads[i + 1 :])))
                if (k, new) not in self.seen:
                    self.seen.add((k, new))
                    options.add(new)
            if len(self.seen) > _STATES:
                raise LimitReachedError(f"more than {_STATES:,} partial divisions")
            # The most even one is tried first.
            stack += [(k + 1, new) for new in sorted(options, key=min)]
        assert self.found is not None
        return self.found

    def _hopeless(self, k: int, loads: tuple[Fraction, ...]) -> bool:
        """Whether no completion is better than what was found."""
        if self.found is None:
            return False
        if self.chores:
            return min(loads) <= self.found
        if not self.goods:
            return k == len(self.worth) and min(loads) <= self.found
        if (self.rest[0] - self.found * self.n) <= 0:
            return True
        missing = sum((max(self.found - load, Fraction(0)) for load in loads), Fraction(0))
        if k == len(self.worth):
            return min(loads) <= self.found
        return missing > self.rest[k]
