"""The simulation without a compiler: all runs of a batch walk through the arrivals together.

Every run does the same floating-point operations in the same order as in the kernels, so the
numbers are the same.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from mechdesign.matching.instances.graphs import Instance
from mechdesign.matching.policies import kernels
from mechdesign.matching.policies.array_form import CELLS, Keys

Array = Any


class State:
    """What the runs of a batch have in common, whatever the policy: thresholds and tallies.

    Parameters
    ----------
    instance : Instance
        The graph.
    first : array of int, shape (n,)
        Where the copies of a vertex begin in `thresholds`.
    thresholds : array, shape (runs, copies)
        One Exp(1) draw for every copy.
    """

    def __init__(self, instance: Instance, first: Array, thresholds: Array) -> None:
        self.runs = len(thresholds)
        self.thresholds = np.ascontiguousarray(thresholds.T)
        self.first = first
        self.capacities = np.array(instance.capacities, dtype=np.int64)
        self.weights = instance.w
        self.rest = self.thresholds[first].copy()
        self.left = np.repeat(self.capacities[:, None], self.runs, axis=1)
        self.rewards = np.zeros(self.runs)
        self.loads = np.zeros(self.runs)
        self.fills = np.zeros(instance.n)
        self.gains = np.zeros(instance.m)
        self.every = np.arange(self.runs)

    def attempt(
        self, t: int, u: Array, who: Array, chances: Array, costs: Array
    ) -> tuple[Array, Array]:
        """Let the runs `who` attempt the vertices `u`; which of them succeed, with what left."""
        self.loads[who] += self.weights[u] * chances
        rest = self.rest[u, who] - costs
        won = rest <= 0.0
        if won.any():
            winners, vertices = who[won], u[won]
            paid = self.weights[vertices]
            self.rewards[winners] += paid
            np.add.at(self.fills, vertices, 1.0)
            for value in paid:
                self.gains[t] += value
            left = self.left[vertices, winners] - 1
            self.left[vertices, winners] = left
            again = left > 0
            used = (self.capacities[vertices] - left)[again]
            fresh = self.thresholds[self.first[vertices[again]] + used, winners[again]]
            renewed = np.zeros(len(vertices))
            renewed[again] = fresh
            rest[won] = renewed
        self.rest[u, who] = rest
        return won, self.left[u, who]


def batch_keys(instance: Instance, recipe: Keys, start: Array, state: State) -> None:
    """Run a keyed policy.

    Parameters
    ----------
    instance : Instance
        The graph.
    recipe : Keys
        Of the policy.
    start : array, shape (runs, n)
        Vertex factors at the start.
    state : State
        Filled in place.

    Notes
    -----
    O(edges * runs) array work in one step for each arrival: worth it for many runs.
    """
    factor = np.ascontiguousarray(start.T)
    tracks = recipe.mode in (kernels.LOAD, kernels.DISCOUNT)
    load = np.zeros_like(factor) if tracks else factor
    costs = costs_of(instance)
    factors, chances = recipe.edge_factors, instance.p
    indptr = instance.indptr.tolist()
    for t in range(instance.m):
        a, b = indptr[t], indptr[t + 1]
        if a == b:
            continue
        near = instance.neighbours[a:b]
        # What a key must exceed to be larger than the largest so far.
        bar = np.full(state.runs, -np.inf)
        place = np.full(state.runs, -1)
        for number, u in enumerate(near.tolist()):
            # Nothing times minus infinity is not a number, and stands for a vertex that is gone.
            with np.errstate(invalid="ignore"):
                values = factors[a + number] * factor[u]
                larger = values > bar
            keys = values[larger]
            place[larger] = number
            bar[larger] = keys + kernels.TIE * np.abs(keys)
        who = np.flatnonzero(place >= 0)
        if not len(who):
            continue
        place = place[who]
        u, k = near[place], a + place
        won, left = state.attempt(t, u, who, chances[k], costs[k])
        gone = left == 0
        if recipe.mode == kernels.LOAD:
            load[u, who] += chances[k]
            factor[u, who] = -load[u, who]
        elif recipe.mode == kernels.DISCOUNT:
            load[u, who] += chances[k]
            factor[u, who] = interpolate(recipe.table, load[u, who])
        elif recipe.mode == kernels.WEAR:
            # After the last success the vertex is gone; after another one its factor stays.
            factor[u, who] *= np.where(won, 1.0, recipe.wear[k])
        elif recipe.mode == kernels.WEAR_ALWAYS:
            factor[u, who] *= recipe.wear[k]
        elif recipe.mode == kernels.FILL and won.any():
            cell = np.minimum(state.first[u] + state.capacities[u] - left, len(recipe.table) - 1)
            factor[u, who] = np.where(won, recipe.table[cell], factor[u, who])
        if gone.any():
            factor[u[gone], who[gone]] = -np.inf


def batch_random(instance: Instance, uniforms: Array, state: State) -> None:
    """Run the uniform choice; `uniforms` has shape (runs, m)."""
    costs = costs_of(instance)
    indptr = instance.indptr.tolist()
    for t in range(instance.m):
        a, b = indptr[t], indptr[t + 1]
        if a == b:
            continue
        near = instance.neighbours[a:b]
        free = state.left[near] > 0
        count = free.sum(axis=0)
        who = np.flatnonzero(count)
        if not len(who):
            continue
        skip = (uniforms[who, t] * count[who]).astype(np.int64)
        place = (free[:, who].cumsum(axis=0) > skip).argmax(axis=0)
        k = a + place
        state.attempt(t, near[place], who, instance.p[k], costs[k])


def interpolate(table: Array, loads: Array) -> Array:
    """The tabulated function at given loads, constant beyond the table."""
    place = loads * float(CELLS)
    cell = place.astype(np.int64)
    last = len(table) - 1
    inside = np.minimum(cell, last - 1)
    values = table[inside] + (place - inside) * (table[inside + 1] - table[inside])
    return np.where(cell >= last, table[last], values)


def costs_of(instance: Instance) -> Array:
    """The part of a threshold that an attempt on each edge uses up: ``-ln(1 - p)``."""
    with np.errstate(divide="ignore"):
        return -np.log1p(-instance.p)
