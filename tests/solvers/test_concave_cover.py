"""The two mathematical programs of position auctions against brute force."""

import itertools

import numpy as np
import pytest

from mechdesign.solvers.concave.concave_cover import _Search, concave_cover
from mechdesign.solvers.linear.fractional_assignment import fractional_assignment


def matchings(n, m, k):
    for size in range(min(k, n, m) + 1):
        for rows in itertools.combinations(range(n), size):
            for columns in itertools.permutations(range(m), size):
                yield list(zip(rows, columns, strict=True))


@pytest.mark.parametrize("seed", range(6))
def test_concave_cover(seed):
    rng = np.random.default_rng(seed)
    values = np.sort(rng.uniform(0, 1, 4))[::-1].tolist()
    p = np.where(rng.uniform(0, 1, (4, 3)) < 0.1, 1.0, rng.uniform(0, 0.9, (4, 3)))

    def worth(pairs):
        reach, total = 1.0, 0.0
        for i, j in sorted(pairs):
            total += reach * p[i, j] * values[i]
            reach *= 1 - p[i, j]
        return total

    best = max(map(worth, matchings(4, 3, 2)))
    found = concave_cover(values, p, 2)
    assert found.value == pytest.approx(best, rel=1e-12)
    assert found.bound == found.value
    assert worth(found.pairs) == pytest.approx(found.value, rel=1e-12)
    for unit in (1e-9, 1e9):
        scaled = concave_cover([unit * v for v in values], p, 2)
        assert scaled.pairs == found.pairs
        assert scaled.value == pytest.approx(unit * found.value, rel=1e-12)


def expected(values, p, pairs):
    reach, total = 1.0, 0.0
    for i, j in sorted(pairs):
        total += reach * p[i, j] * values[i]
        reach *= 1 - p[i, j]
    return total


@pytest.mark.parametrize("seed", [5, 6, 14, 16, 20, 21, 24, 26])
def test_concave_cover_where_the_relaxation_is_not_enough(seed):
    rng = np.random.default_rng(seed)
    p = rng.uniform(0.05, 0.6, (5, 4))
    values = (6 * np.sort(0.2 / p.mean(axis=1))[::-1]).tolist()
    best = max(expected(values, p, pairs) for pairs in matchings(5, 4, 3))
    found = concave_cover(values, p, 3)
    assert found.nodes > 1
    assert found.bound == found.value == pytest.approx(best, rel=1e-11)
    cut_off = concave_cover(values, p, 3, time_limit=0)
    assert cut_off.nodes == 1
    assert cut_off.value <= best * (1 + 1e-12)
    assert best * (1 - 1e-12) <= cut_off.bound <= sum(values)
    assert cut_off.bound > cut_off.value
    # The shares of the last tangent are those of a fractional matching of three edges.
    _, x = _Search(values, p, 3).relax((), np.zeros((5, 4), dtype=bool), np.zeros((5, 4)), np.inf)
    assert x.min() >= 0
    assert max(x.sum(axis=0).max(), x.sum(axis=1).max()) <= 1 + 1e-9
    assert x.sum() <= 3 + 1e-9


@pytest.mark.parametrize("shape", [(1, 1), (1, 3), (3, 1), (3, 3)])
def test_one_edge_is_the_best_one(shape):
    p = np.random.default_rng(0).uniform(0.1, 0.9, shape)
    values = [3.0, 2.0, 1.5][: shape[0]]
    best = max(values[i] * p[i, j] for i in range(shape[0]) for j in range(shape[1]))
    found = concave_cover(values, p, 1)
    assert found.value == found.bound == pytest.approx(best, rel=1e-12)
    assert len(found.pairs) == 1


def test_a_time_limit_leaves_a_certified_gap():
    rng = np.random.default_rng(0)
    p = rng.uniform(0.05, 0.3, (25, 25))
    values = np.sort(0.2 / p.mean(axis=1))[::-1].tolist()
    found = concave_cover(values, p, 6, time_limit=0.2)
    assert found.bound >= found.value


def test_nothing_to_match():
    assert concave_cover([], np.zeros((0, 2)), 1).pairs == ()
    assert fractional_assignment(np.zeros((2, 0)), np.zeros((2, 0)), 1).shape == (2, 0)


@pytest.mark.parametrize("seed", range(6))
def test_fractional_assignment(seed):
    rng = np.random.default_rng(seed)
    weight = rng.uniform(0, 1, (4, 3))
    gain = rng.uniform(0, 1, (4, 1)) * weight
    best = max(
        sum(gain[e] for e in pairs) / (1 + sum(weight[e] for e in pairs))
        for pairs in matchings(4, 3, 2)
    )
    share = fractional_assignment(gain, weight, 2)
    assert np.abs(share - share.round()).max() < 1e-9
    assert (gain * share).sum() / (1 + (weight * share).sum()) == pytest.approx(best)


def test_an_edge_to_branch_on_is_worth_something():
    """Whole shares leave the best edge; where none is worth anything there is none."""
    search = _Search([2.0, 1.0], np.array([[0.0, 0.5], [0.3, 0.0]]), 2)
    none, whole = np.zeros((2, 2), dtype=bool), np.array([[0.0, 1.0], [1.0, 0.0]])
    assert search.branching_edge((), none, whole) == (0, 1)
    assert search.branching_edge(((0, 1),), none, whole) == (1, 0)
    assert search.branching_edge(((0, 1), (1, 0)), none, whole) is None
    assert search.branching_edge((), ~none, whole) is None
    # The share that is most undecided comes before the edge that is worth most.
    assert search.branching_edge((), none, np.array([[0.0, 1.0], [0.5, 0.0]])) == (1, 0)
