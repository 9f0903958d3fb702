"""Every plot draws what it is given."""

import pytest

from mechdesign import apportionment as ap
from mechdesign.errors import InvalidInputError
from mechdesign.model import Outcome

pytest.importorskip("matplotlib").use("Agg")
from matplotlib import pyplot  # noqa: E402

from mechdesign.apportionment import plots  # noqa: E402


@pytest.fixture(autouse=True)
def _close():
    yield
    pyplot.close("all")


@pytest.mark.parametrize("seats", [1, 2, 7, 150])
def test_every_seat_has_a_place(seats):
    ax = plots.hemicycle(ap.hare({"A": 60, "B": 30, "C": 11}, seats=seats))
    places = [tuple(p) for c in ax.collections for p in c.get_offsets().round(6).tolist()]
    assert len(set(places)) == seats


def test_open_seats_are_hollow():
    ax = plots.hemicycle(ap.dhondt({"A": 6, "B": 6, "C": 2}, seats=3))
    assert [c.get_label() for c in ax.collections] == ["A 1 or 2", "B 1 or 2", "open: A, B"]
    assert ax.collections[-1].get_facecolor().size == 0
    with pytest.raises(InvalidInputError):
        plots.hemicycle(Outcome(ap.Seats((1,))))


def test_bars_have_the_heights_of_the_seats():
    ax = plots.seats_by_method({"A": 6, "B": 6, "C": 2}, ["dhondt", "hare"], seats=3)
    heights = [bar.get_height() for bar in ax.patches]
    assert heights == [1, 1, 0, 1, 1, 1, 1, 1]
