"""Diagnostics against exhaustive search."""

from __future__ import annotations

import itertools
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mechdesign import aggregation as ag
from mechdesign.aggregation import datasets
from mechdesign.errors import InvalidInputError

tables = st.integers(2, 4).flatmap(
    lambda m: st.lists(st.lists(st.integers(0, 4), min_size=4, max_size=4), min_size=m, max_size=m)
)


@given(tables, st.sampled_from(["mean", "borda"]))
def test_smallest_flip_is_smallest(rows: list[list[int]], rule: str) -> None:
    table = ag.score_table(rows)
    evaluate = getattr(ag, rule)
    winners = evaluate(table).winners
    found = ag.smallest_flip(table, rule)
    if len(winners) > 1:
        assert found is None
        return
    sizes = [
        len(gone)
        for size in range(1, 4)
        for gone in itertools.combinations(table.tasks, size)
        if winners[0] not in evaluate(table.without(tasks=gone)).winners
    ]
    assert (None if found is None else len(found.tasks)) == min(sizes, default=None)


@given(st.lists(st.permutations("ABCD"), min_size=1, max_size=5))
def test_sensitivity_is_the_maximum(orders: list[list[str]]) -> None:
    profile = ag.Profile.from_orders([list(o) for o in orders], "ABCD")
    found = ag.irrelevant_sensitivity(profile, ["A", "B"])
    whole = ag.borda(profile).scores

    def flipped(kept: tuple[str, ...]) -> int:
        scores = ag.borda(profile.restricted(["A", "B", *kept])).scores
        return int((whole["A"] - whole["B"]) * (scores["A"] - scores["B"]) < 0)

    subsets = [s for k in range(3) for s in itertools.combinations("CD", k)]
    assert found.flipped == max(map(flipped, subsets)) == flipped(found.kept)


def test_prospects() -> None:
    found = ag.prospects(datasets.roberta_glue())
    assert found["RoBERTa"].strict
    profile = datasets.roberta_glue().profile()
    for system, prospect in found.items():
        if prospect.strict:
            weights = [Fraction(w).limit_denominator(10**6) for w in prospect.weights.tolist()]
            pairs = ag.Pairwise.of(profile.reweighted(weights))
            assert ag.condorcet_winner(pairs) == system


@pytest.mark.shared_data
def test_prospective_systems_of_published_tables(shared_data: Path) -> None:
    counts = {}
    for name in ("glue", "superglue"):
        table = ag.score_table(shared_data / "votenrank" / f"{name}.csv").complete()
        # In GLUE the diagnostic task AX has weight 0.
        tasks = [t for t in table.tasks if t != "AX"]
        found = ag.prospects(table.select(tasks=tasks)).values()
        counts[name] = (sum(p.weak for p in found), sum(p.strict for p in found))
    assert counts == {"glue": (9, 8), "superglue": (10, 6)}


def test_w() -> None:
    three = ["A > B = C > D"] * 3
    assert ag.kendall_w(three) == 1
    assert ag.diversity(three) == 0
    stats = pytest.importorskip("scipy.stats")
    rng = np.random.default_rng(0)
    scores = rng.permuted(np.tile(np.arange(6), (5, 1)), axis=1)
    chi = stats.friedmanchisquare(*scores.T).statistic
    assert float(ag.kendall_w(ag.Profile.from_scores(scores))) == pytest.approx(chi / (5 * 5))
    with pytest.raises(InvalidInputError):
        ag.kendall_w(["A = B"])


def test_cycles() -> None:
    assert ag.majority_cycles(datasets.bert_glue()) == []
    assert ag.majority_cycles(["A > B > C", "B > C > A", "C > A > B"]) == [["A", "B", "C"]]
