"""Counts in rounds: against their definition, published counts, and the rules of book-keeping."""

import random
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from mechdesign import aggregation as ag
from mechdesign.aggregation import definitions
from mechdesign.errors import InvalidInputError

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


QUOTA = {"A > B": 7, "A > C": 3, "C": 4, "D > B": 3}


COUNCIL = {"A > B": 9, "A > C": 6, "B > C": 7, "C > D": 5, "D": 4, "E > D": 3}


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
