"""Games of several judges."""

import itertools
from fractions import Fraction as F

import numpy as np
import pytest

from mechdesign import preference_games as pg
from mechdesign.errors import InvalidInputError


def random_rates(rng, n=3):
    rates = [[F(1, 2)] * n for _ in range(n)]
    for i, j in itertools.combinations(range(n), 2):
        rates[i][j] = F(int(rng.integers(0, 7)), 6)
        rates[j][i] = 1 - rates[i][j]
    return rates


@pytest.mark.parametrize("seed", range(8))
def test_taking_part_never_harms_a_judge(seed):
    """Participation in pairs, a theorem about maximal lotteries: exact on random judges."""
    rng = np.random.default_rng(seed)
    logs = {k: random_rates(rng) for k in range(3)}
    weights = {k: int(rng.integers(1, 4)) for k in range(3)}
    found = pg.by_judge(logs, weights=weights)
    assert all(isinstance(x, (int, F)) and x >= 0 for x in found.gain.values())
    mean = [
        [sum(F(weights[k], sum(weights.values())) * logs[k][i][j] for k in logs) for j in range(3)]
        for i in range(3)
    ]
    assert found.together.probabilities == pg.maximal_lottery(mean).probabilities
    soft = pg.by_judge(logs, weights=weights, beta=F(1, 5))
    assert sum(soft.together.probabilities.values()) == pytest.approx(1)
    assert set(soft.distance) == {0, 1, 2}


def test_the_participation_of_a_regularised_lottery_can_fail():
    """Three judges c > a > b and a fourth c > b > a, with beta 1/5."""

    def rate(order, i, j):
        return F(1, 2) if i == j else F(order.index(i) < order.index(j))

    def ranks(order):
        return [[rate(order, i, j) for j in "abc"] for i in "abc"]

    logs = {k: ranks("cab") for k in range(3)} | {"new": ranks("cba")}
    found = pg.by_judge(logs, beta=F(1, 5))
    assert found.gain["new"] == pytest.approx(-0.000251921548, abs=1e-10)


def test_judges_see_the_same_alternatives():
    with pytest.raises(InvalidInputError, match="alternatives"):
        pg.by_judge({"x": [("a", "b", "left")], "y": [("a", "c", "left")]})
    with pytest.raises(InvalidInputError, match="weights"):
        pg.by_judge({"x": [("a", "b", "left")]}, weights={"x": 0})
    with pytest.raises(InvalidInputError, match="data"):
        pg.by_judge([])
    assert pg.by_judge({"x": [("a", "b", "left")]}).gain == {}


@pytest.mark.parametrize("options", [{"weights": 3}, {"weights": ["a", "b"]}, {"beta": None}])
def test_weights_and_strengths_of_judges_are_checked(options):
    rates = {"a": [[0.5, 1], [0, 0.5]], "b": [[0.5, 0.2], [0.8, 0.5]]}
    with pytest.raises(InvalidInputError, match=next(iter(options))):
        pg.by_judge(rates, **options)
