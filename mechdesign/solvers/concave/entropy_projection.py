"""The distribution of a polytope that is nearest to a given one in relative entropy."""

from __future__ import annotations

import numpy as np

from mechdesign.arrays import FloatArray
from mechdesign.errors import SolverError

__all__ = ["nearest_in_entropy"]


def nearest_in_entropy(
    reference: FloatArray, equal: FloatArray, at_least: FloatArray
) -> FloatArray:
    """Minimise ``KL(p || reference)`` over distributions with ``equal @ p = 0 <= at_least @ p``.

    Parameters
    ----------
    reference : array, shape (n,)
        Positive.
    equal, at_least : arrays, shapes (k, n) and (l, n)
        The constraints; a positive distribution must satisfy them.

    Returns
    -------
    array, shape (n,)
        Positive.

    Raises
    ------
    SolverError
        If the constraints are not met to 1e-10.

    Notes
    -----
    The dual ``min log sum reference exp(lambda' rows)`` is smooth and convex, with multipliers of
    the inequalities that are not negative: L-BFGS-B finds which of these are 0, and Newton's method
    finishes on the others.

    Examples
    --------
    >>> as_likely, none = np.array([[1.0, -1.0, 0.0]]), np.zeros((0, 3))
    >>> nearest_in_entropy(np.array([0.5, 0.3, 0.2]), as_likely, none).round(4).tolist()
    [0.3974, 0.3974, 0.2052]
    """
    from scipy.optimize import minimize

    rows = np.vstack([equal, at_least])
    free = len(equal)
    if not len(rows):
        return np.asarray(reference / reference.sum())
    log_reference = np.log(reference)

    def at(multipliers: FloatArray) -> tuple[float, FloatArray]:
        x = log_reference + multipliers @ rows
        top = x.max()
        weights = np.exp(x - top)
        return float(top + np.log(weights.sum())), np.asarray(weights / weights.sum())

    def objective(multipliers: FloatArray) -> tuple[float, FloatArray]:
        worth, p = at(multipliers)
        return worth, rows @ p

    bounds = [(None, None)] * free + [(0, None)] * len(at_least)
    found = minimize(objective, np.zeros(len(rows)), jac=True, bounds=bounds, method="L-BFGS-B")
    multipliers = np.asarray(found.x)
    held = np.arange(len(rows)) < free
    held |= multipliers > 1e-7
    for _ in range(50):
        worth, p = at(multipliers)
        slack = (rows @ p)[held]
        if np.abs(slack).max(initial=0.0) < 1e-15:
            break
        inside = rows[held]
        curve = (inside * p) @ inside.T - np.outer(inside @ p, inside @ p)
        move = np.linalg.lstsq(curve, -slack, rcond=1e-12)[0]
        size = 1.0
        while size > 1e-8:
            trial = multipliers.copy()
            trial[held] += size * move
            if at(trial)[0] <= worth + 1e-16:
                break
            size /= 2
        else:
            break
        multipliers = trial
    _, p = at(multipliers)
    off = max(float(np.abs(equal @ p).max(initial=0.0)), -float((at_least @ p).min(initial=0.0)))
    if off > 1e-10:
        raise SolverError(f"the constraints were met to {off:.1e} only")
    return p
