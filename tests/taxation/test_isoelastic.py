"""Curved utilities and workers with elasticities of their own, against the definitions."""

import itertools
import math
import random
from fractions import Fraction as F

import pytest

from mechdesign import taxation
from mechdesign.errors import InfeasibleError, InvalidInputError
from mechdesign.taxation import Schedule, bounded_menu, economy, respond, workers


def brute(kinds, grid, steps=None):
    """The highest lowest utility of a menu without lotteries, taxes by longest paths."""
    best = None
    n = len(kinds)
    for incomes in itertools.product(grid, repeat=n):
        # u_a >= u_b + effort_b(z_b) - effort_a(z_b); the least utilities above the lowest one.
        for lowest in range(n):
            rent = [None] * n
            rent[lowest] = F(0)
            for _ in range(n + 1):
                for a, b in itertools.permutations(range(n), 2):
                    if rent[b] is not None:
                        z = incomes[b]
                        need = rent[b] + kinds.effort(b, z) - kinds.effort(a, z)
                        if rent[a] is None or need > rent[a]:
                            rent[a] = need
            gains = (
                rent[b] + kinds.effort(b, incomes[b]) - kinds.effort(a, incomes[b]) > rent[a]
                for a, b in itertools.permutations(range(n), 2)
            )
            if rent[lowest] != 0 or min(rent) < 0 or any(gains):
                continue
            surplus = kinds.mean([z - kinds.effort(k, z) - rent[k] for k, z in enumerate(incomes)])
            value = surplus - kinds.need
            best = value if best is None else max(best, value)
    return best


def test_without_curvature_the_menu_is_that_of_mirrlees():
    grid = [F(2, 5), 1, F(18, 7), 4, 9]
    found = bounded_menu(workers([1, 2, 3]), grid)
    assert (found.value, found.certified, found.gap) == (F(419, 210), True, 0)
    assert found.envy() <= 0
    assert found.surplus() == 0
    assert set(found.prices) == {(1, 0), (2, 1)}
    coarse = bounded_menu(workers([1, 2, 3]), [F(k, 4) for k in range(0, 40, 3)])
    assert coarse.value < F(419, 210)
    assert coarse.certified
    first = bounded_menu(workers([1, 2, 3]), [1, 4, 9], objective="utilitarian")
    assert first.value == F(7, 3)


@pytest.mark.parametrize("shares", [(1, 1, 1), (5, 3, 2), (1, 6, 2)])
@pytest.mark.parametrize("weights", [None, (3, 2, 1)])
def test_prices_of_the_closed_form_are_those_of_the_program(shares, weights):
    known = economy([1, 2, 4], shares=shares)
    problem = taxation.incomes().problem([1, 2, 4], economy=known)
    found = taxation.mirrlees(weights=weights).solve(problem)
    told = dict(found.details["prices"])
    if weights is None:
        grid = list(found.details["incomes"].values())
        program = bounded_menu(workers([1, 2, 4], shares=shares), grid)
        place = {w: k for k, w in enumerate(known.skills)}
        assert program.prices == {(place[a], place[b]): x for (a, b), x in told.items() if x}
        return
    # A unit of utility that the able no longer lose by not envying goes to all alike.
    mean = known.mean(weights)
    for (above, _), price in told.items():
        better = [w >= above for w in known.skills]
        gains = known.mean([F(g) / mean * b for g, b in zip(weights, better, strict=True)])
        assert price == known.mean([int(b) for b in better]) - gains


@pytest.mark.parametrize("seed", range(6))
def test_menus_of_two_elasticities_against_all_menus(seed):
    """Indifference curves of an elastic and an inelastic worker cross twice."""
    rng = random.Random(seed)
    skills = [F(rng.randint(2, 8), 2) for _ in range(3)]
    kinds = workers(skills, elasticities=[rng.choice([1, F(1, 2)]) for _ in range(3)])
    grid = [F(k) for k in sorted(rng.sample(range(1, 12), 4))]
    found = bounded_menu(kinds, grid)
    assert all(isinstance(u, (int, F)) for u in found.utilities)
    assert found.envy() <= 0
    assert found.surplus() >= 0
    assert min(found.utilities) == found.value
    # Lotteries are allowed here and not there.
    assert found.value >= brute(kinds, grid)
    if all(max(lottery.values()) == 1 for lottery in found.lotteries):
        assert found.value == brute(kinds, grid)


def test_responses_without_curvature_are_those_of_an_economy():
    for rates in ((F(1, 5), F(1, 2)), (F(1, 2), F(1, 10))):
        schedule = Schedule((0, 2), rates)
        own, kinds = economy([1, 2, 3]), workers([1, 2, 3])
        found = respond(schedule, kinds)
        assert found.incomes == tuple(taxation.response(schedule, w, own) for w in own.skills)
        assert found.residual == 0
        assert found.rebate == own.mean([schedule.tax(z) for z in found.incomes])


@pytest.mark.parametrize("curvature", [0.5, 1, 2])
@pytest.mark.parametrize("rates", [(0.2, 0.5), (0.5, 0.1), (0, 0)])
def test_responses_with_income_effects_are_best(curvature, rates):
    schedule = Schedule((0, 2), rates)
    kinds = workers([1, 2, 3], elasticities=[1, 0.5, 0.4], curvature=curvature)
    found = respond(schedule, kinds)
    assert found.residual < 1e-9
    for k, z in enumerate(found.incomes):
        grid = [4 * max(found.incomes) * i / 5000 for i in range(5001)]
        best = max(kinds.utility(k, y - schedule.tax(y) + found.rebate, y) for y in grid)
        own = kinds.utility(k, z - schedule.tax(z) + found.rebate, z)
        assert own == found.utilities[k]
        assert own >= best - 1e-9


@pytest.mark.parametrize("curvature", [0.5, 1, 2])
@pytest.mark.parametrize("objective", ["egalitarian", "utilitarian"])
def test_menus_with_curvature_meet_their_bound(curvature, objective):
    kinds = workers([1, 2, 3], curvature=curvature)
    grid = [k / 10 for k in range(61)]
    found = bounded_menu(kinds, grid, objective=objective)
    assert not found.certified
    assert 0 <= found.gap < 1e-6
    assert found.envy() < 1e-7
    assert found.surplus() > -1e-9
    assert math.isclose(
        found.value,
        min(found.utilities) if objective == "egalitarian" else kinds.mean(found.utilities),
        abs_tol=1e-9,
    )
    # No linear tax is better, but for the grid.
    welfare = []
    for percent in range(0, 95, 5):
        there = respond(Schedule((0,), (percent / 100,)), kinds).utilities
        welfare.append(min(there) if objective == "egalitarian" else kinds.mean(there))
    assert max(welfare) <= found.bound + 0.01


def test_the_unit_does_not_matter():
    """Twice the money with log utility: the same probabilities, utilities higher by log 2."""
    plain = bounded_menu(workers([1, 2], curvature=1), [0, 0.5, 1, 2])
    scaled = bounded_menu(workers([2, 4], curvature=1), [0, 1, 2, 4])
    assert math.isclose(scaled.value - plain.value, math.log(2), abs_tol=1e-7)


def test_bad_input_is_refused():
    with pytest.raises(InvalidInputError, match="elasticities"):
        workers([1, 2], elasticities=[1])
    with pytest.raises(InvalidInputError, match="curvature"):
        workers([1, 2], curvature=-1)
    with pytest.raises(InvalidInputError, match="negative rate"):
        respond(Schedule((0,), (-0.1,)), workers([1], curvature=1))
    with pytest.raises(InvalidInputError, match="incomes"):
        bounded_menu(workers([1, 2]), [])
    with pytest.raises(InfeasibleError):
        bounded_menu(workers([1, 2], curvature=1, need=9), [1, 2])


def test_weights_give_the_preferred_and_the_best_rates():
    known = economy([1, 2, 3, 4, 10])
    for k, rate in enumerate(taxation.preferred_rates(known)):
        weights = [0] * 5
        weights[k] = 1
        assert taxation.weighted_rate(known, weights) == rate
    assert taxation.weighted_rate(known, [2] * 5) == 0


def test_an_elasticity_is_recovered():
    rng = random.Random(3)
    kept = [rng.uniform(0.4, 1) for _ in range(400)]
    hits = 0
    for _ in range(100):
        incomes = [math.exp(2 + 0.4 * math.log(k) + rng.gauss(0, 0.3)) for k in kept]
        found = taxation.estimate_elasticity(incomes, kept)
        hits += found.low <= 0.4 <= found.high
    assert 88 <= hits <= 100


@pytest.mark.parametrize(
    ("skills", "curvature", "need", "grid", "objective"),
    [
        ([2, 3], 3, -0.5, [0.25, 1, 2], "egalitarian"),
        ([3], 2, 0, [0, 0.25, 0.5, 1, 1.5, 3], "utilitarian"),
    ],
)
def test_worth_that_is_bounded_from_above(skills, curvature, need, grid, objective):
    """The tangents never lie where no consumption is worth so much."""
    found = bounded_menu(workers(skills, curvature=curvature, need=need), grid, objective=objective)
    assert 0 <= found.gap < 1e-6
    assert found.envy() < 1e-7
    if len(skills) == 1:
        # 3/2 and 3 at odds of 2:1, and 2 kept for certain.
        assert math.isclose(found.value, 1 / 2 - 1 / 4, abs_tol=1e-6)


def test_a_tax_that_takes_everything_leaves_nothing_to_live_on():
    with pytest.raises(InfeasibleError, match="no rebate"):
        respond(Schedule((0,), (1,)), workers([1, 2], curvature=1))
    assert respond(Schedule((0,), (0.99,)), workers([1, 2], curvature=1)).rebate > 0.01
    # Where nothing can be lived on, nothing is what there is.
    found = respond(Schedule((0,), (1,)), workers([1, 2], curvature=0.5))
    assert found.utilities == pytest.approx((-2, -2), abs=1e-6)


def test_whole_exponents_are_exact():
    kinds = workers([1, 4, 3], shares=[3, 1, 1], elasticities=[F(1, 3), F(1, 2), 1], need=F(1, 4))
    found = bounded_menu(kinds, [F(1, 4), 1, 2, 9])
    assert kinds.exact
    assert found.certified
    assert (found.value, found.envy() <= 0) == (F(173, 90), True)
    assert not workers([1], elasticities=[F(2, 3)]).exact
    assert not workers([1], elasticities=[0.5]).exact
