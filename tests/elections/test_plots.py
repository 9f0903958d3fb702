"""What the plots of electoral competition show."""

import pytest

from mechdesign import elections

matplotlib = pytest.importorskip("matplotlib")
pytest.importorskip("scipy")
matplotlib.use("Agg")

PLANE = elections.contest([(0, 0), (4, 0), (0, 3)], "0:4,0:3")


def test_win_sets_and_cycles():
    from mechdesign.elections import plots

    ax = plots.win_set_map(PLANE, (1, 1))
    points = {c.get_label(): c.get_offsets() for c in ax.collections}
    assert len(points["beat (1, 1)"]) == len(elections.win_set(PLANE, (1, 1)))
    assert len(points["voters"]) == 3
    ax = plots.majority_cycle(PLANE)
    assert len(ax.texts) == 3
    assert ax.get_xlabel()


def test_shares_of_levels_with_intervals():
    from mechdesign.elections import plots

    data = elections.simulate_conjoint({"x": {"a": 0, "b": 1}, "y": {"p": 0, "q": 0}}, 60, 4, rng=0)
    found = elections.equilibrium_intervals(data, samples=5, rng=0)
    ax = plots.level_shares(found)
    assert [t.get_text() for t in ax.get_yticklabels()] == ["x: a", "x: b", "y: p", "y: q"]
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["unilateral", "equilibrium"]
