"""Values from what is left over, and the most equal point of the core, by hand."""

from fractions import Fraction as F

import numpy as np
import pytest

from mechdesign import axioms
from mechdesign import coalitional as co
from mechdesign.errors import InfeasibleError

from .test_definitions import convex_game

RULES = ("cis", "ensc", "solidarity", "tau_value", "dutta_ray")


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
