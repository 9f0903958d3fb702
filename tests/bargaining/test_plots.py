"""Every plot draws what it is given."""

import pytest

from mechdesign import bargaining
from mechdesign.bargaining import datasets
from mechdesign.errors import InvalidInputError

pytest.importorskip("matplotlib").use("Agg")
from matplotlib import pyplot  # noqa: E402

from mechdesign.bargaining import plots  # noqa: E402


@pytest.fixture(autouse=True)
def _close():
    yield
    pyplot.close("all")


def test_packages():
    problem = datasets.montreal_reconstruction()
    ax = plots.frontier(problem, ("seniors", "youth"))
    assert ax.get_xlabel() == "utility of seniors"
    assert "nash" in [t.get_text() for t in ax.get_legend().get_texts()]
    talks = bargaining.mediate(problem, tolerance=1)
    ax = plots.negotiation_path(talks)
    assert len(ax.lines) == 7
    ax = plots.satisfaction(talks.report())
    assert next(t.get_text() for t in ax.get_yticklabels()) == "wheelchair users"


def test_two_agents_and_ratings():
    problem = bargaining.menu([(2, 0), (0, 1), (1, 0)])
    ax = plots.frontier(problem, rules=[bargaining.lottery_rule(rule="nash")], lotteries=True)
    assert ax.lines[-1].get_xdata()[0] == 1
    analysis = bargaining.disagreement({"k": {"a": {"x": 1, "y": 2}, "b": {"x": 2, "y": 2}}})
    assert len(plots.divergence(analysis).texts) == 2


def test_refused():
    with pytest.raises(InvalidInputError):
        plots.frontier(bargaining.menu([(1,)]))
    with pytest.raises(InvalidInputError):
        plots.spending(bargaining.nash([(1, 2)]))
    with pytest.raises(InvalidInputError):
        plots.spending(bargaining.greedy(["a"], costs={"a": 1}, budget=1))


def test_a_reserve_far_away_does_not_crush_the_packages():
    near = bargaining.menu({"a": (1, 2), "b": (2, 1)}, reserve=(0.5, 0.5))
    far = bargaining.menu({"a": (101, 102), "b": (102, 101)}, reserve=(0, 0))
    assert "reserve" in [text.get_text() for text in plots.frontier(near).get_legend().get_texts()]
    ax = plots.frontier(far)
    assert "reserve at (0, 0),\nnot in this view" in [
        text.get_text() for text in ax.get_legend().get_texts()
    ]
    assert ax.get_xlim()[0] > 90
