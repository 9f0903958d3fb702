"""Reading instances, and refusing what is none."""

import json
import pickle
from fractions import Fraction as F

import numpy as np
import pytest

from mechdesign import dumps, loads, matching
from mechdesign.errors import InvalidInputError
from mechdesign.matching import Instance, instance

MATRIX = [[F(1, 2), 0, 1], [F(1, 3), F(1, 4), 0]]
EXPECTED = [(0, 0, F(1, 2)), (1, 0, F(1, 3)), (1, 1, F(1, 4)), (0, 2, 1)]


def edges(graph):
    return sorted((u, t, float(p)) for u, t, p in graph.edges())


def floats(listed):
    return sorted((u, t, float(p)) for u, t, p in listed)


def forms():
    import networkx as nx
    from scipy import sparse

    yield "lists", MATRIX, {}
    yield "array", np.array([[0.5, 0, 1], [1 / 3, 0.25, 0]]), {}
    yield "sparse", sparse.csr_array(np.array([[0.5, 0, 1], [1 / 3, 0.25, 0]])), {}
    yield "rows", [{0: F(1, 2), 1: F(1, 3)}, {1: F(1, 4)}, {0: 1}], {}
    yield "dict", {"x": {0: F(1, 2), 1: F(1, 3)}, "y": {1: F(1, 4)}, "z": {0: 1}}, {}
    yield "edges", [(u, "xyz"[t], p) for u, t, p in EXPECTED], {"arrivals": "xyz"}
    graph = nx.Graph()
    graph.add_nodes_from(["a", "b"], bipartite=0, weight=1)
    graph.add_nodes_from(["x", "y", "z"], bipartite=1)
    graph.add_weighted_edges_from([("ab"[u], "xyz"[t], p) for u, t, p in EXPECTED], weight="p")
    yield "networkx", graph, {}


@pytest.mark.parametrize(("data", "options"), [f[1:] for f in forms()], ids=[f[0] for f in forms()])
def test_every_form_reads_the_same_graph(data, options):
    graph = instance(data, **options)
    assert (graph.n, graph.m) == (2, 3)
    assert edges(graph) == floats(EXPECTED)


def test_exact_stays_exact_and_labels_survive():
    graph = instance({"x": {"ad": F(1, 3)}}, weights={"ad": F(5, 2)}, capacities={"ad": 2})
    assert graph.exact
    assert graph.offline == ("ad",)
    assert graph.arrivals == ("x",)
    assert graph.weights == (F(5, 2),)
    assert graph.capacities == (2,)
    assert not instance([[0.5]]).exact
    assert instance([[F(1, 2), F(1, 2)]]).equal_probability == F(1, 2)
    assert instance([[F(1, 2), F(1, 3)]]).equal_probability is None


def test_zero_edges_are_told():
    graph = instance([{0: 0, 1: F(1, 2)}])
    assert graph.edge_count == 1
    assert graph.decisions == ("1 edges of probability 0 were left out",)
    assert instance([{0: 0, 1: F(1, 2)}], keep_zero=True).edge_count == 2


@pytest.mark.parametrize(
    ("data", "options", "match"),
    [
        ([[1.5]], {}, r"\[0, 1\]"),
        ([[-F(1, 2)]], {}, r"\[0, 1\]"),
        ([[float("nan")]], {}, "finite"),
        ([["half"]], {}, "finite"),
        ([[1], [1, 1]], {}, "one length"),
        ([], {}, "arrivals"),
        ([[]], {}, "arrival"),
        (None, {}, "arrivals"),
        ("text", {}, "arrivals"),
        (3, {}, "arrivals"),
        ([{}], {}, "offline vertex"),
        ([{"a": 1}], {"offline": ["b"]}, "offline vertices"),
        ([{"a": 1}], {"offline": ["a", "a"]}, "distinct"),
        ([("a", "x", 1), ("a", "x", 1)], {}, "distinct"),
        ([("a", "x", 1)], {"arrivals": ["y"]}, "arrivals"),
        ([{"a": 1}], {"weights": {"b": 1}}, "weights"),
        ([{"a": 1}], {"weights": [1, 2]}, "weights"),
        ([{"a": 1}], {"weights": [-1]}, "weights"),
        ([{"a": 1}], {"capacities": [0]}, "capacities"),
        ([{"a": 1}], {"capacities": [1.5]}, "capacities"),
        ({"x": 3}, {}, "offline label"),
    ],
)
def test_bad_input(data, options, match):
    with pytest.raises(InvalidInputError, match=match):
        instance(data, **options)


@pytest.mark.parametrize(
    ("fields", "match"),
    [
        ({"indptr": [0, 2]}, "indptr"),
        ({"indptr": [1, 1]}, "indptr"),
        ({"neighbours": [5]}, "neighbours"),
        ({"neighbours": [-1]}, "neighbours"),
        ({"probabilities": np.array([np.nan])}, "probabilities"),
        ({"probabilities": np.array([2.0])}, "probabilities"),
        ({"probabilities": []}, "probabilities"),
        ({"offline": ["a", "a"]}, "distinct"),
    ],
)
def test_bad_arrays(fields, match):
    good = {
        "offline": ["a"],
        "arrivals": ["x"],
        "indptr": [0, 1],
        "neighbours": [0],
        "probabilities": [F(1, 2)],
    }
    Instance(**good)
    with pytest.raises(InvalidInputError, match=match):
        Instance(**{**good, **fields})


def test_graphs_without_sides():
    import networkx as nx

    with pytest.raises(InvalidInputError, match="bipartite"):
        instance(nx.path_graph(3))
    graph = nx.Graph()
    graph.add_nodes_from(["x", "y"], bipartite=1)
    graph.add_node("a", bipartite=0)
    graph.add_edge("x", "y", p=1)
    with pytest.raises(InvalidInputError, match="two sides"):
        instance(graph)


def test_reordering_and_round_trips():
    graph = instance(MATRIX, weights=[2, F(1, 2)])
    back = graph.reordered([2, 0, 1])
    assert back.arrivals == (2, 0, 1)
    assert back.by_arrival[0] == ((0, 1),)
    assert back.reordered([1, 2, 0]) == graph
    with pytest.raises(InvalidInputError, match="permutation"):
        graph.reordered([0, 0, 1])
    assert pickle.loads(pickle.dumps(graph)) == graph
    assert loads(dumps(graph)) == graph
    assert json.loads(dumps(graph))["schema"] == 1


def test_generators():
    assert matching.upper_triangular(3).edge_count == 6
    assert matching.upper_triangular(3, 4).equal_probability == F(1, 4)
    assert matching.z_graph(2, 3).edge_count == 2 * 4 + 3
    assert matching.triangle_then_private(4, 1).edge_count == 4 + 3
    graph = matching.random_instance(50, 200, 3, low=0.1, high=0.2, rng=1)
    assert graph == matching.random_instance(50, 200, 3, low=0.1, high=0.2, rng=1)
    assert graph.edge_count == 600
    assert 0.1 <= graph.p.min() <= graph.p.max() <= 0.2
    assert matching.random_instance(5, 10, 5, rng=0).edge_count == 50
    for bad in ((0, 1, 1), (2, 0, 1), (2, 2, 3)):
        with pytest.raises(InvalidInputError):
            matching.random_instance(*bad)
    for bad in ({"low": -1}, {"low": 0.5, "high": 0.2}, {"high": 2}):
        with pytest.raises(InvalidInputError):
            matching.random_instance(2, 2, 1, **bad)
    with pytest.raises(InvalidInputError):
        matching.complete(2, 2, 2)


@pytest.mark.parametrize(
    "ask",
    [
        lambda: matching.upper_triangular(10**6),
        lambda: matching.complete(10**6, 10**6, F(1, 2)),
        lambda: matching.random_instance(10**6, 10**6, 10**6, rng=0),
    ],
)
def test_graphs_that_no_memory_holds_are_refused(ask):
    """Before, they were listed edge by edge until the memory was gone."""
    with pytest.raises(InvalidInputError, match="50,000,000 edges"):
        ask()
