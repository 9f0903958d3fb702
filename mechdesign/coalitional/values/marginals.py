"""Sums of what a player adds, over the coalitions of each size: all values are weights of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import factorial
from typing import Any

import numpy as np

from mechdesign.arrays import AnyArray
from mechdesign.coalitional.games.game_table import Game, popcounts, wide
from mechdesign.model import Number, tidy

# Floats hold integers up to here, and bincount adds floats.
_WHOLE = 2**53


def by_size(table: AnyArray, sizes: AnyArray, n: int) -> list[Any]:
    """The sum of the worths of each size, in Python integers where the table has integers."""
    if table.dtype.kind == "O":
        return [sum(table[sizes == k].tolist()) for k in range(n + 1)]
    sums = np.bincount(sizes, weights=table, minlength=n + 1)
    return [int(x) for x in sums] if table.dtype.kind == "i" else sums.tolist()


def added(game: Game) -> Iterator[list[Any]]:
    """For each player the sums of what it adds to the coalitions of 0 .. n - 1 others.

    The table is a matrix, the first half of the players along its rows and the others along its
    columns; its products with the matrices that tell sizes apart hold all sums.
    """
    n = len(game)
    table = wide(game.array, n)
    if table.dtype.kind == "i":
        small = int(np.abs(table).max(initial=0)) << n < _WHOLE
        table = table.astype(float if small else object)
    columns, rows = n // 2, n - n // 2
    matrix = table.reshape(1 << rows, 1 << columns)
    of_column, of_row = _sizes(columns, table.dtype), _sizes(rows, table.dtype)
    left, right = matrix @ of_column, of_row.T @ matrix
    every = _diagonals(of_row.T @ left, game.exact)
    for i in range(n):
        if i < columns:
            has = np.arange(1 << columns) >> i & 1 == 1
            sums = right[:, has] @ of_column[has]
        else:
            has = np.arange(1 << rows) >> (i - columns) & 1 == 1
            sums = of_row[has].T @ left[has]
        inside = _diagonals(sums, game.exact)
        # Those without the player are the others of the same size.
        yield [inside[k + 1] - (every[k] - inside[k]) for k in range(n)]


def _sizes(n: int, dtype: Any) -> AnyArray:
    """For each coalition of n a row with a 1 at its size."""
    found: AnyArray = (popcounts(n)[:, None] == np.arange(n + 1)).astype(int).astype(dtype)
    return found


def _diagonals(sums: AnyArray, exact: bool) -> list[Any]:
    """The sums over all pairs of sizes with the same total."""
    found: list[Any] = [0] * (sum(sums.shape) - 1)
    for (a, b), x in np.ndenumerate(sums):
        found[a + b] += int(x) if exact else float(x)
    return found


def weighted(game: Game, weights: Sequence[Fraction]) -> tuple[Number, ...]:
    """Each player's sums, weighted by the number of the others."""
    if not game.exact:
        plain = [float(w) for w in weights]
        return tuple(sum(w * a for w, a in zip(plain, row, strict=True)) for row in added(game))
    return tuple(
        tidy(sum((w * a for w, a in zip(weights, row, strict=True)), Fraction(0)) / game.unit)
        for row in added(game)
    )


def order_weights(n: int) -> list[Fraction]:
    """The share of the orders in which just these k others come before a player."""
    return [Fraction(factorial(k) * factorial(n - 1 - k), factorial(n)) for k in range(n)]


def shapley_of(game: Game) -> tuple[Number, ...]:
    """The Shapley value."""
    return weighted(game, order_weights(len(game)))


def banzhaf_of(game: Game) -> tuple[Number, ...]:
    """The Banzhaf value."""
    n = len(game)
    return weighted(game, [Fraction(1, 1 << (n - 1))] * n)
