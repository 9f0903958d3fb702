"""Tables of approvals, and files of ballots that are refused by name."""

from __future__ import annotations

import pytest

from mechdesign import aggregation
from mechdesign.errors import InvalidInputError

APPROVALS = "voter,Ann,Bob,Cy\nv1,1,0,1\nv2,0,0,1\nv3,1,,0\nv4,0,0,1\n"


@pytest.fixture
def approvals(tmp_path):
    path = tmp_path / "approvals.csv"
    path.write_text(APPROVALS)
    return path


def test_it_may_be_two_things_and_the_flag_decides(approvals):
    with pytest.raises(InvalidInputError, match=r"approvals \(--as ballots\) .* of Ann, Bob, Cy"):
        aggregation.borda(approvals)


def test_as_ballots_the_approved_are_above_the_others(approvals):
    profile = aggregation.read(approvals, kind="ballots")
    assert len(profile) == 4
    result = aggregation.copeland(approvals, kind="ballots")
    assert result.winners == ("Cy",)
    assert any("approvals" in told for told in result.provenance.decisions)


def test_as_scores_the_rows_are_systems(approvals):
    assert aggregation.mean(approvals, kind="scores").winners == ("v1",)


def test_systems_that_pass_or_fail_are_scores(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("model,x,y\nA,1,0\nB,1,1\n")
    assert aggregation.mean(path).winners == ("B",)


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        (
            "ward.csv",
            '3,1,\n9,1,\n2,2,1,\n"Candidate 1","Ann","Blue (B)",\n"Ward",\n',
            "3 candidates",
        ),
        ("votes.pb", "META\nkey;value\n", "solve bargaining"),
    ],
)
def test_what_is_not_read_is_named(name, text, told, tmp_path):
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(InvalidInputError, match=told):
        aggregation.borda(path)
