"""Exact linear programming over the rationals: a dense simplex tableau of Fractions."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from mechdesign.errors import InvalidInputError

__all__ = ["RationalTableau"]

Rational = int | Fraction


class RationalTableau:
    """``rows @ x <= right``, ``x >= 0`` with ``right >= 0``, ready for exact maximisation.

    Parameters
    ----------
    rows : sequence of sequences of int or Fraction, shape (k, n)
        Coefficients.
    right : sequence of int or Fraction, shape (k,)
        Nonnegative right-hand sides, so that ``x = 0`` is feasible.

    Notes
    -----
    Bland's rule, so that it ends; meant for up to about 100 rows and columns.

    Examples
    --------
    >>> table = RationalTableau([[1, 2], [3, 1]], [4, 6])
    >>> table.maximise([1, 1]), table.solution()
    (Fraction(14, 5), [Fraction(8, 5), Fraction(6, 5)])
    >>> table.duals()
    [Fraction(2, 5), Fraction(1, 5)]
    """

    def __init__(self, rows: Sequence[Sequence[Rational]], right: Sequence[Rational]) -> None:
        if any(b < 0 for b in right):
            raise InvalidInputError("right", "be nonnegative", list(right))
        self.n = len(rows[0]) if rows else 0
        self.k = len(rows)
        width = self.n + self.k
        self._rows = [
            [Fraction(v) for v in row] + [Fraction(int(i == j)) for j in range(self.k)]
            for i, row in enumerate(rows)
        ]
        self._right = [Fraction(b) for b in right]
        self._basis = list(range(self.n, width))
        self._allowed = [True] * width
        self._reduced: list[Fraction] = [Fraction(0)] * width

    def maximise(self, objective: Sequence[Rational]) -> Fraction:
        """Maximise from the present vertex and return the optimal value.

        Raises
        ------
        InvalidInputError
            If the objective is unbounded.
        """
        reduced = [Fraction(c) for c in objective] + [Fraction(0)] * self.k
        value = Fraction(0)
        for row, b, basic in zip(self._rows, self._right, self._basis, strict=True):
            factor = reduced[basic]
            if factor:
                reduced = [r - factor * v for r, v in zip(reduced, row, strict=True)]
                value += factor * b
        self._reduced = reduced
        while True:
            # Bland: the first improving column, the first of the rows that tie.
            entering = next(
                (j for j, r in enumerate(self._reduced) if r > 0 and self._allowed[j]), None
            )
            if entering is None:
                return value
            leaving = None
            best: Fraction | None = None
            for i, row in enumerate(self._rows):
                if row[entering] > 0:
                    ratio = self._right[i] / row[entering]
                    if (
                        best is None
                        or ratio < best
                        or (ratio == best and self._basis[i] < self._basis[leaving or 0])
                    ):
                        best, leaving = ratio, i
            if leaving is None or best is None:
                raise InvalidInputError("objective", "be bounded", list(objective))
            value += self._reduced[entering] * best
            self._pivot(leaving, entering)

    def solution(self) -> list[Fraction]:
        """The present vertex."""
        x = [Fraction(0)] * self.n
        for basic, b in zip(self._basis, self._right, strict=True):
            if basic < self.n:
                x[basic] = b
        return x

    def duals(self) -> list[Fraction]:
        """The dual values of the rows at the present vertex, nonnegative once it is optimal."""
        return [-r for r in self._reduced[self.n :]]

    def restrict_to_optimum(self) -> None:
        """Stay on the optimal face of the last objective from now on.

        A nonbasic variable with a negative reduced cost is 0 in every optimal solution.
        """
        self._allowed = [
            allowed and r >= 0 for allowed, r in zip(self._allowed, self._reduced, strict=True)
        ]

    def free_columns(self) -> int:
        """Nonbasic variables that may still enter: 0 proves that the vertex is the only optimum."""
        basic = set(self._basis)
        return sum(a and j not in basic for j, a in enumerate(self._allowed))

    def _pivot(self, leaving: int, entering: int) -> None:
        row = self._rows[leaving]
        pivot = row[entering]
        row = self._rows[leaving] = [v / pivot for v in row]
        self._right[leaving] /= pivot
        b = self._right[leaving]
        hot = [j for j, v in enumerate(row) if v]
        for i, other in enumerate(self._rows):
            factor = other[entering]
            if i != leaving and factor:
                for j in hot:
                    other[j] -= factor * row[j]
                self._right[i] -= factor * b
        factor = self._reduced[entering]
        if factor:
            for j in hot:
                self._reduced[j] -= factor * row[j]
        self._basis[leaving] = entering
