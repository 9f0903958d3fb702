"""What the plots of pluralistic aggregation show."""

from fractions import Fraction as F

import pytest

from mechdesign import pluralistic

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
