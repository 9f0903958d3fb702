"""Pareto efficiency in d dimensions and of budgets is decided, against grids and known theorems."""

import itertools
import random
from fractions import Fraction

import pytest

from mechdesign import facility
from mechdesign.axioms import check
from mechdesign.facility.variants.nearer_points import nearer_point
from mechdesign.model import Outcome

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
