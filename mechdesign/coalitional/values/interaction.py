"""The interaction of pairs, and the value of a game whose players are in blocks."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from fractions import Fraction
from math import factorial

import numpy as np

from mechdesign.coalitional.games.game_table import Game, game, popcounts, wide
from mechdesign.coalitional.values.marginals import by_size, shapley_of
from mechdesign.errors import InvalidInputError
from mechdesign.model import FrozenMap, Number, tidy

__all__ = ["interactions"]


def interactions(worths: object) -> FrozenMap[tuple[Hashable, Hashable], Number]:
    """The Shapley interaction index of each pair: what two add together beyond each alone.

    It is the mean over the coalitions of the others, weighted by their size k with
    ``k! (n - 2 - k)! / (n - 1)!``.

    Parameters
    ----------
    worths : Game or plain data
        As in :func:`game`, with two players at least.

    Examples
    --------
    >>> from mechdesign.coalitional import gloves
    >>> found = interactions(gloves(1, 2))
    >>> found[0, 1], found[1, 2]
    (Fraction(1, 2), Fraction(-1, 2))
    """
    given = game(worths)
    n = len(given)
    if n < 2:
        raise InvalidInputError("worths", "have two players", given.players)
    table = wide(given.array, n + 2)
    if table.dtype.kind == "i" and int(np.abs(table).max(initial=0)) << (n + 2) >= 2**53:
        table = table.astype(object)
    sizes, every = popcounts(n), np.arange(1 << n)
    found: dict[tuple[Hashable, Hashable], Number] = {}
    weights = [
        Fraction(factorial(k) * factorial(n - 2 - k), factorial(n - 1)) for k in range(n - 1)
    ]
    for j in range(n):
        for i in range(j):
            a, b = 1 << i, 1 << j
            base = every[every & (a | b) == 0]
            gain = table[base | a | b] + table[base] - table[base | a] - table[base | b]
            sums = by_size(gain, sizes[base], n)[: n - 1]
            pair = given.players[i], given.players[j]
            if given.exact:
                total = sum((w * s for w, s in zip(weights, sums, strict=True)), Fraction(0))
                found[pair] = tidy(total / given.unit)
            else:
                found[pair] = sum(float(w) * s for w, s in zip(weights, sums, strict=True))
    return FrozenMap(found)


def read_blocks(game: Game, blocks: Iterable[Iterable[Hashable]]) -> list[list[int]]:
    """The positions of the players of each block; every player is in one."""
    read = [[(game.mask((player,))).bit_length() - 1 for player in block] for block in blocks]
    if sorted(k for block in read for k in block) != list(range(len(game))) or not all(read):
        raise InvalidInputError("blocks", f"hold each of {game.players} once", blocks)
    return read


def owen_of(given: Game, blocks: Iterable[Iterable[Hashable]]) -> tuple[Number, ...]:
    """Owen's value: Shapley's among the blocks, and again among the players of each.

    A set of players of one block is worth what the Shapley value gives to it when it stands for
    its block among the other blocks.
    """
    read = read_blocks(given, blocks)
    whole = [sum(1 << k for k in block) for block in read]
    payoffs: list[Number] = [0] * len(given)
    for b, block in enumerate(read):
        masks = [0]
        for k in block:
            masks += [mask | 1 << k for mask in masks]
        inner: list[Number] = [0]
        for mask in masks[1:]:
            parts = [mask if c == b else other for c, other in enumerate(whole)]
            sums = [0]
            for part in parts:
                sums += [part | other for other in sums]
            quotient = Game(tuple(range(len(read))), given.array[sums], given.unit)
            inner.append(shapley_of(quotient)[b])
        for k, payoff in zip(block, shapley_of(game(inner)), strict=True):
            payoffs[k] = payoff
    return tuple(payoffs)
