"""Axioms: each has a rule that violates it and one that satisfies it; witnesses replay."""

from __future__ import annotations

import pytest

from mechdesign import aggregation as ag
from mechdesign import axioms, dumps, loads
from mechdesign.aggregation import Ranking, datasets
from mechdesign.axioms import HOLDS, VIOLATED
from mechdesign.errors import InvalidInputError
from mechdesign.model import FunctionMechanism
from tests.aggregation.oracles import parse_profile


def dictator(rankings: list[Ranking]) -> Ranking:
    return rankings[0]


def last_wins(rankings: list[Ranking]) -> str:
    return min(rankings[0].alternatives, key=lambda x: -rankings[0].tier(x))


def turning(rankings: list[Ranking]) -> Ranking:
    return rankings[0] if len(rankings) % 2 else rankings[0].reversed()


def constant(rankings: list[Ranking]) -> Ranking:
    return Ranking.from_order(sorted(rankings[0].alternatives))


def user(rule):
    return FunctionMechanism(rule, ag.rankings())


# axiom: (violating rule, agents), (satisfying rule, agents)
PAIRS = {
    "condorcet_consistency": ((ag.borda, 5), (ag.copeland, 3)),
    "condorcet_loser": ((ag.plurality, 3), (ag.borda, 3)),
    "majority": ((ag.borda, 3), (ag.plurality, 3)),
    "mutual_majority": ((ag.plurality, 3), (ag.irv, 3)),
    "smith_criterion": ((ag.plurality, 3), (ag.schulze, 3)),
    "cancellation": ((ag.plurality, 2), (ag.borda, 2)),
    "ranking_pareto": ((ag.plurality, 2), (ag.kemeny, 3)),
    "arrow_iia": ((ag.borda, 2), (user(dictator), 2)),
    "irrelevant_removal": ((ag.kemeny, 3), (user(dictator), 2)),
    "local_iia": ((ag.borda, 3), (ag.kemeny, 3)),
    "clone_independence": ((ag.borda, 3), (ag.schulze, 3)),
    "smith_dominated_independence": ((ag.borda, 3), (ag.copeland, 3)),
    "reinforcement": ((ag.smith, 3), (ag.borda, 3)),
    "ranking_reinforcement": ((user(turning), 2), (ag.kemeny, 3)),
    "homogeneity": ((user(lambda r: r[len(r) % 2 and len(r) - 1]), 3), (ag.borda, 3)),
    "task_duplication": ((ag.borda, 3), (user(dictator), 2)),
    "reversal_symmetry": ((ag.plurality, 3), (ag.borda, 3)),
    "majority_loser": ((ag.plurality, 5), (ag.irv, 3)),
    "schwartz_criterion": ((ag.plurality, 3), (ag.schwartz, 3)),
    "pareto_dominated_independence": ((ag.borda, 3), (ag.plurality, 3)),
    "positive_involvement": ((user(turning), 2), (ag.plurality, 3)),
    "negative_involvement": ((user(turning), 2), (ag.borda, 3)),
    "twins": ((user(turning), 2), (ag.borda, 3)),
    "group_consistency": ((user(turning), 2), (ag.borda, 3)),
    "candidate_monotonicity": ((user(last_wins), 1), (ag.borda, 3)),
}


def test_every_axiom_of_the_family_has_its_pair() -> None:
    known = {a.id for a in axioms.list_axioms("aggregation") if a.family}
    of_ballots = {"later_no_harm", "later_no_help", "favourite_betrayal", "no_show"}
    of_seats = {"droop_psc", "hare_psc", "condorcet_committee"}
    assert known == {
        *PAIRS,
        *of_ballots,
        *of_seats,
        "common_scale_invariance",
        "system_duplication",
    }


@pytest.mark.parametrize("axiom", PAIRS)
def test_violated(axiom: str) -> None:
    rule, agents = PAIRS[axiom][0]
    verdict = axioms.check(axiom, rule, agents=agents, alternatives=3)
    assert verdict.status is VIOLATED
    assert verdict.witness.replay(rule)
    assert loads(dumps(verdict.witness)).replay(rule)
    assert str(verdict.witness)


@pytest.mark.parametrize("axiom", PAIRS)
def test_satisfied(axiom: str) -> None:
    rule, agents = PAIRS[axiom][1]
    verdict = axioms.check(axiom, rule, agents=agents, alternatives=3)
    assert verdict.status is HOLDS, verdict


def check(axiom: str, rule, profile: str):
    ballots = parse_profile(profile)
    voters = [r for r, n in zip(ballots.rankings(), ballots.counts, strict=True) for _ in range(n)]
    return axioms.check(axiom, rule, problem=ag.rankings().problem(voters))


BASE = "6:ABC;5:CAB;4:BCA;2:BAC"


def test_irv_is_not_monotone_under_a_group_lift() -> None:
    verdict = check("candidate_monotonicity", ag.irv, BASE)
    assert verdict.status is VIOLATED
    assert len(verdict.witness.agents) == 2
    assert verdict.witness.replay(ag.irv)


@pytest.mark.parametrize(
    ("axiom", "rule", "profile"),
    [
        ("clone_independence", ag.borda, "3:ABC;2:BCA"),
        ("smith_dominated_independence", ag.borda, "3:ABC;2:BCA"),
        ("condorcet_consistency", ag.borda, "30:ABC;1:ACB;29:BAC;10:BCA;10:CAB;1:CBA"),
        ("condorcet_consistency", ag.bradley_terry, "30:ABC;1:ACB;29:BAC;10:BCA;10:CAB;1:CBA"),
        ("condorcet_loser", ag.plurality, "6:MWB;5:BWM;4:WBM"),
        ("condorcet_loser", ag.minimax, "2:ABCD;2:BCAD;2:CABD;2:DABC;2:DBCA;1:DCAB"),
        ("smith_criterion", ag.minimax, "2:ABCD;2:BCAD;2:CABD;2:DABC;2:DBCA;1:DCAB"),
        ("clone_independence", ag.minimax, "2:ABCD;2:BCAD;2:CABD;2:DABC;2:DBCA;1:DCAB"),
    ],
    ids=lambda v: getattr(v, "__name__", str(v)),
)
def test_known_violations(axiom: str, rule, profile: str) -> None:
    verdict = check(axiom, rule, profile)
    assert verdict.status is VIOLATED
    assert verdict.witness.replay(rule)


@pytest.mark.parametrize("profile", ["2:ABCD;2:BCAD;2:CABD;2:DABC;2:DBCA;1:DCAB", "3:ABC;2:BCA"])
@pytest.mark.parametrize("rule", [ag.schulze, ag.ranked_pairs], ids=["schulze", "ranked_pairs"])
def test_clones_do_not_hurt(rule, profile: str) -> None:
    assert check("clone_independence", rule, profile).status is not VIOLATED


def test_kemeny_reinforces_as_a_preference_function_only() -> None:
    assert (
        axioms.check("ranking_reinforcement", ag.kemeny, agents=3, alternatives=3).status is HOLDS
    )


def test_score_axioms() -> None:
    scope = {"agents": 2, "alternatives": 2, "grid": 2}
    slide = {
        "A": [0.3, 5, 10, 0.02, 1.0, 0.4],
        "B": [0.1, 4, 13, 0.01, 2.2, 0.3],
        "C": [0.0, 3, 15, 0.03, 2.0, 0.2],
    }
    lower = [f"task {k}" for k in range(1, 7)]
    problem = ag.score_table(slide, lower=lower).problem()
    assert str(ag.mean(problem).choice) == "A > B > C"
    assert str(ag.borda(problem).choice) == "C > B > A"
    assert str(ag.borda(slide).choice) == "A > B > C"
    assert dict(ag.borda(slide).scores) == {"A": 7, "B": 6, "C": 5}
    for rule, status in ((ag.mean, VIOLATED), (ag.borda, HOLDS)):
        assert axioms.check("scale_invariance", rule, setting=ag.scores(), **scope).status is status
    for rule, status in ((ag.mean, HOLDS), (ag.z_score, VIOLATED), (ag.mean_win_rate, VIOLATED)):
        found = axioms.check(
            "irrelevant_removal", rule, setting=ag.scores(), agents=2, alternatives=3, grid=2
        )
        assert found.status is status


def test_generic_axioms_run() -> None:
    for axiom in ("anonymity", "neutrality", "unanimity", "pareto_efficiency", "participation"):
        assert axioms.check(axiom, ag.borda, agents=2, alternatives=3).status is HOLDS
    moulin = axioms.check("neutrality", ag.kemeny, agents=2, alternatives=2)
    assert moulin.status is VIOLATED
    assert moulin.witness.tie_induced
    assert axioms.check("neutrality", user(constant), agents=1, alternatives=2).status is VIOLATED


def test_scope_is_checked() -> None:
    for scope in ({}, {"alternatives": 3, "grid": 2}, {"alternatives": 9}):
        with pytest.raises(InvalidInputError):
            ag.rankings().domain(2, **scope)
    assert len(ag.rankings().domain(2, alternatives=3, weak=True)) == 13**2
    assert len(ag.scores().domain(2, alternatives=2, grid=1)) == 16


def test_on_one_very_table() -> None:
    found = ag.audit_table(datasets.roberta_glue())
    words = {tuple(key): v.status for key, v in found.verdicts.items()}
    assert words["borda", "condorcet_consistency"] is VIOLATED
    assert words["copeland", "condorcet_consistency"] is HOLDS
    assert words["mean", "irrelevant_removal"] is HOLDS
    assert words["mean", "scale_invariance"] is VIOLATED
    assert any("XLNet" in line for line in found.broken())
    assert found.to_dict()["broken"]
    for (rule, _), verdict in found.verdicts.items():
        if verdict.status is VIOLATED:
            assert verdict.witness.replay(f"aggregation.{rule}")
