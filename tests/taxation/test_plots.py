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


def test_curves_of_lorenz_end_at_everything():
    from mechdesign.taxation import plots

    ax = plots.lorenz_curves(E3)
    lines = {line.get_label(): line.get_xydata().tolist() for line in ax.get_lines()}
    assert list(lines) == ["equal parts", "laissez_faire", "linear", "mirrlees"]
    # Without taxes the skills 1, 2, 3 keep 1, 4, 9 of 14.
    free = [y for _, y in lines["laissez_faire"]]
    assert free == pytest.approx([0, 100 / 14, 500 / 14, 100])
    for points in lines.values():
        assert points[0] == [0, 0]
        assert points[-1] == pytest.approx([100, 100])


def test_the_curve_of_laffer_has_its_top_where_revenue_has():
    from mechdesign.taxation import plots

    curve, mark = plots.laffer_curve(E3).get_lines()
    rates, revenue = curve.get_data()
    assert (
        rates[revenue.argmax() if hasattr(revenue, "argmax") else revenue.index(max(revenue))] == 50
    )
    assert list(mark.get_xdata()) == [50, 50]
    assert max(revenue) == pytest.approx(14 / 3 / 4)


def test_majorities_are_arrows_from_the_winner():
    from mechdesign.taxation import plots

    rates = {"A": (0, 0.1), "B": (0.2, 0.2), "C": (0, 0.3)}
    menu = {name: taxation.Schedule((0, 2), pair) for name, pair in rates.items()}
    ax = plots.majorities(taxation.vote_over_schedules(E3, menu))
    told = [text.get_text() for text in ax.texts]
    assert [one for one in told if one in rates] == ["A", "B", "C"]
    assert told.count("33.3%") == 3
