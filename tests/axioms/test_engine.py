"""What a verdict may claim, and from which evidence."""

import json
import pickle
from fractions import Fraction

import numpy as np
import pytest

from mechdesign import axioms, facility
from mechdesign.axioms import HOLDS, UNKNOWN, VIOLATED, Axiom, Certificate, Verdict, Violation
from mechdesign.errors import InvalidInputError, UndecidedError
from mechdesign.model import Lottery, Mechanism, Outcome, Problem

from . import toy

SMALL = {"agents": 2, "values": 2, "packages": 2}


def test_status_has_three_values_and_unknown_has_no_truth():
    assert bool(HOLDS) is True
    assert bool(VIOLATED) is False
    with pytest.raises(UndecidedError):
        bool(UNKNOWN)


def test_verdict_has_the_truth_of_its_status():
    assert axioms.check("strategyproofness", toy.dictator, **SMALL)
    assert not axioms.check("pareto_efficiency", toy.egalitarian, **SMALL)
    with pytest.raises(UndecidedError, match="UNKNOWN"):
        bool(axioms.check("strategyproofness", toy.dictator, max_checks=1, **SMALL))


@pytest.mark.parametrize("rule", [facility.average, facility.midpoint])
def test_refutation_is_exact_minimal_and_replays(rule):
    verdict = axioms.check("strategyproofness", rule, agents=2, grid=4)
    witness = verdict.witness
    assert verdict.status is VIOLATED
    assert witness.minimal
    assert witness.problem.types == (0, Fraction(1, 2))
    assert all(isinstance(x, Fraction) for x in (*witness.problem.types, witness.gap))
    assert isinstance(witness.before.choice, Fraction)
    assert witness.lie == {1: 1}
    assert witness.gap == Fraction(1, 4)
    assert witness.replay(rule)
    assert not witness.replay(facility.median)


def test_a_function_of_ones_own_is_audited_as_it_is():
    def rule(x):
        return np.median(x)

    verdict = axioms.check("strategyproofness", rule, setting=facility.line(0, 1), agents=2, grid=4)
    assert verdict.violated
    assert verdict.exact
    assert verdict.witness.problem.types == (0, Fraction(1, 2))
    assert verdict.witness.replay(rule)


def test_a_floating_point_function_is_judged_within_the_tolerance():
    def rule(x):
        return float(np.median([float(t) for t in x]))

    options = {"setting": facility.line(0, 1), "agents": 2, "grid": 4}
    verdict = axioms.check("strategyproofness", rule, **options)
    assert verdict.violated
    assert not verdict.exact
    assert axioms.check("strategyproofness", rule, tolerance=0.3, **options).holds


def test_a_tiny_gain_of_a_float_is_no_violation_but_an_exact_one_is():
    def nudged(step):
        return lambda x: min(x) if x[1] < 1 else min(x) + step * (1 - min(x))

    options = {"setting": facility.line(0, 1), "agents": 2, "grid": 2}
    assert axioms.check("strategyproofness", nudged(Fraction(1, 10**12)), **options).violated
    assert axioms.check("strategyproofness", nudged(1e-12), **options).holds


def test_uniform_phantom_holds_exhaustively_on_the_named_grid_only():
    verdict = axioms.check("strategyproofness", facility.uniform_phantom, agents=3, grid=4)
    assert verdict.status is HOLDS
    assert verdict.evidence.kind == "exhaustive"
    assert verdict.stats["problems"] == 125
    assert verdict.stats["checks"] == 125 * 3 * 5
    assert "grid 1/4" in str(verdict.scope)
    assert "n=3" in str(verdict.scope)
    assert "grid 1/4" in repr(verdict)


def test_no_grid_no_claim_from_a_grid():
    class Unclaimed(Mechanism):
        id = "unclaimed"
        setting = facility.line(0, 1)

        def solve(self, problem, *, rng=None):
            return facility.median.solve(problem)

    verdict = axioms.check("strategyproofness", Unclaimed())
    assert verdict.status is UNKNOWN
    assert verdict.evidence.kind == "sampled"
    assert "seed 0" in verdict.evidence.text


def test_sampling_never_says_holds_and_may_refute():
    rare = lambda x: 0 if x[0] != Fraction(1, 1000) else 1  # noqa: E731
    verdict = axioms.check("strategyproofness", rare, setting=facility.line(0, 1), trials=5)
    assert verdict.status is UNKNOWN
    third = axioms.check(
        "strategyproofness", lambda x: sum(x) / len(x), setting=facility.line(0, 1)
    )
    assert third.violated


def test_a_theorem_is_cited_and_checked_on_small_domains():
    verdict = axioms.check("strategyproofness", facility.median)
    assert verdict.holds
    assert verdict.evidence.kind in ("theorem", "certificate")
    assert verdict.scope.agents == ()


def test_a_false_theorem_is_refuted():
    class Liar(Mechanism):
        id = "liar"
        setting = facility.line(0, 1)
        claims = facility.median.claims

        def solve(self, problem, *, rng=None):
            return facility.average.solve(problem)

    assert axioms.check("strategyproofness", Liar()).violated


def test_budgets_end_in_unknown():
    slow = toy.Rule("slow", sum)
    verdict = axioms.check("pareto_efficiency", slow, max_checks=10, **SMALL)
    assert verdict.status is UNKNOWN
    assert "max_checks=10" in verdict.evidence.text
    verdict = axioms.check(
        "pareto_efficiency", slow, time_limit=1e-9, agents=2, values=3, packages=3
    )
    assert verdict.status is UNKNOWN
    assert "time_limit" in verdict.evidence.text


def test_vectorised_budget_ends_in_unknown_too():
    rule = facility.uniform_phantom
    verdict = axioms.check("strategyproofness", rule, agents=3, grid=4, max_checks=1000)
    assert verdict.status is UNKNOWN


def test_a_vacuous_check_is_unknown():
    verdict = axioms.check("participation", toy.utilitarian, agents=1, values=2, packages=2)
    assert verdict.status is UNKNOWN
    assert verdict.evidence.kind == "vacuous"


def test_a_missing_capability_is_unknown_with_the_reason():
    verdict = axioms.check("core", toy.vickrey, agents=2, values=2)
    assert verdict.status is UNKNOWN
    assert "GivesClaims" in verdict.evidence.text
    verdict = axioms.check("individual_rationality", facility.median, agents=2, grid=2)
    assert verdict.status is UNKNOWN
    assert "reserve" in verdict.evidence.text


def test_one_given_problem():
    problem = toy.Packages().problem([(0, 1), (1, 0), (1, 0)])
    verdict = axioms.check("core", toy.constant, problem=problem)
    assert verdict.holds
    verdict = axioms.check("pareto_efficiency", toy.constant, problem=[(0, 1), (0, 1)])
    assert verdict.violated
    assert str(verdict.scope).startswith("this problem, n=2")


def test_several_numbers_of_agents():
    verdict = axioms.check("strategyproofness", facility.median, agents=(2, 3), grid=2)
    assert verdict.holds
    assert verdict.scope.agents == (2, 3)
    assert verdict.stats["problems"] == 9 + 27


def test_symmetry_halves_the_work_and_is_checked():
    class Anonymous(toy.Rule):
        anonymous = True

    honest = Anonymous("honest", sum)
    scope = {"agents": 3, "values": 2, "packages": 2}
    reduced = axioms.check("pareto_efficiency", honest, **scope)
    full = axioms.check("pareto_efficiency", honest, symmetry=False, **scope)
    assert reduced.holds
    assert full.holds
    assert reduced.stats["problems"] == 20
    assert full.stats["problems"] == 64
    assert "classes" in reduced.evidence.text
    # Declared anonymous, but a dictatorship: the declaration is not believed.
    fraud = Anonymous("fraud", lambda column: column[0])
    checked = axioms.check("strategyproofness", fraud, **scope)
    assert checked.holds
    assert "classes" not in checked.evidence.text


def test_tie_breaking_is_told_apart():
    verdict = axioms.check("neutrality", toy.tied_utilitarian, problem=[(1, 1), (1, 1)])
    assert verdict.violated
    assert verdict.witness.tie_induced
    assert "tie" in verdict.witness.explain()
    constant = axioms.check("neutrality", toy.constant, problem=[(0, 1), (0, 1)])
    assert not constant.witness.tie_induced


def test_lifts_of_sets():
    problem = [(1, 1), (2, 0)]
    for lift in ("optimist", "pessimist"):
        verdict = axioms.check(
            "strategyproofness", toy.tied_utilitarian, problem=problem, lift=lift
        )
        assert verdict.scope.lift == lift
    unknown = axioms.check("strategyproofness", toy.utilitarian, lift="optimist", **SMALL)
    assert unknown.status is UNKNOWN
    assert "tie" in unknown.evidence.text


class RandomDictator(Mechanism):
    id = "toy.random_dictator"
    setting = toy.Packages()

    def solve(self, problem, *, rng=None):
        picks = [row.index(max(row)) for row in problem.types]
        return (
            Lottery.uniform(
                Outcome("abcdefgh"[k], problem=problem, setting=self.setting) for k in picks
            )
            if len(set(picks)) == len(picks)
            else _counted(self, problem, picks)
        )


def _counted(rule, problem, picks):
    weight = Fraction(1, len(picks))
    return Lottery(
        (weight, Outcome("abcdefgh"[k], problem=problem, setting=rule.setting)) for k in picks
    )


@pytest.mark.parametrize("values", [2, pytest.param(3, marks=pytest.mark.slow)])
def test_lifts_of_lotteries(values):
    rule = RandomDictator()
    scope = {"agents": 2, "values": values, "packages": 3}
    expected = axioms.check("strategyproofness", rule, **scope)
    assert expected.holds
    assert expected.scope.lift == "expectation"
    assert axioms.check("strategyproofness", rule, lift="dominance", **scope).holds
    ex_post = axioms.check("strategyproofness", rule, lift="ex_post", **scope)
    assert ex_post.status is UNKNOWN
    assert axioms.check("feasibility", rule, **scope).holds
    pareto = axioms.check("pareto_efficiency", rule, lift="ex_post", **scope)
    assert pareto.violated  # breaks its own ties without looking at the other agent
    assert axioms.check("weak_pareto", rule, lift="ex_post", **scope).holds


def test_certificates_decide_without_a_domain():
    class Certified(Mechanism):
        id = "certified"
        setting = toy.Packages()

        def solve(self, problem, *, rng=None):
            return toy.dictator.solve(problem)

    class Refuted(Certified):
        id = "refuted"

        def solve(self, problem, *, rng=None):
            return toy.utilitarian.solve(problem)

    @axioms.certifies("strategyproofness", Certified)
    @axioms.certifies("strategyproofness", Refuted)
    def certify(mechanism, setting, scope):
        if mechanism.id == "certified":
            return Certificate("the choice depends on one agent's favourite only")
        problem = setting.problem([(1, 0), (0, 2)])
        return Violation(problem, agents=(0,), variant=problem.report(0, (3, 0)))

    verdict = axioms.check("strategyproofness", Certified())
    assert verdict.holds
    assert verdict.certificate is not None
    assert axioms.check("strategyproofness", Refuted()).witness.replay(Refuted())


def test_verdicts_travel():
    verdict = axioms.check("strategyproofness", facility.average, agents=2, grid=2)
    again = pickle.loads(pickle.dumps(verdict))
    assert again == verdict
    assert again.witness == verdict.witness
    data = json.loads(json.dumps(verdict.to_dict()))
    read = Verdict.from_dict(data)
    assert read == verdict
    assert read.witness.replay(facility.average)
    with pytest.raises(InvalidInputError, match="schema"):
        Verdict.from_dict({**data, "schema": 99})


@pytest.mark.parametrize(
    ("arguments", "match"),
    [
        ({"axiom": "no_such_axiom"}, "known axiom"),
        ({"axiom": "iia"}, "arrow_iia, nash_contraction"),
        ({"axiom": 3}, "identifier"),
        ({"mechanism": "facility.nothing"}, "registered mechanism"),
        ({"mechanism": 3}, "mechanism"),
        ({"mechanism": lambda x: 0}, "setting"),
        ({"mechanism": type(facility.average)}, "instance"),
        ({"agents": 0}, "agents"),
        ({"agents": []}, "agents"),
        ({"agents": "two"}, "agents"),
        ({"agents": 2, "grid": 0}, "grid"),
        ({"agents": 2, "grid": "fine"}, "grid"),
        ({"grid": 4}, "agents"),
        ({"agents": 2, "grid": 2, "colour": 1}, "scope"),
        ({"lift": "wishful"}, "lift"),
        ({"preferences": "lexicographic"}, "preferences"),
        ({"tolerance": -1}, "tolerance"),
        ({"tolerance": float("nan")}, "tolerance"),
        ({"max_checks": 0}, "max_checks"),
        ({"time_limit": 0}, "time_limit"),
        ({"trials": -1}, "trials"),
        ({"problem": [2]}, "0"),
    ],
)
def test_bad_arguments_are_named(arguments, match):
    options = {"axiom": "strategyproofness", "mechanism": facility.average, **arguments}
    with pytest.raises(InvalidInputError, match=match):
        axioms.check(options.pop("axiom"), options.pop("mechanism"), **options)


def test_worst_regret():
    found = axioms.worst("strategyproofness", facility.average, agents=2, grid=4)
    assert found.value == Fraction(1, 4)
    assert found.complete
    assert found.witness.replay(facility.average)
    assert axioms.worst("strategyproofness", facility.median, agents=2, grid=4).value == 0
    with pytest.raises(InvalidInputError):
        axioms.worst("strategyproofness", facility.average)


def test_an_axiom_of_ones_own():
    class NeverB(Axiom):
        id = "never_b"
        title = "Never b"
        statement = "The package b is never chosen."

        def violations(self, ctx, problem):
            ctx.count()
            if ctx.run(problem).choice == "b":
                yield Violation(problem)

        def verify(self, mechanism, setting, witness):
            return int(mechanism.solve(witness.problem).choice == "b")

    assert axioms.check(NeverB(), toy.constant, **SMALL).holds
    verdict = axioms.check(NeverB(), toy.utilitarian, **SMALL)
    assert verdict.violated
    assert isinstance(verdict.witness.problem, Problem)


def test_nan_is_never_taken_for_holding():
    class Broken(toy.Shares):
        id = "toy.broken"

        def utility(self, problem, agent, true_type, outcome):
            return float("nan")

    class Rule(toy.Split):
        def __init__(self):
            super().__init__("nan", toy.highest)
            self.setting = Broken()

    verdict = axioms.check("strategyproofness", Rule(), agents=2, values=2)
    assert verdict.status is UNKNOWN
    assert "not a number" in verdict.evidence.text
