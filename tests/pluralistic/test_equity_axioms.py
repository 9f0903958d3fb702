"""Equity and departures: fixtures that the checkers refute and pass, and plain definitions."""

import dataclasses
import itertools
from fractions import Fraction as F

import pytest

from mechdesign import axioms, pluralistic
from mechdesign.axioms import VIOLATED
from mechdesign.axioms.verification import verify_witness
from mechdesign.testing import AxiomConformance

HALVES = {"agents": 2, "alternatives": 2, "grid": 2}


class TestHammondEquity(AxiomConformance):
    axiom = "hammond_equity"
    violator = "pluralistic.utilitarian"
    satisfier = "pluralistic.maxmin"
    scope = HALVES


class TestDepartureSolidarity(AxiomConformance):
    axiom = "departure_solidarity"
    violator = "pluralistic.random_group"
    satisfier = "pluralistic.maxmin"
    scope = {"agents": 3, "alternatives": 2, "grid": 1}


class TestGroupReplication(AxiomConformance):
    axiom = "group_replication"
    violator = "pluralistic.utilitarian"
    satisfier = "pluralistic.maxmin"
    scope = {"agents": 2, "alternatives": 2, "grid": 1}


def test_splitting_changes_what_depends_on_the_number_of_groups():
    def rule(rows):
        return 0 if len(rows) == 2 else 1

    options = {"setting": pluralistic.policies(), **HALVES}
    found = axioms.check("group_splitting", rule, **options)
    assert found.status is VIOLATED
    assert axioms.check("group_splitting", pluralistic.utilitarian, **HALVES).holds


@pytest.mark.parametrize("rule", ["utilitarian", "maxmin", "nash_welfare", "gini_welfare"])
def test_equity_against_all_lotteries_of_a_grid(rule):
    """Where the checker finds nothing, no lottery in twelfths is fairer; its witnesses are."""
    chosen = getattr(pluralistic, rule)
    grid = [(F(k, 12), 1 - F(k, 12)) for k in range(13)]
    types = list(itertools.product([F(0), F(1, 2), F(1)], repeat=2))
    for rows in itertools.product(types, repeat=2):
        problem = pluralistic.policies().problem(list(rows))
        verdict = axioms.check("hammond_equity", chosen, problem=problem)
        have = list(chosen(problem).utilities.values())

        def fairer(q, rows=rows, have=have):
            gets = [sum(x * u for x, u in zip(q, row, strict=True)) for row in rows]
            return any(
                have[i] < gets[i] <= gets[j] < have[j] for i, j in ((0, 1), (1, 0))
            )  # strictly more for one, strictly less for the other, who stays above

        if verdict.status is VIOLATED:
            assert verify_witness(chosen, verdict.witness).answer == "confirmed"
            assert verdict.witness.gap > 0
        else:
            strict = [q for q in grid if fairer(q)]
            worth = [
                [sum(x * u for x, u in zip(q, row, strict=True)) for row in rows] for q in strict
            ]
            # Where both end up equal nothing is said to be left: the checker asks for a distance.
            assert all(gets[0] == gets[1] for gets in worth)


@pytest.mark.parametrize("unit", [1e-9, 1.0, 1e9])
@pytest.mark.parametrize(
    "axiom", ["lottery_core", "hammond_equity", "unanimous_share", "average_share"]
)
def test_verdicts_do_not_depend_on_the_unit_of_floats(axiom, unit):
    exact = [(1, 0, F(3, 5)), (0, 1, F(3, 5))]
    data = [tuple(float(x) * unit for x in row) for row in exact]
    for rule in (pluralistic.utilitarian, pluralistic.maxmin, pluralistic.nash_welfare):
        one, other = (
            axioms.check(axiom, rule, problem=pluralistic.policies().problem(rows, weights=[4, 1]))
            for rows in (exact, data)
        )
        assert one.status == other.status, rule
        assert (other.witness is None) or other.witness.replay(rule)


def test_a_spread_larger_than_the_share_is_no_witness_however_small_weights_are():
    problem = pluralistic.policies().problem([(1.0, 0.0), (0.0, 1.0)], weights=[4e-10, 1e-10])
    found = axioms.check("lottery_core", pluralistic.utilitarian, problem=problem).witness
    assert found is not None
    forged = dataclasses.replace(found, agents=(1,), details={"spread": (0.0, 1.0)})
    assert found.replay(pluralistic.utilitarian)
    assert not forged.replay(pluralistic.utilitarian)
