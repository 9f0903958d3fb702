"""Figures about allocation."""

from __future__ import annotations

import itertools
from typing import Any

from mechdesign import allocation
from mechdesign.experiments.claim import Claim

__all__ = ["CLAIMS"]

_BOOK = "Gusfield and Irving 1989, The Stable Marriage Problem"


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


def _equal() -> int:
    """Profiles of three strict lists at which eating is as random dictatorship."""
    profiles = itertools.product(itertools.permutations(range(3)), repeat=3)
    return sum(
        allocation.probabilistic_serial(list(lists)).choice
        == allocation.random_serial_dictatorship(list(lists)).choice
        for lists in profiles
    )


def _eaten() -> Any:
    lists = [[0, 1, 2, 3], [0, 1, 3, 2], [1, 2, 0, 3], [0, 3, 1, 2]]
    return allocation.probabilistic_serial(lists).choice.row(3)[3]


def _nash() -> Any:
    rows = [[8, 7, 5, 3, 2], [6, 8, 4, 4, 3], [9, 3, 5, 2, 6]]
    return allocation.max_nash_welfare(rows).details["product"]


def _unique() -> Any:
    found = allocation.deferred_acceptance(
        [[0, 1, 2, 3], [0, 1, 2, 3], [1, 2, 0, 3], [2, 0, 1, 3]],
        receivers=[[2, 3, 0, 1], [3, 0, 1, 2], [0, 1, 2, 3], [3, 2, 0, 1]],
    )
    assert found.details["unique"]
    return tuple(found.choice.values())


def _drawn() -> Any:
    lists = [[0, 1, 2, 3]] * 2 + [[1, 0, 3, 2]] * 2
    return allocation.random_serial_dictatorship(lists).choice.row(0)[2]


def _shares() -> tuple[Any, Any]:
    rows = [
        [1, 16, 23, 26, 4, 10, 12, 19, 9],
        [1, 16, 22, 26, 4, 9, 13, 20, 9],
        [1, 15, 23, 25, 4, 10, 13, 20, 9],
    ]
    worst: Any = min(allocation.leximin(rows).utilities.values())
    return allocation.maximin_share(rows[0], 3), worst


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
        "allocation.equal",
        "of 216 profiles of 3 agents those where probabilistic serial is random dictatorship",
        "144",
        _equal,
        "Bogomolnaia and Moulin 2001, doi:10.1006/jeth.2000.2710",
        "derived",
    ),
    Claim(
        "allocation.eaten",
        "the chance of a fourth agent for its second choice under probabilistic serial",
        "11/18",
        _eaten,
        "Bogomolnaia and Moulin 2001, doi:10.1006/jeth.2000.2710",
        "derived",
    ),
    Claim(
        "allocation.nash",
        "the largest product of utilities of three agents and five goods",
        "1056",
        _nash,
        "Caragiannis et al. 2019, doi:10.1145/3355902",
        "derived",
    ),
    Claim(
        "allocation.unique",
        "the only stable matching of four pairs",
        ("2", "3", "0", "1"),
        _unique,
        "Gale and Shapley 1962, doi:10.2307/2312726",
        "derived",
    ),
    Claim(
        "allocation.drawn",
        "the chance for a third choice under random dictatorship",
        "5/12",
        _drawn,
        "Bogomolnaia and Moulin 2001, doi:10.1006/jeth.2000.2710",
        "derived",
    ),
    Claim(
        "allocation.shares",
        "the maximin share of three agents, and the most that the worst off of them can have",
        ("40", "39"),
        _shares,
        "Feige, Sapir and Tauber 2021, arXiv:2104.04977",
        "derived",
    ),
)
