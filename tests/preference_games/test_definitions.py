"""The rules of preference games against their definitions on random profiles."""

from fractions import Fraction as F

import numpy as np

from mechdesign import preference_games as pg
from mechdesign.preference_games import definitions


def profiles(count, seed):
    rng = np.random.default_rng(seed)
    for _ in range(count):
        yield pg.comparers().sample(rng, int(rng.integers(1, 7)), alternatives=4)


def chances(problem, lottery):
    found = dict.fromkeys(problem.data.alternatives, 0)
    found.update({outcome.choice: p for p, outcome in lottery})
    return list(found.values())


def test_rules_choose_what_their_definitions_say():
    for problem in profiles(60, 1):
        game = pg.population_game(problem)
        rates = [[game.rate(a, b) for b in game.alternatives] for a in game.alternatives]
        maximal = chances(problem, pg.maximal_lotteries(problem))
        extreme = chances(problem, pg.maximal_lotteries(problem, selection="vertex"))
        for p in (maximal, extreme):
            assert definitions.maximal_lotteries(rates, p)
        averaged = chances(problem, pg.nash_averaging(problem))
        assert definitions.nash_averaging(rates, averaged, [maximal, extreme])
        soft = chances(problem, pg.regularised_lottery(problem, beta=F(1, 5)))
        assert definitions.regularised_lottery(rates, [1] * 4, F(1, 5), soft) < 1e-12


def test_definitions_refuse_what_is_wrong():
    game = [[F(1, 2), F(3, 4)], [F(1, 4), F(1, 2)]]
    assert not definitions.maximal_lotteries(game, [F(1, 2), F(1, 2)])
    assert not definitions.nash_averaging(game, [F(1, 2), F(1, 2)], [])
    assert definitions.regularised_lottery(game, [1, 1], 1, [0.5, 0.5]) > 0.01
