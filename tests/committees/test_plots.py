"""Every plot draws what it is given."""

import pytest

from mechdesign import committees
from mechdesign.errors import InvalidInputError
from mechdesign.model import Outcome

pytest.importorskip("matplotlib").use("Agg")
from matplotlib import pyplot  # noqa: E402

from mechdesign.committees import plots  # noqa: E402


@pytest.fixture(autouse=True)
def _close():
    yield
    pyplot.close("all")


def votes():
    return committees.approvals().problem({"a, b": 5, "c": 4, "d": 3}, seats=2)


def test_approvals_are_bars_as_high_as_ballots():
    ax = plots.representation(committees.approval.solve(votes()))
    assert [label.get_text() for label in ax.get_xticklabels()] == ["a", "b", "c", "d"]
    approved = [bar for bar in ax.patches if bar.get_fill()]
    assert [bar.get_height() for bar in approved] == [5, 5, 4, 3]
    assert [bar.get_height() for bar in ax.patches if not bar.get_fill()] == [4, 3]


def test_parts_of_the_voters_by_members():
    rules = (committees.approval, committees.pav)
    ax = plots.members_of_voters(*(rule.solve(votes()) for rule in rules))
    widths = [round(bar.get_width() * 12) for bar in ax.patches]
    assert widths == [7, 3, 0, 9, 5, 0]
    assert [t.get_text() for t in ax.get_yticklabels()] == ["approval", "pav"]


def test_outcomes_without_a_problem_are_refused():
    for plot in (plots.representation, plots.members_of_voters):
        with pytest.raises(InvalidInputError, match="know its problem"):
            plot(Outcome(frozenset("a")))
    with pytest.raises(InvalidInputError, match="hold an outcome"):
        plots.members_of_voters()
