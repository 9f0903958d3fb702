"""Counting pairwise comparisons fast: bytes, blocks of voters, no Python loop over voters."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["count_pairs"]

IntArray = np.ndarray[Any, np.dtype[Any]]
# A block of voters of all alternatives has to stay in the cache.
_BLOCK_BYTES = 1 << 20
_ROWS_PER_ACCUMULATOR = 255


def count_pairs(tiers: IntArray, counts: IntArray) -> tuple[IntArray, IntArray]:
    """Weighted support and number of comparisons of all pairs.

    Parameters
    ----------
    tiers : numpy.ndarray of integers, shape (n, m)
        Tier of each alternative in each row, 0 best, -1 missing.
    counts : numpy.ndarray of int64, shape (n,)
        Weights.

    Returns
    -------
    support, compared : numpy.ndarray of int64, shape (m, m)
        Weight of the rows that rank the row strictly above the column; of those that rank both.
        The diagonals are 0.
    """
    m = tiers.shape[1]
    total = int(counts.sum())
    complete = not tiers.size or int(tiers.min()) >= 0
    columns = np.ascontiguousarray(tiers.T)
    if not complete:
        # Unsigned, a missing alternative is the largest number: nobody is ranked below it unseen.
        columns = columns.view(columns.dtype.str.replace("i", "u"))
    unit = bool((counts == 1).all())
    below = _count_unit(columns) if unit else _count_weighted(columns, counts)
    if complete:
        compared = np.full((m, m), total, dtype=np.int64)
        np.fill_diagonal(compared, 0)
        return below, compared
    ranked = (tiers >= 0).astype(np.float64)
    both = (ranked * counts[:, None]).T @ ranked
    compared = np.rint(both).astype(np.int64)
    # `below` counts "ranked above a missing one" too: take these pairs out.
    alone = np.rint((ranked * counts[:, None]).sum(axis=0)).astype(np.int64)
    support = below - (alone[:, None] - compared)
    np.fill_diagonal(compared, 0)
    np.fill_diagonal(support, 0)
    return support, compared


def _count_unit(columns: IntArray) -> IntArray:
    """Rows in which column i is smaller than column j, each row counting 1."""
    m, n = columns.shape
    width = max(64, _BLOCK_BYTES // max(1, m * columns.itemsize))
    result = np.zeros((m, m), dtype=np.int64)
    blocks = [(k, min(k + width, n)) for k in range(0, n, width)]
    less = np.empty((m, min(width, n)), dtype=np.bool_)
    for first in range(0, len(blocks), _ROWS_PER_ACCUMULATOR):
        group = blocks[first : first + _ROWS_PER_ACCUMULATOR]
        span = group[0][1] - group[0][0]
        for i in range(m):
            # Bytes of 0 and 1 are added up block by block; 255 blocks fit into a byte.
            tally = np.zeros((m, span), dtype=np.uint8)
            for low, high in group:
                out = less[:, : high - low]
                np.less(columns[i, low:high], columns[:, low:high], out=out)
                np.add(tally[:, : high - low], out.view(np.uint8), out=tally[:, : high - low])
            result[i] += tally.sum(axis=1, dtype=np.int64)
    return result


def _count_weighted(columns: IntArray, counts: IntArray) -> IntArray:
    """Weight of the rows in which column i is smaller than column j."""
    m, n = columns.shape
    width = max(64, _BLOCK_BYTES // max(1, m))
    result = np.zeros((m, m), dtype=np.float64)
    # Totals stay below 2**52, so that sums of float64 are exact.
    weights = counts.astype(np.float64)
    for low in range(0, n, width):
        block = columns[:, low : low + width]
        part = weights[low : low + width]
        for i in range(m):
            result[i] += (block[i] < block) @ part
    return np.rint(result).astype(np.int64)
