"""Linear-fractional assignment by linear programming."""

from __future__ import annotations

from typing import Any

import numpy as np

from mechdesign.errors import SolverError

__all__ = ["fractional_assignment"]


def fractional_assignment(gain: Any, weight: Any, capacity: int) -> Any:
    """Maximise ``sum gain x / (1 + sum weight x)`` over matchings of at most `capacity` edges.

    Parameters
    ----------
    gain, weight : arrays of shape (n, m)
        Floats; weights nonnegative.
    capacity : int
        The largest number of edges.

    Returns
    -------
    array of shape (n, m)
        The matching, integral up to the solver's tolerance.

    Raises
    ------
    SolverError
        If HiGHS does not prove optimality.

    Notes
    -----
    The substitution of Charnes and Cooper makes it linear: ``y = x / (1 + sum weight x)``, and
    ``y0`` stands for the constant 1.

    Examples
    --------
    >>> fractional_assignment(np.array([[4.0], [3.0]]), np.ones((2, 1)), 1).round(6).tolist()
    [[1.0], [0.0]]
    """
    from scipy.optimize import linprog
    from scipy.sparse import coo_matrix, hstack, vstack

    solve: Any = linprog  # its stubs know dense matrices only

    n, m = gain.shape
    if n == 0 or m == 0 or capacity == 0:
        return np.zeros((n, m))
    edges = np.arange(n * m)
    ones = np.ones(n * m)
    by_column = coo_matrix((ones, (edges % m, edges)), shape=(m, n * m))
    by_row = coo_matrix((ones, (edges // m, edges)), shape=(n, n * m))
    in_all = coo_matrix(np.ones((1, n * m)))
    right = coo_matrix(np.concatenate([-np.ones(n + m), [-float(capacity)]])[:, None])
    inequalities = hstack([vstack([by_row, by_column, in_all]), right]).tocsr()
    equality = np.concatenate([weight.ravel(), [1.0]])[None, :]
    result = solve(
        np.concatenate([-gain.ravel(), [0.0]]),
        A_ub=inequalities,
        b_ub=np.zeros(n + m + 1),
        A_eq=equality,
        b_eq=[1.0],
        method="highs-ds",  # the simplex method ends at a vertex
    )
    if result.status != 0:
        raise SolverError(f"HiGHS did not solve the linear program: {result.message}")
    y = result.x
    return (y[:-1] / y[-1]).reshape(n, m)
