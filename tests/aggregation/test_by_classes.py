"""One profile of each class: the space counted right, the arrays against the search."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import numpy as np
import pytest

from mechdesign import aggregation as ag
from mechdesign import axioms
from mechdesign.aggregation.profiles.outcome_arrays import Electorates, RuleOutcomes
from mechdesign.aggregation.profiles.ranking import Ranking
from mechdesign.axioms import HOLDS, VIOLATED, get_axiom, list_axioms
from mechdesign.axioms.question.axiom import Axiom
from mechdesign.axioms.question.evaluator import Budget, Evaluator
from mechdesign.axioms.question.profiles import count_vectors
from mechdesign.errors import InvalidInputError
from mechdesign.model import FunctionMechanism, as_mechanism, mechanisms

CLASSES = {
    3: [1, 5, 10, 24, 42, 83, 132, 222, 335, 511, 728, 1047],
    4: [1, 17, 111, 762, 4095, 19941],
}


DECLARED = [rule.id for rule in mechanisms("aggregation") if rule.depends_on]


def test_these_rules_say_what_they_depend_on() -> None:
    assert len(DECLARED) == 23


def arrays_of(rule, m: int) -> RuleOutcomes:
    return RuleOutcomes(as_mechanism(rule), ag.rankings(), tuple("ABCD"[:m]))


def burnside(m: int, n: int) -> int:
    """The number of profiles of n strict rankings up to the names of voters and alternatives."""
    rankings = math.factorial(m)
    total = 0
    for sigma in itertools.permutations(range(m)):
        length = next(k for k in itertools.count(1) if _power(sigma, k) == tuple(range(m)))
        # A renaming of order L moves all rankings in cycles of length L.
        if n % length == 0:
            total += math.comb(rankings // length + n // length - 1, n // length)
    return total // rankings


def _power(sigma: tuple[int, ...], k: int) -> tuple[int, ...]:
    found = tuple(range(len(sigma)))
    for _ in range(k):
        found = tuple(sigma[x] for x in found)
    return found


@pytest.mark.parametrize("m", CLASSES)
def test_classes_by_burnside_and_by_enumeration(m: int) -> None:
    assert [burnside(m, n) for n in range(1, len(CLASSES[m]) + 1)] == CLASSES[m]
    assert burnside(5, 3) == 2467
    for n in range(1, 5 if m == 3 else 4):
        e = Electorates(m, n)
        assert int(e.canonical.sum()) == CLASSES[m][n - 1]
        assert e.index(e.vectors).tolist() == list(range(len(e.vectors)))


def test_count_vectors_are_all_and_ordered() -> None:
    expected = sorted(v for v in itertools.product(range(4), repeat=3) if sum(v) == 3)
    assert [tuple(v) for v in count_vectors(3, 3).tolist()] == expected


RULES = sorted([*DECLARED, "aggregation.irv"])


@pytest.mark.slow
@pytest.mark.parametrize("name", RULES)
def test_outcomes_of_more_by_class_are_the_outcomes(name: str) -> None:
    outcomes_by_class(name, ((3, (5,)), (4, (3,))))


@pytest.mark.parametrize("name", RULES)
def test_outcomes_by_class_are_the_outcomes(name: str) -> None:
    outcomes_by_class(name, ((3, (2, 4)), (4, (2,))))


def outcomes_by_class(name: str, cases: Sequence[tuple[int, Sequence[int]]]) -> None:
    rule = as_mechanism(name)
    for m, sizes in cases:
        tables = arrays_of(rule, m)
        assert tables.neutral
        # Slater's rule ties everybody where nobody has a majority, and lists rankings elsewhere.
        assert tables.single(1, 2) or name == "aggregation.slater"
        for n in sizes:
            found = tables.outcomes(n)
            direct = tables._direct(tables.profiles(n).vectors)
            assert found.winners.tolist() == direct.winners.tolist()
            if name == "aggregation.slater":
                continue  # the rankings of its classes are not read
            assert found.choices.tolist() == direct.choices.tolist()
            assert found.optima.tolist() == direct.optima.tolist()
    if name == "aggregation.slater":
        return
    doubled = tables.evaluate(2 * tables.profiles(2).vectors)
    assert (
        doubled.choices.tolist() == tables._direct(2 * tables.profiles(2).vectors).choices.tolist()
    )


@pytest.mark.parametrize("rule", [ag.kemeny, ag.ranked_pairs])
def test_the_listed_optima_are_those_shown(rule) -> None:
    tables = arrays_of(rule, 3)
    assert tables.renamed == "first"
    for row in range(0, 56, 5):
        problem = tables.problem(3, row)
        shown = {o.choice for o in as_mechanism(rule).winners(problem)}
        assert shown == set(rule(problem).optima)


#: Axioms of the family that are decided problem by problem.
WITHOUT_ARRAYS = {
    *("arrow_iia", "favourite_betrayal", "later_no_harm", "later_no_help", "no_show"),
    "task_duplication",
}
BY_ARRAYS = [get_axiom(name) for name in ("participation", "strategyproofness")] + [
    axiom
    for axiom in list_axioms("aggregation")
    if axiom.family and not axiom.applies(ag.rankings()) and axiom.id not in WITHOUT_ARRAYS
]


def first_by_search(axiom: Axiom, tables: RuleOutcomes, n: int) -> int | None:
    """The first profile of n voters at which the search finds a violation."""
    for row in tables.rows(n).tolist():
        ctx = Evaluator(tables.rule, tables.setting, Budget(), finite=True)
        if any(True for _ in axiom.violations(ctx, tables.problem(n, row))):
            return row
    return None


@pytest.mark.parametrize("axiom", BY_ARRAYS, ids=lambda axiom: axiom.id)
@pytest.mark.parametrize(
    ("rule", "most"),
    [
        *((rule, 4) for rule in (ag.plurality, ag.borda, ag.copeland, ag.irv, ag.antiplurality)),
        (ag.kemeny, 2),
        pytest.param(ag.kemeny, 4, marks=pytest.mark.slow),
    ],
)
def test_arrays_agree_with_the_search(axiom: Axiom, rule, most: int) -> None:
    tables = arrays_of(rule, 3)
    for n in range(1, most + 1):
        ctx = Evaluator(tables.rule, tables.setting, Budget(), finite=True)
        found = axiom.by_arrays(ctx, tables, n)
        assert found is not None
        assert bool(found[1].any()) == (first_by_search(axiom, tables, n) is not None), n


def up_to(voters: int, alternatives: int = 3) -> dict[str, object]:
    return {"agents": range(1, voters + 1), "alternatives": alternatives}


def test_known_verdicts() -> None:
    for rule, axiom in (
        (ag.borda, "reinforcement"),
        (ag.copeland, "smith_criterion"),
        (ag.schulze, "clone_independence"),
        (ag.kemeny, "ranking_reinforcement"),
    ):
        found = axioms.check(axiom, rule, **up_to(5))
        assert found.status is HOLDS, found
        assert found.stats["problems"] == sum(CLASSES[3][:5])
        assert found.stats["checks"] > 0
    found = axioms.check("reinforcement", ag.schulze, **up_to(9))
    assert found.status is VIOLATED
    assert found.witness.replay(ag.schulze)
    assert "VIOLATED" in str(found)
    assert found.to_dict()["status"] == {"$enum": ["axioms.Status", "VIOLATED"]}
    lift = axioms.check("candidate_monotonicity", ag.irv, **up_to(12))
    assert lift.status is VIOLATED
    assert axioms.check("candidate_monotonicity", ag.irv, **up_to(8)).status is HOLDS
    assert len(lift.witness.problem) == 9


@pytest.mark.parametrize(
    ("axiom", "rule"),
    [
        ("condorcet_loser", ag.plurality),
        ("clone_independence", ag.borda),
        ("local_iia", ag.copeland),
        ("ranking_pareto", ag.antiplurality),
        ("twins", ag.irv),
        ("arrow_iia", ag.borda),
    ],
)
def test_classes_give_the_witness_that_all_profiles_give(axiom: str, rule) -> None:
    scope = {"agents": 3, "alternatives": 3}
    fast = axioms.check(axiom, rule, **scope)
    slow = axioms.check(axiom, rule, symmetry=False, **scope)
    assert fast.status is slow.status
    if fast.status is VIOLATED:
        assert fast.witness.minimal
        assert slow.witness.minimal
        assert fast.witness == slow.witness


def test_a_users_rule_and_bad_arguments() -> None:
    def first_voter(rankings: list[Ranking]) -> Ranking:
        return rankings[0]

    mechanism = FunctionMechanism(first_voter, ag.rankings())
    assert axioms.check("majority", mechanism, **up_to(3)).status is VIOLATED
    for axiom, rule, scope in (
        ("majority", "borda", up_to(3)),
        ("majority", ag.borda, {"agents": 0, "alternatives": 3}),
        ("nonsense", ag.borda, up_to(3)),
    ):
        with pytest.raises(InvalidInputError):
            axioms.check(axiom, rule, **scope)


def test_time_limits_end_the_evaluations() -> None:
    found = axioms.check("reinforcement", ag.kemeny, time_limit=0.05, **up_to(6, 4))
    assert found.evidence.kind == "budget"


@pytest.mark.slow
def test_the_announced_sizes() -> None:
    assert axioms.check("reinforcement", ag.borda, **up_to(20, 3)).status is HOLDS
    assert axioms.check("condorcet_loser", ag.minimax, **up_to(6, 4)).status is VIOLATED
    assert axioms.check("condorcet_consistency", ag.copeland, **up_to(6, 4)).status is HOLDS


def test_condorcet_and_participation() -> None:
    """Rules that elect Condorcet winners have a no-show paradox for some electorate."""
    problem = ag.rankings("winner").problem(["A > B > C", "B > C > A", "C > A > B", "A > C > B"])
    verdict = axioms.check(
        "participation", ag.borda, setting=ag.rankings("winner"), problem=problem
    )
    assert verdict.status is HOLDS
    assert np.isfinite(float(sum(ag.borda(problem).utilities.values())))
