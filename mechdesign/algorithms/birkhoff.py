"""Doubly stochastic matrices as lotteries over assignments, exactly."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from mechdesign.errors import InvalidInputError

__all__ = ["birkhoff"]


def birkhoff(
    rows: Sequence[Sequence[Fraction | int]], capacities: Sequence[int] | None = None
) -> list[tuple[Fraction, tuple[int, ...]]]:
    """Assignments and their weights, which add up to a matrix of probabilities.

    Parameters
    ----------
    rows : sequence of n sequences of m exact numbers
        Nonnegative; rows add up to at most 1.
    capacities : sequence of m int, optional
        What each column may add up to; 1 by default.

    Returns
    -------
    list of (Fraction, tuple of n int)
        Weights that add up to 1, largest first; the column of each row, -1 for none.

    Raises
    ------
    InvalidInputError
        If a row or column adds up to too much or a number is negative.

    Notes
    -----
    The theorem of Birkhoff and von Neumann.  Each step takes the assignment whose smallest entry is
    largest, found by bisection over the entries with augmenting paths; every step makes an entry 0,
    so that there are at most as many steps as entries.

    Examples
    --------
    >>> half = Fraction(1, 2)
    >>> birkhoff([[half, half], [half, half]])
    [(Fraction(1, 2), (0, 1)), (Fraction(1, 2), (1, 0))]
    """
    n = len(rows)
    m = len(rows[0]) if rows else 0
    places = [1] * m if capacities is None else list(capacities)
    matrix = [[Fraction(x) for x in row] for row in rows]
    if any(x < 0 for row in matrix for x in row) or any(sum(row) > 1 for row in matrix):
        raise InvalidInputError("rows", "be nonnegative and add up to at most 1", "another row")
    owners, square = _seats(matrix, places)
    left = Fraction(1)
    found: dict[tuple[int, ...], Fraction] = {}
    while left > 0 and square:
        columns = _widest(square, left)
        weight = min(square[i][j] for i, j in enumerate(columns))
        for i, j in enumerate(columns):
            square[i][j] -= weight
        left -= weight
        key = tuple(owners[j] if j < len(owners) else -1 for j in columns[:n])
        found[key] = found.get(key, Fraction(0)) + weight
    if not square:
        found[()] = Fraction(1)
    return sorted(((w, key) for key, w in found.items()), key=lambda pair: (-pair[0], pair[1]))


def _seats(
    matrix: list[list[Fraction]], places: list[int]
) -> tuple[list[int], list[list[Fraction]]]:
    """A doubly stochastic matrix whose first rows are the given ones, columns split into seats."""
    owners: list[int] = []
    columns: list[list[Fraction]] = []
    for j, count in enumerate(places):
        column = [row[j] for row in matrix]
        if sum(column) > count:
            raise InvalidInputError("rows", f"have columns within {count}", f"column {j}")
        room = Fraction(0)
        for i, share in enumerate(column):
            while share > 0:
                if room == 0:
                    owners.append(j)
                    columns.append([Fraction(0)] * len(matrix))
                    room = Fraction(1)
                part = min(share, room)
                columns[-1][i] += part
                share -= part
                room -= part
    n, s = len(matrix), len(columns)
    short = [1 - sum((c[i] for c in columns), Fraction(0)) for i in range(n)]
    over = [1 - sum(c, Fraction(0)) for c in columns]
    if not any(short) and not any(over):
        return owners, [[c[i] for c in columns] for i in range(n)]
    # What is missing stands on the diagonals beside the matrix and its transpose.
    zero = Fraction(0)
    upper = [
        [*(c[i] for c in columns), *(short[i] if k == i else zero for k in range(n))]
        for i in range(n)
    ]
    lower = [[*(over[k] if k == j else zero for k in range(s)), *columns[j]] for j in range(s)]
    return owners, upper + lower


def _widest(square: list[list[Fraction]], most: Fraction) -> list[int]:
    """The permutation whose smallest entry is largest."""
    levels = sorted({x for row in square for x in row if 0 < x <= most})
    low, high = 0, len(levels) - 1
    best = _permutation(square, levels[0])
    assert best is not None  # a doubly stochastic matrix has one in its support
    while low < high:
        middle = (low + high + 1) // 2
        found = _permutation(square, levels[middle])
        if found is None:
            high = middle - 1
        else:
            low, best = middle, found
    return best


def _permutation(square: list[list[Fraction]], least: Fraction) -> list[int] | None:
    """A permutation of entries that are large enough, by augmenting paths."""
    n = len(square)
    options = [[j for j, x in enumerate(row) if x >= least] for row in square]
    holder = [-1] * n
    for start in range(n):
        parent: dict[int, int] = {}
        queue, end = [start], -1
        while queue and end < 0:
            i = queue.pop()
            for j in options[i]:
                if j not in parent:
                    parent[j] = i
                    if holder[j] < 0:
                        end = j
                        break
                    queue.append(holder[j])
        if end < 0:
            return None
        while True:
            i = parent[end]
            before = next((j for j, k in enumerate(holder) if k == i), -1)
            holder[end] = i
            if i == start:
                break
            end = before
    columns = [-1] * n
    for j, i in enumerate(holder):
        columns[i] = j
    return columns
