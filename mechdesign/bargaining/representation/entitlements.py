"""What groups of voters may claim, in integers: for the searches for objections."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from mechdesign.bargaining.ballots.grouped_ballots import Array, Supporters
from mechdesign.records import dataclass

# Floats are taken as the fractions they are; differences of one part in this are no differences.
_PARTS = 10**12
_EXACT_FLOATS = 2**53


@dataclass(frozen=True, eq=False)
class Claims:
    """An election and its funded projects, scaled to integers.

    Parameters
    ----------
    votes : Supporters
        The election.
    funded : tuple of int
        Positions of the funded projects.
    costs : tuple of int
        Of the projects, on the scale of `budget`.
    budget : int
        What may be spent.
    worths : list of arrays
        For every project what it is worth to its supporters, aligned with ``votes.of(project)``;
        machine integers where sums of them are exact as floats, else Python's.
    now : array, shape (g,)
        What the funded projects are worth to every group.
    exact : bool
        Whether the data were; otherwise differences of rounding size do not count.
    """

    votes: Supporters
    funded: tuple[int, ...]
    costs: tuple[int, ...]
    budget: int
    worths: list[Array]
    now: Array
    exact: bool

    def needed(self, cost: int) -> int:
        """The fewest voters whose share of the budget covers a cost; n + 1 if all are too few."""
        n = self.votes.count
        if not self.budget:
            return 1 if not cost else n + 1
        parts = 1 if self.exact else _PARTS
        number = -(-cost * n * max(1, parts - 1) // (self.budget * parts))
        return min(max(1, number), n + 1)

    def room(self, cost: int, voters: int) -> int:
        """What some voters can pay beyond a cost, times the number of all voters."""
        share = voters * self.budget
        slack = 0 if self.exact else share // _PARTS + 1
        return share + slack - cost * self.votes.count

    def above(self, values: Any) -> Any:
        """The smallest amounts that count as more than some amounts."""
        if self.exact:
            return values + 1
        if isinstance(values, np.ndarray):
            return values + np.maximum(values // _PARTS, 1)
        return values + max(values // _PARTS, 1)

    def below(self, value: int) -> int:
        """The largest amount that counts as less than another."""
        return value - 1 if self.exact else value - max(value // _PARTS, 1)


def claims(votes: Supporters, satisfaction: str, funded: Sequence[int]) -> Claims:
    """Scale an election to integers.

    Examples
    --------
    >>> from mechdesign.bargaining import election
    >>> from mechdesign.bargaining.ballots.grouped_ballots import supporters
    >>> votes = supporters(election(["a", "ab"], costs={"a": Fraction(1, 2), "b": 1}, budget=2))
    >>> found = claims(votes, "cost", [0])
    >>> found.costs, found.budget, found.now.tolist(), found.needed(1)
    ((1, 2), 4, [1, 1], 1)
    """
    votes.require_nonnegative()
    projects = votes.projects
    money = [Fraction(x) for x in (*projects.costs, votes.problem.budget or 0)]
    scale = math.lcm(*(x.denominator for x in money))
    *costs, budget = (int(x * scale) for x in money)
    points = [Fraction(1)] if votes.points is None else list(map(Fraction, votes.points.tolist()))
    unit = math.lcm(*(x.denominator for x in points)) if points else 1
    by_cost = satisfaction == "cost"
    factors = costs if by_cost else [1] * len(costs)
    most = max((int(x * unit) for x in points), default=0) * sum(factors)
    kind: Any = np.int64 if most < _EXACT_FLOATS else object
    now: Array = np.zeros(len(votes.sizes), dtype=kind)
    worths = []
    for k, factor in enumerate(factors):
        low, high = int(votes.starts[k]), int(votes.starts[k + 1])
        own = np.ones(high - low, dtype=kind)
        if votes.points is not None:
            own = np.array([int(x * unit) for x in points[low:high]], dtype=kind)
        worths.append(own * factor)
    for k in funded:
        now[votes.of(k)] += worths[k]
    return Claims(votes, tuple(funded), tuple(costs), budget, worths, now, votes.exact)
