"""The further policies and discounts."""

import itertools
import math
from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given, settings

from mechdesign import matching
from mechdesign.errors import InvalidInputError
from mechdesign.matching.policies import discounts

from .cases import CASES, REGISTERED
from .test_exact import graphs


@pytest.mark.parametrize("name", REGISTERED)
@pytest.mark.parametrize("case", CASES[4:14:3], ids=lambda case: case.name)
def test_exact_and_simulated_agree(name, case):
    rule = matching.policy(name)
    if not rule.finite:
        return
    exact = matching.expected_reward(case.graph, rule)
    assert exact <= case.clairvoyant
    found = matching.simulate(case.graph, rule, 2048, rng=8, level=0.9999, benchmark=None)
    interval = found.estimates[0].reward
    assert interval.low <= float(exact) <= interval.high


@settings(max_examples=25)
@given(graphs())
def test_semi_adaptive_never_beats_the_clairvoyant_and_keeps_the_load_identity(graph):
    rule = matching.semi_adaptive
    assert matching.expected_reward(graph, rule) <= matching.clairvoyant(graph)
    success = [0] * graph.n
    for matched, probability in matching.distribution(graph, rule).items():
        for u, _ in matched:
            success[u] += probability
    assert matching.expected_loads(graph, rule) == success


def test_semi_adaptive_plans_with_its_own_chances():
    # Two arrivals on two vertices: after the first attempt on 0, vertex 1 is the better choice.
    graph = matching.complete(2, 2, F(1, 2))
    rule = matching.semi_adaptive
    assert rule.plan(graph).tolist() == [[0, 1], [3, 2]]
    assert matching.expected_reward(graph, rule) == 1
    # Everything that its own plan says about chances of success is true of the run.
    wide = matching.random_instance(6, 10, 3, low=0.2, high=0.6, rng=4)
    many = matching.semi_adaptive(particles=40_000)
    exact = float(matching.expected_reward(wide, rule))
    found = matching.simulate(wide, many, 8000, level=0.9999).estimates[0].reward
    assert found.low <= exact <= found.high


def test_semi_adaptive_with_many_vertices():
    graph = matching.random_instance(30, 300, 5, low=0.02, high=0.2, rng=1)
    found = matching.simulate(graph, ["semi_adaptive", "non_adaptive"], 512)
    assert found.difference("semi_adaptive", "non_adaptive").mean > 0
    held = matching.instance([[F(1, 2)]], capacities=[2])
    with pytest.raises(InvalidInputError, match="capacities 1"):
        matching.simulate(held, "semi_adaptive", 4)


def test_fractional_policy_pours_evenly():
    graph = matching.complete(2, 1, F(1, 10))
    view = matching.View(graph, 0, ((0, F(1, 10)), (1, F(1, 10))), (0, 0), (1, 1), (1, 1))
    rule = matching.fractional_balance(pieces=10)
    shares = {u: q for q, u, _ in rule.actions(view, rule.start(graph, None))}
    assert shares == {0: F(1, 2), 1: F(1, 2)}
    with pytest.raises(InvalidInputError):
        matching.fractional_balance(pieces=0)


def test_capacity_balance():
    graph = matching.instance([[1] * 4, [1] * 4], capacities=[1, 3])
    matched = next(iter(matching.distribution(graph, matching.capacity_balance)))
    assert [u for u, _ in matched] == [0, 1, 1, 1]
    greedy = matching.capacity_balance(penalty=lambda share: 0)
    for case in CASES:
        graph = case.graph
        assert float(matching.expected_reward(graph, greedy)) == pytest.approx(
            float(matching.expected_reward(graph, matching.greedy))
        )


@pytest.mark.parametrize("name", sorted(matching.DISCOUNTS))
def test_discounts_decrease(name):
    g = matching.discount(name)
    values = [g(x) for x in np.linspace(0, 12, 200)]
    assert all(a >= b - 1e-9 for a, b in itertools.pairwise(values))
    assert 0 < values[0] <= 1
    assert values[-1] >= 0


def test_discounts_solve_their_equations():
    from scipy.integrate import quad
    from scipy.special import exp1

    for x in (0.0, 0.3, 2.0, 30.0):
        assert discounts.goyal_udwani(x) == pytest.approx(math.exp(x + 1) * exp1(x + 1), rel=1e-13)
        h = 1e-5
        s = math.exp(-(x + h) / 2)
        g = discounts.equal_stochastic
        slope = (g(x + 2 * h) - g(x)) / (2 * h)
        assert slope == pytest.approx((g(x + h) - s) / (2 - s), rel=1e-4)
    # The factor-revealing inequality of the fluid benchmark holds with equality up to load 1.
    g = discounts.equal_fluid
    for load in (0.2, 0.7, 1.0):
        kept = quad(lambda t: math.exp(-t) * g(t), 0, load)[0]
        value = 1 - math.exp(-load) - kept + g(load) * (2 - load - math.exp(-load))
        assert value == pytest.approx(g(0.0), abs=1e-7)
    assert discounts.equal_stochastic(9.2) == pytest.approx(
        2 + 2 * (2 * math.exp(4.6) - 1) * math.log1p(-math.exp(-4.6) / 2), rel=1e-9
    )


def test_unknown_names():
    with pytest.raises(InvalidInputError, match="goyal_udwani"):
        matching.discount("best")
    with pytest.raises(InvalidInputError, match="semi_adaptive"):
        matching.policy("semi_adaptiv")


def test_a_distribution_is_of_an_instance():
    with pytest.raises(InvalidInputError, match="instance"):
        matching.distribution(1, len)
