"""Rules that satisfy several axioms, and proofs that there are none."""

import builtins
import itertools
from dataclasses import replace
from fractions import Fraction

import pytest

from mechdesign import aggregation, axioms, dumps, facility, loads
from mechdesign.axioms import (
    HOLDS,
    UNKNOWN,
    VIOLATED,
    Axiom,
    Consistency,
    TableRule,
    Violation,
    consistent,
)
from mechdesign.axioms.consistency import choice_search
from mechdesign.axioms.generic.incentives import Strategyproofness
from mechdesign.errors import InfeasibleError, InvalidInputError, SolverUnavailableError

from . import toy

SETTING = toy.Packages()
ONE = {"agents": 1, "values": 3, "packages": 2}
TWO = {"agents": 2, "values": 2, "packages": 2}
AXIOMS = ("strategyproofness", "weak_pareto", "neutrality", "unanimity", "scale_invariance")


@pytest.fixture(autouse=True)
def solver():
    pytest.importorskip("pysat")


def every_rule():
    """All rules of the small domain, each with the axioms that it satisfies."""
    domain = SETTING.domain(**ONE)
    problems = [domain.problem(indices) for _, indices in domain.graded()]
    menus = [list(SETTING.outcomes(problem)) for problem in problems]
    for outcomes in itertools.product(*menus):
        yield TableRule(SETTING, dict(zip(problems, outcomes, strict=True)))


class Extended(TableRule):
    """A table rule that chooses at problems outside of the domain as at their normal form."""

    def solve(self, problem, *, rng=None):
        found = self.choices.get(problem)
        if found is not None:
            return found
        normal = SETTING.normal_scale(problem)
        for known in self.choices:
            if SETTING.normal_scale(known) == normal:
                return self.choices[known]
        return next(iter(SETTING.outcomes(problem)))


def test_agrees_with_all_rules():
    """Whether a rule exists, for every set of axioms, is what trying all 512 rules says."""
    satisfied = []
    for rule in every_rule():
        lasting = Extended(SETTING, rule.choices)
        satisfied.append(
            {a for a in AXIOMS if axioms.check(a, lasting, **ONE).status is not VIOLATED}
        )
    for size in range(1, len(AXIOMS) + 1):
        for wanted in itertools.combinations(AXIOMS, size):
            possible = any(set(wanted) <= kept for kept in satisfied)
            found = consistent(wanted, SETTING, **ONE)
            assert bool(found) == possible, wanted
            if not possible:
                assert found.proof.replay()
                assert not any(set(found.core) <= kept for kept in satisfied)
                for name in found.core:
                    rest = set(found.core) - {name}
                    assert any(rest <= kept for kept in satisfied)


def test_a_rule_is_checked():
    found = consistent(["strategyproofness", "weak_pareto"], SETTING, **TWO)
    assert found
    assert found.status is HOLDS
    assert [verdict.axiom for verdict in found.verdicts] == ["strategyproofness", "weak_pareto"]
    assert all(verdict.holds for verdict in found.verdicts)
    assert len(found.rule) == 16
    assert "consistent" in str(found)
    with pytest.raises(InvalidInputError, match="known"):
        found.rule.solve(SETTING.problem([(5, 5), (5, 5)]))


def test_problems_outside_of_the_domain():
    """The normal scale of a problem is none of the domain, and the rule is known there, too."""
    found = consistent(["scale_invariance", "weak_pareto"], SETTING, **ONE)
    assert found
    assert len(found.rule) > 9
    assert all(
        SETTING.normal_scale(problem) in found.rule.choices for problem in found.rule.choices
    )


def test_a_proof_stands_on_its_own():
    found = consistent(["neutrality", "weak_pareto"], SETTING, **TWO)
    assert not found
    assert found.status is VIOLATED
    assert found.core == ("neutrality",)
    assert "impossible" in str(found)
    assert "already neutrality" in str(found)
    proof = found.proof
    assert proof.replay()
    again = loads(dumps(found))
    assert isinstance(again, Consistency)
    assert again.proof.replay()
    # Whatever is taken away or changed, the proof does not stand any more.
    assert not replace(proof, cases=proof.cases[1:]).replay()
    assert not replace(proof, lines=()).replay()
    assert not replace(proof, lines=proof.lines[:-1]).replay()
    problem, outcomes = proof.problems[0]
    hidden = ((problem, outcomes[:1]), *proof.problems[1:])
    short = [c for c in proof.cases if all(o in dict(hidden)[p] for p, o in c.choices)]
    assert not replace(proof, problems=hidden, cases=tuple(short)).replay()
    case = proof.cases[0]
    for other in ("unanimity", "population_monotonicity", "strategyproofness"):
        renamed = replace(case, axiom=other)
        assert not replace(proof, cases=(renamed, *proof.cases[1:])).replay()


def test_conditions():
    dictated = consistent(["strategyproofness", "unanimity"], SETTING, agents=1, values=2)
    assert dictated
    assert not consistent(
        ["unanimity", "non_dictatorship"], SETTING, agents=1, values=2, packages=1
    )
    assert consistent(["onto"], SETTING, **TWO)
    # With one agent, whose favourite must be chosen, nobody but that agent decides.
    assert not consistent(["weak_pareto", "non_dictatorship"], SETTING, agents=1, values=2)


def test_conditions_alone_have_no_verdicts():
    found = consistent(["onto", "non_dictatorship"], SETTING, **TWO)
    assert found
    assert found.verdicts == ()
    assert {outcome.choice for outcome in found.rule.choices.values()} == {"a", "b"}
    for agent in (0, 1):
        assert any(
            SETTING.utility(problem, agent, problem.types[agent], outcome)
            < max(problem.types[agent])
            for problem, outcome in found.rule.choices.items()
        )


def test_onto_demands_every_outcome_somewhere():
    """With two points for the two ends of the segment, and a problem for each of three."""
    line = facility.line(0, 1)
    scope = {"agents": 1, "grid": 2}
    found = consistent(["onto"], line, outcomes=[0, Fraction(1, 3), 1], **scope)
    assert {outcome.choice for outcome in found.rule.choices.values()} == {0, Fraction(1, 3), 1}
    four = [0, Fraction(1, 3), Fraction(2, 3), 1]
    none = consistent(["onto"], line, outcomes=four, **scope)
    assert none.core == ("onto",)
    assert none.proof.replay()
    assert "without any one of them" not in str(none)


def test_nobody_is_a_dictator_among_any_number_of_agents():
    """The last agent, who takes part in the larger problems only, is no dictator there either."""
    winners = aggregation.rankings("winner")
    names = ["strategyproofness", "unanimity", "non_dictatorship"]
    found = consistent(names, winners, agents=(1, 2), alternatives=3)
    assert not found
    assert set(found.core) == set(names)
    assert found.proof.replay()
    assert "without any one of them" in str(found)
    for name, rule in found.without.items():
        rest = set(names) - {name, "non_dictatorship"}
        for axiom in rest:
            assert axioms.check(axiom, rule, agents=(1, 2), alternatives=3).holds


def test_what_cannot_be_decided_is_unknown():
    """A rule is found, but no check says that it satisfies the axiom."""
    found = consistent(
        ["individual_rationality", "strategyproofness"],
        facility.line(0, 1),
        agents=2,
        grid=1,
        outcomes=[0, 1],
    )
    assert found.status is UNKNOWN
    assert "reserve" in found.reason
    assert found.rule is not None
    assert [verdict.status for verdict in found.verdicts] == [UNKNOWN, HOLDS]


def test_what_demands_nothing_is_satisfied():
    found = consistent(["participation", "weak_pareto"], SETTING, **ONE)
    assert found
    assert [verdict.evidence.kind for verdict in found.verdicts] == ["vacuous", "exhaustive"]


@pytest.mark.parametrize("gap", [None, 0])
def test_an_axiom_of_ones_own_must_have_counterexamples_that_replay(gap):
    class NeverB(Axiom):
        id = "never_b"
        title = "Never b"
        statement = "The package b is never chosen."

        def violations(self, ctx, problem):
            ctx.count()
            if ctx.run(problem).choice == "b":
                yield Violation(problem)

        def verify(self, mechanism, setting, witness):
            return int(mechanism.solve(witness.problem).choice == "b") or gap

    class Boasting(NeverB):
        def verify(self, mechanism, setting, witness):
            mechanism.solve(witness.problem)
            return gap

    found = consistent([NeverB(), "strategyproofness"], SETTING, **TWO)
    assert {outcome.choice for outcome in found.rule.choices.values()} == {"a"}
    with pytest.raises(InvalidInputError, match="counterexamples that replay"):
        consistent([Boasting(), "onto"], SETTING, **TWO)


def test_limits_end_in_unknown():
    for limit in ({"max_checks": 5}, {"time_limit": 1e-9}):
        found = consistent(["strategyproofness", "weak_pareto"], SETTING, **TWO, **limit)
        assert found.status is UNKNOWN
        assert found.reason
        assert found.reason in str(found)
        with pytest.raises(Exception, match="UNKNOWN"):
            bool(found)


def test_outcomes_that_are_given():
    line = facility.line(0, 1)
    names = ["strategyproofness", "unanimity", "anonymity"]
    found = consistent(names, line, agents=2, grid=2, outcomes=[0, 1])
    assert not found  # nobody can agree on the middle
    assert found.core == ("unanimity",)
    assert "outcomes as given" in str(found.scope)
    assert found.proof.restricted
    assert found.proof.replay()
    peaks = consistent(
        names,
        line,
        agents=2,
        grid=2,
        outcomes=lambda problem: [line.outcome(problem, peak) for peak in problem.types],
    )
    assert peaks
    assert axioms.check("strategyproofness", peaks.rule, agents=2, grid=2).holds


@pytest.mark.parametrize(
    ("names", "scope", "told"),
    [
        ([], TWO, "at least one"),
        (["strategyproofnes"], TWO, "known axiom"),
        (["proportional_fairness"], TWO, "sense"),
        (["strategyproofness"], {"agents": 2, "cooks": 3}, "cooks"),
        (["strategyproofness"], {**TWO, "outcomes": lambda problem: ["a"]}, "give outcomes"),
    ],
)
def test_bad_questions(names, scope, told):
    with pytest.raises((InvalidInputError, TypeError), match=told):
        consistent(names, SETTING, **scope)


def test_nothing_to_choose():
    with pytest.raises(InfeasibleError):
        consistent(["strategyproofness"], SETTING, **TWO, outcomes=lambda problem: [])
    with pytest.raises(InvalidInputError, match="list outcomes"):
        consistent(["strategyproofness"], facility.line(0, 1), agents=2, grid=2)


def test_without_the_solver(monkeypatch):
    real = builtins.__import__

    def absent(name, *args, **kwargs):
        if name.startswith("pysat"):
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", absent)
    with pytest.raises(SolverUnavailableError, match=r"mechdesign\[sat\]"):
        consistent(["strategyproofness"], SETTING, **TWO)


@pytest.mark.parametrize(
    ("names", "setting", "options"),
    [
        (
            ["strategyproofness", "unanimity", "non_dictatorship"],
            aggregation.rankings("winner"),
            {"agents": 2, "alternatives": 3},
        ),
        (["strategyproofness", "unanimity"], facility.line(0, 1), {"agents": 2, "grid": 2}),
        (
            ["strategyproofness", "anonymity", "onto"],
            aggregation.rankings("winner"),
            {"agents": 2, "alternatives": 2},
        ),
    ],
)
def test_clauses_written_at_once_say_what_counterexamples_say(names, setting, options, monkeypatch):
    if setting.id.startswith("facility"):
        options = {**options, "outcomes": [0, Fraction(1, 2), 1]}
    once = axioms.consistent(names, setting, **options)
    monkeypatch.setattr(Strategyproofness, "clashes", lambda *args: None)
    found = axioms.consistent(names, setting, **options)
    assert (once.status, once.core) == (found.status, found.core)
    assert set(once.without) == set(found.without)
    if once.proof is not None:
        assert once.proof.replay()


def test_a_search_that_would_fill_the_memory_ends_as_unknown(monkeypatch):
    monkeypatch.setattr(choice_search, "_MOST_CASES", 100)
    found = consistent(
        ["strategyproofness", "unanimity"],
        aggregation.rankings("winner"),
        agents=2,
        alternatives=3,
    )
    assert found.status is UNKNOWN
    assert "room for 100 cases" in found.reason
