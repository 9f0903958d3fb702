"""Pareto efficiency in d dimensions and of budgets is decided, against grids and known theorems."""

import itertools
import random
from fractions import Fraction

import pytest

from mechdesign import facility
from mechdesign.axioms import check
from mechdesign.facility.variants.nearer_points import nearer_point
from mechdesign.model import Lottery, Outcome, as_mechanism
from mechdesign.model.setting import ImprovesLotteries

HALVES = [Fraction(k, 2) for k in range(3)]


def verdict(rule, axiom="pareto_efficiency", **scope):
    found = check(axiom, rule, **scope)
    if found.witness is not None:
        assert found.witness.replay(rule)
    return found.status.name


@pytest.mark.parametrize(
    ("norm", "mechanism", "agents", "expected"),
    [
        # The coordinate-wise median of the plane is efficient for an odd number of agents only.
        ("l2", "facility.median", 3, "HOLDS"),
        ("l2", "facility.median", 2, "VIOLATED"),
        ("l2", "facility.average", 3, "HOLDS"),
        ("l1", "facility.median", 2, "HOLDS"),
        ("l1", "facility.average", 3, "VIOLATED"),
        ("linf", "facility.average", 2, "HOLDS"),
        ("linf", "facility.median", 3, "VIOLATED"),
        ("linf", "facility.constant", 2, "VIOLATED"),
    ],
)
def test_points_in_the_plane(norm, mechanism, agents, expected):
    setting = facility.space(2, norm=norm)
    rule = facility.coordinatewise(mechanism=mechanism, setting=setting)
    grid = 2 if (norm, expected) == ("l2", "HOLDS") else 1
    if expected == "VIOLATED" or agents == 3:
        grid = 2
    assert verdict(rule, agents=agents, grid=grid) == expected


def test_weak_efficiency_is_less():
    rule = facility.coordinatewise(
        mechanism="facility.average", setting=facility.space(2, norm="l1")
    )
    assert verdict(rule, "weak_pareto", agents=3, grid=1) == "HOLDS"
    assert verdict(rule, agents=3, grid=2) == "VIOLATED"


def test_only_utilitarian_phantoms_are_efficient():
    """Freeman, Pennock, Peters and Wortman Vaughan, 2021."""
    scope = {"agents": 3, "alternatives": 3, "grid": 2}
    assert verdict(facility.utilitarian_phantoms, **scope) == "HOLDS"
    for rule in (facility.independent_markets, facility.ladder, facility.piecewise_uniform):
        assert verdict(rule, **scope) == "VIOLATED"


def distances(setting, problem, choice):
    outcome = Outcome(tuple(choice))
    return [
        -setting.utility(problem, agent, own, outcome)
        for agent, own in zip(problem.agents, problem.types, strict=True)
    ]


@pytest.mark.parametrize("norm", ["l1", "linf", "l2", "budget"])
@pytest.mark.parametrize("weak", [False, True])
def test_what_is_found_is_better_and_nothing_is_missed(norm, weak):
    rng = random.Random(7)
    budget = norm == "budget"
    setting = facility.Budget() if budget else facility.space(3, norm=norm)
    fine = [
        point
        for point in itertools.product([Fraction(k, 4) for k in range(5)], repeat=3)
        if not budget or sum(point) == 1
    ]
    found = none = 0
    for _ in range(40):
        problem = setting.problem([rng.choice(fine) for _ in range(rng.randint(1, 4))])
        now = rng.choice(fine)
        better = setting.improvement(problem, Outcome(now), weak=weak)
        before = distances(setting, problem, now)
        if better is not None:
            found += 1
            assert setting.feasible(problem, better)
            gains = [b - a for b, a in zip(before, distances(setting, problem, better.choice),
                                           strict=True)]  # fmt: skip
            assert min(gains) > 0 if weak else min(gains) >= 0 < max(gains)
            continue
        for other in fine:
            gains = [b - a for b, a in zip(before, distances(setting, problem, other), strict=True)]
            assert not (min(gains) > 1e-12 if weak else min(gains) >= 0 and max(gains) > 1e-12)
        none += 1
    assert found
    assert none


def test_floats_and_boxes_elsewhere():
    better = nearer_point([(3.5, 4.0), (4.0, 3.5)], (5.0, 5.0), norm="l2", weak=True, low=3, high=5)
    assert all(isinstance(v, float) and 3 <= v < 5 for v in better)
    assert nearer_point([(3, 5), (5, 3)], (4, 4), norm="l2", weak=False, low=3, high=5) is None


def random_dictator(setting):
    """Each agent's location with the same chance."""

    def rule(points):
        return Lottery((Fraction(1, len(points)), Outcome(point)) for point in points)

    return as_mechanism(rule, setting=setting)


@pytest.mark.parametrize(
    ("setting", "agents", "pareto", "weak"),
    [
        # Of two agents on a line the mean is just as good for both; the third gains by it.
        (facility.line(0, 1), 2, "HOLDS", "HOLDS"),
        (facility.line(0, 1), 3, "VIOLATED", "HOLDS"),
        (facility.space(2, norm="l2"), 2, "HOLDS", "HOLDS"),
        (facility.space(2, norm="l2"), 3, "VIOLATED", "VIOLATED"),
        (facility.space(2, norm="l1"), 2, "HOLDS", "HOLDS"),
        (facility.space(2, norm="l1"), 3, "VIOLATED", "HOLDS"),
        (facility.space(2, norm="linf"), 3, "VIOLATED", "VIOLATED"),
    ],
)
def test_lotteries_are_decided(setting, agents, pareto, weak):
    rule = random_dictator(setting)
    for axiom, expected in (("pareto_efficiency", pareto), ("weak_pareto", weak)):
        found = check(axiom, rule, agents=agents, grid=1 if setting.id != "facility.line" else 2)
        assert found.status.name == expected, axiom
        if found.witness is not None:
            assert found.witness.replay(rule)


def test_lotteries_over_budgets():
    scope = {"agents": 2, "alternatives": 3, "grid": 2}
    rule = random_dictator(facility.Budget())
    assert check("pareto_efficiency", rule, **scope).status.name == "HOLDS"
    assert check("pareto_efficiency", rule, **{**scope, "agents": 3}).status.name == "VIOLATED"


def test_obnoxious_lotteries_may_beat_their_mean():
    setting = facility.ObnoxiousLine(0, 1)
    assert not isinstance(setting, ImprovesLotteries)
    assert isinstance(facility.line(0, 1), ImprovesLotteries)
    found = check("pareto_efficiency", random_dictator(setting), agents=2, grid=1)
    assert found.status.name != "HOLDS"


@pytest.mark.parametrize("norm", ["line", "l1", "l2", "linf"])
def test_a_lottery_is_dominated_if_and_only_if_a_point_of_a_grid_says_so(norm):
    rng = random.Random(norm)
    setting = facility.line(0, 1) if norm == "line" else facility.space(2, norm=norm)
    fine = [Fraction(k, 8) for k in range(9)]
    grid = fine if norm == "line" else list(itertools.product(fine, repeat=2))
    quarters = [Fraction(k, 4) for k in range(5)]
    coarse = quarters if norm == "line" else list(itertools.product(quarters, repeat=2))
    dominated = 0
    for _ in range(25):
        problem = setting.problem([rng.choice(coarse) for _ in range(rng.randint(1, 3))])
        size = rng.randint(1, 3)
        chances = [Fraction(rng.randint(1, 3)) for _ in range(size)]
        lottery = Lottery((p / sum(chances), Outcome(rng.choice(coarse))) for p in chances)

        worth = [(p, setting.utilities(problem, one)) for p, one in lottery]
        now = [sum(p * u[k] for p, u in worth) for k in range(len(problem))]
        others = [setting.utilities(problem, Outcome(point)) for point in grid]
        for weak in (False, True):
            better = setting.improvement_of_lottery(problem, lottery, weak=weak)
            if better is not None:
                dominated += 1
                gains = [
                    u - v for u, v in zip(setting.utilities(problem, better), now, strict=True)
                ]
                assert setting.feasible(problem, better)
                assert min(gains) > 0 if weak else min(gains) > -1e-12 and max(gains) > 0
                continue
            for other in others:
                gains = [u - v for u, v in zip(other, now, strict=True)]
                assert (
                    min(gains) <= 1e-12
                    if weak
                    else min(gains) < 1e-12 and (min(gains) < -1e-12 or max(gains) <= 1e-12)
                )
    assert dominated > 10
