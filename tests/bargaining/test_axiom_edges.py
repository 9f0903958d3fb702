"""Where the axioms of bargaining begin and end: who is protected, and what a witness must be."""

from dataclasses import replace
from fractions import Fraction as F

import pytest

from mechdesign import axioms, bargaining
from mechdesign.axioms import TableRule, Witness
from mechdesign.bargaining import election, lottery_rule, menu, modules, package_choice
from mechdesign.bargaining.axioms.ideal_points import ideal_utilities
from mechdesign.bargaining.axioms.package_questions import ideal
from mechdesign.model import FrozenMap, FunctionMechanism, Outcome

SETTING = package_choice()


def own(function):
    return FunctionMechanism(function, SETTING)


def best(problem, agent=0, last=False):
    """The package with the most (or the least) for an agent."""
    row = problem.types[agent]
    return problem.data.packages[row.index(min(row) if last else max(row))]


def violated(axiom, rule, problem):
    verdict = axioms.check(axiom, rule, problem=problem)
    if verdict.violated:
        assert verdict.witness.replay(rule)
    return verdict.violated


def refused(rule, witness, **changes):
    assert not replace(witness, **changes).replay(rule), changes


# ------------------------------------------------------------------------- growing menus


@pytest.mark.parametrize(
    ("added", "individual", "restricted"),
    [
        ((3, 1), (0,), ()),  # the best of agent 0 alone has grown
        ((1, 5), (1,), ()),
        ((3, 5), (), ()),  # that of both
        ((1, 1), (0, 1), (0, 1)),  # of none
    ],
)
def test_whom_a_larger_menu_may_not_hurt(added, individual, restricted):
    small, large = menu([(2, 1), (1, 1)]), menu([(2, 1), (1, 1), added])
    for name, expected in (
        ("individual_monotonicity", individual),
        ("restricted_monotonicity", restricted),
        ("strong_monotonicity", (0, 1)),
    ):
        for when in (None, "ex post"):
            for points in (
                (ideal(small, when), ideal(large, when)),
                (ideal_utilities(SETTING, small, when), ideal_utilities(SETTING, large, when)),
            ):
                protected = axioms.get_axiom(name).protected(large.agents, lambda p=points: p)
                assert tuple(protected) == expected


def test_an_agent_loses_when_its_own_best_grows():
    """Only individual monotonicity protects it: the other's best changes in all other menus."""
    problem = menu({"a": (3, 1), "b": (2, 2), "c": (4, 0)})

    def choose(p):
        labels = p.data.packages
        return "a" if labels == ("a", "b") else "b" if "b" in labels else labels[0]

    assert violated("individual_monotonicity", own(choose), problem)
    assert not violated("restricted_monotonicity", own(choose), problem)


def test_who_has_lost_by_a_larger_menu():
    problem = menu({"a": (2, 1), "b": (1, 1), "c": (3, 1)})
    rule = own(lambda p: best(p, last=len(p.data.packages) == 3))
    for axiom in ("strong_monotonicity", "individual_monotonicity"):
        witness = axioms.check(axiom, rule, problem=problem).witness
        assert witness.variant == problem
        refused(rule, witness, agents=())
        refused(rule, witness, agents=(0, 1))
        refused(rule, witness, agents=(1,))
        refused(rule, witness, variant=None)
        refused(rule, witness, problem=problem, variant=witness.problem)
        for changes in ({"reserve": (1, 0)}, {"budget": 9}, {"weights": (1, 2)}):
            refused(rule, witness, variant=replace(problem, **changes))
        # The same labels at other utilities and costs.
        refused(rule, witness, variant=menu({"a": (9, 1), "b": (1, 1), "c": (3, 1)}))
        dear = menu({"a": (2, 1), "b": (1, 1), "c": (3, 1)}, costs=[1, 1, 1])
        refused(rule, witness, variant=dear)


def test_no_ideal_without_agreement():
    """Nobody is protected where no package gives everybody the reserve."""
    problem = menu([(2, 1), (1, 1), (1, 2)], reserve=(9, 9))
    rule = own(lambda p: best(p, last=len(p.data.packages) == 3))
    assert violated("strong_monotonicity", rule, problem)
    for axiom in ("individual_monotonicity", "restricted_monotonicity", "midpoint_domination"):
        assert not violated(axiom, rule, problem)


def test_a_first_step():
    problem = menu({"a": (3, 0), "b": (0, 3), "c": (2, 2)})

    def rule(p):
        return "b" if p.reserve[0] and "b" in p.data.packages else best(p)

    mechanism = own(rule)
    witness = axioms.check("step_by_step", mechanism, problem=problem).witness
    assert witness.replay(mechanism)
    assert not witness.replay(own(best))
    refused(mechanism, witness, variant=None)
    refused(mechanism, witness, variant=problem)
    refused(mechanism, witness, variant=replace(witness.variant, weights=(1, 2)))
    for labels in ((), ("z",), ("a", "z"), "a", ["a"], ("b",), None):
        refused(mechanism, witness, details=FrozenMap(first=labels))
    refused(mechanism, witness, details=FrozenMap())
    for levels in ((1, 0), (0, 0), (3, 1)):
        refused(mechanism, witness, variant=replace(problem, reserve=levels))


def test_a_first_step_is_a_step_of_a_menu():
    problem = modules({"b": 0}, {"m": 1}, {0: {"m": 2}, 1: {"m": 1}}, budget=1)
    first = Outcome(("b", ()), problem=problem, setting=SETTING)
    rule = TableRule(SETTING, {problem: first})
    witness = Witness(
        "step_by_step", SETTING, problem, first, variant=problem, details=FrozenMap(first=("b",))
    )
    assert not witness.replay(rule)


# ------------------------------------------------------------------------- reserves


def test_no_reserve_is_a_reserve_of_nothing():
    for axiom in ("midpoint_domination", "disagreement_monotonicity", "symmetry", "step_by_step"):
        for vectors in ([(2, 0), (0, 2), (1, 1)], [(2, 0), (1, 1), (0, 3)]):
            problem = menu(vectors)
            bare = replace(problem, reserve=None)
            for rule in (bargaining.nash, bargaining.egalitarian, lottery_rule(rule="nash")):
                stated = axioms.check(axiom, rule, problem=problem)
                left_out = axioms.check(axiom, rule, problem=bare)
                assert left_out.status is stated.status


def test_a_reserve_between_the_utilities_of_the_packages():
    """On a domain the reserve takes every utility that the domain knows."""

    def rule(p):
        return best(p, last=p.reserve[0] == 1 and p.types[0] in ((0, 2), (2, 0)))

    scope = {"agents": 1, "packages": 2, "utilities": (0, 1, 2)}
    verdict = axioms.check("disagreement_monotonicity", own(rule), **scope)
    assert verdict.violated
    assert verdict.witness.variant.reserve == (1,)
    assert axioms.check("disagreement_monotonicity", own(best), **scope).holds


def test_a_reserve_that_rises():
    problem = menu([(2, 0), (1, 1)])
    rule = own(lambda p: best(p, last=p.reserve[0] > 0))
    witness = axioms.check("disagreement_monotonicity", rule, problem=problem).witness
    assert witness.replay(rule)
    refused(rule, witness, agents=())
    refused(rule, witness, agents=(0, 1))
    refused(rule, witness, agents=(1,))
    refused(rule, witness, variant=None)
    refused(rule, witness, variant=replace(witness.variant, reserve=(1, 1)))
    refused(rule, witness, variant=replace(witness.variant, weights=(1, 2)))
    # A reserve that falls may change what it likes.
    down = own(lambda p: best(p, last=p.reserve[0] == 0))
    refused(down, witness, problem=witness.variant, variant=problem)


def test_a_share_of_the_midpoint():
    problem = menu([(4, 0), (0, 4), (1, 1), (2, 2)])
    rule = own(lambda p: p.data.packages[2])
    witness = axioms.check("midpoint_domination", rule, problem=problem).witness
    assert witness.gap == 1
    refused(rule, witness, agents=())
    refused(rule, witness, agents=(0, 1))
    assert not witness.replay(own(lambda p: p.data.packages[3]))
    floats = menu([(4.0, 0.0), (0.0, 4.0), (2.0, 2.0)])
    assert axioms.check("midpoint_domination", own(lambda p: p.data.packages[2]), problem=floats)


# ------------------------------------------------------------------------- symmetry


def test_agents_in_the_same_position():
    problem = menu([(1, 0), (0, 1), (2, 2)])
    rule = own(lambda p: p.data.packages[0])
    witness = axioms.check("symmetry", rule, problem=problem).witness
    assert witness.agents == (0, 1)
    assert witness.replay(rule)
    assert not witness.replay(own(lambda p: p.data.packages[2]))
    for order in ((0, 1), (1, 1), (0,), (1, 0, 2), [1, 0], None):
        refused(rule, witness, details=FrozenMap(order=order))
    for changes in (
        {"reserve": (0, 1)},
        {"weights": (1, 2)},
        {"types": ((1, 0, 2), (0, 2, 2))},
    ):
        refused(rule, witness, problem=replace(problem, **changes))
        assert not violated("symmetry", rule, replace(problem, **changes))
    even = {"reserve": (1, 1), "weights": (2, 2)}
    assert violated("symmetry", rule, replace(problem, **even))
    # Without weights all weigh the same.
    assert violated("symmetry", rule, replace(problem, weights=(1, 1)))
    assert violated("symmetry", rule, replace(problem, reserve=None))


def test_symmetry_of_lotteries():
    problem = menu([(1, 0), (0, 1)])
    fair = lottery_rule(rule="nash")
    assert tuple(fair(problem).utilities.values()) == (F(1, 2), F(1, 2))
    assert axioms.check("symmetry", fair, problem=problem).holds
    witness = axioms.check("symmetry", own(lambda p: p.data.packages[0]), problem=problem).witness
    assert not witness.replay(fair)
    uneven = replace(problem, weights=(1, 3))
    skewed = fair(uneven)
    assert tuple(skewed.utilities.values()) == (F(1, 4), F(3, 4))
    biased = TableRule(SETTING, {problem: skewed})
    assert witness.replay(biased)


def test_symmetry_of_three():
    """A permutation of two of them, and one that moves all."""
    cycle = menu([(1, 0, 0), (0, 1, 0), (0, 0, 1)])
    assert violated("symmetry", own(best), cycle)
    # A turn of all three, but no exchange of two, is a symmetry here.
    turn = menu([(0, 1, 2), (1, 2, 0), (2, 0, 1)])
    verdict = axioms.check("symmetry", own(best), problem=turn)
    assert verdict.violated
    assert len(verdict.witness.agents) == 3
    assert verdict.witness.replay(own(best))
    seven = menu([tuple(int(i == k) for i in range(7)) for k in range(7)])
    assert not axioms.check("symmetry", own(best), problem=seven).holds


# ------------------------------------------------------------------------- parts


def test_a_discount_is_of_one_part():
    votes = election(["ab", "b"], costs={"a": 2, "b": 2}, budget=3)
    setting = bargaining.project_selection()

    def dearest(problem):
        costs = problem.data.costs
        return (problem.data.ids[costs.index(max(costs))],)

    rule = FunctionMechanism(dearest, setting)
    witness = axioms.check("discount_monotonicity", rule, problem=votes, setting=setting).witness
    part = witness.details["part"]
    assert part == "a"
    assert witness.replay(rule)
    refused(rule, witness, variant=None)
    refused(rule, witness, variant=votes)
    refused(rule, witness, details=FrozenMap())
    refused(rule, witness, details=FrozenMap(part="b"))
    refused(rule, witness, details=FrozenMap(part="z"))
    refused(rule, witness, problem=witness.variant, variant=votes)
    refused(rule, witness, variant=replace(witness.variant, budget=9))
    dearer = election(["ab", "b"], costs={"a": 3, "b": 4}, budget=3)
    refused(rule, witness, variant=dearer)
    refused(rule, witness, variant=election(["b", "b"], costs={"b": 2}, budget=3))
    refused(rule, witness, variant=menu([(1, 1), (2, 2)]))
    # A project that the first problem does not have.
    more = election(["ab", "b"], costs={"a": 1, "b": 2, "c": 1}, budget=3)
    refused(rule, witness, variant=more, details=FrozenMap(part="c"))


def test_support_is_of_one_agent():
    problem = menu([(2, 1), (1, 2)])
    first, second = problem.data.packages
    rule = own(lambda p: second if p.types[0][0] > 2 else first)
    witness = axioms.check("support_monotonicity", rule, problem=problem).witness
    assert witness.agents == (0,)
    assert witness.details["part"] == first
    assert witness.replay(rule)
    refused(rule, witness, variant=problem)
    refused(rule, witness, details=FrozenMap(part=second))
    refused(rule, witness, details=FrozenMap(part="z"))
    for rows in (((3, 2), (1, 2)), ((3, 1), (2, 2)), ((1, 1), (1, 2))):
        refused(rule, witness, variant=replace(problem, types=rows))
    refused(rule, witness, variant=replace(witness.variant, weights=(1, 2)))
    refused(rule, witness, variant=replace(witness.variant, agents=("x", "y")))


@pytest.mark.parametrize("k", [0, 1, 2])
@pytest.mark.parametrize("raised", [2, 6, 30])
def test_every_package_is_tried_with_higher_values(k, raised):
    """At one problem: one more, twice and ten times the value, all others as they are."""
    problem = menu([(3, 1)] * 3 if raised > 2 else [(1, 9)] * 3)
    row = problem.types[0]
    liked = tuple(raised if j == k else u for j, u in enumerate(row))
    rule = own(lambda p: p.data.packages[k - 1 if p.types[0] == liked else k])
    verdict = axioms.check("support_monotonicity", rule, problem=problem)
    assert verdict.violated
    assert verdict.witness.variant.types[0] == liked
    assert not verdict.witness.tie_induced


def test_support_of_projects_with_points():
    """More points for the project alone, and more points than before."""
    votes = election([{"a": 2, "b": 1}, {"b": 1}], costs={"a": 1, "b": 1}, budget=1)
    setting = bargaining.project_selection()

    def rule(p):
        return ("b",) if p.types[0].get("a", 0) > 2 else ("a",)

    mechanism = FunctionMechanism(rule, setting)
    verdict = axioms.check("support_monotonicity", mechanism, problem=votes)
    assert verdict.violated
    witness = verdict.witness
    assert witness.replay(mechanism)
    assert witness.variant.types[0]["a"] in (3, 4, 20)
    for points in ({"a": 3, "b": 2}, {"a": 3}, {"a": 3, "b": 1, "c": 1}):
        refused(mechanism, witness, variant=votes.report(0, FrozenMap(points)))
    refused(mechanism, witness, variant=votes.report(0, frozenset("a")))
    refused(mechanism, witness, problem=witness.variant, variant=votes)
    newly = votes.report(1, FrozenMap({"b": 1, "a": 1}))
    assert not replace(witness, variant=newly).replay(mechanism)
    obliging = FunctionMechanism(lambda p: ("b",) if "a" in p.types[1] else ("a",), setting)
    assert replace(witness, variant=newly).replay(obliging)


# ------------------------------------------------------------------------- representation


@pytest.mark.parametrize(
    "axiom",
    ["extended_justified_representation", "proportional_justified_representation"],
)
def test_a_cohesive_group(axiom):
    """Three of six voters may spend half of the budget on projects that all three approve."""
    votes = election(["ab"] * 3 + ["xyz"] * 3, costs=dict.fromkeys("abxyz", 1), budget=4)
    setting = bargaining.project_selection("cardinality")
    rule = FunctionMechanism(lambda p: ("a", "x", "y", "z"), setting)
    witness = axioms.check(axiom, rule, problem=votes).witness
    assert witness.agents == (0, 1, 2)
    assert set(witness.alternative.choice) == {"a", "b"}
    assert witness.replay(rule)
    assert not witness.replay(FunctionMechanism(lambda p: ("a", "b", "x", "y"), setting))
    refused(rule, witness, agents=())
    refused(rule, witness, agents=(0, 1))  # a third of the budget is not enough
    refused(rule, witness, agents=(0, 0, 0))
    refused(rule, witness, alternative=None)
    refused(rule, witness, alternative=setting.select(votes, ()))
    refused(rule, witness, alternative=setting.select(votes, ("a",)))  # that they have
    refused(rule, witness, agents=(0, 1, 3))  # who approve nothing in common
    refused(rule, witness, setting=SETTING)
