"""HOLDS is never wrong, for rankings: adversaries that break an axiom where nothing was tried."""

from __future__ import annotations

from fractions import Fraction as F

import pytest

from mechdesign import aggregation as ag
from mechdesign import axioms
from mechdesign.aggregation.axioms.proofs import _HOMOGENEOUS, _SCALES
from mechdesign.aggregation.axioms.voters import duplicated
from mechdesign.aggregation.profiles.chosen import different
from mechdesign.axioms import HOLDS, UNKNOWN, VIOLATED
from mechdesign.model import FunctionMechanism, Lottery, Mechanism, Outcome, generator, get

RANKINGS, SCORES = ag.rankings(), ag.scores()
R = ag.Ranking


def check(axiom, rule, *, setting=RANKINGS, **scope):
    """The verdict, its witness replayed."""
    verdict = axioms.check(axiom, rule, setting=setting, **scope)
    if verdict.violated:
        assert verdict.witness.replay(rule)
    return verdict


# ------------------------------------------------------------------------- numbers of copies


def test_five_copies_may_differ_where_two_do_not() -> None:
    def rule(rankings):
        return rankings[0].reversed() if len(rankings) % 5 == 0 else rankings[0]

    verdict = check("homogeneity", rule, agents=2, alternatives=3)
    assert verdict.status is UNKNOWN
    assert "copies" in verdict.evidence.text
    five = check("homogeneity", lambda r: rule([*r] * 5), agents=2, alternatives=2)
    assert five.status is UNKNOWN
    found = check("homogeneity", rule, agents=(1, 2), alternatives=3)
    assert found.status is UNKNOWN


def test_homogeneity_is_proved_or_unknown() -> None:
    scope = {"agents": 3, "alternatives": 3}
    assert axioms.check("homogeneity", ag.borda, **scope).evidence.kind == "certificate"
    assert axioms.check("homogeneity", ag.young, **scope).status is not HOLDS
    every = {"agents": range(1, 4), "alternatives": 3}
    assert axioms.check("homogeneity", ag.borda, **every).status is HOLDS
    variant = get("aggregation.kemeny")(max_optima=1)
    assert axioms.check("homogeneity", variant, agents=2, alternatives=2).status is UNKNOWN


def ready(rule):
    """The rule; approval needs to know of how many."""
    return rule(k=2) if rule == ag.k_approval else rule


@pytest.mark.parametrize("proved", _HOMOGENEOUS, ids=lambda rule: rule.id)
def test_proved_homogeneous_is_homogeneous(proved: Mechanism) -> None:
    name = proved.id.removeprefix("aggregation.")
    rule, rng = ready(proved), generator(sum(map(ord, name)))
    for k in range(2, 8):
        if rule.setting.id == "aggregation.scores":
            problem = SCORES.sample(rng, int(rng.integers(1, 6)), alternatives=4, grid=3)
        else:
            domain = RANKINGS.domain(int(rng.integers(1, 6)), alternatives=3, weak=bool(k % 2))
            size = len(domain.reports[0])
            problem = domain.problem(rng.integers(size, size=domain.agents).tolist())
        copies = duplicated(problem, [*problem.agents] * (k - 1))
        assert not different(rule.solve(problem), rule.solve(copies), 0), (name, k)


@pytest.mark.parametrize(
    ("axiom", "proved"),
    [(axiom, rule) for axiom, rules in _SCALES.items() for rule in rules],
    ids=str,
)
def test_proved_invariant_is_invariant(axiom: str, proved: Mechanism) -> None:
    name = proved.id.removeprefix("aggregation.")
    rule, rng = ready(proved), generator(sum(map(ord, name)))
    for _ in range(6):
        table = (1 + rng.integers(5, size=(3, 4))).tolist()
        factors = [F(int(rng.integers(1, 9)), 7) for _ in range(4)]
        if axiom == "common_scale_invariance":
            factors = factors[:1] * 4
        scaled = [[v * f for v, f in zip(row, factors, strict=True)] for row in table]
        one, two = (SCORES.problem(dict(zip("ABC", rows, strict=True))) for rows in (table, scaled))
        assert not different(rule.solve(one), rule.solve(two), 0)


def test_units_that_are_not_on_a_list() -> None:
    """Factors 10, 100 and their inverses change nothing, a factor 2 does."""

    def rule(table):
        top = max(map(max, table))
        while top > 2:
            top = F(top) / 10
        while 0 < top <= F(1, 5):
            top *= 10
        return "A" if top == 2 else "B"

    scope = {"agents": 1, "alternatives": 2, "grid": 2}
    assert check("common_scale_invariance", rule, setting=SCORES, **scope).violated
    assert axioms.check("common_scale_invariance", ag.mean, **scope).status is HOLDS
    one = check(
        "common_scale_invariance", lambda t: "A", setting=SCORES, problem={"A": [1], "B": [2]}
    )
    assert one.status is UNKNOWN


# ------------------------------------------------------------------------- who moves, who joins


def test_every_voter_of_a_ranking_may_lift() -> None:
    """The second of two voters with one ranking is punished for lifting the winner."""

    def rule(rankings):
        first, second = rankings
        if str(first) == "B > A > C" and str(second) == "A > B > C":
            return "C"
        return "A"

    assert check("candidate_monotonicity", rule, agents=2, alternatives=3).violated
    same = ["B > A > C", "B > A > C"]
    at_one = check("candidate_monotonicity", rule, problem=same)
    assert at_one.violated


def test_a_lift_may_end_in_a_tie() -> None:
    """Weak rankings are reported, and joining the tier above loses."""

    domain = {"agents": 1, "alternatives": 2, "weak": True}
    tied = next(r for r in RANKINGS.domain(**domain).reports[0] if not r.strict)

    def rule(rankings):
        return {"B"} if rankings[0] == tied else {"A", "B"}

    assert check("candidate_monotonicity", rule, **domain).violated
    assert check("candidate_monotonicity", rule, agents=1, alternatives=2).status is HOLDS


def test_the_first_of_two_twins_may_join_too() -> None:
    def rule(rankings):
        said = "".join(r.winners[0] for r in rankings)
        return "A" if said in ("BA", "BAA") else "B"

    assert check("twins", rule, agents=3, alternatives=2).violated


def test_clones_in_weak_rankings() -> None:
    """All voters tie A and B and so rank them together."""

    def rule(rankings):
        if len(rankings[0]) == 3 and all(r.tier("A") == r.tier("B") for r in rankings):
            return "C"
        return sorted(rankings[0].alternatives)[0]

    verdict = check("clone_independence", rule, agents=1, alternatives=3, weak=True)
    assert verdict.violated
    assert any(not r.strict for r in verdict.witness.problem.types)


# ------------------------------------------------------------------------- lotteries, one problem


def coin(rankings):
    """A lottery whose chances depend on how many vote, and whose support never does."""
    labels = sorted(rankings[0].alternatives)
    chance = F(1, 1 + len(rankings))
    best = [Outcome(R.from_order([x, *(y for y in labels if y != x)])) for x in labels]
    rest = (1 - chance) / (len(best) - 1)
    return Lottery([(chance, best[0]), *((rest, o) for o in best[1:])])


@pytest.mark.parametrize("axiom", ["homogeneity", "task_duplication"])
def test_lotteries_with_one_support_are_told_apart(axiom: str) -> None:
    assert check(axiom, coin, agents=2, alternatives=2).status is VIOLATED


@pytest.mark.parametrize(
    "axiom",
    ["irrelevant_removal", "local_iia", "ranking_reinforcement", "group_consistency", "arrow_iia"],
)
def test_lotteries_are_no_rankings(axiom: str) -> None:
    assert check(axiom, coin, agents=2, alternatives=3).status is UNKNOWN


@pytest.mark.parametrize(
    "axiom",
    ["reinforcement", "candidate_monotonicity", "positive_involvement", "clone_independence"],
)
def test_chances_may_fall_where_the_support_stays(axiom: str) -> None:
    """Everybody may win always, so that no support ever changes."""
    assert check(axiom, coin, agents=2, alternatives=3).status is UNKNOWN
    if axiom != "clone_independence":
        few = {"agents": range(1, 4), "alternatives": 2}
        assert axioms.check(axiom, ag.maximal_lotteries, **few).status is not HOLDS
    every = {"agents": range(1, 4), "alternatives": 3}
    assert axioms.check("condorcet_consistency", ag.maximal_lotteries, **every).status is HOLDS


def test_lies_at_one_profile_are_named() -> None:
    verdict = check("strategyproofness", lambda r: "A", problem=["A > B"])
    assert verdict.holds
    assert "other reports: strict rankings" in str(verdict.scope)


def test_one_profile_does_not_decide_arrows_axiom() -> None:
    """A pair may turn when two voters change the rest of their rankings together."""

    def rule(rankings):
        both = all(str(r) in ("C > A > B", "A > C > B") for r in rankings)
        return R.from_order("BAC" if both else "ABC")

    at_one = check("arrow_iia", rule, problem=["A > B > C", "A > B > C"])
    assert at_one.status is UNKNOWN
    assert check("arrow_iia", rule, agents=2, alternatives=3).violated


# ------------------------------------------------------------------------- classes of profiles


class Declared(FunctionMechanism):
    """A user's rule that says that the order of the voters does not matter to it."""

    anonymous = True


def test_a_users_rule_is_tried_in_every_order_of_the_voters() -> None:
    def rule(rankings):
        names = [str(r) for r in rankings]
        return "C" if names == ["B > A > C", "A > B > C", "A > B > C"] else "A"

    scope = {"agents": range(1, 4), "alternatives": 3}
    for mechanism in (FunctionMechanism(rule, RANKINGS), Declared(rule, RANKINGS)):
        found = axioms.check("ranking_pareto", mechanism, **scope)
        assert found.status is VIOLATED
        assert found.witness.replay(mechanism)

    def borda(rankings):
        return ag.borda(rankings).ranking

    harmless = axioms.check("ranking_pareto", borda, setting=RANKINGS, **scope)
    assert harmless.status is HOLDS
    assert "classes" not in harmless.evidence.text
    three = {**scope, "agents": 3}
    believed = axioms.check("ranking_pareto", Declared(borda, RANKINGS), **three)
    assert believed.status is HOLDS
    assert "the same choice throughout" in believed.evidence.text


def test_a_users_rule_is_not_taken_for_neutral() -> None:
    """Neutral up to four voters; then one name is treated in its own way."""

    def rule(rankings):
        if len(rankings) == 5 and all(r.winners == ("C",) for r in rankings):
            return "A"
        return ag.borda(rankings).ranking

    mechanism = Declared(rule, RANKINGS)
    scope = {"agents": range(1, 6), "alternatives": 3}
    found = axioms.check("majority", mechanism, **scope)
    assert found.status is VIOLATED
    # Borda itself breaks the majority criterion; unanimity is what only the fifth voter breaks.
    unanimous = axioms.check("ranking_pareto", mechanism, **scope)
    assert unanimous.status is VIOLATED
    assert len(unanimous.witness.problem) == 5
