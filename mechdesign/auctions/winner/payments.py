"""Payments: VCG by removing winners, and by the breakpoints of the optimal value.

For an exact maximiser of ``sum score * clicks`` over a set of placements that no bid changes, the
optimal value is convex and piecewise linear in one ad's score and its slope is that ad's click
probability.  The breakpoints of that function are all that a payment needs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mechdesign.auctions.market.arrays import Market, Solution
from mechdesign.auctions.market.priors import Prior
from mechdesign.auctions.winner import mnl
from mechdesign.auctions.winner.determination import maximise
from mechdesign.clock import Clock
from mechdesign.errors import LimitReachedError
from mechdesign.model import Number, all_exact, ratio
from mechdesign.records import dataclass

#: Solves the winner problem for given scores.
Solver = Callable[[Sequence[Number]], Solution]
# Gaps of the optimal value below this are rounding, relative to the value.
SLACK = 1e-11
# A bid of 2^64 times the largest value has every click that it can have.
MAX_DOUBLINGS = 64


@dataclass(frozen=True)
class Breakpoint:
    """A score at which an ad's click probability jumps.

    Parameters
    ----------
    score : number
        Where.
    clicks : number
        The click probability above it.
    jump : number
        By how much it rises there.
    """

    score: Number
    clicks: Number
    jump: Number


def clicks_of(market: Market, pairs: Sequence[tuple[int, int]], i: int) -> Number:
    """The click probability of ad `i` in a placement."""
    for (ad, _), rate in zip(pairs, market.clicks(pairs), strict=True):
        if ad == i:
            return rate
    return 0


def removal_optima(
    scores: Sequence[Number],
    market: Market,
    solution: Solution,
    algorithm: str = "auto",
    *,
    clock: Clock | None = None,
) -> dict[int, Number]:
    """The optimum without each ad that is shown.

    Independent slots take one pass for all ads, MNL a few; a cascade is solved again for each.

    Parameters
    ----------
    scores, market, solution
        A market and its solution.
    algorithm : str
        As for :func:`~mechdesign.auctions.winner.determination.maximise`.
    clock : Clock, optional
        The time that all winner problems have together.

    Returns
    -------
    dict of ad to number
        For the ads shown; for all others it is the optimum itself.

    Raises
    ------
    LimitReachedError
        If the time was up before an optimum was proved.
    """
    if market.model == "independent" and algorithm in ("auto", "matching"):
        found: dict[int, Number] = mnl.removals(scores, market, solution.pairs)
        return found
    optima: dict[int, Number] = {}
    starts: dict[int, Number] = {}
    if market.model == "mnl" and algorithm in ("auto", "parametric"):
        optima, starts = mnl.without_each(scores, market, solution)
    for i in (ad for ad, _ in solution.pairs if ad not in optima):
        # A score of zero removes an ad: it is never shown.
        others = [0 if k == i else s for k, s in enumerate(scores)]
        found_without = maximise(
            others,
            market,
            algorithm=algorithm,
            start=starts.get(i, solution.value),
            time_limit=clock.left() if clock else None,
        )
        if found_without.bound is not None:
            raise LimitReachedError(f"the optimum without ad {i} was not proved in time")
        optima[i] = found_without.value
    return optima


def breakpoints(
    scores: Sequence[Number],
    market: Market,
    i: int,
    upto: Number,
    *,
    solve: Solver | None = None,
) -> list[Breakpoint]:
    """All scores up to a limit at which the click probability of an ad jumps, in order.

    Parameters
    ----------
    scores : sequence of n numbers
        That of ad `i` does not matter.
    market : Market
        The market.
    i : int
        The ad.
    upto : number
        The largest score to look at.
    solve : callable, optional
        An exact maximiser; by default :func:`~mechdesign.auctions.winner.determination.maximise`.

    Notes
    -----
    The recursion of Eisner and Severance: intersect the tangents at the two ends of an interval;
    either the optimal value lies on them there, or it gives a new tangent that splits it.  At most
    2B + 1 winner problems for B breakpoints.
    """
    others = list(scores)
    exact = market.exact and all_exact((*(s for k, s in enumerate(scores) if k != i), upto))

    def tangent(score: Number) -> tuple[Number, Number]:
        """Click probability and intercept of the optimal value at a score."""
        others[i] = score
        chosen = solve(others) if solve else maximise(others, market)
        rate = clicks_of(market, chosen.pairs, i)
        return rate, chosen.value - score * rate

    found: list[Breakpoint] = []

    def split(low: tuple[Number, Number], high: tuple[Number, Number]) -> None:
        """Breakpoints between two tangents of increasing slope."""
        if not high[0] > low[0]:
            return
        score = ratio(low[1] - high[1], high[0] - low[0])
        middle = tangent(score)
        reached = middle[0] * score + middle[1]
        level = low[0] * score + low[1]
        slack = 0 if exact else SLACK * abs(float(level))
        if reached > level + slack and low[0] < middle[0] < high[0]:
            split(low, middle)
            split(middle, high)
        else:
            found.append(Breakpoint(score, high[0], high[0] - low[0]))

    if upto > 0:
        split(tangent(0), tangent(upto))
    return found


def all_breakpoints(scores: Sequence[Number], market: Market, i: int) -> list[Breakpoint]:
    """All scores at which the click probability of an ad jumps, however large.

    The probability never exceeds the ad's best rate, and no breakpoint follows once it is reached.

    Parameters
    ----------
    scores, market, i
        As for :func:`breakpoints`.
    """
    _, m = market.shape
    top = max((market.rates.item(i, j) for j in range(m)), default=0) if market.capacity else 0
    if market.model == "mnl" and market.capacity and m:
        top = max(w / (1 + w) for w in (market.odds.item(i, j) for j in range(m)))
    others = list(scores)
    limit: Number = max(1, *scores)
    slack = 0 if market.exact else SLACK
    for _ in range(MAX_DOUBLINGS):
        others[i] = limit
        if clicks_of(market, maximise(others, market).pairs, i) >= top - slack:
            break
        limit = 2 * limit
    return breakpoints(scores, market, i, limit)


def threshold_payment(
    scores: Sequence[Number],
    market: Market,
    i: int,
    prior: Prior | None,
    *,
    solve: Solver | None = None,
    support: Sequence[Number] = (),
) -> Number:
    """The payment that makes truth a best reply: ``sum value_k * (jump of clicks at value_k)``.

    Parameters
    ----------
    scores : sequence of n numbers
        Values where there is no prior, else ironed virtual values.
    market, i, solve
        As for :func:`breakpoints`.
    prior : Prior or None
        Turns scores back into values.
    support : sequence of numbers
        The possible values up to the ad's own, where they are finitely many.

    Returns
    -------
    number
        Per impression.
    """
    if support and prior is not None:
        return _over_types(scores, market, i, prior, solve, support)
    total: Number = 0
    for point in breakpoints(scores, market, i, scores[i], solve=solve):
        value = point.score if prior is None else prior.threshold(point.score)
        total += value * point.jump
    return total


def _over_types(
    scores: Sequence[Number],
    market: Market,
    i: int,
    prior: Prior,
    solve: Solver | None,
    support: Sequence[Number],
) -> Number:
    """The same sum over the finitely many values, ties as the auction itself breaks them."""
    others = list(scores)
    rates: dict[Number, Number] = {}
    total: Number = 0
    before: Number = 0
    for value in support:
        score = prior.virtual(value)
        if score not in rates:
            others[i] = score
            chosen = solve(others) if solve else maximise(others, market)
            rates[score] = clicks_of(market, chosen.pairs, i)
        total += value * (rates[score] - before)
        before = rates[score]
    return total
