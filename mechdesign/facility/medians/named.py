"""The anonymous phantom mechanisms that have names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from mechdesign.errors import InvalidInputError
from mechdesign.facility.medians.phantom import PhantomMechanism
from mechdesign.facility.medians.phantom_rules import (
    ConstrainedMedianRule,
    FixedPhantoms,
    MedianRule,
    OrderStatisticRule,
    QuantileRule,
    TargetRule,
    UniformRule,
)
from mechdesign.facility.segment.references import FAIR_LOCATION, uniform_claims
from mechdesign.facility.segment.setting import Line
from mechdesign.model import Number, as_number, as_numbers, is_exact, mechanism

__all__ = [
    "constant",
    "constrained_median",
    "median",
    "order_statistic",
    "phantoms",
    "quantile",
    "target",
    "uniform_phantom",
]

_SHOWN = 24


def _share(location: Number, where: Line) -> Number:
    """A location as a share of the segment."""
    if is_exact(location) and is_exact(where.low) and is_exact(where.high):
        return Fraction(location - where.low) / Fraction(where.length)
    return float((location - where.low) / where.length)


class UniformPhantom(PhantomMechanism):
    """The Uniform Phantom mechanism: the median of the reports and ``1/n, ..., (n-1)/n``.

    It is the largest y that at least a share y of the agents reaches, ``#{x_i >= y} >= n y``.
    With weights the agents are counted by weight.

    References
    ----------
    Aziz, Lam, Lee and Walsh, arXiv:2111.01566: the only mechanism that is strategyproof and
    proportionally fair.

    Examples
    --------
    >>> uniform_phantom([0, 0, 1]).choice
    Fraction(1, 3)
    >>> uniform_phantom([0, 1], weights=[2, 1]).choice
    Fraction(1, 3)
    """

    def __init__(self, *, setting: Line | None = None) -> None:
        super().__init__(UniformRule(), setting)
        self.claims = uniform_claims()


uniform_phantom = mechanism("facility.uniform_phantom", reference=FAIR_LOCATION)(UniformPhantom)


class Median(PhantomMechanism):
    """The median report; of an even number the lower or the upper one of the two middle ones.

    The mean of the two middle reports, which numerical libraries return, is not strategyproof.

    Parameters
    ----------
    side : {"lower", "upper"}
        Which middle report counts.

    Examples
    --------
    >>> reports = [0, 0.25, 0.5, 1]
    >>> median(reports).choice, median(reports, side="upper").choice
    (0.25, 0.5)
    """

    def __init__(self, *, side: str = "lower", setting: Line | None = None) -> None:
        super().__init__(MedianRule(side), setting)


median = mechanism("facility.median")(Median)


class OrderStatistic(PhantomMechanism):
    """The rank-th smallest report.

    Parameters
    ----------
    rank : int
        1 is the leftmost report, -1 the rightmost.

    Raises
    ------
    InvalidInputError
        If `rank` is 0 or, when it is called, larger than the number of agents.

    Examples
    --------
    >>> order_statistic([1, 0, 0.5], rank=2).choice, order_statistic([0, 1, 0], rank=-1).choice
    (0.5, 1)
    """

    def __init__(self, *, rank: int = 1, setting: Line | None = None) -> None:
        super().__init__(OrderStatisticRule(rank), setting)


order_statistic = mechanism("facility.order_statistic")(OrderStatistic)


class Quantile(PhantomMechanism):
    """The smallest report that at least a share q of the agents does not exceed.

    Parameters
    ----------
    q : number in (0, 1]
        The share; 1/2 is the lower median, 1 the rightmost report.

    Examples
    --------
    >>> quantile(q=Fraction(3, 4))([0, 0.25, 0.5, 1]).choice
    0.5
    """

    def __init__(self, *, q: Number = Fraction(1, 2), setting: Line | None = None) -> None:
        super().__init__(QuantileRule(q), setting)


quantile = mechanism("facility.quantile")(Quantile)


class ConstrainedMedian(PhantomMechanism):
    """The constrained median: half of the phantoms at ``1/n``, half at ``1 - 1/n``.

    The best strategyproof mechanism for welfare among those that give every agent its individual
    fair share.  It is not the median clipped to ``[1/n, 1 - 1/n]``, which is not unanimous.

    Parameters
    ----------
    extra : {"low", "high"}
        Where the odd inner phantom goes when the number of agents is even.

    Examples
    --------
    >>> constrained_median([0, 0, 1, 1]).choice
    Fraction(1, 4)
    """

    def __init__(self, *, extra: str = "low", setting: Line | None = None) -> None:
        super().__init__(ConstrainedMedianRule(extra), setting)


constrained_median = mechanism("facility.constrained_median")(ConstrainedMedian)


def _target(location: Number, setting: Line | None, id: str, *, constant: bool) -> TargetRule:
    where = Line() if setting is None else setting
    place = as_number(location, "location", low=where.low, high=where.high, owner=id)
    return TargetRule(_share(place, where), constant)


class Target(PhantomMechanism):
    """The point between the leftmost and the rightmost report that is nearest to a target.

    Parameters
    ----------
    location : number
        The target, on the segment.

    Examples
    --------
    >>> target(location=Fraction(1, 2))([0, 0.1, 0.2]).choice
    0.2
    """

    def __init__(self, *, location: Number = Fraction(1, 2), setting: Line | None = None) -> None:
        super().__init__(_target(location, setting, self.id, constant=False), setting)


target = mechanism("facility.target")(Target)


class Constant(PhantomMechanism):
    """The same location whatever the reports.

    Parameters
    ----------
    location : number
        The location, on the segment.

    Examples
    --------
    >>> constant(location=Fraction(1, 2))([0, 0]).choice
    Fraction(1, 2)
    """

    def __init__(self, *, location: Number = Fraction(1, 2), setting: Line | None = None) -> None:
        super().__init__(
            _target(location, setting, self.id, constant=True), setting, unanimous=False
        )


constant = mechanism("facility.constant")(Constant)


class Phantoms(PhantomMechanism):
    """The median of the reports and given phantoms.

    Parameters
    ----------
    locations : sequence of numbers, length n + 1 or n - 1
        The phantoms on the segment, nondecreasing: ``alpha_0, ..., alpha_n``, or with `agents`
        also ``alpha_1, ..., alpha_{n-1}``, which adds a phantom at each end.
    agents : int, optional
        The number n of agents; by default the phantoms are taken as n + 1.

    Raises
    ------
    InvalidInputError
        If the phantoms decrease, leave the segment, or are not n + 1 or n - 1.

    Examples
    --------
    >>> quarter = Fraction(1, 4)
    >>> f = phantoms(locations=[quarter, quarter, 3 * quarter, 3 * quarter])
    >>> f([0, Fraction(1, 2), 1]).choice, f([1, 1, 1]).choice
    (Fraction(1, 2), Fraction(3, 4))
    >>> phantoms(locations=[Fraction(1, 2)], agents=2)([0, 1]).choice
    Fraction(1, 2)
    """

    def __init__(
        self,
        *,
        locations: Sequence[Number],
        agents: int | None = None,
        setting: Line | None = None,
    ) -> None:
        where = Line() if setting is None else setting
        given = locations.tolist() if isinstance(locations, np.ndarray) else locations
        listed: tuple[Any, ...] = as_numbers(
            given, "locations", low=where.low, high=where.high, owner=self.id
        )
        if agents is not None and len(listed) == agents - 1:
            listed = (where.low, *listed, where.high)
        if agents is not None and len(listed) != agents + 1:
            raise InvalidInputError(
                "locations", f"have {agents - 1} or {agents + 1} entries", listed, owner=self.id
            )
        unit = where.low == 0 and where.high == 1
        rule = FixedPhantoms(listed if unit else tuple(_share(a, where) for a in listed))
        ends = listed[0] == where.low and listed[-1] == where.high
        super().__init__(rule, setting, unanimous=ends)
        self.locations = listed

    @property
    def parameters(self) -> Mapping[str, Any]:
        if len(self.locations) > _SHOWN:
            return {"agents": len(self.locations) - 1}
        return {"locations": self.locations}


phantoms = mechanism("facility.phantoms")(Phantoms)
