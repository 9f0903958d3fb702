"""Clauses against truth tables, sums of logarithms against all sets and fine grids."""

from __future__ import annotations

import itertools
import math
import random

import numpy as np
import pytest

from mechdesign.errors import SolverError
from mechdesign.solvers.concave.concave_knapsack import concave_knapsack
from mechdesign.solvers.concave.log_welfare import maximise_log_welfare
from mechdesign.solvers.sat import ClauseSolver, refutation, small_core


def clauses_of(seed):
    rng = random.Random(seed)
    n = rng.randint(2, 5)
    count = rng.randint(2, 5 * n)
    drawn = []
    for _ in range(count):
        names = rng.sample(range(1, n + 1), k=rng.randint(1, min(3, n)))
        drawn.append(tuple(x * rng.choice([1, -1]) for x in names))
    return n, drawn


def models(n, clauses):
    for signs in itertools.product([1, -1], repeat=n):
        true = {k * s for k, s in enumerate(signs, 1)}
        if all(true & set(clause) for clause in clauses):
            yield true


def propagated(clauses):
    """Whether unit propagation ends in a contradiction."""
    true: set[int] = set()
    while True:
        news = set()
        for clause in clauses:
            left = [x for x in clause if -x not in true]
            if not left:
                return True
            if len(set(left)) == 1 and left[0] not in true:
                news.add(left[0])
        if not news:
            return False
        true |= news
        if any(-x in true for x in true):
            return True


@pytest.mark.parametrize("seed", range(80))
def test_clauses_against_truth_tables(seed):
    pytest.importorskip("pysat")
    n, clauses = clauses_of(seed)
    solver = ClauseSolver("a test")
    for clause in clauses:
        solver.add(clause)
    found = list(models(n, clauses))
    assert solver.solve() is bool(found)
    if found:
        chosen = solver.chosen
        assert {k if k in chosen else -k for k in range(1, n + 1)} in found
        for literal in (1, -1):
            assert solver.solve([literal]) is any(literal in m for m in found)
            if not any(literal in m for m in found):
                assert solver.core <= {literal}
        with pytest.raises(SolverError, match="contradict"):
            small_core(clauses, "a test")
        with pytest.raises(SolverError, match="contradict"):
            refutation(clauses, "a test")
        return
    core = small_core(clauses, "a test")
    assert core == sorted(set(core))
    assert not list(models(n, [clauses[k] for k in core]))
    known = list(clauses)
    for line in refutation(clauses, "a test"):
        assert propagated([*known, *((-x,) for x in line)]), line
        known.append(line)
    assert known[-1] == ()


@pytest.mark.parametrize("seed", range(20))
def test_logarithms_within_a_budget(seed):
    rng = np.random.default_rng(seed)
    m, g = int(rng.integers(3, 8)), int(rng.integers(1, 5))
    cells = [(i, j) for i in range(m) for j in range(g) if rng.random() < 0.5]
    worth = rng.integers(1, 4, len(cells)).astype(float)
    weights, costs = rng.uniform(0.5, 3, g), rng.integers(0, 6, m)
    budget = int(rng.integers(0, 12))

    def value(chosen):
        sums = np.zeros(g)
        for (i, j), w in zip(cells, worth, strict=True):
            sums[j] += w * (i in chosen)
        return float(weights @ np.log1p(sums))

    best = max(
        value(chosen)
        for size in range(m + 1)
        for chosen in itertools.combinations(range(m), size)
        if costs[list(chosen)].sum() <= budget
    )
    entries = (np.array([i for i, _ in cells], int), np.array([j for _, j in cells], int), worth)
    for unit in (1, 10**9):
        found = concave_knapsack(entries, weights, costs * unit, budget * unit)
        assert found.optimal
        assert found.value == pytest.approx(best, rel=1e-9, abs=1e-12)
        assert found.bound >= best - 1e-9
        assert value(found.items) == pytest.approx(found.value, abs=1e-12)
        assert costs[list(found.items)].sum() <= budget


@pytest.mark.parametrize("unit", [1e-9, 1.0, 1e9])
@pytest.mark.parametrize("seed", range(8))
def test_logarithms_of_lotteries(seed, unit):
    rng = np.random.default_rng(seed)
    gains, weights = rng.uniform(0.1, 1, (3, 2)) * [1.0, unit], rng.uniform(0.5, 2, 2)
    p, gap = maximise_log_welfare(gains, weights)
    assert p.sum() == pytest.approx(1)
    assert p.min() >= -1e-12
    value = float(weights @ np.log(p @ gains))
    assert gap + 1e-12 >= 0
    assert gap < 1e-6
    steps = 60
    for a in range(steps + 1):
        for b in range(steps + 1 - a):
            q = np.array([a, b, steps - a - b]) / steps
            assert float(weights @ np.log(q @ gains)) <= value + gap + 1e-9


def test_logarithms_with_a_limit():
    """Two packages of one agent each: half each, or as near as the limit lets them."""
    gains = np.eye(2)
    free, _ = maximise_log_welfare(gains, np.ones(2))
    assert free == pytest.approx([0.5, 0.5], abs=1e-7)
    held, gap = maximise_log_welfare(gains, np.ones(2), np.array([[1.0, 0.0]]), np.array([0.25]))
    assert held == pytest.approx([0.25, 0.75], abs=1e-6)
    assert gap < 1e-5
    weighed, _ = maximise_log_welfare(gains, np.array([1.0, 3.0]))
    assert weighed == pytest.approx([0.25, 0.75], abs=1e-6)
    assert math.isclose(float(np.log(weighed).sum()), math.log(3 / 16), rel_tol=1e-6)
