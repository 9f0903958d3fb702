"""Minimal winning coalitions by brute force, and weights that merge or split."""

import itertools
import random
from fractions import Fraction as F

import pytest

from mechdesign.coalitional import (
    deegan_packel,
    holler,
    merging_gain,
    splitting_gain,
    voting_power,
)
from mechdesign.errors import InvalidInputError


def minimal(weights, quota):
    voters = range(len(weights))
    groups = [g for k in voters for g in itertools.combinations(voters, k + 1)]
    wins = [g for g in groups if sum(weights[i] for i in g) >= quota]
    return [g for g in wins if all(sum(weights[i] for i in g) - weights[j] < quota for j in g)]


@pytest.mark.parametrize("seed", range(30))
def test_indices_by_the_definition(seed):
    draw = random.Random(seed)
    weights = [draw.randint(0, 5) for _ in range(draw.randint(1, 7))]
    weights[0] += 1
    quota = F(draw.randint(1, 2 * sum(weights)), 2)
    groups = minimal(weights, quota)
    shares = [
        sum(F(1, len(g)) for g in groups if i in g) / len(groups) for i in range(len(weights))
    ]
    assert list(deegan_packel(weights, quota).values()) == shares
    seats = [sum(i in g for g in groups) for i in range(len(weights))]
    assert list(holler(weights, quota).values()) == [F(s, sum(seats)) for s in seats]


def test_weights_that_split_and_merge():
    # The first two of the specification: a veto is worth more in two hands, a vote of five less.
    assert splitting_gain([2, 2, 2], 6, 0, [1, 1]) == F(1, 4) + F(1, 4) - F(1, 3)
    assert splitting_gain([2, 2, 2], 5, 0, [1, 1]) == F(1, 6) - F(1, 3)
    assert splitting_gain([2, 2, 2], 6, 0, [1, 1], index="banzhaf") == 0
    assert splitting_gain([2, 2, 2], 6, 0, [1, 1], index="normalised") == F(1, 2) - F(1, 3)
    assert merging_gain({"a": 1, "b": 1, "c": 2, "d": 2}, 6, ["a", "b"]) == F(1, 3) - F(1, 2)
    # A new member may make an old one stronger.
    assert voting_power([3, 2, 2], 4).shapley[0] == F(1, 3)
    assert voting_power([3, 2, 2, 1], 5).shapley[0] == F(5, 12)


@pytest.mark.parametrize("seed", range(10))
def test_two_who_merge_add_their_banzhaf_power(seed):
    draw = random.Random(seed)
    weights = [draw.randint(1, 6) for _ in range(6)]
    quota = draw.randint(1, sum(weights))
    assert merging_gain(weights, quota, [1, 4], index="banzhaf") == 0
    parts = [1, weights[0] - 1]
    gain = splitting_gain(weights, quota, 0, parts)
    assert merging_gain([*parts, *weights[1:]], quota, [0, 1]) == -gain


def test_bad_input():
    for wrong in (([1, 1], 3), ([1, 1], 0), ([0.5, 1], 1), ([1, 1], 1.5)):
        with pytest.raises(InvalidInputError):
            deegan_packel(*wrong)
    for wrong in ([], [0, 0], [7]):
        with pytest.raises(InvalidInputError):
            merging_gain([1, 1], 1, wrong)
    with pytest.raises(InvalidInputError):
        merging_gain([1, 1], 1, [0], index="fame")
    for voter, parts in ((0, [1, 1]), (5, [1]), (0, [2, -1])):
        with pytest.raises(InvalidInputError):
            splitting_gain([1, 1], 1, voter, parts)


def test_labels_without_hash_are_refused_and_quotas_told_from_voters():
    with pytest.raises(InvalidInputError, match="members"):
        merging_gain([1, 2], 2, [[0]])
    with pytest.raises(InvalidInputError, match="voter"):
        splitting_gain([1, 2], 2, [0], [1])
    with pytest.raises(InvalidInputError, match="weights"):
        holler({"quota": 1.5, "a": 1}, 1)
