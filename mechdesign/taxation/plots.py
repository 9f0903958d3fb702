"""Plots of taxes: rates, utilities, revenue, inequality, and majorities between schedules."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mechdesign.axes import axes_for, legend_beside
from mechdesign.errors import InvalidInputError
from mechdesign.model import MechanismLike, as_mechanism
from mechdesign.taxation import Economy, ScheduleVote, incomes, revenue_rate

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["laffer_curve", "lorenz_curves", "majorities", "marginal_rates", "utility_by_skill"]

_COLOURS = ("#30638e", "#d1495b", "#edae49", "#003d5b", "#66a182")
_MARKERS = ("o", "s", "^", "D", "v")
_DEFAULT = ("taxation.laissez_faire", "taxation.linear", "taxation.mirrlees")


def marginal_rates(
    economy: Economy, mechanisms: Sequence[MechanismLike] = _DEFAULT, *, ax: Axes | None = None
) -> Axes:
    """What each skill gives up of one unit more, against what it earns.

    Parameters
    ----------
    economy : Economy
        The workers.
    mechanisms : sequence of mechanisms
        Taxes of this family.
    """
    ax = axes_for(ax, (6, 3.6))
    for k, (name, found) in enumerate(_solved(economy, mechanisms)):
        earned = [float(z) for z in found.details["incomes"].values()]
        rates = [100 * float(t) for t in found.details["marginal_rates"].values()]
        ax.plot(earned, rates, marker=_MARKERS[k % 5], color=_COLOURS[k % 5], label=name)
    ax.set_xlabel("income before tax")
    ax.set_ylabel("marginal tax (%)")
    legend_beside(ax)
    return ax


def utility_by_skill(
    economy: Economy, mechanisms: Sequence[MechanismLike] = _DEFAULT, *, ax: Axes | None = None
) -> Axes:
    """The utility of each skill under several taxes.

    Parameters
    ----------
    economy : Economy
        The workers.
    mechanisms : sequence of mechanisms
        Taxes of this family.
    """
    ax = axes_for(ax, (6, 3.6))
    skills = [float(w) for w in economy.skills]
    for k, (name, found) in enumerate(_solved(economy, mechanisms)):
        worth = [float(u) for u in found.details["utilities"].values()]
        ax.plot(skills, worth, marker=_MARKERS[k % 5], color=_COLOURS[k % 5], label=name)
    ax.set_xlabel("skill")
    ax.set_ylabel("utility (units of consumption)")
    legend_beside(ax)
    return ax


def lorenz_curves(
    economy: Economy, mechanisms: Sequence[MechanismLike] = _DEFAULT, *, ax: Axes | None = None
) -> Axes:
    """Which share of all that is kept the poorest have, under several taxes.

    Parameters
    ----------
    economy : Economy
        The workers.
    mechanisms : sequence of mechanisms
        Taxes of this family.
    """
    ax = axes_for(ax, (5.5, 4))
    ax.plot([0, 100], [0, 100], color="0.6", linewidth=0.8, label="equal parts")
    shares = [float(p) for p in economy.shares]
    for k, (name, found) in enumerate(_solved(economy, mechanisms)):
        details = found.details
        kept = [float(z - details["taxes"][w]) for w, z in details["incomes"].items()]
        ordered = sorted(zip(kept, shares, strict=True))
        people, goods = [0.0], [0.0]
        for keeps, share in ordered:
            people.append(people[-1] + share)
            goods.append(goods[-1] + share * keeps)
        ax.plot(
            [100 * p / people[-1] for p in people],
            [100 * g / goods[-1] for g in goods],
            marker=_MARKERS[k % 5],
            markersize=4,
            color=_COLOURS[k % 5],
            label=name,
        )
    ax.set_xlabel("workers, the poorest first (%)")
    ax.set_ylabel("share of all that is kept (%)")
    legend_beside(ax)
    return ax


def laffer_curve(economy: Economy, *, ax: Axes | None = None) -> Axes:
    """The revenue of linear taxes for each worker, by rate.

    Parameters
    ----------
    economy : Economy
        The workers.
    """
    ax = axes_for(ax, (6, 3.6))
    e, mean = float(economy.elasticity), float(economy.mean(economy.untaxed))
    rates = [k / 200 for k in range(201)]
    ax.plot([100 * t for t in rates], [t * (1 - t) ** e * mean for t in rates], color=_COLOURS[0])
    most = float(revenue_rate(economy.elasticity))
    ax.axvline(100 * most, color="0.6", linewidth=0.8)
    ax.annotate(
        f"most at {100 * most:.3g}%",
        (100 * most, 0),
        xytext=(4, 4),
        textcoords="offset points",
        color="0.3",
    )
    ax.set_xlabel("rate of the linear tax (%)")
    ax.set_ylabel("revenue for each worker (income)")
    ax.set_ylim(bottom=0)
    return ax


def majorities(vote: ScheduleVote, *, ax: Axes | None = None) -> Axes:
    """An arrow from each schedule to those that it beats, with the margin in percent.

    Parameters
    ----------
    vote : ScheduleVote
        Of at most 12 schedules.
    """
    if len(vote.names) > 12:
        raise InvalidInputError("vote", "have at most 12 schedules", len(vote.names))
    ax = axes_for(ax, (4.5, 4.5))
    n = len(vote.names)
    turns = [2 * math.pi * k / n for k in range(n)]
    places = [(math.sin(turn), math.cos(turn)) for turn in turns]
    for i, a in enumerate(vote.names):
        for j, b in enumerate(vote.names):
            margin = vote.margin(a, b)
            if margin <= 0:
                continue
            arrow = {"arrowstyle": "-|>", "color": _COLOURS[0], "shrinkA": 18, "shrinkB": 18}
            ax.annotate("", xy=places[j], xytext=places[i], arrowprops=arrow)
            # Nearer to the winner, so that arrows that cross keep their words apart.
            x, y = (0.62 * p + 0.38 * q for p, q in zip(places[i], places[j], strict=True))
            ax.text(
                *(x, y),
                f"{100 * float(margin):.3g}%",
                ha="center",
                va="center",
                fontsize=8,
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
            )
    for name, (x, y) in zip(vote.names, places, strict=True):
        ax.text(x, y, str(name), ha="center", va="center", fontweight="bold")
    ax.set_xlim(-1.3, 1.3)
    ax.set_ylim(-1.3, 1.3)
    ax.set_aspect("equal")
    ax.axis("off")
    return ax


def _solved(economy: Economy, mechanisms: Sequence[MechanismLike]) -> list[tuple[str, Any]]:
    problem = incomes().problem(list(economy.skills), economy=economy)
    rules = [as_mechanism(one) for one in mechanisms]
    return [(rule.name.removeprefix("taxation."), rule(problem)) for rule in rules]
