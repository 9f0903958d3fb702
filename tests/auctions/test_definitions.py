"""The auctions against their definitions on random instances."""

import random
from fractions import Fraction

import pytest

from mechdesign import auctions
from mechdesign.auctions import definitions


def slots(count, seed):
    draw = random.Random(seed)
    for _ in range(count):
        bids = [Fraction(draw.randint(0, 8), 2) for _ in range(draw.randint(1, 5))]
        ctr = sorted(
            (Fraction(draw.randint(0, 6), 6) for _ in range(draw.randint(1, 4))), reverse=True
        )
        yield bids, ctr


@pytest.mark.parametrize("name", ["gsp", "gfp", "vcg"])
def test_payments_are_those_of_the_definition(name):
    for bids, ctr in slots(300, name):
        paid = getattr(auctions, name)(bids, ctr=ctr).payments
        assert list(paid.values()) == getattr(definitions, name)(bids, ctr), (bids, ctr)


def test_laddered_payments_are_those_of_the_definition():
    draw = random.Random(3)
    for _ in range(200):
        n, m = draw.randint(1, 4), draw.randint(1, 3)
        bids = [Fraction(draw.randint(0, 6)) for _ in range(n)]
        p = [
            sorted((Fraction(draw.randint(0, 5), 5) for _ in range(m)), reverse=True) for _ in bids
        ]
        paid = auctions.laddered(bids, p=p).payments
        assert list(paid.values()) == definitions.laddered(bids, p), (bids, p)


@pytest.mark.parametrize("model", ["mnl", "cascade"])
def test_content_vcg_is_that_of_the_definition(model):
    draw = random.Random(model)
    for _ in range(80):
        n, m = draw.randint(1, 4), draw.randint(1, 3)
        values = [Fraction(draw.randint(0, 9)) for _ in range(n)]
        p = [[Fraction(draw.randint(0, 4), 5) for _ in range(m)] for _ in range(n)]
        capacity = draw.randint(1, m)
        found = auctions.content_vcg(values, p=p, capacity=capacity, model=model, order="fixed")
        clicks = getattr(definitions, model)(p)
        most, allowed = definitions.content_vcg(values, clicks, m, capacity)
        assert definitions.welfare(values, clicks(found.choice.shown)) == most, (values, p)
        assert list(found.payments.values()) == allowed[tuple(found.choice.shown)], (values, p)
