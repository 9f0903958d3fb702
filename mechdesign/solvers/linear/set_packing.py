"""Set packing: disjoint sets of the largest total weight, proved in integers."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np

from mechdesign.clock import Clock
from mechdesign.errors import LimitReachedError, SolverError
from mechdesign.records import dataclass

__all__ = ["PackedSets", "pack_sets"]

# Prices of elements are rounded to multiples of 2^-24.
_BITS = 24
_NODES = 5_000
# Larger weights are scaled down to this one for the search.
_LARGE = 10**6
# Below this total weight sums of prices fit into 64 bits.
_INT64 = 1 << 38


@dataclass(frozen=True)
class PackedSets:
    """Disjoint sets, and how good they are.

    Parameters
    ----------
    chosen : tuple of int
        The positions of the sets.
    value : int
        Their total weight, counted in integers.
    bound : int
        No disjoint sets weigh more, by prices of the elements that were added up in integers.
    """

    chosen: tuple[int, ...]
    value: int
    bound: int

    @property
    def proved(self) -> bool:
        """Whether nothing is better."""
        return self.value == self.bound


def pack_sets(
    sets: Sequence[Sequence[int]],
    weights: Sequence[int],
    *,
    time_limit: float | None = None,
) -> PackedSets:
    """Disjoint sets of the largest total weight.

    Parameters
    ----------
    sets : sequence of nonempty sequences of int
        Elements from 0 on; each element is in at most one chosen set.
    weights : sequence of int
        The weight of each set, at least 0.
    time_limit : float, optional
        Seconds; then the best found is returned with the bound reached.

    Raises
    ------
    LimitReachedError
        If nothing was found in time.
    SolverError
        If HiGHS fails.

    Notes
    -----
    HiGHS finds the sets; a tree of at most 5,000 linear relaxations proves them.  What it proves
    are sums of prices in integers, whatever the solver said: disjoint sets weigh no more than all
    prices together and what single sets weigh beyond the prices of their elements.

    Examples
    --------
    >>> found = pack_sets([(0, 1), (1, 2), (2, 3)], [2, 3, 2])
    >>> found.chosen, found.value, found.proved
    ((0, 2), 4, True)
    """
    if not sets:
        return PackedSets((), 0, 0)
    clock = Clock(time_limit)
    program = _Packing(sets, weights)
    return program.proved(program.by_highs(clock), clock)


class _Packing:
    """The program, with its elements in one row each."""

    def __init__(self, sets: Sequence[Sequence[int]], weights: Sequence[int]) -> None:
        from scipy.sparse import csr_matrix

        self.sets = [tuple(one) for one in sets]
        kind: Any = np.int64 if sum(weights) < _INT64 else object
        self.weights = np.array([int(w) for w in weights], dtype=kind)
        self.flat = np.array([e for one in self.sets for e in one])
        sizes = [len(one) for one in self.sets]
        self.starts = np.cumsum([0, *sizes[:-1]])
        columns = np.repeat(np.arange(len(sizes)), sizes)
        shape = (int(self.flat.max()) + 1, len(sizes))
        self.matrix = csr_matrix((np.ones(len(self.flat)), (self.flat, columns)), shape=shape)
        # Duals are those of weights from 0 to 1: the solver's tolerances are absolute.
        self.unit = max(1, int(self.weights.max()))
        self.floats = self.weights.astype(float) / self.unit

    def by_highs(self, clock: Clock) -> tuple[int, ...]:
        from scipy.optimize import Bounds, LinearConstraint, milp

        left = clock.left()
        # The other half is for the proof.
        options = {"mip_rel_gap": 0.0} | ({} if left is None else {"time_limit": left / 2})
        found = milp(
            -self.floats * min(self.unit, _LARGE),
            integrality=np.ones(len(self.sets)),
            bounds=Bounds(0, 1),
            constraints=LinearConstraint(self.matrix, -np.inf, 1),
            options=options,
        )
        if found.x is None:
            if found.status == 1:
                raise LimitReachedError(f"no sets were found within time_limit={clock.limit:g}")
            raise SolverError(f"HiGHS answered: {found.message}")
        chosen = tuple(np.flatnonzero(np.rint(found.x) == 1).tolist())
        used = [element for k in chosen for element in self.sets[k]]
        if len(used) != len(set(used)):
            raise SolverError("the solution of the set packing has sets that meet")
        return chosen

    def proved(self, chosen: tuple[int, ...], clock: Clock) -> PackedSets:
        """The best sets, and a bound: those of the open nodes once the tree is cut short."""
        value = int(self.weights[list(chosen)].sum()) if chosen else 0
        everything = np.ones(len(self.sets), dtype=bool)
        count = itertools.count()
        # Nodes: what they can reach, an order for equals, sets taken, sets that may be.
        heap: list[tuple[int, int, tuple[int, ...], Any]] = [
            (-int(self.weights.sum()), next(count), (), everything)
        ]
        for _ in range(_NODES):
            if not heap or -heap[0][0] <= value:
                return PackedSets(chosen, value, value)
            left = clock.left()
            if left == 0:
                break
            most, _, taken, free = heapq.heappop(heap)
            have = int(self.weights[list(taken)].sum()) if taken else 0
            found, share, loss = self._relaxed(free, left)
            reach = min(-most, have + (found >> _BITS))
            whole = (*taken, *np.flatnonzero(share > 1 - 1e-6).tolist())
            worth = int(self.weights[list(whole)].sum()) if whole else 0
            used = [element for k in whole for element in self.sets[k]]
            if worth > value and len(used) == len(set(used)):
                chosen, value = tuple(sorted(whole)), worth
            # Sets with which no more than the value can be reached are left out.
            free = free & (loss <= found - ((value + 1 - have) << _BITS))
            if reach <= value or not free.any():
                continue
            # The most undecided set; where all are decided, one that is taken.
            split = np.where(free, np.minimum(share, 1 - share), -1.0)
            if split.max() <= 1e-6:
                split = np.where(free, share, -1.0)
            k = int(np.argmax(split))
            without, inside = free.copy(), free.copy()
            without[k] = False
            for element in self.sets[k]:
                row = slice(self.matrix.indptr[element], self.matrix.indptr[element + 1])
                inside[self.matrix.indices[row]] = False
            heapq.heappush(heap, (-reach, next(count), taken, without))
            heapq.heappush(heap, (-reach, next(count), (*taken, k), inside))
        return PackedSets(chosen, value, max([value, *(-node[0] for node in heap)]))

    def _relaxed(self, free: Any, left: float | None) -> tuple[int, Any, Any]:
        """What prices prove for the free sets, how far each is taken, and what it then loses.

        The bound and the losses are multiples of 2^-24.
        """
        from scipy.optimize import linprog

        share = np.zeros(len(self.sets))
        loss = np.zeros(len(self.sets), dtype=self.weights.dtype)
        open_sets = np.flatnonzero(free)
        if not len(open_sets):
            return 0, share, loss
        found = linprog(
            -self.floats[open_sets],
            A_ub=self.matrix[:, open_sets],
            b_ub=np.ones(self.matrix.shape[0]),
            bounds=(0, None),
            method="highs",
            options={} if left is None else {"time_limit": left},
        )
        if found.status != 0:
            return int(self.weights[open_sets].sum()) << _BITS, np.where(free, 0.5, 0.0), loss
        share[open_sets] = found.x
        duals = np.maximum(-found.ineqlin.marginals, 0) * float(self.unit) * 2.0**_BITS
        prices = np.array([int(y) for y in np.rint(duals)], dtype=self.weights.dtype)
        beyond = (self.weights << _BITS) - np.add.reduceat(prices[self.flat], self.starts)
        gained = np.maximum(beyond[open_sets], 0)
        loss[open_sets] = np.maximum(-beyond[open_sets], 0)
        return int(prices.sum()) + int(gained.sum()), share, loss
