"""Figures of small games, computed again."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from mechdesign import games
from mechdesign.experiments.claim import Claim

__all__ = ["CLAIMS"]

DILEMMA = [[(8, 8), (0, 10)], [(10, 0), (5, 5)]]


def _ordinal() -> Sequence[Any]:
    kinds = [games.classify(one) for one in games.ordinal_games()]
    pure = [sum(kind.pure == k for kind in kinds) for k in (0, 1, 2)]
    dominant = [sum(kind.dominant == k for kind in kinds) for k in (0, 1, 2)]
    return [len(games.ordinal_games(players_alike=False)), len(kinds), *pure, *dominant]


def _chicken() -> Any:
    return games.best_correlated([[(6, 6), (2, 7)], [(7, 2), (0, 0)]]).value


def _repeated() -> Sequence[Any]:
    return games.round_robin(DILEMMA).column("total")


def _offers() -> Sequence[Any]:
    nine, eight = Fraction(9, 10), Fraction(4, 5)
    horizons = (1, 2, 3, 4, None)
    return [games.alternating_offers(nine, eight, k).shares[0] for k in horizons]


def _first_proposal() -> Sequence[Any]:
    return [games.choice_chances([1, 1, 1], bonus=math.log(x))[0] for x in (10, 30)]


def _gifts() -> Sequence[Any]:
    shares = (Fraction(1, 10), Fraction(1, 2), 1)
    random = [float(games.donor_game(f)) for f in shares]
    return [*random, float(games.donor_game(1, roles="alternating"))]


#: What :func:`mechdesign.experiments.reproduction` computes again for this family.
CLAIMS = (
    Claim(
        "games.ordinal",
        "strict 2x2 games; up to players; of these with 0, 1, 2 pure equilibria, and 0, 1, 2 "
        "players with a dominant action",
        ("144", "78", "9", "57", "12", "21", "36", "21"),
        _ordinal,
        "Rapoport and Guyer 1966",
        "derived",
    ),
    Claim(
        "games.chicken",
        "chicken with payoffs 6, 2, 7, 0: the largest sum of a correlated equilibrium",
        "21/2",
        _chicken,
        "Aumann 1974",
        "derived",
    ),
    Claim(
        "games.round_robin",
        "ten rounds of the prisoner's dilemma 8, 0, 10, 5: totals of all-C, all-D, tit-for-tat, "
        "grim, win-stay-lose-shift, tit-for-two-tats against all of them",
        ("400", "395", "445", "445", "425", "440"),
        _repeated,
        "derived here",
        "derived",
    ),
    Claim(
        "games.alternating_offers",
        "discounts 9/10 and 4/5, 1 to 4 rounds and no end: the share of the first proposer",
        ("1", "1/5", "23/25", "43/125", "5/7"),
        _offers,
        "Rubinstein 1982",
        "derived",
    ),
    Claim(
        "games.first_proposal",
        "three equal proposals, the first with a logit bonus of log 10, log 30: its share",
        ("0.8333", "0.9375"),
        _first_proposal,
        "derived here",
        "derived",
        "nearest",
    ),
    Claim(
        "games.donors",
        "twelve rounds of the donor game from 10: gifts of 1/10, 1/2 and everything by random "
        "roles, everything in turn",
        ("17.958563260", "145.519152284", "1297.463378906", "30720"),
        _gifts,
        "derived here",
        "derived",
        "nearest",
    ),
)
