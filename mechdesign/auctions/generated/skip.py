"""MNL with skip rendering: a truthful half of the optimum for cascades of any size.

This mechanism and its bound are derived for this package; they are not results of the paper whose
model they use.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from mechdesign.auctions.generated.heuristics import SETTING, arranged, as_mnl, require_cascade
from mechdesign.auctions.generated.optimal import build, virtual_scores
from mechdesign.auctions.generated.setting import BORDERS
from mechdesign.auctions.market.arrays import Market, Solution, market_of
from mechdesign.auctions.market.placements import Ad
from mechdesign.auctions.winner import mnl
from mechdesign.auctions.winner.payments import removal_optima, threshold_payment
from mechdesign.errors import InvalidInputError
from mechdesign.model import Number, Outcome, Problem, as_numbers, mechanism, ratio

__all__ = ["skip_probabilities", "skip_rendering"]


def skip_probabilities(odds: Sequence[Number]) -> tuple[Number, ...]:
    """Rendering probabilities under which a cascade gives the click rates of MNL.

    Parameters
    ----------
    odds : sequence of positive numbers
        Attractions ``p / (1 - p)`` in rendering order.

    Returns
    -------
    tuple of numbers in (0, 1]
        ``q_k = (1 + w_k) / (1 + w_k + w_{k+1} + ...)``.

    Notes
    -----
    With these coins nobody has clicked before ad k with probability
    ``(1 + w_k + w_{k+1} + ...) / (1 + W)``, so that ad k is clicked with probability
    ``w_k / (1 + W)``, whatever the order.

    Examples
    --------
    >>> from fractions import Fraction
    >>> skip_probabilities([Fraction(1, 2), 1, 1])
    (Fraction(3, 7), Fraction(2, 3), 1)
    """
    found: list[Number] = []
    after: Number = 1
    for w in reversed(as_numbers(odds, "odds", low=0)):
        after = after + w
        found.append(ratio(1 + w, after))
    return tuple(reversed(found))


@mechanism("auctions.skip_rendering", depends_on=BORDERS, setting=SETTING)
def skip_rendering(
    problem: Problem, *, objective: Literal["welfare", "revenue"] = "welfare"
) -> Outcome:
    """Cascade: the MNL optimum, each ad rendered by an independent coin; truthful in expectation.

    The coins make the expected clicks under the cascade equal to those under MNL, in any order of
    rendering, so that the payments of MNL keep truth a dominant strategy.

    Parameters
    ----------
    problem : sequence, mapping or series of n numbers; JSON document; or Problem
        Values per click, with ``p`` (below 1) and perhaps ``capacity``, ``order`` and ``priors``
        beside them, as for :func:`~mechdesign.auctions.market.content_reading.content_problem`;
        the model is the cascade.
    objective : {"welfare", "revenue"}
        VCG payments, or Myerson's with virtual values.

    Returns
    -------
    Outcome
        The choice holds the rendering probabilities in ``render``; clicks, utilities and payments
        are expectations over coins and users.

    Raises
    ------
    InvalidInputError
        On p=1, an unknown objective, continuation probabilities, and bad data.

    Notes
    -----
    At least half of the optimum of the cascade in free and in fixed order, and no more can be
    promised.  This bound is the package's own: with ``t`` the MNL optimum any cascade reaches at
    most ``t + max sum (v - t)^+ p <= 2 t``.

    Examples
    --------
    >>> out = skip_rendering([6, 5], p=[[0.5, 0.25], [0.25, 0.5]])
    >>> out.choice.render
    (0.6666666666666666, 1.0)
    >>> out.details["clicks"]
    {0: 0.3333333333333333, 1: 0.33333333333333337}
    """
    require_cascade(problem)
    market = market_of(problem)
    if market.continuation is not None:
        raise InvalidInputError("continuation", "be absent: users click and leave", "given")
    logit = as_mnl(problem)
    values_only = [ad.value for ad in problem.types]
    scores = values_only if objective == "welfare" else virtual_scores(problem)
    solution = mnl.parametric(scores, logit)
    pairs = arranged(solution.pairs, values_only, market)
    render = skip_probabilities([logit.odds.item(i, j) for i, j in pairs])
    payments = (
        _vcg_payments(scores, logit, solution)
        if objective == "welfare"
        else _thresholds(scores, logit, solution, problem.types)
    )
    return build(
        problem,
        market,
        Solution(pairs, solution.value, "parametric"),
        payments,
        render=render,
    )


def _vcg_payments(
    scores: Sequence[Number], market: Market, solution: Solution
) -> dict[int, Number]:
    without = removal_optima(scores, market, solution)
    clicks = market.clicks(solution.pairs)
    return {
        i: without[i] - (solution.value - scores[i] * rate)
        for (i, _), rate in zip(solution.pairs, clicks, strict=True)
    }


def _thresholds(
    scores: Sequence[Number], market: Market, solution: Solution, ads: Sequence[Ad]
) -> dict[int, Number]:
    found: dict[int, Number] = {}
    for i, _ in solution.pairs:
        prior = ads[i].prior
        support = () if prior is None or prior.support is None else prior.support
        below = [v for v in support if v <= ads[i].value]
        found[i] = threshold_payment(scores, market, i, prior, support=below)
    return found
