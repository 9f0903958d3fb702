"""The rules against their definitions, on random games."""

import random
from fractions import Fraction as F

import numpy as np
import pytest

from mechdesign import coalitional as co
from mechdesign.coalitional import definitions
from mechdesign.errors import InfeasibleError


def random_game(rng, n):
    worths = [F(0), *(F(int(a), int(b)) for a, b in rng.integers(1, 12, ((1 << n) - 1, 2)))]
    one = co.game(worths)
    return one, lambda s: F(one.worth(s))


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 6])
def test_values(n):
    rng = np.random.default_rng(n)
    one, v = random_game(rng, n)
    assert list(co.shapley(one).choice) == definitions.shapley(v, n)
    assert list(co.banzhaf(one).choice) == definitions.banzhaf(v, n)
    cut = int(rng.integers(0, n))
    blocks = [b for b in ([*range(cut)], [*range(cut, n)]) if b]
    assert list(co.owen(one, blocks=blocks).choice) == definitions.owen(v, n, blocks)
    assert co.owen(one).choice == co.shapley(one).choice
    if n > 1:
        for (i, j), index in co.interactions(one).items():
            assert index == definitions.interaction(v, n, i, j)


def test_floats_are_near_the_fractions():
    rng = np.random.default_rng(0)
    one, _ = random_game(rng, 6)
    near = co.game([float(x) for _, x in one.items()])
    assert not near.exact
    for rule in (co.shapley, co.banzhaf, co.normalised_banzhaf, co.equal_division):
        assert np.allclose(rule(near).choice, np.array(rule(one).choice, dtype=float))


def test_huge_worths_stay_exact():
    one = co.game([0, 10**30, 1, 10**30 + 7])
    assert co.shapley(one).choice == (10**30 + 3, 4)


def test_a_table_of_twenty_players_adds_up():
    worths = np.random.default_rng(0).integers(0, 1000, 1 << 20)
    worths[0] = 0
    one = co.game(worths[: 1 << 14])
    assert sum(co.shapley(one).choice) == one.total
    large = co.Game(tuple(range(20)), worths)
    assert sum(co.shapley(large).choice) == large.total


@pytest.mark.parametrize("seed", range(4))
def test_the_nucleolus_has_smaller_excesses_than_random_imputations(seed):
    rng = np.random.default_rng(seed)
    one = co.game([0, 1, 1, int(rng.integers(2, 9)), 1, 6, int(rng.integers(2, 9)), 12])

    def excesses(x):
        return definitions.sorted_excesses(lambda s: F(one.worth(s)), list(x))

    least = excesses(co.nucleolus(one).choice)
    assert excesses(co.prenucleolus(one).choice) <= least
    for _ in range(300):
        a, b = sorted(int(k) for k in rng.integers(0, 91, 2))
        assert excesses([1 + F(a, 10), 1 + F(b - a, 10), 1 + F(90 - b, 10)]) >= least


def convex_game(rng, n):
    """Sums of unanimity games with weights that are not negative, and any own worths."""
    worths = [F(0)] * (1 << n)
    for mask in range(1, 1 << n):
        weight = F(int(rng.integers(0, 5)), int(rng.integers(1, 4)))
        for k in range(1 << n):
            if k & mask == mask:
                worths[k] += weight
    return co.game(worths)


def worth(game):
    return lambda s: F(game.worth(s))


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("rule", ["cis", "ensc", "solidarity"])
def test_divisions_of_any_game(rule, n):
    rng = np.random.default_rng(n)
    for _ in range(5):
        game, v = random_game(rng, n)
        found = list(getattr(co, rule)(game).choice)
        assert found == getattr(definitions, rule)(v, n)
        assert sum(found) == game.total


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_the_tau_value_is_there_where_the_definition_has_one(n):
    rng = np.random.default_rng(n)
    seen = set()
    for k in range(40):
        game = random_game(rng, n)[0] if k % 2 else convex_game(rng, n)
        expected = definitions.tau_value(worth(game), n)
        seen.add(expected is None)
        if expected is None:
            with pytest.raises(InfeasibleError, match="quasi-balanced"):
                co.tau_value(game)
        else:
            assert list(co.tau_value(game).choice) == expected
    assert False in seen
    assert n < 3 or True in seen


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_the_most_equal_point_of_the_core(n):
    rng = np.random.default_rng(n)
    for _ in range(12):
        game = convex_game(rng, n)
        found = list(co.dutta_ray(game).choice)
        assert found == definitions.dutta_ray(worth(game), n)
        v = worth(game)
        assert sum(found) == game.total
        assert all(sum(found[i] for i in s) >= v(s) for s in definitions.coalitions(n))
        least = np.cumsum(sorted(found))
        for _ in range(10):
            # A random point of the core of a convex game: contributions along orders, mixed.
            orders = [rng.permutation(n).tolist() for _ in range(3)]
            points = []
            for order in orders:
                x = [F(0)] * n
                for k, i in enumerate(order):
                    x[i] = v(frozenset(order[: k + 1])) - v(frozenset(order[:k]))
                points.append(x)
            mixed = [sum(xs) / 3 for xs in zip(*points, strict=True)]
            assert all(a >= b for a, b in zip(least, np.cumsum(sorted(mixed)), strict=True))


def told(outcome):
    return sorted(outcome.choice), tuple(outcome.pay(k) for k in range(len(outcome.problem)))


def test_cost_sharing():
    draw = random.Random(1)
    for _ in range(60):
        n = draw.randint(1, 4)
        needs = sorted(draw.randint(1, 6) for _ in range(n))
        cost = co.airport(needs)
        bids = [F(draw.randint(0, 12), 2) for _ in range(n)]

        def c(s, cost=cost):
            return F(cost.worth(s))

        def shares(s, c=c, n=n):
            inside = sorted(s)
            part = definitions.shapley(lambda t: c(frozenset(inside[k] for k in t)), len(inside))
            return [part[inside.index(k)] if k in s else F(0) for k in range(n)]

        served, paid = definitions.moulin(shares, bids)
        assert told(co.moulin(bids, costs=cost)) == (sorted(served), tuple(paid))
        served, paid = definitions.marginal_cost(c, bids)
        assert told(co.marginal_cost(bids, costs=cost)) == (sorted(served), tuple(paid))
