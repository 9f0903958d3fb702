"""Contracts and structures against their definitions: every strategy tried, every split."""

import itertools
import random
from fractions import Fraction as F

import pytest

from mechdesign.information import (
    acquisition,
    acquisition_optimal,
    binary_hiring,
    concavification,
    definitions,
    persuasion,
    receivers,
    temptations,
)


def simplex(draw, size, parts=8):
    cuts = sorted(draw.randint(0, parts) for _ in range(size - 1))
    ends = [0, *cuts, parts]
    return [F(b - a, parts) for a, b in itertools.pairwise(ends)]


def instance(seed):
    draw = random.Random(seed)
    agents, states = draw.choice((1, 2)), draw.choice((2, 3))
    actions = draw.randint(2, 3)
    hired = []
    for _ in range(agents):
        tables = [[simplex(draw, 2)] * states, [simplex(draw, 2) for _ in range(states)]]
        hired.append({"costs": [0, F(draw.randint(0, 6), 40)], "experiments": tables})
    return acquisition().problem(
        {
            "prior": simplex(draw, states),
            "payoff": [[draw.randint(-2, 3) for _ in range(states)] for _ in range(actions)],
            "agents": hired,
            "common": draw.random() < 0.5,
        }
    )


@pytest.mark.parametrize("seed", range(25))
def test_no_strategy_gains_and_the_value_is_what_the_contract_gives(seed):
    problem = instance(seed)
    found = acquisition_optimal(cap=3).solve(problem)
    assert found.details["certified"]
    assert definitions.best_deviation(problem, found.choice) == 0
    assert definitions.principal(problem, found.choice) == found.details["value"]
    for agent, costs in enumerate(problem.types):
        worth = definitions.utility(problem, found.choice, agent, costs, None)
        assert worth == found.utilities[agent] >= 0


@pytest.mark.parametrize("seed", range(15))
def test_the_modes_are_worth_less_than_correlated_recommendations(seed):
    problem = instance(seed)
    best = acquisition_optimal(cap=3).solve(problem).details["value"]
    for options in (
        {"efforts": "product"},
        {"efforts": "deterministic"},
        {"state": "unobserved"},
        {"others": "unseen"},
        {"budget": 1},
        {"cap": 2},
    ):
        found = acquisition_optimal(**{"cap": 3, **options}).solve(problem)
        assert found.details["value"] <= best
        assert definitions.best_deviation(problem, found.choice) == 0
        assert definitions.principal(problem, found.choice) == found.details["value"]


@pytest.mark.parametrize("seed", range(25))
def test_the_best_deviation_of_a_broken_contract(seed):
    # Temptations are found row by row and signal by signal; strategies are tried whole.
    draw = random.Random(seed)
    problem = binary_hiring(F(7, 10), [F(1, 20)] * 2, common=bool(seed % 2))
    contract = acquisition_optimal(cap=5).solve(problem).choice
    pays = {
        key: tuple(F(draw.randint(0, 5)) for _ in row) for key, row in contract.payments.items()
    }
    broken = type(contract)(contract.recommended, pays, contract.decisions)
    rows = temptations(problem, broken)
    best = {}
    for row in rows:
        key = row.agent, row.told
        best[key] = max(best.get(key, 0), row.gain)
    whole = [sum(gain for (k, _), gain in best.items() if k == agent) for agent in range(2)]
    assert max(whole) == definitions.best_deviation(problem, broken)


@pytest.mark.parametrize("seed", range(40))
def test_persuasion_is_the_best_split_of_the_prior(seed):
    draw = random.Random(seed)
    actions = draw.randint(2, 4)
    prior = F(draw.randint(1, 9), 10)
    receiver = [[draw.randint(-3, 3) for _ in range(2)] for _ in range(actions)]
    sender = [[draw.randint(-3, 3) for _ in range(2)] for _ in range(actions)]
    problem = receivers().problem(
        {"prior": [1 - prior, prior], "receiver": receiver, "sender": sender}
    )
    found = persuasion.solve(problem)
    expected = definitions.persuasion(prior, receiver, sender)
    assert found.details["certified"]
    assert found.details["value"] == expected == concavification(problem).value
