"""Plots: contracts against the cap, concavification, the planner's precision, convex scores."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from mechdesign.axes import axes_for, legend_beside
from mechdesign.errors import InvalidInputError, require
from mechdesign.information import (
    PlannerPolicy,
    acquisition_optimal,
    concavification,
)
from mechdesign.model import Number, Problem, as_numbers

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "concave_closure",
    "phase_map",
    "planner_phases",
    "score_tangents",
    "value_against_cap",
]

_COLOURS = {"correlated": "#30638e", "product": "#edae49", "deterministic": "#d1495b"}
_SHADES = {
    "baseline": "#f1f1f1",
    "follow": "#cfe3d4",
    "reveal": "#cfdcee",
    "obfuscate": "#f3cfd4",
    "other": "#efe3c4",
}


def value_against_cap(
    problem: Problem,
    caps: Sequence[Number],
    efforts: Sequence[str] = ("correlated", "product", "deterministic"),
    *,
    closed_form: Callable[[float], float] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """The principal's value against the most that an agent can be paid.

    Parameters
    ----------
    problem : Problem
        Of :func:`~mechdesign.information.acquisition`.
    caps : sequence of numbers
        The caps.
    efforts : sequence of str
        How recommendations are drawn, a line for each.
    closed_form : callable, optional
        A value for each cap, drawn as a thin line.
    """
    listed = as_numbers(caps, "caps", low=0)
    if not listed:
        raise InvalidInputError("caps", "not be empty", caps)
    ax = axes_for(ax, (5, 3.5))
    for name in efforts:
        rule: Any = acquisition_optimal
        values = [
            float(rule(cap=cap, efforts=name).solve(problem).details["value"]) for cap in listed
        ]
        ax.plot(list(map(float, listed)), values, "o-", ms=4, label=name, color=_COLOURS[name])
    if closed_form is not None:
        fine = np.linspace(float(min(listed)), float(max(listed)), 200)
        ax.plot(fine, [closed_form(float(x)) for x in fine], "k", lw=0.8, label="closed form")
    ax.set_xlabel("cap on payments")
    ax.set_ylabel("value")
    legend_beside(ax)
    return ax


def concave_closure(problem: Problem, *, ax: Axes | None = None) -> Axes:
    """The sender's value against the belief in state 1, and the concave function above it.

    Parameters
    ----------
    problem : Problem
        As in :func:`~mechdesign.information.concavification`.
    """
    found = concavification(problem)
    ax = axes_for(ax, (5, 3.5))
    for k, (low, high, left, right) in enumerate(found.pieces):
        ends, worth = [float(low), float(high)], [float(left), float(right)]
        ax.plot(ends, worth, color="#30638e", lw=2, label="value" if not k else None)
    xs, ys = zip(*found.corners, strict=True)
    ax.plot(list(map(float, xs)), list(map(float, ys)), "--", color="#d1495b", label="concave")
    ax.plot(float(found.prior), float(found.value), "o", color="#d1495b")
    for belief in found.posteriors:
        ax.axvline(float(belief), color="black", lw=0.6, ls=":")
    ax.set_xlabel("belief in state 1")
    ax.set_ylabel("sender's value")
    legend_beside(ax)
    return ax


def planner_phases(policy: PlannerPolicy, *, ax: Axes | None = None) -> Axes:
    """The precision that a planner chooses against the belief, phases shaded, and its value.

    Parameters
    ----------
    policy : PlannerPolicy
        Of :func:`~mechdesign.information.planner_policy`.
    """
    require(policy, PlannerPolicy, "policy")
    ax = axes_for(ax, (6, 3.5))
    named: set[str] = set()
    for phase in policy.phases:
        label = None if phase.name in named else phase.name
        named.add(phase.name)
        ax.axvspan(phase.low, phase.high, color=_SHADES[phase.name], label=label, lw=0)
    ax.plot(policy.beliefs, policy.chosen, color="#30638e", lw=1.5)
    ax.axhline(policy.precision, color="black", lw=0.6, ls=":")
    ax.set_xlabel("public belief in G")
    ax.set_ylabel("precision")
    ax.set_xlim(0, 1)
    twin = ax.twinx()
    twin.plot(policy.beliefs, policy.values, color="#d1495b", lw=1)
    twin.set_ylabel("value", color="#d1495b")
    # The axis of values stands to the right of the data.
    ax.legend(frameon=False, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=4)
    return ax


def phase_map(policies: Sequence[PlannerPolicy], *, ax: Axes | None = None) -> Axes:
    """Which phase a planner is in, by belief and discount factor.

    Parameters
    ----------
    policies : sequence of PlannerPolicy
        Of one planner, with different discount factors.
    """
    rows = sorted(policies, key=lambda one: one.discount)
    if not rows or len({one.discount for one in rows}) < len(rows):
        raise InvalidInputError("policies", "have different discount factors", len(rows))
    ax = axes_for(ax, (6, 3.5))
    factors = [one.discount for one in rows]
    middles = [(a + b) / 2 for a, b in itertools.pairwise(factors)]
    ends = [
        factors[0] - (middles[0] - factors[0] if middles else 0.05),
        *middles,
        min(1.0, factors[-1] + (factors[-1] - middles[-1] if middles else 0.05)),
    ]
    named: set[str] = set()
    for policy, (low, high) in zip(rows, itertools.pairwise(ends), strict=True):
        for phase in policy.phases:
            label = None if phase.name in named else phase.name
            named.add(phase.name)
            ax.fill_betweenx(
                [low, high], phase.low, phase.high, color=_SHADES[phase.name], label=label, lw=0
            )
    ax.set_xlim(0, 1)
    ax.set_ylim(ends[0], ends[-1])
    ax.set_xlabel("public belief in G")
    ax.set_ylabel("discount factor")
    legend_beside(ax)
    return ax


def score_tangents(
    potential: Callable[[float], float],
    slope: Callable[[float], float],
    reports: Sequence[float],
    *,
    ax: Axes | None = None,
) -> Axes:
    """The convex function of a scoring rule of two states, and its tangents at some reports.

    The tangent at a report shows what it earns for each true belief; its ends are the scores.

    Parameters
    ----------
    potential, slope : callable
        The function of the chance of state 1 and its derivative.
    reports : sequence of numbers
        Where tangents are drawn.
    """
    ax = axes_for(ax, (5, 3.5))
    x = np.linspace(0, 1, 200)
    ax.plot(x, [potential(float(b)) for b in x], color="#30638e", lw=2, label="truth earns")
    for k, at in enumerate(as_numbers(reports, "reports", low=0, high=1)):
        report = float(at)
        line = potential(report) + slope(report) * (x - report)
        ax.plot(x, line, color="#d1495b", lw=1, label="a report earns" if not k else None)
        ax.plot(report, potential(report), "o", color="#d1495b", ms=4)
    ax.set_xlabel("belief in state 1")
    ax.set_ylabel("expected score")
    legend_beside(ax)
    return ax
