"""Set packing: disjoint sets of the largest total weight, with a proved bound."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from mechdesign.errors import LimitReachedError, SolverError
from mechdesign.records import dataclass

__all__ = ["PackedSets", "pack_sets"]


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
        No disjoint sets weigh more.
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
    sets : sequence of sequences of int
        Elements from 0 on; each element is in at most one chosen set.
    weights : sequence of int
        The weight of each set.
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
    An integer program of one row for each element; weights are integers, so that a bound is rounded
    down.

    Examples
    --------
    >>> found = pack_sets([(0, 1), (1, 2), (2, 3)], [2, 3, 2])
    >>> found.chosen, found.value, found.proved
    ((0, 2), 4, True)
    """
    if not sets:
        return PackedSets((), 0, 0)
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_matrix

    rows = [element for one in sets for element in one]
    columns = [k for k, one in enumerate(sets) for _ in one]
    matrix = csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(max(rows) + 1, len(sets)))
    options = {"mip_rel_gap": 0.0} | ({} if time_limit is None else {"time_limit": time_limit})
    found = milp(
        -np.asarray(weights, dtype=float),
        integrality=np.ones(len(sets)),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(matrix, -np.inf, 1),
        options=options,
    )
    if found.x is None:
        if found.status == 1:
            raise LimitReachedError(f"no sets were found within time_limit={time_limit:g}")
        raise SolverError(f"HiGHS answered: {found.message}")
    chosen = tuple(np.flatnonzero(np.rint(found.x) == 1).tolist())
    used = [element for k in chosen for element in sets[k]]
    if len(used) != len(set(used)):
        raise SolverError("the solution of the set packing has sets that meet")
    value = sum(weights[k] for k in chosen)
    bound = math.floor(-found.mip_dual_bound + 1e-6)
    return PackedSets(chosen, value, max(bound, value))
