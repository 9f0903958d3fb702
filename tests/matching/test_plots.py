"""Plots draw what they are given."""

import pytest

from mechdesign import matching

pytest.importorskip("matplotlib")

from mechdesign.matching import plots


def test_plots():
    graph = matching.upper_triangular(3, 2)
    found = matching.simulate(graph, ["balance", "greedy"], 50)
    axes = plots.fill_over_time(found)
    assert len(axes.lines) == 3
    assert axes.lines[0].get_ydata()[-1] == pytest.approx(found["balance"].rewards.mean())
    assert plots.fill_over_time(found, ax=axes) is axes
    assert len(plots.ladder(matching.bounds(graph)).patches) == 7
    assert len(plots.discounts(["exponential", "goyal_udwani"]).lines) == 2
    assert plots.ratio_against_p(2, (1, 2), runs=64).get_xscale() == "log"
