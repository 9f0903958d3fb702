"""Large packing programs of groups and resources, by smoothed duals with a certified gap.

The dual of either program is a convex piecewise linear function of few variables.  Its maxima
are replaced by ``tau log sum exp``, the smooth function is minimised by L-BFGS-B for falling tau,
and at every stage

* the prices found, put into the *unsmoothed* dual, prove an upper bound;
* the softmax weights, scaled into the polytope, are a feasible point.

So the gap is certified, whatever the minimiser does.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np

from mechdesign.algorithms.jit import available, jit
from mechdesign.records import dataclass
from mechdesign.solvers.linear.packing import unit_of

__all__ = ["Smoothed", "assignment_prices", "ordered_prices"]

Array = Any

_STAGES = 14
_FALL = 0.3


@dataclass(frozen=True)
class Smoothed:
    """A feasible point and a proved bound.

    Parameters
    ----------
    value : float
        The objective at `x`.
    bound : float
        At least the optimum: the sum of the dual, and what rounding can have taken from it.
    x : array, shape (edges,)
        Feasible.
    prices : array
        Of the resources, or of the groups: what the dual is a function of.
    iterations : int
        Evaluations of the smooth dual.
    """

    value: float
    bound: float
    x: Array
    prices: Array
    iterations: int


def assignment_prices(
    indptr: Array,
    resources: Array,
    sizes: Array,
    worths: Array,
    capacities: Array,
    *,
    tolerance: float = 0.01,
    max_evaluations: int = 2000,
) -> Smoothed:
    """Fractional assignment of groups to resources of limited capacity.

    Maximise ``sum worth_e size_e x_e`` with ``sum size_e x_e <= capacity`` for every resource and
    ``sum x_e <= 1`` for every group.

    Parameters
    ----------
    indptr : array of int, shape (groups + 1,)
        The edges of group g are ``indptr[g]:indptr[g + 1]``.
    resources : array of int, shape (edges,)
        The resource of every edge.
    sizes : array, shape (edges,)
        Nonnegative.
    worths : array, shape (resources,)
        Nonnegative worth of a unit of each resource.
    capacities : array, shape (resources,)
        Positive.
    tolerance : float
        Stop at this relative gap.
    max_evaluations : int
        Stop after this many evaluations in any case; the gap is what it is then.

    Notes
    -----
    One evaluation is O(edges).

    Examples
    --------
    >>> found = assignment_prices(
    ...     np.array([0, 1, 2]), np.array([0, 0]), np.array([0.8, 0.8]), np.ones(1), np.ones(1)
    ... )
    >>> found.bound - found.value < 0.01
    True
    """
    unit = unit_of(worths)
    worths = np.asarray(worths, dtype=np.float64) / unit
    filled = np.flatnonzero(np.diff(indptr))
    starts = np.asarray(indptr)[filled]
    widths = np.diff(indptr)[filled]
    n = len(worths)

    def margins(alpha: Array) -> Array:
        return sizes * (worths - alpha)[resources]

    def spread(values: Array) -> Array:
        return np.repeat(values, widths)

    def smooth(alpha: Array, tau: float) -> tuple[float, Array, Array]:
        scores = margins(alpha)
        top = np.maximum(np.maximum.reduceat(scores, starts), 0.0)
        weights = np.exp((scores - spread(top)) / tau)
        total = np.add.reduceat(weights, starts) + np.exp(-top / tau)
        weights /= spread(total)
        used = np.bincount(resources, weights=sizes * weights, minlength=n)
        value = float(capacities @ alpha + (top + tau * np.log(total)).sum())
        return value, capacities - used, weights

    def bound(alpha: Array) -> float:
        top = np.maximum(np.maximum.reduceat(margins(alpha), starts), 0.0)
        return float(capacities @ alpha + top.sum())

    def repair(weights: Array) -> tuple[float, Array]:
        used = np.bincount(resources, weights=sizes * weights, minlength=n)
        x = weights * np.minimum(1.0, capacities / np.maximum(used, 1e-300))[resources]
        return float((worths[resources] * sizes) @ x), x

    if not len(filled):
        return Smoothed(0.0, 0.0, np.zeros(0), np.zeros(n), 0)
    gains = sizes * worths[resources]
    tau = max(float(gains.mean()), 1e-12) / 16
    found = _descend(smooth, bound, repair, worths / 2, worths, tau, tolerance, max_evaluations)
    return _in_units(found, unit, float(gains.max()), len(resources) + n)


def ordered_prices(
    resources: Array,
    groups: Array,
    chances: Array,
    worths: Array,
    group_count: int,
    *,
    start: Array | None = None,
    tolerance: float = 0.01,
    max_evaluations: int = 2000,
) -> Smoothed:
    """Assignment of ordered groups to resources that each succeed once.

    Maximise ``sum worth_e chance_e x_e`` with ``sum x_e <= 1`` for every group and ``x_e <= 1 - sum
    chance x`` over the earlier edges of the resource: an edge can be used only while its resource
    has not succeeded.

    Parameters
    ----------
    resources, groups, chances : arrays, shape (edges,)
        Edges; groups come in increasing order.
    worths : array, shape (resources,)
        Nonnegative.
    group_count : int
        The number of groups.
    start : array, shape (groups,), optional
        Prices to begin with, such as those of the groups in the fractional assignment.
    tolerance, max_evaluations
        As in :func:`assignment_prices`.

    Notes
    -----
    The dual is a function of the prices of the groups: for given ones, every resource solves an
    optimal stopping problem by a backward recursion, O(edges) in all.  Without a compiler all
    resources take their step together, in as many array steps as the largest degree.

    Examples
    --------
    >>> found = ordered_prices(
    ...     np.array([0, 0]), np.array([0, 1]), np.array([0.5, 0.5]), np.ones(1), 2
    ... )
    >>> abs(found.value - 0.75) < 0.01 and abs(found.bound - 0.75) < 0.01
    True
    """
    edges = len(resources)
    n = len(worths)
    unit = unit_of(worths)
    worths = np.asarray(worths, dtype=np.float64) / unit
    if not edges:
        return Smoothed(0.0, 0.0, np.zeros(0), np.zeros(group_count), 0)
    degrees = np.bincount(resources, minlength=n)
    rank = np.empty(n, dtype=np.int64)
    by_degree = np.argsort(-degrees, kind="stable")
    rank[by_degree] = np.arange(n)
    # Layers: the last edges of all resources, the last but one ... ; long resources come first.
    by_resource = np.lexsort((-groups, rank[resources]))
    begins = np.cumsum([0, *degrees[by_degree][:-1]])
    depth = np.arange(edges) - np.repeat(begins, degrees[by_degree])
    order = by_resource[np.lexsort((rank[resources][by_resource], depth))]
    sizes = np.bincount(depth)
    bounds_of = np.cumsum([0, *sizes]).tolist()
    layers = [slice(a, b) for a, b in itertools.pairwise(bounds_of)]
    borders = np.array(bounds_of)
    p = chances[order]
    gains = p * worths[resources[order]]
    at = groups[order]

    def smooth(beta: Array, tau: float) -> tuple[float, Array, Array]:
        paid = gains - beta[at]
        value = np.zeros(n)
        takes = np.empty(edges)
        if available():
            _stop_softly(borders, paid, p, tau, value, takes)
        else:
            for layer in layers:
                size = layer.stop - layer.start
                scaled = (paid[layer] - p[layer] * value[:size]) / tau
                soft = np.logaddexp(0.0, scaled)
                takes[layer] = np.exp(scaled - soft)
                value[:size] += tau * soft
        x = flow(takes)
        used = np.bincount(at, weights=x, minlength=group_count)
        return float(beta.sum() + value.sum()), 1.0 - used, x

    def flow(takes: Array) -> Array:
        alive = np.ones(n)
        x = np.empty(edges)
        if available():
            _flow(borders, takes, p, alive, x)
            return x
        for layer in reversed(layers):
            size = layer.stop - layer.start
            x[layer] = alive[:size] * takes[layer]
            alive[:size] -= p[layer] * x[layer]
        return x

    def bound(beta: Array) -> float:
        paid = gains - beta[at]
        value = np.zeros(n)
        for layer in layers:
            size = layer.stop - layer.start
            value[:size] += np.maximum(paid[layer] - p[layer] * value[:size], 0.0)
        return float(beta.sum() + value.sum())

    def repair(x: Array) -> tuple[float, Array]:
        used = np.bincount(at, weights=x, minlength=group_count)
        # Less of an edge leaves more room for the later edges of its resource.
        scaled = x / np.maximum(used, 1.0)[at]
        found = np.empty(edges)
        found[order] = scaled
        return float(gains @ scaled), found

    limits = np.zeros(group_count)
    np.maximum.at(limits, at, gains)
    begin = limits / 2 if start is None else np.clip(start / unit, 0.0, limits)
    # Good prices to begin with are lost again if the function is too smooth.
    tau = max(float(gains.mean()), 1e-12) / (16 if start is None else 100)
    found = _descend(smooth, bound, repair, begin, limits, tau, tolerance, max_evaluations)
    return _in_units(found, unit, float(gains.max()), edges + n + group_count)


def _in_units(found: Smoothed, unit: float, peak: float, terms: int) -> Smoothed:
    """A solution in the caller's unit; its bound allows for the rounding of every term."""
    slack = terms * 2.0**-50 * (found.bound + peak)
    return Smoothed(
        found.value * unit,
        (found.bound + slack) * unit,
        found.x,
        found.prices * unit,
        found.iterations,
    )


@jit
def _stop_softly(
    borders: Array, paid: Array, p: Array, tau: float, value: Array, takes: Array
) -> None:
    """The smooth backward recursion, layer by layer; fills `value` and `takes`."""
    for layer in range(len(borders) - 1):
        begin = borders[layer]
        for k in range(begin, borders[layer + 1]):
            u = k - begin
            scaled = (paid[k] - p[k] * value[u]) / tau
            small = np.exp(-abs(scaled))
            if scaled > 0.0:
                takes[k] = 1.0 / (1.0 + small)
                value[u] += tau * (scaled + np.log1p(small))
            else:
                takes[k] = small / (1.0 + small)
                value[u] += tau * np.log1p(small)


@jit
def _flow(borders: Array, takes: Array, p: Array, alive: Array, x: Array) -> None:
    """The forward pass: what reaches every edge and is used there; fills `x`."""
    for layer in range(len(borders) - 2, -1, -1):
        begin = borders[layer]
        for k in range(begin, borders[layer + 1]):
            u = k - begin
            x[k] = alive[u] * takes[k]
            alive[u] -= p[k] * x[k]


def _descend(
    smooth: Callable[[Array, float], tuple[float, Array, Array]],
    bound: Callable[[Array], float],
    repair: Callable[[Array], tuple[float, Array]],
    start: Array,
    limits: Array,
    tau: float,
    tolerance: float,
    max_evaluations: int,
) -> Smoothed:
    """Minimise over prices in [0, limits], for falling tau, until the gap is small enough."""
    from scipy.optimize import Bounds, minimize

    prices = start
    best_bound, best_value = np.inf, -np.inf
    best_x: Array = np.zeros(0)
    best_prices = start
    spent = 0
    for _ in range(_STAGES):
        found = minimize(
            lambda y, tau=tau: smooth(y, tau)[:2],
            prices,
            jac=True,
            method="L-BFGS-B",
            bounds=Bounds(0.0, limits),
            options={"maxiter": 15, "maxfun": 25, "maxcor": 6},
        )
        spent += int(found.nfev) + 1
        prices = found.x
        value, x = repair(smooth(prices, tau)[2])
        if value > best_value:
            best_value, best_x = value, x
        proved = bound(prices)
        if proved < best_bound:
            best_bound, best_prices = proved, prices
        if best_bound - best_value <= tolerance * abs(best_bound) or spent >= max_evaluations:
            break
        tau *= _FALL
    return Smoothed(best_value, best_bound, best_x, best_prices, spent)
