"""Rounds of elimination counted by columns, and batches dropped at once, as by definition."""

import itertools

import numpy as np
import pytest

from mechdesign import aggregation as ag
from mechdesign.errors import LimitReachedError


def winners_of_irv(orders, weights, m):
    """Everybody who wins for some way of breaking ties, by enumeration."""
    known = {}

    def winners(left):
        if left not in known:
            votes = dict.fromkeys(left, 0)
            for order, weight in zip(orders, weights, strict=True):
                votes[next(x for x in order if x in left)] += weight
            low = min(votes.values())
            out = [x for x in left if votes[x] == low]
            known[left] = (
                left if len(left) == 1 else frozenset().union(*(winners(left - {x}) for x in out))
            )
        return known[left]

    return winners(frozenset(range(m)))


@pytest.mark.parametrize("seed", range(60))
def test_irv_with_all_ties(seed):
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(1, 14)), int(rng.integers(2, 8))
    orders = np.argsort(rng.random((n, m)), axis=1)
    weights = rng.integers(1, 4, n) if seed % 2 else np.ones(n, dtype=int)
    profile = ag.Profile.from_orders(orders, weights=weights.tolist())
    found = set(ag.irv(profile).winners)
    assert found == winners_of_irv(orders.tolist(), weights.tolist(), m)


@pytest.mark.parametrize("seed", range(40))
def test_bucklin_and_threshold_by_definition(seed):
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(1, 12)), int(rng.integers(2, 6))
    orders = np.argsort(rng.random((n, m)), axis=1)
    weights = rng.integers(1, 4, n) if seed % 2 else np.ones(n, dtype=int)
    profile = ag.Profile.from_orders(orders, weights=weights.tolist())
    placed = [[int(weights[orders[:, depth] == x].sum()) for depth in range(m)] for x in range(m)]
    reached = [list(itertools.accumulate(row)) for row in placed]
    depth = next(d for d in range(m) if 2 * max(row[d] for row in reached) > weights.sum())
    assert ag.bucklin(profile).details["places"] == depth + 1
    assert list(ag.bucklin(profile).scores.values()) == [row[depth] for row in reached]
    best = min(range(m), key=lambda x: placed[x][::-1])
    assert best in ag.threshold(profile).winners


def test_irv_says_what_is_undecided():
    orders = np.argsort(np.random.default_rng(0).random((101, 60)), axis=1)
    with pytest.raises(LimitReachedError, match=r"wins in some of them, .* undecided"):
        ag.irv(ag.Profile.from_orders(orders))
