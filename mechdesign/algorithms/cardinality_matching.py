"""Maximum-weight bipartite matching with at most k edges.

The matcher grows the matching along best augmenting paths.  Only the pairs matched so far are nodes
of the path search, so that a small `k` costs little however large the matrix is; where `k` does not
bind, :func:`scipy.optimize.linear_sum_assignment` does the work.  Padding the matrix to a square
of side ``n + m - k``, the textbook reduction, is slower by two orders of magnitude: its zero
entries tie.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from mechdesign.errors import InvalidInputError
from mechdesign.model.numbers import as_count

__all__ = ["best_matching", "removal_matchings", "removal_values"]

Pairs = list[tuple[int, int]]
NEVER = -np.inf
# Rounding of a path's length, relative to the largest weight.
SLACK = 1e-12
# Above this many edges the multiplier method starts the matching off.
LARGE = 400


def best_matching(weights: object, k: int | None = None) -> Pairs:
    """A matching of at most `k` edges with the largest total weight.

    Parameters
    ----------
    weights : array of shape (n, m)
        Nonnegative; of floats, or of ints and Fractions (``dtype=object``) for an exact answer.
        Edges of weight 0 are never used.
    k : int, optional
        The largest number of edges; ``min(n, m)`` by default.

    Returns
    -------
    list of (row, column)
        Sorted by row.

    Raises
    ------
    InvalidInputError
        If `weights` is no matrix of finite nonnegative numbers or `k` is negative.

    Notes
    -----
    One augmentation costs O(k n + k m + k^2 r) with r rounds of Bellman-Ford, after O(n m) to
    begin with.  Successive best augmentations give a best matching of every size (the optimum is
    concave in the size), so that the search stops as soon as one gains nothing.

    Examples
    --------
    >>> best_matching(np.array([[3.0, 2.0], [2.0, 0.5]]), 1)
    [(0, 0)]
    >>> best_matching([[Fraction(3), Fraction(2)], [Fraction(2), Fraction(1, 2)]])
    [(0, 1), (1, 0)]
    """
    matrix = _matrix(weights)
    n, m = matrix.shape
    size = min(n, m) if k is None else min(as_count(k, "k"), n, m)
    if size == 0:
        return []
    if matrix.dtype == object:
        return sorted(_Matcher(matrix).grow(size).pairs())
    # Rows and columns of zeros only cost time.
    rows, columns = np.flatnonzero(matrix.any(axis=1)), np.flatnonzero(matrix.any(axis=0))
    if len(rows) < n or len(columns) < m:
        found = best_matching(matrix[np.ix_(rows, columns)], min(size, len(rows), len(columns)))
        return [(int(rows[r]), int(columns[c])) for r, c in found]
    if size == min(n, m):
        return _assignment(matrix)
    matcher = _Matcher(matrix)
    if size > LARGE:
        matcher.start(_by_multiplier(matrix, size))
    return sorted(matcher.grow(size).pairs())


def removal_values(weights: object, k: int, pairs: Pairs) -> list[Any]:
    """The best total weight without the row of each pair of a best matching.

    Parameters
    ----------
    weights : array of shape (n, m)
        As for :func:`best_matching`.
    k : int
        The largest number of edges.
    pairs : list of (row, column)
        What :func:`best_matching` returned for these arguments.

    Returns
    -------
    list of numbers
        Aligned with `pairs`: what ``best_matching`` would reach if that row were deleted.

    Notes
    -----
    All values at once from one search for longest paths between the matched pairs, instead of one
    matching for each row: O(n m + |pairs|^2 r).

    Examples
    --------
    >>> c = np.array([[3.0, 2.0], [2.0, 0.5]])
    >>> removal_values(c, 2, best_matching(c, 2))
    [2.0, 3.0]
    """
    matrix = _matrix(weights)
    if not pairs:
        return []
    matcher = _Matcher(matrix)
    matcher.start(pairs)
    rows, columns = matcher.rows, matcher.columns
    held = matrix[rows, columns]
    moves = matrix[np.ix_(rows, columns)]
    enter = matcher.entries()
    leave = matcher.row_best[rows]
    spare: Any = 0
    if len(pairs) == k:
        # With one edge less there is room for one new edge elsewhere.
        freed = _longest(_at_least(enter, 0), moves, held, matcher.slack)[0]
        spare = max(0, matcher.free_edge()[0], *(freed - held + leave))
    # Releasing a row: a free row enters its column, or the column is given up.
    released = _longest(_at_least(enter, spare), moves, held, matcher.slack)[0]
    total = sum(held.tolist())
    return [total - c + h for c, h in zip(held.tolist(), released.tolist(), strict=True)]


def removal_matchings(weights: object, pairs: Pairs, which: Sequence[int]) -> list[Pairs]:
    """A best matching of any size without the row of each pair of a best matching of any size.

    Parameters
    ----------
    weights : array of shape (n, m)
        As for :func:`best_matching`.
    pairs : list of (row, column)
        What :func:`best_matching` returned for these weights.
    which : sequence of int
        The places in `pairs` of the rows to leave out, one at a time.

    Returns
    -------
    list of lists of (row, column)
        Aligned with `which`, each by column.

    Notes
    -----
    One search for longest paths, as in :func:`removal_values`, and the length of its path for each.

    Examples
    --------
    >>> c = np.array([[3.0, 2.0], [2.0, 0.5]])
    >>> removal_matchings(c, best_matching(c), [0, 1])
    [[(1, 0)], [(0, 0)]]
    """
    if not pairs:
        return []
    matcher = _Matcher(_matrix(weights))
    matcher.start(pairs)
    rows, columns = matcher.rows, matcher.columns
    held, enter = matcher.matrix[rows, columns], matcher.entries()
    moves = matcher.matrix[np.ix_(rows, columns)]
    before = _longest(_at_least(enter, 0), moves, held, matcher.slack)[1]
    found = []
    whole = {column: row for row, column in sorted(pairs, key=lambda pair: pair[1])}
    for k in which:
        row_of = dict(whole)
        while before[k] >= 0:  # the row of the pair before takes this column
            row_of[columns[k]] = rows[before[k]]
            k = before[k]
        if enter[k] > 0:
            row_of[columns[k]] = int(matcher.column_arg[columns[k]])
        else:
            del row_of[columns[k]]
        found.append([(row, column) for column, row in row_of.items()])
    return found


class _Matcher:
    """A matching that is best for its size, and what the next augmentation needs to know."""

    def __init__(self, matrix: Any) -> None:
        self.matrix = matrix
        n, m = matrix.shape
        self.free_row = np.ones(n, dtype=bool)
        self.free_column = np.ones(m, dtype=bool)
        self.rows: list[int] = []
        self.columns: list[int] = []
        exact = matrix.dtype == object
        self.slack = 0 if exact else SLACK * float(matrix.max(initial=0.0))
        #: Best free column of every row, and the weight there.
        self.row_arg = np.argmax(matrix, axis=1)
        self.row_best = matrix[np.arange(n), self.row_arg]
        #: Best free row of every column, and the weight there.
        self.column_arg = np.argmax(matrix, axis=0)
        self.column_best = matrix[self.column_arg, np.arange(m)]

    def pairs(self) -> Pairs:
        used = zip(self.rows, self.columns, strict=True)
        return [(int(r), int(c)) for r, c in used if self.matrix[r, c] > 0]

    def start(self, pairs: Pairs) -> None:
        """Begin with a matching that is best for its size."""
        for row, column in pairs:
            self.rows.append(row)
            self.columns.append(column)
            self._occupy(row, column)

    def grow(self, size: int) -> _Matcher:
        """Augment until there are `size` edges or nothing is gained."""
        while len(self.rows) < size and self._augment():
            pass
        return self

    def entries(self) -> Any:
        """Weight of the best free row in every matched column."""
        return self.column_best[self.columns]

    def free_edge(self) -> tuple[Any, int]:
        """The best edge between free nodes, and its row."""
        best = np.where(self.free_row, self.row_best, NEVER)
        row = int(np.argmax(best))
        return best[row], row

    def _augment(self) -> bool:
        gain, row = self.free_edge()
        path: list[int] = []
        if self.rows:
            held = self.matrix[self.rows, self.columns]
            moves = self.matrix[np.ix_(self.rows, self.columns)]
            freed, before = _longest(self.entries(), moves, held, self.slack)
            total = freed - held + self.row_best[self.rows]
            last = int(np.argmax(total))
            if total[last] > gain + self.slack:
                gain = total[last]
                while last >= 0:
                    path.append(last)
                    last = before[last]
        if not gain > self.slack:
            return False
        if not path:
            self._add(row, int(self.row_arg[row]))
            return True
        # The path runs from its entry (last of the list) to the row that takes a free column.
        entering = int(self.column_arg[self.columns[path[-1]]])
        new_column = int(self.row_arg[self.rows[path[0]]])
        moving = [entering, *(self.rows[a] for a in reversed(path))]
        for a, incoming in zip(reversed(path), moving, strict=False):
            self.rows[a] = incoming
        self.rows.append(moving[-1])
        self.columns.append(new_column)
        self._occupy(entering, new_column)
        return True

    def _add(self, row: int, column: int) -> None:
        self.rows.append(row)
        self.columns.append(column)
        self._occupy(row, column)

    def _occupy(self, row: int, column: int) -> None:
        """Take a row and a column out of the free ones and repair the tables of best entries."""
        self.free_row[row] = False
        self.free_column[column] = False
        stale = np.flatnonzero(self.row_arg == column)
        if len(stale):
            part = np.where(self.free_column[None, :], self.matrix[stale], NEVER)
            self.row_arg[stale] = np.argmax(part, axis=1)
            self.row_best[stale] = part[np.arange(len(stale)), self.row_arg[stale]]
        stale = np.flatnonzero(self.column_arg == row)
        if len(stale):
            part = np.where(self.free_row[:, None], self.matrix[:, stale], NEVER)
            self.column_arg[stale] = np.argmax(part, axis=0)
            self.column_best[stale] = part[self.column_arg[stale], np.arange(len(stale))]


def _longest(start: Any, moves: Any, held: Any, slack: object) -> tuple[Any, list[int]]:
    """Best gain of releasing the row of each pair, by Bellman-Ford.

    A pair's row is released when another row takes its column: a free one (`start`), or that of a
    pair released before, which gives up what it held.
    """
    gain = np.array(start, dtype=moves.dtype)
    before = np.full(len(gain), -1)
    step = moves - held[:, None]
    for _ in range(len(gain)):
        through = gain[:, None] + step
        source = np.argmax(through, axis=0)
        value = through[source, np.arange(len(gain))]
        better = (value > gain + slack).astype(bool)
        # Entering one's own column is no move.
        better &= source != np.arange(len(gain))
        if not better.any():
            break
        gain = np.where(better, value, gain)
        before = np.where(better, source, before)
    return gain, [int(b) for b in before]


def _assignment(matrix: Any) -> Pairs:
    from scipy.optimize import linear_sum_assignment

    rows, columns = linear_sum_assignment(matrix, maximize=True)
    return [(int(r), int(c)) for r, c in zip(rows, columns, strict=True) if matrix[r, c] > 0]


def _by_multiplier(matrix: Any, size: int) -> Pairs:
    """A matching of at most `size` edges that is best for its own size.

    Edges cost `mu` each; bisection on `mu` comes close to `size` from below.
    """
    pairs = _assignment(matrix)
    if len(pairs) <= size:
        return pairs
    low, high = 0.0, float(matrix.max())
    best: Pairs = []
    for _ in range(12):
        mu = (low + high) / 2
        pairs = _assignment(np.maximum(matrix - mu, 0.0))
        if len(pairs) <= size:
            best, high = pairs, mu
            if size - len(pairs) <= 4:
                break
        else:
            low = mu
    return best


def _at_least(values: Any, floor: Any) -> Any:
    return np.array([max(value, floor) for value in values.tolist()], dtype=values.dtype)


def _matrix(weights: object) -> Any:
    matrix = np.asarray(weights)
    if matrix.dtype != object:
        matrix = np.asarray(weights, dtype=float)
    if matrix.ndim != 2:
        raise InvalidInputError("weights", "be a matrix", f"shape {matrix.shape}")
    if matrix.dtype == object:
        if not all(isinstance(c, (int, Fraction)) and c >= 0 for c in matrix.flat):
            raise InvalidInputError("weights", "hold nonnegative exact numbers", matrix)
    elif matrix.size and not (np.isfinite(matrix).all() and matrix.min() >= 0):
        raise InvalidInputError("weights", "be finite and nonnegative", matrix)
    return matrix
