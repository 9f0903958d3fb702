"""Two-person zero-sum games by linear programming."""

from __future__ import annotations

import numpy as np

from mechdesign.arrays import FloatArray
from mechdesign.errors import SolverError

__all__ = ["solve_game"]


def solve_game(payoff: FloatArray) -> tuple[float, FloatArray]:
    """The value of a game and an optimal strategy of the row player, who maximises.

    Parameters
    ----------
    payoff : array, shape (rows, columns)
        What the row player gets.

    Returns
    -------
    float, numpy.ndarray
        The value, and the probabilities of the rows.

    Raises
    ------
    SolverError
        If the solver fails.

    Examples
    --------
    >>> value, strategy = solve_game(np.array([[1.0, -1.0], [-1.0, 1.0]]))
    >>> round(value, 6) + 0, strategy.round(6).tolist()
    (0.0, [0.5, 0.5])
    """
    from scipy.optimize import linprog

    rows, columns = payoff.shape
    # Maximise v with payoff.T @ p >= v, sum p = 1.
    found = linprog(
        np.append(np.zeros(rows), -1.0),
        A_ub=np.hstack([-payoff.T, np.ones((columns, 1))]),
        b_ub=np.zeros(columns),
        A_eq=np.append(np.ones(rows), 0.0)[None, :],
        b_eq=[1.0],
        bounds=[(0, None)] * rows + [(None, None)],
        method="highs",
    )
    if found.status != 0:
        raise SolverError(f"HiGHS answered: {found.message}")
    return float(-found.fun), np.asarray(found.x[:rows])
