"""Strengths behind paired comparisons: the likelihood of any link, maximised."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from mechdesign.arrays import FloatArray
from mechdesign.errors import LimitReachedError

__all__ = ["fit_strengths", "logistic", "probit"]

Link: TypeAlias = "Callable[[FloatArray], tuple[FloatArray, FloatArray, FloatArray]]"

_TOLERANCE = 1e-10


def logistic(gap: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Bradley and Terry: the chance to win is ``1 / (1 + exp(-gap))``."""
    p = 1 / (1 + np.exp(-gap))
    return -np.logaddexp(0, -gap), 1 - p, p * (1 - p)


def probit(gap: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Thurstone's case V: the chance to win is ``Phi(gap)``."""
    from scipy.special import log_ndtr

    log_p = np.asarray(log_ndtr(gap))
    ratio = np.exp(-(gap**2) / 2 - log_p) / np.sqrt(2 * np.pi)
    return log_p, ratio, ratio * (gap + ratio)


def fit_strengths(
    wins: FloatArray,
    link: Link,
    penalty: float = 0.0,
) -> tuple[FloatArray, FloatArray, float]:
    """Strengths that maximise a likelihood of paired comparisons, by Newton's method.

    Parameters
    ----------
    wins : array, shape (m, m)
        Row against column, ties as halves; a fraction of a comparison is allowed.
    link : callable
        Of an array of differences of strengths: log P, its derivative and minus its second
        derivative; see :func:`logistic` and :func:`probit`.
    penalty : float
        Half of it times the sum of squares is taken off; with none, `wins` must be connected both
        ways.

    Returns
    -------
    array, array, float
        Strengths that sum to 0, minus the second derivative there, and the maximum.

    Raises
    ------
    LimitReachedError
        If 200 steps do not suffice, as where there is no maximum.

    Examples
    --------
    >>> fit_strengths(np.array([[0.0, 3.0], [1.0, 0.0]]), logistic)[0].round(6).tolist()
    [0.549306, -0.549306]
    """
    m = len(wins)
    x = np.zeros(m)

    def evaluate(s: FloatArray) -> tuple[float, FloatArray, FloatArray]:
        log_p, slope, curve = link(s[:, None] - s[None, :])
        value = float((wins * log_p).sum())
        pull = wins * slope
        weight = wins * curve
        weight = weight + weight.T
        hessian = np.diag(weight.sum(axis=1) + penalty) - weight
        gradient = pull.sum(axis=1) - pull.sum(axis=0) - penalty * s
        return value - penalty / 2 * float(s @ s), gradient, hessian

    value, gradient, hessian = evaluate(x)
    for _ in range(200):
        if np.abs(gradient).max(initial=0.0) <= _TOLERANCE * max(1.0, float(wins.sum())):
            return x, hessian, value
        # One direction (all strengths together) is flat: add a multiple of it.
        step = np.linalg.solve(hessian + np.ones((m, m)) * (np.trace(hessian) / m**2), gradient)
        size = 1.0
        while True:
            trial = x + size * step
            trial -= trial.mean()
            found = evaluate(trial)
            if found[0] >= value - 1e-12 * abs(value) or size < 1e-10:
                break
            size /= 2
        x, (value, gradient, hessian) = trial, found
    raise LimitReachedError("the likelihood was not maximised in 200 Newton steps")
