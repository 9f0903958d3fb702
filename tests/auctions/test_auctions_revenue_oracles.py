"""Published numbers for revenue: virtual values, thresholds, Myerson payments (section 8, B)."""

import itertools
import math
from fractions import Fraction as F

import pytest
from scipy.stats import rv_histogram

from mechdesign import auctions
from mechdesign.auctions import Discrete, Uniform
from mechdesign.auctions.market.arrays import market_of
from mechdesign.auctions.market.prior_reading import as_prior
from mechdesign.auctions.winner.payments import breakpoints
from mechdesign.errors import InvalidInputError

UNIT = Uniform(0, 1)
B3 = ([F(9, 10), F(3, 5)], [[F(1, 2), F(1, 4)], [F(1, 3), F(1, 2)]])
G1_PRIORS = [
    Discrete((1, 2, 6), (F(1, 2), F(3, 10), F(1, 5))),
    Discrete((1, 4), (F(1, 2), F(1, 2))),
]
G1_P = [[F(1, 2), F(1, 3)], [F(1, 4), F(1, 4)]]


def test_b1():
    out = auctions.content_myerson([F(3, 4)], p=[[F(1, 2)]], priors=UNIT)
    assert out.payments == {0: F(1, 4)}
    assert out.details["per_click"] == {0: F(1, 2)}


def test_b2():
    out = auctions.content_myerson([F(9, 10), F(4, 5)], p=[[F(1, 2)], [F(1, 2)]], priors=UNIT)
    assert out.payments == {0: F(2, 5), 1: 0}


def test_b3_with_its_breakpoints():
    out = auctions.content_myerson(B3[0], p=B3[1], priors=UNIT)
    assert out.choice.shown == ((0, 0),)
    assert out.details["virtual_welfare"] == F(2, 5)
    assert out.payments == {0: F(3, 10), 1: 0}
    market = market_of(out.problem)
    found = breakpoints([F(4, 5), F(1, 5)], market, 0, F(4, 5))
    assert [(b.score, b.clicks) for b in found] == [(F(1, 10), F(1, 3)), (F(2, 5), F(1, 2))]


def test_b4():
    p = [[F(1, 4), F(1, 5), F(1, 10)], [F(1, 5), F(1, 4), F(1, 3)], [F(1, 4), F(1, 8), F(1, 5)]]
    out = auctions.content_myerson([F(9, 10), F(7, 8), F(4, 5)], p=p, capacity=2, priors=UNIT)
    assert out.choice.shown == ((0, 0), (1, 2))
    assert out.details["clicks"] == {0: F(2, 11), 1: F(3, 11)}
    assert out.details["virtual_welfare"] == F(7, 20)
    assert out.payments == {0: F(8, 55), 1: F(204, 1045), 2: 0}
    assert out.details["per_click"] == {0: F(4, 5), 1: F(68, 95)}


def test_b5():
    p = [[F(1, 4), F(1, 5)], [F(1, 5), F(1, 4)]]
    out = auctions.content_myerson([F(5, 2), 2], p=p, priors=[Uniform(0, 3), Uniform(1, 2)])
    assert out.choice.shown == ((0, 0), (1, 1))
    assert out.details["virtual_welfare"] == F(4, 5)
    assert out.payments == {0: F(7, 20), 1: F(1, 4)}


def test_c9_cascade():
    out = auctions.content_myerson([F(9, 10), F(4, 5)], p=B3[1], priors=UNIT, model="cascade")
    assert out.choice.shown == ((0, 0), (1, 1))
    assert out.details["clicks"] == {0: F(1, 2), 1: F(1, 4)}
    assert out.details["virtual_welfare"] == F(11, 20)
    assert out.payments == {0: F(13, 40), 1: F(1, 8)}


def test_g1_ironed_virtual_values():
    assert G1_PRIORS[0].raw == (0, F(-2, 3), 6)
    assert G1_PRIORS[0].ironed == (F(-1, 4), F(-1, 4), 6)
    assert G1_PRIORS[1].ironed == (-2, 4)


@pytest.mark.parametrize(
    ("model", "clicks", "virtual", "payments", "revenue"),
    [
        ("mnl", (F(3, 7), F(1, 7)), F(22, 7), (F(18, 7), F(4, 7)), F(71, 70)),
        ("cascade", (F(1, 2), F(1, 8)), F(7, 2), (3, F(1, 2)), F(21, 20)),
    ],
)
def test_g1(model, clicks, virtual, payments, revenue):
    out = auctions.content_myerson([6, 4], p=G1_P, priors=G1_PRIORS, model=model)
    assert out.choice.shown == ((0, 0), (1, 1))
    assert tuple(out.details["clicks"].values()) == clicks
    assert out.details["virtual_welfare"] == virtual
    assert tuple(out.payments.values()) == payments
    total = 0
    for (v0, f0), (v1, f1) in itertools.product(
        *(zip(d.values, d.probabilities, strict=True) for d in G1_PRIORS)
    ):
        paid = auctions.content_myerson([v0, v1], p=G1_P, priors=G1_PRIORS, model=model).payments
        total += f0 * f1 * sum(paid.values())
    assert total == revenue


def test_the_ironed_stretch_of_a_density_with_two_ends():
    # Arcsine: v - pi sqrt(v (1 - v)) times the tail, which falls at first.
    given = {"kind": "scipy", "name": "beta", "args": ["1/2", "1/2"]}
    prior = as_prior(given)
    end = 0.36764183592879235

    def raw(v):
        tail = 1 - 2 / math.pi * math.asin(math.sqrt(v))
        return v - math.pi * math.sqrt(v * (1 - v)) * tail

    flat = prior.virtual(0.1)
    assert flat == pytest.approx(raw(end), abs=1e-3)
    assert prior.virtual(0.0) == prior.virtual(0.3) == prior.virtual(end) == flat
    for v in (0.4, 0.6, 0.9):
        assert prior.virtual(v) == pytest.approx(raw(v), abs=1e-9)
        assert prior.threshold(raw(v)) == pytest.approx(v, abs=1e-9)
    assert prior.threshold(flat - 0.01) == 0
    with pytest.raises(InvalidInputError):
        as_prior({**given, "args": ["half"]})


def test_a_stretch_to_iron_between_two_humps():
    """Densities 9/20, 1/10, 9/20 on thirds: 2 v - 20/9, then 2 v - 13/2, then 2 v - 3."""
    prior = as_prior({"kind": "scipy", "name": "uniform", "args": [0, 3]})
    vars(prior)["_frozen"] = rv_histogram(([9, 2, 9], [0, 1, 2, 3]))
    for v in (0.0, 0.1, 0.2):
        assert prior.virtual(v) == pytest.approx(2 * v - 20 / 9, abs=1e-6)
        assert prior.threshold(2 * v - 20 / 9) == pytest.approx(v, abs=1e-6)
    for v in (2.2, 2.9):
        assert prior.virtual(v) == pytest.approx(2 * v - 3, abs=1e-6)
        assert prior.threshold(2 * v - 3) == pytest.approx(v, abs=1e-6)
    # Ironed from x to 2: the chord of the revenue from there is its slope at x.
    x = (prior.virtual(1.5) + 20 / 9) / 2
    assert 0.2 < x < 1
    chord = (x * (1 - 0.45 * x) - 2 * 0.45) / ((1 - 0.45 * x) - 0.45)
    assert prior.virtual(1.5) == pytest.approx(chord, abs=1e-3)
    for v in (x + 0.01, 1.0, 1.9):
        assert prior.virtual(v) == prior.virtual(1.5)
    assert prior.virtual(x - 0.05) < prior.virtual(1.5) < prior.virtual(2.05)


def test_independent_slots_have_no_certified_ratio():
    p = [[0.5, 0.2], [0.3, 0.4]]
    found = auctions.content_vcg([3.0, 2.0], p=p, capacity=2, model="independent")
    assert "certified_ratio" not in found.details
