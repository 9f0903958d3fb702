"""Every method against its definition, on all small elections and on random ones."""

import itertools
import random
from fractions import Fraction as F

import pytest

from mechdesign import apportionment as ap
from mechdesign.apportionment import definitions

DIVISORS = [
    (ap.dhondt, lambda s: F(s + 1), 1),
    (ap.sainte_lague, lambda s: F(2 * s + 1), 1),
    (ap.modified_sainte_lague, lambda s: F(2 * s + 1) if s else F(7, 5), 1),
    (ap.danish, lambda s: F(3 * s + 1), 1),
    (ap.imperiali, lambda s: F(s + 2), 1),
    (ap.adams, F, 1),
    (ap.huntington_hill, lambda s: F(s * (s + 1)), 2),
    (ap.dean, lambda s: F(2 * s * (s + 1), 2 * s + 1), 1),
]
QUOTAS = [
    (ap.hare, lambda votes, seats: F(votes, seats)),
    (ap.droop, lambda votes, seats: F(votes // (seats + 1) + 1)),
    (ap.hagenbach_bischoff, lambda votes, seats: F(votes, seats + 1)),
    (ap.imperiali_quota, lambda votes, seats: F(votes, seats + 2)),
]


def elections():
    yield from itertools.product(itertools.product(range(1, 5), repeat=3), range(1, 6))
    draw = random.Random(4)
    for _ in range(60):
        n = draw.randint(1, 4)
        yield tuple(draw.randint(1, 30) for _ in range(n)), draw.randint(1, 8)


@pytest.mark.parametrize(
    ("rule", "divisor", "power"), DIVISORS, ids=[str(one[0].id) for one in DIVISORS]
)
def test_divisor_methods(rule, divisor, power):
    for votes, seats in elections():
        exact = [F(v) for v in votes]
        wanted = definitions.highest_averages(exact, seats, divisor, power)
        assert set(rule(votes, seats=seats).choice.vectors()) == wanted, (votes, seats)


@pytest.mark.parametrize(("rule", "quota"), QUOTAS, ids=[str(one[0].id) for one in QUOTAS])
def test_quota_methods(rule, quota):
    compared = 0
    for votes, seats in elections():
        exact, q = [F(v) for v in votes], quota(sum(votes), seats)
        left = seats - sum(v // q for v in exact)
        # Outside the definition: more full quotas than seats, or more seats left than parties.
        if 0 <= left <= len(votes):
            wanted = definitions.largest_remainders(exact, seats, q)
            assert set(rule(votes, seats=seats).choice.vectors()) == wanted, (votes, seats)
            compared += 1
    assert compared > 90


def test_averages_against_floating_roots():
    """Huntington and Hill with 50 parties: each step is the best by the real averages."""
    draw = random.Random(1)
    votes = [draw.randint(500_000, 40_000_000) for _ in range(50)]
    seats = [1] * 50
    for _ in range(435 - 50):
        best = max(range(50), key=lambda k: votes[k] / (seats[k] * (seats[k] + 1)) ** 0.5)
        seats[best] += 1
    assert list(ap.huntington_hill(votes, seats=435).choice.certain) == seats
