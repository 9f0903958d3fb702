"""Rules over platforms against their definitions, in plain lines."""

import random
from fractions import Fraction as F

import numpy as np
import pytest

from mechdesign import elections, facility
from mechdesign.elections import definitions
from mechdesign.elections.setting import listed_rankings
from mechdesign.errors import UndecidedError

pytest.importorskip("scipy")


def random_contests(count, seed, kind):
    draw = random.Random(seed)
    rankings = listed_rankings(5, kind)
    for _ in range(count):
        n = draw.randint(1, 6)
        table = [draw.choice(rankings) for _ in range(n)]
        weights = [F(draw.randint(1, 6), draw.randint(1, 3)) for _ in range(n)]
        yield table, weights, elections.utility_contest(table, weights=weights)


def test_median_is_the_first_platform_that_no_other_beats():
    for table, weights, contest in random_contests(150, 1, "single_peaked"):
        assert elections.median(contest).choice == definitions.median(table, weights)


def test_median_refuses_a_voter_with_two_peaks():
    with pytest.raises(UndecidedError, match="voter 1 likes 1, between 0 and 2"):
        elections.median(elections.utility_contest([[2, 1, 0], [2, 0, 1]]))


def test_copeland_is_the_first_with_the_best_score():
    for table, weights, contest in random_contests(100, 2, "all"):
        assert elections.copeland(contest).choice == definitions.copeland(table, weights)


def test_a_maximal_lottery_gains_nothing_for_anybody():
    for table, weights, contest in random_contests(40, 3, "all"):
        found = elections.maximal_lottery(contest)
        chances = [F(0)] * 5
        for p, outcome in found:
            chances[outcome.choice] = p
            assert outcome.details["gap"] == 0
        assert definitions.maximal_lottery(table, weights, chances) == 0


def test_adversarial_is_a_fixed_point():
    table = [[0, 0.8, 0.5, -0.3], [0.4, -0.6, 0.3, 0.9]]
    reference = [0.1, 0.2, 0.3, 0.4]
    for beta in (0.1, 0.02):
        found = elections.adversarial(beta=beta, ref=tuple(reference))(
            elections.utility_contest(table)
        )
        chances = [p for p, _ in found]
        assert definitions.adversarial(table, [0.5, 0.5], reference, beta, chances) < 1e-10


def test_on_a_line_the_median_is_that_of_facility_location():
    draw = random.Random(4)
    for _ in range(100):
        voters = [F(draw.randint(0, 40), 4) for _ in range(draw.choice((1, 3, 5, 7, 9)))]
        contest = elections.contest(voters)
        problem = contest.to_facility()
        where = facility.line(*problem.data)
        assert elections.median(contest).choice == facility.median(setting=where)(problem).choice


def test_majority_relations_by_definition():
    draw = np.random.default_rng(5)
    for _ in range(20):
        voters = draw.integers(0, 6, size=(int(draw.integers(1, 8)), 2)).tolist()
        contest = elections.contest(voters, "0:3,0:2")
        table = [[contest.utility(i, j) for j in range(contest.m)] for i in range(len(contest))]
        ones = [1] * len(contest)
        for x in range(contest.m):
            beaten = [y for y in range(contest.m) if definitions.lead(table, ones, y, x) > 0]
            assert elections.win_set(contest, contest.platforms[x]) == tuple(
                contest.platforms[y] for y in beaten
            )
