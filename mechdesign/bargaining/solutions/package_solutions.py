"""The classical bargaining solutions as mechanisms over packages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np

from mechdesign.arrays import IntArray
from mechdesign.bargaining.menus.data import Modules
from mechdesign.bargaining.menus.package_lists import Packages, packages
from mechdesign.bargaining.menus.setting import AFFORDABLE, NO_AGREEMENT, package_choice
from mechdesign.bargaining.references import KALAI, KALAI_SMORODINSKY, NASH
from mechdesign.bargaining.solutions import by_rows
from mechdesign.bargaining.solutions.beyond_enumeration import program
from mechdesign.errors import InfeasibleError, InvalidInputError
from mechdesign.model import Number, Outcome, Problem, Provenance, mechanism

__all__ = ["egalitarian", "equal_loss", "kalai_smorodinsky", "nash", "utilitarian"]

_SETTING = package_choice()
_MOST = 1 << 21


def _weights(problem: Problem) -> Sequence[Number]:
    return problem.weights if problem.weights is not None else (1,) * len(problem)


def _tied(
    problem: Problem, choose: Callable[[Packages, IntArray], IntArray], *, rational: bool = True
) -> list[Outcome]:
    """All packages that a rule finds best; no agreement where none is acceptable to all."""
    found = packages(problem)
    if not len(found):
        raise InfeasibleError("no package is within the budget and the rules")
    rows = by_rows.rational_rows(found) if rational else np.arange(len(found))
    if not len(rows):
        return [Outcome(NO_AGREEMENT, problem=problem, setting=_SETTING)]
    return [
        Outcome(found.label(k), cost=found.cost(k), problem=problem, setting=_SETTING)
        for k in choose(found, rows).tolist()
    ]


def _first(tied: list[Outcome], by: str = "") -> Outcome:
    """The first of the tied packages, in the order of the menu, with how it came about."""
    best = tied[0]
    exact = not any(isinstance(u, float) for u in best.utilities.values())
    others = ", ".join(_SETTING.say_choice(_problem(o), o) for o in tied[1:4])
    ties = f"first of {len(tied)} {by}in the order of the packages; also {others}" if others else ""
    status = "no package is acceptable to all" if best.choice == NO_AGREEMENT else ""
    how = Provenance(
        algorithm="enumeration",
        exact=exact,
        tolerance=None if exact else 1e-9,
        status=status,
        ties=ties,
    )
    return Outcome(
        best.choice, cost=best.cost, provenance=how, problem=best.problem, setting=_SETTING
    )


def _problem(outcome: Outcome) -> Problem:
    assert outcome.problem is not None  # made by _tied, which always names it
    return outcome.problem


def _large(problem: Problem) -> bool:
    """Whether there are too many packages to list them."""
    data = problem.data
    return isinstance(data, Modules) and len(data.bases) << len(data.modules) > _MOST


def _utilitarian_winners(problem: Problem, *, rational: bool = False) -> list[Outcome]:
    def choose(found: Packages, rows: IntArray) -> IntArray:
        return by_rows.utilitarian_rows(found, rows, _weights(problem))

    return _tied(problem, choose, rational=rational)


@mechanism(
    "bargaining.utilitarian",
    setting=_SETTING,
    anonymous=True,
    winners=_utilitarian_winners,
    depends_on=AFFORDABLE,
)
def utilitarian(problem: Problem, *, rational: bool = False) -> Outcome:
    """The package with the largest (weighted) sum of utilities.

    Parameters
    ----------
    problem : Problem, dict or list
        As in :func:`mechdesign.bargaining.menu`.
    rational : bool
        Look only at packages that give everybody at least the reserve.

    Examples
    --------
    >>> utilitarian({"a": (10, 1), "b": (3, 3), "c": (2, 6)}, reserve=(0, 2)).choice
    'a'
    """
    if _large(problem):
        return program(problem, "utilitarian", rational=rational)
    return _first(_utilitarian_winners(problem, rational=rational))


def _nash_winners(problem: Problem, *, ties: Literal["order", "cost"] = "order") -> list[Outcome]:
    def choose(found: Packages, rows: IntArray) -> IntArray:
        return by_rows.nash_rows(found, rows, _weights(problem))

    tied = _tied(problem, choose)
    return tied if ties == "order" else sorted(tied, key=lambda one: one.cost or 0)


@mechanism(
    "bargaining.nash",
    setting=_SETTING,
    reference=NASH,
    anonymous=True,
    winners=_nash_winners,
    depends_on=AFFORDABLE,
)
def nash(problem: Problem, *, ties: Literal["order", "cost"] = "order") -> Outcome:
    """The package with the largest product of gains over the reserve (Nash 1950).

    Only packages that give everybody at least the reserve count.  Where nobody can give everybody
    a positive gain, the product is maximised within each of the largest groups that can gain
    together.  Weights are exponents.

    Parameters
    ----------
    problem : Problem, dict or list
        As in :func:`mechdesign.bargaining.menu`.
    ties : {"order", "cost"}
        Which of several packages with the largest product is shown: the first in the order of the
        menu, or the cheapest (not where there are too many packages to list).

    Examples
    --------
    >>> nash({"a": (6, 6, 6), "b": (10, 0, 0)}, reserve=(5, 5, 5)).choice
    'a'
    """
    if ties not in ("order", "cost"):
        raise InvalidInputError("ties", "be order or cost", ties, owner="bargaining.nash")
    if _large(problem):
        if ties == "cost":
            raise InvalidInputError("ties", "be order for so many packages", ties)
        return program(problem, "nash")
    return _first(_nash_winners(problem, ties=ties), "" if ties == "order" else "by cost, then ")


def _egalitarian_winners(problem: Problem, *, refine: bool = True) -> list[Outcome]:
    def choose(found: Packages, rows: IntArray) -> IntArray:
        return by_rows.egalitarian_rows(found, rows, _weights(problem), refine=refine)

    return _tied(problem, choose)


@mechanism(
    "bargaining.egalitarian",
    reference=KALAI,
    setting=_SETTING,
    anonymous=True,
    winners=_egalitarian_winners,
    depends_on=AFFORDABLE,
)
def egalitarian(problem: Problem, *, refine: bool = True) -> Outcome:
    """The package with the largest smallest gain, refined lexicographically (leximin).

    Parameters
    ----------
    problem : Problem, dict or list
        As in :func:`mechdesign.bargaining.menu`.
    refine : bool
        Break ties by the second smallest gain, and so on; without it the result need not be
        Pareto efficient.

    Examples
    --------
    >>> egalitarian({"a": (0, 1), "b": (2, 0), "c": (1, 1)}).choice
    'c'
    """
    if _large(problem):
        return program(problem, "egalitarian", refine=refine)
    return _first(_egalitarian_winners(problem, refine=refine))


def _kalai_smorodinsky_winners(problem: Problem, *, refine: bool = True) -> list[Outcome]:
    def choose(found: Packages, rows: IntArray) -> IntArray:
        return by_rows.kalai_smorodinsky_rows(found, rows, refine=refine)

    return _tied(problem, choose)


@mechanism(
    "bargaining.kalai_smorodinsky",
    setting=_SETTING,
    reference=KALAI_SMORODINSKY,
    anonymous=True,
    winners=_kalai_smorodinsky_winners,
    depends_on=AFFORDABLE,
)
def kalai_smorodinsky(problem: Problem, *, refine: bool = True) -> Outcome:
    """The package with the largest smallest share of the ideal gain, refined lexicographically.

    Parameters
    ----------
    problem : Problem, dict or list
        As in :func:`mechdesign.bargaining.menu`.
    refine : bool
        As in :func:`egalitarian`.

    Examples
    --------
    >>> kalai_smorodinsky({"a": (3, 3), "b": (5, 1), "c": (4, 2)}).choice
    'c'
    """
    if _large(problem):
        return program(problem, "kalai_smorodinsky", refine=refine)
    tied = _kalai_smorodinsky_winners(problem, refine=refine)
    return _first(tied)


def _equal_loss_winners(
    problem: Problem, *, refine: bool = True, rational: bool = True
) -> list[Outcome]:
    def choose(found: Packages, rows: IntArray) -> IntArray:
        acceptable = by_rows.rational_rows(found)
        over = acceptable if len(acceptable) else rows
        return by_rows.equal_loss_rows(found, rows, refine=refine, ideal_over=over)

    return _tied(problem, choose, rational=rational)


@mechanism(
    "bargaining.equal_loss",
    setting=_SETTING,
    anonymous=True,
    winners=_equal_loss_winners,
    depends_on=AFFORDABLE,
)
def equal_loss(problem: Problem, *, refine: bool = True, rational: bool = True) -> Outcome:
    """The package with the smallest largest loss against the ideal, refined lexicographically.

    Parameters
    ----------
    problem : Problem, dict or list
        As in :func:`mechdesign.bargaining.menu`.
    refine : bool
        As in :func:`egalitarian`.
    rational : bool
        Look only at packages that give everybody at least the reserve.

    Examples
    --------
    >>> equal_loss({"a": (3, 3), "b": (5, 1), "c": (4, 2)}).choice
    'c'
    """
    if _large(problem):
        return program(problem, "equal_loss", refine=refine, rational=rational)
    return _first(_equal_loss_winners(problem, refine=refine, rational=rational))
