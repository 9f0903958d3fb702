"""Laddered auction, Myerson on separable slots, equilibria of GSP, auctions over text."""

import math
from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mechdesign import auctions, axioms
from mechdesign.errors import InvalidInputError

QUALITY = [F(4, 5), F(1, 2), F(9, 10), F(9, 10)]
RATES = [F(1, 2), F(3, 10), F(1, 10)]
LADDER = [[F(1, 2), F(3, 10)], [F(2, 5), F(1, 10)], [F(3, 5), F(1, 2)]]


def test_d3_laddered_on_rates_that_are_not_separable():
    out = auctions.laddered([5, 4, 2], p=LADDER)
    assert out.details["per_click"] == {0: F(14, 5), 1: 2}


def test_laddered_is_vcg_under_separability():
    p = [[q * rate for rate in RATES] for q in QUALITY]
    ladder = auctions.laddered([5, 6, 4, 3], p=p, weights=QUALITY)
    vcg = auctions.vcg([5, 6, 4, 3], ctr=RATES, quality=QUALITY)
    assert ladder.payments == vcg.payments
    assert auctions.content_vcg([5, 6, 4, 3], p=p, model="independent").payments == vcg.payments


def test_laddered_is_strategyproof_where_the_next_price_is_not():
    verdict = axioms.check(
        "strategyproofness", auctions.laddered, agents=3, grid=(0, 1, 2, 4, 5), p=LADDER,
        model="independent",
    )  # fmt: skip
    assert verdict.status is axioms.HOLDS
    gsp = axioms.check("strategyproofness", auctions.gsp, agents=3, grid=4, slots=2)
    assert gsp.status is axioms.VIOLATED


def test_laddered_refuses_rows_that_increase():
    with pytest.raises(InvalidInputError, match="nonincreasing"):
        auctions.laddered([1, 2], p=[[F(1, 4), F(1, 2)], [F(1, 2), F(1, 4)]])


def test_myerson_on_slots_is_myerson_on_independent_content():
    values, prior = [F(9, 10), F(4, 5), F(7, 10)], auctions.Uniform(0, 1)
    p = [[q * rate for rate in RATES[:2]] for q in QUALITY[:3]]
    slots = auctions.myerson(values, ctr=RATES[:2], priors=prior, quality=QUALITY[:3])
    content = auctions.content_myerson(values, p=p, priors=prior, model="independent")
    assert slots.payments == content.payments
    assert slots.details["reserves"] == {0: F(1, 2), 1: F(1, 2), 2: F(1, 2)}


@pytest.mark.parametrize("rule", [auctions.myerson])
def test_myerson_is_strategyproof_on_small_types(rule):
    priors = auctions.Discrete((1, 2, 6), (F(1, 2), F(3, 10), F(1, 5)))
    verdict = axioms.check(
        "strategyproofness", rule, agents=3, grid=(1, 2, 6), slots=(2, 1), priors=priors
    )
    assert verdict.status is axioms.HOLDS


def test_myerson_needs_priors():
    with pytest.raises(InvalidInputError, match="priors"):
        auctions.myerson([1], ctr=[1])


def test_lowest_symmetric_equilibrium_pays_vcg():
    found = auctions.symmetric_equilibrium([10, 4, 2], [200, 100])
    assert found.bids == {0: 10, 1: 3, 2: 2}
    assert found.outcome.payments == auctions.vcg([10, 4, 2], ctr=[200, 100]).payments


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(0, 30), min_size=1, max_size=5, unique=True),
    st.lists(st.integers(1, 20), min_size=1, max_size=4, unique=True),
)
def test_symmetric_equilibria_are_envy_free_and_nash(values, steps):
    rates = sorted(steps, reverse=True)
    lower = auctions.symmetric_equilibrium(values, rates)
    upper = auctions.symmetric_equilibrium(values, rates, which="upper")
    for found in (lower, upper):
        assert auctions.envy_of_neighbours(found.bids, dict(enumerate(values)), rates) <= 0
        assert auctions.nash_regret(found.bids, dict(enumerate(values)), rates) == 0
    assert lower.outcome.payments == auctions.vcg(values, ctr=rates).payments
    assert upper.revenue >= lower.revenue


def test_best_responses_settle_at_the_lowest_equilibrium():
    values, rates = [10, 7, 4, 2], [200, 150, 60]
    found = auctions.best_response_dynamics(values, rates, rng=1)
    assert found.converged
    vcg = auctions.vcg(values, ctr=rates)
    assert list(found.outcome.payments.values()) == pytest.approx(
        [float(x) for x in vcg.payments.values()], abs=1e-6
    )
    again = auctions.best_response_dynamics(values, rates, rng=1)
    assert again.bids == found.bids


def test_second_price():
    assert auctions.second_price([3, 5, 4]).payments == {0: 0, 1: 4, 2: 0}
    assert auctions.second_price([3, 5], reserve=6).choice == {}
    assert (
        axioms.check("strategyproofness", auctions.second_price, agents=3, grid=4, slots=[1]).status
        is axioms.HOLDS
    )
    with pytest.raises(InvalidInputError):
        auctions.second_price([1, 2], ctr=[2, 1])


def test_m1_kl_vcg():
    out = auctions.kl_vcg([(0, 1, 2), (1, 0, 0)], reference=(0.5, 0.3, 0.2))
    assert out.choice == pytest.approx((0.37211895, 0.22327137, 0.40460968), abs=1e-8)
    assert out.details["welfare"] == pytest.approx(1.2953945291, abs=1e-10)
    assert list(out.payments.values()) == pytest.approx([0.3572107, 0.1039466015], abs=1e-9)


def test_m2_segment_auction():
    out = auctions.segment([1, 1], relevance=[1, F(4, 5)])
    assert out.choice == {0: F(5, 9), 1: F(4, 9)}
    assert list(out.payments.values()) == pytest.approx([0.2042997285, 0.1433422205], abs=1e-9)


def test_m3_token_rules():
    rows, bids = [(F(4, 5), F(1, 5)), (1, 0), (0, 1)], (1, 2, 2)
    assert auctions.token_linear(rows, bids) == (F(14, 25), F(11, 25))
    even = auctions.token_log_linear([(0.9, 0.1), (0.1, 0.9)], (1, 1))
    assert even == pytest.approx((0.5, 0.5))
    with pytest.raises(InvalidInputError):
        auctions.token_log_linear([(1, 0), (0, 1)], (1, 1))


@pytest.mark.parametrize(
    ("rule", "scope"),
    [
        (auctions.segment, {"grid": 4, "relevance": (1, F(1, 2))}),
        (auctions.kl_vcg, {"grid": (0, 1), "reference": (0.5, 0.3, 0.2)}),
    ],
)
def test_auctions_over_text_are_truthful_in_expectation(rule, scope):
    assert axioms.check("strategyproofness", rule, agents=2, **scope).status is axioms.HOLDS


def test_segment_payments_match_the_integral():
    s, rest = 1.3, 0.7
    bids = np.linspace(0, s, 200_001)
    height = bids / (bids + rest)
    area = float(((height[1:] + height[:-1]) / 2 * np.diff(bids)).sum())
    out = auctions.segment([s, rest])
    assert out.payments[0] == pytest.approx(s * s / (s + rest) - area, abs=1e-8)
    assert math.isclose(sum(out.choice.values()), 1)
