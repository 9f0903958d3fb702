"""Plots of preference games: rates of learning, lotteries against beta, trajectories, rates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from mechdesign.axes import axes_for, legend_beside
from mechdesign.errors import InvalidInputError
from mechdesign.model import as_number
from mechdesign.preference_games import Trajectory, best_lie, game, maximal_lottery, regularised

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["against_beta", "convergence", "lies", "rates", "simplex"]

_COLOURS = ("#30638e", "#d1495b", "#7fb069", "#8d99ae", "#edae49")


def convergence(runs: Trajectory | Sequence[Trajectory], *, ax: Axes | None = None) -> Axes:
    """What is proved of learning rules, dashed, and what they did.

    Parameters
    ----------
    runs : Trajectory or sequence of these
        Of :func:`mechdesign.preference_games.learn`; the divergence is drawn, or for a rule that
        averages the gap of the average.
    """
    listed = [runs] if isinstance(runs, Trajectory) else list(runs)
    ax = axes_for(ax)
    for k, run in enumerate(listed):
        colour = _COLOURS[k % len(_COLOURS)]
        values = run.gaps if run.measure == "gap" or run.divergences is None else run.divergences
        steps = np.arange(len(values))
        shown = np.where(values > 1e-15, values, np.nan)
        ax.plot(steps, shown, color=colour, label=f"{run.rule}: {run.measure}")
        ax.plot(steps, np.where(run.bounds > 1e-15, run.bounds, np.nan), "--", color=colour)
    ax.plot([], [], "--", color="black", label="proven bound")
    ax.set_yscale("log")
    ax.set_xlabel("step")
    ax.set_title(f"beta = {max(run.game.beta for run in listed):g}")
    legend_beside(ax)
    return ax


def against_beta(
    data: object,
    *,
    low: float = 0.005,
    high: float = 10.0,
    points: int = 60,
    ax: Axes | None = None,
) -> Axes:
    """The regularised lottery against beta, from near the maximal lottery to the reference.

    Parameters
    ----------
    data : PreferenceGame, or what :func:`mechdesign.preference_games.game` reads
        At most about 10 alternatives can be told apart.
    low, high : float
        The ends of the axis, positive.
    points : int
        How many strengths.
    """
    g = game(data)
    least, most = float(as_number(low, "low")), float(as_number(high, "high"))
    if not 0 < least < most:
        raise InvalidInputError("low", "be positive and below high", low)
    ax = axes_for(ax)
    strengths = np.geomspace(least, most, points)
    shares = [list(regularised(g, beta=float(b)).probabilities.values()) for b in strengths]
    labels = [str(label) for label in g.alternatives]
    ax.stackplot(strengths, np.array(shares, dtype=float).T, labels=labels)
    ends = maximal_lottery(g, selection="reference").probabilities.values()
    tops = np.cumsum([float(x) for x in ends])
    ax.plot([least] * len(tops), tops, "k<", markersize=4, clip_on=False, label="beta = 0")
    ax.set_xscale("log")
    ax.set_xlim(least, most)
    ax.set_ylim(0, 1)
    ax.set_xlabel("beta")
    ax.set_ylabel("probability")
    ax.legend(fontsize="small", loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False)
    return ax


def simplex(runs: Trajectory | Sequence[Trajectory], *, ax: Axes | None = None) -> Axes:
    """The path of learning rules through the triangle of lotteries over three alternatives.

    Parameters
    ----------
    runs : Trajectory or sequence of these
        On games of three alternatives.
    """
    listed = [runs] if isinstance(runs, Trajectory) else list(runs)
    if any(run.game.n != 3 for run in listed):
        raise InvalidInputError("runs", "be on games of three alternatives", listed)
    ax = axes_for(ax, (4.8, 4.4))
    corners = np.array([[0.0, 0.0], [1.0, 0.0], [0.5, np.sqrt(3) / 2]])
    outline = corners[[0, 1, 2, 0]]
    ax.plot(*outline.T, color="black", linewidth=1)
    for corner, label, shift in zip(
        corners, listed[0].game.alternatives, ((-8, -12), (8, -12), (0, 6)), strict=True
    ):
        ax.annotate(str(label), corner, xytext=shift, textcoords="offset points", ha="center")
    for k, run in enumerate(listed):
        path = np.exp(run.log_policies) @ corners
        colour = _COLOURS[k % len(_COLOURS)]
        ax.plot(*path.T, color=colour, linewidth=1, label=run.rule)
        ax.plot(*path[-1], "o", color=colour, markersize=4)
    g = listed[0].game
    end = regularised(g) if g.beta else maximal_lottery(g, selection="reference")
    place = np.array([float(x) for x in end.probabilities.values()]) @ corners
    ax.plot(*place, "k*", markersize=11, label="equilibrium", zorder=4)
    ax.set_aspect("equal")
    ax.axis("off")
    legend_beside(ax)
    return ax


def lies(
    voters: Sequence[int] = (3, 4, 5),
    *,
    compare: Literal["dominance", "pairwise", "expectation"] = "dominance",
    low: float = 0.01,
    high: float = 0.5,
    points: int = 30,
    ax: Axes | None = None,
) -> Axes:
    """How much regularisation buys truthfulness: the share of cases in which some lie gains.

    Parameters
    ----------
    voters : sequence of int
        How many rank three alternatives, a curve each; a case is a profile and a ranking in it.
    compare : {"dominance", "pairwise", "expectation"}
        What a gain is: see :func:`mechdesign.preference_games.best_lie`.
    low, high : float
        The ends of the axis, positive.
    points : int
        How many strengths.
    """
    least, most = float(as_number(low, "low")), float(as_number(high, "high"))
    if not 0 < least < most:
        raise InvalidInputError("low", "be positive and below high", low)
    ax = axes_for(ax)
    strengths = np.geomspace(least, most, points)
    for k, count in enumerate(voters):
        found = [best_lie(float(b), count, compare=compare) for b in strengths]
        shares = [one.manipulable / one.cases for one in found]
        ax.plot(strengths, shares, ".-", color=_COLOURS[k % 5], label=f"{count} voters")
    ax.set_xscale("log")
    ax.set_xlabel("beta")
    ax.set_ylabel(f"cases with a lie ({compare})")
    legend_beside(ax)
    return ax


def rates(data: object, *, ax: Axes | None = None) -> Axes:
    """The rates as a heat map, alternatives by the number of others that they beat.

    Parameters
    ----------
    data : PreferenceGame, or what :func:`mechdesign.preference_games.game` reads
        Pairs in a cyclic triple are marked by a dot.
    """
    g = game(data)
    ax = axes_for(ax, (5.4, 4.6))
    beats = g.rates > 0.5
    order = np.argsort(-beats.sum(axis=1), kind="stable")
    shown, wins = g.rates[np.ix_(order, order)], beats[np.ix_(order, order)]
    drawn: Any = ax.imshow(shown, cmap="RdBu", vmin=0, vmax=1)
    cyclic = wins & ((wins.astype(int) @ wins.astype(int)).T > 0)
    rows, columns = np.nonzero(cyclic | cyclic.T)
    ax.plot(columns, rows, "k.", markersize=3)
    labels = [str(g.alternatives[k]) for k in order]
    ax.set_xticks(range(g.n), labels, rotation=90, fontsize="small")
    ax.set_yticks(range(g.n), labels, fontsize="small")
    ax.set_title("dots: in a cycle of majorities", fontsize="small")
    ax.figure.colorbar(drawn, ax=ax, label="rate of the row over the column")
    return ax
