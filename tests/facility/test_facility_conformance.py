"""The conformance suite of the package, put to mechanisms of every kind of the family."""

from fractions import Fraction as F

import pytest

from mechdesign import axioms, facility
from mechdesign.errors import InvalidInputError, UndecidedError
from mechdesign.testing import MechanismConformance


class TestUniformPhantom(MechanismConformance):
    mechanism = facility.uniform_phantom
    domain = {"agents": 3, "grid": 4}


class TestConstrainedMedian(MechanismConformance):
    mechanism = facility.constrained_median(extra="high")
    domain = {"agents": 4, "grid": 2}


class TestMedianOnAnotherSegment(MechanismConformance):
    mechanism = facility.median(side="upper", setting=facility.line(-1, 3))
    domain = {"agents": 2, "grid": 4}
    bad_inputs = ([4], [-2])


class TestGivenPhantoms(MechanismConformance):
    mechanism = facility.phantoms(locations=[F(1, 4), F(1, 4), F(3, 4), F(3, 4)])
    domain = {"agents": 3, "grid": 3}
    bad_inputs = ([0, 1],)


class TestGeneralisedMedian(MechanismConformance):
    mechanism = facility.weighted_uniform(weights=[1, 2])
    domain = {"agents": 2, "grid": 6}


class TestAverage(MechanismConformance):
    mechanism = facility.average
    domain = {"agents": 3, "grid": 4}
    claims = ("anonymity", "unanimity", "strong_proportional_fairness")


class TestNash(MechanismConformance):
    mechanism = facility.nash
    domain = {"agents": 3, "grid": 3}
    claims = ("proportional_fairness", "anonymity")
    exact = False


class TestRandomRank(MechanismConformance):
    mechanism = facility.random_rank
    domain = {"agents": 3, "grid": 3}
    claims = ("strategyproofness", "strong_proportional_fairness")


class TestLadder(MechanismConformance):
    mechanism = facility.ladder
    domain = {"agents": 2, "alternatives": 3, "grid": 2}


class TestObnoxiousOptimum(MechanismConformance):
    mechanism = facility.obnoxious_optimum(objective="egalitarian", fairness="2-UFS")
    domain = {"agents": 2, "grid": 4}
    claims = ("obnoxious_unanimous_fair_share", "anonymity")


class TestPercentiles(MechanismConformance):
    mechanism = facility.percentiles(shares=(0, 1))
    domain = {"agents": 3, "grid": 3}
    claims = ("strategyproofness", "anonymity")


class TestCoordinatewise(MechanismConformance):
    mechanism = facility.coordinatewise(setting=facility.space(2, norm="l1"))
    domain = {"agents": 2, "grid": 1}
    claims = ("strategyproofness", "anonymity", "unanimity")


@pytest.mark.parametrize(
    ("f", "axiom"),
    [
        (facility.average, "strong_proportional_fairness"),
        (facility.average, "individual_fair_share"),
        (facility.midpoint, "individual_fair_share"),
        (facility.midpoint, "pareto_efficiency"),
        (facility.random_rank, "strong_proportional_fairness"),
        (facility.average_or_random_rank, "strategyproofness"),
        (facility.nash, "feasibility"),
        (facility.dictator, "equal_treatment"),
    ],
)
def test_proofs_agree_with_grids(f, axiom):
    everywhere = axioms.check(axiom, f)
    assert everywhere.holds
    assert everywhere.evidence.kind == "certificate"
    for agents in (1, 2, 3):
        on_grid = axioms.check(axiom, f, agents=agents, grid=4)
        assert on_grid.holds or on_grid.evidence.kind == "vacuous"


def test_a_dictator_is_not_anonymous():
    verdict = axioms.check("anonymity", facility.dictator, agents=3)
    assert verdict.violated
    assert verdict.witness.replay(facility.dictator)


def test_mechanisms_for_certain_agents_leave_others_open():
    f = facility.phantoms(locations=[0, F(1, 4), F(3, 4), 1])
    assert axioms.check("participation", f, agents=3, grid=2).status is axioms.UNKNOWN
    with pytest.raises(InvalidInputError):
        f([0, 1])
    with pytest.raises(UndecidedError):
        f([0, 1])
