"""Winner determination and payments at their edges, against enumeration and the definition."""

import itertools
from fractions import Fraction as F

import numpy as np
import pytest

from mechdesign import auctions
from mechdesign.auctions.market.arrays import Market
from mechdesign.auctions.trade import better_trade
from mechdesign.auctions.winner import cascade, determination, mnl, payments
from mechdesign.auctions.winner.brute_force import enumeration
from mechdesign.errors import LimitReachedError
from mechdesign.model import Outcome, is_exact


def exact(rows):
    return np.array([[F(x) for x in row] for row in rows], dtype=object)


def market(rows, capacity, model="cascade", **parts):
    return Market(exact(rows), capacity, model, **parts)


def drawn(seed, n, m, kind):
    """Rates of one kind, and scores."""
    rng = np.random.default_rng(seed)
    table = rng.integers(0, 5, (n, m))
    if kind == "ads":
        table = np.repeat(table[:, :1], m, axis=1)
    if kind == "positions":
        table = np.repeat(table[:1], n, axis=0)
    scores = [F(int(s), 3) for s in rng.integers(-1, 7, n)]
    return [[F(int(x), 4) for x in row] for row in table], scores


@pytest.mark.parametrize("shape", [(1, 1), (1, 3), (3, 1), (2, 2), (3, 2), (3, 3)])
@pytest.mark.parametrize("seed", range(4))
def test_every_algorithm_of_a_cascade_finds_what_enumeration_finds(seed, shape):
    n, m = shape
    for kind, algorithm, order in (
        ("any", "subsets", "free"),
        ("any", "positions", "fixed"),
        ("positions", "position_rates", "free"),
        ("ads", "common_rates", "free"),
        ("ads", "common_rates", "fixed"),
    ):
        rows, scores = drawn(seed, n, m, kind)
        for capacity in range(m + 1):
            here = market(rows, capacity, order=order)
            told = determination.maximise(scores, here, algorithm=algorithm)
            best = enumeration(scores, here)
            assert told.value == best.value, (kind, algorithm, capacity)
            assert here.value(scores, told.pairs) == told.value
            assert len(told.pairs) <= capacity


@pytest.mark.parametrize("seed", range(8))
def test_ads_that_everybody_leaves_behind_come_first(seed):
    rng = np.random.default_rng(seed)
    n, m = 3, 3
    rows = np.repeat(rng.integers(1, 5, (n, 1)), m, axis=1)
    stay = tuple(F(int(k), 2) for k in rng.integers(0, 3, n))
    stay = (F(1), *stay[1:]) if seed % 2 else (*stay[:2], F(1))
    here = market([[F(int(x), 8) for x in row] for row in rows], 3, continuation=stay)
    scores = [F(int(s)) for s in rng.integers(1, 9, n)]
    assert cascade.common_rates(scores, here).value == enumeration(scores, here).value


@pytest.mark.parametrize("seed", range(10))
def test_the_bound_of_a_cascade_is_the_lowest_of_its_thresholds(seed):
    rows, scores = drawn(seed, 3, 3, "any")
    scores = [abs(s) + 1 for s in scores]
    here = market(rows, 2)
    bound = determination.upper_bound(scores, here)
    assert is_exact(bound)
    assert bound >= enumeration(scores, here).value

    def at(t):
        values = [max(s - t, 0) for s in scores]
        return t + mnl.independent(values, market(rows, 2, "independent")).value

    top = max(scores)
    lowest = min(at(top * F(k, 200)) for k in range(201))
    assert float(bound) <= float(lowest) + 0.01 * float(top)
    floats = determination.upper_bound(list(map(float, scores)), here)
    assert isinstance(floats, float)
    assert floats == pytest.approx(float(bound), abs=0.01 * float(top))


@pytest.mark.parametrize("seed", range(6))
def test_the_ways_to_solve_a_logit_market(seed):
    rng = np.random.default_rng(seed)
    odds = np.array(
        [[F(int(x), 3) for x in row] for row in rng.integers(0, 6, (3, 2))], dtype=object
    )
    scores = [F(int(s)) for s in rng.integers(0, 9, 3)]
    for capacity in (0, 1, 2):
        here = Market(odds / (1 + odds), capacity, "mnl", odds=odds)
        best = enumeration(scores, here).value
        assert mnl.parametric(scores, here).value == best
        assert mnl.parametric(scores, here, start=best).value == best
        told = determination.maximise(scores, here, algorithm="parametric")
        assert (told.value, told.algorithm) == (best, "parametric")
        if capacity:
            pytest.importorskip("scipy")
            told = determination.maximise(scores, here, algorithm="lp")
            assert (told.value, told.algorithm, told.solver) == (best, "lp", "HiGHS")
        without = payments.removal_optima(scores, here, mnl.parametric(scores, here))
        for i, value in without.items():
            others = [0 if k == i else s for k, s in enumerate(scores)]
            assert value == enumeration(others, here).value


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("model", ["independent", "cascade"])
def test_jumps_of_the_click_probability(seed, model):
    """Between two scores at which nothing jumps, the click probability stays as it is."""
    rows, scores = drawn(seed, 3, 2, "any")
    here = market(rows, 2, model)
    for i in range(3):
        found = payments.all_breakpoints(scores, here, i)
        places = [point.score for point in found]
        assert places == sorted(places)
        clicks = F(0)
        for k, point in enumerate(found):
            clicks += point.jump
            assert point.clicks == clicks
            end = places[k + 1] if k + 1 < len(found) else point.score + 2
            others = [*scores[:i], (point.score + end) / 2, *scores[i + 1 :]]
            chosen = determination.maximise(others, here)
            assert payments.clicks_of(here, chosen.pairs, i) == clicks
        last = max((p.score for p in found), default=F(0))
        upto = payments.breakpoints(scores, here, i, last + 1)
        assert upto == found
        paid = payments.threshold_payment([*scores[:i], last + 1, *scores[i + 1 :]], here, i, None)
        assert paid == sum(p.score * p.jump for p in found)


def test_payments_of_the_best_outcome_do_not_matter():
    setting = auctions.position()
    problem = setting.problem([1, 5], ctr=[1])
    poor = Outcome({0: 0}, {0: F(1, 2)}, problem=problem, setting=setting)
    told = [
        better_trade(
            setting, problem, poor, Outcome({1: 0}, pays, problem=problem, setting=setting)
        )
        for pays in (None, {1: 3}, {0: 1, 1: -2})
    ]
    assert told[0] is not None
    assert told[1] == told[0] == told[2]
    # Everybody gains the same: the surplus of 4 is shared.
    for agent, own in zip(problem.agents, problem.types, strict=True):
        gain = setting.utility(problem, agent, own, told[0]) - setting.utility(
            problem, agent, own, poor
        )
        assert gain == 2
    assert better_trade(setting, problem, told[0], poor) is None
    assert better_trade(setting, problem, poor, poor) is None


def test_what_is_paid_for_a_click():
    from mechdesign.auctions import Uniform

    for values in itertools.product((F(1, 4), F(3, 4), F(1)), repeat=3):
        found = auctions.myerson(list(values), ctr=[2, 1], priors=Uniform(0, 1))
        clicks, each = found.details["clicks"], found.details["per_click"]
        assert set(each) == {a for a in clicks if clicks[a] > 0}
        for agent, price in each.items():
            assert price * clicks[agent] == found.payments[agent]


def test_cascades_with_continuation_are_enumerated_while_they_are_small():
    def here(n):
        rows = [[F(1 + (i + j) % 3, 8) for j in range(n)] for i in range(n)]
        return market(rows, n, continuation=(F(1, 2),) * n)

    scores = [F(k + 1) for k in range(3)]
    told = determination.maximise(scores, here(3))
    assert told.algorithm == "enumeration"
    assert told.value == enumeration(scores, here(3)).value
    with pytest.raises(LimitReachedError, match="no algorithm is known"):
        determination.maximise([F(1)] * 12, here(12))
    for market_, algorithm in (
        (market([[F(1, 2), F(1, 2)]], 1), "common_rates"),
        (market([[F(1, 2), F(1, 3)], [F(1, 3), F(1, 2)]], 1, order="fixed"), "positions"),
        (market([[F(1, 2), F(1, 3)], [F(1, 2), F(1, 3)]], 1), "position_rates"),
        (market([[F(1, 2), F(1, 3)], [F(1, 3), F(1, 2)]], 1), "subsets"),
    ):
        assert (
            determination.maximise([F(1), F(2)][: market_.shape[0]], market_).algorithm == algorithm
        )
