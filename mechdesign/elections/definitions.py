"""Rules of electoral competition by their definitions, in plain lines over Fractions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

Table = Sequence[Sequence[Fraction]]


def lead(utilities: Table, weights: Sequence[Fraction], a: int, b: int) -> Fraction:
    """The weight of voters who prefer a less that of voters who prefer b."""
    pairs = zip(utilities, weights, strict=True)
    return sum(((own[a] > own[b]) - (own[a] < own[b])) * w for own, w in pairs)  # type: ignore[return-value]


def median(utilities: Table, weights: Sequence[Fraction]) -> int:
    """The first platform, from left to right, that no other beats."""
    m = len(utilities[0])
    return next(x for x in range(m) if all(lead(utilities, weights, y, x) <= 0 for y in range(m)))


def copeland(utilities: Table, weights: Sequence[Fraction]) -> int:
    """The first platform with the most majority wins less losses."""
    m = len(utilities[0])

    def score(x: int) -> int:
        leads = [lead(utilities, weights, x, y) for y in range(m)]
        return sum((d > 0) - (d < 0) for d in leads)

    return max(range(m), key=lambda x: (score(x), -x))


def maximal_lottery(
    utilities: Table, weights: Sequence[Fraction], chances: Sequence[Fraction]
) -> Fraction:
    """What the best platform gains against a lottery: 0 for a maximal one."""
    m = len(utilities[0])
    return max(
        sum((p * lead(utilities, weights, y, x) for x, p in enumerate(chances)), Fraction(0))
        for y in range(m)
    )


def adversarial(
    utilities: Sequence[Sequence[float]],
    shares: Sequence[float],
    reference: Sequence[float],
    beta: float,
    chances: Sequence[float],
) -> float:
    """How far chances are from ``reference exp(votes against them / beta)``, normalised."""

    def votes(x: int, y: int) -> float:
        chance = (1 / (1 + math.exp(own[y] - own[x])) for own in utilities)
        return sum(s * c for s, c in zip(shares, chance, strict=True))

    m = len(reference)
    against = [sum(q * votes(x, y) for y, q in enumerate(chances)) for x in range(m)]
    weight = [r * math.exp(v / beta) for r, v in zip(reference, against, strict=True)]
    return max(abs(p - w / sum(weight)) for p, w in zip(chances, weight, strict=True))
