"""Plots of bargaining: the utility frontier, satisfaction, a negotiation's path, spending."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from mechdesign import bargaining
from mechdesign.axes import axes_for, legend_beside
from mechdesign.bargaining.solutions.lottery_polytope import mixtures
from mechdesign.errors import InvalidInputError
from mechdesign.model import AgentId, Mechanism, MechanismLike, Outcome, Problem, as_mechanism

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from mechdesign.arrays import FloatArray

__all__ = ["divergence", "frontier", "negotiation_path", "satisfaction", "spending"]

_ALL, _FRONT, _BEFORE, _AFTER = "#c9ccd3", "#30638e", "#8d99ae", "#7fb069"
_MARKS = "oDs^vP*X"
_SOLUTIONS = (
    bargaining.utilitarian,
    bargaining.nash,
    bargaining.egalitarian,
    bargaining.kalai_smorodinsky,
    bargaining.equal_loss,
)

_KNOWN = ("utilitarian", "nash", "egalitarian", "kalai smorodinsky", "equal loss")


def frontier(
    problem: Problem,
    agents: tuple[AgentId, AgentId] | None = None,
    *,
    rules: Iterable[MechanismLike] = _SOLUTIONS,
    lotteries: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """The packages in the plane of two agents' utilities, with what the solutions choose.

    Parameters
    ----------
    problem : Problem
        Of the setting ``bargaining.packages``.
    agents : pair of labels, optional
        By default the first two.
    rules : iterable of mechanisms
        Solutions to mark; lottery rules are marked at their expectation.
    lotteries : bool
        Whether to draw the frontier of lotteries, for two agents.
    """
    if len(problem) < 2:
        raise InvalidInputError("problem", "have two agents", len(problem))
    x, y = agents or (problem.agents[0], problem.agents[1])
    i, j = problem.position(x), problem.position(y)
    ax = axes_for(ax, (5.5, 4.5))
    found = bargaining.packages(problem)
    values = found.floats
    ax.plot(values[:, i], values[:, j], ".", color=_ALL, zorder=1, label="packages")
    mixed = mixtures(problem, exact=False)
    front = np.array([values[row] for row in mixed.rows])
    ax.plot(front[:, i], front[:, j], "o", color=_FRONT, markersize=4, zorder=2, label="efficient")
    if lotteries and len(problem) == 2:
        hull = _upper_hull(front[:, [i, j]])
        ax.plot(hull[:, 0], hull[:, 1], "-", color=_FRONT, linewidth=1, zorder=1)
    reserve = problem.reserve or (0,) * len(problem)
    _reserve(ax, (float(reserve[i]), float(reserve[j])), values[:, [i, j]])
    for k, rule in enumerate(rules):
        mechanism = as_mechanism(rule)
        chosen = mechanism.solve(problem).utilities
        # A solution looks the same in every picture, over packages and over lotteries.
        name = _short(mechanism)
        seen = _KNOWN.index(name) if name in _KNOWN else len(_KNOWN) + k
        # Larger marks below smaller ones, so that solutions that agree are all seen.
        ax.plot(
            [float(chosen[x])],
            [float(chosen[y])],
            _MARKS[seen % len(_MARKS)],
            markersize=14 - 2 * (seen % 5),
            fillstyle="none",
            markeredgewidth=1.6,
            color=f"C{seen % 10}",
            zorder=3,
            label=name,
        )
    ax.set_xlabel(f"utility of {x}")
    ax.set_ylabel(f"utility of {y}")
    legend_beside(ax)
    return ax


def _reserve(ax: Axes, point: tuple[float, float], packages: FloatArray) -> None:
    """Mark the reserve; far from all packages it would crush them, and is told instead."""
    low, high = packages.min(axis=0), packages.max(axis=0)
    room = np.maximum(high - low, np.finfo(float).tiny)
    if np.all(np.abs(np.clip(point, low, high) - point) <= room):
        ax.plot(*point, "k+", markersize=10, label="reserve")
    else:
        x, y = (f"{coordinate:g}" for coordinate in point)
        ax.plot([], [], "k+", markersize=10, label=f"reserve at ({x}, {y}),\nnot in this view")


def satisfaction(report: bargaining.Report, *, ax: Axes | None = None) -> Axes:
    """The satisfaction of every group before and after.

    Parameters
    ----------
    report : Report
        Of :func:`mechdesign.bargaining.report`.
    """
    agents = list(report.problem.agents)
    ax = axes_for(ax, (6.4, 1.2 + 0.45 * len(agents)))
    before = [float(s) for s in report.before.satisfaction]
    after = [float(s) for s in report.after.satisfaction]
    places = np.arange(len(agents))
    ax.hlines(places, before, after, color=_ALL, linewidth=3, zorder=1)
    ax.plot(before, places, "o", color=_BEFORE, label="before", zorder=2)
    ax.plot(after, places, "o", color=_AFTER, label="after", zorder=3)
    ax.set_yticks(places, [str(agent) for agent in agents])
    ax.invert_yaxis()
    ax.set_xlim(min(-0.03, *before, *after), max(1.03, *before, *after))
    ax.set_xlabel("satisfaction (0: worst, 1: best of the reference set)")
    legend_beside(ax)
    return ax


def negotiation_path(negotiation: bargaining.Negotiation, *, ax: Axes | None = None) -> Axes:
    """The utility of every group, round by round; the worst-off in bold.

    Parameters
    ----------
    negotiation : Negotiation
        Of :func:`mechdesign.bargaining.mediate`.
    """
    rounds = negotiation.rounds
    if not rounds:
        raise InvalidInputError("negotiation", "have a round", negotiation)
    ax = axes_for(ax, (6.4, 4.0))
    places = range(len(rounds))
    for k, agent in enumerate(negotiation.problem.agents):
        ax.plot(
            places, [float(r.utilities[k]) for r in rounds], ".-", linewidth=1, label=str(agent)
        )
    ax.plot(
        places, [float(r.worst) for r in rounds], color="black", linewidth=2.5, label="worst-off"
    )
    texts = [" + ".join(map(str, _flat(r.text))) for r in rounds]
    ax.set_xticks(list(places), texts, rotation=20, ha="right", fontsize="small")
    ax.set_ylabel("utility")
    legend_beside(ax)
    return ax


def spending(outcome: Outcome, *, ax: Axes | None = None) -> Axes:
    """What the funded projects cost, by category, beside the share of votes.

    Parameters
    ----------
    outcome : Outcome
        Of a rule of participatory budgeting, for projects with categories; a project with several
        (separated by commas) counts for the first.
    """
    problem = outcome.problem
    if problem is None or not isinstance(problem.data, bargaining.Projects):
        raise InvalidInputError("outcome", "come from an election", outcome)
    data = problem.data
    if not data.categories:
        raise InvalidInputError("outcome", "have projects with categories", "none")
    from mechdesign.bargaining.ballots.grouped_ballots import supporters

    first = [str(c).split(",")[0].strip() or "other" for c in data.categories]
    names = sorted(set(first))
    votes = supporters(problem).totals()
    cost = dict.fromkeys(names, 0.0)
    support = dict.fromkeys(names, 0.0)
    for k, project in enumerate(data.ids):
        support[first[k]] += float(votes[k])
        if project in outcome.choice:
            cost[first[k]] += float(data.costs[k])
    ax = axes_for(ax, (6.4, 1.2 + 0.5 * len(names)))
    places = np.arange(len(names))
    total, all_votes = sum(cost.values()) or 1.0, sum(support.values()) or 1.0
    ax.barh(places - 0.2, [cost[n] / total for n in names], 0.38, color=_AFTER, label="spending")
    ax.barh(
        places + 0.2, [support[n] / all_votes for n in names], 0.38, color=_BEFORE, label="votes"
    )
    ax.set_yticks(places, names)
    ax.invert_yaxis()
    ax.set_xlabel("share")
    legend_beside(ax)
    return ax


def divergence(analysis: bargaining.Disagreement, *, ax: Axes | None = None) -> Axes:
    """How far every group is from the others, on every criterion.

    Parameters
    ----------
    analysis : Disagreement
        Of :func:`mechdesign.bargaining.opinions.dispersion`.
    """
    table = analysis.divergences()
    values = np.array([row[1:] for row in table.rows], dtype=float)
    ax = axes_for(ax, (2 + 1.1 * values.shape[1], 1.2 + 0.4 * len(values)))
    ax.imshow(values, cmap="Blues", aspect="auto", vmin=0)
    ax.set_xticks(range(values.shape[1]), list(table.columns[1:]))
    ax.set_yticks(range(len(values)), [str(row[0]) for row in table.rows])
    dark = float(values.max()) * 0.6
    for r, row in enumerate(values):
        for c, value in enumerate(row):
            color = "white" if value > dark else "black"
            ax.text(c, r, f"{value:.2f}", ha="center", va="center", color=color)
    return ax


def _short(mechanism: Mechanism) -> str:
    """The name without the family; of a lottery rule the name of the rule."""
    name = str(mechanism.parameters.get("rule", mechanism.name))
    return name.removeprefix("bargaining.").replace("_", " ")


def _flat(text: object) -> tuple[Any, ...]:
    """The parts of a package: its base and modules, or its label."""
    if isinstance(text, tuple) and len(text) == 2 and isinstance(text[1], tuple):
        return (text[0], *text[1])
    return (text,)


def _upper_hull(points: Any) -> Any:
    """The upper right part of the convex hull, from left to right."""
    hull: list[Any] = []
    for point in points[np.lexsort((-points[:, 1], points[:, 0]))]:
        while len(hull) > 1:
            (ax, ay), (bx, by) = hull[-2], hull[-1]
            if (bx - ax) * (point[1] - ay) - (by - ay) * (point[0] - ax) < 0:
                break
            hull.pop()
        hull.append(point)
    return np.array(hull)
