"""Utilities, coherence, exchange rates, listwise losses and reward weights, by worked figures."""

import itertools
import math
from fractions import Fraction as F

import numpy as np
import pytest

from mechdesign import pluralistic
from mechdesign.errors import InfeasibleError, InvalidInputError
from mechdesign.pluralistic.choices.choice_coherence import _measures
from mechdesign.stats import listwise, reward_weights

THREE = {
    **{(0, 1): 70, (1, 0): 30, (0, 2): 90, (2, 0): 10},
    **{(1, 2): 80, (2, 1): 20},
}


def test_case_five_has_the_likelihood_of_the_worked_example():
    fit = pluralistic.fit_utilities(THREE)
    assert fit.means == pytest.approx([0.858614179, 0.147775072, -1.006389251], abs=1e-7)
    assert fit.log_likelihood == pytest.approx(-143.688086761, abs=1e-8)
    # Newton's matrix against finite differences of the likelihood, on the space of sums 0.
    rng = np.random.default_rng(0)
    draws = []
    for _ in range(300):
        log = {}
        for i, j in itertools.combinations(range(3), 2):
            won = int(rng.binomial(100, fit.chances[i, j]))
            log[i, j], log[j, i] = won, 100 - won
        draws.append(pluralistic.fit_utilities(log).means)
    assert np.std(draws, axis=0) == pytest.approx(fit.errors, rel=0.15)


def test_the_unit_of_two_items():
    fit = pluralistic.fit_utilities({("a", "b"): 7, ("b", "a"): 3})
    assert fit.means[0] - fit.means[1] == pytest.approx(0.741614317187, abs=1e-9)
    assert list(fit.utilities.values()) == pytest.approx([1 / math.sqrt(2), -1 / math.sqrt(2)])


def simulated(rng, n=12, each=200):
    means = rng.normal(0, 1, n)
    means -= means.mean()
    log = {}
    for i, j in itertools.combinations(range(n), 2):
        p = 0.5 * math.erfc(-(means[i] - means[j]) / math.sqrt(2))
        won = min(each - 1, max(1, int(rng.binomial(each, p))))
        log[i, j], log[j, i] = won, each - won
    return means, log


def test_variances_of_their_own_stay_near_one_where_they_are():
    means, log = simulated(np.random.default_rng(4))
    plain = pluralistic.fit_utilities(log)
    own = pluralistic.fit_utilities(log, variances="own")
    assert own.log_likelihood >= plain.log_likelihood
    assert own.parameters == 22
    assert (own.variances > 0.5).all()
    assert (own.variances < 3).all()
    scale = means.std() / own.means.std()
    assert np.abs(own.means * scale - means).max() < 0.2
    assert (own.errors > 0).all()


def test_an_alternative_that_never_loses_is_refused():
    with pytest.raises(InfeasibleError, match="not finite"):
        pluralistic.fit_utilities({("a", "b"): 3, ("b", "c"): 1, ("c", "b"): 1})
    for bad in ([("a", "a")], [("a",)], {("a", "b"): -1}, []):
        with pytest.raises(InvalidInputError):
            pluralistic.fit_utilities(bad)


def tournament(rows):
    return np.array([[float(c) for c in row] for row in rows])


def test_circular_triads_of_a_tournament():
    wins = 10 * tournament(["01101", "00110", "00011", "10001", "01000"])
    found = _measures(wins, np.random.default_rng(0))
    assert found["circular triads"] == 4
    assert found["zeta"] == pytest.approx(0.2)
    listed = sum(
        sorted(int(wins[i, j] > 0) + int(wins[i, k] > 0) for i, j, k in itertools.permutations(t))
        == [1, 1, 1, 1, 1, 1]
        for t in itertools.combinations(range(5), 3)
    )
    assert listed == 4


def test_the_chance_of_a_cycle():
    wins = np.array([[0, 8, 4], [2, 0, 7], [6, 3, 0]], float)
    found = _measures(wins, np.random.default_rng(0))
    assert found["cyclic chance"] == pytest.approx(0.36)
    # 0 over 1 over 2 over 0: each chain of two breaks each form of transitivity.
    assert found["weak violations"] == 1
    assert found["strong violations"] == 1


@pytest.mark.parametrize("seed", range(2))
def test_chance_and_utilities_are_told_apart(seed):
    rng = np.random.default_rng(seed)
    _, log = simulated(rng, each=50)
    coherent = pluralistic.coherence(log, samples=60, rng=seed)
    assert coherent.p_utility > 0.01
    assert coherent.against_chance["zeta"] == 1
    rates = rng.random((12, 12))
    random = {}
    for i, j in itertools.combinations(range(12), 2):
        won = int(rng.binomial(50, rates[i, j]))
        random[i, j], random[j, i] = won, 50 - won
    chance = pluralistic.coherence(random, samples=60, rng=seed)
    assert chance.p_utility < 0.05
    assert chance.against_utility["zeta"] < 0.05
    again = pluralistic.coherence(random, samples=60, rng=seed)
    assert again.table().rows == chance.table().rows


def test_pairs_that_never_met_are_refused():
    with pytest.raises(InvalidInputError, match="1 never met"):
        pluralistic.coherence({("a", "b"): 1, ("b", "c"): 1})


def test_position_bias_needs_both_orders():
    rows = [("a", "b", "a")] * 8 + [("a", "b", "b")] * 2 + [("b", "a", "a")] * 4
    rows += [("b", "a", "b")] * 6 + [("a", "c", "a")]
    found = pluralistic.position_bias(rows)
    assert found.first == pytest.approx(0.7)
    assert (found.pairs, found.one_sided) == (1, 1)
    with pytest.raises(InvalidInputError, match="both orders"):
        pluralistic.position_bias([("a", "c", "a")])
    with pytest.raises(InvalidInputError, match="chosen"):
        pluralistic.position_bias([("a", "b", "c")])


def test_exchange_rates_and_their_limits():
    curve = pluralistic.AmountCurve
    x, y = (curve(a, b, (0, 0, 0), 1, 0.1, 100) for a, b in ((0.8, -0.2), (0.5, 0.1)))
    assert pluralistic.exchange_rate(x, y).amount == pytest.approx(0.548811636094)
    assert pluralistic.exchange_rate(x, y, 10).amount == pytest.approx(21.848584761223)
    with pytest.raises(InvalidInputError, match="amount"):
        pluralistic.exchange_rate(x, y, 1000)
    with pytest.raises(InfeasibleError, match="outside"):
        pluralistic.exchange_rate(x, y, 100)
    with pytest.raises(InfeasibleError, match="explains"):
        pluralistic.amount_curve({1: 0, 2: 5, 3: -4, 4: 5})
    with pytest.raises(InfeasibleError, match="not worth more"):
        pluralistic.amount_curve({1: 3, 2: 2, 4: 1})


def test_intervals_of_exchange_rates_cover():
    rng = np.random.default_rng(2)
    truth, hits = math.exp((0.8 * math.log(5) - 0.3) / 0.5), 0
    amounts = [1, 2, 4, 8, 16, 32, 64]
    for _ in range(200):
        x, y = (
            pluralistic.amount_curve({n: a * math.log(n) + b + rng.normal(0, 0.1) for n in amounts})
            for a, b in ((0.8, -0.2), (0.5, 0.1))
        )
        found = pluralistic.exchange_rate(x, y, 5)
        hits += found.low <= truth <= found.high
    # Normal intervals on 5 degrees of freedom cover a little less than they say.
    assert hits >= 170


def test_listwise_losses():
    assert listwise.pair_loss(0.3) == pytest.approx(0.554355244469)
    assert listwise.pair_loss(0.3, "hinge") == pytest.approx(0.7)
    assert listwise.pair_loss(0.3, "squared") == pytest.approx(0.04)
    assert listwise.lambda_loss([1, 0], [0.2, -0.1]) == pytest.approx(0.295169673084)
    assert listwise.lambda_loss([2, 1, 0], [0.1, 0.4, -0.3]) == pytest.approx(1.491363070)
    assert listwise.lambda_loss([2, 1, 0], [0.4, 0.1, -0.3]) == pytest.approx(1.559755442)
    assert listwise.list_likelihood_loss([2, 1, 0], [0.1, 0.4, -0.3]) == pytest.approx(1.508502101)
    assert listwise.list_likelihood_loss([1, 0], [0.2, -0.1]) == pytest.approx(0.554355244469)
    assert listwise.cross_entropy([2, 1, 0], [0.1, 0.4, -0.3]) == pytest.approx(1.005316052683)
    assert listwise.normalised_gain([3, 2, 1], [3, 2, 1]) == 1
    assert listwise.normalised_gain([3, 2, 1], [1, 2, 3]) < 1
    with pytest.raises(InvalidInputError, match="distinct"):
        listwise.list_likelihood_loss([1, 1], [0, 1])


def test_fronts_that_bend_inwards_have_points_without_weights():
    outwards = [(F(k, 10), 1 - F(k, 10) ** 2) for k in range(11)]
    inwards = [(F(k, 10), (1 - F(k, 10)) ** 2) for k in range(11)]
    for points, reached in ((outwards, 11), (inwards, 2)):
        found = reward_weights.supporting_weights(points)
        assert sum(w is not None for w in found) == reached
        for point, weights in zip(points, found, strict=True):
            if weights is not None:
                best = max(sum(w * x for w, x in zip(weights, p, strict=True)) for p in points)
                assert sum(w * x for w, x in zip(weights, point, strict=True)) == best


def test_weights_follow_agreement():
    found = reward_weights.agreement_weights([1, 1, 1], [(1, 0), (1, 0), (-1, 0)], 1)
    assert found[0] == found[1] > found[2]
    assert sum(found) == pytest.approx(1)
    assert reward_weights.agreement_weights([1, 3], [(1,), (2,)], 0) == pytest.approx((0.25, 0.75))


def test_the_study_tells_pooled_from_separate():
    from mechdesign.pluralistic.studies import pluralistic_minority

    lost = [pluralistic_minority(np.random.default_rng(k), users=20) for k in range(3)]
    assert all(one["accuracy"] == 1 for one in lost)
    assert all(one["maxmin"] < one["pooled"] for one in lost)


def test_intervals_of_coherence_hold_the_value_and_cover_no_preference():
    # Choices by tossing coins: resampling them again makes them look more decided than they were.
    draw = np.random.default_rng(1)
    covered = 0
    for seed in range(10):
        log = {}
        for i, j in itertools.combinations(range(5), 2):
            won = int(draw.binomial(40, 0.5))
            log[i, j], log[j, i] = won, 40 - won
        found = pluralistic.coherence(log, samples=40, rng=seed)
        for name, (low, high) in found.intervals.items():
            assert low <= found.values[name] <= high
        low, high = found.intervals["completeness"]
        covered += low <= 0.01
        assert low >= 0
        assert high <= 1
    assert covered >= 5


def test_few_amounts_have_wide_intervals():
    pytest.importorskip("scipy")
    draw = np.random.default_rng(1)
    hit = total = 0
    for _ in range(400):
        noise = draw.normal(size=(2, 3)) * 0.1
        worth = [
            {x: a * math.log(x) + b + e for x, e in zip((1, 10, 100), row, strict=True)}
            for (a, b), row in zip(((0.8, -0.2), (0.5, -0.1)), noise, strict=True)
        ]
        curves = [pluralistic.amount_curve(one) for one in worth]
        found = pluralistic.exchange_rate(*curves, 5)
        total += 1
        hit += found.low <= math.exp((0.8 * math.log(5) - 0.1) / 0.5) <= found.high
    assert hit / total > 0.92


GOOD = {("a", "b"): 7, ("b", "a"): 3}


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda: pluralistic.comparisons(None), "data"),
        (lambda: pluralistic.comparisons([("a", ["x"])]), "data"),
        (lambda: pluralistic.comparisons([("a", "")]), "data"),
        (lambda: pluralistic.comparisons([("a", None)]), "data"),
        (lambda: pluralistic.active_pairs(3, 2), "fit"),
        (lambda: pluralistic.position_bias(None), "rows"),
        (lambda: pluralistic.position_bias([(["a"], "b", "b")]), r"rows\[0\]"),
        (lambda: pluralistic.lottery_consistency(None, {}), "utilities"),
        (lambda: pluralistic.lottery_consistency({"a": 1}, ["a", "b"]), "lotteries"),
        (
            lambda: pluralistic.lottery_consistency(
                {"a": math.nan, "h": 1, "g": 0}, {"h": {"a": 1}, "g": {"a": 1}}
            ),
            r"utilities\['a'\]",
        ),
        (lambda: pluralistic.amount_curve([]), "utilities"),
        (lambda: pluralistic.amount_curve({1: 0, 2: 1, 4: 2}, least_fit=math.nan), "least_fit"),
        (lambda: pluralistic.exchange_rate(3, 4), "given"),
        (lambda: pluralistic.mixture({"u": 3}, 1), r"data\['u'\]"),
        (lambda: pluralistic.mixture([("u", "a", "")], 1), r"data\[0\]"),
        (lambda: pluralistic.mixture({"u": [("a", "b")]}, 1, rng=-1), "rng"),
        (lambda: pluralistic.mixture({"u": [("a", "b")]}, 1, start="x"), "start"),
        (lambda: pluralistic.mixture({"u": [("a", "b")]}, 1, start=[[math.nan, 0]]), "start"),
        (lambda: pluralistic.choose_groups({"u": [("a", "b")]}, 1, folds=5), "folds"),
        (lambda: reward_weights.supporting_weights(3), "points"),
        (lambda: reward_weights.agreement_weights([1, 1], [(1e200,), (1e200,)], 1), "gradients"),
        (lambda: listwise.pair_loss("x"), "margin"),
        (lambda: listwise.lambda_loss([1, 1], [1, 2], "junk"), "loss"),
        (lambda: listwise.discounted_gain([5000, 1], [1, 2]), r"labels\[0\]"),
    ],
)
def test_what_is_no_data_is_refused_by_name(call, named):
    with pytest.raises(InvalidInputError, match=named):
        call()


@pytest.mark.parametrize("slope", [0, -1, float("nan")])
def test_goods_of_which_more_is_not_better_have_no_exchange_rate(slope):
    x = pluralistic.AmountCurve(0.8, -0.2, (0, 0, 0), 1.0, 0.1, 100)
    y = pluralistic.AmountCurve(slope, 0.1, (0, 0, 0), 1.0, 0.1, 100)
    for pair in ((x, y), (y, x)):
        with pytest.raises(InvalidInputError, match="slope"):
            pluralistic.exchange_rate(*pair)
