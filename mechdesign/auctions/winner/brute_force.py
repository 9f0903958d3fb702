"""Brute force over placements: the reference that every other algorithm is held against."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from math import comb, factorial

from mechdesign.auctions.market.arrays import Market, Solution
from mechdesign.errors import LimitReachedError
from mechdesign.model import Number

MAX_PLACEMENTS = 5_000_000


def placement_count(market: Market) -> int:
    """The number of placements that :func:`placements` lists."""
    n, m = market.shape
    ordered = market.model == "cascade" and market.order == "free"
    sizes = range(min(market.capacity, n, m) + 1)
    return sum(comb(n, k) * comb(m, k) * factorial(k) ** (2 if ordered else 1) for k in sizes)


def placements(market: Market) -> Iterator[tuple[tuple[int, int], ...]]:
    """Every placement, those with few ads first; in every order where the order is free."""
    n, m = market.shape
    free = market.model == "cascade" and market.order == "free"
    for k in range(min(market.capacity, n, m) + 1):
        for columns in itertools.combinations(range(m), k):
            for rows in itertools.permutations(range(n), k):
                pairs = tuple(zip(rows, columns, strict=True))
                yield from itertools.permutations(pairs) if free else (pairs,)


def enumeration(scores: Sequence[Number], market: Market) -> Solution:
    """The first best of all placements, whatever the model.

    Raises
    ------
    LimitReachedError
        If there are more than five million placements.

    Notes
    -----
    O(sum_k C(n, k) C(m, k) k!), times k! orders for a cascade of free order.
    """
    if placement_count(market) > MAX_PLACEMENTS:
        raise LimitReachedError(f"{placement_count(market)} placements are too many to enumerate")
    best: tuple[tuple[int, int], ...] = ()
    most: Number = 0
    for pairs in placements(market):
        value = market.value(scores, pairs)
        if value > most:
            best, most = pairs, value
    return Solution(best, most, "enumeration")
