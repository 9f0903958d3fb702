"""Selection rules: which profile of a game to play, or which lottery over profiles."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, Literal

from mechdesign.errors import InfeasibleError
from mechdesign.games.tables.correlated_programs import AUMANN, best_correlated
from mechdesign.games.tables.equilibria import pure_equilibria
from mechdesign.games.tables.selection_setting import Selections, game_of, selection
from mechdesign.model import (
    Lottery,
    Number,
    Outcome,
    Problem,
    Provenance,
    Reference,
    mechanism,
)

__all__ = [
    "best_equilibrium",
    "correlated",
    "egalitarian",
    "largest_product",
    "nash_welfare",
    "utilitarian",
]

_SETTING: Selections = selection()
Ties = Literal["first", "lottery"]
Vector = tuple[Number, ...]
NASH = Reference(
    "nash1950",
    "Nash, J. F.",
    "The bargaining problem",
    1950,
    "Econometrica 18",
    doi="10.2307/1907266",
)


def _cells(problem: Problem) -> list[tuple[Outcome[Any], Vector]]:
    """All profiles with what they are worth to the players."""
    _SETTING.check(problem)
    return list(zip(_SETTING.outcomes(problem), zip(*problem.types, strict=True), strict=True))


def _best(
    cells: Sequence[tuple[Outcome[Any], Vector]], key: Callable[[Vector], Any]
) -> list[Outcome[Any]]:
    scores = [key(worth) for _, worth in cells]
    top = max(scores)
    return [one for (one, _), score in zip(cells, scores, strict=True) if score == top]


def _chosen(tied: Sequence[Outcome[Any]], ties: str) -> Outcome[Any] | Lottery:
    if len(tied) == 1:
        return tied[0]
    if ties == "lottery":
        return Lottery.uniform(tied)
    told = f"{len(tied)} profiles tie, the first is taken"
    return tied[0].with_provenance(ties=told)


def _sum(worth: Vector) -> Number:
    return sum(worth)


def _utilitarian(problem: Problem, *, ties: Ties = "first") -> list[Outcome[Any]]:
    return _best(_cells(problem), _sum)


@mechanism("games.utilitarian", setting=_SETTING, anonymous=True, winners=_utilitarian)
def utilitarian(problem: Problem, *, ties: Ties = "first") -> Any:
    """The profile with the largest sum of payoffs.

    Parameters
    ----------
    ties : {"first", "lottery"}
        Of several the first, or each with the same chance.

    Examples
    --------
    >>> utilitarian([[(8, 8), (0, 10)], [(10, 0), (5, 5)]]).choice
    (0, 0)
    """
    return _chosen(_utilitarian(problem), ties)


def _egalitarian(problem: Problem, *, ties: Ties = "first") -> list[Outcome[Any]]:
    return _best(_cells(problem), sorted)


@mechanism("games.egalitarian", setting=_SETTING, anonymous=True, winners=_egalitarian)
def egalitarian(problem: Problem, *, ties: Ties = "first") -> Any:
    """The profile with the largest lowest payoff, then the second lowest, and so on.

    Parameters
    ----------
    ties : {"first", "lottery"}
        As in :func:`utilitarian`.

    Examples
    --------
    >>> egalitarian([[(9, 1), (4, 3)], [(2, 2), (3, 3)]]).choice
    (0, 1)
    """
    return _chosen(_egalitarian(problem), ties)


def _nash_welfare(
    problem: Problem, *, ties: Literal["sum", "first", "lottery"] = "sum"
) -> list[Outcome[Any]]:
    reserve = problem.reserve or (0,) * len(problem)
    gains = [
        (one, tuple(u - d for u, d in zip(worth, reserve, strict=True)))
        for one, worth in _cells(problem)
    ]
    better = [(one, gain) for one, gain in gains if min(gain) >= 0]
    if not better:
        raise InfeasibleError("no profile gives every player the disagreement payoff")
    undominated = [(one, gain) for one, gain in better if not _is_dominated(gain, better)]
    if ties == "sum":
        return _best(undominated, lambda gain: (math.prod(gain), sum(gain)))
    return _best(undominated, math.prod)


def _is_dominated(gain: Vector, cells: Sequence[tuple[Outcome[Any], Vector]]) -> bool:
    return any(
        other != gain and all(x >= y for x, y in zip(other, gain, strict=True))
        for _, other in cells
    )


@mechanism(
    "games.nash_welfare",
    setting=_SETTING,
    anonymous=True,
    winners=_nash_welfare,
    reference=NASH,
)
def nash_welfare(problem: Problem, *, ties: Literal["sum", "first", "lottery"] = "sum") -> Any:
    """Of the efficient profiles that are no worse than disagreement, the largest product of gains.

    Parameters
    ----------
    problem : game
        With ``disagreement=`` the payoffs without an agreement, by default 0.
    ties : {"sum", "first", "lottery"}
        Of equal products the one with the largest sum, then the first; the first; or each with the
        same chance.  Only the last two do not depend on the units of payoffs.

    Raises
    ------
    InfeasibleError
        If every profile is worse for somebody than disagreement.

    Examples
    --------
    >>> first, second = [[3, 1, 2], [2, 4, 3]], [[2, 3, 1], [1, 2, 4]]
    >>> from mechdesign.games import bimatrix
    >>> nash_welfare(bimatrix(first, second)).choice
    (1, 2)
    """
    return _chosen(_nash_welfare(problem, ties=ties), ties)


def _largest_product(problem: Problem) -> list[Outcome[Any]]:
    return _best(_cells(problem), lambda worth: (math.prod(worth), sum(worth)))


@mechanism("games.largest_product", setting=_SETTING, anonymous=True, winners=_largest_product)
def largest_product(problem: Problem) -> Outcome[Any]:
    """The profile with the largest product of payoffs as they are, then the largest sum.

    For payoffs of one sign only: two losses have a positive product.  :func:`nash_welfare` looks
    at the disagreement payoffs first.

    Examples
    --------
    >>> largest_product([[(-3, -4), (2, 3)]]).choice
    (0, 0)
    """
    found = _chosen(_largest_product(problem), "first")
    assert isinstance(found, Outcome)
    return found


def _best_equilibrium(problem: Problem, *, ties: Ties = "first") -> list[Outcome[Any]]:
    stable = set(pure_equilibria(game_of(problem)))
    cells = [(one, worth) for one, worth in _cells(problem) if one.choice in stable]
    if not cells:
        raise InfeasibleError("there is no pure equilibrium; games.correlated always has an answer")
    return _best(cells, _sum)


@mechanism("games.best_equilibrium", setting=_SETTING, winners=_best_equilibrium)
def best_equilibrium(problem: Problem, *, ties: Ties = "first") -> Any:
    """The pure equilibrium with the largest sum of payoffs.

    Parameters
    ----------
    ties : {"first", "lottery"}
        As in :func:`utilitarian`.

    Raises
    ------
    InfeasibleError
        If there is no pure equilibrium.

    Examples
    --------
    >>> best_equilibrium([[(8, 8), (0, 10)], [(10, 0), (5, 5)]]).choice
    (1, 1)
    """
    return _chosen(_best_equilibrium(problem), ties)


@mechanism("games.correlated", setting=_SETTING, reference=AUMANN)
def correlated(
    problem: Problem, *, objective: Literal["utilitarian", "egalitarian"] = "utilitarian"
) -> Lottery:
    """A lottery over profiles from which nobody gains by deviating, with the largest welfare.

    Parameters
    ----------
    objective : {"utilitarian", "egalitarian"}
        As in :func:`best_correlated`: the sum of expected payoffs, or the lowest one.

    Examples
    --------
    >>> correlated([[(6, 6), (2, 7)], [(7, 2), (0, 0)]])
    Lottery over 3 outcomes
      1/2        (0, 0)
      1/4        (0, 1)
      1/4        (1, 0)
    """
    found = best_correlated(game_of(problem), objective)
    how = Provenance(algorithm="linear program, certified in fractions", bound=found.value, gap=0)
    return Lottery((p, Outcome(one, provenance=how)) for one, p in found.lottery.items())
