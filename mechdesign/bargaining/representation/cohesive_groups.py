"""Extended and proportional justified representation: the search for a group that gets too little.

A group is cohesive for projects T if everybody in it values each of them at least at some level
(with approvals: approves all of them) and its share of the budget covers T.  Both conditions only
get harder as T grows, so the sets T are searched like frequent item sets, voters never enumerated.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from mechdesign.bargaining.ballots.grouped_ballots import Array
from mechdesign.bargaining.representation.entitlements import Claims
from mechdesign.clock import Clock

Group = tuple[tuple[int, ...], Array]


def deprived(claims: Claims, clock: Clock, *, together: bool, up_to_one: bool) -> Group | None:
    """Projects and the groups of equal ballots that are cohesive for them and get too little.

    Parameters
    ----------
    claims : Claims
        The election and what is funded.
    clock : Clock
        Raises when the time is over.
    together : bool
        Whether the projects that anybody in the group values count for all of it (PJR); needs
        approvals.
    up_to_one : bool
        Whether one further project may be added in thought.

    Returns
    -------
    (projects, groups) or None
        The fewest projects, of those the first.

    Notes
    -----
    Depth first over pairs of a project and a level, in the order of value per money.  A branch ends
    where the voters left cannot pay, after those were left out who have as much as the branch can
    still offer at best (a fractional knapsack).  Exponential in the worst case.
    """
    search = _Search(claims, clock, together=together, up_to_one=up_to_one)
    search.run()
    return search.found


class _Search:
    """The state of one search."""

    def __init__(self, claims: Claims, clock: Clock, *, together: bool, up_to_one: bool) -> None:
        self.claims, self.clock = claims, clock
        self.together, self.up_to_one = together, up_to_one
        self.sizes = claims.votes.sizes
        self.found: Group | None = None
        self.key: tuple[int, int] | None = None
        items: list[tuple[int, int, Array]] = []
        for k, own in enumerate(claims.worths):
            groups = claims.votes.of(k)
            levels = sorted(set(own.tolist()) - {0}, reverse=True)
            items += [(k, level, groups[own >= level]) for level in levels]
        costs = claims.costs
        items.sort(key=lambda x: (bool(costs[x[0]]), -Fraction(x[1], costs[x[0]] or 1), x[0]))
        self.project = [k for k, _, _ in items]
        self.level = [level for _, level, _ in items]
        self.values = np.zeros((len(items), len(self.sizes)), dtype=bool)
        for row, (_, _, groups) in enumerate(items):
            self.values[row, groups] = True

    def run(self) -> None:
        """Search from the empty set."""
        everybody = np.arange(len(self.sizes))
        self._below((), 0, 0, everybody, np.arange(len(self.project)), self.values)

    def _below(
        self, chosen: tuple[int, ...], cost: int, value: int, group: Array, items: Array, has: Any
    ) -> None:
        """Extend a set of items; `has` says which of the group have which of the other items."""
        self.clock.check()
        if self.key is not None and len(chosen) >= self.key[0]:
            return
        claims = self.claims
        while True:
            sizes = self.sizes[group]
            number = int(sizes.sum())
            if number < claims.needed(cost):
                return
            counts = has @ sizes
            affordable = [
                int(count) >= claims.needed(cost + claims.costs[self.project[item]])
                for item, count in zip(items.tolist(), counts.tolist(), strict=True)
            ]
            if not all(affordable):
                items, has = items[affordable], has[affordable]
            if not len(items):
                return
            room = claims.room(cost, number)
            best = value + self._most(items.tolist(), room)
            hungry = claims.now[group] < best
            if hungry.all():
                break
            group, has = group[hungry], has[:, hungry]
        for place, item in enumerate(items.tolist()):
            k = self.project[item]
            inside = has[place]
            after = items[place + 1 :]
            others = np.array([self.project[x] != k for x in after.tolist()], dtype=bool)
            rows = place + 1 + np.flatnonzero(others)
            members = group[inside]
            now = (*chosen, item)
            self._try(now, cost + claims.costs[k], value + self.level[item], members)
            if len(rows):
                self._below(
                    now,
                    cost + claims.costs[k],
                    value + self.level[item],
                    members,
                    items[rows],
                    has[np.ix_(rows, inside)],
                )

    def _most(self, items: list[int], room: int) -> int:
        """The most that further items can be worth; their cost times n is at most the room."""
        n = self.claims.votes.count
        seen: set[int] = set()
        total = 0
        # The highest level of a project has the most value per money and comes first.
        for item in items:
            k = self.project[item]
            if k in seen:
                continue
            seen.add(k)
            price = self.claims.costs[k] * n
            if price > room:
                return total + self.level[item] * max(room, 0) // price
            room -= price
            total += self.level[item]
        return total

    def _try(self, chosen: tuple[int, ...], cost: int, value: int, members: Array) -> None:
        """Keep the set if the group gets too little and no better set is known."""
        claims = self.claims
        projects = [self.project[item] for item in chosen]
        key = (len(chosen), sum(1 << k for k in projects))
        if self.key is not None and key >= self.key:
            return
        needed = claims.needed(cost)
        poor: Array = np.asarray(claims.above(claims.now[members]) <= value, dtype=bool)
        wanted = [k for k in projects if k not in claims.funded]
        if self.up_to_one and wanted:
            rich = claims.now[members] + self._extra(wanted, members) > value
            poor &= ~np.asarray(rich, dtype=bool)
        members = members[poor]
        if int(self.sizes[members].sum()) < needed:
            return
        if self.together:
            extra = 0
            if self.up_to_one:
                extra = max((int(claims.worths[k][0]) for k in wanted), default=0)
            most = min(claims.below(value), value - extra)
            united = self._united(projects, members, needed, most)
            if united is None:
                return
            members = united
        self.key, self.found = key, (tuple(sorted(projects)), members)

    def _extra(self, wanted: list[int], members: Array) -> Array:
        """The most that one further project is worth to each of the members."""
        most = np.zeros(len(self.sizes), dtype=self.claims.now.dtype)
        for k in wanted:
            groups = self.claims.votes.of(k)
            most[groups] = np.maximum(most[groups], self.claims.worths[k])
        taken: Array = most[members]
        return taken

    def _united(self, projects: list[int], members: Array, needed: int, most: int) -> Array | None:
        """Enough of the members for whom what is funded is together worth at most an amount."""
        claims = self.claims
        supported = [k for k in claims.funded if len(claims.worths[k])]
        held = np.zeros((len(self.sizes), len(supported)), dtype=bool)
        for place, k in enumerate(supported):
            held[claims.votes.of(k), place] = True
        held = held[members]
        kinds, kind = np.unique(held, axis=0, return_inverse=True)
        kind = kind.reshape(-1)
        sizes = np.bincount(kind, self.sizes[members])
        worth = np.array([int(claims.worths[k][0]) for k in supported], dtype=claims.now.dtype)
        start = np.array([k in projects for k in supported], dtype=bool)
        union = _union(kinds, sizes, worth, start, needed, most, self.clock)
        if union is None:
            return None
        inside = np.array([not (own & ~union).any() for own in kinds], dtype=bool)
        united: Array = members[inside[kind]]
        return united


def _union(
    kinds: Array, sizes: Array, worth: Array, start: Array, needed: int, most: int, clock: Clock
) -> Array | None:
    """A set of funded projects of at most some worth that contains enough ballots whole.

    Parameters
    ----------
    kinds : array of bool, shape (c, f)
        The funded projects of each kind of ballot.
    sizes : array, shape (c,)
        How many voters have it.
    worth : array of int, shape (f,)
        Of the funded projects.
    start : array of bool, shape (f,)
        In every such set.
    needed, most : int
        Voters, worth.
    clock : Clock
        Raises when the time is over.

    Notes
    -----
    Branch and bound.  A ballot that is contained takes up its worth in the set, so a project brings
    at most ``worth / worth of the ballot`` of a voter: the bound is a fractional knapsack.
    """
    stack = [(start, np.ones(len(worth), dtype=bool))]
    while stack:
        clock.check()
        union, allowed = stack.pop()
        room = most - int(worth[union].sum())
        if room < 0:
            continue
        missing = kinds & ~union
        lacking = missing @ worth
        possible = np.asarray(lacking <= room, dtype=bool) & ~(missing & ~allowed).any(axis=1)
        inside = possible & ~missing.any(axis=1)
        got = float(sizes[inside].sum())
        if got >= needed:
            return union
        rest = possible & ~inside
        free = np.asarray(lacking[rest] == 0, dtype=bool)
        ratios = sizes[rest] / np.where(free, 1, lacking[rest]).astype(float)
        density = ratios @ missing[rest]
        order = np.argsort(-density, kind="stable")
        prices = worth[order].astype(float)
        before = np.cumsum(prices) - prices
        taken = np.minimum(prices, np.maximum(float(room) - before, 0.0))
        bound = got + float(sizes[rest][free].sum()) + float(taken @ density[order])
        if bound < needed - 1e-6 or not rest.any():
            continue
        k = int(np.argmax(density))
        without = allowed.copy()
        without[k] = False
        with_it = union.copy()
        with_it[k] = True
        stack += [(union, without), (with_it, allowed)]
    return None
