"""Plots show the numbers that they are drawn from."""

import pytest

from mechdesign import allocation
from mechdesign.errors import InvalidInputError

pytest.importorskip("matplotlib")

from mechdesign.allocation import plots


def test_choices_got():
    problem = allocation.school_choice().problem(
        [[0], [0, 1], [1]], priorities=[[0, 1, 2], [0, 1, 2]]
    )
    found = allocation.compare_matchings(problem, ["boston", "deferred_acceptance"])
    ax = plots.choices_got(found)
    steps = [list(line.get_ydata()) for line in ax.lines]
    assert steps == [[2, 2], [1, 2]]


def test_chances():
    ax = plots.chances(allocation.probabilistic_serial([[0, 1], [0, 1]]))
    assert [text.get_text() for text in ax.texts] == ["1/2"] * 4
    with pytest.raises(InvalidInputError, match="random assignment"):
        plots.chances(allocation.boston([[0]]))


def test_stable_matchings():
    problem = allocation.two_sided().problem([[0, 1], [1, 0]], receivers=[[1, 0], [0, 1]])
    ax = plots.stable_rank_sums(problem)
    points = ax.lines[-1]
    assert sorted(zip(points.get_xdata(), points.get_ydata(), strict=True)) == [(2, 4), (4, 2)]
    assert len(ax.lines) == 2


def test_divisions_rents_and_exchanges():
    ax = plots.envy_matrix(allocation.round_robin([[1, 2], [3, 3]]))
    assert [text.get_text() for text in ax.texts] == ["0", "-1", "0", "0"]
    with pytest.raises(InvalidInputError, match="goods"):
        plots.envy_matrix(allocation.boston([[0]]))
    values = [[40, 30, 30], [50, 25, 25], [20, 40, 40]]
    ax = plots.rent_prices(values, 100)
    region = ax.patches[0].get_xy()
    assert region[:, 0].min() == pytest.approx(40)
    assert region[:, 0].max() == pytest.approx(50)
    assert (region[:, 1].min(), region[:, 1].max()) == pytest.approx((25, 30))
    with pytest.raises(InvalidInputError, match="three"):
        plots.rent_prices([[1]], 1)
    graph = allocation.exchange_graph([(0, 1), (1, 0), (1, 2), ("a", 2)], altruists=["a"])
    found = allocation.best_exchange(graph, cycles=2, chains=1)
    ax = plots.exchange_cycles(graph, found)
    assert ax.get_title() == "3 transplants"
    assert len([one for one in ax.texts if one.get_text() == ""]) == 4
