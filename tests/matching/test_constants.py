"""The constants of the literature, to the digits given."""

import math

import pytest

from mechdesign.errors import InvalidInputError
from mechdesign.matching.exact import constants

DIGITS = {
    "balance_equal": (0.5676676, 1e-7),
    "ranking_equal": (0.5349117, 1e-7),
    "balance_fluid": (0.5761015882, 1e-8),
    "goyal_udwani": (0.5963473623, 1e-10),
    "balance_stochastic": (2 * (1 - math.log(2)), 1e-15),
    "unequal_stochastic": (0.6125, 2e-4),
    "fractional_fluid": (0.5736, 2e-4),
    "ranking_fluid": (0.5727668, 1e-7),
    "semi_adaptive": (0.5348058704, 1e-10),
    "all_limit": (0.6209161596, 1e-10),
    "balance_limit": (0.5882516, 1e-7),
}


@pytest.mark.parametrize("name", constants.NAMES)
def test_digits(name):
    value, within = DIGITS[name]
    found = constants.derive(name)
    assert found.derived == pytest.approx(value, abs=within)
    assert found.benchmark.split()[0] in ("fluid", "stochastic")
    if found.published:
        # Published figures are rounded down for guarantees, up or to nearest for upper bounds.
        published = float(found.published)
        assert found.derived >= published - 5e-4
        assert found.derived <= published + 2.1e-3


def test_the_closed_form_of_the_triangle():
    e = math.e
    closed = 1 - 11 / (18 * e) - 5 / (6 * e**2) - 5 / (6 * e**3)
    assert constants.derive("all_limit").derived == pytest.approx(closed, abs=1e-14)


def test_the_linear_program_behind_the_first_ratio():
    assert constants.balance_program(200) == pytest.approx(0.5686, abs=2e-3)
    assert constants.balance_program(400) == pytest.approx(0.5682, abs=6e-4)


def test_finite_probabilities():
    assert constants.finite_ratio(0.5) == pytest.approx((1 + 0.5**4) / 2)
    with pytest.raises(InvalidInputError):
        constants.finite_ratio(0)


def test_table():
    table = constants.table()
    assert len(table) == len(constants.NAMES)
    assert all(table.column("benchmark"))
    assert "not comparable" in table.to_text()
    assert "e E1(1)" in table.to_latex()
    with pytest.raises(InvalidInputError, match="goyal_udwani"):
        constants.derive("0.596")
