"""Rules that see the choices of everybody and no utilities: one model for all, and the game."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Annotated, Literal

import numpy as np

from mechdesign.arrays import FloatArray
from mechdesign.errors import InvalidInputError
from mechdesign.model import Lottery, Number, Problem, mechanism, number_in, ratio
from mechdesign.pluralistic.scales import SETTING, log_reference, lottery_of, weights_of
from mechdesign.pluralistic.welfare_lotteries import soft_utilitarian

__all__ = ["pooled", "population_lottery", "population_rates"]

Choices = Literal["ordinal", "logistic"]


def population_rates(
    problem: Problem, *, choices: Choices = "ordinal", sharpness: Number = 1
) -> list[list[Number]]:
    """How often a member of the groups, drawn by weight, prefers the row to the column.

    Parameters
    ----------
    problem : utilities of groups
        See :func:`policies`.
    choices : {"ordinal", "logistic"}
        Everybody chooses what is better for her group; or with the chance
        ``1 / (1 + exp(-sharpness (u - v)))``, as in the model that mixtures are fitted with.
    sharpness : number
        At least 0.

    Returns
    -------
    list of lists
        Rates that :func:`mechdesign.preference_games.game` reads; exact for ordinal choices and
        exact weights.

    Examples
    --------
    >>> from mechdesign.pluralistic import policies
    >>> rotated = policies().problem([(2, 1, 0), (0, 2, 1), (1, 0, 2)])
    >>> [str(x) for x in population_rates(rotated)[0]]
    ['1/2', '2/3', '1/3']
    """
    weights = weights_of(problem)
    n = len(problem.data.alternatives)
    if choices == "logistic":
        shares = np.array([float(w) for w in weights]) / float(sum(weights))
        rows = np.array([[float(x) for x in row] for row in problem.types])
        gaps = float(sharpness) * (rows[:, :, None] - rows[:, None, :])
        rates = np.tensordot(shares, (1 + np.tanh(gaps / 2)) / 2, axes=1)
        found: list[list[Number]] = ((rates + 1 - rates.T) / 2).tolist()
        return found
    if choices != "ordinal":
        raise InvalidInputError("choices", "be ordinal or logistic", choices)
    half, total = Fraction(1, 2), sum(weights)
    return [
        [
            ratio(
                sum(
                    (
                        w * (half if row[i] == row[j] else int(row[i] > row[j]))
                        for w, row in zip(weights, problem.types, strict=True)
                    ),
                    Fraction(0),
                ),
                total,
            )
            for j in range(n)
        ]
        for i in range(n)
    ]


@mechanism("pluralistic.pooled", setting=SETTING, anonymous=True)
def pooled(
    problem: Problem,
    *,
    beta: Annotated[Number, number_in(0)] = 0,
    sharpness: Annotated[Number, number_in(0)] = 1,
    ref: Sequence[Number] | None = None,
) -> Lottery:
    """What one Bradley-Terry model of everybody's choices leads to: the baseline that fails.

    All pairs are compared equally often, so that its order is that of the shares of comparisons
    won.  A minority whose wishes are opposed to the majority's does not show in one model.

    Parameters
    ----------
    problem : utilities of groups
        See :func:`policies`.
    beta : number
        0 for the strongest alternatives, ties shared; else ``ref exp(strength / beta)``, scaled.
    sharpness : number
        Of the choices: see :func:`population_rates`.
    ref : sequence of positive numbers, optional
        The reference; uniform by default.

    Examples
    --------
    >>> [outcome.choice for _, outcome in pooled([(1, 0), (0, 1)], weights=[4, 1])]
    [0]
    """
    rates = np.array(population_rates(problem, choices="logistic", sharpness=sharpness))
    if beta == 0:
        won = rates.sum(axis=1)
        best = won >= won.max() - 1e-12
        return lottery_of(problem, [Fraction(int(x), int(best.sum())) for x in best])
    found = soft_utilitarian(_strengths(rates), log_reference(problem, ref), float(beta))
    return lottery_of(problem, found.tolist(), beta=beta)


def _strengths(rates: FloatArray) -> FloatArray:
    from mechdesign.stats.paired_strengths import fit_strengths, logistic

    wins = rates.copy()
    np.fill_diagonal(wins, 0)
    return fit_strengths(wins, logistic)[0]


@mechanism("pluralistic.population_lottery", setting=SETTING, anonymous=True)
def population_lottery(
    problem: Problem,
    *,
    beta: Annotated[Number, number_in(0)] = 0,
    choices: Choices = "ordinal",
    sharpness: Annotated[Number, number_in(0)] = 1,
    ref: Sequence[Number] | None = None,
) -> Lottery:
    """The lottery that nothing beats in the game of everybody's choices, maximal or regularised.

    It sees orders, or rates of choices, and no utilities; groups that are each consistent may
    together go round in a circle.

    Parameters
    ----------
    problem : utilities of groups
        See :func:`policies`.
    beta : number
        0 for the maximal lottery (exact for ordinal choices), else what a departure costs.
    choices, sharpness
        As in :func:`population_rates`.
    ref : sequence of positive numbers, optional
        The reference; uniform by default.

    Examples
    --------
    >>> len(population_lottery([(2, 1, 0), (0, 2, 1), (1, 0, 2)]))
    3
    """
    from mechdesign.preference_games import maximal_lottery, regularised

    rates = population_rates(problem, choices=choices, sharpness=sharpness)
    if beta == 0:
        found = maximal_lottery(rates)
    else:
        log_ref = log_reference(problem, ref)
        found = regularised(rates, beta=beta, ref=np.exp(log_ref).tolist())
    return lottery_of(problem, list(found.probabilities.values()), beta=beta)
