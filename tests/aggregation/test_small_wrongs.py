"""Rounds of a count, resamples that cannot be ranked, regularised strengths, missing scores."""

from __future__ import annotations

import json
from fractions import Fraction

import numpy as np
import pytest

from mechdesign import aggregation as ag
from mechdesign.cli import main
from mechdesign.errors import InfeasibleError, InvalidInputError

F = Fraction
# Oracle 25 of the arenas: X meets Z forty times, Y only eight times.
UNEVEN = (
    [("X", "Z", "left")] * 24 + [("X", "Z", "right")] * 16
    + [("Y", "Z", "left")] * 7 + [("Y", "Z", "right")]
)  # fmt: skip


def test_resamples_that_cannot_be_ranked_are_left_out_and_counted(tmp_path, capsys):
    text = "Model,T1,T2,T3,T4\nOak,80.5,81.2,79.1,80.9\nElm,78.1,79.3,77.4,78.8\n"
    text += "Ash,60.0,61.7,59.2,60.9\nYew,55.3,51.7,49.2,40.1\nFir,82.4,,,\n"
    path = tmp_path / "t.csv"
    path.write_text(text)
    found = ag.bootstrap(ag.score_table(path), "mean", samples=100)
    # Fir has a score in T1 only, which (3/4)^4 of the resamples lack.
    assert 0 < found.failed < 60
    assert len(found.ranks) + found.failed == 100
    assert f"{found.failed} of 100 resamples" in str(found)
    words = ["rank", str(path), "--mechanism", "mean", "--bootstrap", "100"]
    assert main([*words, "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["bootstrap"]["mean"]["failed"] == found.failed
    assert any(f"{found.failed} of 100" in line for line in data["decisions"])


def test_separable_resamples_are_counted():
    found = ag.bootstrap(ag.battles(UNEVEN), "bradley_terry", samples=200)
    assert len(found.ranks) + found.failed == 200
    # .364 of all resamples are separable.
    assert 50 < found.failed < 100


def test_a_bootstrap_of_nothing_fails_as_the_rule_does():
    with pytest.raises(InfeasibleError, match="ridge"):
        ag.bootstrap(ag.battles([("X", "Y", "left")] * 3), "bradley_terry", samples=5)


def test_regularised_strengths():
    pairs = ag.battles(UNEVEN)
    plain = ag.bradley_terry_fit(pairs).log_strengths
    assert np.allclose(plain, [-0.37832664, 1.16211840, -0.78379175], atol=1e-8)
    ridge = ag.bradley_terry_fit(pairs, ridge=1).log_strengths
    assert np.allclose(ridge, [-0.15041757, 0.72199366, -0.57157609], atol=1e-8)
    alone = ag.battles([("X", "Y", "left")] * 3)
    with pytest.raises(InfeasibleError):
        ag.bradley_terry(alone)
    assert ag.bradley_terry(alone, ridge=1).winners == ("X",)
    with pytest.raises(InvalidInputError, match="ridge"):
        ag.bradley_terry(alone, ridge=-1)


def test_battles_are_ranked_by_what_does_not_count_how_often_one_met():
    found = ag.compare(ag.battles(UNEVEN))
    assert list(found.results) == ["bradley_terry", "mean_win_rate"]
    assert found.winners == {"bradley_terry": ("Y",), "mean_win_rate": ("Y",)}
    separable = ag.compare(ag.battles(UNEVEN[:24] + UNEVEN[40:]))
    assert list(separable.results) == ["bradley_terry(ridge=1)", "mean_win_rate"]
    assert list(ag.compare({"A > B > C": 2, "C > A": 1}).results) == ["borda", "copeland", "kemeny"]


def test_rounds_of_an_instant_runoff():
    found = ag.irv({"A > B > C": 4, "B > C > A": 2, "C > A > B": 3, "B = C > A": 2, "A": 1})
    first, last = found.details["rounds"]
    assert dict(first["votes"]) == {"A": 5, "B": 3, "C": 4}
    assert (first["dropped"], first["exhausted"]) == (("B",), 0)
    assert dict(last["votes"]) == {"A": 5, "C": 7}
    assert found.winners == ("C",)
    half = ag.irv({"A": 2, "A = B": 1, "B": 2, "C": 1}).details["rounds"]
    assert dict(half[0]["votes"]) == {"A": F(5, 2), "B": F(5, 2), "C": 1}
    assert half[1]["exhausted"] == 1


@pytest.mark.shared_data
def test_rounds_of_burlington(shared_data):
    ballots = ag.read(shared_data / "elections" / "burl2009.abif", overvote="exhaust")
    rounds = ag.irv(ballots).details["rounds"]
    assert sorted(rounds[0]["votes"].values()) == [35, 36, 1306, 2063, 2585, 2951]
    assert sorted(rounds[-1]["votes"].values()) == [4060, 4313]
    assert (rounds[0]["exhausted"], rounds[-1]["exhausted"]) == (4, 607)


def test_sensitivity_with_missing_scores():
    votes = ["A > B > C", "A > B > C", "A > B > C", "B > C > A", "B > C > A"]
    whole = ag.irrelevant_sensitivity(votes, ["A", "B"])
    scores = {"A": [3, 3, 3, 1, 1, None], "B": [2, 2, 2, 3, 3, 1], "C": [1, 1, 1, 2, 2, 0]}
    found = ag.irrelevant_sensitivity(scores, ["A", "B"])
    assert (found.flipped, found.kept, str(found.before), str(found.after)) == (
        whole.flipped, whole.kept, str(whole.before), str(whole.after),
    )  # fmt: skip
    many = {f"S{k}": [k, None if k else 1] for k in range(30)}
    with pytest.raises(InvalidInputError, match="missing"):
        ag.irrelevant_sensitivity(many, ["S0", "S1"])


@pytest.mark.parametrize(
    "ask",
    [
        lambda votes: ag.irrelevant_sensitivity(votes, ["A", "Z"]),
        lambda votes: ag.irrelevant_sensitivity(votes, {"Z": None}),
        lambda votes: ag.irrelevant_sensitivity(votes, ["A", "A"]),
        lambda votes: ag.irrelevant_sensitivity(votes, 1.5),
        lambda votes: ag.prospects(votes, ["Z"]),
        lambda votes: ag.prospects(votes, 3),
        lambda votes: ag.Pairwise.of(ag.profile_of(ag.read(votes))).margin("A", "Z"),
        lambda votes: ag.compare(votes, ["borda"]).duel("A", "Z"),
    ],
)
def test_a_label_that_is_not_there_is_refused_by_name(ask):
    with pytest.raises(InvalidInputError):
        ask({"A > B > C": 3, "B > C > A": 2})


def test_kemeny_of_more_systems_than_calls_may_nest():
    out = ag.kemeny([[k] for k in range(1100)])
    assert (out.cost, out.details["count"], out.winners) == (0, 1, ("system 1100",))
