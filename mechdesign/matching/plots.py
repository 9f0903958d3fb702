"""Plots of online matching; each takes and returns matplotlib axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from mechdesign.axes import axes_for, legend_beside
from mechdesign.errors import InvalidInputError
from mechdesign.matching import DISCOUNTS, Ladder, Simulation, discount, simulate, upper_triangular
from mechdesign.matching.exact.closed_forms import triangular_ratio
from mechdesign.matching.exact.constants import finite_ratio
from mechdesign.model import as_count

__all__ = ["discounts", "fill_over_time", "ladder", "ratio_against_p"]


def fill_over_time(simulation: Simulation, ax: Any = None) -> Any:
    """Mean weight won up to every arrival, one line for each policy.

    Parameters
    ----------
    simulation : Simulation
        Of any policies.
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default on a new figure.
    """
    axes = axes_for(ax)
    # Policies that win the same are drawn over each other: wide lines first, dashes last.
    count = len(simulation.estimates)
    for k, estimate in enumerate(simulation.estimates):
        won = np.concatenate([[0.0], np.cumsum(estimate.gains)])
        dashes = (0, (4, 2 * k)) if k else "-"
        width = 1.5 + 1.5 * (count - 1 - k)
        x = np.arange(len(won))
        axes.plot(x, won, label=estimate.policy, linestyle=dashes, linewidth=width)
    if simulation.benchmark is not None:
        level = float(simulation.benchmark.bound)
        label = f"{simulation.benchmark.name} benchmark"
        axes.axhline(level, color="grey", linestyle=":", label=label)
    axes.set_xlabel("arrivals")
    axes.set_ylabel("mean weight won")
    legend_beside(axes)
    return axes


def ratio_against_p(
    k: int = 3, sizes: Sequence[int] = (1, 2, 4, 8, 16, 32), runs: int = 1000, ax: Any = None
) -> Any:
    """Ratio of Balance to the fluid benchmark on G_k against p = 1/b, with the proved bound.

    Parameters
    ----------
    k : int
        Size of the upper triangular graph.
    sizes : sequence of int
        The values of b.
    runs : int
        Of each simulation.
    """
    count = as_count(k, "k", low=1)
    axes = axes_for(ax)
    chances, means, low, high = [], [], [], []
    for b in sizes:
        graph = upper_triangular(count, as_count(b, "sizes", low=1))
        found = simulate(graph, "random_available", runs).estimates[0].ratio
        if found is None:
            raise InvalidInputError("sizes", "give graphs with a benchmark", b)
        chances.append(1 / b)
        means.append(found.mean)
        low.append(found.mean - found.low)
        high.append(found.high - found.mean)
    axes.errorbar(chances, means, yerr=[low, high], fmt="o", label=f"simulated on G_{count}")
    axes.plot(chances, [triangular_ratio(count, b) for b in sizes], label=f"exact on G_{count}")
    axes.plot(
        chances,
        [finite_ratio(p) for p in chances],
        linestyle="--",
        label="proved for StochasticBalance on every graph",
    )
    axes.set_xscale("log")
    axes.set_xlabel("success probability p of every edge")
    axes.set_ylabel("ratio to the fluid benchmark")
    legend_beside(axes)
    return axes


def ladder(bounds: Ladder, ax: Any = None) -> Any:
    """The values of a ladder as bars; certified gaps are drawn as lines.

    Parameters
    ----------
    bounds : Ladder
        Of :func:`mechdesign.matching.bounds`.
    """
    axes = axes_for(ax)
    rungs = [rung for rung in bounds.rungs if rung.value is not None]
    names = [rung.name for rung in rungs]
    values = [float(rung.value or 0) for rung in rungs]
    gaps = [float(rung.bound or 0) - value for rung, value in zip(rungs, values, strict=True)]
    colours = ["C1" if rung.name == "configuration" else "C0" for rung in rungs]
    axes.barh(names, values, xerr=[[0.0] * len(gaps), [max(g, 0.0) for g in gaps]], color=colours)
    axes.set_xlabel("expected reward")
    return axes


def discounts(names: Sequence[str] = tuple(DISCOUNTS), upto: float = 4.0, ax: Any = None) -> Any:
    """The discounts g(load) on one axis.

    Parameters
    ----------
    names : sequence of str
        Out of :data:`mechdesign.matching.DISCOUNTS`.
    upto : float
        The largest load.
    """
    axes = axes_for(ax)
    loads = np.linspace(0.0, float(upto), 200)
    for name in names:
        g = discount(name)
        axes.plot(loads, [g(float(x)) for x in loads], label=name.replace("_", " "))
    axes.set_xlabel("load")
    axes.set_ylabel("discount")
    legend_beside(axes)
    return axes
