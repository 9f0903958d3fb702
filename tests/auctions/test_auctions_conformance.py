"""Every mechanism and every axiom of the family through the conformance suites."""

from __future__ import annotations

from fractions import Fraction as F

from mechdesign import auctions
from mechdesign.auctions import Discrete
from mechdesign.model import FunctionMechanism, mechanisms
from mechdesign.testing import AxiomConformance, MechanismConformance

GRID = (0, 1, 2)
PRIOR = Discrete(GRID, (F(1, 4), F(1, 4), F(1, 2)))
P = ((F(1, 2), F(1, 4)), (F(2, 5), F(1, 3)))
SLOTS = {"agents": 2, "grid": GRID, "slots": (2, 1)}
CONTENT = {"agents": 2, "grid": GRID, "p": P}
BAD = ([1, -1], [float("nan"), 1], "text", 7, [[1]], [True])

DOMAINS = {
    "second_price": {**SLOTS, "slots": (1,)},
    "myerson": {**SLOTS, "priors": PRIOR},
    "content_myerson": {"agents": 2, "p": P, "priors": PRIOR},
    "laddered": {**CONTENT, "model": "independent"},
    "kl_vcg": {"agents": 2, "grid": 1, "reference": (0.5, 0.5)},
    "segment": {"agents": 2, "grid": 2},
}
FLOATING = {"kl_vcg", "segment"}

for entry in mechanisms("auctions"):
    name = entry.id.split(".")[1]
    place = entry.setting.id
    usual = SLOTS if place == "auctions.position" else {**CONTENT}
    if place == "auctions.content" and entry.setting.only == "cascade":
        usual = {**CONTENT, "model": "cascade"}
    globals()[f"Test_{name}"] = type(
        f"Test_{name}",
        (MechanismConformance,),
        {
            "mechanism": entry.id,
            "domain": DOMAINS.get(name, usual),
            "bad_inputs": BAD,
            "exact": name not in FLOATING,
        },
    )


def paid_to_come(market):
    """Pays everybody 1 and shows nobody."""
    n = len(market["bids"])
    return [None] * n, [-1] * n


def worst_first(market):
    """The lowest bids in the best slots, for nothing."""
    order = sorted(range(len(market["bids"])), key=lambda i: market["bids"][i])
    slots = {i: k for k, i in enumerate(order) if k < len(market["ctr"])}
    return slots, dict.fromkeys(slots, 0)


class _OnSlots(AxiomConformance):
    satisfier = auctions.vcg
    scope = SLOTS


class TestNoPositiveTransfers(_OnSlots):
    axiom = "no_positive_transfers"
    violator = FunctionMechanism(paid_to_come, auctions.position())


class TestAllocativeEfficiency(_OnSlots):
    axiom = "allocative_efficiency"
    violator = FunctionMechanism(worst_first, auctions.position())


class TestPaymentIdentity(_OnSlots):
    axiom = "payment_identity"
    violator = auctions.gfp


class TestSwapEnvyFreeness(_OnSlots):
    axiom = "swap_envy_freeness"
    violator = auctions.gfp


class TestSlotEnvyFreeness(_OnSlots):
    axiom = "slot_envy_freeness"
    violator = auctions.gfp


class TestAuctionCore(_OnSlots):
    axiom = "auction_core"
    violator = FunctionMechanism(worst_first, auctions.position())
