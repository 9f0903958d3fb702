"""The impossibility theorems of social choice for two voters and three alternatives."""

import pytest

from mechdesign import aggregation, axioms

SCOPE = {"agents": 2, "alternatives": 3}
WINNERS = aggregation.rankings("winner")


@pytest.fixture(autouse=True)
def solver():
    pytest.importorskip("pysat")


@pytest.mark.parametrize(
    ("names", "setting"),
    [
        # Gibbard (1973) and Satterthwaite (1975)
        (("strategyproofness", "unanimity", "non_dictatorship"), WINNERS),
        (("strategyproofness", "onto", "non_dictatorship"), WINNERS),
        (("strategyproofness", "onto", "anonymity"), WINNERS),
        # Arrow (1951)
        (("arrow_iia", "ranking_pareto", "non_dictatorship"), aggregation.rankings()),
    ],
)
def test_impossible_and_tight(names, setting):
    found = axioms.consistent(names, setting, **SCOPE)
    assert not found
    assert set(found.core) == set(names)
    assert found.proof.replay()
    assert set(found.without) == set(names)
    for left_out, rule in found.without.items():
        for name in names:
            if name != left_out and name not in axioms.CONDITIONS:
                assert axioms.check(name, rule, setting=setting, **SCOPE).holds


def test_two_alternatives_are_no_problem():
    names = ["strategyproofness", "onto", "non_dictatorship", "anonymity"]
    found = axioms.consistent(names, WINNERS, agents=3, alternatives=2)
    assert found
    assert all(verdict.holds for verdict in found.verdicts)
