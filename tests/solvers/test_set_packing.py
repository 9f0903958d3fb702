"""Disjoint sets of the largest weight: brute force, large weights, solvers that are wrong."""

import itertools
import random
from types import SimpleNamespace

import numpy as np
import scipy.optimize

from mechdesign.solvers.linear.set_packing import pack_sets


def brute(sets, weights):
    best = 0
    for some in itertools.product((0, 1), repeat=len(sets)):
        used = [e for one, taken in zip(sets, some, strict=True) if taken for e in one]
        if len(used) == len(set(used)):
            best = max(best, sum(w * taken for w, taken in zip(weights, some, strict=True)))
    return best


def drawn(rng, unit=1):
    m = rng.randint(1, 6)
    sets = [tuple(rng.sample(range(m), rng.randint(1, m))) for _ in range(rng.randint(1, 8))]
    return sets, [rng.randint(0, 20) * unit + rng.randint(0, 2) for _ in sets]


def test_the_best_is_found_and_proved():
    rng = random.Random(3)
    for unit in (1, 10**6, 10**9) * 20:
        sets, weights = drawn(rng, unit)
        found = pack_sets(sets, weights)
        assert found.proved, (sets, weights)
        assert found.value == brute(sets, weights), (sets, weights)


def test_a_bound_is_one_whatever_the_size_of_the_numbers():
    rng = random.Random(4)
    for _ in range(20):
        sets, weights = drawn(rng, 10**40)
        found = pack_sets(sets, weights)
        assert found.value <= brute(sets, weights) <= found.bound


def test_a_solver_that_is_wrong_proves_nothing(monkeypatch):
    """Prices of any kind give a bound; what the solver calls optimal is not believed."""
    rng = random.Random(5)
    noise = np.random.default_rng(5)
    real = scipy.optimize.linprog

    def wrong(objective, **options):
        found = real(objective, **options)
        duals = SimpleNamespace(marginals=-noise.random(len(found.ineqlin.marginals)))
        return SimpleNamespace(status=0, x=found.x, ineqlin=duals)

    def lazy(objective, **options):
        return SimpleNamespace(x=np.zeros(len(objective)), status=0, mip_dual_bound=0.0)

    monkeypatch.setattr(scipy.optimize, "linprog", wrong)
    monkeypatch.setattr(scipy.optimize, "milp", lazy)
    for _ in range(20):
        sets, weights = drawn(rng)
        found = pack_sets(sets, weights)
        best = brute(sets, weights)
        assert found.value <= best <= found.bound
        assert not found.proved or found.value == best
