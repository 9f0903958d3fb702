"""Certificates over all electorates: the space counted right, the arrays against the engine."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from mechdesign import aggregation as ag
from mechdesign import axioms
from mechdesign.aggregation.electorates.certify import (
    ARRAY_CHECKS,
    ORDER_CHECKS,
    _array_check,
    _engine_check,
)
from mechdesign.aggregation.electorates.electorates import Electorates, burnside, count_vectors
from mechdesign.aggregation.electorates.outcomes import MARGIN_BASED, PLACE_BASED, WinnerTables
from mechdesign.aggregation.profiles.ranking import Ranking
from mechdesign.axioms import HOLDS, VIOLATED, get_axiom
from mechdesign.errors import InvalidInputError
from mechdesign.model import FunctionMechanism, as_mechanism

CLASSES = {
    3: [1, 5, 10, 24, 42, 83, 132, 222, 335, 511, 728, 1047],
    4: [1, 17, 111, 762, 4095, 19941],
}


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


@pytest.mark.parametrize("name", sorted([*MARGIN_BASED, *PLACE_BASED, "aggregation.irv"]))
def test_outcomes_by_class_are_the_outcomes(name: str) -> None:
    rule = as_mechanism(name)
    for m, sizes in ((3, (2, 4, 5)), (4, (3,))):
        tables = WinnerTables(rule, m)
        assert tables.neutral
        assert tables.ranked
        for n in sizes:
            found = tables.outcomes(n)
            direct = tables._direct(tables.electorates(n).vectors)
            assert found.winners.tolist() == direct.winners.tolist()
            assert found.choices.tolist() == direct.choices.tolist()
            assert found.optima.tolist() == direct.optima.tolist()
    doubled = tables.evaluate(2 * tables.electorates(2).vectors)
    assert (
        doubled.choices.tolist()
        == tables._direct(2 * tables.electorates(2).vectors).choices.tolist()
    )


@pytest.mark.parametrize("rule", [ag.kemeny, ag.ranked_pairs])
def test_the_listed_optima_are_those_shown(rule) -> None:
    tables = WinnerTables(as_mechanism(rule), 3)
    assert tables.renamed == "first"
    for row in range(0, 56, 5):
        problem = tables.problem(3, row)
        shown = {o.choice for o in as_mechanism(rule).winners(problem)}
        assert shown == set(rule(problem).optima)


@pytest.mark.parametrize("axiom", sorted({*ARRAY_CHECKS, *ORDER_CHECKS}))
@pytest.mark.parametrize(
    "rule", [ag.plurality, ag.borda, ag.copeland, ag.irv, ag.antiplurality, ag.kemeny]
)
def test_arrays_agree_with_the_shared_checker(axiom: str, rule) -> None:
    tables = WinnerTables(as_mechanism(rule), 3)
    check = _array_check(get_axiom(axiom), tables)
    assert check is not None
    for n in range(1, 5):
        _, by_arrays = check(tables, n)
        _, by_engine = _engine_check(get_axiom(axiom), tables, n)
        assert (by_arrays is None) == (by_engine is None), n


def test_known_certificates() -> None:
    for rule, axiom in (
        (ag.borda, "reinforcement"),
        (ag.copeland, "smith_criterion"),
        (ag.schulze, "clone_independence"),
        (ag.kemeny, "ranking_reinforcement"),
    ):
        found = ag.certify(rule, axiom, 3, 5)
        assert found.status is HOLDS, found
        assert found.classes == sum(CLASSES[3][:5])
        assert found.comparisons > 0
    found = ag.certify(ag.schulze, "reinforcement", 3, 9)
    assert found.status is VIOLATED
    assert found.witness.replay(ag.schulze)
    assert "VIOLATED" in str(found)
    assert found.to_dict()["status"] == "VIOLATED"
    lift = ag.certify(ag.irv, "candidate_monotonicity", 3, 12)
    assert lift.status is VIOLATED
    assert ag.certify(ag.irv, "candidate_monotonicity", 3, 8).status is HOLDS
    assert len(lift.witness.problem) == 9


def test_a_users_rule_and_bad_arguments() -> None:
    def first_voter(rankings: list[Ranking]) -> Ranking:
        return rankings[0]

    found = ag.certify(FunctionMechanism(first_voter, ag.rankings()), "majority", 3, 3)
    assert found.status is VIOLATED
    for arguments in (
        ("borda", "majority", 3, 3),
        (ag.borda, "majority", 5, 3),
        (ag.borda, "majority", 3, 0),
        (ag.borda, "nonsense", 3, 3),
    ):
        with pytest.raises(InvalidInputError):
            ag.certify(*arguments)


@pytest.mark.slow
def test_the_announced_sizes() -> None:
    assert ag.certify(ag.borda, "reinforcement", 3, 20).status is HOLDS
    assert ag.certify(ag.minimax, "condorcet_loser", 4, 6).status is VIOLATED
    assert ag.certify(ag.copeland, "condorcet_consistency", 4, 6).status is HOLDS


def test_condorcet_and_participation() -> None:
    """Rules that elect Condorcet winners have a no-show paradox for some electorate."""
    problem = ag.rankings("winner").problem(["A > B > C", "B > C > A", "C > A > B", "A > C > B"])
    verdict = axioms.check(
        "participation", ag.borda, setting=ag.rankings("winner"), problem=problem
    )
    assert verdict.status is HOLDS
    assert np.isfinite(float(sum(ag.borda(problem).utilities.values())))
