"""Plots of coalitional games: payoffs by rule, power against weight, the core of three players."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from mechdesign.axes import axes_for, legend_beside
from mechdesign.coalitional import game, voting_power
from mechdesign.coalitional.games.closed_forms import labelled
from mechdesign.coalitional.stability.excess_programs import signed_table
from mechdesign.errors import InvalidInputError
from mechdesign.model import MechanismLike, as_mechanism

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["core_triangle", "payoff_bars", "power_against_weight"]

_COLOURS = ("#30638e", "#d1495b", "#7fb069", "#edae49", "#8d99ae")


def payoff_bars(
    worths: object,
    mechanisms: Sequence[MechanismLike] = ("coalitional.shapley", "coalitional.nucleolus"),
    *,
    ax: Axes | None = None,
) -> Axes:
    """What each player gets by several rules.

    Parameters
    ----------
    worths : Game or plain data
        As in :func:`mechdesign.coalitional.game`.
    mechanisms : sequence of mechanisms
        The rules.
    """
    one = game(worths)
    ax = axes_for(ax, (1.5 + 0.9 * len(one), 3.5))
    width = 0.8 / len(mechanisms)
    for k, name in enumerate(mechanisms):
        rule = as_mechanism(name)
        heights = [float(x) for x in rule(one).choice]
        places = np.arange(len(one)) + (k - (len(mechanisms) - 1) / 2) * width
        ax.bar(places, heights, width, color=_COLOURS[k % len(_COLOURS)], label=rule.name)
    ax.set_xticks(range(len(one)), [str(p) for p in one.players])
    ax.axhline(0, color="black", linewidth=0.8)
    ax.margins(y=0.3)
    ax.set_ylabel("payoff" if one.kind == "value" else "share of the cost")
    legend_beside(ax)
    return ax


def power_against_weight(weights: object, quota: object, *, ax: Axes | None = None) -> Axes:
    """The share in power of each voter against the share in weight.

    Parameters
    ----------
    weights, quota
        As in :func:`mechdesign.coalitional.voting_power`.
    """
    found = voting_power(weights, quota)  # type: ignore[arg-type]
    _, numbers = labelled(weights, "weights", low=0)
    total = float(sum(numbers))
    shares = [float(w) / total for w in numbers]
    ax = axes_for(ax, (4.5, 4.5))
    top = 1.05 * max(*shares, *map(float, found.shapley.values()))
    ax.plot([0, top], [0, top], ":", color=_COLOURS[4], label="power as weight")
    ax.plot(
        shares,
        [float(x) for x in found.shapley.values()],
        "o",
        color=_COLOURS[0],
        label="Shapley-Shubik",
    )
    ax.plot(
        shares,
        [float(x) for x in found.normalised.values()],
        "x",
        color=_COLOURS[1],
        label="Banzhaf, normalised",
    )
    ax.set_xlabel("share of the weight")
    ax.set_ylabel("share of the power")
    legend_beside(ax)
    return ax


def core_triangle(
    worths: object,
    mechanisms: Sequence[MechanismLike] = ("coalitional.shapley", "coalitional.nucleolus"),
    *,
    ax: Axes | None = None,
) -> Axes:
    """The core of a game of three among the payoffs that give nobody less than alone.

    Parameters
    ----------
    worths : Game or plain data
        Three players.
    mechanisms : sequence of mechanisms
        Rules whose payoffs are marked.
    """
    one = game(worths)
    if len(one) != 3:
        raise InvalidInputError("worths", "have three players", one.players)
    table, unit = signed_table(one)
    v = table.astype(float) / unit
    spare = v[7] - v[1] - v[2] - v[4]
    if not spare > 0:
        raise InvalidInputError("worths", "leave something to divide", one.players)
    corners = np.array([[0.0, 0.0], [1.0, 0.0], [0.5, 3**0.5 / 2]])
    ax = axes_for(ax, (4.5, 4.2))
    ax.fill(*corners.T, facecolor="none", edgecolor="black")
    steps = np.linspace(0, 1, 301)
    a, b = (grid.ravel() for grid in np.meshgrid(steps, steps))
    inside = a + b <= 1 + 1e-9
    shares = np.column_stack([a, b, 1 - a - b])[inside]
    x = v[[1, 2, 4]] + spare * shares
    pairs = ((0, 1, 3), (0, 2, 5), (1, 2, 6))
    stable = np.all([x[:, i] + x[:, j] >= v[mask] - 1e-9 for i, j, mask in pairs], axis=0)
    ax.plot(*(shares[stable] @ corners).T, "s", ms=1.5, color=_COLOURS[2], alpha=0.4, zorder=1)
    ax.plot([], [], "s", color=_COLOURS[2], label="core" if stable.any() else "core (empty)")
    sign = -1 if one.kind == "cost" else 1
    for k, name in enumerate(mechanisms):
        rule = as_mechanism(name)
        point = (sign * np.array(rule(one).choice, dtype=float) - v[[1, 2, 4]]) / spare
        ax.plot(*(point @ corners), "ox+*"[k % 4], color=_COLOURS[k], label=rule.name, zorder=3)
    for corner, player in zip(corners, one.players, strict=True):
        lower = corner[1] < 0.5
        ax.annotate(
            f"all to {player}",
            corner,
            xytext=(0, -14 if lower else 6),
            textcoords="offset points",
            ha="center",
        )
    ax.set_aspect("equal")
    ax.set_axis_off()
    ax.set_ylim(-0.15, 1.0)
    ax.legend(
        fontsize="small", frameon=False, ncols=3, loc="upper center", bbox_to_anchor=(0.5, 0.02)
    )
    return ax
