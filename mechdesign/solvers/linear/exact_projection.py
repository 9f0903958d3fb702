"""The point of a polytope that is nearest to a given one, in exact arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

__all__ = ["nearest_in_fractions", "solve_regular"]

Vector = Sequence[Fraction]


def nearest_in_fractions(
    target: Vector, start: Vector, rows: Sequence[Vector], at_least: Vector, equal: Sequence[Vector]
) -> list[Fraction]:
    """The point with ``rows @ x >= at_least`` and ``equal @ x`` as at `start`, nearest to `target`.

    Parameters
    ----------
    target : sequence of n Fractions
        To which the Euclidean distance is smallest.
    start : sequence of n Fractions
        A feasible point.
    rows, at_least : k rows of n Fractions, k Fractions
        The inequalities.
    equal : rows of n Fractions
        Linear functions that keep their value, independent of each other.

    Notes
    -----
    A primal active-set method; of several rows the one of lowest number enters and leaves, so that
    it ends where steps have length 0.  Each step solves a linear system of the active rows.

    Examples
    --------
    >>> one, zero = Fraction(1), Fraction(0)
    >>> found = nearest_in_fractions(
    ...     [one, one], [one * 4, zero], [[zero, one]], [zero], [[one, one]]
    ... )
    >>> [str(x) for x in found]
    ['2', '2']
    """
    x = list(start)
    active: list[int] = []
    while True:
        basis = [*equal, *(rows[k] for k in active)]
        pull = [t - have for t, have in zip(target, x, strict=True)]
        # What the active rows take of the pull: the rest is the way within them.
        gram = [[_dot(a, b) for b in basis] for a in basis]
        weights = solve_regular(gram, [_dot(a, pull) for a in basis])
        assert weights is not None
        way = [
            p - sum((w * a[j] for w, a in zip(weights, basis, strict=True)), Fraction(0))
            for j, p in enumerate(pull)
        ]
        if not any(way):
            pushed = weights[len(equal) :]
            wrong = [k for k, w in zip(active, pushed, strict=True) if w > 0]
            if not wrong:
                return x
            active.remove(min(wrong))
            continue
        step, blocking = Fraction(1), -1
        for k, (row, bound) in enumerate(zip(rows, at_least, strict=True)):
            slope = _dot(row, way)
            if slope < 0 and k not in active:
                room = (bound - _dot(row, x)) / slope
                if room < step:
                    step, blocking = room, k
        x = [have + step * d for have, d in zip(x, way, strict=True)]
        if blocking >= 0:
            active.append(blocking)


def _dot(a: Vector, b: Vector) -> Fraction:
    return sum((x * y for x, y in zip(a, b, strict=True)), Fraction(0))


def solve_regular(matrix: Sequence[Vector], right: Vector) -> list[Fraction] | None:
    """Gauss: the solution of a square system, None if it is not regular."""
    table = [[*row, b] for row, b in zip(matrix, right, strict=True)]
    n = len(table)
    for k in range(n):
        pivot = next((i for i in range(k, n) if table[i][k]), None)
        if pivot is None:
            return None
        table[k], table[pivot] = table[pivot], table[k]
        head = table[k][k]
        table[k] = [v / head for v in table[k]]
        for i in range(n):
            if i != k and table[i][k]:
                factor = table[i][k]
                table[i] = [v - factor * w for v, w in zip(table[i], table[k], strict=True)]
    return [row[n] for row in table]
