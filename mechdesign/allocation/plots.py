"""Plots of matchings and chances: choices that were got, matrices of chances, stable matchings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mechdesign.allocation import MatchingReport
from mechdesign.allocation.markets.two_sides import sides_of
from mechdesign.allocation.stable.best_stable import both_ranks
from mechdesign.allocation.stable.rotation_poset import poset_of
from mechdesign.axes import axes_for, legend_beside
from mechdesign.errors import InvalidInputError
from mechdesign.model import Outcome, Problem, RandomAssignment, show

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["chances", "choices_got", "stable_rank_sums"]

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
