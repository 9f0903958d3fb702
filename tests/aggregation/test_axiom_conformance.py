"""The axioms beside the common ones through the conformance suite, and their known violations."""

from __future__ import annotations

import pytest

from mechdesign import aggregation as ag
from mechdesign.aggregation import Ranking
from mechdesign.axioms import HOLDS, UNKNOWN, VIOLATED, check
from mechdesign.model import FunctionMechanism
from mechdesign.testing import AxiomConformance


def turning(rankings: list[Ranking]) -> Ranking:
    return rankings[0] if len(rankings) % 2 else rankings[0].reversed()


def suite(axiom: str, violator, satisfier, **scope) -> type[AxiomConformance]:
    content = {"axiom": axiom, "violator": violator, "satisfier": satisfier, "scope": scope}
    return type(f"Test_{axiom}", (AxiomConformance,), content)


TURNING = FunctionMechanism(turning, ag.rankings())
VOTES = {"agents": 3, "alternatives": 3}
TABLES = {"setting": ag.scores(), "agents": 2, "alternatives": 2}

for case in (
    suite("schwartz_criterion", ag.plurality, ag.schwartz, **VOTES),
    suite("pareto_dominated_independence", ag.borda, ag.plurality, **VOTES),
    suite("positive_involvement", TURNING, ag.plurality, agents=2, alternatives=3),
    suite("negative_involvement", TURNING, ag.borda, agents=2, alternatives=3),
    suite("twins", TURNING, ag.borda, agents=2, alternatives=3),
    suite("group_consistency", TURNING, ag.borda, agents=2, alternatives=3),
    suite("common_scale_invariance", ag.optimality_gap, ag.mean, grid=2, **TABLES),
):
    globals()[case.__name__] = case


@pytest.mark.slow  # three systems in two tasks, each twice
class TestSystemDuplication(AxiomConformance):
    axiom = "system_duplication"
    violator = ag.z_score
    satisfier = ag.mean
    scope = {**TABLES, "grid": 2}
    violator_scope = {**TABLES, "alternatives": 3, "grid": 2}


@pytest.mark.parametrize(
    ("axiom", "rule", "voters", "status"),
    [
        ("positive_involvement", ag.coombs, 7, VIOLATED),
        ("positive_involvement", ag.borda, 9, HOLDS),
        ("positive_involvement", ag.minimax, 9, HOLDS),
        ("negative_involvement", ag.plurality, 9, HOLDS),
        ("negative_involvement", ag.irv, 9, VIOLATED),
        ("twins", ag.borda, 9, HOLDS),
        ("group_consistency", ag.kemeny, 7, HOLDS),
        ("schwartz_criterion", ag.smith, 4, VIOLATED),
        ("schwartz_criterion", ag.schulze, 9, HOLDS),
        ("pareto_dominated_independence", ag.schulze, 9, HOLDS),
        ("strategyproofness", ag.borda, 3, VIOLATED),
        ("participation", ag.kemeny, 9, HOLDS),
    ],
    ids=lambda v: getattr(v, "__name__", str(v)),
)
def test_certificates(axiom: str, rule, voters: int, status) -> None:
    found = check(axiom, rule, agents=range(1, voters + 1), alternatives=3)
    assert found.status is status, found
    if status is VIOLATED:
        assert found.witness.replay(rule)
        assert found.witness.explain()


def test_axioms_on_scores_need_scores() -> None:
    for axiom in ("common_scale_invariance", "system_duplication"):
        found = check(axiom, ag.borda, agents=range(1, 4), alternatives=3)
        assert found.status is UNKNOWN
        assert "has no scores" in found.evidence.text


def test_a_rule_that_is_not_what_it_says_gets_no_certificate() -> None:
    # Neutral up to three voters, from then on the first name wins.
    def treacherous(rankings: list[Ranking]) -> Ranking:
        labels = sorted(rankings[0].alternatives)
        return Ranking([labels]) if len(rankings) < 4 else Ranking.from_order(labels)

    rule = FunctionMechanism(treacherous, ag.rankings())
    found = check("majority", rule, agents=range(1, 4), alternatives=3)
    assert found.status is VIOLATED
