"""Cascade approximations: skip rendering, heuristics, and the chain of optima across models."""

from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mechdesign import auctions, axioms
from mechdesign.auctions.generated.heuristics import arranged
from mechdesign.auctions.market.arrays import market_of
from mechdesign.auctions.market.placements import Ad, Placement, click_rates
from mechdesign.errors import InvalidInputError, PaymentsUndefinedError

P3 = [[F(1, 4), F(1, 3), F(1, 5)], [F(1, 3), F(1, 4), F(1, 2)], [F(1, 2), F(1, 2), F(1, 10)]]
HEURISTICS = [
    auctions.greedy,
    auctions.p_surrogate,
    auctions.mnl_value_order,
    auctions.local_search,
]

rates = st.integers(0, 19).map(lambda k: F(k, 20))


@st.composite
def instances(draw):
    n, m = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    values = [F(v) for v in draw(st.lists(st.integers(0, 20), min_size=n, max_size=n))]
    p = [draw(st.lists(rates, min_size=m, max_size=m)) for _ in range(n)]
    return values, p, draw(st.integers(0, m))


def test_e1_skip_rendering_gives_the_clicks_of_mnl_in_both_orders():
    ads = {i: Ad(v, tuple(P3[i])) for i, v in enumerate((6, 5, 4))}
    shown = ((0, 1), (1, 2), (2, 0))
    for order, q in [(shown, (F(3, 7), F(2, 3), 1)), (shown[::-1], (F(4, 7), F(4, 5), 1))]:
        odds = [P3[i][j] / (1 - P3[i][j]) for i, j in order]
        assert auctions.skip_probabilities(odds) == q
        clicks = click_rates(Placement(order, q), ads, "cascade")
        assert clicks == {0: F(1, 7), 1: F(2, 7), 2: F(2, 7)}


def test_skip_rendering_charges_what_mnl_charges():
    out = auctions.skip_rendering([6, 5, 4], p=P3)
    mnl = auctions.content_vcg([6, 5, 4], p=P3)
    assert out.payments == mnl.payments
    assert out.details["clicks"] == mnl.details["clicks"]
    assert out.choice.render == (F(3, 7), F(2, 3), 1)


def test_skip_rendering_for_revenue():
    prior = auctions.Uniform(0, 10)
    out = auctions.skip_rendering([6, 8, 7], p=P3, priors=prior, objective="revenue")
    mnl = auctions.content_myerson([6, 8, 7], p=P3, priors=prior)
    assert out.payments == mnl.payments


@pytest.mark.parametrize("order", ["free", "fixed"])
def test_skip_rendering_is_truthful_in_expectation(order):
    verdict = axioms.check(
        "strategyproofness", auctions.skip_rendering,
        agents=3, grid=(0, 1, 2, 4, 7), p=P3, model="cascade", order=order,
    )  # fmt: skip
    assert verdict.status is axioms.HOLDS


COUNTEREXAMPLES = [
    (
        auctions.greedy,
        [[F(19, 20), F(1, 20)], [F(1, 10), F(99, 1000)], [F(1, 20), F(1, 20)]],
        (1, 9, 16), 1, 10, F(99, 1000), F(19, 200),
    ),
    (
        auctions.p_surrogate,
        [[F(1, 20), F(1, 100)], [F(1, 100), F(19, 20)], [F(9, 10), F(1, 2)]],
        (20, 8, 12), 2, 17, F(9, 10), F(891, 1000),
    ),
    (
        auctions.mnl_value_order,
        [[F(1, 2), F(9, 10)], [F(1, 10), F(1, 10)], [F(3, 5), F(3, 10)]],
        (3, 7, 4), 2, 6, F(3, 5), F(27, 50),
    ),
]  # fmt: skip
NAMES = ["greedy", "p_surrogate", "mnl_value_order"]


@pytest.mark.parametrize(("rule", "p", "values", "agent", "bid", "old", "new"), COUNTEREXAMPLES,
                         ids=NAMES)  # fmt: skip
def test_published_counterexamples(rule, p, values, agent, bid, old, new):
    raised = [bid if i == agent else v for i, v in enumerate(values)]
    assert rule(values, p=p).details["clicks"].get(agent, 0) == old
    assert rule(raised, p=p).details["clicks"].get(agent, 0) == new


@pytest.mark.parametrize(("rule", "p", "values", "agent", "bid", "old", "new"), COUNTEREXAMPLES,
                         ids=NAMES)  # fmt: skip
def test_the_checker_refutes_monotonicity(rule, p, values, agent, bid, old, new):
    problem = auctions.content_problem(values, p, model="cascade")
    verdict = axioms.check("allocation_monotonicity", rule, problem=problem)
    assert verdict.status is axioms.VIOLATED
    assert verdict.witness.replay(rule)
    exact = auctions.content_vcg
    assert axioms.check("allocation_monotonicity", exact, problem=problem).status is axioms.HOLDS


@pytest.mark.parametrize("rule", HEURISTICS)
def test_payments_are_refused_with_the_reason(rule):
    with pytest.raises(PaymentsUndefinedError, match="higher bid can lower"):
        rule([4, 10], p=[[0.5, 0.25], [0.25, 0.2]], payments=True)
    assert rule([4, 10], p=[[0.5, 0.25], [0.25, 0.2]]).payments is None


@pytest.mark.parametrize("rule", [*HEURISTICS, auctions.skip_rendering])
def test_another_model_is_refused(rule):
    problem = auctions.content_problem([1], [[0.5]], model="mnl")
    with pytest.raises(InvalidInputError, match="cascade"):
        rule(problem)


@settings(max_examples=60, deadline=None)
@given(instances())
def test_optima_across_models(instance):
    values, p, capacity = instance
    best = {
        name: auctions.content_vcg(values, p=p, capacity=capacity, **options).details["welfare"]
        for name, options in {
            "mnl": {},
            "fixed": {"model": "cascade", "order": "fixed"},
            "free": {"model": "cascade"},
        }.items()
    }
    assert best["mnl"] <= best["fixed"] <= best["free"] <= 2 * best["mnl"]


@settings(max_examples=40, deadline=None)
@given(instances())
def test_guarantees_and_certificates(instance):
    values, p, capacity = instance
    optimum = auctions.content_vcg(values, p=p, capacity=capacity, model="cascade")
    best = optimum.details["welfare"]
    assert best <= optimum.details["upper_bound"]
    floors = {
        auctions.greedy: 3,
        auctions.local_search: 3,
        auctions.p_surrogate: 2,
        auctions.mnl_value_order: 2,
        auctions.skip_rendering: 2,
    }
    for rule, factor in floors.items():
        out = rule(values, p=p, capacity=capacity)
        assert factor * out.details["welfare"] >= best >= out.details["welfare"]
        assert out.details["upper_bound"] >= best


@settings(max_examples=60, deadline=None)
@given(instances())
def test_greedy_by_its_definition(instance):
    values, p, capacity = instance
    problem = auctions.content_problem(values, p, capacity=capacity, model="cascade")
    market = market_of(problem)
    pairs, value = (), 0
    for _ in range(capacity):
        tries = [
            arranged((*pairs, (i, j)), values, market)
            for i in range(len(values))
            for j in range(len(p[0]))
            if i not in dict(pairs) and j not in dict(pairs).values()
        ]
        best = max(tries, key=lambda t: market.value(values, t), default=())
        if not market.value(values, best) > value:
            break
        pairs, value = best, market.value(values, best)
    # Several pairs may gain the same; the first of them is taken, as here.
    assert auctions.greedy(problem).details["welfare"] == value


def test_the_half_is_tight():
    e = F(1, 1000)
    # One position of its own for each ad.
    both = [[1 - e, F(0)], [F(0), e]]
    mnl = auctions.content_vcg([1, 1 / e], p=both).details["welfare"]
    cascade = auctions.content_vcg([1, 1 / e], p=both, model="cascade").details["welfare"]
    assert (mnl, cascade) == (1, F(1998001, 1000000))


def test_local_search_never_does_worse_than_greedy():
    rng = np.random.default_rng(3)
    for _ in range(10):
        values, p = rng.uniform(0, 1, 6), rng.uniform(0, 0.9, (6, 4))
        better = auctions.local_search(values, p=p, capacity=3).details["welfare"]
        assert better >= auctions.greedy(values, p=p, capacity=3).details["welfare"] - 1e-12
