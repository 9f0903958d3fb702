"""Properties on random markets: algorithms against brute force, payments against definitions."""

from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mechdesign import auctions
from mechdesign.auctions.market.arrays import market_of
from mechdesign.auctions.winner.payments import breakpoints, clicks_of

rates = st.integers(0, 19).map(lambda k: F(k, 20))


@st.composite
def markets(draw, most=4):
    n, m = draw(st.integers(1, most)), draw(st.integers(1, 3))
    values = [F(v, 2) for v in draw(st.lists(st.integers(0, 40), min_size=n, max_size=n))]
    p = [draw(st.lists(rates, min_size=m, max_size=m)) for _ in range(n)]
    return values, p, draw(st.integers(0, m))


MODELS = [
    {"model": "independent"},
    {"model": "mnl"},
    {"model": "cascade"},
    {"model": "cascade", "order": "fixed"},
]


@pytest.mark.parametrize("model", MODELS, ids=["independent", "mnl", "free", "fixed"])
@given(market=markets())
@settings(max_examples=40)
def test_optimum_and_utilities_equal_brute_force(market, model):
    values, p, capacity = market
    fast = auctions.content_vcg(values, p=p, capacity=capacity, **model)
    slow = auctions.content_vcg(values, p=p, capacity=capacity, algorithm="enumeration", **model)
    assert fast.details["welfare"] == slow.details["welfare"]
    # Payments may differ where optimal placements tie; utilities may not.
    assert fast.utilities == slow.utilities
    floating = auctions.content_vcg(
        [float(v) for v in values], p=np.array(p, dtype=float), capacity=capacity, **model
    )
    assert floating.details["welfare"] == pytest.approx(float(fast.details["welfare"]))
    expected = [float(u) for u in fast.utilities.values()]
    assert list(floating.utilities.values()) == pytest.approx(expected, abs=1e-9)


@given(market=markets())
@settings(max_examples=30)
def test_mnl_lp_agrees(market):
    values, p, capacity = market
    exact = auctions.content_vcg(values, p=p, capacity=capacity)
    lp = auctions.content_vcg(values, p=p, capacity=capacity, algorithm="lp")
    assert float(lp.details["welfare"]) == pytest.approx(float(exact.details["welfare"]), abs=1e-8)


@given(market=markets())
@settings(max_examples=25)
def test_cascade_branching_agrees(market):
    values, p, capacity = market
    exact = auctions.content_vcg(values, p=p, capacity=capacity, model="cascade")
    found = auctions.content_vcg(
        values, p=p, capacity=capacity, model="cascade", algorithm="branching"
    )
    assert float(found.details["welfare"]) == pytest.approx(
        float(exact.details["welfare"]), abs=1e-7
    )


@given(market=markets())
@settings(max_examples=40)
def test_mnl_prices_lie_between_the_optimum_without_and_the_value(market):
    values, p, capacity = market
    out = auctions.content_vcg(values, p=p, capacity=capacity)
    for agent, price in out.details["per_click"].items():
        assert out.details["without"][agent] <= price <= values[agent]
    assert all(pay >= 0 for pay in out.payments.values())


@pytest.mark.parametrize("model", MODELS[1:3], ids=["mnl", "free"])
@given(market=markets(most=3))
@settings(max_examples=25)
def test_threshold_payments_equal_vcg(market, model):
    values, p, capacity = market
    out = auctions.content_vcg(values, p=p, capacity=capacity, **model)
    numbers = market_of(out.problem)
    for i, value in enumerate(values):
        steps = breakpoints(values, numbers, i, value)
        assert all(step.jump > 0 for step in steps)
        paid = sum(step.score * step.jump for step in steps)
        area = value * sum(step.jump for step in steps) - paid
        assert area == out.utilities[i]


@pytest.mark.parametrize("model", MODELS, ids=["independent", "mnl", "free", "fixed"])
@given(market=markets(most=3), data=st.data())
@settings(max_examples=20)
def test_clicks_never_fall_in_the_bid(market, model, data):
    values, p, capacity = market
    i = data.draw(st.integers(0, len(values) - 1))
    problem = auctions.content_problem(values, p, capacity=capacity, **model)
    numbers = market_of(problem)
    before = 0
    for bid in sorted(data.draw(st.lists(st.integers(0, 30), min_size=3, max_size=6))):
        scores = [F(bid) if k == i else v for k, v in enumerate(values)]
        now = clicks_of(numbers, auctions.maximise(scores, numbers).pairs, i)
        # At a breakpoint itself either side is optimal, so only strict rises of the bid count.
        assert now >= before or F(bid) in {b.score for b in breakpoints(values, numbers, i, 31)}
        before = max(before, now)


@given(market=markets())
@settings(max_examples=30)
def test_scale_and_useless_ads_do_not_matter(market):
    values, p, capacity = market
    base = auctions.content_vcg(values, p=p, capacity=capacity)
    scaled = auctions.content_vcg([7 * v for v in values], p=p, capacity=capacity)
    assert scaled.choice == base.choice
    assert scaled.details["welfare"] == 7 * base.details["welfare"]
    more = auctions.content_vcg([*values, 50], p=[*p, [F(0)] * len(p[0])], capacity=capacity)
    assert more.choice == base.choice


def random_prior(rng):
    values = np.sort(rng.choice(np.arange(1, 12), 3, replace=False)).tolist()
    parts = rng.integers(1, 5, 3)
    total = int(parts.sum())
    return auctions.Discrete(tuple(values), tuple(F(int(x), total) for x in parts))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("model", ["mnl", "cascade"])
def test_ironed_revenue_is_what_no_mechanism_exceeds(seed, model):
    rng = np.random.default_rng(seed)
    priors = [random_prior(rng), random_prior(rng)]
    p = [[F(int(k), 12) for k in row] for row in rng.integers(1, 11, (2, 2))]
    values = [prior.values[0] for prior in priors]
    problem = auctions.content_problem(values, p, priors=priors, model=model)
    revenue = auctions.expected_revenue(auctions.content_myerson, problem).value
    for incentive in ("dominant", "bayesian"):
        best = auctions.best_mechanism(problem, incentive=incentive)
        assert best.value == revenue


@pytest.mark.parametrize(
    ("seed", "cells"),
    [(0, 300), (1, 300), *(pytest.param(k, 1500, marks=pytest.mark.slow) for k in range(3))],
)
def test_myerson_payments_equal_the_integral(seed, cells):
    rng = np.random.default_rng(seed)
    values, p = rng.uniform(0.5, 1, 4), rng.uniform(0.1, 0.8, (4, 3))
    prior = auctions.Uniform(0, 1)
    out = auctions.content_myerson(values, p=p, priors=prior, capacity=2)
    for i, value in enumerate(values):
        grid = (np.arange(cells) + 0.5) / cells * value
        area = 0.0
        for bid in grid:
            scores = [2 * (bid if k == i else v) - 1 for k, v in enumerate(values)]
            market = market_of(out.problem)
            area += clicks_of(market, auctions.maximise(scores, market).pairs, i)
        clicks = out.details["clicks"].get(i, 0)
        assert out.payments[i] == pytest.approx(
            value * clicks - area * value / cells, abs=3 * value / cells
        )


def test_a_time_limit_is_in_the_outcome_and_leaves_no_payments():
    rng = np.random.default_rng(2)
    # Values times rates are nearly equal: the hard case for branch and bound.
    size = rng.uniform(0.05, 0.6, 50)
    p = size[:, None] * rng.uniform(0.9, 1.1, (50, 50))
    values = rng.uniform(0.99, 1.01, 50) / size
    out = auctions.content_vcg(
        values, p=p, capacity=8, model="cascade", algorithm="branching", time_limit=0.3
    )
    assert out.payments is None
    assert out.provenance.decisions
    assert out.provenance.bound >= out.details["welfare"]
    assert out.provenance.gap == pytest.approx(out.provenance.bound - out.details["welfare"])
    assert 0 < out.details["certified_ratio"] <= 1


@given(market=markets())
@settings(max_examples=20)
def test_special_cascades_agree_with_the_general_program(market):
    values, p, capacity = market
    by_ad = [[row[0]] * len(row) for row in p]
    by_place = [p[0]] * len(p)
    for rows, algorithm in ((by_ad, "common_rates"), (by_place, "position_rates")):
        special = auctions.content_vcg(
            values, p=rows, capacity=capacity, model="cascade", algorithm=algorithm
        )
        general = auctions.content_vcg(
            values, p=rows, capacity=capacity, model="cascade", algorithm="subsets"
        )
        assert special.details["welfare"] == general.details["welfare"]
        assert special.utilities == general.utilities


@given(market=markets(most=3), stays=st.lists(rates, min_size=3, max_size=3))
@settings(max_examples=25)
def test_continuation_program_is_brute_force(market, stays):
    values, p, capacity = market
    rows = [[row[0]] * len(row) for row in p]
    options = {"capacity": capacity, "model": "cascade", "continuation": stays[: len(values)]}
    fast = auctions.content_vcg(values, p=rows, **options)
    slow = auctions.content_vcg(values, p=rows, algorithm="enumeration", **options)
    assert fast.details["welfare"] == slow.details["welfare"]
