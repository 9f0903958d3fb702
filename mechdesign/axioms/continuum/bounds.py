"""Difference bounds: what comparisons of the form ``x - y < c`` imply, by shortest paths.

Most comparisons that sorting, minima and thresholds make are of this form.  Bounds are integers
over a common scale: twice the bound, plus one where it may be attained, so that a sum of two is one
addition.  Each bound remembers the rows that it was made of, which are the multipliers of a proof.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

Rows = tuple[int, ...]


class Bounds:
    """A closed matrix of difference bounds; index 0 is the number 0, k + 1 is coordinate k."""

    __slots__ = ("matrix", "rows", "scale", "size")

    def __init__(self) -> None:
        self.size, self.scale = 1, 1
        self.matrix: list[list[Any]] = [[1]]
        self.rows: list[list[Rows]] = [[()]]

    def copy(self) -> Bounds:
        """A snapshot."""
        other = object.__new__(Bounds)
        other.size, other.scale = self.size, self.scale
        other.matrix = [line[:] for line in self.matrix]
        other.rows = [line[:] for line in self.rows]
        return other

    def grow(self) -> None:
        """Add a coordinate without bounds."""
        for line, rows in zip(self.matrix, self.rows, strict=True):
            line.append(None)
            rows.append(())
        self.matrix.append([None] * self.size + [1])
        self.rows.append([()] * (self.size + 1))
        self.size += 1

    def units(self, bound: Any) -> int:
        """A bound in units of the scale, which is refined where it must be."""
        scaled = bound * self.scale
        if type(scaled) is int or scaled.denominator == 1:
            return int(scaled)
        factor = scaled.denominator
        self.scale *= factor
        for line in self.matrix:
            line[:] = [e if e is None else ((e >> 1) * factor << 1) | (e & 1) for e in line]
        return int(bound * self.scale)

    @staticmethod
    def difference(form: tuple[Any, ...]) -> tuple[int, int, Any] | None:
        """(i, j, c) if the normal form is ``x_i - x_j - c``, else None."""
        if len(form) == 2:
            key, sign = form[1]
            return (key + 1, 0, -form[0]) if sign > 0 else (0, key + 1, -form[0])
        if len(form) == 3 and form[1][1] == -form[2][1]:
            (one, sign), (two, _) = form[1:]
            return (one + 1, two + 1, -form[0]) if sign > 0 else (two + 1, one + 1, -form[0])
        return None

    def answer(self, i: int, j: int, bound: Any) -> tuple[bool, Rows] | None:
        """Whether ``x_i - x_j < bound``, with the rows that imply it; None where both may be."""
        units = self.units(bound)
        below, above = self.matrix[i][j], self.matrix[j][i]
        if below is not None and below <= 2 * units:
            return True, self.rows[i][j]
        if above is not None and above <= 1 - 2 * units:
            return False, self.rows[j][i]
        return None

    def add(self, i: int, j: int, bound: Any, strict: bool, row: int) -> None:
        """Add ``x_i - x_j < bound`` (``<=`` if not strict), which must not be contradictory."""
        new = 2 * self.units(bound) + (not strict)
        matrix, rows = self.matrix, self.rows
        known = matrix[i][j]
        if known is not None and known <= new:
            return
        ahead = [(q, e, rows[j][q]) for q, e in enumerate(matrix[j]) if e is not None]
        for p in range(self.size):
            line = matrix[p]
            first = line[i]
            if first is None:
                continue
            first += new - ((first | new) & 1)
            via = (*rows[p][i], row)
            told = rows[p]
            for q, e, rest in ahead:
                total = first + e - ((first | e) & 1)
                old = line[q]
                if old is None or total < old:
                    line[q] = total
                    told[q] = via + rest

    def largest(self, form: tuple[Any, ...]) -> tuple[Any, bool, dict[int, Any]] | None:
        """A bound of a form from the bounds of its coordinates: (value, attained, multiples).

        None where a coordinate has no bound on that side.
        """
        total, attained = form[0], True
        multiples: dict[int, Any] = {}
        for key, value in form[1:]:
            i, j = (key + 1, 0) if value > 0 else (0, key + 1)
            e = self.matrix[i][j]
            if e is None:
                return None
            size = abs(value)
            total += size * Fraction(e >> 1, self.scale)
            attained = attained and bool(e & 1)
            for row in self.rows[i][j]:
                multiples[row] = multiples.get(row, 0) + size
        return total, attained, multiples

    def interval(self, k: int, fixed: Mapping[int, Any]) -> tuple[Any, Any, bool, bool]:
        """Where coordinate k may lie once others are fixed: (low, high, low open, high open)."""
        low: Any = -math.inf
        high: Any = math.inf
        left = right = True
        for j, value in ((-1, 0), *fixed.items()):
            e = self.matrix[j + 1][k + 1]
            if e is not None:
                bound = value - Fraction(e >> 1, self.scale)
                if bound > low or (bound == low and not e & 1):
                    low, left = bound, not e & 1
            e = self.matrix[k + 1][j + 1]
            if e is not None:
                bound = value + Fraction(e >> 1, self.scale)
                if bound < high or (bound == high and not e & 1):
                    high, right = bound, not e & 1
        return low, high, left, right

    def point(self) -> dict[int, Any]:
        """A point inside, away from the borders where there is room, in a few integer steps."""
        fine = 1 << (self.size + 1)
        places = [0]
        for k in range(1, self.size):
            low, high = None, None
            for j, value in enumerate(places):
                e = self.matrix[j][k]
                if e is not None:
                    bound = value - (e >> 1) * fine
                    low = bound if low is None or bound > low else low
                e = self.matrix[k][j]
                if e is not None:
                    bound = value + (e >> 1) * fine
                    high = bound if high is None or bound < high else high
            if low is None:
                places.append(0 if high is None else high - fine * self.scale)
            elif high is None:
                places.append(low + fine * self.scale)
            else:
                places.append((low + high) // 2)
        unit = fine * self.scale
        return {k: Fraction(place, unit) for k, place in enumerate(places[1:])}
