"""The planner of a herd, free cascades, and hiring agents who are not known."""

import math
from fractions import Fraction as F

import numpy as np
import pytest

from mechdesign.errors import InvalidInputError, LimitReachedError
from mechdesign.information import (
    Planner,
    binary_hiring,
    cascade,
    explore_then_commit,
    herd_regret,
    learning_agent,
    planner_policy,
    replayed_agents,
    simulate_herd,
)


def policy(planner, precision, cost, discount, **options):
    return planner_policy(
        planner, precision=precision, cost=cost, discount=discount, grid=1000, **options
    )


@pytest.mark.parametrize(
    ("accuracy", "correct", "actions"),
    [(F(7, 10), F(49, 58), F(100, 29)), (F(3, 5), F(9, 13), F(50, 13)),
     (F(4, 5), F(16, 17), F(50, 17))],
)  # fmt: skip
def test_cascades_that_nobody_steers(accuracy, correct, actions):
    assert cascade(accuracy) == (correct, actions)
    free = simulate_herd(lambda b: float(accuracy) + 0 * b, runs=20_000, periods=60, rng=1)
    # Few sequences are still open after 60 agents; the last actions are those of herds.
    assert free.herding > 0.999
    assert free.first_herd == pytest.approx(float(actions), abs=0.08)


def names(found):
    return [one.name for one in found.phases]


def test_an_altruistic_planner_reveals_once_or_leaves_the_herd_alone():
    found = policy("altruistic", 0.7, 1, 0.9)
    assert names(found) == ["baseline", "reveal", "baseline"]
    inside = (found.beliefs >= 0.03) & (found.beliefs <= 0.97)
    assert np.allclose(found.values[inside], -0.3, atol=1e-12)
    assert found.phases[0].high == pytest.approx(0.03, abs=1e-3)
    assert found.phases[2].low == pytest.approx(0.97, abs=1e-3)
    # Where it does nothing, V = -C (1 - b) / (1 - delta).
    assert found.value(0.98) == pytest.approx(-0.02 / 0.1)
    assert max(found.error, found.grid_error) < 1e-12
    other = policy("altruistic", 0.6, 2, 0.9)
    assert other.value(0.5) == pytest.approx(-0.8)
    assert other.phases[0].high == pytest.approx(0.08, abs=2e-3)


def test_just_following():
    found = policy("altruistic", 0.7, 3, 0.8)
    assert names(found) == ["baseline", "follow", "reveal", "follow", "baseline"]
    ends = [one.high for one in found.phases]
    assert ends[:3] == pytest.approx([0.176, 0.2185, 0.7815], abs=2e-3)
    assert found.value(0.5) == pytest.approx(-0.9)
    assert found.value(0.9) == pytest.approx(-0.5)
    # -k (b - p) - C (1 - b) + delta ((b^2 + (1 - b)^2) V(b') + 2 b (1 - b) V(1/2)), exactly.
    b = F(4, 5)
    both = b**2 + (1 - b) ** 2
    after = -(1 - b**2 / both) / (1 - F(4, 5))
    exact = -3 * (b - F(7, 10)) - (1 - b)
    exact += F(4, 5) * (both * max(after, F(-9, 10)) + 2 * b * (1 - b) * F(-9, 10))
    assert exact == F(-8904, 10000)
    assert found.value(0.8) == pytest.approx(float(exact), abs=1e-9)


def test_a_biased_planner_obfuscates():
    found = policy("biased", 0.7, 1, 0.9)
    # Between 1/2 and p it pays for ever to keep agents from their signals: -k (p - b)/(1 - delta).
    for b in (0.55, 0.6, 0.65):
        assert found.value(b) == pytest.approx(-(0.7 - b) / 0.1, abs=1e-5)
    assert found.value(0.7) == pytest.approx(0, abs=1e-5)
    assert found.value(0.5) == pytest.approx(-2.8301, abs=5e-3)
    assert found.value(0.3) == pytest.approx(-5.43166, abs=2e-2)
    at = [one for one in found.phases if one.low < 0.6 < one.high]
    assert [(one.name, one.acts) for one in at] == [("obfuscate", "herd")]
    steep = policy("biased", 0.7, 3, 0.8)
    assert steep.value(0.6) == pytest.approx(-1.47965, abs=1e-3)
    assert steep.value(0.6) > -3 * 0.1 / 0.2
    assert steep.value(0.5) == pytest.approx(-1.81128, abs=1e-3)


def test_the_value_need_not_be_convex():
    # A concave kink at the baseline, whatever the grid.
    slope, where = planner_policy(precision=0.7, cost=2, discount=0.5, grid=1000).kink
    assert slope < -0.3
    assert min(abs(where - 0.3), abs(where - 0.7)) < 0.01


@pytest.mark.parametrize(
    ("planner", "cost", "discount"), [("altruistic", 3, 0.8), ("biased", 1, 0.9)]
)
def test_simulated_payoffs_are_the_values(planner, cost, discount):
    found = policy(planner, 0.7, cost, discount)
    seen = simulate_herd(found, runs=20_000, periods=160, rng=5)
    slack = 4 * seen.payoff_error + 2 * found.grid_error + 1e-9
    assert abs(seen.payoff - found.value(0.5)) < slack


def test_agents_who_are_not_bayesian():
    act = learning_agent(weight_on_public=0)
    b, q = np.array([0.99, 0.01]), np.array([0.6, 0.6])
    assert act(b, np.array([False, True]), q).tolist() == [False, True]
    push = learning_agent(conformity=5)
    assert push(np.array([0.55]), np.array([False]), np.array([0.7])).tolist() == [True]
    # Alone, everybody is right as often as the signal.
    alone = simulate_herd(lambda x: 0.7 + 0 * x, act, runs=2000, periods=50, rng=2)
    assert alone.correct == pytest.approx(0.7, abs=0.02)
    noisy = simulate_herd(
        lambda x: 0.7 + 0 * x, learning_agent(noise=0.5, rng=1), runs=2000, periods=20, rng=2
    )
    assert noisy.correct == pytest.approx(0.5, abs=0.02)


KINDS = [
    {},
    {"weight_on_public": 0.5},
    {"conformity": 1},
    {"noise": 0.1},
    {"weight_on_public": 0.3, "conformity": 0.5, "noise": 0.05},
]


@pytest.mark.parametrize("planner", ["altruistic", "biased"])
@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_a_planner_who_knows_the_rule_of_thumb_gets_what_it_expects(planner, kind):
    found = policy(planner, 0.7, 3, 0.8, agents=learning_agent(**kind))
    seen = simulate_herd(found, learning_agent(**kind, rng=3), runs=8000, periods=80, rng=4)
    slack = 4 * seen.payoff_error + 2 * found.grid_error + 1e-6
    assert abs(seen.payoff - found.value(0.5)) < slack
    # With the model of Bayesian agents nothing more is to be had.
    lost = herd_regret(policy(planner, 0.7, 3, 0.8), found, runs=2000)
    assert lost.regret >= -4 * lost.error - 2 * found.grid_error - 1e-9
    if not kind:
        assert lost.regret == 0


@pytest.mark.parametrize(("cost", "worth"), [(3, -0.3), (0.5, -0.15)])
def test_agents_who_ignore_each_other_are_taught_one_by_one(cost, worth):
    # Nothing is learnt: the cheaper of a wrong action now and then, and of full precision.
    alone = learning_agent(weight_on_public=0)
    found = policy("altruistic", 0.7, cost, 0.8, agents=alone)
    assert found.values == pytest.approx(worth / 0.2)
    assert {one.acts for one in found.phases} == {"own signal"}


def test_the_regret_of_a_wrong_model():
    alone = learning_agent(weight_on_public=0)
    wrong, right = policy("altruistic", 0.7, 3, 0.8), policy(
        "altruistic", 0.7, 3, 0.8, agents=alone
    )  # fmt: skip
    lost = herd_regret(wrong, right, rng=1)
    assert lost.expected == pytest.approx(-0.9)
    # It reveals once, for .9, and leaves the rest alone: they err with chance .3.
    assert lost.planned.payoff == pytest.approx(-0.9 - 0.8 * 0.3 / 0.2, abs=0.03)
    assert lost.best.payoff == pytest.approx(-1.5, abs=0.03)
    assert lost.regret == pytest.approx(0.6, abs=5 * lost.error)
    assert lost.to_dict()["regret"] == lost.regret
    assert "regret" in str(lost)
    assert str(lost) == str(herd_regret(wrong, right, rng=1))
    # A wrong price: what is paid is paid at the true one.
    cheap, dear = policy("altruistic", 0.7, 0.01, 0.8), policy("altruistic", 0.7, 10, 0.8)
    paid = herd_regret(cheap, dear)
    assert paid.planned.payoff == pytest.approx(-3)
    assert paid.regret > 4 * paid.error
    with pytest.raises(InvalidInputError):
        herd_regret(lambda b: b, right)


def test_what_is_wanted_and_paid_in_truth():
    free = simulate_herd(lambda b: 0.7 + 0 * b, runs=500, rng=1)
    other = simulate_herd(
        lambda b: 0.7 + 0 * b, runs=500, rng=1, planner=Planner("biased", precision=0.6, cost=2)
    )
    assert other.planner_cost == pytest.approx(0.2 * (1 - 0.9**100) / 0.1)
    assert free.planner_cost == 0
    for wrong in ({"wants": "wise"}, {"precision": 0.4}, {"cost": -1}, {"discount": 1}):
        with pytest.raises(InvalidInputError):
            Planner(**wrong)
    for wrong in ({"planner": "biased"}, {"believed": 3}, {"agent": 3}):
        with pytest.raises(InvalidInputError):
            simulate_herd(lambda b: 0.7 + 0 * b, **wrong)


def test_logs_are_replayed():
    log = [(name, state, action) for name, state, row in (
        ("a", "G", "GGB"), ("b", "B", "BBB"), ("c", "G", "BBB")) for action in row]  # fmt: skip
    seen = simulate_herd(lambda b: 0.8 + 0 * b, replayed_agents(log))
    assert seen.correct == pytest.approx(5 / 9)
    assert seen.beliefs.shape == (4, 3)
    # Two actions G in a row: 16/17, a herd, and what it does teaches nothing.
    first = simulate_herd(lambda b: 0.8 + 0 * b, replayed_agents(log[:3]))
    assert first.beliefs[:, 1] == pytest.approx([1 / 2, 4 / 5, 16 / 17, 16 / 17])
    for wrong in ([(1, "G")], [(1, "G", "X")], [(1, "G", "G"), (1, "B", "G")],
                  [*log, ("a", "G", "G")], []):  # fmt: skip
        with pytest.raises(InvalidInputError):
            replayed_agents(wrong)


def test_beliefs_and_tables():
    found = policy("altruistic", 0.7, 1, 0.9)
    seen = simulate_herd(found, runs=500, periods=5, rng=1)
    assert seen.beliefs.shape == (6, 3)
    assert seen.beliefs[0].tolist() == [0.5] * 3
    assert seen.correct == 1
    assert math.isclose(seen.planner_cost, 0.3)
    assert "reveal" in str(found)
    assert found.to_dict()["planner"] == "altruistic"
    assert len(seen.table()) == 6


@pytest.mark.parametrize(
    "wrong",
    [{"planner": "wise"}, {"precision": 0.4}, {"cost": -1}, {"discount": 1}, {"grid": 101},
     {"precisions": 0}, {"most": 0.5, "precision": 0.7}, {"loss": -1}],
)  # fmt: skip
def test_bad_planners(wrong):
    with pytest.raises(InvalidInputError):
        planner_policy(**wrong)


def test_the_regret_of_exploring_grows_as_the_two_thirds_power():
    problem = binary_hiring(0.7, [0.05, 0.05], common=True)
    horizons = [10**3, 10**4, 10**5, 10**6]
    means = []
    for horizon in horizons:
        runs = [explore_then_commit(problem, horizon, cap=5, rng=seed) for seed in range(20)]
        means.append(np.mean([run.regret for run in runs]))
    assert sum(run.obeyed for run in runs) >= 18
    slope = np.polyfit(np.log(horizons), np.log(means), 1)[0]
    assert 0.6 < slope < 0.72


def test_one_agent_and_agents_of_ones_own():
    problem = binary_hiring(F(4, 5), [F(1, 10)])
    run = explore_then_commit(problem, 100_000, cap=1, rng=2)
    assert run.obeyed
    assert run.committed <= run.optimum == pytest.approx(8 / 15)
    assert run.costs[0] == pytest.approx(0.1, abs=0.03)
    idle = explore_then_commit(problem, 1000, cap=1, rng=2, agents=lambda i, offers: offers < 0)
    assert idle.committed <= run.optimum
    with pytest.raises(InvalidInputError):
        explore_then_commit(binary_hiring(F(4, 5), [0], prior=F(1, 3)), 1000, cap=1)


@pytest.mark.parametrize(
    ("name", "functions"),
    [
        ("policy", {"policy": lambda b: np.full(len(b), np.nan)}),
        ("policy", {"policy": lambda b: np.array([0.5, 0.6])}),
        ("policy", {"policy": lambda b: None}),
        ("agent", {"agent": lambda b, signal, q: None}),
        ("agent", {"agent": lambda b, signal, q: signal[:3]}),
        ("agent", {"agent": lambda b, signal, q: np.full(len(b), np.nan)}),
    ],
)
def test_functions_that_answer_nonsense_are_refused(name, functions):
    words = {"policy": lambda b: 0.7 + 0 * b, "periods": 3, "runs": 10, **functions}
    with pytest.raises(InvalidInputError, match=name):
        simulate_herd(words.pop("policy"), **words)


@pytest.mark.parametrize("log", [None, 5, [(["a"], "G", "G")], [("a", np.array([1, 2]), "G")]])
def test_logs_that_are_none_are_refused(log):
    with pytest.raises(InvalidInputError, match="log"):
        replayed_agents(log)


def test_programmes_that_fill_the_memory_are_refused():
    with pytest.raises(LimitReachedError, match="precisions"):
        planner_policy(grid=50_000, precisions=5000)
