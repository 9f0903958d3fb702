"""Functions that break an axiom only where a careless search would not look: never HOLDS."""

from fractions import Fraction as F

import pytest

from mechdesign import axioms, bargaining
from mechdesign.axioms import UNKNOWN
from mechdesign.bargaining import lottery_rule, menu, modules, package_choice, project_selection
from mechdesign.model import FunctionMechanism

SETTING = package_choice()
MENUS = {"agents": 2, "packages": 2, "utilities": (0, 1, 2)}


def check(axiom, function, setting=SETTING, **scope):
    return axioms.check(axiom, FunctionMechanism(function, setting), **scope)


def last_when(condition):
    def rule(problem):
        return problem.data.packages[-1 if condition(problem) else 0]

    return rule


def test_scales_that_nobody_tries():
    odd = last_when(lambda p: max(p.types[0]) == 7 * max(p.types[1]) > 0)
    alone = check("scale_invariance", odd, problem=menu([(1, 1), (0, 1)]))
    assert not alone.holds
    # On a domain two problems of one scale are compared, whatever leads from one to the other.
    verdict = check("scale_invariance", odd, agents=2, packages=2, utilities=(0, 1, 7))
    assert verdict.violated
    calm = last_when(lambda p: False)
    assert check("scale_invariance", calm, **MENUS).holds
    assert check("scale_invariance", calm, problem=menu([(1, 1), (0, 1)])).status is UNKNOWN


def test_scales_with_modules_and_reserves():
    problem = modules({"b": 1}, {"m": 1, "k": 2}, {0: {"m": 4}, 1: {"k": 2, "b": 1}}, budget=3)
    normal = SETTING.normal_scale(problem)
    for variant, _ in SETTING.rescaled(problem):
        assert SETTING.normal_scale(variant) == normal
    for utilities, reserve in (([(3, 1), (3, 2)], (1, 0)), ([(2, 2), (2, 2)], (5, 2))):
        problem = menu(utilities, reserve=reserve)
        normal = SETTING.normal_scale(problem)
        assert all(SETTING.normal_scale(v) == normal for v, _ in SETTING.rescaled(problem))
    flat = menu([(2,), (2,)], reserve=(2,))
    assert SETTING.normal_scale(flat) != SETTING.normal_scale(menu([(2,), (2,)], reserve=(3,)))


def test_discounts_that_are_no_whole_numbers():
    odd = last_when(lambda p: p.data.costs[0] == F(3, 10))
    halves = menu({"a": (1, 1), "b": (1, 1)}, costs=[F(1, 2), 1])
    assert check("discount_monotonicity", odd, problem=halves).status is UNKNOWN
    steps = last_when(lambda p: p.data.costs[0] == 3)
    assert check("discount_monotonicity", steps, problem=menu([(1,), (1,)], costs=[7, 7])).violated


def test_budgets_that_nobody_tries():
    def odd(problem):
        return problem.data.packages[-1 if problem.budget == F(5, 2) else 0]

    fractions = menu([(1, 1), (0, 0)], costs=[1, F(7, 2)], budget=1)
    assert check("resource_monotonicity", odd, problem=fractions).status is UNKNOWN
    whole = menu([(1, 1), (0, 0)], costs=[1, 4], budget=1)
    jump = last_when(lambda p: p.budget == 3)
    assert check("resource_monotonicity", jump, problem=whole).violated
    for rule in (bargaining.egalitarian, bargaining.kalai_smorodinsky):
        assert axioms.check("resource_monotonicity", rule, problem=fractions).holds
    namesake = FunctionMechanism(odd, SETTING, "bargaining.egalitarian")
    assert axioms.check("resource_monotonicity", namesake, problem=fractions).status is UNKNOWN


def test_budgets_of_elections():
    setting = project_selection()

    def odd(problem):
        return () if problem.budget == F(5, 2) else problem.data.ids[:1]

    votes = bargaining.election(["a", "ab"], costs={"a": F(1, 2), "b": 3}, budget=1)
    assert check("resource_monotonicity", odd, setting, problem=votes).status is UNKNOWN
    shares = axioms.check("resource_monotonicity", bargaining.equal_shares, problem=votes)
    assert shares.status is not axioms.HOLDS
    assert axioms.check("resource_monotonicity", bargaining.greedy, problem=votes).holds


def test_reserves_that_nobody_tries():
    odd = last_when(lambda p: (p.reserve or (0,))[0] == F(1, 3))
    problem = menu([(2, 1), (1, 1)])
    assert check("disagreement_monotonicity", odd, problem=problem).status is UNKNOWN


def test_support_that_nobody_tries():
    odd = last_when(lambda p: p.types[0][0] == F(9, 4))
    problem = menu([(2, 1), (1, 1)])
    assert check("support_monotonicity", odd, problem=problem).status is UNKNOWN


def test_menus_that_are_too_large_to_shrink():
    many = menu([(k, 12 - k) for k in range(12)])
    for axiom in ("strong_monotonicity", "step_by_step"):
        assert axioms.check(axiom, bargaining.utilitarian, problem=many).status is UNKNOWN
    proved = axioms.check("nash_contraction", bargaining.utilitarian, problem=many)
    assert proved.evidence.kind == "certificate"
    assert check("nash_contraction", last_when(lambda p: True), problem=many).status is UNKNOWN


def test_ideal_points_of_an_expected_budget():
    """What is possible on average counts for a rule that respects the budget on average only."""
    problem = menu({"none": (0, 0), "dear": (4, 0), "cheap": (0, 1)}, costs=[0, 2, 1], budget=1)
    within = lottery_rule(rule="egalitarian")
    assert axioms.check("midpoint_domination", within, problem=problem).holds
    average = lottery_rule(rule="egalitarian", when="ex ante")
    assert axioms.check("midpoint_domination", average, problem=problem).violated


def test_lotteries_beyond_the_budget_are_not_judged():
    problem = menu({"none": (0, 0), "dear": (4, 1), "cheap": (0, 1)}, costs=[0, 2, 1], budget=1)
    average = lottery_rule(rule="utilitarian", when="ex ante")
    assert axioms.check("feasibility", average, problem=problem).violated
    for axiom in ("pareto_efficiency", "nash_contraction"):
        assert axioms.check(axiom, average, problem=problem).status is UNKNOWN


@pytest.mark.parametrize("rule", ["utilitarian", "nash", "egalitarian", "equal_loss"])
def test_proofs_speak_of_their_own_rule(rule):
    """A function of one's own that bears the name of a rule does not inherit its proofs."""

    def impostor(problem):
        return problem.data.packages[-1]

    mine = FunctionMechanism(impostor, SETTING, f"bargaining.{rule}")
    for axiom in ("pareto_efficiency", "individual_rationality", "scale_invariance"):
        assert not axioms.check(axiom, mine).holds


def test_proofs():
    scale = axioms.check("scale_invariance", bargaining.nash)
    assert scale.holds
    assert scale.evidence.kind == "certificate"
    assert "exact" in scale.scope.domain
    for rule in (bargaining.egalitarian, bargaining.kalai_smorodinsky):
        loose = rule(refine=False)
        assert axioms.check("pareto_efficiency", rule).holds
        assert not axioms.check("pareto_efficiency", loose).holds
    free = bargaining.equal_loss(rational=False)
    assert not axioms.check("individual_rationality", free).holds
    # A weight of zero, or floats, are not what the proof speaks of.
    weighted = menu([(1, 0), (1, 1)], weights=(1, 0))
    assert not axioms.check("pareto_efficiency", bargaining.utilitarian, problem=weighted).holds
    floats = menu([(0.5, 1.0), (2.0, 0.25)])
    assert axioms.check("scale_invariance", bargaining.nash, problem=floats).status is UNKNOWN


COMPARING = (
    "resource_monotonicity",
    "nash_contraction",
    "strong_monotonicity",
    "step_by_step",
    "symmetry",
    "disagreement_monotonicity",
)


@pytest.mark.parametrize("axiom", COMPARING)
def test_outcomes_of_two_lotteries_do_not_correspond(axiom):
    rule = lottery_rule(rule="kalai_smorodinsky")
    problem = menu([(2, 0), (0, 2), (1, 1)], costs=[1, 1, 2], budget=1)
    verdict = axioms.check(axiom, rule, problem=problem, lift="ex_post")
    assert verdict.status is UNKNOWN
