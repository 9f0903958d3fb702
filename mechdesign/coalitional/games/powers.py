"""Power in weighted voting by dynamic programmes over weights, for hundreds of voters."""

from __future__ import annotations

from collections.abc import Hashable
from fractions import Fraction
from math import factorial, lcm

import numpy as np

from mechdesign.arrays import AnyArray
from mechdesign.coalitional.games.closed_forms import labelled
from mechdesign.errors import InvalidInputError, LimitReachedError
from mechdesign.io import Table
from mechdesign.model import FrozenMap, Number, as_number, is_exact
from mechdesign.records import dataclass

__all__ = ["VotingPower", "voting_power"]

_MOST_CELLS = 50_000_000


@dataclass(frozen=True)
class VotingPower:
    """The power of each voter.

    Parameters
    ----------
    shapley : mapping
        The Shapley-Shubik index: the share of all orders in which a voter turns a losing coalition
        into a winning one.
    swings : mapping
        The number of coalitions of the others that the voter turns.

    Examples
    --------
    >>> found = voting_power({"a": 2, "b": 1, "c": 1}, 3)
    >>> found.shapley["a"], found.banzhaf["a"], found.normalised["a"]
    (Fraction(2, 3), Fraction(3, 4), Fraction(3, 5))
    """

    shapley: FrozenMap[Hashable, Fraction]
    swings: FrozenMap[Hashable, int]

    @property
    def banzhaf(self) -> FrozenMap[Hashable, Fraction]:
        """The share of all coalitions of the others that a voter turns."""
        half = 1 << (len(self.swings) - 1)
        return FrozenMap((p, Fraction(s, half)) for p, s in self.swings.items())

    @property
    def normalised(self) -> FrozenMap[Hashable, Fraction]:
        """The share of a voter in all swings."""
        every = sum(self.swings.values())
        return FrozenMap((p, Fraction(s, every or 1)) for p, s in self.swings.items())

    def table(self) -> Table:
        """One row for each voter."""
        shares, normal = self.banzhaf, self.normalised
        rows = [[p, self.shapley[p], shares[p], normal[p], self.swings[p]] for p in self.shapley]
        return Table(["voter", "shapley", "banzhaf", "normalised", "swings"], rows)

    def __str__(self) -> str:
        return str(self.table())


def voting_power(weights: object, quota: Number) -> VotingPower:
    """The power of each voter in weighted voting, exactly.

    Parameters
    ----------
    weights : sequence or mapping of nonnegative exact numbers
        Of n voters.
    quota : exact number
        Positive: a coalition wins if its weight reaches the quota.

    Raises
    ------
    InvalidInputError
        On floats: the index depends on sums being exact.
    LimitReachedError
        If the table of sizes and weights has more than 50 million cells.

    Notes
    -----
    The number of coalitions of each size and weight is built voter by voter, and a voter is taken
    out again by subtraction: O(n^2 W) for the table and O(n W) for each distinct weight, where W
    is the quota in units of the common denominator.

    Examples
    --------
    >>> council = voting_power([7] * 5 + [1] * 10, 39)
    >>> council.shapley[0], council.shapley[5], council.swings[0]
    (Fraction(421, 2145), Fraction(4, 2145), 848)
    """
    names, given = labelled(weights, "weights", low=0)
    needed = as_number(quota, "quota")
    if not names:
        raise InvalidInputError("weights", "not be empty", weights)
    for k, value in enumerate(given):
        if not is_exact(value):
            raise InvalidInputError(f"weights[{names[k]!r}]", "be exact", value)
    if not is_exact(needed):
        raise InvalidInputError("quota", "be exact: an integer or a fraction", quota)
    if not needed > 0:
        raise InvalidInputError("quota", "be positive", quota)
    unit = lcm(*(Fraction(x).denominator for x in (*given, needed)))
    sizes, line = [int(w * unit) for w in given], int(needed * unit)
    n = len(names)
    if line > sum(sizes):
        return VotingPower(
            FrozenMap(dict.fromkeys(names, Fraction(0))), FrozenMap(dict.fromkeys(names, 0))
        )
    if (n + 1) * line > _MOST_CELLS:
        raise LimitReachedError(
            f"{n} voters and a quota of {line} units are more than {_MOST_CELLS:,} cells"
        )
    # Binomials of up to 62 voters fit into 64 bits.
    dtype = np.int64 if n <= 62 else object
    count = np.zeros((n + 1, line), dtype=dtype)
    count[0, 0] = 1
    for k, w in enumerate(sizes):
        if w < line:
            count[1 : k + 2, w:] += count[: k + 1, : line - w].copy()
    arrangements = [factorial(k) * factorial(n - 1 - k) for k in range(n)]
    found: dict[int, tuple[Fraction, int]] = {}
    for w in set(sizes):
        by_size = _swings(count, w, n, line)
        share = Fraction(
            sum(a * s for a, s in zip(arrangements, by_size, strict=True)), factorial(n)
        )
        found[w] = share, sum(by_size)
    return VotingPower(
        FrozenMap((p, found[w][0]) for p, w in zip(names, sizes, strict=True)),
        FrozenMap((p, found[w][1]) for p, w in zip(names, sizes, strict=True)),
    )


def _swings(count: AnyArray, w: int, n: int, line: int) -> list[int]:
    """For each size the coalitions below the quota that a voter of weight w lifts to it."""
    without = np.zeros(line, dtype=count.dtype)
    found = []
    for k in range(n):
        row = count[k].copy()
        if k and w < line:
            row[w:] -= without[: line - w]
        without = row
        found.append(sum(int(x) for x in without[max(0, line - w) :]))
    return found
