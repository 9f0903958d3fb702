"""Schedules that are searched or iterated, and how far from the optimum they may be."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from mechdesign.arrays import FloatArray
from mechdesign.errors import InvalidInputError, LimitReachedError
from mechdesign.model import Number, as_number, as_numbers
from mechdesign.records import dataclass
from mechdesign.taxation.economies import Economy
from mechdesign.taxation.linear_taxes import Objective, check_objective
from mechdesign.taxation.mechanisms import brackets
from mechdesign.taxation.schedules import Schedule, best_incomes
from mechdesign.taxation.settings import incomes
from mechdesign.taxation.skill_menus import optimal_menu

__all__ = ["BracketDesign", "SaezSchedule", "best_brackets", "saez_schedule"]

#: Schedules that are looked at together.
_TOGETHER = 20_000
_MOST = 50_000_000


@dataclass(frozen=True)
class BracketDesign:
    """The best schedule of a grid, and a bound on what any other tax could do better.

    Parameters
    ----------
    schedule : Schedule
        With the best value of those looked at.
    value : number
        The welfare under it, computed again in exact numbers where the data are exact.
    bound : number
        The welfare of the optimal menu, which no tax exceeds.
    looked_at : int
        How many schedules.
    """

    schedule: Schedule
    value: Number
    bound: Number
    looked_at: int

    @property
    def gap(self) -> Number:
        """What another tax could be better by, at most."""
        return self.bound - self.value

    def __str__(self) -> str:
        return (
            f"{self.schedule}: welfare {float(self.value):.6g}; no tax exceeds "
            f"{float(self.bound):.6g} (gap {float(self.gap):.3g}, {self.looked_at} schedules)"
        )


def best_brackets(
    economy: Economy,
    cutoffs: Sequence[Number],
    rates: Sequence[Number],
    *,
    count: int = 2,
    objective: Objective = "egalitarian",
) -> BracketDesign:
    """The best schedule with some brackets, among all whose numbers are on a grid.

    Parameters
    ----------
    economy : Economy
        The workers.
    cutoffs : sequence of positive numbers
        Where brackets after the first may begin.
    rates : sequence of numbers
        What their rates may be, at most 1.
    count : int
        Brackets.
    objective : {"egalitarian", "utilitarian", "log"}
        What is made as large as possible.

    Returns
    -------
    BracketDesign
        With the gap to the optimal menu.

    Raises
    ------
    LimitReachedError
        If the grid has more than 50 million schedules.

    Notes
    -----
    All schedules are looked at: O(s n b) for s schedules, n skills and b brackets.

    Examples
    --------
    >>> from mechdesign.taxation import economy
    >>> found = best_brackets(economy([1, 2, 3]), [4, 5, 6], [0, 0.4, 0.6, 0.7])
    >>> found.schedule.rates, round(float(found.value), 4), round(float(found.gap), 4)
    ((0.6, 0), 1.68, 0.3152)
    """
    check_objective(objective)
    starts = as_numbers(cutoffs, "cutoffs", low=0)
    levels = as_numbers(rates, "rates", high=1)
    if not isinstance(count, int) or not 1 <= count <= 4:
        raise InvalidInputError("count", "be 1, 2, 3 or 4", count)
    if not levels or 0 in starts or len(starts) < count - 1:
        raise InvalidInputError("cutoffs", "be positive and enough for the brackets", cutoffs)
    total = math.comb(len(starts), count - 1) * len(levels) ** count
    if total > _MOST:
        raise LimitReachedError(f"{total} schedules are on the grid, at most {_MOST}")
    grids = list(itertools.combinations(sorted(starts), count - 1))
    choices = list(itertools.product(levels, repeat=count))
    skills = np.array(economy.skills, dtype=float)
    shares = np.array(economy.shares, dtype=float)
    rows = np.array(choices, dtype=float)
    best: tuple[float, int, int] = (-np.inf, 0, 0)
    for g, inner in enumerate(grids):
        for start in range(0, len(rows), _TOGETHER):
            part = rows[start : start + _TOGETHER]
            at = np.broadcast_to(np.array([0.0, *map(float, inner)]), part.shape)
            welfare = _welfare(economy, skills, shares, at, part, objective)
            k = int(np.argmax(welfare))
            if welfare[k] > best[0]:
                best = (float(welfare[k]), g, start + k)
    schedule = Schedule((0, *grids[best[1]]), choices[best[2]])
    value = _value(economy, schedule, objective)
    menu = optimal_menu(economy, objective)
    return BracketDesign(schedule, value, _of(economy, menu.utilities, objective), total)


def _welfare(
    economy: Economy,
    skills: FloatArray,
    shares: FloatArray,
    cutoffs: FloatArray,
    rates: FloatArray,
    objective: Objective,
) -> FloatArray:
    """The welfare under each of several schedules."""
    e = float(economy.elasticity)
    earned = best_incomes(skills, cutoffs, rates, e)
    ends = np.concatenate([cutoffs[:, 1:], np.full((len(cutoffs), 1), np.inf)], axis=1)
    inside = np.clip(earned[:, :, None], cutoffs[:, None], ends[:, None]) - cutoffs[:, None]
    taxes = (inside * rates[:, None]).sum(axis=2)
    rebate = taxes @ shares - float(economy.need)
    exponent = 1 + 1 / e
    utilities = earned - taxes - (earned / skills) ** exponent / exponent + rebate[:, None]
    if objective == "egalitarian":
        return np.asarray(utilities.min(axis=1))
    if objective == "utilitarian":
        return np.asarray(utilities @ shares)
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.where(utilities > 0, np.log(utilities), -np.inf) @ shares
    return np.asarray(logs)


def _value(economy: Economy, schedule: Schedule, objective: Objective) -> Number:
    """The welfare under one schedule, as exact as the data."""
    problem = incomes().problem(list(economy.skills), economy=economy)
    rule: Any = brackets(cutoffs=schedule.cutoffs, rates=schedule.rates)
    found = rule(problem)
    return _of(economy, tuple(found.details["utilities"].values()), objective)


def _of(economy: Economy, utilities: Sequence[Number], objective: Objective) -> Number:
    if objective == "egalitarian":
        return min(utilities)
    if objective == "utilitarian":
        return economy.mean(utilities)
    return float(economy.mean([float(np.log(float(u))) for u in utilities]))


@dataclass(frozen=True)
class SaezSchedule:
    """Marginal rates that satisfy Saez's formula at the incomes that they lead to.

    Parameters
    ----------
    incomes, rates : tuple of float
        In ascending order of incomes: what each worker earns, and its marginal rate.
    residual : float
        By how much a rate differs from its formula, at most.
    iterations : int
        Until there.
    """

    incomes: tuple[float, ...]
    rates: tuple[float, ...]
    residual: float
    iterations: int

    def __str__(self) -> str:
        places = [0, len(self.rates) // 2, len(self.rates) - 1]
        shown = ", ".join(f"{100 * self.rates[k]:.3g}% at {self.incomes[k]:.4g}" for k in places)
        return f"{shown}; off its formula by {self.residual:.1e} at most"


def saez_schedule(
    skills: object,
    *,
    elasticity: object = 1,
    weight_of_income: float = 1.0,
    iterations: int = 1000,
) -> SaezSchedule:
    """Saez's formula as a fixed point, on a sample of skills.

    ``T'(z) = (1 - G(z)) / (1 - G(z) + a(z) e)``: a(z) is the density of incomes at z times z over
    the share of workers above, as if the schedule were straight around z, and G(z) the mean
    welfare weight of those above, which depends on the incomes that the schedule leads to.

    Parameters
    ----------
    skills : sequence of n numbers
        A sample, n at least 50.
    elasticity : number
        Of income with respect to what is kept of one unit more.
    weight_of_income : number
        Welfare weights are proportional to income to the power of minus this; 1 by default.
    iterations : int
        The most.

    Returns
    -------
    SaezSchedule
        With its residual; a figure of an estimated density, not a proof.

    Raises
    ------
    LimitReachedError
        If the iteration does not settle to a residual of 1e-9.

    Notes
    -----
    The density of log skills is estimated by a Gaussian kernel with Silverman's width, on 400
    quantiles at most.  The formula fails where the density has a point mass.

    References
    ----------
    Saez, E. (2001). Using elasticities to derive optimal income tax rates. Review of Economic
    Studies 68, 205-229. https://doi.org/10.1111/1467-937X.00166

    Examples
    --------
    >>> found = saez_schedule(np.exp(np.random.default_rng(0).normal(0, 0.4, 500)))
    >>> found.residual < 1e-6 and 0 <= min(found.rates) and max(found.rates) < 1
    True
    """
    listed = np.sort(np.array(as_numbers(skills, "skills", low=0), dtype=float))
    e = float(as_number(elasticity, "elasticity"))
    if len(listed) < 50 or listed[0] <= 0 or e <= 0:
        raise InvalidInputError("skills", "be at least 50 positive numbers", len(listed))
    if len(np.unique(listed)) < 10:
        raise InvalidInputError("skills", "have a density: 10 different ones or more", skills)
    if len(listed) > 400:
        listed = np.quantile(listed, (np.arange(400) + 0.5) / 400)
    n = len(listed)
    above = 1 - (np.arange(n) + 0.5) / n
    logs = np.log(listed)
    width = 1.06 * logs.std() * n**-0.2
    gaps = (logs[:, None] - logs[None, :]) / width
    density = np.exp(-(gaps**2) / 2).mean(axis=1) / (width * np.sqrt(2 * np.pi))
    # Along a straight schedule incomes grow with the power 1 + e of skill.
    ends = density / above / (1 + e)
    untaxed = listed ** (1 + e)
    rates = np.full(n, 0.3)
    for k in range(1, iterations + 1):
        earned = untaxed * (1 - rates) ** e
        weights = np.maximum(earned, 1e-300) ** -weight_of_income
        weights /= weights.mean()
        # The mean weight of those above, half of the own one included.
        tails = np.cumsum(weights[::-1])[::-1] - weights / 2
        missing = np.maximum(1 - tails / n / above, 0)
        wanted = missing / (missing + ends * e)
        residual = float(np.abs(wanted - rates).max())
        if residual < 1e-9:
            found = tuple(map(float, earned)), tuple(map(float, rates))
            return SaezSchedule(*found, residual, k)
        rates = (rates + wanted) / 2
    raise LimitReachedError(f"Saez's formula did not settle: off by {residual:g}")
