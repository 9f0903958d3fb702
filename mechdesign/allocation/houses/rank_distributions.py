"""Rank efficiency: no other chances have more expected first choices, first or second ones, ..."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from mechdesign.allocation.markets.two_sides import sides_of
from mechdesign.errors import InvalidInputError, UndecidedError, require
from mechdesign.model import Number, Outcome, RandomAssignment, tidy
from mechdesign.records import dataclass
from mechdesign.solvers.linear.certified_programs import CertifiedProgram

__all__ = ["RankEfficiency", "rank_efficiency"]


@dataclass(frozen=True, eq=False)
class RankEfficiency:
    """Whether chances are rank efficient, and why.

    Parameters
    ----------
    values : tuple of numbers or None
        Where they are: strictly decreasing values of the 1st, 2nd, ... choice whose expected sum
        they maximise.
    better : RandomAssignment or None
        Where they are not: chances with at least as many k best choices for every k, and more for
        some.
    """

    values: tuple[Number, ...] | None
    better: RandomAssignment | None


def rank_efficiency(outcome: Outcome) -> RankEfficiency:
    """Whether other chances have more expected first choices, first or second ones, and so on.

    Parameters
    ----------
    outcome : Outcome
        Whose choice is an exact :class:`~mechdesign.model.RandomAssignment`.

    Raises
    ------
    InvalidInputError
        If it is another one.
    UndecidedError
        If the linear program is not solved exactly.

    Notes
    -----
    One exact linear program over all chances; its duals are the values of the ranks.  Rank
    efficiency implies ordinal efficiency.

    Examples
    --------
    >>> from mechdesign import allocation
    >>> lists = [[0, 1, 2], [0, 2, 1], [1, 0, 2]]
    >>> found = rank_efficiency(allocation.probabilistic_serial(lists))
    >>> found.values, str(found.better)
    (None, '0: 1 0; 1: 1 2; 2: 1 1')
    """
    require(outcome, Outcome, "outcome")
    own, problem = outcome.choice, outcome.problem
    if not isinstance(own, RandomAssignment) or not own.exact or problem is None:
        raise InvalidInputError("outcome", "hold an exact random assignment of a problem", own)
    sides = sides_of(problem)
    program = CertifiedProgram()
    place: dict[tuple[int, int], int] = {}
    rank: dict[tuple[int, int], int] = {}
    longest = max((len(wish) for wish in sides.wishes), default=0)
    for i, wish in enumerate(sides.wishes):
        for k, tied in enumerate(wish):
            for j in tied:
                # The sum over all levels counts a choice once for each level that it belongs to.
                place[i, j] = program.variable(longest - k)
                rank[i, j] = k
    for i in range(len(sides.proposers)):
        program.row([(x, 1) for (a, _), x in place.items() if a == i], high=1)
    for j, room in enumerate(sides.places):
        program.row([(x, 1) for (_, b), x in place.items() if b == j], high=room)
    levels, total = [], Fraction(0)
    for k in range(longest):
        got = sum((Fraction(own.rows[i][j]) for (i, j), r in rank.items() if r <= k), Fraction(0))
        total += got
        entries = [(x, 1) for pair, x in place.items() if rank[pair] <= k]
        levels.append(program.row(entries, low=got))
    if not place:
        return RankEfficiency((), None)
    best = program.maximise()
    if not best.exact:
        raise UndecidedError("the linear program is not solved exactly")
    if best.value > total:
        rows: list[list[Any]] = [[0] * len(own.objects) for _ in own.agents]
        for (i, j), x in place.items():
            rows[i][j] = best.x[x]
        return RankEfficiency(None, RandomAssignment.of(own.agents, own.objects, rows))
    steps = [1 - Fraction(best.duals[row]) for row in levels]
    values = [sum(steps[k:], Fraction(0)) for k in range(longest)]
    return RankEfficiency(tuple(map(tidy, values)), None)
