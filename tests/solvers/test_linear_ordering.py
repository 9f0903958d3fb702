"""Linear ordering against dynamic programming over subsets, at every scale of the costs."""

import time

import numpy as np
import pytest

from mechdesign.algorithms.linear_ordering import SubsetTable, local_search, order_cost
from mechdesign.solvers.linear_ordering import linear_ordering


def voters(k, n, scale, rng):
    cost = np.zeros((k, k), dtype=np.int64)
    for _ in range(n):
        place = rng.permutation(k)
        cost += int(rng.integers(1, scale + 1)) * (place[:, None] > place[None, :])
    return cost


@pytest.mark.parametrize("scale", [1, 3, 10**6, 10**12, 10**16])
@pytest.mark.parametrize("seed", range(8))
def test_the_optimum_is_proved_at_every_scale(seed, scale):
    rng = np.random.default_rng(seed)
    k = int(rng.integers(3, 11))
    for cost in (
        voters(k, int(rng.integers(3, 7)), scale, rng),
        rng.integers(0, scale + 1, (k, k)) * (1 - np.eye(k, dtype=np.int64)),
    ):
        found = linear_ordering(cost, list(range(k)))
        assert found.cost == found.bound == SubsetTable(cost).optimum
        assert order_cost(cost, found.order) == found.cost


def test_a_fractional_relaxation_is_branched_on():
    k = 25
    cost = np.random.default_rng(k).integers(0, 100, (k, k))
    np.fill_diagonal(cost, 0)
    found = linear_ordering(cost, list(range(k)))
    assert found.cost == found.bound == 12638
    assert found.nodes > 1


@pytest.mark.parametrize("seed", range(3))
def test_the_tree_agrees_with_subsets_where_the_relaxation_is_fractional(seed):
    # Paley's tournament on 11 items has a fractional relaxation; noise makes it unlike itself.
    k, squares = 11, {1, 3, 4, 5, 9}
    rng = np.random.default_rng(seed)
    wins = np.array([[int((j - i) % k in squares) for j in range(k)] for i in range(k)])
    cost = 10 * wins + rng.integers(0, 2, (k, k)) * (1 - np.eye(k, dtype=np.int64))
    found = linear_ordering(cost, list(range(k)))
    assert found.cost == found.bound == SubsetTable(cost).optimum


def test_a_bound_is_below_the_optimum_when_the_time_is_up():
    k = 31
    upper = np.triu(np.random.default_rng(k).integers(0, 2, (k, k)), 1)
    cost = upper + np.tril(1 - upper.T, -1)
    start = local_search(cost, list(range(k)))
    begun = time.monotonic()
    found = linear_ordering(cost, start, time_limit=0.5)
    assert time.monotonic() - begun < 5
    assert found.bound <= 144 <= order_cost(cost, start)
    assert found.bound <= found.cost == order_cost(cost, found.order)
