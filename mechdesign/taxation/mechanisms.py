"""Mechanisms: no tax, a linear one, brackets, the optimal menu, and a planner who sees skills."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from mechdesign.model import (
    FrozenMap,
    Number,
    Outcome,
    Problem,
    Provenance,
    Reference,
    is_exact,
    mechanism,
    tidy,
)
from mechdesign.model.numbers import number_in
from mechdesign.taxation.economies import Economy
from mechdesign.taxation.linear_taxes import Objective, best_linear_rate
from mechdesign.taxation.schedules import Schedule, response
from mechdesign.taxation.settings import incomes
from mechdesign.taxation.skill_menus import optimal_menu

__all__ = ["brackets", "first_best", "laissez_faire", "linear", "mirrlees"]

MIRRLEES = Reference(
    "mirrlees1971",
    "Mirrlees, J. A.",
    "An exploration in the theory of optimum income taxation",
    1971,
    "Review of Economic Studies 38(2), 175-208",
    "10.2307/2296779",
)


def _outcome(
    problem: Problem,
    earned: Sequence[Number],
    taxes: Sequence[Number],
    algorithm: str,
    **details: Any,
) -> Outcome:
    """What each worker earns and pays, from the bundles of all skills of the economy."""
    told: Economy = problem.data
    at = {skill: k for k, skill in enumerate(told.skills)}
    places = [at[skill] for skill in problem.types]
    utilities = [
        tidy(z - t - told.effort(z, w)) for z, t, w in zip(earned, taxes, told.skills, strict=True)
    ]
    rates = tuple(_rate(told, z, w) for z, w in zip(earned, told.skills, strict=True))
    exact = all(map(is_exact, (*earned, *taxes)))
    return Outcome(
        tuple(earned[k] for k in places),
        payments=FrozenMap(
            (agent, taxes[k]) for agent, k in zip(problem.agents, places, strict=True)
        ),
        details={
            "incomes": FrozenMap(zip(told.skills, earned, strict=True)),
            "taxes": FrozenMap(zip(told.skills, taxes, strict=True)),
            "utilities": FrozenMap(zip(told.skills, utilities, strict=True)),
            "marginal_rates": FrozenMap(zip(told.skills, rates, strict=True)),
            **details,
        },
        provenance=Provenance(algorithm=algorithm, exact=exact, decisions=told.decisions),
    )


def _rate(told: Economy, income: Number, skill: Number) -> Number:
    """What is given up of one unit more; without the rounding of floats around 0."""
    rate = tidy(1 - told.kept(income, skill))
    return 0 if not is_exact(rate) and abs(float(rate)) < 1e-12 else rate


def _under(problem: Problem, schedule: Schedule, algorithm: str) -> Outcome:
    """Everybody answers a schedule; what it brings beyond the need is paid back in equal parts."""
    told: Economy = problem.data
    earned = [response(schedule, skill, told) for skill in told.skills]
    gross = [schedule.tax(z) for z in earned]
    rebate = tidy(told.mean(gross) - told.need)
    taxes = [tidy(t - rebate) for t in gross]
    return _outcome(problem, earned, taxes, algorithm, rebate=rebate, schedule=schedule)


@mechanism("taxation.laissez_faire", setting=incomes(), anonymous=True)
def laissez_faire(problem: Problem) -> Outcome:
    """No tax on income: everybody pays the need in equal parts.

    Examples
    --------
    >>> laissez_faire([1, 2, 3]).choice
    (1, 4, 9)
    """
    return _under(problem, Schedule((0,), (0,)), "answers to a schedule")


@mechanism("taxation.linear", setting=incomes(), anonymous=True)
def linear(
    problem: Problem,
    *,
    rate: Annotated[Number | None, number_in(None, 1)] = None,
    objective: Objective = "egalitarian",
) -> Outcome:
    """One rate for all income, the revenue in equal parts for everybody.

    Parameters
    ----------
    rate : number, optional
        At most 1; by default the best one for `objective`.
    objective : {"egalitarian", "utilitarian", "log"}
        As in :func:`best_linear_rate`.

    Examples
    --------
    >>> linear([1, 2, 3]).details["schedule"].rates
    (Fraction(11, 25),)
    """
    chosen = best_linear_rate(problem.data, objective) if rate is None else rate
    return _under(problem, Schedule((0,), (chosen,)), "answers to a schedule")


@mechanism("taxation.brackets", setting=incomes(), anonymous=True)
def brackets(
    problem: Problem, *, cutoffs: Sequence[Number] = (0,), rates: Sequence[Number] = (0,)
) -> Outcome:
    """Any schedule of brackets, the revenue in equal parts for everybody.

    Parameters
    ----------
    cutoffs, rates : sequences of numbers
        As in :class:`Schedule`; by default there is no tax.

    Examples
    --------
    >>> brackets(cutoffs=(0, 2), rates=(0.2, 0.5))([1, 2, 3]).choice
    (0.8, 2, 4.5)
    """
    return _under(problem, Schedule(tuple(cutoffs), tuple(rates)), "answers to a schedule")


@mechanism("taxation.mirrlees", setting=incomes(), reference=MIRRLEES, anonymous=True)
def mirrlees(
    problem: Problem,
    *,
    objective: Objective = "egalitarian",
    weights: Sequence[Number] | None = None,
) -> Outcome:
    """The best of all taxes, linear or not: the optimal menu of incomes and taxes.

    No skill prefers the bundle of another one.  The lowest of equally good menus keeps the highest
    skill undistorted: its marginal rate is 0.

    Parameters
    ----------
    objective : {"egalitarian", "utilitarian", "log"}
        The lowest utility, the sum of utilities, the sum of their logarithms.
    weights : sequence of numbers, optional
        Welfare weights of the skills instead, which do not increase with skill.

    Notes
    -----
    A closed form of O(n) for n skills, with neighbours pooled where incomes would not ascend;
    exact with exact skills and elasticity 1, but for ``"log"``, a fixed point whose residual is in
    ``details["residual"]``.  ``details["prices"]`` has for each skill and the one below by how much
    welfare would grow for each unit of utility by which the first might envy the second: what the
    welfare weights up to the lower one sum to, less its share and those below.

    Examples
    --------
    >>> found = mirrlees([1, 2, 3])
    >>> [str(z) for z in found.choice], str(found.details["utilities"][1])
    (['2/5', '18/7', '9'], '419/210')
    >>> {pair: str(price) for pair, price in found.details["prices"].items()}
    {(2, 1): '2/3', (3, 2): '1/3'}
    """
    told: Economy = problem.data
    menu = optimal_menu(told, objective, weights)
    prices: dict[tuple[Number, Number], Number] = {}
    ahead: Number = 0
    pairs = zip(told.skills, told.skills[1:], told.shares, menu.weights, strict=False)
    for below, above, share, weight in pairs:
        ahead += share * (weight - 1)
        prices[above, below] = tidy(ahead)
    return _outcome(
        problem,
        menu.incomes,
        menu.taxes,
        "pooled closed form",
        weights=menu.weights,
        prices=FrozenMap(prices),
        residual=menu.residual,
    )


@mechanism("taxation.first_best", setting=incomes(), anonymous=True)
def first_best(problem: Problem) -> Outcome:
    """What a planner could do who sees skills: nobody is distorted, all have the same utility.

    It believes reports, and everybody gains by a lower one.

    Examples
    --------
    >>> first_best([1, 2]).details["utilities"][2]
    Fraction(5, 4)
    """
    told: Economy = problem.data
    earned = told.untaxed
    effort = [told.effort(z, w) for z, w in zip(earned, told.skills, strict=True)]
    level = told.mean([z - c for z, c in zip(earned, effort, strict=True)]) - told.need
    taxes = [tidy(z - c - level) for z, c in zip(earned, effort, strict=True)]
    return _outcome(problem, earned, taxes, "skills as they are reported")
