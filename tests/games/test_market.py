"""The market of customers who search: welfare, consideration, the place of a proposal."""

import itertools
import json
import math
from fractions import Fraction as F

import numpy as np
import pytest

from mechdesign import allocation, auctions
from mechdesign.errors import InvalidInputError
from mechdesign.games import (
    MarketGame,
    SeenChoice,
    choice_chances,
    first_proposal_bias,
    measure,
    play,
    random_agent,
    read_market,
)

DATA = {
    "customers": {
        "ann": {"needs": ["soup"], "amenities": ["wifi"], "willingness": 9},
        "bob": {"needs": ["soup", "tea"], "willingness": {"soup": 3, "tea": F(3, 2)}},
        "cy": {"needs": ["cake"], "willingness": 3},
    },
    "businesses": {
        "inn": {"menu": {"soup": 4, "tea": 2, "cake": 4}, "amenities": ["wifi"]},
        "bar": {"menu": {"soup": 3, "tea": 1}},
        "pub": {"menu": {"soup": 5, "tea": 1}, "amenities": ["wifi"]},
    },
}


def test_welfare_by_hand_and_by_trying_all_assignments():
    market = read_market(DATA)
    # ann takes the inn (9 - 4), bob the bar (9 - 4), cy nothing.
    assert market.optimal_welfare() == 10
    # The cheapest menus: ann's is the bar's, without wifi; cy's costs more than it is worth.
    assert market.menu_welfare() == -3 + 5 - 1
    offers = [[None, *market.arrived(c.name)] for c in market.customers]
    tried = [
        sum(0 if p is None else market.utility(p) for p in one)
        for one in itertools.product(*offers)
    ]
    assert max(tried) == market.optimal_welfare()


def test_the_best_of_the_first_proposals():
    listed = [
        {"customer": "ann", "business": "bar", "price": 1},
        {"customer": "ann", "business": "pub", "price": 6},
        {"customer": "bob", "business": "inn", "price": 5},
        {"customer": "ann", "business": "inn", "price": 4},
    ]
    market = read_market({**DATA, "proposals": listed})
    assert market.consideration_curve() == (F(4, 9), F(7, 9), 1)
    assert market.decisions == ("no proposals arrive at cy",)
    with pytest.raises(InvalidInputError, match="worth taking"):
        read_market({**DATA, "proposals": listed[:1]}).consideration_curve()


def test_markets_go_to_stable_matchings_and_to_assignments():
    market = read_market(DATA)
    proposers, receivers = market.preference_lists()
    assert proposers["ann"] == [["inn"], ["pub"]]
    chosen = allocation.deferred_acceptance(proposers, priorities=receivers).choice
    assert chosen["bob"] == "inn" or chosen["bob"] == "bar"
    values, names = market.values(), [b.name for b in market.businesses]
    found = auctions.lowest_prices(values, items=names).choice
    best = max(
        sum(row[k] for row, k in zip(values.values(), order, strict=True))
        for order in itertools.permutations(range(3))
    )
    assert sum(values[c][names.index(b)] for c, b in found.items() if b in names) == best


def test_files_are_read(tmp_path):
    written = json.dumps(DATA, default=float)
    (tmp_path / "m.json").write_text(written)
    assert read_market(tmp_path / "m.json") == read_market(DATA)
    assert read_market(DATA).customer("bob").willingness == 9


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"customers": []}, "customers"),
        ({"prices": 3}, "market"),
        ({"customers": {"ann": {"needs": ["x"]}}}, "customers"),
        ({"customers": {"ann": {"needs": "x", "willingness": 1}}}, "needs"),
        ({"customers": {"ann": {"needs": ["x", "x"], "willingness": 1}}}, "needs"),
        ({"customers": {"ann": {"needs": ["x"], "willingness": -1}}}, "willingness"),
        ({"customers": {"ann": {"needs": ["x"], "willingness": {"y": 1}}}}, "willingness"),
        ({"businesses": {"inn": {"menu": {"x": "cheap"}}}}, "menu"),
        ({"businesses": {"inn": {"prices": {}}}}, "businesses"),
        ({"proposals": {"a": 1}}, "proposals"),
        ({"proposals": [{"customer": "zoe", "business": "inn", "price": 1}]}, "customer"),
        ({"proposals": [{"customer": "ann", "business": "zoo", "price": 1}]}, "business"),
        ({"proposals": [{"customer": "ann", "business": "inn", "price": -1}]}, "price"),
    ],
)
def test_bad_markets_are_refused(change, named):
    with pytest.raises(InvalidInputError, match=named):
        read_market({**DATA, **change})


@pytest.mark.parametrize(("bonus", "rate"), [(math.log(10), 0.8333), (math.log(30), 0.9375)])
def test_the_rate_of_the_first_of_three_equal_proposals(bonus, rate):
    assert round(choice_chances([2, 2, 2], bonus)[0], 4) == rate


def drawn(bonus, scale, count, seed, equal=False):
    rng = np.random.default_rng(seed)
    worth = {"a": 1.0, "b": 1.0 if equal else 0.2, "c": 1.0 if equal else 1.7}
    found = []
    for _ in range(count):
        options = tuple(str(x) for x in rng.permutation(list(worth)))
        utilities = tuple(worth[x] for x in options)
        chances = choice_chances(utilities, bonus, scale)
        found.append(SeenChoice(options, utilities, int(rng.choice(3, p=chances))))
    return found


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("bonus", [math.log(10), 0.0, -0.7])
@pytest.mark.parametrize("equal", [True, False])
def test_the_bonus_is_recovered(seed, bonus, equal):
    found = first_proposal_bias(drawn(bonus, 1.3, 3000, seed, equal))
    assert abs(found.coefficient - bonus) < 3 * found.error
    assert found.error < 0.1
    low, high = found.interval()
    assert low < found.coefficient < high
    if equal:
        # One parameter: the likelihood is largest where the rate of the first is what was seen.
        rate = float(found.first)
        assert found.coefficient == pytest.approx(math.log(2 * rate / (1 - rate)), abs=1e-8)
        assert found.scale == 0
    else:
        assert found.scale == pytest.approx(1.3, abs=0.2)
    if bonus == 0.0:
        assert abs(found.matched) < 0.06
    else:
        assert (found.matched > 0) == (bonus > 0)


def test_the_matched_design_compares_options_with_themselves():
    seen = [
        *[SeenChoice(("a", "b"), (5, 1), 0)] * 10,
        *[SeenChoice(("b", "a"), (1, 5), 1)] * 10,
    ]
    found = first_proposal_bias(seen)
    assert found.matched == 0
    assert found.first == F(1, 2)
    biased = [SeenChoice(("a", "b"), (1, 1), 0)] * 5 + [SeenChoice(("b", "a"), (1, 1), 0)] * 5
    found = first_proposal_bias(biased)
    assert (found.matched, found.coefficient, found.error) == (1, math.inf, math.inf)
    assert found.interval() == (-math.inf, math.inf)
    assert first_proposal_bias(seen[:10]).matched is None


def test_choices_without_a_choice_are_counted():
    seen = [SeenChoice(("a", "b"), (1, 1), None), SeenChoice(("a",), (1,), 0)]
    with pytest.raises(InvalidInputError, match="several options"):
        first_proposal_bias(seen)
    found = first_proposal_bias([*seen, *drawn(0, 1, 50, 0)])
    assert (found.choices, found.without) == (50, 2)


@pytest.mark.parametrize("one", [("a",), ("a", "b", "c")])
def test_bad_choices_are_refused(one):
    with pytest.raises(InvalidInputError):
        SeenChoice(one, (1, 2), 0)
    with pytest.raises(InvalidInputError):
        SeenChoice(("a", "b"), (1, 2), 2)
    with pytest.raises(InvalidInputError):
        first_proposal_bias([one])


def test_agents_who_take_what_comes_first_are_found_out():
    def lazy(observation, rng):
        return observation["legal"][0 if rng.random() < 0.9 else int(rng.integers(3))]

    same = {
        "customers": {"ann": {"needs": ["x"], "willingness": 9}},
        "businesses": {name: {"menu": {"x": 4}} for name in "abc"},
    }
    found = measure(play(MarketGame(read_market(same)), [lazy], episodes=400), samples=100)
    effect = found.of("lazy", "position effect")
    assert effect.low > 1
    fair = measure(play(MarketGame(read_market(same)), [random_agent], episodes=400), samples=100)
    effect = fair.of("random_agent", "position effect")
    assert effect.low < 0 < effect.high


def test_businesses_may_have_seats():
    game = MarketGame(read_market(DATA), order="given", discounts=(0, 50))
    agents = {role: lambda o, rng: o["legal"][0] for role in game.roles}
    agents["inn"] = lambda o, rng: 50
    one = play(game, agents, episodes=1).episodes[0]
    # ann takes the inn at 2, bob at 3, cy at 2.
    assert one.payoffs == (7, 6, 1, 7, 0, 0)
    assert game.best_total(None) == 9 + 9 + 3


def test_items_that_nobody_sells_are_told():
    data = {
        "customers": {"ann": {"needs": ["Soup"], "willingness": 9}},
        "businesses": {"inn": {"menu": {"soup": 4}}},
        "proposals": [{"customer": "ann", "business": "inn", "price": 4, "items": ["cake"]}],
    }
    assert read_market(data).decisions == ("on no menu: Soup", "not on the menu of inn: cake")
