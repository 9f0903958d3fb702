"""Diagnostics against exhaustive search."""

from __future__ import annotations

import itertools
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import mechdesign as md
from mechdesign import aggregation as ag
from mechdesign.aggregation import datasets
from mechdesign.aggregation.uncertainty import resampling
from mechdesign.errors import InvalidInputError
from mechdesign.model import AddsUp, Mechanism

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


ADDING = [rule for rule in md.mechanisms("aggregation") if isinstance(rule, AddsUp)]


def bound(rule: Mechanism[Any]) -> Mechanism[Any]:
    needed = {"k": 2, "vector": (5, 2, 0)}
    return rule(**{k: needed[k] for k in rule._missing}) if rule._missing else rule


@pytest.mark.parametrize("rule", ADDING, ids=str)
@given(st.lists(st.lists(st.integers(0, 4), min_size=3, max_size=3), min_size=1, max_size=5))
def test_the_order_of_a_rule_that_adds_up_is_that_of_the_sums_of_its_parts(
    rule: Mechanism[Any], rows: list[list[int]]
) -> None:
    chosen = bound(rule)
    table = ag.score_table([list(c) for c in zip(*rows, strict=True)], systems=list("ABC"))
    problem = ag.read(table)
    assert isinstance(chosen, AddsUp)
    sums = [sum(column) for column in zip(*chosen.parts(problem), strict=True)]
    found = chosen(problem).scores
    for i, j in itertools.combinations(range(3), 2):
        difference = found["ABC"[i]] - found["ABC"[j]]
        if isinstance(difference, float) or isinstance(sums[i], float):
            assert np.sign(round(float(difference), 9)) == np.sign(round(sums[i] - sums[j], 9))
        else:
            assert np.sign(difference) == np.sign(sums[i] - sums[j])


def test_rules_that_add_up_are_known_by_what_they_say() -> None:
    votes = {"A > B > C": 3, "B > C > A": 2}
    assert ag.smallest_flip(votes, ag.k_approval(k=2)) is None
    flip = ag.smallest_flip(["A > B", "A > B", "B > A"], "plurality")
    assert flip is not None
    assert len(flip.tasks) == 2
    assert ag.weight_change(votes, "A", "plurality") is not None
    with pytest.raises(InvalidInputError, match="adds up tasks"):
        ag.smallest_flip(votes, "irv")
    with pytest.raises(InvalidInputError, match="at most 3"):
        ag.k_approval(votes, k=99)


def test_a_resampled_rule_that_adds_up_ranks_as_it_does_when_called() -> None:
    table = {"A": [9, 1, 5, 2], "B": [3, 8, 4, 4], "C": [5, 5, 5, 1]}
    fast = ag.bootstrap(table, "minmax_mean", samples=40).ranks
    called = ag.bootstrap(table, "mean", samples=40).ranks
    assert fast.shape == called.shape
    assert (fast != called).any()
    problem = ag.read(table)
    (draws,) = resampling._draws(problem, 40, np.random.default_rng(0))
    assert (
        np.array(resampling._ranks_of_rule(problem, ag.minmax_mean, draws, 1, None)) == fast
    ).all()


@pytest.mark.parametrize("rule", ["borda", "copeland"])
def test_blocks_of_samples_change_nothing(rule, monkeypatch) -> None:
    votes = {"A > B > C": 5, "B > C > A": 3, "C > A > B": 2, "B > A > C": 1}
    whole = ag.bootstrap(votes, rule, samples=50, rng=3)
    monkeypatch.setattr(resampling, "_CELLS", 28)
    parts = ag.bootstrap(votes, rule, samples=50, rng=3)
    assert (whole.ranks == parts.ranks).all()
    assert [end.tolist() for end in whole.interval()] == [end.tolist() for end in parts.interval()]
    above = [[np.mean((a < b) + (a == b) / 2) for b in whole.ranks.T] for a in whole.ranks.T]
    assert whole.superiority() == pytest.approx(np.array(above))
