"""Buying bundles: the cheapest offers that cover all items, and payments that make them true."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mechdesign.auctions.sales.bundle_setting import Bundles
from mechdesign.errors import InfeasibleError, LimitReachedError
from mechdesign.model import FrozenMap, Number
from mechdesign.records import dataclass

__all__ = ["Procurement", "procure_bundles"]

_STEPS = 5_000_000
_ITEMS = 20


@dataclass(frozen=True, eq=False)
class Procurement:
    """Whose offers are taken and what is paid for them.

    Parameters
    ----------
    chosen : mapping of supplier to tuple of items
        The offers that are taken.
    cost : number
        Their sum.
    payments : mapping of supplier to number
        What each gets: its offer, and what it saves the buyer.
    """

    chosen: Mapping[Any, tuple[Any, ...]]
    cost: Number
    payments: Mapping[Any, Number]


def procure_bundles(offers: Any, *, items: Sequence[Any] | None = None) -> Procurement:
    """Buy every item at the least cost, with payments that make the true costs dominant (VCG).

    Parameters
    ----------
    offers : mapping, sequence of rows, data frame or path
        For each supplier the costs of bundles, of which one at most is bought, as
        :func:`bundles` reads bids.
    items : sequence of labels, optional
        What is needed, by default all that somebody offers.

    Raises
    ------
    InfeasibleError
        If offers do not cover the items, or not without one of the suppliers: it could ask any
        price.
    LimitReachedError
        For more than 20 items, or too many offers for a table over their sets.

    Notes
    -----
    A table over the sets of items that are covered, one for the optimum and one without each
    winner; exact.  Items that come twice are thrown away.

    Examples
    --------
    >>> found = procure_bundles({"ann": {("x", "y"): 10}, "bob": {"x": 4}, "cy": {"y": 5}})
    >>> found.chosen, found.cost, found.payments
    ({'bob': ('x',), 'cy': ('y',)}, 9, {'bob': 5, 'cy': 6})
    """
    problem = Bundles().problem(offers, items=items)
    needed = problem.data.items
    if len(needed) > _ITEMS:
        raise LimitReachedError(f"more than {_ITEMS} items")
    bids = sum(map(len, problem.types))
    if (bids + 1) << len(needed) > _STEPS:
        raise LimitReachedError(f"{bids} offers for sets of {len(needed)} items are too many")
    place = {item: 1 << k for k, item in enumerate(needed)}
    suppliers = [
        (agent, [(sum(place[x] for x in bundle), bundle, cost) for bundle, cost in own])
        for agent, own in zip(problem.agents, problem.types, strict=True)
    ]
    whole = (1 << len(needed)) - 1
    best = _cheapest(suppliers, whole)
    if best is None:
        raise InfeasibleError("the offers do not cover all items")
    cost, chosen = best
    payments = {}
    for agent, (_, own) in chosen.items():
        other = _cheapest([one for one in suppliers if one[0] != agent], whole)
        if other is None:
            told = f"without {agent!r} the offers do not cover all items: no payment is enough"
            raise InfeasibleError(told)
        payments[agent] = other[0] - (cost - own)
    return Procurement(
        FrozenMap((agent, bundle) for agent, (bundle, _) in chosen.items()),
        cost,
        FrozenMap(payments),
    )


def _cheapest(
    suppliers: list[tuple[Any, list[tuple[int, tuple[Any, ...], Number]]]], whole: int
) -> tuple[Number, dict[Any, tuple[tuple[Any, ...], Number]]] | None:
    """The least cost of covering everything, and the offers; None where nothing covers it."""
    table: dict[int, tuple[Number, Any]] = {0: (0, None)}
    for agent, own in suppliers:
        found = dict(table)
        for have, (cost, way) in table.items():
            for mask, bundle, price in own:
                both = have | mask
                if both not in found or cost + price < found[both][0]:
                    found[both] = (cost + price, (agent, bundle, price, way))
        table = found
    if whole not in table:
        return None
    total, way = table[whole]
    taken = []
    while way is not None:
        agent, bundle, price, way = way
        taken.append((agent, (bundle, price)))
    return total, dict(reversed(taken))
