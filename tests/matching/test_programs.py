"""The linear programs: exact oracles, certificates, and the order between them."""

from dataclasses import replace
from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given, settings

from mechdesign import matching
from mechdesign.errors import InvalidInputError
from mechdesign.matching import best_configuration, bounds, configuration, fluid, ordered, sequence
from mechdesign.solvers.linear.packing import ColumnMaster, packing

from .cases import CASES
from .test_exact import graphs

IDS = [case.name for case in CASES]
NAMES = ("fluid", "configuration", "ordered", "sequence")


@pytest.mark.parametrize("case", CASES, ids=IDS)
@pytest.mark.parametrize("name", NAMES)
def test_values(case, name):
    program = getattr(matching, name)
    found = program(case.graph)
    assert found.exact
    assert found.value == found.bound == getattr(case, name)
    floats = program(case.graph, exact=False)
    assert not floats.exact
    assert floats.value == pytest.approx(float(found.value), abs=1e-7)
    assert floats.bound >= float(found.value) - 1e-9
    assert abs(float(floats.gap)) < 1e-6


@settings(max_examples=30)
@given(graphs())
def test_the_ladder_is_ordered(graph):
    if not graph.edge_count:
        return
    ladder = bounds(graph)
    low, high = ladder["best non-adaptive"], ladder["clairvoyant"]
    assert low <= high <= ladder["ordered"] <= ladder["sequence"] <= ladder["fluid"]
    assert high <= ladder["offline"] <= ladder["sequence"]
    assert ladder["configuration"] <= ladder["fluid"]


@settings(max_examples=30)
@given(graphs())
def test_duals_prove_the_fluid_value(graph):
    found = fluid(graph)
    for u, t, p in graph.edges():
        need = graph.weights[u] * p
        assert p * found.offline_duals[u] + found.arrival_duals[t] >= need
    assert sum(found.offline_duals) + sum(found.arrival_duals) == found.value
    assert all(x >= 0 for x in found.primal)


@settings(max_examples=30)
@given(graphs())
def test_duals_prove_the_configuration_value(graph):
    found = configuration(graph)
    own = [[] for _ in range(graph.n)]
    for u, t, p in graph.edges():
        own[u].append((t, p))
    for u, pairs in enumerate(own):
        prices = [float(b) for b in found.arrival_duals]
        net, _ = best_configuration(graph.weights[u], pairs, prices)
        assert float(found.offline_duals[u]) >= net - 1e-9


@settings(max_examples=30)
@given(graphs())
def test_column_generation_reaches_the_enumerated_value(graph):
    if graph.edge_count:
        generated = configuration(graph, exact=False)
        assert generated.value == pytest.approx(float(configuration(graph).value), abs=1e-6)
        assert float(generated.gap) < 1e-6


@pytest.mark.parametrize("seed", range(6))
def test_best_configuration_against_all_sets(seed):
    rng = np.random.default_rng(seed)
    d = 9
    pairs = [(t, F(int(rng.integers(1, 10)), 10)) for t in range(d)]
    prices = rng.random(d) * 0.6
    net, chosen = best_configuration(2, pairs, prices)
    best = 0.0
    for mask in range(1 << d):
        inside = [pairs[k] for k in range(d) if mask >> k & 1]
        paid = sum(prices[t] for t, _ in inside)
        best = max(best, 2 * min(float(sum(p for _, p in inside)), 1) - paid)
    assert net == pytest.approx(best)
    got = 2 * min(float(sum(p for _, p in chosen)), 1) - sum(prices[t] for t, _ in chosen)
    assert got == pytest.approx(net)


def test_a_policy_can_beat_the_configuration_program():
    graph = matching.complete(4, 6, F(3, 5))
    found = configuration(graph)
    reward = matching.expected_reward(graph, matching.greedy)
    assert found.value == F(16, 5) < reward == F(51876, 15625)
    assert "no competitive ratio" in found.warning
    assert not found.bounds_clairvoyant
    halves = configuration(matching.upper_triangular(2, 2))
    assert halves.bounds_clairvoyant
    assert not halves.warning


def test_what_each_program_bounds():
    graph = matching.upper_triangular(2, 2)
    assert fluid(graph).bounds_offline
    assert ordered(graph).bounds_clairvoyant
    assert not ordered(graph).bounds_offline
    assert sequence(graph).bounds_offline
    assert "clairvoyant" in repr(ordered(graph))


def test_ladder_shows_everything():
    ladder = bounds(matching.complete(4, 6, F(3, 5)))
    text = repr(ladder)
    assert "51876/15625" in text
    assert "no competitive ratio" in text
    assert len(ladder.table()) == 7
    large = bounds(matching.random_instance(40, 400, 10, rng=0))
    assert large["clairvoyant"] is None
    assert large["fluid"] is not None


def test_a_certified_gap_remains_when_rounds_run_out():
    graph = matching.random_instance(20, 200, 8, low=0.01, high=0.3, rng=3)
    found = configuration(graph, max_rounds=1)
    assert found.bound >= found.value
    assert found.bound <= fluid(graph).bound + 1e-6 or found.bound < np.inf
    with pytest.raises(InvalidInputError):
        configuration(graph, max_rounds=0)


def test_packing_certificates():
    rows = [[(0, 1), (1, 2)], [(0, 3), (1, 1)]]
    exact = packing(rows, [4, 6], [1, 1])
    floats = packing(rows, [4.0, 6.0], [1, 1], caps=[2, 2])
    assert exact.value == F(14, 5)
    assert floats.value == pytest.approx(2.8)
    assert floats.bound == pytest.approx(2.8)
    assert sum(b * y for b, y in zip([4, 6], exact.duals, strict=True)) == exact.value


def test_master_grows():
    master = ColumnMaster([1.0, 1.0])
    master.add(1.0, [(0, 1.0)])
    assert master.solve()[0] == 1
    master.add(1.5, [(1, 1.0)])
    value, x, duals = master.solve()
    assert value == 2.5
    assert x.tolist() == [1, 1]
    assert duals.tolist() == [1, 1.5]


@pytest.mark.parametrize("unit", [1e-9, 1e-7, 1e9])
@pytest.mark.parametrize(
    ("name", "algorithm"),
    [*((name, "simplex") for name in NAMES), ("fluid", "smoothed"), ("ordered", "smoothed")],
)
def test_no_program_depends_on_the_unit_of_the_weights(unit, name, algorithm):
    options = {"algorithm": algorithm} if name in ("fluid", "ordered") else {}
    rng = np.random.default_rng(1)
    weights = rng.uniform(0.5, 3, 6)
    arrivals = [
        {int(u): float(rng.uniform(0.1, 0.9)) for u in rng.choice(6, 4, replace=False)}
        for _ in range(8)
    ]
    program = getattr(matching, name)
    plain, scaled = (
        program(
            matching.instance(arrivals, weights=dict(enumerate(w.tolist()))), exact=False, **options
        )
        for w in (weights, unit * weights)
    )
    gap = 0.011 if algorithm == "smoothed" else 1e-9
    assert scaled.bound / unit == pytest.approx(plain.bound, rel=gap)
    assert scaled.value / unit == pytest.approx(plain.value, rel=gap)
    assert scaled.bound >= scaled.value >= scaled.bound * (1 - gap)


@settings(max_examples=30)
@given(graphs())
def test_bounds_of_floats_are_never_below_the_exact_optimum(graph):
    for name in NAMES:
        program = getattr(matching, name)
        optimum = program(graph, exact=True).value
        assert F(program(graph, exact=False).bound) >= optimum * (1 - F(1, 2**50))


def test_configurations_are_priced_exactly():
    pairs = [(0, F(1, 3)), (1, F(1, 2)), (2, F(2, 5))]
    prices = [F(1, 10**12), F(1, 7), F(1, 3)]
    subsets = [[k for k in range(3) if mask >> k & 1] for mask in range(8)]
    for weight in (F(1, 10**9), F(1), F(10**9, 7)):
        best = max(
            weight * min(sum(pairs[k][1] for k in own), 1) - sum(prices[k] for k in own)
            for own in subsets
        )
        assert best_configuration(weight, pairs, prices)[0] == best


def test_large_instances_are_solved_to_a_certified_gap(monkeypatch):
    rng = np.random.default_rng(2)
    graph = matching.random_instance(80, 180, 20, low=0.05, high=0.6, rng=rng)
    graph = replace(graph, weights=tuple(float(w) for w in rng.uniform(1, 3, 80)))
    assert graph.edge_count > 3_000
    found = configuration(graph, tolerance=0.005)
    assert 0 <= found.gap <= 0.005 * found.bound
    chance = [{} for _ in range(graph.n)]
    for u, t, p in graph.edges():
        chance[u][t] = p
    worth, taken, loads = 0.0, [0.0] * graph.n, [0.0] * graph.m
    for u, arrivals, share in found.configurations:
        worth += graph.weights[u] * min(1.0, sum(chance[u][t] for t in arrivals)) * share
        taken[u] += share
        for t in arrivals:
            loads[t] += share
    assert max(taken) <= 1 + 1e-9
    assert max(loads) <= 1 + 1e-9
    assert worth == pytest.approx(found.value)
    monkeypatch.setattr("mechdesign.matching.programs.configurations._LARGE", 10**6)
    solved = configuration(graph)
    assert solved.gap <= 1e-9 * solved.bound
    assert found.value <= solved.bound * (1 + 1e-12)
    assert found.bound >= solved.value * (1 - 1e-12)


def test_pricing_with_slack_bounds_every_set():
    from mechdesign.matching.programs.configurations import _Vertex

    rng = np.random.default_rng(0)
    for _ in range(20):
        pairs = [(t, F(int(rng.integers(1, 40)), 60)) for t in range(14)]
        prices = [F(int(rng.integers(1, 40)), 60) for _ in range(14)]
        vertex = _Vertex(1, pairs)
        exact, sets = vertex.best(prices)
        assert exact == sets[-1][0]
        for slack in (0.01, 0.2):
            bound, loose = vertex.best(prices, slack)
            assert exact <= bound <= loose[-1][0] + F(slack)
