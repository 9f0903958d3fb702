"""Linear programs against all vertices in fractions: random, degenerate, infeasible, unbounded."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction as F

import numpy as np
import pytest
from scipy.optimize import linprog

from mechdesign.errors import InfeasibleError, InvalidInputError, SolverError
from mechdesign.solvers.linear.dense_programs import maximise_dense
from mechdesign.solvers.linear.integer_programs import _BITS, _Program, maximise_integers
from mechdesign.solvers.linear.matrix_games import solve_game
from mechdesign.solvers.linear.nearest_point import nearest_point
from mechdesign.solvers.linear.packing import ColumnMaster, packing, proved_bound
from mechdesign.solvers.linear.polytopes import Polytope
from mechdesign.solvers.linear.rational_lp import RationalTableau
from mechdesign.solvers.linear.smoothed_packing import assignment_prices, ordered_prices


def solved(matrix, right):
    """The one solution of a square system of fractions, None without one."""
    n = len(right)
    rows = [[F(v) for v in row] + [F(b)] for row, b in zip(matrix, right, strict=True)]
    for k in range(n):
        pivot = next((i for i in range(k, n) if rows[i][k]), None)
        if pivot is None:
            return None
        rows[k], rows[pivot] = rows[pivot], rows[k]
        rows[k] = [v / rows[k][k] for v in rows[k]]
        for i in range(n):
            if i != k and rows[i][k]:
                rows[i] = [x - rows[i][k] * y for x, y in zip(rows[i], rows[k], strict=True)]
    return [row[-1] for row in rows]


def vertices(rows, right, n):
    """The vertices of ``rows @ x <= right`` and ``x >= 0``."""
    sides = [*rows, *([-int(j == k) for j in range(n)] for k in range(n))]
    ends = [*right, *[0] * n]
    found = set()
    for tight in itertools.combinations(range(len(sides)), n):
        x = solved([sides[k] for k in tight], [ends[k] for k in tight])
        if x is not None and all(
            dot(side, x) <= end for side, end in zip(sides, ends, strict=True)
        ):
            found.add(tuple(x))
    return sorted(found)


def dot(first, second):
    return sum(a * b for a, b in zip(first, second, strict=True))


def drawn(seed, *, signs=False):
    """A small bounded program; every third is degenerate."""
    rng = random.Random(seed)
    n, k = rng.randint(1, 3), rng.randint(1, 3)
    low = -2 if signs or seed % 2 else 0
    rows = [[rng.randint(low, 3) for _ in range(n)] for _ in range(k)]
    right = [rng.randint(-3 if signs else 0, 5) for _ in range(k)]
    if seed % 3 == 0 and not signs:
        right = [b if rng.random() < 0.5 else 0 for b in right]
    rows.append([1] * n)
    right.append(rng.randint(1, 4))
    return rows, right, [F(rng.randint(-3, 6), rng.randint(1, 3)) for _ in range(n)]


@pytest.mark.parametrize("seed", range(120))
def test_the_tableau_finds_the_best_vertex(seed):
    rows, right, objective = drawn(seed)
    points = vertices(rows, right, len(objective))
    best = max(dot(objective, x) for x in points)
    table = RationalTableau(rows, right)
    assert table.maximise(objective) == best
    x, y = table.solution(), table.duals()
    assert dot(objective, x) == best
    assert tuple(x) in points
    # Duality: feasible prices of the same value prove it.
    assert min(y) >= 0
    assert dot(right, y) == best
    assert all(
        dot(column, y) >= c for column, c in zip(zip(*rows, strict=True), objective, strict=True)
    )


@pytest.mark.parametrize("seed", range(120))
def test_a_second_objective_among_the_optima_of_the_first(seed):
    rows, right, objective = drawn(seed)
    if seed % 2:
        objective = [1] * len(objective)
    points = vertices(rows, right, len(objective))
    best = max(dot(objective, x) for x in points)
    optima = [x for x in points if dot(objective, x) == best]
    table = RationalTableau(rows, right)
    table.maximise(objective)
    table.restrict_to_optimum()
    if table.free_columns() == 0:
        assert len(optima) == 1
    second = [F(k + 1, 2) * (-1) ** k for k in range(len(objective))]
    assert table.maximise(second) == max(dot(second, x) for x in optima)
    assert dot(objective, table.solution()) == best


def test_the_only_optimum_is_known_to_be_the_only_one():
    table = RationalTableau([[1, 1], [1, 0]], [3, 2])
    table.maximise([2, 1])
    table.restrict_to_optimum()
    assert table.free_columns() == 0
    flat = RationalTableau([[1, 1], [1, 0]], [3, 2])
    flat.maximise([1, 1])
    flat.restrict_to_optimum()
    assert flat.free_columns() == 1


def test_what_the_tableau_refuses():
    with pytest.raises(InvalidInputError, match="nonnegative"):
        RationalTableau([[1]], [-1])
    with pytest.raises(InvalidInputError, match="bounded"):
        RationalTableau([[-1, 1]], [1]).maximise([1, 0])
    assert RationalTableau([[-1, 1]], [1]).maximise([-1, 0]) == 0


def test_the_tableau_does_not_cycle():
    """Beale's program, on which the steepest rule runs in a circle."""
    rows = [[F(1, 4), -60, F(-1, 25), 9], [F(1, 2), -90, F(-1, 50), 3], [0, 0, 1, 0]]
    table = RationalTableau(rows, [0, 0, 1])
    assert table.maximise([F(3, 4), -150, F(1, 50), -6]) == F(1, 20)


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize("seed", range(80))
def test_polytopes_with_sides_of_any_sign(seed, exact):
    rows, right, objective = drawn(seed, signs=True)
    points = vertices(rows, right, len(objective))
    polytope = Polytope(tuple(map(tuple, rows[:-1])), tuple(right[:-1]), exact)
    polytope = polytope.also(rows[-1:], right[-1:])
    if not points:
        with pytest.raises(InfeasibleError):
            polytope.maximise(objective)
        return
    value, x = polytope.maximise(objective)
    best = max(dot(objective, x) for x in points)
    if exact:
        assert value == best == dot(objective, x)
        assert all(dot(row, x) <= b for row, b in zip(rows, right, strict=True))
    else:
        assert value == pytest.approx(float(best), abs=1e-8)


@pytest.mark.parametrize("exact", [True, False])
def test_polytopes_of_lotteries_and_without_end(exact):
    simplex = Polytope(((1, 1, 1), (-1, -1, -1)), (1, -1), exact)
    assert simplex.maximise([2, 5, 5]) == (5, [0, 1, 0])
    half = simplex.also([[1, 1, 0]], [F(1, 2) if exact else 0.5])
    value, _ = half.maximise([2, 5, 1])
    assert value == pytest.approx(3)
    wedge = Polytope(((1, 1), (1, 1)), (1, 1), exact)
    assert wedge.maximise([-1, -2])[0] == 0
    twice = Polytope(((2, 2), (-2, -2)), (1, -1), exact)
    assert twice.maximise([3, 1])[0] == pytest.approx(1.5)
    reversed_sides = Polytope(((-1, -1), (1, 1)), (-1, 1), exact)
    assert reversed_sides.maximise([3, 1])[0] == 3
    with pytest.raises((InvalidInputError, SolverError)):
        Polytope(((1, -1),), (1,), exact).maximise([1, 1])


# ------------------------------------------------------------------------- packing


def sparse(rows):
    return [[(k, a) for k, a in enumerate(row) if a] for row in rows]


def packed(seed):
    rng = random.Random(seed)
    n, k = rng.randint(1, 4), rng.randint(1, 3)
    rows = [[rng.choice([0, 1, 1, 2, F(1, 2)]) for _ in range(n)] for _ in range(k)] + [[1] * n]
    right = [rng.randint(0 if seed % 3 == 0 else 1, 4) for _ in rows]
    return rows, right, [F(rng.randint(0, 9), rng.randint(1, 4)) for _ in range(n)]


@pytest.mark.parametrize("seed", range(60))
def test_packing_and_its_bound(seed):
    rows, right, objective = packed(seed)
    best = max(dot(objective, x) for x in vertices(rows, right, len(objective)))
    caps = [right[-1]] * len(objective)
    found = packing(sparse(rows), right, objective, caps=caps)
    assert found.exact
    assert found.value == found.bound == best == dot(objective, found.x)
    for unit in (1e-9, 1.0, 1e9):
        floats = [unit * float(c) for c in objective]
        near = packing(sparse(rows), right, floats, caps=caps)
        assert not near.exact
        true = max(dot(map(F, floats), x) for x in vertices(rows, right, len(objective)))
        assert near.bound >= true
        assert near.bound <= float(true) * (1 + 1e-6) + 1e-9 * unit
        assert near.value == pytest.approx(float(true), rel=1e-6, abs=1e-9 * unit)
        assert min(near.x, default=0) >= 0
        assert all(dot(row, near.x) <= b + 1e-9 for row, b in zip(rows, right, strict=True))


@pytest.mark.parametrize("seed", range(40))
def test_any_duals_prove_a_bound(seed):
    rows, right, objective = packed(seed)
    best = max(dot(objective, x) for x in vertices(rows, right, len(objective)))
    rng = random.Random(seed)
    caps = [right[-1]] * len(objective)
    for size in (0.0, 1e-6, 1.0, 1e6):
        duals = [size * rng.uniform(-0.2, 1) for _ in rows]
        assert proved_bound(sparse(rows), right, objective, caps, duals) >= best
    prices = RationalTableau(rows, right)
    prices.maximise(objective)
    tight = [float(y) for y in prices.duals()]
    bound = proved_bound(sparse(rows), right, objective, caps, tight)
    assert best <= bound <= best * (1 + F(1, 10**12)) + F(1, 10**12)


def test_packing_of_nothing():
    assert packing([], [], [], exact=False).value == 0
    assert packing([[(0, 1)]], [0], [3.0], caps=[0]).value == pytest.approx(0)
    with pytest.raises(InvalidInputError):
        packing([[(0, 1)]], [1], [1, 1])


def test_packing_puts_back_what_rounding_put_outside(monkeypatch):
    class Solved:
        x = np.array([1e-9, 1.0 + 2e-9, -1e-9])

        class ineqlin:
            marginals = np.array([-1.0, -2.0, -3.0]) / 8  # in units of 8, the power above 4

    monkeypatch.setattr("scipy.optimize.linprog", lambda *args, **kwargs: Solved)
    rows, right = [[(0, 1)], [(1, 2)], [(2, 1)]], [0, 2, 1]
    near = packing(rows, right, [1.0, 4.0, 3.0], exact=False)
    assert min(near.x) >= 0
    assert all(sum(a * near.x[k] for k, a in row) <= b for row, b in zip(rows, right, strict=True))
    assert near.x == [0.0, 1.0, 0.0]
    assert near.value == 4.0
    assert near.bound == 7.0
    # Half a unit of the second right side: no row is overdrawn, nothing is scaled.
    Solved.x = np.array([0.0, 0.25, 0.5])
    assert packing(rows, [1, 0.5, 1], [1.0, 4.0, 3.0], exact=False).x == [0.0, 0.25, 0.5]
    Solved.x = np.array([0.0, 0.5, 0.5])
    assert packing(rows, [1, 0.5, 1], [1.0, 4.0, 3.0], exact=False).x == [0.0, 0.25, 0.25]


def test_columns_join_a_master():
    master = ColumnMaster([1.0, 2.0])
    master.add(1.0, [(0, 1.0)])
    master.add(3.0, [(0, 1.0), (1, 1.0)])
    assert master.solve()[0] == pytest.approx(3)
    master.add(2.0, [(1, 1.0)])
    value, x, duals = master.solve()
    assert value == pytest.approx(5)
    assert list(x) == pytest.approx([0, 1, 1])
    assert float(np.dot(duals, [1.0, 2.0])) == pytest.approx(5)


@pytest.mark.parametrize("unit", [1e-9, 1.0, 1e9])
@pytest.mark.parametrize("seed", range(8))
def test_smoothed_prices_enclose_the_optimum(seed, unit):
    rng = np.random.default_rng(seed)
    resources, groups = 4, 6
    edges = [(g, u) for g in range(groups) for u in range(resources) if rng.random() < 0.6]
    sizes = rng.uniform(0.1, 1, len(edges))
    worths, room = unit * rng.uniform(0, 1, resources), rng.uniform(0.5, 1.5, resources)
    gain = np.array([worths[u] * s for (_, u), s in zip(edges, sizes, strict=True)])
    rows = [
        [s * (v == u) for (_, v), s in zip(edges, sizes, strict=True)] for u in range(resources)
    ]
    rows += [[float(h == g) for h, _ in edges] for g in range(groups)]
    best = -linprog(-gain / unit, A_ub=rows, b_ub=[*room, *[1] * groups]).fun * unit
    indptr = np.cumsum([0, *(sum(h == g for h, _ in edges) for g in range(groups))])
    found = assignment_prices(indptr, np.array([u for _, u in edges]), sizes, worths, room)
    assert found.value <= best * (1 + 1e-9)
    assert found.bound >= best * (1 - 1e-9)
    assert found.bound - found.value <= 0.011 * found.bound
    chances = rng.uniform(0.1, 1, len(edges))
    gain = np.array([worths[u] * c for (_, u), c in zip(edges, chances, strict=True)])
    rows = [[float(h == g) for h, _ in edges] for g in range(groups)]
    for k, (g, u) in enumerate(edges):
        earlier = [(h < g and v == u) * c for (h, v), c in zip(edges, chances, strict=True)]
        earlier[k] += 1
        rows.append(earlier)
    best = -linprog(-gain / unit, A_ub=rows, b_ub=[1.0] * len(rows)).fun * unit
    ordered = ordered_prices(
        np.array([u for _, u in edges]), np.array([g for g, _ in edges]), chances, worths, groups
    )
    assert ordered.value <= best * (1 + 1e-9)
    assert ordered.bound >= best * (1 - 1e-9)
    assert ordered.bound - ordered.value <= 0.011 * ordered.bound


# ------------------------------------------------------------------------- other programs


@pytest.mark.parametrize("seed", range(30))
def test_dense_programs(seed):
    rows, right, objective = drawn(seed)
    best = float(max(dot(objective, x) for x in vertices(rows, right, len(objective))))
    value, x = maximise_dense([float(c) for c in objective], rows, right)
    assert value == pytest.approx(best, abs=1e-8)
    assert float(np.dot([float(c) for c in objective], x)) == pytest.approx(best, abs=1e-8)


def test_dense_programs_with_equations_and_bounds():
    value, x = maximise_dense([1, 2], [[1, 0]], [5], equal=([[1, 1]], [3]), low=-1, high=2)
    assert (value, x.tolist()) == (5, [1, 2])
    with pytest.raises(SolverError):
        maximise_dense([1], [[-1]], [0])
    with pytest.raises(SolverError):
        maximise_dense([1], [[1]], [-1])


@pytest.mark.parametrize("seed", range(30))
def test_integer_programs(seed):
    rng = np.random.default_rng(seed)
    n, k = int(rng.integers(1, 4)), int(rng.integers(0, 3))
    objective, rows = rng.integers(-4, 5, n), rng.integers(-3, 4, (k, n))
    at_least, upper = rng.integers(-4, 5, k), rng.integers(0, 4, n)
    points = [
        x
        for x in itertools.product(*(range(u + 1) for u in upper))
        if all(np.dot(row, x) >= b for row, b in zip(rows, at_least, strict=True))
    ]
    found = maximise_integers(objective, rows, at_least, upper)
    assert found.proved
    if not points:
        assert found.x is None
        return
    assert found.x is not None
    assert tuple(found.x) in points
    assert int(objective @ found.x) == max(int(np.dot(objective, x)) for x in points)


@pytest.mark.parametrize("seed", range(20))
def test_multipliers_prove_what_the_box_allows(seed):
    rng = np.random.default_rng(seed)
    objective, rows = rng.integers(-4, 5, 3), rng.integers(-3, 4, (2, 3))
    program = _Program(objective, rows, rng.integers(-4, 5, 2), np.full(3, 4))
    low = rng.integers(0, 3, 3)
    high = low + rng.integers(0, 3, 3)
    y = rng.integers(-8, 9, 2) / 4
    paid = [max(v, 0) for v in y]
    best = max(
        dot(objective, x) + dot(paid, rows @ x - program.at_least)
        for x in map(np.array, itertools.product(*map(range, low, high + 1)))
    )
    assert program._bound(y, low, high, objective) == best * 2**_BITS


def test_the_tree_of_an_integer_program_step_by_step(monkeypatch):
    # At most 3 of 2 x: 3/2 in the relaxation, at a price of 1/2.
    program = _Program(np.ones(1), np.array([[-2]]), np.array([-3]), np.array([5]))
    y, x = program._relaxed(np.array([0]), np.array([5]), program.objective)
    assert (float(y[0]), float(x[0])) == (pytest.approx(0.5), pytest.approx(1.5))
    assert program._branch(np.array([0]), np.array([5]), 1) == (0, 1)
    assert program._branch(np.array([0]), np.array([5]), 2) is None
    assert program._reaches(np.array([1]), 1)
    assert program._reaches(np.array([1]), None)
    assert not program._reaches(np.array([1]), 2)
    assert not program._reaches(np.array([2]), 1)
    assert not program._reaches(np.array([2]), None)
    assert program.nothing_reaches(2, None)
    assert not program.nothing_reaches(1, None)
    assert not program.nothing_reaches(None, None)
    assert not program.nothing_reaches(2, -1.0)
    # Just satisfiable, and not so by one.
    for least, open_ in ((3, True), (4, False)):
        tight = _Program(np.zeros(1), np.array([[1]]), np.array([least]), np.array([3]))
        assert (tight._branch(np.array([0]), np.array([3]), None) is not None) is open_
        assert tight.nothing_reaches(None, None) is not open_
        assert tight._missing(np.array([0]), np.array([3]))[1].tolist() == [3.0]
    # A fixed variable is not branched on; where the vertex is integral, the widest is.
    free = _Program(np.array([1, 1, 1]), np.zeros((0, 3)), np.zeros(0), np.array([9, 5, 3]))
    assert free._branch(np.array([9, 4, 0]), np.array([9, 5, 3]), 1) == (2, 2)
    assert free._branch(np.array([9, 4, 3]), np.array([9, 5, 3]), 1) == (1, 4)
    # A fraction goes before what is wide; a tree that is not done proves nothing.
    half = _Program(np.ones(2), np.array([[-2, 0]]), np.array([-3]), np.array([2, 9]))
    assert half._branch(np.zeros(2, dtype=int), half.upper, 1) == (0, 1)
    assert half.nothing_reaches(11, None)
    monkeypatch.setattr("mechdesign.solvers.linear.integer_programs._NODES", 0)
    assert not half.nothing_reaches(11, None)


def test_integer_programs_whose_relaxation_says_nothing_are_proved_by_the_tree():
    # 2 x + 2 y = 3 has solutions, none of them in integers.
    rows, at_least = np.array([[2, 2], [-2, -2]]), np.array([3, -3])
    found = maximise_integers(np.ones(2), rows, at_least, np.array([5, 5]))
    assert found.x is None
    assert found.proved
    # An odd cycle: half of each in the relaxation, one in integers.
    edges = -np.array([[1, 1, 0], [0, 1, 1], [1, 0, 1]])
    found = maximise_integers(np.ones(3), edges, -np.ones(3), np.ones(3))
    assert found.x is not None
    assert found.x.sum() == 1
    assert found.proved


@pytest.mark.parametrize("unit", [1e-6, 1.0, 1e6])
@pytest.mark.parametrize("seed", range(10))
def test_games_have_a_value(seed, unit):
    rng = np.random.default_rng(seed)
    payoff = unit * rng.uniform(-1, 1, (int(rng.integers(1, 5)), int(rng.integers(1, 5))))
    value, mixed = solve_game(payoff)
    assert mixed.sum() == pytest.approx(1)
    assert mixed.min() >= -1e-12
    assert (mixed @ payoff).min() == pytest.approx(value, abs=1e-6 * unit)
    other, reply = solve_game(-payoff.T)
    assert other == pytest.approx(-value, abs=1e-6 * unit)
    assert (payoff @ reply).max() == pytest.approx(value, abs=1e-6 * unit)


@pytest.mark.parametrize("seed", range(20))
def test_the_nearest_point(seed):
    rng = np.random.default_rng(seed)
    n, k = int(rng.integers(2, 5)), int(rng.integers(1, 3))
    start, rows = rng.integers(0, 5, n).astype(float), rng.integers(-2, 3, (k, n)).astype(float)
    at_least = rng.integers(-2, 3, k).astype(float)
    found = nearest_point(start, rows, at_least)
    # The same with what is added and what is taken as the variables.
    other = linprog(
        np.ones(2 * n),
        A_ub=np.vstack([np.hstack([-rows, rows]), np.hstack([-np.eye(n), np.eye(n)])]),
        b_ub=np.concatenate([rows @ start - at_least, start]),
        A_eq=[[*np.ones(n), *-np.ones(n)]],
        b_eq=[0],
    )
    assert (found is None) == (other.status == 2)
    if found is not None:
        assert np.abs(found - start).sum() == pytest.approx(other.fun, abs=1e-7)
        assert found.sum() == pytest.approx(start.sum())
        assert (rows @ found >= at_least - 1e-7).all()
        assert found.min() >= 0


def test_large_packings_of_fractions_are_solved_in_floats(monkeypatch):
    """One row and one variable have two cells: fractions up to the limit, floats beyond."""
    for limit, exact in ((2, True), (1, False)):
        monkeypatch.setattr("mechdesign.solvers.linear.packing._EXACT_CELLS", limit)
        found = packing([[(0, 3)]], [1], [1])
        assert found.exact is exact
        assert float(found.value) == pytest.approx(1 / 3)
