"""Receivers with information of their own: Bayes correlated equilibria by their definition."""

import itertools
from fractions import Fraction as F

import numpy as np
import pytest

from mechdesign.errors import InvalidInputError
from mechdesign.information import (
    bayes_correlated,
    full_disclosure,
    persuasion,
    prosecution,
    receivers,
)

COURT = prosecution(F(3, 10), F(1, 2))


def hint(right):
    return {("clean",): [right, 1 - right], ("dirty",): [1 - right, right]}


def test_without_information_it_is_persuasion():
    nothing = bayes_correlated(COURT, {("",): [1, 1]})
    assert nothing.value == persuasion(COURT).details["value"] == F(3, 5)
    assert nothing.certified
    assert "value 3/5" in str(nothing)


def test_who_knows_the_state_cannot_be_persuaded():
    known = bayes_correlated(COURT, {("clean",): [1, 0], ("dirty",): [0, 1]})
    assert known.value == full_disclosure(COURT).details["value"] == F(3, 10)


def test_the_more_receivers_know_the_less_can_be_brought_about():
    # By hand: a judge who hears "dirty" acts on the joint chances, so that the sender can convict
    # of the innocent mass at most what the guilty mass with the same hint balances.
    values = [bayes_correlated(COURT, hint(F(k, 8))).value for k in range(4, 9)]
    for k, value in zip(range(4, 9), values, strict=True):
        right = F(k, 8)
        dirty = min(F(3, 10) * right, F(7, 10) * (1 - right))
        clean = min(F(3, 10) * (1 - right), F(7, 10) * right)
        assert value == F(3, 10) + dirty + clean
    assert values == sorted(values, reverse=True)


def random_case(rng, alone):
    counts = (2, 2)
    rows = counts if alone else (4, 4)
    tables = [[[int(x) for x in rng.integers(-3, 4, 2)] for _ in range(k)] for k in rows]
    data = {
        "prior": [F(1, 3), F(2, 3)],
        "receivers": {"ann": tables[0], "bob": tables[1]},
        "actions": list(counts),
        "sender": [[int(x) for x in rng.integers(-3, 4, 2)] for _ in range(4)],
    }
    weights = rng.integers(0, 4, (2, 4)) + np.eye(2, 4, dtype=int)
    told = list(itertools.product("lh", "lh"))
    signals = {
        one: [F(int(weights[t, k]), int(weights[t].sum())) for t in range(2)]
        for k, one in enumerate(told)
    }
    return receivers().problem(data), signals


@pytest.mark.parametrize("seed", range(8))
def test_nobody_gains_by_disobedience_and_no_obedient_structure_is_better(seed):
    rng = np.random.default_rng(seed)
    problem, signals = random_case(rng, alone=seed % 2 == 0)
    found = bayes_correlated(problem, signals)
    data, setting = problem.data, receivers()

    def joint(state, told):
        return data.prior[state] * signals[told][state]

    def average(chances, what):
        return sum(
            joint(state, told) * p * what(actions, state, told)
            for (state, told), drawn in chances.items()
            for actions, p in drawn.items()
        )

    def sender(actions, state, told):
        return data.sender[data.position(actions)][state]

    assert average(found.chances, sender) == found.value
    for key, drawn in found.chances.items():
        assert joint(*key) > 0
        assert sum(drawn.values()) == 1
    for k, own in enumerate(problem.types):
        for heard, action in itertools.product("lh", range(2)):

            def gain(actions, state, told, k=k, own=own, heard=heard, action=action):
                if told[k] != heard or actions[k] != action:
                    return 0
                other = (*actions[:k], 1 - action, *actions[k + 1 :])
                return setting.payoff(problem, k, own, other, state) - setting.payoff(
                    problem, k, own, actions, state
                )

            assert average(found.chances, gain) <= 0
    # Knowing less, receivers can be brought to at least as much.
    assert persuasion(problem).details["value"] >= found.value


def test_a_price_is_what_a_unit_of_slack_is_worth():
    found = bayes_correlated(COURT, hint(F(3, 4)))
    binding = {key: price for key, price in found.prices.items() if price}
    assert binding
    assert all(price > 0 for price in binding.values())


@pytest.mark.parametrize(
    ("signals", "word"),
    [
        ({}, "signals"),
        ({"clean": [1, 1]}, "1 signals"),
        ({("a", "b"): [1, 1]}, "1 signals"),
        ({("a",): [1]}, "2 chances"),
        ({("a",): [1, -1], ("b",): [0, 2]}, "from 0 on"),
        ({("a",): [1, F(1, 2)]}, "in state 1.*sum to 1"),
        ({("a",): [1.0, float("nan")]}, "finite"),
        (3, "signals"),
    ],
)
def test_bad_signals(signals, word):
    with pytest.raises(InvalidInputError, match=word):
        bayes_correlated(COURT, signals)


def test_floats_are_solved_too():
    found = bayes_correlated(prosecution(0.3, 0.5), hint(0.75))
    assert found.value == pytest.approx(0.55)
    with pytest.raises(InvalidInputError, match="problem"):
        bayes_correlated([1], {("",): [1]})
