"""Winner determination without order: independent slots and multinomial logit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from mechdesign.algorithms.cardinality_matching import best_matching, removal_values
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
        if value == current or (value < current and (step or current == 0)):
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
