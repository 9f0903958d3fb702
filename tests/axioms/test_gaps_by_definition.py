"""Gaps, ties and differences of counterexamples, as the definitions of the axioms say."""

import itertools
from dataclasses import dataclass, replace
from fractions import Fraction as F

import pytest

from mechdesign import aggregation, allocation, auctions, axioms, facility
from mechdesign.axioms import HOLDS, UNKNOWN, VIOLATED, Evaluator
from mechdesign.axioms.generic import invariance, population
from mechdesign.axioms.question.evaluator import Budget
from mechdesign.axioms.question.registry import find
from mechdesign.axioms.question.verifier import differs, improvement
from mechdesign.axioms.question.witness import Violation
from mechdesign.errors import InvalidInputError
from mechdesign.model import Lottery, Outcome, as_mechanism, serializable

from . import toy
from .test_engine_edges import LINE, PLACE, told

# ------------------------------------------------------------------------- verify, by definition


@serializable("toy.Indifferent")
@dataclass(frozen=True)
class Indifferent(toy.Packages):
    """Nobody cares."""

    def utility(self, problem, agent, true_type, outcome):
        return 0


class ByOrder(toy.Rule):
    """The first package for the first agent's type, the last one for another."""

    def __init__(self, setting):
        super().__init__("by_order", sum)
        self.setting = setting

    def solve(self, problem, *, rng=None):
        listed = list(self.setting.outcomes(problem))
        return listed[0] if problem.types[0] == (0, 1) else listed[-1]


def test_a_choice_that_nobody_minds_differs_by_one():
    setting = Indifferent()
    rule = ByOrder(setting)
    problem = setting.problem([(0, 1), (1, 0)])
    variant = problem.permuted((1, 0))
    case = told(
        "anonymity",
        setting,
        problem,
        rule.solve(problem),
        variant=variant,
        details={"order": (1, 0)},
    )
    assert find("anonymity").verify(rule, setting, case) == 1
    rule = ByOrder(PLACE)
    case = replace(case, setting=PLACE)
    assert find("anonymity").verify(rule, PLACE, case) == 1


@pytest.mark.parametrize(("ties", "violated"), [(("a", "b"), False), (("a",), True)])
def test_neutrality_of_tied_sets(ties, violated):
    class Tied(toy.Rule):
        def _winners(self, problem):
            return [o for o in self.setting.outcomes(problem) if o.choice in ties]

    rule = Tied("tied", sum, ties=True)
    problem = PLACE.problem([(0, 1)])
    variant = PLACE.problem([(1, 0)])
    case = told(
        "neutrality",
        PLACE,
        problem,
        rule.solve(problem),
        variant=variant,
        details={"renaming": (1, 0)},
        lift="optimist",
    )
    assert case.replay(rule) is violated


def test_an_alternative_that_harms_somebody_is_none():
    setting = aggregation.rankings()
    domain = setting.domain(2, alternatives=3)
    problem = domain.base.with_profile((domain.reports[0][0], domain.reports[0][3]))
    outcomes = list(setting.outcomes(problem))
    axiom = find("pairwise_efficiency")
    for before, after in itertools.permutations(outcomes, 2):
        rule = as_mechanism(toy.First(setting, before), setting)
        better = Lottery([(1, after)])
        gains = [
            improvement(setting, problem, agent, own, before, better, "pairwise")
            for agent, own in zip(problem.agents, problem.types, strict=True)
        ]
        case = told("pairwise_efficiency", setting, problem, before, alternative=better)
        gap = axiom.verify(rule, setting, case)
        assert gap == (None if min(gains) < 0 else sum(gains))


def test_a_type_is_expected_by_its_own_prior():
    """Only agent 0 at 1/2, who knows that the other one is at 0, gains; and the case is counted."""
    half, uniform = F(1, 2), {"agents": 2, "grid": 1, "prior": "uniform"}
    name = "bayesian_incentive_compatibility"
    verdict = axioms.check(name, facility.average, agents=2, grid=2, prior={(half, 0): 1})
    assert verdict.status is VIOLATED
    assert verdict.witness.agents == (0,)
    # Two types of two agents, two reports of each, two reports of the other.
    assert axioms.check(name, facility.median, **uniform).stats["checks"] == 16

    def farthest(x):
        return 1 - x[0]

    alone = axioms.check(name, farthest, setting=LINE, agents=1, grid=2, prior="uniform")
    assert alone.status is VIOLATED


def test_a_violation_has_a_gap_of_one_unless_told():
    assert Violation(PLACE.problem([[0]])).gap == 1


def test_equals_have_the_same_chances():
    scope = {"agents": 2, "objects": 2, "lists": "complete"}
    verdict = axioms.check("equal_treatment", allocation.serial_dictatorship, **scope)
    assert verdict.status is VIOLATED
    assert verdict.witness.gap == 1
    fair = axioms.check("equal_treatment", allocation.random_serial_dictatorship, **scope)
    assert fair.status is HOLDS


def test_names_where_preferences_are_orders():
    peaked = LINE.with_preferences("single_peaked")
    scope = {"setting": peaked, "agents": 2, "grid": 2}
    assert axioms.check("anonymity", facility.median, **scope).status is HOLDS
    told = axioms.check("anonymity", lambda x: x[0], **scope)
    assert told.status is VIOLATED
    private = axioms.check(
        "anonymity", allocation.serial_dictatorship, agents=2, objects=2, lists="complete"
    )
    assert private.status is UNKNOWN


@pytest.mark.parametrize(
    ("first", "second", "tie"),
    [("ab", "ab", True), ("a", "a", False), ("ab", "a", False), ("ab", "ac", False)],
)
def test_only_a_tie_changed(first, second, tie):
    problem, variant = PLACE.problem([(0, 1, 1)]), PLACE.problem([(1, 0, 1)])

    class Tied(toy.Rule):
        def _winners(self, problem):
            names = first if problem.types == ((0, 1, 1),) else second
            return [Outcome(name) for name in names]

    ctx = Evaluator(Tied("tied", sum, ties=True), PLACE, Budget())
    assert invariance._same_winners(ctx, problem, variant) is tie
    alone = Evaluator(toy.utilitarian, PLACE, Budget())
    assert not invariance._same_winners(alone, problem, variant)


def test_draws_are_compared_with_the_product_of_their_chances():
    setting = aggregation.rankings()
    problem = setting.problem(["a > b > c"])
    places = {outcome.choice: outcome for outcome in setting.outcomes(problem)}
    first, *_, last = places.values()
    sides = [
        Lottery([(F(1, 4), first), (F(3, 4), last)]),
        Lottery([(F(2, 3), first), (F(1, 3), last)]),
    ]
    own = problem.types[0]
    better = setting.gain(problem, 0, own, last, first) > 0
    told = improvement(setting, problem, 0, own, *sides, "pairwise")
    # The second is better with 3/4 times 2/3, and worse with 1/4 times 1/3.
    assert abs(told) == F(1, 2) - F(1, 12)
    assert (told > 0) == better


@pytest.mark.parametrize(
    ("gap", "tolerance", "units", "differ"),
    [
        (1e-8, 1e-3, False, True),
        (1e-8, 1e-3, True, False),
        (1e-10, 1e-3, False, False),
        (1e-10, 1e-12, False, True),
        (1e-2, 1e-3, True, True),
    ],
)
def test_choices_that_are_in_no_unit_differ_by_little(gap, tolerance, units, differ):
    first, second = Outcome((0.5, 0.0)), Outcome((0.5, gap))
    assert differs(first, second, tolerance, units=units) is differ


def coin(outcomes):
    return Lottery([(F(1, len(outcomes)), one) for one in outcomes])


class Mixing(toy.Rule):
    """All packages by lot, or the worst and the best of the first agent."""

    def solve(self, problem, *, rng=None):
        listed = list(self.setting.outcomes(problem))
        return coin(listed if len(problem) > 1 else [listed[0], listed[-1]])


@pytest.mark.parametrize("axiom", ["pareto_efficiency", "weak_pareto", "equal_treatment", "core"])
@pytest.mark.parametrize(
    ("rule", "scope"),
    [
        (toy.pessimal, {"agents": 2, "values": 3, "packages": 3}),
        (toy.egalitarian, {"agents": 2, "values": 3, "packages": 3}),
        (toy.constant, {"agents": 3, "values": 2, "packages": 2}),
        (Mixing("mixing", sum), {"agents": 2, "values": 3, "packages": 3}),
        (Mixing("mixing", sum), {"agents": 1, "values": 4, "packages": 3}),
        (toy.lowest, {"agents": 2, "values": 3}),
        (toy.nested_first, {"agents": 2}),
        (facility.average, {"agents": 3, "grid": 3}),
        (facility.constant(location=0), {"agents": 2, "grid": 2}),
        (auctions.gsp, {"agents": 2, "grid": 2, "slots": 1}),
    ],
)
def test_the_gap_of_a_counterexample_is_what_its_definition_gives(axiom, rule, scope):
    try:
        verdict = axioms.check(axiom, rule, **scope)
    except InvalidInputError:
        return  # the setting lacks what the axiom speaks of
    if verdict.status is not VIOLATED:
        return
    witness = verdict.witness
    gap = find(axiom).verify(rule, rule.setting, witness)
    assert gap == witness.gap
    assert witness.gap > 0


@pytest.mark.parametrize(
    ("first", "second", "tie"),
    [("ab", "ab", True), ("a", "b", False), ("ab", "a", False), ("a", "a", False)],
)
def test_whether_ties_alone_treat_names_differently(first, second, tie):
    problem = PLACE.problem([(0, 1), (1, 0)])
    variant = problem.permuted((1, 0))

    class Tied(toy.Rule):
        def _winners(self, there):
            names = first if there == problem else second
            return [Outcome(name, problem=there, setting=PLACE) for name in names]

    ctx = Evaluator(Tied("tied", sum, ties=True), PLACE, Budget())
    assert find("anonymity")._tie(ctx, problem, variant, (1, 0)) is tie
    renaming = (1, 0)
    renamed = PLACE.problem([(1, 0), (0, 1)])
    by_name = find("neutrality")._tie(ctx, problem, renamed, renaming)
    expected = len(first) > 1 and {"ab"[1 - "ab".index(x)] for x in first} == set(second)
    assert by_name is expected


def test_costs_are_told_where_there_is_a_budget():
    free, bounded = (PLACE.problem([(0, 1)], costs=(1, 2), budget=b) for b in (None, 9))
    for problem, cost, shown in (
        (free, None, False),
        (free, 2, False),
        (bounded, None, False),
        (bounded, 2, True),
    ):
        case = told("weak_pareto", PLACE, problem, Outcome("a"))
        text = case.say(Outcome("b", cost=cost), problem)
        assert ("costs 2" in text) == ("costs" in text) == shown


def test_how_far_apart_chances_are():
    a, b, c = map(Outcome, "abc")
    half = Lottery([(F(1, 2), a), (F(1, 2), b)])
    third = Lottery([(F(1, 3), a), (F(2, 3), c)])
    assert population._apart(a, a) == 0
    assert population._apart(a, b) == 1
    assert population._apart(half, a) == F(1, 2)
    assert population._apart(half, third) == F(2, 3)
    assert population._apart(third, third) == 0
    assert population._apart(third, b) == 1
    assert population._apart((a, b), a) is None


def test_every_division_into_two_groups_once():
    for n in range(1, 5):
        problem = PLACE.problem([(0, 1)] * n)
        told = list(population._halves(problem))
        divisions = {frozenset((frozenset(h), frozenset(range(n)) - frozenset(h))) for h in told}
        assert len(divisions) == len(told) == max(0, 2 ** (n - 1) - 1)
        assert all(group for division in divisions for group in division)


def test_names_on_the_whole_line():
    for rule in (lambda x: x[0], lambda x: (x[0] + 3 * x[1]) / 4):
        verdict = axioms.check("anonymity", rule, setting=LINE, agents=2)
        assert verdict.status is VIOLATED
        mechanism = as_mechanism(rule, LINE)
        assert find("anonymity").verify(mechanism, LINE, verdict.witness) == verdict.witness.gap
