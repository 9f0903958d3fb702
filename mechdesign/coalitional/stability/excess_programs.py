"""The exact linear program below core and nucleolus: the least of the largest excess.

The excess of a coalition is what it is worth beyond what its members get.  Few coalitions matter,
and they are found one by one: the program over those found so far is solved in fractions, and the
coalition with the largest excess of all is added, until none exceeds the optimum.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np

from mechdesign.arrays import AnyArray, BoolArray
from mechdesign.coalitional.games.game_table import Game, subset_sums
from mechdesign.errors import InvalidInputError, LimitReachedError
from mechdesign.records import dataclass
from mechdesign.solvers.linear.rational_lp import RationalTableau

#: Programs over the coalitions of more players take minutes.
MOST = 16
_SAFE = 2**61


@dataclass(frozen=True)
class Level:
    """The optimum of one program and what proves it.

    Parameters
    ----------
    excess : Fraction
        The largest excess, as small as it can be.
    weights : tuple of (coalition, Fraction)
        Coalitions (as places in the table) with positive weights: their excess is the largest in
        every optimum.
    bounds : tuple of (position, Fraction)
        The players at the least that an imputation gives them, with their weights.
    """

    excess: Fraction
    weights: tuple[tuple[int, Fraction], ...]
    bounds: tuple[tuple[int, Fraction], ...] = ()


def signed_table(game: Game) -> tuple[AnyArray, int]:
    """Worths, or costs with the sign changed, as Python or 64-bit integers over a denominator."""
    if not game.exact:
        raise InvalidInputError(
            "worths", "be exact: write decimals as fractions", game.kind, owner="coalitional"
        )
    if len(game) > MOST:
        raise LimitReachedError(f"{len(game)} players are more than the {MOST} of exact programs")
    return (-game.array if game.kind == "cost" else game.array), game.unit


def excesses(table: AnyArray, unit: int, payoffs: Sequence[Fraction]) -> tuple[AnyArray, int]:
    """The excess of every coalition, in integers over a common denominator."""
    common = lcm(unit, *(x.denominator for x in payoffs))
    parts = [int(x * common) for x in payoffs]
    scale = common // unit
    largest = max(abs(int(table.max())), abs(int(table.min()))) * scale + sum(map(abs, parts))
    if largest < _SAFE:
        return table.astype(np.int64) * scale - subset_sums(parts), common
    return table.astype(object) * scale - subset_sums(parts, dtype=object), common


def null_space(rows: Sequence[int], n: int) -> list[list[Fraction]]:
    """A basis of the payoff changes that leave what these coalitions get as it is."""
    matrix = [[Fraction(mask >> k & 1) for k in range(n)] for mask in rows]
    pivots: list[int] = []
    for column in range(n):
        r = len(pivots)
        lead = next((k for k in range(r, len(matrix)) if matrix[k][column]), None)
        if lead is None:
            continue
        matrix[r], matrix[lead] = matrix[lead], matrix[r]
        head = matrix[r][column]
        matrix[r] = [x / head for x in matrix[r]]
        for k, row in enumerate(matrix):
            if k != r and row[column]:
                factor = row[column]
                matrix[k] = [x - factor * y for x, y in zip(row, matrix[r], strict=True)]
        pivots.append(column)
    basis = []
    for free in (k for k in range(n) if k not in pivots):
        change = [Fraction(0)] * n
        change[free] = Fraction(1)
        for r, column in enumerate(pivots):
            change[column] = -matrix[r][free]
        basis.append(change)
    return basis


def movable(basis: Sequence[Sequence[Fraction]], n: int) -> BoolArray:
    """The coalitions whose payoff some change of the basis alters."""
    found: BoolArray = np.zeros(1 << n, dtype=bool)
    for change in basis:
        common = lcm(*(x.denominator for x in change))
        found |= subset_sums([int(x * common) for x in change], dtype=object) != 0
    return found


def least_excess(
    table: AnyArray,
    unit: int,
    start: Sequence[Fraction],
    fixed: Sequence[int],
    pool: list[int],
    floors: Sequence[Fraction] | None,
) -> tuple[list[Fraction], Level]:
    """Minimise the largest excess among the coalitions that are not fixed yet.

    Parameters
    ----------
    table, unit
        As :func:`signed_table` gives them.
    start : sequence of Fraction
        Payoffs that give the fixed coalitions what they must get.
    fixed : sequence of int
        Coalitions whose payoff stays as it is at the start.
    pool : list of int
        Coalitions to begin with; those that were needed are added.
    floors : sequence of Fraction, optional
        The least that each player must get; the start gives at least that.

    Returns
    -------
    payoffs : list of Fraction
    level : Level
    """
    n = len(start)
    basis = null_space(fixed, n)
    free = movable(basis, n)
    moves = [*basis, *[[-x for x in change] for change in basis]]
    every = np.flatnonzero(free)
    gaps, common = excesses(table, unit, start)
    first = Fraction(int(gaps[every].max()), common)
    if not any(free[mask] for mask in pool):
        pool.append(int(every[gaps[every].argmax()]))
    while True:
        used = [mask for mask in pool if free[mask]]
        rows: list[list[Any]] = []
        right: list[Fraction] = []
        for mask in used:
            inside = [k for k in range(n) if mask >> k & 1]
            rows.append([Fraction(1), *(-sum(c[k] for k in inside) for c in moves)])
            right.append(first - Fraction(int(gaps[mask]), common))
        for k, floor in enumerate(floors or ()):
            rows.append([Fraction(0), *(-c[k] for c in moves)])
            right.append(start[k] - floor)
        program = RationalTableau(rows, right)
        lowered = program.maximise([1] + [0] * len(moves))
        steps = program.solution()[1:]
        payoffs = [
            start[k] + sum(step * c[k] for step, c in zip(steps, moves, strict=True))
            for k in range(n)
        ]
        now, scale = excesses(table, unit, payoffs)
        worst = int(every[now[every].argmax()])
        if Fraction(int(now[worst]), scale) <= first - lowered:
            break
        pool.append(worst)
    duals = program.duals()
    weights = tuple((m, d) for m, d in zip(used, duals[: len(used)], strict=True) if d)
    bounds = tuple((k, d) for k, d in enumerate(duals[len(used) :]) if d)
    return payoffs, Level(first - lowered, weights, bounds)
