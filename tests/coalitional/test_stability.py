"""Core, least core and nucleolus: oracles, certificates, and formulations that share no code."""

import itertools
from dataclasses import replace
from fractions import Fraction as F

import numpy as np
import pytest

from mechdesign import coalitional as co
from mechdesign.coalitional import definitions
from mechdesign.errors import InfeasibleError, InvalidInputError, LimitReachedError
from mechdesign.model import FrozenMap
from mechdesign.solvers.linear.dense_programs import maximise_dense

NINE = {"01": 3, "012": 3, "13": 3, "013": 6, "23": 2, "023": 2, "123": 3, "0123": 10}


def nine(changed):
    return co.game({tuple(map(int, key)): v for key, v in {**NINE, "013": changed}.items()})


def random_table(rng, n, high=20):
    worths = rng.integers(0, high, 1 << n)
    worths[0] = 0
    return worths


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (co.weighted_voting([2, 1, 1, 1], 3), (F(2, 5), F(1, 5), F(1, 5), F(1, 5))),
        (co.gloves(1, 2), (1, 0, 0)),
        (co.airport((1, 3, 6, 10, 15)), (F(1, 2), F(5, 4), F(17, 8), F(49, 16), F(129, 16))),
        (co.bankruptcy(100, (100, 200, 300)), (F(100, 3),) * 3),
        (co.bankruptcy(200, (100, 200, 300)), (50, 75, 75)),
        (co.bankruptcy(300, (100, 200, 300)), (50, 100, 150)),
        (nine(6), (F(5, 2), 3, 2, F(5, 2))),
        (nine(7), (F(11, 4), F(11, 4), F(3, 2), 3)),
        (co.weighted_voting([7] * 5 + [1] * 10, 39), (F(1, 5),) * 5 + (0,) * 10),
    ],
)
def test_nucleolus_of_known_games(one, expected):
    found = co.nucleolus_of(one)
    assert tuple(found.payoffs.values()) == expected
    assert found.verify()


def test_shapley_of_known_games():
    assert co.shapley(nine(6)).choice == (F(5, 2), F(10, 3), F(4, 3), F(17, 6))
    assert co.shapley(nine(7)).choice == (F(31, 12), F(41, 12), F(13, 12), F(35, 12))
    runway = co.airport((1, 3, 6, 10, 15))
    assert co.shapley(runway).choice == (F(1, 5), F(7, 10), F(17, 10), F(37, 10), F(87, 10))
    assert co.banzhaf(runway).choice == (F(1, 16), F(5, 16), F(17, 16), F(49, 16), F(129, 16))
    assert co.shapley(co.bankruptcy(200, (100, 200, 300))).choice == (
        F(100, 3),
        F(250, 3),
        F(250, 3),
    )
    apex = co.weighted_voting([2, 1, 1, 1], 3)
    assert co.owen(apex, blocks=[[0], [1, 2], [3]]).choice == (F(1, 3), F(1, 6), F(1, 6), F(1, 3))


def float_nucleolus(v, n, imputations):
    """Maschler's sequence with a test of every coalition for tightness in all optima, in floats."""
    full = (1 << n) - 1
    masks = list(range(1, full))
    row = {m: [m >> k & 1 for k in range(n)] for m in (*masks, full)}
    fixed, equal_rows, equal_right = set(), [[*row[full], 0]], [v[full]]
    while True:
        free = [m for m in masks if m not in fixed]
        a = [[-x for x in row[m]] + [1.0] for m in free]  # -x(S) + t <= -v(S)
        b = [-v[m] for m in free]
        if imputations:
            a += [[-float(i == k) for i in range(n)] + [0.0] for k in range(n)]
            b += [-v[1 << k] for k in range(n)]
        t, x = maximise_dense([0.0] * n + [1.0], a, b, equal=(equal_rows, equal_right), low=None)
        tight = []
        for m in free:
            slack, _ = maximise_dense(
                [*row[m], 0.0],
                [*a, [0.0] * n + [-1.0]],
                [*b, -t + 1e-9],
                equal=(equal_rows, equal_right),
                low=None,
            )
            if slack - v[m] - t < 1e-6:
                tight.append(m)
        for m in tight:
            fixed.add(m)
            equal_rows.append([*row[m], 0])
            equal_right.append(v[m] + t)
        if np.linalg.matrix_rank(np.array(equal_rows)) == n or len(fixed) == len(masks):
            return x[:n]


@pytest.mark.parametrize("seed", range(12))
def test_nucleolus_against_another_formulation(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(3, 6))
    worths = random_table(rng, n, 8)
    worths[-1] = 30
    for imputations in (True, False):
        found = co.nucleolus_of(worths, imputations=imputations)
        assert found.verify()
        other = float_nucleolus(worths.astype(float), n, imputations)
        assert np.allclose([float(x) for x in found.payoffs.values()], other, atol=1e-5)


@pytest.mark.parametrize("seed", range(8))
def test_no_point_of_a_grid_has_smaller_excesses(seed):
    rng = np.random.default_rng(100 + seed)
    one = co.game(random_table(rng, 3, 6))
    v = lambda s: F(one.worth(s))  # noqa: E731
    found = co.nucleolus_of(one, imputations=False)
    least = definitions.sorted_excesses(v, list(found.payoffs.values()))
    for a, b in itertools.product(range(-24, 48), repeat=2):
        x = [F(a, 6), F(b, 6)]
        x.append(F(one.total) - sum(x))
        assert definitions.sorted_excesses(v, x) >= least


def test_imputations_bind():
    given = co.game([0, 2, 0, 1])
    with pytest.raises(InfeasibleError):
        co.nucleolus_of(given)
    assert co.prenucleolus(given).choice == (F(3, 2), F(-1, 2))
    worths = [0, 0, 0, 9, 4, 0, 0, 5]
    found = co.nucleolus_of(worths)
    assert found.verify()
    assert tuple(found.payoffs.values())[2] == 4
    assert tuple(co.prenucleolus(worths).choice)[2] < 4


def test_a_wrong_nucleolus_does_not_verify():
    found = co.nucleolus_of(nine(6))
    wrong = FrozenMap(enumerate((2, 3, 2, 3)))  # the trap of tight coalitions
    assert not replace(found, payoffs=wrong).verify()
    assert not replace(found, levels=found.levels[:-1]).verify()


def test_least_core_and_balancing_weights():
    found = co.core(co.weighted_voting([1, 1, 1], 2))
    assert found.empty
    assert found.excess == F(1, 3)
    assert dict(found.weights) == {(0, 1): F(1, 2), (0, 2): F(1, 2), (1, 2): F(1, 2)}
    assert co.core(co.weighted_voting([2, 1, 1, 1], 3)).excess == F(2, 5)
    assert not replace(found, excess=F(1, 4)).verify()
    assert not replace(found, weights=FrozenMap({(0, 1): F(1)})).verify()


def test_core_of_a_cost_game():
    found = co.core(co.airport((1, 2, 4)))
    assert not found.empty
    assert found.verify()
    assert co.objection_to(co.airport((1, 2, 4)), tuple(found.payoffs.values())) is None
    assert co.objection_to(co.airport((1, 2, 4)), (2, 1, 1)) == ((0,), 1)
    dear = co.core(co.game([0, 1, 1, 3], kind="cost"))
    assert dear.empty
    assert dear.verify()


@pytest.mark.slow
def test_how_many_small_games_have_a_core():
    counts = {"all": 0, "monotone": 0, "superadditive": 0}
    inside = convex = 0
    for kind in counts:
        domain = co.payoffs().domain(3, values=3, kind=kind)
        for one in domain.games:
            found = co.core(one)
            assert found.verify()
            counts[kind] += not found.empty
            if kind == "superadditive" and not found.empty:
                stable = co.objection_to(one, co.shapley(one).choice) is None
                inside += stable
                convex += one.unlike("convex") is None
                assert stable or one.unlike("convex") is not None
    assert counts == {"all": 157, "monotone": 64, "superadditive": 61}
    assert (inside, convex) == (37, 37)


def test_refusals():
    with pytest.raises(InvalidInputError, match="exact"):
        co.core([0, 0.5, 0.5, 1.0])
    with pytest.raises(LimitReachedError, match="players"):
        co.nucleolus_of(co.Game(tuple(range(17)), np.zeros(1 << 17, dtype=np.int64)))
    with pytest.raises(InvalidInputError, match="blocks"):
        co.owen([0, 1, 1, 3], blocks=[[0]])
