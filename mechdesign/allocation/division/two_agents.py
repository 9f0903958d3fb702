"""Adjusted winner: two agents, goods of which at most one is split."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from mechdesign.errors import InvalidInputError
from mechdesign.model import Number, as_numbers, tidy
from mechdesign.records import dataclass

__all__ = ["AdjustedWinner", "adjusted_winner"]


@dataclass(frozen=True, eq=False)
class AdjustedWinner:
    """A division by the adjusted winner procedure.

    Parameters
    ----------
    shares : tuple of numbers
        The part of each good that the first agent gets.
    utilities : pair of numbers
        What both have, in parts of what all goods are worth to them.
    split : int or None
        The good that is split.
    """

    shares: tuple[Number, ...]
    utilities: tuple[Number, Number]
    split: int | None


def adjusted_winner(first: Sequence[Number], second: Sequence[Number]) -> AdjustedWinner:
    """Divide goods between two agents: equitable, efficient and without envy, one good split.

    Parameters
    ----------
    first, second : sequences of m nonnegative numbers
        What each good is worth to either; measured in parts of their sums.

    Raises
    ------
    InvalidInputError
        If lengths differ, or all goods are worth 0 to one of them.

    Notes
    -----
    Goods go to who values them more; then the better off gives goods away, those first that lose it
    least for what the other gains, until both have the same (Brams and Taylor).  O(m log m).

    Examples
    --------
    >>> found = adjusted_winner([50, 20, 20, 10], [30, 40, 10, 20])
    >>> found.shares, found.utilities
    ((Fraction(7, 8), 0, 1, 0), (Fraction(51, 80), Fraction(51, 80)))
    """
    rows: list[list[Any]] = []
    for name, given in (("first", first), ("second", second)):
        own = [Fraction(x) for x in as_numbers(given, name)]
        if any(x < 0 for x in own) or not sum(own):
            raise InvalidInputError(name, "be nonnegative numbers, not all 0", list(given))
        rows.append([x / sum(own) for x in own])
    if len(rows[0]) != len(rows[1]):
        raise InvalidInputError("second", f"have {len(rows[0])} numbers", list(second))
    a, b = rows
    shares = [Fraction(x >= y) for x, y in zip(a, b, strict=True)]

    def worth() -> tuple[Fraction, Fraction]:
        mine = sum((s * x for s, x in zip(shares, a, strict=True)), Fraction(0))
        return mine, sum(((1 - s) * y for s, y in zip(shares, b, strict=True)), Fraction(0))

    mine, theirs = worth()
    give = mine >= theirs
    own, other = (a, b) if give else (b, a)
    held = [k for k, s in enumerate(shares) if bool(s) is give]
    # What the other does not want at all is given last.
    held.sort(key=lambda k: (not other[k], own[k] / other[k] if other[k] else 0, k))
    split = None
    for k in held:
        mine, theirs = worth()
        gap = mine - theirs if give else theirs - mine
        if gap <= 0:
            break
        total = own[k] + other[k]
        part = min(Fraction(1), gap / total) if total else Fraction(0)
        shares[k] += -part if give else part
        if 0 < part < 1:
            split = k
    mine, theirs = worth()
    return AdjustedWinner(tuple(map(tidy, shares)), (tidy(mine), tidy(theirs)), split)
