"""Phantom rules: how the phantoms of an anonymous strategyproof mechanism depend on n.

A rule gives ``alpha_k``, the outcome when k of n agents are at the right end and the others at the
left end.  ``alpha_0 <= ... <= alpha_n`` determine the whole mechanism.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from fractions import Fraction
from typing import Any

import numpy as np

from mechdesign.errors import InvalidInputError
from mechdesign.facility.segment.profiles import AgentsError
from mechdesign.model import Number, as_count, as_number, as_numbers, is_exact, serializable
from mechdesign.records import dataclass

__all__ = ["PhantomRule"]


class PhantomRule(ABC):
    """``alpha_k`` for every number of agents, on the unit segment."""

    @abstractmethod
    def at(self, k: object, n: object) -> Number:
        """``alpha_k`` among n agents, in [0, 1].

        With weighted agents `k` and `n` are the weight at the right end and the total weight.
        """

    def values(self, n: int) -> tuple[Number, ...]:
        """``(alpha_0, ..., alpha_n)``."""
        return tuple(self.at(k, n) for k in range(n + 1))

    def array(self, n: int) -> Any:
        """The same as floats, shape ``(n + 1,)``."""
        return np.array([float(self.at(k, n)) for k in range(n + 1)])

    def _whole(self, k: Any, n: Any) -> tuple[int, int]:
        """Weights as whole numbers of agents, for rules that have no meaning for others."""
        if k != int(k) or n != int(n):
            raise InvalidInputError(
                "weights", "be whole numbers of agents for this mechanism", (k, n)
            )
        return int(k), int(n)


@serializable("facility.UniformRule")
@dataclass(frozen=True)
class UniformRule(PhantomRule):
    """``alpha_k = k / n``."""

    def at(self, k: Any, n: Any) -> Number:
        if type(k) is int and type(n) is int:
            return Fraction(k, n)
        return Fraction(k) / Fraction(n) if is_exact(k) and is_exact(n) else float(k / n)

    def array(self, n: int) -> Any:
        return np.arange(n + 1) / n


@serializable("facility.MedianRule")
@dataclass(frozen=True)
class MedianRule(PhantomRule):
    """The lower or the upper median.

    Parameters
    ----------
    side : {"lower", "upper"}
        Which of the two middle reports of an even number counts.
    """

    side: str = "lower"

    def __post_init__(self) -> None:
        if self.side not in ("lower", "upper"):
            raise InvalidInputError("side", "be 'lower' or 'upper'", self.side, owner="median")

    def at(self, k: Any, n: Any) -> Number:
        return int(2 * k > n or (self.side == "upper" and 2 * k == n))


@serializable("facility.OrderStatisticRule")
@dataclass(frozen=True)
class OrderStatisticRule(PhantomRule):
    """The rank-th smallest report, counted from 1; negative ranks count from the largest.

    Parameters
    ----------
    rank : int
        Not 0.
    """

    rank: int

    def __post_init__(self) -> None:
        rank = as_count(abs(as_number(self.rank, "rank")), "rank", low=1, owner="order_statistic")
        object.__setattr__(self, "rank", rank if self.rank > 0 else -rank)

    def at(self, k: object, n: object) -> Number:
        k, n = self._whole(k, n)
        if abs(self.rank) > n:
            raise AgentsError("rank", f"be at most the number of agents, {n}", self.rank)
        from_top = -self.rank if self.rank < 0 else n - self.rank + 1
        return int(k >= from_top)


@serializable("facility.QuantileRule")
@dataclass(frozen=True)
class QuantileRule(PhantomRule):
    """The smallest report that at least a share q of the agents does not exceed.

    Parameters
    ----------
    q : number in (0, 1]
        The share.
    """

    q: Number

    def __post_init__(self) -> None:
        q = as_number(self.q, "q", low=0, high=1, owner="quantile")
        if q == 0:
            raise InvalidInputError("q", "be in (0, 1]", self.q, owner="quantile")
        object.__setattr__(self, "q", q)

    def at(self, k: Any, n: Any) -> Number:
        return int(n - k < self.q * n)


@serializable("facility.ConstrainedMedianRule")
@dataclass(frozen=True)
class ConstrainedMedianRule(PhantomRule):
    """Half of the phantoms at ``1/n``, half at ``1 - 1/n``.

    Parameters
    ----------
    extra : {"low", "high"}
        Where the odd phantom of an even number of agents goes.
    """

    extra: str = "low"

    def __post_init__(self) -> None:
        if self.extra not in ("low", "high"):
            raise InvalidInputError(
                "extra", "be 'low' or 'high'", self.extra, owner="constrained_median"
            )

    def at(self, k: object, n: object) -> Number:
        k, n = self._whole(k, n)
        if k in (0, n):
            return int(k == n)
        low_phantoms = n // 2 if self.extra == "low" else (n - 1) // 2
        return Fraction(1, n) if k <= low_phantoms else 1 - Fraction(1, n)


@serializable("facility.TargetRule")
@dataclass(frozen=True)
class TargetRule(PhantomRule):
    """All inner phantoms at one point, the end phantoms at the ends (or there too).

    Parameters
    ----------
    share : number in [0, 1]
        The point, as a share of the segment.
    constant : bool
        Whether the end phantoms are there too, so that the reports do not matter.
    """

    share: Number
    constant: bool = False

    def at(self, k: Any, n: Any) -> Number:
        if self.constant or 0 < k < n:
            return self.share
        return int(k > 0)


@serializable("facility.FixedPhantoms")
@dataclass(frozen=True)
class FixedPhantoms(PhantomRule):
    """Given phantoms, for one number of agents.

    Parameters
    ----------
    shares : sequence of numbers in [0, 1], length n + 1
        ``alpha_0 <= ... <= alpha_n``.
    """

    shares: tuple[Number, ...]

    def __post_init__(self) -> None:
        shares = as_numbers(self.shares, "phantoms", low=0, high=1, owner="phantoms")
        if len(shares) < 2:
            raise InvalidInputError("phantoms", "be n + 1 numbers for n >= 1 agents", shares)
        for k in range(len(shares) - 1):
            if shares[k] > shares[k + 1]:
                raise InvalidInputError(
                    "phantoms",
                    f"not decrease: alpha_{k} > alpha_{k + 1}",
                    (shares[k], shares[k + 1]),
                )
        object.__setattr__(self, "shares", shares)

    @property
    def agents(self) -> int:
        """The number of agents that the phantoms are for."""
        return len(self.shares) - 1

    def at(self, k: object, n: object) -> Number:
        k, n = self._whole(k, n)
        if n != self.agents:
            raise AgentsError(
                "reports", f"be those of {self.agents} agents, as many as the phantoms are for", n
            )
        share: Number = self.shares[k]
        return share

    def array(self, n: int) -> Any:
        self.at(0, n)
        return np.array([float(a) for a in self.shares])
