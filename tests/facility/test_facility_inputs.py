"""What users pass in: kinds of data, exactness, labels, and bad input."""

import pickle
from decimal import Decimal
from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mechdesign import dumps, facility, loads
from mechdesign.errors import InvalidInputError
from mechdesign.facility.medians.selection import networks, select, select_many
from mechdesign.model import Problem, RationalArray, mechanisms

NEEDS = {"facility.phantoms": {"locations": [0, F(1, 4), F(3, 4), 1]}}
NEEDS["facility.generalized_median"] = {"capacity": lambda group: F(len(group), 3)}
NEEDS["facility.weighted_uniform"] = {"weights": [1, 2, 1]}
NEEDS["facility.table"] = None
ON_THE_LINE = [
    entry
    for entry in mechanisms("facility")
    if NEEDS.get(entry.id, {}) is not None
    and entry.id
    not in (
        "facility.independent_markets",
        "facility.utilitarian_phantoms",
        "facility.piecewise_uniform",
        "facility.ladder",
        "facility.coordinatewise",
    )
]


@pytest.mark.parametrize("entry", ON_THE_LINE, ids=lambda entry: entry.id)
def test_every_mechanism_takes_the_usual_data(entry):
    f = entry(**NEEDS[entry.id]) if entry.id in NEEDS else entry
    exact = f([0, F(1, 4), 1])
    floats = f(np.array([0, 0.25, 1.0]))
    if hasattr(exact, "choice") and not isinstance(exact.choice, tuple):
        assert float(exact.choice) == pytest.approx(float(floats.choice), abs=1e-9)
        assert f((0, Decimal("0.25"), 1)).choice == exact.choice
        assert exact.provenance.mechanism == f.name
    assert loads(dumps(exact)) == exact
    assert repr(f).startswith("<facility.")
    # Optimal facilities are defined wherever the reports are.
    outside = () if entry.id == "facility.optimal_facilities" else ([0.5, 2], [-1])
    for bad in (*outside, [], [float("nan")], ["a"], "abc", [True], [[0.1, 0.2]], None):
        with pytest.raises(InvalidInputError):
            f(bad)
    if entry.id != "facility.generalized_median":
        copy = pickle.loads(pickle.dumps(f))
        assert copy([0, F(1, 4), 1]) == exact


def test_labels_survive():
    out = facility.median({"ann": 0, "bob": F(1, 3), "cid": 1})
    assert out.utilities["bob"] == 1
    assert out.explain("ann").endswith("gets utility 2/3")
    pd = pytest.importorskip("pandas")
    series = pd.Series([0.0, 0.5, 1.0], index=["x", "y", "z"])
    assert facility.median(series).utilities["z"] == 0.5
    assert facility.line().problem(pd.Series([0.0, 1.0])).agents == range(2)


def test_exact_in_exact_out():
    assert isinstance(facility.uniform_phantom([0, 1]).choice, F)
    assert isinstance(facility.uniform_phantom([0.0, 1]).choice, float)
    assert facility.median([0, 1, 1]).choice == 1
    assert not facility.average([0.5]).provenance.exact
    assert facility.uniform_phantom(np.array([0, 1])).choice == F(1, 2)
    data = np.array([0.5, 0.25])
    facility.uniform_phantom(data)
    data[0] = 0.75


@pytest.mark.parametrize(
    ("call", "word"),
    [
        (lambda: facility.phantoms(locations=[F(1, 2), F(1, 4)]), "decrease"),
        (lambda: facility.phantoms(locations=[0, 2]), "0, 1"),
        (lambda: facility.phantoms(locations=[0]), "n . 1"),
        (lambda: facility.phantoms(locations=[0, 1], agents=5), "4 or 6"),
        (lambda: facility.phantoms(locations=[0, 1])([0, 1]), "as many"),
        (lambda: facility.line(1, 1), "larger"),
        (lambda: facility.line(0, float("inf")), "finite"),
        (lambda: facility.line(preferences="sour"), "euclidean"),
        (lambda: facility.median(side="middle"), "lower"),
        (lambda: facility.order_statistic(rank=0), "rank"),
        (lambda: facility.order_statistic(rank=4)([0, 1]), "at most"),
        (lambda: facility.quantile(q=0), "0, 1"),
        (lambda: facility.quantile(q=2), "0, 1"),
        (lambda: facility.constrained_median(extra="left"), "low"),
        (lambda: facility.target(location=3), "location"),
        (lambda: facility.median([0, 1], weights=[-1, 2]), "weights"),
        (lambda: facility.median([0, 1], weights=[0, 0]), "zero"),
        (lambda: facility.median([0, 1], weights=[1]), "entry"),
        (lambda: facility.constrained_median([0, 1], weights=[F(1, 2), 1]), "whole"),
        (lambda: facility.median([0, 1], colour=1), "weights"),
        (lambda: facility.median(setting=facility.line(0, 2))(Problem((0,), (0,), (0, 1))), "0, 2"),
        (lambda: facility.median(setting=3), "Line"),
        (lambda: facility.median.solve(Problem((), ())), "at least one"),
        (lambda: facility.dictator(agent=7)([0, 1]), "dictator"),
        (lambda: facility.weighted_uniform(weights=[0, 0]), "zero"),
        (lambda: facility.weighted_uniform(weights=[1, -1]), "weights"),
        (lambda: facility.weighted_uniform(weights=[1, 1])([0, 1, 1]), "agents"),
        (lambda: facility.generalized_median(capacity={(0, 1): 1, (0,): 0}), "entry"),
        (lambda: facility.generalized_median(capacity=5), "mapping"),
        (lambda: facility.generalized_median(capacity={(0,): "x"}), "number"),
        (lambda: facility.table(values=[[0, 1]], grid=1), "shape"),
        (lambda: facility.table(values=[[0, 0.5], [0, 1]], grid=1), "exact"),
        (lambda: facility.table(values=[[0, 2], [0, 1]], grid=1), "segment"),
        (lambda: facility.table(values=[[0, 1], [0, 1]], grid=1)([0, F(1, 2)]), "multiples"),
        (lambda: facility.welfare_optimal(axiom="fame"), "axiom"),
        (lambda: facility.average_or_random_rank(probability=2), "probability"),
        (lambda: facility.percentiles(shares=()), "entry"),
        (lambda: facility.percentiles(shares=(2,)), "0, 1"),
        (lambda: facility.optimal_facilities(count=0), "count"),
        (lambda: facility.budget(1), "alternatives"),
        (lambda: facility.ladder([[0.5, 0.4]]), "sum to 1"),
        (lambda: facility.ladder([[1, 0], [1, 0, 0]]), "length"),
        (lambda: facility.ladder([]), "at least one"),
        (lambda: facility.ladder([[1]]), "length"),
        (lambda: facility.capacitated_line(0), "capacity"),
        (lambda: facility.capacitated_line(1, ties="odd"), "ties"),
        (lambda: facility.space(0), "dimension"),
        (lambda: facility.space(2, norm="l3"), "norm"),
        (lambda: facility.line().domain(2), "grid"),
        (lambda: facility.line().domain(2, grid=0), "grid"),
        (lambda: facility.line().domain(2, grid=2, size=3), "scope"),
    ],
)
def test_bad_input_is_named(call, word):
    with pytest.raises(InvalidInputError, match=word):
        call()


def test_a_capacity_that_decreases_names_the_pair():
    with pytest.raises(InvalidInputError, match=r"\{0\} to \{0, 1\}"):
        facility.generalized_median(capacity={(0,): F(1, 2), (1,): 0, (0, 1): F(1, 4), (): 0})
    f = facility.generalized_median(capacity=lambda group: 1 if len(group) == 1 else 0)
    with pytest.raises(InvalidInputError, match="not decrease"):
        f([0, F(1, 2), 1])
    pair = facility.not_monotone(f.capacity, (0, 1))
    assert pair is not None
    assert pair[0] < pair[1]


def test_large_capacities_are_not_enumerated():
    n = 400
    asked = []

    def capacity(group):
        asked.append(len(group))
        return F(len(group), n)

    x = [F(k * k % 997, 997) for k in range(n)]
    f = facility.generalized_median(capacity=capacity)
    assert f(x).choice == facility.uniform_phantom(x).choice
    assert len(asked) <= n + 1


def test_weights_replicate():
    x, w = [F(1, 8), F(1, 2), 1], [3, 1, 2]
    many = [v for v, k in zip(x, w, strict=True) for _ in range(k)]
    for f in (
        facility.uniform_phantom,
        facility.median,
        facility.median(side="upper"),
        facility.constrained_median,
        facility.order_statistic(rank=2),
        facility.quantile(q=F(2, 3)),
        facility.average,
        facility.nash,
    ):
        weighted, plain = f(x, weights=w).choice, f(many).choice
        assert float(weighted) == pytest.approx(float(plain), abs=1e-12)
    same = facility.uniform_phantom([0, 1], weights=[F(1, 2), F(3, 2)])
    assert same.choice == F(3, 4)
    assert facility.weighted_uniform(weights=[3, 1, 2])(x) == facility.uniform_phantom(x, weights=w)


# ---------------------------------------------------------------------------- kernels


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(0, 24), min_size=1, max_size=6),
    st.sampled_from(["uniform_phantom", "median", "constrained_median", "average", "midpoint"]),
)
def test_batches_equal_single_calls(numerators, name):
    f = getattr(facility, name)
    x = [F(k, 24) for k in numerators]
    rows = RationalArray(np.array([numerators, sorted(numerators)]), 24)
    assert f.evaluate_many(rows).tolist() == [f(x).choice] * 2
    floats = np.array([[float(v) for v in x]] * 2)
    assert f.evaluate_many(floats) == pytest.approx([float(f(x).choice)] * 2)


@pytest.mark.parametrize("n", [1, 2, 3, 7, 11, 16, 17, 40])
def test_networks_and_sorting_give_the_same_bits(n):
    rng = np.random.default_rng(n)
    x = rng.random((700, n))
    alphas = np.sort(rng.random(n + 1))
    ordered = np.sort(x, axis=1)[:, ::-1]
    expected = np.maximum(np.minimum(ordered, alphas[1:]).max(axis=1), alphas[0])
    assert (select_many(x, alphas) == expected).all()
    wires = np.arange(n)[::-1].copy()
    for i, j in networks(n):
        if wires[i] > wires[j]:
            wires[i], wires[j] = wires[j], wires[i]
    assert (wires == np.arange(n)).all()


@pytest.mark.parametrize("shape", ["uniform", "two", "ties", "sorted", "constant", "skewed"])
@pytest.mark.parametrize("name", ["uniform_phantom", "median", "quantile", "constant", "target"])
def test_pruning_gives_the_bits_of_the_sort_formula(shape, name):
    n = 20_011
    rng = np.random.default_rng(7)
    x = {
        "uniform": lambda: rng.random(n),
        "two": lambda: np.where(rng.random(n) < 0.29, 0.29, 0.0),
        "ties": lambda: np.round(rng.random(n), 2),
        "sorted": lambda: np.sort(rng.random(n)),
        "constant": lambda: np.full(n, 0.3),
        "skewed": lambda: rng.beta(0.1, 9, n),
    }[shape]()
    f = getattr(facility, name)
    alphas = np.array([float(a) for a in f.alphas(n)])
    ordered = np.sort(x)[::-1]
    expected = max(np.minimum(ordered, alphas[1:]).max(), alphas[0])
    assert f(x).choice == expected
    assert select(x, lambda k: float(alphas[k])) == expected


def test_generalised_medians_in_batches():
    f = facility.weighted_uniform(weights=[1, 2, 4])
    rows = [[F(k, 5) for k in row] for row in ((0, 3, 5), (5, 1, 2), (4, 4, 1))]
    batch = RationalArray(np.array([[int(5 * v) for v in row] for row in rows]), 5)
    assert f.evaluate_many(batch).tolist() == [f(row).choice for row in rows]
    wide = facility.weighted_uniform(weights=[1] * 20)
    profile = [F(k, 20) for k in range(20)]
    batch = RationalArray(np.arange(20).reshape(1, 20), 20)
    assert wide.evaluate_many(batch).tolist() == [wide(profile).choice]


def test_tables_on_other_segments():
    line = facility.line(F(1, 2), F(5, 2))
    f = facility.table(values=[[F(1, 2), 1], [1, F(5, 2)]], grid=1, setting=line)
    assert f([F(1, 2), F(5, 2)]).choice == 1
    profiles = line.domain(2, grid=1).numeric
    assert f.evaluate_many(profiles).tolist() == [F(1, 2), 1, 1, F(5, 2)]


@pytest.mark.parametrize("name", ["uniform_phantom", "average", "midpoint", "dictator"])
def test_batches_are_checked(name):
    f = getattr(facility, name)
    for bad in (
        np.array([[0.0, 1.5]]),
        np.array([[0.0, np.nan]]),
        np.array([0.5]),
        np.empty((3, 0)),
        RationalArray(np.array([[0, 3]]), 2),
    ):
        with pytest.raises(InvalidInputError, match="profiles"):
            f.evaluate_many(bad)
    assert len(f.evaluate_many(np.empty((0, 2)))) == 0
    line = facility.line(0, 2)
    moved = getattr(facility, name)(setting=line)
    assert moved.evaluate_many(np.array([[0.0, 1.5]]))[0] == moved([0.0, 1.5]).choice


def test_given_phantoms_for_many_agents():
    rng = np.random.default_rng(4)
    alphas, x = np.sort(rng.random(5001)), rng.random(5000)
    f = facility.phantoms(locations=alphas)
    expected = max(np.minimum(np.sort(x)[::-1], alphas[1:]).max(), alphas[0])
    assert f(x).choice == expected
    assert len(f.name) < 100
    weights = rng.integers(0, 4, size=5000)
    many = np.repeat(x, weights)
    up = facility.uniform_phantom
    assert up(x, weights=weights).choice == up(many).choice


def test_capacities_as_bits():
    f = facility.generalized_median(capacity=[0, F(1, 5), F(2, 5), 1])
    assert f([1, 0]).choice == F(1, 5)
    assert f([0, 1]).choice == F(2, 5)
    for bad in ([0, 1, 1], [0], [0, 1, F(1, 2), 0]):
        with pytest.raises(InvalidInputError):
            facility.generalized_median(capacity=bad)
