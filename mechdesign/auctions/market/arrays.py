"""The numbers of a content auction as arrays, and what a solution of its winner problem is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field, replace
from typing import Any

import numpy as np

from mechdesign.auctions.market.placements import Ad, Content, as_odds
from mechdesign.auctions.market.priors import exact_prior
from mechdesign.model import AgentId, Number, Problem, all_exact
from mechdesign.records import dataclass

Pair = tuple[int, int]


@dataclass(frozen=True, eq=False)
class Market:
    """Click probabilities of n ads at m positions under a model of users.

    Parameters
    ----------
    rates : array of shape (n, m)
        Of floats, or of exact numbers (``dtype=object``).
    capacity : int
        The largest number of ads shown, at most m.
    model, order : str
        As in :class:`~mechdesign.auctions.market.placements.Content`.
    odds : array of shape (n, m), optional
        Attractions under MNL.
    continuation : tuple of n numbers or None, optional
        Probability of going on after each ad; None for click and leave.
    """

    rates: Any
    capacity: int
    model: str
    order: str = "free"
    odds: Any = None
    continuation: tuple[Number | None, ...] | None = None
    names: Sequence[AgentId] = field(default=())

    @property
    def exact(self) -> bool:
        return bool(self.rates.dtype == object)

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of ads and positions."""
        n, m = self.rates.shape
        return n, m

    def floating(self) -> Market:
        """The same market in floating point."""
        odds = None if self.odds is None else self.odds.astype(float)
        return replace(self, rates=self.rates.astype(float), odds=odds)

    def clicks(self, pairs: Sequence[Pair]) -> list[Number]:
        """Click probabilities of the ads of `pairs` in rendering order, aligned with it."""
        if self.model == "independent":
            return [self.rates.item(i, j) for i, j in pairs]
        if self.model == "mnl":
            ads, slots = zip(*pairs, strict=True) if pairs else ((), ())
            w = self.odds[list(ads), list(slots)].tolist()
            total = 1 + sum(w)
            return [x / total for x in w]
        reach: Number = 1
        found: list[Number] = []
        for i, j in pairs:
            p = self.rates.item(i, j)
            found.append(reach * p)
            reach = reach * self.stay(i, j)
        return found

    def stay(self, i: int, j: int) -> Number:
        """Probability that a user who saw ad `i` at position `j` goes on."""
        own = None if self.continuation is None else self.continuation[i]
        going: Number = 1 - self.rates.item(i, j) if own is None else own
        return going

    def value(self, scores: Sequence[Number], pairs: Sequence[Pair]) -> Number:
        """Expected score of the clicks."""
        total: Number = 0
        for (i, _), rate in zip(pairs, self.clicks(pairs), strict=True):
            total += scores[i] * rate
        return total


@dataclass(frozen=True)
class Solution:
    """A solution of the winner problem.

    Parameters
    ----------
    pairs : tuple of (ad, position)
        In rendering order for a cascade, by position otherwise.
    value : number
        Expected score of the clicks.
    algorithm : str
        What found it.
    bound : number, optional
        A proved upper bound on the optimum where the search was stopped before it was proved.
    tolerance : float
        How far the value may be from the optimum when there is no bound.
    """

    pairs: tuple[Pair, ...]
    value: Number
    algorithm: str
    bound: Number | None = None
    tolerance: float = 0.0
    solver: str = ""
    status: str = ""


def market_of(problem: Problem) -> Market:
    """The arrays of a problem.

    They are exact if every number of the problem is an int or a Fraction.
    """
    data: Content = problem.data
    ads: Sequence[Ad] = problem.types
    n, m = len(ads), len(data.positions)
    logit = data.model == "mnl"
    exact = all(
        isinstance(ad.value, float) is False
        and exact_prior(ad.prior)
        and all_exact(ad.rates)
        and (ad.odds is None or not logit)
        and not isinstance(ad.continuation, float)
        for ad in ads
    )
    kind: Any = object if exact else float
    rates = np.array([ad.rates for ad in ads], dtype=kind).reshape(n, m)
    odds = None
    if logit and exact:
        odds = np.array([[as_odds(p) for p in ad.rates] for ad in ads], dtype=object)
        odds = odds.reshape(n, m)
    elif logit:
        odds = rates / (1.0 - rates) if n and m else rates
        for i, ad in enumerate(ads):
            if ad.odds is not None:
                odds[i] = ad.odds
    stays = tuple(ad.continuation for ad in ads)
    return Market(
        rates,
        min(data.capacity, m),
        data.model,
        data.order,
        odds,
        stays if any(c is not None for c in stays) else None,
        problem.agents,
    )
