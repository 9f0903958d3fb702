"""Profiles of interchangeable agents, one row each, and the outcomes on all of them as arrays."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import cached_property, lru_cache
from typing import Protocol, runtime_checkable

import numpy as np

from mechdesign.arrays import AnyArray
from mechdesign.model import Domain, Mechanism, Problem

_CHUNK = 100_000


@lru_cache(maxsize=256)
def count_vectors(kinds: int, total: int) -> AnyArray:
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


class Profiles:
    """The profiles of exactly n interchangeable agents, as count vectors.

    Parameters
    ----------
    n : int
        Agents.
    renamings : array of int, shape (order of the group, kinds of reports)
        Where each renaming of the alternatives puts each kind of report, the identity first.

    Examples
    --------
    >>> swaps = Profiles(3, np.array([[0, 1], [1, 0]]))
    >>> len(swaps.vectors), int(swaps.canonical.sum())
    (4, 2)
    """

    def __init__(self, n: int, renamings: AnyArray) -> None:
        self.n, self.renamings = n, renamings
        self.kinds = renamings.shape[1]

    @cached_property
    def vectors(self) -> AnyArray:
        """All count vectors, shape (profiles, kinds)."""
        return count_vectors(self.kinds, self.n)

    @cached_property
    def canonical(self) -> AnyArray:
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
    def orbits(self) -> AnyArray:
        """Where each renaming puts the canonical profiles, shape (order of the group, classes)."""
        return self._moved(self.vectors[self.canonical])

    def with_renamings(self, rows: AnyArray) -> AnyArray:
        """These profiles and all that renaming the alternatives makes of them."""
        return np.unique(self._moved(self.vectors[rows]))

    def _moved(self, vectors: AnyArray) -> AnyArray:
        moved = np.empty_like(vectors)
        rows = []
        for target in self.renamings:
            moved[:, target] = vectors
            rows.append(self.index(moved))
        return np.array(rows)

    @cached_property
    def _ways(self) -> AnyArray:
        """``ways[r, k]``: the number of vectors of k + 1 numbers with sum r."""
        return np.array(
            [[math.comb(r + k, k) for k in range(self.kinds)] for r in range(self.n + 1)],
            dtype=np.int64,
        )

    def index(self, vectors: AnyArray) -> AnyArray:
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


class OutcomeArrays(Protocol):
    """What a mechanism chooses at every profile of interchangeable agents, as arrays.

    Choices are numbered; agents whose reports are equal are of one kind.
    """

    #: How often the mechanism was called.
    evaluations: int
    #: Called before every call; it may raise to end the work.
    tick: Callable[[], None]
    #: Whether no floats went into an outcome.
    exact: bool
    #: Whether renaming the alternatives renames who is chosen.
    neutral: bool

    @property
    def told(self) -> str:
        """Why alternatives may be renamed, or that they may not, as a sentence for the evidence."""
        ...

    @property
    def utilities(self) -> AnyArray:
        """What each choice is worth to each kind of agent, in any unit, shape (kinds, choices)."""
        ...

    def profiles(self, n: int) -> Profiles:
        """The profiles of n agents."""
        ...

    def choices(self, n: int) -> AnyArray:
        """The choice at each profile of n agents; -1 where it is not a single one."""
        ...

    def single(self, *sizes: int) -> bool:
        """Whether the choice is a single one at every profile of these sizes."""
        ...

    def rows(self, n: int, *, choice: bool = True) -> AnyArray:
        """One profile of each class of n agents that an axiom on the choice must look at."""
        ...

    def problem(self, n: int, row: int) -> Problem:
        """One profile as a problem."""
        ...


@runtime_checkable
class TabulatesOutcomes(Protocol):
    """The setting gives the outcomes at all profiles of interchangeable agents as arrays."""

    def outcome_arrays(self, mechanism: Mechanism, domain: Domain) -> OutcomeArrays | None:
        """The arrays for an anonymous mechanism; None where there are none for the domain."""
        ...


def leaving(
    arrays: OutcomeArrays, n: int, *, choice: bool = True, twins: bool = False
) -> Iterator[tuple[int, AnyArray, AnyArray]]:
    """(kind, rows, rows without one agent of this kind), where there is one (with twins: two)."""
    if n < 2:
        return
    e, less = arrays.profiles(n), arrays.profiles(n - 1)
    rows = arrays.rows(n, choice=choice)
    for kind in range(e.kinds):
        here = rows[e.vectors[rows, kind] > int(twins)]
        rest = e.vectors[here].copy()
        rest[:, kind] -= 1
        yield kind, here, less.index(rest)
