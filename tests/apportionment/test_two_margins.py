"""Biproportional seats against all seats with the same totals; their divisors; what is refused."""

import itertools
import random
from fractions import Fraction

import pytest

from mechdesign import apportionment as ap
from mechdesign.errors import InvalidInputError


def compositions(total, parts):
    """All ways to write a number as a sum of so many."""
    if parts == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in compositions(total - first, parts - 1):
            yield (first, *rest)


def best_seats(votes, districts, parties):
    """All seats with the totals whose product of votes over 1/2, 3/2, ... is largest."""
    found = {}
    ways = [list(compositions(s, len(parties))) for s in districts]
    for rows in itertools.product(*ways):
        if tuple(map(sum, zip(*rows, strict=True))) != tuple(parties):
            continue
        product = Fraction(1)
        for row, cast in zip(rows, votes, strict=True):
            for s, v in zip(row, cast, strict=True):
                for t in range(s):
                    product *= Fraction(2 * v, 2 * t + 1)
        found[rows] = product
    most = max(found.values(), default=0)
    return {rows for rows, product in found.items() if product == most and product}


def labelled(votes):
    return {d: {f"p{j}": v for j, v in enumerate(row)} for d, row in enumerate(votes)}


def test_seats_are_the_best_of_all_with_the_same_totals():
    draw = random.Random(2)
    met = {True: 0, False: 0}
    for _ in range(150):
        n, m = draw.randint(1, 3), draw.randint(2, 3)
        votes = [[draw.choice([0, 1, 2, 3, 5, 9, 14]) for _ in range(m)] for _ in range(n)]
        districts = [draw.randint(0, 3) for _ in range(n)]
        parties = list(draw.choice(list(compositions(sum(districts), m))))
        best = best_seats(votes, districts, parties)
        data = labelled(votes)
        given = {f"p{j}": s for j, s in enumerate(parties)}
        if not best:
            with pytest.raises(InvalidInputError, match="votes"):
                ap.biproportional(data, dict(enumerate(districts)), given)
            continue
        found = ap.biproportional(data, dict(enumerate(districts)), given)
        rows = tuple(tuple(found.seats[d, f"p{j}"] for j in range(m)) for d in range(n))
        assert rows in best
        assert found.tied == (len(best) > 1), (votes, districts, parties)
        assert found.flaws() == []
        met[found.tied] += 1
    assert min(met.values()) > 3


def test_a_large_house_has_its_divisors():
    draw = random.Random(4)
    votes = [[draw.randint(100, 40_000) for _ in range(8)] for _ in range(12)]
    districts = {d: draw.randint(4, 20) for d in range(12)}
    found = ap.biproportional(labelled(votes), districts)
    assert found.flaws() == []
    for d, s in districts.items():
        assert sum(found.seats[d, f"p{j}"] for j in range(8)) == s
    totals = {f"p{j}": sum(row[j] for row in votes) for j in range(8)}
    whole = ap.sainte_lague(totals, seats=sum(districts.values())).choice.certain
    assert [row[-1] for row in found.table().rows] == list(whole)


def test_one_district_is_sainte_lague():
    votes = {"A": 7270, "B": 1230, "C": 2220}
    found = ap.biproportional({"all": votes}, {"all": 21})
    assert tuple(found.seats.values()) == ap.sainte_lague(votes, seats=21).choice.certain


def test_other_seats_have_flaws():
    from dataclasses import replace

    from mechdesign.model import FrozenMap

    found = ap.biproportional(labelled([[5, 1], [1, 9]]), {0: 1, 1: 1}, {"p0": 1, "p1": 1})
    other = replace(found, seats=FrozenMap({k: 1 - s for k, s in found.seats.items()}))
    assert len(other.flaws()) == 4


@pytest.mark.parametrize(
    ("districts", "parties", "told"),
    [
        ({"x": 1}, None, "districts"),
        ({0: 1, 1: 1}, {"p0": 1, "p1": 2}, "have the 2 seats"),
        ({0: 1, 1: 1}, {"p0": 2}, "parties"),
        ({0: -1, 1: 1}, None, "districts"),
        ({0: 1, 1: 0}, None, "last seats of parties tie"),
    ],
)
def test_what_does_not_fit_is_refused(districts, parties, told):
    with pytest.raises(InvalidInputError, match=told):
        ap.biproportional(labelled([[5, 1], [1, 5]]), districts, parties)
