"""Binary programs whose rows are combinations of a few measures, and their relaxations.

With many binaries and few rows the linear relaxation is almost integral: it decides all but a few
variables, and its reduced costs say what it costs to decide one of the others differently.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

import numpy as np

from mechdesign.arrays import BoolArray, FloatArray
from mechdesign.errors import InfeasibleError, SolverError
from mechdesign.records import dataclass
from mechdesign.solvers.highs import highs_engine

__all__ = ["CoreProgram", "Relaxation", "RelaxedPoint"]


# Integers below this are exact in double precision, with room for a sum or two.
EXACT = 2.0**50


@dataclass(frozen=True, eq=False)
class CoreProgram:
    """Maximise ``gain @ v`` over ``rows @ (measures @ x) + extra @ v <= right``.

    Parameters
    ----------
    measures : array, shape (q, m)
        What the rows and the judge need to know of a binary vector `x` of length m.
    rows : array, shape (r, q)
        Coefficients of the measures.
    extra : array, shape (r, p)
        Coefficients of the continuous variables `v`.
    right : array, shape (r,)
        Right-hand sides.
    gain : array, shape (p,)
        The objective.
    low, high : arrays, shape (p,)
        Finite bounds of `v`.
    tight : array of bool, shape (r,)
        Which rows hold with equality because the opposite row is there too.
    """

    measures: FloatArray
    rows: FloatArray
    extra: FloatArray
    right: FloatArray
    gain: FloatArray
    low: FloatArray
    high: FloatArray
    tight: BoolArray

    @cached_property
    def matrix(self) -> FloatArray:
        """Coefficients of `x` in the rows, shape (r, m)."""
        product: FloatArray = self.rows @ self.measures
        return product

    @cached_property
    def pure(self) -> BoolArray:
        """Which rows are conditions on `x` alone."""
        return np.asarray(~self.extra.any(axis=1))

    @cached_property
    def slackness(self) -> FloatArray:
        """How far a pure row may be violated by rounding; nothing where all is integral."""
        sizes = np.abs(self.matrix[self.pure]).sum(axis=1) + np.abs(self.right[self.pure])
        whole = (self.matrix[self.pure] % 1 == 0).all(axis=1) & (self.right[self.pure] % 1 == 0)
        return np.where(whole & (sizes < EXACT), 0.0, 1e-12 * np.maximum(1.0, sizes))

    def feasible(self, measured: FloatArray) -> BoolArray:
        """Whether the pure rows hold, for measures of shape (k, q)."""
        fits = np.ones(len(measured), dtype=bool)
        # A pure row has one or two measures as a rule: a full product would be a waste.
        for row, limit in zip(
            self.rows[self.pure], self.right[self.pure] + self.slackness, strict=True
        ):
            used = np.flatnonzero(row)
            fits &= measured[:, used] @ row[used] <= limit
        return fits

    def with_rows(self, rows: FloatArray, extra: FloatArray, right: FloatArray) -> CoreProgram:
        """The program with more rows."""
        return replace(
            self,
            rows=np.vstack([self.rows, rows]),
            extra=np.vstack([self.extra, extra]),
            right=np.concatenate([self.right, right]),
            tight=np.concatenate([self.tight, np.zeros(len(right), dtype=bool)]),
        )


@dataclass(frozen=True, eq=False)
class RelaxedPoint:
    """An optimum of the relaxation, with a bound that holds whatever the solver's rounding.

    Parameters
    ----------
    x, v : arrays, shapes (m,) and (p,)
        The point.
    duals : array, shape (r,)
        Nonnegative multipliers of the rows.
    reduced : array, shape (m,)
        What setting a binary to 1 brings when the rows are priced with the multipliers.
    rest : array, shape (p,)
        The same for the continuous variables.
    bound : float
        No binary point is worth more.
    """

    x: FloatArray
    v: FloatArray
    duals: FloatArray
    reduced: FloatArray
    rest: FloatArray
    bound: float


class Relaxation:
    """The linear relaxation in a HiGHS model that keeps its basis.

    Parameters
    ----------
    program : CoreProgram
        What is relaxed; :attr:`program` grows with :meth:`add_rows`.

    Examples
    --------
    >>> one = np.ones((1, 1))
    >>> knapsack = CoreProgram(  # maximise 3 a + 2 b with 2 a + 2 b <= 3
    ...     measures=np.array([[3.0, 2.0], [2.0, 2.0]]), rows=np.array([[-1.0, 0.0], [0.0, 1.0]]),
    ...     extra=np.array([[1.0], [0.0]]), right=np.array([0.0, 3.0]), gain=np.ones(1),
    ...     low=np.zeros(1), high=np.array([5.0]), tight=np.zeros(2, dtype=bool))
    >>> point = Relaxation(knapsack).solve(np.zeros(2), np.ones(2))
    >>> point.x.tolist(), point.bound
    ([1.0, 0.5], 4.0)
    """

    def __init__(self, program: CoreProgram) -> None:
        import highspy

        self.program = program
        self._inf = highspy.kHighsInf
        self._status = highspy.HighsModelStatus
        model = highs_engine()
        m, p = program.measures.shape[1], len(program.gain)
        none = np.zeros(0, dtype=np.int32), np.zeros(0)
        for _ in range(m):
            model.addCol(0.0, 0.0, 1.0, 0, *none)
        for g, low, high in zip(program.gain, program.low, program.high, strict=True):
            model.addCol(-float(g), float(low), float(high), 0, *none)
        self._model = model
        self._columns = np.arange(m, dtype=np.int32)
        self._m, self._p = m, p
        self._append(np.hstack([program.matrix, program.extra]), program.right)

    def _append(self, rows: FloatArray, right: FloatArray) -> None:
        for row, limit in zip(rows, right, strict=True):
            used = np.flatnonzero(row).astype(np.int32)
            self._model.addRow(-self._inf, float(limit), len(used), used, row[used])

    def add_rows(self, rows: FloatArray, extra: FloatArray, right: FloatArray) -> None:
        """Add rows that every point of interest satisfies."""
        self.program = self.program.with_rows(rows, extra, right)
        self._append(np.hstack([rows @ self.program.measures, extra]), right)

    def solve(self, low: FloatArray, high: FloatArray) -> RelaxedPoint:
        """The optimum with the binaries between `low` and `high`.

        Raises
        ------
        InfeasibleError
            If there is none.
        SolverError
            If HiGHS fails twice in a row.
        """
        model, program = self._model, self.program
        model.changeColsBounds(self._m, self._columns, low, high)
        model.run()
        status = model.getModelStatus()
        if status not in (self._status.kOptimal, self._status.kInfeasible):
            model.clearSolver()
            model.run()
            status = model.getModelStatus()
        if status == self._status.kInfeasible:
            raise InfeasibleError("the relaxation has no feasible point")
        if status != self._status.kOptimal:
            raise SolverError(f"HiGHS: {model.modelStatusToString(status)}")
        found = model.getSolution()
        values = np.array(found.col_value)
        duals = np.maximum(-np.array(found.row_dual), 0.0)
        reduced = -(duals @ program.matrix)
        # What rounding leaves of the continuous variables is charged to their bounds.
        rest = program.gain - duals @ program.extra
        bound = float(
            duals @ program.right
            + np.maximum(reduced * low, reduced * high).sum()
            + np.maximum(rest * program.low, rest * program.high).sum()
        )
        return RelaxedPoint(values[: self._m], values[self._m :], duals, reduced, rest, bound)
