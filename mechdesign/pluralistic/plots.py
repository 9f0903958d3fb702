"""Plots of policies for several groups, of groups, and of exchange rates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from mechdesign.axes import axes_for, legend_beside
from mechdesign.errors import InvalidInputError
from mechdesign.model import Number, Problem, as_list, as_number
from mechdesign.pluralistic import (
    AmountCurve,
    Distances,
    FittedUtilities,
    Mixture,
    compare_policies,
    policies,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "amount_curves",
    "dual_weights",
    "group_utilities",
    "policy_front",
    "respondent_map",
    "responsibilities",
    "utilities_with_errors",
]

_COLOURS = ("#30638e", "#d1495b", "#edae49", "#003d5b", "#66a182")
_MARKERS = ("o", "s", "^", "D", "v")


def group_utilities(
    data: object,
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


def dual_weights(
    data: object,
    betas: Sequence[Number] = (0, 0.1, 0.5),
    *,
    ax: Axes | None = None,
    **options: Any,
) -> Axes:
    """What two groups could at best get by weighted sums: the dual of max-min, its minimum marked.

    The curve is the largest weighted sum of utilities, less the cost of departing from the uniform
    policy, against the weight of the first group; where it is lowest, a weighted sum and max-min
    choose the same.

    Parameters
    ----------
    data, **options
        Two groups, as for :func:`mechdesign.pluralistic.compare_policies`.
    betas : sequence of numbers
        Costs of departures, one curve each.
    """
    problem = _two(data, options)
    u = np.array([[float(x) for x in row] for row in problem.types])
    ax = axes_for(ax, (6, 3.4))
    shares = np.linspace(0, 1, 401)
    for k, given in enumerate(as_list(betas, "betas")):
        beta = float(as_number(given, f"betas[{k}]", low=0))
        sums = np.outer(shares, u[0]) + np.outer(1 - shares, u[1])
        top = sums.max(axis=1)
        values = top
        if beta:
            mass = np.exp((sums - top[:, None]) / beta).mean(axis=1)
            values = top + beta * np.log(mass)
        low = int(values.argmin())
        colour = _COLOURS[k % 5]
        ax.plot(shares, values, color=colour, label=f"beta = {beta:g}")
        ax.plot(shares[low], values[low], _MARKERS[k % 5], color=colour)
    ax.set_xlabel(f"weight of {problem.agents[0]}")
    ax.set_ylabel("best weighted sum")
    legend_beside(ax)
    return ax


def policy_front(
    data: object,
    rules: Sequence[str] = ("utilitarian", "random_group", "maxmin", "nash_welfare"),
    *,
    ax: Axes | None = None,
    **options: Any,
) -> Axes:
    """What two groups get: alternatives, the front of all lotteries, and the rules' policies.

    Parameters
    ----------
    data, **options
        Two groups, as for :func:`mechdesign.pluralistic.compare_policies`.
    rules : sequence of str
        Rules of the family.
    """
    problem = _two(data, options)
    points = [(float(x), float(y)) for x, y in zip(*problem.types, strict=True)]
    ax = axes_for(ax, (4.8, 4.4))
    ax.plot(*zip(*points, strict=True), ".", color="0.6", label="alternatives")
    for label, point in zip(problem.data.alternatives, points, strict=True):
        ax.annotate(str(label), point, xytext=(4, 4), textcoords="offset points", fontsize="small")
    ax.plot(*zip(*_upper(points), strict=True), color="0.6", label="front of lotteries")
    for k, row in enumerate(compare_policies(problem, rules).rows):
        gets = [float(x) for x in row[1:3]]
        ax.plot(*gets, _MARKERS[k % 5], color=_COLOURS[k % 5], label=str(row[0]))
    ax.set_xlabel(f"utility of {problem.agents[0]}")
    ax.set_ylabel(f"utility of {problem.agents[1]}")
    ax.margins(0.1)
    legend_beside(ax)
    return ax


def _upper(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """The corners of the front of all lotteries, from left to right."""
    front: list[tuple[float, float]] = []
    for x, y in sorted(set(points), key=lambda p: (-p[0], -p[1])):
        if front and y <= front[-1][1]:
            continue
        while len(front) > 1:
            (a, b), (c, d) = front[-2], front[-1]
            if (c - a) * (y - b) > (d - b) * (x - a):
                break
            front.pop()
        front.append((x, y))
    return front[::-1]


def _two(data: object, options: Mapping[str, object]) -> Problem:
    problem = data if isinstance(data, Problem) else policies().problem(data, **options)
    if len(problem) != 2:
        raise InvalidInputError("data", "have two groups", len(problem))
    return problem


def respondent_map(found: Distances, *, ax: Axes | None = None) -> Axes:
    """Respondents in the plane, the nearer the more alike their preferences.

    Parameters
    ----------
    found : Distances
        See :func:`mechdesign.pluralistic.distances`.
    """
    ax = axes_for(ax, (4.8, 4.4))
    places = found.map()
    ax.plot(*places.T, "o", color=_COLOURS[0])
    for name, place in zip(found.respondents, places, strict=True):
        ax.annotate(
            str(name), tuple(place), xytext=(5, 4), textcoords="offset points", fontsize="small"
        )
    ax.set_aspect("equal", adjustable="datalim")
    ax.margins(0.15)
    ax.set_title(f"{found.measure} distances; the map shows {found.shown:.0%}", fontsize="small")
    return ax
