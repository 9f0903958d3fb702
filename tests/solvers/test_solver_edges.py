"""Solvers at their edges, each against enumeration or its definition."""

import itertools
import math
import random
from fractions import Fraction as F

import numpy as np
import pytest

from mechdesign.errors import InfeasibleError, LimitReachedError
from mechdesign.solvers.linear.integer_kernels import kernel_vector
from mechdesign.solvers.linear.polytopes import Polytope
from mechdesign.solvers.search.exchange import best_exchange


@pytest.mark.parametrize("shape", [(n, m) for n in (1, 2, 3) for m in (1, 2, 3)])
def test_fractional_assignments_of_every_small_shape(shape):
    pytest.importorskip("scipy")
    from mechdesign.solvers.linear.fractional_assignment import fractional_assignment

    n, m = shape
    rng = np.random.default_rng(n * 10 + m)
    for capacity in range(4):
        gain, weight = rng.integers(1, 9, shape).astype(float), rng.random(shape)
        best = 0.0
        for k in range(min(n, m, capacity) + 1):
            for rows in itertools.combinations(range(n), k):
                for columns in itertools.permutations(range(m), k):
                    pairs = list(zip(rows, columns, strict=True))
                    top = sum(gain[pair] for pair in pairs)
                    best = max(best, top / (1 + sum(weight[pair] for pair in pairs)))
        x = fractional_assignment(gain, weight, capacity)
        assert x.shape == shape
        assert (x.sum(axis=0) <= 1 + 1e-9).all()
        assert (x.sum(axis=1) <= 1 + 1e-9).all()
        assert x.sum() <= capacity + 1e-9
        assert (gain * x).sum() / (1 + (weight * x).sum()) == pytest.approx(best)
    assert fractional_assignment(np.zeros((0, m)), np.zeros((0, m)), 1).shape == (0, m)
    assert fractional_assignment(np.zeros((n, 0)), np.zeros((n, 0)), 1).shape == (n, 0)


@pytest.mark.parametrize("seed", range(30))
def test_disjoint_sets_against_all_choices(seed):
    pytest.importorskip("scipy")
    from mechdesign.solvers.linear.set_packing import pack_sets

    rng = random.Random(seed)
    sets = [tuple(rng.sample(range(9), rng.randint(2, 3))) for _ in range(11)]
    unit = rng.choice((1, 10**7, 10**15))
    weights = [rng.randint(1, 9) * unit + rng.randint(0, 2) for _ in sets]
    best = 0
    for chosen in itertools.product((0, 1), repeat=len(sets)):
        taken = [x for s, c in zip(sets, chosen, strict=True) if c for x in s]
        if len(taken) == len(set(taken)):
            best = max(best, sum(w for w, c in zip(weights, chosen, strict=True) if c))
    found = pack_sets(sets, weights)
    members = [x for k in found.chosen for x in sets[k]]
    assert len(members) == len(set(members))
    assert found.value == sum(weights[k] for k in found.chosen)
    assert found.value <= best <= found.bound
    assert not found.proved or found.value == best
    assert found.proved or unit > 1


@pytest.mark.parametrize(
    ("matrix", "vector"),
    [
        ([[1, -1], [1, -1]], [1, 1]),
        ([[1, 1], [2, 2]], [1, -1]),
        ([[0, 3], [0, 5]], [1, 0]),
        ([[2, -3], [-4, 6]], [3, 2]),
        ([[1, 0, 2], [0, 1, -3], [1, 1, -1]], [2, -3, -1]),
    ],
)
def test_a_kernel_vector_begins_with_a_positive_number(matrix, vector):
    assert kernel_vector(np.array(matrix)) == vector


@pytest.mark.parametrize("seed", range(12))
def test_no_change_of_two_entries_improves_what_an_exchange_ends_with(seed):
    rng = np.random.default_rng(seed)
    m = 6
    measures = rng.integers(1, 9, (2, m)).astype(float)
    limit = measures[1].sum() / 2

    def fits(w):
        return np.where(w[:, 1] <= limit, w[:, 0], -np.inf)

    start = np.zeros(m, dtype=bool)
    x = best_exchange(measures, start, range(m), fits)
    assert not start.any()
    best = max(
        measures[0] @ np.array(v)
        for v in itertools.product((0, 1), repeat=m)
        if measures[1] @ np.array(v) <= limit
    )
    here = float(fits((measures @ x)[None])[0])
    for k in range(1, 5):
        for changed in itertools.combinations(range(m), k):
            other = x.copy()
            other[list(changed)] ^= True
            assert float(fits((measures @ other)[None])[0]) <= here
    assert here <= best
    fixed = best_exchange(measures, np.ones(m, dtype=bool), [0, 1], fits)
    assert fixed[2:].all()


@pytest.mark.parametrize("exact", [True, False])
def test_polytopes_by_hand(exact):
    if not exact:
        pytest.importorskip("scipy")
    one = F(1) if exact else 1.0
    triangle = Polytope(((1, 1),), (1,), exact)
    assert triangle.maximise([1, 2]) == (2 * one, [0, one])
    lottery = Polytope(((1, 1), (-1, -1)), (1, -1), exact)
    assert lottery.maximise([3, 3]) == (3 * one, [one, 0])
    assert lottery.maximise([-2, -1]) == (-one, [0, one])
    # The same right sides, and not a lottery.
    skew = Polytope(((1, 2), (-1, -2)), (1, -1), exact)
    value, point = skew.maximise([1, 3])
    assert value == pytest.approx(1.5)
    assert list(map(float, point)) == pytest.approx([0, 0.5])
    halves = Polytope(((2, 2), (-2, -2)), (1, -1), exact)
    assert float(halves.maximise([1, 0])[0]) == pytest.approx(0.5)
    below = lottery.also([(1, 0)], [F(1, 4) if exact else 0.25])
    assert float(below.maximise([1, 0])[0]) == pytest.approx(0.25)
    with pytest.raises(InfeasibleError):
        lottery.also([(1, 1)], [F(1, 2) if exact else 0.5]).maximise([1, 0])


def product(rows, owners):
    return math.prod(
        sum(x for x, o in zip(own, owners, strict=True) if o == i) for i, own in enumerate(rows)
    )


@pytest.mark.parametrize("seed", range(8))
def test_the_largest_product_of_utilities_is_the_largest(seed):
    pytest.importorskip("scipy")
    from mechdesign.solvers.concave.log_program import largest_product

    rng = random.Random(seed)
    n, m = rng.choice([(2, 3), (2, 5), (3, 4), (3, 5)])
    size = rng.choice((3, 20, 400))
    rows = [[F(rng.randint(0, size), rng.choice((1, 2))) for _ in range(m)] for _ in range(n)]
    for i in range(n):
        rows[i][i] += 1
    best = max(product(rows, owners) for owners in itertools.product(range(n), repeat=m))
    assert product(rows, largest_product(rows, None)) == best


def test_the_largest_product_where_there_is_none():
    pytest.importorskip("scipy")
    from mechdesign.solvers.concave.log_program import largest_product

    with pytest.raises(LimitReachedError, match="not everybody"):
        largest_product([[F(1), F(0)], [F(1), F(0)]], None)
    with pytest.raises(LimitReachedError, match="digits"):
        largest_product([[F(10**6), F(1)], [F(1), F(1)]], None)
    assert largest_product([[F(10**6)]], None) == (0,)


def test_the_model_of_an_order_allows_orders_alone():
    pulp = pytest.importorskip("pulp")
    from mechdesign.solvers.linear_ordering import linear_ordering_model

    cost = np.array([[0, 1, 5, 2], [4, 0, 1, 3], [2, 6, 0, 1], [3, 1, 2, 0]])
    model = linear_ordering_model(cost)
    listed = model.constraints  # PuLP 4 makes a list of what was a dictionary
    listed = list(listed()) if callable(listed) else list(listed.values())
    variables = {v.name: v for v in model.variables()}
    pairs = list(itertools.combinations(range(4), 2))
    orders = set(itertools.permutations(range(4)))
    count = 0
    for ways in itertools.product((0, 1), repeat=len(pairs)):
        total = 0
        wins = [0] * 4
        for (i, j), first in zip(pairs, ways, strict=True):
            variables[f"above_{i}_{j}"].varValue = first
            variables[f"above_{j}_{i}"].varValue = 1 - first
            total += cost[i, j] if first else cost[j, i]
            wins[i if first else j] += 1
        allowed = all(c.valid(1e-9) for c in listed)
        assert allowed == (sorted(wins) == [0, 1, 2, 3])
        assert pulp.value(model.objective) == total
        count += allowed
    assert count == len(orders)


def solved_by_cramer(matrix, right):
    """A square system of fractions by determinants; None if it is not regular."""
    n = len(matrix)

    def det(rows):
        if not rows:
            return F(1)
        head, *rest = rows
        return sum(
            (-1) ** k * v * det([[*r[:k], *r[k + 1 :]] for r in rest]) for k, v in enumerate(head)
        )

    whole = det(matrix)
    if not whole:
        return None
    columns = [
        [[*row[:k], b, *row[k + 1 :]] for row, b in zip(matrix, right, strict=True)]
        for k in range(n)
    ]
    return [det(table) / whole for table in columns]


@pytest.mark.parametrize("seed", range(25))
def test_square_systems(seed):
    from mechdesign.solvers.linear.exact_projection import solve_regular

    rng = random.Random(seed)
    n = rng.randint(1, 3)
    matrix = [[F(rng.randint(-2, 2)) for _ in range(n)] for _ in range(n)]
    right = [F(rng.randint(-3, 3)) for _ in range(n)]
    assert solve_regular(matrix, right) == solved_by_cramer(matrix, right)


@pytest.mark.parametrize("seed", range(25))
def test_the_nearest_point_has_the_smallest_distance(seed):
    from mechdesign.solvers.linear.exact_projection import nearest_in_fractions

    rng = random.Random(seed)
    n = rng.choice((2, 3))
    start = [F(rng.randint(0, 3)) for _ in range(n)]
    target = [F(rng.randint(-6, 6), rng.choice((1, 2))) for _ in range(n)]
    rows = [[F(rng.randint(-2, 2)) for _ in range(n)] for _ in range(rng.randint(1, 4))]
    rows = [row for row in rows if any(row)]

    def dot(a, b):
        return sum(x * y for x, y in zip(a, b, strict=True))

    least = [dot(row, start) - rng.randint(0, 2) for row in rows]
    equal = [[F(1)] * n] if seed % 2 else []
    x = nearest_in_fractions(target, start, rows, least, equal)
    assert all(dot(row, x) >= b for row, b in zip(rows, least, strict=True))
    assert all(dot(row, x) == dot(row, start) for row in equal)
    found = []
    # The nearest point of the plane of some rows, for all choices of rows.
    for chosen in itertools.chain.from_iterable(
        itertools.combinations(range(len(rows)), k) for k in range(n + 1)
    ):
        planes = [
            *((row, dot(row, start)) for row in equal),
            *((rows[k], least[k]) for k in chosen),
        ]
        gram = [[dot(a, b) for b, _ in planes] for a, _ in planes]
        weights = solved_by_cramer(gram, [c - dot(a, target) for a, c in planes])
        if weights is None:
            continue
        point = [
            t + sum(w * a[j] for w, (a, _) in zip(weights, planes, strict=True))
            for j, t in enumerate(target)
        ]
        if all(dot(row, point) >= b for row, b in zip(rows, least, strict=True)):
            found.append(sum((p - t) ** 2 for p, t in zip(point, target, strict=True)))
    assert sum((p - t) ** 2 for p, t in zip(x, target, strict=True)) == min(found)


@pytest.mark.parametrize("seed", range(30))
def test_heaviest_matchings_whose_relaxation_is_fractional(seed, monkeypatch):
    pytest.importorskip("scipy")
    from mechdesign.solvers.linear.set_packing import pack_sets

    rng = random.Random(seed)
    edges = rng.sample(list(itertools.combinations(range(7), 2)), 10)
    weights = [rng.randint(1, 3) for _ in edges]
    best = 0
    for k in range(4):
        for chosen in itertools.combinations(range(len(edges)), k):
            ends = [x for c in chosen for x in edges[c]]
            if len(ends) == len(set(ends)):
                best = max(best, sum(weights[c] for c in chosen))
    found = pack_sets(edges, weights, time_limit=60 if seed % 2 else None)
    assert (found.value, found.bound) == (best, best)
    for nodes in range(4):  # a tree that is cut short
        monkeypatch.setattr("mechdesign.solvers.linear.set_packing._NODES", nodes)
        early = pack_sets(edges, weights)
        assert early.value <= best <= early.bound <= sum(weights)


@pytest.mark.parametrize("seed", range(20))
def test_optimal_strategies_of_symmetric_games(seed):
    pytest.importorskip("scipy")
    from mechdesign.solvers.linear.symmetric_games import optimal_strategy, optimal_support

    rng = random.Random(seed)
    m = rng.choice((2, 3, 4))
    margins = np.zeros((m, m), dtype=np.int64)
    for i, j in itertools.combinations(range(m), 2):
        margins[i, j] = rng.choice((-3, -1, 0, 0, 1, 3)) * (10**8 if seed % 3 == 0 else 1)
        margins[j, i] = -margins[i, j]
    whole = margins.astype(object)
    # Vertices: on some supports the only strategy that loses to nothing.
    vertices = set()
    for size in range(1, m + 1):
        for support in itertools.combinations(range(m), size):
            for tight in itertools.combinations(range(m), size - 1):
                rows = [[F(1)] * size, *([F(int(margins[i, j])) for i in support] for j in tight)]
                part = solved_by_cramer(rows, [F(1), *(F(0) for _ in tight)])
                if part is None or min(part) < 0:
                    continue
                p = [F(0)] * m
                for i, v in zip(support, part, strict=True):
                    p[i] = v
                if min(np.array(p, dtype=object) @ whole) >= 0:
                    vertices.add(tuple(p))
    for selection in ("leximin", "vertex"):
        p, unique = optimal_strategy(margins, selection)
        assert sum(p) == 1
        assert min(p) >= 0
        assert min(np.array(p, dtype=object) @ whole) >= 0
        assert unique == (len(vertices) == 1)
        if selection == "vertex":
            assert tuple(p) in vertices
        else:
            middle = [sum(column) / len(vertices) for column in zip(*vertices, strict=True)]
            assert sorted(p) >= sorted(middle)
            assert all(sorted(p) >= sorted(v) for v in vertices)
    held = {i for v in vertices for i, x in enumerate(v) if x}
    assert optimal_support(margins) == sorted(held)


@pytest.mark.parametrize("seed", range(12))
def test_the_nearest_distribution_in_relative_entropy(seed):
    pytest.importorskip("scipy")
    from mechdesign.solvers.concave.entropy_projection import nearest_in_entropy

    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 6))
    reference, inside = rng.dirichlet(np.ones(n)), rng.dirichlet(np.ones(n) * 5)

    def rows(count, slack):
        """Rows whose value at a distribution inside is 0, or the slack."""
        drawn = rng.normal(size=(count, n))
        return drawn - (drawn @ inside)[:, None] + slack

    equal, least = rows(seed % 2, 0.0), rows(int(rng.integers(0, 3)), 0.02)
    p = nearest_in_entropy(reference, equal, least)
    assert p.sum() == pytest.approx(1)
    assert (p > 0).all()
    assert np.abs(equal @ p).max(initial=0) < 1e-9
    assert (least @ p).min(initial=0) > -1e-9

    def divergence(q):
        return float(q @ np.log(q / reference))

    # It is convex: nothing on the way to another point that is allowed is nearer.
    assert divergence(p) <= divergence(inside) + 1e-12
    slope = np.log(p / reference)
    assert slope @ (inside - p) >= -1e-7
    # Where nothing binds it is the reference itself.
    if not len(equal) and (not len(least) or (least @ reference).min() >= 0):
        assert p == pytest.approx(reference, abs=1e-7)
    tight = [row for row in least if abs(row @ p) < 1e-9]
    basis = np.array([*equal, *tight, np.ones(n)])
    rest = slope - basis.T @ np.linalg.lstsq(basis.T, slope, rcond=None)[0]
    assert np.abs(rest).max() < 1e-6


@pytest.mark.parametrize("seed", range(6))
def test_lotteries_between_favourites_are_as_their_weights(seed):
    """Everybody wants another outcome: its probability is the share of the weight."""
    pytest.importorskip("scipy")
    from mechdesign.solvers.concave.log_welfare import maximise_log_welfare

    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 5))
    weights, worth = rng.uniform(0.5, 2, n), rng.uniform(0.5, 2, n)
    extra = np.zeros((1, n))  # nobody wants the last one
    p, gap = maximise_log_welfare(np.vstack([np.diag(worth), extra]), weights)
    assert p == pytest.approx([*(weights / weights.sum()), 0.0], abs=1e-12)
    assert abs(gap) < 1e-11
