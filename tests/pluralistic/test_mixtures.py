"""Groups found in choices, and volumes, against worked figures."""

from fractions import Fraction as F

import numpy as np
import pytest

from mechdesign import pluralistic
from mechdesign.errors import InvalidInputError
from mechdesign.stats.hypervolume import contributions, hypervolume

FIVE = {
    0: [(0, 1), (0, 1), (1, 2)],
    1: [(0, 1), (1, 2), (0, 2)],
    2: [(0, 2), (0, 1), (2, 1)],
    3: [(2, 1), (1, 0), (2, 0)],
    4: [(2, 0), (2, 1), (0, 1)],
}
START = [(0.5, 0, -0.5), (-0.5, 0, 0.5)]


def test_every_step_of_a_small_mixture():
    found = pluralistic.mixture(FIVE, 2, ridge=0.05, start=START, limit=5000)
    assert found.path[0] == pytest.approx(-9.901836804, abs=1e-8)
    assert found.path[1] == pytest.approx(-8.127214933, abs=1e-7)
    assert found.objective == pytest.approx(-7.672230174, abs=1e-7)
    assert (np.diff(found.path) >= -1e-9).all()
    assert np.abs(found.weights - (0.588768, 0.411232)).max() < 1e-4
    assert np.abs(found.utilities[0] - (2.157521, -0.804322, -1.353199)).max() < 1e-3
    wanted = (0.979423, 0.997316, 0.934722, 0.001800, 0.030578)
    assert np.abs(found.responsibilities[:, 0] - wanted).max() < 1e-4


def test_one_group_is_a_penalised_model():
    found = pluralistic.mixture(FIVE, 1, ridge=0.05)
    assert np.abs(found.utilities[0] - (0.515761, -0.628515, 0.112753)).max() < 1e-6
    assert found.objective == pytest.approx(-9.120916948, abs=1e-8)


def users(seed, minority=4, n=6, choices=40):
    rng = np.random.default_rng(seed)
    u = np.linspace(1.5, -1.5, n)
    data = {}
    for user in range(20):
        sign = -1 if user < minority else 1
        pairs = [rng.choice(n, 2, replace=False).tolist() for _ in range(choices)]
        wins = [rng.random() < 1 / (1 + np.exp(sign * (u[j] - u[i]))) for i, j in pairs]
        data[user] = [(i, j) if w else (j, i) for (i, j), w in zip(pairs, wins, strict=True)]
    return data


@pytest.mark.parametrize("seed", range(5))
def test_opposed_groups_are_found(seed):
    data = users(seed)
    found = pluralistic.mixture(data, 2, rng=seed)
    assert [found.assignment[user] for user in data] == [1] * 4 + [0] * 16
    again = pluralistic.mixture(data, 2, rng=seed)
    assert (again.utilities == found.utilities).all()
    assert found.problem().weights == tuple(found.weights)


def test_the_number_of_groups_shows():
    rows = pluralistic.choose_groups(users(1), 3).rows
    assert max(rows, key=lambda row: row[2])[0] == 2
    assert min(rows, key=lambda row: row[1])[0] == 2


def test_few_choices_are_warned_about():
    found = pluralistic.mixture([("u", "a", "b"), ("v", "b", "a")], 1)
    assert "fewer than 3" in found.warnings[0]
    for bad in ([], [("u", "a")], [("u", "a", "a")], {"u": [("a",)]}):
        with pytest.raises(InvalidInputError):
            pluralistic.mixture(bad, 1)
    with pytest.raises(InvalidInputError):
        pluralistic.mixture(FIVE, 2, ridge=0)


def test_hypervolume():
    assert hypervolume([(1, 3), (2, 2), (3, 1)]) == 6
    assert contributions([(1, 3), (2, 2), (3, 1)]) == [1, 1, 1]
    assert hypervolume([(1, 3), (2, 2), (3, 1), (1, 1), (2, 2)]) == 6
    assert hypervolume([(4, 1), (2, 3), (1, 5)]) == 10
    assert hypervolume([(1, 2, 3), (2, 3, 1), (3, 1, 2)]) == 13
    assert hypervolume([(1, 1, 1), (2, F(1, 2), F(1, 2))]) == F(5, 4)
    assert hypervolume([(1, 1), (-1, 5)], (0, 0)) == 1
    assert hypervolume([(2, 2)], (1, 1)) == 1
    rng = np.random.default_rng(0)
    points = rng.integers(1, 6, size=(8, 3)).tolist()
    cells = sum(
        any(x < p[0] and y < p[1] and z < p[2] for p in points)
        for x in range(6)
        for y in range(6)
        for z in range(6)
    )
    assert hypervolume(points) == cells
    for bad in ([], [(1,) * 7], [(1,), (1, 2)]):
        with pytest.raises(InvalidInputError):
            hypervolume(bad)


def test_groups_whose_choices_do_not_connect_the_alternatives_are_named():
    apart = {u: [("a", "b")] * 3 + [("c", "d")] * 3 for u in "uvw"}
    found = pluralistic.mixture(apart, 1)
    assert any("do not connect" in told for told in found.warnings)
    together = {u: [*rows, ("b", "c")] for u, rows in apart.items()}
    assert not pluralistic.mixture(together, 1).warnings
