"""Figures about committees."""

from __future__ import annotations

from typing import Any

from mechdesign import axioms, committees
from mechdesign.experiments.claim import Claim

__all__ = ["CLAIMS"]

_SURVEY = "Lackner and Skowron 2023, doi:10.1007/978-3-031-09016-5"


def _sizes() -> tuple[int, ...]:
    """How many of four seats the three parties of an election get by PAV."""
    votes = committees.approvals().problem({"a, b, c, d": 6, "e, f": 3, "g": 2}, seats=4)
    rule: Any = committees.pav
    found = {
        tuple(len(one.choice & set(party)) for party in ("abcd", "ef", "g"))
        for one in rule.winners(votes)
    }
    return tuple(sorted({n for sizes in found for n in sizes[:1]}))


def _tied() -> int:
    """How many committees tie there."""
    votes = committees.approvals().problem({"a, b, c, d": 6, "e, f": 3, "g": 2}, seats=4)
    rule: Any = committees.pav
    return len(rule.winners(votes))


def _witness() -> int:
    """Voters in the smallest profile at which approval voting fails justified representation."""
    for voters in (1, 2, 3):
        verdict = axioms.check(
            "justified_representation", committees.approval, agents=voters, candidates=4, seats=3
        )
        if verdict.violated:
            return voters
    return 0


#: What :func:`mechdesign.experiments.reproduction` computes again for this family.
CLAIMS = (
    Claim(
        "committees.pav_parties",
        "seats of the largest of three parties (6, 3, 2 votes) in PAV committees of 4",
        ("2", "3"),
        _sizes,
        _SURVEY,
        "derived",
    ),
    Claim(
        "committees.pav_ties",
        "committees that tie there",
        "20",
        _tied,
        _SURVEY,
        "derived",
    ),
    Claim(
        "committees.approval_fails_jr",
        "fewest voters at which approval voting fails JR for 3 of 4 candidates",
        "3",
        _witness,
        _SURVEY,
        "derived",
    ),
)
