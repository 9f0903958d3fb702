"""Kernels of integer matrices, against elimination over the fractions."""

from fractions import Fraction
from math import gcd

import numpy as np
import pytest

from mechdesign.solvers.linear.integer_kernels import kernel_vector


def nullspace(matrix):
    """A basis of the kernel by Gauss and Jordan over the fractions."""
    rows = [[Fraction(int(v)) for v in row] for row in matrix]
    width, pivots = len(rows[0]), []
    for column in range(width):
        top = len(pivots)
        found = next((r for r in range(top, len(rows)) if rows[r][column]), None)
        if found is None:
            continue
        rows[top], rows[found] = rows[found], rows[top]
        rows[top] = [v / rows[top][column] for v in rows[top]]
        for r in range(len(rows)):
            if r != top and rows[r][column]:
                rows[r] = [a - rows[r][column] * b for a, b in zip(rows[r], rows[top], strict=True)]
        pivots.append(column)
    basis = []
    for free in (c for c in range(width) if c not in pivots):
        vector = [Fraction(0)] * width
        vector[free] = Fraction(1)
        for r, column in enumerate(pivots):
            vector[column] = -rows[r][free]
        basis.append(vector)
    return basis


@pytest.mark.parametrize("seed", range(60))
def test_against_fractions(seed):
    rng = np.random.default_rng(seed)
    k, size = int(rng.integers(1, 9)), int(rng.choice([1, 3, 100, 10**15]))
    if seed % 2:
        upper = np.triu(rng.integers(-size, size + 1, (k, k)), 1)
        matrix = upper - upper.T
    else:
        matrix = rng.integers(-size, size + 1, (k, k)) % max(2, size)
        matrix[-1] = matrix[: k - 1].sum(axis=0) if k > 1 else 0
    basis, found = nullspace(matrix), kernel_vector(matrix)
    if len(basis) != 1:
        assert found is None
        return
    assert gcd(*found) == 1
    assert next(v for v in found if v) > 0
    j = next(j for j, v in enumerate(basis[0]) if v)
    assert [v / basis[0][j] for v in basis[0]] == [Fraction(v, found[j]) for v in found]


def test_numbers_beyond_machine_integers():
    a = 10**40 + 7
    matrix = np.array([[0, a, -1], [-a, 0, 3], [1, -3, 0]], dtype=object)
    assert kernel_vector(matrix) == [3, 1, a]


def test_no_kernel_and_a_large_one():
    assert kernel_vector(np.eye(4, dtype=np.int64)) is None
    assert kernel_vector(np.zeros((3, 3), dtype=np.int64)) is None
    assert kernel_vector(np.zeros((1, 1), dtype=np.int64)) == [1]
