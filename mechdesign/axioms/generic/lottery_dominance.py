"""Lotteries over listed outcomes: which expected utilities they reach, exactly where they can."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from mechdesign.errors import InfeasibleError, UndecidedError
from mechdesign.model import Lottery, Number, Outcome, Problem, Setting, all_exact, tidy
from mechdesign.model.setting import EnumeratesOutcomes
from mechdesign.solvers.linear.packing import unit_of
from mechdesign.solvers.linear.polytopes import Polytope

_EXACT_MOST = 150
_CLOSE = 1e-9
# Linear programs in floats are not better than this: between the two nothing is decided.
_CLEAR = 1e-7

Vector = tuple[Number, ...]


def dominating_lottery(
    setting: Setting, problem: Problem, utilities: Sequence[Number], *, weak: bool
) -> Lottery | None:
    """A lottery over the feasible outcomes that Pareto-dominates a vector of expected utilities.

    Parameters
    ----------
    setting : Setting
        One that lists outcomes.
    problem : Problem
        Where.
    utilities : sequence of n numbers
        What is to be dominated.
    weak : bool
        Whether every agent must gain, or none lose and one gain.

    Returns
    -------
    Lottery or None
        The one with the largest sum of gains (with `weak`, the largest smallest gain); None if
        none dominates, exactly for exact utilities and within 1e-9 (relative) for floats.

    Raises
    ------
    UndecidedError
        For more than 150 different exact vectors of utilities, and where floats do not tell.

    Notes
    -----
    One linear program over the probabilities of the outcomes that no other one dominates.
    """
    outcomes, rows = _listed(setting, problem)
    if not rows or not utilities:
        return None
    exact = _exact([*rows, utilities])
    if not exact:
        *rows, utilities = _in_units([*rows, utilities])
    sides: list[list[Any]]
    count, size = len(rows), max(abs(float(u)) for row in [*rows, utilities] for u in row)
    slack = 0 if exact else _CLOSE * size
    if weak:
        # The last variable is what everybody gains at least.
        sides = [[*(-row[i] for row in rows), 1] for i in range(len(utilities))]
        right: list[Number] = [-u for u in utilities]
        objective: list[Any] = [0] * count + [1]
        polytope = _simplex(count, extra=1, exact=exact).also(sides, right)
    else:
        sides = [[-row[i] for row in rows] for i in range(len(utilities))]
        right = [slack - u for u in utilities]
        objective = [sum(row) for row in rows]
        polytope = _simplex(count, extra=0, exact=exact).also(sides, right)
    try:
        value, point = polytope.maximise(objective)
    except InfeasibleError:
        return None
    gain = value - (0 if weak else sum(utilities))
    if gain <= slack * len(utilities):
        return None
    if not exact and gain < _CLEAR * size:
        raise UndecidedError("floats do not tell whether a lottery dominates")
    return _lottery(point[:count], outcomes, exact=exact)


def equivalent_lottery(
    setting: Setting, problem: Problem, utilities: Sequence[Number], lottery: Lottery
) -> Lottery | None:
    """A lottery over the feasible outcomes with the same expected utilities as another one.

    Parameters
    ----------
    setting : Setting
        One that lists outcomes.
    problem : Problem
        Where the outcomes must be feasible.
    utilities : sequence of n numbers
        The expected utilities.
    lottery : Lottery
        One that has them; it is the answer where all its outcomes are feasible.

    Returns
    -------
    Lottery or None
        None if there is none.

    Raises
    ------
    UndecidedError
        If floats do not tell, or for more than 150 different exact vectors of utilities.
    """
    if all(setting.feasible(problem, outcome) for _, outcome in lottery):
        return lottery
    outcomes, rows = _listed(setting, problem, efficient=False)
    if not rows:
        return None
    exact = _exact([*rows, utilities])
    if not exact:
        *rows, utilities = _in_units([*rows, utilities])
    # The last variable is by how much any utility is missed at most.
    columns = [[row[i] for row in rows] for i in range(len(utilities))]
    sides: list[list[Any]] = [
        [*(sign * x for x in column), -1] for column in columns for sign in (1, -1)
    ]
    right: list[Number] = [sign * u for u in utilities for sign in (1, -1)]
    polytope = _simplex(len(rows), extra=1, exact=exact).also(sides, right)
    value, point = polytope.maximise([0] * len(rows) + [-1])
    if -value > (0 if exact else _CLEAR):
        return None
    if not exact and -value > _CLOSE / 2:
        raise UndecidedError("floats do not tell whether fewer outcomes give the same utilities")
    return _lottery(point[: len(rows)], outcomes, exact=exact)


def _in_units(rows: Sequence[Sequence[Number]]) -> list[Vector]:
    """Floats in units of the largest: the solver's tolerances are absolute."""
    unit = unit_of(abs(u) for row in rows for u in row)
    return [tuple(float(u) / unit for u in row) for row in rows]


def _listed(
    setting: Setting, problem: Problem, *, efficient: bool = True
) -> tuple[list[Outcome], list[Vector]]:
    """The outcomes with different utilities (of which no other one is better), and these."""
    assert isinstance(setting, EnumeratesOutcomes)
    found: dict[Vector, Outcome] = {}
    for outcome in setting.outcomes(problem):
        found.setdefault(tuple(setting.utilities(problem, outcome)), outcome)
    rows = list(found)
    if efficient:
        rows = [
            row
            for row in rows
            if not any(
                other != row and all(x >= y for x, y in zip(other, row, strict=True))
                for other in rows
            )
        ]
    if len(rows) > _EXACT_MOST and _exact(rows):
        raise UndecidedError(f"more than {_EXACT_MOST} outcomes to mix")
    return [found[row] for row in rows], rows


def _exact(rows: Iterable[Sequence[Number]]) -> bool:
    return all(all_exact(row) for row in rows)


def _simplex(count: int, *, extra: int, exact: bool) -> Polytope:
    """The probabilities of some outcomes, and further nonnegative variables."""
    ones = (*(1,) * count, *(0,) * extra)
    return Polytope((ones, tuple(-x for x in ones)), (1, -1), exact)


def _lottery(point: Sequence[Any], outcomes: Sequence[Outcome], *, exact: bool) -> Lottery:
    if not exact:
        clipped = [max(float(p), 0.0) for p in point]
        point = [p / sum(clipped) for p in clipped]
        point = [p if p > _CLOSE else 0.0 for p in point]
        point = [p / sum(point) for p in point]
    pairs = zip(point, outcomes, strict=True)
    return Lottery((tidy(p), o) for p, o in pairs if p)
