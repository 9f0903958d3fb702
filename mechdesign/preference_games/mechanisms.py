"""Rules that choose a lottery from everybody's comparisons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Annotated, Any, Literal

import numpy as np

from mechdesign.errors import UndecidedError
from mechdesign.model import (
    Lottery,
    Number,
    Outcome,
    Problem,
    Reference,
    count_from,
    mechanism,
    number_in,
    ratio,
)
from mechdesign.preference_games.dynamics.learning import RuleName, learn
from mechdesign.preference_games.equilibria import maximal_lottery, regularised
from mechdesign.preference_games.references import BALDUZZI, GIBBARD
from mechdesign.preference_games.settings import Comparers, comparers, population_game

__all__ = [
    "learned",
    "maximal_lotteries",
    "nash_averaging",
    "proportional_borda",
    "random_dictatorship",
    "regularised_lottery",
]

_SETTING: Comparers = comparers()
FISHBURN = Reference(
    "fishburn1984",
    "Fishburn, P. C.",
    "Probabilistic social choice based on simple voting comparisons",
    1984,
    "Review of Economic Studies 51",
)


@mechanism(
    "preference_games.maximal_lotteries", setting=_SETTING, reference=FISHBURN, anonymous=True
)
def maximal_lotteries(
    problem: Problem, *, selection: Literal["leximin", "vertex"] = "leximin"
) -> Lottery:
    """A lottery that no alternative beats: an optimal strategy of everybody's game, exactly.

    Parameters
    ----------
    problem : rankings or games
        See :func:`comparers`.
    selection : {"leximin", "vertex"}
        Where there are several.

    Examples
    --------
    >>> maximal_lotteries({"A > B > C": 4, "B > C > A": 2, "C > A > B": 3}).support[0][0]
    Fraction(1, 3)
    """
    found = maximal_lottery(population_game(problem), selection=selection)
    return _lottery(problem, list(found.probabilities.values()))


@mechanism("preference_games.nash_averaging", reference=BALDUZZI, setting=_SETTING, anonymous=True)
def nash_averaging(problem: Problem) -> Lottery:
    """The maximal lottery of the largest entropy, which copies of an alternative do not change.

    Parameters
    ----------
    problem : rankings or games
        See :func:`comparers`.

    Examples
    --------
    >>> nash_averaging(["A > B", "B > A"])
    Lottery over 2 outcomes
      0.5        A
      0.5        B
    """
    found = maximal_lottery(population_game(problem), selection="reference")
    return _lottery(problem, list(found.probabilities.values()))


@mechanism("preference_games.regularised_lottery", setting=_SETTING, anonymous=True)
def regularised_lottery(
    problem: Problem,
    *,
    beta: Annotated[Number, number_in(Fraction(1, 10_000))] = Fraction(1, 10),
    ref: Sequence[Number] | None = None,
) -> Lottery:
    """The equilibrium of everybody's game in which departures from a reference cost.

    Parameters
    ----------
    problem : rankings or games
        See :func:`comparers`.
    beta : number
        The strength.
    ref : sequence of positive numbers, optional
        In the order of the alternatives; uniform by default.

    Examples
    --------
    >>> found = regularised_lottery(["A > B", "A > B", "B > A"], beta=1)
    >>> [round(p, 6) for p, _ in found]
    [0.54157, 0.45843]
    """
    everybody = population_game(problem)
    if ref is not None:
        from mechdesign.preference_games.reading_games import game

        everybody = game(everybody, ref=list(ref))
    found = regularised(everybody, beta=beta)
    return _lottery(problem, list(found.probabilities.values()))


@mechanism("preference_games.learned", setting=_SETTING, anonymous=True)
def learned(
    problem: Problem,
    *,
    rule: RuleName = "mirror_prox",
    steps: Annotated[int, count_from(1)] = 100,
    beta: Annotated[Number, number_in(Fraction(1, 10_000))] = Fraction(1, 10),
) -> Lottery:
    """What a learning rule has found after some steps, with the step size of its proof.

    Parameters
    ----------
    problem : rankings or games
        See :func:`comparers`.
    rule : str
        See :func:`learn`.
    steps : int
        How many.
    beta : number
        The strength; ``hedge`` plays without.

    Examples
    --------
    >>> len(learned(["A > B", "B > A"], rule="omd"))
    2
    """
    found = learn(population_game(problem), rule, steps=steps, beta=beta)
    return _lottery(problem, list(found.policy.values()))


@mechanism(
    "preference_games.random_dictatorship", reference=GIBBARD, setting=_SETTING, anonymous=True
)
def random_dictatorship(problem: Problem) -> Lottery:
    """The first alternative of an agent who is drawn at random.

    Parameters
    ----------
    problem : rankings or games
        See :func:`comparers`; everybody prefers one alternative to all others.

    Examples
    --------
    >>> random_dictatorship({"A > B": 2, "B > A": 1}).support[0][0]
    Fraction(2, 3)
    """
    comparers().check(problem)
    n = len(problem.data.alternatives)
    mass: list[Number] = [0] * n
    for agent, own in zip(problem.agents, problem.types, strict=True):
        best = [k for k in range(n) if all(own[k][j] > Fraction(1, 2) for j in range(n) if j != k)]
        if not best:
            raise UndecidedError(f"agent {agent} prefers no alternative to all others")
        mass[best[0]] += problem.weight_of(agent)
    return _lottery(problem, [ratio(x, sum(mass)) for x in mass])


@mechanism("preference_games.proportional_borda", setting=_SETTING, anonymous=True)
def proportional_borda(problem: Problem) -> Lottery:
    """Chances in proportion to the share of comparisons that an alternative wins.

    To first order what regularised lotteries are where beta is large.

    Parameters
    ----------
    problem : rankings or games
        See :func:`comparers`.

    Examples
    --------
    >>> [p for p, _ in proportional_borda(["A > B > C", "A > C > B"])]
    [Fraction(2, 3), Fraction(1, 6), Fraction(1, 6)]
    """
    everybody = population_game(problem)
    n = everybody.n
    if n == 1:
        return _lottery(problem, [1])
    against = everybody.against([Fraction(1, n)] * n)
    total = sum(x - Fraction(1, 2 * n) for x in against)
    return _lottery(problem, [(x - Fraction(1, 2 * n)) / total for x in against])


def _lottery(problem: Problem, p: Sequence[Number]) -> Lottery:
    """Over the alternatives; floats that rounding left near 1 are kept as they are."""
    setting: Any = _SETTING
    told = Outcome(problem.data.alternatives[0], problem=problem, setting=setting)
    if any(isinstance(x, float) for x in p):
        total = float(np.sum([float(x) for x in p]))
        p = [float(x) / total for x in p]
    return Lottery(
        (x, replace(told, choice=label))
        for x, label in zip(p, problem.data.alternatives, strict=True)
    )
