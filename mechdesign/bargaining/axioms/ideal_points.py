"""The ideal point by its definition: what replaying a witness uses, without solvers or arrays."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from operator import mul
from typing import Any

from mechdesign.bargaining.solutions.lottery_polytope import When
from mechdesign.errors import LimitReachedError
from mechdesign.model import Number, Problem, Setting, all_exact

#: Linear systems up to which the corners of the lotteries are listed.
_MOST = 20_000
_CLOSE = Fraction(1, 10**9)


def ideal_utilities(
    setting: Setting, problem: Problem, when: When | None
) -> tuple[Number, ...] | None:
    """The most that every agent can get where all get their reserve; None without agreement.

    Of single packages (`when` None), or of lotteries over packages that must be within the budget
    each ("ex post") or on average ("ex ante").  Floats may miss a reserve by 1e-9 of the largest.

    Raises
    ------
    LimitReachedError
        If there are too many lotteries at whose corners to look.
    """
    budget = problem.budget if when == "ex ante" else None
    free: Any = problem if budget is None else replace(problem, budget=None)
    data: Any = setting
    gains: list[list[Fraction]] = []
    levels = problem.reserve or (0,) * len(problem)
    exact = True
    for one in data.outcomes(free):
        rows = zip(problem.agents, problem.types, levels, strict=True)
        worth = [(setting.utility(free, agent, own, one), d) for agent, own, d in rows]
        exact = exact and all_exact(x for pair in worth for x in pair)
        row = [Fraction(u) - Fraction(d) for u, d in worth]
        if budget is not None:
            row.append(Fraction(budget) - Fraction(data.cost(free, one.choice)))
        gains.append(row)
    if not exact:
        slack = _CLOSE * max(abs(x) for row in gains for x in row)
        gains = [[x + slack for x in row] for row in gains]
    if when is None:
        agreed = [row for row in gains if min(row) >= 0]
    else:
        agreed = list(_corners(gains))
    if not agreed:
        return None
    best = (max(row[i] for row in agreed) for i in range(len(problem)))
    found = [top + Fraction(d) for top, d in zip(best, levels, strict=True)]
    return tuple(found) if exact else tuple(float(x) for x in found)


def _corners(gains: Sequence[Sequence[Fraction]]) -> Iterator[list[Fraction]]:
    """The expected gains of all lotteries that are corners of those with no expected loss.

    At a corner as many rows bind as packages may come up, less one.
    """
    count, width = len(gains), len(gains[0]) if gains else 0
    sizes = range(1, min(count, width + 1) + 1)
    if sum(math.comb(count, s) * math.comb(width, s - 1) for s in sizes) > _MOST:
        raise LimitReachedError("there are too many lotteries to look at")
    for size in sizes:
        for support in itertools.combinations(gains, size):
            for tight in itertools.combinations(range(width), size - 1):
                system = [[Fraction(1)] * (size + 1)]
                system += [[*(row[j] for row in support), Fraction(0)] for j in tight]
                chances = _solved(system)
                if chances is None or min(chances) < 0:
                    continue
                columns = zip(*support, strict=True)
                mean = [sum(map(mul, chances, column), Fraction(0)) for column in columns]
                if min(mean) >= 0:
                    yield mean


def _solved(system: list[list[Fraction]]) -> list[Fraction] | None:
    """The one solution of a square system with its right side as the last column, or None."""
    rows = [list(row) for row in system]
    for k in range(len(rows)):
        pivot = next((i for i in range(k, len(rows)) if rows[i][k]), None)
        if pivot is None:
            return None
        rows[k], rows[pivot] = rows[pivot], rows[k]
        rows[k] = [x / rows[k][k] for x in rows[k]]
        for i, row in enumerate(rows):
            if i != k and row[k]:
                rows[i] = [x - row[k] * y for x, y in zip(row, rows[k], strict=True)]
    return [row[-1] for row in rows]
