"""Admissible sets and witnesses against the definitions over all groups."""

import itertools
from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mechdesign import axioms, facility
from mechdesign.errors import InvalidInputError
from mechdesign.facility import IntervalUnion, admissible, fairness_witness
from mechdesign.facility.fairness.large_profiles import proportional_bounds

AXIOMS = ("IFS", "UFS", "PF", "SPF", "2-IFS", "2-UFS", "2-PF")
places = st.builds(F, st.integers(0, 12), st.just(12))
profiles = st.lists(places, min_size=1, max_size=5)


def fair(axiom, x, y):
    """The definition: every group, every member."""
    n, whole = len(x), max(x) - min(x)
    for size in range(1, n + 1):
        for group in itertools.combinations(x, size):
            r = max(group) - min(group)
            if axiom.endswith("IFS") and size > 1:
                continue
            if axiom.endswith("UFS") and r > 0:
                continue
            away = [abs(y - place) for place in group]
            bound = {
                "PF": F(n - size, n) + r,
                "SPF": whole * F(n - size, n) + r,
                "2-IFS": F(size, 2 * n),
                "2-UFS": F(size, 2 * n),
                "2-PF": F(size, 2 * n) - r,
            }.get(axiom, F(n - size, n))
            if axiom.startswith("2") and min(away) < bound:
                return False
            if not axiom.startswith("2") and max(away) > bound:
                return False
    return True


@settings(max_examples=60, deadline=None)
@given(profiles, st.builds(F, st.integers(0, 60), st.just(60)))
def test_admissible_is_the_definition(x, y):
    for axiom in AXIOMS:
        wanted = fair(axiom, x, y)
        assert (y in admissible(axiom, x)) == wanted
        assert (fairness_witness(axiom, x, y) is None) == wanted


@settings(max_examples=60, deadline=None)
@given(profiles)
def test_admissible_sets_are_nested(x):
    ifs, ufs, pf = (admissible(a, x) for a in ("IFS", "UFS", "PF"))
    assert ifs.low <= ufs.low <= pf.low <= pf.high <= ufs.high <= ifs.high
    assert facility.uniform_phantom(x).choice in pf
    assert facility.average(x).choice in admissible("SPF", x)
    assert not admissible("2-UFS", x).empty


@settings(max_examples=40, deadline=None)
@given(profiles, places)
def test_witnesses_measure_the_definition(x, y):
    for axiom in ("IFS", "UFS", "PF", "SPF"):
        found = fairness_witness(axiom, x, y)
        if found is None:
            continue
        group = [x[k] for k in found.group]
        assert found.range == max(group) - min(group)
        assert found.distance == max(abs(y - place) for place in group)
        assert found.excess == found.distance - found.bound > 0
        # The excess of the worst group is how far the location is outside the admissible set.
        assert found.excess == -admissible(axiom, x).slack(y)


def test_interval_is_the_kolmogorov_smirnov_statistic():
    from scipy.stats import kstest

    x = np.random.default_rng(0).random(50)
    found = admissible("PF", x)
    assert found.low == pytest.approx(kstest(x, "uniform", alternative="less").statistic)
    assert found.high == pytest.approx(1 - kstest(x, "uniform", alternative="greater").statistic)


@pytest.mark.parametrize("n", [5, 9000, 60000])
def test_large_profiles_without_sorting(n):
    rng = np.random.default_rng(n)
    shapes = [
        rng.random(n),
        rng.beta(0.2, 5, n),
        np.round(rng.random(n), 2),
        np.ones(n),
        np.zeros(n),
        np.where(rng.random(n) < 0.3, 0.29, 0.0),
        np.sort(rng.random(n)),
    ]
    for x in shapes:
        ordered, ranks = np.sort(x), np.arange(n)
        expected = (ordered - ranks / n).max(), (ordered + 1 - (ranks + 1) / n).min()
        assert proportional_bounds(x) == expected


def test_floats_agree_with_fractions():
    x = [F(k, 16) for k in (0, 3, 3, 9, 16)]
    for axiom in ("IFS", "UFS", "PF"):
        exact = admissible(axiom, x)
        floats = admissible(axiom, np.array([float(v) for v in x]))
        assert (floats.low, floats.high) == pytest.approx((float(exact.low), float(exact.high)))
    line = facility.line(0, 8)
    moved = np.array([8 * float(v) for v in x])
    assert admissible("PF", moved, setting=line).low == pytest.approx(
        8 * float(admissible("PF", x).low)
    )


def test_weights_count_as_agents():
    x, w = [0, F(1, 3), 1], [2, 1, 3]
    many = [place for place, weight in zip(x, w, strict=True) for _ in range(weight)]
    for axiom in ("UFS", "PF", "SPF", "2-UFS", "2-PF"):
        assert admissible(axiom, x, weights=w) == admissible(axiom, many)
    assert facility.uniform_phantom(x, weights=w).choice == facility.uniform_phantom(many).choice


def test_pointwise_axioms():
    assert admissible("facility_proportionality", [0, 1, 1]).intervals == ((F(2, 3), F(2, 3)),)
    assert admissible("facility_proportionality", [0, 0.5, 1]).intervals == ((0, 1),)
    assert admissible("unanimity", [F(1, 3)] * 2).intervals == ((F(1, 3), F(1, 3)),)
    assert admissible("unanimity", [0, 1]).intervals == ((0, 1),)
    assert admissible("pareto_efficiency", [0.2, 0.7]).intervals == ((0.2, 0.7),)


def test_twenty_six_obnoxious():
    found = admissible("2-IFS", [F(1, 4), F(3, 4)])
    assert found.intervals == ((0, 0), (F(1, 2), F(1, 2)), (1, 1))
    assert repr(found) == "{0} | {1/2} | {1}"
    assert F(1, 2) in found
    assert found.nearest(F(2, 5)) == F(1, 2)


def test_interval_unions():
    union = IntervalUnion(((0, 1), (3, 4)))
    assert union.slack(F(1, 4)) == F(1, 4)
    assert union.slack(2) == -1
    assert union.intersection(IntervalUnion(((1, 3),))).intervals == ((1, 1), (3, 3))
    assert IntervalUnion.outside(0, 1, [(-1, 2)]).empty
    assert repr(IntervalUnion(())) == "(empty)"
    with pytest.raises(InvalidInputError, match="disjoint"):
        IntervalUnion(((0, 2), (1, 3)))
    with pytest.raises(InvalidInputError, match="empty"):
        IntervalUnion(()).nearest(0)


def test_ambiguous_and_wrong_axioms():
    with pytest.raises(InvalidInputError, match="axiom"):
        admissible("proportionality", [0, 1])
    with pytest.raises(InvalidInputError, match="facility_proportionality"):
        axioms.check("proportionality", facility.median, agents=2, grid=2)
    with pytest.raises(InvalidInputError, match="axiom"):
        fairness_witness("unanimity", [0, 1], 0)


def test_fairness_of_lotteries_is_in_expectation():
    rank = facility.random_rank
    check = axioms.check
    assert check("strong_proportional_fairness", rank, agents=3, grid=4).holds
    assert check("facility_proportionality", rank, agents=3, grid=2).holds
    ex_post = check("unanimous_fair_share", rank, agents=3, grid=2, lift="ex_post")
    assert ex_post.violated
    assert ex_post.witness.replay(rank)
    assert check("proportional_fairness", facility.left_right_middle, agents=3, grid=4).violated


def test_obnoxious_axioms_in_the_engine():
    line = facility.obnoxious_line()
    for axiom in ("individual", "unanimous"):
        identifier = f"obnoxious_{axiom}_fair_share"
        best = facility.obnoxious_optimum(objective="utilitarian", fairness="2-UFS")
        assert axioms.check(identifier, best, agents=3, grid=4).holds
        worst = axioms.check(identifier, lambda x: x[0], setting=line, agents=2, grid=4)
        assert worst.violated
        assert worst.witness.replay(lambda x: x[0])
    best = facility.obnoxious_optimum(objective="egalitarian", fairness="2-PF")
    assert axioms.check("obnoxious_proportional_fairness", best, agents=3, grid=6).holds
    near = axioms.check(
        "obnoxious_proportional_fairness", lambda x: x[0], setting=line, agents=2, grid=4
    )
    assert near.violated
    assert axioms.check("individual_fair_share", best, agents=2, grid=2).status is axioms.UNKNOWN
