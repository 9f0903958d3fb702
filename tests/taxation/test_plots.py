"""What the plots of taxes show."""

import pytest

from mechdesign import taxation

matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("Agg")

E3 = taxation.economy([1, 2, 3])


def test_rates_and_utilities_are_those_of_the_rules():
    from mechdesign.taxation import plots

    for plot, part in (
        (plots.marginal_rates, "marginal_rates"),
        (plots.utility_by_skill, "utilities"),
    ):
        ax = plot(E3)
        lines = {line.get_label(): list(line.get_ydata()) for line in ax.get_lines()}
        assert list(lines) == ["laissez_faire", "linear", "mirrlees"]
        for name, shown in lines.items():
            found = getattr(taxation, name)([1, 2, 3]).details[part]
            scale = 100 if part == "marginal_rates" else 1
            assert shown == [scale * float(x) for x in found.values()]
        assert ax.get_xlabel()
        assert ax.get_ylabel()
