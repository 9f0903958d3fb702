"""Exact linear programs in integers: is a polyhedron empty, and how large is a form on it.

The tableau is that of the dual, one line a coordinate, so that each answer comes with its proof: a
point, or nonnegative multiples of the rows that add up to a contradiction.  All entries share one
denominator (Edmonds, Bareiss), and Bland's rule ends every run.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, TypeAlias

#: A form in normal order (constant, then pairs of coordinate and coefficient), whether below 0.
Row: TypeAlias = "tuple[tuple[Any, ...], bool]"


class _Tableau:
    """Least costs of nonnegative multiples of columns that add up to a nonnegative right side.

    Each line is an equation: the columns, a unit column for each equation, the right side.
    """

    def __init__(self, columns: list[list[int]], right: list[int]) -> None:
        self.height, self.width = len(right), len(columns)
        unit = range(self.height)
        self.lines = [
            [*(column[i] for column in columns), *(int(i == k) for k in unit), right[i]]
            for i in unit
        ]
        self.lines.append([0] * (self.width + self.height + 1))
        self.basis = [self.width + i for i in unit]
        self.shared = 1

    def price(self, costs: list[int]) -> None:
        """Set the costs of all columns, the unit columns included."""
        line = [*(cost * self.shared for cost in costs), 0]
        for i, j in enumerate(self.basis):
            if costs[j]:
                line = [e - costs[j] * mine for e, mine in zip(line, self.lines[i], strict=True)]
        self.lines[-1] = line

    def pivot(self, i: int, j: int) -> None:
        """Bring column j into the basis, in line i."""
        line = self.lines[i]
        if line[j] < 0:
            self.lines[i] = line = [-e for e in line]
        head, before = line[j], self.shared
        for k, other in enumerate(self.lines):
            factor = other[j]
            if k != i and (factor or head != before):
                pairs = zip(other, line, strict=True)
                self.lines[k] = [(e * head - factor * mine) // before for e, mine in pairs]
        self.shared = head
        self.basis[i] = j

    def enter(self) -> None:
        """Replace the unit columns of equations with right side 0, which changes no value."""
        for i in range(self.height):
            if self.basis[i] >= self.width and not self.lines[i][-1]:
                j = next((j for j in range(self.width) if self.lines[i][j]), None)
                if j is not None:
                    self.pivot(i, j)

    def improve(self, *, enough: bool = False) -> int | None:
        """Go to the least costs (or to 0 if that is enough); a column if they have no bound."""
        while True:
            costs = self.lines[-1]
            if enough and costs[-1] >= 0:
                return None
            j = next((j for j in range(self.width) if costs[j] < 0), None)
            if j is None:
                return None
            best: tuple[Any, int] | None = None
            for i in range(self.height):
                entry, right = self.lines[i][j], self.lines[i][-1]
                # A unit column stays at 0, whatever the sign of its entry.
                if entry > 0 or (entry and not right and self.basis[i] >= self.width):
                    key = (Fraction(right, abs(entry)), self.basis[i])
                    if best is None or key < best[0]:
                        best = (key, i)
            if best is None:
                return j
            self.pivot(best[1], j)

    def weights(self) -> dict[int, Fraction]:
        """The multiples of the columns."""
        pairs = ((j, self.lines[i][-1]) for i, j in enumerate(self.basis))
        return {j: Fraction(right, self.shared) for j, right in pairs if j < self.width and right}

    def ray(self, j: int) -> dict[int, Fraction]:
        """The multiples of a direction in which the costs fall without bound."""
        pairs = ((k, self.lines[i][j]) for i, k in enumerate(self.basis))
        falling = {k: Fraction(-e, self.shared) for k, e in pairs if k < self.width and e}
        return {j: Fraction(1), **falling}

    def prices(self) -> list[Fraction]:
        """The solution of the program whose dual this is."""
        units = range(self.width, self.width + self.height)
        return [Fraction(-self.lines[-1][k], self.shared) for k in units]


def _integers(form: tuple[Any, ...], size: int) -> tuple[list[int], int, int]:
    """Coefficients and constant of a form as integers, and what it was multiplied by."""
    many = math.lcm(form[0].denominator, *(value.denominator for _, value in form[1:]))
    column = [0] * size
    for key, value in form[1:]:
        column[key] = int(value * many)
    return column, int(form[0] * many), many


def inside(
    rows: Sequence[Row], size: int
) -> tuple[dict[int, Fraction] | None, dict[int, Fraction]]:
    """A point that satisfies all rows, or the multiples of rows that contradict each other.

    Parameters
    ----------
    rows : sequence of (form, bool)
        Forms that are to be below 0 (True), or at most 0.
    size : int
        The number of coordinates.
    """
    read = [_integers(form, size) for form, _ in rows]
    # The largest t <= 1 with form + t <= 0 for the strict rows: above 0, or the rows contradict.
    columns = [[*r[0], int(strict)] for r, (_, strict) in zip(read, rows, strict=True)]
    table = _Tableau([*columns, [0] * size + [1]], [0] * size + [1])
    table.pivot(size, len(rows))
    table.enter()
    table.price([*(-r[1] for r in read), 1, *[0] * (size + 1)])
    ray = table.improve(enough=True)
    if ray is None and table.lines[-1][-1] < 0:
        return dict(enumerate(table.prices()[:size])), {}
    found = table.weights() if ray is None else table.ray(ray)
    return None, {k: many * read[k][2] for k, many in found.items() if k < len(rows)}


def most(
    rows: Sequence[Row], size: int, goal: tuple[Any, ...]
) -> tuple[Fraction, dict[int, Fraction]] | None:
    """The largest value of a form where rows are at most 0, and a point that attains it.

    None if there is no bound.  The rows must not contradict each other.
    """
    read = [_integers(form, size) for form, _ in rows]
    target, constant, many = _integers(goal, size)
    signs = [-1 if value < 0 else 1 for value in target]
    columns = [[e * sign for e, sign in zip(r[0], signs, strict=True)] for r in read]
    table = _Tableau(columns, [abs(value) for value in target])
    table.price([*[0] * len(rows), *[1] * size])
    table.improve()
    if table.lines[-1][-1]:
        return None
    table.enter()
    table.price([*(-r[1] for r in read), *[0] * size])
    table.improve()
    value = Fraction(-table.lines[-1][-1], table.shared) + constant
    pairs = enumerate(zip(table.prices(), signs, strict=True))
    return value / many, {k: price * sign for k, (price, sign) in pairs}
