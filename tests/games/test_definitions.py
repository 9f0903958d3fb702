"""Solutions of games against their definitions, by brute force on all strict 2x2 games."""

import itertools
import random
from fractions import Fraction as F

import pytest

from mechdesign import games
from mechdesign.errors import InfeasibleError
from mechdesign.games import definitions

ORDINAL = games.ordinal_games()
RULES = ("utilitarian", "egalitarian", "largest_product", "best_equilibrium")


def cells(game):
    rows = zip(*game.payoffs, strict=True)
    return {place: [F(x) for x in worth] for place, worth in zip(game.places, rows, strict=True)}


def random_games(count, seed=0, low=-3, high=4):
    rng = random.Random(seed)
    for _ in range(count):
        n = rng.choice((2, 2, 3))
        shape = [rng.randint(1, 3) for _ in range(n)]
        size = 1
        for k in shape:
            size *= k
        rows = tuple(tuple(rng.randint(low, high) for _ in range(size)) for _ in range(n))
        yield games.FiniteGame(tuple(range(n)), tuple(tuple(range(k)) for k in shape), rows)


def test_pure_equilibria():
    for game in (*ORDINAL, *random_games(200)):
        assert list(games.pure_equilibria(game)) == definitions.pure_equilibria(cells(game))


@pytest.mark.parametrize("name", RULES)
def test_rules_of_one_profile(name):
    rule, tied = getattr(games, name), getattr(definitions, name)
    for game in (*ORDINAL, *random_games(150)):
        expected = tied(cells(game))
        if not expected:
            with pytest.raises(InfeasibleError):
                rule(game)
            continue
        assert [one.choice for one in rule.winners(games.selection().problem(game))] == expected
        assert rule(game).choice == expected[0]
        if name != "largest_product":
            shared = rule(game, ties="lottery")
            chances = {(1, shared)} if not hasattr(shared, "support") else set(shared.support)
            assert {one.choice for _, one in chances} == set(expected)


def test_nash_welfare():
    for d, game in itertools.product((-1, 0, 1), (*ORDINAL[::7], *random_games(100))):
        disagreement = [F(d)] * len(game.players)
        expected = definitions.nash_welfare(cells(game), disagreement)
        if expected:
            assert games.nash_welfare(game, disagreement=d).choice == expected[0]
        else:
            with pytest.raises(InfeasibleError):
                games.nash_welfare(game, disagreement=d)
    for game in random_games(50, seed=3):
        # By one's own security there is always an answer.
        assert games.nash_welfare(game, disagreement="security").choice in set(game.profiles)


def test_correlated_equilibria_of_all_strict_games():
    for game in ORDINAL:
        lottery = games.correlated(game)
        chances = {one.choice: p for p, one in lottery}
        assert definitions.is_correlated(cells(game), chances)
        value = sum(p * sum(game.payoff(one)) for one, p in chances.items())
        assert value == definitions.correlated(cells(game))
        fair = games.best_correlated(game, "egalitarian")
        assert definitions.is_correlated(cells(game), fair.lottery)
        assert fair.value == min(fair.payoffs)
        assert fair.value >= min(games.best_correlated(game).payoffs)


def test_correlated_equilibria_of_larger_games_are_obeyed_and_no_worse_than_pure_ones():
    for game in random_games(40, seed=5):
        found = games.best_correlated(game)
        assert sum(found.lottery.values()) == 1
        assert not any(games.obedience_gaps(game, found.lottery).values())
        for profile in games.pure_equilibria(game):
            assert sum(game.payoff(profile)) <= found.value
            assert not any(games.obedience_gaps(game, {profile: 1}).values())


def test_mixed_equilibria_of_all_small_tables():
    """No chance on a grid is an equilibrium that no rectangle holds, and all corners are ones."""
    grid = [F(k, 6) for k in range(7)]
    levels = list(itertools.product((0, 1, 2), repeat=4))
    rng = random.Random(2)
    for _ in range(150):
        rows = (rng.choice(levels), rng.choice(levels))
        game = games.FiniteGame((0, 1), ((0, 1), (0, 1)), rows)
        found = games.mixed_equilibria(game)
        assert found
        for one in found:
            assert all(not any(games.regrets(game, corner)) for corner in one.corners)
        for p, q in itertools.product(grid, repeat=2):
            stable = not any(games.regrets(game, [(p, 1 - p), (q, 1 - q)]))
            held = any(
                one.first[0] <= p <= one.first[1] and one.second[0] <= q <= one.second[1]
                for one in found
            )
            assert stable == held


def test_dominated_actions_are_beaten_and_others_are_best_replies_to_something():
    rng = random.Random(4)
    grid = [(F(i, 6), F(j, 6), F(6 - i - j, 6)) for i in range(7) for j in range(7 - i)]
    for _ in range(60):
        table = [[(rng.randint(0, 4), 0) for _ in range(3)] for _ in range(3)]
        found = games.dominated(table, 0)
        weak = games.dominated(table, 0, kind="weak")
        assert set(found) <= set(weak)
        for action, mixture in found.items():
            assert sum(mixture.values()) == 1
            for column in range(3):
                mixed = sum(p * table[a][column][0] for a, p in mixture.items())
                assert mixed > table[action][column][0]
        for action, mixture in weak.items():
            gains = [
                sum(p * table[a][c][0] for a, p in mixture.items()) - table[action][c][0]
                for c in range(3)
            ]
            assert min(gains) >= 0
            assert max(gains) > 0
        for belief in grid:
            values = [sum(q * u for q, (u, _) in zip(belief, row, strict=True)) for row in table]
            best = {a for a in range(3) if values[a] == max(values)}
            assert not best & set(found)
            if min(belief) > 0:
                assert not best & set(weak)
