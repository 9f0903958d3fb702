"""Limits bound the whole call: the domain, the search, the hunt, all cells of an audit.

Without them most of these calls would not end in a lifetime.
"""

import time
from fractions import Fraction as F

import numpy as np
import pytest

from mechdesign import aggregation, axioms, facility, matching
from mechdesign.errors import InvalidInputError, LimitReachedError


class Clock:
    """A clock that every look moves on, so that no machine is too slow for a test."""

    def __init__(self, step):
        self.now, self.step = 0.0, step

    def __call__(self):
        self.now += self.step
        return self.now


def test_the_time_of_an_audit_is_for_all_its_cells(monkeypatch):
    clock = Clock(1 / 64)
    monkeypatch.setattr(time, "monotonic", clock)
    found = axioms.audit([facility.average, facility.median], agents=3, grid=4, time_limit=1)
    texts = [verdict.evidence.text for row in found.verdicts for verdict in row]
    late = ["time_limit=1 of the audit ended before this check" in text for text in texts]
    assert any(late)
    assert not all(late)
    assert not any(
        verdict.holds and "time_limit" in verdict.evidence.text
        for row in found.verdicts
        for verdict in row
    )
    # Each cell may look at the clock a few times more, to see that the time is over.
    assert clock.now < 1 + len(texts)


def test_the_comparisons_of_an_audit_are_for_all_its_cells():
    chosen = ["unanimity", "anonymity", "strategyproofness", "pareto_efficiency"]
    found = axioms.audit(facility.average, chosen, agents=2, grid=5, max_checks=50)
    (row,) = found.verdicts
    assert sum(verdict.stats.get("checks", 0) for verdict in row) <= 50
    assert any(verdict.status is axioms.Status.UNKNOWN for verdict in row)


@pytest.mark.parametrize(
    ("name", "scope"),
    [
        ("grid", {"agents": 3, "grid": 10**8}),
        ("agents", {"agents": 2**31, "grid": 2}),
        ("agents", {"agents": 2**31}),
    ],
)
def test_domains_that_could_not_be_made_are_refused(name, scope):
    with pytest.raises(InvalidInputError, match=f"`{name}`"):
        axioms.check("strategyproofness", facility.median, **scope)


def test_a_domain_too_large_to_search_ends_in_time():
    verdict = axioms.check(
        "pareto_efficiency", facility.median, agents=5, grid=50_000, time_limit=1
    )
    assert verdict.status is not axioms.Status.VIOLATED


def test_a_number_of_too_many_digits_in_a_name_is_refused_at_once():
    with pytest.raises(InvalidInputError, match="q"):
        axioms.audit("facility.quantile(q=1e9999999)", agents=3, grid=3)


@pytest.mark.parametrize("name", ["clairvoyant", "offline", "best_non_adaptive", "omniscient"])
def test_exact_benchmarks_end_in_time(name):
    size = {"clairvoyant": (16, 16), "offline": (9, 9), "best_non_adaptive": (4, 9)}
    graph = matching.complete(*size.get(name, (5, 4)), F(1, 2))
    compute = getattr(matching, name)
    if name == "offline":  # kinds that differ, so that arrivals do not count once
        graph = matching.instance(
            [{u: F(1, 2 + (u + t) % 5) for u in range(9)} for t in range(9)],
        )
    if name == "best_non_adaptive":
        graph = matching.instance(
            [{u: F(1, 2 + u + 4 * t) for u in range(4)} for t in range(9)],
        )
    with pytest.raises(LimitReachedError, match="time_limit=0"):
        compute(graph, time_limit=0.001)


def test_the_ladder_tells_what_its_time_did_not_reach():
    graph = matching.complete(16, 16, F(1, 2))
    ladder = matching.bounds(graph, time_limit=1)
    assert ladder["fluid"] is not None
    assert ladder["clairvoyant"] is None
    late = [rung.what for rung in ladder.rungs if rung.value is None]
    assert any("the time was over" in text for text in late)


def test_comparing_rules_ends_in_time():
    scores = np.random.default_rng(0).normal(size=(60, 9))
    found = aggregation.compare(
        scores, rules=["kemeny(max_optima=5)", "kemeny", "borda"], time_limit=2
    )
    assert len(found.table().rows) == 60


def test_best_responses_to_a_rule_that_is_not_linear_end():
    # Exact shares of an interval would double their digits at every step.
    found = facility.best_response_dynamics(
        lambda x: (sum(x) / len(x)) ** 2, [F(1, 3), F(1, 2)], setting=facility.line(0, 1)
    )
    assert found.rounds >= 1
