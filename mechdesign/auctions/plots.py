"""Plots of auctions in generated content; each takes and returns matplotlib axes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mechdesign.auctions import content_vcg
from mechdesign.auctions.market.arrays import market_of
from mechdesign.auctions.market.placements import Content
from mechdesign.auctions.winner.payments import breakpoints
from mechdesign.axes import axes_for, legend_beside
from mechdesign.errors import InvalidInputError
from mechdesign.model import AgentId, MechanismLike, Outcome, Problem, as_mechanism

__all__ = ["allocation_matrix", "bid_curve", "capacity_curve", "revenue_against_welfare"]


def _problem(outcome: Outcome) -> Problem:
    if outcome.problem is None or not isinstance(outcome.problem.data, Content):
        raise InvalidInputError("outcome", "come from an auction in generated content", outcome)
    return outcome.problem


def allocation_matrix(outcome: Outcome, ax: Any = None) -> Any:
    """Click probabilities of all pairs, with a frame around the ads shown.

    Parameters
    ----------
    outcome : Outcome
        Of an auction in generated content.
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default on a new figure.
    """
    from matplotlib.patches import Rectangle

    problem = _problem(outcome)
    axes = axes_for(ax)
    rates = [[float(p) for p in ad.rates] for ad in problem.types]
    image = axes.imshow(rates, cmap="Blues", vmin=0, aspect="auto")
    axes.figure.colorbar(image, ax=axes, label="click probability if shown alone")
    axes.set_yticks(range(len(problem)), [str(agent) for agent in problem.agents])
    axes.set_xticks(range(len(problem.data.positions)), [str(p) for p in problem.data.positions])
    axes.tick_params(axis="x", rotation=20)
    for rank, (agent, j) in enumerate(outcome.choice.shown, start=1):
        i = problem.position(agent)
        frame = Rectangle((j - 0.5, i - 0.5), 1, 1, fill=False, edgecolor="C1", linewidth=3)
        axes.add_patch(frame)
        axes.text(j, i, str(rank), ha="center", va="center", color="C1", weight="bold")
    axes.set_title(outcome.provenance.mechanism)
    return axes


def capacity_curve(problem: Problem, mechanism: MechanismLike = content_vcg, ax: Any = None) -> Any:
    """Welfare and revenue of a mechanism against the capacity.

    Parameters
    ----------
    problem : Problem
        Its own capacity does not matter.
    mechanism : mechanism, function or identifier
        With payments.
    """
    rule = as_mechanism(mechanism)
    axes = axes_for(ax)
    sizes = list(range(1, len(problem.data.positions) + 1))
    results: list[Any] = [
        rule.solve(replace(problem, data=replace(problem.data, capacity=k))) for k in sizes
    ]
    for name in ("welfare", "revenue"):
        axes.plot(sizes, [float(out.details[name]) for out in results], marker="o", label=name)
    axes.set_xticks(sizes)
    axes.set_xlabel("capacity K")
    axes.set_ylabel("per impression")
    axes.set_title(rule.name)
    legend_beside(axes)
    return axes


def revenue_against_welfare(outcomes: Mapping[str, Outcome], ax: Any = None) -> Any:
    """One point for each mechanism: welfare across, revenue up.

    Parameters
    ----------
    outcomes : mapping of name to Outcome
        With payments, of one problem.
    """
    axes = axes_for(ax)
    for name, outcome in outcomes.items():
        if "revenue" not in outcome.details:
            raise InvalidInputError("outcomes", "have payments", name)
        x, y = float(outcome.details["welfare"]), float(outcome.details["revenue"])
        axes.scatter([x], [y], label=name)
        axes.annotate(name, (x, y), xytext=(5, 5), textcoords="offset points")
    axes.set_xlabel("welfare per impression")
    axes.set_ylabel("revenue per impression")
    axes.margins(0.2)  # room for the names of the points
    return axes


def bid_curve(problem: Problem, agent: AgentId, upto: float | None = None, ax: Any = None) -> Any:
    """Clicks of an ad against its bid under exact welfare maximisation, with the breakpoints.

    The area to the left of the curve up to the agent's clicks is its VCG payment.

    Parameters
    ----------
    problem : Problem
        Of an auction in generated content.
    agent : hashable
        Whose bid varies.
    upto : float, optional
        The largest bid; by default half as much again as the largest value.
    """
    axes = axes_for(ax)
    values = [ad.value for ad in problem.types]
    limit = 1.5 * float(max(values)) if upto is None else float(upto)
    points = breakpoints(values, market_of(problem), problem.position(agent), limit)
    x = [0.0, *(float(b.score) for b in points)]
    y = [0.0, *(float(b.clicks) for b in points)]
    axes.step([*x, limit], [*y, y[-1]], where="post")
    for score in x[1:]:
        axes.axvline(score, color="grey", linestyle=":", linewidth=1)
    own = problem.type_of(agent).value
    axes.axvline(float(own), color="C1", label=f"value of {agent}")
    axes.set_xlabel(f"bid of {agent}")
    axes.set_ylabel("click probability")
    legend_beside(axes)
    return axes
