"""Counts by hand, published ones and real ones, stage by stage."""

import random
from fractions import Fraction

import pytest

from mechdesign import aggregation as ag
from mechdesign.aggregation import datasets, definitions
from mechdesign.aggregation.counting_rounds.progress import Progress
from mechdesign.cli import main
from mechdesign.errors import InvalidInputError, LimitReachedError

from .test_counting_rounds import COUNCIL, NAMES, QUOTA, adds_up, drawn_ballots, given

# ---------------------------------------------------------------- counts by hand and published


def test_equal_ranks_split():
    found = ag.stv({"A": 1, "A = B": 3, "C > B": 2}, rule="irv")
    assert dict(found.stages[0].votes) == {"A": Fraction(5, 2), "B": Fraction(3, 2), "C": 2}
    assert found.stages[1].votes["A"] == 4
    assert found.elected == ("A",)


@pytest.mark.parametrize(
    ("options", "elected"),
    [
        ({}, "AC"),
        ({"rule": "scottish"}, "AC"),
        ({"quota": "exact"}, "AB"),
        ({"quota": "hare"}, "AC"),
        ({"rule": "meek"}, "AB"),
    ],
)
def test_the_quota_decides(options, elected):
    assert ag.stv(QUOTA, seats=2, **options).choice == set(elected)


def test_stages_at_the_exact_quota():
    found = ag.stv(QUOTA, seats=2, quota="exact")
    assert found.stages[0].quota == Fraction(17, 3)
    assert found.stages[1].votes["B"] == Fraction(91, 30)
    assert found.stages[1].votes["C"] == Fraction(53, 10)
    assert found.stages[2].votes["B"] == Fraction(181, 30)
    meek = ag.stv(QUOTA, seats=2, rule="meek")
    assert float(meek.stages[-1].quota) == pytest.approx(17 / 3)


def test_a_council_of_three():
    found = ag.stv(COUNCIL, seats=3)
    assert found.stages[0].votes["A"] == 15
    assert [found.stages[1].votes[c] for c in "ABC"] == [9, Fraction(53, 5), Fraction(37, 5)]
    assert found.stages[2].votes["C"] == Fraction(2241, 265)
    assert sum(found.stages[2].exhausted.values()) == Fraction(144, 265)
    assert found.elected == ("A", "B", "C")
    hare = ag.stv(COUNCIL, seats=3, quota="hare")
    assert hare.stages[0].quota == Fraction(34, 3)
    assert hare.choice == set("ADB")


def test_minneapolis_excludes_the_defeated_before_a_surplus():
    """Defeated: with all below and all surpluses fewer votes than the next."""
    found = ag.stv({"A > C": 8, "B": 6, "C": 1, "D > C": 1, "E": 1}, seats=3, rule="minneapolis")
    # Quota 5: with the surpluses of 3 and 1 any of the last three could pass the next.
    assert [s.of for s in found.stages] == [(), ("A",), ("D", "E")]
    late = ag.stv({"A > C": 7, "B": 6, "C > D": 5, "D": 1, "E": 1}, seats=2, rule="minneapolis")
    # Quota 7 of 20: nobody has a surplus; D and E together have less than C.
    assert late.stages[1].excluded == ("D", "E")
    early = ag.stv({"A > C": 9, "B": 6, "C > D": 5, "D": 1}, seats=2, rule="minneapolis")
    # Quota 8: D has 1, with the surplus 2, less than the 5 of C.
    assert (early.stages[1].excluded, early.stages[2].of) == (("D",), ("A",))
    # Nine papers at 1/9, cut off to .1111.
    assert early.stages[2].votes["C"] == Fraction(59999, 10000)
    assert early.stages[2].rounding == Fraction(1, 10000)


@pytest.mark.parametrize("rule", ["ers97", "tasmania"])
def test_parcels_move_as_the_definition_says(rule):
    define = {"ers97": definitions.ers97, "tasmania": definitions.hare_clark}[rule]
    draw = random.Random(f"parcels of {rule}")
    seen = ties = 0
    for _ in range(150):
        m = draw.randint(4, 7)
        rows = drawn_ballots(draw, m, most=draw.choice([40, 400]), lists=30)
        seats = draw.randint(1, m - 2)
        count = ag.stv(given(rows, m), seats=seats, rule=rule)
        try:
            elected, history = define([row for row in rows if row[1]], NAMES[:m], seats)
        except ValueError:
            ties += 1
            continue
        votes = [dict(stage.votes) for stage in count.stages]
        assert count.choice == set(elected), (rows, seats)
        # Where as many are left as seats nothing moves: the last stage is that before.
        assert votes[: len(history)] == history, (rows, seats)
        assert all(after == history[-1] for after in votes[len(history) :])
        seen += len(history) > 3
    assert seen > 60
    assert ties < 75


def test_ers97_by_hand():
    """The quota is rounded up to hundredths; a surplus that decides nothing waits."""
    found = ag.stv({"A > B": 40, "B": 25, "C > B": 24, "D > C": 11}, seats=2, rule="ers97")
    assert found.stages[0].quota == Fraction(3334, 100)
    # 6.66 is no more than the 13 between the lowest two, so that D goes first; then C leads B by
    # more than it: B is excluded, and C is left.
    assert [s.excluded for s in found.stages] == [(), ("D",)]
    assert found.elected == ("A", "C")
    falls = ag.stv({"A": 30, "B > A": 29, "C": 21, "D": 20}, seats=2, rule="ers97")
    assert [s.quota for s in falls.stages][:2] == [Fraction(3334, 100), Fraction(2667, 100)]


def test_tasmania_by_hand():
    """Whole votes: the fractions of a transfer are lost."""
    found = ag.stv(
        {"A > B": 17, "A > C": 4, "B": 8, "C > B": 9, "D > C": 2}, seats=2, rule="tasmania"
    )
    # 40 votes, quota 14: A's 21 papers go on at 7/21.
    surplus = found.stages[1]
    assert (surplus.votes["B"], surplus.votes["C"]) == (8 + 5, 9 + 1)
    assert surplus.rounding == 1
    # D's two papers of first choices, then nobody's.
    assert found.stages[2].votes["C"] == 12
    # C's papers go as they came: nine of first choices, then four at 1/3, then two of D.
    assert [s.action for s in found.stages[3:]] == ["exclusion"]
    assert found.elected == ("A", "B")


def test_cambridge_fills_nobody_beyond_the_quota():
    ballots = {"A > B": 120, "B > C": 80, "C > B": 70, "D > A > C": 60, "E > D": 49, "F": 30}
    for seed in range(5):
        found = ag.stv(ballots, seats=3, rule="cambridge", rng=seed)
        adds_up(found)
        # A's 17 go to B; E and F have less than 50 first choices; D takes 43 of E's 49 papers.
        first, surplus, few, last = found.stages
        assert first.quota == 103
        assert surplus.votes["B"] == 97
        assert few.excluded == ("E", "F")
        assert few.votes["D"] == 103
        assert few.exhausted["no further choice"] == 36
        assert last.elected == ("B",)
        assert last.votes["B"] == 103
    with pytest.raises(InvalidInputError, match="rng"):
        ag.stv(ballots, seats=3, rule="cambridge")
    with pytest.raises(InvalidInputError, match="full"):
        ag.stv(ballots, seats=3, rule=ag.CountRule(full=True))


def test_one_runoff_after_another_is_its_definition():
    draw = random.Random(14)
    for _ in range(60):
        m = draw.randint(2, 5)
        rows = drawn_ballots(draw, m)
        seats = draw.randint(1, m - 1)
        problem = ag.election(given(rows, m), seats=seats)
        expected = definitions.sequential_runoff(rows, NAMES[:m], seats)
        assert {one.choice for one in ag.sequential_runoff.winners(problem)} == expected, rows
        found = ag.sequential_runoff(problem)
        assert found.choice in expected
        assert [len(count.elected) for count in found.details["counts"]] == [1] * seats


def test_quotients_are_those_of_the_definition():
    draw = random.Random(12)
    for _ in range(120):
        m = draw.randint(2, 5)
        rows = [row for row in drawn_ballots(draw, m, lists=6) if row[1]]
        seats = draw.randint(1, m)
        problem = ag.election(given(rows, m), seats=seats)
        expected = definitions.qpq(rows, NAMES[:m], seats)
        assert {one.choice for one in ag.qpq.winners(problem)} == expected, rows
        assert ag.qpq(problem).choice in expected


def test_quotients_by_hand():
    # Quota 17/3: A has 10, and its ballots 1/10 each; C 4 + 3/10 of them, over 1 + 3/10.
    found = ag.qpq({"A > B": 7, "A > C": 3, "C": 4, "D > B": 3}, seats=2)
    assert found.details["steps"][:2] == (
        ("elected", "A", 10, Fraction(17, 3)),
        ("excluded", "D", 3, Fraction(17, 3)),
    )
    # Again A; then B has 10 ballots with 7/10 shares in all: 10 / (1 + 7/10).
    assert found.details["steps"][3] == ("elected", "B", Fraction(100, 17), Fraction(17, 3))
    assert found.choice == {"A", "B"}
    with pytest.raises(InvalidInputError, match="one candidate at a time"):
        ag.qpq({"A = B": 1, "C": 1}, seats=1)


def test_solid_coalitions_and_the_quota():
    ballots = {"A > B > C > D": 35, "B > A > C > D": 32, "C > D > A > B": 33}
    for options, elected in (
        ({}, "AC"),
        ({"rule": "scottish"}, "AC"),
        ({"quota": "hare"}, "AC"),
        ({"quota": "exact"}, "AB"),
        ({"rule": "meek"}, "AB"),
    ):
        assert ag.stv(ballots, seats=2, **options).choice == set(elected), options


ALASKA = {
    str(order): weight
    for order, weight in zip(
        datasets.alaska_2022().rankings(), datasets.alaska_2022().weights(), strict=True
    )
}


def test_alaska_2022():
    found = ag.stv(ALASKA, rule="irv")
    first, last = found.stages
    assert [first.votes[c] for c in ("Begich", "Palin", "Peltola")] == [53810, 58973, 75799]
    assert [last.votes[c] for c in ("Palin", "Peltola")] == [86026, 91266]
    assert last.exhausted == {"no further choice": 11290}
    assert found.elected == ("Peltola",)


def changed(less=0, raised=0):
    ballots = dict(ALASKA)
    ballots["Palin > Begich > Peltola"] -= less
    ballots["Palin"] -= raised
    if raised:
        ballots["Peltola > Palin"] = raised
    found = ag.stv(ballots, rule="irv", ties="all")
    return {name for one in found.committees for name in one}


def test_alaska_had_staying_home_and_raising_paradoxes():
    assert changed(less=5162) == {"Peltola"}
    assert changed(less=5163) == {"Peltola", "Begich"}
    assert changed(less=5164) == changed(less=8407) == {"Begich"}
    assert changed(less=8408) == {"Peltola", "Begich"}
    assert changed(less=8409) == {"Peltola"}
    assert changed(raised=5164) == changed(raised=8000) == {"Begich"}
    assert changed(raised=11000) == {"Peltola"}


TENNESSEE = {"M > N > C > K": 42, "N > C > K > M": 26, "C > K > N > M": 15, "K > C > N > M": 17}


def test_tennessee():
    assert ag.stv(TENNESSEE, rule="irv").elected == ("K",)


# ---------------------------------------------------------------- real counts


def test_ties_that_are_not_all_followed_decide_nothing(monkeypatch, tmp_path, capsys):
    votes = {f"{a} > {b}": 2 for a in "ABCD" for b in "ABCD" if a != b}
    assert ag.stv(votes, seats=2).complete
    monkeypatch.setattr(Progress, "most_ties", 1)
    found = ag.stv(votes, seats=2)
    assert not found.complete
    with pytest.raises(LimitReachedError, match="not all ways"):
        ag.stv.winners(ag.election(votes, seats=2))
    path = tmp_path / "tied.rankings"
    path.write_text("\n".join(f"{w}: {vote}" for vote, w in votes.items()))
    assert main(["count", str(path), "--seats", "2"]) == 3
    assert "more ties than were followed" in capsys.readouterr().out
