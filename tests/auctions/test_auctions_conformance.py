"""Every mechanism and every axiom of the family through the conformance suites."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction as F

from mechdesign import auctions
from mechdesign.auctions import Discrete
from mechdesign.model import FrozenMap, FunctionMechanism, mechanisms
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
#: Of sales their small domains, by setting.
SALES = {
    "auctions.bundles": {"agents": 3, "items": 2, "values": (1,)},
    "auctions.units": {"agents": 2, "supply": 2, "values": GRID},
    "auctions.double_auction": {"agents": 3, "sellers": 1, "values": GRID},
    "auctions.unit_demand": {"agents": 2, "items": 2, "values": (0, 1)},
    "auctions.knapsack_auction": {"agents": 3, "values": GRID},
    "auctions.public_projects": {"agents": 2, "projects": 2, "values": (0, 1)},
}
#: Settings whose reports are rows: a row of one number is one.
TABLES = ("auctions.units", "auctions.unit_demand", "auctions.public_projects")


def renamed(self, problem, labels):
    """Names of agents stand in the data of some sales."""
    names = dict(zip(problem.agents, labels, strict=True))
    data = problem.data
    if isinstance(data, auctions.DoubleData):
        data = auctions.DoubleData(frozenset(names[a] for a in data.sellers))
    if isinstance(data, auctions.KnapsackData):
        data = replace(data, sizes=FrozenMap((names[a], x) for a, x in data.sizes.items()))
    if isinstance(data, auctions.ProjectsData) and data.priors is not None:
        data = replace(data, priors=FrozenMap((names[a], x) for a, x in data.priors.items()))
    return replace(problem, agents=labels, data=data)


FLOATING = {"kl_vcg", "segment"}

for entry in mechanisms("auctions"):
    name = entry.id.split(".")[1]
    place = entry.setting.id
    usual = SALES.get(place, SLOTS if place == "auctions.position" else {**CONTENT})
    if place == "auctions.content" and entry.setting.only == "cascade":
        usual = {**CONTENT, "model": "cascade"}
    globals()[f"Test_{name}"] = type(
        f"Test_{name}",
        (MechanismConformance,),
        {
            "mechanism": entry.id,
            "domain": DOMAINS.get(name, usual),
            "bad_inputs": [x for x in BAD if place not in TABLES or x != [[1]]],
            "renamed": renamed,
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


def thief(values):
    """Nobody trades, and somebody is given money."""
    return (), {"b0": -1}


class TestWeakBudgetBalance(AxiomConformance):
    axiom = "weak_budget_balance"
    violator = FunctionMechanism(thief, auctions.double_auction())
    satisfier = auctions.mcafee
    scope = SALES["auctions.double_auction"]


class TestStrongBudgetBalance(AxiomConformance):
    axiom = "strong_budget_balance"
    violator = auctions.mcafee
    satisfier = auctions.k_double
    scope = {"agents": 4, "sellers": 2, "values": (0, 1, 2, 3)}


class TestFalseNameProofness(AxiomConformance):
    axiom = "false_name_proofness"
    violator = auctions.combinatorial_vcg
    satisfier = auctions.core_nearest
    scope = {"agents": 2, "items": 2, "values": (1,)}


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
