"""The fewest tasks that decide: against trying all sets of tasks."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest

from mechdesign import aggregation as ag
from mechdesign.aggregation import datasets
from mechdesign.errors import InvalidInputError, LimitReachedError

RULES = {"mean": ag.mean, "borda": ag.borda, "copeland": ag.copeland, "kemeny": ag.kemeny}


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("strict", [True, False])
def test_against_all_sets(rule: str, strict: bool) -> None:
    source = np.random.default_rng(5)
    for _ in range(12):
        problem = ag.score_table(
            source.integers(0, 9, (4, 6)), weights=[1, 1, 2, 1, 1, 3]
        ).problem()
        solve = RULES[rule]
        first = solve(problem).winners
        found = ag.smallest_flip(problem, rule, strict=strict)
        expected = None
        for size in range(1, len(problem)):
            for gone in itertools.combinations(problem.agents, size):
                now = solve(problem.without(*gone)).winners
                if len(first) == 1 and now != first and (not strict or first[0] not in now):
                    expected = size
                    break
            if expected:
                break
        assert (None if found is None else len(found.tasks)) == expected
        if found is not None:
            now = solve(problem.without(*found.tasks)).winners
            # Level with one rival, the winner may be behind another one.
            assert not found.ahead or found.winner not in now


def test_limits() -> None:
    table = datasets.roberta_glue()
    with pytest.raises(InvalidInputError):
        ag.smallest_flip(table, "nonsense")
    with pytest.raises(LimitReachedError, match="fewer than"):
        ag.smallest_flip(["A > B"] * 30 + ["B > A"] * 9, "copeland", max_sets=10)
    assert ag.smallest_flip(["A > B"] * 5, "kemeny") is None


@pytest.mark.shared_data
def test_on_published_tables(shared_data: Path) -> None:
    sizes = {("glue", "copeland"): 6, ("xtrem", "copeland"): 3, ("xtrem", "kemeny"): 3}
    for (name, rule), size in sizes.items():
        table = ag.score_table(shared_data / "colombo" / f"{name}.data")
        found = ag.smallest_flip(table, rule)
        assert found is not None
        assert len(found.tasks) == size
    table = ag.score_table(shared_data / "colombo" / "superglue.data")
    found = ag.smallest_flip(table, "kemeny")
    assert found is not None
    assert found.tasks == ("COPA",)
