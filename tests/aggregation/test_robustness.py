"""Weight changes against the rule itself, subsampling against the published figures."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from mechdesign import aggregation as ag
from mechdesign.aggregation import datasets
from mechdesign.errors import InvalidInputError


@pytest.mark.parametrize("rule", ["mean", "borda"])
def test_the_changed_weights_make_it_win(rule: str) -> None:
    problem = datasets.roberta_glue().problem()
    for system in problem.data.alternatives:
        found = ag.weight_change(problem, system, rule)
        assert found is not None
        weights = tuple(Fraction(w).limit_denominator(10**9) for w in found.after.tolist())
        scores = getattr(ag, rule)(replace(problem, weights=weights)).scores
        assert float(max(scores.values()) - scores[system]) < 1e-6
        now = system in getattr(ag, rule)(problem).winners
        assert (found.moved < 1e-9) == now
        assert abs(sum(found.changes().values())) < 1e-9
    with pytest.raises(InvalidInputError):
        ag.weight_change(problem, "nobody")


def test_a_dominated_system_never_wins() -> None:
    assert ag.weight_change({"A": [2, 2], "B": [1, 1]}, "B") is None


@pytest.mark.shared_data
def test_published_subsampling(shared_data: Path) -> None:
    table = ag.score_table(shared_data / "colombo" / "xtrem.data")
    curve = ag.subsampling_curve(table, sizes=[1, 2, 3], samples=60)
    for row, (mean, borda) in zip(
        curve.rows, [(0.775, 0.783), (0.810, 0.876), (0.887, 0.936)], strict=True
    ):
        assert row[1] == pytest.approx(mean, abs=0.03)
        assert row[2] == pytest.approx(borda, abs=0.03)


def test_a_curve_of_one_system_is_not_defined() -> None:
    """Before, the mean of no values was taken with a warning."""
    assert ag.subsampling_curve({"A": {"x": 1}}, samples=3).rows == ((1, None, None),)
