"""Measures: by definition on small cases, by brute force over plays, and their intervals."""

import itertools
import math
from fractions import Fraction as F

import numpy as np
import pytest

from mechdesign import aggregation
from mechdesign.errors import InvalidInputError
from mechdesign.games import (
    STRATEGIES,
    DivisionGame,
    DonorGame,
    MarketGame,
    OffersGame,
    RepeatedTable,
    TradeGame,
    alternating_offers,
    best_replies_by_round,
    finite,
    from_strategy,
    manipulation_loss,
    measure,
    perfect_play,
    play,
    random_agent,
    read_market,
    ring,
    score_grid,
)
from mechdesign.games.agents.measuring import equilibrium_points
from mechdesign.stats.intervals import bootstrap_ratios

DILEMMA = finite([[(8, 8), (0, 10)], [(10, 0), (5, 5)]], "AB", "CD")
SEXES = finite([[(10, 7), (0, 0)], [(0, 0), (7, 10)]], "AB", "FB")
MARKET = read_market(
    {
        "customers": {
            "ann": {"needs": ["soup"], "amenities": ["wifi"], "willingness": 9},
            "bob": {"needs": ["soup", "tea"], "willingness": {"soup": 3, "tea": F(1, 2)}},
        },
        "businesses": {
            "inn": {"menu": {"soup": 4, "tea": 2}, "amenities": ["wifi"]},
            "bar": {"menu": {"soup": 3, "tea": 1}},
        },
    }
)
SMALL = [
    RepeatedTable(DILEMMA, rounds=2, cooperate="C"),
    RepeatedTable(SEXES, rounds=1),
    OffersGame((F(1, 2), F(2, 3)), horizon=3, units=4, money=4),
    OffersGame((1, F(3, 4)), horizon=2, units=3),
    TradeGame(1, 3, horizon=2),
    TradeGame(1, 3, horizon=3, first="buyer"),
    TradeGame(3, 1, horizon=1),
    TradeGame((1, 2), (2, 3), horizon=1),
    DonorGame(rounds=4, step=50),
    DonorGame(rounds=3, step=50, donors="alternate", factor=F(1, 2)),
    DivisionGame(3),
    DivisionGame(3, reply=True),
    MarketGame(MARKET),
    MarketGame(MARKET, order="given", discounts=(0, 50)),
]


def plays(rules, nature, history=()):
    """All histories that end."""
    movers = rules.movers(nature, history)
    if not movers:
        yield history
        return
    for moves in itertools.product(*(rules.legal(nature, history, k) for k in movers)):
        joint = [None] * len(rules.roles)
        for k, move in zip(movers, moves, strict=True):
            joint[k] = move
        yield from plays(rules, nature, (*history, tuple(joint)))


def values(rules, nature, history):
    """The payoffs of subgame-perfect play where one moves at a time; accepts where it is equal."""
    movers = rules.movers(nature, history)
    if not movers:
        return rules.payoffs(nature, history)
    (seat,) = movers
    found = []
    for move in rules.legal(nature, history, seat):
        joint = tuple(move if k == seat else None for k in range(len(rules.roles)))
        found.append((move == "accept", values(rules, nature, (*history, joint))))
    return max(found, key=lambda one: (one[1][seat], one[0]))[1]


@pytest.mark.parametrize("rules", SMALL, ids=lambda e: e.name)
@pytest.mark.parametrize("seed", [0, 1])
def test_the_best_total_is_that_of_the_best_play(rules, seed):
    nature = rules.nature(np.random.default_rng(seed))
    found = {history: sum(rules.payoffs(nature, history)) for history in plays(rules, nature)}
    assert max(found.values()) == rules.best_total(nature)


@pytest.mark.parametrize(
    "rules",
    [e for e in SMALL if isinstance(e, (OffersGame, TradeGame, DivisionGame)) and e != SMALL[6]],
    ids=lambda e: e.name,
)
def test_subgame_perfect_moves_are_those_of_backward_induction(rules):
    nature = rules.nature(np.random.default_rng(0))
    history = perfect_play(rules, nature)
    if nature is not None:
        assert history is None
        return
    assert rules.payoffs(nature, history) == values(rules, nature, ())
    # Off the path, too.
    for end in itertools.islice(plays(rules, nature), 60):
        for t in range(len(end)):
            (seat,) = rules.movers(nature, end[:t])
            move = rules.perfect(nature, end[:t], seat)
            joint = tuple(move if k == seat else None for k in range(2))
            mine = values(rules, nature, (*end[:t], joint))[seat]
            assert mine == values(rules, nature, end[:t])[seat]


@pytest.mark.parametrize("horizon", [1, 2, 3, 12, 99])
@pytest.mark.parametrize("pair", [(F(19, 20), F(19, 20)), (F(9, 10), F(4, 5)), (1, F(9, 10))])
def test_whole_units_come_near_to_the_shares_of_alternating_offers(pair, horizon):
    game = OffersGame(pair, horizon=horizon, units=100_000)
    share = alternating_offers(*pair, horizon=horizon).shares[0]
    assert abs(F(game.perfect(None, (), 0), 100_000) - share) <= F(20, 100_000)


def test_prices_of_the_last_proposer():
    assert [TradeGame(80, 120, horizon=t).perfect(None, (), 0) for t in (1, 10)] == [120, 80]
    assert TradeGame(120, 80).best_total(None) == 0


def agents_of(*names):
    return {f"{k} {name}": from_strategy(name) for k, name in enumerate(names)}


def rates(game, *names):
    return measure(play(game, agents_of(*names), episodes=1))


def test_cooperation_and_its_denominators():
    game = RepeatedTable(DILEMMA, rounds=10, cooperate="C")
    found = rates(game, "tit_for_tat", "all_d")
    assert found.of("0 tit_for_tat", "cooperation").value == F(1, 10)
    one = found.of("0 tit_for_tat", "retaliation")
    assert (one.value, one.count, one.low, one.high) == (1, 9, 1, 1)
    with pytest.raises(InvalidInputError, match="forgiveness"):
        found.of("0 tit_for_tat", "forgiveness")

    def once(observation, rng):
        return "D" if observation["round"] == 2 else "C"

    for name, forgives in (("tit_for_tat", 1), ("grim", 0)):
        found = measure(play(game, {"x": from_strategy(name), "once": once}, episodes=1))
        assert found.of("x", "retaliation").value == 1
        one = found.of("x", "forgiveness")
        assert (one.value, one.count) == (forgives, 7)


def test_regret_and_best_replies():
    game = RepeatedTable(DILEMMA, rounds=10)
    found = rates(game, "all_c", "all_d")
    assert found.of("0 all_c", "regret").value == 5
    assert found.of("1 all_d", "regret").value == 0
    assert found.of("0 all_c", "best replies").value == 0
    assert found.of("0 all_c", "distance to subgame-perfect").value == 1
    assert found.of("1 all_d", "gap to best reply").value == 0
    assert found.of("0 all_c", "efficiency").value == F(10, 16)
    assert best_replies_by_round(play(game, agents_of("all_d", "all_d"), episodes=1)) == {
        "0 all_d": [1] * 10,
        "1 all_d": [1] * 10,
    }
    # A fixed action may be best against everything although every round had a better one.
    pennies = RepeatedTable([[(1, 0), (0, 1)], [(0, 1), (1, 0)]], rounds=2)
    turns = {"x": lambda o, rng: 1 - (o["round"] % 2), "y": lambda o, rng: o["round"] % 2}
    found = measure(play(pennies, turns, episodes=1))
    assert found.of("x", "gap to best reply").value == 1
    assert found.of("x", "regret").value == F(1, 2)


@pytest.mark.parametrize("rules", SMALL, ids=lambda e: e.name)
def test_hindsight_is_what_another_move_would_have_given(rules):
    found = play(rules, dict.fromkeys(rules.roles, random_agent), episodes=5, rng=3)
    for one in found.episodes:
        for seat, role in enumerate(rules.roles):
            changed = []
            for t, joint in enumerate(one.history):
                if joint[seat] is not None:
                    for move in rules.legal(one.nature, one.history[:t], seat):
                        new = list(joint)
                        new[seat] = move
                        history = (*one.history[:t], tuple(new))
                        if not rules.movers(one.nature, history) and move != joint[seat]:
                            changed.append(rules.payoffs(one.nature, history)[seat])
            single = measure(type(found)(rules, (one,)), samples=2)
            if changed and not isinstance(rules, RepeatedTable):
                assert single.of(role, "regret").value == max(0, max(changed) - one.payoffs[seat])


def test_orders_of_rationality_on_a_ring():
    matrices = [
        [[8, 20, 12], [0, 8, 16], [18, 12, 8]],
        [[14, 18, 4], [20, 8, 14], [0, 16, 18]],
        [[20, 14, 8], [16, 2, 18], [0, 16, 16]],
        [[12, 16, 14], [8, 12, 10], [6, 10, 8]],
    ]
    game = RepeatedTable(ring(matrices), rounds=1)
    assert perfect_play(game) == ((0, 1, 0, 0),)
    agents = {f"p{k}": lambda o, rng, k=k: (2, 2, 2, 0)[k] for k in range(4)}
    found = measure(play(game, agents, episodes=1))
    consistent = {
        k: [found.of(f"p{k}", f"rationality order {order}").value for order in (1, 2, 3, 4)]
        for k in range(4)
    }
    assert consistent[3] == [1, 1, 1, 1]
    assert consistent[2] == [1, 0, 0, 0]
    assert consistent[1] == [1, 1, 0, 0]
    assert consistent[0] == [1, 1, 1, 0]
    assert found.of("p0", "fairness (equality)").episodes == 1


def test_actions_are_no_amounts():
    game = RepeatedTable([[(3, 3), (3, 2), (3, 1)], [(1, 3), (1, 2), (1, 1)]], rounds=1)
    found = measure(play(game, {"x": lambda o, rng: 0, "y": lambda o, rng: 2}, episodes=1))
    assert found.of("y", "distance to subgame-perfect").value == 1


def test_turn_taking_is_measured_against_chance():
    game = RepeatedTable(SEXES, rounds=10)
    turns = {k: lambda o, rng: "FB"[o["round"] % 2] for k in "xy"}
    found = measure(play(game, turns, episodes=1))
    assert found.of("x", "turn-taking").value == 1 - F(1, 8)
    assert found.of("x", "gain").value == 85
    fixed = {k: lambda o, rng: "F" for k in "xy"}
    assert measure(play(game, fixed, episodes=1)).of("y", "turn-taking").value == 0
    chance = measure(play(game, dict.fromkeys("xy", random_agent), episodes=200))
    one = chance.of("x", "turn-taking")
    assert one.low - 0.02 < 0 < one.high + 0.02


def test_fairness_is_of_undiscounted_shares_and_of_agreements_only():
    game = OffersGame((F(1, 2), F(1, 2)), horizon=2)
    late = {
        "A": lambda o, rng: 100 if o["round"] == 1 else "accept",
        "B": lambda o, rng: "reject" if o["round"] == 1 else 50,
    }
    found = measure(play(game, late, episodes=1))
    assert found.of("A", "fairness (parity)").value == 1
    assert found.of("A", "efficiency").value == F(1, 2)
    never = {k: lambda o, rng: "reject" if "reject" in o["legal"] else 100 for k in "AB"}
    found = measure(play(game, never, episodes=2))
    assert found.of("A", "efficiency").value == 0
    with pytest.raises(InvalidInputError, match="fairness"):
        found.of("A", "fairness (parity)")
    assert found.efficiency_and_fairness().rows[0][4] is None
    # Where a trade would lose there is nothing to be efficient about.
    found = measure(
        play(TradeGame(120, 80, horizon=1), never | {}, episodes=1, lineups=[("A", "B")])
    )
    assert {m.measure for m in found.measured}.isdisjoint({"efficiency"})


def test_donors_give_what_the_formula_says():
    for percent, expected in ((10, 17.958563260), (50, 145.519152284)):
        agents = {k: lambda o, rng, p=percent: p for k in "AB"}
        found = play(DonorGame(), agents, episodes=400, rng=1)
        means = np.mean([[float(u) for u in one.payoffs] for one in found.episodes])
        spread = np.std([sum(map(float, one.payoffs)) / 2 for one in found.episodes])
        assert abs(means - expected) < 4 * spread / 400**0.5 + 1e-9
    full = {k: lambda o, rng: 100 for k in "AB"}
    found = play(DonorGame(donors="alternate"), full, episodes=1)
    assert sum(found.episodes[0].payoffs) == 2 * 30720
    assert measure(found).of("A", "efficiency").value == 1


def test_payoffs_beyond_floats_are_refused():
    agents = {k: lambda o, rng: 100 for k in "AB"}
    found = play(DonorGame(1100, donors="alternate"), agents, episodes=1)
    with pytest.raises(InvalidInputError, match="range of floats"):
        measure(found)


def test_intervals_cover_as_often_as_they_say():
    rng = np.random.default_rng(4)
    inside = 0
    for k in range(300):
        rounds = rng.integers(1, 6, size=60)
        tops = rng.binomial(rounds, 0.3)
        (found,) = bootstrap_ratios(tops[:, None], rounds[:, None], samples=300, rng=k)
        inside += found.low <= 0.3 <= found.high
    assert 0.89 < inside / 300 < 0.985


@pytest.mark.parametrize(
    "bad",
    [([], []), ([1], [1]), ([[1]], [[0]]), ([[1]], [[-1]]), ([[1, 2]], [[1]]), ([["x"]], [[1]])],
)
def test_a_ratio_without_a_bottom_is_refused(bad):
    with pytest.raises((InvalidInputError, ValueError)):
        bootstrap_ratios(*bad)


def test_agents_by_environments_feed_aggregation():
    agents = {name: from_strategy(name) for name in ("tit_for_tat", "all_d", "all_c")}
    games = {"dilemma": RepeatedTable(DILEMMA), "sexes": RepeatedTable(SEXES)}
    found = {
        name: measure(play(game, agents, episodes=2, lineups="all"), samples=20)
        for name, game in games.items()
    }
    table = score_grid(found, "gain")
    assert set(table) == set(agents)
    compared = aggregation.compare(table, ["mean", "borda"])
    assert compared.problem.data.alternatives == tuple(agents)
    with pytest.raises(InvalidInputError, match="measure"):
        score_grid(found, "charm")


def test_a_tournament_has_the_totals_of_the_round_robin():
    agents = {name: from_strategy(name) for name in STRATEGIES}
    found = play(RepeatedTable(DILEMMA, rounds=10), agents, episodes=1, lineups="all")
    totals = {
        name: sum(one.payoffs[0] for one in found.episodes if one.agents[0] == name)
        for name in agents
    }
    order = ("all_c", "all_d", "tit_for_tat", "grim", "win_stay_lose_shift", "tit_for_two_tats")
    assert [totals[name] for name in order] == [400, 395, 445, 445, 425, 440]


def test_manipulation_loses_what_it_takes():
    game = MarketGame(MARKET, order="random")
    best = {
        "ann": lambda o, rng: "inn",
        "bob": lambda o, rng: "bar",
    }
    lured = {**best, "ann": lambda o, rng: "bar"}
    plain, worse = play(game, best, episodes=4), play(game, lured, episodes=4)
    assert measure(plain).of("ann", "efficiency").value == 1
    lost = manipulation_loss(plain, worse)
    assert (lost.value, lost.low, lost.high, lost.episodes) == (F(8, 8), 1, 1, 4)
    with pytest.raises(InvalidInputError, match="manipulated"):
        manipulation_loss(plain, play(game, lured, episodes=4, rng=1))


def test_equilibria_of_the_plane():
    assert equilibrium_points(RepeatedTable(DILEMMA)) == [("equilibrium D, D", 0.625, 1.0)]
    assert [x[0] for x in equilibrium_points(RepeatedTable(SEXES))] == [
        "equilibrium F, F",
        "equilibrium B, B",
    ]
    assert equilibrium_points(DivisionGame(10, reply=True)) == [("subgame perfect", 1.0, 0.0)]
    assert equilibrium_points(DonorGame()) == []


@pytest.mark.parametrize(
    "words", [{"fairness": "nice"}, {"level": 1}, {"samples": 0}, {"rng": "x"}], ids=str
)
def test_bad_input_is_refused(words):
    found = play(DivisionGame(4), [random_agent, random_agent], episodes=2)
    with pytest.raises(InvalidInputError):
        measure(found, **words)
    with pytest.raises(InvalidInputError):
        measure(type(found)(found.environment, ()))
    with pytest.raises(InvalidInputError):
        measure("episodes")


@pytest.mark.parametrize(
    "make",
    [
        lambda: OffersGame((1,)),
        lambda: OffersGame((2, 1)),
        lambda: OffersGame(horizon=0),
        lambda: OffersGame(units=0),
        lambda: OffersGame(money=0),
        lambda: TradeGame("cheap", 3),
        lambda: TradeGame((), 3),
        lambda: TradeGame(1, 10**9),
        lambda: TradeGame(1, 2, first="me"),
        lambda: TradeGame(1, 2, prices=()),
        lambda: DonorGame(step=30),
        lambda: DonorGame(donors="me"),
        lambda: DivisionGame(0),
        lambda: RepeatedTable([[1, 2], [3, 4]]),
        lambda: RepeatedTable(DILEMMA, rounds=0),
        lambda: RepeatedTable(DILEMMA, cooperate="E"),
        lambda: RepeatedTable(finite([[(1, 1)]], "AB", [[(1, 2)], [(1, 2)]])),
        lambda: MarketGame("market"),
        lambda: MarketGame(MARKET, order="any"),
        lambda: MarketGame(MARKET, discounts=(101,)),
    ],
)
def test_bad_environments_are_refused(make):
    with pytest.raises(InvalidInputError):
        make()


def test_values_are_exact_and_intervals_are_not_empty():
    found = measure(play(DivisionGame(10, reply=True), [random_agent, random_agent], episodes=30))
    one = found.of("random_agent", "efficiency")
    assert type(one.value) in (int, F)
    assert one.low <= one.value <= one.high
    assert not math.isnan(one.low)


def test_discounts_in_floating_point_move_no_unit():
    for percent in range(101):
        one = OffersGame((percent / 100, 0.57), horizon=5)
        exact = OffersGame((F(percent, 100), F(57, 100)), horizon=5)
        history = ()
        for _ in range(5):
            seat = exact.movers(None, history)[0]
            wanted = exact.perfect(None, history, seat)
            assert one.perfect(None, history, seat) == wanted
            move = tuple(wanted if k == seat else None for k in (0, 1))
            refused = tuple("reject" if k != seat else None for k in (0, 1))
            assert one.perfect(None, (*history, move), 1 - seat) == "accept"
            history = (*history, move, refused)
