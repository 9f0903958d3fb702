"""Welfare measures, exact and against their definitions."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mechdesign.errors import InvalidInputError
from mechdesign.model import welfare

vectors = st.lists(st.fractions(0, 10, max_denominator=6), min_size=1, max_size=6)


@given(vectors)
def test_gini_against_its_definition(u):
    n, mean = len(u), Fraction(sum(u), 1) / len(u)
    if mean == 0:
        assert welfare.gini(u) == 0
        return
    pairs = sum(abs(a - b) for a in u for b in u)
    assert welfare.gini(u) == pairs / (2 * n * n * mean)
    if n > 1:
        assert welfare.gini(u, "sample") == pairs / (2 * n * (n - 1) * mean)


@pytest.mark.parametrize(
    ("u", "value"),
    [([2, 4], Fraction(1, 6)), ([0, 0, 0], 0), ([1, 1, 1], 0), ([0, 1], Fraction(1, 2)), ([5], 0)],
)
def test_gini(u, value):
    assert welfare.gini(u) == value


@given(vectors, st.fractions(0, 1))
def test_quantile_equals_numpy(u, q):
    ours = welfare.quantile(u, q)
    assert float(ours) == pytest.approx(np.quantile([float(x) for x in u], float(q)))
    rank = welfare.quantile(u, q, "nearest_rank")
    assert rank in u
    assert sum(x <= rank for x in u) >= q * len(u)


def test_sums_and_products():
    u = {"a": 1, "b": Fraction(1, 2)}
    assert welfare.utilitarian(u) == Fraction(3, 2)
    assert welfare.utilitarian(u, [2, 2]) == 3
    assert welfare.nash(u) == Fraction(1, 2)
    assert welfare.nash([2, 3], [2, 1]) == 12
    assert welfare.egalitarian(u) == Fraction(1, 2)
    assert welfare.utilitarian([]) == 0
    assert welfare.utilitarian(np.array([0.5, 0.25])) == 0.75


def test_leximin_and_dominance():
    assert welfare.leximin_key([1, 5]) < welfare.leximin_key([2, 2])
    assert welfare.dominates((1, 2), (1, 1))
    assert not welfare.dominates((1, 1), (1, 1))
    assert not welfare.dominates((2, 0), (1, 1))
    assert welfare.dominates((2, 2), (1, 1), weak=True)
    assert not welfare.dominates((), (), weak=True)


def test_envy():
    assert welfare.envy([[1, 2, 5], [0, 3, 3], [1, 1, 1]]) == 4
    assert welfare.envy([[1]]) == 0
    assert welfare.envy([]) == 0


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(0, 4)), max_size=12))
def test_frontier_against_its_definition(points):
    expected = [p for p in points if not any(welfare.dominates(q, p) for q in points)]
    assert welfare.pareto_frontier(points, lambda p: p) == expected


@pytest.mark.parametrize(
    "call",
    [
        lambda: welfare.egalitarian([]),
        lambda: welfare.gini([-1, 1]),
        lambda: welfare.gini([]),
        lambda: welfare.gini([1], "rough"),
        lambda: welfare.nash([-1, -1]),
        lambda: welfare.quantile([1], 2),
        lambda: welfare.quantile([1], 0.5, "median"),
        lambda: welfare.utilitarian([1, 2], [1]),
        lambda: welfare.utilitarian([1, 2], [1, -1]),
        lambda: welfare.utilitarian([1, float("nan")]),
        lambda: welfare.utilitarian("12"),
        lambda: welfare.envy([[1, 2]]),
        lambda: welfare.envy([[1, 2], [1, float("nan")]]),
    ],
)
def test_bad_input(call):
    with pytest.raises(InvalidInputError):
        call()
