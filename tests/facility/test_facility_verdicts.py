"""Verdicts: parameter tests, cells, option sets, and the engine on grids must all agree."""

import itertools
from fractions import Fraction as F

import numpy as np
import pytest

from mechdesign import axioms, facility
from mechdesign.axioms import HOLDS, UNKNOWN, VIOLATED
from mechdesign.model import RationalArray, as_mechanism

FAIR = (
    "individual_fair_share",
    "unanimous_fair_share",
    "facility_proportionality",
    "proportional_fairness",
)
IDS = ("strategyproofness", "unanimity", *FAIR)


@pytest.mark.parametrize(
    ("f", "expected"),
    [
        (facility.uniform_phantom, "HHHHHH"),
        (facility.constrained_median, "HHHVVV"),
        (facility.median, "HHVVVV"),
        (facility.midpoint, "VHHVVV"),
        (facility.average, "VHHHHH"),
        (facility.constant(location=F(1, 2)), "HVHVVV"),
    ],
)
def test_mechanism_table(f, expected):
    """The table of the literature for four agents, on a grid and on all profiles."""
    for axiom, letter in zip(IDS, expected, strict=True):
        on_grid = axioms.check(axiom, f, agents=4, grid=4)
        everywhere = axioms.check(axiom, f, agents=4)
        wanted = HOLDS if letter == "H" else VIOLATED
        assert on_grid.status is wanted, axiom
        assert everywhere.status is wanted, axiom
        if letter == "V":
            assert everywhere.witness.replay(f)
            assert on_grid.witness.replay(f)


def test_rounded_uniform_phantom():
    f = facility.rounded_uniform_phantom
    check = axioms.check
    assert check("strategyproofness", f, agents=2, grid=12).holds
    single_peaked = check("strategyproofness", f, agents=2, grid=12, preferences="single_peaked")
    assert single_peaked.violated
    assert check("facility_proportionality", f, agents=2, grid=12).holds
    assert check("unanimity", f, agents=2, grid=12).violated
    assert check("unanimous_fair_share", f, agents=3, grid=12).violated
    assert check("individual_fair_share", f, agents=3, grid=12).holds
    # The published witness: the lie moves the outcome to the other side of the peak.
    x = [0, F(1, 12)]
    assert f(x).choice == 0
    assert f([0, F(1, 3)]).choice == F(1, 2)
    assert f([F(1, 12)] * 2).choice == 0


def test_nash_on_a_grid():
    f = facility.nash
    assert axioms.check("strategyproofness", f, agents=2, grid=4).violated
    for axiom in ("unanimity", *FAIR):
        assert axioms.check(axiom, f, agents=3, grid=4).holds, axiom


@pytest.mark.parametrize(
    "rule", [facility.average, facility.midpoint, lambda x: F(sum(sorted(x)[:2])) / 2]
)
def test_fifteen_first_refutation(rule):
    verdict = axioms.check("strategyproofness", rule, setting=facility.line(), agents=2, grid=4)
    assert verdict.violated
    assert verdict.witness.replay(rule)
    # The published witness is a violation too: (0, 1/4), agent 2 reports 1/2.
    mechanism = as_mechanism(rule, facility.line())
    assert mechanism([0, F(1, 4)]).choice == F(1, 8)
    assert mechanism([0, F(1, 2)]).choice == F(1, 4)


@pytest.mark.parametrize("n", [2, 3])
@pytest.mark.parametrize("rule", [facility.uniform_phantom, facility.constrained_median])
@pytest.mark.parametrize("preferences", ["euclidean", "single_peaked"])
def test_sixteen_strategyproof_in_both_domains(n, rule, preferences):
    verdict = axioms.check("strategyproofness", rule, agents=n, grid=6, preferences=preferences)
    assert verdict.holds
    assert verdict.scope.preferences == preferences


def test_sixteen_group_strategyproof():
    for f in (facility.uniform_phantom, facility.constrained_median):
        verdict = axioms.check("group_strategyproofness", f, agents=3, grid=3)
        assert verdict.holds
        assert axioms.check("strong_group_strategyproofness", f).holds
        assert axioms.check("strong_group_strategyproofness", f, agents=2, grid=4).holds


def anonymous(n, steps):
    points = [F(k, steps) for k in range(steps + 1)]
    return itertools.combinations_with_replacement(points, n + 1)


@pytest.mark.parametrize(
    ("n", "steps", "counts"), [(3, 6, (28, 79, 1)), (2, 4, None), (1, 4, None)]
)
def test_twenty_one_anonymous_counts(n, steps, counts):
    found = dict.fromkeys(("unanimity", *FAIR), 0)
    for alphas in anonymous(n, steps):
        f = facility.phantoms(locations=alphas)
        for axiom in found:
            found[axiom] += axioms.check(axiom, f).holds
    if counts is not None:
        unanimous, ifs, pf = counts
        assert found["unanimity"] == unanimous
        assert found["individual_fair_share"] == ifs
        assert {found[a] for a in FAIR[1:]} == {pf}


@pytest.mark.parametrize(("n", "steps"), [(1, 4), (2, 4)])
def test_parameters_agree_with_cells_and_grids(n, steps):
    for alphas in anonymous(n, steps):
        f = facility.phantoms(locations=alphas)
        for axiom in ("unanimity", "pareto_efficiency", *FAIR, "strong_proportional_fairness"):
            everywhere = axioms.check(axiom, f)
            if everywhere.violated:
                assert everywhere.witness.replay(f)
            assert everywhere.holds == facility.decide_on_cells(axiom, f, n).holds, (axiom, alphas)


@pytest.mark.parametrize("axiom", ["proportional_fairness", "individual_fair_share"])
def test_cells_agree_with_a_finer_grid(axiom):
    for alphas in itertools.islice(anonymous(3, 6), 0, None, 21):
        f = facility.phantoms(locations=alphas)
        fine = axioms.check(axiom, f, agents=3, grid=12)
        assert fine.holds == facility.decide_on_cells(axiom, f, 3).holds


def monotone(n, values):
    """All monotone set functions with the given values."""
    sets = [frozenset(c) for k in range(n + 1) for c in itertools.combinations(range(n), k)]

    def extend(k, chosen):
        if k == len(sets):
            yield dict(chosen)
            return
        floor = max((v for s, v in chosen.items() if s < sets[k]), default=0)
        for value in values:
            if value >= floor:
                yield from extend(k + 1, {**chosen, sets[k]: value})

    return extend(0, {})


@pytest.mark.parametrize(
    ("n", "steps", "counts"), [(2, 4, (105, 25, 9, 1)), (3, 3, (887, 571, 76, 1))]
)
def test_twenty_one_capacity_counts(n, steps, counts):
    points = [F(k, steps) for k in range(steps + 1)]
    total = unanimous = ifs = pf = 0
    for alpha in monotone(n, points):
        f = facility.generalized_median(capacity=alpha)
        total += 1
        unanimous += facility.parameter_violation("unanimity", f, n) is None
        ifs += facility.parameter_violation("individual_fair_share", f, n) is None
        fair = facility.parameter_violation("proportional_fairness", f, n) is None
        pf += fair
        assert fair == (facility.parameter_violation("unanimous_fair_share", f, n) is None)
    assert (total, unanimous, ifs, pf) == counts


def test_capacity_verdicts_against_cells():
    for alpha in itertools.islice(monotone(2, [F(k, 4) for k in range(5)]), 0, None, 4):
        f = facility.generalized_median(capacity=alpha)
        for axiom in ("strategyproofness", "unanimity", "proportional_fairness", FAIR[0]):
            assert axioms.check(axiom, f).holds == facility.decide_on_cells(axiom, f, 2).holds
        assert axioms.check("anonymity", f).holds == (
            alpha[frozenset({0})] == alpha[frozenset({1})]
        )


def test_twenty_one_all_functions_on_three_points():
    """54 Euclidean and 20 single-peaked mechanisms of 3^9; the 20 are the generalised medians."""
    grid = facility.line().domain(agents=2, grid=2)
    profiles = grid.numeric
    euclidean = single_peaked = 0
    found = set()
    x = np.arange(3)
    for code in itertools.product(range(3), repeat=9):
        table = np.array(code).reshape(3, 3)
        choices = facility.table(values=RationalArray(table, 2), grid=2).evaluate_many(profiles)
        t = choices.numerators.reshape(3, 3)
        ok = {}
        for preferences in ("euclidean", "single_peaked"):
            line = facility.line(preferences=preferences)
            a = line.gains(0, x[:, None, None], t[:, None, :], t[None, :, :])
            b = line.gains(1, x[None, :, None], t[:, :, None], t[:, None, :])
            ok[preferences] = a.max() <= 0 and b.max() <= 0
        euclidean += ok["euclidean"]
        single_peaked += ok["single_peaked"]
        if ok["single_peaked"]:
            found.add(code)
    assert (euclidean, single_peaked) == (54, 20)
    medians = set()
    for alpha in monotone(2, [0, F(1, 2), 1]):
        f = facility.generalized_median(capacity=alpha)
        medians.add(tuple((2 * f.evaluate_many(profiles).to_float()).astype(int).tolist()))
    assert medians == found


def test_option_sets_agree_with_the_full_comparison():
    rng = np.random.default_rng(3)
    for _ in range(300):
        values = RationalArray(rng.integers(0, 3, size=(3, 3)), 2)
        f = facility.table(values=values, grid=2)
        full = axioms.check("strategyproofness", f, agents=2, grid=2, preferences="single_peaked")
        quick = facility.option_set_test(f, 2, 2)
        assert full.holds == quick.holds
        if quick.violated:
            assert quick.witness.replay(f)


def test_option_sets_of_black_boxes():
    assert facility.option_set_test(min, 3, 3, setting=facility.line()).holds
    verdict = facility.option_set_test(facility.average, 2, 4)
    assert verdict.violated
    assert verdict.scope.preferences == "single_peaked"
    assert verdict.witness.replay(facility.average)


def test_unknown_without_certificate():
    verdict = axioms.check("proportional_fairness", facility.nash, agents=2)
    assert verdict.status is UNKNOWN


def test_other_segments_need_their_own_mechanism():
    line = facility.line(0, 2)
    assert axioms.check("strategyproofness", facility.uniform_phantom(setting=line)).holds
    assert axioms.check(
        "proportional_fairness", facility.uniform_phantom(setting=line), agents=3, grid=6
    )


def test_an_even_numerical_median_is_refuted():
    import statistics

    verdict = axioms.check(
        "strategyproofness", statistics.median, setting=facility.line(), agents=2, grid=4
    )
    assert verdict.violated


def test_clip_of_the_median_is_manipulable():
    f = facility.welfare_optimal(axiom="PF")
    assert axioms.check("proportional_fairness", f, agents=2, grid=4).holds
    verdict = axioms.check("strategyproofness", f, agents=2, grid=4)
    assert verdict.violated
    assert f([0, F(1, 4)]).choice == 0
    assert f([0, F(3, 4)]).choice == F(1, 4)


def test_implications_on_a_grid():
    f = facility.average
    for axiom in ("strong_proportional_fairness", *FAIR):
        assert axioms.check(axiom, f, agents=3, grid=4).holds
    up = axioms.check("strong_proportional_fairness", facility.uniform_phantom, agents=2, grid=6)
    assert up.violated
    assert facility.fairness_witness("SPF", [0, F(1, 6)], F(1, 6)).bound == F(1, 12)
