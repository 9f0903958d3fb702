"""Figures about voting power, estates and cost sharing."""

from __future__ import annotations

from mechdesign import coalitional
from mechdesign.experiments.claim import Claim
from mechdesign.model import Number

__all__ = ["CLAIMS"]


def _council() -> tuple[Number, ...]:
    """The Security Council: five permanent members with a veto, ten others, nine votes."""
    power = coalitional.voting_power([7] * 5 + [1] * 10, 39)
    return power.shapley[0], power.shapley[5]


def _estate() -> tuple[Number, ...]:
    """An estate of 200 and claims of 100, 200 and 300."""
    found: tuple[Number, ...] = coalitional.nucleolus(
        coalitional.bankruptcy(200, (100, 200, 300))
    ).choice
    return found


def _runway() -> tuple[Number, ...]:
    """Shapley's value of a runway with the needs 1, 3, 6, 10 and 15."""
    found: tuple[Number, ...] = coalitional.shapley(coalitional.airport((1, 3, 6, 10, 15))).choice
    return found


def _majority() -> Number:
    """What three players of a majority game lack at least."""
    return coalitional.core(coalitional.weighted_voting([1, 1, 1], 2)).excess


#: What :func:`mechdesign.experiments.reproduction` computes again for this family.
CLAIMS = (
    Claim(
        "coalitional.security_council",
        "Shapley-Shubik index of permanent and other members of the UN Security Council",
        ("421/2145", "4/2145"),
        _council,
        "the voting rule of the council",
        "derived",
    ),
    Claim(
        "coalitional.estate",
        "nucleolus of an estate of 200 and claims of 100, 200, 300",
        ("50", "75", "75"),
        _estate,
        "the estates of the Talmud",
        "derived",
    ),
    Claim(
        "coalitional.runway",
        "Shapley value of a runway with the needs 1, 3, 6, 10, 15",
        ("1/5", "7/10", "17/10", "37/10", "87/10"),
        _runway,
        "runway games",
        "derived",
    ),
    Claim(
        "coalitional.majority",
        "least core of the majority game of three",
        "1/3",
        _majority,
        "majority games",
        "derived",
    ),
)
