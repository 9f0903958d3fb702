"""The core of an election: the search for projects that enough voters prefer to what is funded.

For a set of projects T the best group is everybody who prefers T, so only sets T are searched.  The
bound: a voter who gets d more than it has pays its share for it, so that a project can draw at most
``worth / d`` of a voter; a set whose projects together draw less than they cost objects to nothing.
"""

from __future__ import annotations

import numpy as np

from mechdesign.bargaining.ballots.grouped_ballots import Array
from mechdesign.bargaining.representation.entitlements import Claims
from mechdesign.clock import Clock

# Sums of up to 10^6 terms in double precision are exact to this part of the number of voters.
_ROUNDING = 1e-7
# How often the bound is improved before a branch is opened, and by how large steps.
_ROUNDS = 3
_FEW = 3
_STEP = 0.25


def blocking(claims: Claims, clock: Clock) -> tuple[tuple[int, ...], Array] | None:
    """Projects that a group of voters prefers and can pay, and the groups of equal ballots.

    Parameters
    ----------
    claims : Claims
        The election and what is funded.
    clock : Clock
        Raises when the time is over.

    Returns
    -------
    (projects, groups) or None
        None of the projects can be left out; the fewest, where three suffice.

    Notes
    -----
    Depth first, sets of up to three projects first.  Every set that objects contains a project that
    draws more than it costs, so a branch is one of these, and those before it are left out.  Bounds
    are floats with a margin for their rounding, answers are checked in integers.  Exponential in
    the worst case.
    """
    search = _Search(claims, clock)
    for most in (*range(1, _FEW + 1), search.m):
        search.cut = False
        found = search.start(most)
        if found is not None:
            return search.smallest(found)
        if not search.cut:
            return None
    return None


def _largest(profits: Array, most: int) -> float:
    """The sum of at most some number of the profits that are positive."""
    positive = profits[profits > 0]
    if most < len(positive):
        positive = np.sort(positive)[len(positive) - most :]
    return float(positive.sum())


class _Search:
    """The data that all branches share."""

    def __init__(self, claims: Claims, clock: Clock) -> None:
        self.claims, self.clock = claims, clock
        self.m = len(claims.costs)
        self.sizes = claims.votes.sizes
        self.weights = self.sizes.astype(float)
        self.target = claims.above(claims.now)
        # Prices in voters: how many shares of the budget a project costs.
        n = claims.votes.count
        self.prices = np.array(
            [c * n / claims.budget if claims.budget else (np.inf if c else 0) for c in claims.costs]
        )
        self.margin = _ROUNDING * n
        self.cut = False

    def start(self, most: int) -> tuple[int, ...] | None:
        """Search sets of at most some number of projects."""
        votes = self.claims.votes
        project = np.repeat(np.arange(self.m), np.diff(votes.starts))
        worth = np.concatenate([np.asarray(own) for own in self.claims.worths])
        entries = (project, votes.members, worth.astype(float))
        nothing = np.zeros_like(self.claims.now)
        return self._below((), nothing, np.isfinite(self.prices), entries, most, None)

    def smallest(self, chosen: tuple[int, ...]) -> tuple[tuple[int, ...], Array]:
        """The set without projects that are not needed for the objection, and its groups."""
        groups = self._objecting(chosen)
        for k in chosen:
            fewer = tuple(x for x in chosen if x != k)
            others = self._objecting(fewer)
            if others is not None:
                chosen, groups = fewer, others
        assert groups is not None  # the search found the set by the same test
        return tuple(sorted(chosen)), groups

    def _objecting(self, chosen: tuple[int, ...]) -> Array | None:
        """The groups that prefer a set of projects, where they are enough to pay for it."""
        has = np.zeros_like(self.claims.now)
        for k in chosen:
            has[self.claims.votes.of(k)] += self.claims.worths[k]
        return self._enough(chosen, np.asarray(has >= self.target, dtype=bool))

    def _enough(self, chosen: tuple[int, ...], prefers: Array) -> Array | None:
        needed = self.claims.needed(sum(self.claims.costs[k] for k in chosen))
        enough = chosen and int(self.sizes[prefers].sum()) >= needed
        return np.flatnonzero(prefers) if enough else None

    def _below(
        self,
        chosen: tuple[int, ...],
        has: Array,
        free: Array,
        entries: tuple[Array, Array, Array],
        most: int,
        taken: Array | None,
    ) -> tuple[int, ...] | None:
        """A set that objects, with some projects and at most `most` others, which are free.

        The entries are project, group, worth, of free projects and of groups that lack something.
        """
        self.clock.check()
        prefers = np.asarray(has >= self.target, dtype=bool)
        if self._enough(chosen, prefers) is not None:
            return chosen
        slack = float(self.weights[prefers].sum()) - self.prices[list(chosen)].sum() + self.margin
        lacking = np.where(prefers, np.inf, (self.target - has).astype(float))
        while True:
            kept = free[entries[0]] & np.isfinite(lacking)[entries[1]]
            project, group, worth = (part[kept] for part in entries)
            entries = (project, group, worth)
            # Voters whom all that is free cannot satisfy pay nothing.
            reach = np.bincount(group, worth, len(lacking))
            hopeless = np.isfinite(lacking) & (reach < lacking * (1 - 1e-12))
            if hopeless.any():
                lacking[hopeless] = np.inf
                continue
            shares = np.minimum(worth / lacking[group], 1.0)
            weights = self.weights[group]
            gains = np.bincount(project, shares * weights, self.m) - self.prices
            profits = np.where(free, gains, -np.inf)
            bound = slack + np.maximum(profits, 0).sum()
            if bound < 0:
                return None
            if slack + _largest(profits, most) < 0:
                self.cut = True
                return None
            # A project that uses up what all others gain is in no set that objects.
            useless = free & (bound + np.minimum(profits, 0) < 0)
            if not useless.any():
                answer = self._useless(slack, project, group, shares, free, profits, taken, most)
                if answer is None:
                    return None
                useless, taken = answer
                if not useless.any():
                    break
            free = free & ~useless
        order = np.argsort(-profits, kind="stable")
        good = order[profits[order] > -self.margin / self.m]
        if not most:
            self.cut = True
            return None
        free = free.copy()
        for k in good.tolist():
            free[k] = False
            wider = has.copy()
            wider[self.claims.votes.of(k)] += self.claims.worths[k]
            found = self._below((*chosen, k), wider, free, entries, most - 1, taken)
            if found is not None:
                return found
        return None

    def _useless(
        self,
        slack: float,
        project: Array,
        group: Array,
        shares: Array,
        free: Array,
        profits: Array,
        taken: Array | None,
        most: int,
    ) -> tuple[Array, Array] | None:
        """Free projects in no set that objects, and the best part of each to take.

        None if there is no such set.

        A voter pays at most one share however much the projects draw, and for every slope between
        0 and 1 at most ``1 - slope + slope * drawn``: a bound for each choice of slopes.
        """
        useless = np.zeros(self.m, dtype=bool)
        weights = self.weights[group]
        taken = (profits > 0).astype(float) if taken is None else np.where(free, taken, 0.0)
        for _ in range(_ROUNDS):
            drawn = np.bincount(group, shares * taken[project], len(self.weights))
            slopes = np.clip(1.5 - drawn, 0.0, 1.0)
            fixed = (self.weights * (1 - slopes)).sum()
            gains = np.bincount(project, shares * weights * slopes[group], self.m) - self.prices
            profits = np.where(free, gains, -np.inf)
            bound = slack + fixed + np.maximum(profits, 0).sum()
            if bound < 0:
                return None
            if slack + fixed + _largest(profits, most) < 0:
                self.cut = True
                return None
            useless |= free & (bound + np.minimum(profits, 0) < 0)
            taken = (1 - _STEP) * taken + _STEP * (profits > 0)
        return useless, taken
