"""Winner determination: bids for bundles that do not meet, of the largest total value, proved."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from mechdesign.errors import LimitReachedError
from mechdesign.model import Number, all_exact
from mechdesign.model.numbers import common_denominator
from mechdesign.solvers.linear.set_packing import pack_sets

#: Larger sums leave the prices of a proof too few digits.
_DIGITS = 10**7
#: Steps of the table over sets of items, above which the integer program takes over.
_TABLE = 2_000_000
Bid = tuple[tuple[Any, ...], Number]
Won = list[tuple[int, Bid]]


def largest_packing(
    groups: Sequence[Sequence[Bid]], items: Sequence[Any], *, time_limit: float | None = None
) -> tuple[Number, Won]:
    """Bids of different groups whose bundles do not meet, of the largest total value.

    A table over all sets of items, group by group; where that is too large, an integer program
    whose value must meet a bound that is added up in integers.  Of equals the first found in the
    order of the groups.

    Raises
    ------
    LimitReachedError
        If the largest value is not proved, within `time_limit` seconds where there is one.
    """
    place = {item: 1 << k for k, item in enumerate(items)}
    masks = [[(sum(place[x] for x in bid[0]), bid) for bid in own if bid[1]] for own in groups]
    bids = sum(map(len, masks))
    if (1 << min(len(items), 40)) * max(1, bids) <= _TABLE:
        return _by_table(masks)
    return _by_program(masks, len(items), time_limit)


def _by_table(masks: list[list[tuple[int, Bid]]]) -> tuple[Number, Won]:
    # The best value of each set of items that is taken exactly, with the way there.
    best: dict[int, tuple[Number, Any]] = {0: (0, None)}
    for k, own in enumerate(masks):
        found = dict(best)
        for taken, (value, way) in best.items():
            for mask, bid in own:
                if not taken & mask:
                    old = found.get(taken | mask)
                    total = value + bid[1]
                    if old is None or total > old[0]:
                        found[taken | mask] = (total, (k, bid, way))
        best = found
    value, way = max(best.values(), key=lambda pair: pair[0])
    won: Won = []
    while way is not None:
        k, bid, way = way
        won.append((k, bid))
    return value, won[::-1]


def _by_program(
    masks: list[list[tuple[int, Bid]]], items: int, time_limit: float | None
) -> tuple[Number, Won]:
    listed = [(k, mask, bid) for k, own in enumerate(masks) for mask, bid in own]
    values = [Fraction(bid[1]) for _, _, bid in listed]
    unit = common_denominator(values)
    weights = [int(v * unit) for v in values]
    if sum(weights) > _DIGITS:
        raise LimitReachedError("values have too many digits for a proof by integer program")
    sets = [[*(j for j in range(items) if mask >> j & 1), items + k] for k, mask, _ in listed]
    found = pack_sets(sets, weights, time_limit=time_limit)
    if not found.proved:
        told = f"winners of value {found.value / unit:g} found, at most {found.bound / unit:g}"
        raise LimitReachedError(f"the largest value is not proved in time: {told}")
    won = [(listed[k][0], listed[k][2]) for k in found.chosen]
    value: Number = sum(bid[1] for _, bid in won)
    return (value if all_exact(bid[1] for _, bid in won) else float(value)), won
