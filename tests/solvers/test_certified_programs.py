"""Exact sparse programs against a tableau and HiGHS in floats; bases that are not optimal."""

import random
from fractions import Fraction as F

import pytest

from mechdesign.errors import InfeasibleError, SolverError
from mechdesign.solvers.linear.certified_programs import CertifiedProgram, _Basis
from mechdesign.solvers.linear.dense_programs import maximise_dense
from mechdesign.solvers.linear.rational_lp import RationalTableau


def drawn(seed):
    draw = random.Random(seed)
    n, m = draw.randint(1, 8), draw.randint(1, 8)
    rows = [
        [
            F(draw.randint(-3, 5), draw.randint(1, 7)) if draw.random() < 0.6 else F(0)
            for _ in range(n)
        ]
        for _ in range(m)
    ]
    right = [F(draw.randint(0, 5)) for _ in range(m)]
    gains = [F(draw.randint(-3, 5)) for _ in range(n)]
    return [*rows, [F(1)] * n], [*right, F(10)], gains


@pytest.mark.parametrize("seed", range(80))
def test_the_optimum_and_its_duals_are_those_of_the_tableau(seed):
    rows, right, gains = drawn(seed)
    program = CertifiedProgram()
    for gain in gains:
        program.variable(gain)
    for row, limit in zip(rows, right, strict=True):
        program.row(enumerate(row), high=limit)
    best = program.maximise()
    assert best.exact
    assert best.value == RationalTableau(rows, right).maximise(gains)
    assert sum(y * b for y, b in zip(best.duals, right, strict=True)) == best.value
    assert all(y >= 0 for y in best.duals)


@pytest.mark.parametrize("seed", range(40))
def test_any_basis_is_improved_by_exact_pivots(seed):
    # The basis of slacks is feasible and seldom optimal.
    rows, right, gains = drawn(seed)
    n, m = len(gains), len(rows)
    basis = _Basis(
        gains,
        [(0, None)] * n,
        [[(j, v) for j, v in enumerate(row) if v] for row in rows],
        [(None, b) for b in right],
        ["kLower"] * n,
        ["kBasic"] * m,
    )
    assert basis.optimum().value == RationalTableau(rows, right).maximise(gains)


@pytest.mark.parametrize("seed", range(40))
def test_a_basis_beyond_its_bounds_is_mended(seed):
    # Of an optimum for other right-hand sides the duals are right and the point is not.
    rows, right, gains = drawn(seed)
    program = CertifiedProgram()
    for gain in gains:
        program.variable(gain)
    for row, limit in zip(rows, right, strict=True):
        program.row(enumerate(row), high=limit)
    engine = program._solved(None).getBasis()
    other = [b + F(k % 3, 2) for k, b in enumerate(right)]
    basis = _Basis(
        gains,
        program._columns,
        program._rows,
        [(None, b) for b in other],
        [status.name for status in engine.col_status],
        [status.name for status in engine.row_status],
    )
    assert basis.optimum().value == RationalTableau(rows, other).maximise(gains)


@pytest.mark.parametrize("seed", range(40))
def test_bounds_equations_and_free_variables(seed):
    draw = random.Random(seed)
    n, m = draw.randint(2, 6), draw.randint(1, 4)
    program = CertifiedProgram()
    gains = [draw.randint(-4, 4) for _ in range(n)]
    for gain in gains:
        program.variable(gain, low=-2, high=3)
    rows = [[draw.randint(-3, 3) for _ in range(n)] for _ in range(m)]
    inside = [F(draw.randint(-4, 6), 2) for _ in range(n)]
    right = [sum(a * x for a, x in zip(row, inside, strict=True)) for row in rows]
    program.row(enumerate(rows[0]), low=right[0], high=right[0])
    for row, limit in zip(rows[1:], right[1:], strict=True):
        program.row(enumerate(row), low=limit)
    best = program.maximise()
    assert best.exact
    more = [[-a for a in row] for row in rows[1:]] or [[0] * n]
    limits = [-float(b) for b in right[1:]] or [0]
    value, _ = maximise_dense(
        gains, more, limits, equal=([rows[0]], [float(right[0])]), low=-2, high=3
    )
    assert float(best.value) == pytest.approx(value, abs=1e-8)


def test_free_variables_floats_and_no_optimum():
    program = CertifiedProgram()
    x = program.variable(1, low=None)
    row = program.row([(x, 2), (x, 1)], high=F(-7, 2))
    best = program.maximise()
    assert (best.value, best.duals[row]) == (F(-7, 6), F(1, 3))
    program = CertifiedProgram()
    x = program.variable(0.5)
    program.row([(x, 1)], high=3)
    assert not program.maximise().exact
    assert program.size == (1, 1)
    free = CertifiedProgram()
    free.row([(free.variable(1), -1)], high=1)
    with pytest.raises(SolverError, match="nbounded"):
        free.maximise()
    none = CertifiedProgram()
    none.row([(none.variable(1), 1)], high=-1)
    with pytest.raises(InfeasibleError):
        none.maximise()
