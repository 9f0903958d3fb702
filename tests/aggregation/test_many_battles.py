"""Counting battles: by columns and chunks, in any container, as one by one."""

import itertools

import numpy as np
import pytest

from mechdesign import aggregation
from mechdesign.aggregation import Pairwise, Profile
from mechdesign.aggregation.profiles import counting
from mechdesign.errors import InvalidInputError
from mechdesign.solvers.linear import symmetric_games

ROWS = [
    ("x", "y", "left"),
    ("y", "x", "tie"),
    ("z", "x", "model_b"),
    ("z", "y", "z"),
    ("y", "z", "y"),
    ("x", "y", " Left "),
    ("x", "z", "tie (bothbad)"),
]


def one_by_one(rows):
    support, ties = {}, {}
    for a, b, result in rows:
        word = result.strip().lower()
        if result in (a, b):
            first = result
        else:
            first = (
                a if word in ("left", "model_a") else b if word in ("right", "model_b") else None
            )
        if first is None:
            key = tuple(sorted((a, b)))
            ties[key] = ties.get(key, 0) + 1
        else:
            key = (first, b if first == a else a)
            support[key] = support.get(key, 0) + 1
    return support, ties


def counted(profile):
    pairs = Pairwise.of(profile)
    names = pairs.alternatives
    support = {
        (a, b): int(pairs.support[i, j])
        for (i, a), (j, b) in itertools.permutations(enumerate(names), 2)
        if pairs.support[i, j]
    }
    ties = {
        (a, b): int(pairs.ties[i, j])
        for (i, a), (j, b) in itertools.combinations(enumerate(names), 2)
        if pairs.ties[i, j]
    }
    return support, ties


def test_rows_and_chunks():
    assert counted(aggregation.battles(ROWS)) == one_by_one(ROWS)
    parts = (ROWS[k : k + 3] for k in range(0, len(ROWS), 3))
    assert aggregation.battles(parts) == aggregation.battles(ROWS)


def test_frames_and_parquet(tmp_path):
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    pytest.importorskip("narwhals")
    frame = pandas.DataFrame(ROWS, columns=["model_a", "model_b", "winner"])
    frame["conversation"] = "long text"
    file = tmp_path / "log.parquet"
    frame.to_parquet(file)
    expected = aggregation.battles(ROWS)
    assert aggregation.battles(frame) == expected
    assert aggregation.battles(file) == expected
    assert aggregation.battles(iter([frame[:3], frame[3:]])) == expected
    renamed = frame.rename(columns={"model_a": "p", "model_b": "q"})
    assert aggregation.battles(renamed, left="p", right="q") == expected
    scores = aggregation.bradley_terry(frame).scores
    assert scores == aggregation.bradley_terry(expected).scores


def test_the_row_of_an_error_counts_over_chunks():
    parts = iter([ROWS[:3], [("x", "y", "left"), ("x", "y", "perhaps")]])
    with pytest.raises(InvalidInputError, match="'perhaps' in row 5"):
        aggregation.battles(parts)
    with pytest.raises(InvalidInputError, match="row 2: "):
        aggregation.battles([("x", "y", "left"), ("x", "x", "tie")])
    with pytest.raises(InvalidInputError, match="names and results"):
        aggregation.battles([(["x"], "y", "left")])
    with pytest.raises(InvalidInputError, match="at least one battle"):
        aggregation.battles(iter([]))


@pytest.mark.parametrize("seed", range(20))
def test_short_ballots_are_counted_as_all_others(seed):
    rng = np.random.default_rng(seed)
    n, m, most = int(rng.integers(1, 30)), 16, int(rng.integers(2, 5))
    tiers = np.full((n, m), -1, dtype=np.int8)
    for row in tiers:
        chosen = rng.choice(m, int(rng.integers(1, most + 1)), replace=False)
        row[chosen] = np.unique(rng.integers(0, 3, len(chosen)), return_inverse=True)[1]
    weights = rng.integers(1, 5, n)
    support, compared = counting.count_pairs(tiers, weights)
    for i, j in itertools.permutations(range(m), 2):
        both = (tiers[:, i] >= 0) & (tiers[:, j] >= 0)
        assert compared[i, j] == weights[both].sum()
        assert support[i, j] == weights[both & (tiers[:, i] < tiers[:, j])].sum()


def test_ballots_of_pairs_have_these_pairs():
    pairs = Pairwise.of(Profile.from_rankings({"A > B = C": 3, "C > A > B": 2, "B": 1}))
    again = Pairwise.of(pairs.ballots())
    assert (again.support == pairs.support).all()
    assert (again.compared == pairs.compared).all()


@pytest.mark.parametrize("seed", range(80))
def test_a_lottery_proved_by_its_support_is_that_of_the_simplex_method(seed, monkeypatch):
    rng = np.random.default_rng(seed)
    m, n = int(rng.integers(2, 8)), int(rng.integers(1, 8))
    profile = Profile.from_orders(np.argsort(rng.random((n, m)), axis=1))
    fast = aggregation.maximal_lottery(profile)
    monkeypatch.setattr(symmetric_games, "_only_optimum", lambda margins: None)
    assert aggregation.maximal_lottery(profile) == fast


def test_large_maximal_lotteries_are_proved_unique():
    profile = Profile.from_orders(np.argsort(np.random.default_rng(0).random((101, 120)), axis=1))
    found, pairs = aggregation.maximal_lottery(profile), Pairwise.of(profile)
    assert found.unique
    assert sum(found.probabilities.values()) == 1
    assert all(found.gain(pairs, label) >= 0 for label in profile.alternatives)
