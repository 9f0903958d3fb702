"""Priors of values per click, and their virtual values with ironing.

A prior answers three questions, which is all that an optimal auction asks: the (ironed) virtual
value of a value, the smallest value that reaches a virtual value, and random draws.
"""

from __future__ import annotations

import bisect
import itertools
from abc import ABC, abstractmethod
from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from mechdesign.errors import InvalidInputError
from mechdesign.model import (
    Number,
    all_exact,
    as_number,
    as_numbers,
    is_exact,
    ratio,
    serializable,
    show,
)
from mechdesign.records import dataclass

__all__ = ["Discrete", "Empirical", "EqualRevenue", "Exponential", "Pareto", "Prior", "Uniform"]

INFINITY = float("inf")


class Prior(ABC):
    """Distribution of one advertiser's value per click."""

    #: The possible values where they are finitely many.
    support: tuple[Number, ...] | None = None

    @abstractmethod
    def check(self, value: Number) -> None:
        """Refuse a value that the prior excludes.

        Raises
        ------
        InvalidInputError
            If the value lies outside the support.
        """

    @abstractmethod
    def virtual(self, value: Number) -> Number:
        """The ironed virtual value."""

    @abstractmethod
    def threshold(self, score: Number) -> Number:
        """The smallest value whose ironed virtual value is at least `score`."""

    @abstractmethod
    def sample(self, rng: np.random.Generator, size: int) -> list[float]:
        """Independent draws."""

    def allows(self, value: Number) -> bool:
        """Whether the value lies in the support."""
        try:
            self.check(value)
        except InvalidInputError:
            return False
        return True

    @property
    def reserve(self) -> Number:
        """The smallest value that is worth serving: the monopoly price."""
        return self.threshold(0)


@serializable("auctions.Uniform")
@dataclass(frozen=True)
class Uniform(Prior):
    """Uniform on ``[low, high]``: virtual value ``2 v - high``.

    Examples
    --------
    >>> Uniform(0, 1).virtual(Fraction(9, 10)), Uniform(0, 1).reserve
    (Fraction(4, 5), Fraction(1, 2))
    """

    low: Number
    high: Number

    def __post_init__(self) -> None:
        as_number(self.low, "low", low=0, owner="Uniform")
        as_number(self.high, "high", owner="Uniform")
        if not self.low < self.high:
            raise InvalidInputError("high", f"exceed low={show(self.low)}", self.high)

    def check(self, value: Number) -> None:
        _inside(value, self.low, self.high, self)

    def virtual(self, value: Number) -> Number:
        return 2 * value - self.high

    def threshold(self, score: Number) -> Number:
        return max(ratio(score + self.high, 2), self.low)

    def sample(self, rng: np.random.Generator, size: int) -> list[float]:
        return _listed(rng.uniform(float(self.low), float(self.high), size))


@serializable("auctions.Exponential")
@dataclass(frozen=True)
class Exponential(Prior):
    """Exponential with the given rate: virtual value ``v - 1/rate``."""

    rate: Number

    def __post_init__(self) -> None:
        _positive(self.rate, "rate", "Exponential")

    def check(self, value: Number) -> None:
        _inside(value, 0, INFINITY, self)

    def virtual(self, value: Number) -> Number:
        return value - ratio(1, self.rate)

    def threshold(self, score: Number) -> Number:
        return max(score + ratio(1, self.rate), 0)

    def sample(self, rng: np.random.Generator, size: int) -> list[float]:
        return _listed(rng.exponential(1 / float(self.rate), size))


@serializable("auctions.Pareto")
@dataclass(frozen=True)
class Pareto(Prior):
    """Pareto with shape ``alpha > 1`` on ``[scale, inf)``: virtual value ``v (1 - 1/alpha)``.

    Every virtual value is positive, so every type is worth serving: the reserve is ``scale``.
    """

    alpha: Number
    scale: Number = 1

    def __post_init__(self) -> None:
        _positive(self.scale, "scale", "Pareto")
        if not as_number(self.alpha, "alpha", owner="Pareto") > 1:
            raise InvalidInputError("alpha", "exceed 1 (use EqualRevenue for 1)", self.alpha)

    def check(self, value: Number) -> None:
        _inside(value, self.scale, INFINITY, self)

    def virtual(self, value: Number) -> Number:
        return value * (1 - ratio(1, self.alpha))

    def threshold(self, score: Number) -> Number:
        return max(ratio(score, 1 - ratio(1, self.alpha)), self.scale)

    def sample(self, rng: np.random.Generator, size: int) -> list[float]:
        return _listed((1 + rng.pareto(float(self.alpha), size)) * float(self.scale))


@serializable("auctions.EqualRevenue")
@dataclass(frozen=True)
class EqualRevenue(Prior):
    """``P[v >= x] = scale / x`` on ``[scale, inf)``: every price earns the same.

    The virtual value is 0 everywhere, so that no value is strictly worth serving.
    """

    scale: Number = 1

    def __post_init__(self) -> None:
        _positive(self.scale, "scale", "EqualRevenue")

    def check(self, value: Number) -> None:
        _inside(value, self.scale, INFINITY, self)

    def virtual(self, value: Number) -> Number:
        return 0

    def threshold(self, score: Number) -> Number:
        return self.scale if score <= 0 else INFINITY

    def sample(self, rng: np.random.Generator, size: int) -> list[float]:
        return _listed(float(self.scale) / (1.0 - rng.uniform(0.0, 1.0, size)))


@serializable("auctions.Discrete")
@dataclass(frozen=True)
class Discrete(Prior):
    """A prior of finitely many values, whose virtual values are ironed exactly.

    Parameters
    ----------
    values : tuple of numbers
        Strictly increasing, nonnegative.
    probabilities : tuple of numbers
        Positive, with sum 1 (floats: to within 1e-9).

    Notes
    -----
    With ``q_k = P[v >= v_k]`` and ``R_k = v_k q_k`` the raw virtual value is
    ``(R_k - R_{k+1}) / f_k``; the ironed one is the slope of the concave hull of the points
    ``(q_k, R_k)``.

    Examples
    --------
    >>> d = Discrete((1, 2, 6), (Fraction(1, 2), Fraction(3, 10), Fraction(1, 5)))
    >>> d.raw
    (0, Fraction(-2, 3), 6)
    >>> d.ironed
    (Fraction(-1, 4), Fraction(-1, 4), 6)
    """

    values: tuple[Number, ...]
    probabilities: tuple[Number, ...]

    def __post_init__(self) -> None:
        owner = type(self).__name__
        values = as_numbers(self.values, "values", low=0, owner=owner)
        weights = as_numbers(self.probabilities, "probabilities", low=0, owner=owner)
        object.__setattr__(self, "values", values)
        object.__setattr__(self, "probabilities", weights)
        if not values or len(values) != len(weights):
            raise InvalidInputError("probabilities", "have one entry for each value", weights)
        if any(a >= b for a, b in itertools.pairwise(values)):
            raise InvalidInputError("values", "be strictly increasing", values, owner=owner)
        total = sum(weights)
        off = total != 1 if all_exact(weights) else abs(float(total) - 1) > 1e-9
        if off or not all(weights):
            raise InvalidInputError("probabilities", "be positive and sum to 1", weights)

    @property
    def support(self) -> tuple[Number, ...]:  # type: ignore[override]
        """The possible values."""
        return self.values

    @cached_property
    def tails(self) -> tuple[Number, ...]:
        """``P[v >= v_k]``."""
        sums = list(itertools.accumulate(reversed(self.probabilities)))
        return tuple(reversed(sums))

    @cached_property
    def raw(self) -> tuple[Number, ...]:
        """Virtual values before ironing."""
        revenue = [v * q for v, q in zip(self.values, self.tails, strict=True)] + [0]
        steps = itertools.pairwise(revenue)
        return tuple(ratio(a - b, f) for (a, b), f in zip(steps, self.probabilities, strict=True))

    @cached_property
    def ironed(self) -> tuple[Number, ...]:
        """Virtual values after ironing, nondecreasing: pooled wherever they would decrease."""
        blocks: list[tuple[Number, Number, int]] = []
        for phi, weight in zip(self.raw, self.probabilities, strict=True):
            mass, total, size = weight, phi * weight, 1
            # Pooling adjacent violators gives the slopes of the concave hull.
            while blocks and blocks[-1][1] * mass >= total * blocks[-1][0]:
                before = blocks.pop()
                mass, total, size = mass + before[0], total + before[1], size + before[2]
            blocks.append((mass, total, size))
        return tuple(ratio(total, mass) for mass, total, size in blocks for _ in range(size))

    def check(self, value: Number) -> None:
        if value not in self.values:
            raise InvalidInputError(
                "value", f"be one of the values {show(self.values)} of its prior", value
            )

    def virtual(self, value: Number) -> Number:
        k = bisect.bisect_right(self.values, value) - 1
        return -INFINITY if k < 0 else self.ironed[k]

    def threshold(self, score: Number) -> Number:
        k = bisect.bisect_left(self.ironed, score)
        return self.values[k] if k < len(self.values) else INFINITY

    def sample(self, rng: np.random.Generator, size: int) -> list[Any]:
        chances = np.array([float(f) for f in self.probabilities])
        drawn = rng.choice(len(self.values), size=size, p=chances / chances.sum())
        return [self.values[int(k)] for k in drawn]


@serializable("auctions.Empirical")
@dataclass(frozen=True)
class Empirical(Prior):
    """The distribution of past values: each sample has the same probability.

    A value between two samples has the virtual value of the sample below it, one below all
    samples is never served.

    Examples
    --------
    >>> Empirical((1, 2, 2, 6)).virtual(3)
    0
    """

    samples: tuple[Number, ...]

    def __post_init__(self) -> None:
        samples = as_numbers(self.samples, "samples", low=0, owner="Empirical")
        object.__setattr__(self, "samples", samples)
        if not samples:
            raise InvalidInputError("samples", "not be empty", samples, owner="Empirical")

    @cached_property
    def discrete(self) -> Discrete:
        """The samples as a discrete distribution."""
        n = len(self.samples)
        values = sorted(set(self.samples))
        counts = [self.samples.count(v) for v in values] if n <= 200 else _counts(self.samples)
        return Discrete(tuple(values), tuple(Fraction(c, n) for c in counts))

    @property
    def support(self) -> tuple[Number, ...]:  # type: ignore[override]
        """The distinct samples."""
        return self.discrete.values

    def check(self, value: Number) -> None:
        _inside(value, 0, INFINITY, self)

    def virtual(self, value: Number) -> Number:
        return self.discrete.virtual(value)

    def threshold(self, score: Number) -> Number:
        return self.discrete.threshold(score)

    def sample(self, rng: np.random.Generator, size: int) -> list[Any]:
        return self.discrete.sample(rng, size)


def _counts(samples: Sequence[Number]) -> list[int]:
    ordered = sorted(samples)
    return [len(list(group)) for _, group in itertools.groupby(ordered)]


def _listed(values: Any) -> list[float]:
    listed: list[float] = values.tolist()
    return listed


def _inside(value: Number, low: Number, high: Number, prior: Prior) -> None:
    if not low <= value <= high:
        raise InvalidInputError(
            "value", f"lie in the support [{show(low)}, {show(high)}] of {prior}", value
        )


def _positive(value: Number, name: str, owner: str) -> None:
    if not as_number(value, name, owner=owner) > 0:
        raise InvalidInputError(name, "be positive", value, owner=owner)


def exact_prior(prior: Prior | None) -> bool:
    """Whether virtual values of exact values are exact under the prior."""
    if prior is None:
        return True
    if isinstance(prior, Empirical):
        return all_exact(prior.samples)
    if isinstance(prior, Discrete):
        return all_exact((*prior.values, *prior.probabilities))
    if isinstance(prior, (Uniform, Exponential, Pareto, EqualRevenue)):
        return all(is_exact(parameter) for parameter in vars(prior).values())
    return False
