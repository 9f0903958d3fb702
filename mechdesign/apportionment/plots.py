"""Plots of seats: the half circle of a house, and methods side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from mechdesign.apportionment import SeatComparison, compare_methods
from mechdesign.axes import axes_for, legend_beside
from mechdesign.errors import InvalidInputError
from mechdesign.model import Outcome

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["hemicycle", "seats_by_method"]

# Hues of Okabe and Ito, apart for all kinds of colour vision, then lighter and darker ones.
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#f0c808", "#cc79a7", "#56b4e9", "#6b4226", "#444444")
_OPEN = "#c9ced6"


def hemicycle(found: Outcome, *, ax: Axes | None = None) -> Axes:
    """The seats of a house in half circles, parties from left to right; open seats are hollow.

    Parameters
    ----------
    found : Outcome
        Of a method of the family.
    """
    if found.problem is None:
        raise InvalidInputError("found", "know its problem", found)
    choice = found.choice
    x, y, apart = _places(choice.total)
    ax = axes_for(ax, (6.4, 3.9))
    start = 0
    # A unit is about 90 points wide; a marker's size is the square of its points.
    size = (0.8 * 90 * min(apart, 0.4)) ** 2
    for k, party in enumerate(found.problem.agents):
        own = choice.certain[k]
        if not own:
            continue
        part = slice(start, start + own)
        label = f"{party} {choice.cell(k)}"
        ax.scatter(x[part], y[part], s=size, color=_COLOURS[k % len(_COLOURS)], label=label)
        start += own
    if choice.left:
        names = ", ".join(str(found.problem.agents[k]) for k in choice.tied)
        ax.scatter(
            x[start:],
            y[start:],
            s=size,
            facecolor="none",
            edgecolor="black",
            label=f"open: {names}",
        )
    ax.set_aspect("equal")
    ax.set_xlim(-2.3, 2.3)
    ax.set_ylim(-0.3, 2.3)
    ax.set_axis_off()
    ax.legend(
        ncols=4,
        frameon=False,
        fontsize="small",
        loc="upper center",
        bbox_to_anchor=(0.5, 0.0),
        handletextpad=0.1,
        markerscale=min(1.0, 7 / size**0.5),
        columnspacing=1.0,
    )
    return ax


def _places(seats: int) -> tuple[Any, Any, float]:
    """Where the seats are, from left to right, and how far apart."""
    rows = max(1, round((seats / 5) ** 0.5))
    radii = np.linspace(1, 2, rows) if rows > 1 else np.array([1.5])
    exact = seats * radii / radii.sum()
    counts = np.floor(exact).astype(int)
    counts[np.argsort(counts - exact, kind="stable")[: seats - counts.sum()]] += 1
    points = [
        (angle, r)
        for r, n in zip(radii, counts, strict=True)
        for angle in (np.linspace(np.pi, 0, n) if n > 1 else [np.pi / 2])
    ]
    points.sort(key=lambda point: (-point[0], point[1]))
    angles, distances = np.array(points).T
    apart = min(np.pi * radii.sum() / seats, 1 / (rows - 1) if rows > 1 else 1.0)
    return distances * np.cos(angles), distances * np.sin(angles), float(apart)


def seats_by_method(
    data: object,
    methods: Sequence[str] = ("dhondt", "sainte_lague", "hare"),
    *,
    ax: Axes | None = None,
    **options: Any,
) -> Axes:
    """The seats of each party by several methods; open seats are grey on top.

    Parameters
    ----------
    data, methods, **options
        A comparison, or what :func:`mechdesign.apportionment.compare_methods` takes.
    """
    found = data if isinstance(data, SeatComparison) else compare_methods(data, methods, **options)
    parties = found.problem.agents
    ax = axes_for(ax, (1.5 + 0.9 * len(parties), 3.6))
    width = 0.8 / len(found.outcomes)
    for k, (name, outcome) in enumerate(found.outcomes.items()):
        places = np.arange(len(parties)) + (k - (len(found.outcomes) - 1) / 2) * width
        sure = np.array(outcome.choice.certain)
        ax.bar(places, sure, width, color=_COLOURS[k % len(_COLOURS)], label=name)
        tied = list(outcome.choice.tied)
        if tied:
            ax.bar(places[tied], 1, width, bottom=sure[tied], color=_OPEN, hatch="//")
    ax.set_xticks(range(len(parties)), [str(p) for p in parties])
    ax.set_ylabel("seats")
    legend_beside(ax)
    return ax
