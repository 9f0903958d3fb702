"""What the plots of pluralistic aggregation show."""

from fractions import Fraction as F

import pytest

from mechdesign import pluralistic
from mechdesign.errors import InvalidInputError

matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("Agg")

GROUPS = {"many": {"a": 1, "b": 0, "c": F(3, 5)}, "few": {"a": 0, "b": 1, "c": F(3, 5)}}
LOG = {u: [("a", "b")] * 5 for u in "uvw"} | {u: [("b", "a")] * 5 for u in "xy"}


def test_groups_have_the_utilities_of_the_table():
    from mechdesign.pluralistic.plots import group_utilities

    ax = group_utilities(GROUPS, weights={"many": 4, "few": 1})
    rows = pluralistic.compare_policies(GROUPS, weights={"many": 4, "few": 1}).rows
    shown = [points.get_offsets()[:, 0].tolist() for points in ax.collections]
    assert shown == [[float(row[1]) for row in rows], [float(row[2]) for row in rows]]
    assert [label.get_text() for label in ax.get_yticklabels()] == [row[0] for row in rows]


def test_responsibilities_utilities_and_curves():
    from mechdesign.pluralistic import plots

    found = pluralistic.mixture(LOG, 2)
    (image,) = plots.responsibilities(found).images
    assert image.get_array().shape == (2, 5)
    fit = pluralistic.fit_utilities({("a", "b"): 7, ("b", "a"): 3})
    ax = plots.utilities_with_errors(fit)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["b", "a"]
    told = {1: 0.1, 10: 1.9, 100: 4.1}
    ax = plots.amount_curves({"books": (pluralistic.amount_curve(told), told)})
    assert list(ax.get_lines()[1].get_ydata()) == [0.1, 1.9, 4.1]


def test_the_dual_is_lowest_at_the_weights_of_maxmin():
    """The worked example: 5/9 of the first group, where the curve is at 5/9."""
    from mechdesign.pluralistic import plots

    pair = [(1, F(1, 5), F(1, 2)), (0, 1, F(2, 5))]
    ax = plots.dual_weights(pair, [0, 0.5])
    lines = ax.get_lines()
    assert lines[1].get_xdata()[0] == pytest.approx(5 / 9, abs=2e-3)
    assert lines[1].get_ydata()[0] == pytest.approx(5 / 9, abs=2e-3)
    assert lines[3].get_xdata()[0] == pytest.approx(0.468153193182, abs=2e-3)
    assert lines[3].get_ydata()[0] == pytest.approx(0.520032780437, abs=1e-4)
    with pytest.raises(InvalidInputError, match="two groups"):
        plots.dual_weights([(1, 0)])


def test_the_front_has_the_policies_of_efficient_rules_on_it():
    from mechdesign.pluralistic import plots

    data = {"x": (4, 0, 1, 3, 1), "y": (0, 4, 1, 3, 3)}
    ax = plots.policy_front(data, ["maxmin", "nash_welfare", "random_group"])
    front = next(line for line in ax.get_lines() if line.get_label() == "front of lotteries")
    assert front.get_xydata().tolist() == [[0, 4], [3, 3], [4, 0]]
    marked = {line.get_label(): line.get_xydata()[0] for line in ax.get_lines()[2:]}
    assert marked["maxmin"].tolist() == [3, 3]
    # A draw between the groups is inside: on the segment between the ends, below (3, 3).
    assert marked["random_group"].tolist() == [2, 2]


def test_a_map_shows_every_respondent():
    from mechdesign.pluralistic import plots

    found = pluralistic.distances({"ann": (2, 1, 0), "bob": (1, 2, 0), "cy": (0, 1, 2)})
    ax = plots.respondent_map(found)
    assert {text.get_text() for text in ax.texts} == {"ann", "bob", "cy"}
    assert ax.get_lines()[0].get_xydata() == pytest.approx(found.map())
