"""Several taxes on one economy, and measures of what they do."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from mechdesign.errors import InvalidInputError
from mechdesign.io.table import Table
from mechdesign.model import MechanismLike, Number, as_mechanism, as_number, as_numbers, ratio, tidy
from mechdesign.model.welfare import gini
from mechdesign.taxation.economies import Economy
from mechdesign.taxation.settings import incomes

__all__ = ["atkinson", "compare_taxes", "equality", "inverse_income"]


def equality(values: object) -> Number:
    """1 less the Gini coefficient that is 1 where one of them has everything.

    Examples
    --------
    >>> equality([1, 2, 3, 10])
    Fraction(5, 12)
    """
    listed = as_numbers(values, "values", low=0)
    if len(listed) < 2:
        raise InvalidInputError("values", "be at least 2 numbers", values)
    return tidy(1 - gini(list(listed), convention="sample"))


def atkinson(values: object, aversion: object = 1) -> float:
    """The share of the total that equal parts could do without, for an aversion to inequality.

    Parameters
    ----------
    values : sequence of positive numbers
        Incomes, or what is consumed.
    aversion : number
        Positive; 1 compares the geometric mean with the mean.

    References
    ----------
    Atkinson, A. B. (1970). On the measurement of inequality. Journal of Economic Theory 2,
    244-263. https://doi.org/10.1016/0022-0531(70)90039-6

    Examples
    --------
    >>> round(atkinson([1, 4]), 6), round(atkinson([1, 4], 2), 6), atkinson([3, 3], 2)
    (0.2, 0.36, 0.0)
    """
    listed = [float(x) for x in as_numbers(values, "values")]
    power = float(as_number(aversion, "aversion"))
    if not listed or min(listed) <= 0:
        raise InvalidInputError("values", "be positive numbers", values)
    if power <= 0:
        raise InvalidInputError("aversion", "be positive", aversion)
    mean = math.fsum(listed) / len(listed)
    # Relative to the mean, so that powers neither overflow nor depend on the unit.
    parts = [x / mean for x in listed]
    if power == 1:
        equal = math.exp(math.fsum(map(math.log, parts)) / len(parts))
    else:
        least = min(parts) if power > 1 else max(parts)
        inner = math.fsum((x / least) ** (1 - power) for x in parts) / len(parts)
        equal = least * inner ** (1 / (1 - power))
    return max(0.0, 1 - equal)


def inverse_income(utilities: object, incomes: object) -> Number:
    """The sum of utilities divided by pre-tax incomes, those below 1 taken as 1.

    Examples
    --------
    >>> inverse_income([1, 2], [0, 4])
    Fraction(3, 2)
    """
    worth = as_numbers(utilities, "utilities")
    earned = as_numbers(incomes, "incomes", low=0)
    if len(worth) != len(earned):
        raise InvalidInputError("incomes", f"be {len(worth)} numbers", incomes)
    total: Number = 0
    for u, z in zip(worth, earned, strict=True):
        total += ratio(u, max(z, 1))
    return tidy(total)


def compare_taxes(economy: Economy, mechanisms: Sequence[MechanismLike]) -> Table:
    """What several taxes do to one economy.

    Parameters
    ----------
    economy : Economy
        The workers.
    mechanisms : sequence of mechanisms or identifiers
        Of this family; ``mirrlees`` is ``taxation.mirrlees``.

    Returns
    -------
    Table
        A row for each: the lowest and the mean utility, the mean income, what the lowest skill
        gets from the others, the highest marginal rate and that of the highest skill.

    Examples
    --------
    >>> from mechdesign.taxation import economy
    >>> found = compare_taxes(economy([1, 2, 3]), ["laissez_faire", "linear", "mirrlees"])
    >>> [str(x) for x in found.column("lowest utility")]
    ['1/2', '98/75', '419/210']
    """
    if not isinstance(economy, Economy):
        raise InvalidInputError("economy", "be one of taxation.economy", economy)
    problem = incomes().problem(list(economy.skills), economy=economy)
    rows: list[list[Any]] = []
    for given in mechanisms:
        short = isinstance(given, str) and "." not in given.partition("(")[0]
        rule: Any = as_mechanism(f"taxation.{given}" if short else given)
        if rule.setting.id != incomes().id:
            raise InvalidInputError("mechanisms", "be of taxation", given)
        found = rule(problem)
        worth = tuple(found.details["utilities"].values())
        rates = tuple(found.details["marginal_rates"].values())
        earned = tuple(found.details["incomes"].values())
        rows.append(
            [
                str(rule.name).split(".", 1)[1],
                min(worth),
                economy.mean(worth),
                economy.mean(earned),
                0 - found.details["taxes"][economy.skills[0]],
                max(rates),
                rates[-1],
            ]
        )
    columns = (
        *("tax", "lowest utility", "mean utility", "mean income", "lowest skill gets"),
        *("highest rate", "rate at the top"),
    )
    return Table(columns, rows, notes=list(economy.decisions))
