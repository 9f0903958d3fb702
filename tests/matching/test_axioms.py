"""Policies as mechanisms, audited end to end by the shared engine."""

from fractions import Fraction as F

from mechdesign import axioms, matching
from mechdesign.testing import MechanismConformance

TWO_BY_TWO = [[F(1, 2), F(1, 2)], [F(1, 2), F(1, 2)]]
SCOPE = {"agents": 2, "weights": (1, 2, 3), "arrivals": 2, "p": F(1, 2)}


class TestGreedy(MechanismConformance):
    mechanism = matching.greedy
    domain = SCOPE
    claims = ("feasibility", "individual_rationality")
    bad_inputs = ([[2]], [["half"]])


class TestRandomAvailable(MechanismConformance):
    mechanism = matching.random_available
    domain = SCOPE
    claims = ("feasibility", "strategyproofness", "anonymity", "equal_treatment")


class TestUsersOwn(MechanismConformance):
    mechanism = matching.policy(lambda view: max(view.labels, default=None))
    domain = SCOPE
    claims = ("strategyproofness",)

    def test_pickles(self):
        """A policy made of a lambda does not pickle."""


def test_greedy_pays_for_lies_about_the_weight():
    verdict = axioms.check("strategyproofness", matching.greedy, **SCOPE)
    assert verdict.violated
    assert verdict.witness.replay(matching.greedy)
    assert not verdict.witness.replay(matching.balance)
    assert verdict.scope.lift in ("", "expectation")
    assert "weight" in verdict.witness.explain()


def test_audit_of_policies():
    rules = [matching.greedy, matching.balance, matching.random_available]
    table = axioms.audit(rules, ["strategyproofness", "equal_treatment"], **SCOPE)
    assert [v.holds for v in table] == [False, False, True, True, True, True]
    lucky = table.verdict("matching.greedy", "equal_treatment")
    assert lucky.witness.gap == F(1, 2)  # the lowest position wins ties


def test_one_instance():
    problem = matching.online().problem(TWO_BY_TWO, weights=[2, 1])
    assert axioms.check("feasibility", matching.greedy, problem=problem).holds
    assert matching.greedy.solve(problem).utilities == {0: F(3, 2), 1: F(1, 4)}
