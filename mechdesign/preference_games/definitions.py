"""The rules by their definitions, in plain lines: what a lottery must satisfy."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import exp, log

from mechdesign.model import Number

Rates = Sequence[Sequence[Number]]


def maximal_lotteries(rates: Rates, p: Sequence[Number]) -> bool:
    """No alternative is preferred to a draw of the lottery more than half of the time."""
    n = range(len(p))
    against = [sum(rates[i][j] * p[j] for j in n) for i in n]
    return sum(p) == 1 and min(p) >= 0 and max(against) <= Fraction(1, 2)


def nash_averaging(rates: Rates, p: Sequence[Number], others: Sequence[Sequence[Number]]) -> bool:
    """Nothing beats it, and no lottery between it and another such one has a larger entropy.

    Moving towards q raises the entropy if ``sum (p_i - q_i) log p_i`` is positive.
    """
    n = range(len(p))
    beaten = max(float(sum(rates[i][j] * p[j] for j in n)) for i in n) > 0.5 + 1e-9
    if beaten or any(q[i] and not p[i] for q in others for i in n):
        return False
    logs = [log(float(x)) if x else 0.0 for x in p]
    return all(sum((float(p[i]) - float(q[i])) * logs[i] for i in n) <= 1e-9 for q in others)


def regularised_lottery(
    rates: Rates, reference: Sequence[Number], beta: Number, p: Sequence[Number]
) -> float:
    """How far a lottery is from ``reference exp(P p / beta)``, scaled to sum to 1."""
    n = range(len(p))
    against = [sum(float(rates[i][j]) * float(p[j]) for j in n) for i in n]
    top = max(against)
    weights = [float(reference[i]) * exp((against[i] - top) / float(beta)) for i in n]
    return max(abs(float(p[i]) - weights[i] / sum(weights)) for i in n)
