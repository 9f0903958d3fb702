"""Every plot draws what it is given."""

from fractions import Fraction as F

import pytest

from mechdesign import information
from mechdesign.errors import InvalidInputError

pytest.importorskip("matplotlib").use("Agg")
from matplotlib import pyplot  # noqa: E402

from mechdesign.information import plots  # noqa: E402


@pytest.fixture(autouse=True)
def _close():
    yield
    pyplot.close("all")


def test_values_against_the_cap():
    problem = information.binary_hiring(F(7, 10), [F(1, 20)] * 2, common=True)
    ax = plots.value_against_cap(problem, [1, 5], closed_form=lambda m: 0.7 - 0.1 * m / (m - 0.05))
    drawn = {line.get_label(): line.get_ydata() for line in ax.lines}
    assert drawn["correlated"] == pytest.approx([0.594736842105, 0.598989898990])
    assert drawn["deterministic"] == pytest.approx([0.525, 0.525])
    assert drawn["closed form"][-1] == pytest.approx(drawn["correlated"][-1])
    with pytest.raises(InvalidInputError):
        plots.value_against_cap(problem, [])


def test_the_concave_closure():
    ax = plots.concave_closure(information.prosecution(F(3, 10), F(1, 2)))
    (hull,) = [line for line in ax.lines if line.get_label() == "concave"]
    assert hull.get_xydata().tolist() == [[0, 0], [0.5, 1], [1, 1]]


def test_phases_and_tangents():
    policy = information.planner_policy("biased", cost=1, grid=200, precisions=20)
    ax = plots.planner_phases(policy)
    assert len(ax.patches) == len(policy.phases)
    assert ax.lines[0].get_ydata().tolist() == policy.chosen.tolist()
    ax = plots.score_tangents(lambda b: b * b, lambda b: 2 * b, [0.5])
    assert ax.lines[1].get_ydata()[0] == pytest.approx(-0.25)
    with pytest.raises(InvalidInputError):
        plots.planner_phases(3)


def test_phases_are_mapped_by_discount():
    from mechdesign.information import planner_policy
    from mechdesign.information.plots import phase_map

    found = [planner_policy(cost=3, discount=d, grid=200) for d in (0.5, 0.8)]
    ax = phase_map(found)
    assert len(ax.collections) == sum(len(one.phases) for one in found)
    shown = {text.get_text() for text in ax.get_legend().get_texts()}
    assert shown == {phase.name for one in found for phase in one.phases}
