"""The verdicts of the literature on finite sets and on lotteries, decided by the checkers."""

from fractions import Fraction as F

import pytest

from mechdesign import axioms, bargaining
from mechdesign.bargaining import election, lottery_rule, menu, modules
from mechdesign.errors import InvalidInputError
from mechdesign.model import as_mechanism
from mechdesign.testing import MechanismConformance

RULES = {
    "U": bargaining.utilitarian,
    "N": bargaining.nash,
    "E": bargaining.egalitarian,
    "KS": bargaining.kalai_smorodinsky,
    "EL": bargaining.equal_loss,
}
MIXED = {
    name: lottery_rule(rule=rule)
    for name, rule in {
        "U": "utilitarian",
        "N": "nash",
        "E": "egalitarian",
        "KS": "kalai_smorodinsky",
        "EL": "equal_loss",
        "R": "raiffa",
    }.items()
}


def check(axiom, rule, vectors, reserve=None):
    verdict = axioms.check(axiom, rule, problem=menu(vectors, reserve=reserve))
    if verdict.violated:
        assert verdict.witness.replay(rule)
        assert verdict.witness.explain()
    return verdict


# The larger set first, then the smaller: taking the last vector away shows the violation.
GROWTH = [
    ("individual_monotonicity", "U", [(0, 4), (4, 1), (3, 4)]),
    ("individual_monotonicity", "N", [(3, 1), (0, 3), (2, 2)]),
    ("individual_monotonicity", "E", [(0, 3), (2, 0), (2, 2)]),
    ("individual_monotonicity", "KS", [(1, 3), (2, 1), (2, 2)]),
    ("individual_monotonicity", "EL", [(0, 3), (2, 0), (2, 2)]),
    ("restricted_monotonicity", "U", [(3, 1), (0, 3), (2, 3)]),
    ("restricted_monotonicity", "N", [(1, 3), (2, 1), (2, 2)]),
    ("restricted_monotonicity", "E", [(2, 0), (1, 3), (2, 2)]),
    ("restricted_monotonicity", "KS", [(3, 1), (0, 3), (2, 2)]),
    ("restricted_monotonicity", "EL", [(1, 4), (4, 2), (3, 3)]),
]


@pytest.mark.parametrize(("axiom", "name", "vectors"), GROWTH)
def test_growing_finite_sets(axiom, name, vectors):
    assert check(axiom, RULES[name], vectors).violated
    assert check("strong_monotonicity", RULES[name], vectors).violated


@pytest.mark.parametrize("name", RULES)
def test_impossible_on_finite_sets(name):
    # No rule that takes the compromise in both smaller sets can be monotone.
    union = [(10, 0), (0, 10), (3, 5), (4, 4)]
    if name in ("N", "E", "KS"):
        assert check("restricted_monotonicity", RULES[name], union).violated
    assert check("midpoint_domination", RULES[name], [(1, 0), (0, 1)]).violated


SCALE = {"U": [(0, 1), (2, 0)], "E": [(2, 3), (4, 1)], "EL": [(0, 2), (2, 1)]}


@pytest.mark.parametrize("name", RULES)
def test_scales_and_smaller_sets(name):
    for vectors in SCALE.values():
        assert check("scale_invariance", RULES["N"], vectors).holds
        assert check("scale_invariance", RULES["KS"], vectors).holds
    contraction = {"KS": [(3, 3), (5, 1), (4, 2)], "EL": [(1, 1), (0, 3), (3, 0)]}
    if name in contraction:
        assert check("nash_contraction", RULES[name], contraction[name]).violated
    else:
        for vectors in contraction.values():
            assert check("nash_contraction", RULES[name], vectors).holds


@pytest.mark.parametrize("name", SCALE)
def test_scale_matters(name):
    scope = {"agents": 2, "packages": 2, "utilities": (0, 1, 2, 3)}
    verdict = axioms.check("scale_invariance", RULES[name], **scope)
    assert verdict.violated
    assert verdict.witness.replay(RULES[name])


def two(base, first, second, budget):
    """One or two modules of two agents: cost and utilities."""
    (c1, u1), (c2, u2) = first, second
    return modules(
        {"base": base},
        {"m1": c1, "m2": c2},
        {a: {"m1": u1[a], "m2": u2[a]} for a in (0, 1)},
        budget=budget,
    )


@pytest.mark.parametrize(
    ("name", "first", "second", "budget"),
    [
        ("U", (1, (2, 2)), (2, (5, 1)), 1),
        ("N", (1, (2, 2)), (2, (5, 1)), 1),
        ("E", (1, (1, 5)), (2, (2, 2)), 1),
        ("KS", (2, (2, 0)), (3, (1, 1)), 2),
        ("EL", (1, (1, 0)), (3, (0, 2)), 1),
    ],
)
def test_more_money_may_hurt(name, first, second, budget):
    problem = two(0, first, second, budget)
    verdict = axioms.check("resource_monotonicity", RULES[name], problem=problem)
    assert verdict.violated
    assert verdict.witness.replay(RULES[name])


def test_core_of_a_budget():
    """A group that holds half of the entitlement may spend half of the budget."""
    problem = modules(
        {"base": 0},
        {"m1": 1, "m2": 2, "m3": 2},
        {"a": {"m1": 2, "m2": 5, "m3": 1}, "b": {"m1": 2, "m2": 1, "m3": 4}},
        budget=2,
    )
    for name, rule in RULES.items():
        verdict = axioms.check("core", rule, problem=problem)
        assert verdict.violated == (name in ("U", "N", "EL"))
        assert verdict.holds == (name in ("E", "KS"))


def test_reserves():
    vectors, reserve = [(0, 2), (2, 1)], (0, 2)
    assert check("individual_rationality", RULES["U"], vectors, reserve).violated
    for name in ("N", "E", "KS", "EL"):
        assert check("individual_rationality", RULES[name], vectors, reserve).holds

    def hates_reserves(problem):
        found = bargaining.packages(problem)
        poor = (problem.reserve or (0, 0))[0] > 0
        values = [found.utility(k)[0] for k in range(len(found))]
        return found.label(values.index(min(values) if poor else max(values)))

    setting = bargaining.package_choice()
    verdict = axioms.check(
        "disagreement_monotonicity", hates_reserves, setting=setting, problem=menu([(2, 0), (1, 1)])
    )
    assert verdict.violated
    assert verdict.witness.replay(hates_reserves)


@pytest.mark.parametrize("utilities", [(0, 1), pytest.param((0, 1, 2), marks=pytest.mark.slow)])
def test_a_larger_reserve_is_no_gain_for_the_others(utilities):
    scope = {"agents": 2, "packages": 3, "utilities": utilities}
    for name, rule in RULES.items():
        if name != "U":
            verdict = axioms.check("disagreement_monotonicity", rule, **scope)
            assert verdict.holds or verdict.witness.tie_induced


@pytest.mark.parametrize("name", RULES)
def test_lying_pays(name):
    """Everybody can gain by a wrong table of utilities somewhere on a small domain."""
    scope = {"agents": 2, "packages": 3, "utilities": (0, 1, 2)}
    verdict = axioms.check("strategyproofness", RULES[name], **scope)
    assert verdict.violated
    assert verdict.witness.replay(RULES[name])


def lie(rule, rows, report):
    """What agent 1 gains by a report at the table of the literature."""
    labels = ("A", "B", "C")
    true = menu(dict(zip(labels, rows, strict=True)))
    told = true.report(0, report)
    setting = as_mechanism(rule).setting
    after = setting.utility(true, 0, true.types[0], rule(told))
    return after - setting.utility(true, 0, true.types[0], rule(true))


def test_lies_of_the_literature():
    rows = [(3, 1), (2, 2), (0, 3)]
    assert lie(bargaining.nash, rows, (3, 1, 0)) == 1
    assert lie(bargaining.kalai_smorodinsky, rows, (3, F(1, 2), 0)) == 1
    assert lie(bargaining.egalitarian, rows, (3, 0, 0)) == 1
    assert lie(bargaining.equal_loss, rows, (9, 2, 0)) == 1
    assert lie(bargaining.utilitarian, [(3, 1), (2, 3), (0, 3)], (6, 2, 0)) == 1


# ------------------------------------------------------------------------------- lotteries

CONVEX = [
    ("restricted_monotonicity", "N", [(0, 1), (F(3, 4), F(3, 4)), (1, 0), (1, F(7, 10))], True),
    ("individual_monotonicity", "N", [(0, 1), (F(3, 4), F(3, 4)), (1, 0), (1, F(7, 10))], True),
    ("restricted_monotonicity", "KS", [(0, 1), (F(3, 4), F(3, 4)), (1, 0), (1, F(7, 10))], False),
    ("individual_monotonicity", "KS", [(0, 1), (F(3, 4), F(3, 4)), (1, 0), (1, F(7, 10))], False),
    ("strong_monotonicity", "KS", [(0, 1), (2, 1), (0, 6)], True),
    ("strong_monotonicity", "EL", [(1, 0), (0, 1), (3, 0)], True),
    ("strong_monotonicity", "N", [(0, 1), (1, 1), (5, 0)], True),
    ("strong_monotonicity", "R", [(1, 0), (1, 2), (3, 0)], True),
    ("individual_monotonicity", "R", [(5, 3), (1, 5), (2, 5)], True),
    ("restricted_monotonicity", "R", [(5, 3), (1, 5), (2, 5)], True),
    ("restricted_monotonicity", "U", [(4, 1), (0, 4), (3, 4)], True),
    ("individual_monotonicity", "U", [(4, 1), (0, 4), (3, 4)], True),
    ("midpoint_domination", "E", [(2, 0), (0, 1)], True),
    ("midpoint_domination", "U", [(2, 0), (0, 1)], True),
    ("midpoint_domination", "EL", [(1, 0), (0, 2)], True),
    ("midpoint_domination", "N", [(1, 0), (0, 2)], False),
    ("midpoint_domination", "KS", [(1, 0), (0, 2)], False),
    ("midpoint_domination", "R", [(1, 0), (0, 2)], False),
]


@pytest.mark.parametrize(("axiom", "name", "vectors", "violated"), CONVEX)
def test_convex_problems(axiom, name, vectors, violated):
    verdict = check(axiom, MIXED[name], vectors)
    assert verdict.violated == violated
    assert verdict.holds != violated


def expected(rule, vectors):
    return tuple(MIXED[rule](menu(vectors)).utilities.values())


IRRELEVANT = [
    ("KS", [(1, 3), (2, 1), (0, 5)], True),
    ("EL", [(1, 1), (0, 2), (2, 0)], True),
    ("R", [(3, 5), (4, 3), (1, 6)], True),
    ("N", [(1, 3), (2, 1), (0, 5)], False),
    ("E", [(3, 5), (4, 3), (1, 6)], False),
    ("U", [(2, 0), (1, 1), (0, 2)], False),
]


@pytest.mark.parametrize(("name", "vectors", "violated"), IRRELEVANT)
def test_fewer_packages_to_mix(name, vectors, violated):
    """The choice from the larger hull lies in the smaller one and must be chosen there."""
    verdict = check("nash_contraction", MIXED[name], vectors)
    assert verdict.violated == violated
    assert verdict.holds != violated
    if violated:
        small = verdict.witness.variant
        same = verdict.witness.alternative
        assert all(outcome.choice in small.data.packages for _, outcome in same)


def test_lotteries_of_the_literature():
    """Where a choice from the larger hull lies in the smaller one, and what is chosen there."""
    assert expected("KS", [(1, 3), (2, 1), (0, 5)]) == (F(10, 9), F(25, 9))
    assert expected("KS", [(1, 3), (2, 1)]) == (F(10, 7), F(15, 7))
    assert expected("EL", [(1, 1), (0, 2), (2, 0)]) == (1, 1)
    assert expected("EL", [(1, 1), (0, 2)]) == (F(1, 2), F(3, 2))
    assert expected("R", [(3, 5), (4, 3)]) == (F(53, 16), F(35, 8))
    assert expected("R", [(3, 5), (4, 3), (1, 6)]) == (F(51, 16), F(37, 8))
    assert expected("KS", [(0, 1), (2, 1), (0, 6)]) == (F(12, 11), F(36, 11))
    assert expected("EL", [(1, 0), (0, 1), (3, 0)]) == (F(9, 4), F(1, 4))
    # The egalitarian solution only grows where the levels are comparable (Kalai 1977).
    assert expected("E", [(2, 0), (0, 1)]) == (F(2, 3), F(2, 3))
    assert expected("E", [(2, 0), (0, 1), (1, 1)]) == (1, 1)
    assert expected("N", [(0, 1), (1, 1), (5, 0)]) == (F(5, 2), F(5, 8))


def test_efficiency_over_lotteries():
    for rule in ("egalitarian", "kalai_smorodinsky"):
        loose = lottery_rule(rule=rule, refine=False)
        problem = menu([(1, 0, 1), (0, 1, 1)])
        assert min(loose(problem).utilities.values()) == F(1, 2)
        assert lottery_rule(rule=rule)(problem).utilities[2] == 1
    dominated = menu([(1, 1), (1, 2)])
    refined = lottery_rule(rule="egalitarian")(dominated)
    assert tuple(refined.utilities.values()) == (1, 2)
    assert axioms.check(
        "pareto_efficiency", lottery_rule(rule="egalitarian"), problem=dominated
    ).holds
    # Three agents, unrefined: the common level 1/2 leaves the third agent less than it could get.
    loose = lottery_rule(rule="kalai_smorodinsky", refine=False)
    three = menu([(1, 0, 1), (0, 1, 1), (1, 0, 0), (0, 1, 0)])
    assert axioms.check("weak_pareto", loose, problem=three).holds
    assert axioms.check("pareto_efficiency", lottery_rule(rule="equal_loss"), problem=three).holds


def test_reserves_over_lotteries():
    assert check("individual_rationality", MIXED["U"], [(0, 2), (2, 1)], (0, 2)).violated
    vectors = [(20, 0, -1), (0, 20, -1), (0, 0, 1)]
    assert check("individual_rationality", MIXED["EL"], vectors).holds
    free = lottery_rule(rule="equal_loss", rational=False)
    assert check("individual_rationality", free, vectors).violated


def test_nobody_pays_for_those_who_cannot_gain():
    """An agent whose best is its reserve keeps it, though the product does not count it."""
    rule = MIXED["N"]
    assert tuple(rule(menu([(0, 2), (1, 1)], reserve=(1, 0))).utilities.values()) == (1, 1)
    scope = {"agents": 2, "packages": 2, "utilities": (0, 1, 2)}
    verdict = axioms.check("disagreement_monotonicity", rule, **scope)
    assert verdict.holds
    assert verdict.exact


# ------------------------------------------------------------------------------- elections


def test_discounts():
    problem = modules({"b": 0}, {"m": 2, "k": 2}, {0: {"m": 2}, 1: {"k": 1}}, budget=2)
    assert axioms.check("discount_monotonicity", bargaining.utilitarian, problem=problem).holds
    votes = election(["ab", "b"], costs={"a": 2, "b": 2}, budget=3)
    assert axioms.check("discount_monotonicity", bargaining.greedy, problem=votes).holds

    def likes_expensive(problem):
        costs = problem.data.costs
        return (problem.data.ids[costs.index(max(costs))],)

    verdict = axioms.check(
        "discount_monotonicity",
        likes_expensive,
        setting=bargaining.project_selection(),
        problem=votes,
    )
    assert verdict.violated
    assert verdict.witness.replay(likes_expensive)


NOTIONS = (
    "extended_justified_representation",
    "ejr_up_to_one",
    "proportional_justified_representation",
    "pjr_up_to_one",
)


@pytest.mark.parametrize("notion", NOTIONS)
def test_representation(notion):
    count = bargaining.project_selection("cardinality")
    votes = election(["abc"] * 6 + ["xyz"] * 4, costs=dict.fromkeys("abcxyz", 10), budget=30)
    verdict = axioms.check(notion, bargaining.greedy, setting=count, problem=votes)
    assert verdict.violated
    assert verdict.witness.replay(bargaining.greedy)
    assert "could fund" in verdict.witness.explain()
    shares = bargaining.equal_shares(satisfaction="cardinality")
    assert axioms.check(notion, shares, setting=count, problem=votes).holds
    domain = {"agents": 3, "costs": (1, 1, 2), "budget": 3}
    assert axioms.check(notion, shares, setting=count, **domain).holds
    with_points = election([{"a": 2}], costs={"a": 1}, budget=1)
    assert not axioms.check(notion, shares, setting=count, problem=with_points).violated
    with pytest.raises(InvalidInputError):
        axioms.check(notion, shares, setting=count, agents=2, costs=(1,))


class TestKalaiSmorodinsky(MechanismConformance):
    mechanism = bargaining.kalai_smorodinsky
    domain = {"agents": 2, "packages": 2, "utilities": (0, 1, 2)}
    claims = ("individual_rationality", "feasibility", "scale_invariance", "pareto_efficiency")


class TestLotteries(MechanismConformance):
    mechanism = lottery_rule(rule="kalai_smorodinsky")
    domain = {"agents": 2, "packages": 2, "utilities": (0, 1, 2)}
    claims = ("individual_rationality", "midpoint_domination")


class TestSingleText(MechanismConformance):
    mechanism = bargaining.single_text
    domain = {"agents": 2, "packages": 2, "utilities": (0, 1, 2)}
    claims = ("individual_rationality", "feasibility", "pareto_efficiency")


class TestGreedy(MechanismConformance):
    mechanism = bargaining.greedy
    domain = {"agents": 2, "costs": (1, 2), "budget": 2}
    claims = ("feasibility", "discount_monotonicity")


class TestEqualShares(MechanismConformance):
    mechanism = bargaining.equal_shares
    domain = {"agents": 2, "costs": (1, 2), "budget": 2}
    claims = ("feasibility", "ejr_up_to_one")
