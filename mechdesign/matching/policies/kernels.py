"""Inner loops of the simulation, compiled where numba is there and the same numbers without it.

A run draws one threshold T ~ Exp(1) for every copy of an offline vertex.  An attempt of probability
p uses up ``-ln(1 - p)`` of it, and the first attempt that uses it up is the success.  Since a
geometric clock is an exponential one seen at these steps, this is exact for every policy that does
not look ahead, and no random number is drawn per arrival.

Every kernel fills, for run r, `rewards[r]` (weight of the successes) and `loads[r]` (sum of ``w p``
over the attempts), and adds to `fills` (successes of a vertex) and `gains` (weight won at an
arrival).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from mechdesign.algorithms.jit import jit

# How the factor of a vertex changes after an attempt on it.
FIXED = 0  # not at all
LOAD = 1  # minus the load
DISCOUNT = 2  # a tabulated function of the load
WEAR = 3  # times a factor of the edge, if the attempt failed
WEAR_ALWAYS = 4  # times a factor of the edge
FILL = 5  # a tabulated function of the used capacity, after a success

# Runs that go side by side.
LANES = 4

#: Keys tie unless one exceeds the other by this part of it: more than sums in floats can lose, so
#: that ties of exact instances are ties here.
TIE = 1e-11

Array = Any


class Graph(NamedTuple):
    """An instance in arrays.

    Arrival t has the edges from ``indptr[t]`` to ``indptr[t + 1]``; each has a neighbour, a
    probability and the cost ``-ln(1 - p)``.  Vertices have a weight, a capacity and the place of
    the first of their copies among the thresholds.
    """

    indptr: Array
    neighbours: Array
    chances: Array
    costs: Array
    weights: Array
    capacities: Array
    first: Array


class Factors(NamedTuple):
    """The factors of edges, and how those of vertices change; `per_unit` cells of the table are
    one unit of load.
    """

    edges: Array
    wear: Array
    mode: int
    table: Array
    per_unit: float


class Tallies(NamedTuple):
    """The thresholds of some runs, shape (runs, copies), and what the kernels fill."""

    thresholds: Array
    rewards: Array
    loads: Array
    fills: Array
    gains: Array


@jit
def run_keys(graph: Graph, factors: Factors, start: Array, tallies: Tallies) -> None:
    """Policies that attempt the largest ``edge factor * vertex factor``, first edge wins ties.

    Each `b` is what a key must exceed to be larger than the largest so far.

    Four runs go side by side in variables of their own: the search for the largest key then
    compiles to code without branches, and the graph is read once for all of them.
    """
    indptr, neighbours, chances, costs, weights, capacities, first = graph
    edge_factors, wear, mode, table, per_unit = factors
    thresholds, rewards, loads, fills, gains = tallies
    runs, n = start.shape
    arrivals = len(indptr) - 1
    last = len(table) - 1
    pick = np.empty(LANES, dtype=np.int64)
    for begin in range(0, runs, LANES):
        lanes = min(LANES, runs - begin)
        factor = np.zeros((n, LANES))
        load = np.zeros((n, LANES))
        rest = np.zeros((n, LANES))
        left = np.zeros((n, LANES), dtype=np.int64)
        for j in range(lanes):
            factor[:, j] = start[begin + j]
            rest[:, j] = thresholds[begin + j][first]
            left[:, j] = capacities
        for t in range(arrivals):
            b0 = b1 = b2 = b3 = -np.inf
            p0 = p1 = p2 = p3 = -1
            for k in range(indptr[t], indptr[t + 1]):
                u = neighbours[k]
                scale = edge_factors[k]
                # A vertex without capacity has the factor -inf, which is never larger.
                v0 = scale * factor[u, 0]
                v1 = scale * factor[u, 1]
                v2 = scale * factor[u, 2]
                v3 = scale * factor[u, 3]
                p0 = k if v0 > b0 else p0
                b0 = v0 + TIE * abs(v0) if v0 > b0 else b0
                p1 = k if v1 > b1 else p1
                b1 = v1 + TIE * abs(v1) if v1 > b1 else b1
                p2 = k if v2 > b2 else p2
                b2 = v2 + TIE * abs(v2) if v2 > b2 else b2
                p3 = k if v3 > b3 else p3
                b3 = v3 + TIE * abs(v3) if v3 > b3 else b3
            pick[0] = p0
            pick[1] = p1
            pick[2] = p2
            pick[3] = p3
            for j in range(lanes):
                k = pick[j]
                if k < 0:
                    continue
                u = neighbours[k]
                r = begin + j
                loads[r] += weights[u] * chances[k]
                load[u, j] += chances[k]
                rest[u, j] -= costs[k]
                if rest[u, j] <= 0.0:
                    rewards[r] += weights[u]
                    fills[u] += 1.0
                    gains[t] += weights[u]
                    left[u, j] -= 1
                    if left[u, j] == 0:
                        factor[u, j] = -np.inf
                        continue
                    used = capacities[u] - left[u, j]
                    rest[u, j] = thresholds[r, first[u] + used]
                    if mode == FILL:
                        factor[u, j] = table[first[u] + used]
                elif mode == WEAR:
                    factor[u, j] *= wear[k]
                if mode == LOAD:
                    factor[u, j] = -load[u, j]
                elif mode == DISCOUNT:
                    place = load[u, j] * per_unit
                    cell = int(place)
                    if cell >= last:
                        factor[u, j] = table[last]
                    else:
                        step = table[cell + 1] - table[cell]
                        factor[u, j] = table[cell] + (place - cell) * step
                elif mode == WEAR_ALWAYS:
                    factor[u, j] *= wear[k]


@jit
def run_random(graph: Graph, uniforms: Array, tallies: Tallies) -> None:
    """Attempt an available neighbour uniformly at random; one uniform number for each arrival."""
    indptr, neighbours, chances, costs, weights, capacities, first = graph
    thresholds, rewards, loads, fills, gains = tallies
    runs, arrivals = uniforms.shape
    for r in range(runs):
        left = capacities.copy()
        rest = thresholds[r][first]
        reward = 0.0
        loaded = 0.0
        for t in range(arrivals):
            free = 0
            for k in range(indptr[t], indptr[t + 1]):
                if left[neighbours[k]] > 0:
                    free += 1
            if free == 0:
                continue
            skip = int(uniforms[r, t] * free)
            pick = -1
            for k in range(indptr[t], indptr[t + 1]):
                if left[neighbours[k]] > 0:
                    if skip == 0:
                        pick = k
                        break
                    skip -= 1
            u = neighbours[pick]
            loaded += weights[u] * chances[pick]
            rest[u] -= costs[pick]
            if rest[u] <= 0.0:
                reward += weights[u]
                fills[u] += 1.0
                gains[t] += weights[u]
                left[u] -= 1
                if left[u] > 0:
                    rest[u] = thresholds[r, first[u] + capacities[u] - left[u]]
        rewards[r] = reward
        loads[r] = loaded


@jit
def run_fractional(
    graph: Graph, table: Array, per_unit: float, pieces: int, uniforms: Array, tallies: Tallies
) -> None:
    """Pour every arrival in pieces on the best discounted vertices; attempt that of one piece."""
    indptr, neighbours, chances, costs, weights, capacities, first = graph
    thresholds, rewards, loads, fills, gains = tallies
    runs, arrivals = uniforms.shape
    n = len(weights)
    last = len(table) - 1
    for r in range(runs):
        discount = np.full(n, table[0])
        virtual = np.zeros(n)
        left = capacities.copy()
        rest = thresholds[r][first]
        reward = 0.0
        loaded = 0.0
        for t in range(arrivals):
            drawn = int(uniforms[r, t] * pieces)
            pick = -1
            for piece in range(pieces):
                best = -np.inf
                top = -1
                for k in range(indptr[t], indptr[t + 1]):
                    u = neighbours[k]
                    if left[u] > 0:
                        value = weights[u] * chances[k] * discount[u]
                        if value > best:
                            best = value + TIE * abs(value)
                            top = k
                if top < 0:
                    break
                u = neighbours[top]
                virtual[u] += chances[top] / pieces
                place = virtual[u] * per_unit
                cell = int(place)
                if cell >= last:
                    discount[u] = table[last]
                else:
                    discount[u] = table[cell] + (place - cell) * (table[cell + 1] - table[cell])
                if piece == drawn:
                    pick = top
            if pick < 0:
                continue
            u = neighbours[pick]
            loaded += weights[u] * chances[pick]
            rest[u] -= costs[pick]
            if rest[u] <= 0.0:
                reward += weights[u]
                fills[u] += 1.0
                gains[t] += weights[u]
                left[u] -= 1
                if left[u] > 0:
                    rest[u] = thresholds[r, first[u] + capacities[u] - left[u]]
        rewards[r] = reward
        loads[r] = loaded


@jit
def run_second_choice(graph: Graph, choices: Array, uniforms: Array, tallies: Tallies) -> None:
    """Follow a plan of first and second choices (edges, -1 for none), shape (arrivals, 2).

    The second choice is attempted once the first one would have succeeded by first choices alone,
    which a coin decides where it has succeeded otherwise.
    """
    _, neighbours, chances, costs, weights, capacities, first = graph
    thresholds, rewards, loads, fills, gains = tallies
    runs, arrivals = uniforms.shape
    n = len(weights)
    for r in range(runs):
        left = capacities.copy()
        rest = thresholds[r][first]
        spent = np.zeros(n)
        reward = 0.0
        loaded = 0.0
        for t in range(arrivals):
            k = choices[t, 0]
            if k < 0:
                continue
            favourite = neighbours[k]
            if left[favourite] == 0:
                if spent[favourite] == 0.0:
                    if uniforms[r, t] < chances[k]:
                        spent[favourite] = 1.0
                    continue
                k = choices[t, 1]
                if k < 0 or left[neighbours[k]] == 0:
                    continue
            u = neighbours[k]
            loaded += weights[u] * chances[k]
            rest[u] -= costs[k]
            if rest[u] <= 0.0:
                reward += weights[u]
                fills[u] += 1.0
                gains[t] += weights[u]
                left[u] -= 1
                if left[u] > 0:
                    rest[u] = thresholds[r, first[u] + capacities[u] - left[u]]
                elif u == favourite:
                    spent[u] = 1.0
        rewards[r] = reward
        loads[r] = loaded
