"""Impossibilities of chances: proofs that replay, rules that the checkers confirm."""

import itertools
from dataclasses import replace

import pytest

from mechdesign import allocation, axioms
from mechdesign.allocation.houses.random_rules import ChancesAnswer, ChancesProof
from mechdesign.errors import InvalidInputError

pytest.importorskip("scipy")
pytest.importorskip("highspy")

THREE = ["ordinal_efficiency", "strategyproofness", "equal_treatment"]
LISTS = [(0, 1, 2, 3), (0, 1, 3, 2), (0, 2, 1, 3)]
TEN = ["1022", "1102", "1112", "1122", "1222", "2022", "2102", "2122", "2202", "2222"]
TEN = [tuple(int(k) for k in word) for word in TEN]


def test_bogomolnaia_and_moulin_at_ten_profiles():
    found = allocation.consistent_chances(THREE, LISTS, profiles=TEN)
    assert found.status.name == "VIOLATED"
    assert found.replay()
    assert "impossible" in str(found)
    # No part of the proof can be taken away or be false.
    end = found.proof
    while end.cases:
        end = end.cases[0]
    assert not replace(found, proof=end).replay()
    assert not replace(found, axioms=("strategyproofness", "equal_treatment")).replay()
    assert not replace(found, axioms=("ordinal_efficiency", "equal_treatment")).replay()
    fewer = replace(found.proof, cases=found.proof.cases[:1])
    assert not replace(found, proof=fewer).replay()
    assert not replace(found, profiles=tuple(TEN[:5])).replay()


@pytest.mark.slow
def test_bogomolnaia_and_moulin_unasked():
    found = allocation.consistent_chances(THREE, LISTS)
    assert found.status.name == "VIOLATED"
    assert found.replay()


@pytest.mark.parametrize("left_out", THREE)
def test_any_two_are_consistent(left_out):
    names = [name for name in THREE if name != left_out]
    found = allocation.consistent_chances(names, LISTS, profiles=TEN)
    assert found.status.name == "HOLDS"
    confirmed(found, names)


def confirmed(found, names):
    """The checkers of the axioms say the same of the rule, and so does domination by hand."""
    for problem, outcome in found.rule.choices.items():
        for name in set(names) - {"strategyproofness"}:
            verdict = axioms.check(name, found.rule, setting=allocation.objects(), problem=problem)
            assert not verdict.violated
        assert all(sum(row) == 1 for row in outcome.choice.rows)
    if "strategyproofness" not in names:
        return
    by_lists = {
        tuple(own.classes for own in problem.types): outcome.choice.rows
        for problem, outcome in found.rule.choices.items()
    }
    for one, other in itertools.permutations(by_lists, 2):
        changed = [i for i in range(4) if one[i] != other[i]]
        if len(changed) == 1:
            (i,) = changed
            own = [tied[0] for tied in one[i]]
            for k in range(1, 5):
                truth, lie = (sum(by_lists[p][i][b] for b in own[:k]) for p in (one, other))
                assert truth >= lie


def test_three_agents_have_such_a_rule():
    lists = list(itertools.permutations(range(3)))
    few = allocation.consistent_chances(THREE, lists[:3])
    assert few.status.name == "HOLDS"


def test_what_is_refused_and_what_takes_too_long():
    for bad in (
        {"axioms": ["stability"], "lists": LISTS},
        {"axioms": [], "lists": LISTS},
        {"axioms": THREE, "lists": [(0, 1), (0, 0)]},
        {"axioms": THREE, "lists": LISTS, "agents": 3},
        {"axioms": THREE, "lists": LISTS, "profiles": [(0, 0, 0)]},
        {"axioms": THREE, "lists": LISTS, "profiles": [(0, 0, 0, 7)]},
    ):
        with pytest.raises(InvalidInputError):
            allocation.consistent_chances(**bad)
    short = allocation.consistent_chances(THREE, LISTS, time_limit=1e-6)
    assert short.status.name == "UNKNOWN"
    assert "time_limit" in str(short)


def test_a_forged_answer_is_not_confirmed():
    found = allocation.consistent_chances(THREE, LISTS, profiles=TEN)
    # A statement that is no question of this kind, and another answer than a no.
    forged = [
        replace(found, status=axioms.Status.HOLDS),
        replace(found, axioms=(*THREE, "nonsense")),
        replace(found, lists=(*LISTS, LISTS[0])),
        replace(found, lists=((0, 0, 2, 3), *LISTS[1:])),
        replace(found, profiles=(*TEN, (9, 9))),
        replace(found, proof="all well"),
    ]
    assert [one.replay() for one in forged] == [False] * 6
    p, big = (0, 1), 1e308
    floats = [(("agent", p, k), big) for k in (0, 1)] + [(("object", p, k), -big) for k in (0, 1)]
    names = [("agent", p, 0.5), ("truth", p, 0), ("truth", p, 0, 1, 0.5), (), "agent"]
    for rows in (floats, *([(name, 1)] for name in names)):
        proof = ChancesProof(multipliers=tuple(rows))
        answer = ChancesAnswer(
            tuple(THREE), ((0, 1), (1, 0)), (p, (1, 1)), axioms.Status.VIOLATED, proof=proof
        )
        assert not answer.replay()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("axioms", [["equal_treatment"]]),
        ("lists", [("a", 0)]),
        ("lists", [([0], 1)]),
        ("lists", [(0.0, 1.0)]),
        ("profiles", [(0.0, 1.0)]),
        ("profiles", [([0], 1)]),
        ("profiles", [(True, False)]),
        ("time_limit", "soon"),
        ("time_limit", float("nan")),
    ],
)
def test_one_error_for_each_wrong_part_of_a_question(name, value):
    asked = {"axioms": THREE, "lists": [(0, 1), (1, 0)], name: value}
    with pytest.raises(InvalidInputError, match=name):
        allocation.consistent_chances(**asked)
