"""Axioms on removed alternatives, decided by looking up arrays for one alternative less.

Each check returns the number of cases it compared and the row of a violating electorate, or None.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from mechdesign.aggregation.electorates.axiom_arrays import (
    Check,
    first_row,
    proper_subsets,
    smith_masks,
)
from mechdesign.aggregation.electorates.electorates import Array, Electorates
from mechdesign.aggregation.electorates.outcomes import WinnerTables
from mechdesign.algorithms.orders import weak_orders


def _removed(tables: WinnerTables, n: int, x: int, rows: Array) -> Array:
    """The rows of the smaller tables that these profiles become without alternative x."""
    e, small = tables.electorates(n), tables.smaller.electorates(n)
    kept = [k for k in range(e.m) if k != x]
    place = {tuple(t): k for k, t in enumerate(small.tiers.tolist())}
    projection = np.zeros((e.kinds, small.kinds), dtype=np.int64)
    for kind, tiers in enumerate(e.tiers[:, kept].tolist()):
        dense = tuple(sorted(tiers).index(t) for t in tiers)
        projection[kind, place[dense]] = 1
    return small.index(e.vectors[rows].astype(np.int64) @ projection)


def _winners_without(tables: WinnerTables, n: int, x: int, rows: Array) -> Array:
    """Bit masks of the winners without alternative x, in the numbering with it."""
    found = tables.smaller.winners(n)[_removed(tables, n, x, rows)]
    low = found & ((1 << x) - 1)
    return np.asarray(low | (found - low) << 1)


def _restricted(m: int, x: int) -> Array:
    """For each weak order the one that is left without alternative x."""
    place = {t: k for k, t in enumerate(weak_orders(m - 1))}
    result = []
    for tiers in weak_orders(m):
        rest = [t for k, t in enumerate(tiers) if k != x]
        levels = sorted(set(rest))
        result.append(place[tuple(levels.index(t) for t in rest)])
    return np.array(result)


def _same_winners(removable: Callable[[Electorates, int], Array]) -> Check:
    """Removing an alternative that may be removed does not change the winners."""

    def check(tables: WinnerTables, n: int) -> tuple[int, int | None]:
        e = tables.electorates(n)
        wrong = np.zeros(len(e.vectors), dtype=bool)
        cases = 0
        if e.m < 3:
            return 0, None
        rows = tables.rows(n)
        for x in range(e.m):
            here = rows[removable(e, x)[rows]]
            cases += len(here)
            wrong[here] |= tables.winners(n)[here] != _winners_without(tables, n, x, here)
        return cases, first_row(wrong, e)

    return check


def _outside_smith(e: Electorates, x: int) -> Array:
    smith = smith_masks(e)
    return np.asarray((smith > 0) & ((smith >> x & 1) == 0))


def _dominated(e: Electorates, x: int) -> Array:
    return np.asarray((e.margins[:, :, x] == e.n).any(axis=1))


def _clone_sets(e: Electorates) -> Iterator[tuple[tuple[int, ...], Array]]:
    """Each set of alternatives with the profiles in which all voters rank it together."""
    for subset in proper_subsets(e.m):
        if len(subset) > 1:
            own = e.tiers[:, subset]
            apart = own.max(axis=1) - own.min(axis=1) >= len(subset)
            yield subset, np.asarray(e.vectors[:, apart].sum(axis=1) == 0)


def _clones(tables: WinnerTables, n: int) -> tuple[int, int | None]:
    """Removing a clone changes neither whether a clone wins nor which others win."""
    e = tables.electorates(n)
    wrong = np.zeros(len(e.vectors), dtype=bool)
    cases = 0
    rows = tables.rows(n)
    for subset, together in _clone_sets(e):
        clones = sum(1 << k for k in subset)
        here = rows[together[rows]]
        before = tables.winners(n)[here]
        for x in subset:
            after = _winners_without(tables, n, x, here)
            cases += len(here)
            turned = ((before & clones) != 0) != ((after & clones) != 0)
            wrong[here] |= turned | ((before & ~clones) != (after & ~clones))
    return cases, first_row(wrong, e)


def _same_order(removable: Callable[[Array, int], Array]) -> Check:
    """Removing an alternative that may be removed does not change the order of the others."""

    def check(tables: WinnerTables, n: int) -> tuple[int, int | None]:
        e = tables.electorates(n)
        wrong = np.zeros(len(e.vectors), dtype=bool)
        cases = 0
        if e.m < 3:
            return 0, None
        rows = tables.rows(n, ranking=True)
        tiers = np.array(tables.orders)
        for x in range(e.m):
            here = rows[removable(tiers, x)[tables.choices(n)[rows]]]
            cases += len(here)
            after = tables.smaller.choices(n)[_removed(tables, n, x, here)]
            wrong[here] |= _restricted(e.m, x)[tables.choices(n)[here]] != after
        return cases, first_row(wrong, e)

    return check


def _at_an_end(tiers: Array, x: int) -> Array:
    """The weak orders in which x is alone in the first or in the last tier."""
    own = tiers[:, [x]]
    alone = (tiers == own).sum(axis=1) == 1
    return np.asarray(alone & ((own[:, 0] == 0) | (own[:, 0] == tiers.max(axis=1))))


#: Checks of the winners only.
REMOVAL_CHECKS: dict[str, Check] = {
    "smith_dominated_independence": _same_winners(_outside_smith),
    "pareto_dominated_independence": _same_winners(_dominated),
    "clone_independence": _clones,
}
#: Checks that need the ranking that is chosen.
REMOVAL_RANKING_CHECKS: dict[str, Check] = {
    "local_iia": _same_order(_at_an_end),
    "irrelevant_removal": _same_order(lambda tiers, x: np.ones(len(tiers), dtype=bool)),
}
