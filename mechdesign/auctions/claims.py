"""Figures about auctions."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from mechdesign import auctions
from mechdesign.auctions import datasets
from mechdesign.experiments.claim import Claim
from mechdesign.model import Number

__all__ = ["CLAIMS"]

_EOS = "Edelman et al. 2007, doi:10.1257/aer.97.1.242"
_CONTENT = "model of Balseiro et al. 2025, arXiv:2506.03309"


def _revenue_of_gsp() -> Number:
    revenue: Number = auctions.gsp(datasets.edelman_ostrovsky_schwarz()).details["revenue"]
    return revenue


def _payments_of_vcg() -> tuple[Number, ...]:
    payments: Any = auctions.vcg(datasets.edelman_ostrovsky_schwarz()).payments
    return tuple(payments[k] for k in range(2))


def _shading() -> tuple[Number, ...]:
    """What the first advertiser gets by bidding its value, and by bidding 3."""
    setting = auctions.position()
    problem = setting.problem([10, 4, 2], ctr=[200, 199])
    bids = [auctions.gsp(problem), auctions.gsp(problem.report(0, 3))]
    return tuple(setting.utility(problem, 0, 10, outcome) for outcome in bids)


def _lowest_equilibrium() -> Number:
    return auctions.symmetric_equilibrium([10, 4, 2], [200, 100]).revenue


def _reserve() -> Number:
    """What a single bidder pays for one slot: the reserve."""
    sold = auctions.myerson([Fraction(9, 10)], ctr=[1], priors=auctions.Uniform(0, 1))
    return sold.pay(0)


_IRONED = auctions.content_problem(
    [6, 4],
    [[Fraction(1, 2), Fraction(1, 3)], [Fraction(1, 4), Fraction(1, 4)]],
    priors=[
        auctions.Discrete((1, 2, 6), (Fraction(1, 2), Fraction(3, 10), Fraction(1, 5))),
        auctions.Discrete((1, 4), (Fraction(1, 2), Fraction(1, 2))),
    ],
)


def _optimal_revenue() -> Number:
    return auctions.expected_revenue(auctions.content_myerson, _IRONED).value


def _optimal_revenue_by_program() -> Number:
    return auctions.best_mechanism(_IRONED).value


def _fewer_bidders() -> tuple[Number, ...]:
    """The revenue of VCG with the second advertiser and without."""
    problem = datasets.vcg_outside_the_core()
    both: list[Number] = [
        auctions.content_vcg(p).details["revenue"] for p in (problem, problem.without(1))
    ]
    return tuple(both)


def _product_partition() -> Number:
    problem = datasets.product_partition_cascade((2, 3, 6))
    welfare: Number = auctions.content_vcg(problem).details["welfare"]
    return welfare


def _core_nearest() -> tuple[Number, ...]:
    """What a bidder of 8 pays beside another one against 10 for both: VCG, core."""
    bids = {"both": {("a", "b"): 10}, "left": {"a": 8}, "right": {"b": 8}}
    paid: list[Number] = [
        rule(bids).pay("left") for rule in (auctions.combinatorial_vcg, auctions.core_nearest)
    ]
    return tuple(paid)


def _five_licences() -> tuple[Number, ...]:
    """What Ausubel's auction of five licences charges the two winners."""
    rows = [[123, 113, 103], [75, 5, 3], [125, 125, 49], [85, 65, 7], [45, 25, 5]]
    sold = auctions.clinching(rows, supply=5)
    return sold.pay(0), sold.pay(2)


#: What :func:`mechdesign.experiments.reproduction` computes again for this family.
CLAIMS = (
    Claim(
        "auctions.gsp_revenue",
        "revenue of GSP, values 10, 4, 2, clicks 200, 100",
        "1000",
        _revenue_of_gsp,
        _EOS,
    ),
    Claim(
        "auctions.vcg_payments",
        "payments of VCG there",
        ("600", "200"),
        _payments_of_vcg,
        _EOS,
    ),
    Claim(
        "auctions.gsp_shading",
        "the first one's payoff under GSP, true bid and bid 3, clicks 200, 199",
        ("1200", "1592"),
        _shading,
        _EOS,
    ),
    Claim(
        "auctions.lowest_equilibrium",
        "revenue of the lowest symmetric equilibrium of GSP: that of VCG",
        "800",
        _lowest_equilibrium,
        "Varian 2007, doi:10.1016/j.ijindorg.2006.10.002",
        "derived",
    ),
    Claim(
        "auctions.reserve",
        "optimal reserve for values uniform on [0, 1]",
        "1/2",
        _reserve,
        "Myerson 1981, doi:10.1287/moor.6.1.58",
        "derived",
    ),
    Claim(
        "auctions.ironed_revenue",
        "expected revenue of Myerson's auction with ironing, MNL users",
        "71/70",
        _optimal_revenue,
        _CONTENT,
        "derived",
    ),
    Claim(
        "auctions.optimal_revenue",
        "the largest revenue of any truthful mechanism there, by LP",
        "1.01428571",
        _optimal_revenue_by_program,
        _CONTENT,
        "derived",
        "nearest",
    ),
    Claim(
        "auctions.fewer_bidders",
        "revenue of VCG with and without an advertiser, MNL users",
        ("659/258", "14/5"),
        _fewer_bidders,
        _CONTENT,
        "derived",
    ),
    Claim(
        "auctions.product_partition",
        "welfare of the cascade that splits 2, 3, 6 into equal products",
        "110/3",
        _product_partition,
        _CONTENT,
        "derived",
    ),
    Claim(
        "auctions.core_nearest",
        "payments of a small bidder of 8 beside another against 10 for both items: VCG, core",
        ("2", "5"),
        _core_nearest,
        "Day and Cramton 2012, doi:10.1287/opre.1110.1024",
        "derived",
    ),
    Claim(
        "auctions.five_licences",
        "payments in the clinching auction of five licences",
        ("225", "160"),
        _five_licences,
        "Ausubel 2004, doi:10.1257/0002828043052330",
    ),
)
