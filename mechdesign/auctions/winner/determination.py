"""Winner determination: which algorithm solves which market."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from mechdesign.auctions.market.arrays import Market, Solution
from mechdesign.auctions.winner import cascade, mnl
from mechdesign.auctions.winner.brute_force import enumeration, placement_count
from mechdesign.errors import InvalidInputError, LimitReachedError, require
from mechdesign.model import Number, all_exact, as_numbers

__all__ = ["ALGORITHMS", "maximise", "upper_bound"]

#: The algorithms of each model, the default first.
ALGORITHMS = {
    "independent": ("matching", "enumeration"),
    "mnl": ("parametric", "lp", "enumeration"),
    "cascade": (
        "subsets",
        "common_rates",
        "position_rates",
        "positions",
        "branching",
        "enumeration",
    ),
}
# Above this many states branch and bound is faster than the dynamic program.
SUBSET_STATES = 4_000_000
ENUMERATE = 200_000


def maximise(
    scores: Sequence[Number],
    market: Market,
    *,
    algorithm: str = "auto",
    time_limit: float | None = None,
    start: Number = 0,
) -> Solution:
    """A placement that maximises the expected score of the clicks.

    Parameters
    ----------
    scores : sequence of n numbers
        Values, or virtual values; ads of score 0 or less are never shown.  A float among them
        makes the whole computation a floating-point one.
    market : Market
        Click probabilities and the model of users.
    algorithm : str
        ``"auto"``, or one of :data:`ALGORITHMS` for the model.
    time_limit : float, optional
        Seconds for branch and bound; where they do not suffice the solution holds a `bound`.
    start : number
        A guess of the optimum for the parametric method.

    Raises
    ------
    InvalidInputError
        If the algorithm does not fit the market.
    LimitReachedError
        If no exact algorithm can handle the size.

    Examples
    --------
    >>> from fractions import Fraction as F
    >>> from mechdesign.auctions import content_problem
    >>> from mechdesign.auctions.market.arrays import market_of
    >>> market = market_of(content_problem([6, 4], [[F(1, 2)], [F(1, 4)]]))
    >>> maximise([6, 4], market).value
    Fraction(3, 1)
    """
    require(market, Market, "market")
    known = ALGORITHMS[market.model]
    scores = [s if s > 0 else 0 for s in scores]
    if market.exact and not all_exact((*scores, start)):
        market = market.floating()
    if algorithm != "auto" and algorithm not in known:
        raise InvalidInputError(
            "algorithm", f"be 'auto' or one of {', '.join(known)} under {market.model}", algorithm
        )
    n, m = market.shape
    if not (n and m and market.capacity):
        return Solution((), 0, algorithm if algorithm != "auto" else known[0])
    if algorithm == "enumeration":
        return enumeration(scores, market)
    if market.model == "independent":
        return mnl.independent(scores, market)
    if market.model == "mnl":
        if algorithm == "lp":
            return mnl.charnes_cooper(scores, market)
        return mnl.parametric(scores, market, start)
    return _cascade(scores, market, algorithm, time_limit)


def _cascade(
    scores: Sequence[Number], market: Market, algorithm: str, time_limit: float | None
) -> Solution:
    rates = market.rates
    same_everywhere = bool((rates == rates[:, :1]).all())
    same_ads = bool((rates == rates[:1]).all())
    leaves = market.continuation is None
    if algorithm == "auto":
        algorithm = _choose(market, same_everywhere, same_ads and leaves)
    fits = {
        "common_rates": same_everywhere,
        "position_rates": same_ads and leaves and market.order == "free",
        "subsets": leaves and market.order == "free",
        "branching": leaves and market.order == "free",
        "positions": market.order == "fixed",
        "enumeration": True,
    }
    if not fits[algorithm]:
        raise InvalidInputError("algorithm", "fit the market (see its documentation)", algorithm)
    if algorithm == "branching":
        return cascade.branching(scores, market, time_limit=time_limit)
    solve = {
        "common_rates": cascade.common_rates,
        "position_rates": cascade.position_rates,
        "subsets": cascade.subsets,
        "positions": cascade.fixed_order,
        "enumeration": enumeration,
    }[algorithm]
    return solve(scores, market)


def _choose(market: Market, same_everywhere: bool, sortable: bool) -> str:
    if same_everywhere:
        return "common_rates"
    if market.order == "fixed":
        return "positions"
    if sortable:
        return "position_rates"
    if market.continuation is not None:
        # The best order of a matching is known, but the matching is tied to the order.
        if placement_count(market) > ENUMERATE:
            raise LimitReachedError(
                "no algorithm is known for large cascades with continuation probabilities and "
                "click probabilities that depend on the position"
            )
        return "enumeration"
    return "subsets" if cascade.subset_states(market) <= SUBSET_STATES else "branching"


def upper_bound(scores: Sequence[Number], market: Market) -> Number:
    """A proved bound on the optimum of a click-and-leave cascade, of either order.

    It is the smallest ``t + max sum (score - t)^+ p`` over matchings of at most K edges found for
    thresholds ``t >= 0``; each of these bounds the optimum, because the click probabilities of a
    cascade sum to at most 1 and none exceeds p.  This bound is the package's own.

    Notes
    -----
    Some thirty matchings.  Continuation probabilities void the bound: the value is then that of
    independent slots, which bounds every model.

    Examples
    --------
    >>> import numpy as np
    >>> upper_bound([4.0, 3.0], Market(np.array([[0.5], [0.5]]), 1, "cascade"))
    2.0
    """
    require(market, Market, "market")
    values = [max(s, 0) for s in as_numbers(scores, "scores")]
    if market.exact and not all_exact(values):
        market = market.floating()
    best = mnl.independent(values, replace(market, model="independent")).value
    if market.continuation is not None or not any(values):
        return best
    # The threshold is searched in floats; its bound is then computed in the market's numbers.
    rates = market.rates.astype(float)
    floats = [float(s) for s in values]
    low, high = 0.0, max(floats)
    top: tuple[float, float] = (high, high)
    for _ in range(30):
        t = (low + high) / 2
        pairs = mnl.matched(floats, rates, market.capacity, t)
        top = min(top, (t + sum((floats[i] - t) * rates.item(i, j) for i, j in pairs), t))
        # The bound is convex in t, with slope 1 less the click probabilities of the matching.
        slope = 1 - sum(rates.item(i, j) for i, j in pairs)
        if slope == 0 or high - low < 1e-3 * high:
            break
        low, high = (low, t) if slope > 0 else (t, high)
    if not market.exact:
        return min(best, top[0])
    t_exact = Fraction(top[1]).limit_denominator(1000)
    pairs = mnl.matched(values, market.rates, market.capacity, t_exact)
    over = sum((values[i] - t_exact) * market.rates.item(i, j) for i, j in pairs)
    bound: Number = min(best, t_exact + over)
    return bound
