"""Cost-sharing mechanisms: Moulin's, marginal cost pricing, paying the bid, a veto."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from mechdesign.coalitional.games.game_table import subset_sums
from mechdesign.coalitional.references import MOULIN
from mechdesign.coalitional.sharing.bids import bidding, served
from mechdesign.coalitional.sharing.methods import shares_of
from mechdesign.model import Number, Outcome, Problem, mechanism, ratio

__all__ = ["equal_split", "marginal_cost", "moulin", "pay_bid"]

_BIDS = bidding()


@mechanism("coalitional.moulin", setting=_BIDS, reference=MOULIN)
def moulin(
    problem: Problem, *, sharing: Literal["shapley", "equal", "incremental"] = "shapley"
) -> Outcome:
    """Moulin's mechanism: all whose bid is below their share leave, until nobody does.

    Those who stay are served and pay their shares, which add up to the cost.  With cross-monotone
    shares no group gains by lying; :func:`cross_monotonicity` decides whether they are.

    Parameters
    ----------
    problem : Problem or plain data
        Bids of n agents, with ``costs=``; ties are served.
    sharing : {"shapley", "equal", "incremental"}
        How the cost of a set is shared: by the Shapley value, equally, or each pays what it adds
        to those before it.

    Examples
    --------
    >>> found = moulin([1, 1, 3], costs=(1, 2, 4))
    >>> sorted(found.choice), found.pay(2)
    ([0, 1, 2], Fraction(17, 6))
    """
    mask = (1 << len(problem)) - 1
    while True:
        shares = shares_of(problem.data, mask, sharing)
        stay = sum(
            1 << k
            for k, (bid, share) in enumerate(zip(problem.types, shares, strict=True))
            if mask >> k & 1 and bid >= share
        )
        if stay == mask:
            return served(problem, mask, shares, "all who bid less than their share leave")
        mask = stay


@mechanism("coalitional.marginal_cost", setting=_BIDS)
def marginal_cost(problem: Problem) -> Outcome:
    """Marginal cost pricing: the set with most welfare, each paying the bid less what it adds.

    Of several best sets their union is served where it is one of them, as with submodular costs,
    else the first in the order of bits among the largest.  Payments may fall short of the cost.

    Examples
    --------
    >>> found = marginal_cost([1, 1, 3], costs=(1, 2, 4))
    >>> sorted(found.choice), sum(found.payments.values()), found.cost
    ([0, 1, 2], 2, 4)
    """
    cost, n = problem.data, len(problem)
    bids = subset_sums(problem.types, dtype=object)
    welfare = [b - cost.number(c) for b, c in zip(bids.tolist(), cost.table, strict=True)]
    best = max(welfare)
    mask = max((m for m, w in enumerate(welfare) if w == best), key=lambda m: (m.bit_count(), -m))
    every = np.arange(1 << n)
    pay: list[Number] = []
    for k in range(n):
        if mask >> k & 1:
            without: Any = max(welfare[m] for m in every[every >> k & 1 == 0].tolist())
            pay.append(problem.types[k] - (best - without))
        else:
            pay.append(0)
    return served(problem, mask, pay, "all sets")


@mechanism("coalitional.pay_bid", setting=_BIDS)
def pay_bid(problem: Problem) -> Outcome:
    """The set with most welfare is served, and each pays the own bid.

    Examples
    --------
    >>> pay_bid([1, 1, 3], costs=(1, 2, 4)).payments[2]
    3
    """
    found = marginal_cost(problem)
    mask = problem.data.mask(found.choice)
    pay = [bid if mask >> k & 1 else 0 for k, bid in enumerate(problem.types)]
    return served(problem, mask, pay, "all sets")


@mechanism("coalitional.equal_split", setting=_BIDS)
def equal_split(problem: Problem) -> Outcome:
    """All are served and share the cost equally, unless somebody bids less: then nobody is.

    Examples
    --------
    >>> sorted(equal_split([2, 2, 3], costs=(1, 2, 4)).choice)
    [0, 1, 2]
    """
    n = len(problem)
    share = ratio(problem.data.total, n)
    agreed = all(bid >= share for bid in problem.types)
    mask = (1 << n) - 1 if agreed else 0
    return served(problem, mask, [share if agreed else 0] * n, "unanimity")
