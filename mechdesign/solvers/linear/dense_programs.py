"""Small dense linear programs in floats, for programs over discretised functions."""

from __future__ import annotations

from typing import Any

import numpy as np

from mechdesign.arrays import FloatArray
from mechdesign.errors import SolverError

__all__ = ["maximise_dense"]


def maximise_dense(
    objective: object,
    matrix: object,
    right: object,
    *,
    equal: tuple[Any, Any] | None = None,
    low: float | None = 0.0,
    high: float | None = None,
) -> tuple[float, FloatArray]:
    """Maximise ``objective @ x`` over ``matrix @ x <= right`` and bounds common to all variables.

    Parameters
    ----------
    objective : array, shape (n,)
        Coefficients.
    matrix, right : arrays, shapes (rows, n) and (rows,)
        Inequalities.
    equal : pair of arrays, optional
        Matrix and right-hand side of equations.
    low, high : float, optional
        Bounds of every variable; None for no bound.

    Returns
    -------
    value : float
    x : array, shape (n,)

    Raises
    ------
    SolverError
        If HiGHS finds no optimum.

    Examples
    --------
    >>> value, x = maximise_dense([1, 1], [[1, 2], [3, 1]], [4, 6])
    >>> round(value, 9)
    2.8
    """
    from scipy.optimize import linprog

    extra = {} if equal is None else {"A_eq": np.asarray(equal[0]), "b_eq": np.asarray(equal[1])}
    solved = linprog(
        -np.asarray(objective, dtype=np.float64),
        A_ub=np.asarray(matrix, dtype=np.float64),
        b_ub=np.asarray(right, dtype=np.float64),
        bounds=(low, high),
        method="highs",
        **extra,
    )
    if solved.status != 0:
        raise SolverError(f"HiGHS: {solved.message}")
    return float(-solved.fun), np.asarray(solved.x, dtype=np.float64)
