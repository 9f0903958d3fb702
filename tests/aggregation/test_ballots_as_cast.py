"""Tied, ranked below, not listed and not seen are four things, in every rule and reader."""

from fractions import Fraction

import numpy as np
import pytest

from mechdesign import aggregation
from mechdesign.errors import InvalidInputError

#: Ten voters name A alone, three rank B above A: A wins 10:3 head to head.
BULLETS = {"A": 10, "B > A": 3}
PAIRWISE = [
    *("schulze", "condorcet", "copeland", "ranked_pairs", "minimax", "kemeny", "young", "black"),
    *("nanson", "baldwin", "smith", "borda"),
]
POSITIONAL = ["plurality", "irv", "coombs", "bucklin", "threshold", "antiplurality", "dowdall"]


@pytest.mark.parametrize("name", PAIRWISE + POSITIONAL)
def test_what_a_ballot_leaves_out_is_below(name):
    assert getattr(aggregation, name)(BULLETS).winners == ("A",)


@pytest.mark.parametrize("name", ["schulze", "condorcet", "copeland", "minimax", "kemeny", "smith"])
def test_what_was_not_seen_is_not_compared(name):
    assert getattr(aggregation, name)(BULLETS, unranked="unseen").winners == ("B",)


def test_the_choice_is_told():
    (told,) = aggregation.schulze(BULLETS).provenance.decisions
    assert told.startswith("1 of 2 rankings leave alternatives out")
    assert aggregation.schulze({"A > B": 1}).provenance.decisions == ()
    assert aggregation.schulze(BULLETS, unranked="unseen").provenance.decisions == ()


def test_the_maximal_lottery_reads_ballots_as_cast():
    lottery = aggregation.maximal_lotteries(BULLETS)
    assert [outcome.winners for _, outcome in lottery] == [("A",)]


def test_a_last_tier_that_was_not_written_is_no_approval():
    ballots = {"A": 5, "B": 4, "C > B": 2}
    # B is named by 6 of 11: nobody else is reached, however deep one looks.
    assert dict(aggregation.bucklin(ballots).scores) == {"A": 5, "B": 6, "C": 2}
    assert dict(aggregation.k_approval(ballots, k=2).scores) == {"A": 5, "B": 6, "C": 2}


def test_a_blank_ballot_counts_for_nobody():
    ballots = [aggregation.Ranking([["A"], ["B"]]), aggregation.Ranking([])]
    blank = aggregation.Profile.from_rankings(ballots, alternatives="AB")
    assert dict(aggregation.plurality(blank).scores) == {"A": 1, "B": 0}
    assert aggregation.irv(blank).winners == ("A",)


def test_exhausted_ballots_leave_the_count():
    # C goes first; its voters named nobody else, so A has 4 against 3.
    assert aggregation.irv({"A > B": 4, "B": 3, "C": 2}).winners == ("A",)


def test_the_four_states_are_kept_apart():
    ballots = aggregation.Profile.from_rankings({"A = B > C": 1, "A": 1})
    assert ballots.tiers.tolist() == [[0, 0, 1], [0, 1, 1]]
    assert ballots.named.tolist() == [[True, True, True], [True, False, False]]
    assert (ballots.truncated, ballots.complete, ballots.strict) == (1, True, False)
    scores = aggregation.Profile.from_scores([[3, np.nan, 1]], "ABC")
    assert scores.tiers.tolist() == [[0, -1, 1]]
    assert (scores.truncated, scores.complete) == (0, False)


def test_ballots_survive_reading_and_leaving_out():
    ballots = aggregation.Profile.from_rankings({"A > B": 2, "C": 1, "B > C > A": 4})
    problem = aggregation.read(ballots)
    again = aggregation.read(problem)
    assert again.data.unranked == "last"
    assert [str(r) for r in problem.types] == ["A > B", "C", "B > C > A"]
    part = ballots.restricted(["B", "C"])
    assert part.named.tolist() == [[True, False], [False, True], [True, True]]
    assert part == aggregation.Profile.from_rankings(
        [*map(aggregation.Ranking.parse, ("B", "C", "B > C"))], [2, 1, 4], "BC"
    )
    assert ballots.subset([1]).rankings() == [aggregation.Ranking([["C"]])]
    assert ballots.reweighted([1, 1, 1]).truncated == 2


def test_scores_that_are_missing_say_nothing_unless_told():
    table = {"A": [1, None, 1], "B": [None, 2, 0]}
    assert aggregation.copeland(table).winners == ("A",)
    assert aggregation.borda(table, unranked="last").scores == {"A": 2, "B": 1}
    assert aggregation.read(table).data.unranked == "unseen"


def test_large_profiles_keep_what_was_listed():
    rows = {"A > B > C": 1, "A": 1}
    labels = [*"ABC", *map(str, range(40))]
    names = list(rows) * 400
    wide = aggregation.Profile.from_rankings(names, alternatives=labels)
    problem = aggregation.read(wide)
    assert isinstance(problem.types, np.ndarray)
    assert aggregation.plurality(problem).scores["A"] == 800
    assert aggregation.k_approval(problem, k=2).scores == {
        **dict.fromkeys(labels, 0),
        "A": 800,
        "B": 400,
    }


@pytest.mark.parametrize("data", [BULLETS, {"A": [1, 2], "B": [2, 1]}])
def test_bad_words_are_named(data):
    with pytest.raises(InvalidInputError, match="unranked"):
        aggregation.borda(data, unranked="below")


def test_a_utility_counts_what_a_ballot_leaves_out():
    only_a = aggregation.Profile.from_rankings({"A": 1}, alternatives="AB")
    problem = aggregation.read(only_a)
    outcome = aggregation.rankings().outcome(problem, aggregation.Ranking.parse("B > A"))
    assert outcome.utilities == {0: -1}
    unseen = aggregation.read(
        aggregation.Profile.from_rankings({"A": 1}, alternatives="AB", unranked="unseen")
    )
    other = aggregation.rankings().outcome(unseen, aggregation.Ranking.parse("B > A"))
    assert other.utilities == {0: Fraction(0)}
