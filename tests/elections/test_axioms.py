"""Axioms of platforms: the median voter by exhaustion, the plane by a cycle."""

from dataclasses import replace
from typing import ClassVar

import pytest

from mechdesign import elections
from mechdesign.axioms import Status, check, verify_verdict
from mechdesign.testing import AxiomConformance, MechanismConformance

pytest.importorskip("scipy")

TRIANGLE = {"agents": 3, "platforms": [(1, 0), (0, 1), (2, 2)], "ideals": "0:2,0:2"}


class TestMedian(MechanismConformance):
    mechanism = elections.median
    domain = {"agents": 3, "platforms": "0:3"}
    claims = ("strategyproofness", "pareto_efficiency", "unanimity", "majority_stability")


def leftmost(points):
    return min(points)[0]


class TestMajorityStability(AxiomConformance):
    axiom = "majority_stability"
    violator = leftmost
    satisfier = elections.median
    scope: ClassVar = {"agents": 3, "platforms": "0:2", "setting": "elections.platforms"}


class TestLotteryStability(AxiomConformance):
    axiom = "lottery_stability"
    violator = elections.copeland
    satisfier = elections.maximal_lottery
    scope = TRIANGLE


def test_the_median_voter_by_exhaustion():
    found = check("majority_stability", elections.median, agents=5, platforms=5)
    assert found.status is Status.HOLDS
    assert "1,048,576" in str(found)


def test_the_plane_gives_a_cycle_as_witness():
    found = check("majority_stability", elections.copeland, **TRIANGLE)
    assert found.status is Status.VIOLATED
    a, b, c = found.witness.details["cycle"]
    contest = elections.contest_of(found.witness.problem)
    beats = elections.majorities(contest).margin
    assert beats(b, a) > 0
    assert beats(c, b) > 0
    assert beats(a, c) > 0
    assert found.witness.replay(elections.copeland)


def test_a_forged_cycle_is_refused():
    found = check("majority_stability", elections.copeland, **TRIANGLE).witness
    forged = replace(found, details={"cycle": found.details["cycle"][::-1]})
    assert not forged.replay(elections.copeland)


def test_float_positions_are_not_called_exact():
    assert not elections.copeland([0, 1, 2], platforms=[0.1, 0.5, 1.3]).provenance.exact
    assert elections.copeland([0, 1, 2], platforms=[0, 1, 3]).provenance.exact


@pytest.mark.parametrize(
    ("axiom", "rule", "scope"),
    [
        ("majority_stability", elections.median, {"agents": 3, "platforms": "0:3"}),
        ("lottery_stability", elections.copeland, {"agents": 3, "platforms": "0:2"}),
        ("lottery_stability", elections.maximal_lottery, TRIANGLE),
    ],
)
def test_what_holds_is_counted_again(axiom, rule, scope):
    assert verify_verdict(rule, check(axiom, rule, **scope)).answer == "confirmed"


@pytest.mark.parametrize("axiom", ["majority_stability", "lottery_stability"])
def test_a_false_claim_is_found_by_counting_again(axiom):
    line = {"agents": 3, "platforms": "0:2", "setting": "elections.platforms"}
    held = check(axiom, elections.copeland, **line)
    forged = replace(held, scope=check(axiom, elections.copeland, **TRIANGLE).scope)
    found = verify_verdict(elections.copeland, forged)
    assert (found.answer, found.reason[:14]) == ("NOT confirmed", "it is violated")
