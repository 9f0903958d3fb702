"""Truthful payments for a given ranking: the laddered auction, and Myerson on separable slots."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

from mechdesign.auctions.arithmetic import by_score
from mechdesign.auctions.generated.optimal import build
from mechdesign.auctions.generated.setting import BORDERS, ContentSetting
from mechdesign.auctions.market.arrays import Solution, market_of
from mechdesign.auctions.market.prior_reading import as_priors
from mechdesign.auctions.market.priors import Prior
from mechdesign.auctions.references import AGGARWAL_GOEL_MOTWANI, MYERSON
from mechdesign.auctions.separable.setting import PositionSetting
from mechdesign.errors import InvalidInputError
from mechdesign.model import (
    AgentId,
    FrozenMap,
    Number,
    Outcome,
    Problem,
    Provenance,
    Theorem,
    aligned_numbers,
    all_exact,
    mechanism,
    ratio,
)

__all__ = ["laddered", "myerson"]

SETTING = ContentSetting("independent")


@mechanism(
    "auctions.laddered",
    depends_on=BORDERS,
    setting=SETTING,
    reference=AGGARWAL_GOEL_MOTWANI,
    claims={
        "strategyproofness": Theorem(
            AGGARWAL_GOEL_MOTWANI,
            "the laddered auction is truthful for a ranking by weighted bids, where no "
            "advertiser's click rate rises down the slots",
        )
    },
)
def laddered(problem: Problem, *, weights: object = None) -> Outcome:
    """Laddered auction: rank by weighted bids, with the payments that make truth dominant.

    Slots need not be separable: ``p[i][l]`` is the click rate of ad i in slot l, nonincreasing
    in l for every ad.

    Parameters
    ----------
    problem : sequence, mapping or series of n numbers; or Problem of model ``independent``
        Bids per click, with the click probabilities ``p``, a matrix of shape (n, m) whose rows do
        not increase, and perhaps ``capacity``, the number of slots used.
    weights : sequence or mapping of n positive numbers, optional
        Weights of the ranking, 1 by default.

    Returns
    -------
    Outcome
        A placement, ranks in slots from the top; payments per impression.

    Raises
    ------
    InvalidInputError
        If a row increases, a weight is not positive, or the data are bad.

    Notes
    -----
    The price per click of rank k is
    ``sum_{l>=k} (p_kl - p_{k,l+1}) / p_kk * u_{l+1} b_{l+1} / u_k``; it is VCG if and only if the
    rates are separable and the weights are the qualities.  O(n log n + m^2).

    Examples
    --------
    >>> from fractions import Fraction as F
    >>> p = [[F(1, 2), F(3, 10)], [F(2, 5), F(1, 10)], [F(3, 5), F(1, 2)]]
    >>> laddered([5, 4, 2], p=p).details["per_click"]
    {0: Fraction(14, 5), 1: 2}
    """
    if problem.data.model != "independent":
        raise InvalidInputError("model", "be 'independent' here", problem.data.model)
    for agent, ad in zip(problem.agents, problem.types, strict=True):
        if any(a < b for a, b in itertools.pairwise(ad.rates)):
            raise InvalidInputError(f"p[{agent!r}]", "be nonincreasing, best slot first", ad.rates)
    u = _weights(weights, problem.agents)
    market = market_of(problem)
    scores = [w * ad.value for w, ad in zip(u, problem.types, strict=True)]
    order = by_score(scores)
    shown = order[: market.capacity]
    payments: dict[int, Number] = {}
    for k, i in enumerate(shown):
        rates = [*(market.rates.item(i, j) for j in range(len(shown))), 0]
        total: Number = 0
        for rank in range(k, len(shown)):
            below = scores[order[rank + 1]] if rank + 1 < len(order) else 0
            total += (rates[rank] - rates[rank + 1]) * ratio(below, u[i])
        payments[i] = total
    pairs = tuple((i, k) for k, i in enumerate(shown))
    values_only = [ad.value for ad in problem.types]
    solution = Solution(pairs, market.value(values_only, pairs), "sort by weighted bid")
    return build(problem, market, solution, payments)


@mechanism(
    "auctions.myerson",
    depends_on=BORDERS,
    setting=PositionSetting("priors"),
    reference=MYERSON,
    claims={
        "strategyproofness": Theorem(
            MYERSON, "threshold payments on a monotone allocation make truth dominant"
        )
    },
)
def myerson(problem: Problem) -> Outcome:
    """Revenue-optimal auction of separable slots: rank by virtual value, pay the threshold.

    Parameters
    ----------
    problem : sequence, mapping or series of n numbers, or Problem
        Values per click, with ``ctr``, ``priors`` (independent distributions of the values) and
        perhaps ``quality`` beside them: see :meth:`PositionSetting.problem`.

    Returns
    -------
    Outcome
        As for :func:`~mechdesign.auctions.separable.auctions.gsp`; the details hold the reserves.

    Raises
    ------
    InvalidInputError
        If a prior is missing or excludes a value, and on bad data.

    Notes
    -----
    Ranks go by ``quality * phi(value)``; virtual values of 0 or less are left out.  The price per
    click of a slot step is the smallest value that keeps the rank, at least the reserve.
    With discrete priors the payment of a tie is that of the rank actually won.

    Examples
    --------
    >>> from mechdesign.auctions import Uniform
    >>> myerson([0.75, 0.25], ctr=[2, 1], priors=Uniform(0, 1)).payments
    {0: Fraction(1, 1), 1: 0}
    """
    agents, slots = problem.agents, problem.data
    if slots.priors is None:
        raise InvalidInputError("priors", "be given", None, owner="myerson")
    known = dict(slots.priors) if isinstance(slots.priors, FrozenMap) else slots.priors
    beliefs = as_priors(known, agents, problem.types)
    quality_of = [slots.quality_of(agent) for agent in agents]
    scores = [
        q * prior.virtual(v) for q, prior, v in zip(quality_of, beliefs, problem.types, strict=True)
    ]
    order = [i for i in by_score(scores) if scores[i] > 0]
    shown = order[: len(slots.ctr)]
    payments: dict[Any, Number] = dict.fromkeys(agents, 0)
    for k, i in enumerate(shown):
        total: Number = 0
        for rank in range(k, len(shown)):
            drop = slots.ctr[rank] - (slots.ctr[rank + 1] if rank + 1 < len(shown) else 0)
            rival = order[rank + 1] if rank + 1 < len(order) else None
            total += drop * _keeps(i, rival, scores, quality_of, beliefs)
        payments[agents[i]] = quality_of[i] * total
    clicks = {agents[i]: slots.clicks(agents[i], k) for k, i in enumerate(shown)}
    exact = all_exact((*problem.types, *slots.ctr, *quality_of, *scores, *payments.values()))
    return Outcome(
        FrozenMap((agents[i], k) for k, i in enumerate(shown)),
        payments,
        details={
            "per_click": FrozenMap(
                (a, ratio(payments[a], clicks[a])) for a in clicks if clicks[a] > 0
            ),
            "clicks": FrozenMap(clicks),
            "welfare": sum(problem.types[i] * clicks[agents[i]] for i in shown),
            "revenue": sum(payments.values()),
            "reserves": FrozenMap((a, d.reserve) for a, d in zip(agents, beliefs, strict=True)),
        },
        provenance=Provenance(
            algorithm="sort by virtual value",
            exact=exact,
            tolerance=None if exact else 1e-9,
        ),
    )


def _keeps(
    i: int,
    rival: int | None,
    scores: Sequence[Number],
    quality: Sequence[Number],
    beliefs: Sequence[Prior],
) -> Number:
    """The smallest value of agent `i` that beats the rival's score, or zero where none is left."""
    prior = beliefs[i]
    score = 0 if rival is None else ratio(scores[rival], quality[i])
    threshold = prior.threshold(score)
    if prior.support is None:
        return threshold
    # Whoever comes first wins a tie, and a virtual value of 0 wins nothing.
    wins = rival is not None and i < rival
    kept = [v for v in prior.support if prior.virtual(v) > score or (wins and v == threshold)]
    return kept[0]


def _weights(weights: object, agents: Sequence[AgentId]) -> Sequence[Number]:
    if weights is None:
        return (1,) * len(agents)
    numbers = aligned_numbers(weights, agents, "weights", low=0, owner="laddered")
    if any(w == 0 for w in numbers):
        raise InvalidInputError("weights", "be positive", numbers, owner="laddered")
    return numbers
