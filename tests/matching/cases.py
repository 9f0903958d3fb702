"""Eighteen small instances with their exact values.

Ties go to the lowest position; edges of probability 0 are kept.  Values are exact Fractions from an
independent computation: dynamic programs, enumeration of edge outcomes, exact simplex.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction as F

from mechdesign.matching import Instance, instance
from mechdesign.model import mechanisms


@dataclass(frozen=True)
class Case:
    """An instance, its benchmarks and the expected rewards of policies."""

    name: str
    n: int
    arrivals: tuple[dict[int, F], ...]
    weights: tuple[int, ...]
    fluid: F
    configuration: F
    ordered: F
    sequence: F
    clairvoyant: F
    offline: F
    non_adaptive: F
    omniscient: F | None
    rewards: tuple[F, ...]

    @property
    def graph(self) -> Instance:
        return instance(
            list(self.arrivals), offline=range(self.n), weights=self.weights, keep_zero=True
        )


POLICIES = (
    "greedy",
    "balance",
    "fully_adaptive",
    "generalised_balance",
    "ranking",
    "random_available",
    "non_adaptive",
)
#: Every policy of the package, those with published discounts included.
REGISTERED = (
    *(rule.label for rule in mechanisms("matching")),
    "generalised_balance(discount=goyal_udwani)",
    "generalised_balance(discount=equal_stochastic)",
    "generalised_balance(discount=unequal_stochastic)",
    "generalised_balance(discount=equal_fluid)",
)


def _case(name, n, weights, arrivals, bounds, rewards):
    rows = []
    for part in arrivals.split(";"):
        count, _, text = (
            part.strip().rpartition("x{") if "x{" in part else ("1", "", part.strip()[1:])
        )
        pairs = [pair.split(":") for pair in text.rstrip("}").split(",") if pair.strip()]
        row = {int(u): F(p.strip()) for u, p in pairs}
        rows += [row] * int(count)
    values = [None if b == "-" else F(b) for b in bounds.split()]
    w = tuple(weights) if weights else (1,) * n
    return Case(name, n, tuple(rows), w, *values, tuple(F(r) for r in rewards.split()))


# fluid, configuration, ordered, sequence, clairvoyant, offline, best non-adaptive, omniscient
CASES = (
    _case(
        "D01", 1, None, "{0:1/3}", "1/3 1/3 1/3 1/3 1/3 1/3 1/3 1/3", "1/3 1/3 1/3 1/3 1/3 1/3 1/3"
    ),
    _case(
        "D02", 1, None, "2x{0:1/2}", "1 1 3/4 3/4 3/4 3/4 3/4 3/4", "3/4 3/4 3/4 3/4 3/4 3/4 3/4"
    ),
    _case(
        "D03",
        1,
        None,
        "4x{0:1/4}",
        "1 1 175/256 175/256 175/256 175/256 175/256 175/256",
        "175/256 175/256 175/256 175/256 175/256 175/256 175/256",
    ),
    _case(
        "D04",
        3,
        None,
        "{0:1/3, 1:1/3, 2:1/3}",
        "1/3 1/3 1/3 1/3 1/3 1/3 1/3 19/27",
        "1/3 1/3 1/3 1/3 1/3 1/3 1/3",
    ),
    _case(
        "D05",
        2,
        None,
        "6x{0:1/3, 1:1/3}",
        "2 2 46/27 1330/729 1138/729 1138/729 38/27 321142/177147",
        "1138/729 1138/729 1138/729 1138/729 1138/729 1138/729 38/27",
    ),
    _case(
        "D06",
        2,
        None,
        "2x{0:1/2, 1:1/2} ; 2x{1:1/2}",
        "2 2 25/16 27/16 25/16 25/16 3/2 53/32",
        "25/16 11/8 11/8 11/8 11/8 11/8 11/8",
    ),
    _case(
        "D07",
        3,
        None,
        "{0:1, 1:1, 2:1} ; {1:1, 2:1} ; {2:1}",
        "3 3 3 3 3 3 3 3",
        "3 3 3 3 13/6 13/6 3",
    ),
    _case(
        "D08",
        2,
        None,
        "2x{0:1/2, 1:1/2} ; 2x{0:1/2}",
        "2 2 25/16 27/16 25/16 25/16 3/2 53/32",
        "19/16 11/8 11/8 11/8 11/8 11/8 11/8",
    ),
    _case(
        "D09",
        4,
        None,
        "6x{0:3/5, 1:3/5, 2:3/5, 3:3/5}",
        "18/5 16/5 18/5 18/5 51876/15625 51876/15625 72/25 -",
        "51876/15625 51876/15625 51876/15625 51876/15625 51876/15625 51876/15625 72/25",
    ),
    _case(
        "D10",
        2,
        (3, 2),
        "{0:2/5} ; {0:9/10, 1:3/5}",
        "17/5 3 33/10 33/10 33/10 33/10 141/50 843/250",
        "33/10 12/5 33/10 33/10 57/20 57/20 141/50",
    ),
    _case(
        "D11",
        3,
        None,
        "{0:2/5, 2:1/5} ; {0:1/10} ; {0:2/5, 2:4/5} ; {1:9/10, 2:9/10}",
        "11/5 11/5 54/25 109/50 54/25 541/250 54/25 717731/312500",
        "54/25 54/25 54/25 54/25 241/125 191/100 54/25",
    ),
    _case(
        "D12",
        3,
        None,
        "{0:1/2, 1:1/2} ; {0:3/5, 1:1/2, 2:2/5} ; {0:7/10, 2:1/2} ; {1:3/10, 2:1/5}",
        "143/70 19/10 193/100 2771/1400 19/10 3851/2000 7/4 477541/200000",
        "46/25 17/10 17/10 17/10 343/200 16729/9600 33/20",
    ),
    _case(
        "D13",
        3,
        None,
        "{0:1/2, 2:1/2} ; {0:1/2, 1:1/2} ; {0:1/4, 1:1/2}",
        "3/2 3/2 3/2 3/2 3/2 3/2 3/2 15/8",
        "11/8 5/4 21/16 21/16 43/32 43/32 5/4",
    ),
    _case(
        "D14",
        3,
        None,
        "{0:1/2, 1:1/4, 2:1/8} ; {0:4/5, 1:2/5, 2:1/5} ; {0:3/5, 1:3/10, 2:3/20} ; "
        "{0:1, 1:1/2, 2:1/4}",
        "39/20 39/20 1517/800 1517/800 181/100 181/100 341/200 37180667/16000000",
        "181/100 107/80 17/10 689/400 3301/2400 526117/345600 31/20",
    ),
    _case(
        "D15",
        3,
        (1, 2, 5),
        "{} ; {0:0, 1:1} ; {1:1/2} ; {0:1/5}",
        "11/5 11/5 11/5 11/5 11/5 11/5 11/5 11/5",
        "11/5 6/5 11/5 11/5 17/10 17/10 11/5",
    ),
    _case(
        "D16",
        2,
        (2, 3),
        "2x{0:1/2, 1:1/2} ; 2x{1:1/2}",
        "5 5 63/16 69/16 63/16 65/16 15/4 17/4",
        "53/16 29/8 29/8 29/8 29/8 29/8 29/8",
    ),
    _case(
        "D17",
        2,
        None,
        "{0:2/3} ; {0:2/3, 1:2/3} ; {1:2/3}",
        "2 5/3 46/27 16/9 46/27 46/27 14/9 140/81",
        "46/27 14/9 14/9 14/9 44/27 44/27 14/9",
    ),
    _case(
        "D18",
        2,
        (1, 2),
        "{0:1/2, 1:1/4} ; {0:1/4, 1:1/2} ; {0:1/2, 1:1/2}",
        "5/2 5/2 9/4 9/4 17/8 17/8 2 609/256",
        "17/8 2 17/8 17/8 117/64 459/256 2",
    ),
)
