"""Closed forms and symmetries that hold for whole classes of instances."""

import math
from fractions import Fraction as F

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mechdesign import matching

from .cases import CASES, POLICIES
from .test_exact import graphs

BY_NAME = {case.name: case.graph for case in CASES}


def first(view):
    return min(view.labels, default=None)


def last(view):
    return max(view.labels, default=None)


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("D06", "25/16", "19/16"),
        ("D10", "33/10", "12/5"),
        ("D16", "63/16", "53/16"),
        ("D17", "46/27", "14/9"),
        ("D18", "27/16", "63/32"),
    ],
)
def test_fixed_priorities(name, low, high):
    graph = BY_NAME[name]
    found = (matching.expected_reward(graph, first), matching.expected_reward(graph, last))
    assert set(found) == {F(low), F(high)}


@pytest.mark.parametrize(
    ("ratio", "published"), [(1, 0.5), (1.5, 0.7060226), (2, 0.7906719), (3, 0.8668404)]
)
def test_who_comes_first_in_perturbed_greedy(ratio, published):
    from scipy.integrate import quad

    start = 1 + math.log(1 - (1 - 1 / math.e) / ratio)
    tail = quad(lambda y: -math.log(1 - ratio * (1 - math.exp(y - 1))), start, 1)[0]
    assert start + tail == pytest.approx(published, abs=1e-6)
    # One certain arrival on two vertices: the heavy one is attempted with that probability.
    graph = matching.instance([[1], [1]], weights=[ratio, 1])
    found = matching.simulate(graph, "perturbed_greedy", 4096, benchmark=None)
    assert found.estimates[0].fill[0] == pytest.approx(published, abs=0.03)


@given(st.integers(1, 3), st.integers(1, 4), st.integers(1, 4), st.data())
def test_half_of_the_fluid_value(n, m, k, data):
    rows = [
        {u: F(1, k) for u in range(n) if data.draw(st.booleans(), label=f"{u} {t}")}
        for t in range(m)
    ]
    graph = matching.instance(rows, offline=range(n))
    if not graph.edge_count:
        return
    half = matching.fluid(graph).value / 2
    for name in POLICIES:
        assert matching.expected_reward(graph, getattr(matching, name)) >= half


@given(graphs())
def test_plans_earn_half_of_the_fluid_value(graph):
    if graph.edge_count:
        found = matching.expected_reward(graph, matching.non_adaptive)
        assert found >= matching.fluid(graph).value / 2


@settings(max_examples=30)
@given(graphs())
def test_vertices_without_edges_change_nothing(graph):
    rows = [dict(pairs) for pairs in graph.by_arrival]
    wider = matching.instance([*rows, {}], offline=range(graph.n + 1), weights=[*graph.weights, 5])
    for name in POLICIES:
        rule = getattr(matching, name)
        assert matching.expected_reward(graph, rule) == matching.expected_reward(wider, rule)
    assert matching.clairvoyant(graph) == matching.clairvoyant(wider)


@pytest.mark.parametrize("name", ["greedy", "random_available"])
def test_capacities_are_copies_of_one_vertex(name):
    p = F(1, 2)
    graph = matching.instance([[p] * 4], capacities=[2], weights=[3])
    rule = getattr(matching, name)
    value = matching.expected_reward(graph, rule)
    assert value == matching.expected_reward(graph.expanded(), rule)
    assert value == matching.clairvoyant(graph)


@given(
    st.lists(st.lists(st.booleans(), min_size=3, max_size=3), min_size=1, max_size=6),
    st.lists(st.integers(1, 4), min_size=3, max_size=3),
    st.integers(0, 2),
)
def test_lowering_a_threshold_moves_load_to_the_others(rows, thresholds, lowered):
    """With equal probabilities under least load: in units of p, for given thresholds."""

    def loads(limits):
        load = [0, 0, 0]
        for row in rows:
            free = [u for u in range(3) if row[u] and load[u] < limits[u]]
            if free:
                load[min(free, key=lambda u: (load[u], u))] += 1
        return load

    before = loads(thresholds)
    lower = [limit - (u == lowered) for u, limit in enumerate(thresholds)]
    after = loads(lower)
    assert all(after[u] >= before[u] for u in range(3) if u != lowered)
    assert sum(before) - 1 <= sum(after) <= sum(before)
