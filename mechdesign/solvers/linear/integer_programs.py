"""Small integer programs in one call."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mechdesign.errors import SolverError

__all__ = ["maximise_integers"]

Array = NDArray[Any]


def maximise_integers(
    objective: Array,
    rows: Array,
    at_least: Array,
    upper: Array,
    *,
    time_limit: float | None = None,
) -> NDArray[np.int64] | None:
    """Maximise ``objective @ x`` over integers ``0 <= x <= upper`` with ``rows @ x >= at_least``.

    Parameters
    ----------
    objective : array, shape (n,)
        Coefficients.
    rows : array, shape (k, n)
        Constraints.
    at_least : array, shape (k,)
        Their right-hand sides.
    upper : array, shape (n,)
        Upper bounds.
    time_limit : float, optional
        Seconds.

    Returns
    -------
    numpy.ndarray of int64, or None
        An optimal solution whose constraints were verified in integers; None if there is none.

    Raises
    ------
    SolverError
        If the solver fails or runs out of time.

    Examples
    --------
    >>> maximise_integers(np.ones(2), np.array([[1, -1]]), np.array([1]), np.array([3, 5])).tolist()
    [3, 2]
    """
    from scipy.optimize import Bounds, LinearConstraint, milp

    constraints = (
        [LinearConstraint(rows, at_least, np.full(len(at_least), np.inf))] if len(at_least) else []
    )
    options: dict[str, Any] = {"mip_rel_gap": 0.0}
    if time_limit is not None:
        options["time_limit"] = time_limit
    found = milp(
        -np.asarray(objective, dtype=float),
        integrality=np.ones(len(objective)),
        bounds=Bounds(np.zeros(len(upper)), upper),
        constraints=constraints,
        options=options,
    )
    if found.status == 2:
        return None
    if found.status != 0:
        raise SolverError(f"HiGHS answered: {found.message}")
    solution: NDArray[np.int64] = np.rint(found.x).astype(np.int64)
    if (rows @ solution < at_least).any() or (solution < 0).any() or (solution > upper).any():
        raise SolverError("the solution of the integer program does not satisfy its constraints")
    return solution
