"""Axioms decided on all electorates of a size at once, by looking up arrays of winners.

Each check returns the number of cases it compared and the row of a violating electorate, or None.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np

from mechdesign.aggregation.electorates.electorates import Array, Electorates
from mechdesign.aggregation.electorates.outcomes import WinnerTables

Check = Callable[[WinnerTables, int], tuple[int, int | None]]


def _allowed(masks: Callable[[Electorates], Any]) -> Check:
    """A check that winners lie in a mask wherever there is one (0: nothing is demanded)."""

    def check(tables: WinnerTables, n: int) -> tuple[int, int | None]:
        e = tables.electorates(n)
        allowed = masks(e)
        speaks = allowed > 0
        wrong = speaks & ((tables.winners(n) & ~allowed) != 0)
        return int(speaks.sum()), first_row(wrong, e)

    return check


def first_row(wrong: Any, e: Electorates) -> int | None:
    """A violating row, canonical where there is one."""
    found = np.flatnonzero(wrong & e.canonical)
    if not len(found):
        found = np.flatnonzero(wrong)
    return int(found[0]) if len(found) else None


def _condorcet_winner(e: Electorates) -> Array:
    beats = (e.margins > 0).sum(axis=2) == e.m - 1
    return np.asarray((beats << np.arange(e.m)).sum(axis=1))


def _not_condorcet_loser(e: Electorates) -> Array:
    loses = (e.margins < 0).sum(axis=2) == e.m - 1
    mask = (loses << np.arange(e.m)).sum(axis=1)
    full = (1 << e.m) - 1
    return np.where(mask > 0, full & ~mask, 0) if e.m > 1 else np.zeros(len(mask), dtype=int)


def proper_subsets(m: int) -> list[tuple[int, ...]]:
    """Proper nonempty subsets, the smallest first."""
    return [s for size in range(1, m) for s in itertools.combinations(range(m), size)]


def _mask(subset: tuple[int, ...]) -> int:
    return sum(1 << k for k in subset)


def smith_masks(e: Electorates) -> Array:
    """The Smith set where it is not everybody, else 0."""
    result = np.zeros(len(e.vectors), dtype=np.int64)
    for subset in proper_subsets(e.m):
        rest = [k for k in range(e.m) if k not in subset]
        dominates = (e.margins[:, subset][:, :, rest] > 0).all(axis=(1, 2))
        result = np.where((result == 0) & dominates, _mask(subset), result)
    return result


def _schwartz(e: Electorates) -> Array:
    """The union of the smallest sets that nobody outside beats; 0 where that is everybody."""
    beats = e.margins > 0
    result = np.zeros(len(e.vectors), dtype=np.int64)
    everybody = (1 << e.m) - 1
    for subset in [*proper_subsets(e.m), tuple(range(e.m))]:
        rest = [k for k in range(e.m) if k not in subset]
        unbeaten = ~beats[:, rest][:, :, subset].any(axis=(1, 2))
        # Subsets come by size: a set that contains an unbeaten smaller one is not minimal.
        minimal = unbeaten & ((result & _mask(subset)) == 0)
        result = np.where(minimal, result | _mask(subset), result)
    return np.where(result == everybody, 0, result)


def _solid(e: Electorates, sizes: range) -> Array:
    """The smallest set that more than half of the voters rank above all others."""
    result = np.zeros(len(e.vectors), dtype=np.int64)
    for subset in proper_subsets(e.m):
        if len(subset) in sizes:
            rest = [k for k in range(e.m) if k not in subset]
            on_top = e.tiers[:, subset].max(axis=1) < e.tiers[:, rest].min(axis=1)
            weight = e.vectors.astype(np.int64) @ on_top
            result = np.where((result == 0) & (2 * weight > e.n), _mask(subset), result)
    return result


def _cancellation(tables: WinnerTables, n: int) -> tuple[int, int | None]:
    e = tables.electorates(n)
    tied = ~e.margins.any(axis=(1, 2))
    return int(tied.sum()), first_row(tied & (tables.winners(n) != tables.full), e)


def _reversal(tables: WinnerTables, n: int) -> tuple[int, int | None]:
    e = tables.electorates(n)
    if e.m < 2:
        return 0, None
    place = {tuple(row): k for k, row in enumerate(e.tiers.tolist())}
    turned = [place[tuple((e.m - 1 - row).tolist())] for row in e.tiers]
    won = tables.winners(n)
    single = (won & (won - 1)) == 0
    back = won[e.index(e.vectors[:, turned])]
    return int(single.sum()), first_row(single & ((won & back) != 0), e)


def _lifts(e: Electorates) -> list[tuple[int, int, int]]:
    """(ranking, alternative, ranking in which only it stands higher)."""
    place = {tuple(row): k for k, row in enumerate(e.tiers.tolist())}
    found = []
    for r, row in enumerate(e.tiers.tolist()):
        order = sorted(range(e.m), key=row.__getitem__)
        for at, x in enumerate(order):
            for target in range(at):
                moved = [y for y in order if y != x]
                moved.insert(target, x)
                tiers = [0] * e.m
                for rank, y in enumerate(moved):
                    tiers[y] = rank
                found.append((r, x, place[tuple(tiers)]))
    return found


def _monotonicity(tables: WinnerTables, n: int) -> tuple[int, int | None]:
    """Groups of voters of one kind lift a winner."""
    e = tables.electorates(n)
    won = tables.winners(n)
    rows = tables.rows(n)
    base = e.vectors[rows]
    wrong = np.zeros(len(e.vectors), dtype=bool)
    cases = 0
    for r, x, lifted in _lifts(e):
        winner = (won[rows] >> x & 1) == 1
        for size in range(1, n + 1):
            able = winner & (base[:, r] >= size)
            if not able.any():
                break
            moved = base[able].copy()
            moved[:, r] -= size
            moved[:, lifted] += size
            after = won[e.index(moved)]
            cases += int(able.sum())
            wrong[rows[able]] |= (after >> x & 1) == 0
    return cases, first_row(wrong, e)


def _reinforcement(tables: WinnerTables, n: int) -> tuple[int, int | None]:
    """Electorates of n voters that are made of two that share winners."""
    e = tables.electorates(n)
    whole = tables.winners(n)
    cases = 0
    for small in range(1, n // 2 + 1):
        one, two = tables.electorates(small), tables.electorates(n - small)
        first, second = tables.winners(small), tables.winners(n - small)
        for row in tables.rows(small).tolist():
            common = first[row] & second
            shared = np.flatnonzero(common)
            joined = e.index(two.vectors[shared] + one.vectors[row])
            cases += len(shared)
            bad = whole[joined] != common[shared]
            if bad.any():
                return cases, int(joined[int(np.argmax(bad))])
    return cases, None


WINNER_CHECKS: dict[str, Check] = {
    "condorcet_consistency": _allowed(_condorcet_winner),
    "condorcet_loser": _allowed(_not_condorcet_loser),
    "smith_criterion": _allowed(smith_masks),
    "schwartz_criterion": _allowed(_schwartz),
    "majority": _allowed(lambda e: _solid(e, range(1, 2))),
    "mutual_majority": _allowed(lambda e: _solid(e, range(1, e.m))),
    "cancellation": _cancellation,
    "reversal_symmetry": _reversal,
    "candidate_monotonicity": _monotonicity,
    "reinforcement": _reinforcement,
}
