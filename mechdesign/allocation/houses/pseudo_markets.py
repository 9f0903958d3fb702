"""The pseudo-market of Hylland and Zeckhauser: chances bought with equal budgets, numerically."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from mechdesign.arrays import FloatArray
from mechdesign.errors import InvalidInputError
from mechdesign.io import Table
from mechdesign.model import Number, RandomAssignment, as_count, as_list, as_number, show
from mechdesign.records import dataclass

__all__ = ["PseudoMarket", "pseudo_market"]

_SOFTNESS = tuple(0.3 * 0.5**k for k in range(19))
_STEPS = 40
_STARTS = 2
_CLOSE = 1e-4
_BISECTIONS = 70
#: Differences are floats.
_MOST = 1e300


@dataclass(frozen=True, eq=False)
class PseudoMarket:
    """Prices of chances, what everybody buys, and by how much this is no equilibrium.

    Parameters
    ----------
    prices : tuple of m floats
        What a chance of 1 costs; everybody has 1 to spend.
    chances : RandomAssignment
        What everybody buys, in floats.
    demand_residual : float
        The most that an agent could gain by another purchase within its budget, in parts of the
        difference between its best and its worst object.
    clearing_residual : float
        The most by which an object is sold too often, or, where it has a price, too little.
    """

    prices: tuple[float, ...]
    chances: RandomAssignment
    demand_residual: float
    clearing_residual: float

    def table(self) -> Table:
        """A row for each agent, and the prices."""
        rows: list[list[Any]] = [
            [show(agent), *row]
            for agent, row in zip(self.chances.agents, self.chances.rows, strict=True)
        ]
        rows.append(["(price)", *self.prices])
        notes = [
            f"largest gain by another purchase {self.demand_residual:.1e}, "
            f"largest excess of supply or demand {self.clearing_residual:.1e}"
        ]
        return Table(["agent", *map(show, self.chances.objects)], rows, notes=notes)


def pseudo_market(
    values: Sequence[Sequence[Number]], *, capacities: Sequence[int] | None = None
) -> PseudoMarket:
    """Chances of objects as a competitive equilibrium from equal incomes.

    Everybody buys chances that add up to 1 with a budget of 1, the best ones it can pay for.

    Parameters
    ----------
    values : n rows of m numbers
        What each object is worth to each agent; only differences within a row matter, up to scale.
    capacities : sequence of m int, optional
        How often there is each object, 1 by default; n in all at least.

    Returns
    -------
    PseudoMarket
        Numeric: an equilibrium may be irrational and is hard to compute, so that the result says
        how far it is from one.

    Raises
    ------
    InvalidInputError
        If rows differ in length, or there are fewer objects than agents.

    Notes
    -----
    Newton steps on demands that are smoothed, ever less; nothing is proved but the residuals, which
    are computed from the definition.  Equilibria need not be unique.  O(n m^2) a step [1]_.

    References
    ----------
    .. [1] Hylland, A. and Zeckhauser, R. (1979). The efficient allocation of individuals to
       positions. Journal of Political Economy 87.

    Examples
    --------
    >>> found = pseudo_market([[3, 1, 0], [3, 1, 0], [1, 3, 0]])
    >>> [round(float(p), 3) for p in found.chances.row(0).values()]
    [0.5, 0.0, 0.5]
    >>> found.demand_residual < 1e-4, found.clearing_residual < 1e-4
    (True, True)
    """
    rows: list[list[Any]] = [
        [as_number(x, f"values[{k}]") for x in as_list(row, f"values[{k}]")]
        for k, row in enumerate(as_list(values, "values"))
    ]
    huge = next((x for row in rows for x in row if abs(x) > _MOST), None)
    if huge is not None:
        raise InvalidInputError("values", f"be at most {_MOST:g} in size", huge)
    if not rows or not rows[0] or len({len(row) for row in rows}) > 1:
        raise InvalidInputError("values", "be rows of one length, at least one", values)
    n, m = len(rows), len(rows[0])
    places = [1] * m if capacities is None else as_list(capacities, "capacities")
    numbers = [as_count(c, "capacities") for c in places]
    if len(numbers) != m or sum(numbers) < n:
        told = f"have {m} numbers that add up to {n} at least"
        raise InvalidInputError("capacities", told, numbers)
    worth = np.array([[float(x) for x in row] for row in rows])
    worth -= worth.min(axis=1, keepdims=True)
    worth /= np.maximum(worth.max(axis=1, keepdims=True), 1e-300)
    # A place more than there are agents is never wanted.
    supply = np.array([min(c, n) for c in numbers], dtype=float)
    best: tuple[float, FloatArray, FloatArray] | None = None
    popular = np.minimum(worth.sum(axis=0) / max(1.0, worth.sum()) * m, 2.0)
    # Other prices to begin with, as long as the end is far from an equilibrium.
    for turn in range(_STARTS):
        prices = popular * (turn + 1) * np.linspace(1, 1 + turn, m)
        for softness in _SOFTNESS:
            prices = _cleared(worth, supply, prices, softness)
            shares, _ = _demand(worth, prices, softness)
            missed = max(_wanting(worth, prices, shares), _uncleared(supply, prices, shares))
            if best is None or missed < best[0]:
                best = missed, prices, shares
        if best is not None and best[0] < _CLOSE:
            break
    assert best is not None
    _, prices, shares = best
    whole = shares / np.maximum(shares.sum(axis=1, keepdims=True), 1.0)
    return PseudoMarket(
        tuple(prices.tolist()),
        RandomAssignment.of(range(n), range(m), whole.tolist()),
        float(_wanting(worth, prices, whole)),
        float(_uncleared(supply, prices, whole)),
    )


def _demand(worth: FloatArray, prices: FloatArray, softness: float) -> tuple[Any, Any]:
    """What agents buy whose choices are smoothed, and what money is worth to them."""

    def bought(money: Any) -> Any:
        level = (worth - money[:, None] * prices) / softness
        level -= level.max(axis=1, keepdims=True)
        share = np.exp(level)
        return share / share.sum(axis=1, keepdims=True)

    low = np.zeros(len(worth))
    shares = bought(low)
    dear = shares @ prices > 1
    high = np.where(dear, 1.0, 0.0)
    for _ in range(60):
        over = dear & (bought(high) @ prices > 1)
        if not over.any():
            break
        high = np.where(over, high * 4, high)
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        over = bought(middle) @ prices > 1
        low, high = np.where(over, middle, low), np.where(over, high, middle)
    money = np.where(dear, high, 0.0)
    return bought(money), money


def _slopes(shares: Any, money: Any, prices: FloatArray, softness: float) -> Any:
    """How the sum of all demands changes with each price."""
    m = len(prices)
    total = np.zeros((m, m))
    for share, spends in zip(shares, money, strict=True):
        if not spends:
            continue
        spread = np.diag(share) - np.outer(share, share)
        toward = spread @ prices
        curve = float(prices @ toward)
        if curve <= 1e-300:
            continue
        more = (softness * share - spends * toward) / curve
        total -= (spends * spread + np.outer(toward, more)) / softness
    return total


def _misses(supply: FloatArray, prices: FloatArray, shares: Any) -> Any:
    """Zero where prices are nonnegative, nothing is oversold and what has a price is sold."""
    room = supply - shares.sum(axis=0)
    return prices + room - np.hypot(prices, room)


def _cleared(worth: FloatArray, supply: FloatArray, prices: FloatArray, softness: float) -> Any:
    """Prices at which smoothed demands meet the supply, by damped Newton steps."""
    shares, money = _demand(worth, prices, softness)
    misses = _misses(supply, prices, shares)
    damping = 1e-3
    for _ in range(_STEPS):
        size = float(misses @ misses)
        if size < 1e-22:
            break
        room = supply - shares.sum(axis=0)
        length = np.maximum(np.hypot(prices, room), 1e-12)
        ways = np.diag(1 - prices / length) - (1 - room / length)[:, None] * _slopes(
            shares, money, prices, softness
        )
        for _ in range(12):
            left = ways.T @ ways + damping * np.eye(len(prices))
            step = np.linalg.lstsq(left, -ways.T @ misses, rcond=None)[0]
            moved = np.maximum(prices + step, 0.0)
            then, spends = _demand(worth, moved, softness)
            after = _misses(supply, moved, then)
            if float(after @ after) < size:
                prices, shares, money, misses = moved, then, spends, after
                damping = max(damping / 5, 1e-14)
                break
            damping *= 5
        else:
            break
    return prices


def _wanting(worth: FloatArray, prices: FloatArray, shares: Any) -> float:
    """The most that somebody gains by its best purchase: of one object, or of a pair."""
    have = (worth * shares).sum(axis=1)
    # Who spends too much is charged for it at its best rate, 1 for its whole range.
    spent = np.maximum(shares @ prices - 1, 0).max()
    cheap = prices <= 1
    most = worth[:, cheap].max(axis=1) if cheap.any() else np.zeros(len(worth))
    for j in np.flatnonzero(cheap):
        for k in np.flatnonzero(~cheap):
            part = (1 - prices[j]) / (prices[k] - prices[j])
            most = np.maximum(most, (1 - part) * worth[:, j] + part * worth[:, k])
    return float(max((most - have).max(), spent, 0.0))


def _uncleared(supply: FloatArray, prices: FloatArray, shares: Any) -> float:
    """The most by which something is sold too often, or too little at a price."""
    room = supply - shares.sum(axis=0)
    return float(max((-room).max(), np.minimum(room, prices).max(), 0.0))
