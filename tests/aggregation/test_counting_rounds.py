"""Counts in rounds: against their definition, published counts, and the rules of book-keeping."""

import random
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from mechdesign import aggregation as ag
from mechdesign.aggregation import datasets, definitions
from mechdesign.aggregation.counting_rounds.progress import Progress
from mechdesign.cli import main
from mechdesign.errors import InvalidInputError, LimitReachedError

NAMES = "ABCDEFG"
RULES = {
    **{name: {} for name in ["wigm", "scottish", "gregory", "meek", "warren", "irv", "bottoms_up"]},
    **{name: {} for name in ["minneapolis", "ers97", "tasmania"]},
    "cambridge": {"rng": 3},
    "irish": {"rng": 3},
    "random": {"rng": 3},
}


def drawn_ballots(draw, m, *, most=8, lists=12):
    """Random truncated ballots, some of them blank."""
    rows = []
    for _ in range(draw.randint(2, lists)):
        order = draw.sample(NAMES[:m], draw.randint(0 if draw.random() < 0.1 else 1, m))
        rows.append((Fraction(draw.randint(1, most)), order))
    return rows if any(order for _, order in rows) else [(Fraction(1), ["A"])]


def given(rows, m):
    return ag.Profile.from_rankings(
        [ag.Ranking.from_order(order) for _, order in rows], [w for w, _ in rows], NAMES[:m]
    )


def adds_up(count):
    for stage in count.stages:
        total = sum(stage.votes.values()) + sum(stage.exhausted.values()) + stage.rounding
        assert total == count.details["votes"], stage.title
        assert min(stage.votes.values()) >= 0
        assert stage.rounding >= 0
    for before, after in zip(count.stages, count.stages[1:], strict=False):
        for c in after.votes:
            gained = sum(x for _, to, x in after.moved if to == c)
            lost = sum(x for of, _, x in after.moved if of == c)
            step = after.votes[c] - before.votes[c]
            rounded = after.rounding - before.rounding if (c,) == after.of else 0
            assert step == gained - lost - rounded, (after.title, c)


@pytest.mark.parametrize("rule", ["meek", "warren"])
def test_keep_values_are_those_of_the_definition(rule):
    draw = random.Random(rule)
    for _ in range(25):
        m = draw.randint(3, 6)
        seats = draw.randint(2, m - 1)
        rows = drawn_ballots(draw, m, most=60)
        count = ag.stv(given(rows, m), seats=seats, rule=rule)
        elected, out = [], []
        for stage in count.stages:
            out += stage.excluded
            standing = [c for c in NAMES[:m] if c not in out and c not in elected]
            votes, quota = definitions.meek_votes(
                rows, elected, standing, seats, prices=rule == "warren"
            )
            assert float(stage.quota) == pytest.approx(quota, abs=1e-6)
            for c, v in votes.items():
                assert float(stage.votes[c]) == pytest.approx(v, abs=1e-6), (rows, stage.title)
            elected += stage.elected


@pytest.mark.parametrize("rule", RULES)
def test_every_stage_adds_up(rule):
    for seed in range(40):
        draw = random.Random(seed)
        m = draw.randint(1, 6)
        for seats in range(1, m + 1):
            rows = drawn_ballots(draw, m, most=40)
            count = ag.stv(given(rows, m), seats=seats, rule=rule, **RULES[rule])
            adds_up(count)
            assert len(count.elected) == len(count.choice) == seats
            gone = [c for stage in count.stages for c in stage.excluded]
            assert not set(gone) & count.choice
            assert len(set(gone)) == len(gone)


@pytest.mark.parametrize("quota", ["droop", "exact", "hare", "imperiali", "none"])
@pytest.mark.parametrize("exclusion", ["single", "without_votes", "defeated"])
def test_parts_go_together_and_add_up(quota, exclusion):
    draw = random.Random(f"{quota}{exclusion}")
    for _ in range(25):
        m = draw.randint(2, 6)
        rows = drawn_ballots(draw, m, most=40)
        for seats in range(1, m):
            rule = ag.count_rule(quota=quota, exclusion=exclusion)
            adds_up(ag.stv(given(rows, m), seats=seats, rule=rule))


def test_excluding_those_who_are_defeated_together_changes_no_winner_of_one_seat():
    draw = random.Random(5)
    for _ in range(80):
        m = draw.randint(2, 6)
        profile = given(drawn_ballots(draw, m), m)
        one, many = (
            ag.stv(profile, seats=1, ties="all", rule=ag.count_rule(exclusion=how))
            for how in ("single", "defeated")
        )
        assert set(one.committees) == set(many.committees)


def test_one_seat_is_instant_runoff():
    draw = random.Random(6)
    for rule in ("irv", "wigm", "meek", "bottoms_up"):
        for _ in range(60):
            m = draw.randint(2, 5)
            profile = given(drawn_ballots(draw, m), m)
            found = ag.stv(profile, seats=1, rule=rule, ties="all")
            expected = {frozenset({w}) for w in ag.irv(profile).winners}
            assert set(found.committees) == expected, (rule, profile)


def test_equal_ranks_count_as_parts_of_all_orders():
    draw = random.Random(8)
    for _ in range(30):
        rows, split = [], []
        for _ in range(6):
            a, b, *rest = draw.sample("ABCDE", 5)
            w = draw.randint(1, 9)
            rows.append((f"{a} = {b} > {' > '.join(rest)}", 2 * w))
            split += [(" > ".join([x, y, *rest]), w) for x, y in ((a, b), (b, a))]
        whole = ag.Profile.from_rankings([t for t, _ in rows], [w for _, w in rows], "ABCDE")
        parts = ag.Profile.from_rankings([t for t, _ in split], [w for _, w in split], "ABCDE")
        for rule in ("wigm", "meek", "irv"):
            seats = 1 if rule == "irv" else 2
            a, b = (ag.stv(p, seats=seats, rule=rule, ties="all") for p in (whole, parts))
            assert set(a.committees) == set(b.committees)
            assert a.stages[-1].votes == b.stages[-1].votes


def test_twice_the_ballots_and_other_names_elect_the_same():
    draw = random.Random(9)
    for _ in range(40):
        rows = drawn_ballots(draw, 5)
        plain = ag.stv(given(rows, 5), seats=2, ties="all", quota="exact")
        twice = [(2 * w, order) for w, order in rows]
        doubled = ag.stv(given(twice, 5), seats=2, ties="all", quota="exact")
        assert set(plain.committees) == set(doubled.committees)
        other = dict(zip("ABCDE", "CEABD", strict=True))
        renamed = [(w, [other[c] for c in order]) for w, order in rows]
        moved = ag.stv(given(renamed, 5), seats=2, ties="all", quota="exact")
        assert set(moved.committees) == {frozenset(other[c] for c in x) for x in plain.committees}


def test_a_candidate_nobody_lists_changes_nothing():
    draw = random.Random(10)
    for rule in ("wigm", "scottish", "meek"):
        for _ in range(20):
            rows = drawn_ballots(draw, 4)
            a = ag.stv(given(rows, 4), seats=2, rule=rule, ties="all")
            b = ag.stv(given(rows, 6), seats=2, rule=rule, ties="all")
            listed = {c for _, order in rows for c in order}
            if len(listed) >= 2:
                shared = {x for x in a.committees if x <= listed}
                assert {x for x in b.committees if x <= listed} == shared


# ---------------------------------------------------------------- counts by hand and published


def test_equal_ranks_split():
    found = ag.stv({"A": 1, "A = B": 3, "C > B": 2}, rule="irv")
    assert dict(found.stages[0].votes) == {"A": Fraction(5, 2), "B": Fraction(3, 2), "C": 2}
    assert found.stages[1].votes["A"] == 4
    assert found.elected == ("A",)


QUOTA = {"A > B": 7, "A > C": 3, "C": 4, "D > B": 3}


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


COUNCIL = {"A > B": 9, "A > C": 6, "B > C": 7, "C > D": 5, "D": 4, "E > D": 3}


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


# ---------------------------------------------------------------- ties


def test_backward_and_forward_look_at_other_stages():
    # D and E tie at the third stage; D had more at the first, E at the second.
    ballots = {"A > X": 20, "D": 6, "E": 4, "B > E": 3, "C > D": 1}
    back = ag.stv(ballots, seats=1, quota="none", ties="backward")
    forth = ag.stv(ballots, seats=1, quota="none", ties="forward")
    (_, one), (_, other) = back.ties[-1], forth.ties[-1]
    assert one.candidates == other.candidates == ("D", "E")
    assert (one.how, other.how) == ("stage 3", "stage 1")


def test_a_tie_that_nothing_decides_is_followed_in_every_way():
    ballots = {"A": 3, "B > C": 2, "C > B": 2, "D > A": 1}
    found = ag.stv(ballots, seats=1, quota="none", ties="all")
    rows = [(Fraction(w), order.split(" > ")) for order, w in ballots.items()]
    assert set(found.committees) == definitions.stv(rows, "ABCD", 1)
    assert len(found.committees) > 1
    ordered = ag.stv(ballots, seats=1, quota="none", ties="order", order="DABC")
    assert len(ordered.committees) == 1
    assert all(tie.how == "order" for _, tie in ordered.ties)
    with pytest.raises(InvalidInputError, match="no tie about the exclusion"):
        ag.stv(ballots, seats=1, ties="refuse")


def test_lots_are_drawn_from_rng():
    ballots = {"A": 1, "B": 1, "C": 1}
    found = {ag.stv(ballots, ties="lots", rng=seed).elected for seed in range(30)}
    assert found == {("A",), ("B",), ("C",)}
    assert ag.stv(ballots, ties="lots", rng=4) == ag.stv(ballots, ties="lots", rng=4)


def test_all_who_are_level_may_be_elected():
    found = ag.stv(dict.fromkeys("ABCDEFG", 1), seats=3)
    assert len(found.committees) == 35


def test_many_without_a_vote_are_no_ties_to_follow():
    labels = [f"c{k}" for k in range(40)]
    profile = ag.Profile.from_rankings(["c0 > c1", "c1", "c0"], [3, 2, 2], labels)
    found = ag.stv(profile, seats=2)
    assert found.choice == {"c0", "c1"}
    assert len(found.committees) == 1


# ---------------------------------------------------------------- equal ranks


@pytest.mark.parametrize(
    ("policy", "first", "last", "exhausted"),
    [
        ("split", [4, 4, 3], [5, 6, 0], {}),
        ("exhaust", [3, 3, 3], [3, 5, 0], {"several at one rank": 3}),
        ("skip", [3, 3, 3], [3, 5, 0], {"no further choice": 1}),
        ("exhaust_if_several_continue", [3, 3, 3], [4, 5, 0], {"several at one rank": 2}),
    ],
)
def test_equal_ranks(policy, first, last, exhausted):
    ballots = {"A": 3, "B": 3, "C > B": 2, "C > A = C2": 1, "A = B": 2}
    profile = ag.Profile.from_rankings(ballots, alternatives=["A", "B", "C", "C2"])
    found = ag.stv(profile, seats=1, quota="none", equal_ranks=policy, order=["A", "B", "C", "C2"])
    assert [found.stages[0].votes[c] for c in "ABC"] == first
    after = next(s for s in found.stages if "C" in s.excluded)
    expected = dict(zip("ABC", last, strict=True))
    assert {c: after.votes[c] for c in "ABC"} == expected
    assert dict(after.exhausted) == exhausted


def test_a_rule_may_refuse_equal_ranks():
    with pytest.raises(InvalidInputError, match="one candidate at a time"):
        ag.stv({"A = B": 1, "B": 1}, rule="scottish")


# ---------------------------------------------------------------- whole papers


def test_whole_papers_stay_whole():
    for rule in ("irish", "random"):
        for seed in range(20):
            count = ag.stv(COUNCIL, seats=3, rule=rule, rng=seed)
            assert all(isinstance(v, int) for s in count.stages for v in s.votes.values())


def test_an_irish_surplus_is_in_proportion():
    ballots = {"A > B": 60, "A > C": 30, "A": 10, "B": 5, "C": 5, "D": 10}
    count = ag.stv(ballots, seats=2, rule="irish", rng=0)
    assert count.stages[0].quota == 41
    # 59 of 90 transferable papers: 39 1/3 and 19 2/3.
    assert count.stages[1].moved == (("A", "B", 39), ("A", "C", 20))


def test_chances_of_draws():
    table = ag.chances_of_draws(COUNCIL, seats=3, rule="random", counts=200, rng=1)
    assert sum(share for _, share in table.rows) == 3
    assert dict(table.rows)["A"] == 1
    with pytest.raises(InvalidInputError, match="draw whole papers"):
        ag.chances_of_draws(COUNCIL, seats=3, rule="wigm")


# ---------------------------------------------------------------- input


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"rule": "unknown"}, "be one of wigm"),
        ({"quota": "big"}, "must be 'droop'"),
        ({"rule": "meek", "quota": "droop"}, "continuing for meek"),
        ({"rule": "irish"}, "rng"),
        ({"seats": 0}, "seats"),
        ({"seats": 9}, "at most 4"),
        ({"ties": "order"}, "be given where ties"),
        ({"order": "AB"}, "every candidate once"),
    ],
)
def test_options_that_do_not_fit_are_refused(options, message):
    with pytest.raises(InvalidInputError, match=message):
        ag.stv(QUOTA, **{"seats": 2, **options})


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"decimals": -1}, "0 to 30"),
        ({"transfer": "drawn"}, "transferable"),
        ({"cut": "votes"}, "decimals"),
        ({"cut": "votes", "decimals": 0}, "parcels"),
        ({"quota": "above"}, "decimals"),
        ({"rule": "meek", "parcels": "by_value"}, "all, undivided"),
        ({"rule": "cambridge", "parcels": "by_value"}, "together"),
    ],
)
def test_parts_that_do_not_go_together_are_refused(parts, message):
    with pytest.raises(InvalidInputError, match=message):
        ag.count_rule(**parts)


def test_a_runoff_that_goes_on_until_two_are_left():
    votes = {"A": 12, "B": 5, "C > B": 4, "D > C": 2}
    assert [len(ag.stv(votes, rule="irv", quota=q).stages) for q in ("continuing", "last_two")] == [
        1,
        3,
    ]
    found = ag.stv(votes, rule="irv", quota="last_two")
    assert found.elected == ("A",)
    assert dict(found.stages[-1].votes) == {"A": 12, "B": 0, "C": 6, "D": 0}
    # A majority of all valid votes, though six are exhausted.
    late = ag.stv({"A": 10, "B": 7, "C": 6}, rule="irv", quota="exact")
    assert (late.elected, len(late.stages)) == (("A",), 3)


def test_a_rule_is_named_by_what_it_is_near_to():
    assert ag.COUNT_RULES["scottish"].name == "scottish"
    assert ag.count_rule("scottish", quota="hare").name == "scottish with quota hare"


def test_the_first_number_above():
    limit = ag.count_rule("minneapolis", quota="above").limit
    assert limit(Fraction(100), 2) == (Fraction(333334, 10000), False)
    assert limit(Fraction(99), 2) == (Fraction(330001, 10000), False)


def test_a_table_of_scores_is_no_election():
    with pytest.raises(InvalidInputError, match="hold ballots"):
        ag.stv([[1, 2], [3, 4]], seats=1)


def test_the_file_says_the_seats(tmp_path):
    file = tmp_path / "council.blt"
    file.write_text('3 2\n5 1 2 0\n3 2 3 0\n2 3 0\n0\n"Ann"\n"Bob"\n"Cy"\n"Board"\n')
    assert ag.stv(file).elected == ("Ann", "Bob")
    assert ag.stv(file, seats=1).elected == ("Ann",)
    assert not any("seats" in note for note in ag.election(file).data.decisions)
    assert any("seats" in note for note in ag.borda(file).provenance.decisions)


def test_many_ballots_as_arrays():
    draw = np.random.default_rng(1)
    orders = np.argsort(draw.random((3000, 12)) + np.arange(12) / 8, axis=1)
    big = ag.Profile.from_orders(orders)
    rows, numbers = np.unique(orders, axis=0, return_counts=True)
    merged = ag.Profile.from_orders(rows, weights=numbers)
    for rule in ("scottish", "meek"):
        a, b = ag.stv(big, seats=4, rule=rule), ag.stv(merged, seats=4, rule=rule)
        assert [s.votes for s in a.stages] == [s.votes for s in b.stages]


# ---------------------------------------------------------------- real counts


@pytest.mark.shared_data
class TestPublishedCounts:
    def count(self, shared_data: Path, name: str, seats: int | None = None, **options):
        count = ag.stv(shared_data / "elections" / name, seats=seats, **options)
        adds_up(count)
        return count

    def test_burlington_2009_ends_overvotes_for_good_as_the_city_did(self, shared_data):
        # `irv` gives such a ballot to the last of its marks who stands: 4314, 4064, 602.
        marks = {"overvote": "exhaust_if_several_continue"}
        count = self.count(shared_data, "burl2009.abif", 1, rule="irv", **marks)
        final = count.stages[-1]
        assert sorted(final.votes.values())[-2:] == [4061, 4313]
        assert sum(final.exhausted.values()) == 606

    def test_calton_2007(self, shared_data):
        count = self.count(shared_data, "00008-00000003.soi", 3, rule="scottish")
        assert count.details["votes"] == 5199
        assert count.stages[0].quota == 1300
        second = count.stages[1]
        assert second.votes["Alison E Thewliss"] == Fraction("1175.68855")
        assert second.votes["Ruth Simpson"] == Fraction("1035.05847")
        lost = sum(second.exhausted.values()) + second.rounding
        assert lost == Fraction("158.63911")
        out = [c.split()[-1] for s in count.stages for c in s.excluded]
        assert out[:5] == ["Barton", "Murray", "Houston", "Wardrop", "Graham"]
        assert out[5:] == ["Gillespie", "Fullerton"]
        assert count.stages[6].votes["Alison E Thewliss"] == Fraction("1360.12945")
        assert count.stages[-1].votes["Ruth Simpson"] == Fraction("1393.86735")
        assert count.stages[-1].rounding == Fraction("0.02522")
        assert [c.split()[-1] for c in count.elected] == ["Redmond", "Thewliss", "Simpson"]

    def test_baillieston_2007(self, shared_data):
        count = self.count(shared_data, "00008-00000002.soi", 4, rule="scottish")
        assert count.stages[0].quota == 2076
        assert [c.split()[-1] for c in count.elected] == ["Mason", "Coleman", "Hay", "Mcdonald"]
        assert count.stages[0].votes["David Mcdonald"] == 250
        assert round(count.stages[-1].votes["David Mcdonald"], 4) == Fraction("1325.6994")

    def test_craigton_2007_by_meek(self, shared_data):
        plain = self.count(shared_data, "00008-00000005.soi", 4, rule="scottish")
        meek = self.count(shared_data, "00008-00000005.soi", 4, rule="meek")
        ends = [{c.split()[-1] for c in x.choice} for x in (plain, meek)]
        assert ends[0] - ends[1] == {"Black"}
        assert ends[1] - ends[0] == {"Macdiarmid"}

    def test_irish_constituencies_2002(self, shared_data):
        for name, seats, quota, elected in (
            ("00001-00000001.soi", 4, 8789, {"Sargent", "Ryan", "Wright", "Glennon"}),
            ("00001-00000003.soi", 5, 10681, {"Dempsey", "Bruton", "Wallace", "English", "Brady"}),
        ):
            for rule in ("wigm", "meek", "scottish"):
                count = self.count(shared_data, name, seats, rule=rule)
                assert {c.split()[1] for c in count.elected} == elected
                assert rule == "meek" or count.stages[0].quota == quota

    def test_a_board_of_three(self, shared_data):
        count = self.count(shared_data, "maemo.blt", rule="scottish")
        assert count.stages[0].quota == 12
        assert count.stages[-1].rounding == Fraction("0.00013")
        assert [c.split()[0] for c in count.elected] == ["juiceme", "mosen", "eekkelund"]
        exact = self.count(shared_data, "maemo.blt")
        votes = {c.split()[0]: v for c, v in exact.stages[1].votes.items()}
        assert votes["mosen"] == Fraction(483, 31)
        assert votes["eekkelund"] == Fraction(269, 31)
        assert sum(exact.stages[1].exhausted.values()) == Fraction(57, 31)


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
