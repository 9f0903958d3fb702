"""Winner determination without order: independent slots and multinomial logit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from mechdesign.algorithms.cardinality_matching import (
    best_matching,
    removal_matchings,
    removal_values,
)
from mechdesign.auctions.market.arrays import Market, Solution
from mechdesign.model import Number

# Newton's method was seen to take 2-8 steps; this only ends a cycle of rounding errors.
MAX_STEPS = 200


def gains(scores: Sequence[Number], weights: Any, threshold: Number = 0) -> tuple[Any, Any]:
    """Rows with a score above `threshold` and the matrix ``(score - threshold) * weight`` of them.

    Returns
    -------
    rows : array of int
    matrix : array of shape (len(rows), m)
    """
    rows = np.array([i for i, s in enumerate(scores) if s > threshold], dtype=int)
    exact = weights.dtype == object
    kind: Any = object if exact else float
    over: Any = np.array([scores[i] - threshold for i in rows], dtype=kind)
    return rows, over[:, None] * weights[rows]


def matched(
    scores: Sequence[Number], weights: object, capacity: int, threshold: Number = 0
) -> list[tuple[int, int]]:
    """The best matching for scores over a threshold."""
    rows, matrix = gains(scores, weights, threshold)
    return [(int(rows[r]), j) for r, j in best_matching(matrix, capacity)]


def independent(scores: Sequence[Number], market: Market) -> Solution:
    """Independent slots: one maximum-weight matching of at most K edges.

    Examples
    --------
    >>> market = Market(np.array([[0.5, 0.2], [0.4, 0.3]]), 1, "independent")
    >>> independent([1.0, 1.0], market).pairs
    ((0, 0),)
    """
    pairs = _sorted(matched(scores, market.rates, market.capacity))
    return Solution(pairs, market.value(scores, pairs), "matching")


def parametric(scores: Sequence[Number], market: Market, start: Number = 0) -> Solution:
    """MNL by the parametric method (Dinkelbach, Newton) on the cardinality matcher.

    ``F(t) = max sum (score - t)^+ w x`` over matchings of at most K edges is convex and
    nonincreasing; the optimum is the root of ``F(t) = t``.

    Parameters
    ----------
    scores : sequence of n numbers
        Values, or virtual values; an ad whose score is not above the optimum is never shown.
    market : Market
        With ``odds``.
    start : number
        Where to start; the value of a similar market saves steps, whichever side it lies on.

    Notes
    -----
    Finite and superlinear; one matching for each step.
    """
    current = start
    best: tuple[tuple[tuple[int, int], ...], Number] = ((), 0)
    for step in range(MAX_STEPS):
        pairs = _sorted(matched(scores, market.odds, market.capacity, current))
        value = market.value(scores, pairs)
        if value >= best[1]:  # of equals the later one, which shows fewer ads
            best = (pairs, value)
        # From below the root the values climb; only the first step may come from above.
        if value == current or (step and value < current):
            break
        if step and not market.exact and value - current <= 1e-14 * float(value):
            break
        current = value
    return Solution(best[0], best[1], "parametric")


def removals(scores: Sequence[Number], market: Market, pairs: Sequence[tuple[int, int]]) -> Any:
    """Independent slots: the optimum without each ad of an optimal matching, all in one pass."""
    rows, matrix = gains(scores, market.rates)
    index = {int(i): r for r, i in enumerate(rows)}
    kept = [(index[i], j) for i, j in pairs]
    return dict(
        zip((i for i, _ in pairs), removal_values(matrix, market.capacity, kept), strict=True)
    )


def without_each(
    scores: Sequence[Number], market: Market, solution: Solution
) -> tuple[dict[int, Number], dict[int, Number]]:
    """MNL: the optimum without each ad that is shown, for all ads together.

    Without ad i the optimum is the root of ``F_i(t) = t``, and one matching of all ads at a
    threshold t gives the best placements without each of them there (:func:`removal_matchings`).
    ``F_i`` is convex: a placement that is best at both ends of a bracket of the root is best at the
    root, so that its value is the optimum.

    Returns
    -------
    found : dict of ad to number
        The optima that are settled.
    starts : dict of ad to number
        For the other ads a value that is reached without them: where the limit on the number of
        ads binds, or rounding keeps a bracket open.
    """
    ads = [i for i, _ in solution.pairs]
    found: dict[int, Number] = {}
    starts: dict[int, Number] = dict.fromkeys(ads, solution.value)
    low: dict[int, Any] = {}
    high: dict[int, Any] = {}
    threshold: Any = solution.value
    for step in range(len(ads)):
        placements = _placements(scores, market, ads, threshold)
        if placements is None:
            return found, starts
        for i in ads:
            placement = placements[i]
            value: Any = market.value(scores, placement)
            starts[i] = max(starts[i], value) if step else value
            (low if value >= threshold else high)[i] = placement
            near = 0 if market.exact else 1e-14 * float(value)
            if abs(value - threshold) <= near or low.get(i) == high.get(i):
                found[i] = value
        ads = [i for i in ads if i not in found]
        if not ads:
            break
        reached = sorted(starts[i] for i in ads)
        # The lowest of all brackets them; then halves, each a step of Newton's for one ad.
        threshold = reached[len(reached) // 2 if step else 0]
    return found, starts


def _placements(
    scores: Sequence[Number], market: Market, ads: Sequence[int], threshold: Number
) -> dict[int, Any] | None:
    """The best placements at a threshold without each ad; None where their number is limited."""
    rows, matrix = gains(scores, market.odds, threshold)
    pairs = best_matching(matrix, market.capacity)
    if len(pairs) == market.capacity:
        return None
    whole = _sorted([(int(rows[r]), j) for r, j in pairs])
    found = dict.fromkeys(ads, whole)  # an ad that is not shown there is not missed
    place = {int(rows[r]): k for k, (r, _) in enumerate(pairs)}
    missed = [i for i in ads if i in place]
    names = rows.tolist()
    rest = removal_matchings(matrix, pairs, [place[i] for i in missed])
    for i, kept in zip(missed, rest, strict=True):
        found[i] = tuple((names[r], j) for r, j in kept)
    return found


def charnes_cooper(scores: Sequence[Number], market: Market) -> Solution:
    """MNL by its linear program after Charnes and Cooper.

    The constraint matrix is totally unimodular, so that a vertex is a matching.  The solver's is
    where the parametric method starts: one matching proves it, or improves it.
    """
    from mechdesign.solvers.linear.fractional_assignment import fractional_assignment

    odds = np.asarray(market.odds, dtype=float)
    values = np.array([float(s) for s in scores])
    share = fractional_assignment(values[:, None] * odds, odds, market.capacity)
    pairs = _sorted([(int(i), int(j)) for i, j in zip(*np.nonzero(share > 0.5), strict=True)])
    proved = parametric(scores, market, start=market.value(scores, pairs))
    return replace(proved, algorithm="lp", solver="HiGHS")


def _sorted(pairs: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    return tuple(sorted(pairs, key=lambda pair: pair[1]))
