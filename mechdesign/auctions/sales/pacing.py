"""Advertisers with budgets: pacing multipliers, certified to be an equilibrium."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Literal

import numpy as np

from mechdesign.algorithms.closed_sets import Flow
from mechdesign.errors import InvalidInputError, LimitReachedError
from mechdesign.io import Table
from mechdesign.model import Number, as_count, as_list, as_number, generator, tidy
from mechdesign.model.numbers import Seed
from mechdesign.records import dataclass
from mechdesign.solvers.linear.exact_projection import solve_regular

__all__ = [
    "PacingEquilibrium",
    "first_price_pacing",
    "pacing_reply",
    "second_price_pacing",
    "verify_pacing",
]

_ROUNDS = (100, 400, 2000, 10000, 50000)
_REPLIES = 200
_SOFTNESS = (0.1, 0.03, 0.01, 0.003, 0.001)
_STEPS = 200
Rows = list[list[Fraction]]


@dataclass(frozen=True, eq=False)
class PacingEquilibrium:
    """Multipliers of bids, with prices and shares that make them an equilibrium.

    Parameters
    ----------
    multipliers : tuple of n numbers
        By what each advertiser multiplies its values, from 0 to 1.
    prices : tuple of m numbers
        The price of each good.
    shares : tuple of n tuples of m numbers
        The part of each good that each advertiser gets: the certificate; not unique.
    spent : tuple of n numbers
        What each pays.
    """

    multipliers: tuple[Number, ...]
    prices: tuple[Number, ...]
    shares: tuple[tuple[Number, ...], ...]
    spent: tuple[Number, ...]

    def table(self) -> Table:
        """A row for each advertiser: its multiplier, what it spends, its share of each good."""
        goods = [f"share of {j}" for j in range(len(self.prices))]
        rows: list[list[Any]] = [
            [i, pace, paid, *own]
            for i, (pace, paid, own) in enumerate(
                zip(self.multipliers, self.spent, self.shares, strict=True)
            )
        ]
        rows.append(["(price)", "", "", *self.prices])
        return Table(["advertiser", "multiplier", "spends", *goods], rows)


def verify_pacing(
    values: Sequence[Sequence[Number]],
    budgets: Sequence[Number],
    multipliers: Sequence[Number],
    *,
    price: Literal["first", "second"] = "first",
) -> PacingEquilibrium | None:
    """The equilibrium that multipliers belong to; None if they belong to none.

    Goods go to the highest bids (value times multiplier), equal ones may share; nobody spends more
    than its budget, and whoever has a multiplier below 1 spends all of it.

    Parameters
    ----------
    values : n rows of m nonnegative numbers
        What each good is worth to each advertiser.
    budgets : n positive numbers
        What each may spend.
    multipliers : n numbers in [0, 1]
        The candidate.
    price : {"first", "second"}
        Whether a good costs its highest bid or the second-highest.

    Notes
    -----
    Exact: a flow of money decides whether shares exist.  Second-price equilibria are not unique.

    Examples
    --------
    >>> found = verify_pacing([[6, 6], [3, 5]], [4, 10], [Fraction(5, 6), 1], price="second")
    >>> found.prices, found.spent
    ((3, 5), (4, 4))
    """
    rows, money = _read(values, budgets)
    paces = _paces(multipliers, len(rows))
    if price not in ("first", "second"):
        raise InvalidInputError("price", "be 'first' or 'second'", price)
    return _certified(rows, money, paces, price)


def first_price_pacing(
    values: Sequence[Sequence[Number]], budgets: Sequence[Number]
) -> PacingEquilibrium:
    """The pacing equilibrium of first-price auctions, exact; its multipliers are unique.

    Parameters
    ----------
    values : n rows of m nonnegative numbers
        What each good is worth to each advertiser.
    budgets : n positive numbers
        What each may spend.

    Raises
    ------
    InvalidInputError
        On numbers of another kind.
    LimitReachedError
        If the goods on which advertisers spend are not found.

    Notes
    -----
    It is the equilibrium of a market with linear utilities in which money that is left counts.
    Proportional response finds who competes for which good; multipliers then come from equations
    in Fractions, and are returned only once :func:`verify_pacing` has certified them.

    Examples
    --------
    >>> found = first_price_pacing([[4, 2], [2, 3]], [1, 2])
    >>> [str(a) for a in found.multipliers], [str(p) for p in found.prices]
    (['3/10', '3/5'], ['6/5', '9/5'])
    """
    rows, money = _read(values, budgets)
    table = np.array([[float(x) for x in own] for own in rows])
    budget = np.array([float(b) for b in money])
    n, m = table.shape
    # The last column is money that an advertiser keeps: worth 1, at the price 1.
    bids = np.hstack([table > 0, np.ones((n, 1))]) * 1.0
    bids *= (budget / bids.sum(axis=1))[:, None]
    done = 0
    for rounds in _ROUNDS:
        for _ in range(rounds - done):
            paid = bids[:, :m].sum(axis=0)
            share = np.divide(bids[:, :m], paid, out=np.zeros((n, m)), where=paid > 0)
            worth = np.hstack([table * share, bids[:, m:]])
            bids = budget[:, None] * worth / worth.sum(axis=1, keepdims=True)
        done = rounds
        gained = worth.sum(axis=1)
        for closeness in (1e-2, 1e-4, 1e-6):
            paces = _exact_paces(rows, money, np.minimum(1, budget / gained), closeness)
            found = None if paces is None else _certified(rows, money, paces, "first")
            if found is not None:
                return found
    raise LimitReachedError("the goods on which advertisers spend are not found")


def second_price_pacing(
    values: Sequence[Sequence[Number]],
    budgets: Sequence[Number],
    *,
    starts: int = 20,
    rng: Seed = 0,
) -> PacingEquilibrium:
    """A pacing equilibrium of second-price auctions, exact; there may be others.

    Parameters
    ----------
    values : n rows of m nonnegative numbers
        What each good is worth to each advertiser.
    budgets : n positive numbers
        What each may spend.
    starts : int
        From how many multipliers the search begins: those without pacing, and random ones.
    rng : numpy.random.Generator or int
        For the random ones.

    Raises
    ------
    InvalidInputError
        On numbers of another kind.
    LimitReachedError
        If no equilibrium is found, though there is one.

    Notes
    -----
    To find one is hard in general (PPAD-complete).  Multipliers are moved to where budgets are
    spent while goods go to almost equal bids, ever less so, and ties are then made exact; and
    advertisers reply to each other in turn, see :func:`pacing_reply`.  What is returned has been
    certified by :func:`verify_pacing`.

    Examples
    --------
    >>> found = second_price_pacing([[6, 6], [3, 5]], [4, 10])
    >>> [str(a) for a in found.multipliers], found.prices
    (['5/6', '1'], (3, 5))
    """
    rows, money = _read(values, budgets)
    n = len(rows)
    draw = generator(rng)
    paces = [Fraction(1)] * n
    tries = as_count(starts, "starts", low=1)
    for _ in range(tries):
        found = _softened(rows, money, np.array([float(a) for a in paces]))
        if found is not None:
            return found
        seen: set[tuple[Fraction, ...]] = set()
        while tuple(paces) not in seen and len(seen) < _REPLIES:
            seen.add(tuple(paces))
            for i in range(n):
                paces[i] = _reply(rows, money[i], paces, i)
            found = _certified(rows, money, paces, "second")
            if found is not None:
                return found
        paces = [Fraction(int(k), 60) for k in draw.integers(1, 61, n)]
    raise LimitReachedError(f"no equilibrium is found from {tries} starts: there is one")


def pacing_reply(
    values: Sequence[Sequence[Number]],
    budgets: Sequence[Number],
    multipliers: Sequence[Number],
    advertiser: int,
) -> Number:
    """The best multiplier of an advertiser in second-price auctions, those of others given.

    Parameters
    ----------
    values : n rows of m nonnegative numbers
        What each good is worth to each advertiser.
    budgets : n positive numbers
        What each may spend.
    multipliers : n numbers in [0, 1]
        The advertiser's own does not matter.
    advertiser : int
        The position of the one who replies.

    Returns
    -------
    number
        The largest multiplier under which some division of the goods where it ties with another
        bid keeps its budget: no other buys it more value.

    Notes
    -----
    Goods are worth buying in the order of value per cost; the multiplier is where the budget ends.
    Exact, O(m log m) after the highest bids of the others.

    Examples
    --------
    >>> pacing_reply([[6, 6], [3, 5]], [4, 10], [1, 1], 0)
    Fraction(5, 6)
    """
    rows, money = _read(values, budgets)
    paces = _paces(multipliers, len(rows))
    i = as_count(advertiser, "advertiser", low=0, high=len(rows) - 1)
    return tidy(_reply(rows, money[i], paces, i))


def _reply(rows: Rows, money: Fraction, paces: list[Fraction], i: int) -> Fraction:
    offers = []
    for j, worth in enumerate(rows[i]):
        rival = max((paces[k] * own[j] for k, own in enumerate(rows) if k != i), default=0)
        if worth and rival <= worth:
            offers.append((rival / worth, rival))
    for pace, cost in sorted(offers):
        money -= cost
        if money < 0:
            return pace
    return Fraction(1)


def _softened(rows: Rows, money: list[Fraction], paces: Any) -> PacingEquilibrium | None:
    """An equilibrium near multipliers that spend the budgets when close bids share goods."""
    table = np.array([[float(x) for x in own] for own in rows])
    budget = np.array([float(b) for b in money])
    n = len(rows)
    for softness in _SOFTNESS:
        mean = np.zeros(n)
        for step in range(_STEPS):
            bids = paces[:, None] * table
            top = bids.max(axis=0)
            share = np.where(bids > 0, bids, 1e-300) / np.where(top > 0, top, 1)
            share = np.where(bids > 0, share ** (1 / softness), 0)
            share /= np.maximum(share.sum(axis=0), 1)
            price = np.sort(bids, axis=0)[-2] if n > 1 else 0 * top
            spent = (share * price).sum(axis=1)
            ratio = np.divide(budget, spent, out=np.full(n, 2.0), where=spent > 0)
            paces = np.clip(paces * np.clip(ratio, 0.5, 2) ** 0.1, 1e-6, 1)
            # Near ties multipliers swing around where they belong.
            mean += paces * (2 * step >= _STEPS) * 2 / _STEPS
        for closeness in (0.2, 0.1, 0.03, 0.01, 1e-3):
            exact = _tied_paces(rows, money, mean, closeness)
            found = None if exact is None else _certified(rows, money, exact, "second")
            if found is not None:
                return found
    return None


def _tied_paces(
    rows: Rows, money: list[Fraction], guess: Any, closeness: float
) -> list[Fraction] | None:
    """Multipliers under which bids that are almost the highest tie, and prices spend budgets."""
    n, m = len(rows), len(rows[0])
    bids = [[float(guess[i]) * float(x) for x in own] for i, own in enumerate(rows)]
    order = [sorted(range(n), key=[-own[j] for own in bids].__getitem__) for j in range(m)]
    rivals = [
        [
            i
            for i in order[j]
            if bids[i][j] > 0 and bids[i][j] >= (1 - closeness) * bids[order[j][0]][j]
        ]
        for j in range(m)
    ]
    level: dict[int, Fraction] = {}
    member: dict[int, int] = {}
    groups: list[list[int]] = []
    for start in range(n):
        if start in level:
            continue
        level[start] = Fraction(1)
        group = [start]
        for i in group:
            member[i] = len(groups)
            for j in range(m):
                if i in rivals[j]:
                    for other in rivals[j]:
                        if other not in level:
                            level[other] = level[i] * rows[i][j] / rows[other][j]
                            group.append(other)
        groups.append(group)
    # One factor for each group: some member is not paced, or all its members spend their budgets.
    size = len(groups)
    left = [[Fraction(0)] * size for _ in groups]
    right = [Fraction(0)] * size
    for c, group in enumerate(groups):
        free = [i for i in group if guess[i] >= 1 - closeness / 10]
        if free:
            left[c][c], right[c] = max(level[i] for i in free), Fraction(1)
            continue
        right[c] = sum((money[i] for i in group), Fraction(0))
        for j in range(m):
            if n > 1 and rivals[j] and member[rivals[j][0]] == c:
                second = rivals[j][1] if len(rivals[j]) > 1 else order[j][1]
                left[c][member[second]] += level[second] * rows[second][j]
    factors = solve_regular(left, right)
    if factors is None:
        return None
    paces = [level[i] * factors[member[i]] for i in range(n)]
    return paces if all(0 <= a <= 1 for a in paces) else None


def _paces(multipliers: Sequence[Number], n: int) -> list[Fraction]:
    listed = as_list(multipliers, "multipliers")
    paces = [Fraction(as_number(a, "multipliers", low=0, high=1)) for a in listed]
    if len(paces) != n:
        raise InvalidInputError("multipliers", f"be {n} numbers", list(multipliers))
    return paces


def _exact_paces(
    rows: Rows, money: list[Fraction], guess: Any, closeness: float
) -> list[Fraction] | None:
    """Multipliers under which bids that are almost the highest tie, one component at a time."""
    n, m = len(rows), len(rows[0])
    rivals: list[list[int]] = []
    for j in range(m):
        bids = [float(guess[i]) * float(rows[i][j]) for i in range(n)]
        top = max(bids)
        rivals.append([i for i in range(n) if top > 0 and bids[i] >= top * (1 - closeness)])
    level: dict[int, Fraction] = {}
    paces = [Fraction(0)] * n
    for start in range(n):
        if start in level:
            continue
        level[start] = Fraction(1)
        component = [start]
        goods: dict[int, Fraction] = {}
        for i in component:
            for j in range(m):
                if i in rivals[j] and j not in goods:
                    goods[j] = level[i] * rows[i][j]
                    for other in rivals[j]:
                        if other not in level:
                            level[other] = goods[j] / rows[other][j]
                            component.append(other)
        free = [i for i in component if guess[i] >= 1 - closeness]
        total = sum(goods.values(), Fraction(0))
        if free:
            factor = 1 / level[free[0]]
        elif total:
            factor = sum((money[i] for i in component), Fraction(0)) / total
        else:
            return None
        for i in component:
            paces[i] = level[i] * factor
    return paces if max(paces) <= 1 else None


def _certified(
    rows: Rows, money: list[Fraction], paces: list[Fraction], price: str
) -> PacingEquilibrium | None:
    """Prices, and shares of them that keep all budgets, if there are some."""
    n, m = len(rows), len(rows[0])
    bids = [[a * x for x in own] for a, own in zip(paces, rows, strict=True)]
    prices, winners = [], []
    for j in range(m):
        column = sorted((own[j] for own in bids), reverse=True)
        prices.append(column[0] if price == "first" else (column[1] if n > 1 else Fraction(0)))
        winners.append([i for i in range(n) if column[0] and bids[i][j] == column[0]])
    flow = Flow(n + m + 2)
    source, sink = n + m, n + m + 1
    edges = {
        (i, j): flow.edge(i, n + j, prices[j]) for j in range(m) for i in winners[j] if prices[j]
    }
    for j, p in enumerate(prices):
        if p:
            flow.edge(n + j, sink, p)
    # Those who must spend all come first; what others add never takes it from them.
    must = [i for i in range(n) if paces[i] < 1]
    outs = [flow.edge(source, i, money[i]) for i in must]
    flow.saturate(source, sink)
    if any(flow.left[e] for e in outs):
        return None
    for i in range(n):
        if paces[i] == 1:
            flow.edge(source, i, money[i])
    flow.saturate(source, sink)
    spent = {pair: flow.left[e ^ 1] for pair, e in edges.items()}
    if sum(spent.values()) != sum(p for p, won in zip(prices, winners, strict=True) if won):
        return None
    shares = [[Fraction(0)] * m for _ in range(n)]
    for (i, j), amount in spent.items():
        shares[i][j] = amount / prices[j]
    for j in range(m):
        if winners[j] and not prices[j]:
            shares[winners[j][0]][j] = Fraction(1)
    paid = [sum((spent.get((i, j), Fraction(0)) for j in range(m)), Fraction(0)) for i in range(n)]
    return PacingEquilibrium(
        tuple(map(tidy, paces)),
        tuple(map(tidy, prices)),
        tuple(tuple(map(tidy, row)) for row in shares),
        tuple(map(tidy, paid)),
    )


def _read(values: Any, budgets: Any) -> tuple[Rows, list[Fraction]]:
    rows = [
        [Fraction(as_number(x, f"values[{k}]", low=0)) for x in as_list(row, f"values[{k}]")]
        for k, row in enumerate(as_list(values, "values"))
    ]
    if not rows or not rows[0] or len({len(row) for row in rows}) > 1:
        raise InvalidInputError("values", "be rows of one length, at least one number", values)
    money = [Fraction(as_number(b, "budgets")) for b in as_list(budgets, "budgets")]
    if len(money) != len(rows) or min(money) <= 0:
        raise InvalidInputError("budgets", f"be {len(rows)} positive numbers", budgets)
    return rows, money
