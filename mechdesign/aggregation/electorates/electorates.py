"""All electorates of a size, counted and indexed: anonymous profiles and their classes."""

from __future__ import annotations

import itertools
import math
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from mechdesign.algorithms.orders import strict_orders

Array = np.ndarray[Any, np.dtype[Any]]
_CHUNK = 100_000


@lru_cache(maxsize=256)
def count_vectors(kinds: int, total: int) -> Array:
    """All vectors of `kinds` nonnegative integers with the given sum, lexicographically.

    Examples
    --------
    >>> count_vectors(2, 2).tolist()
    [[0, 2], [1, 1], [2, 0]]
    """
    if kinds == 1:
        return np.array([[total]], dtype=np.int8)
    blocks = []
    for first in range(total + 1):
        rest = count_vectors(kinds - 1, total - first)
        head = np.full((len(rest), 1), first, dtype=np.int8)
        blocks.append(np.hstack([head, rest]))
    return np.vstack(blocks)


def burnside(m: int, n: int) -> int:
    """The number of profiles of n strict rankings up to the names of voters and alternatives.

    Examples
    --------
    >>> burnside(3, 7), burnside(4, 6)
    (132, 19941)
    """
    rankings = math.factorial(m)
    total = 0
    for sigma in itertools.permutations(range(m)):
        length = math.lcm(*_cycles(sigma))
        # A renaming of order L moves all rankings in cycles of length L.
        if n % length == 0:
            total += math.comb(rankings // length + n // length - 1, n // length)
    return total // rankings


def _cycles(sigma: tuple[int, ...]) -> list[int]:
    seen: set[int] = set()
    lengths = []
    for start in range(len(sigma)):
        k, length = start, 0
        while k not in seen:
            seen.add(k)
            k, length = sigma[k], length + 1
        if length:
            lengths.append(length)
    return lengths


class Electorates:
    """The profiles of exactly n voters with strict rankings of m alternatives, as count vectors.

    Parameters
    ----------
    m : int
        Alternatives, at most 4.
    n : int
        Voters.

    Examples
    --------
    >>> e = Electorates(3, 4)
    >>> len(e.vectors), int(e.canonical.sum()) == burnside(3, 4)
    (126, True)
    """

    def __init__(self, m: int, n: int) -> None:
        self.m, self.n = m, n
        self.tiers = np.array(strict_orders(m))
        self.kinds = len(self.tiers)

    @cached_property
    def vectors(self) -> Array:
        """All count vectors, shape (profiles, m!)."""
        return count_vectors(self.kinds, self.n)

    @cached_property
    def renamings(self) -> Array:
        """For each permutation of the alternatives, where each ranking goes, shape (m!, m!)."""
        place = {tuple(row): k for k, row in enumerate(self.tiers.tolist())}
        moved = []
        for sigma in itertools.permutations(range(self.m)):
            inverse = np.argsort(sigma)
            moved.append([place[tuple(row[inverse].tolist())] for row in self.tiers])
        return np.array(moved)

    @cached_property
    def canonical(self) -> Array:
        """Whether a profile is the smallest of its class under renaming the alternatives."""
        half = (self.kinds + 1) // 2
        powers = np.zeros((self.kinds, 2))
        powers[:half, 0] = [float((self.n + 1) ** k) for k in range(half)]
        powers[half:, 1] = [float((self.n + 1) ** k) for k in range(self.kinds - half)]
        # Column 2s, 2s+1: the two halves of the key of the profile renamed by permutation s.
        weights = np.hstack([powers[target] for target in self.renamings])
        result = np.empty(len(self.vectors), dtype=bool)
        for low in range(0, len(result), _CHUNK):
            keys = self.vectors[low : low + _CHUNK].astype(np.float64) @ weights
            high, rest = keys[:, ::2], keys[:, 1::2]
            own = (high[:, :1] < high) | ((high[:, :1] == high) & (rest[:, :1] <= rest))
            result[low : low + _CHUNK] = own.all(axis=1)
        return result

    @cached_property
    def orbits(self) -> Array:
        """Where each renaming puts the canonical profiles, shape (m!, classes)."""
        chosen = self.vectors[self.canonical]
        moved = np.empty_like(chosen)
        rows = []
        for target in self.renamings:
            moved[:, target] = chosen
            rows.append(self.index(moved))
        return np.array(rows)

    @cached_property
    def _ways(self) -> Array:
        """``ways[r, k]``: the number of vectors of k + 1 numbers with sum r."""
        return np.array(
            [[math.comb(r + k, k) for k in range(self.kinds)] for r in range(self.n + 1)],
            dtype=np.int64,
        )

    def index(self, vectors: Array) -> Array:
        """The position of count vectors (of sum n) in :attr:`vectors`."""
        rest = np.full(len(vectors), self.n, dtype=np.int64)
        result = np.zeros(len(vectors), dtype=np.int64)
        for i in range(self.kinds - 1):
            k = self.kinds - i - 1
            after = rest - vectors[:, i]
            column = self._ways[:, k]
            result += column[rest] - column[after]
            rest = after
        return result

    @cached_property
    def pair_signs(self) -> Array:
        """1 where a ranking puts the row above the column, -1 below, shape (m!, m, m)."""
        t = self.tiers
        return np.asarray(np.sign(t[:, None, :] - t[:, :, None]), dtype=np.int64)

    @cached_property
    def margins(self) -> Array:
        """The majority margins of all profiles, shape (profiles, m, m)."""
        flat = self.pair_signs.reshape(self.kinds, -1).astype(np.float64)
        product = self.vectors.astype(np.float64) @ flat
        return np.rint(product).astype(np.int16).reshape(-1, self.m, self.m)


@lru_cache(maxsize=64)
def electorates(m: int, n: int) -> Electorates:
    """The electorates of a size; what they hold is computed once.

    Examples
    --------
    >>> len(electorates(3, 2).vectors)
    21
    """
    return Electorates(m, n)
