"""Whole documents as the verifier reads them: scopes, answers, impossibilities, certificates."""

import itertools
from dataclasses import replace
from fractions import Fraction as F
from types import SimpleNamespace

import pytest

from mechdesign import aggregation, auctions, axioms, facility
from mechdesign.axioms import Status, verify_verdict
from mechdesign.axioms.consistency.answers import Consistency, Impossibility
from mechdesign.axioms.question.verdict import Scope
from mechdesign.axioms.question.witness import Witness
from mechdesign.axioms.verification import candidates, impossibilities, verdicts
from mechdesign.axioms.verification.findings import Open, Refused
from mechdesign.axioms.verification.witnesses import _family, verify_witness
from mechdesign.errors import InvalidInputError
from mechdesign.model import FrozenMap, as_mechanism

from . import toy
from .test_verifier_parts import LINE, First, Listed, Scaled, listed

# ------------------------------------------------------------------------- impossibilities


def test_the_conditions_by_their_definition():
    setting = Listed()
    problems = [setting.problem(rows) for rows in ([[0, 1]], [[1, 1]], [[2, 0], [1, 3]])]
    outcomes = {problem: tuple(setting.outcomes(problem)) for problem in problems}
    onto = set(impossibilities._demanded("onto", setting, outcomes))
    assert onto == {
        frozenset((p, o) for p in problems for o in outcomes[p] if o.choice == choice)
        for choice in "ab"
    }
    first, second = impossibilities._demanded("non_dictatorship", setting, outcomes)
    told = {(p.types, o.choice) for p, o in first}
    assert told == {(((0, 1),), "a"), (((2, 0), (1, 3)), "b")}
    assert {(p.types, o.choice) for p, o in second} == {(((2, 0), (1, 3)), "a")}


def test_what_a_few_choices_violate():
    setting = Listed()
    problem = setting.problem([[0, 1]])
    worse, better = setting.outcomes(problem)
    case = Witness("weak_pareto", setting, problem, worse, alternative=better)
    assert impossibilities._violates(case, setting, {problem: worse})
    assert not impossibilities._violates(case, setting, {problem: better})
    assert not impossibilities._violates(case, setting, {})
    shapeless = replace(case, alternative=None)
    assert impossibilities._violates(shapeless, setting, {problem: worse}) is False
    lie = Witness("strategyproofness", setting, problem, worse, agents=(0,))
    assert impossibilities._violates(lie, setting, {problem: worse}) is False
    for changes in ({"tolerance": 0.5}, {"lift": "dominance"}, {"setting": toy.Packages()}):
        with pytest.raises(Refused):
            impossibilities._violates(replace(case, **changes), setting, {problem: worse})


# ------------------------------------------------------------------------- whole documents


def test_what_is_true_or_false_is_no_number():
    rule = First(Scaled())
    problem = rule.setting.problem([[1, 2]])
    before, better = rule.setting.outcomes(problem)
    case = Witness("weak_pareto", rule.setting, problem, before, alternative=better)
    assert verify_witness(rule, case).answer == "confirmed"
    for tolerance in (False, True, "0", None):
        with pytest.raises(InvalidInputError, match="tolerance"):
            verify_witness(rule, replace(case, tolerance=tolerance))


def test_a_label_belongs_to_the_problems_of_a_scope():
    domain = axioms.check("strategyproofness", facility.average, agents=2, grid=2)
    single = axioms.check("strategyproofness", facility.average, problem=LINE.problem([0, 1]))
    alone = axioms.check("unanimity", facility.average, problem=LINE.problem([1, 1]))
    assert domain.violated
    for verdict in (domain, single, alone):
        assert verify_verdict(facility.average, verdict).answer != "NOT confirmed"
        if verdict.status is Status.UNKNOWN:
            continue
        false = replace(verdict, scope=replace(verdict.scope, domain="all that matters"))
        finding = verify_verdict(facility.average, false)
        assert finding.answer == "NOT confirmed"
        assert "scope" in finding.reason


def consistency(status, **parts):
    """An answer about rules for one problem, by hand."""
    setting = LINE
    problem = setting.problem([1, 1])
    scope = Scope(
        setting.id,
        "this problem",
        (2,),
        setting.preferences,
        asked=FrozenMap(setting=setting, problems=(problem,)),
    )
    return Consistency(("unanimity",), status, scope, **parts)


def test_an_answer_says_one_thing():
    rule = as_mechanism(facility.average)
    proof = Impossibility(LINE, (), False, (), FrozenMap(), ())
    for answer, why in (
        (consistency(Status.HOLDS), "there is no rule"),
        (consistency(Status.HOLDS, rule=rule, proof=proof), "or a proof too"),
        (consistency(Status.HOLDS, rule=rule, core=("unanimity",)), "or a proof too"),
        (consistency(Status.VIOLATED, rule=rule), "a rule too"),
        (consistency(Status.VIOLATED, verdicts=(1,)), "a rule too"),
        (consistency(Status.VIOLATED), "there is no proof"),
        (consistency(Status.UNKNOWN, core=("unanimity",)), "UNKNOWN has a proof"),
        (consistency(Status.UNKNOWN, proof=proof), "UNKNOWN has a proof"),
        (consistency(Status.HOLDS, rule=rule, reason="tired"), "a reason for UNKNOWN"),
    ):
        finding = impossibilities.verify_consistency(answer)
        assert finding.answer == "NOT confirmed", why
        assert why in finding.reason
    open_ = impossibilities.verify_consistency(consistency(Status.UNKNOWN))
    assert open_.answer == "not verified"
    named = impossibilities.verify_consistency(consistency(Status.VIOLATED, core=("onto",)))
    assert (open_.axiom, named.axiom) == ("unanimity", "onto")
    assert (open_.mechanism, named.mechanism) == ("every rule", "every rule")
    held = impossibilities.verify_consistency(consistency(Status.HOLDS))
    assert held.mechanism == "some rule"


def test_removals_are_named_with_every_set_that_has_them():
    assert list(candidates._removals(("a", "b"))) == []
    told = [case["details"] for case in candidates._removals(("a", "b", "c"))]
    assert [d["removed"] for d in told] == ["a"] * 4 + ["b"] * 4 + ["c"] * 4
    assert [d["note"] for d in told[:4]] == ["first", "last", ("a", "b"), ("a", "c")]


def test_a_prior_is_told_in_the_label():
    asked = {"agents": 2, "grid": 2, "prior": "uniform"}
    for rule in (facility.median, facility.average):
        verdict = axioms.check("bayesian_incentive_compatibility", rule, **asked)
        assert verify_verdict(rule, verdict).answer == "confirmed"
        label = facility.average.setting.domain(2, grid=2).label
        for other in (label, f"{label}, prior as told"):
            false = replace(verdict, scope=replace(verdict.scope, domain=other))
            assert verify_verdict(rule, false).answer == "NOT confirmed"


def test_what_is_not_listed_is_left_open():
    scope = axioms.check("individual_rationality", auctions.gsp, agents=2, grid=2, slots=1).scope
    assert "weak_budget_balance" not in candidates.CANDIDATES
    with pytest.raises(Open, match="cannot be recounted"):
        verdicts.recount(auctions.gsp, "weak_budget_balance", scope)


def test_the_family_of_a_setting():
    assert _family(LINE) == "facility"
    case = axioms.check("strategyproofness", facility.average, agents=2, grid=2).witness
    finding = verify_witness(as_mechanism(First(toy.Packages())), case)
    assert finding.answer == "NOT confirmed"
    assert "another family" in finding.reason


def test_nothing_gained_is_no_violation():
    rule = First(Scaled())
    problem = rule.setting.problem([[1, 1]])
    before, other = rule.setting.outcomes(problem)
    case = Witness("weak_pareto", rule.setting, problem, before, alternative=other, gap=0)
    assert verify_witness(rule, case).answer == "NOT confirmed"


def test_problems_that_are_named_are_the_scope():
    setting = toy.Nested()
    problem = setting.domain(2).base
    assert verdicts._asked({"problems": (problem,)}, setting, (2,)) == ((problem,), ())
    assert len(verdicts._asked({}, setting, (1, 2))[1]) == 2


def test_the_cases_about_alternatives_are_all():
    problem = aggregation.rankings().problem(["a > b > c", "c > b > a"])
    names, reports = problem.data.alternatives, [(problem.types[0], problem.types[1])] * 2
    setting = aggregation.rankings()

    def cases(axiom):
        return listed(axiom, problem, reports, setting)

    assert len(names) == 3
    assert len(cases("candidate_monotonicity")) == 2 * 2 * 3
    pairs = [case["details"]["pair"] for case in cases("arrow_iia")]
    assert pairs == list(itertools.combinations(names, 2)) * 4
    told = [(c["details"]["above"], c["details"]["below"]) for c in cases("ranking_pareto")]
    assert told == list(itertools.permutations(names, 2))
    involved = [(c["agents"], c["details"]["alternative"]) for c in cases("positive_involvement")]
    assert involved == [((k,), x) for k in (0, 1) for x in names]
    alone = setting.problem(["a > b > c"])
    assert listed("positive_involvement", alone, setting=setting) == []
    assert len(cases("neutrality")) == len(list(setting.relabelled(problem)))
    core = listed("core", Listed().problem([[0, 1], [1, 0]]), setting=Listed())
    assert [(c["alternative"].choice, c["agents"]) for c in core] == [
        (x, group) for x in "ab" for group in ((0,), (1,), (0, 1))
    ]


def test_pairs_of_strategies_are_looked_at_once():
    data = SimpleNamespace(joint=((0, 0), (0, 0)), mixed=2)
    first = SimpleNamespace(types=(0, 1), agents=("x", "y"), data=data)
    other = SimpleNamespace(types=(1, 1), agents=("x", "y"), data=data)
    reports = ((0, 1), (1, 0))
    assert list(candidates._strategies(other, reports)) == []
    cases = list(candidates._strategies(first, reports))
    shares = [(F(k, 2), F(2 - k, 2)) for k in range(3)]
    plans = list(itertools.product(shares, repeat=2))
    assert [(c["agents"], c["details"]["strategies"]) for c in cases] == [
        (agents, both)
        for both in itertools.product(plans, repeat=2)
        for agents in (("x",), ("y",), ())
    ]
    with pytest.raises(Open, match="signals"):
        list(candidates._strategies(first, None))


def test_a_certificate_is_exact():
    verdict = axioms.check("strategyproofness", facility.median)
    assert verify_verdict(facility.median, verdict).answer == "confirmed"
    for changes in ({"exact": False}, {"tolerance": 1e-9}, {"exact": False, "tolerance": 1e-9}):
        finding = verify_verdict(facility.median, replace(verdict, **changes))
        assert finding.answer == "NOT confirmed"
        assert "no tolerance" in finding.reason


def test_who_moves_under_a_permutation():
    problem = toy.Packages().problem([[0, 1], [1, 0], [1, 1]])
    assert candidates._moved(problem, (1, 0, 2)) == (0, 1)
    assert candidates._moved(problem, (1, 2, 0)) == (0, 1, 2)
    assert candidates._moved(problem, (0, 1, 2)) == ()


def test_a_core_is_among_what_was_asked():
    proof = Impossibility(LINE, (), False, (), FrozenMap(), ())
    for core, why in (
        (("onto", "unanimity"), "not among what was asked"),
        (("onto",), "not among what was asked"),
        (("unanimity",), "the proof uses"),
    ):
        finding = impossibilities.verify_consistency(
            consistency(Status.VIOLATED, core=core, proof=proof)
        )
        assert finding.answer == "NOT confirmed"
        assert why in finding.reason


@pytest.mark.parametrize(("name", "least"), [("MOST", 2), ("SECONDS", -1.0)])
def test_a_recount_has_limits(monkeypatch, name, least):
    scope = axioms.check("strategyproofness", facility.median, agents=1, grid=2).scope
    told = verdicts.recount(facility.median, "strategyproofness", scope)
    assert told.startswith("none of 9 cases at 3 problems")
    monkeypatch.setattr(verdicts, name, least)
    with pytest.raises(Open):
        verdicts.recount(facility.median, "strategyproofness", scope)
