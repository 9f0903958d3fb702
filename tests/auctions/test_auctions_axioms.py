"""Axioms of click auctions: for each a mechanism that satisfies it and one that violates it."""

from fractions import Fraction as F

import pytest

from mechdesign import auctions, axioms
from mechdesign.auctions.market.arrays import market_of
from mechdesign.auctions.winner.payments import all_breakpoints

A13 = auctions.content_problem(
    [11, 16, 4], [[F(2, 5), F(1, 2)], [F(1, 5), F(1, 5)], [F(2, 5), F(7, 10)]]
)
D1B = auctions.position().problem([10, 4, 2], ctr=[200, 199])
SMALL = {"agents": 3, "grid": 3, "slots": 2}
P = ((F(1, 2), F(1, 4)), (F(1, 2), F(1, 2)), (F(1, 2), F(1, 3)))
NO_TIES = {
    "agents": 3,
    "grid": (0, 1, 3, 7),
    "p": ((F(1, 2), F(1, 4)), (F(1, 2), F(2, 5)), (F(1, 3), F(1, 2))),
}
CONTENT = {"agents": 3, "grid": (0, 1, 2, 4), "p": P}


def status(axiom, rule, **scope):
    verdict = axioms.check(axiom, rule, **scope)
    if verdict.status is axioms.VIOLATED:
        assert verdict.witness.replay(rule)
    return verdict.status


def paid_to_come(market):
    """A rule that pays everybody 1 and shows nobody."""
    n = len(market["bids"])
    return [None] * n, [-1] * n


def backwards(market):
    """The lowest bids get the best slots, for nothing."""
    order = sorted(range(len(market["bids"])), key=lambda i: market["bids"][i])
    slots = {i: k for k, i in enumerate(order) if k < len(market["ctr"])}
    return slots, dict.fromkeys(slots, 0)


@pytest.mark.parametrize(
    ("axiom", "rule", "scope", "expected"),
    [
        ("no_positive_transfers", auctions.vcg, SMALL, axioms.HOLDS),
        ("no_positive_transfers", auctions.content_vcg, CONTENT, axioms.HOLDS),
        ("allocative_efficiency", auctions.vcg, SMALL, axioms.HOLDS),
        ("allocative_efficiency", auctions.content_vcg, CONTENT, axioms.HOLDS),
        ("allocative_efficiency", auctions.content_vcg, {**CONTENT, "model": "cascade"},
         axioms.HOLDS),
        ("allocative_efficiency", auctions.skip_rendering, {**CONTENT, "model": "cascade"},
         axioms.VIOLATED),
        ("payment_identity", auctions.vcg, SMALL, axioms.HOLDS),
        pytest.param("payment_identity", auctions.content_vcg, CONTENT, axioms.HOLDS,
                     marks=pytest.mark.slow),
        ("payment_identity", auctions.content_vcg, {**CONTENT, "model": "cascade"}, axioms.HOLDS),
        pytest.param("payment_identity", auctions.skip_rendering, {**CONTENT, "model": "cascade"},
                     axioms.HOLDS, marks=pytest.mark.slow),
        ("payment_identity", auctions.gsp, SMALL, axioms.VIOLATED),
        ("payment_identity", auctions.gsp, {"problem": D1B}, axioms.VIOLATED),
        ("swap_envy_freeness", auctions.vcg, SMALL, axioms.HOLDS),
        ("slot_envy_freeness", auctions.content_vcg, {**CONTENT, "model": "independent"},
         axioms.HOLDS),
        ("slot_envy_freeness", auctions.vcg, SMALL, axioms.HOLDS),
        ("slot_envy_freeness", auctions.gfp, SMALL, axioms.VIOLATED),
        ("swap_envy_freeness", auctions.gfp, SMALL, axioms.VIOLATED),
        ("auction_core", auctions.vcg, SMALL, axioms.HOLDS),
        ("auction_core", auctions.content_vcg, {"problem": A13}, axioms.VIOLATED),
        ("revenue_monotonicity", auctions.vcg, SMALL, axioms.HOLDS),
        ("revenue_monotonicity", auctions.content_vcg, {"problem": A13}, axioms.VIOLATED),
        ("strategyproofness", auctions.vcg, SMALL, axioms.HOLDS),
        ("strategyproofness", auctions.gfp, SMALL, axioms.VIOLATED),
        ("strategyproofness", auctions.content_vcg, CONTENT, axioms.HOLDS),
        ("strategyproofness", auctions.content_vcg, {**CONTENT, "model": "cascade"}, axioms.HOLDS),
        ("strategyproofness", auctions.content_vcg,
         {**CONTENT, "model": "cascade", "order": "fixed"}, axioms.HOLDS),
        ("strategyproofness", auctions.content_vcg, {"problem": A13}, axioms.HOLDS),
        ("participation", auctions.content_vcg, CONTENT, axioms.HOLDS),
        ("participation", auctions.gsp, SMALL, axioms.HOLDS),
        ("allocation_monotonicity", auctions.content_vcg, CONTENT, axioms.HOLDS),
        ("anonymity", auctions.gsp, SMALL, axioms.VIOLATED),
        ("pareto_efficiency", auctions.vcg, SMALL, axioms.HOLDS),
        ("weak_pareto", auctions.content_vcg, CONTENT, axioms.HOLDS),
        ("pareto_efficiency", auctions.content_vcg, {**CONTENT, "model": "cascade"},
         axioms.HOLDS),
        ("pareto_efficiency", auctions.skip_rendering, {**CONTENT, "model": "cascade"},
         axioms.VIOLATED),
        ("neutrality", auctions.content_vcg, NO_TIES, axioms.HOLDS),
        ("neutrality", auctions.content_vcg, {**NO_TIES, "model": "cascade"}, axioms.HOLDS),
        ("scale_invariance", auctions.content_vcg, CONTENT, axioms.HOLDS),
        ("resource_monotonicity", auctions.content_vcg, {**CONTENT, "capacity": 1},
         axioms.VIOLATED),
    ],
)  # fmt: skip
def test_status(axiom, rule, scope, expected):
    assert status(axiom, rule, **scope) is expected


@pytest.mark.parametrize(
    ("axiom", "rule"),
    [
        ("no_positive_transfers", paid_to_come),
        ("allocative_efficiency", backwards),
        ("pareto_efficiency", backwards),
    ],
)
def test_bare_functions_can_be_refuted(axiom, rule):
    setting = auctions.position()
    verdict = axioms.check(axiom, rule, setting=setting, **SMALL)
    assert verdict.status is axioms.VIOLATED


def test_vcg_under_mnl_is_not_envy_free():
    verdict = axioms.check(
        "swap_envy_freeness", auctions.content_vcg, agents=2, grid=(1, 2, 3, 4, 5), p=P[:2]
    )
    cascade = axioms.check(
        "swap_envy_freeness", auctions.content_vcg, agents=3, grid=(0, 1, 2, 4), p=P,
        model="cascade",
    )  # fmt: skip
    assert axioms.VIOLATED in (verdict.status, cascade.status)


def test_the_blocking_coalition_of_a13():
    verdict = axioms.check("auction_core", auctions.content_vcg, problem=A13)
    assert verdict.witness.agents == (1,) or len(verdict.witness.agents) <= 2
    worst = axioms.worst("auction_core", auctions.content_vcg, problem=A13)
    # The seller with ad 2 alone: W({2}) = 14/5 against revenue 659/258.
    assert worst.value >= F(14, 5) - F(659, 258)


def test_gsp_regret_of_392_with_its_witness():
    worst = axioms.worst("strategyproofness", auctions.gsp, problem=D1B)
    assert worst.value == 392
    verdict = axioms.check("strategyproofness", auctions.gsp, problem=D1B)
    assert verdict.status is axioms.VIOLATED
    assert verdict.witness.gap == 392
    assert verdict.witness.agents == (0,)
    assert verdict.witness.replay(auctions.gsp)
    assert axioms.check("strategyproofness", auctions.vcg, problem=D1B).status is axioms.HOLDS


@pytest.mark.parametrize("model", ["mnl", "cascade"])
def test_myerson_is_strategyproof_and_individually_rational_on_its_types(model):
    priors = (
        auctions.Discrete((1, 2, 6), (F(1, 2), F(3, 10), F(1, 5))),
        auctions.Discrete((1, 4), (F(1, 2), F(1, 2))),
    )
    scope = {"agents": 2, "priors": priors, "p": P[:2], "model": model}
    for axiom in ("strategyproofness", "participation"):
        verdict = axioms.check(axiom, auctions.content_myerson, **scope)
        assert verdict.status is axioms.HOLDS


def test_finding_nothing_against_a_heuristic_at_one_problem_is_undecided():
    problem = auctions.content_problem([3, 2], [[F(1, 2)], [F(1, 3)]], model="cascade")
    verdict = axioms.check("allocation_monotonicity", auctions.greedy, problem=problem)
    assert verdict.status is axioms.UNKNOWN
    exact = axioms.check("allocation_monotonicity", auctions.content_vcg, problem=problem)
    assert exact.status is axioms.HOLDS


@pytest.mark.parametrize("prior", [auctions.Uniform(0, 20), auctions.Exponential(F(1, 4))])
def test_myerson_with_continuous_priors_at_one_problem(prior):
    content = auctions.content_problem([15, 12, 16], P, priors=prior)
    slots = auctions.position().problem([15, 12, 16], ctr=[2, 1], priors=prior)
    for rule, problem in ((auctions.content_myerson, content), (auctions.myerson, slots)):
        for axiom in ("strategyproofness", "allocation_monotonicity", "participation"):
            assert axioms.check(axiom, rule, problem=problem).status is axioms.HOLDS


@pytest.mark.parametrize("model", ["mnl", "cascade", "independent"])
def test_the_breakpoints_go_as_far_as_there_are_any(model):
    rates = [[F(1, 10), F(1, 20)], [F(1, 2), F(1, 2)], [F(2, 5), F(1, 2)]]
    market = market_of(auctions.content_problem([1, 5, 7], rates, model=model))
    steps = all_breakpoints([1, 5, 7], market, 0)
    assert sum(step.jump for step in steps) == F(1, 10)
    assert steps[-1].clicks == F(1, 10)


def test_a_mechanism_without_payments_is_undecided():
    problem = auctions.content_problem([1, 2], [[F(1, 2)], [F(1, 3)]], model="cascade")
    verdict = axioms.check("no_positive_transfers", auctions.greedy, problem=problem)
    assert verdict.status is axioms.UNKNOWN
