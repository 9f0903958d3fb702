"""Symmetric zero-sum games of integers: an optimal strategy, exactly, and whether it is unique."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from mechdesign.arrays import AnyArray
from mechdesign.solvers.linear.integer_kernels import kernel_vector
from mechdesign.solvers.linear.matrix_games import solve_game
from mechdesign.solvers.linear.rational_lp import RationalTableau

__all__ = ["optimal_strategy", "optimal_support"]


def optimal_strategy(margins: AnyArray, selection: str = "leximin") -> tuple[list[Fraction], bool]:
    """An optimal strategy of a symmetric zero-sum game, and whether it is the only one.

    Parameters
    ----------
    margins : array of integers, shape (m, m)
        Skew; int64 or Python integers.
    selection : {"leximin", "vertex"}
        Where there are several: the one with the lexicographically largest sorted probabilities,
        or some extreme point.

    Returns
    -------
    list of Fraction, bool
        The strategy, and whether no other is optimal; both are proved.

    Notes
    -----
    A float program guesses the support, and an exact kernel with strict complementarity proves it.
    Where that fails, a simplex tableau of fractions decides.

    Examples
    --------
    >>> optimal_strategy(np.array([[0, 1, -1], [-1, 0, 2], [1, -2, 0]]))
    ([Fraction(1, 2), Fraction(1, 4), Fraction(1, 4)], True)
    """
    only = _only_optimum(margins)
    if only is not None:
        return only, True
    m = len(margins)
    table, rows, total = _optimal_face(margins)
    first = [y / total for y in table.solution()]
    if not table.free_columns():
        return first, True
    unique = True
    for i in range(m):
        unit = [int(j == i) for j in range(m)]
        high = table.maximise(unit)
        low = -table.maximise([-u for u in unit])
        if high != low:
            unique = False
            break
    if unique or selection == "vertex":
        return first, unique
    return _leximin(rows, total, m), False


def _only_optimum(margins: AnyArray) -> list[Fraction] | None:
    """The optimal strategy, proved to be the only one; None where that is not found this way.

    A float programme guesses the support.  If the margins on it have a one-dimensional kernel with
    a positive vector that gains strictly against all other alternatives, an optimal strategy gives
    these nothing and lies in that kernel.
    """
    _, guess = solve_game(margins / max(1, int(np.abs(margins).max())))
    inside = np.flatnonzero(guess > 1e-9)
    found = kernel_vector(margins[np.ix_(inside, inside)])
    if found is None or min(found) <= 0:
        return None
    weights = np.array(found, dtype=object)
    gains = weights @ margins[inside].astype(object)
    outside = np.ones(len(margins), dtype=bool)
    outside[inside] = False
    if not all(gain > 0 for gain in gains[outside]):
        return None
    total = sum(found)
    strategy = [Fraction(0)] * len(margins)
    for i, weight in zip(inside, found, strict=True):
        strategy[i] = Fraction(weight, total)
    return strategy


def _leximin(rows: list[list[int]], total: Fraction, m: int) -> list[Fraction]:
    """Among the optimal strategies the one with the lexicographically largest sorted vector.

    The smallest free probability is maximised, the variables that cannot exceed it on that face
    are fixed, and so on.
    """
    fixed: dict[int, Fraction] = {}
    while len(fixed) < m:
        free = [i for i in range(m) if i not in fixed]
        # Variables: y_0 .. y_{m-1}, level; y_i >= level for the free ones.
        constraints: list[list[int | Fraction]] = [[*row, 0] for row in rows]
        right: list[int | Fraction] = [1] * m
        for i in free:
            constraints.append([*(-int(j == i) for j in range(m)), 1])
            right.append(0)
        for i, value in fixed.items():
            # Fixed ones are bounded above; that they reach it is part of the objective.
            constraints.append([*(int(j == i) for j in range(m)), 0])
            right.append(value)
        table = RationalTableau(constraints, right)
        table.maximise([*([1] * m), 0])
        table.restrict_to_optimum()
        if fixed:
            table.maximise([*(int(i in fixed) for i in range(m)), 0])
            table.restrict_to_optimum()
        level = table.maximise([*([0] * m), 1])
        table.restrict_to_optimum()
        stuck = [i for i in free if table.maximise([*(int(j == i) for j in range(m)), 0]) == level]
        for i in stuck or free[:1]:
            fixed[i] = level
    return [fixed[i] / total for i in range(m)]


def optimal_support(margins: AnyArray) -> list[int]:
    """The alternatives that have a positive probability in some optimal strategy.

    Examples
    --------
    >>> optimal_support(np.array([[0, 0, 1], [0, 0, 1], [-1, -1, 0]]))
    [0, 1]
    """
    table, _, _ = _optimal_face(margins)
    m = len(margins)
    return [i for i in range(m) if table.maximise([int(j == i) for j in range(m)]) > 0]


def _optimal_face(margins: AnyArray) -> tuple[RationalTableau, list[list[int]], Fraction]:
    """A tableau on the optimal face, its rows, and what its probabilities add up to."""
    m = len(margins)
    # All entries positive: the value of the shifted game is the shift.
    shift = int(np.abs(margins).max()) + 1
    rows = (margins + shift).tolist()
    table = RationalTableau(rows, [1] * m)
    total = table.maximise([1] * m)
    table.restrict_to_optimum()
    return table, rows, total
