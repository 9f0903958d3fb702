"""Robustness curves and robust rules."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from mechdesign import aggregation as ag
from mechdesign.aggregation import datasets
from mechdesign.aggregation.analysis.curves import KINDS
from mechdesign.errors import InvalidInputError

TABLE = {"A": [9, 8, 9, 7], "B": [5, 6, 7, 8], "C": [1, 2, 8, 3], "D": [2, 1, 0, 1]}


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"instances"}))
def test_curves_are_seeded_and_sane(kind: str) -> None:
    first = ag.robustness_curve(TABLE, kind, samples=6, rng=3)
    assert first.rows == ag.robustness_curve(TABLE, kind, samples=6, rng=3).rows
    assert all(-1 <= v <= 1 for row in first.rows for v in row[1:])
    assert [row[0] for row in first.rows] == list(KINDS[kind])


def test_nothing_disturbed_nothing_changed() -> None:
    for kind, level in (("tasks", 1), ("systems", 1), ("missing", 0), ("scaling", 0)):
        curve = ag.robustness_curve(TABLE, kind, levels=[level], samples=2)
        assert curve.rows[0][1:] == (1.0, 1.0, 1.0), kind
    scores = np.random.default_rng(0).random((30, 4))
    table = ag.instance_table({"x": scores, "y": scores[:7]}, systems=list("ABCD"))
    assert ag.robustness_curve(table, "instances", levels=[1], samples=2).rows[0][1:] == (1, 1, 1)
    half = ag.robustness_curve(table, "instances", levels=[0.2], samples=20).rows[0]
    assert all(value < 1 for value in half[1:])


def test_one_bad_scale_kills_the_mean_only() -> None:
    rows = ag.robustness_curve(datasets.roberta_glue(), "scaling", levels=[1], samples=9).rows
    _, mean, z_score, borda = rows[0]
    assert mean < min(z_score, borda)


def test_published_errors_under_scaling_corruption() -> None:
    published = {
        0: (0.037, 0.036, 0.041, 0.041, 0.039),
        1: (1, 0.061, 0.058, 0.090, 0.062),
        3: (1, 0.122, 0.131, 0.196, 0.101),
        5: (1, 0.565, 0.557, 0.599, 0.401),
    }
    table = ag.scaling_errors(corrupted=sorted(published), runs=40, rng=1)
    for row in table.rows:
        # Forty runs: the standard error is below .03, at five of eleven tasks below .05.
        slack = 0.15 if row[0] == 5 else 0.05
        assert row[1:] == pytest.approx(published[row[0]], abs=slack), row


def test_bad_requests() -> None:
    for arguments, options in (
        ((TABLE, "nonsense"), {}),
        ((TABLE, "instances"), {}),
        ((TABLE, "scaling"), {"levels": [9]}),
        ((TABLE, "missing"), {"levels": [1]}),
        ((TABLE, "tasks"), {"samples": 0}),
        ((["A > B"], "tasks"), {}),
    ):
        with pytest.raises(InvalidInputError):
            ag.robustness_curve(*arguments, **options)


def test_ranks_and_trimmed_means() -> None:
    votes = {"A > B > C": 3, "B > C > A": 2, "C > A = B": 2}
    borda, ranks = ag.borda(votes), ag.rank_mean(votes)
    assert borda.choice == ranks.choice
    assert dict(ag.rank_median({"A > B": 1, "B > A": 1}).scores) == {
        "A": Fraction(-3, 2),
        "B": Fraction(-3, 2),
    }
    assert dict(ag.rank_median({"A > B": Fraction(1, 2), "B > A": 1}).scores) == {"A": -2, "B": -1}
    table = {"A": [0, 5, 6, 7, 1000], "B": [8, 8, 8, 8, 8]}
    assert ag.trimmed_mean(table).winners == ("B",)
    assert ag.trimmed_mean(table, trim=0).scores == ag.mean(table).scores
    for trim in (-1, 0.5, float("nan"), "x"):
        with pytest.raises(InvalidInputError):
            ag.trimmed_mean(table, trim=trim)
    with pytest.raises(InvalidInputError):
        ag.trimmed_mean(table, weights=[1, 2, 1, 1, 1])


def test_the_curve_is_drawn() -> None:
    pytest.importorskip("matplotlib").use("Agg")
    from mechdesign.aggregation.plots import robustness

    axes = robustness(ag.robustness_curve(TABLE, samples=2))
    assert [t.get_text() for t in axes.get_legend().get_texts()] == ["mean", "z_score", "borda"]
