"""Taxes against their definitions, closed forms and each other."""

import itertools
import random
from fractions import Fraction as F

import numpy as np
import pytest

from mechdesign import taxation
from mechdesign.errors import InfeasibleError, InvalidInputError, LimitReachedError
from mechdesign.taxation import Schedule, definitions, economy

E3 = economy([1, 2, 3])


def close(found, expected, digits=6):
    assert [round(float(x), digits) for x in found] == [round(float(x), digits) for x in expected]


def test_rates_with_the_largest_revenue_and_at_the_top():
    close([taxation.revenue_rate(0.4), taxation.top_rate(2.143, 0.4)], [0.714285714, 0.538444971])
    close([taxation.top_rate(1.5, 0.25)], [0.727272727])
    assert taxation.revenue_rate(1) == F(1, 2)
    # The revenue of a linear tax t (1-t)^e M has its largest value there.
    revenue = {t: t * (1 - t) for t in (F(k, 100) for k in range(101))}
    assert max(revenue, key=revenue.get) == taxation.revenue_rate(1)


@pytest.mark.parametrize(
    ("skills", "e", "expected"),
    [
        ([1, 2, 3], 1, [0.44, 0.125, 0]),
        ([1, 2, 3, 4, 10], 1, [0.490196, 0.458333, 0.395349, 0.277778, 0]),
        ([1, 1, 1, 2, 5], F(1, 2), [0.585418, 0.252100, 0]),
    ],
)
def test_preferred_linear_taxes(skills, e, expected):
    known = economy(skills, elasticity=e)
    close(taxation.preferred_rates(known), expected)
    for skill, rate in zip(known.skills, taxation.preferred_rates(known), strict=True):
        values = {}
        for t in [float(rate), *np.linspace(0, 0.95, 96)]:
            found = taxation.linear(rate=float(t))(
                taxation.incomes().problem(list(known.skills), economy=known)
            )
            values[t] = found.details["utilities"][skill]
        assert max(values.values()) - values[float(rate)] < 1e-9


def test_best_linear_taxes():
    close([taxation.best_linear_rate(E3, "log")], [0.2312758], 7)
    half = economy([1, 2, 3], elasticity=F(1, 2))
    close([taxation.best_linear_rate(half, "log")], [0.289709])
    close([taxation.best_linear_rate(half)], [0.5717618], 7)
    assert taxation.best_linear_rate(E3, "utilitarian") == 0
    for known, value in ((E3, 2.0663979), (half, 1.7802447)):
        found = taxation.linear(objective="log")(
            taxation.incomes().problem([1, 2, 3], economy=known)
        )
        close([sum(np.log(float(u)) for u in found.details["utilities"].values())], [value])
    worst = min(taxation.linear(half_problem(half)).details["utilities"].values())
    close([worst], [1.3123726], 7)
    with pytest.raises(InfeasibleError):
        taxation.best_linear_rate(economy([1, 2], need=10), "log")


def half_problem(known):
    return taxation.incomes().problem(list(known.skills), economy=known)


@pytest.mark.parametrize(
    ("skills", "shares", "earned", "lowest", "rates"),
    [
        ([1, 2], None, [F(4, 7), 4], F(8, 7), [F(3, 7), 0]),
        ([1, 2, 3], None, [F(2, 5), F(18, 7), 9], F(419, 210), [F(3, 5), F(5, 14), 0]),
        (
            [1, 2, 4],
            [F(1, 2), F(3, 10), F(1, 5)],
            [F(4, 7), F(8, 3), 16],
            F(15, 7),
            [F(3, 7), F(1, 3), 0],
        ),
    ],
)
def test_optimal_menus(skills, shares, earned, lowest, rates):
    known = economy(skills, shares=shares)
    found = taxation.mirrlees(half_problem(known))
    assert list(found.choice) == earned
    assert found.details["utilities"][skills[0]] == lowest
    assert list(found.details["marginal_rates"].values()) == rates
    assert found.provenance.exact


def test_a_menu_beats_every_menu_of_a_grid():
    grid = [F(k, 2) for k in range(19)]
    for skills in ([1, 2], [1, 3], [1, 2, 3]):
        known = economy(skills)
        shares = list(known.shares)
        best = definitions.mirrlees([F(w) for w in skills], shares, grid)
        value = min(taxation.mirrlees(half_problem(known)).details["utilities"].values())
        assert best <= value <= best + F(1, 10)


def test_where_incomes_would_not_ascend_neighbours_are_pooled():
    known = economy([1, F(21, 20), 3], shares=[1, 50, 50])
    found = taxation.mirrlees(half_problem(known))
    # A rare lowest skill is not worth distorting the frequent one above it for; weights that
    # jump down after it make its income exceed the next one without pooling.
    weighted = taxation.mirrlees(weights=(100, 1, 1))(half_problem(known))
    for outcome in (found, weighted):
        earned = list(outcome.details["incomes"].values())
        assert earned == sorted(earned)
        assert no_envy(known, outcome)


def no_envy(known, found):
    bundles = [(found.details["incomes"][w], found.details["taxes"][w]) for w in known.skills]
    return all(
        z - t - known.effort(z, w) <= found.details["utilities"][w] + 0 * F(1)
        for w in known.skills
        for z, t in bundles
    )


def test_incomes_that_nobody_would_choose_are_told():
    dent = Schedule((0, 1, 4), (F(3, 10), F(1, 2), F(2, 5)))
    told = taxation.economy_of_incomes([2, 4, 9], dent).decisions
    assert any("1 earn what no skill would choose" in one for one in told)
    assert taxation.economy_of_incomes([2, 9], dent).decisions == ()


@pytest.mark.slow
def test_brackets_lie_between_linear_taxes_and_menus_on_500_economies():
    rng = random.Random(5)
    for _ in range(500):
        skills = rng.sample(range(1, 12), rng.randint(1, 5))
        known = economy(skills, shares=[rng.randint(1, 6) for _ in skills])
        rate = taxation.best_linear_rate(known)
        problem = half_problem(known)
        rules = (taxation.laissez_faire, taxation.linear, taxation.mirrlees)
        free, linear, best = (min(rule(problem).details["utilities"].values()) for rule in rules)
        grid = sorted({0, F(1, 4), F(1, 2), rate})
        found = taxation.best_brackets(known, [F(1, 2), 2, 9, 30], grid)
        assert free <= linear <= found.value <= best
        assert found.gap == best - found.value


def test_taxes_nest_and_nobody_envies_on_random_economies():
    rng = random.Random(3)
    for _ in range(60):
        skills = rng.sample(range(1, 12), rng.randint(2, 5))
        shares = [rng.randint(1, 6) for _ in skills]
        known = economy(skills, shares=shares, need=F(rng.randint(0, 2), 10))
        problem = half_problem(known)
        values = []
        for rule in (taxation.laissez_faire, taxation.linear, taxation.mirrlees):
            found = rule(problem)
            taxes = list(found.details["taxes"].values())
            assert known.mean(taxes) == known.need
            assert no_envy(known, found)
            values.append(min(found.details["utilities"].values()))
        assert values == sorted(values)
        first = taxation.first_best(problem)
        assert min(first.details["utilities"].values()) >= values[-1]


def test_the_menu_for_logarithms_is_no_worse_than_its_neighbours():
    found = taxation.mirrlees(objective="log")([1, 2, 3])
    assert found.details["residual"] < 1e-12
    value = sum(np.log(float(u)) for u in found.details["utilities"].values())
    linear = taxation.linear(objective="log")([1, 2, 3])
    assert value > sum(np.log(float(u)) for u in linear.details["utilities"].values())
    rng = np.random.default_rng(0)
    for _ in range(200):
        weights = np.sort(rng.uniform(0, 1, 3))[::-1]
        other = taxation.mirrlees(weights=weights.tolist())([1, 2, 3])
        worth = list(other.details["utilities"].values())
        if min(worth) > 0:
            assert sum(np.log(float(u)) for u in worth) <= value + 1e-12


def test_answers_to_schedules():
    convex = Schedule((0, 2), (F(1, 5), F(1, 2)))
    answers = [taxation.response(convex, w, E3) for w in (1, F(3, 2), 2, F(11, 5), 3)]
    assert answers == [F(4, 5), F(9, 5), 2, F(121, 50), F(9, 2)]
    dented = Schedule((0, 2), (F(1, 2), F(1, 10)))
    answers = [taxation.response(dented, w, E3) for w in (F(3, 2), F(17, 10), F(9, 5), 2)]
    assert answers == [F(9, 8), F(2601, 1000), F(2916, 1000), F(36, 10)]


def test_answers_are_the_best_of_a_fine_grid_and_the_same_in_floats():
    rng = random.Random(7)
    grid = [F(k, 8) for k in range(200)]
    for _ in range(25):
        count = rng.randint(1, 4)
        cutoffs = (0, *sorted(rng.sample(range(1, 12), count - 1)))
        rates = tuple(F(rng.randint(-2, 10), 10) for _ in range(count))
        schedule, skill = Schedule(cutoffs, rates), F(rng.randint(2, 14), 4)
        answer = taxation.response(schedule, skill, E3)
        best = definitions.best_income(skill, cutoffs, rates, sorted({*grid, answer}))

        def worth(z, schedule=schedule, skill=skill):
            return z - schedule.tax(z) - E3.effort(z, skill)

        assert worth(best) == worth(answer)
        (fast,) = taxation.incomes_under(schedule, [float(skill)])
        assert abs(worth(F(float(fast))) - worth(answer)) < F(1, 10**9)


def test_federal_schedules():
    schedule = taxation.FEDERAL["us2019_single"]
    assert [schedule.tax(z) for z in (50_000, 100_000, 1_000_000)] == [
        F(13717, 2), F(36349, 2), F(669975, 2)
    ]  # fmt: skip
    assert taxation.FEDERAL["us2024_single"].tax(47150) == 1160 + F(12, 100) * 35550


def test_brackets_that_are_searched_name_their_gap():
    rates = [F(k, 50) for k in range(50)]
    found = taxation.best_brackets(E3, [F(k, 10) for k in range(1, 60)], rates)
    assert found.looked_at == 147_500
    assert found.schedule == Schedule((0, F(59, 10)), (F(68, 100), 0))
    close([found.value], [1.7512], 4)
    # A cutoff further up is better: the highest skill keeps 0.54 beyond it, 0.5202 below.
    higher = taxation.best_brackets(E3, [F(k, 10) for k in range(55, 65)], rates)
    assert higher.schedule == Schedule((0, 6), (F(66, 100), 0))
    assert higher.value == F(8759, 5000)
    assert found.bound == F(419, 210)
    assert found.gap > 0
    plain = max(
        min(
            taxation.brackets(cutoffs=(0, c), rates=(a, b))([1, 2, 3]).details["utilities"].values()
        )
        for c, a, b in itertools.product((4, 5, 6), rates[::10], rates[::10])
    )
    coarse = taxation.best_brackets(E3, [4, 5, 6], rates[::10])
    assert coarse.value == plain
    with pytest.raises(LimitReachedError):
        taxation.best_brackets(E3, range(1, 200), [k / 200 for k in range(200)], count=4)


def test_saez_agrees_with_the_formula_in_skills():
    shares = (np.arange(400) + 0.5) / 400
    found = taxation.saez_schedule(taxation.Pareto(4, 1).quantile(shares), elasticity=0.5)
    assert found.residual < 1e-9
    # Incomes have the tail of skills divided by 1 + e.
    weights = 1 / np.array(found.incomes)
    weights /= weights.mean()
    for k in (100, 200, 300):
        g = (weights[k + 1 :].sum() + weights[k] / 2) / (400 - k - 0.5)
        assert abs(found.rates[k] - float(taxation.top_rate(4 / 1.5, 0.5, g))) < 0.03
    with pytest.raises(LimitReachedError):
        taxation.saez_schedule(np.linspace(1, 2, 60), weight_of_income=80)


def test_gb2_quantiles_and_mean():
    pytest.importorskip("scipy")
    incomes = taxation.GB2(2.0721, 72402.78, 0.48652, 1.14104)
    close(
        [incomes.quantile(q) for q in (0.1, 0.25, 0.5, 0.75, 0.9, 0.99)],
        [6850.61, 17393.01, 38101.54, 72159.38, 124509.25, 361315.52],
        2,
    )
    close([incomes.mean], [59249.37], 2)
    types = incomes.types(1000)
    assert abs(sum(types) / 1000 / incomes.mean - 1) < 0.01


def test_measures():
    assert taxation.equality([1, 2, 3, 10]) == F(5, 12)
    assert taxation.equality([1, 2, 3, 10]) * 4 == F(5, 3)
    assert taxation.inverse_income([3], [2]) == F(3, 2)


def test_skills_are_inferred_under_the_schedule_in_force():
    schedule = Schedule((0, 2), (F(1, 5), F(1, 2)))
    skills = [1.0, 1.5, 2.2, 3.0]
    earned = taxation.incomes_under(schedule, skills)
    close(taxation.economy_of_incomes(list(earned), schedule).skills, skills, 9)
    with pytest.raises(InvalidInputError, match="skill_floor"):
        taxation.economy_of_incomes([0, 1])
    floored = taxation.economy_of_incomes([0, 1, 2], schedule, skill_floor=F(1, 2))
    assert floored.skills[0] == F(1, 2)
    assert len(floored.decisions) == 2


def test_a_cycle_of_two_brackets_and_none_of_linear_taxes():
    rates = {"A": (0, F(1, 10)), "B": (F(1, 5), F(1, 5)), "C": (0, F(3, 10))}
    menu = {name: Schedule((0, 2), pair) for name, pair in rates.items()}
    vote = taxation.vote_over_schedules(E3, menu)
    expected = [
        [0.756667, 2.076667, 4.101667],
        [1.066667, 2.026667, 3.626667],
        [1.01, 2.09, 3.315],
    ]
    for row, told in zip(vote.utilities, expected, strict=True):
        close(row, told)
    assert vote.beats("A", "B")
    assert vote.beats("B", "C")
    assert vote.beats("C", "A")
    assert vote.winners == vote.unbeaten == ()
    assert vote.crossing is not None
    lines = [Schedule((0,), (F(k, 40),)) for k in range(31)]
    flat = taxation.vote_over_schedules(E3, lines)
    assert flat.winners == (5,)  # 1/8, what the median voter likes best
    assert flat.crossing is None


def test_the_grid_of_two_brackets_has_no_winner_with_a_kink_at_2():
    levels = [F(k, 10) for k in range(10)]
    menu = {(a, b): Schedule((0, 2), (a, b)) for a in levels for b in levels}
    assert taxation.vote_over_schedules(E3, menu).unbeaten == ()
    menu = {(a, b): Schedule((0, 1), (a, b)) for a in levels for b in levels}
    assert (0, F(1, 10)) in taxation.vote_over_schedules(E3, menu).winners


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda: economy([]), "skills"),
        (lambda: economy([0, 1]), "skills"),
        (lambda: economy([1], elasticity=0), "elasticity"),
        (lambda: economy([1, 2], shares=[1]), "shares"),
        (lambda: Schedule((1,), (0,)), "cutoffs"),
        (lambda: Schedule((0, 0), (0, 0)), "cutoffs"),
        (lambda: Schedule((0,), (2,)), "rates"),
        (lambda: taxation.mirrlees(weights=(0, 1))([1, 2]), "weights"),
        (lambda: taxation.mirrlees(objective="best")([1, 2]), "objective"),
        (lambda: taxation.incomes().problem([1, 2], economy=economy([1])), "skills"),
        (lambda: taxation.brackets(cutoffs=())([1, 2]), "cutoffs"),
        (lambda: taxation.GB2(1, 1, 0, 1), "p"),
        (lambda: taxation.saez_schedule([1, 2]), "skills"),
        (lambda: taxation.best_brackets(E3, [0], [0]), "cutoffs"),
        (lambda: taxation.vote_over_schedules(E3, {}), "schedules"),
    ],
)
def test_bad_input_is_named(call, named):
    with pytest.raises(InvalidInputError, match=named):
        call()


def test_the_best_linear_rate_is_the_best_of_a_grid():
    grid = [F(k, 100) for k in range(100)]
    for skills in ([1, 2], [1, 2, 3], [2, 3, 7]):
        known = economy(skills)
        best = definitions.linear([F(w) for w in skills], list(known.shares), grid)
        assert abs(best - taxation.best_linear_rate(known)) <= F(1, 100)
