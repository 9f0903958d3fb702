"""Published numbers for the cascade (section 8, C, D4, N3), by every algorithm that fits."""

from dataclasses import dataclass
from fractions import Fraction as F

import numpy as np
import pytest

from mechdesign import auctions

P3 = "1/4 1/3 1/5; 1/3 1/4 1/2; 1/2 1/2 1/10"


def matrix(text):
    return [[F(x) for x in row.split()] for row in text.split(";")]


@dataclass(frozen=True)
class Case:
    name: str
    values: str
    p: str
    capacity: int
    shown: tuple
    clicks: str
    welfare: str
    payments: str
    order: str = "free"


CASES = [
    Case("C1", "2", "1/2", 1, ((0, 0),), "1/2", "1", "0"),
    Case("C2", "4 10", "1/2 1/4;1/4 1/5", 2, ((1, 1), (0, 0)), "2/5 1/5", "18/5", "1/2 2/5"),
    Case(
        "C3", "1 10", "1 9/10;1/10 1/20", 2, ((1, 0), (0, 1)), "81/100 1/10", "181/100",
        "0 19/100",
    ),
    Case("C4", "6 5 4", P3, 2, ((0, 1), (1, 2)), "1/3 1/3 0", "11/3", "11/6 4/3 0"),
    Case(
        "C5", "6 5 4", P3, 3, ((0, 1), (1, 2), (2, 0)), "1/3 1/3 1/6", "13/3", "7/6 2/3 0"
    ),
    Case(
        "C6", "6 5 4", P3, 3, ((0, 0), (2, 1), (1, 2)), "1/4 3/16 3/8", "63/16", "13/16 0 59/48",
        "fixed",
    ),
    Case("C7", "2 10", "9/10 1/10;1/10 1/2", 2, ((1, 1),), "0 1/2", "5", "0 9/5", "fixed"),
]  # fmt: skip


@pytest.mark.parametrize("algorithm", ["auto", "enumeration"])
@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_exact(case, algorithm):
    values = [F(v) for v in case.values.split()]
    out = auctions.content_vcg(
        values,
        p=matrix(case.p),
        capacity=case.capacity,
        model="cascade",
        order=case.order,
        algorithm=algorithm,
    )
    assert out.choice.shown == case.shown
    clicks = [out.details["clicks"].get(i, 0) for i in range(len(values))]
    assert clicks == [F(x) for x in case.clicks.split()]
    assert out.details["welfare"] == F(case.welfare)
    assert list(out.payments.values()) == [F(x) for x in case.payments.split()]
    assert 0 < out.details["certified_ratio"] <= 1


@pytest.mark.parametrize("case", [c for c in CASES if c.order == "free"], ids=lambda c: c.name)
def test_branching(case):
    out = auctions.content_vcg(
        [float(v) for v in case.values.split()],
        p=np.array(matrix(case.p), dtype=float),
        capacity=case.capacity,
        model="cascade",
        algorithm="branching",
    )
    assert out.details["welfare"] == pytest.approx(float(F(case.welfare)), abs=1e-7)
    expected = [float(F(x)) for x in case.payments.split()]
    assert list(out.payments.values()) == pytest.approx(expected, abs=1e-6)


def test_c6_prices_and_optima_without():
    out = auctions.content_vcg([6, 5, 4], p=matrix(P3), model="cascade", order="fixed")
    assert out.details["without"] == {0: F(13, 4), 2: F(11, 3), 1: 3}
    assert out.details["per_click"] == {0: F(13, 4), 2: F(59, 18), 1: 0}


def test_c8_utilities_are_unique_where_the_order_ties():
    p = matrix("1/2 1/3;1/4 1/5")
    for algorithm in ("subsets", "enumeration"):
        out = auctions.content_vcg([1, 1], p=p, model="cascade", algorithm=algorithm)
        assert out.details["welfare"] == F(3, 5)
        assert tuple(out.utilities.values()) == (F(7, 20), F(1, 10))


@pytest.mark.parametrize("algorithm", ["subsets", "branching"])
def test_c10_hardness_gadget(algorithm):
    sizes = (2, 3, 6)
    p = [[F(0)] * 3 for _ in range(6)]
    for k, n in enumerate(sizes):
        p[k][k] = 1 - F(1, n)
        p[3 + k][k] = 1 - F(1, n * n)
    out = auctions.content_vcg([37] * 3 + [36] * 3, p=p, model="cascade", algorithm=algorithm)
    tied = [{(0, 0), (1, 1), (5, 2)}, {(2, 2), (3, 0), (4, 1)}]
    assert set(out.choice.shown) in tied
    assert out.details["welfare"] == F(110, 3)


def test_gadget_without_a_perfect_split_stays_below_the_bound():
    p = [[F(0)] * 3 for _ in range(6)]
    for k, n in enumerate((2, 3, 5)):
        p[k][k] = 1 - F(1, n)
        p[3 + k][k] = 1 - F(1, n * n)
    out = auctions.content_vcg([31] * 3 + [30] * 3, p=p, model="cascade")
    assert out.details["welfare"] == F(919, 30)


@pytest.mark.parametrize("algorithm", ["common_rates", "enumeration"])
def test_d4_continuation_probabilities(algorithm):
    p = [[q, q] for q in (F(1, 5), F(1, 4), F(1, 2), F(3, 5))]
    stay = (F(1, 2), F(4, 5), F(3, 10), F(9, 10))
    out = auctions.content_vcg(
        [10, 8, 5, 3], p=p, model="cascade", continuation=stay, algorithm=algorithm
    )
    assert [agent for agent, _ in out.choice.shown] == [3, 2]
    assert out.details["welfare"] == F(81, 20)
    assert out.details["clicks"] == {2: F(9, 20), 3: F(3, 5)}
    assert out.payments == {0: 0, 1: 0, 2: F(9, 5), 3: F(7, 4)}


def test_n3():
    rng = np.random.default_rng(11)
    v, p = rng.uniform(0, 1, 8), rng.uniform(0, 0.6, (8, 6))
    for algorithm in ("subsets", "branching"):
        out = auctions.content_vcg(v, p=p, capacity=3, model="cascade", algorithm=algorithm)
        assert out.choice.shown == ((5, 0), (2, 5), (1, 4))
        assert out.details["welfare"] == pytest.approx(0.672522487692, abs=1e-8)
        assert [out.payments[i] for i in (5, 2, 1)] == pytest.approx(
            [0.300873106, 0.0584938095, 0.0235511425], abs=1e-7
        )
    mnl = auctions.content_vcg(v, p=p, capacity=3)
    assert mnl.details["welfare"] == pytest.approx(0.5220933138, abs=1e-9)


@pytest.mark.parametrize("unit", [1e-9, 1e-6, 1e-5, 1, 1e9])
@pytest.mark.parametrize(("seed", "welfare"), [(1, 0.8879773287), (2, 0.8409166079), (10, None)])
def test_branching_does_not_depend_on_the_unit_of_money(unit, seed, welfare):
    rng = np.random.default_rng(seed)
    v, p = rng.uniform(0, 1, 30), rng.uniform(0.01, 0.4, (30, 30))
    plain = auctions.content_vcg(v, p=p, capacity=5, model="cascade")
    out = auctions.content_vcg(unit * v, p=p, capacity=5, model="cascade")
    assert out.provenance.algorithm == "branching"
    assert out.choice == plain.choice
    assert out.details["welfare"] / unit == pytest.approx(plain.details["welfare"], rel=1e-12)
    paid = [payment / unit for payment in out.payments.values()]
    assert paid == pytest.approx(list(plain.payments.values()), rel=1e-9, abs=1e-12)
    if welfare is not None:
        assert out.details["welfare"] / unit == pytest.approx(welfare, abs=1e-9)


def test_branching_proves_what_is_exact_without_a_limit():
    p = matrix("3/10 2/5;1/5 0;7/10 9/10;3/5 0")
    by_branching, by_sets = (
        auctions.content_vcg([4, 18, 4, 6], p=p, capacity=1, model="cascade", algorithm=one)
        for one in ("branching", "subsets")
    )
    # Three ads are worth 18/5 alone, so that whoever is shown pays that.
    for out in (by_branching, by_sets):
        assert out.details["welfare"] == out.details["revenue"] == F(18, 5)
    assert by_branching.provenance.status == "optimal"
    assert not by_branching.provenance.exact


def test_an_unproved_placement_has_no_payments_in_either_auction():
    rng = np.random.default_rng(2)
    size = rng.uniform(0.05, 0.6, 50)
    p = size[:, None] * rng.uniform(0.9, 1.1, (50, 50))
    values = rng.uniform(0.99, 1.01, 50) / size
    market = {"p": p, "capacity": 8, "model": "cascade", "time_limit": 0.2}
    for out in (
        auctions.content_vcg(values, **market),
        auctions.content_myerson(values, **market, priors=auctions.Pareto(2)),
    ):
        assert out.payments is None
        assert "no payments" in out.provenance.decisions[0]
