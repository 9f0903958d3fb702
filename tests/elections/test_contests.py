"""Oracles of electoral competition: lines, the plane, votes by chance, parties, primaries."""

import itertools
from fractions import Fraction as F

import numpy as np
import pytest

from mechdesign import aggregation
from mechdesign import elections as el
from mechdesign import preference_games as games
from mechdesign.errors import InvalidInputError

pytest.importorskip("scipy")

PLANE = el.contest([(0, 0), (4, 0), (0, 3)], "0:4,0:3")
FOUR = el.utility_contest([[0, 0.8, 0.5, -0.3], [0.4, -0.6, 0.3, 0.9]])


def test_the_median_voter_on_a_line():
    found = el.majorities(el.contest([0, 1, 2, 5, 9], "0:9"))
    assert found.condorcet_winner == 2
    even = el.majorities(el.contest([0, 2, 4, 10], "0:10"))
    assert (even.condorcet_winner, even.unbeaten) == (None, (2, 3, 4))
    assert even.margin(2, 3) == 0
    assert el.contest([0, 1, 2, 5, 9], "0:9").two_peaks() is None


def test_three_voters_in_the_plane():
    found = el.majorities(PLANE)
    assert found.condorcet_winner is None
    assert found.unbeaten == ()
    assert len(found.top_cycle) == 18
    best = max(found.copeland, key=found.copeland.get)
    assert (best, found.copeland[best]) == ((1, 1), 14)
    assert set(found.uncovered()) == set(itertools.product(range(3), repeat=2))
    a, b, c = found.cycle
    assert min(found.margin(a, b), found.margin(b, c), found.margin(c, a)) > 0


@pytest.mark.parametrize("stakes", ["margins", "majority"])
def test_the_lottery_of_the_plane_is_stable(stakes):
    found = el.downs(PLANE, stakes=stakes)
    assert found.gap == 0
    assert not found.unique
    expected = dict.fromkeys([(0, 0), (1, 1), (1, 2), (2, 1)], F(1, 7))
    expected |= dict.fromkeys([(0, 1), (1, 0)], F(3, 14))
    assert {x: p for x, p in found.probabilities.items() if p} == expected
    assert set(found.support) <= set(el.majorities(PLANE).uncovered())


def test_majorities_are_those_of_the_rules_of_voting():
    draw = np.random.default_rng(7)
    for _ in range(15):
        n = int(draw.integers(1, 9))
        found = el.majorities(el.contest(draw.integers(0, 6, (n, 2)).tolist(), "0:2,0:3"))
        profile = found.contest.to_profile()
        assert set(found.top_cycle) == set(aggregation.smith(profile).winners)
        assert found.copeland == aggregation.copeland(profile).scores
        assert found.condorcet_winner == aggregation.condorcet_winner(profile)
        for covering in ("mckelvey", "bordes", "gillies", "fishburn"):
            chosen = aggregation.uncovered(profile, covering=covering).winners
            assert set(found.uncovered(covering)) == set(chosen)


def test_agendas_lead_there_or_are_proved_not_to():
    there = el.agenda(PLANE, (1, 1), (2, 3))
    assert there.path[0] == (1, 1)
    assert there.path[-1] == (2, 3)
    for standing, better in itertools.pairwise(there.path):
        assert better in el.win_set(PLANE, standing)
    nowhere = el.agenda(PLANE, (1, 1), (3, 3))
    assert nowhere.path is None
    assert (3, 3) not in nowhere.reached
    # Nothing outside beats anything inside.
    for x in nowhere.reached:
        assert set(el.win_set(PLANE, x)) <= nowhere.reached


def test_the_yolk_of_a_triangle_is_its_incircle_and_of_a_line_a_point():
    found = el.yolk(PLANE)
    assert np.allclose((*found.centre, found.radius, found.bound), 1)
    line = el.yolk(el.contest([(0, 0), (1, 1), (2, 2), (5, 5), (9, 9)]))
    assert np.allclose((*line.centre, line.radius), (2, 2, 0))
    # Symmetric pairs around a voter: she beats everything.
    stable = el.yolk(el.contest([(0, 0), (1, 2), (-1, -2), (3, 1), (-6, -2)]))
    assert np.allclose((*stable.centre, stable.radius), 0)


@pytest.mark.parametrize("scale", [1, F(1, 10**8), 10**9])
def test_the_yolk_of_voters_close_to_a_line(scale):
    for points, weights, centre, radius in (
        ([(1, 2), (1, 1)], [3, 3], (1, F(3, 2)), F(1, 2)),
        ([(3, 4), (2, 3)], [1, 1], (F(5, 2), F(7, 2)), 0.5**0.5),
    ):
        moved = [tuple(scale * x + 10**6 for x in p) for p in points]
        found = el.yolk(el.contest(moved, weights=weights))
        assert found.radius == pytest.approx(float(scale * radius), rel=1e-9)
        assert [x - 10**6 for x in found.centre] == pytest.approx(
            [float(scale * x) for x in centre], rel=1e-3, abs=1e-9
        )


def test_every_median_line_meets_the_yolk_and_no_smaller_circle_does():
    draw = np.random.default_rng(0)
    for n in (4, 7):
        points = draw.normal(size=(n, 2))
        found = el.yolk(el.contest(points))
        assert abs(found.radius - found.bound) < 1e-9
        turn = np.linspace(0, np.pi, 4001)
        rows = np.column_stack([np.cos(turn), np.sin(turn)])
        along = np.sort(rows @ points.T, axis=1)
        ends = along[:, [(n - 1) // 2, n // 2]]
        apart = np.abs(rows @ np.array(found.centre) - ends.T).max()
        assert apart <= found.radius + 1e-12
        assert apart > found.radius - 1e-3


def test_the_mean_is_stable_for_calm_voters_only():
    fine = el.contest([0, 1, 2, 5, 9], "0:9:1/100")
    for k in (0.02, 0.1):
        found = el.probabilistic_vote(fine, sensitivity=k)
        assert (found.stable, found.share, found.position) == (True, 0.5, (F(17, 5),))
    keen = el.probabilistic_vote(fine, sensitivity=1)
    assert not keen.stable
    assert (keen.reply, round(keen.share, 7)) == (F(49, 25), 0.573862)
    assert keen.gap == pytest.approx(2 * keen.share - 1)


@pytest.mark.parametrize(
    ("s", "policy", "vote"), [(0.1, 0.3, 0.18), (0.3, 0.4, 0.34), (0.5, 0.5, 0.5), (0.9, 0.7, 0.82)]
)
def test_two_parties_with_an_l2_penalty(s, policy, vote):
    republicans = np.array([[0.9, 0.95], [0.85, 0.9]])
    democrats = np.array([[0.1, 0.05], [0.15, 0.1]])
    table = s * republicans + (1 - s) * democrats
    found = el.two_parties(table, strength=0.05, penalty="l2")
    assert np.allclose([found.row[0], found.column[0]], policy)
    assert found.share == pytest.approx(vote)
    assert found.gap < 1e-12
    assert found.divergence == 0


def test_unequal_parties_exactly_and_with_kl():
    found = el.two_parties([[F(1, 2), F(1, 3), F(3, 4)], [F(2, 5), F(4, 5), F(1, 10)]])
    assert found.gap == 0
    assert sum(found.row.values()) == 1
    draw = np.random.default_rng(1)
    table = draw.random((4, 6))
    soft = el.two_parties(table, strength=0.05, row_reference=[0.4, 0.3, 0.2, 0.1])
    p, q = np.array(list(soft.row.values())), np.array(list(soft.column.values()))
    want = np.array([0.4, 0.3, 0.2, 0.1]) * np.exp(table @ q / 0.05)
    assert np.allclose(p, want / want.sum(), atol=1e-9)
    want = np.exp(-(table.T @ p) / 0.05)
    assert np.allclose(q, want / want.sum(), atol=1e-9)
    # The same game on both sides is a preference game.
    rates = el.share_game(FOUR, beta=0.1)
    both = el.two_parties(rates.rates, strength=0.1)
    assert np.allclose(
        list(both.row.values()), list(games.regularised(rates).probabilities.values())
    )


def test_platforms_before_two_groups():
    expected = {
        0.1: (0.212171652, 0.178496834, 0.342439250, 0.266892264),
        0.02: (0.062116904, 0.026009299, 0.689586012, 0.222287784),
    }
    for beta, shares in expected.items():
        found = games.regularised(el.share_game(FOUR, beta=beta))
        assert np.allclose(list(found.probabilities.values()), shares, atol=1e-9)
        assert found.gap < 1e-12
    best = games.maximal_lottery(el.share_game(FOUR))
    assert (best.support, best.unique, best.gap) == ((2,), True, 0)


def test_primaries_sincere_and_strategic():
    parties = ["L", "L", "L", "", "R", "R", "R"]
    everybody = el.contest([0, 1, 2, 4, 5, 7, 9], parties=parties)
    found = el.primaries(everybody)
    assert found.sincere == (1, 7)
    assert found.winners((1, 7)) == (1, 7)
    assert found.winners((2, 7)) == (2,)
    assert found.winners((2, 5)) == (5,)
    assert el.median(everybody).choice == 4
    assert {found.winners(pair) for pair in found.strategic} == {(4,)}
    assert found.gains()[4, 4] == {"L": 9, "R": 9}
    own = el.primaries(everybody, nominees=[[0, 1, 2], [5, 7, 9]])
    assert own.strategic == ((1, 5), (2, 5))
    assert [row[0] for row in own.table().rows] == ["sincere", *["strategic"] * 2]


def test_utilities_are_exact_squares():
    found = el.contest([F(1, 3), F(1, 2)], [F(1, 4), 1])
    assert found.utility(0, 0) == -F(1, 144)
    huge = el.contest([(10**12, 0), (0, 1)], [(0, 0), (1, 10**12)])
    assert huge.utility(0, 0) == -(10**24)
    assert huge.exact
    assert not el.contest([0.5, 1.0]).exact


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda: el.contest([]), "voters"),
        (lambda: el.contest([(0, 0), (1,)]), "voters"),
        (lambda: el.contest([0, 1], "0:"), "platforms"),
        (lambda: el.contest([0, 1], "3:1"), "platforms"),
        (lambda: el.contest([0, 1], "0:1,0:1"), "platforms"),
        (lambda: el.contest([0, 1], "0:1:1/100000000"), "platforms"),
        (lambda: el.contest([0, 1], [1, 1]), "platforms"),
        (lambda: el.contest([0, float("nan")]), "voters"),
        (lambda: el.contest([0, 1], weights=[0, 0]), "weights"),
        (lambda: el.contest([0, 1], parties=["L"]), "parties"),
        (lambda: el.win_set(PLANE, (9, 9)), "platform"),
        (lambda: el.yolk(FOUR), "contest"),
        (lambda: el.primaries(PLANE), "parties"),
        (lambda: el.share_game(FOUR, sensitivity=0), "sensitivity"),
        (lambda: el.two_parties([[0.5, 2]]), "shares"),
        (lambda: el.two_parties([[0.5]], strength=1, penalty="l1"), "penalty"),
        (lambda: el.two_parties([[0.5]], row_reference=[1]), "row_reference"),
        (lambda: FOUR.to_facility(), "contest"),
        (lambda: el.median([0, 1], platform="0:9"), "options"),
    ],
)
def test_bad_input_is_named(call, named):
    with pytest.raises(InvalidInputError, match=named):
        call()
