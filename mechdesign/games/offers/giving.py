"""Giving: donor games, dictators and ultimatums with unequal incomes disliked, public goods."""

from __future__ import annotations

import itertools
import math
from typing import Any, Literal

from mechdesign.errors import InvalidInputError
from mechdesign.games.tables.finite_tables import FiniteGame, one_of
from mechdesign.model import Number, Reference, as_count, as_number, as_numbers, ratio, tidy

__all__ = ["dictator_gifts", "donor_game", "fehr_schmidt", "public_good", "ultimatum"]

FEHR_SCHMIDT = Reference(
    "fehr1999",
    "Fehr, E. and Schmidt, K. M.",
    "A theory of fairness, competition, and cooperation",
    1999,
    "Quarterly Journal of Economics 114",
    doi="10.1162/003355399556151",
)


def donor_game(
    share: object,
    rounds: int = 12,
    start: object = 10,
    multiplier: object = 2,
    roles: Literal["random", "alternating"] = "random",
) -> Number:
    """What a player has after a donor game in pairs: a donor gives a share, multiplied on the way.

    Parameters
    ----------
    share : number in [0, 1]
        What each donor gives of what it has.
    rounds : int
        How many.
    start : number
        What everybody has in the beginning.
    multiplier : number
        What arrives of one unit given.
    roles : {"random", "alternating"}
        Whether in each round one of the two is the donor with equal chances, or both in turn.

    Returns
    -------
    number
        The mean over the two players, in expectation over the roles.

    Examples
    --------
    >>> donor_game(1), donor_game(1, roles="alternating")
    (Fraction(2657205, 2048), 30720)
    """
    given = as_number(share, "share", low=0, high=1)
    count = as_count(rounds, "rounds", high=100_000)
    have = as_number(start, "start", low=0)
    arrives = as_number(multiplier, "multiplier", low=0)
    one_of(roles, ("random", "alternating"), "roles")
    if roles == "random":
        # The donor's wealth is half of everybody's in expectation.
        growth = 1 + ratio((arrives - 1) * given, 2)
        return tidy(have * growth**count)
    donor, other = have, have
    for _ in range(count):
        gift = donor * given
        donor, other = other + arrives * gift, donor - gift
    return ratio(donor + other, 2)


def fehr_schmidt(payoffs: object, alpha: object = 0, beta: object = 0) -> tuple[Number, ...]:
    """The utility of each player who dislikes to have less than others, and to have more.

    Parameters
    ----------
    payoffs : sequence of numbers, length n
        At least two.
    alpha, beta : numbers
        What one unit less than the average of the others costs, and one unit more.

    References
    ----------
    Fehr, E. and Schmidt, K. M. (1999). A theory of fairness, competition, and cooperation.
    Quarterly Journal of Economics 114.

    Examples
    --------
    >>> from fractions import Fraction
    >>> fehr_schmidt([8, 2], alpha=Fraction(1, 2), beta=Fraction(1, 4))
    (Fraction(13, 2), -1)
    """
    have = as_numbers(payoffs, "payoffs")
    envy, guilt = as_number(alpha, "alpha"), as_number(beta, "beta")
    if len(have) < 2:
        raise InvalidInputError("payoffs", "be at least two numbers", payoffs)
    found = []
    for x in have:
        less = sum(max(y - x, 0) for y in have)
        more = sum(max(x - y, 0) for y in have)
        found.append(tidy(x - ratio(envy * less + guilt * more, len(have) - 1)))
    return tuple(found)


def dictator_gifts(units: int, alpha: object = 0, beta: object = 0) -> tuple[int, ...]:
    """The best gifts of a dictator who divides whole units, with the utility of Fehr and Schmidt.

    Parameters
    ----------
    units : int
        What is divided.
    alpha, beta : numbers
        As in :func:`fehr_schmidt`.

    Examples
    --------
    >>> from fractions import Fraction
    >>> dictator_gifts(10, Fraction(1, 2), Fraction(1, 2))
    (0, 1, 2, 3, 4, 5)
    """
    total = as_count(units, "units", low=0, high=100_000)
    worth = [fehr_schmidt((total - g, g), alpha, beta)[0] for g in range(total + 1)]
    top = max(worth)
    return tuple(g for g, u in enumerate(worth) if u == top)


def ultimatum(
    units: int, alpha: object = 0, beta: object = 0, accepts_ties: bool = True
) -> tuple[int, ...]:
    """The best offers of a proposer whose responder may reject, which leaves both with nothing.

    Parameters
    ----------
    units : int
        Whole units that are divided.
    alpha, beta : numbers
        Of both players, as in :func:`fehr_schmidt`.
    accepts_ties : bool
        Whether the responder accepts what is worth as much as nothing.

    Returns
    -------
    tuple of int
        All offers that are best in the subgame perfect equilibrium; empty where every division is
        worse for the proposer, or rejected.

    Examples
    --------
    >>> ultimatum(10), ultimatum(10, accepts_ties=False), ultimatum(10, alpha=1)
    ((0,), (1,), (4,))
    """
    total = as_count(units, "units", low=0, high=100_000)
    best: list[int] = []
    top: Number = 0
    for offer in range(total + 1):
        own, other = fehr_schmidt((total - offer, offer), alpha, beta)
        if other < 0 or (other == 0 and not accepts_ties) or own < top:
            continue
        if own > top:
            best, top = [], own
        best.append(offer)
    return tuple(best)


def public_good(players: int, rate: object, endowment: object = 1, levels: int = 1) -> FiniteGame:
    """The game in which everybody keeps or contributes, and contributions return to all.

    Parameters
    ----------
    players : int
        At least two.
    rate : number
        What each player gets of one unit that anybody contributes.
    endowment : number
        What everybody has.
    levels : int
        Contributions are these many equal steps from nothing to everything.

    Returns
    -------
    FiniteGame
        An action is what is contributed.  Below a rate of 1 to contribute nothing is dominant, and
        above 1 / players it is worse for all than to contribute everything.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from mechdesign.games import pure_equilibria
    >>> commons = public_good(3, Fraction(1, 2))
    >>> pure_equilibria(commons), commons.payoff((1, 1, 1))
    (((0, 0, 0),), (Fraction(3, 2), Fraction(3, 2), Fraction(3, 2)))
    """
    n = as_count(players, "players", low=2, high=12)
    steps = as_count(levels, "levels", low=1, high=1000)
    if math.pow(steps + 1, n) > 100_000:
        raise InvalidInputError("levels", "give at most 100,000 profiles", levels)
    returns, have = as_number(rate, "rate", low=0), as_number(endowment, "endowment", low=0)
    if have == 0:
        raise InvalidInputError("endowment", "be positive", endowment)
    actions = tuple(ratio(have * k, steps) for k in range(steps + 1))
    rows: list[list[Any]] = [[] for _ in range(n)]
    for profile in itertools.product(actions, repeat=n):
        back = returns * sum(profile)
        for row, gift in zip(rows, profile, strict=True):
            row.append(tidy(have - gift + back))
    return FiniteGame(tuple(range(n)), (actions,) * n, tuple(map(tuple, rows)))
