"""Plots of matchings, chances, divisions and exchanges."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from mechdesign.allocation import Exchange, ExchangeGraph, MatchingReport, divide_rent
from mechdesign.allocation.division import GoodsData
from mechdesign.allocation.markets.two_sides import sides_of
from mechdesign.allocation.stable.best_stable import both_ranks
from mechdesign.allocation.stable.rotation_poset import poset_of
from mechdesign.axes import axes_for, legend_beside
from mechdesign.errors import InvalidInputError
from mechdesign.model import Number, Outcome, Problem, RandomAssignment, show, tidy

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "chances",
    "choices_got",
    "envy_matrix",
    "exchange_cycles",
    "rent_prices",
    "stable_rank_sums",
]

_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#6b4226", "#444444")
_MOST = 5000


def choices_got(found: MatchingReport, *, ax: Axes | None = None) -> Axes:
    """How many got one of their k best choices, by rule.

    Parameters
    ----------
    found : MatchingReport
        Of :func:`mechdesign.allocation.compare_matchings`.
    """
    table = found.summary()
    heads = list(table.columns)[1:-3]
    ax = axes_for(ax, (5.2, 3.4))
    for k, row in enumerate(table.rows):
        counts = np.cumsum([int(x) for x in row[1 : 1 + len(heads)]])
        colour = _COLOURS[k % len(_COLOURS)]
        # Rules that agree are drawn over each other: wide lines first.
        wide = 1.5 + 2.5 * (len(table.rows) - 1 - k)
        x, name = range(1, len(heads) + 1), str(row[0])
        ax.step(x, counts, where="post", color=colour, label=name, linewidth=wide)
    ax.set_xticks(range(1, len(heads) + 1), heads)
    ax.set_xlabel("choice or better")
    ax.set_ylabel(f"{found.problem.data.sides[0]} with a place")
    ax.set_ylim(bottom=0)
    legend_beside(ax)
    return ax


def chances(found: Outcome, *, ax: Axes | None = None) -> Axes:
    """A random assignment as a matrix, each chance written into its cell.

    Parameters
    ----------
    found : Outcome
        Whose choice is a random assignment.
    """
    choice: Any = found.choice
    if not isinstance(choice, RandomAssignment):
        raise InvalidInputError("found", "hold a random assignment", choice)
    numbers = np.array([[float(p) for p in row] for row in choice.rows])
    numbers = numbers.reshape(len(choice.agents), len(choice.objects))
    ax = axes_for(ax, (1.5 + 0.7 * len(choice.objects), 1.0 + 0.45 * len(choice.agents)))
    ax.imshow(numbers, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    if numbers.size <= 100:
        for (i, j), p in np.ndenumerate(numbers):
            text = show(choice.rows[i][j]) if p else ""
            ax.text(j, i, text, ha="center", va="center", color="white" if p > 0.6 else "black")
    ax.set_xticks(range(len(choice.objects)), [show(b) for b in choice.objects])
    ax.set_yticks(range(len(choice.agents)), [show(a) for a in choice.agents])
    ax.set_xlabel("object")
    ax.set_ylabel("agent")
    ax.set_title("probability", fontsize="medium")
    return ax


def stable_rank_sums(problem: Problem, *, ax: Axes | None = None) -> Axes:
    """All stable matchings by the sums of ranks of both sides, joined where a rotation leads on.

    Parameters
    ----------
    problem : Problem
        With strict lists and at most 5,000 stable matchings.
    """
    poset = poset_of(sides_of(problem))
    ranks = both_ranks(problem, poset.sides)
    points: dict[Any, tuple[int, int]] = {}
    for closed in poset.closed_sets():
        if len(points) == _MOST:
            raise InvalidInputError("problem", f"have at most {_MOST} stable matchings", "more")
        pairs = [ranks[i][j] for i, j in enumerate(poset.got(closed)) if j >= 0]
        points[frozenset(closed)] = sum(a for a, _ in pairs), sum(b for _, b in pairs)
    ax = axes_for(ax, (4.6, 4.2))
    for closed, (x, y) in points.items():
        for k in range(len(poset.found)):
            following = points.get(closed | {k}) if k not in closed else None
            if following is not None:
                ax.plot([x, following[0]], [y, following[1]], color="#c9ced6", linewidth=1)
    xs, ys = zip(*points.values(), strict=True)
    ax.plot(xs, ys, "o", color=_COLOURS[0])
    ax.set_xlabel(f"sum of ranks, {problem.data.sides[0]}")
    ax.set_ylabel(f"sum of ranks, {problem.data.sides[1]}")
    return ax


def envy_matrix(found: Outcome, *, ax: Axes | None = None) -> Axes:
    """What everybody sees in each bundle beyond the own one: above 0 is envy.

    Parameters
    ----------
    found : Outcome
        A division of goods.
    """
    problem, choice = found.problem, found.choice
    if problem is None or not isinstance(problem.data, GoodsData):
        raise InvalidInputError("found", "divide goods", choice)
    place = {g: k for k, g in enumerate(problem.data.goods)}
    worths = [
        [sum(Fraction(own[place[g]]) for g in choice[other]) for other in problem.agents]
        for own in problem.types
    ]
    gaps = [[x - row[i] for x in row] for i, row in enumerate(worths)]
    size = max((abs(float(x)) for row in gaps for x in row), default=0) or 1
    ax = axes_for(ax, (1.6 + 0.7 * len(gaps), 1.2 + 0.5 * len(gaps)))
    ax.imshow([[float(x) for x in row] for row in gaps], cmap="RdBu_r", vmin=-size, vmax=size)
    for i, row in enumerate(gaps):
        for j, x in enumerate(row):
            dark = abs(float(x)) > 0.6 * size
            colour = "white" if dark else "black"
            ax.text(j, i, show(tidy(x)), ha="center", va="center", color=colour)
    names = [show(a) for a in problem.agents]
    ax.set_xticks(range(len(names)), names)
    ax.set_yticks(range(len(names)), names)
    ax.set_xlabel("bundle of")
    ax.set_ylabel("in the eyes of")
    return ax


def rent_prices(
    values: Sequence[Sequence[Number]], rent: Number, *, ax: Axes | None = None
) -> Axes:
    """All envy-free prices of three rooms, and those that :func:`divide_rent` chooses.

    Parameters
    ----------
    values, rent
        As for :func:`mechdesign.allocation.divide_rent`, three persons.
    """
    if len(values) != 3:
        raise InvalidInputError("values", "be of three persons", len(values))
    found = divide_rent(values, rent)
    corners = [(0.0, 0.0), (float(rent), 0.0), (0.0, float(rent))]
    for i, own in enumerate(found.rooms):
        for other in range(3):
            # values[i][own] - price of own >= values[i][other] - price of other
            weights = [float(k == other) - float(k == own) for k in range(3)]
            least = float(values[i][other]) - float(values[i][own])
            x, y, z = weights
            corners = _clipped(corners, x - z, y - z, least - z * float(rent))
    ax = axes_for(ax, (4.4, 4.0))
    if corners:
        shape = list(zip(*corners, strict=True))
        ax.fill(*shape, color="#c6dbef", linewidth=3, label="envy-free prices")
    ax.plot(*(float(p) for p in found.prices[:2]), "o", color=_COLOURS[1], label="chosen prices")
    ax.set_xlabel("price of room 0")
    ax.set_ylabel("price of room 1")
    ax.set_title(f"room 2 costs what is left of {show(rent)}")
    legend_beside(ax)
    return ax


def _clipped(
    corners: list[tuple[float, float]], a: float, b: float, least: float
) -> list[tuple[float, float]]:
    """The part of a polygon where a x + b y is at least so much."""
    kept: list[tuple[float, float]] = []
    for k, (x, y) in enumerate(corners):
        u, v = corners[k - 1]
        before, now = a * u + b * v - least, a * x + b * y - least
        if (before < 0) != (now < 0):
            t = before / (before - now)
            kept.append((u + t * (x - u), v + t * (y - v)))
        if now >= 0:
            kept.append((x, y))
    return kept


def exchange_cycles(graph: ExchangeGraph, found: Exchange, *, ax: Axes | None = None) -> Axes:
    """Who could give to whom, with the gifts that were chosen.

    Parameters
    ----------
    graph : ExchangeGraph
        Of at most 40 pairs and altruists.
    found : Exchange
        Of :func:`mechdesign.allocation.best_exchange`.
    """
    n = len(graph.vertices)
    if n > 40:
        raise InvalidInputError("graph", "have at most 40 vertices", n)
    turn = {v: 2 * np.pi * k / n for k, v in enumerate(graph.vertices)}
    at = {v: (float(np.cos(t)), float(np.sin(t))) for v, t in turn.items()}
    chosen = {pair for path in found.chains for pair in itertools.pairwise(path)}
    chosen |= {p for path in found.cycles for p in zip(path, (*path[1:], path[0]), strict=True)}
    ax = axes_for(ax, (4.6, 4.6))
    for giver, receiver in [*(set(graph.arcs) - chosen), *chosen]:
        strong = (giver, receiver) in chosen
        style = {
            "arrowstyle": "-|>",
            "color": _COLOURS[1] if strong else "#c9ced6",
            "linewidth": 2 if strong else 0.8,
            "shrinkA": 11,
            "shrinkB": 11,
        }
        ax.annotate("", xy=at[receiver], xytext=at[giver], arrowprops=style)
    for v, (x, y) in at.items():
        colour = _COLOURS[2] if v in graph.altruists else _COLOURS[0]
        ax.plot([x], [y], "o", color=colour, markersize=12)
        ax.text(1.16 * x, 1.12 * y, show(v), ha="center", va="center")
    ax.set_axis_off()
    ax.set_aspect("equal")
    ax.margins(0.12)
    ax.set_title(f"{found.transplants} transplants")
    return ax
