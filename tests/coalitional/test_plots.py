"""Every plot draws what it is given."""

import pytest

from mechdesign import coalitional as co
from mechdesign.errors import InvalidInputError

pytest.importorskip("matplotlib").use("Agg")
from matplotlib import pyplot  # noqa: E402

from mechdesign.coalitional import plots  # noqa: E402


@pytest.fixture(autouse=True)
def _close():
    yield
    pyplot.close("all")


def test_bars_have_the_heights_of_the_payoffs():
    ax = plots.payoff_bars(co.gloves(1, 2))
    heights = [bar.get_height() for bar in ax.patches]
    assert heights == pytest.approx([2 / 3, 1 / 6, 1 / 6, 1, 0, 0])


def test_power():
    ax = plots.power_against_weight([2, 1, 1], 3)
    assert list(ax.lines[1].get_ydata()) == pytest.approx([2 / 3, 1 / 6, 1 / 6])


def test_the_triangle_marks_the_core():
    ax = plots.core_triangle([0, 1, 1, 5, 0, 3, 2, 9])
    assert "core" in [t.get_text() for t in ax.get_legend().get_texts()]
    ax = plots.core_triangle(co.weighted_voting([1, 1, 1], 2))
    assert "core (empty)" in [t.get_text() for t in ax.get_legend().get_texts()]
    with pytest.raises(InvalidInputError, match="three"):
        plots.core_triangle([0, 1, 1, 3])
