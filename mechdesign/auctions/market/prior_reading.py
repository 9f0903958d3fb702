"""Priors from what users have: our own, scipy's frozen distributions, JSON objects."""

from __future__ import annotations

import itertools
import math
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

# Quantiles at which the revenue curve is looked at for stretches to iron, dense in both tails.
_TAIL = np.geomspace(1e-12, 1e-3, 500)
_QUANTILES = np.concatenate([_TAIL, np.linspace(1e-3, 1 - 1e-3, 4097)[1:-1], (1 - _TAIL)[::-1]])
# Of revenues, relative: the inverse survival functions of scipy are no more exact.
_ROUNDING = 1e-12


@serializable("auctions.ScipyPrior")
@dataclass(frozen=True)
class ScipyPrior(Prior):
    """A continuous distribution of :mod:`scipy.stats`, with its own density and survival function.

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
    The virtual value is ``v - sf(v) / pdf(v)``, as exact as the distribution's own functions.
    Where the revenue curve ``q F^{-1}(1-q)``, looked at in about 5,000 quantiles, lies below its
    concave hull, the virtual value is the slope of the hull.

    Examples
    --------
    >>> import scipy.stats
    >>> round(as_prior(scipy.stats.expon()).virtual(11.5), 9)
    10.5
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

        options = {key: float(value) for key, value in self.options}
        return getattr(scipy.stats, self.name)(*map(float, self.args), **options)

    @cached_property
    def _ironed(self) -> tuple[Any, Any, Any]:
        """Where each stretch to iron begins and ends, increasing, and its virtual value."""
        values = self._frozen.isf(_QUANTILES)
        q = np.concatenate([[0.0], _QUANTILES])
        revenue = np.concatenate([[0.0], _QUANTILES * values])
        hull: list[int] = []
        for k in range(len(q)):
            while len(hull) >= 2 and _cross(q, revenue, hull[-2], hull[-1], k) >= 0:
                hull.pop()
            hull.append(k)

        def dips(a: int, b: int) -> bool:
            """Whether the curve lies below the chord by more than its rounding."""
            between = slice(a + 1, b)
            share = (q[between] - q[a]) / (q[b] - q[a])
            chord = (1 - share) * revenue[a] + share * revenue[b]
            return bool((chord - revenue[between] > _ROUNDING * chord).any())

        # From the right: small quantiles are large values.
        corners = [(a, b) for a, b in itertools.pairwise(hull) if dips(a, b)][::-1]
        bottom, top = self._frozen.support()
        begins = np.array([values[b - 1] if b < len(values) else bottom for _, b in corners])
        ends = np.array([values[a - 1] if a else top for a, _ in corners])
        slopes = np.array([(revenue[b] - revenue[a]) / (q[b] - q[a]) for a, b in corners])
        return begins, ends, slopes

    def _raw(self, values: Any) -> Any:
        """The virtual values before ironing; without density nothing is worth serving."""
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            # Both underflow in the tail long before their logarithms do.
            hazard = self._frozen.logsf(values) - self._frozen.logpdf(values)
            found = values - np.exp(hazard)
        return np.where(np.isnan(found), values, found)

    def check(self, value: Number) -> None:
        low, high = self._frozen.support()
        if not low <= value <= high:
            raise InvalidInputError("value", f"lie in the support [{low:g}, {high:g}]", value)

    def virtual(self, value: Number) -> float:
        begins, ends, slopes = self._ironed
        value = float(value)
        k = int(np.searchsorted(begins, value, side="right")) - 1
        if k >= 0 and value <= ends[k]:
            return float(slopes[k])
        # Between stretches the curve lies between their slopes, up to rounding.
        found = float(self._raw(value))
        found = max(found, float(slopes[k])) if k >= 0 else found
        return min(found, float(slopes[k + 1])) if k + 1 < len(slopes) else found

    def threshold(self, score: Number) -> float:
        begins, ends, slopes = self._ironed
        score = float(score)
        support = [float(end) for end in self._frozen.support()]
        k = int(np.searchsorted(slopes, score, side="left"))
        low = float(ends[k - 1]) if k else support[0]
        high = float(begins[k]) if k < len(begins) else support[1]
        if not low < high or self._raw(low) >= score:
            return low
        if math.isinf(high):
            high = max(2 * low, 1.0)
            while self._raw(high) < score:
                if math.isinf(high):
                    return high
                high *= 2
        elif k == len(begins) and self._raw(high) < score:
            return math.inf
        # Sections of 64 parts, until low and high are neighbours.
        while low < high and np.nextafter(low, high) < high:
            cuts = np.linspace(low, high, 65)
            reached = self._raw(cuts) >= score
            reached[0], reached[-1] = False, True
            first = int(np.argmax(reached))
            if (cuts[first - 1], cuts[first]) == (low, high):
                break
            low, high = float(cuts[first - 1]), float(cuts[first])
        return high

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


def as_priors(given: object, agents: Sequence[AgentId], values: Sequence[Number]) -> list[Prior]:
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


def _plain(value: object, parameter: str) -> Any:
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
