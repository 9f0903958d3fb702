"""Clinching with budgets: closed forms against an auction in small steps, truth, budgets."""

import itertools
import random
from fractions import Fraction

import pytest

from mechdesign import auctions
from mechdesign.errors import InvalidInputError


def in_steps(values, budgets, steps=8_000):
    """The auction itself, with a price that rises by small factors."""
    left, money = 1.0, [float(b) for b in budgets]
    got, paid = [0.0, 0.0], [0.0, 0.0]
    low = min(values)
    loser = 1 if values[1] <= values[0] else 0
    price = min(budgets) / 2
    grow = (low / price) ** (1 / steps) if low > price else 1.0
    while price * grow < low:
        price *= grow
        for i in (0, 1):
            clinched = max(0.0, left - money[1 - i] / price)
            got[i] += clinched
            paid[i] += clinched * price
            money[i] -= clinched * price
            left -= clinched
        if grow == 1.0:
            break
    winner = 1 - loser
    got[winner] += left
    paid[winner] += left * low
    return got, paid


@pytest.mark.parametrize("seed", range(12))
def test_closed_forms_are_the_limit_of_small_steps(seed):
    rng = random.Random(seed)
    values = [rng.uniform(0.5, 6), rng.uniform(0.5, 6)]
    budgets = [rng.uniform(0.5, 2), rng.uniform(0.5, 2)]
    found = auctions.clinch_with_budgets(values, budgets)
    got, paid = in_steps(values, budgets)
    assert found.shares == pytest.approx(got, abs=6e-3)
    assert found.payments == pytest.approx(paid, abs=9e-3)
    assert sum(found.shares) == pytest.approx(1)
    assert all(p <= b for p, b in zip(found.payments, budgets, strict=True))
    for value, share, pays in zip(values, found.shares, found.payments, strict=True):
        assert pays <= value * share + 1e-12


@pytest.mark.parametrize("budgets", [(1, 1), (1, 2), (3, 2), (1, 30)])
def test_no_lie_about_values_pays(budgets):
    grid = [Fraction(k, 4) for k in range(0, 21, 4)]
    for mine, other, lie in itertools.product(grid, grid, grid):
        for i in (0, 1):
            pair = (mine, other) if i == 0 else (other, mine)
            said = (lie, other) if i == 0 else (other, lie)
            truth, told = (auctions.clinch_with_budgets(v, budgets) for v in (pair, said))
            gain = mine * (told.shares[i] - truth.shares[i])
            gain -= told.payments[i] - truth.payments[i]
            assert gain <= (0 if truth.exact and told.exact else 1e-9)


def test_exact_cases():
    found = auctions.clinch_with_budgets([4, 2], [1, 1])
    assert found.shares == (Fraction(5, 8), Fraction(3, 8))
    assert found.payments == (1, Fraction(1, 2))
    assert found.exact
    assert auctions.clinch_with_budgets([1, 3], [5, 4]).payments == (0, 1)
    assert auctions.clinch_with_budgets([0, 3], [5, 4]).shares == (0, 1)
    assert not auctions.clinch_with_budgets([4, 4], [1, 2]).exact
    # A much larger budget clinches alone.
    rich = auctions.clinch_with_budgets([10, 9], [10_000, 1])
    assert rich.shares == (1, 0)


def test_what_is_refused():
    for values, budgets in (([1], [1, 1]), ([1, 2], [0, 1]), ([1, -1], [1, 1]), ([1, 2], [1])):
        with pytest.raises(InvalidInputError):
            auctions.clinch_with_budgets(values, budgets)


def test_beyond_the_range_of_floats():
    # 1400 powers of ten between price and budget: the budget is not spent.
    found = auctions.clinch_with_budgets([1e308, 1e308], [1e-300, 1e300])
    assert found.payments[1] == pytest.approx(1e-300 * 608 * 2.302585093)
    for values, budgets in (
        ([10**400, 10**400], [1, 2]),
        ([3, 3], [Fraction(1, 10**400), 1]),
    ):
        with pytest.raises(InvalidInputError, match="range of floats"):
            auctions.clinch_with_budgets(values, budgets)
