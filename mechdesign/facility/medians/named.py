"""The anonymous phantom mechanisms that have names."""

from __future__ import annotations

from collections.abc import Sequence
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
from mechdesign.facility.segment.references import FAIR_LOCATION, phantom_claims, uniform_claims
from mechdesign.facility.segment.setting import Line
from mechdesign.model import Number, Theorem, as_number, as_numbers, factory, is_exact

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


@factory("facility.uniform_phantom")
def uniform_phantom(setting: Line | None = None) -> PhantomMechanism:
    """The Uniform Phantom mechanism: the median of the reports and ``1/n, ..., (n-1)/n``.

    It is the largest y that at least a share y of the agents reaches, ``#{x_i >= y} >= n y``.
    With weights the agents are counted by weight.

    Parameters
    ----------
    setting : Line, optional
        The segment, by default [0, 1].

    References
    ----------
    Aziz, Lam, Lee and Walsh, arXiv:2111.01566: the only mechanism that is strategyproof and
    proportionally fair.

    Examples
    --------
    >>> uniform_phantom()([0, 0, 1]).choice
    Fraction(1, 3)
    >>> uniform_phantom()([0, 1], weights=[2, 1]).choice
    Fraction(1, 3)
    """
    return PhantomMechanism(
        "facility.uniform_phantom",
        UniformRule(),
        setting,
        reference=FAIR_LOCATION,
        claims=uniform_claims(),
    )


@factory("facility.median")
def median(side: str = "lower", setting: Line | None = None) -> PhantomMechanism:
    """The median report; of an even number the lower or the upper one of the two middle ones.

    The mean of the two middle reports, which numerical libraries return, is not strategyproof.

    Parameters
    ----------
    side : {"lower", "upper"}
        Which middle report counts.
    setting : Line, optional
        The segment, by default [0, 1].

    Examples
    --------
    >>> median()([0, 0.25, 0.5, 1]).choice, median("upper")([0, 0.25, 0.5, 1]).choice
    (0.25, 0.5)
    """
    parameters = {} if side == "lower" else {"side": side}
    return PhantomMechanism(
        "facility.median",
        MedianRule(side),
        setting,
        parameters=parameters,
        claims=phantom_claims(unanimous=True),
    )


@factory("facility.order_statistic")
def order_statistic(rank: int = 1, setting: Line | None = None) -> PhantomMechanism:
    """The rank-th smallest report.

    Parameters
    ----------
    rank : int
        1 is the leftmost report, -1 the rightmost.
    setting : Line, optional
        The segment, by default [0, 1].

    Raises
    ------
    InvalidInputError
        If `rank` is 0 or, when it is called, larger than the number of agents.

    Examples
    --------
    >>> order_statistic(2)([1, 0, 0.5]).choice, order_statistic(-1)([0, 1, 0]).choice
    (0.5, 1)
    """
    return PhantomMechanism(
        "facility.order_statistic",
        OrderStatisticRule(rank),
        setting,
        parameters={"rank": rank},
        claims=phantom_claims(unanimous=True),
    )


@factory("facility.quantile")
def quantile(q: Number = Fraction(1, 2), setting: Line | None = None) -> PhantomMechanism:
    """The smallest report that at least a share q of the agents does not exceed.

    Parameters
    ----------
    q : number in (0, 1]
        The share; 1/2 is the lower median, 1 the rightmost report.
    setting : Line, optional
        The segment, by default [0, 1].

    Examples
    --------
    >>> quantile(Fraction(3, 4))([0, 0.25, 0.5, 1]).choice
    0.5
    """
    return PhantomMechanism(
        "facility.quantile",
        QuantileRule(q),
        setting,
        parameters={"q": q},
        claims=phantom_claims(unanimous=True),
    )


@factory("facility.constrained_median")
def constrained_median(extra: str = "low", setting: Line | None = None) -> PhantomMechanism:
    """The constrained median: half of the phantoms at ``1/n``, half at ``1 - 1/n``.

    The best strategyproof mechanism for welfare among those that give every agent its individual
    fair share.  It is not the median clipped to ``[1/n, 1 - 1/n]``, which is not unanimous.

    Parameters
    ----------
    extra : {"low", "high"}
        Where the odd inner phantom goes when the number of agents is even.
    setting : Line, optional
        The segment, by default [0, 1].

    Examples
    --------
    >>> constrained_median()([0, 0, 1, 1]).choice
    Fraction(1, 4)
    """
    return PhantomMechanism(
        "facility.constrained_median",
        ConstrainedMedianRule(extra),
        setting,
        parameters={} if extra == "low" else {"extra": extra},
        claims=phantom_claims(unanimous=True),
    )


@factory("facility.target")
def target(location: Number = Fraction(1, 2), setting: Line | None = None) -> PhantomMechanism:
    """The point between the leftmost and the rightmost report that is nearest to a target.

    Parameters
    ----------
    location : number
        The target, on the segment.
    setting : Line, optional
        The segment, by default [0, 1].

    Examples
    --------
    >>> target(Fraction(1, 2))([0, 0.1, 0.2]).choice
    0.2
    """
    return _target("facility.target", location, setting, constant=False)


@factory("facility.constant")
def constant(location: Number = Fraction(1, 2), setting: Line | None = None) -> PhantomMechanism:
    """Always the same location.

    Parameters
    ----------
    location : number
        The location, on the segment.
    setting : Line, optional
        The segment, by default [0, 1].

    Examples
    --------
    >>> constant(Fraction(1, 2))([0, 0]).choice
    Fraction(1, 2)
    """
    return _target("facility.constant", location, setting, constant=True)


def _target(id: str, location: Number, setting: Line | None, *, constant: bool) -> PhantomMechanism:
    where = Line() if setting is None else setting
    place = as_number(location, "location", low=where.low, high=where.high, owner=id)
    return PhantomMechanism(
        id,
        TargetRule(_share(place, where), constant),
        where,
        parameters={"location": place},
        claims=phantom_claims(unanimous=not constant),
    )


@factory("facility.phantoms")
def phantoms(
    locations: Sequence[Number], agents: int | None = None, setting: Line | None = None
) -> PhantomMechanism:
    """The median of the reports and given phantoms.

    Parameters
    ----------
    locations : sequence of numbers, length n + 1 or n - 1
        The phantoms on the segment, nondecreasing: ``alpha_0, ..., alpha_n``, or with `agents`
        also ``alpha_1, ..., alpha_{n-1}``, which adds a phantom at each end.
    agents : int, optional
        The number n of agents; by default the phantoms are taken as n + 1.
    setting : Line, optional
        The segment, by default [0, 1].

    Raises
    ------
    InvalidInputError
        If the phantoms decrease, leave the segment, or are not n + 1 or n - 1.

    Examples
    --------
    >>> quarter = Fraction(1, 4)
    >>> f = phantoms([quarter, quarter, 3 * quarter, 3 * quarter])
    >>> f([0, Fraction(1, 2), 1]).choice, f([1, 1, 1]).choice
    (Fraction(1, 2), Fraction(3, 4))
    >>> phantoms([Fraction(1, 2)], agents=2)([0, 1]).choice
    Fraction(1, 2)
    """
    where = Line() if setting is None else setting
    owner = "facility.phantoms"
    given = locations.tolist() if isinstance(locations, np.ndarray) else locations
    listed: tuple[Any, ...] = as_numbers(
        given, "locations", low=where.low, high=where.high, owner=owner
    )
    if agents is not None and len(listed) == agents - 1:
        listed = (where.low, *listed, where.high)
    if agents is not None and len(listed) != agents + 1:
        raise InvalidInputError(
            "locations", f"have {agents - 1} or {agents + 1} entries", listed, owner=owner
        )
    unit = where.low == 0 and where.high == 1
    rule = FixedPhantoms(listed if unit else tuple(_share(a, where) for a in listed))
    ends = listed[0] == where.low and listed[-1] == where.high
    claims: dict[str, Theorem] = phantom_claims(unanimous=ends)
    # The name of the mechanism shows its parameters, where they fit into a name.
    shown: dict[str, Any] = {"locations": listed}
    if len(listed) > _SHOWN:
        shown = {"agents": len(listed) - 1}
    return PhantomMechanism(owner, rule, where, parameters=shown, claims=claims)


def _share(location: Number, where: Line) -> Number:
    """A location as a share of the segment."""
    if is_exact(location) and is_exact(where.low) and is_exact(where.high):
        return Fraction(location - where.low) / Fraction(where.length)
    return float((location - where.low) / where.length)
