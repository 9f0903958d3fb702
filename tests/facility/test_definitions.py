"""The rules of facility location against their definitions on random profiles."""

import random
from fractions import Fraction

import pytest

import mechdesign as md
from mechdesign import facility
from mechdesign.facility import definitions

RULES = [
    ("uniform_phantom", {}),
    ("median", {}),
    ("constrained_median", {}),
    ("rounded_uniform_phantom", {}),
    ("order_statistic", {"rank": -1}),
    ("quantile", {"q": Fraction(1, 3)}),
    ("quantile", {"q": Fraction(1)}),
]


def profiles(count, seed, least=1):
    draw = random.Random(seed)
    for _ in range(count):
        d = draw.randint(1, 12)
        yield [Fraction(draw.randint(0, d), d) for _ in range(draw.randint(least, 6))]


@pytest.mark.parametrize(("name", "parameters"), RULES)
def test_rules_choose_what_their_definitions_choose(name, parameters):
    rule = md.get(f"facility.{name}", **parameters)
    for reports in profiles(300, name):
        expected = getattr(definitions, name)(reports, **parameters)
        assert rule(reports).choice == expected, reports


def test_phantoms_are_reports_that_do_not_move():
    draw = random.Random("phantoms")
    for reports in profiles(200, "phantoms"):
        fixed = sorted(Fraction(draw.randint(0, 6), 6) for _ in reports[1:])
        found = facility.phantoms(locations=fixed, agents=len(reports))(reports).choice
        assert found == definitions.phantom_median(reports, fixed)


def test_target_is_the_nearest_point_between_the_reports():
    rule = md.get("facility.target", location=Fraction(2, 5))
    for reports in profiles(200, "target"):
        assert rule(reports).choice == definitions.target(reports, Fraction(2, 5))


def test_weights_count_agents_several_times():
    for reports in profiles(200, "weights"):
        weights = [Fraction(k % 3 + 1) for k in range(len(reports))]
        rule = md.get("facility.weighted_uniform", weights=tuple(weights))
        assert rule(reports).choice == definitions.weighted_uniform(reports, weights), reports
        copies = [x for x, w in zip(reports, weights, strict=True) for _ in range(int(w))]
        assert rule(reports).choice == definitions.uniform_phantom(copies)


def test_lotteries_have_the_defined_probabilities():
    for reports in profiles(100, "lottery"):
        found = {}
        for chance, outcome in md.get("facility.random_rank")(reports):
            found[outcome.choice] = found.get(outcome.choice, 0) + chance
        assert found == definitions.random_rank(reports)


def test_moving_phantoms_stop_where_the_shares_sum_to_one():
    draw = random.Random(5)
    rule = md.get("facility.independent_markets")
    for _ in range(60):
        votes = []
        for _ in range(draw.randint(1, 4)):
            cut = sorted(draw.randint(0, 6) for _ in range(2))
            votes.append([Fraction(a, 6) for a in (cut[0], cut[1] - cut[0], 6 - cut[1])])
        division = list(rule(votes).choice)
        # The sum rises with t; the defined division at the right times is the only one of sum 1.
        low, high = Fraction(0), Fraction(1)
        for _ in range(40):
            t = (low + high) / 2
            shares = definitions.moving_phantoms(votes, definitions.independent_markets, t)
            low, high = (t, high) if sum(shares) < 1 else (low, t)
        near = definitions.moving_phantoms(votes, definitions.independent_markets, high)
        assert max(abs(a - b) for a, b in zip(near, division, strict=True)) < Fraction(1, 10**9)


def test_several_facilities():
    for reports in profiles(100, "several", least=2):
        found = md.get("facility.optimal_facilities", count=2)(reports)
        cost = sum(min(abs(x - y) for y in found.choice) for x in reports)
        assert cost == definitions.optimal_cost(reports, 2)
        shares = (Fraction(0), Fraction(1, 2))
        chosen = md.get("facility.percentiles", shares=shares)(reports).choice
        assert list(chosen) == definitions.percentiles(reports, shares)


def test_proportional_fairness_is_that_of_all_groups():
    for reports in profiles(60, "fairness"):
        fair = facility.admissible("proportional_fairness", reports)
        for k in range(25):
            place = Fraction(k, 24)
            assert (place in fair) == definitions.proportionally_fair(reports, place)


def test_generalized_medians_are_the_best_group_of_their_definition():
    draw = random.Random(11)
    for reports in profiles(80, "generalized"):
        n = len(reports)
        weights = [draw.randint(0, 4) for _ in range(n)]
        weights[0] += 1
        rule = md.get("facility.weighted_uniform", weights=tuple(weights))

        def alpha(group, weights=weights):
            return Fraction(sum(weights[i] for i in group), sum(weights))

        other = facility.generalized_median(capacity=alpha)
        expected = definitions.generalized_median(reports, alpha)
        assert rule(reports).choice == other(reports).choice == expected


def test_nash_maximises_the_product():
    for reports in profiles(60, "nash"):
        place = Fraction(facility.nash(reports).choice)
        value = definitions.nash(reports, place)
        steps = 60
        for k in range(steps + 1):
            assert value >= definitions.nash(reports, Fraction(k, steps)) - Fraction(1, 10**12)


def test_welfare_optimal_is_the_nearest_fair_place():
    for reports in profiles(40, "welfare optimal"):
        fine = 2 * len(reports) * max(x.denominator for x in reports)
        places = sorted({Fraction(k, fine) for k in range(fine + 1)} | set(reports))
        place = facility.welfare_optimal(reports).choice
        best = definitions.welfare_optimal(reports, [*places, place])
        assert place in best


@pytest.mark.parametrize(("objective", "measure"), [("utilitarian", sum), ("egalitarian", min)])
def test_obnoxious_optimum_is_the_farthest_place(objective, measure):
    for reports in profiles(60, objective):
        place = facility.obnoxious_optimum(reports, objective=objective).choice
        places = [Fraction(k, 24) for k in range(25)]
        assert place in definitions.obnoxious_optimum(reports, [*places, place], measure)


def test_coordinatewise_takes_the_median_of_each_coordinate():
    for reports in profiles(60, "plane"):
        points = list(zip(reports, reversed(reports), strict=True))
        found = list(facility.coordinatewise(points).choice)
        assert found == definitions.coordinatewise(points)


@pytest.mark.parametrize(
    ("name", "last"),
    [
        ("independent_markets", 1),
        ("utilitarian_phantoms", 1),
        ("piecewise_uniform", 1),
        ("ladder", 2),
    ],
)
def test_divisions_are_those_of_the_phantoms_at_the_time_of_the_clock(name, last):
    draw = random.Random(name)
    for _ in range(60):
        votes = []
        for _ in range(draw.randint(1, 4)):
            cut = sorted(draw.randint(0, 6) for _ in range(2))
            votes.append([Fraction(a, 6) for a in (cut[0], cut[1] - cut[0], 6 - cut[1])])
        found = md.get(f"facility.{name}")(votes)
        t = Fraction(found.details["t"])
        assert 0 <= t <= last
        phantom = getattr(definitions, name)
        assert definitions.moving_phantoms(votes, phantom, t) == list(found.choice)
        assert sum(found.choice) == 1
