"""Figures about allocation."""

from __future__ import annotations

from typing import Any

from mechdesign import allocation, axioms
from mechdesign.experiments.claim import Claim

__all__ = ["CLAIMS"]

_BOOK = "Gusfield and Irving 1989, The Stable Marriage Problem"
_ROTH = "Roth 1982, doi:10.1287/moor.7.4.617"


def _doubled(times: int) -> Any:
    """The market of one pair, doubled so many times."""
    mine, theirs = [[0]], [[0]]
    for _ in range(times):
        n = len(mine)

        def twice(rows: list[list[int]], first: int, n: int = n) -> list[list[int]]:
            low, high = rows, [[x + n for x in row] for row in rows]
            one, two = (low, high) if first == 0 else (high, low)
            return [a + b for a, b in zip(one, two, strict=True)] + [
                b + a for a, b in zip(one, two, strict=True)
            ]

        mine, theirs = twice(mine, 0), twice(theirs, 1)
    return allocation.two_sided().problem(mine, receivers=theirs)


def _count(times: int) -> int:
    return sum(1 for _ in allocation.stable_matchings(_doubled(times)))


def _knuth() -> Any:
    return allocation.two_sided().problem(
        [[0, 1, 2, 3], [1, 0, 3, 2], [2, 3, 0, 1], [3, 2, 1, 0]],
        receivers=[[3, 2, 1, 0], [2, 3, 0, 1], [1, 0, 3, 2], [0, 1, 2, 3]],
    )


def _regret() -> Any:
    return allocation.minimum_regret_matching.solve(_knuth()).details["regret"]


def _impossible() -> str:
    found = axioms.consistent(
        ["stability", "strategyproofness"],
        allocation.two_sided(),
        agents=4,
        receivers=2,
    )
    assert found.proof is not None
    return f"{found.status}, {'replayed' if found.proof.replay() else 'not replayed'}"


#: What :func:`mechdesign.experiments.reproduction` computes again for this family.
CLAIMS = (
    Claim(
        "allocation.doubled_4",
        "stable matchings of the doubled market of 4 pairs",
        "10",
        lambda: _count(2),
        _BOOK,
        "derived",
    ),
    Claim(
        "allocation.doubled_8",
        "stable matchings of the doubled market of 8 pairs",
        "268",
        lambda: _count(3),
        _BOOK,
        "derived",
    ),
    Claim(
        "allocation.regret",
        "the least regret in a market of 4 pairs with 10 stable matchings",
        "3",
        _regret,
        _BOOK,
        "derived",
    ),
    Claim(
        "allocation.roth",
        "a stable and strategyproof rule for 2 and 2 agents",
        "VIOLATED, replayed",
        _impossible,
        _ROTH,
        "derived",
    ),
)
