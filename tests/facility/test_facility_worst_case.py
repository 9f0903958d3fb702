"""Worst-case ratios: closed forms, the exact algorithm, and enumeration."""

import itertools
import math
import random
from fractions import Fraction as F

import pytest

from mechdesign import facility
from mechdesign.errors import InvalidInputError, LimitReachedError, UndecidedError
from mechdesign.facility import bounds, profile_ratio, worst_case_ratio
from mechdesign.facility.proofs.worst_case import OBJECTIVES

R = [1, F(6, 5), F(6, 5), F(20, 17), F(6, 5), F(35, 29), F(6, 5), F(6, 5), F(35, 29), F(88, 73)]
R += [F(6, 5)]
CM = [1, F(6, 5), F(6, 5), F(20, 17), F(15, 13), F(42, 37), F(28, 25)]


def test_twenty_nine_lists():
    assert [bounds.uniform_phantom(n) for n in range(2, 13)] == R
    assert [bounds.constrained_median(n) for n in range(2, 9)] == CM
    assert bounds.uniform_phantom(1000) == F(353500, 292849)
    records = {3: F(6, 5), 7: F(35, 29), 17: F(204, 169), 41: F(1189, 985), 99: F(6930, 5741)}
    for n, ratio in records.items():
        assert bounds.uniform_phantom(n) == ratio
    assert bounds.uniform_phantom(99) < bounds.UNIFORM_PHANTOM_LIMIT < 1.20710678119
    assert bounds.constrained_median(9) == F(72, 65)


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("name", ["uniform_phantom", "constrained_median", "median"])
@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 6, 7, 12])
def test_closed_forms_match_the_algorithm(name, n, objective):
    f = getattr(facility, name)
    found = worst_case_ratio(f, n, objective)
    assert found.ratio == getattr(bounds, name)(n, objective)
    assert f(found.profile).choice == found.location
    assert profile_ratio(found.profile, found.location, objective)[0] == found.ratio


def test_large_and_published_witnesses():
    assert worst_case_ratio(facility.uniform_phantom, 30).ratio == bounds.uniform_phantom(30)
    f = facility.uniform_phantom
    assert profile_ratio((0,) * 5 + (1, 1), f((0,) * 5 + (1, 1)).choice, "welfare")[0] == F(35, 29)
    assert f((0,) * 5 + (1, 1)).choice == F(2, 7)
    cm = facility.constrained_median
    assert cm((0,) * 5 + (1,)).choice == F(1, 6)
    assert worst_case_ratio(cm, 6).ratio == F(15, 13)
    assert profile_ratio((0,) * 4 + (F(1, 5),), F(1, 5), "total_cost")[0] == 4


def test_eighteen_any_phantoms():
    median = facility.phantoms(locations=[0, 0, 0, 1, 1, 1])
    assert [worst_case_ratio(median, 5, o).ratio for o in OBJECTIVES[:2]] == [1, 1]
    f = facility.phantoms(locations=[0, F(1, 3), F(1, 3), F(2, 3), F(2, 3), 1])
    worst = worst_case_ratio(f, 5)
    assert worst.ratio == F(4, 3) == profile_ratio((0, 0, 0, 0, 1), F(1, 3), "welfare")[0]
    assert worst_case_ratio(f, 5, "total_cost").ratio == 4


def test_against_enumeration():
    source = random.Random(5)
    for _ in range(40):
        n, steps = source.randint(1, 4), source.choice([3, 4, 5])
        alphas = sorted(F(source.randint(0, steps), steps) for _ in range(n + 1))
        f = facility.phantoms(locations=alphas)
        points = sorted({0, 1, *alphas})
        for objective in OBJECTIVES:
            best = max(
                profile_ratio(x, f(x).choice, objective)[0]
                for x in itertools.combinations_with_replacement(points, n)
            )
            found = worst_case_ratio(f, n, objective)
            assert found.ratio == best
            assert f(found.profile).choice == found.location


@pytest.mark.parametrize("n", [2, 3])
def test_no_finer_grid_is_worse(n):
    f = facility.uniform_phantom
    points = [F(k, 4 * n) for k in range(4 * n + 1)]
    for objective in OBJECTIVES:
        bound = bounds.uniform_phantom(n, objective)
        for x in itertools.combinations_with_replacement(points, n):
            assert profile_ratio(x, f(x).choice, objective)[0] <= bound


@pytest.mark.parametrize("n", [2, 3, 4, 5])
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_average_and_midpoint(n, objective):
    """Attained at profiles of the ends; no profile of a grid exceeds them."""
    points = [F(k, 5) for k in range(6)]
    for f, form in ((facility.average, bounds.average), (facility.midpoint, bounds.midpoint)):
        worst = max(
            profile_ratio(x, f(x).choice, objective)[0]
            for x in itertools.combinations_with_replacement(points, n)
        )
        assert worst == form(n, objective)


def test_generalised_medians_are_enumerated():
    worst = worst_case_ratio(facility.dictator, 3)
    assert worst.ratio == 2
    assert profile_ratio(worst.profile, worst.location, "welfare")[0] == worst.ratio
    same = worst_case_ratio(facility.weighted_uniform(weights=[1, 1, 1]), 3)
    assert same.ratio == F(6, 5)
    with pytest.raises(LimitReachedError):
        worst_case_ratio(facility.weighted_uniform(weights=range(1, 12)), 11)


def test_unbounded_and_bad_input():
    assert worst_case_ratio(facility.constant(location=0), 3).ratio == math.inf
    assert worst_case_ratio(facility.constant(location=F(1, 2)), 3, "total_cost").ratio == math.inf
    with pytest.raises(InvalidInputError, match="objective"):
        worst_case_ratio(facility.median, 3, "fame")
    with pytest.raises(InvalidInputError, match="exact"):
        worst_case_ratio(facility.phantoms(locations=[0.0, 0.5, 1.0]), 2)
    with pytest.raises(UndecidedError, match="line"):
        worst_case_ratio(lambda x: x[0] * x[1], 2, setting=facility.line())
    with pytest.raises(UndecidedError, match="max_checks"):
        worst_case_ratio(lambda x: sorted(x)[1], 3, setting=facility.line(), max_checks=2)


def uniform(x):
    n = len(x)
    return sorted([*x, *(F(k, n) for k in range(1, n))])[n - 1]


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("n", [2, 3])
def test_the_ratio_of_any_rule_is_that_of_the_formula(n, objective):
    """Two routes: from cell to cell of plain code, and Dinkelbach's method on the phantoms."""
    found = worst_case_ratio(uniform, n, objective, setting=facility.line())
    assert found.ratio == worst_case_ratio(facility.uniform_phantom, n, objective).ratio
    assert profile_ratio(found.profile, uniform(found.profile), objective)[0] == found.ratio


def test_the_ratio_of_the_mean_is_no_less_than_on_a_grid():
    line = facility.line()
    for objective in ("total_cost", "welfare"):
        found = worst_case_ratio(facility.average, 3, objective)
        assert found.attained
        grid = [F(k, 12) for k in range(13)]
        best = max(
            profile_ratio(x, facility.average(x).choice, objective)[0]
            for x in itertools.combinations_with_replacement(grid, 3)
        )
        assert best == found.ratio
    assert worst_case_ratio(lambda x: F(1, 2), 2, "total_cost", setting=line).ratio == math.inf


def test_lower_bounds_keep_the_caution():
    for n in (3, 5, 8):
        free = bounds.lower_bound(n, "unanimous_fair_share", "total_cost")
        truthful = bounds.lower_bound(n, "unanimous_fair_share", "total_cost", strategyproof=True)
        assert free == bounds.average(n, "total_cost") == 2 - F(2, n)
        assert truthful == bounds.uniform_phantom(n, "total_cost") == n - 1
        assert free < truthful
    assert "uniform_phantom" in bounds.summary(4).to_text()


def test_other_segments():
    line = facility.line(-3, 7)
    found = worst_case_ratio(facility.uniform_phantom(setting=line), 7)
    assert found.ratio == F(35, 29)
    assert set(found.profile) == {-3, 7}


def test_phantoms_of_large_denominators():
    """Python integers take over where 64 bits could overflow."""
    fine = F(10**9 + 6, 3 * (10**9 + 7))
    f = facility.phantoms(locations=[0, fine, 1 - fine, 1])
    found = worst_case_ratio(f, 3)
    assert profile_ratio(found.profile, found.location, "welfare")[0] == found.ratio
    assert found.ratio == max(
        profile_ratio(x, f(x).choice, "welfare")[0]
        for x in itertools.combinations_with_replacement([0, fine, 1 - fine, 1], 3)
    )
