"""The rules by their definitions, in plain lines: what a lottery must satisfy."""

from __future__ import annotations

from collections.abc import Sequence

from mechdesign.model import Number

Rows = Sequence[Sequence[Number]]


def _worth(p: Sequence[Number], row: Sequence[Number]) -> Number:
    return sum(x * u for x, u in zip(p, row, strict=True))


def maxmin(utilities: Rows, p: Sequence[Number], weights: Sequence[Number]) -> bool:
    """Under weights of the groups no alternative is worth more than the smallest utility."""
    level = min(_worth(p, row) for row in utilities)
    most = max(
        sum(w * row[x] for w, row in zip(weights, utilities, strict=True)) for x in range(len(p))
    )
    return sum(weights) == 1 and min(weights) >= 0 and most == level


def utilitarian(utilities: Rows, weights: Sequence[Number], p: Sequence[Number]) -> bool:
    """Every alternative with a chance has the largest weighted sum of utilities."""
    totals = [
        sum(w * row[x] for w, row in zip(weights, utilities, strict=True)) for x in range(len(p))
    ]
    return all(not chance or total == max(totals) for chance, total in zip(p, totals, strict=True))


def nash_welfare(utilities: Rows, weights: Sequence[Number], p: Sequence[Number]) -> Number:
    """How much any alternative would raise the weighted product to first order; 0 at the best."""
    have = [_worth(p, row) - min(row) for row in utilities]
    return max(
        sum(
            w * (row[x] - min(row)) / h
            for w, row, h in zip(weights, utilities, have, strict=True)
            if h
        )
        for x in range(len(p))
    ) - sum(w for w, h in zip(weights, have, strict=True) if h)


def gini_welfare(utilities: Rows, weights: Sequence[Number], p: Sequence[Number]) -> Number:
    """What the lottery is worth: the weighted mean of the smaller utility over pairs of people."""
    people = [(w, _worth(p, row)) for w, row in zip(weights, utilities, strict=True)]
    met = [(w * v, min(u, x)) for w, u in people for v, x in people]
    return sum(mass * least for mass, least in met) / sum(mass for mass, _ in met)


def lowest_share(
    utilities: Rows, weights: Sequence[Number], share: Number, p: Sequence[Number]
) -> Number:
    """What the lottery is worth: the mean utility of the worst-off share of the weight."""
    people = sorted((_worth(p, row), w) for row, w in zip(utilities, weights, strict=True))
    left: Number = share * sum(weights)
    total: Number = 0
    for utility, weight in people:
        total += utility * min(weight, max(left, 0))
        left -= weight
    return total / (share * sum(weights))


def pooled(rates: Rows, p: Sequence[Number]) -> bool:
    """Every alternative with a chance wins the most comparisons, all pairs compared alike."""
    won = [sum(row) for row in rates]
    return all(not chance or total >= max(won) - 1e-9 for chance, total in zip(p, won, strict=True))


def population_lottery(utilities: Rows, weights: Sequence[Number], p: Sequence[Number]) -> bool:
    """By weight, no alternative is better than a draw of the lottery more often than worse."""
    n = range(len(p))
    return all(
        sum(
            w * p[j] * ((row[i] > row[j]) - (row[i] < row[j]))
            for w, row in zip(weights, utilities, strict=True)
            for j in n
        )
        <= 0
        for i in n
    )
