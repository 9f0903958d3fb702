"""Alternating offers over a pie of 1, backwards from the last round."""

from __future__ import annotations

from collections.abc import Sequence

from mechdesign.errors import InvalidInputError
from mechdesign.model import Number, as_count, ratio, tidy

__all__ = ["proposer_share"]


def proposer_share(discounts: Sequence[Number], horizon: int | None = None) -> Number:
    """What the first of two players gets who make offers in turn.

    Parameters
    ----------
    discounts : pair of numbers in [0, 1]
        What a round later is worth to each, the one who begins first.
    horizon : int, optional
        The number of rounds, after which both get nothing; without one the only subgame perfect
        equilibrium of the infinite game, where both discounts must be below 1.

    Examples
    --------
    >>> from fractions import Fraction
    >>> proposer_share((Fraction(9, 10), Fraction(4, 5)))
    Fraction(5, 7)
    >>> proposer_share((Fraction(9, 10), Fraction(4, 5)), 3)
    Fraction(23, 25)
    """
    a, b = discounts
    if horizon is None:
        if a * b == 1:
            raise InvalidInputError("discounts", "not both be 1 without a horizon", discounts)
        return ratio(1 - b, 1 - a * b)
    # Backwards: in the last round the proposer takes everything.
    share: Number = 1
    for k in range(as_count(horizon, "horizon", low=1) - 1, 0, -1):
        share = 1 - discounts[k % 2] * share
    return tidy(share)
