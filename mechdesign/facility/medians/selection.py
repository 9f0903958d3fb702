"""The kernels that evaluate phantom mechanisms: one profile, one large profile, many profiles.

All of them compute ``max_k min(alpha_k, x_[k])``, with ``x_[k]`` the k-th largest report and
``x_[0]`` the right end, and return the same number to the last bit: only minima and maxima of the
given numbers are taken.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

_POOL = 2048
_CHUNK = 4096
# Where the comparator network stops to win over numpy's sort.
_WIDEST_NETWORK = 16
_FEWEST_ROWS = 256


def cross(descending: Sequence[object], alpha: Callable[[int], Any]) -> Any:
    """The outcome for sorted reports, with O(log n) evaluations of `alpha`.

    Parameters
    ----------
    descending : sequence of numbers, length n
        Reports from the largest to the smallest.
    alpha : callable
        ``alpha(k)`` for k in 0..n, nondecreasing.

    Examples
    --------
    >>> from fractions import Fraction
    >>> cross([1, 1, 0], lambda k: Fraction(k, 3))
    Fraction(2, 3)
    """
    n = len(descending)
    first, last = 1, n + 1
    # The smallest k >= 1 with alpha_k >= x_[k]: alpha rises with k, x_[k] falls.
    while first < last:
        middle = (first + last) // 2
        if alpha(middle) >= descending[middle - 1]:
            last = middle
        else:
            first = middle + 1
    below = alpha(first - 1)
    return below if first > n else max(below, descending[first - 1])


def select(values: Any, alpha: Callable[[int], float]) -> float:
    """The outcome for one large float profile by pruning, in O(n) expected time.

    For every y, the outcome is at least y if and only if ``alpha_c >= y`` for the number c of
    reports that are at least y.  Two pivots, taken from a sample on both sides of where the
    outcome is expected, decide almost all reports in two passes; what is left is sorted.

    Parameters
    ----------
    values : numpy.ndarray of float64, shape (n,)
        Reports, in any order; not changed.
    alpha : callable
        ``alpha(k)`` as a float, nondecreasing in k.

    Returns
    -------
    float
        The same as that of the sort formula, to the last bit.
    """
    pool = values
    above = 0  # reports known to be larger than the outcome
    known: float | None = None  # a report known not to be larger than the outcome
    while pool.size > _POOL:
        upper, lower = _pivots(pool, above, alpha)
        at_upper, at_lower = pool >= upper, pool >= lower
        count = int(np.count_nonzero(at_upper))
        if alpha(above + count) >= upper:
            # The outcome reaches the pivot: only larger reports can raise it further.
            known, pool = upper, pool[pool > upper]
        elif alpha(above + int(np.count_nonzero(at_lower))) >= lower:
            np.logical_xor(at_lower, at_upper, out=at_lower)
            kept = pool[at_lower]
            above, known, pool = above + count, lower, kept[kept > lower]
        else:
            above += int(np.count_nonzero(at_lower))
            pool = pool[~at_lower]
    ordered = np.sort(pool)[::-1].tolist()
    outcome = cross(ordered, lambda k: alpha(above + k))
    return float(outcome) if known is None else float(max(known, outcome))


def _pivots(pool: Any, above: int, alpha: Callable[[int], float]) -> tuple[float, ...]:
    """Two values of the pool between which the outcome probably lies."""
    stride = max(1, pool.size // _POOL)
    sample = np.sort(pool[::stride])[::-1]
    size = sample.size
    first, last = 0, size
    while first < last:
        middle = (first + last) // 2
        if alpha(above + min(pool.size, (middle + 1) * stride)) >= sample[middle]:
            last = middle
        else:
            first = middle + 1
    # Three standard deviations of the sampled rank of a given quantile.
    spread = 2 + int(1.5 * size**0.5)
    upper, lower = max(first - spread, 0), min(first + spread, size - 1)
    return float(sample[upper]), float(sample[lower])


def select_many(profiles: Any, alphas: Any) -> Any:
    """The outcomes for many profiles.

    Parameters
    ----------
    profiles : numpy.ndarray, shape (batch, n)
        Integers or floats.
    alphas : numpy.ndarray, shape (n + 1,)
        Phantoms in the same units, nondecreasing.

    Returns
    -------
    numpy.ndarray, shape (batch,)

    Notes
    -----
    Up to 16 agents a network of column-wise minima and maxima sorts all rows at once, in chunks
    that stay in the cache; beyond that the rows are sorted one by one.
    """
    batch, n = profiles.shape
    if n <= 3 or (n <= _WIDEST_NETWORK and batch >= _FEWEST_ROWS):
        result = np.empty(batch, dtype=np.result_type(profiles, alphas))
        for start in range(0, batch, _CHUNK):
            part = np.ascontiguousarray(profiles[start : start + _CHUNK].T, dtype=result.dtype)
            result[start : start + _CHUNK] = _network_outcome(part, alphas)
        return result
    return select_sorted(np.sort(profiles, axis=1), alphas)


def select_sorted(ascending: Any, alphas: Any) -> Any:
    """The outcomes for profiles that are sorted along the last axis."""
    capped = np.minimum(ascending, alphas[:0:-1])
    return np.maximum(capped.max(axis=-1), alphas[0])


def _network_outcome(columns: Any, alphas: Any) -> Any:
    """Sort the rows of a transposed chunk in place and take ``max_k min(alpha_k, x_[k])``."""
    n, width = columns.shape
    spare = np.empty(width, dtype=columns.dtype)
    rows = list(columns)
    for i, j in networks(n):
        a, b = rows[i], rows[j]
        np.minimum(a, b, out=spare)
        np.maximum(a, b, out=b)
        rows[i], spare = spare, a
    best = np.full(width, alphas[0], dtype=columns.dtype)
    for i, row in enumerate(rows):
        np.minimum(row, alphas[n - i], out=row)
        np.maximum(best, row, out=best)
    return best


@lru_cache(maxsize=64)
def networks(n: int) -> tuple[tuple[int, int], ...]:
    """The comparators of Batcher's odd-even merge sort for n wires, in order.

    Each pair ``(i, j)`` with ``i < j`` puts the smaller value on wire i.

    Examples
    --------
    >>> networks(3)
    ((0, 1), (0, 2), (1, 2))
    """
    pairs: list[tuple[int, int]] = []
    p = 1
    while p < n:
        k = p
        while k >= 1:
            for j in range(k % p, n - k, 2 * k):
                pairs += [
                    (i + j, i + j + k)
                    for i in range(min(k, n - j - k))
                    if (i + j) // (2 * p) == (i + j + k) // (2 * p)
                ]
            k //= 2
        p *= 2
    return tuple(pairs)
