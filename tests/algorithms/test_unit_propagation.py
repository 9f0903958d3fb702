"""The checker of refutations, on its own and beside a solver."""

import itertools
import random

import pytest

from mechdesign.algorithms.unit_propagation import is_refutation

PIGEONS = [(1, 2), (3, 4), (-1, -3), (-2, -4), (5, 6), (-1, -5), (-3, -5), (-2, -6), (-4, -6)]


def satisfiable(clauses):
    top = max(abs(x) for clause in clauses for x in clause)
    for signs in itertools.product((-1, 1), repeat=top):
        true = {k * s for k, s in enumerate(signs, 1)}
        if all(true & set(clause) for clause in clauses):
            return True
    return False


def test_small_refutations():
    assert is_refutation([(1,), (-1,)], [()])
    assert is_refutation([(1, 2), (1, -2), (-1, 2), (-1, -2)], [(1,), ()])
    assert not is_refutation([(1, 2), (1, -2), (-1, 2), (-1, -2)], [()])
    assert not is_refutation([(1, 2)], [(1,), ()])
    assert not is_refutation([(1,), (-1,)], [])
    assert not is_refutation([(1,), (-1,)], [(1,)])
    # A line that is always true follows, and helps nobody.
    assert not is_refutation([(1, 2)], [(3, -3), ()])
    assert is_refutation([()], [()])


def test_pigeons():
    """Three pigeons, two holes."""
    assert not satisfiable(PIGEONS)
    assert is_refutation(PIGEONS, [(-1,), (-2,), ()])
    assert not is_refutation(PIGEONS[1:], [(-1,), (-2,), ()])


@pytest.mark.parametrize("seed", range(60))
def test_beside_a_solver(seed):
    pytest.importorskip("pysat")
    from mechdesign.solvers.sat import ClauseSolver, refutation, small_core

    rng = random.Random(seed)
    clauses = [
        tuple(rng.choice((-1, 1)) * v for v in rng.sample(range(1, 7), 3))
        for _ in range(rng.randint(15, 45))
    ]
    solver = ClauseSolver("a test")
    for clause in clauses:
        solver.add(clause)
    assert solver.solve() == satisfiable(clauses)
    if satisfiable(clauses):
        assert all(
            any(x in solver.chosen or (x < 0 and -x not in solver.chosen) for x in clause)
            for clause in clauses
        )
        assert not is_refutation(clauses, [()])
        return
    core = [clauses[k] for k in small_core(clauses, "a test")]
    assert not satisfiable(core)
    lines = refutation(core, "a test")
    assert is_refutation(core, lines)
    for k in range(len(core)):
        fewer = core[:k] + core[k + 1 :]
        if satisfiable(fewer):
            assert not is_refutation(fewer, lines)


def test_satisfiable_clauses_have_no_refutation():
    pytest.importorskip("pysat")
    from mechdesign.errors import SolverError
    from mechdesign.solvers.sat import refutation, small_core

    for ask in (refutation, small_core):
        with pytest.raises(SolverError):
            ask([(1, 2)], "a test")
