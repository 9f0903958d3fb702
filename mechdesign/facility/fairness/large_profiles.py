"""The bounds of proportional fairness for large float profiles, without sorting them all."""

from __future__ import annotations

from typing import Any

import numpy as np

_SORTED = 8192
# Rounding of a location times the number of buckets, far above the worst case.
_MARGIN = 1e-9


def proportional_bounds(values: Any) -> tuple[float, float]:
    """``max_a (x_(a) - (a-1)/n)`` and ``min_b (x_(b) + 1 - b/n)`` of reports in [0, 1].

    Parameters
    ----------
    values : numpy.ndarray of float64, shape (n,)
        Reports in [0, 1], in any order.

    Returns
    -------
    tuple of float
        The same as those of the sorted reports, to the last bit.

    Notes
    -----
    Reports are counted in buckets; the edges and the counts bound what a bucket can contribute,
    and only the few buckets that can contain an extremum are sorted: O(n).

    Examples
    --------
    >>> proportional_bounds(np.array([0.5, 0.25]))
    (0.25, 0.5)
    """
    n = len(values)
    if n <= _SORTED:
        return _from_sorted(np.sort(values), 0, n)
    buckets = 1 << min(16, (n // 16).bit_length())
    code = (values * buckets).astype(np.intp)
    counts = np.bincount(code, minlength=buckets + 1)
    full = np.flatnonzero(counts)
    before = (np.cumsum(counts) - counts)[full]
    after = before + counts[full]
    left_edge, right_edge = full / buckets, (full + 1) / buckets
    # The first report of a bucket, and the last, are somewhere between its edges.
    reach = right_edge - before / n
    best = (left_edge - before / n).max() - _MARGIN
    floor = left_edge + 1 - after / n
    least = (right_edge + 1 - after / n).min() + _MARGIN
    open_left = full[reach >= best]
    open_right = full[floor <= least]
    wanted = np.zeros(buckets + 1, dtype=bool)
    wanted[open_left] = True
    wanted[open_right] = True
    kept = np.sort(values[wanted[code]])
    # The number of reports that are smaller than each kept one, bucket by bucket.
    chosen = wanted[full]
    offsets = before[chosen] - (np.cumsum(counts[full][chosen]) - counts[full][chosen])
    ranks = np.arange(len(kept)) + np.repeat(offsets, counts[full][chosen])
    return float((kept - ranks / n).max()), float((kept + 1 - (ranks + 1) / n).min())


def _from_sorted(ordered: Any, start: int, n: int) -> tuple[float, float]:
    ranks = np.arange(start, start + len(ordered))
    return (
        float((ordered - ranks / n).max()),
        float((ordered + 1 - (ranks + 1) / n).min()),
    )
