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
