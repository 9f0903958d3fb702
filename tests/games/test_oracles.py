"""Figures of the literature and of hand computation for finite games, repeated play and offers."""

from collections import Counter
from fractions import Fraction as F

import numpy as np
import pytest

from mechdesign import bargaining, games, information
from mechdesign.errors import InvalidInputError, LimitReachedError, SolverUnavailableError

DILEMMA = [[(8, 8), (0, 10)], [(10, 0), (5, 5)]]
BATTLE = [[(10, 7), (0, 0)], [(0, 0), (7, 10)]]


@pytest.mark.parametrize(
    ("discounts", "expected"),
    [
        (("0.95", "0.95"), {1: "1", 2: ".05", 3: ".9525", 12: ".235713", 99: ".516016"}),
        (("0.9", "0.8"), {1: "1", 2: ".2", 3: ".92", 4: ".344", 12: ".614776", 99: ".714286"}),
        (("1", "0.9"), {12: ".468559"}),
        (("0.8", "0.9"), {12: ".307388"}),
    ],
)
def test_alternating_offers(discounts, expected):
    a, b = map(F, discounts)
    for horizon, share in expected.items():
        found = games.alternating_offers(a, b, horizon)
        assert abs(found.shares[0] - F(share)) < F(1, 10**6)
        assert sum(found.shares) == 1


def test_alternating_offers_by_backward_induction():
    for a, b in ((F(9, 10), F(4, 5)), (F(1), F(9, 10)), (F(4, 5), F(9, 10))):
        for horizon in (1, 2, 3, 4, 12):
            found = games.alternating_offers(a, b, horizon)
            # Backwards: the responder of round t gets the discounted own offer of round t + 1.
            offer = None
            for t in range(horizon, 0, -1):
                who = (t - 1) % 2
                left = F(0) if offer is None else (b, a)[who] * offer[1 - who]
                offer = (1 - left, left) if who == 0 else (left, 1 - left)
                assert found.offer(t) == offer
            if b < 1 and a < 1:
                assert found.shares == bargaining.rubinstein_shares(a, b, horizon)
    assert abs(games.alternating_offers(F(95, 100), F(95, 100)).shares[0] - F(".512820513")) < 1e-9
    assert games.alternating_offers(F(9, 10), F(4, 5)).shares[0] == F(5, 7)
    assert abs(games.alternating_offers(F(4, 5), F(9, 10)).shares[0] - F(".357142857")) < 1e-9
    assert games.alternating_offers(F(9, 10), F(4, 5), 4).shares[0] == F(43, 125)
    equal = games.alternating_offers(F(9, 10), F(9, 10))
    assert equal.shares[0] == 1 / (1 + F(9, 10))
    assert equal.efficiency(F(1, 2), 3) == F(81, 100)
    with pytest.raises(InvalidInputError, match="horizon"):
        games.alternating_offers(1, 1)


def test_trade_by_offers():
    for rounds, price in ((1, 120), (2, 80), (9, 120), (10, 80)):
        assert games.trade_by_offers(80, 120, rounds).price == price
        other = games.trade_by_offers(80, 120, rounds, first="buyer")
        assert other.price == 200 - price
    found = games.trade_by_offers(80, 120, 1)
    assert found.fair_price == 100
    assert [found.fairness(p) for p in (80, 100, 120)] == [0, 1, 0]
    assert found.fairness(90, unit=100) == F(24, 25)
    assert games.trade_by_offers(120, 80, 3).price is None


@pytest.mark.parametrize(
    ("prior", "value", "sold"),
    [
        (F(1, 3), F(6, 5), F(2, 5)),
        (F(1, 3), F(2), F(2, 3)),
        (F(1, 2), F(3, 2), F(3, 4)),
        (F(4, 5), F(6, 5), F(24, 25)),
        (F(1, 3), F(4), 1),
    ],
)
def test_persuasion_is_solved_by_information(prior, value, sold):
    # Price 1: the buyer gains value - 1 if quality is high, and loses 1 if it is low.
    sale = {
        "prior": [1 - prior, prior],
        "receiver": [[0, 0], [-1, value - 1]],
        "sender": [[0, 0], [1, 1]],
    }
    assert information.persuasion(sale).details["value"] == sold


def test_ordinal_games():
    for alike, pure, dominant, inferior in (
        (False, {0: 18, 1: 108, 2: 18}, {0: 36, 1: 72, 2: 36}, 7),
        (True, {0: 9, 1: 57, 2: 12}, {0: 21, 1: 36, 2: 21}, 4),
    ):
        every = games.ordinal_games(players_alike=alike)
        kinds = [games.classify(one) for one in every]
        assert Counter(kind.pure for kind in kinds) == pure
        assert Counter(kind.dominant for kind in kinds) == dominant
        assert sum(kind.inferior for kind in kinds) == inferior
        assert len(set(every)) == len(every)
        assert all(games.canonical_form(one, alike) == one for one in every)
        for name in games.NAMED:
            assert sum(kind.name == name for kind in kinds) == 1
    assert len(games.ordinal_games(False)) == 144
    assert len(games.ordinal_table().rows) == 78
    with pytest.raises(InvalidInputError, match="distinct"):
        games.classify(BATTLE)


def test_well_known_games_have_their_properties():
    kinds = {name: games.classify(one) for name, one in games.NAMED.items()}
    assert kinds["prisoner's dilemma"].inferior
    assert games.classify(DILEMMA).name == "prisoner's dilemma"
    for name in ("chicken", "stag hunt", "battle of the sexes"):
        assert (kinds[name].pure, kinds[name].dominant) == (2, 0)
    for name in ("deadlock", "harmony"):
        assert (kinds[name].pure, kinds[name].dominant, kinds[name].inferior) == (1, 2, False)
    stable = games.pure_equilibria(games.NAMED["battle of the sexes"])
    payoffs = [games.NAMED["battle of the sexes"].payoff(one) for one in stable]
    assert payoffs == [(4, 3), (3, 4)]
    assert {games.NAMED["chicken"].payoff(p) for p in games.pure_equilibria(games.NAMED["chicken"])}
    stag = games.NAMED["stag hunt"]
    assert [stag.payoff(p) for p in games.pure_equilibria(stag)] == [(4, 4), (2, 2)]


def test_repeated_dilemma():
    def totals(first, second):
        return games.repeat(DILEMMA, first, second).totals

    assert totals("grim", games.defect_once(1)) == (90, 10)
    assert totals("tit_for_tat", games.defect_once(1)) == (74, 74)
    assert totals("grim", games.defect_once(4)) == (84, 34)
    assert totals("tit_for_two_tats", games.defect_once(1)) == (72, 82)
    assert totals("tit_for_tat", "all_d") == (45, 55)
    assert games.round_robin(DILEMMA).column("total") == [400, 395, 445, 445, 425, 440]
    assert games.repeat(BATTLE, games.alternate(), games.alternate()).totals == (85, 85)
    with pytest.raises(InvalidInputError, match="round 3"):
        games.repeat(DILEMMA, lambda own, other: len(own), "all_c")


def test_battle_of_the_sexes_and_degenerate_games():
    mixed = games.mixed_equilibria(BATTLE)[1]
    assert mixed.first == (F(10, 17),) * 2
    assert mixed.values == ((F(70, 17),) * 2,)
    (everything,) = games.mixed_equilibria([[(1, 1), (1, 1)], [(1, 1), (1, 1)]])
    assert everything.degenerate
    assert everything.first == everything.second == (0, 1)
    # The row player does not care: a segment for each best reply of the other one.
    found = games.mixed_equilibria([[(1, 2), (1, 0)], [(1, 0), (1, 1)]])
    assert [(one.first, one.second) for one in found] == [
        ((0, F(1, 3)), (0, 0)), ((F(1, 3), F(1, 3)), (0, 1)), ((F(1, 3), 1), (1, 1))
    ]  # fmt: skip


def test_donor_game():
    shares = (F(1, 10), F(1, 2), F(1))
    known = ("17.958563260", "145.519152284", "1297.463378906")
    for share, expected in zip(shares, known, strict=True):
        assert abs(games.donor_game(share) - F(expected)) < F(1, 10**9)
    assert games.donor_game(1, roles="alternating") == 30_720
    # By hand for two rounds of everything in turn: 10, 10; 0, 30; 60, 0.
    assert games.donor_game(1, rounds=2, roles="alternating") == 30


def test_dictators_and_public_goods():
    half = F(1, 2)
    assert games.dictator_gifts(10, half, F(1, 4)) == (0,)
    assert games.dictator_gifts(10, half, half) == (0, 1, 2, 3, 4, 5)
    assert games.dictator_gifts(10, half, F(3, 5)) == (5,)
    commons = games.public_good(4, F(2, 5), endowment=10, levels=2)
    assert games.pure_equilibria(commons) == ((0, 0, 0, 0),)
    assert games.utilitarian(commons).choice == (10, 10, 10, 10)
    assert set(games.dominant_actions(commons).values()) == {0}


RING = [
    [[8, 20, 12], [0, 8, 16], [18, 12, 8]],
    [[14, 18, 4], [20, 8, 14], [0, 16, 18]],
    [[20, 14, 8], [16, 2, 18], [0, 16, 16]],
    [[12, 16, 14], [8, 12, 10], [6, 10, 8]],
]


def test_ring_of_four():
    game = games.ring(RING)
    found = games.eliminate(game)
    assert found.left.actions == ((0,), (1,), (0,), (0,))
    assert list(games.rationality_orders(game).values()) == [4, 3, 2, 1]
    assert games.pure_equilibria(game) == ((0, 1, 0, 0),)
    orders = games.rationality_of(game, (1, 1, 1, 1))
    assert list(orders.values()) == [3, None, 1, 0]


def test_selection():
    game = games.bimatrix([[3, 1, 2], [2, 4, 3]], [[2, 3, 1], [1, 2, 4]])
    assert games.nash_welfare(game).choice == (1, 2)
    assert np.prod(game.payoff((1, 2))) == 12
    assert games.largest_product([[(-3, -4), (2, 3)]]).choice == (0, 0)
    assert games.nash_welfare([[(-3, -4), (2, 3)]]).choice == (0, 1)


def test_chicken():
    found = games.best_correlated([[(6, 6), (2, 7)], [(7, 2), (0, 0)]])
    assert found.value == F(21, 2)
    assert dict(found.lottery) == {(0, 0): F(1, 2), (0, 1): F(1, 4), (1, 0): F(1, 4)}
    assert games.best_correlated(found.game, weights=[1, 0]).value == 7


def test_memory_one_chains():
    # Two of tit-for-tat, one begins by defecting: a cycle of two states.
    late = games.MemoryOne((1, 0, 1, 0), 0)
    assert games.long_run(DILEMMA, "tit_for_tat", late).shares == (0, F(1, 2), F(1, 2), 0)
    # With grim and chance errors of the other one both end in defection.
    assert games.long_run(DILEMMA, "grim", (F(9, 10),) * 4).payoffs == (F(19, 2), F(1, 2))
    # Reducible: a coin in the first round decides for ever.
    coin = games.MemoryOne((1, 1, 0, 0), F(1, 4))
    assert games.long_run(DILEMMA, coin, "all_c").payoffs == (F(19, 2), 2)
    for first in games.MEMORY_ONE:
        for second in games.MEMORY_ONE:
            exact = games.long_run(DILEMMA, first, second).payoffs
            played = games.repeat(DILEMMA, first, second, rounds=400).totals
            assert all(abs(F(t, 400) - x) < F(1, 10) for t, x in zip(played, exact, strict=True))


def test_long_run_shares_of_random_chains_are_limits_of_averages():
    rng = np.random.default_rng(1)
    for _ in range(40):
        n = int(rng.integers(1, 6))
        weights = rng.integers(0, 3, (n, n)) + np.eye(n, dtype=int) * rng.integers(0, 2, n)
        weights[weights.sum(1) == 0, 0] = 1
        chain = [[F(int(x), int(row.sum())) for x in row] for row in weights]
        start = [F(1, n)] * n
        shares = games.long_run_shares(chain, start)
        assert sum(shares) == 1
        step = np.array([[float(x) for x in row] for row in chain])
        mean, power = np.zeros(n), np.full(n, 1 / n)
        for _ in range(4000):
            mean += power / 4000
            power = power @ step
        assert np.abs(mean - np.array([float(x) for x in shares])).max() < 0.01


def test_an_end_that_depends_on_a_draw():
    chain = [[0, F(1, 2), F(1, 2)], [0, 1, 0], [0, 0, 1]]
    assert games.long_run_shares(chain, [1, 0, 0]) == (0, F(1, 2), F(1, 2))


def test_rounding_loses_no_equilibrium():
    pytest.importorskip("nashpy")
    game = games.bimatrix([[47, 21], [17, 46], [38, 32]], [[37, 44], [46, 20], [47, 25]])
    found = games.all_equilibria(game)
    assert found.found == (((F(22, 29), 0, F(7, 29)), (F(11, 20), F(9, 20))),)
    assert (found.proved, found.degenerate) == ((True,), False)


def test_all_equilibria():
    pytest.importorskip("nashpy")
    rps = games.bimatrix([[0, -1, 1], [1, 0, -1], [-1, 1, 0]])
    found = games.all_equilibria(rps)
    assert found.found == (((F(1, 3),) * 3,) * 2,)
    assert found.proved == (True,)
    assert not found.degenerate
    two = games.all_equilibria(BATTLE)
    corners = {corner for one in games.mixed_equilibria(BATTLE) for corner in one.corners}
    assert set(two.found) == corners
    assert all(two.proved)
    for game in games.ordinal_games()[::3]:
        several = games.all_equilibria(game)
        assert all(several.proved)
        expected = {c for one in games.mixed_equilibria(game) for c in one.corners}
        assert set(several.found) == expected
    flat = games.all_equilibria([[(1, 1), (1, 1)], [(1, 1), (0, 0)]])
    assert flat.degenerate
    assert "degenerate" in str(flat)


def test_without_nashpy_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "nashpy", None)
    with pytest.raises(SolverUnavailableError, match=r"mechdesign\[games\]"):
        games.all_equilibria(BATTLE)


def test_best_replies_to_patterns():
    rps = games.bimatrix([[0, -1, 1], [1, 0, -1], [-1, 1, 0]])
    fair = {(): [F(1, 3)] * 3}
    assert games.pattern_value(rps, fair, ()) == 0
    # By the last two moves: whoever repeated a move goes on, else it repeats the last one.
    two = {(a, b): {(b + 1) % 3 if a == b else b: 1} for a in range(3) for b in range(3)}
    assert games.pattern_value(rps, two, (0, 1)) == 1
    biased = {(k,): {k: F(1, 2), (k + 1) % 3: F(1, 2)} for k in range(3)}
    # Against k and k + 1 the move k + 1 beats the one and ties with the other.
    assert games.pattern_value(rps, biased, (2,)) == F(1, 2)
    assert games.pattern_value(rps, biased, (2,), player=1) == F(1, 2)
    with pytest.raises(InvalidInputError, match="follows"):
        games.pattern_value(rps, {(0,): {1: 1}}, (0,))


def test_large_games_are_bounded():
    table = np.arange(50 * 50 * 2).reshape(50, 50, 2) * 7919 % 1009
    for call in (games.best_correlated, games.eliminate):
        with pytest.raises(LimitReachedError):
            call(games.finite(table))
    assert games.eliminate(games.finite(table), by="pure").by == "pure"
