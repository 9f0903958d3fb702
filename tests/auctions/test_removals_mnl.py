"""Multinomial logit: the optimum without each ad, for all ads together and one by one."""

from fractions import Fraction

import numpy as np
import pytest

from mechdesign import auctions
from mechdesign.auctions.market.arrays import market_of
from mechdesign.auctions.winner import mnl
from mechdesign.auctions.winner.payments import removal_optima


def random_market(seed, exact):
    rng = np.random.default_rng(seed)
    n, m = (int(k) for k in rng.integers(2, 8, size=2))
    values = [Fraction(int(v)) for v in rng.integers(1, 12, size=n)]
    rates = [[Fraction(int(c), 40) for c in row] for row in rng.integers(0, 36, size=(n, m))]
    if not exact:
        values, rates = [float(v) for v in values], [[float(c) for c in row] for row in rates]
    capacity = min(n, m) if seed % 3 else 1
    return values, market_of(auctions.content_problem(values, rates, capacity=capacity))


@pytest.mark.parametrize("exact", [True, False])
def test_together_they_are_what_each_alone_is(exact):
    settled = 0
    for seed in range(120):
        values, market = random_market(seed, exact)
        solution = mnl.parametric(values, market)
        found, starts = mnl.without_each(values, market, solution)
        assert set(found) | set(starts) == {i for i, _ in solution.pairs}
        for i in starts:
            others = [0 if k == i else v for k, v in enumerate(values)]
            alone = mnl.parametric(others, market).value
            if i in found:
                settled += 1
                assert found[i] == alone if exact else found[i] == pytest.approx(alone, rel=1e-12)
            elif len(solution.pairs) < market.capacity:
                assert starts[i] <= alone or starts[i] == solution.value
    assert settled > 40


def test_payments_are_those_of_the_definition():
    for seed in range(40):
        values, market = random_market(seed, exact=True)
        solution = mnl.parametric(values, market)
        together = removal_optima(values, market, solution)
        for i, _ in solution.pairs:
            others = [0 if k == i else v for k, v in enumerate(values)]
            assert together[i] == mnl.parametric(others, market).value
