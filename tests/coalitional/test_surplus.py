"""Values from what is left over, and the most equal point of the core, against definitions."""

from fractions import Fraction as F

import numpy as np
import pytest

from mechdesign import axioms
from mechdesign import coalitional as co
from mechdesign.coalitional import definitions
from mechdesign.errors import InfeasibleError

RULES = ("cis", "ensc", "solidarity", "tau_value", "dutta_ray")


def random_game(rng, n, kind="value"):
    worths = [F(0), *(F(int(a), int(b)) for a, b in rng.integers(1, 12, ((1 << n) - 1, 2)))]
    return co.game(worths, kind=kind)


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
        game = random_game(rng, n)
        found = list(getattr(co, rule)(game).choice)
        assert found == getattr(definitions, rule)(worth(game), n)
        assert sum(found) == game.total


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_the_tau_value_is_there_where_the_definition_has_one(n):
    rng = np.random.default_rng(n)
    seen = set()
    for k in range(40):
        game = random_game(rng, n) if k % 2 else convex_game(rng, n)
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


def test_games_that_are_not_convex_have_no_such_point():
    with pytest.raises(InfeasibleError, match="convex"):
        co.dutta_ray([0, 1, 1, 1])
    with pytest.raises(InfeasibleError, match="submodular"):
        co.dutta_ray(co.game([0, 1, 1, 3], kind="cost"))


@pytest.mark.parametrize("rule", RULES)
def test_costs_are_worths_with_the_other_sign(rule):
    # A runway: whoever needs more pays more.
    needs = [1, 2, 4]
    table = [max((needs[i] for i in range(3) if k >> i & 1), default=0) for k in range(8)]
    paid = getattr(co, rule)(co.game(table, kind="cost")).choice
    gained = getattr(co, rule)(co.game([-x for x in table])).choice
    assert list(paid) == [-x for x in gained]
    assert sum(paid) == 4


def test_the_runway_by_hand():
    runway = co.game([0, 1, 2, 2, 4, 4, 4, 4], kind="cost")
    # The first two cost 1 a head together, all three 4/3; the third pays what it adds.
    assert co.dutta_ray(runway).choice == (1, 1, 2)
    # What each adds to the others is 0, 0 and 2; the most they can be charged is 1, 2 and 4.
    assert co.tau_value(runway).choice == (F(2, 5), F(4, 5), F(14, 5))


@pytest.mark.parametrize("unit", [1, 10**-9, 10**9])
@pytest.mark.parametrize("rule", RULES)
def test_floats_in_any_unit(rule, unit):
    game = convex_game(np.random.default_rng(5), 4)
    exact = [float(x) for x in getattr(co, rule)(game).choice]
    near = co.game([float(x) * unit for _, x in game.items()])
    assert not near.exact
    assert np.allclose(np.array(getattr(co, rule)(near).choice) / unit, exact)


def test_large_integers_stay_exact():
    big = 2**60
    game = co.game([0, big, big, 2 * big + 1])
    assert co.dutta_ray(game).choice == (big + F(1, 2), big + F(1, 2))
    assert co.solidarity(game).choice == (big + F(1, 2), big + F(1, 2))
    assert co.tau_value(game).choice == co.cis(game).choice == co.ensc(game).choice


def test_two_players_share_the_surplus():
    for rule in (co.cis, co.ensc, co.tau_value, co.shapley, co.nucleolus):
        assert rule({"A": 1, "B": 2, "A+B": 7}).choice == (3, 4)


def test_the_checker_tells_them_apart():
    words = {"agents": 3, "values": 2}
    assert axioms.check("null_player", co.cis, **words).violated
    assert axioms.check("additivity", co.ensc, **words).holds
    assert axioms.check("null_player", co.solidarity, **words).violated
    assert axioms.check("core_selection", co.dutta_ray, agents=3, values=3, kind="convex").holds
