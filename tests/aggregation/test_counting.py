"""Pairwise counting: every path gives the same counts, with and without the compiler."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mechdesign import aggregation as ag
from mechdesign.aggregation.profiles import counting
from mechdesign.aggregation.profiles.counting import count_pairs
from mechdesign.errors import InvalidInputError


def naive(tiers, counts):
    m = tiers.shape[1]
    support = np.zeros((m, m), dtype=int)
    compared = np.zeros((m, m), dtype=int)
    for row, weight in zip(tiers, counts, strict=True):
        for i in range(m):
            for j in range(m):
                if i != j and row[i] >= 0 and row[j] >= 0:
                    compared[i, j] += weight
                    support[i, j] += weight * (row[i] < row[j])
    return support, compared


def dense(row):
    """The row with its tiers numbered without gaps, as in every profile."""
    tiers = sorted({tier for tier in row if tier >= 0})
    return [tiers.index(tier) if tier >= 0 else -1 for tier in row]


tables = st.integers(1, 6).flatmap(
    lambda m: st.lists(st.lists(st.integers(-1, 3), min_size=m, max_size=m), min_size=1, max_size=8)
)


@given(tables, st.booleans())
def test_counts(table: list[list[int]], weighted: bool) -> None:
    tiers = np.array([dense(row) for row in table], dtype=np.int8)
    counts = np.arange(1, len(table) + 1) if weighted else np.ones(len(table), dtype=np.int64)
    expected = naive(tiers, counts)
    found = count_pairs(tiers, counts)
    assert all(np.array_equal(a, b) for a, b in zip(expected, found, strict=True))


@pytest.mark.parametrize("strict", [True, False])
def test_kernel_and_blocks_agree(strict: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(1)
    orders = np.argsort(rng.random((300, 5)), axis=1)
    profile = ag.Profile.from_orders(orders) if strict else ag.Profile.from_scores(orders // 2)
    expected = count_pairs(profile.tiers, profile.counts)[0]
    columns = np.ascontiguousarray(profile.tiers.T)
    for kernel in (counting._count_compiled, counting._count_compiled.python):
        result = np.zeros((5, 5), dtype=np.int64)
        kernel(columns, result, strict)
        assert np.array_equal(result, expected)
    monkeypatch.setattr(counting, "_BLOCK_BYTES", 64)
    monkeypatch.setattr(counting, "_ROWS_PER_ACCUMULATOR", 2)
    assert np.array_equal(count_pairs(profile.tiers, profile.counts)[0], expected)


@given(tables)
def test_borda_of_the_profile_and_of_the_pairs(table: list[list[int]]) -> None:
    tiers = np.abs(np.array(table))
    profile = ag.Profile.from_ranks(tiers)
    pairs = ag.Pairwise.of(profile)
    points = (2 * pairs.support + pairs.ties).sum(axis=1)
    assert [2 * s for s in ag.borda(profile).scores.values()] == points.tolist()


def test_too_large_a_total_is_named() -> None:
    with pytest.raises(InvalidInputError, match=f"got '?{2**53} over 2"):
        ag.Profile.from_rankings(
            ["A > B", "B > A"], weights=[2**52 - Fraction(1, 2), Fraction(1, 2)]
        )


def test_weights_are_exact() -> None:
    profile = ag.Profile.from_rankings(["A > B", "B > A"], weights=[0.1, 0.3])
    assert [str(w) for w in profile.weights()] == ["1/10", "3/10"]
    assert str(ag.Pairwise.of(profile).margin("B", "A")) == "1/5"


def test_rank_and_order_vectors_are_not_confused() -> None:
    ranks = np.array([[1, 2, 0]])
    assert str(ag.Profile.from_ranks(ranks, "ABC").ranking(0)) == "C > A > B"
    assert str(ag.Profile.from_orders(ranks, "ABC").ranking(0)) == "B > C > A"
    for wrong in ([2, 0, 1], ["A", "B"]):
        with pytest.raises(InvalidInputError, match="from_order"):
            ag.Ranking(wrong)
