"""Finite scopes: what is looked at, how much of it, and when a proof may stand in for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, ClassVar

import numpy as np
import pytest

from mechdesign import axioms, facility
from mechdesign.axioms import UNKNOWN, Axiom, Certificate, Violation
from mechdesign.errors import InvalidInputError, UndecidedError
from mechdesign.model import Domain, Lottery, Mechanism, Outcome, Problem
from tests.axioms import toy

LINE = facility.line(0, 1)
HALF = Fraction(1, 2)
THREE = {"agents": 3, "values": 2, "packages": 2}


class Anonymous(toy.Rule):
    """Declared anonymous, whether it is or not."""

    anonymous = True


class Median(Mechanism):
    """A user's lower median, declared anonymous."""

    id = "own_median"
    setting = LINE
    anonymous = True

    def solve(self, problem: Problem, *, rng: Any = None) -> Outcome:
        place = sorted(problem.types)[(len(problem) - 1) // 2]
        return Outcome(place, problem=problem, setting=LINE)


# ------------------------------------------------------------------------- classes of problems


def classes(axiom: str, rule: Any, **scope: Any) -> bool:
    """Whether one problem of each class stood for the others."""
    return "classes" in axioms.check(axiom, rule, **scope).evidence.text


def test_one_problem_of_each_class_where_that_is_enough() -> None:
    honest = Anonymous("honest", sum)
    assert classes("weak_pareto", honest, **THREE)
    assert not classes("weak_pareto", honest, symmetry=False, **THREE)
    assert not classes("weak_pareto", toy.utilitarian, **THREE)  # not declared
    assert not classes("weak_pareto", Anonymous("first", lambda c: c[0]), **THREE)  # not true
    assert not classes("anonymity", honest, **THREE)
    # It does not pay for two agents, and it is not known under lifts.
    assert not classes("weak_pareto", honest, agents=2, values=2, packages=2)
    assert not classes("weak_pareto", honest, lift="ex_post", **THREE)


def test_classes_of_several_numbers_of_agents() -> None:
    honest = Anonymous("honest", sum)
    both = {**THREE, "agents": (2, 3)}
    assert not classes("weak_pareto", honest, **both)
    verdict = axioms.check("weak_pareto", honest, **both)
    assert verdict.stats["problems"] == 16 + 64
    larger = {"agents": (3, 4), "values": 2, "packages": 2}
    assert classes("weak_pareto", honest, **larger)
    assert axioms.check("weak_pareto", honest, **larger).stats["problems"] == 20 + 35


@dataclass(frozen=True)
class Unequal(toy.Packages):
    """The last agent has fewer possible reports than the others."""

    id: ClassVar[str] = "toy.unequal"

    def domain(self, agents: int, **scope: Any) -> Domain:
        whole = super().domain(agents, **scope)
        reports = (*whole.reports[:-1], whole.reports[-1][:1])
        return Domain(self, whole.base, reports, "unequal reports")


def test_agents_with_different_reports_are_not_exchanged() -> None:
    honest = Anonymous("honest", sum)
    honest.setting = Unequal()
    verdict = axioms.check("weak_pareto", honest, **THREE)
    assert verdict.holds
    assert verdict.stats["problems"] == 4 * 4 * 1
    assert "classes" not in verdict.evidence.text


def test_counts_are_those_of_the_axiom() -> None:
    """Comparisons for anonymity are not counted, and neither is a search that is repeated."""
    scope = {"agents": 3, "grid": 2}
    unanimity = axioms.check("unanimity", Median(), **scope)
    assert unanimity.stats["problems"] == 10
    assert unanimity.stats["checks"] == 3  # where all agree
    # Participation looks at problems of two agents, where nothing was checked: no classes.
    participation = axioms.check("participation", Median(), **scope)
    assert participation.holds
    assert "classes" not in participation.evidence.text
    assert participation.stats["problems"] == 27
    assert participation.stats["checks"] == 81


def test_floats_are_not_put_into_classes() -> None:
    """Anonymous within a tolerance is not anonymous."""
    rule = Median()
    rule.solve = lambda problem, *, rng=None: Outcome(
        float(sorted(problem.types)[1]), problem=problem, setting=LINE
    )
    assert not classes("unanimity", rule, agents=3, grid=2)


@pytest.mark.parametrize("part", ["payments", "cost", "winners"])
def test_what_an_axiom_may_read_is_the_same_in_a_class(part: str) -> None:
    """An anonymous choice with a payment, a cost or ties that depend on the order of the agents."""

    class Charging(facility.Line):
        money = True

        def utility(self, problem: Problem, agent: Any, true_type: Any, outcome: Outcome) -> Any:
            return super().utility(problem, agent, true_type, outcome) - outcome.pay(agent)

    class Shown(Outcome):
        pass

    class Uneven(Median):
        def solve(self, problem: Problem, *, rng: Any = None) -> Outcome:
            found = super().solve(problem)
            first = problem.types[0] > problem.types[-1]
            if part == "payments":
                return replace(found, payments={1: int(first)})
            if part == "cost":
                return replace(found, cost=int(first))
            shown = Shown(found.choice, problem=problem, setting=LINE)
            object.__setattr__(shown, "winners", (int(first),))
            return shown

    class NoneIsCharged(Axiom):
        id = "none_is_charged"
        title = "Nobody is charged"
        statement = "Nobody pays, nothing costs and nothing ties."
        symmetric = True

        def violations(self, ctx: Any, problem: Problem) -> Iterator[Violation]:
            ctx.count()
            found = ctx.run(problem)
            if found.pay(1) or found.cost or getattr(found, "winners", (0,)) != (0,):
                yield Violation(problem)

        def verify(self, mechanism: Any, setting: Any, witness: Any) -> Any:
            return 1

    # Sorted problems, which stand for the classes, show none of it.
    found = axioms.check(NoneIsCharged(), Uneven(), setting=Charging(), agents=3, grid=2)
    assert found.violated
    assert axioms.check(NoneIsCharged(), Median(), agents=3, grid=2).holds


# ------------------------------------------------------------------------- tables of choices


def test_an_exact_table_needs_no_tolerance() -> None:
    scope = {"agents": 2, "grid": 4, "tolerance": 5}
    refuted = axioms.check("strategyproofness", facility.average, **scope)
    assert refuted.violated
    assert refuted.tolerance == refuted.witness.tolerance == 0
    assert refuted.witness.gap == Fraction(1, 4)
    kept = axioms.check("strategyproofness", facility.median, **scope)
    assert kept.holds
    assert kept.tolerance == 0
    assert axioms.worst("strategyproofness", facility.average, **scope).value == Fraction(1, 4)


def test_an_exact_loop_needs_no_tolerance() -> None:
    scope = {"agents": 2, "values": 2, "packages": 2, "tolerance": 5}
    for rule in (toy.egalitarian, toy.utilitarian):
        verdict = axioms.check("pareto_efficiency", rule, **scope)
        assert verdict.violated == (rule is toy.egalitarian)
        assert verdict.tolerance == 0


class Floating(Median):
    """The mean of the extremes in floats; batches may be wrong."""

    id = "floating"
    anonymous = False
    wrong: Any = staticmethod(lambda places: places)

    def solve(self, problem: Problem, *, rng: Any = None) -> Outcome:
        place = (float(min(problem.types)) + float(max(problem.types))) / 2
        return Outcome(place, problem=problem, setting=LINE)

    def evaluate_many(self, profiles: Any) -> Any:
        rows = profiles.numerators / profiles.denominator
        return self.wrong((rows.min(axis=1) + rows.max(axis=1)) / 2)


def test_a_table_of_floats() -> None:
    scope = {"agents": 2, "grid": 4}
    verdict = axioms.check("strategyproofness", Floating(), tolerance=1e-6, **scope)
    assert verdict.violated
    assert not verdict.exact
    assert verdict.tolerance == verdict.witness.tolerance == 1e-6
    assert verdict.witness.gap == pytest.approx(0.25)
    calm = axioms.check("strategyproofness", Floating(), tolerance=0.25, **scope)
    assert calm.holds
    assert not calm.exact
    assert calm.tolerance == 0.25
    assert axioms.worst("strategyproofness", Floating(), tolerance=0.25, **scope).value == 0


def test_floats_of_a_batch_agree_within_the_tolerance() -> None:
    scope = {"agents": 2, "grid": 4, "tolerance": 0.25}
    rule = Floating()
    rule.wrong = lambda places: places + 1e-12
    assert axioms.check("strategyproofness", rule, **scope).holds
    # The same place everywhere, from which no lie gains.
    rule.wrong = lambda places: 0.9 + 0 * places
    with pytest.raises(InvalidInputError, match="agree with single calls"):
        axioms.check("strategyproofness", rule, **scope)


def test_a_table_that_is_too_long_is_not_made() -> None:
    """Where the comparisons allowed are fewer than the profiles."""
    asked = []

    class Watched(Floating):
        def evaluate_many(self, profiles: Any) -> Any:
            asked.append(len(profiles))
            return super().evaluate_many(profiles)

    scope = {"agents": 3, "grid": 2}
    assert axioms.check("strategyproofness", Watched(), max_checks=26, **scope).status is UNKNOWN
    assert asked == []
    assert axioms.check("strategyproofness", Watched(), max_checks=27, **scope).status is UNKNOWN
    assert asked == [27]


# ------------------------------------------------------------------------- given problems


@dataclass(frozen=True)
class Listed(toy.Packages):
    """A setting whose domain needs no words and is everything that it allows."""

    id: ClassVar[str] = "toy.all_listed"

    def domain(self, agents: int, **scope: Any) -> Domain:
        return replace(super().domain(agents, **scope), complete=True)


def test_a_given_problem_is_not_taken_for_a_domain() -> None:
    setting = Listed()
    constant = toy.Rule("constant", lambda column: 0)
    constant.setting = setting
    given = axioms.check("strategyproofness", constant, problem=[(0, 1), (1, 0)])
    assert given.holds
    assert given.stats["checks"] == 2 * 16  # the setting's own lies, not those of the domain
    assert given.scope.domain == "this problem"
    named = axioms.check("strategyproofness", constant, problem=[(0, 1), (1, 0)], values=3)
    assert named.stats["checks"] == 2 * 9
    assert "utilities < 3" in named.scope.domain
    every = axioms.check("strategyproofness", constant, agents=2)
    assert every.stats["problems"] == 16


def test_a_proof_for_all_problems_covers_those_that_are_left_open() -> None:
    """Unless they have weights, which the proof may not know."""

    class Proved(toy.Rule):
        pass

    @axioms.certifies("individual_rationality", Proved)
    def certify(mechanism: Any, setting: Any, scope: Any) -> Certificate:
        return Certificate("nobody can lose")

    rule = Proved("proved", sum)
    bare = replace(rule.setting.problem([(0, 1), (1, 0)]), reserve=None)
    assert axioms.check("individual_rationality", toy.utilitarian, problem=bare).status is UNKNOWN
    found = axioms.check("individual_rationality", rule, problem=bare)
    assert found.holds
    assert found.evidence.kind == "certificate"
    heavy = replace(bare, weights=(2, 1))
    open_still = axioms.check("individual_rationality", rule, problem=heavy)
    assert open_still.status is UNKNOWN
    again = axioms.check("individual_rationality", rule, problem=heavy, values=2)
    assert again.status is UNKNOWN
    # What was decided is not decided again.
    short = axioms.check("individual_rationality", rule, agents=2, values=2, max_checks=1)
    assert short.status is UNKNOWN
    assert short.evidence.kind == "budget"


@pytest.mark.parametrize("agents", [0, (0, 2), (2, 0)])
def test_somebody_takes_part(agents: Any) -> None:
    with pytest.raises(InvalidInputError, match="`agents`"):
        axioms.check("weak_pareto", toy.utilitarian, agents=agents, values=2, packages=2)


# ------------------------------------------------------------------------- the worst case


def test_the_worst_case_of_a_loop_has_its_witness() -> None:
    found = axioms.worst("pareto_efficiency", toy.egalitarian, agents=2, values=4, packages=2)
    assert found.value == found.witness.gap == 3
    assert found.complete
    assert found.witness.replay(toy.egalitarian)
    assert "utilities < 4" in found.scope.domain
    one = axioms.worst("pareto_efficiency", toy.egalitarian, problem=[(0, 2), (0, 0)])
    assert one.value == one.witness.gap == 2
    assert one.scope.domain == "this problem"


def test_the_worst_case_is_a_bound_where_the_search_ends_early() -> None:
    options = {"agents": 2, "values": 4, "packages": 2}
    part = axioms.worst("pareto_efficiency", toy.egalitarian, max_checks=40, **options)
    assert not part.complete
    assert 0 < part.value <= 3
    assert "at least" in repr(part)


def test_the_worst_case_under_a_lift_of_sets() -> None:
    with pytest.raises(UndecidedError, match="tied"):
        axioms.worst("strategyproofness", facility.median, agents=2, grid=2, lift="optimist")
    with pytest.raises(UndecidedError, match="reserve"):
        axioms.worst("individual_rationality", facility.median, agents=2, grid=2)


# ------------------------------------------------------------------------- all problems


def test_drawn_problems_that_cannot_be_compared() -> None:
    """Ordinal preferences do not rank lotteries: nothing is said, and why."""
    line = facility.line(0, 1, preferences="single_peaked")

    def coin(x: Any) -> Lottery:
        return Lottery.uniform([line.outcome(line.problem(x), end) for end in (min(x), max(x))])

    verdict = axioms.check("strategyproofness", coin, setting=line, trials=3)
    assert verdict.status is UNKNOWN
    assert verdict.evidence.kind == "missing"
    assert "dominance" in verdict.evidence.text


def test_the_number_of_drawn_problems() -> None:
    def rule(x: Any) -> Any:
        return min(x)

    for trials in (1, 7):
        verdict = axioms.check("strategyproofness", rule, setting=LINE, trials=trials)
        assert f"in {trials} random problems" in verdict.evidence.text
        assert verdict.stats["evaluations"] >= trials
    none = axioms.check("strategyproofness", rule, setting=LINE, trials=0)
    assert none.evidence.kind == "missing"
    seen = set()
    axioms.check(
        "feasibility",
        lambda x: seen.add(len(x)) or min(x),
        setting=facility.line(0, 1),
        agents=(4, 6),
        trials=2,
        rng=np.random.default_rng(1),
    )
    assert seen == {4, 6}


def test_a_theorem_of_the_package_is_cited() -> None:
    """For its own setting, and not for a user's version of it."""
    ladder = facility.ladder
    verdict = axioms.check("strategyproofness", ladder)
    assert verdict.holds
    assert verdict.evidence.kind == "theorem"
    assert "no counterexample on" in verdict.evidence.text
    assert verdict.scope.domain == "all problems"

    class Own(type(ladder.setting)):
        pass

    told = axioms.check("strategyproofness", ladder, setting=Own(), trials=5)
    assert told.status is UNKNOWN
    assert told.evidence.kind == "claimed"
