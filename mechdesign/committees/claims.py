"""Figures about committees."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mechdesign import committees
from mechdesign.experiments.claim import Claim

__all__ = ["CLAIMS"]

_SURVEY = "Lackner and Skowron 2023, doi:10.1007/978-3-031-09016-5"


def _election() -> Any:
    """Three parties with 6, 3 and 2 votes, four seats."""
    return committees.approvals().problem({"a, b, c, d": 6, "e, f": 3, "g": 2}, seats=4)


def _score(rule: Any) -> Callable[[], Any]:
    return lambda: rule.solve(_election()).details["score"]


def _tied() -> int:
    rule: Any = committees.pav
    return len(rule.winners(_election()))


def _seats(rule: Any) -> tuple[int, ...]:
    """How many seats of each party all committees of a rule have."""
    winners = rule.winners(_election())
    parts = ("abcd", "ef", "g")
    (seats,) = {tuple(len(w.choice & set(p)) for p in parts) for w in winners}
    return seats


def _bought() -> tuple[int, ...]:
    """How many seats of each party the method of equal shares buys."""
    rule: Any = committees.equal_shares(completion="none")
    chosen = rule.solve(_election()).choice
    return tuple(len(chosen & set(party)) for party in ("abcd", "ef", "g"))


#: What :func:`mechdesign.experiments.reproduction` computes again for this family.
CLAIMS = (
    Claim(
        "committees.approval_score",
        "approvals of the committee of 4 for parties of 6, 3 and 2",
        "24",
        _score(committees.approval),
        _SURVEY,
        "derived",
    ),
    Claim(
        "committees.pav_score", "its PAV score", "14", _score(committees.pav), _SURVEY, "derived"
    ),
    Claim("committees.pav_ties", "PAV committees that tie there", "20", _tied, _SURVEY, "derived"),
    Claim(
        "committees.covered",
        "voters with a member by the rule of Chamberlin and Courant there",
        "11",
        _score(committees.chamberlin_courant),
        _SURVEY,
        "derived",
    ),
    Claim(
        "committees.bought",
        "seats of each party that the method of equal shares buys there",
        ("2", "1", "0"),
        _bought,
        _SURVEY,
        "derived",
    ),
    Claim(
        "committees.monroe_seats",
        "seats of each party by Monroe's rule there",
        ("2", "1", "1"),
        lambda: _seats(committees.monroe),
        _SURVEY,
        "derived",
    ),
    Claim(
        "committees.leximax_seats",
        "seats of each party by Phragmen's optimal rule there",
        ("2", "1", "1"),
        lambda: _seats(committees.leximax_phragmen),
        _SURVEY,
        "derived",
    ),
)
