"""The welfare rules against their definitions on random groups."""

import itertools
import random
from fractions import Fraction as F

import numpy as np

from mechdesign import pluralistic
from mechdesign.pluralistic import definitions
from mechdesign.pluralistic.welfare_lotteries import leximin, lowest_mean, pairwise_minima


def chances(lottery, n):
    found = [0] * n
    for p, outcome in lottery:
        found[outcome.choice] = p
    return found


def test_rules_satisfy_their_definitions():
    draw = random.Random(2)
    for _ in range(40):
        k, n = draw.randint(1, 4), draw.randint(2, 4)
        rows = [tuple(F(draw.randint(0, 6), 6) for _ in range(n)) for _ in range(k)]
        weights = [F(draw.randint(1, 5)) for _ in range(k)]
        p = chances(pluralistic.maxmin(rows), n)
        assert definitions.maxmin(rows, p, leximin(rows)[1])
        p = chances(pluralistic.utilitarian(rows, weights=weights), n)
        assert definitions.utilitarian(rows, weights, p)
        p = chances(pluralistic.population_lottery(rows, weights=weights), n)
        assert definitions.population_lottery(rows, weights, p)
        problem = pluralistic.policies().problem(rows, weights=weights)
        rates = pluralistic.population_rates(problem, choices="logistic")
        assert definitions.pooled(rates, chances(pluralistic.pooled(problem), n))
        if all(max(row) > min(row) for row in rows):
            p = chances(pluralistic.nash_welfare(rows, weights=weights), n)
            assert float(definitions.nash_welfare(rows, weights, p)) < 1e-6


def test_rules_between_the_sum_and_the_minimum_are_best_by_their_definitions():
    rng = np.random.default_rng(5)
    grid = [p for p in itertools.product([F(k, 6) for k in range(7)], repeat=3) if sum(p) == 1]
    for _ in range(12):
        rows = [tuple(F(int(x), 4) for x in rng.integers(0, 5, 3)) for _ in range(3)]
        weights = [F(int(x)) for x in rng.integers(1, 4, 3)]
        p, _ = pairwise_minima(rows, weights)
        best = definitions.gini_welfare(rows, weights, p)
        assert best >= max(definitions.gini_welfare(rows, weights, q) for q in grid)
        share = F(int(rng.integers(1, 5)), 4)
        p, value = lowest_mean(rows, weights, share)
        assert value == definitions.lowest_share(rows, weights, share, p)
        assert value >= max(definitions.lowest_share(rows, weights, share, q) for q in grid)
    assert lowest_mean(rows, weights, 1)[1] == max(
        sum(w * row[x] for w, row in zip(weights, rows, strict=True)) / sum(weights)
        for x in range(3)
    )
