"""The answer does not depend on the unit: every family at 1e-9 and 1e9 of it, exact and floats."""

from fractions import Fraction as F

import numpy as np
import pytest

from mechdesign import aggregation, auctions, bargaining, facility, matching

UNITS = [F(1, 10**9), F(10**9), 1e-9, 1e9]


def scaled(unit, values):
    """Numbers in another unit: floats where the unit is one."""
    return [unit * v if isinstance(unit, F) else unit * float(v) for v in values]


def close(found, plain, unit):
    """Whether a number is another one in the unit: exactly, or within rounding."""
    if isinstance(unit, F):
        return found == unit * F(plain)
    return float(found) == pytest.approx(unit * float(plain), rel=1e-9, abs=1e-9 * unit)


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("name", ["median", "average", "uniform_phantom", "midpoint", "nash"])
def test_facility(name, unit):
    rule = getattr(facility, name)
    reports = [F(1, 5), F(3, 10), F(1, 2), F(1, 2), F(9, 10)]
    moved = rule(setting=facility.line(0, unit))(scaled(unit, reports))
    assert close(moved.choice, rule(reports).choice, unit)


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("content_vcg", "independent"),
        ("content_vcg", "mnl"),
        ("content_vcg", "cascade"),
        ("greedy", "cascade"),
        ("local_search", "cascade"),
    ],
)
def test_generated_content(name, model, unit):
    rule = getattr(auctions, name)
    values = [F(3), F(5, 2), F(2), F(7, 3)]
    p = [[F(1, 2), F(1, 3)], [F(1, 4), F(1, 5)], [F(3, 5), F(1, 2)], [F(1, 3), F(1, 3)]]
    plain = rule(values, p=p, capacity=2, model=model)
    found = rule(scaled(unit, values), p=p, capacity=2, model=model)
    assert found.choice == plain.choice
    for agent, payment in (plain.payments or {}).items():
        assert close(found.payments[agent], payment, unit)


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("name", ["vcg", "gsp", "gfp", "myerson"])
def test_position_auctions(name, unit):
    rule = getattr(auctions, name)
    values, ctr = [F(3), F(5, 2), F(2), F(7, 3)], [F(1, 2), F(1, 5)]
    priors = [
        {"priors": auctions.Uniform(0, 4 * one)} if name == "myerson" else {} for one in (1, unit)
    ]
    plain = rule(values, ctr=ctr, **priors[0])
    found = rule(scaled(unit, values), ctr=ctr, **priors[1])
    assert found.choice == plain.choice
    for agent, payment in plain.payments.items():
        assert close(found.payments[agent], payment, unit)


PACKAGES = {"a": [4, 1, 2], "b": [1, 4, 2], "c": [3, 2, 4], "d": [2, 3, 1], "e": [5, 1, 3]}


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize(
    "name", ["utilitarian", "egalitarian", "nash", "kalai_smorodinsky", "equal_loss"]
)
def test_bargaining(name, unit):
    rule = getattr(bargaining, name)
    costs, budget = [3, 2, 4, 1, 8], 6
    plain = rule(PACKAGES, costs=costs, budget=budget)
    worth = {package: scaled(unit, row) for package, row in PACKAGES.items()}
    assert rule(worth, costs=costs, budget=budget).choice == plain.choice
    dear = rule(PACKAGES, costs=scaled(unit, costs), budget=unit * budget)
    assert dear.choice == plain.choice


@pytest.mark.parametrize("unit", UNITS)
def test_a_package_above_the_budget_is_never_affordable(unit):
    # Dearer by one part in a million: no rounding.
    costs = scaled(unit, [F(1_000_001, 1_000_000), 1])
    found = bargaining.utilitarian({"dear": [9, 9], "cheap": [1, 1]}, costs=costs, budget=unit * 1)
    assert found.choice == "cheap"


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("name", ["mean", "median", "borda", "copeland", "kemeny"])
def test_scores(name, unit):
    rule = getattr(aggregation, name)
    rows = np.random.default_rng(4).integers(0, 9, (6, 5)).tolist()
    table = {f"s{k}": [F(x, 7) for x in row] for k, row in enumerate(rows)}
    plain = rule(table)
    found = rule({system: scaled(unit, row) for system, row in table.items()})
    assert found.choice == plain.choice


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("name", ["greedy", "balance", "fully_adaptive", "generalised_balance"])
def test_matching(name, unit):
    arrivals = [{0: F(1, 3), 1: F(1, 2)}, {1: F(2, 3), 2: F(1, 5)}, {0: F(1, 4), 2: F(3, 4)}]
    weights = [F(1), F(5, 2), F(3, 2)]
    rule = getattr(matching, name)
    graph, other = (
        matching.instance(arrivals, weights=dict(enumerate(w)))
        for w in (weights, scaled(unit, weights))
    )
    assert close(matching.expected_reward(other, rule), matching.expected_reward(graph, rule), unit)
    assert close(matching.clairvoyant(other), matching.clairvoyant(graph), unit)
