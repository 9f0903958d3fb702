"""Methods that share the cost of those who are served, and of quantities."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, Literal, TypeAlias

from mechdesign.coalitional.games.closed_forms import labelled
from mechdesign.coalitional.games.game_table import Game, game
from mechdesign.coalitional.values.marginals import shapley_of
from mechdesign.errors import InvalidInputError
from mechdesign.model import FrozenMap, Number, as_number, ratio
from mechdesign.records import dataclass

__all__ = ["CrossMonotonicity", "average_shares", "cross_monotonicity", "serial_shares"]

Sharing: TypeAlias = Literal["shapley", "equal", "incremental"]
METHODS: tuple[Sharing, ...] = ("shapley", "equal", "incremental")


def shares_of(cost: Game, served: int, sharing: Sharing) -> tuple[Number, ...]:
    """What each player of a set pays, in the order of the players; others pay 0.

    ``"incremental"``: each pays what it adds to those of the set before it.
    """
    shares: list[Number] = [0] * len(cost)
    inside = [k for k in range(len(cost)) if served >> k & 1]
    if not inside:
        return tuple(shares)
    if sharing == "equal":
        parts = [ratio(cost.number(cost.table[served]), len(inside))] * len(inside)
    elif sharing == "shapley":
        parts = list(shapley_of(cost.subgame([cost.players[k] for k in inside])))
    else:
        parts, before = [], 0
        for k in inside:
            step = cost.array[before | 1 << k] - cost.array[before]
            parts.append(cost.number(step))
            before |= 1 << k
    for k, part in zip(inside, parts, strict=True):
        shares[k] = part
    return tuple(shares)


@dataclass(frozen=True)
class CrossMonotonicity:
    """A player who pays less in a smaller set.

    Parameters
    ----------
    player : hashable
        Who.
    smaller, larger : tuple of players
        The sets: the larger has one player more.
    pays, then : number
        The share in each.
    """

    player: Hashable
    smaller: tuple[Hashable, ...]
    larger: tuple[Hashable, ...]
    pays: Number
    then: Number


def cross_monotonicity(costs: object, sharing: Sharing = "shapley") -> CrossMonotonicity | None:
    """Where a method makes somebody pay more because another is served, too; None if nowhere.

    A cross-monotone method makes the Moulin mechanism group strategyproof.

    Parameters
    ----------
    costs : Game or plain data
        As in :func:`game`.
    sharing : {"shapley", "equal", "incremental"}
        The method.

    Examples
    --------
    >>> cross_monotonicity([0, 1, 1, 3]).then
    Fraction(3, 2)
    >>> from mechdesign.coalitional import airport
    >>> cross_monotonicity(airport((1, 2, 4))) is None
    True
    """
    cost = game(costs)
    if sharing not in METHODS:
        raise InvalidInputError("sharing", f"be one of {', '.join(METHODS)}", sharing)
    known = [shares_of(cost, served, sharing) for served in range(len(cost.table))]
    for served in range(1, len(cost.table)):
        for j in range(len(cost)):
            if served >> j & 1:
                continue
            larger = served | 1 << j
            for i in range(len(cost)):
                if served >> i & 1 and known[larger][i] > known[served][i]:
                    sets = cost.members(served), cost.members(larger)
                    pays, then = known[served][i], known[larger][i]
                    return CrossMonotonicity(cost.players[i], *sets, pays, then)
    return None


def _quantities(
    demands: object, cost: Callable[[Any], Any]
) -> tuple[tuple[Hashable, ...], tuple[Number, ...], Callable[[Number], Number]]:
    names, wanted = labelled(demands, "demands", low=0)
    if not names:
        raise InvalidInputError("demands", "not be empty", demands)
    if not callable(cost):
        raise InvalidInputError("cost", "be a function of a quantity", cost)

    def price(quantity: Number) -> Number:
        return as_number(cost(quantity), f"cost({quantity})", low=0)

    if price(0):
        raise InvalidInputError("cost", "be 0 for nothing", cost(0))
    return names, wanted, price


def serial_shares(demands: object, cost: Callable[[Any], Any]) -> FrozenMap[Hashable, Number]:
    """Serial cost sharing: nobody pays for what others want beyond the own demand.

    With demands in order, all share equally what it would cost if everybody wanted the smallest
    one; the others share what it costs more if they wanted the second; and so on.

    Parameters
    ----------
    demands : sequence or mapping of nonnegative numbers
        What each wants.
    cost : callable
        Of a total quantity; 0 for 0.

    Examples
    --------
    >>> shares = serial_shares([1, 2, 3], lambda q: q**2)
    >>> tuple(shares.values())
    (3, 11, 22)
    """
    names, wanted, price = _quantities(demands, cost)
    order = sorted(range(len(names)), key=wanted.__getitem__)
    shares: dict[Hashable, Number] = {}
    spent: Number = 0
    below: Number = 0
    so_far: Number = 0
    for k, i in enumerate(order):
        left = len(order) - k
        reached = price(below + left * wanted[i])
        so_far += ratio(reached - spent, left)
        shares[names[i]] = so_far
        spent, below = reached, below + wanted[i]
    return FrozenMap((name, shares[name]) for name in names)


def average_shares(demands: object, cost: Callable[[Any], Any]) -> FrozenMap[Hashable, Number]:
    """Average cost sharing: everybody pays the same for each unit.

    Examples
    --------
    >>> tuple(average_shares([1, 2, 3], lambda q: q**2).values())
    (6, 12, 18)
    """
    names, wanted, price = _quantities(demands, cost)
    total: Any = sum(wanted)
    whole = price(total)
    if not total:
        return FrozenMap(dict.fromkeys(names, 0))
    return FrozenMap((p, ratio(whole * q, total)) for p, q in zip(names, wanted, strict=True))
