"""Rank aggregation on electorates that scatter around one true ranking."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from mechdesign.aggregation import AggregationResult, Profile, Ranking
from mechdesign.errors import InvalidInputError
from mechdesign.experiments.names import several
from mechdesign.model import Number, as_count, as_number, get

__all__ = ["aggregation_agreement", "aggregation_recovery", "mallows"]


def mallows(
    rng: np.random.Generator, voters: int, alternatives: int, dispersion: Number
) -> Profile:
    """Rankings of 0, 1, ... from Mallows' model with centre 0 > 1 > ...

    The chance of a ranking is proportional to ``dispersion ** d``, with d its Kendall distance to
    the centre: 0 is unanimity, 1 impartial culture.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of randomness.
    voters, alternatives : int
        At least 1.
    dispersion : number in [0, 1]
        How far the rankings scatter.

    Notes
    -----
    Repeated insertion (Doignon, Pekec and Regenwetter 2004): O(voters * alternatives^2).

    Examples
    --------
    >>> mallows(np.random.default_rng(0), 2, 3, 0).rankings()
    [Ranking('0 > 1 > 2'), Ranking('0 > 1 > 2')]
    """
    n = as_count(voters, "voters", low=1)
    m = as_count(alternatives, "alternatives", low=1)
    phi = float(as_number(dispersion, "dispersion", low=0, high=1))
    orders: list[list[int]] = [[] for _ in range(n)]
    for new in range(m):
        # `displaced` of the earlier ones fall behind the new one, each at the price of one pair.
        chances = phi ** np.arange(new + 1, dtype=float)
        displaced = rng.choice(new + 1, size=n, p=chances / chances.sum())
        for order, many in zip(orders, displaced.tolist(), strict=True):
            order.insert(new - many, new)
    return Profile.from_orders(orders)


def aggregation_recovery(
    rng: np.random.Generator,
    *,
    rules: str | Sequence[str] = ("kemeny", "borda", "copeland", "plurality"),
    voters: int = 15,
    alternatives: int = 6,
    dispersion: Number = 0.8,
) -> dict[str, Number]:
    """How far the rankings of rules are from the centre of Mallows' model.

    Parameters
    ----------
    rng : numpy.random.Generator
        For the electorate, which all rules meet.
    rules : str or sequence of str
        Rules that rank.
    voters, alternatives, dispersion
        As in :func:`mallows`; at least 2 alternatives.

    Returns
    -------
    dict of str to Fraction
        For each rule the Kendall distance to the centre as a share of all pairs: 0 is full
        recovery, 1/2 is chance.  A tied pair counts one half.

    Examples
    --------
    >>> found = aggregation_recovery(np.random.default_rng(0), rules="borda", dispersion=0.1)
    >>> found
    {'borda': Fraction(0, 1)}
    """
    m = as_count(alternatives, "alternatives", low=2)
    profile = mallows(rng, voters, m, dispersion)
    centre, pairs = Ranking.from_order(range(m)), m * (m - 1) // 2
    return {
        name.removeprefix("aggregation."): Fraction(_ranked(name, profile).choice.distance(centre))
        / pairs
        for name in several(rules, "rules", "aggregation")
    }


def aggregation_agreement(
    rng: np.random.Generator,
    *,
    first: str = "borda",
    second: str = "kemeny",
    voters: int = 15,
    alternatives: int = 6,
    dispersion: Number = 1,
) -> dict[str, Number]:
    """Whether two rules agree on an electorate of Mallows' model.

    Parameters
    ----------
    rng : numpy.random.Generator
        For the electorate.
    first, second : str
        Rules that rank.
    voters, alternatives, dispersion
        As in :func:`mallows`, at least 2 alternatives; dispersion 1 is impartial culture.

    Returns
    -------
    dict of str to number
        ``same winners`` (1 or 0) and ``distance``, the share of pairs that the two order otherwise.

    Examples
    --------
    >>> aggregation_agreement(np.random.default_rng(0), dispersion=0.1)
    {'same winners': 1, 'distance': Fraction(0, 1)}
    """
    m = as_count(alternatives, "alternatives", low=2)
    names = several((first, second), "first, second", "aggregation")
    profile = mallows(rng, voters, m, dispersion)
    one, two = (_ranked(name, profile) for name in names)
    return {
        "same winners": int(set(one.winners) == set(two.winners)),
        "distance": Fraction(one.choice.distance(two.choice)) / (m * (m - 1) // 2),
    }


def _ranked(name: str, profile: Profile) -> AggregationResult:
    outcome = get(name)(profile)
    if not isinstance(outcome, AggregationResult) or not isinstance(outcome.choice, Ranking):
        raise InvalidInputError("rules", "be rules that rank", name)
    return outcome
