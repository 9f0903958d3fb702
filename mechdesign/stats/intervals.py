"""Confidence interval of a mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from mechdesign.errors import InvalidInputError
from mechdesign.model import as_number
from mechdesign.records import dataclass

__all__ = ["MeanInterval", "mean_interval"]


@dataclass(frozen=True)
class MeanInterval:
    """A sample mean with its confidence interval.

    Parameters
    ----------
    mean, low, high : float
        Mean and ends of the interval.
    level : float
        Confidence level.
    samples : int
        The number of draws.
    """

    mean: float
    low: float
    high: float
    level: float
    samples: int


def mean_interval(samples: Sequence[float] | Any, level: float = 0.95) -> MeanInterval:
    """The mean of independent draws with its Student-t confidence interval.

    Parameters
    ----------
    samples : sequence of floats
        At least two draws, finite.
    level : float in (0, 1)
        Confidence level.

    Raises
    ------
    InvalidInputError
        On fewer than two draws or a level outside (0, 1).

    Notes
    -----
    The interval is exact for normal draws and asymptotic for others.

    Examples
    --------
    >>> found = mean_interval([1.0, 2.0, 3.0])
    >>> found.mean, round(found.low, 3), round(found.high, 3)
    (2.0, -0.484, 4.484)
    """
    from scipy.stats import t

    values = np.asarray(samples, dtype=float)
    if values.ndim != 1 or len(values) < 2 or not np.isfinite(values).all():
        raise InvalidInputError("samples", "be at least two finite numbers", samples)
    confidence = float(as_number(level, "level"))
    if not 0 < confidence < 1:
        raise InvalidInputError("level", "lie strictly between 0 and 1", level)
    mean = float(values.mean())
    spread = float(values.std(ddof=1)) / len(values) ** 0.5
    reach = float(t.ppf((1 + confidence) / 2, len(values) - 1)) * spread
    return MeanInterval(mean, mean - reach, mean + reach, confidence, len(values))
