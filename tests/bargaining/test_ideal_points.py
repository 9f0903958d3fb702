"""The ideal point by its definition against the one that the search uses."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

from mechdesign.bargaining import package_choice
from mechdesign.bargaining.axioms.ideal_points import ideal_utilities
from mechdesign.bargaining.axioms.package_questions import ideal
from mechdesign.errors import LimitReachedError

SETTING = package_choice()


@pytest.mark.parametrize("when", [None, "ex post", "ex ante"])
@pytest.mark.parametrize("seed", range(40))
def test_two_ways_to_the_ideal_point(when, seed):
    rng = random.Random(seed)
    n, k = rng.randint(1, 3), rng.randint(1, 5)
    menu = {f"p{j}": [rng.randint(0, 4) for _ in range(n)] for j in range(k)}
    given = {"reserve": [Fraction(rng.randint(0, 6), 2) for _ in range(n)]}
    if rng.random() < 0.7:
        given |= {"costs": [rng.randint(0, 5) for _ in range(k)], "budget": rng.randint(0, 5)}
    problem = SETTING.problem(menu, **given)
    assert ideal_utilities(SETTING, problem, when) == ideal(problem, when)


def test_no_two_ways_to_many_lotteries():
    problem = SETTING.problem({f"p{j}": (j, 99 - j, j % 7, j % 5) for j in range(60)})
    with pytest.raises(LimitReachedError):
        ideal_utilities(SETTING, problem, "ex post")
    # 25 + 300 * 3 + 2300 * 3 + 12650 systems, just beyond 20,000.
    problem = SETTING.problem({f"p{j}": (j, 24 - j, j % 7) for j in range(25)})
    with pytest.raises(LimitReachedError):
        ideal_utilities(SETTING, problem, "ex post")


@pytest.mark.parametrize("unit", [1e-9, 1.0, 1e9])
@pytest.mark.parametrize("when", [None, "ex post"])
def test_a_reserve_that_is_missed_by_rounding(unit, when):
    menu = {"a": (0.3 * unit, 0.0), "b": (0.0, 9.0 * unit)}
    near = SETTING.problem(menu, reserve=[(0.1 + 0.2) * unit, 0])
    assert ideal_utilities(SETTING, near, when)[0] == pytest.approx(0.3 * unit)
    assert ideal_utilities(SETTING, near, when)[1] <= 1e-6 * unit
    far = SETTING.problem(menu, reserve=[0.3001 * unit, 0])
    assert ideal_utilities(SETTING, far, when) is None


def test_a_reserve_that_nobody_can_get():
    problem = SETTING.problem({"a": (2, 0), "b": (0, 2)}, reserve=[1, 1])
    assert ideal_utilities(SETTING, problem, None) is None
    assert ideal_utilities(SETTING, problem, "ex post") == (1, 1)
