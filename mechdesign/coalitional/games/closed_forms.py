"""Games with a name: voting, runways, trees, estates, gloves, pairs."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import numpy as np

from mechdesign.coalitional.games.game_table import (
    MOST_PLAYERS,
    Game,
    game,
    of_numbers,
    subset_sums,
)
from mechdesign.errors import InvalidInputError
from mechdesign.model import Number, aligned_numbers, as_count, as_number, as_numbers

__all__ = [
    "airport",
    "bankruptcy",
    "gloves",
    "graph_game",
    "tree",
    "unanimity",
    "weighted_voting",
]


def labelled(
    values: object, parameter: str, *, low: Number | None = None
) -> tuple[tuple[Hashable, ...], tuple[Number, ...]]:
    """Labels and numbers of a mapping or a list."""
    if isinstance(values, Mapping):
        names = tuple(values)
        return names, tuple(aligned_numbers(values, names, parameter, low=low))
    numbers = as_numbers(values, parameter, low=low)
    return tuple(range(len(numbers))), tuple(numbers)


def _small(names: Sequence[Hashable]) -> None:
    as_count(len(names), "players", low=1, high=MOST_PLAYERS)


def weighted_voting(weights: object, quota: Number) -> Game:
    """A coalition wins, which is worth 1, if its weight reaches the quota.

    Parameters
    ----------
    weights : sequence or mapping of nonnegative numbers
        Of the voters.
    quota : number
        Positive.

    Examples
    --------
    >>> weighted_voting({"a": 2, "b": 1, "c": 1}, 3).worth({"b", "c"})
    0
    """
    names, numbers = labelled(weights, "weights", low=0)
    _small(names)
    needed = as_number(quota, "quota")
    if not needed > 0:
        raise InvalidInputError("quota", "be positive", quota)
    sums = subset_sums(numbers, dtype=object)
    return Game(names, (sums >= needed).astype(np.int64))


def airport(costs: object) -> Game:
    """A runway that serves a coalition costs what its neediest member needs.

    Examples
    --------
    >>> airport((1, 3, 6)).worth({0, 1})
    3
    """
    names, numbers = labelled(costs, "costs", low=0)
    _small(names)
    table: list[Number] = [0]
    for number in numbers:
        table += [max(number, other) for other in table]
    return of_numbers(names, table, "cost")


def tree(parents: Mapping[Hashable, Hashable], costs: object) -> Game:
    """A coalition pays for the edges that join it to the root.

    Parameters
    ----------
    parents : mapping
        The node next to each player on the way to the root; None for the root.
    costs : mapping or sequence
        Of the edge from each player to that node.

    Examples
    --------
    >>> tree({0: None, 1: 0, 2: 0}, [2, 3, 1]).worth({1, 2})
    6
    """
    names = tuple(parents)
    _small(names)
    numbers = aligned_numbers(costs, names, "costs", low=0)
    place = {name: k for k, name in enumerate(names)}
    paths: list[int] = []
    for name in names:
        path, at = 0, name
        while at is not None:
            if at not in place:
                raise InvalidInputError("parents", "be players or None", at)
            if path >> place[at] & 1:
                raise InvalidInputError("parents", "lead to the root", name)
            path |= 1 << place[at]
            at = parents[at]
        paths.append(path)
    sums, needs = subset_sums(numbers, dtype=object), [0]
    for path in paths:
        needs += [path | need for need in needs]
    return of_numbers(names, sums[needs].tolist(), "cost")


def bankruptcy(estate: Number, claims: object) -> Game:
    """A coalition is worth what the claims of the others leave of the estate.

    Examples
    --------
    >>> bankruptcy(200, (100, 200, 300)).worth({1, 2})
    100
    """
    names, numbers = labelled(claims, "claims", low=0)
    _small(names)
    whole = as_number(estate, "estate", low=0)
    everything: Any = sum(numbers)
    if whole > everything:
        raise InvalidInputError("estate", "not exceed all claims", estate)
    sums = subset_sums(numbers, dtype=object)
    left = [max(0, whole - (everything - own)) for own in sums.tolist()]
    return of_numbers(names, left, "value")


def gloves(left: int, right: int) -> Game:
    """Owners of left and of right gloves; a pair is worth 1.

    Examples
    --------
    >>> gloves(1, 2).worth({1, 2}), gloves(1, 2).worth({0, 2})
    (0, 1)
    """
    a = as_count(left, "left", low=0)
    b = as_count(right, "right", low=0)
    _small(range(a + b))
    lefts = subset_sums([1] * a + [0] * b)
    rights = subset_sums([0] * a + [1] * b)
    return Game(tuple(range(a + b)), np.minimum(lefts, rights))


def unanimity(players: Sequence[Hashable], needed: object) -> Game:
    """A coalition is worth 1 if everybody who is needed is in it.

    Examples
    --------
    >>> unanimity("abc", {"a", "b"}).worth({"a", "b"})
    1
    """
    names = tuple(players)
    _small(names)
    empty = Game(names, np.zeros(1 << len(names), dtype=np.int64))
    mask = empty.mask(needed)
    if not mask:
        raise InvalidInputError("needed", "not be empty", needed)
    every = np.arange(1 << len(names))
    return Game(names, (every & mask == mask).astype(np.int64))


def graph_game(own: object, pairs: Mapping[tuple[Hashable, Hashable], Number]) -> Game:
    """What the members have of their own, and the weight of each pair within.

    Examples
    --------
    >>> graph_game({"a": 1, "b": 0}, {("a", "b"): 2}).total
    3
    """
    names, numbers = labelled(own, "own")
    _small(names)
    for pair in pairs:
        if not isinstance(pair, tuple) or len(set(pair)) != 2 or not set(pair) <= set(names):
            raise InvalidInputError("pairs", "be of two players", pair)
    worth = {
        pair: as_number(value, f"pairs[{pair!r}]", owner="graph_game")
        for pair, value in pairs.items()
    }
    mine = dict(zip(names, numbers, strict=True))

    def total(coalition: frozenset[Hashable]) -> Number:
        inside: Number = sum(mine[p] for p in coalition)
        return inside + sum(w for (a, b), w in worth.items() if {a, b} <= coalition)

    return game(total, players=names)
