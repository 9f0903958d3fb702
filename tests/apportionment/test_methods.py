"""Published seats, ties, thresholds and what is refused."""

from fractions import Fraction as F

import pytest

import mechdesign as md
from mechdesign import apportionment as ap
from mechdesign.apportionment.claims import CLAIMS
from mechdesign.errors import InvalidInputError

SLOVAKIA = [721166, 527172, 237531, 229660, 179246, 166325]
CZECHIA = [502343, 344885, 330844, 276220, 216718, 171723, 164624]


def seats(rule, votes, n, **options):
    found = rule(votes, seats=n, **options).choice
    assert not found.left
    return found.certain


def test_slovakia_2020():
    published = (53, 38, 17, 17, 13, 12)
    for rule in (ap.hare, ap.droop, ap.hagenbach_bischoff, ap.imperiali_quota):
        assert seats(rule, SLOVAKIA, 150) == published
    for rule in (ap.sainte_lague, ap.huntington_hill, ap.dean):
        assert seats(rule, SLOVAKIA, 150) == published
    assert seats(ap.dhondt, SLOVAKIA, 150) == (53, 39, 17, 16, 13, 12)
    assert seats(ap.adams, SLOVAKIA, 150) == (52, 38, 18, 17, 13, 12)


def test_a_coalition_below_its_threshold():
    votes = {"coalition": 200_780, **dict(enumerate(SLOVAKIA))}
    options = {"threshold": F(5, 100), "total": 2_881_511}
    assert ap.hare(votes, seats=150, **options).choice.certain[0] > 0
    bars = {"coalition": F(7, 100)}
    assert ap.hare(votes, seats=150, thresholds=bars, **options).choice.certain[0] == 0
    assert ap.hare([95, 5], seats=20, threshold=F(5, 100)).choice.certain == (19, 1)
    # A typed 0.05 is five hundredths, not the float above it.
    assert ap.hare([95, 5], seats=20, threshold=0.05).choice.certain == (19, 1)
    assert ap.hare([951, 49], seats=20, threshold=F(5, 100)).choice.certain == (20, 0)
    minority = {"A": 951, "SSW": 49}
    found = ap.hare(minority, seats=20, threshold=F(5, 100), thresholds={"SSW": 0})
    assert found.choice.certain == (19, 1)


def test_czechia_2019():
    assert seats(ap.dhondt, CZECHIA, 21) == (6, 4, 3, 3, 2, 2, 1)
    assert seats(ap.sainte_lague, CZECHIA, 21) == (5, 4, 3, 3, 2, 2, 2)
    assert seats(ap.hare, CZECHIA, 21) == (5, 4, 3, 3, 2, 2, 2)


def test_the_textbook_house_of_21():
    votes = (7270, 1230, 2220)
    for rule in (ap.dhondt, ap.sainte_lague, ap.droop):
        assert seats(rule, votes, 21) == (15, 2, 4)
    for rule in (ap.huntington_hill, ap.adams, ap.dean, ap.hare):
        assert seats(rule, votes, 21) == (14, 3, 4)


def test_claims():
    for claim in CLAIMS:
        assert claim.check().agrees, claim.id


def test_ties_are_left_open():
    found = ap.dhondt({"A": 6, "B": 6, "C": 2}, seats=3)
    assert found.choice == ap.Seats((1, 1, 0), (0, 1), 1)
    assert "1 of the seats between A, B" in found.provenance.ties
    assert set(found.choice.vectors()) == {(2, 1, 0), (1, 2, 0)}
    assert found.utilities == {"A": F(3, 2), "B": F(3, 2), "C": 0}
    assert ap.adams([1, 1, 1], seats=2).choice == ap.Seats((0, 0, 0), (0, 1, 2), 2)
    assert ap.hare([1, 1, 1], seats=2).choice == ap.Seats((0, 0, 0), (0, 1, 2), 2)
    assert ap.hare([5, 5, 5], seats=3).choice == ap.Seats((1, 1, 1))
    assert md.loads(md.dumps(found)) == found
    options = {"threshold": F(5, 100), "thresholds": {"C": 0}, "total": 20, "minimum": 1}
    found = ap.dhondt({"A": 6, "B": 6, "C": 2}, seats=4, **options)
    assert md.loads(md.dumps(found)).problem == found.problem


def test_first_seats_and_minima():
    assert seats(ap.adams, [5, 4, 3], 2) == (1, 1, 0)
    assert seats(ap.huntington_hill, [1000, 1], 2) == (1, 1)
    assert seats(ap.dean, [1000, 1, 0], 3) == (2, 1, 0)
    assert seats(ap.dhondt, [1000, 1, 1], 6, minimum=2) == (2, 2, 2)
    assert seats(ap.dhondt, [1000, 1], 6, minimum=1) == (5, 1)


def test_a_maximum_leaves_seats_to_others():
    assert seats(ap.dhondt, [1000, 30, 20], 6, maximum=3) == (3, 2, 1)
    assert seats(ap.adams, [9, 1], 4, maximum=2) == (2, 2)
    # The last seat is one of A and B, whoever is full after it.
    tied = ap.dhondt({"A": 6, "B": 6, "C": 2}, seats=3, maximum=2).choice
    assert (tied.certain, tied.tied, tied.left) == ((1, 1, 0), (0, 1), 1)
    for wrong in (1, 0, -2, 1.5):
        with pytest.raises(InvalidInputError, match="maximum"):
            ap.dhondt([5, 4], seats=3, maximum=wrong)
    with pytest.raises(InvalidInputError, match="maximum"):
        ap.dhondt([5, 4], seats=6, minimum=3, maximum=2)
    with pytest.raises(InvalidInputError, match="maximum"):
        ap.hare([3, 1], seats=4, maximum=3)
    # A rounded quota of one vote leaves more seats than parties: all get one, again and again.
    assert ap.droop([2, 1], seats=10).choice == ap.Seats((5, 4), (0, 1), 1)


def test_votes_of_any_exact_kind():
    assert seats(ap.dhondt, {"A": F(1, 2), "B": F(1, 3)}, 5) == (3, 2)
    np = pytest.importorskip("numpy")
    assert seats(ap.dhondt, np.array([3.0, 2.0]), 5) == (3, 2)
    big = 10**40
    assert seats(ap.sainte_lague, [3 * big + 1, big], 2) == (2, 0)
    assert ap.sainte_lague([3 * big, big], seats=2).choice.left == 1


def test_first_divisor():
    assert seats(ap.modified_sainte_lague, [11, 4], 2) == (2, 0)
    assert seats(ap.modified_sainte_lague(first=F(1)), [11, 4], 2) == (1, 1)
    # 7/1.4 ties with 15/3, which no float 1.4 does.
    assert ap.modified_sainte_lague([15, 7], seats=2).choice.left == 1
    assert ap.modified_sainte_lague(first=1.4)([15, 7], seats=2).choice.left == 1
    with pytest.raises(InvalidInputError):
        ap.modified_sainte_lague(first=3)


@pytest.mark.parametrize(
    ("votes", "options", "word"),
    [
        ({"A": 1}, {}, "seats"),
        ({"A": 1}, {"seats": 0}, "seats"),
        ({"A": 1}, {"seats": 10**9}, "seats"),
        ({"A": -1}, {"seats": 2}, "votes"),
        ({"A": 0.5}, {"seats": 2}, "exact"),
        ({"A": 0, "B": 0}, {"seats": 2}, "past the threshold"),
        ({}, {"seats": 2}, "at least one"),
        ({"A": 1}, {"seats": 2, "threshold": 5}, "threshold"),
        ({"A": 1}, {"seats": 2, "thresholds": {"B": 0}}, "thresholds"),
        ({"A": 9}, {"seats": 2, "total": 8}, "total"),
        ({"A": 9, "B": 2}, {"seats": 3, "minimum": 2}, "minimum"),
        ({"A": 9}, {"seats": 3, "treshold": 0}, "options"),
    ],
)
def test_bad_input(votes, options, word):
    with pytest.raises(InvalidInputError, match=word):
        ap.dhondt(votes, **options)


def test_what_quota_methods_do_not_know():
    with pytest.raises(InvalidInputError, match="minimum"):
        ap.hare([3, 1], seats=4, minimum=1)
    with pytest.raises(InvalidInputError, match="full quotas"):
        ap.imperiali_quota([60, 25, 15], seats=5)
    assert ap.hagenbach_bischoff([2, 1, 1], seats=3).choice == ap.Seats((1, 0, 0), (0, 1, 2), 2)
    with pytest.raises(InvalidInputError):
        ap.house().outcome(ap.house().problem([1, 1], seats=2), (2, 1))


def test_comparison_and_trace():
    found = ap.compare_methods({"A": 6, "B": 6, "C": 2}, ["jefferson", "hamilton"], seats=3)
    assert found.exit_code == 3
    assert found.table().column("jefferson") == ["1 or 2", "1 or 2", 0]
    assert found.table().column("hamilton") == [1, 1, 1]
    table = ap.seat_by_seat(ap.huntington_hill([3, 1], seats=3))
    assert table.column("average squared") == ["infinite", "infinite", F(9, 2)]
    with pytest.raises(InvalidInputError):
        ap.seat_by_seat(ap.hare([3, 1], seats=3))
    with pytest.raises(InvalidInputError):
        ap.compare_methods([1, 2], ["aggregation.borda"], seats=3)
