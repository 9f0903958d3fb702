"""Priors from what users have: our own, scipy's frozen distributions, JSON objects."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from mechdesign.auctions.market.priors import (
    Discrete,
    Empirical,
    EqualRevenue,
    Exponential,
    Pareto,
    Prior,
    Uniform,
)
from mechdesign.errors import InvalidInputError
from mechdesign.model import AgentId, Number, parse_number, serializable
from mechdesign.records import dataclass

__all__ = ["ScipyPrior", "as_prior"]

# Quantiles at which the revenue curve of a scipy distribution is evaluated.
GRID = 4096
TAIL = 1e-9


@serializable("auctions.ScipyPrior")
@dataclass(frozen=True)
class ScipyPrior(Prior):
    """A continuous distribution of :mod:`scipy.stats`, ironed on a grid of quantiles.

    Parameters
    ----------
    name : str
        The distribution's name in :mod:`scipy.stats`, such as ``lognorm``.
    args : tuple of numbers
        Shape parameters.
    options : tuple of (str, number)
        Keywords such as ``loc`` and ``scale``.

    Notes
    -----
    The revenue curve ``q F^{-1}(1-q)`` is taken at 4097 quantiles and its concave hull gives the
    ironed virtual values; they are exact at the hull's corners up to rounding and constant
    between two of them, so that virtual values carry the error of that grid (about
    1/4096 of the quantile range).
    """

    name: str
    args: tuple[Number, ...] = ()
    options: tuple[tuple[str, Number], ...] = ()

    def __post_init__(self) -> None:
        import scipy.stats

        family = getattr(scipy.stats, str(self.name), None)
        if not isinstance(family, scipy.stats.rv_continuous):
            raise InvalidInputError("name", "name a continuous scipy distribution", self.name)
        low, high = self._frozen.support()
        if not low >= 0 or not np.isfinite(self._frozen.mean()):
            raise InvalidInputError(
                "prior", "be nonnegative with a finite mean", f"support [{low}, {high}]"
            )

    @cached_property
    def _frozen(self) -> Any:
        import scipy.stats

        return getattr(scipy.stats, self.name)(*self.args, **dict(self.options))

    @cached_property
    def _table(self) -> tuple[Any, Any]:
        """Values at the corners of the hull, increasing, and the virtual value from each on."""
        frozen = self._frozen
        q = np.concatenate([[0.0], np.linspace(TAIL, 1.0, GRID + 1)])
        values = np.concatenate([[np.nan], frozen.isf(q[1:])])
        revenue = np.concatenate([[0.0], q[1:] * values[1:]])
        hull: list[int] = []
        for k in range(len(q)):
            while len(hull) >= 2 and _cross(q, revenue, hull[-2], hull[-1], k) >= 0:
                hull.pop()
            hull.append(k)
        corners = np.array(hull)
        slopes = np.diff(revenue[corners]) / np.diff(q[corners])
        # A value belongs to the segment that ends at its own quantile or above it.
        return values[corners[1:]][::-1], slopes[::-1]

    def check(self, value: Number) -> None:
        low, high = self._frozen.support()
        if not low <= value <= high:
            raise InvalidInputError("value", f"lie in the support [{low:g}, {high:g}]", value)

    def virtual(self, value: Number) -> float:
        values, slopes = self._table
        k = int(np.searchsorted(values, float(value), side="right")) - 1
        return float(slopes[max(k, 0)])

    def threshold(self, score: Number) -> float:
        values, slopes = self._table
        k = int(np.searchsorted(slopes, float(score), side="left"))
        return float(values[k]) if k < len(values) else float("inf")

    def sample(self, rng: np.random.Generator, size: int) -> list[float]:
        drawn: list[float] = self._frozen.rvs(size=size, random_state=rng).tolist()
        return drawn


def _cross(q: Any, revenue: Any, a: int, b: int, c: int) -> float:
    """Positive where ``b`` lies below the chord from ``a`` to ``c``."""
    left = (q[b] - q[a]) * (revenue[c] - revenue[a])
    return float(left - (revenue[b] - revenue[a]) * (q[c] - q[a]))


def as_prior(given: Any) -> Prior:
    """Take a prior in any form.

    Parameters
    ----------
    given : Prior, scipy frozen distribution, or mapping
        A mapping has ``kind`` and the parameters; see
        :func:`~mechdesign.auctions.market.content_reading.read_instance`.

    Raises
    ------
    InvalidInputError
        If it is none of these.

    Examples
    --------
    >>> as_prior({"kind": "uniform", "low": 0, "high": "1/2"})
    Uniform(low=0, high=Fraction(1, 2))
    """
    if isinstance(given, Prior):
        return given
    if isinstance(given, Mapping) and given.get("kind") in _KINDS:
        parameters = {k: _plain(v, str(k)) for k, v in given.items() if k != "kind"}
        try:
            return _KINDS[given["kind"]](**parameters)
        except TypeError:
            raise InvalidInputError(
                "prior", f"have the parameters of {given['kind']}", given
            ) from None
    if hasattr(given, "dist") and hasattr(given, "ppf"):
        return ScipyPrior(
            given.dist.name, tuple(map(float, given.args)), tuple(sorted(given.kwds.items()))
        )
    raise InvalidInputError(
        "prior", f"be a prior, a scipy distribution or an object of kind {sorted(_KINDS)}", given
    )


def as_priors(given: Any, agents: Sequence[AgentId], values: Sequence[Number]) -> list[Prior]:
    """One prior for each agent, each of which allows the agent's value.

    Parameters
    ----------
    given : prior, or sequence or mapping of priors
        One for all, one for each in order, or by label; each as for :func:`as_prior`.
    agents, values
        Whose they are.

    Raises
    ------
    InvalidInputError
        If one is missing or excludes its value.
    """
    if isinstance(given, Mapping) and "kind" not in given:
        odd = sorted(set(given) ^ set(agents), key=str)
        if odd:
            raise InvalidInputError("priors", "have one entry for each advertiser", odd)
        listed = [given[agent] for agent in agents]
    elif isinstance(given, (list, tuple)):
        listed = list(given)
        if len(listed) != len(agents):
            raise InvalidInputError("priors", f"have {len(agents)} entries", len(listed))
    else:
        listed = [given] * len(agents)
    priors = [as_prior(one) for one in listed]
    for prior, value in zip(priors, values, strict=True):
        prior.check(value)
    return priors


def _plain(value: Any, parameter: str) -> Any:
    if parameter in ("name",):
        return value
    if isinstance(value, str):
        return parse_number(value, parameter, owner="prior")
    if isinstance(value, (list, tuple)):
        return tuple(_plain(part, parameter) for part in value)
    return value


_KINDS: dict[str, Callable[..., Prior]] = {
    "uniform": Uniform,
    "exponential": Exponential,
    "pareto": Pareto,
    "equal_revenue": EqualRevenue,
    "discrete": Discrete,
    "empirical": Empirical,
    "scipy": ScipyPrior,
}
