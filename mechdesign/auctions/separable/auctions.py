"""GSP, VCG and first price on separable slots."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Annotated, Any

from mechdesign.auctions.arithmetic import by_score
from mechdesign.auctions.references import EDELMAN_OSTROVSKY_SCHWARZ, GROVES, VICKREY
from mechdesign.auctions.separable.setting import BORDERS, PositionSetting
from mechdesign.errors import InvalidInputError
from mechdesign.model import (
    FrozenMap,
    Number,
    Outcome,
    Problem,
    Provenance,
    Theorem,
    all_exact,
    mechanism,
    number_in,
    ratio,
)

__all__ = ["gfp", "gsp", "second_price", "vcg"]

SETTING = PositionSetting()
FLOAT_TOLERANCE = 1e-9
#: The smallest price.
Reserve = Annotated[Number, number_in(0)] | None
#: Price per click of each rank, from (ranked agents' scores, qualities, bids, rates, reserve).
Pricing = Callable[[list[Number], list[Number], list[Number], Sequence[Number], Number], list[Any]]


@mechanism(
    "auctions.gsp",
    depends_on=BORDERS,
    setting=SETTING,
    reference=EDELMAN_OSTROVSKY_SCHWARZ,
)
def gsp(problem: Problem, *, reserve: Reserve = None) -> Outcome:
    """Generalised second price: rank by score, pay per click the smallest bid that keeps the rank.

    The score is ``bid * quality``; without qualities this is ranking by bid.  The price per click
    of rank k is ``score_(k+1) / quality_(k)``, at least the reserve; bids below the reserve are
    left out first.  Equal scores rank in the order of the agents.

    Parameters
    ----------
    problem : sequence, mapping or series of n numbers, or Problem
        Bids per click, with ``ctr`` and perhaps ``quality`` beside them: see
        :meth:`PositionSetting.problem`.
    reserve : number, optional
        Smallest price per click.

    Returns
    -------
    Outcome
        The choice maps the agents shown to slots; payments are per impression; the details hold
        the prices ``per_click``, the ``clicks``, ``welfare`` and ``revenue``.

    Raises
    ------
    InvalidInputError
        On negative or non-finite numbers, unsorted click rates, lengths that differ.

    Notes
    -----
    Not strategyproof.  O(n log n).

    Examples
    --------
    >>> out = gsp([10, 4, 2], ctr=[200, 100])
    >>> out.details["per_click"], out.details["revenue"]
    ({0: 4, 1: 2}, 1000)
    """
    return _ranked(problem, reserve, _next_price)


@mechanism(
    "auctions.vcg",
    depends_on=BORDERS,
    setting=SETTING,
    reference=GROVES,
    claims={
        "strategyproofness": Theorem(GROVES, "truth is a dominant strategy under VCG payments")
    },
)
def vcg(problem: Problem, *, reserve: Reserve = None) -> Outcome:
    """Vickrey-Clarke-Groves: efficient slots, each pays what its presence costs the others.

    Parameters
    ----------
    problem : sequence, mapping or series of n numbers, or Problem
        Values per click, as for :func:`gsp`.
    reserve : number, optional
        Smallest price per click; with one the payments are those that keep truth dominant.

    Returns
    -------
    Outcome
        As for :func:`gsp`.

    Raises
    ------
    InvalidInputError
        On negative or non-finite numbers, unsorted click rates, lengths that differ.

    Notes
    -----
    The price of rank k is ``sum_{l>=k} (ctr_l - ctr_{l+1}) max(score_{l+1}, reserve quality_k)``
    per impression.  O(n log n + m^2).

    Examples
    --------
    >>> vcg([10, 4, 2], ctr=[200, 100]).payments
    {0: 600, 1: 200, 2: 0}
    """
    return _ranked(problem, reserve, _ladder_price)


@mechanism("auctions.gfp", reference=EDELMAN_OSTROVSKY_SCHWARZ, depends_on=BORDERS, setting=SETTING)
def gfp(problem: Problem, *, reserve: Reserve = None) -> Outcome:
    """Generalised first price: rank by score, every advertiser pays its own bid per click.

    Parameters, result and errors are those of :func:`gsp`.

    Examples
    --------
    >>> gfp([10, 4, 2], ctr=[200, 100]).payments
    {0: 2000, 1: 400, 2: 0}
    """
    return _ranked(problem, reserve, _own_price)


@mechanism(
    "auctions.second_price",
    depends_on=BORDERS,
    setting=PositionSetting("single"),
    reference=VICKREY,
    claims={"strategyproofness": Theorem(VICKREY, "truth is dominant in a second-price auction")},
)
def second_price(problem: Problem, *, reserve: Reserve = None) -> Outcome:
    """Second-price auction of one item, with an optional reserve price.

    Parameters
    ----------
    problem : sequence, mapping or series of n numbers, or Problem with one slot
        Bids for the item; ``ctr`` beside them is (1,) by default.
    reserve : number, optional
        Smallest price.

    Returns
    -------
    Outcome
        The choice maps the winner to 0.

    Raises
    ------
    InvalidInputError
        If there is more than one slot, and as for :func:`gsp`.

    Examples
    --------
    >>> second_price({"ann": 5, "bob": 3}, reserve=4).payments
    {'ann': 4, 'bob': 0}
    """
    if not len(problem):
        raise InvalidInputError("bids", "not be empty", (), owner="second_price")
    if len(problem.data.ctr) != 1:
        raise InvalidInputError("ctr", "have one slot", problem.data.ctr, owner="second_price")
    return _ranked(problem, reserve, _next_price)


def _next_price(
    scores: list[Number],
    quality: list[Number],
    bids: list[Number],
    ctr: Sequence[Number],
    reserve: Number,
) -> list[Number]:
    following = [*scores[1:], 0][: len(scores)]
    return [max(ratio(s, q), reserve) for s, q in zip(following, quality, strict=True)]


def _own_price(
    scores: list[Number],
    quality: list[Number],
    bids: list[Number],
    ctr: Sequence[Number],
    reserve: Number,
) -> list[Number]:
    return bids


def _ladder_price(
    scores: list[Number],
    quality: list[Number],
    bids: list[Number],
    ctr: Sequence[Number],
    reserve: Number,
) -> list[Number]:
    shown = min(len(scores), len(ctr))
    prices: list[Number] = [0] * len(scores)
    for k in range(shown):
        total: Number = 0
        for rank in range(k, shown):
            drop = ctr[rank] - (ctr[rank + 1] if rank + 1 < shown else 0)
            below = scores[rank + 1] if rank + 1 < len(scores) else 0
            total += drop * max(ratio(below, quality[k]), reserve)
        prices[k] = ratio(total, ctr[k]) if ctr[k] else 0
    return prices


def _ranked(problem: Problem, reserve: Number | None, price: Pricing) -> Outcome:
    """Rank by score, price by `price`: what the auctions of this file share."""
    if reserve is not None:
        problem = replace(problem, data=replace(problem.data, reserve=reserve))
    slots = problem.data
    floor = slots.reserve
    everybody = [slots.quality_of(agent) for agent in problem.agents]
    allowed = [i for i, bid in enumerate(problem.types) if bid >= floor]
    scores = [problem.types[i] * everybody[i] for i in allowed]
    order = [allowed[k] for k in by_score(scores)]
    ranked_scores = [problem.types[i] * everybody[i] for i in order]
    prices = price(
        ranked_scores,
        [everybody[i] for i in order],
        [problem.types[i] for i in order],
        slots.ctr,
        floor,
    )
    shown = order[: len(slots.ctr)]
    agents = problem.agents
    choice = FrozenMap((agents[i], k) for k, i in enumerate(shown))
    clicks = {agents[i]: slots.clicks(agents[i], k) for k, i in enumerate(shown)}
    payments: dict[Any, Number] = dict.fromkeys(agents, 0)
    payments.update({agents[i]: clicks[agents[i]] * prices[k] for k, i in enumerate(shown)})
    exact = all_exact((*problem.types, *slots.ctr, *everybody, floor))
    tied = any(a == b for a, b in itertools.pairwise(ranked_scores[: len(shown) + 1]))
    return Outcome(
        choice,
        payments,
        details={
            "per_click": FrozenMap((agents[i], prices[k]) for k, i in enumerate(shown)),
            "clicks": FrozenMap(clicks),
            "welfare": sum(problem.types[i] * clicks[agents[i]] for i in shown),
            "revenue": sum(payments.values()),
        },
        provenance=Provenance(
            algorithm="sort by score",
            exact=exact,
            tolerance=None if exact else FLOAT_TOLERANCE,
            ties="equal scores rank in the order of the agents" if tied else "",
        ),
        problem=problem,
    )
