"""Published numbers for MNL: allocations, optima without each ad, VCG payments (section 8, A)."""

from dataclasses import dataclass
from fractions import Fraction as F

import numpy as np
import pytest

from mechdesign import auctions


def matrix(text):
    return [[F(x) for x in row.split()] for row in text.split(";")]


P3 = "1/4 1/3 1/5; 1/3 1/4 1/2; 1/2 1/2 1/10"


@dataclass(frozen=True)
class Case:
    name: str
    values: str
    p: str
    capacity: int
    shown: tuple
    welfare: str
    payments: str
    clicks: str = ""
    without: str = ""

    def instance(self):
        return [F(v) for v in self.values.split()], matrix(self.p)


CASES = [
    Case("A1", "2", "1/2", 1, ((0, 0),), "1", "0", "1/2"),
    Case("A2", "4 3", "1/2;1/2", 1, ((0, 0),), "2", "3/2 0"),
    Case("A3", "4 3", "1/3;1/2", 1, ((1, 0),), "3/2", "0 4/3"),
    Case("A4", "10 1", "1/2 1/4;1/2 1/2", 2, ((0, 0),), "5", "1/2 0", without="1/2 5"),
    Case(
        "A5", "3 2", "1/4 1/5;1/5 1/10", 2, ((0, 0), (1, 1)), "11/13", "16/65 3/52",
        "3/13 1/13", "2/5 3/4",
    ),
    Case("A6", "5 4", "1/2 1/3;2/3 1/10", 2, ((1, 0), (0, 1)), "3", "8/21 25/14", "1/7 4/7"),
    Case("A7", "6 5 4", P3, 1, ((1, 2),), "5/2", "0 2 0"),
    Case(
        "A8", "6 5 4", P3, 2, ((0, 1), (1, 2)), "16/5", "1 8/5 0", "1/5 2/5 0", "3 14/5 16/5"
    ),
    Case(
        "A9", "6 5 4", P3, 3, ((2, 0), (0, 1), (1, 2)), "24/7", "3/7 4/5 32/35", "1/7 2/7 2/7",
        "3 14/5 16/5",
    ),
    Case(
        "A10", "3 0 2", "0 1/2;1/2 1/2;1/3 0", 2, ((2, 0), (0, 1)), "8/5", "4/15 0 3/10",
        "2/5 0 1/5",
    ),
    Case(
        "A11", "10 9 8", "1/10 1/20;1/5 1/10;3/10 3/20", 2, ((2, 0), (1, 1)), "279/97",
        "0 8470/19109 14230/9603", "0 7/97 27/97", "279/97 526/197 211/99",
    ),
    Case(
        "A12", "7 5 3", "1/100 1/50 1/200;1/50 3/100 1/100;1/100 1/100 1/50", 3,
        ((1, 0), (0, 1), (2, 2)), "15/52", "176/3419 5/1326 1/221", "1/52 1/52 1/52",
        "54/263 10/51 4/17",
    ),
    Case(
        "A13", "11 16 4", "2/5 1/2;1/5 1/5;2/5 7/10", 2, ((1, 0), (0, 1)), "20/3",
        "752/387 11/18 0", "4/9 1/9 0",
    ),
]  # fmt: skip
REVENUE = {"A5": "79/260", "A6": "13/6", "A8": "13/5", "A9": "15/7", "A13": "659/258"}
IDS = [case.name for case in CASES]


@pytest.mark.parametrize("algorithm", ["parametric", "enumeration"])
@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_exact(case, algorithm):
    values, p = case.instance()
    out = auctions.content_vcg(values, p=p, capacity=case.capacity, algorithm=algorithm)
    assert out.choice.shown == case.shown
    assert out.details["welfare"] == F(case.welfare)
    assert list(out.payments.values()) == [F(x) for x in case.payments.split()]
    assert out.provenance.exact
    if case.clicks:
        clicks = [out.details["clicks"].get(i, 0) for i in range(len(values))]
        assert clicks == [F(x) for x in case.clicks.split()]
    if case.without:
        expected = [F(x) for x in case.without.split()]
        assert all(
            out.details["without"].get(i, F(case.welfare)) == w for i, w in enumerate(expected)
        )
    if case.name in REVENUE:
        assert out.details["revenue"] == F(REVENUE[case.name])


@pytest.mark.parametrize("algorithm", ["parametric", "lp"])
@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_floating_point(case, algorithm):
    values, p = case.instance()
    out = auctions.content_vcg(
        np.array(values, dtype=float),
        p=np.array(p, dtype=float),
        capacity=case.capacity,
        algorithm=algorithm,
    )
    assert out.choice.shown == case.shown
    assert out.details["welfare"] == pytest.approx(float(F(case.welfare)), abs=1e-9)
    expected = [float(F(x)) for x in case.payments.split()]
    assert list(out.payments.values()) == pytest.approx(expected, abs=1e-9)
    assert not out.provenance.exact


def test_a9_prices_per_click_are_the_optima_without():
    out = auctions.content_vcg([6, 5, 4], p=matrix(P3))
    assert out.details["per_click"] == out.details["without"] == {0: 3, 1: F(14, 5), 2: F(16, 5)}


def test_a13_revenue_falls_when_a_bidder_joins():
    p = matrix("2/5 1/2;1/5 1/5;2/5 7/10")
    fewer = auctions.content_vcg([11, 4], p=[p[0], p[2]], capacity=2)
    assert fewer.choice.shown == ((0, 1),)
    assert fewer.details["welfare"] == F(11, 2)
    assert fewer.details["revenue"] == F(14, 5) > F(659, 258)


def test_n1():
    rng = np.random.default_rng(2025)
    v, p = rng.uniform(0, 1, 8), rng.uniform(0, 0.6, (8, 6))
    out = auctions.content_vcg(v, p=p, capacity=3)
    assert out.choice.shown == ((0, 0), (7, 1), (4, 5))
    assert out.details["welfare"] == pytest.approx(0.711989576008, abs=1e-11)
    assert out.details["revenue"] == pytest.approx(0.660286071286, abs=1e-11)
    assert [out.payments[i] for i in (0, 4, 7)] == pytest.approx(
        [0.1678966982, 0.2348929179, 0.2574964552], abs=1e-9
    )


def test_n2():
    rng = np.random.default_rng(7)
    v, p = rng.uniform(0, 1, 30), rng.uniform(0, 0.3, (30, 20))
    out = auctions.content_vcg(v, p=p, capacity=5)
    assert dict(out.choice.shown) == {1: 8, 5: 6, 16: 18, 19: 15, 27: 17}
    assert out.details["welfare"] == pytest.approx(0.622854772189, abs=1e-11)
    assert out.details["revenue"] == pytest.approx(0.540237767869, abs=1e-11)
