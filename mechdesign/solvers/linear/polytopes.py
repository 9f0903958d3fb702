"""Linear maximisation over a polytope, exactly in fractions or in floats behind one interface."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from mechdesign.errors import InfeasibleError, SolverError
from mechdesign.model import Number
from mechdesign.records import dataclass
from mechdesign.solvers.linear.rational_lp import RationalTableau

__all__ = ["Polytope"]


@dataclass(frozen=True)
class Polytope:
    """The points ``x >= 0`` with ``rows @ x <= right``.

    Parameters
    ----------
    rows : tuple of tuples of numbers, shape (k, n)
        Coefficients.
    right : tuple of numbers, shape (k,)
        Right-hand sides of any sign.
    exact : bool
        Whether to compute in fractions (a simplex tableau, for up to about 100 rows and columns) or
        in floats (HiGHS).

    Examples
    --------
    >>> simplex = Polytope(((1, 1), (-1, -1)), (1, -1))
    >>> simplex.maximise([3, 5])
    (Fraction(5, 1), [Fraction(0, 1), Fraction(1, 1)])
    """

    rows: tuple[tuple[Number, ...], ...]
    right: tuple[Number, ...]
    exact: bool = True

    def also(self, rows: Sequence[Sequence[Number]], right: Sequence[Number]) -> Polytope:
        """The points that satisfy further rows."""
        more = tuple(tuple(row) for row in rows)
        return Polytope(self.rows + more, self.right + tuple(right), self.exact)

    def maximise(self, objective: Sequence[Number]) -> tuple[Any, list[Any]]:
        """The largest value of a linear function and a point that has it.

        Raises
        ------
        InfeasibleError
            If there is no point.
        InvalidInputError, SolverError
            If the function is unbounded.
        """
        if self._is_simplex():
            # A vertex is best: the first of the largest coefficients.
            value = max(objective)
            place = list(objective).index(value)
            one = Fraction(1) if self.exact else 1.0
            return one * value, [one if k == place else 0 * one for k in range(len(objective))]
        if self.exact:
            return self._in_fractions(objective)
        return self._in_floats(objective)

    def _is_simplex(self) -> bool:
        """Whether the points are all lotteries."""
        if len(self.rows) != 2 or tuple(self.right) not in ((1, -1), (-1, 1)):
            return False
        return all(x == b for row, b in zip(self.rows, self.right, strict=True) for x in row)

    def _in_fractions(self, objective: Sequence[Any]) -> tuple[Fraction, list[Fraction]]:
        n = len(objective)
        negative = [k for k, b in enumerate(self.right) if b < 0]
        rows: list[list[Any]] = []
        right: list[Any] = []
        for k, (row, b) in enumerate(zip(self.rows, self.right, strict=True)):
            # A row with b < 0 becomes -row x - surplus <= -b, to be made tight in phase one.
            surplus = [0] * len(negative)
            if b < 0:
                surplus[negative.index(k)] = -1
                rows.append([*(-a for a in row), *surplus])
                right.append(-b)
            else:
                rows.append([*row, *surplus])
                right.append(b)
        table = RationalTableau(rows, right)
        if negative:
            width = n + len(negative)
            phase = [sum((rows[k][j] for k in negative), Fraction(0)) for j in range(width)]
            if table.maximise(phase) < sum(right[k] for k in negative):
                raise InfeasibleError("the linear program has no feasible point")
            table.restrict_to_optimum()
        value = table.maximise([*objective, *[0] * len(negative)])
        return value, table.solution()[:n]

    def _in_floats(self, objective: Sequence[Any]) -> tuple[float, list[float]]:
        from scipy.optimize import linprog

        found = linprog(
            -np.array([float(c) for c in objective]),
            A_ub=np.array([[float(a) for a in row] for row in self.rows]),
            b_ub=np.array([float(b) for b in self.right]),
            bounds=(0, None),
            method="highs",
            options={"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10},
        )
        if found.status == 2:
            raise InfeasibleError("the linear program has no feasible point")
        if found.status != 0:
            raise SolverError(f"HiGHS answered: {found.message}")
        return -float(found.fun), found.x.tolist()
