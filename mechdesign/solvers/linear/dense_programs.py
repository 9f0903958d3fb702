"""Small linear programs in floats: over discretised functions, and how little rows are missed."""

from __future__ import annotations

from typing import Any

import numpy as np

from mechdesign.arrays import FloatArray
from mechdesign.errors import SolverError

__all__ = ["least_missing", "maximise_dense"]


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


def least_missing(
    matrix: Any, right: Any, equations: int, upper: Any, *, time_limit: float | None = None
) -> tuple[float, Any, Any] | None:
    """By how little rows can be missed in all, a point that does so, and the rows' multipliers.

    Parameters
    ----------
    matrix : sparse matrix of shape (k, n)
        The rows; the first ones are equations, the others lower bounds.
    right : array of shape (k,)
        Their right-hand sides.
    equations : int
        How many equations there are.
    upper : array of shape (n,)
        Upper bounds of the variables; the lower ones are 0.
    time_limit : float, optional
        Seconds.

    Returns
    -------
    (float, array of shape (n,), array of shape (k,)) or None
        None where the time is over.  Where rows are missed the multipliers add them up to something
        that no point satisfies, but for rounding.

    Raises
    ------
    SolverError
        If HiGHS fails.

    Examples
    --------
    >>> from scipy.sparse import csr_matrix
    >>> found = least_missing(csr_matrix([[1.0], [1.0]]), np.array([1.0, 3.0]), 1, np.array([5.0]))
    >>> found[0], found[2].tolist()
    (2.0, [-1.0, 1.0])
    """
    from scipy.optimize import linprog
    from scipy.sparse import csr_matrix, diags, hstack

    k, n = matrix.shape
    more = diags(np.ones(k)).tocsr()
    whole = csr_matrix(hstack([matrix, more, -more[:, :equations]]))
    free = np.full(whole.shape[1] - n, np.inf)
    cost = np.append(np.zeros(n), np.ones(len(free)))
    below = equations < k
    found = linprog(
        cost,
        A_eq=whole[:equations] if equations else None,
        b_eq=right[:equations] if equations else None,
        A_ub=-whole[equations:] if below else None,
        b_ub=-right[equations:] if below else None,
        bounds=np.column_stack([np.zeros(len(cost)), np.append(upper, free)]),
        method="highs",
        options={} if time_limit is None else {"time_limit": time_limit},
    )
    if found.status == 1:
        return None
    if found.status != 0:
        raise SolverError(f"HiGHS answered: {found.message}")
    multipliers = np.concatenate([found.eqlin.marginals, -found.ineqlin.marginals])
    return float(found.fun), found.x[:n], multipliers
