"""Bounds that are proved, and counts of what an algorithm would look at, against enumeration."""

from fractions import Fraction
from itertools import combinations, permutations

import numpy as np
import pytest

from mechdesign import auctions
from mechdesign.auctions.market.arrays import market_of
from mechdesign.auctions.winner import brute_force, cascade
from mechdesign.auctions.winner.determination import upper_bound


def cascades(order):
    rng = np.random.default_rng(3)
    for _ in range(60):
        n, m = (int(k) for k in rng.integers(1, 4, size=2))
        values = [Fraction(int(v), 2) for v in rng.integers(1, 30, size=n)]
        rates = [[Fraction(int(c), 10) for c in row] for row in rng.integers(0, 11, size=(n, m))]
        capacity = int(rng.integers(1, min(n, m) + 1))
        options = {"model": "cascade", "order": order, "capacity": capacity}
        yield values, market_of(auctions.content_problem(values, rates, **options))


@pytest.mark.parametrize("order", ["free", "fixed"])
def test_a_bound_is_above_every_placement_and_below_independent_slots(order):
    strictly = 0
    for values, market in cascades(order):
        best = max(market.value(values, pairs) for pairs in brute_force.placements(market))
        bound = upper_bound(values, market)
        assert best <= bound
        loose = max(sum(values[i] * market.rates[i, j] for i, j in p) for p in matchings(market))
        assert bound <= loose
        strictly += bound < loose
        tight = min(threshold_bound(values, market, Fraction(k, 6)) for k in range(90))
        assert bound <= tight * Fraction(102, 100)
    assert strictly > 10


def threshold_bound(values, market, t):
    """What a threshold proves, from its definition."""
    over = [max(v - t, 0) for v in values]
    return t + max(sum(over[i] * market.rates[i, j] for i, j in p) for p in matchings(market))


def matchings(market):
    n, m = market.shape
    for k in range(market.capacity + 1):
        for columns in combinations(range(m), k):
            for rows in permutations(range(n), k):
                yield list(zip(rows, columns, strict=True))


@pytest.mark.parametrize("order", ["free", "fixed"])
def test_counts_are_those_of_the_lists(order):
    for _, market in cascades(order):
        listed = list(brute_force.placements(market))
        assert len(set(listed)) == len(listed) == brute_force.placement_count(market)
        n, m = market.shape
        over = m if order == "free" else n
        sets = sum(1 for k in range(market.capacity + 1) for _ in combinations(range(over), k))
        steps = n * m if order == "free" else m
        assert cascade.subset_states(market) == sets * steps
