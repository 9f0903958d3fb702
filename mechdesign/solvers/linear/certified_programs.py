"""Sparse linear programs with exact answers: HiGHS finds the basis, fractions certify it."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from mechdesign.errors import InfeasibleError, SolverError
from mechdesign.model import Number, is_exact
from mechdesign.records import dataclass
from mechdesign.solvers.highs import highs_engine

__all__ = ["CertifiedOptimum", "CertifiedProgram"]

_LOG = logging.getLogger(__name__)
# Unknowns of the exact system of a basis; more are answered in floats.
_MOST_EXACT = 700
# Exact pivots after the basis of the solver.
_PIVOTS = 60

_Rational = int | Fraction
_Row = dict[int, _Rational]


@dataclass(frozen=True)
class CertifiedOptimum:
    """An optimum of a :class:`CertifiedProgram`.

    Parameters
    ----------
    value : number
        The objective.
    x : tuple of numbers
        The variables.
    duals : tuple of numbers
        For every row by how much the value grows for each unit that its active bound grows:
        nonnegative for an upper bound, nonpositive for a lower one.
    exact : bool
        Whether point and duals are feasible and their values equal in exact arithmetic, which
        proves the optimum; otherwise all are floats of the solver.
    """

    value: Number
    x: tuple[Number, ...]
    duals: tuple[Number, ...]
    exact: bool


class CertifiedProgram:
    """Maximise a linear function under sparse rows; numbers are int, Fraction or float.

    With exact numbers the optimum is exact: the basis that HiGHS ends with is solved in fractions,
    improved by exact pivots where rounding misled the solver, and accepted once it is feasible for
    the program and for its dual.

    Examples
    --------
    >>> program = CertifiedProgram()
    >>> x, y = program.variable(1), program.variable(1)
    >>> _ = program.row([(x, 1), (y, 2)], high=4)
    >>> _ = program.row([(x, 3), (y, 1)], high=6)
    >>> best = program.maximise()
    >>> best.value, best.x, best.duals, best.exact
    (Fraction(14, 5), (Fraction(8, 5), Fraction(6, 5)), (Fraction(2, 5), Fraction(1, 5)), True)
    """

    def __init__(self) -> None:
        self._gains: list[Number] = []
        self._columns: list[tuple[Number | None, Number | None]] = []
        self._rows: list[list[tuple[int, Number]]] = []
        self._limits: list[tuple[Number | None, Number | None]] = []

    def variable(
        self, gain: Number = 0, *, low: Number | None = 0, high: Number | None = None
    ) -> int:
        """A new variable with its coefficient in the objective and its bounds; its number."""
        self._gains.append(gain)
        self._columns.append((low, high))
        return len(self._gains) - 1

    def row(
        self,
        entries: Iterable[tuple[int, Number]],
        *,
        low: Number | None = None,
        high: Number | None = None,
    ) -> int:
        """A new row between bounds, from pairs of variable and coefficient; its number.

        A variable may be named more than once: its coefficients add up.
        """
        merged: dict[int, Number] = {}
        for j, value in entries:
            merged[j] = merged.get(j, 0) + value
        self._rows.append([(j, value) for j, value in merged.items() if value])
        self._limits.append((low, high))
        return len(self._rows) - 1

    def bound(self, variable: int, low: Number | None, high: Number | None) -> None:
        """Other bounds for a variable."""
        self._columns[variable] = low, high

    @property
    def size(self) -> tuple[int, int]:
        """The numbers of rows and of variables."""
        return len(self._rows), len(self._gains)

    def maximise(self, *, time_limit: float | None = None) -> CertifiedOptimum:
        """The optimum.

        Parameters
        ----------
        time_limit : float, optional
            Seconds for the solver.

        Raises
        ------
        InfeasibleError
            If there is no feasible point.
        SolverError
            If the objective is unbounded, or HiGHS finds no optimum.
        """
        engine = self._solved(time_limit)
        found = engine.getSolution()
        if self._exact_data():
            basis = engine.getBasis()
            columns = [status.name for status in basis.col_status]
            rows = [status.name for status in basis.row_status]
            exact = _Basis(self._gains, self._columns, self._rows, self._limits, columns, rows)
            answer = exact.optimum()
            if answer is not None:
                return answer
        value = float(engine.getInfo().objective_function_value)
        x = tuple(float(v) for v in found.col_value)
        return CertifiedOptimum(value, x, tuple(float(v) for v in found.row_dual), False)

    def _exact_data(self) -> bool:
        bounds = (b for pair in (*self._columns, *self._limits) for b in pair if b is not None)
        entries = (value for row in self._rows for _, value in row)
        return all(map(is_exact, (*self._gains, *bounds, *entries)))

    def _solved(self, time_limit: float | None) -> Any:
        import highspy

        infinite = highspy.kHighsInf
        program = highspy.HighsLp()
        program.num_col_, program.num_row_ = len(self._gains), len(self._rows)
        program.sense_ = highspy.ObjSense.kMaximize
        program.col_cost_ = np.array([float(g) for g in self._gains])
        program.col_lower_, program.col_upper_ = _bounds(self._columns, infinite)
        program.row_lower_, program.row_upper_ = _bounds(self._limits, infinite)
        matrix = program.a_matrix_
        matrix.format_ = highspy.MatrixFormat.kRowwise
        counts = [len(row) for row in self._rows]
        matrix.start_ = np.concatenate([[0], np.cumsum(counts, dtype=np.int64)]).astype(np.int32)
        matrix.index_ = np.array([j for row in self._rows for j, _ in row], dtype=np.int32)
        matrix.value_ = np.array([float(v) for row in self._rows for _, v in row])
        engine = highs_engine()
        engine.setOptionValue("primal_feasibility_tolerance", 1e-9)
        engine.setOptionValue("dual_feasibility_tolerance", 1e-9)
        engine.setOptionValue("solver", "simplex")
        if time_limit is not None:
            engine.setOptionValue("time_limit", float(time_limit))
        engine.passModel(program)
        _LOG.debug("linear program of %d columns, %d rows", program.num_col_, program.num_row_)
        engine.run()
        status = engine.getModelStatus()
        if status == highspy.HighsModelStatus.kUnboundedOrInfeasible:
            engine.setOptionValue("presolve", "off")
            engine.run()
            status = engine.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            raise InfeasibleError("the linear program has no feasible point")
        if status != highspy.HighsModelStatus.kOptimal:
            raise SolverError(f"HiGHS: {engine.modelStatusToString(status)}")
        return engine


def _bounds(pairs: Sequence[tuple[Any, Any]], infinite: float) -> tuple[Any, Any]:
    low = np.array([-infinite if a is None else float(a) for a, _ in pairs])
    high = np.array([infinite if b is None else float(b) for _, b in pairs])
    return low, high


class _Basis:
    """A basis in exact numbers: variables and slacks alike are columns, slack i is row i's value.

    The equations are ``row i = slack i``; a column beyond the variables is a slack.
    """

    def __init__(
        self,
        gains: Sequence[Any],
        columns: Sequence[tuple[Any, Any]],
        rows: Sequence[Sequence[tuple[int, Any]]],
        limits: Sequence[tuple[Any, Any]],
        column_status: Sequence[str],
        row_status: Sequence[str],
    ) -> None:
        self.n, self.m = len(columns), len(rows)
        self.gains, self.rows = gains, rows
        self.bounds = [*columns, *limits]
        self.basic = [name == "kBasic" for name in (*column_status, *row_status)]
        #: Where each column that is not basic stands.
        self.at: list[_Rational] = []
        for (low, high), name in zip(self.bounds, (*column_status, *row_status), strict=True):
            stands = high if name == "kUpper" and high is not None else low
            self.at.append(
                0 if stands is None and high is None else high if stands is None else stands
            )
        self.by_column: list[list[tuple[int, Any]]] = [[] for _ in range(self.n)]
        for i, row in enumerate(rows):
            for j, value in row:
                self.by_column[j].append((i, value))

    def optimum(self) -> CertifiedOptimum | None:
        """The optimum of this basis or of one few pivots away; None if none was certified."""
        for _ in range(_PIVOTS):
            inside = [j for j in range(self.n) if self.basic[j]]
            tight = [i for i in range(self.m) if not self.basic[self.n + i]]
            if len(inside) != len(tight) or len(inside) > _MOST_EXACT:
                return None
            factors = _Elimination(self.rows, tight, inside)
            if factors.singular:
                return None
            values = self._point(factors, inside, tight)
            duals = self._duals(factors, inside, tight)
            prices = self._prices(duals)
            wrong_point = self._outside(values)
            wrong_price = self._improving(prices)
            if wrong_point is None and wrong_price is None:
                return self._certified(values, duals)
            if wrong_point is not None and wrong_price is not None:
                return None
            if wrong_price is not None:
                moved = self._enter(
                    wrong_price, prices[wrong_price], factors, inside, tight, values
                )
            else:
                assert wrong_point is not None
                moved = self._leave(wrong_point, factors, inside, tight, values, prices)
            if not moved:
                return None
        return None

    def _point(
        self, factors: _Elimination, inside: Sequence[int], tight: Sequence[int]
    ) -> list[_Rational]:
        """The values of all columns."""
        values = list(self.at)
        right = []
        for i in tight:
            rest = self.at[self.n + i]
            for j, value in self.rows[i]:
                if not self.basic[j] and self.at[j]:
                    rest = rest - value * self.at[j]
            right.append(rest)
        for j, value in zip(inside, factors.solve(right), strict=True):
            values[j] = value
        for i, row in enumerate(self.rows):
            if self.basic[self.n + i]:
                values[self.n + i] = sum((v * values[j] for j, v in row if values[j]), Fraction(0))
        return values

    def _duals(
        self, factors: _Elimination, inside: Sequence[int], tight: Sequence[int]
    ) -> list[_Rational]:
        duals: list[_Rational] = [0] * self.m
        for i, y in zip(
            tight, factors.solve_transposed([self.gains[j] for j in inside]), strict=True
        ):
            duals[i] = y
        return duals

    def _prices(self, duals: Sequence[_Rational]) -> list[_Rational]:
        """By how much the value grows for each unit of a column that is not basic."""
        prices: list[_Rational] = [0 if self.basic[j] else self.gains[j] for j in range(self.n)]
        for i, y in enumerate(duals):
            if y:
                for j, value in self.rows[i]:
                    if not self.basic[j]:
                        prices[j] = prices[j] - y * value
        return [*prices, *duals]

    def _outside(self, values: Sequence[_Rational]) -> int | None:
        for k, (low, high) in enumerate(self.bounds):
            if (low is not None and values[k] < low) or (high is not None and values[k] > high):
                return k
        return None

    def _improving(self, prices: Sequence[_Rational]) -> int | None:
        """A column that would improve the value; Bland's rule takes the first."""
        for k, price in enumerate(prices):
            if self.basic[k] or not price:
                continue
            low, high = self.bounds[k]
            if low is not None and low == high:
                continue
            at_low = low is not None and self.at[k] == low
            at_high = high is not None and self.at[k] == high
            if (price > 0 and not at_high) or (price < 0 and not at_low):
                return k
        return None

    def _direction(
        self, k: int, factors: _Elimination, inside: Sequence[int], tight: Sequence[int]
    ) -> list[_Rational]:
        """How all columns change for each unit of a column that is not basic."""
        step: list[_Rational] = [0] * (self.n + self.m)
        step[k] = 1
        place = {i: p for p, i in enumerate(tight)}
        right: list[_Rational] = [0] * len(tight)
        if k >= self.n:
            right[place[k - self.n]] = 1
        else:
            for i, value in self.by_column[k]:
                if i in place:
                    right[place[i]] = -value
        for j, value in zip(inside, factors.solve(right), strict=True):
            step[j] = value
        for i, row in enumerate(self.rows):
            if self.basic[self.n + i]:
                step[self.n + i] = sum((v * step[j] for j, v in row if step[j]), Fraction(0))
        return step

    def _enter(
        self,
        k: int,
        price: _Rational,
        factors: _Elimination,
        inside: Sequence[int],
        tight: Sequence[int],
        values: Sequence[_Rational],
    ) -> bool:
        """A pivot of the primal simplex."""
        sign = 1 if price > 0 else -1
        step = self._direction(k, factors, inside, tight)
        best: tuple[_Rational, int, _Rational] | None = None
        for j, change in enumerate(step):
            change = sign * change
            if not change or (j != k and not self.basic[j]):
                continue
            low, high = self.bounds[j]
            limit = high if change > 0 else low
            if limit is not None:
                room: _Rational = Fraction(limit - values[j]) / change
                if best is None or (room, j) < best[:2]:
                    best = room, j, limit
        if best is None:
            return False
        self._exchange(k, best[1], best[2])
        return True

    def _leave(
        self,
        k: int,
        factors: _Elimination,
        inside: Sequence[int],
        tight: Sequence[int],
        values: Sequence[_Rational],
        prices: Sequence[_Rational],
    ) -> bool:
        """A pivot of the dual simplex: a basic column beyond a bound goes to it."""
        low, high = self.bounds[k]
        up = low is not None and values[k] < low
        goal = low if up else high
        assert goal is not None
        best: tuple[_Rational, int] | None = None
        for j in range(self.n + self.m):
            lower, upper = self.bounds[j]
            if self.basic[j] or (lower is not None and lower == upper):
                continue
            slope = self._direction(j, factors, inside, tight)[k]
            slope = slope if up else -slope
            free_up = upper is None or self.at[j] != upper
            free_down = lower is None or self.at[j] != lower
            if (slope > 0 and free_up) or (slope < 0 and free_down):
                cost = abs(Fraction(prices[j]) / slope)
                if best is None or (cost, j) < best:
                    best = cost, j
        if best is None:
            return False
        self._exchange(best[1], k, goal)
        return True

    def _exchange(self, entering: int, leaving: int, goal: _Rational) -> None:
        self.basic[entering] = True
        self.basic[leaving] = False
        self.at[leaving] = goal

    def _certified(
        self, values: Sequence[_Rational], duals: Sequence[_Rational]
    ) -> CertifiedOptimum:
        pairs = zip(self.gains, values[: self.n], strict=True)
        value = sum((Fraction(g * x) for g, x in pairs if x), Fraction(0))
        point = tuple(Fraction(x) for x in values[: self.n])
        return CertifiedOptimum(value, point, tuple(Fraction(y) for y in duals), True)


class _Elimination:
    """A square sparse matrix, eliminated in fractions with small pivots rows first."""

    def __init__(
        self,
        rows: Sequence[Sequence[tuple[int, Any]]],
        tight: Sequence[int],
        inside: Sequence[int],
    ) -> None:
        place = {j: p for p, j in enumerate(inside)}
        self.k = len(inside)
        left: dict[int, _Row] = {
            p: {place[j]: v for j, v in rows[i] if j in place} for p, i in enumerate(tight)
        }
        users: list[set[int]] = [set() for _ in range(self.k)]
        for p, row in left.items():
            for j in row:
                users[j].add(p)
        #: Row, column and the rest of the row of each pivot; what was taken from which row.
        self.pivots: list[tuple[int, int, _Rational, _Row]] = []
        self.taken: list[list[tuple[int, _Rational]]] = []
        self.singular = False
        while left:
            p = min(left, key=lambda q: len(left[q]))
            row = left.pop(p)
            if not row:
                self.singular = True
                return
            column = min(row, key=lambda j: len(users[j]))
            pivot = row.pop(column)
            taken: list[tuple[int, _Rational]] = []
            for j in row:
                users[j].discard(p)
            users[column].discard(p)
            for q in users[column]:
                other = left[q]
                factor = Fraction(other.pop(column)) / pivot
                taken.append((q, factor))
                for j, value in row.items():
                    changed = other.get(j, 0) - factor * value
                    if changed:
                        other[j] = changed
                        users[j].add(q)
                    elif j in other:
                        del other[j]
                        users[j].discard(q)
            users[column] = set()
            self.pivots.append((p, column, pivot, row))
            self.taken.append(taken)

    def solve(self, right: Sequence[_Rational]) -> list[_Rational]:
        """The solution of ``matrix @ x = right``."""
        work = list(right)
        for (p, _, _, _), taken in zip(self.pivots, self.taken, strict=True):
            if work[p]:
                for q, factor in taken:
                    work[q] = work[q] - factor * work[p]
        x: list[_Rational] = [0] * self.k
        for p, column, pivot, row in reversed(self.pivots):
            total = work[p]
            for j, value in row.items():
                if x[j]:
                    total = total - value * x[j]
            x[column] = Fraction(total) / pivot if total else 0
        return x

    def solve_transposed(self, right: Sequence[_Rational]) -> list[_Rational]:
        """The solution of ``y @ matrix = right``."""
        work = list(right)
        y: list[_Rational] = [0] * self.k
        for p, column, pivot, row in self.pivots:
            if work[column]:
                y[p] = Fraction(work[column]) / pivot
                for j, value in row.items():
                    work[j] = work[j] - value * y[p]
        for (p, _, _, _), taken in zip(reversed(self.pivots), reversed(self.taken), strict=True):
            for q, factor in taken:
                if y[q]:
                    y[p] = y[p] - factor * y[q]
        return y
