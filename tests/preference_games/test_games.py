"""Games, equilibria and measures against worked figures."""

from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mechdesign import aggregation
from mechdesign import preference_games as pg
from mechdesign.errors import InvalidInputError
from mechdesign.preference_games.claims import ten, three

RPS = [[F(1, 2), 1, 0], [0, F(1, 2), 1], [1, 0, F(1, 2)]]
Q4 = [[F(1, 2), 1, F(1, 2), 0], [0, F(1, 2), 1, F(1, 2)], [F(1, 2), 0, F(1, 2), 1]]
Q4.append([1, F(1, 2), 0, F(1, 2)])
CWM = [[50, 52, 51, 54], [48, 50, 6, 39], [49, 94, 50, 96], [46, 61, 4, 50]]
SHARED = [[0.5, 0.9, 0.3, 0.9], [0.1, 0.5, 0.8, 0.5], [0.7, 0.2, 0.5, 0.2], [0.1, 0.5, 0.8, 0.5]]


def chances(found):
    return list(found.probabilities.values())


def near(found, wanted, tolerance=1e-10):
    assert np.abs(np.array(chances(found), dtype=float) - np.array(wanted)).max() < tolerance


def random_game(rng, n):
    draws = rng.uniform(size=(n, n))
    return np.tril(draws, -1) + np.triu(1 - draws.T, 1) + np.eye(n) / 2


def test_maximal_lotteries_are_exact_and_proved_unique():
    found = pg.maximal_lottery(three())
    assert chances(found) == [F(1, 3), F(1, 6), F(1, 2)]
    assert (found.unique, found.gap) == (True, 0)
    ten_found = pg.maximal_lottery(ten())
    wanted = [0.002654383606, 0.270656658479, 0.395503988374, 0, 0, 0, 0, 0.135738033725, 0]
    near(ten_found, [*wanted, 0.195446935816], 1e-12)
    assert ten_found.unique


@pytest.mark.parametrize(
    ("rates", "ref", "beta", "wanted"),
    [
        (three(), None, 1, (0.355611826863, 0.320040718970, 0.324347454167)),
        (three(), None, 0.1, (0.437418165795, 0.196204154067, 0.366377680138)),
        (three(), None, 0.01, (0.351755690624, 0.161244554227, 0.486999755149)),
        (three(), (0.5, 0.3, 0.2), 1, (0.532489610898, 0.266952904301, 0.200557484800)),
        (three(), (0.5, 0.3, 0.2), 0.1, (0.571633739209, 0.113167256622, 0.315199004169)),
        (RPS, (0.5, 0.3, 0.2), 1, (0.510867558316, 0.261556188657, 0.227576253027)),
        (RPS, (0.5, 0.3, 0.2), 0.1, (0.375326957459, 0.277432628284, 0.347240414258)),
        (Q4, (0.4, 0.3, 0.2, 0.1), 0.01, (0.315770073, 0.186612886, 0.304438147, 0.193178894)),
        (SHARED, None, 0.001, (0.334872146141, 0.110955382841, 0.443217088176, 0.110955382841)),
    ],
)
def test_regularised_equilibria(rates, ref, beta, wanted):
    found = pg.regularised(rates, ref=ref, beta=beta)
    near(found, wanted, 1e-9 if beta == 0.01 and ref and len(ref) == 4 else 1e-10)
    assert found.residual < 1e-12
    assert found.gap < 1e-14


def test_the_equilibrium_of_ten_and_what_regularisation_costs():
    wanted = (0.053119412702, 0.137939356838, 0.230133760760, 0.016695308828, 0.049983422412)
    wanted += (0.050347468200, 0.061478074640, 0.048988097322, 0.093985553187, 0.257329545111)
    near(pg.regularised(ten(), beta=0.1), wanted)
    for beta, cost in ((1, 0.4306), (0.1, 0.13384), (0.01, 0.0076505), (0.001, 0.00078575)):
        found = pg.regularised(ten(), beta=beta)
        loss = pg.gap(ten(), chances(found))
        assert loss == pytest.approx(cost, rel=1e-3)
        assert loss <= 2 * beta * np.log(10)
        assert found.residual < 1e-12


def test_a_condorcet_winner_need_not_be_the_most_likely():
    game = pg.game(CWM, kind="percent")
    assert chances(pg.maximal_lottery(game)) == [1, 0, 0, 0]
    near(
        pg.regularised(game, beta=0.2),
        (0.324210084704, 0.098887662279, 0.474947179596, 0.101955073421),
    )
    low, high = (chances(pg.regularised(game, beta=0.0640076643 + x)) for x in (-1e-8, 1e-8))
    assert low[0] > low[2]
    assert high[0] < high[2]


def test_gaps_and_divergences():
    third = [F(1, 3)] * 3
    assert pg.gap(three(), third) == F(2, 15)
    assert pg.gap(three(), third, beta=0.1) == pytest.approx(0.023899818386, abs=1e-12)
    assert pg.best_response(three(), [1, 0, 0]) == {0: 0, 1: 0, 2: 1}
    soft = pg.best_response(three(), chances(pg.regularised(three(), beta=0.1)), beta=0.1)
    near(pg.regularised(three(), beta=0.1), list(soft.values()))


def test_the_lottery_nearest_to_a_reference():
    ties = [[F(1, 2), F(1, 2), F(7, 10)], [F(1, 2), F(1, 2), F(7, 10)]]
    ties.append([F(3, 10), F(3, 10), F(1, 2)])
    found = pg.maximal_lottery(ties, ref=(0.6, 0.2, 0.2), selection="reference")
    near(found, (0.75, 0.25, 0))
    assert not found.unique
    t = np.sqrt(0.08) / (2 * (np.sqrt(0.08) + np.sqrt(0.03)))
    found = pg.maximal_lottery(Q4, ref=(0.4, 0.3, 0.2, 0.1), selection="reference")
    near(found, (t, 0.5 - t, t, 0.5 - t))
    near(pg.maximal_lottery(SHARED, selection="reference"), (1 / 3, 1 / 9, 4 / 9, 1 / 9))


def test_copies_with_a_split_reference_share():
    order = [0, 1, 2, 0]
    copied = [
        [F(1, 2) if {i, j} == {0, 3} else three()[order[i]][order[j]] for j in range(4)]
        for i in range(4)
    ]
    split = pg.regularised(copied, beta=0.1, ref_groups=[[0, 3]])
    assert sum(chances(split)[::3]) == pytest.approx(0.437418165795, abs=1e-10)
    uniform = pg.regularised(copied, beta=0.1)
    assert sum(chances(uniform)[::3]) == pytest.approx(0.525473653265, abs=1e-10)
    assert sum(chances(pg.maximal_lottery(copied))[::3]) == F(1, 3)


def test_many_games_are_solved_as_one_is():
    rng = np.random.default_rng(3)
    games = np.array([random_game(rng, 6) for _ in range(200)])
    many = pg.regularised_many(games, beta=0.1)
    for k in range(0, 200, 5):
        one = chances(pg.regularised(games[k], beta=0.1))
        assert np.abs(many.policies[k] - one).max() < 1e-12
    small = pg.regularised_many([games[0], games[1][:3, :3]], beta=0.1)
    assert np.abs(small.policies[0] - many.policies[0]).max() < 1e-12
    alone = chances(pg.regularised(games[1][:3, :3], beta=0.1))
    assert np.abs(small.policies[1] - [*alone, 0, 0, 0]).max() < 1e-12
    assert "Condorcet winners" in str(many.table())


def test_a_thousand_alternatives():
    found = pg.regularised(random_game(np.random.default_rng(1), 1000), beta=0.05)
    assert found.residual < 1e-12
    assert found.gap < 1e-12


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([1.0, 0.2, 0.05]))
def test_laws(seed, beta):
    """Constant sum; the law of demand, which is an identity; ratio monotonicity; stability."""
    rng = np.random.default_rng(seed)
    first, second = random_game(rng, 5), random_game(rng, 5)
    p, q = (pg.regularised(one, beta=beta) for one in (first, second))
    x, y = (np.array(chances(one)) for one in (p, q))
    assert pg.value(first, x, y, beta=beta) + pg.value(first, y, x, beta=beta) == pytest.approx(1)
    pull = y @ (second - first) @ x
    apart = (x - y) @ (p.log_policy - q.log_policy)
    assert beta * apart == pytest.approx(pull, abs=1e-10)
    assert np.abs(x - y).sum() ** 2 <= np.abs(second - first).max() / beta + 1e-12
    changed = first.copy()
    rise = (1 - changed[0, 1]) / 2
    changed[0, 1] += rise
    changed[1, 0] -= rise
    z = np.array(chances(pg.regularised(changed, beta=beta)))
    assert z[0] * x[1] >= x[0] * z[1] - 1e-12
    both = np.array(chances(pg.regularised((first + changed) / 2, beta=beta)))
    assert pg.gap((first + changed) / 2, both, beta=beta) < 1e-12


def test_sampled_columns_are_unbiased():
    """All opponents and outcomes of one comparison with each alternative, by their chances."""
    p = [F(1, 2), F(1, 4), F(1, 4)]
    game = pg.game(three())
    expected = [F(0)] * 3
    for j, chance in enumerate(p):
        for i in range(3):
            for won, rate in ((1, game.rate(i, j)), (0, 1 - game.rate(i, j))):
                expected[i] += chance * rate * won
    assert expected == game.against(p) == [F(11, 20), F(2, 5), F(1, 2)]


def test_games_from_everything(tmp_path):
    counts = {"A > B > C": 4, "B > C > A": 2, "C > A > B": 3}
    pairs = aggregation.pairs_of(aggregation.read(counts))
    game = pg.game(pairs)
    assert game.rate("A", "B") == F(7, 9)
    wanted = aggregation.maximal_lottery(counts).probabilities
    assert pg.maximal_lottery(game).probabilities == wanted
    nested = {"x": {"y": F(3, 4)}, "y": {"x": F(1, 4)}}
    assert pg.game(nested).rate("y", "x") == F(1, 4)
    log = tmp_path / "log.csv"
    log.write_text("left,right,winner\na,b,left\nb,a,tie\n")
    assert pg.game(log).rate("a", "b") == F(3, 4)
    square = tmp_path / "rates.csv"
    square.write_text(",b,a\na,0.75,0.5\nb,0.5,0.25\n")
    assert pg.game(square).rate("a", "b") == F(3, 4)
    assert pg.game([[0, 3], [1, 0]], kind="wins").rate(0, 1) == F(3, 4)
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame([[0.75, 0.5], [0.5, 0.25]], index=["a", "b"], columns=["b", "a"])
    assert pg.game(frame).rate("a", "b") == 0.75


@pytest.mark.parametrize(
    ("data", "options", "text"),
    [
        ([[50, 80], [20, 50]], {}, "percent"),
        ([[0.5, 0.8], [0.3, 0.5]], {}, "sum to 1"),
        ([[0.5, 0.8]], {}, "square"),
        ([[0.5, float("nan")], [0.2, 0.5]], {}, "missing"),
        ([[0.5, -0.1], [1.1, 0.5]], {}, "rate of 0 over 1"),
        ([[0, 3, 0], [1, 0, 1], [0, 1, 0]], {"kind": "wins"}, "every pair"),
        ([[0.5, 0.8], [0.2, 0.5]], {"beta": "auto"}, "departure"),
        ([[0.5, 0.8], [0.2, 0.5]], {"beta": -1}, "beta"),
        ([[0.5, 0.8], [0.2, 0.5]], {"ref": (1, 0)}, "positive"),
        ([[0.5, 0.8], [0.2, 0.5]], {"ref": (0.5, 0.4)}, "sum to 1"),
        ([[0.5, 0.8], [0.2, 0.5]], {"alternatives": "aa"}, "distinct"),
        ([("a", "b", "perhaps")], {}, "winner"),
        ("no such file.csv", {}, "path"),
        (7, {}, "square matrix"),
    ],
)
def test_bad_games_are_refused_by_name(data, options, text):
    with pytest.raises(InvalidInputError, match=text):
        pg.game(data, **options)


def test_a_biased_judge_is_repaired_only_when_told():
    game = pg.game([[0.5, 0.8], [0.3, 0.5]], symmetrise=True)
    assert game.rate(0, 1) == pytest.approx(0.75)
    assert "off by up to 0.1" in game.decisions[-1]


def test_no_lottery_is_refused():
    for bad in ([1, 1, 0], [0.5, 0.5], [-1, 1, 1], {"x": 1}, "abc"):
        with pytest.raises(InvalidInputError):
            pg.gap(three(), bad)
