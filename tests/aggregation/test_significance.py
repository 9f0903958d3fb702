"""Tests and plots."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from mechdesign import aggregation as ag
from mechdesign.aggregation import datasets
from mechdesign.aggregation.uncertainty.significance import critical_difference, wilcoxon_holm
from mechdesign.errors import InvalidInputError


def test_friedman_is_scipys() -> None:
    stats = pytest.importorskip("scipy.stats")
    scores = np.random.default_rng(0).integers(0, 5, size=(4, 12))
    found = critical_difference(ag.score_table(scores))
    expected = stats.friedmanchisquare(*scores)
    assert found.chi2 == pytest.approx(expected.statistic)
    assert found.p_value == pytest.approx(expected.pvalue)
    # Demsar (2006), Table 5: q of the two-tailed Nemenyi test at .05.
    for k, q in ((2, 1.960), (5, 2.728), (10, 3.164)):
        table = ag.score_table(np.random.default_rng(1).random((k, 8)))
        cd = critical_difference(table).difference
        assert cd / (k * (k + 1) / 48) ** 0.5 == pytest.approx(q, abs=6e-4)


def test_cliques() -> None:
    found = critical_difference(datasets.bert_glue())
    assert found.alternatives[0] == "BERT-large"
    for first, last in found.cliques():
        assert found.ranks[last] - found.ranks[first] <= found.difference
    assert "Friedman" in str(found)
    for bad in ({"A": [1, None], "B": [1, 2]}, {"A": [1, 2]}, {"A": [1, 1], "B": [1, 1]}):
        with pytest.raises(InvalidInputError):
            critical_difference(bad)


def test_holm() -> None:
    rows = wilcoxon_holm(datasets.bert_glue()).rows
    assert len(rows) == 10
    adjusted = [row[3] for row in rows]
    assert adjusted == sorted(adjusted)
    assert all(row[2] <= row[3] <= 1 for row in rows)
    assert wilcoxon_holm({"A": [1, 2], "B": [1, 2]}).rows[0][2:] == (1.0, 1.0)


def test_bootstrap() -> None:
    table = datasets.roberta_glue()
    first = ag.bootstrap(table, "mean", samples=300, rng=3)
    assert np.array_equal(first.ranks, ag.bootstrap(table, "mean", samples=300, rng=3).ranks)
    assert first.first().sum() == pytest.approx(1)
    low, high = first.interval()
    assert ((low <= first.ranks.mean(axis=0)) & (first.ranks.mean(axis=0) <= high)).all()
    slow = ag.bootstrap(table, "copeland", samples=60, rng=3)
    assert slow.ranks.shape == (60, 4)
    # The additive fast path ranks as the rule itself does.
    resample = ag.read(table)
    draws = np.random.default_rng(3).multinomial(10, np.full(10, 0.1), size=5).tolist()
    for k, row in enumerate(draws):
        for rule, fast in (("mean", first), ("borda", ag.bootstrap(table, samples=5, rng=3))):
            part = replace(resample, weights=tuple(row))
            ranking = getattr(ag, rule)(part).choice
            expected = [float(v) for v in ranking.rank_vector(table.systems)]
            if len(fast.ranks) == 5:
                assert fast.ranks[k].tolist() == expected
    with pytest.raises(InvalidInputError):
        ag.bootstrap(table, samples=0)


def test_plots() -> None:
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    from matplotlib import pyplot

    from mechdesign.aggregation import plots

    table = datasets.roberta_glue()
    many = ag.score_table(np.random.default_rng(0).random((100, 8)))
    drawn = [
        plots.rank_heatmap(table),
        plots.bump(ag.compare(table)),
        plots.rank_intervals(ag.bootstrap(table, samples=50)),
        plots.majority_graph({"A > B > C": 1, "B > C > A": 1, "C > A > B": 1}),
        plots.critical_difference(many),
    ]
    figure = drawn[-1].figure
    figure.canvas.draw()
    boxes = [label.get_window_extent() for label in drawn[-1].get_yticklabels()]
    assert len(boxes) == 100
    ordered = sorted(boxes, key=lambda box: box.y0)
    assert all(a.y1 <= b.y0 + 1.5 for a, b in itertools.pairwise(ordered))
    pyplot.close("all")


def test_instances_tasks_and_both() -> None:
    rng = np.random.default_rng(0)
    base = np.array([1.0, 0.5, 0.0])
    scores = {f"t{k}": rng.normal(size=(30, 3)) + base for k in range(4)}
    table = ag.instance_table(scores, systems=["A", "B", "C"])
    spread = {}
    for rule in ("two_level", "one_level", "mean"):
        for over in ("instances", "tasks", "both"):
            found = ag.bootstrap_instances(table, rule, over=over, samples=200, rng=1)
            again = ag.bootstrap_instances(table, rule, over=over, samples=200, rng=1)
            assert np.array_equal(found.ranks, again.ranks)
            assert int(found.first().argmax()) == 0
            spread[rule, over] = found.ranks.var(axis=0).sum()
        assert spread[rule, "both"] >= spread[rule, "tasks"] - 0.05
    for bad in ({"rule": "x"}, {"over": "x"}, {"samples": 0}, {"level": 2}):
        with pytest.raises(InvalidInputError):
            ag.bootstrap_instances(table, **bad)


def test_jackknife_finds_the_decisive_task() -> None:
    table = datasets.roberta_glue()
    ranks = ag.jackknife(table, "mean").ranks
    names = list(table.systems)
    without = [names[int(row.argmin())] for row in ranks]
    assert [t for t, w in zip(table.tasks, without, strict=True) if w != "RoBERTa"] == ["RTE"]
    assert ag.jackknife(table, "copeland").ranks.shape == (10, 4)
