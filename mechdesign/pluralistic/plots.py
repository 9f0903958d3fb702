"""Plots of policies for several groups, of groups, and of exchange rates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from mechdesign.axes import axes_for, legend_beside
from mechdesign.errors import InvalidInputError
from mechdesign.model import Number, Problem
from mechdesign.pluralistic import (
    AmountCurve,
    FittedUtilities,
    Mixture,
    compare_policies,
    policies,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["amount_curves", "group_utilities", "responsibilities", "utilities_with_errors"]

_COLOURS = ("#30638e", "#d1495b", "#edae49", "#003d5b", "#66a182")
_MARKERS = ("o", "s", "^", "D", "v")


def group_utilities(
    data: Any,
    rules: Sequence[str] = ("utilitarian", "random_group", "maxmin", "nash_welfare"),
    *,
    ax: Axes | None = None,
    **options: Any,
) -> Axes:
    """What every group gets under several rules, a line from the worst off to the best off.

    Parameters
    ----------
    data, **options
        As for :func:`mechdesign.pluralistic.compare_policies`.
    rules : sequence of str
        Rules of the family.
    """
    problem = data if isinstance(data, Problem) else policies().problem(data, **options)
    rows = compare_policies(problem, rules).rows
    ax = axes_for(ax, (6, 0.8 + 0.45 * len(rows)))
    places = np.arange(len(rows))[::-1]
    for place, row in zip(places, rows, strict=True):
        gets = [float(x) for x in row[1 : 1 + len(problem)]]
        ax.plot([min(gets), max(gets)], [place, place], color="0.75", zorder=1)
    for k, group in enumerate(problem.agents):
        gets = [float(row[1 + k]) for row in rows]
        colour, marker = _COLOURS[k % 5], _MARKERS[k % 5]
        ax.scatter(gets, places, s=42, label=str(group), zorder=2, color=colour, marker=marker)
    ax.set_yticks(places, [str(row[0]) for row in rows])
    ax.margins(y=0.15)
    ax.set_xlabel("expected utility of the group")
    legend_beside(ax, title="group")
    return ax


def responsibilities(found: Mixture, *, ax: Axes | None = None) -> Axes:
    """How likely each user is of each group, users of one group together.

    Parameters
    ----------
    found : Mixture
        See :func:`mechdesign.pluralistic.mixture`.
    """
    ax = axes_for(ax, (6, 2.2))
    given = found.responsibilities
    order = np.lexsort((-given.max(axis=1), given.argmax(axis=1)))
    image = ax.imshow(given[order].T, aspect="auto", cmap="Blues", vmin=0, vmax=1)
    ax.set_yticks(range(given.shape[1]), [f"group {k}" for k in range(given.shape[1])])
    ax.set_xlabel("users, by their likeliest group")
    ax.figure.colorbar(image, ax=ax, label="probability")
    return ax


def utilities_with_errors(fit: FittedUtilities, *, ax: Axes | None = None) -> Axes:
    """Utilities behind choices, the best on top, with 95 % intervals.

    Parameters
    ----------
    fit : FittedUtilities
        See :func:`mechdesign.pluralistic.fit_utilities`.
    """
    ax = axes_for(ax, (6, 0.8 + 0.3 * len(fit.alternatives)))
    order = np.argsort(fit.means, kind="stable")
    ax.errorbar(
        fit.means[order],
        range(len(order)),
        xerr=1.96 * fit.errors[order],
        fmt="o",
        color=_COLOURS[0],
        capsize=3,
    )
    ax.set_yticks(range(len(order)), [str(fit.alternatives[k]) for k in order])
    ax.margins(y=0.08)
    ax.set_xlabel("utility (the spread of one choice is 1)")
    return ax


def amount_curves(
    goods: Mapping[str, tuple[AmountCurve, Mapping[Number, Number]]], *, ax: Axes | None = None
) -> Axes:
    """Utilities of amounts of several goods, and the curves through them.

    Parameters
    ----------
    goods : mapping of name to pair of curve and utilities
        The utilities that :func:`mechdesign.pluralistic.amount_curve` took.
    """
    if not goods:
        raise InvalidInputError("goods", "not be empty", goods)
    ax = axes_for(ax, (6, 3.6))
    for k, (name, (curve, utilities)) in enumerate(goods.items()):
        colour = _COLOURS[k % 5]
        amounts = np.geomspace(curve.low, curve.high, 100)
        ax.plot(amounts, curve.slope * np.log(amounts) + curve.level, color=colour)
        points = [(float(x), float(u)) for x, u in utilities.items()]
        ax.plot(*zip(*points, strict=True), _MARKERS[k % 5], label=name, color=colour)
    ax.set_xscale("log")
    ax.set_xlabel("amount")
    ax.set_ylabel("utility")
    legend_beside(ax)
    return ax
