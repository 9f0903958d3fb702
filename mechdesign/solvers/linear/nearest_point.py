"""The point of a polyhedron that is nearest to a given one, in the sum of absolute changes."""

from __future__ import annotations

import numpy as np

from mechdesign.arrays import FloatArray
from mechdesign.errors import SolverError

__all__ = ["nearest_point"]


def nearest_point(start: FloatArray, rows: FloatArray, at_least: FloatArray) -> FloatArray | None:
    """Minimise ``sum |x - start|`` over ``x >= 0`` with ``rows @ x >= at_least`` and equal sums.

    Parameters
    ----------
    start : array, shape (n,)
        Nonnegative.
    rows, at_least : arrays, shapes (k, n) and (k,)
        The constraints.

    Returns
    -------
    array or None
        A nearest point with ``sum(x) == sum(start)``; None if there is none.

    Raises
    ------
    SolverError
        If the solver fails.

    Examples
    --------
    >>> nearest_point(np.array([1.0, 1.0]), np.array([[1.0, -3.0]]), np.zeros(1)).tolist()
    [1.5, 0.5]
    """
    from scipy.optimize import linprog

    n = len(start)
    identity = np.eye(n)
    # Variables x and d with d >= x - start and d >= start - x.
    found = linprog(
        np.append(np.zeros(n), np.ones(n)),
        A_ub=np.vstack(
            [
                np.hstack([-rows, np.zeros((len(rows), n))]),
                np.hstack([identity, -identity]),
                np.hstack([-identity, -identity]),
            ]
        ),
        b_ub=np.concatenate([-at_least, start, -start]),
        A_eq=np.append(np.ones(n), np.zeros(n))[None, :],
        b_eq=[float(start.sum())],
        bounds=[(0, None)] * (2 * n),
        method="highs",
    )
    if found.status == 2:
        return None
    if found.status != 0:
        raise SolverError(f"HiGHS answered: {found.message}")
    return np.asarray(found.x[:n])
