"""The policies of online matching against their definitions on random instances."""

import random
from fractions import Fraction

import pytest

import mechdesign as md
from mechdesign import matching
from mechdesign.matching import definitions
from mechdesign.matching.policies.discounts import discount


def instances(count, seed):
    draw = random.Random(seed)
    for _ in range(count):
        n, m = draw.randint(1, 4), draw.randint(1, 5)
        weights = {u: Fraction(draw.randint(1, 4)) for u in range(n)}
        arrivals = [
            {u: Fraction(draw.randint(1, 5), 5) for u in weights if draw.random() < 0.7}
            for _ in range(m)
        ]
        yield arrivals, weights


def graph(arrivals, weights):
    return matching.instance(arrivals, weights=weights, offline=list(weights))


def worth(name, arrivals, weights):
    return sum(md.get(f"matching.{name}")(graph(arrivals, weights)).utilities.values())


@pytest.mark.parametrize("name", ["greedy", "balance", "generalised_balance", "fully_adaptive"])
def test_policies_are_worth_what_their_definitions_are(name):
    for arrivals, weights in instances(120, name):
        found = worth(name, arrivals, weights)
        assert found == definitions.expected_reward(
            arrivals, weights, getattr(definitions, name)
        ), (arrivals, weights)


def test_ranking_is_the_mean_over_all_orders():
    for arrivals, weights in instances(40, "ranking"):
        found = worth("ranking", arrivals, weights)
        assert found == definitions.ranking(arrivals, weights)


def test_clairvoyant_is_the_best_online_policy():
    for arrivals, weights in instances(60, "clairvoyant"):
        assert matching.clairvoyant(graph(arrivals, weights)) == definitions.clairvoyant(
            arrivals, weights
        )


@pytest.mark.parametrize("name", ["random_available", "non_adaptive", "semi_adaptive"])
def test_other_policies_are_worth_what_their_definitions_are(name):
    for arrivals, weights in instances(120, name):
        expected = getattr(definitions, name)(arrivals, weights)
        assert worth(name, arrivals, weights) == expected, (arrivals, weights)


def test_capacities_are_balanced_by_their_used_share():
    draw = random.Random("capacity")
    for arrivals, weights in instances(80, "capacity"):
        capacity = {u: draw.randint(1, 3) for u in weights}
        problem = matching.instance(
            arrivals, weights=weights, offline=list(weights), capacities=capacity
        )
        found = sum(matching.capacity_balance(problem).utilities.values())
        assert found == definitions.capacity_balance(arrivals, weights, capacity)


def test_arrivals_are_poured_in_pieces():
    for arrivals, weights in instances(60, "pieces"):
        rule = matching.fractional_balance(pieces=5)
        found = sum(rule(graph(arrivals, weights)).utilities.values())
        g = discount("unequal_fluid")
        assert found == definitions.fractional_balance(arrivals, weights, g, 5)


def test_perturbed_greedy_draws_its_perturbations():
    arrivals = [{0: Fraction(1, 2), 1: Fraction(1, 3)}, {0: Fraction(1, 2)}, {1: Fraction(1)}]
    weights = {0: Fraction(2), 1: Fraction(3)}
    steps = 40
    ticks = [(k + 0.5) / steps for k in range(steps)]
    exact = sum(
        float(
            definitions.expected_reward(
                arrivals, weights, definitions.perturbed_greedy({0: a, 1: b})
            )
        )
        for a in ticks
        for b in ticks
    )
    found = matching.simulate(graph(arrivals, weights), "perturbed_greedy", 40_000).estimates[0]
    assert abs(found.reward.mean - exact / steps**2) < 0.03
