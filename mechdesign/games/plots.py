"""Plots of games: strict 2x2 games at a glance, agents between efficiency and fairness."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from mechdesign.axes import axes_for, legend_beside
from mechdesign.errors import InvalidInputError
from mechdesign.games import (
    Episodes,
    FiniteGame,
    Measured,
    Measures,
    best_correlated,
    best_replies_by_round,
    classify,
    measure,
    ordinal_games,
    pure_equilibria,
)
from mechdesign.games.agents.measuring import equilibrium_points

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["best_reply_rates", "efficiency_fairness_plane", "ordinal_heat_map"]

_WIDTH = 13
_COLOURS = ("#30638e", "#d1495b", "#edae49", "#003d5b", "#66a182")
_MARKERS = ("o", "s", "^", "D", "v")


def _pure(game: FiniteGame) -> float:
    return float(len(pure_equilibria(game)))


def _dominant(game: FiniteGame) -> float:
    return float(classify(game).dominant)


def _lost(game: FiniteGame) -> float:
    most = max(sum(cell) for cell in zip(*game.payoffs, strict=True))
    return float(most - best_correlated(game).value)


_MEASURES: dict[str, tuple[str, Callable[[FiniteGame], float]]] = {
    "pure": ("pure equilibria", _pure),
    "dominant": ("players with a dominant action", _dominant),
    "loss": ("loss of the best plan (sum of ranks)", _lost),
}


def ordinal_heat_map(
    measure: Literal["pure", "dominant", "loss"] = "loss", *, ax: Axes | None = None
) -> Axes:
    """All 78 strict 2x2 games as cells, the well-known ones with their names.

    Parameters
    ----------
    measure : {"pure", "dominant", "loss"}
        The number of pure equilibria, of players with a dominant action, or what the best
        correlated equilibrium lacks of the largest sum of ranks.
    """
    if measure not in _MEASURES:
        raise InvalidInputError("measure", f"be one of {', '.join(_MEASURES)}", measure)
    label, value = _MEASURES[measure]
    ax = axes_for(ax, (8.4, 4.2))
    games = ordinal_games()
    grid = np.array([value(one) for one in games]).reshape(-1, _WIDTH)
    image = ax.imshow(grid, cmap="Blues", aspect="auto")
    halfway = (grid.min() + grid.max()) / 2
    for k, one in enumerate(games):
        name = classify(one).name
        if name:
            row, column = divmod(k, _WIDTH)
            colour = "white" if grid[row, column] > halfway else "black"
            told = name.replace(" of the ", "\nof the\n").replace(" ", "\n")
            ax.text(column, row, told, ha="center", va="center", fontsize=6, color=colour)
    ax.set_xticks(range(_WIDTH), [str(k + 1) for k in range(_WIDTH)])
    starts = [str(k * _WIDTH + 1) for k in range(len(grid))]
    ax.set_yticks(range(len(grid)), starts)
    ax.set_ylabel("number of the first game of the row")
    ax.set_xlabel("place in the row")
    bar: Any = ax.figure.colorbar(image, ax=ax)
    bar.set_label(label)
    return ax


def efficiency_fairness_plane(
    episodes: Episodes, *, measures: Measures | None = None, ax: Axes | None = None
) -> Axes:
    """Efficiency against fairness of each agent, with intervals; equilibria are marked by stars.

    Parameters
    ----------
    episodes : Episodes
        Played or replayed.
    measures : Measures, optional
        Those of the episodes, where they are there already.
    """
    ax = axes_for(ax, (6, 4))
    found = measure(episodes) if measures is None else measures
    known = {(m.agent, m.measure.split(" (")[0]): m for m in found.measured}
    for k, agent in enumerate(found.agents):
        x, y = known.get((agent, "efficiency")), known.get((agent, "fairness"))
        if x is not None and y is not None:
            ax.errorbar(
                *([float(x.value)], [float(y.value)]),
                xerr=_reach(x),
                yerr=_reach(y),
                fmt=_MARKERS[k % 5],
                color=_COLOURS[k % 5],
                label=agent,
            )
    for label, total, share in equilibrium_points(episodes.environment):
        ax.plot(
            [total],
            [share],
            marker="*",
            markersize=13,
            color="black",
            linestyle="none",
            label=label,
        )
    ax.set_xlabel("efficiency")
    ax.set_ylabel("fairness")
    legend_beside(ax)
    return ax


def best_reply_rates(episodes: Episodes, *, ax: Axes | None = None) -> Axes:
    """How often each agent replied best, round by round of a repeated table.

    Parameters
    ----------
    episodes : Episodes
        Of a :class:`mechdesign.games.RepeatedTable`.
    """
    ax = axes_for(ax, (6, 3.6))
    for k, (agent, rates) in enumerate(best_replies_by_round(episodes).items()):
        shown = [(t, float(rate)) for t, rate in enumerate(rates, 1) if rate is not None]
        xs, ys = zip(*shown, strict=True) if shown else ((), ())
        ax.plot(xs, ys, marker=_MARKERS[k % 5], color=_COLOURS[k % 5], label=agent)
    ax.set_ylim(-0.03, 1.03)
    ax.set_xlabel("round")
    ax.set_ylabel("share of best replies")
    legend_beside(ax)
    return ax


def _reach(one: Measured) -> list[list[float]]:
    # Rounding may put an end of the interval on the other side of the mean.
    value = float(one.value)
    return [[max(value - one.low, 0.0)], [max(one.high - value, 0.0)]]
