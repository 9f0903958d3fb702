"""The welfare rules against their definitions on random groups."""

import random
from fractions import Fraction as F

from mechdesign import pluralistic
from mechdesign.pluralistic import definitions
from mechdesign.pluralistic.welfare_lotteries import leximin


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
        if all(max(row) > min(row) for row in rows):
            p = chances(pluralistic.nash_welfare(rows, weights=weights), n)
            assert float(definitions.nash_welfare(rows, weights, p)) < 1e-6
