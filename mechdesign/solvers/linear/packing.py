"""Packing programs, ``max c x`` with ``A x <= b`` and ``x >= 0``, with a certified bound.

Duals of a floating-point solver are feasible up to rounding only.  Here they are clipped, and what
they miss is charged to the variables' upper bounds, in integers: the bound is a proof for the data
as given.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from mechdesign.errors import SolverError
from mechdesign.records import dataclass
from mechdesign.solvers.highs import highs_engine
from mechdesign.solvers.linear.rational_lp import RationalTableau

__all__ = ["ColumnMaster", "Packing", "Row", "packing"]

#: A row of A as (variable, coefficient) pairs.
Row = Sequence[tuple[int, Any]]

_EXACT_CELLS = 60_000


@dataclass(frozen=True)
class Packing:
    """The solution of a packing program.

    Parameters
    ----------
    value : number
        The objective at `x`.
    bound : number
        A proved upper bound on the optimum: equal to `value` in exact arithmetic, else a float
        rounded up.
    x : sequence of numbers
        A feasible point.
    duals : sequence of numbers
        Nonnegative, one for each row.
    exact : bool
        Whether everything is a Fraction.
    """

    value: Any
    bound: Any
    x: Sequence[Any]
    duals: Sequence[Any]
    exact: bool


def packing(
    rows: Sequence[Row],
    right: Sequence[object],
    objective: Sequence[object],
    *,
    caps: Sequence[Any] | None = None,
    exact: bool | None = None,
) -> Packing:
    """Maximise a linear objective over ``rows @ x <= right``, ``x >= 0``.

    Parameters
    ----------
    rows : sequence of rows
        Each a sequence of (variable, coefficient) pairs.
    right : sequence of numbers
        Nonnegative.
    objective : sequence of numbers
        One for each variable.
    caps : sequence of numbers, optional
        Upper bounds that the rows imply for the variables, used by the certificate; 1 by default.
    exact : bool, optional
        Solve in Fractions; by default where the data are exact and the tableau is small.

    Raises
    ------
    SolverError
        If HiGHS fails.

    Examples
    --------
    >>> packing([[(0, 1), (1, 2)], [(0, 3), (1, 1)]], [4, 6], [1, 1], caps=[2, 2]).value
    Fraction(14, 5)
    """
    if exact is None:
        given = [*right, *objective, *(a for row in rows for _, a in row)]
        small = len(rows) * (len(rows) + len(objective)) <= _EXACT_CELLS
        exact = small and all(isinstance(v, (int, Fraction)) for v in given)
    if exact:
        return _exact(rows, right, objective)
    return _float(rows, right, objective, caps)


def _exact(rows: Sequence[Row], right: Sequence[Any], objective: Sequence[Any]) -> Packing:
    n = len(objective)
    dense = []
    for row in rows:
        line: list[Any] = [0] * n
        for k, a in row:
            line[k] += a
        dense.append(line)
    table = RationalTableau(dense, right)
    value = table.maximise(objective)
    return Packing(value, value, table.solution(), table.duals(), True)


def _float(
    rows: Sequence[Row], right: Sequence[Any], objective: Sequence[Any], caps: Sequence[Any] | None
) -> Packing:
    from scipy.optimize import linprog
    from scipy.sparse import csr_array

    n = len(objective)
    if n == 0:
        return Packing(0.0, 0.0, [], [0.0] * len(rows), False)
    # In units of the largest gain: the solver's tolerances are absolute.
    unit = unit_of(objective)
    c = np.array([float(v) / unit for v in objective])
    b = np.array([float(v) for v in right])
    indptr = np.cumsum([0, *(len(row) for row in rows)])
    columns = np.array([k for row in rows for k, _ in row], dtype=np.int64)
    values = np.array([float(a) for row in rows for _, a in row])
    matrix = csr_array((values, columns, indptr), shape=(len(rows), n))
    solved = linprog(-c, A_ub=matrix, b_ub=b, bounds=(0, None), method="highs")
    if solved.x is None:
        raise SolverError(f"HiGHS: {solved.message}")
    x = np.maximum(solved.x, 0.0)
    # Put back into the polytope what rounding put outside.
    shut = (b == 0) & (matrix @ x > 0)
    x[matrix[np.flatnonzero(shut)].indices] = 0.0
    worst = float(((matrix @ x)[b > 0] / b[b > 0]).max(initial=0.0))
    if worst > 1.0:
        x = x / worst
    duals = (np.maximum(-solved.ineqlin.marginals, 0.0) * unit).tolist()
    bound = rounded_up(proved_bound(rows, right, objective, caps or [1] * n, duals))
    return Packing(min(unit * float(c @ x), bound), bound, x.tolist(), duals, False)


def unit_of(numbers: Iterable[Any]) -> float:
    """The power of two above the largest of some nonnegative numbers; 1 if all are 0."""
    largest = max((float(v) for v in numbers), default=0.0)
    return math.ldexp(1.0, math.frexp(largest)[1]) if largest > 0 else 1.0


def rounded_up(number: Fraction) -> float:
    """The smallest float that is not below a number."""
    nearest = float(number)
    return nearest if nearest >= number else math.nextafter(nearest, math.inf)


def proved_bound(
    rows: Sequence[Row],
    right: Sequence[Any],
    objective: Sequence[Any],
    caps: Sequence[Any],
    duals: Sequence[float],
) -> Fraction:
    """What duals prove: ``b y`` and, for every variable, its reduced cost times its cap.

    Parameters
    ----------
    rows, right, objective, caps
        As for :func:`packing`; floats are the rationals that they are.
    duals : sequence of float
        Any; those below 0 count as 0.

    Returns
    -------
    Fraction
        At least the optimum.

    Notes
    -----
    Integers over powers of two.  A price or coefficient is rounded by 2^-64 of the largest to the
    side on which the bound stays one.

    Examples
    --------
    >>> proved_bound([[(0, 1)]], [4], [3], [5], [2.0])
    Fraction(13, 1)
    """
    coefficients = (abs(a) for row in rows for _, a in row)
    sizes, prices = (64 - math.frexp(unit_of(part))[1] for part in (coefficients, duals))
    paid = [0] * len(objective)
    total = Fraction(0)
    for row, limit, dual in zip(rows, right, duals, strict=True):
        price = _floor(dual, prices)
        if price > 0:
            total += Fraction(limit) * price
            for k, a in row:
                paid[k] += price * _floor(a, sizes)
    units = sizes + prices
    total *= Fraction(2) ** sizes
    for gain, spent, cap in zip(objective, paid, caps, strict=True):
        missing = -_floor(-gain, units) - spent
        if missing > 0:
            total += Fraction(cap) * missing
    return total / Fraction(2) ** units


def _floor(number: Any, shift: int) -> int:
    """A number times a power of two, rounded down."""
    if isinstance(number, float):
        return math.floor(math.ldexp(number, shift))
    return math.floor(Fraction(number) * Fraction(2) ** shift)


class ColumnMaster:
    """The restricted master of a column generation: a persistent HiGHS model that keeps its basis.

    Parameters
    ----------
    right : sequence of float
        Right-hand sides of the rows ``A x <= right``.
    tolerance : float
        If positive, solve by a first-order method to this relative tolerance, of feasibility too:
        for thousands of rows, where the simplex takes minutes and its duals swing.

    Examples
    --------
    >>> master = ColumnMaster([1.0, 1.0])
    >>> master.add(2.0, [(0, 1.0)])
    >>> master.add(3.0, [(0, 1.0), (1, 1.0)])
    >>> value, x, duals = master.solve()
    >>> float(value), [round(float(v)) for v in x]
    (3.0, [0, 1])
    """

    def __init__(self, right: Sequence[float], *, tolerance: float = 0.0) -> None:
        import highspy

        self._inf = highspy.kHighsInf
        self._optimal = highspy.HighsModelStatus.kOptimal
        self._first_order = bool(tolerance)
        model = highs_engine()
        if tolerance:
            model.setOptionValue("solver", "pdlp")
            model.setOptionValue("kkt_tolerance", float(tolerance))
        else:
            # After new columns the old basis is primal feasible: the primal simplex goes on.
            model.setOptionValue("simplex_strategy", 4)
        for limit in right:
            model.addRow(-self._inf, float(limit), 0, [], [])
        model.changeObjectiveSense(highspy.ObjSense.kMaximize)
        self._model = model

    def add(self, gain: float, entries: Row) -> None:
        """Add a column with its objective coefficient and its (row, coefficient) entries."""
        rows = np.array([k for k, _ in entries], dtype=np.int32)
        values = np.array([float(a) for _, a in entries])
        self._model.addCol(float(gain), 0.0, self._inf, len(rows), rows, values)

    def solve(self) -> tuple[float, Any, Any]:
        """The value, the columns' values and the nonnegative duals of the rows.

        Raises
        ------
        SolverError
            If HiGHS fails twice in a row.
        """
        model = self._model
        model.run()
        if model.getModelStatus() != self._optimal:
            # Repeated re-solves can end in basis trouble: once more from scratch.
            model.clearSolver()
            if self._first_order:
                # Old releases stop with an unknown status: the simplex instead.
                model.setOptionValue("solver", "simplex")
            model.run()
            if model.getModelStatus() != self._optimal:
                raise SolverError(f"HiGHS: {model.modelStatusToString(model.getModelStatus())}")
        found = model.getSolution()
        duals = np.maximum(np.array(found.row_dual), 0.0)
        return float(model.getInfo().objective_function_value), np.array(found.col_value), duals
