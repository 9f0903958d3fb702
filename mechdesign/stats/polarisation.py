"""Polarisation: how far a population falls apart into camps."""

from __future__ import annotations

from typing import Any

import numpy as np

from mechdesign.errors import InvalidInputError
from mechdesign.model import Number, as_number

__all__ = ["bimodality_coefficient", "esteban_ray"]


def esteban_ray(values: object, shares: object = None, *, alpha: Number = 1) -> float:
    """Esteban and Ray's polarisation ``sum_ij p_i^(1 + alpha) p_j |y_i - y_j|``.

    Parameters
    ----------
    values : array, shape (k,)
        The position of every camp.
    shares : array, shape (k,), optional
        Their shares of the population, summing to 1; equal values are put together.  By default
        every value is one person.
    alpha : number in (0, 1.6]
        How much identification within a camp counts.

    Notes
    -----
    Source: Esteban, J. and Ray, D. (1994), On the measurement of polarization, Econometrica 62.

    Examples
    --------
    >>> esteban_ray([0, 0, 1, 1]), esteban_ray([0, 0.5, 0.5, 1])
    (0.25, 0.125)
    """
    exponent = float(as_number(alpha, "alpha", high=1.6))
    if exponent <= 0:
        raise InvalidInputError("alpha", "be in (0, 1.6]", alpha)
    row = np.asarray(values, dtype=float)
    if row.ndim != 1 or not len(row) or not np.isfinite(row).all():
        raise InvalidInputError("values", "be finite numbers", values)
    weights = np.full(len(row), 1 / len(row)) if shares is None else np.asarray(shares, dtype=float)
    if weights.shape != row.shape or (weights < 0).any() or abs(weights.sum() - 1) > 1e-9:
        raise InvalidInputError("shares", "be nonnegative and sum to 1", shares)
    places, inverse = np.unique(row, return_inverse=True)
    p = np.bincount(inverse, weights=weights)
    apart = np.abs(places[:, None] - places[None, :])
    return float(p ** (1 + exponent) @ apart @ p)


def bimodality_coefficient(values: Any) -> float:
    """Sarle's bimodality coefficient; values above 5/9 suggest two camps.

    Parameters
    ----------
    values : array, shape (n,)
        At least four numbers, not all equal.

    Examples
    --------
    >>> bimodality_coefficient([0, 1] * 50) > 5 / 9 > bimodality_coefficient([0, 1, 1, 1, 2] * 9)
    True
    """
    row = np.asarray(list(values), dtype=float)
    n = len(row)
    if row.ndim != 1 or n < 4 or not np.isfinite(row).all() or np.ptp(row) == 0:
        raise InvalidInputError("values", "be at least four numbers, not all equal", values)
    centred = row - row.mean()
    second = float((centred**2).mean())
    skew = float((centred**3).mean()) / second**1.5 * (n * (n - 1)) ** 0.5 / (n - 2)
    excess = float((centred**4).mean()) / second**2 - 3
    excess = (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * excess + 6)
    coefficient: float = (skew**2 + 1) / (excess + 3 * (n - 1) ** 2 / ((n - 2) * (n - 3)))
    return coefficient
