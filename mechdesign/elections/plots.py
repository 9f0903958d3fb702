"""Plots of electoral competition: win sets, cycles in the plane, shares of levels."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING

import numpy as np

from mechdesign.axes import axes_for, legend_beside
from mechdesign.elections import Contest, PolicyIntervals, majorities, win_set, yolk
from mechdesign.errors import InvalidInputError, require

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["level_shares", "majority_cycle", "win_set_map"]

_BLUE, _RED, _YELLOW, _GREY = "#30638e", "#d1495b", "#edae49", "#8d99ae"


def _plane(contest: Contest) -> tuple[np.ndarray, np.ndarray]:
    require(contest, Contest, "contest")
    if contest.dimensions != 2 or contest.ideals is None or contest.positions is None:
        raise InvalidInputError("contest", "be in the plane", f"{contest.dimensions} dimensions")
    voters, platforms = contest.ideals, contest.positions
    return (
        np.array([[float(x) for x in p] for p in voters]),
        np.array([[float(x) for x in p] for p in platforms]),
    )


def win_set_map(contest: Contest, platform: Hashable, *, ax: Axes | None = None) -> Axes:
    """The platforms of a plane that beat one, tie it, or lose to it.

    Parameters
    ----------
    contest : Contest
        In two dimensions.
    platform : label
        One of its platforms.
    """
    voters, places = _plane(contest)
    inside = {contest.place(x) for x in win_set(contest, platform)}
    beats = np.array([k in inside for k in range(contest.m)])
    ax = axes_for(ax, (5.5, 4.5))
    x, y = places.T
    at = contest.place(platform)
    ax.scatter(x[~beats], y[~beats], s=24, color=_GREY, alpha=0.4, label="do not beat it")
    ax.scatter(x[beats], y[beats], s=36, color=_YELLOW, label=f"beat {platform}")
    ax.scatter(voters[:, 0], voters[:, 1], s=60, marker="^", color=_BLUE, label="voters")
    ax.scatter(x[[at]], y[[at]], s=90, marker="x", color=_RED, label="standing")
    _finish(ax)
    return ax


def majority_cycle(contest: Contest, *, with_yolk: bool = True, ax: Axes | None = None) -> Axes:
    """Three platforms that beat each other in a circle, and the yolk of the voters.

    Parameters
    ----------
    contest : Contest
        In two dimensions.
    with_yolk : bool
        Whether to draw the smallest circle that meets all median lines.
    """
    voters, places = _plane(contest)
    cycle = majorities(contest).cycle
    ax = axes_for(ax, (5.5, 4.5))
    ax.scatter(places[:, 0], places[:, 1], s=16, color=_GREY, alpha=0.4, label="platforms")
    ax.scatter(voters[:, 0], voters[:, 1], s=60, marker="^", color=_BLUE, label="voters")
    if with_yolk:
        found = yolk(contest)
        turn = np.linspace(0, 2 * np.pi, 200)
        x, y = found.centre
        ax.plot(
            x + found.radius * np.cos(turn),
            y + found.radius * np.sin(turn),
            color=_YELLOW,
            label="yolk",
        )
    if cycle is None:
        ax.set_title("no three platforms beat each other in a circle")
    else:
        around = [contest.place(x) for x in cycle]
        for a, b in zip(around, [*around[1:], around[0]], strict=True):
            # From the platform that is beaten to the one that beats it.
            arrow = {"arrowstyle": "->", "color": _RED, "lw": 1.5}
            ax.annotate("", xy=tuple(places[a]), xytext=tuple(places[b]), arrowprops=arrow)
        ax.plot([], [], color=_RED, label="is beaten by")
    _finish(ax)
    return ax


def level_shares(found: PolicyIntervals, *, ax: Axes | None = None) -> Axes:
    """The shares of levels of each policy, such as unilateral and equilibrium, with intervals.

    Parameters
    ----------
    found : PolicyIntervals
        Of :func:`mechdesign.elections.equilibrium_intervals` or
        :func:`mechdesign.elections.average_case_intervals`.
    """
    require(found, PolicyIntervals, "found")
    data = found.data
    pairs = zip(data.attributes, data.levels, strict=True)
    names = [f"{name}: {level}" for name, own in pairs for level in own]
    ax = axes_for(ax, (6, 0.32 * len(names) + 1.2))
    rows = np.arange(len(names))
    for k, (name, (share, low, high)) in enumerate(found.policies.items()):
        place = rows + 0.22 * (k - (len(found.policies) - 1) / 2)
        reach = [np.maximum(share - low, 0), np.maximum(high - share, 0)]
        colour = (_GREY, _BLUE)[k % 2] if len(found.policies) > 1 else _BLUE
        ax.errorbar(share, place, xerr=reach, fmt="o", color=colour, markersize=4, label=name)
    ax.set_yticks(rows, names)
    ax.invert_yaxis()
    ax.set_xlim(0, 1)
    ax.set_xlabel(f"share of the level ({100 * found.level:g}% intervals)")
    legend_beside(ax)
    return ax


def _finish(ax: Axes) -> None:
    ax.set_xlabel("first dimension")
    ax.set_ylabel("second dimension")
    ax.set_aspect("equal")
    legend_beside(ax)
