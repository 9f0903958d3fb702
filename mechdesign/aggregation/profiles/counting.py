"""Counting pairwise comparisons fast: bytes, blocks of voters, no Python loop over voters."""

from __future__ import annotations

import numpy as np

from mechdesign.algorithms.jit import available, jit
from mechdesign.arrays import AnyArray

# A block of voters of all alternatives has to stay in the cache.
_BLOCK_BYTES = 1 << 20
_ROWS_PER_ACCUMULATOR = 255
# Below this many comparisons loading the compiler takes longer than counting.
_COMPILE_FROM = 1_000_000_000


def count_pairs(tiers: AnyArray, counts: AnyArray) -> tuple[AnyArray, AnyArray]:
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
    if not complete:
        ranked = tiers >= 0
        most = int(ranked.sum(axis=1).max())
        if 4 * most * most < m * m:
            return _count_short(tiers, counts, ranked, most)
    columns = np.ascontiguousarray(tiers.T)
    if not complete:
        # Unsigned, a missing alternative is the largest number: nobody is ranked below it unseen.
        columns = columns.view(columns.dtype.str.replace("i", "u"))
    unit = bool((counts == 1).all())
    strict = complete and bool((tiers.max(axis=1, initial=0) == m - 1).all())
    if not unit:
        below = _count_weighted(columns, counts)
    elif len(tiers) * m * m >= _COMPILE_FROM and available():
        below = np.zeros((m, m), dtype=np.int64)
        _count_compiled(columns, below, strict)
    else:
        below = _count_unit(columns, strict=strict)
    if complete:
        compared = np.full((m, m), total, dtype=np.int64)
        np.fill_diagonal(compared, 0)
        return below, compared
    seen = ranked.astype(np.float64)
    both = (seen * counts[:, None]).T @ seen
    compared = np.rint(both).astype(np.int64)
    # `below` counts "ranked above a missing one" too: take these pairs out.
    alone = np.rint((seen * counts[:, None]).sum(axis=0)).astype(np.int64)
    support = below - (alone[:, None] - compared)
    np.fill_diagonal(compared, 0)
    np.fill_diagonal(support, 0)
    return support, compared


def _count_short(
    tiers: AnyArray, counts: AnyArray, ranked: AnyArray, most: int
) -> tuple[AnyArray, AnyArray]:
    """Pairs of rows that rank few of the alternatives, such as battles of two."""
    m = tiers.shape[1]
    rows, columns = np.nonzero(ranked)
    levels = tiers[rows, columns]
    support = np.zeros(m * m)
    tied = np.zeros(m * m)
    for gap in range(1, most):
        near = rows[gap:] == rows[:-gap]
        first, second = columns[:-gap][near], columns[gap:][near]
        weights = counts[rows[gap:][near]].astype(np.float64)  # sums stay below 2**52
        order = np.sign(levels[gap:][near].astype(np.int64) - levels[:-gap][near])
        above = np.where(order > 0, first * m + second, second * m + first)
        support += np.bincount(above, weights * (order != 0), m * m)
        tied += np.bincount(above, weights * (order == 0), m * m)
    wins = np.rint(support).astype(np.int64).reshape(m, m)
    level = np.rint(tied).astype(np.int64).reshape(m, m)
    return wins, wins + wins.T + level + level.T


@jit
def _count_compiled(columns: AnyArray, result: AnyArray, strict: bool) -> None:
    """Rows in which column i is smaller than column j, added to `result`."""
    m, n = columns.shape
    # Slices let the compiler vectorise, 16-bit counters hold a block of 8192 rows.
    for low in range(0, n, 8192):
        for i in range(m):
            mine = columns[i, low : low + 8192]
            size = mine.shape[0]
            for j in range(i + 1, m):
                yours = columns[j, low : low + 8192]
                less = np.uint16(0)
                for v in range(size):
                    less = np.uint16(less + np.uint16(mine[v] < yours[v]))
                result[i, j] += less
                if strict:
                    result[j, i] += size - less
                else:
                    more = np.uint16(0)
                    for v in range(size):
                        more = np.uint16(more + np.uint16(yours[v] < mine[v]))
                    result[j, i] += more


def _count_unit(columns: AnyArray, *, strict: bool) -> AnyArray:
    """Rows in which column i is smaller than column j, each row counting 1.

    Of strict rankings one half of the pairs gives the other.
    """
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
            start = i + 1 if strict else 0
            tally = np.zeros((m - start, span), dtype=np.uint8)
            for low, high in group:
                out = less[start:, : high - low]
                np.less(columns[i, low:high], columns[start:, low:high], out=out)
                np.add(tally[:, : high - low], out.view(np.uint8), out=tally[:, : high - low])
            result[i, start:] += tally.sum(axis=1, dtype=np.int64)
    if strict:
        lower = np.tril_indices(m, -1)
        result[lower] = n - result.T[lower]
    return result


def _count_weighted(columns: AnyArray, counts: AnyArray) -> AnyArray:
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
