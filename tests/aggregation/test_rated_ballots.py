"""Approval, STAR and majority judgment: figures by hand, ties, blanks."""

from fractions import Fraction

import pytest

from mechdesign import aggregation as ag
from mechdesign.errors import InvalidInputError

WEIGHTS = [42, 26, 15, 17]
TENNESSEE = {"M": [5, 0, 0, 0], "N": [2, 5, 2, 1], "C": [1, 3, 5, 3], "K": [0, 2, 3, 5]}
DIFFERENCE = {"M": [5, 0, 0, 0], "N": [0, 5, 3, 3], "C": [0, 4, 5, 4], "K": [0, 4, 4, 5]}


def test_star():
    found = ag.star(TENNESSEE, weights=WEIGHTS)
    assert dict(found.scores) == {"M": 210, "N": 261, "C": 246, "K": 182}
    assert found.details["finalists"] == (("N", "C"),)
    assert found.winners == ("N",)
    other = ag.star(DIFFERENCE, weights=WEIGHTS)
    assert dict(other.scores) == {"M": 210, "N": 226, "C": 247, "K": 249}
    assert other.winners == ("K",)
    assert other.details["equal"] == 68


def test_star_ties():
    assert ag.star({"A": [1, 0], "B": [0, 1]}).winners == ("A", "B")
    # Equal runoff: the higher sum wins.
    assert ag.star({"A": [5, 0, 3], "B": [0, 4, 3], "C": [0, 0, 0]}).winners == ("A",)
    # Equal sums for the second place: both pairs are tried.
    found = ag.star({"A": [5, 5, 0], "B": [0, 3, 3], "C": [3, 0, 3]})
    assert len(found.details["finalists"]) == 2


def test_majority_judgment():
    found = ag.majority_judgment(TENNESSEE, weights=WEIGHTS)
    assert dict(found.details["medians"]) == {"M": 0, "N": 2, "C": 3, "K": 2}
    assert str(found.ranking) == "C > N > K > M"


@pytest.mark.parametrize(
    ("tie_break", "winners"),
    [
        ("majority_value", "B"),
        ("gauge", "B"),
        ("typical", "AB"),
        ("usual", "AB"),
        ("central", "AB"),
    ],
)
def test_the_smallest_disagreement_of_tie_breaks(tie_break, winners):
    table = {"A": [0, 1, 2], "B": [1, 1, 1]}
    assert set(ag.majority_judgment(table, tie_break=tie_break).winners) == set(winners)


def test_tie_breaks_by_hand():
    # Shares above and below the median 1: A 2/5 and 1/5, B 3/10 and 0, of ten voters.
    a = [0] * 2 + [1] * 4 + [2] * 4
    b = [1] * 7 + [2] * 3
    c = [0] * 3 + [1] * 6 + [2] * 1
    table = {"A": a, "B": b, "C": c}
    order = {
        "gauge": "A > B > C",
        "typical": "B > A > C",
        "usual": "A > B > C",
        "central": "B > A > C",
    }
    for name, expected in order.items():
        assert str(ag.majority_judgment(table, tie_break=name).ranking) == expected, name


def test_majority_judgment_has_no_show_and_elects_against_majorities():
    assert ag.majority_judgment({"A": [0, 2], "B": [1, 1]}).winners == ("B",)
    assert ag.majority_judgment({"A": [0, 2, 2], "B": [1, 1, 3]}).winners == ("A",)
    table = {"A": [0, 0, 1, 2, 2], "B": [1, 1, 2, 0, 0]}
    assert ag.majority_judgment(table).winners == ("A",)
    preferring_b = sum(y > x for x, y in zip(*table.values(), strict=True))
    assert preferring_b == 3


def test_blanks():
    blank = {"A": [None, 2, 2], "B": [1, 1, 1]}
    assert dict(ag.majority_judgment(blank).details["medians"]) == {"A": 2, "B": 1}
    rejected = {"A": [None, None, 2], "B": [0, 0, 0]}
    assert ag.majority_judgment(rejected).winners == ("B",)
    found = ag.star({"A": [None, 5], "B": [1, 4]})
    assert dict(found.scores) == {"A": 6, "B": 5}
    assert "count as 1" in found.provenance.ties
    assert ag.approval({"A": [None, 1], "B": [0, 0]}).winners == ("A",)


def test_approval():
    found = ag.approval({"A": [1, 1, 0, 0], "B": [0, 1, 1, 0], "C": [0, 0, 0, 1]})
    assert found.winners == ("A", "B")
    assert found.details["represented"] == 3
    graded = ag.approval(TENNESSEE, weights=WEIGHTS, threshold=3)
    assert dict(graded.scores) == {"M": 42, "N": 26, "C": 58, "K": 32}


def test_approval_of_single_marks_is_plurality():
    marks = {"A": [1, 0, 0], "B": [0, 1, 1], "C": [0, 0, 0]}
    single = ag.plurality(["A", "B > A", "B > A"]).scores
    assert {x: v for x, v in ag.approval(marks).scores.items() if v} == {
        x: v for x, v in single.items() if v
    }


def test_weights_of_voters():
    with pytest.raises(InvalidInputError, match="whole numbers"):
        ag.majority_judgment({"A": [1, 2], "B": [0, 3]}, weights=[Fraction(1, 2), 1])
    with pytest.raises(InvalidInputError, match="hold grades"):
        ag.star(["A > B"])
