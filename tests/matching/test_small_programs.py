"""The programs over all outcomes and the smoothed duals, against oracles and each other."""

from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given, settings

from mechdesign import matching
from mechdesign.errors import InvalidInputError, LimitReachedError

from .cases import CASES
from .test_exact import graphs

THRESHOLD = {
    "D01": "1/3",
    "D02": "3/4",
    "D03": "175/256",
    "D04": "1/3",
    "D06": "25/16",
    "D07": "3",
    "D08": "25/16",
    "D16": "63/16",
    "D17": "46/27",
}
PATH = {
    "D01": "1/3",
    "D02": "3/4",
    "D03": "175/256",
    "D04": "1/3",
    "D06": "25/16",
    "D07": "3",
    "D08": "25/16",
    "D10": "33/10",
    "D11": "541/250",
    "D13": "3/2",
    "D15": "11/5",
    "D16": "65/16",
    "D17": "46/27",
    "D18": "547/256",
}
BY_NAME = {case.name: case.graph for case in CASES}


@pytest.mark.parametrize("name", sorted(THRESHOLD))
def test_threshold_program(name):
    found = matching.threshold(BY_NAME[name])
    assert found.value == pytest.approx(float(F(THRESHOLD[name])), abs=1e-8)
    assert found.bounds_clairvoyant
    assert not found.bounds_offline


@pytest.mark.parametrize("name", sorted(PATH))
def test_path_program(name):
    found = matching.path(BY_NAME[name])
    assert found.value == pytest.approx(float(F(PATH[name])), abs=1e-8)
    assert found.bounds_offline


@settings(max_examples=25)
@given(graphs())
def test_where_the_path_program_lies(graph):
    if not 0 < graph.edge_count <= 7:
        return
    value = matching.path(graph).value
    assert float(matching.offline(graph)) <= value + 1e-7
    assert value <= float(matching.sequence(graph).value) + 1e-7
    assert value <= float(matching.omniscient(graph)) + 1e-7


@pytest.mark.parametrize("seed", range(8))
def test_where_the_threshold_program_lies(seed):
    rng = np.random.default_rng(seed)
    p = [F(int(rng.integers(1, 4)), 4) for _ in range(2)]
    matrix = [[p[u] if rng.random() < 0.8 else 0 for _ in range(3)] for u in range(2)]
    graph = matching.instance(matrix, offline=range(2))
    if not graph.edge_count:
        return
    value = matching.threshold(graph).value
    assert float(matching.clairvoyant(graph)) <= value + 1e-7
    assert value <= float(matching.ordered(graph).value) + 1e-7
    assert value <= matching.path(graph).value + 1e-7


def test_limits_of_the_small_programs():
    with pytest.raises(InvalidInputError, match="equal probabilities"):
        matching.threshold(BY_NAME["D12"])
    large = matching.complete(4, 8, F(1, 2))
    with pytest.raises(LimitReachedError):
        matching.threshold(large)
    with pytest.raises(LimitReachedError):
        matching.path(large)


@pytest.mark.parametrize("program", [matching.fluid, matching.ordered])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_smoothed_duals_enclose_the_exact_value(case, program):
    found = program(case.graph, algorithm="smoothed", tolerance=1e-3)
    exact = float(getattr(case, program.__name__))
    assert found.value <= exact + 1e-9
    assert exact <= found.bound + 1e-9
    assert float(found.gap) <= 2e-3 * exact + 1e-9
    assert found.algorithm == "smoothed"
    _check_feasible(case.graph, found, program is matching.ordered)


def _check_feasible(graph, found, alive):
    load, used = np.zeros(graph.n), np.zeros(graph.m)
    for (u, t, p), x in zip(graph.edges(), found.primal, strict=True):
        if alive:
            assert x <= 1 - load[u] + 1e-9
        load[u] += float(p) * x
        used[t] += x
    assert (load <= np.array(graph.capacities) + 1e-9).all()
    assert (used <= 1 + 1e-9).all()


@pytest.mark.parametrize("program", [matching.fluid, matching.ordered])
@pytest.mark.parametrize("jit", ["0", "1"])
def test_smoothed_duals_at_scale(program, jit, monkeypatch):
    import mechdesign.solvers.linear.smoothed_packing as smoothed

    if jit == "0":
        monkeypatch.setattr(smoothed, "available", lambda: False)
    graph = matching.random_instance(40, 4000, 10, low=0.001, high=0.02, rng=3)
    rng = np.random.default_rng(0)
    graph = matching.Instance(
        graph.offline,
        graph.arrivals,
        graph.indptr,
        graph.neighbours,
        graph.probabilities,
        tuple(rng.uniform(0.5, 2, 40).tolist()),
    )
    found = program(graph)
    assert found.algorithm == "smoothed"
    assert 0 <= found.gap <= 0.01 * found.bound
    _check_feasible(graph, found, program is matching.ordered)
    # The prices prove the bound.
    alpha, beta = np.array(found.offline_duals), np.array(found.arrival_duals)
    assert alpha.sum() + beta.sum() == pytest.approx(found.bound)
    if program is matching.fluid:
        rest = graph.p * (graph.w - alpha)[graph.neighbours] - beta[graph.edge_arrivals]
        assert rest.max() <= 1e-9


def test_bad_algorithms():
    graph = BY_NAME["D06"]
    with pytest.raises(InvalidInputError, match="simplex"):
        matching.fluid(graph, algorithm="interior")
    with pytest.raises(InvalidInputError, match="exact"):
        matching.ordered(graph, algorithm="smoothed", exact=True)
    with pytest.raises(InvalidInputError, match="positive"):
        matching.fluid(graph, algorithm="smoothed", tolerance=0)
    empty = matching.instance([{}], offline=["a"])
    assert matching.fluid(empty, algorithm="smoothed").bound == 0
    assert matching.ordered(empty, algorithm="smoothed").bound == 0
