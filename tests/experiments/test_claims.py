"""Published figures: every one agrees, and a difference is shown."""

import json
from fractions import Fraction as F

import pytest

from mechdesign import experiments
from mechdesign.errors import InvalidInputError
from mechdesign.experiments import Claim, Reproduction, claims
from mechdesign.family import families

ALL = claims()


@pytest.mark.parametrize("claim", ALL, ids=lambda claim: claim.id)
def test_the_figure_agrees(claim):
    found = claim.check()
    assert found.agrees, (found.computed, claim.published)
    assert found.say().startswith("yes")
    # A bound that the source improves on is told apart from a figure that is met.
    assert (found.say() == "yes") == (claim.rounding != "at least")


def test_the_claims_are_described():
    assert len({claim.id for claim in ALL}) == len(ALL)
    for family in [one.name for one in families()]:
        own = claims(family)
        assert len(own) >= 4
        assert all(claim.family == family for claim in own)
    for claim in ALL:
        assert claim.what
        assert claim.source
        assert claim.standing in ("published", "derived", "reconstruction")
    for claim in ALL:
        if "montreal" in claim.id or "2309.10289" in claim.source:
            assert claim.standing == "reconstruction"


@pytest.mark.parametrize(
    ("rounding", "printed", "value", "agrees"),
    [
        ("exact", "1/3", F(1, 3), True),
        ("exact", "1/3", 1 / 3, False),
        ("exact", "0.5", F(1, 2), True),
        ("exact", "0.5", 0.5, False),
        ("exact", "2", 3, False),
        ("nearest", "0.333", F(1, 3), True),
        ("nearest", "0.334", F(1, 3), False),
        ("nearest", "0.667", F(2, 3), True),
        ("nearest", "0.666", F(2, 3), False),
        ("nearest", "1.00", 1.004, True),
        ("nearest", "1.00", 1.006, False),
        ("down", "0.666", F(2, 3), True),
        ("down", "0.667", F(2, 3), False),
        ("down", "0.665", F(2, 3), False),
        ("up", "0.667", F(2, 3), True),
        ("up", "0.666", F(2, 3), False),
        ("up", "0.668", F(2, 3), False),
        ("at least", "0.6", 0.7, True),
        ("at least", "0.6", 0.59, False),
        ("text", "A > B", "A > B", True),
        ("text", "A > B", "B > A", False),
    ],
)
def test_rounding(rounding, printed, value, agrees):
    claim = Claim("x.y", "", printed, lambda: value, "", rounding=rounding)
    assert claim.check().agrees is agrees


def test_differences_are_shown():
    bad = [
        Claim("facility.wrong", "half", "0.6", lambda: F(1, 2), "nobody", rounding="nearest"),
        Claim("facility.order", "an order", "B > A", lambda: "A > B", "nobody", rounding="text"),
        Claim("facility.pair", "a pair", ("1", "2"), lambda: (1, 3), "nobody"),
        Claim("facility.right", "two", "2", lambda: 2, "nobody"),
    ]
    found = Reproduction(tuple(claim.check() for claim in bad))
    assert not found.agrees
    assert found.exit_code == 1
    assert [f.claim.id for f in found.differences] == [claim.id for claim in bad[:3]]
    assert found["facility.wrong"].difference == F(-1, 10)
    assert found["facility.pair"].difference == (0, 1)
    text = str(found)
    assert "NO: differs by -0.1" in text
    assert "NO: differs by 0, 1" in text
    assert "1 of 4 figures agree" in text
    data = json.loads(json.dumps(found.to_dict()))
    assert [c["agrees"] for c in data["claims"]] == [False, False, False, True]
    assert "NO" in found.to_csv()
    with pytest.raises(ValueError, match="zip"):
        Claim("x.y", "", ("1", "2"), lambda: (1,), "").check()


def test_reproduction_of_one_family():
    steps = []
    found = experiments.reproduce("auctions", progress=lambda: steps.append(1))
    assert len(steps) == len(found.findings) == len(claims("auctions"))
    assert found.agrees
    assert found["auctions.gsp_revenue"].computed == 1000
    assert repr(found) == f"<reproduction: {len(steps)} of {len(steps)} figures agree>"
    assert "doi:10.1257/aer.97.1.242" in found.to_latex()
    assert "<table>" in found._repr_html_()
    with pytest.raises(InvalidInputError, match="gsp_revenue"):
        found["nothing"]
    for call in (experiments.reproduce, claims):
        with pytest.raises(InvalidInputError, match="facility, auctions"):
            call("cooking")
