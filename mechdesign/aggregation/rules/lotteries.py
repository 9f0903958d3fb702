"""Maximal lotteries: the optimal mixed strategies of the game of majority margins, exactly."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Literal

import numpy as np

from mechdesign.aggregation.profiles.pairwise import Pairwise
from mechdesign.aggregation.profiles.problems import winners_first
from mechdesign.aggregation.reading import pairs_of, read, rule
from mechdesign.aggregation.references import FISHBURN1984
from mechdesign.aggregation.results import result
from mechdesign.aggregation.rules.majority import smith_components
from mechdesign.aggregation.settings import rankings
from mechdesign.arrays import AnyArray
from mechdesign.errors import InvalidInputError, place_of
from mechdesign.model import FrozenMap, Lottery, Problem
from mechdesign.records import dataclass

__all__ = ["MaximalLottery", "maximal_lotteries", "maximal_lottery"]

Selection = Literal["vertex", "leximin"]


@dataclass(frozen=True)
class MaximalLottery:
    """A maximal lottery with what is known about the others.

    Parameters
    ----------
    probabilities : mapping of alternative to Fraction
        Exact, summing to 1.
    unique : bool
        Whether it is the only maximal lottery; proved either way.
    selection : str
        How it was selected where it is not.
    """

    probabilities: FrozenMap[Any, Fraction]
    unique: bool
    selection: str

    def gain(self, pairs: Pairwise, alternative: object) -> Fraction:
        """The expected margin of the lottery over an alternative; never negative."""
        j = place_of(alternative, pairs.alternatives, "alternative")
        return sum(
            (p * int(pairs.margins[i, j]) for i, p in enumerate(self.probabilities.values())),
            Fraction(0),
        )


def maximal_lottery(
    data: object, *, selection: Selection = "leximin", transform: str = "margins", **options: object
) -> MaximalLottery:
    """A maximal lottery in exact rationals.

    Parameters
    ----------
    data : rankings or scores
        See :func:`read`.
    selection : {"leximin", "vertex"}
        Where there are several: the one whose smallest probabilities are as large as possible
        (neutral), or some extreme point (may favour the order of the alternatives).
    transform : {"margins", "majority"}
        The game of the margins (C2 maximal lotteries) or of their signs (C1).

    Returns
    -------
    MaximalLottery
        With a proof of uniqueness or a selection.

    Notes
    -----
    On the Smith set, which contains every support.  A float linear programme guesses the support;
    an exact kernel and strict complementarity prove the lottery and that it is the only one.  Where
    that fails the exact simplex method decides, and its optimal face says whether it is unique.

    Examples
    --------
    >>> out = maximal_lottery({"A > B > C": 4, "B > C > A": 2, "C > A > B": 3})
    >>> out.unique, list(out.probabilities.values())
    (True, [Fraction(1, 3), Fraction(1, 9), Fraction(5, 9)])
    """
    if selection not in ("leximin", "vertex"):
        raise InvalidInputError("selection", "be 'leximin' or 'vertex'", selection)
    if transform not in ("margins", "majority"):
        raise InvalidInputError("transform", "be 'margins' or 'majority'", transform)
    pairs = pairs_of(read(data, **options))
    margins = pairs.margins if transform == "margins" else np.sign(pairs.margins)
    inside = smith_components(pairs)[0]
    found, unique = _optimal(margins[np.ix_(inside, inside)], selection)
    probabilities = dict.fromkeys(pairs.alternatives, Fraction(0))
    for i, p in zip(inside, found, strict=True):
        probabilities[pairs.alternatives[i]] = p
    return MaximalLottery(FrozenMap(probabilities), unique, "unique" if unique else selection)


@rule(
    "aggregation.maximal_lotteries",
    setting=rankings("winner"),
    reference=FISHBURN1984,
)
def maximal_lotteries(problem: Problem, *, selection: Selection = "leximin") -> Lottery:
    """The maximal lottery over winners, as a lottery over outcomes.

    Parameters
    ----------
    problem, selection
        As in :func:`maximal_lottery`.

    Returns
    -------
    Lottery
        Over the rankings that put one alternative first and all others level.

    Examples
    --------
    >>> maximal_lotteries({"A > B > C": 4, "B > C > A": 2, "C > A > B": 3}).support[0][0]
    Fraction(1, 3)
    """
    found = maximal_lottery(problem, selection=selection)
    labels = problem.data.alternatives
    note = "" if found.unique else f"several maximal lotteries; selected by {selection}"
    return Lottery(
        (
            p,
            result(
                problem,
                winners_first([label], labels),
                algorithm="exact, proved by strict complementarity or the simplex method",
                ties=note,
            ),
        )
        for label, p in found.probabilities.items()
    )


def _optimal(margins: AnyArray, selection: Selection) -> tuple[list[Fraction], bool]:
    """An optimal strategy of a symmetric zero-sum game, and whether it is the only one."""
    from mechdesign.solvers.linear.rational_lp import RationalTableau

    only = _only_optimum(margins)
    if only is not None:
        return only, True
    m = len(margins)
    # All entries positive: the value of the shifted game is the shift.
    shift = int(np.abs(margins).max()) + 1
    rows = (margins + shift).tolist()
    table = RationalTableau(rows, [1] * m)
    total = table.maximise([1] * m)
    table.restrict_to_optimum()
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
    from mechdesign.solvers.linear.integer_kernels import kernel_vector
    from mechdesign.solvers.linear.matrix_games import solve_game

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
    from mechdesign.solvers.linear.rational_lp import RationalTableau

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
