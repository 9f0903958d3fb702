"""Tables of approvals: a row for each voter, 0 and 1 for each candidate."""

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
    with pytest.raises(InvalidInputError, match="approvals of Ann, Bob, Cy"):
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
