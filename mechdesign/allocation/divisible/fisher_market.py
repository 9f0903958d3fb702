"""Fisher markets: buyers with budgets, linear utilities, and the prices that clear the market."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from mechdesign.algorithms.closed_sets import Flow
from mechdesign.arrays import FloatArray
from mechdesign.errors import InvalidInputError, LimitReachedError
from mechdesign.model import Number, as_list, as_number, tidy
from mechdesign.records import dataclass

__all__ = ["FisherEquilibrium", "fisher_equilibrium"]

_ROUNDS = (50, 200, 1000, 5000, 20000, 80000)
Rows = list[list[Fraction]]


@dataclass(frozen=True, eq=False)
class FisherEquilibrium:
    """Prices that clear a market, with a division that everybody can afford and wants most.

    Parameters
    ----------
    prices : tuple of numbers
        The price of each good, unique where somebody wants it.
    shares : tuple of tuples of numbers
        The part of each good that each buyer gets; not unique.
    utilities : tuple of numbers
        What each buyer has, unique.
    """

    prices: tuple[Number, ...]
    shares: tuple[tuple[Number, ...], ...]
    utilities: tuple[Number, ...]


def fisher_equilibrium(
    values: Sequence[Sequence[Number]], budgets: Sequence[Number] | None = None
) -> FisherEquilibrium:
    """The equilibrium of a Fisher market, exact; with equal budgets that of equal incomes (CEEI).

    Parameters
    ----------
    values : sequence of n sequences of m nonnegative numbers
        What a unit of each good is worth to each buyer; there is one unit of each.
    budgets : sequence of n positive numbers, optional
        All 1 by default.

    Raises
    ------
    InvalidInputError
        If a buyer wants nothing, or numbers are not of this kind.
    LimitReachedError
        If the support is not found after 80,000 rounds.

    Notes
    -----
    Proportional response finds which goods a buyer spends on; prices then come from equations in
    Fractions.  They are returned only once it is verified, exactly, that a division of the budgets
    over goods of the best value for money buys every good: the certificate of the equilibrium.

    Examples
    --------
    >>> found = fisher_equilibrium([[3, 1], [2, 1], [1, 2]])
    >>> found.prices, found.utilities
    ((2, 1), (Fraction(3, 2), 1, 2))
    """
    rows: Rows = []
    for k, row in enumerate(as_list(values, "values")):
        own = [Fraction(as_number(x, f"values[{k}]", low=0)) for x in as_list(row, "values")]
        if not any(own) or (rows and len(own) != len(rows[0])):
            told = "be as many numbers for each buyer, not all 0"
            raise InvalidInputError(f"values[{k}]", told, row)
        rows.append(own)
    if not rows:
        raise InvalidInputError("values", "have a row for each buyer", values)
    given = [1] * len(rows) if budgets is None else as_list(budgets, "budgets")
    money = [Fraction(as_number(b, "budgets")) for b in given]
    if len(money) != len(rows) or any(b <= 0 for b in money):
        raise InvalidInputError("budgets", f"be {len(rows)} positive numbers", list(given))
    table = np.array([[float(x) for x in own] for own in rows])
    bids = table / table.sum(axis=1, keepdims=True) * np.array([[float(b)] for b in money])
    done = 0
    for rounds in _ROUNDS:
        bids = _respond(table, bids, rounds - done)
        done = rounds
        for closeness in (1e-2, 1e-4, 1e-6):
            prices = _exact_prices(rows, money, bids, closeness)
            found = None if prices is None else _verified(rows, money, prices)
            if found is not None:
                return found
    raise LimitReachedError("the goods on which buyers spend are not found")


def _respond(table: FloatArray, bids: FloatArray, rounds: int) -> FloatArray:
    """Everybody bids for each good what it contributed to the own utility."""
    budgets = bids.sum(axis=1, keepdims=True)
    for _ in range(rounds):
        prices = bids.sum(axis=0)
        worth = table * np.divide(bids, prices, out=np.zeros_like(bids), where=prices > 0)
        bids = budgets * worth / worth.sum(axis=1, keepdims=True)
    return bids


def _exact_prices(
    rows: Rows, money: list[Fraction], bids: FloatArray, closeness: float
) -> list[Fraction] | None:
    """Prices at which goods of almost the same value for money have the same, by components."""
    n, m = bids.shape
    prices = bids.sum(axis=0)
    wanted = [any(own[j] for own in rows) for j in range(m)]
    edges: list[list[int]] = [[] for _ in range(n + m)]
    for i, own in enumerate(rows):
        ratios = [
            float(own[j]) / prices[j] if wanted[j] and prices[j] > 0 else 0.0 for j in range(m)
        ]
        top = max(ratios)
        for j, ratio in enumerate(ratios):
            if ratio >= top * (1 - closeness):
                edges[i].append(n + j)
                edges[n + j].append(i)
    level: dict[int, Fraction] = {}
    found = [Fraction(0)] * m
    for start in range(n):
        if start in level:
            continue
        # A buyer's level is its value for money, a good's its price, up to a common factor.
        level[start] = Fraction(1)
        component, queue = [start], [start]
        for at in queue:
            for other in edges[at]:
                i, j = (at, other - n) if at < n else (other, at - n)
                if other not in level:
                    level[other] = rows[i][j] / level[at]
                    queue.append(other)
                    component.append(other)
        goods = [v for v in component if v >= n]
        total = sum((level[v] for v in goods), Fraction(0))
        spent = sum((money[v] for v in component if v < n), Fraction(0))
        if not total:
            return None
        for v in goods:
            found[v - n] = level[v] * spent / total
    if any(wanted[j] and not found[j] for j in range(m)):
        return None
    return found


def _verified(
    rows: Rows, money: list[Fraction], prices: list[Fraction]
) -> FisherEquilibrium | None:
    """The equilibrium at these prices, if budgets buy everything at the best value for money."""
    n, m = len(rows), len(prices)
    flow = Flow(n + m + 2)
    source, sink = n + m, n + m + 1
    bought: dict[tuple[int, int], int] = {}
    if sum(money) != sum(prices):
        return None
    for i, own in enumerate(rows):
        flow.edge(source, i, money[i])
        best = max(x / p for x, p in zip(own, prices, strict=True) if p)
        for j, (x, p) in enumerate(zip(own, prices, strict=True)):
            if p and x / p == best:
                bought[i, j] = flow.edge(i, n + j, money[i])
    for j, p in enumerate(prices):
        flow.edge(n + j, sink, p)
    flow.saturate(source, sink)
    spent = {pair: flow.left[e ^ 1] for pair, e in bought.items()}
    if sum(spent.values()) != sum(money):
        return None
    shares = [
        [spent.get((i, j), Fraction(0)) / prices[j] if prices[j] else Fraction(0) for j in range(m)]
        for i in range(n)
    ]
    utilities = [
        sum((s * x for s, x in zip(part, own, strict=True)), Fraction(0))
        for part, own in zip(shares, rows, strict=True)
    ]
    return FisherEquilibrium(
        tuple(map(tidy, prices)),
        tuple(tuple(map(tidy, part)) for part in shares),
        tuple(map(tidy, utilities)),
    )
