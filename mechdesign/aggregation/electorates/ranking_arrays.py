"""Axioms on the ranking that is chosen, on joining and on leaving, decided by looking up arrays.

Each check returns the number of cases it compared and the row of a violating electorate, or None.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np

from mechdesign.aggregation.electorates.axiom_arrays import Check, first_row
from mechdesign.aggregation.electorates.electorates import Array
from mechdesign.aggregation.electorates.outcomes import WinnerTables


def _leaving(
    tables: WinnerTables, n: int, *, ranking: bool, twins: bool = False
) -> Iterator[tuple[int, Array, Array]]:
    """(kind, rows, rows without one voter of this kind), where there is one (with twins: two)."""
    if n < 2:
        return
    e, less = tables.electorates(n), tables.electorates(n - 1)
    rows = tables.rows(n, ranking=ranking)
    for kind in range(e.kinds):
        here = rows[e.vectors[rows, kind] > int(twins)]
        rest = e.vectors[here].copy()
        rest[:, kind] -= 1
        yield kind, here, less.index(rest)


def _voters_lose(twins: bool) -> Check:
    """Nobody gains by staying away (with `twins`: nobody who has a twin)."""

    def check(tables: WinnerTables, n: int) -> tuple[int, int | None]:
        wrong = np.zeros(len(tables.electorates(n).vectors), dtype=bool)
        cases = 0
        for kind, here, rest in _leaving(tables, n, ranking=True, twins=twins):
            worth = tables.utilities[kind]
            cases += len(here)
            gains = worth[tables.choices(n - 1)[rest]] > worth[tables.choices(n)[here]]
            wrong[here] |= gains
        return cases, first_row(wrong, tables.electorates(n))

    return check


def _strategyproofness(tables: WinnerTables, n: int) -> tuple[int, int | None]:
    """Nobody gains by reporting another ranking."""
    e = tables.electorates(n)
    chosen = tables.choices(n)
    rows = tables.rows(n, ranking=True)
    wrong = np.zeros(len(e.vectors), dtype=bool)
    cases = 0
    for kind, other in itertools.permutations(range(e.kinds), 2):
        here = rows[e.vectors[rows, kind] > 0]
        moved = e.vectors[here].copy()
        moved[:, kind] -= 1
        moved[:, other] += 1
        worth = tables.utilities[kind]
        cases += len(here)
        wrong[here] |= worth[chosen[e.index(moved)]] > worth[chosen[here]]
    return cases, first_row(wrong, e)


def _involvement(place: int, wins: bool) -> Check:
    """Whether somebody wins (loses) alone may not turn when a voter ranks him at a place joins."""

    def check(tables: WinnerTables, n: int) -> tuple[int, int | None]:
        e = tables.electorates(n)
        wrong = np.zeros(len(e.vectors), dtype=bool)
        cases = 0
        for kind, here, rest in _leaving(tables, n, ranking=False):
            x = int(np.argmax(e.tiers[kind] == place % e.m))
            before = (tables.winners(n - 1)[rest] >> x & 1) == int(wins)
            after = (tables.winners(n)[here] >> x & 1) == int(wins)
            cases += int(before.sum())
            wrong[here] |= before & ~after
        return cases, first_row(wrong, e)

    return check


def _pareto(tables: WinnerTables, n: int) -> tuple[int, int | None]:
    """What all voters agree on, the ranking keeps."""
    e = tables.electorates(n)
    rows = tables.rows(n, ranking=True)
    tiers = np.array(tables.orders)[tables.choices(n)[rows]]
    agreed = e.margins[rows] == n
    above = tiers[:, :, None] < tiers[:, None, :]
    wrong = np.zeros(len(e.vectors), dtype=bool)
    wrong[rows] = (agreed & ~above).any(axis=(1, 2))
    return int(agreed.sum()), first_row(wrong, e)


def _homogeneity(tables: WinnerTables, n: int) -> tuple[int, int | None]:
    """Counting every voter twice changes nothing."""
    e = tables.electorates(n)
    rows = tables.rows(n, ranking=True)
    doubled = tables.evaluate(2 * e.vectors[rows].astype(np.int64))
    wrong = np.zeros(len(e.vectors), dtype=bool)
    wrong[rows] = (doubled.winners != tables.winners(n)[rows]) | (
        doubled.choices != tables.choices(n)[rows]
    )
    return len(rows), first_row(wrong, e)


def _ranking_reinforcement(tables: WinnerTables, n: int) -> tuple[int, int | None]:
    """Shared optimal rankings are the optimal rankings of the whole."""
    e = tables.electorates(n)
    # Renaming keeps the sets of tied rankings, so that one part may be taken canonical.
    symmetric = bool(tables.renamed)
    cases = 0
    for small in range(1, n // 2 + 1):
        one, two = tables.electorates(small), tables.electorates(n - small)
        # The distinct sets are few: each two of them are intersected once.
        known, inverse = np.unique(tables.optima(n - small), return_inverse=True)
        rows = np.flatnonzero(one.canonical) if symmetric else np.arange(len(one.vectors))
        for row in rows.tolist():
            mine = tables.sets[int(tables.optima(small)[row])]
            common = np.array([tables.shared(mine, s) for s in known.tolist()])[inverse]
            shared = np.flatnonzero(common >= 0)
            joined = e.index(two.vectors[shared] + one.vectors[row])
            cases += len(shared)
            bad = tables.optima(n)[joined] != common[shared]
            if bad.any():
                return cases, int(joined[int(np.argmax(bad))])
    return cases, None


def _group_consistency(tables: WinnerTables, n: int) -> tuple[int, int | None]:
    """Two groups with the same ranking give it together."""
    e = tables.electorates(n)
    chosen = tables.choices(n)
    cases = 0
    for small in range(1, n // 2 + 1):
        one, two = tables.electorates(small), tables.electorates(n - small)
        mine, theirs = tables.choices(small), tables.choices(n - small)
        for row in tables.rows(small, ranking=True).tolist():
            shared = np.flatnonzero(theirs == mine[row])
            joined = e.index(two.vectors[shared] + one.vectors[row])
            cases += len(shared)
            bad = chosen[joined] != mine[row]
            if bad.any():
                return cases, int(joined[int(np.argmax(bad))])
    return cases, None


#: Checks of the winners only.
VOTER_CHECKS: dict[str, Check] = {
    "positive_involvement": _involvement(0, True),
    "negative_involvement": _involvement(-1, False),
}
#: Checks that need the ranking that is chosen.
RANKING_CHECKS: dict[str, Check] = {
    "participation": _voters_lose(False),
    "twins": _voters_lose(True),
    "strategyproofness": _strategyproofness,
    "ranking_pareto": _pareto,
    "homogeneity": _homogeneity,
    "ranking_reinforcement": _ranking_reinforcement,
    "group_consistency": _group_consistency,
}
