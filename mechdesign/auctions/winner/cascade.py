"""Winner determination under a cascade: users read in rendering order and leave when they click.

For a fixed matching and users who click and leave, decreasing value is the best free order (swap
two neighbours), so that only the matching has to be searched.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from functools import cache
from math import comb
from typing import Any

import numpy as np

from mechdesign.auctions.market.arrays import Market, Solution
from mechdesign.errors import LimitReachedError
from mechdesign.model import Number

# States of the dynamic programs: about ten seconds and a few hundred megabytes.
MAX_STATES = 20_000_000


def subset_states(market: Market) -> int:
    """The number of states of the dynamic program that the market needs."""
    n, m = market.shape
    over = m if market.order == "free" else n
    sets = sum(comb(over, k) for k in range(min(market.capacity, over) + 1))
    return sets * n * m if market.order == "free" else sets * m


def subsets(scores: Sequence[Number], market: Market) -> Solution:
    """Free order: dynamic program over the sets of positions in use.

    Ads come in decreasing score; the state is the set of positions taken so far.

    Raises
    ------
    LimitReachedError
        If ``n m sum_{k<=K} C(m, k)`` exceeds the limit.

    Notes
    -----
    O(n m sum_{k<=K} C(m, k)), vectorised over the sets.
    """
    if subset_states(market) > MAX_STATES:
        raise LimitReachedError(
            f"{subset_states(market)} states are too many for the dynamic program over positions"
        )
    _, m = market.shape
    order = [i for i in sorted(range(len(scores)), key=lambda i: -scores[i]) if scores[i] > 0]
    sets = [
        frozenset(chosen)
        for k in range(market.capacity + 1)
        for chosen in itertools.combinations(range(m), k)
    ]
    index = {chosen: s for s, chosen in enumerate(sets)}
    # Index of each set with one more position, -1 where that is not allowed.
    after = np.array(
        [[index.get(c | {j}, -1) if j not in c else -1 for j in range(m)] for c in sets]
    )
    after = after.reshape(len(sets), m)
    kind: Any = object if market.exact else float
    value = np.array([0] * len(sets), dtype=kind)
    choices: list[Any] = []
    for i in reversed(order):
        best = value.copy()
        choice = np.full(len(sets), -1)
        for j in range(m):
            p = market.rates.item(i, j)
            if p == 0:
                continue
            here = p * scores[i] + (1 - p) * value[after[:, j]]
            better = ((after[:, j] >= 0) & (here > best)).astype(bool)
            best = np.where(better, here, best)
            choice = np.where(better, j, choice)
        value = best
        choices.append(choice)
    pairs: list[tuple[int, int]] = []
    state = 0
    for i, choice in zip(order, reversed(choices), strict=True):
        j = int(choice[state])
        if j >= 0:
            pairs.append((i, j))
            state = int(after[state, j])
    return Solution(tuple(pairs), market.value(scores, pairs), "subsets")


def fixed_order(scores: Sequence[Number], market: Market) -> Solution:
    """Reading order: dynamic program over the sets of ads in use, position by position.

    Raises
    ------
    LimitReachedError
        If ``m sum_{k<=K} C(n, k)`` exceeds the limit.
    """
    if subset_states(market) > MAX_STATES // 10:
        raise LimitReachedError(
            f"{subset_states(market)} states are too many for the dynamic program over ads"
        )
    n, m = market.shape
    useful = [i for i in range(n) if scores[i] > 0]

    @cache
    def best(j: int, used: frozenset[int]) -> tuple[Number, int]:
        """Value from position `j` on, and the ad there (-1 for none)."""
        if j == m or len(used) == market.capacity:
            return 0, -1
        value, choice = best(j + 1, used)[0], -1
        for i in useful:
            p = market.rates.item(i, j)
            if i in used or p == 0:
                continue
            here = p * scores[i] + market.stay(i, j) * best(j + 1, used | {i})[0]
            if here > value:
                value, choice = here, i
        return value, choice

    pairs: list[tuple[int, int]] = []
    used: frozenset[int] = frozenset()
    for j in range(m):
        choice = best(j, used)[1]
        if choice >= 0:
            pairs.append((choice, j))
            used |= {choice}
    return Solution(tuple(pairs), market.value(scores, pairs), "positions")


def common_rates(scores: Sequence[Number], market: Market) -> Solution:
    """Rates that do not depend on the position: order by ``score p / (1 - c)``, then choose K.

    With continuation probabilities c this is the Markov cascade of Aggarwal et al. and Kempe and
    Mahdian (2008); for users who click and leave it is decreasing score.

    Notes
    -----
    O(n K) after sorting.
    """
    n, _ = market.shape
    useful = [i for i in range(n) if scores[i] > 0 and market.rates.item(i, 0) > 0]
    stay = {i: market.stay(i, 0) for i in useful}

    def priority(i: int) -> tuple[bool, Number]:
        # An ad that everybody leaves behind costs nothing: first of all.
        left = 1 - stay[i]
        return (True, 0) if left == 0 else (False, scores[i] * market.rates.item(i, 0) / left)

    order = sorted(useful, key=priority, reverse=True)
    capacity = market.capacity
    # value[k]: the best from ad number t on with k ads still to choose.
    value: list[Number] = [0] * (capacity + 1)
    taken: list[list[bool]] = []
    for i in reversed(order):
        gain = [
            scores[i] * market.rates.item(i, 0) + stay[i] * value[k - 1]
            for k in range(1, capacity + 1)
        ]
        takes = [False, *(g > v for g, v in zip(gain, value[1:], strict=True))]
        value = [0, *(max(g, v) for g, v in zip(gain, value[1:], strict=True))]
        taken.append(takes)
    left = capacity
    shown: list[int] = []
    for i, takes in zip(order, reversed(taken), strict=True):
        if takes[left]:
            shown.append(i)
            left -= 1
    pairs = [(i, j) for j, i in enumerate(shown)]
    return Solution(tuple(pairs), market.value(scores, pairs), "common_rates")


def position_rates(scores: Sequence[Number], market: Market) -> Solution:
    """Rates that depend on the position only, free order: best ads at the best positions.

    Notes
    -----
    O(n log n + m log m).
    """
    n, m = market.shape
    ads = [i for i in sorted(range(n), key=lambda i: -scores[i]) if scores[i] > 0]
    places = sorted(range(m), key=lambda j: -market.rates.item(0, j)) if n else []
    chosen = zip(ads[: market.capacity], places, strict=False)
    pairs = [(i, j) for i, j in chosen if market.rates.item(0, j) > 0]
    return Solution(tuple(pairs), market.value(scores, pairs), "position_rates")


def branching(
    scores: Sequence[Number], market: Market, *, time_limit: float | None = None
) -> Solution:
    """Free order: branch and bound on tangents of a concave objective, in floating point.

    Returns
    -------
    Solution
        With `bound` where the time was up before the optimum was proved.
    """
    from mechdesign.solvers.concave.concave_cover import ROUNDING, concave_cover

    order = [i for i in sorted(range(len(scores)), key=lambda i: -scores[i]) if scores[i] > 0]
    values = [float(scores[i]) for i in order]
    probabilities = np.array([market.rates[i] for i in order], dtype=float).reshape(
        len(order), market.shape[1]
    )
    found = concave_cover(values, probabilities, market.capacity, time_limit=time_limit)
    pairs = tuple((order[r], j) for r, j in found.pairs)
    proved = found.bound <= found.value
    return Solution(
        pairs,
        market.value(scores, pairs),
        "branching",
        bound=None if proved else found.bound,
        tolerance=ROUNDING,
        status="optimal" if proved else "time limit",
    )
