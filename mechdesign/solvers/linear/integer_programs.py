"""Small integer programs: HiGHS finds the solution, a tree with exact bounds proves it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from mechdesign.clock import now
from mechdesign.errors import SolverError
from mechdesign.records import dataclass

__all__ = ["IntegerSolution", "maximise_integers"]

Array = np.ndarray[Any, np.dtype[Any]]
# Duals are rounded to multiples of 2^-24.
_BITS = 24
_NODES = 2000


@dataclass(frozen=True, eq=False)
class IntegerSolution:
    """What was found, and whether that is proved in integers.

    Parameters
    ----------
    x : array of int64 or None
        The solution, whose constraints were verified in integers; None where there is none.
    proved : bool
        Whether no other is better, or that there is none; else only HiGHS says so.
    """

    x: np.ndarray[Any, np.dtype[np.int64]] | None
    proved: bool


def maximise_integers(
    objective: Array,
    rows: Any,
    at_least: Array,
    upper: Array,
    *,
    time_limit: float | None = None,
) -> IntegerSolution:
    """Maximise ``objective @ x`` over integers ``0 <= x <= upper`` with ``rows @ x >= at_least``.

    Parameters
    ----------
    objective : array of integers, shape (n,)
        Coefficients.
    rows : array or sparse matrix of integers, shape (k, n)
        Constraints.
    at_least : array of integers, shape (k,)
        Their right-hand sides.
    upper : array of integers, shape (n,)
        Upper bounds.
    time_limit : float, optional
        Seconds for HiGHS, and as long again for the proof.

    Raises
    ------
    SolverError
        If HiGHS fails or runs out of time.

    Examples
    --------
    >>> found = maximise_integers(np.ones(2), np.array([[1, -1]]), np.array([1]), np.array([3, 5]))
    >>> found.x.tolist(), found.proved
    ([3, 2], True)
    """
    program = _Program(objective, rows, at_least, upper)
    x = program.by_highs(time_limit)
    # What beats the solution; where there is none, any solution at all.
    target = None if x is None else int(program.objective @ x) + 1
    proved = program.nothing_reaches(target, time_limit)
    return IntegerSolution(x, proved)


class _Program:
    """The program in integers."""

    def __init__(self, objective: Array, rows: Any, at_least: Array, upper: Array) -> None:
        self.objective = np.asarray(objective).astype(np.int64)
        #: Sparse where the program is large.
        self.rows = rows
        self.sparse = hasattr(rows, "tocsr")
        if self.sparse:
            self.rows = self.rows.tocsr().astype(np.int64)
        else:
            self.rows = np.asarray(rows).astype(np.int64).reshape(len(at_least), len(upper))
        self.at_least = np.asarray(at_least).astype(np.int64)
        self.upper = np.asarray(upper).astype(np.int64)

    def by_highs(self, time_limit: float | None) -> np.ndarray[Any, np.dtype[np.int64]] | None:
        from scipy.optimize import Bounds, LinearConstraint, milp

        options: dict[str, Any] = {"mip_rel_gap": 0.0}
        if time_limit is not None:
            options["time_limit"] = time_limit
        some = len(self.at_least) > 0
        rows = [LinearConstraint(self.rows, self.at_least, np.inf)] if some else []
        found = milp(
            -self.objective.astype(float),
            integrality=np.ones(len(self.upper)),
            bounds=Bounds(np.zeros(len(self.upper)), self.upper),
            constraints=rows,
            options=options,
        )
        if found.status == 2:
            return None
        if found.status != 0:
            raise SolverError(f"HiGHS answered: {found.message}")
        x: np.ndarray[Any, np.dtype[np.int64]] = np.rint(found.x).astype(np.int64)
        if (self.rows @ x < self.at_least).any() or (x < 0).any() or (x > self.upper).any():
            raise SolverError(
                "the solution of the integer program does not satisfy its constraints"
            )
        return x

    def nothing_reaches(self, target: int | None, time_limit: float | None) -> bool:
        """Whether a tree of exact bounds proves that no solution is worth the target."""
        end = math.inf if time_limit is None else now() + time_limit
        stack = [(np.zeros_like(self.upper), self.upper)]
        for _ in range(_NODES):
            if not stack:
                return True
            if now() > end:
                return False
            low, high = stack.pop()
            if (low == high).all():
                if self._reaches(low, target):
                    return False
                continue
            split = self._branch(low, high, target)
            if split is None:
                continue
            k, value = split
            below, above = high.copy(), low.copy()
            below[k], above[k] = value, value + 1
            stack += [(low, below), (above, high)]
        return False

    def _reaches(self, x: Array, target: int | None) -> bool:
        if (self.rows @ x < self.at_least).any():
            return False
        return target is None or int(self.objective @ x) >= target

    def _branch(self, low: Array, high: Array, target: int | None) -> tuple[int, int] | None:
        """A variable and the value below which to split; None where nothing can be reached."""
        y, x = self._relaxed(low, high, self.objective)
        if y is None or target is None:
            # Whether any point satisfies the rows: the multipliers of what is missing prove it.
            y, x = self._missing(low, high)
            if self._bound(y, low, high, np.zeros_like(self.objective)) < 0:
                return None
        elif self._bound(y, low, high, self.objective) < target << _BITS:
            return None
        share = np.where(low < high, np.abs(x - np.rint(x)), -1.0)
        if share.max() <= 1e-6:  # an integral vertex, which rounding alone keeps from being cut off
            share = np.where(low < high, (high - low).astype(float), -1.0)
        k = int(np.argmax(share))
        return k, int(np.clip(np.floor(x[k]), low[k], high[k] - 1))

    def _bound(self, y: Array, low: Array, high: Array, objective: Array) -> int:
        """What multipliers prove, in units of 2^-24 and Python's integers."""
        multipliers = [max(int(v), 0) for v in np.rint(y * 2.0**_BITS)]
        exact = np.array(multipliers, dtype=object)
        reduced = (objective.astype(object) << _BITS) + self._combined(exact)
        most = np.where(reduced >= 0, reduced * high, reduced * low)
        return int(sum(most.tolist()) - sum((exact * self.at_least).tolist()))

    def _combined(self, multipliers: Array) -> Array:
        """The sum of rows by their multipliers."""
        if not self.sparse:
            combined: Array = multipliers @ self.rows.astype(object)
            return combined
        most = int(abs(self.rows).sum(axis=0).max()) * max(multipliers.tolist(), default=0)
        if most < 2**62:
            small: Array = self.rows.T @ multipliers.astype(np.int64)
            return small.astype(object)
        total = np.zeros(self.rows.shape[1], dtype=object)
        coordinates = self.rows.tocoo()
        for i, j, x in zip(coordinates.row, coordinates.col, coordinates.data, strict=True):
            total[j] += multipliers[i] * int(x)
        return total

    def _relaxed(self, low: Array, high: Array, objective: Array) -> tuple[Any, Any]:
        from scipy.optimize import linprog

        found = linprog(
            -objective.astype(float),
            A_ub=-self.rows,
            b_ub=-self.at_least,
            bounds=np.column_stack([low, high]),
            method="highs",
        )
        if found.status != 0:
            return None, None
        return -found.ineqlin.marginals, found.x

    def _missing(self, low: Array, high: Array) -> tuple[Any, Any]:
        """Minimise what is missing of the rows: their multipliers, and the point."""
        from scipy.optimize import linprog

        k, n = self.rows.shape
        found = linprog(
            np.append(np.zeros(n), np.ones(k)),
            A_ub=-self._with_gaps(),
            b_ub=-self.at_least,
            bounds=[*zip(low, high, strict=True), *[(0, None)] * k],
            method="highs",
        )
        if found.status != 0:
            raise SolverError(f"HiGHS answered: {found.message}")
        return -found.ineqlin.marginals, found.x[:n]

    def _with_gaps(self) -> Any:
        """The rows, and beside them a column for what each misses."""
        k = len(self.at_least)
        if not self.sparse:
            return np.hstack([self.rows, np.eye(k)])
        from scipy.sparse import csr_matrix, diags, hstack

        return csr_matrix(hstack([self.rows, diags(np.ones(k, dtype=np.int64))]))
