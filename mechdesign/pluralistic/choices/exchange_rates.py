"""How many of one good are worth one of another, from utilities of amounts."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from mechdesign.errors import InfeasibleError, InvalidInputError
from mechdesign.model import Number, as_number
from mechdesign.records import dataclass

__all__ = ["AmountCurve", "ExchangeRate", "amount_curve", "exchange_rate"]


@dataclass(frozen=True)
class AmountCurve:
    """The utility of an amount N of a good: ``slope ln N + level``.

    Parameters
    ----------
    slope, level : float
        Of the line.
    covariance : tuple of 3 floats
        Of slope and level: variance, covariance, variance.
    fit : float
        The share of the variance that the line explains.
    low, high : float
        The amounts for which it was fitted.
    freedom : number
        Amounts beyond the two that fix a line: with few of them intervals are wider.
    """

    slope: float
    level: float
    covariance: tuple[float, float, float]
    fit: float
    low: float
    high: float
    freedom: float = math.inf


class ExchangeRate(NamedTuple):
    """An amount of the other good with its 95 % interval."""

    amount: float
    low: float
    high: float


def amount_curve(utilities: Mapping[Number, Number], *, least_fit: float = 0.9) -> AmountCurve:
    """A logarithmic curve through the utilities of amounts of one good.

    Parameters
    ----------
    utilities : mapping of amount to number
        At least 3 positive amounts.
    least_fit : float
        Curves that explain a smaller share of the variance are refused.

    Raises
    ------
    InfeasibleError
        If the curve does not fit, or does not rise.

    Notes
    -----
    Ordinary least squares of utilities on logarithms of amounts.

    Examples
    --------
    >>> curve = amount_curve({1: 0.0, 10: 2.0, 100: 4.0})
    >>> round(curve.slope, 6), round(curve.level, 6), round(curve.fit, 6)
    (0.868589, 0.0, 1.0)
    """
    if not isinstance(utilities, Mapping):
        raise InvalidInputError("utilities", "map amounts to utilities", utilities)
    least = float(as_number(least_fit, "least_fit", low=0, high=1))
    amounts = [float(as_number(x, "utilities")) for x in utilities]
    worth = [float(as_number(u, f"utilities[{x!r}]")) for x, u in utilities.items()]
    if len(amounts) < 3 or min(amounts) <= 0:
        raise InvalidInputError("utilities", "have at least 3 positive amounts", list(utilities))
    x, y = np.log(amounts), np.array(worth)
    gap = x - x.mean()
    square = float((gap**2).sum())
    slope = float((gap * y).sum()) / square
    level = float(y.mean()) - slope * float(x.mean())
    rest = float(((y - slope * x - level) ** 2).sum())
    total = float(((y - y.mean()) ** 2).sum())
    fit = 1 - rest / total if total > 0 else 0.0
    if fit < least:
        raise InfeasibleError(f"a logarithmic curve explains {fit:.0%}, less than {least:.0%}")
    if slope <= 0:
        raise InfeasibleError(f"more of the good is not worth more: the slope is {slope:.3g}")
    noise = rest / (len(x) - 2)
    by_slope = noise / square
    mean = float(x.mean())
    covariance = (by_slope, -mean * by_slope, noise / len(x) + mean**2 * by_slope)
    return AmountCurve(slope, level, covariance, fit, min(amounts), max(amounts), len(x) - 2)


def exchange_rate(given: AmountCurve, other: AmountCurve, amount: Number = 1) -> ExchangeRate:
    """How much of another good is worth an amount of one.

    ``exp((a ln N + b - d) / c)`` for curves ``a ln N + b`` and ``c ln N + d``.

    Parameters
    ----------
    given, other : AmountCurve
        See :func:`amount_curve`.
    amount : number
        Of the given good, inside the range of its curve.

    Raises
    ------
    InfeasibleError
        If the amount of the other good is outside the range of its curve.

    Notes
    -----
    The interval is that of the logarithm by the delta method, the two fits independent, with
    Student's quantile at Welch and Satterthwaite's degrees of freedom.

    Examples
    --------
    >>> x = AmountCurve(0.8, -0.2, (0, 0, 0), 1.0, 0.1, 100)
    >>> y = AmountCurve(0.5, 0.1, (0, 0, 0), 1.0, 0.1, 100)
    >>> round(exchange_rate(x, y).amount, 9), round(exchange_rate(x, y, 10).amount, 9)
    (0.548811636, 21.848584761)
    """
    from scipy.special import stdtrit

    for curve, parameter in ((given, "given"), (other, "other")):
        if not isinstance(curve, AmountCurve):
            raise InvalidInputError(parameter, "be an AmountCurve", curve)
        if not curve.slope > 0:
            raise InvalidInputError(
                f"{parameter}.slope", "be positive: more is better", curve.slope
            )
    size = float(as_number(amount, "amount"))
    if not given.low <= size <= given.high:
        raise InvalidInputError("amount", f"be in [{given.low:g}, {given.high:g}]", amount)
    x = float(np.log(size))
    log_rate = (given.slope * x + given.level - other.level) / other.slope
    rate = float(np.exp(log_rate))
    if not other.low <= rate <= other.high:
        raise InfeasibleError(
            f"{size:g} is worth {rate:.4g} of the other good, outside the fitted "
            f"[{other.low:g}, {other.high:g}]"
        )
    mine, theirs = np.array([x, 1]) / other.slope, np.array([-log_rate, -1]) / other.slope
    parts = []
    for gradient, curve in ((mine, given), (theirs, other)):
        a, b, c = curve.covariance
        parts.append((float(gradient @ np.array([[a, b], [b, c]]) @ gradient), curve.freedom))
    variance = sum(part for part, _ in parts)
    unsure = sum(part**2 / freedom for part, freedom in parts)
    quantile = float(stdtrit(variance**2 / unsure, 0.975)) if unsure > 0 else 1.959963984540054
    reach = quantile * math.sqrt(max(variance, 0.0))
    return ExchangeRate(rate, float(np.exp(log_rate - reach)), float(np.exp(log_rate + reach)))
