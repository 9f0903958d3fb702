"""Plots of games: all strict 2x2 games at a glance."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from mechdesign.axes import axes_for
from mechdesign.errors import InvalidInputError
from mechdesign.games import FiniteGame, best_correlated, classify, ordinal_games, pure_equilibria

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["ordinal_heat_map"]

_WIDTH = 13


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
    "loss": ("largest sum of ranks less that of the best correlated equilibrium", _lost),
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
