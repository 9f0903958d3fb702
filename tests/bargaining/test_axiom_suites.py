"""One mechanism that every axiom of bargaining must refute, and one that it must pass."""

import pytest

from mechdesign import bargaining
from mechdesign.bargaining import lottery_rule, package_choice, project_selection
from mechdesign.model import FunctionMechanism
from mechdesign.testing import AxiomConformance

PACKAGES = package_choice()
MENUS = {"agents": 2, "packages": 2, "utilities": (0, 1, 2)}
WIDE = {"agents": 2, "packages": 3, "utilities": (0, 1, 2)}
VOTES = {"agents": 3, "costs": (1, 1, 2), "budget": 3}


def rule(function):
    """A bare function over packages as a mechanism, so that it can be pickled and compared."""
    return FunctionMechanism(function, PACKAGES)


def acceptable(problem):
    found = bargaining.packages(problem)
    reserve = problem.reserve or (0,) * len(problem)
    rows = range(len(found))
    return found, [
        k for k in rows if all(u >= d for u, d in zip(found.utility(k), reserve, strict=True))
    ]


def cheapest(problem):
    return min(
        problem.data.packages, key=lambda p: problem.data.costs[problem.data.packages.index(p)]
    )


def dearest(problem):
    return max(
        problem.data.packages, key=lambda p: problem.data.costs[problem.data.packages.index(p)]
    )


def best_for_the_first(problem):
    found, rows = acceptable(problem)
    return found.label(max(rows, key=lambda k: found.utility(k)[0]))


def worst_for_the_first(problem):
    """Chooses the package that an agent with a positive reserve likes least."""
    found, rows = acceptable(problem)
    poor = (problem.reserve or (0, 0))[0] > 0
    return found.label((min if poor else max)(rows, key=lambda k: found.utility(k)[0]))


def least_liked(problem):
    found = bargaining.packages(problem)
    return found.label(min(range(len(found)), key=lambda k: sum(found.utility(k))))


class TestStrongMonotonicity(AxiomConformance):
    axiom = "strong_monotonicity"
    violator = bargaining.utilitarian
    satisfier = rule(best_for_the_first)
    satisfier_scope = {"agents": 1, "packages": 3, "utilities": (0, 1, 2)}
    scope = MENUS


class TestRestrictedMonotonicity(AxiomConformance):
    axiom = "restricted_monotonicity"
    violator = lottery_rule(rule="nash")
    satisfier = lottery_rule(rule="egalitarian")
    scope = {"agents": 2, "packages": 3, "utilities": (0, 2)}
    violator_scope = {"problem": bargaining.menu([(0, 4), (3, 3), (4, 0), (4, 2)])}


class TestIndividualMonotonicity(AxiomConformance):
    axiom = "individual_monotonicity"
    violator = bargaining.kalai_smorodinsky
    violator_scope = {"problem": bargaining.menu([(1, 3), (2, 1), (2, 2)])}
    satisfier = lottery_rule(rule="kalai_smorodinsky")
    scope = MENUS


@pytest.mark.slow
class TestStepByStep(AxiomConformance):
    axiom = "step_by_step"
    violator = bargaining.nash
    satisfier = bargaining.utilitarian
    scope = WIDE


class TestMidpointDomination(AxiomConformance):
    axiom = "midpoint_domination"
    violator = bargaining.nash
    satisfier = lottery_rule(rule="kalai_smorodinsky")
    scope = MENUS


class TestDisagreementMonotonicity(AxiomConformance):
    axiom = "disagreement_monotonicity"
    violator = rule(worst_for_the_first)
    satisfier = bargaining.nash
    scope = MENUS


class TestSymmetry(AxiomConformance):
    axiom = "symmetry"
    violator = rule(best_for_the_first)
    satisfier = bargaining.egalitarian
    scope = MENUS


class TestDiscountMonotonicity(AxiomConformance):
    axiom = "discount_monotonicity"
    violator = rule(dearest)
    satisfier = rule(cheapest)
    scope = {**MENUS, "costs": (1, 2), "budget": 3}


class TestSupportMonotonicity(AxiomConformance):
    axiom = "support_monotonicity"
    violator = rule(least_liked)
    satisfier = bargaining.utilitarian
    scope = MENUS


class TestSupportOfProjects(AxiomConformance):
    axiom = "support_monotonicity"
    violator = FunctionMechanism(
        lambda problem: tuple(
            p for p in problem.data.ids if not any(p in own for own in problem.types)
        )[:1],
        project_selection(),
        "unpopular",
    )
    satisfier = bargaining.greedy
    scope = VOTES


class TestExtendedRepresentation(AxiomConformance):
    axiom = "extended_justified_representation"
    violator = bargaining.greedy
    satisfier = bargaining.equal_shares(satisfaction="cardinality")
    scope = {**VOTES, "setting": project_selection("cardinality")}


class TestExtendedUpToOne(AxiomConformance):
    axiom = "ejr_up_to_one"
    violator = bargaining.greedy
    satisfier = bargaining.equal_shares
    scope = VOTES


class TestProportionalRepresentation(AxiomConformance):
    axiom = "proportional_justified_representation"
    violator = bargaining.greedy
    satisfier = bargaining.equal_shares(satisfaction="cardinality")
    scope = {**VOTES, "setting": project_selection("cardinality")}


class TestProportionalUpToOne(AxiomConformance):
    axiom = "pjr_up_to_one"
    violator = bargaining.greedy
    satisfier = bargaining.equal_shares
    scope = VOTES
