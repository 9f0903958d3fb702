"""Maximise a weighted sum of logarithms of linear functions over lotteries."""

from __future__ import annotations

from typing import Any

import numpy as np

from mechdesign.arrays import FloatArray
from mechdesign.errors import SolverError

__all__ = ["maximise_log_welfare"]


def maximise_log_welfare(
    gains: FloatArray,
    weights: FloatArray,
    rows: FloatArray | None = None,
    right: FloatArray | None = None,
) -> tuple[FloatArray, float]:
    """The lottery ``p`` that maximises ``sum_i w_i log(p @ gains[:, i])``.

    Parameters
    ----------
    gains : array, shape (k, n)
        What each column of the lottery is worth to everybody; some lottery must give all a
        positive amount.
    weights : array, shape (n,)
        Positive.
    rows, right : arrays, shapes (r, k) and (r,), optional
        Further limits ``rows @ p <= right``.

    Returns
    -------
    p : array, shape (k,)
        The lottery.
    gap : float
        A bound on the distance to the optimum: what the linearised objective could still rise.

    Raises
    ------
    SolverError
        If no lottery gives everybody a positive amount, or the gap stays above 1e-6 of the weight.

    Notes
    -----
    Sequential quadratic programming, then Newton's method on the support.

    Examples
    --------
    >>> p, gap = maximise_log_welfare(np.array([[2.0, 0.0], [0.0, 1.0]]), np.ones(2))
    >>> p.round(9).tolist(), gap < 1e-9
    ([0.5, 0.5], True)
    """
    from scipy.optimize import linprog, minimize

    k = len(gains)
    scale = np.abs(gains).max(axis=0)
    unit = gains / scale
    limits: list[dict[str, Any]] = [{"type": "eq", "fun": lambda p: p.sum() - 1.0}]
    sides, ends = _unit_rows(rows, right, k)
    if len(sides):
        limits.append({"type": "ineq", "fun": lambda p: ends - sides @ p, "jac": lambda _: -sides})

    start = _start(unit, sides, ends)

    def loss(p: FloatArray) -> tuple[float, FloatArray]:
        value = np.maximum(p @ unit, 1e-12)
        return -float(weights @ np.log(value)), -unit @ (weights / value)

    found = minimize(
        loss,
        start,
        jac=True,
        bounds=[(0, 1)] * k,
        constraints=limits,
        method="SLSQP",
        options={"maxiter": 1000, "ftol": 1e-15},
    )
    p = np.clip(found.x, 0, None)
    p = _polished(p / p.sum(), unit, weights, sides, ends)
    slope = unit @ (weights / (p @ unit))
    most = slope.max()
    if len(sides):
        ones = np.ones((1, k))
        best = linprog(-slope, sides, ends, ones, [1.0], bounds=(0, None), method="highs")
        most = -best.fun
    gap = float(most - slope @ p)
    if not gap <= 1e-6 * weights.sum():
        raise SolverError(f"the objective could still rise by {gap:.1e}")
    return p, gap


def _start(unit: FloatArray, sides: FloatArray, ends: FloatArray) -> FloatArray:
    """A lottery that gives everybody a positive gain."""
    from scipy.optimize import linprog

    k, n = unit.shape
    favourites: FloatArray = np.bincount(unit.argmax(axis=0), minlength=k) / n
    # An amount that rounding alone makes positive is no start.
    if not len(sides) and (favourites @ unit > 1e-6).all():
        return favourites
    # Where the smallest gain is largest.
    above = np.block([[-unit.T, np.ones((n, 1))], [sides, np.zeros((len(ends), 1))]])
    first = linprog(
        np.r_[np.zeros(k), -1.0],
        A_ub=above,
        b_ub=np.concatenate([np.zeros(n), ends]),
        A_eq=np.r_[np.ones(k), 0.0][None, :],
        b_eq=[1.0],
        bounds=[(0, None)] * k + [(None, None)],
        method="highs",
    )
    if first.status != 0 or -first.fun <= 0:
        raise SolverError("no lottery gives everybody a positive gain")
    found: FloatArray = first.x[:k]
    return found


def _unit_rows(
    rows: FloatArray | None, right: FloatArray | None, k: int
) -> tuple[FloatArray, FloatArray]:
    """The limits with coefficients of at most 1."""
    if rows is None or right is None or not len(rows):
        return np.zeros((0, k)), np.zeros(0)
    size = np.maximum(np.abs(rows).max(axis=1), np.abs(right))
    size[size == 0] = 1.0
    return rows / size[:, None], right / size


def _polished(
    p: FloatArray, unit: FloatArray, weights: FloatArray, rows: FloatArray, right: FloatArray
) -> FloatArray:
    """Newton's method within the face that the support spans; the input where that goes wrong."""
    support = np.flatnonzero(p > 1e-7)
    sub = unit[support]
    tight = np.vstack([np.ones(len(support)), rows[right - rows @ p < 1e-7][:, support]])
    _, values, vectors = np.linalg.svd(tight)
    free = vectors[int((values > 1e-12 * values[0]).sum()) :]
    x = p[support] / p[support].sum()
    for _ in range(20):
        amount = x @ sub
        if not (amount > 0).all():
            return p
        direction = free @ (sub @ (weights / amount))
        curve = (free @ sub) * np.sqrt(weights) / amount
        step = np.linalg.lstsq(curve @ curve.T, direction, rcond=1e-12)[0] @ free
        x = x + step
        if np.abs(step).max(initial=0.0) < 1e-16:
            break
    if (x < -1e-9).any() or not np.isfinite(x).all():
        return p
    polished: FloatArray = np.zeros_like(p)
    polished[support] = np.clip(x, 0, None)
    polished /= polished.sum()
    return polished
