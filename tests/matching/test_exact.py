"""Exact values of policies and benchmarks against independent oracles and each other."""

import math
from fractions import Fraction as F

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mechdesign import matching
from mechdesign.errors import InvalidInputError, LimitReachedError

from .cases import CASES, POLICIES

IDS = [case.name for case in CASES]


@pytest.mark.parametrize("case", CASES, ids=IDS)
@pytest.mark.parametrize("k", range(len(POLICIES)), ids=POLICIES)
def test_expected_rewards(case, k):
    rule = getattr(matching, POLICIES[k])
    found = matching.expected_reward(case.graph, rule)
    assert found == case.rewards[k]
    assert isinstance(found, (int, F))


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_benchmarks(case):
    graph = case.graph
    assert matching.clairvoyant(graph) == case.clairvoyant
    assert matching.offline(graph) == case.offline
    assert matching.best_non_adaptive(graph) == case.non_adaptive
    if case.omniscient is not None:
        assert matching.omniscient(graph) == case.omniscient


@st.composite
def graphs(draw):
    n, m = draw(st.integers(1, 3)), draw(st.integers(1, 4))
    p = st.sampled_from([F(0), F(1, 4), F(1, 2), F(2, 3), F(1)])
    matrix = [[draw(p) for _ in range(m)] for _ in range(n)]
    weights = [draw(st.integers(1, 3)) for _ in range(n)]
    return matching.instance(matrix, weights=weights)


@given(graphs())
def test_benchmarks_are_ordered(graph):
    clairvoyant = matching.clairvoyant(graph)
    offline = matching.offline(graph)
    for name in POLICIES:
        assert matching.expected_reward(graph, getattr(matching, name)) <= clairvoyant
    assert matching.best_non_adaptive(graph) <= clairvoyant <= offline
    assert offline <= matching.omniscient(graph)


@given(graphs())
def test_expected_load_is_the_chance_of_success(graph):
    for name in POLICIES:
        rule = getattr(matching, name)
        success = [0] * graph.n
        for matched, probability in matching.distribution(graph, rule).items():
            for u, _ in matched:
                success[u] += probability
        assert matching.expected_loads(graph, rule) == success


@given(graphs(), st.permutations(range(3)))
def test_labels_do_not_matter_to_symmetric_policies(graph, order):
    order = [u for u in order if u < graph.n]
    rows = [{order[u]: p for u, p in pairs} for pairs in graph.by_arrival]
    weights = {order[u]: w for u, w in enumerate(graph.weights)}
    other = matching.instance(rows, offline=range(graph.n), weights=weights)
    for rule in (matching.ranking, matching.random_available):
        assert matching.expected_reward(graph, rule) == matching.expected_reward(other, rule)


@pytest.mark.parametrize("m", [1, 2, 5])
def test_one_vertex(m):
    graph = matching.complete(1, m, F(1, m))
    value = 1 - (1 - F(1, m)) ** m
    assert matching.clairvoyant(graph) == value
    assert matching.expected_reward(graph, matching.balance) == value


@pytest.mark.parametrize(("n", "m", "p"), [(2, 3, F(1, 3)), (3, 4, F(1, 2)), (4, 3, F(2, 5))])
def test_complete_graphs(n, m, p):
    value = sum(min(k, n) * math.comb(m, k) * p**k * (1 - p) ** (m - k) for k in range(m + 1))
    graph = matching.complete(n, m, p)
    assert matching.clairvoyant(graph) == value
    for name in ("greedy", "balance", "ranking", "random_available"):
        assert matching.expected_reward(graph, getattr(matching, name)) == value


def test_capacities_are_copies():
    graph = matching.instance([[F(1, 2)] * 4], capacities=[2])
    value = sum(min(k, 2) * math.comb(4, k) for k in range(5)) * F(1, 16)
    assert matching.expected_reward(graph, matching.greedy) == value
    assert matching.clairvoyant(graph) == value
    assert graph.expanded().n == 2


def test_fixed_priorities():
    order = CASES[5].graph
    first = matching.expected_reward(order, lambda view: min(view.labels, default=None))
    last = matching.expected_reward(order, lambda view: max(view.labels, default=None))
    assert (first, last) == (F(25, 16), F(19, 16))


def test_policies_that_cheat_or_draw_too_much():
    graph = matching.complete(2, 2, F(1, 2))
    with pytest.raises(InvalidInputError, match="available neighbour"):
        matching.expected_reward(graph, lambda view: "nobody")
    with pytest.raises(InvalidInputError, match="available neighbour"):
        matching.expected_reward(matching.complete(1, 2, 1), lambda view: 0)
    with pytest.raises(LimitReachedError, match="continuum"):
        matching.expected_reward(graph, matching.perturbed_greedy)
    with pytest.raises(LimitReachedError, match="simulate"):
        matching.expected_reward(matching.complete(8, 2, F(1, 2)), matching.ranking)
    with pytest.raises(InvalidInputError, match="policy"):
        matching.expected_reward(graph, 3)
    with pytest.raises(LimitReachedError, match="clairvoyant"):
        matching.clairvoyant(matching.complete(30, 3, F(1, 2)))
