"""Rank confidence sets: clear cases, coverage on simulated data."""

from __future__ import annotations

import numpy as np
import pytest

from mechdesign import aggregation as ag
from mechdesign.aggregation import datasets
from mechdesign.errors import InvalidInputError


def test_clear_and_level_systems() -> None:
    rng = np.random.default_rng(0)
    noise = rng.normal(size=(5, 200))
    table = ag.score_table(noise + np.array([[3.0], [0.0], [0.0], [0.0], [-3.0]]))
    found = ag.rank_confidence_sets(table, rng=1)
    sets = list(found.sets().values())
    assert sets[0] == (1, 1)
    assert sets[4] == (5, 5)
    assert found.best() == ("system 1",)
    assert set(found.best(2)) >= {"system 1", "system 2"}
    again = ag.rank_confidence_sets(table, rng=1)
    assert np.array_equal(found.better, again.better)
    assert "simultaneous" in str(found)


def test_marginal_sets_are_inside_simultaneous_ones() -> None:
    rng = np.random.default_rng(2)
    table = ag.score_table(rng.normal(size=(6, 40)) + np.linspace(0, 1.2, 6)[:, None])
    wide = ag.rank_confidence_sets(table).sets()
    narrow = ag.rank_confidence_sets(table, simultaneous=False).sets()
    for system, (low, high) in narrow.items():
        assert wide[system][0] <= low <= high <= wide[system][1]


def test_coverage() -> None:
    """With all means equal, a false statement about any rank is made in about 5 % of the cases."""
    rng = np.random.default_rng(3)
    wrong = 0
    for k in range(60):
        table = ag.score_table(rng.normal(size=(5, 60)))
        wrong += bool(ag.rank_confidence_sets(table, samples=300, rng=k).better.any())
    assert wrong <= 9


def test_bad_input() -> None:
    for bad in ({"A": [1, 2], "B": [2, 1]}, {"A": [1, None, 2], "B": [1, 2, 3]}):
        with pytest.raises(InvalidInputError):
            ag.rank_confidence_sets(bad)
    with pytest.raises(InvalidInputError):
        ag.rank_confidence_sets(datasets.bert_glue(), level=1)
