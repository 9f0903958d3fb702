"""Alternating offers: Rubinstein's shares of a pie, and offers over a finite set of packages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mechdesign.algorithms.alternating_shares import proposer_share
from mechdesign.bargaining.menus.package_lists import Packages, packages
from mechdesign.bargaining.menus.setting import NO_AGREEMENT, package_choice
from mechdesign.bargaining.solutions.by_rows import reserve_of
from mechdesign.errors import InvalidInputError, require
from mechdesign.model import (
    Number,
    Outcome,
    Problem,
    Provenance,
    Reference,
    as_count,
    as_list,
    as_number,
    is_exact,
)

__all__ = ["alternating_offers", "rubinstein_shares"]

_SETTING = package_choice()

RUBINSTEIN = Reference(
    "rubinstein1982",
    "Rubinstein, A.",
    "Perfect equilibrium in a bargaining model",
    1982,
    "Econometrica 50",
    doi="10.2307/1912531",
)


def rubinstein_shares(
    first: Number, second: Number, horizon: int | None = None
) -> tuple[Number, Number]:
    """How two players divide a pie of 1 by alternating offers.

    Parameters
    ----------
    first, second : number in [0, 1)
        Discount factors of the player who makes the first offer and of the other one.
    horizon : int, optional
        The number of rounds, after which both get nothing; without one the unique subgame perfect
        equilibrium of Rubinstein's infinite game.

    Examples
    --------
    >>> from fractions import Fraction
    >>> rubinstein_shares(Fraction(9, 10), Fraction(4, 5))
    (Fraction(5, 7), Fraction(2, 7))
    >>> rubinstein_shares(Fraction(9, 10), Fraction(4, 5), horizon=3)[0]
    Fraction(23, 25)
    """
    deltas = [
        as_number(d, name, low=0, high=1) for d, name in ((first, "first"), (second, "second"))
    ]
    if horizon is None and 1 in deltas:
        raise InvalidInputError("first, second", "be below 1 without a horizon", deltas)
    share = proposer_share(deltas, horizon)
    return share, 1 - share


def alternating_offers(problem: Problem, discounts: Sequence[Number], horizon: int) -> Outcome:
    """The package on which two agents agree by alternating offers, by backward induction.

    Agent 1 proposes in round 1, agent 2 in round 2, and so on; after the last round both have their
    reserve.  Gains over the reserve are discounted, not levels.  A proposer offers the package that
    is best for itself among those whose gain for the other is at least what waiting is worth to it
    (ties: better for the other), or waits where that is better.

    Parameters
    ----------
    problem : Problem
        Two agents.
    discounts : pair of numbers in [0, 1]
        Of the two agents.
    horizon : int
        The number of rounds, at least 1.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from mechdesign.bargaining import menu
    >>> problem = menu([(10, 1), (8, 4), (6, 7), (3, 9), (1, 10)])
    >>> [alternating_offers(problem, (Fraction(9, 10),) * 2, T).choice for T in (1, 2, 3, 4)]
    [0, 3, 0, 3]
    """
    require(problem, Problem, "problem")
    discounts = as_list(discounts, "discounts")
    if len(problem) != 2 or len(discounts) != 2:
        raise InvalidInputError("problem", "have two agents and two discounts", len(problem))
    deltas = [as_number(d, f"discounts[{k}]", low=0, high=1) for k, d in enumerate(discounts)]
    rounds = as_count(horizon, "horizon", low=1)
    found = packages(problem)
    gains = _gains(found)
    # What the rest of the game is worth, in gains at that time; -1 is no agreement.
    agreed, agreed_in, value = -1, rounds, (0, 0)
    for number in range(rounds, 0, -1):
        me, other = (number - 1) % 2, number % 2
        waiting: list[Any] = [deltas[0] * value[0], deltas[1] * value[1]]
        fitting = [k for k, g in enumerate(gains) if g[other] >= waiting[other] and min(g) >= 0]
        best = max(fitting, key=lambda k: (gains[k][me], gains[k][other]), default=None)
        if best is not None and gains[best][me] >= waiting[me]:
            agreed, agreed_in, value = best, number, gains[best]
        else:
            value = (waiting[0], waiting[1])
    how = Provenance(
        mechanism="bargaining.alternating_offers",
        algorithm="backward induction",
        exact=found.exact and all(is_exact(d) for d in deltas),
        reference=RUBINSTEIN,
    )
    label: Any = NO_AGREEMENT if agreed < 0 else found.label(agreed)
    cost = None if agreed < 0 else found.cost(agreed)
    return Outcome(
        label,
        cost=cost,
        details={"round": agreed_in},
        provenance=how,
        problem=problem,
        setting=_SETTING,
    )


def _gains(found: Packages) -> list[Any]:
    reserve = reserve_of(found)
    return [
        tuple(u - d for u, d in zip(found.utility(k), reserve, strict=True))
        for k in range(len(found))
    ]
