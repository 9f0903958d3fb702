"""Equilibria, randomised mechanisms, budgets, obnoxious and several facilities, capacity."""

import itertools
import math
import random
from fractions import Fraction as F

import pytest

from mechdesign import axioms, facility
from mechdesign.errors import InfeasibleError, InvalidInputError

T = F(1, 10)
FIFTH = F(1, 5)
VOTES = [
    (FIFTH, 3 * FIFTH, FIFTH),
    (0, 3 * FIFTH, 2 * FIFTH),
    (0, 4 * FIFTH, FIFTH),
    (0, 2 * FIFTH, 3 * FIFTH),
]


# ---------------------------------------------------------------------------- equilibria


@pytest.mark.parametrize(
    ("truth", "reports", "outcome"),
    [
        ((T, 5 * T, 7 * T, 8 * T), (0, 0, 1, 1), F(1, 2)),
        ((FIFTH, 3 * T, F(7, 20), 9 * T), (0, 0, F(2, 5), 1), F(7, 20)),
    ],
)
def test_nineteen_equilibrium_of_the_average(truth, reports, outcome):
    found = facility.best_response_dynamics(facility.average, truth)
    assert found.converged
    assert found.outcome == outcome == facility.uniform_phantom(truth).choice
    assert facility.is_equilibrium(facility.average, truth, reports)
    assert not facility.is_equilibrium(facility.average, truth, truth)
    assert facility.equilibrium_outcome(facility.average, truth) == outcome


def test_strategic_average_is_uniform_phantom():
    source = random.Random(2)
    up, mean = facility.uniform_phantom, facility.average
    for _ in range(40):
        truth = [F(source.randint(0, 20), 20) for _ in range(source.randint(1, 7))]
        start = [F(source.randint(0, 20), 20) for _ in truth]
        found = facility.best_response_dynamics(mean, truth, start=start)
        assert found.converged
        assert found.outcome == up(truth).choice
        assert facility.is_equilibrium(mean, truth, found.reports)
        assert facility.equilibrium_outcome(mean, truth) == up(truth).choice


def test_other_monotone_mechanisms_have_the_same_equilibrium():
    up = facility.uniform_phantom

    def mixture(reports):
        return (facility.average(reports).choice + up(reports).choice) / 2

    line = facility.line()
    for truth in itertools.product([F(k, 6) for k in range(0, 7, 2)], repeat=3):
        assert facility.equilibrium_outcome(mixture, truth, setting=line) == up(truth).choice
        found = facility.best_response_dynamics(mixture, truth, setting=line)
        assert found.converged
        assert found.outcome == up(truth).choice


def test_weighted_average_ends_at_weighted_uniform_phantom():
    weights = [1, 2, 4]

    def weighted(reports):
        return sum(w * x for w, x in zip(weights, reports, strict=True)) / F(7)

    target = facility.weighted_uniform(weights=weights)
    for truth in ([0, F(1, 2), 1], [F(1, 5), F(2, 3), F(1, 9)]):
        outcome = facility.equilibrium_outcome(weighted, truth, setting=facility.line())
        assert outcome == target(truth).choice


# ---------------------------------------------------------------------------- randomised


def test_twenty_five_left_right_middle():
    lottery = facility.left_right_middle([0, F(1, 3), 1])
    assert {(p, o.choice) for p, o in lottery} == {
        (F(1, 4), 0),
        (F(1, 4), 1),
        (F(1, 2), F(1, 2)),
    }
    worst = lottery.expect(lambda o: max(abs(o.choice - x) for x in (0, F(1, 3), 1)))
    assert worst == F(3, 4)


@pytest.mark.parametrize(
    "f",
    [
        facility.random_rank,
        facility.left_right_middle,
        facility.average_or_random_rank,
    ],
)
def test_strategyproof_in_expectation(f):
    assert axioms.check("strategyproofness", f, agents=2, grid=4).holds
    assert axioms.check("strategyproofness", f, agents=3, grid=3).holds


def test_average_or_random_rank_beyond_a_half():
    f = facility.average_or_random_rank(probability=F(51, 100))
    assert axioms.check("strategyproofness", f, agents=2, grid=4).violated


def test_random_rank_expectations():
    f = facility.random_rank
    for x in itertools.combinations_with_replacement([F(k, 4) for k in range(5)], 3):
        lottery = f(x)
        assert lottery.expect(lambda o: o.choice) == sum(x) / F(3)
        best = sorted(x)[1]
        cost = lottery.expect(lambda o, x=x: sum(abs(o.choice - v) for v in x))
        assert cost <= (2 - F(2, 3)) * sum(abs(best - v) for v in x)
    weighted = f([0, 1], weights=[1, 3])
    assert {(p, o.choice) for p, o in weighted} == {(F(1, 4), 0), (F(3, 4), 1)}


# ---------------------------------------------------------------------------- budgets


@pytest.mark.parametrize(
    ("f", "division", "single_minded"),
    [
        (facility.independent_markets, (F(1, 6), F(1, 2), F(1, 3)), (F(1, 2), F(1, 4), F(1, 4))),
        (facility.utilitarian_phantoms, (0, 3 * FIFTH, 2 * FIFTH), (1, 0, 0)),
        (
            facility.piecewise_uniform,
            (F(2, 15), 3 * FIFTH, F(4, 15)),
            (F(1, 2), F(1, 4), F(1, 4)),
        ),
        (facility.ladder, (F(1, 12), F(7, 12), F(1, 3)), (F(1, 2), F(1, 4), F(1, 4))),
    ],
)
def test_twenty_three_and_four_moving_phantoms(f, division, single_minded):
    assert f(VOTES).choice == division
    floats = f([[float(p) for p in vote] for vote in VOTES])
    assert floats.choice == pytest.approx([float(p) for p in division], abs=1e-12)
    assert not floats.provenance.exact
    assert f([(1, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1)]).choice == single_minded
    assert f([(F(1, 3), F(2, 3))]).choice == (F(1, 3), F(2, 3))


def test_moving_phantoms_sum_to_one_and_generalise_the_line():
    source = random.Random(1)
    rules = [
        facility.independent_markets,
        facility.piecewise_uniform,
        facility.ladder,
        facility.utilitarian_phantoms,
    ]
    setting = facility.budget()
    for k in range(25):
        problem = setting.sample(k, source.randint(1, 5), alternatives=source.randint(2, 5))
        for f in rules:
            assert sum(f.solve(problem).choice) == 1
    up = facility.uniform_phantom
    for x in itertools.combinations_with_replacement([F(k, 4) for k in range(5)], 3):
        votes = [(v, 1 - v) for v in x]
        for f in rules[:3]:
            assert f(votes).choice[0] == up(x).choice


def test_utilitarian_phantoms_are_optimal():
    setting = facility.budget(3)
    f = facility.utilitarian_phantoms
    divisions = setting.domain(agents=1, grid=12).reports[0]
    for seed in range(8):
        problem = setting.sample(seed, 3, grid=12)
        chosen = sum(f.solve(problem).utilities.values())
        from mechdesign.model import Outcome

        others = (sum(setting.utilities(problem, Outcome(division))) for division in divisions)
        assert chosen >= max(others)


@pytest.mark.parametrize(
    "rule", [facility.independent_markets, facility.piecewise_uniform, facility.ladder]
)
def test_moving_phantoms_are_truthful_on_a_grid(rule):
    verdict = axioms.check("strategyproofness", rule, agents=2, alternatives=3, grid=3)
    assert verdict.holds
    mean = axioms.check(
        "strategyproofness",
        lambda votes: tuple(sum(c) / F(len(votes)) for c in zip(*votes, strict=True)),
        setting=facility.budget(3),
        agents=2,
        grid=3,
    )
    assert mean.violated


# ---------------------------------------------------------------------------- obnoxious


def test_obnoxious_optimum_and_price_of_fairness():
    e = F(1, 1000)
    x = [F(1, 4) - e, F(3, 4) + e]
    free, fair = (
        facility.obnoxious_optimum(objective="utilitarian", fairness=a) for a in (None, "2-IFS")
    )
    total = lambda f: sum(f(x).utilities.values())  # noqa: E731
    assert total(free) == 1
    assert total(fair) == F(1, 2) + 2 * e
    f = facility.obnoxious_optimum(objective="egalitarian")
    assert f([0, 1]).choice == F(1, 2)
    assert "leftmost" in f([F(1, 2)]).provenance.ties
    with pytest.raises(InvalidInputError, match="fairness"):
        facility.obnoxious_optimum(objective="utilitarian", fairness="IFS")
    with pytest.raises(InvalidInputError, match="objective"):
        facility.obnoxious_optimum(objective="fame")
    assert issubclass(InfeasibleError, Exception)


def test_obnoxious_setting():
    line = facility.obnoxious_line()
    f = facility.obnoxious_optimum
    assert axioms.check("unanimity", f, agents=2, grid=4).holds
    assert axioms.check("pareto_efficiency", f, agents=2, grid=4).holds
    stay = axioms.check("pareto_efficiency", lambda x: x[0], setting=line, agents=2, grid=4)
    assert stay.violated
    assert axioms.check("strategyproofness", f, agents=2, grid=8).violated
    brute = [F(k, 24) for k in range(25)]
    for x in itertools.combinations_with_replacement([F(k, 4) for k in range(5)], 3):
        problem = line.problem(x)
        for y in (F(1, 4), F(1, 2), F(5, 8)):
            outcome = line.outcome(problem, y)
            better = line.improvement(problem, outcome, weak=False)
            dominated = any(
                all(abs(z - v) >= abs(y - v) for v in x) and any(abs(z - v) > abs(y - v) for v in x)
                for z in brute
            )
            assert (better is not None) == dominated


# ---------------------------------------------------------------------------- several, space


def test_twenty_seven_two_facilities():
    f = facility.optimal_facilities(count=2)
    truth, lie = [0, 2 * FIFTH, 4 * FIFTH], [0, 2 * FIFTH, 1]
    assert f(truth).choice == (0, 2 * FIFTH)
    assert f(lie).choice == (0, 1)
    verdict = axioms.check("strategyproofness", f, agents=3, grid=5)
    assert verdict.violated
    assert verdict.witness.replay(f)


@pytest.mark.parametrize("shares", [(0, 1), (F(1, 4), F(3, 4)), (F(1, 2), 1), (0, F(1, 2), 1)])
def test_percentiles_are_strategyproof(shares):
    f = facility.percentiles(shares=shares)
    assert axioms.check("strategyproofness", f, agents=3, grid=4).holds


@pytest.mark.parametrize(("n", "ratio"), [(3, 1), (4, 2), (5, 3), (8, 6)])
def test_extremes_cost(n, ratio):
    setting = facility.facilities(-1, 10**6)
    x = [-1, *[0] * (n - 2), 10**6]
    ends = facility.percentiles(shares=(0, 1), setting=setting)(x).choice
    cost = sum(min(abs(y - v) for y in ends) for v in x)
    assert cost / facility.optimal_facilities(count=2, setting=setting)(x).cost == ratio


def test_optimal_facilities_by_enumeration():
    points = [F(k, 5) for k in range(6)]
    f = facility.optimal_facilities(count=2)
    for x in itertools.combinations_with_replacement(points, 4):
        best = min(
            sum(min(abs(a - v), abs(b - v)) for v in x)
            for a, b in itertools.combinations_with_replacement(points, 2)
        )
        assert f(x).cost == best


def test_twenty_seven_coordinatewise_median():
    plane = facility.space(2, -1, 1)
    points = [(1, 0), (-1, 0), (0, F(1, 2))]
    place = facility.coordinatewise(setting=plane)(points).choice
    assert place == (0, 0)
    cost = sum(plane.distance_between(p, place) for p in points)
    best = sum(plane.distance_between(p, (0, F(1, 2))) for p in points)
    assert cost / best == pytest.approx(math.sqrt(5) / 2)
    assert facility.coordinatewise_median_ratio(3) == pytest.approx(math.sqrt(5) / 2)


def test_space_norms_and_checks():
    square = facility.space(2, norm="l1")
    f = facility.coordinatewise(setting=square)
    assert axioms.check("strategyproofness", f, agents=3, grid=2, max_checks=None).holds
    assert facility.space(2, norm="linf").distance_between((0, 0), (1, 3)) == 3
    up = facility.coordinatewise(mechanism=facility.uniform_phantom, setting=square)
    assert up([(0, 0), (1, 1)]).choice == (F(1, 2), F(1, 2))
    for bad in ([(0, 2)], [(0,)], [], "ab", [(0, float("nan"))]):
        with pytest.raises(InvalidInputError):
            square.problem(bad)


# ---------------------------------------------------------------------------- capacity


@pytest.mark.parametrize("capacity", [1, 2])
@pytest.mark.parametrize("ties", ["favourable", "unfavourable"])
def test_simplified_capacity(capacity, ties):
    limited = facility.capacitated_line(capacity, ties=ties)
    for f in (facility.uniform_phantom, facility.median):
        assert axioms.check("strategyproofness", f, setting=limited, agents=3, grid=4).holds
    average = axioms.check("strategyproofness", facility.average, setting=limited, agents=3, grid=6)
    assert average.violated


def test_simplified_capacity_witness():
    limited = facility.capacitated_line(1)
    f = facility.average
    problem = limited.problem([0, 0, F(1, 6)])
    before, after = f.solve(problem), f.solve(problem.report(2, F(1, 3)))
    gain = limited.gain(problem, 2, F(1, 6), before, after)
    assert gain > 0


def test_optimal_facilities_wherever_the_reports_are():
    found = facility.optimal_facilities(count=2)([0, 2, 3])
    assert found.choice == (0, 2)
    assert found.cost == 1
    assert facility.optimal_facilities(count=2)({"a": -5, "b": 7}).choice == (-5, 7)
    with pytest.raises(InvalidInputError):
        facility.optimal_facilities(count=2, setting=facility.facilities(0, 1))([0, 2, 3])
    with pytest.raises(InvalidInputError):
        facility.optimal_facilities(count=2)([0, "x"])
