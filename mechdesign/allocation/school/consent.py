"""Deferred acceptance with consent: who consents gives up priorities that are of no use to it."""

from __future__ import annotations

from mechdesign.allocation.markets.two_sides import Sides
from mechdesign.allocation.stable.proposals import propose


def adjusted(sides: Sides, consents: set[int]) -> tuple[list[int], int]:
    """The matching of efficiency-adjusted deferred acceptance, and how often this was run.

    Schools that nobody would rather have are settled with whom they hold and leave, and deferred
    acceptance is run again.  Of who leaves without consent nobody of lower priority may take a
    place that it would rather have.

    Parameters
    ----------
    sides : Sides
        Strict lists.
    consents : set of int
        The proposers who consent.
    """
    n = len(sides.proposers)
    wishes = [[tied[0] for tied in wish] for wish in sides.wishes]
    got = [-1] * n
    students, schools = set(range(n)), set(range(len(sides.receivers)))
    runs = 0
    while students:
        runs += 1
        lists = [[[j] for j in wishes[i]] if i in students else [] for i in range(n)]
        now = propose(
            Sides(sides.proposers, sides.receivers, lists, sides.ranks, sides.places),
            sorted(students),
        ).got
        wanted = {j for i in students for j in _better(wishes[i], now[i])}
        # Whoever has no place holds one that nobody else could want.
        leaving = {i for i in students if now[i] not in wanted}
        for i in leaving:
            got[i] = now[i]
        students -= leaving
        schools &= wanted
        for i in students:
            wishes[i] = [j for j in wishes[i] if j in schools]
        for i in leaving - consents:
            for j in _better(wishes[i], now[i]):
                if j not in schools:
                    continue
                rank = sides.ranks[j]
                for k in students:
                    if rank.get(k, -1) > rank[i]:
                        wishes[k] = [s for s in wishes[k] if s != j]
    return got, runs


def _better(own: list[int], now: int) -> list[int]:
    """What stands on a list before what is held."""
    return own[: own.index(now)] if now >= 0 else own
