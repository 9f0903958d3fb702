"""Certificates over all electorates: the space counted right, the arrays against the engine."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from mechdesign import aggregation as ag
from mechdesign import axioms
from mechdesign.aggregation.axiom_arrays import ARRAY_CHECKS
from mechdesign.aggregation.certify import MARGIN_BASED, WinnerTables, _engine_check
from mechdesign.aggregation.electorates import Electorates, burnside, count_vectors
from mechdesign.aggregation.ranking import Ranking
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


@pytest.mark.parametrize("name", sorted(MARGIN_BASED))
def test_winners_by_class_are_the_winners(name: str) -> None:
    rule = as_mechanism(name)
    tables = WinnerTables(rule, 3)
    assert tables.neutral
    for n in (2, 4):
        found = tables.winners(n)
        for row in range(len(found)):
            won = rule(tables.problem(n, row)).winners
            assert found[row] == sum(1 << "ABC".index(x) for x in won)


@pytest.mark.parametrize("axiom", sorted(ARRAY_CHECKS))
@pytest.mark.parametrize("rule", [ag.plurality, ag.borda, ag.copeland, ag.irv, ag.antiplurality])
def test_arrays_agree_with_the_shared_checker(axiom: str, rule) -> None:
    tables = WinnerTables(as_mechanism(rule), 3)
    for n in range(1, 5):
        _, by_arrays = ARRAY_CHECKS[axiom](tables, n)
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
