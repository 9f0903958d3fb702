"""How far raters agree: Krippendorff's alpha, Kendall's W and tau-b, intraclass correlation."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any, Literal

import numpy as np

from mechdesign.arrays import FloatArray
from mechdesign.errors import InvalidInputError
from mechdesign.records import dataclass

__all__ = [
    "Concordance",
    "adjusted_rand",
    "average_ranks",
    "intraclass_correlation",
    "kendall_tau_b",
    "kendall_w",
    "krippendorff_alpha",
    "mean_pairwise",
    "spearman",
]

Level = Literal["nominal", "ordinal", "interval", "ratio"]


def krippendorff_alpha(ratings: object, level: Level = "interval") -> float:
    """Krippendorff's alpha, 1 for perfect agreement and 0 for agreement by chance.

    Parameters
    ----------
    ratings : array, shape (raters, units)
        NaN where a rater did not rate a unit; units with fewer than two values do not count.
    level : {"nominal", "ordinal", "interval", "ratio"}
        How far apart two values are.

    Returns
    -------
    float
        NaN where all values are equal, so that chance agreement is perfect too.

    Raises
    ------
    InvalidInputError
        If no unit has two values.

    Notes
    -----
    O(units v^2) for v distinct values.  Source: Krippendorff, K., Computing Krippendorff's
    alpha-reliability.

    Examples
    --------
    >>> krippendorff_alpha([[1, 2, 3, 3], [1, 2, 3, 4]], "nominal")
    0.6956521739130435
    """
    table = _matrix(ratings)
    values = np.unique(table[~np.isnan(table)])
    if level not in _DISTANCES:
        raise InvalidInputError("level", f"be one of {', '.join(_DISTANCES)}", level)
    coincidences = np.zeros((len(values), len(values)))
    for unit in table.T:
        own = unit[~np.isnan(unit)]
        if len(own) < 2:
            continue
        counts = np.bincount(np.searchsorted(values, own), minlength=len(values)).astype(float)
        coincidences += (np.outer(counts, counts) - np.diag(counts)) / (len(own) - 1)
    totals = coincidences.sum(axis=0)
    n = float(totals.sum())
    if n < 2:
        raise InvalidInputError("ratings", "have a unit with two values", ratings)
    apart = _DISTANCES[level](values, totals)
    expected = float((np.outer(totals, totals) * apart).sum()) / (n * (n - 1))
    if expected == 0:
        return float("nan")
    return 1 - float((coincidences * apart).sum()) / n / expected


@dataclass(frozen=True)
class Concordance:
    """Kendall's W with its test.

    Parameters
    ----------
    w : float
        1 where all raters rank alike, 0 where the rank sums are equal.
    chi2, p : float
        The test of no agreement, asymptotic in the number of items.
    mean_spearman : float
        The mean rank correlation of two raters.
    """

    w: float
    chi2: float
    p: float
    mean_spearman: float


def kendall_w(ratings: object) -> Concordance:
    """Kendall's coefficient of concordance, corrected for ties.

    Parameters
    ----------
    ratings : array, shape (raters, items)
        Complete: without NaN; at least two raters and two items.

    Examples
    --------
    >>> round(kendall_w([[1, 2, 3], [1, 2, 3], [1, 3, 2]]).w, 4)
    0.7778
    """
    from scipy.stats import chi2

    table = _complete(ratings)
    m, n = table.shape
    ranks = np.array([average_ranks(row) for row in table])
    s = float(((ranks.sum(axis=0) - m * (n + 1) / 2) ** 2).sum())
    ties = 0.0
    for row in table:
        counts = np.unique(row, return_counts=True)[1]
        ties += float((counts**3 - counts).sum())
    spread = m**2 * (n**3 - n) - m * ties
    w = 12 * s / spread if spread else float("nan")
    statistic = m * (n - 1) * w
    return Concordance(w, statistic, float(chi2.sf(statistic, n - 1)), (m * w - 1) / (m - 1))


def adjusted_rand(first: Sequence[Hashable], second: Sequence[Hashable]) -> float:
    """How alike two partitions of the same items are: 1 for equal ones, about 0 for chance.

    Parameters
    ----------
    first, second : sequences of labels
        The part of every item.

    Returns
    -------
    float
        Hubert and Arabie's adjusted Rand index; 1 where both partitions are trivial and equal.

    References
    ----------
    Hubert, L. and Arabie, P. (1985). Comparing partitions. Journal of Classification 2, 193-218.
    https://doi.org/10.1007/BF01908075

    Examples
    --------
    >>> adjusted_rand("aabb", "xxyy"), round(adjusted_rand("aabb", "xxxy"), 6)
    (1.0, 0.0)
    """
    if len(first) != len(second) or len(first) < 2:
        raise InvalidInputError("second", f"have {max(2, len(first))} labels", len(second))

    def pairs(counts: Iterable[int]) -> float:
        return sum(c * (c - 1) / 2 for c in counts)

    both = pairs(Counter(zip(first, second, strict=True)).values())
    one, other = pairs(Counter(first).values()), pairs(Counter(second).values())
    chance = one * other / pairs([len(first)])
    most = (one + other) / 2
    return 1.0 if most == chance else (both - chance) / (most - chance)


def kendall_tau_b(x: object, y: object) -> float:
    """Kendall's tau-b of two rows, NaN where one of them is constant.

    Examples
    --------
    >>> kendall_tau_b([1, 2, 3, 4], [1, 2, 4, 3])
    0.6666666666666666
    """
    a, b = _pair(x, y)
    upper = np.triu_indices(len(a), 1)
    first = np.sign(a[:, None] - a[None, :])[upper]
    second = np.sign(b[:, None] - b[None, :])[upper]
    scale = float(np.sqrt((first != 0).sum() * float((second != 0).sum())))
    return float((first * second).sum()) / scale if scale else float("nan")


def spearman(x: object, y: object) -> float:
    """Spearman's rank correlation of two rows, NaN where one of them is constant.

    Examples
    --------
    >>> round(spearman([1, 2, 3], [1, 3, 2]), 12)
    0.5
    """
    a, b = _pair(x, y)
    first, second = average_ranks(a), average_ranks(b)
    first, second = first - first.mean(), second - second.mean()
    scale = float(np.sqrt((first**2).sum() * (second**2).sum()))
    return float((first * second).sum()) / scale if scale else float("nan")


def mean_pairwise(ratings: object, measure: Callable[[Any, Any], float] = kendall_tau_b) -> float:
    """The mean of a measure over all pairs of raters; pairs without a value do not count.

    Examples
    --------
    >>> mean_pairwise([[1, 2, 3], [1, 2, 3], [3, 2, 1]])
    -0.3333333333333333
    """
    table = _matrix(ratings)
    values = [measure(x, y) for x, y in itertools.combinations(table, 2)]
    kept = [v for v in values if not np.isnan(v)]
    return sum(kept) / len(kept) if kept else float("nan")


def intraclass_correlation(ratings: object) -> dict[str, float]:
    """Shrout and Fleiss' ICC(1) and ICC(2, k).

    Parameters
    ----------
    ratings : array, shape (raters, items)
        Complete.

    Returns
    -------
    dict
        ``ICC(1)``: of one random rater; ``ICC(2,k)``: absolute agreement of the mean of all raters.

    Examples
    --------
    >>> {k: round(v, 3) for k, v in intraclass_correlation([[1, 2, 3], [1, 2, 4]]).items()}
    {'ICC(1)': 0.9, 'ICC(2,k)': 0.947}
    """
    table = _complete(ratings)
    k, n = table.shape
    grand = table.mean()
    items = float(k * ((table.mean(axis=0) - grand) ** 2).sum()) / (n - 1)
    raters = float(n * ((table.mean(axis=1) - grand) ** 2).sum()) / (k - 1)
    total = float(((table - grand) ** 2).sum())
    within = (total - items * (n - 1)) / (n * (k - 1))
    error = (total - items * (n - 1) - raters * (k - 1)) / ((n - 1) * (k - 1))
    below_one = items + (k - 1) * within
    below_two = items + (raters - error) / n
    return {
        "ICC(1)": (items - within) / below_one if below_one else float("nan"),
        "ICC(2,k)": (items - error) / below_two if below_two else float("nan"),
    }


def average_ranks(values: object) -> FloatArray:
    """Ranks from 1, ties sharing the average.

    Examples
    --------
    >>> average_ranks([10, 20, 20, 5]).tolist()
    [2.0, 3.5, 3.5, 1.0]
    """
    row = np.asarray(values, dtype=float)
    _, inverse, counts = np.unique(row, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    ranks: FloatArray = (ends - (counts - 1) / 2)[inverse]
    return ranks


def _ordinal(values: FloatArray, totals: FloatArray) -> FloatArray:
    # The values between two, both ends counted half.
    middle = np.cumsum(totals) - totals / 2
    apart: FloatArray = (middle[:, None] - middle[None, :]) ** 2
    return apart


def _ratio(values: FloatArray, totals: FloatArray) -> FloatArray:
    total = values[:, None] + values[None, :]
    apart: FloatArray = ((values[:, None] - values[None, :]) / np.where(total, total, 1)) ** 2
    return apart


_DISTANCES: dict[str, Callable[[FloatArray, FloatArray], FloatArray]] = {
    "nominal": lambda values, totals: (values[:, None] != values[None, :]).astype(float),
    "ordinal": _ordinal,
    "interval": lambda values, totals: (values[:, None] - values[None, :]) ** 2,
    "ratio": _ratio,
}


def _matrix(ratings: object) -> FloatArray:
    try:
        table = np.asarray(ratings, dtype=float)
    except (TypeError, ValueError):
        raise InvalidInputError("ratings", "be a table of numbers", ratings) from None
    if table.ndim != 2 or len(table) < 2 or np.isinf(table).any():
        raise InvalidInputError("ratings", "have two dimensions and two raters", ratings)
    return table


def _complete(ratings: object) -> FloatArray:
    table = _matrix(ratings)
    if np.isnan(table).any() or table.shape[1] < 2:
        raise InvalidInputError("ratings", "be complete, for at least two items", ratings)
    return table


def _pair(x: object, y: object) -> tuple[FloatArray, FloatArray]:
    """Two rows without the places where one of them is missing."""
    table = _matrix([x, y])
    kept = ~np.isnan(table).any(axis=0)
    return table[0, kept], table[1, kept]
