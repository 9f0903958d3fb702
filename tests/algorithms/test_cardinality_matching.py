"""The cardinality matcher against brute force, exactly and in floating point."""

import itertools
from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mechdesign.algorithms.cardinality_matching as module
from mechdesign.algorithms.cardinality_matching import best_matching, removal_values
from mechdesign.errors import InvalidInputError


def brute_force(weights, k):
    n, m = weights.shape
    return max(
        sum((weights[r, c] for r, c in zip(rows, columns, strict=True)), 0)
        for size in range(min(k, n, m) + 1)
        for rows in itertools.combinations(range(n), size)
        for columns in itertools.permutations(range(m), size)
    )


@st.composite
def problems(draw):
    n, m = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    top = draw(st.sampled_from([2, 9, 99]))
    rows = draw(
        st.lists(st.lists(st.integers(0, top), min_size=m, max_size=m), min_size=n, max_size=n)
    )
    return rows, draw(st.integers(0, 6))


@settings(max_examples=150, deadline=None)
@given(problems(), st.booleans())
def test_value_and_removals(problem, exact):
    rows, k = problem
    if exact:
        weights = np.array([[F(x, 7) for x in row] for row in rows], dtype=object)
    else:
        weights = np.array(rows, dtype=float)
    pairs = best_matching(weights, k)
    assert len(pairs) <= k
    assert len({r for r, _ in pairs}) == len({c for _, c in pairs}) == len(pairs)
    value = sum(weights[r, c] for r, c in pairs)
    assert value == (brute_force(weights, k) if exact else pytest.approx(brute_force(weights, k)))
    for (row, _), without in zip(pairs, removal_values(weights, k, pairs), strict=True):
        rest = np.delete(weights, row, axis=0)
        assert without == (brute_force(rest, k) if exact else pytest.approx(brute_force(rest, k)))


def test_the_multiplier_start_agrees(monkeypatch):
    rng = np.random.default_rng(4)
    weights = rng.uniform(0, 1, (60, 50))
    values = []
    for large in (10**6, 5):
        monkeypatch.setattr(module, "LARGE", large)
        pairs = best_matching(weights, 30)
        assert len(pairs) <= 30
        values.append(sum(weights[r, c] for r, c in pairs))
    assert values[0] == pytest.approx(values[1], abs=1e-12)


def test_zeros_are_never_used():
    assert best_matching(np.zeros((3, 2))) == []
    assert best_matching(np.ones((2, 2)), 0) == []
    assert best_matching(np.zeros((0, 3))) == []


@pytest.mark.parametrize(
    "weights",
    [np.array([1.0, 2.0]), [[-1.0]], [[float("nan")]], [[float("inf")]], [["a"]], [[F(-1)]]],
)
def test_bad_weights(weights):
    with pytest.raises((InvalidInputError, ValueError)):
        best_matching(weights)


@pytest.mark.parametrize("k", [-1, 1.5, "two", True])
def test_bad_size(k):
    with pytest.raises(InvalidInputError):
        best_matching([[1.0]], k)
