"""Linear taxes: one rate for all income, the revenue in equal parts for everybody."""

from __future__ import annotations

from typing import Literal, TypeAlias

from mechdesign.errors import InfeasibleError, InvalidInputError
from mechdesign.model import Number, as_number, as_numbers, ratio
from mechdesign.taxation.economies import Economy, power

__all__ = ["best_linear_rate", "preferred_rates", "revenue_rate", "top_rate", "weighted_rate"]

#: What is made as large as possible: the lowest utility, the sum, the sum of logarithms.
Objective: TypeAlias = Literal["egalitarian", "utilitarian", "log"]
OBJECTIVES: tuple[Objective, ...] = ("egalitarian", "utilitarian", "log")


def revenue_rate(elasticity: object) -> Number:
    """The rate with the largest revenue: ``1 / (1 + e)``.

    Examples
    --------
    >>> revenue_rate(1), round(float(revenue_rate(0.4)), 6)
    (Fraction(1, 2), 0.714286)
    """
    return top_rate(1, elasticity)


def top_rate(tail: object, elasticity: object, weight: object = 0) -> Number:
    """The best rate on the highest incomes: ``(1 - g) / (1 - g + a e)``.

    Parameters
    ----------
    tail : number
        a, the exponent of the Pareto tail of incomes, at least 1.
    elasticity : number
        e, of income with respect to what is kept of one unit more.
    weight : number in [0, 1]
        g, the value of one unit more for those who earn so much.

    Notes
    -----
    It is about incomes without a highest one.  With a highest skill its rate is 0: see
    :func:`mirrlees`.

    References
    ----------
    Saez, E. (2001). Using elasticities to derive optimal income tax rates. Review of Economic
    Studies 68, 205-229. https://doi.org/10.1111/1467-937X.00166

    Examples
    --------
    >>> round(float(top_rate(1.5, 0.25)), 6)
    0.727273
    """
    a, e = as_number(tail, "tail", low=1), as_number(elasticity, "elasticity")
    g = as_number(weight, "weight", low=0, high=1)
    if e <= 0:
        raise InvalidInputError("elasticity", "be positive", elasticity)
    return ratio(1 - g, 1 - g + a * e)


def preferred_rates(economy: Economy) -> tuple[Number, ...]:
    """The linear tax that each skill likes best.

    ``(1 - x) / (1 - x + e)`` where the untaxed income is x times the mean, 0 where x is above 1.
    Preferences over linear taxes cross once, so the median one beats all others by a majority.

    Examples
    --------
    >>> from mechdesign.taxation import economy
    >>> [str(t) for t in preferred_rates(economy([1, 2, 3]))]
    ['11/25', '1/8', '0']
    """
    untaxed = economy.untaxed
    mean = economy.mean(untaxed)
    return tuple(_rate(min(ratio(z, mean), 1), economy.elasticity) for z in untaxed)


def weighted_rate(economy: Economy, weights: object) -> Number:
    """The linear tax that maximises a weighted sum of utilities.

    ``(1 - g) / (1 - g + e)``, g the mean of relative incomes weighted by the weights.  Where voters
    choose between two parties with a chance that grows with the difference of their utilities,
    both parties propose it: the weight of a skill is then how much its vote responds.

    Parameters
    ----------
    economy : Economy
        The workers.
    weights : sequence of numbers, length n
        One for each skill, at least 0, not all 0.

    Notes
    -----
    0 where g is above 1: those who earn more than the mean have the larger weights.

    Examples
    --------
    >>> from mechdesign.taxation import economy
    >>> [str(weighted_rate(economy([1, 2, 3]), w)) for w in ([1, 0, 0], [1, 1, 1], [3, 2, 1])]
    ['11/25', '0', '2/9']
    """
    given = as_numbers(weights, "weights", low=0)
    if len(given) != len(economy) or not any(given):
        told = f"be {len(economy)} numbers, one for each skill, not all 0"
        raise InvalidInputError("weights", told, weights)
    untaxed = economy.untaxed
    weighed = economy.mean([a * z for a, z in zip(given, untaxed, strict=True)])
    g = ratio(ratio(weighed, economy.mean(given)), economy.mean(untaxed))
    return _rate(min(g, 1), economy.elasticity)


def best_linear_rate(economy: Economy, objective: Objective = "egalitarian") -> Number:
    """The linear tax that is best for an objective.

    Parameters
    ----------
    economy : Economy
        The workers.
    objective : {"egalitarian", "utilitarian", "log"}
        The lowest utility, the sum of utilities (with which no tax is best), the sum of their
        logarithms.

    Raises
    ------
    InfeasibleError
        If somebody's utility is not positive and has no logarithm.

    Notes
    -----
    Closed forms, exact with exact skills and elasticity 1 but for ``"log"``: that is the fixed
    point of ``t = (1 - g) / (1 - g + e)``, g the mean of relative incomes weighted by the
    reciprocals of utilities, to a relative 1e-13.

    Examples
    --------
    >>> from mechdesign.taxation import economy
    >>> best_linear_rate(economy([1, 2, 3]))
    Fraction(11, 25)
    >>> round(best_linear_rate(economy([1, 2, 3]), "log"), 7)
    0.2312758
    """
    check_objective(objective)
    if objective == "egalitarian":
        return preferred_rates(economy)[0]
    if objective == "utilitarian":
        return 0
    e = economy.elasticity
    untaxed = [float(z) for z in economy.untaxed]
    mean = float(economy.mean(untaxed))
    low, high = 0.0, 1.0
    # What the fixed point asks for minus the rate falls with the rate: halve where it changes sign.
    for _ in range(200):
        t = (low + high) / 2
        rebate = t * float(power(1 - t, e)) * mean - float(economy.need)
        kept = float(power(1 - t, 1 + e)) / (1 + float(e))
        utilities = [kept * z + rebate for z in untaxed]
        if min(utilities) <= 0 and t < 0.5:
            low = t
            continue
        if min(utilities) <= 0:
            high = t
            continue
        weights = [1 / u for u in utilities]
        scale = float(economy.mean(weights))
        g = float(economy.mean([w * z for w, z in zip(weights, untaxed, strict=True)]))
        wanted = float(_rate(min(g / scale / mean, 1), e))
        low, high = (t, high) if wanted > t else (low, t)
        if high - low < 1e-15:
            break
    rate = (low + high) / 2
    rebate = rate * float(power(1 - rate, e)) * mean - float(economy.need)
    if float(power(1 - rate, 1 + e)) / (1 + float(e)) * untaxed[0] + rebate <= 0:
        raise InfeasibleError("no linear tax leaves everybody a positive utility")
    return rate


def check_objective(objective: object) -> None:
    """Refuse what is no objective."""
    if objective not in OBJECTIVES:
        raise InvalidInputError("objective", f"be one of {', '.join(OBJECTIVES)}", objective)


def _rate(relative: Number, elasticity: Number) -> Number:
    return ratio(1 - relative, 1 - relative + elasticity)
