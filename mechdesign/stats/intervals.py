"""Confidence intervals of a mean, and of a ratio of sums."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mechdesign.arrays import FloatArray
from mechdesign.errors import InvalidInputError
from mechdesign.model import Seed, as_count, as_number, generator
from mechdesign.records import dataclass

__all__ = ["MeanInterval", "bootstrap_ratios", "mean_interval", "resampled_weights"]

#: Weights that are in memory at the same time.
_CELLS = 5_000_000


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


def mean_interval(samples: Sequence[float] | object, level: float = 0.95) -> MeanInterval:
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


def resampled_weights(units: int, samples: int, rng: Seed = 0) -> FloatArray:
    """How often each unit is drawn in each resample of the bootstrap, shape (samples, units).

    Examples
    --------
    >>> resampled_weights(5, 2).sum(axis=1).tolist()
    [5.0, 5.0]
    """
    count = as_count(units, "units", low=1)
    size = as_count(samples, "samples", low=1)
    drawn = generator(rng).multinomial(count, np.full(count, 1 / count), size)
    weights: FloatArray = drawn.astype(float)
    return weights


def bootstrap_ratios(
    tops: object, bottoms: object, level: float = 0.95, *, samples: int = 1000, rng: Seed = 0
) -> list[MeanInterval]:
    """Ratios of sums over units, with percentile bootstrap intervals from the same resamples.

    Parameters
    ----------
    tops, bottoms : arrays of shape (units, ratios)
        What each unit adds to both sums of each ratio; with bottoms of 1 it is a mean.  Bottoms are
        nonnegative, and one at least of each ratio is positive.
    level : float in (0, 1)
        Confidence level.
    samples : int
        Resamples of units; for a ratio those without a positive bottom are left out.
    rng : int, SeedSequence or numpy.random.Generator
        Of the resamples.

    Raises
    ------
    InvalidInputError
        On other numbers or a level outside (0, 1).

    Notes
    -----
    O(samples x units x ratios).

    Examples
    --------
    >>> (found,) = bootstrap_ratios([[1], [0], [1], [1]], [[2], [1], [1], [1]])
    >>> found.mean, found.low <= 0.6 <= found.high
    (0.6, True)
    """
    above, below = (np.asarray(one, dtype=float) for one in (tops, bottoms))
    good = above.ndim == 2 and above.shape == below.shape and np.isfinite(above + below).all()
    if not good or (below < 0).any() or not (below > 0).any(axis=0).all():
        told = "be finite numbers for each unit, bottoms nonnegative and not all 0"
        raise InvalidInputError("tops, bottoms", told, (tops, bottoms))
    confidence = float(as_number(level, "level"))
    if not 0 < confidence < 1:
        raise InvalidInputError("level", "lie strictly between 0 and 1", level)
    units = len(above)
    draws, left, parts = generator(rng), as_count(samples, "samples", low=1), []
    while left:
        size = min(left, max(1, _CELLS // max(units, 1)))
        weights = resampled_weights(units, size, draws)
        parts.append((weights @ above, weights @ below))
        left -= size
    top, sums = (np.concatenate(one) for one in zip(*parts, strict=True))
    found = []
    for k, mean in enumerate((above.sum(axis=0) / below.sum(axis=0)).tolist()):
        kept = sums[:, k] > 0
        drawn = top[kept, k] / sums[kept, k] if kept.any() else [mean]
        low, high = np.quantile(drawn, [(1 - confidence) / 2, (1 + confidence) / 2]).tolist()
        found.append(MeanInterval(mean, low, high, confidence, units))
    return found
