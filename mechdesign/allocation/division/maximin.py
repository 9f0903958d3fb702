"""Maximin shares: what an agent can be sure of who divides the goods and chooses last."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from mechdesign.errors import LimitReachedError
from mechdesign.model import Number, as_count, as_numbers, tidy

__all__ = ["maximin_share"]

_STATES = 2_000_000


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
