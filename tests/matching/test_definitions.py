"""The policies of online matching against their definitions on random instances."""

import random
from fractions import Fraction

import pytest

import mechdesign as md
from mechdesign import matching
from mechdesign.matching import definitions


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
