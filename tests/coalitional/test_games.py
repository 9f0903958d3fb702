"""Reading games, closed forms, and voting power by dynamic programmes."""

import itertools
from fractions import Fraction as F

import numpy as np
import pytest

from mechdesign import coalitional as co
from mechdesign.errors import InvalidInputError, LimitReachedError
from mechdesign.model import decode, encode

COLLEGE = """AL 9 AK 3 AZ 11 AR 6 CA 54 CO 10 CT 7 DE 3 DC 3 FL 30 GA 16 HI 4 ID 4 IL 19 IN 11 IA 6
KS 6 KY 8 LA 8 ME 4 MD 10 MA 11 MI 15 MN 10 MS 6 MO 10 MT 4 NE 5 NV 6 NH 4 NJ 14 NM 5 NY 28 NC 16
ND 3 OH 17 OK 7 OR 8 PA 19 RI 4 SC 9 SD 3 TN 11 TX 40 UT 6 VT 3 VA 13 WA 12 WV 4 WI 10 WY 3"""


def test_one_game_read_in_six_ways():
    worths = [0, 1, 2, 5]
    ways = [
        co.game(worths),
        co.game(np.array(worths)),
        co.game({(0,): 1, (1,): 2, (0, 1): 5}),
        co.game({frozenset({0}): 1, frozenset({1}): 2, frozenset({0, 1}): 5, (): 0}),
        co.game({0: 1, 1: 2, (1, 0): 5}),
        co.game(lambda s: {0: 0, 1: 2 if 1 in s else 1, 2: 5}[len(s)], players=[0, 1]),
    ]
    assert all(one == ways[0] and hash(one) == hash(ways[0]) for one in ways)


def test_a_matrix_game_is_asked_once():
    class Matrix:
        n_players = 3
        calls = 0

        def __call__(self, coalitions):
            self.calls += 1
            assert coalitions.dtype == bool
            return coalitions @ np.array([1.0, 2.0, 4.0])

    one = Matrix()
    read = co.game(one)
    assert one.calls == 1
    assert read.worth({0, 2}) == 5.0


def test_shapiq_games_are_read():
    shapiq = pytest.importorskip("shapiq")
    other = shapiq.games.benchmark.synthetic.dummy.DummyGame(n=4, interaction=(1, 2))
    read = co.game(other)
    exact = shapiq.ExactComputer(other, 4)("SV")
    for i in range(4):
        assert co.shapley(read).choice[i] == pytest.approx(exact[(i,)])


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ([1, 2, 3, 4], "0 for nobody"),
        ([0, 1, 2], "2\\^n"),
        ([0, float("nan")], "worths"),
        ({"A": 1, "A+A": 2}, "once"),
        ({}, "players"),
        (lambda s: 1, "players"),
        ({"A": "x"}, "worths"),
    ],
)
def test_bad_games_are_refused(bad, message):
    with pytest.raises(InvalidInputError, match=message):
        co.game(bad)


def test_a_coalition_of_strangers_is_refused():
    with pytest.raises(InvalidInputError, match="coalition"):
        co.game([0, 1]).worth({"x"})
    with pytest.raises(InvalidInputError, match="players"):
        co.game({"A+B": 1}, players=["A"])


def test_a_game_survives_json_also_with_huge_worths():
    for one in (co.game([0, 1, F(1, 3), 2]), co.game([0, 10**30]), co.game([0, 0.5])):
        assert decode(encode(one)) == one


def test_dividends_add_up_and_the_dual_is_its_own_inverse():
    rng = np.random.default_rng(3)
    worths = rng.integers(-9, 9, 16)
    worths[0] = 0
    one = co.game(worths)
    parts = one.dividends()
    for mask in range(16):
        inside = [m for m in range(16) if m & mask == m]
        assert sum(parts.table[m] for m in inside) == one.table[mask]
    assert one.dual().dual() == one


@pytest.mark.parametrize(
    "quality", ["monotone", "superadditive", "convex", "subadditive", "submodular"]
)
def test_qualities_against_their_definitions(quality):
    def holds(v):
        masks = range(len(v))
        if quality == "monotone":
            return all(v[s] <= v[t] for s in masks for t in masks if s & t == s)
        sign = -1 if quality in ("subadditive", "submodular") else 1
        if quality in ("superadditive", "subadditive"):
            return all(
                sign * (v[s | t] - v[s] - v[t]) >= 0 for s in masks for t in masks if not s & t
            )
        return all(sign * (v[s | t] + v[s & t] - v[s] - v[t]) >= 0 for s in masks for t in masks)

    for worths in itertools.product(range(3), repeat=7):
        v = (0, *worths)
        assert (co.game(v).unlike(quality) is None) == holds(v)


def test_closed_forms_against_their_words():
    assert co.tree({0: None, 1: 0, 2: 0}, [2, 3, 1]).table.tolist() == [0, 2, 5, 5, 3, 3, 6, 6]
    assert co.bankruptcy(200, (100, 200, 300)).table.tolist() == [0, 0, 0, 0, 0, 0, 100, 200]
    assert co.airport((1, 3)).kind == "cost"
    with pytest.raises(InvalidInputError, match="root"):
        co.tree({0: 1, 1: 0}, [1, 1])
    with pytest.raises(InvalidInputError, match="estate"):
        co.bankruptcy(7, (1, 2))


def test_security_council():
    power = co.voting_power([7] * 5 + [1] * 10, 39)
    assert (power.shapley[0], power.shapley[5]) == (F(421, 2145), F(4, 2145))
    assert (power.swings[0], power.swings[5]) == (848, 84)
    assert (power.normalised[0], power.normalised[5]) == (F(106, 635), F(21, 1270))


def test_electoral_college():
    words = COLLEGE.split()
    power = co.voting_power({s: int(w) for s, w in zip(words[::2], words[1::2], strict=True)}, 270)
    assert sum(power.shapley.values()) == 1
    assert float(power.shapley["CA"]) == 0.10803683365189874
    assert float(power.shapley["TX"]) == pytest.approx(0.0774282574, abs=1e-10)
    assert float(power.shapley["WY"]) == pytest.approx(0.0054022785576, abs=1e-12)
    assert float(power.banzhaf["CA"]) == pytest.approx(0.4607113065105, abs=1e-12)
    assert float(power.banzhaf["WY"]) == pytest.approx(0.0226924812745, abs=1e-12)
    assert float(power.normalised["CA"]) == pytest.approx(0.1107964115732, abs=1e-12)


def test_the_council_of_1958():
    power = co.voting_power([4, 4, 4, 2, 2, 1], 12)
    assert tuple(power.shapley.values()) == (F(7, 30),) * 3 + (F(3, 20),) * 2 + (0,)
    assert tuple(power.swings.values()) == (10, 10, 10, 6, 6, 0)


def test_power_against_the_table_of_the_game():
    rng = np.random.default_rng(5)
    for _ in range(40):
        n = int(rng.integers(1, 8))
        weights = [F(int(a), int(b)) for a, b in rng.integers(1, 7, (n, 2))]
        weights[0] = F(0)
        quota = F(int(rng.integers(1, 20)), 2)
        power = co.voting_power(weights, quota)
        table = co.weighted_voting(weights, quota)
        assert tuple(power.shapley.values()) == co.shapley(table).choice
        assert tuple(power.banzhaf.values()) == co.banzhaf(table).choice


def test_many_voters_pass_the_64_bits():
    power = co.voting_power([1] * 101, 51)
    assert set(power.shapley.values()) == {F(1, 101)}


def test_voting_refuses():
    with pytest.raises(InvalidInputError, match="exact"):
        co.voting_power([0.5, 0.5], 1)
    with pytest.raises(InvalidInputError, match="quota"):
        co.voting_power([1, 1], 0)
    with pytest.raises(LimitReachedError, match="cells"):
        co.voting_power([10**9, 1], 10**9)


def test_splitting_a_weight_and_a_new_member():
    def index(weights, quota):
        return tuple(co.voting_power(weights, quota).shapley.values())

    assert index([2, 2, 2], 6) == (F(1, 3),) * 3
    assert index([1, 1, 2, 2], 6)[:2] == (F(1, 4), F(1, 4))
    assert index([2, 2, 2], 5) == (F(1, 3),) * 3
    assert index([1, 1, 2, 2], 5)[0] == F(1, 12)
    assert index([3, 2, 2], 4) == (F(1, 3),) * 3
    assert index([3, 2, 2, 1], 5) == (F(5, 12), F(1, 4), F(1, 4), F(1, 12))
