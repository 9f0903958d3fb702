"""The knapsack problem, exactly, for numbers of any size."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from mechdesign.errors import LimitReachedError

__all__ = ["knapsack"]

_MOST = 2_000_000


def knapsack(profits: Sequence[int], costs: Sequence[int], budget: int) -> tuple[int, ...]:
    """The items with the largest total profit among those that fit a budget.

    Parameters
    ----------
    profits, costs : sequence of int
        Nonnegative, of the items.
    budget : int
        What the items may cost together.

    Returns
    -------
    tuple of int
        The positions of the items, in order; without those of profit 0.

    Raises
    ------
    LimitReachedError
        If more than 2,000,000 sums had to be kept at once.

    Notes
    -----
    Nemhauser and Ullmann's list of undominated sums, in the order of profit per cost, without those
    whose fractional completion is no better than the best completion known.

    Examples
    --------
    >>> knapsack([60, 100, 120], [10, 20, 30], 50)
    (1, 2)
    """
    free = [k for k, cost in enumerate(costs) if not cost and profits[k] > 0]
    order = [k for k, cost in enumerate(costs) if 0 < cost <= budget and profits[k] > 0]
    order.sort(key=lambda k: (-Fraction(profits[k], costs[k]), k))
    places = len(order)
    # What the items from a place on cost and bring, added up.
    spent, brought = [0], [0]
    for k in order:
        spent.append(spent[-1] + costs[k])
        brought.append(brought[-1] + profits[k])

    def at_best(profit: int, room: int, place: int) -> int:
        """The profit with what fits of the items from a place on, the last one in part."""
        low, high = place, places
        while low < high:
            middle = (low + high + 1) // 2
            if spent[middle] - spent[place] <= room:
                low = middle
            else:
                high = middle - 1
        total = profit + brought[low] - brought[place]
        if low < places:
            k = order[low]
            total += profits[k] * (room - spent[low] + spent[place]) // costs[k]
        return total

    def completed(profit: int, room: int, place: int) -> int:
        """The profit with the items from a place on that still fit, one after the other."""
        for k in order[place:]:
            if costs[k] <= room:
                profit, room = profit + profits[k], room - costs[k]
        return profit

    known = completed(0, budget, 0)
    # A sum is its cost, its profit, and the chain of its items.
    sums: list[tuple[int, int, Any]] = [(0, 0, None)]
    for place, k in enumerate(order):
        cost, profit = costs[k], profits[k]
        added = [(c + cost, p + profit, (k, chain)) for c, p, chain in sums if c + cost <= budget]
        merged = sorted(sums + added, key=lambda s: (s[0], -s[1]))
        sums, most = [], -1
        for c, p, chain in merged:
            if p > most and at_best(p, budget - c, place + 1) >= known:
                sums.append((c, p, chain))
                most = p
        if len(sums) > _MOST:
            raise LimitReachedError(f"more than {_MOST:,} sums of projects to compare")
        promising = max(sums, key=lambda s: at_best(s[1], budget - s[0], place + 1))
        known = max(known, completed(promising[1], budget - promising[0], place + 1))
    _, _, chain = max(sums, key=lambda s: s[1])
    chosen = list(free)
    while chain is not None:
        k, chain = chain
        chosen.append(k)
    return tuple(sorted(chosen))
