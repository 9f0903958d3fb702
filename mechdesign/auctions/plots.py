"""Plots of auctions in generated content and of sales; each takes and returns matplotlib axes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mechdesign.auctions import Bundles, DoubleAuction, content_vcg, core_nearest
from mechdesign.auctions.market.arrays import market_of
from mechdesign.auctions.market.placements import Content
from mechdesign.auctions.winner.payments import breakpoints
from mechdesign.axes import axes_for, legend_beside
from mechdesign.errors import InvalidInputError
from mechdesign.model import AgentId, MechanismLike, Outcome, Problem, as_mechanism

__all__ = [
    "allocation_matrix",
    "bid_curve",
    "capacity_curve",
    "core_payments",
    "demand_and_supply",
    "revenue_against_welfare",
]


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


def demand_and_supply(outcome: Outcome, ax: Any = None) -> Any:
    """The bids of a double auction as steps, with the trades and what is paid for them.

    Parameters
    ----------
    outcome : Outcome
        Of a double auction.
    """
    problem = outcome.problem
    if problem is None or not isinstance(outcome.setting, DoubleAuction):
        raise InvalidInputError("outcome", "come from a double auction", outcome)
    sellers = problem.data.sellers
    bids = list(zip(problem.agents, map(float, problem.types), strict=True))
    demand = sorted((v for a, v in bids if a not in sellers), reverse=True)
    supply = sorted(v for a, v in bids if a in sellers)
    axes = axes_for(ax)
    for name, steps in (("demand", demand), ("supply", supply)):
        if steps:
            axes.step(range(len(steps) + 1), [*steps, steps[-1]], where="post", label=name)
    trading = set(outcome.choice)
    trades = len(trading - sellers)
    if trades:
        paid = {
            "buyers pay": [float(outcome.pay(a)) for a in trading - sellers],
            "sellers get": [-float(outcome.pay(a)) for a in trading & sellers],
        }
        for k, (name, prices) in enumerate(paid.items()):
            level = sum(prices) / trades
            axes.plot([0, trades], [level, level], "--", color=f"C{k + 2}", label=name)
        axes.axvspan(0, trades, color="#eeeeee", zorder=0)
    axes.set_xlabel("units")
    axes.set_ylabel("value and cost")
    axes.set_title(f"{outcome.provenance.mechanism}: trades {trades}")
    legend_beside(axes)
    return axes


def core_payments(problem: Problem, ax: Any = None) -> Any:
    """What two winners of a combinatorial auction may pay: the core, VCG, and the nearest core.

    Parameters
    ----------
    problem : Problem
        Of :func:`mechdesign.auctions.bundles`, with exactly two winners.
    """
    setting = Bundles()
    setting.check(problem)
    found = core_nearest.solve(problem)
    winners = [agent for agent in problem.agents if agent in found.choice]
    if len(winners) != 2:
        raise InvalidInputError("problem", "have two winners", winners)

    def without(*absent: AgentId) -> float:
        present = len(problem) - len(absent)
        return float(setting.optimal_welfare(problem.without(*absent))) if present else 0.0

    first, second = winners
    high = [float(setting.worth(problem, a, problem.type_of(a), found.choice)) for a in winners]
    low = [without(first) - high[1], without(second) - high[0]]
    total = max(without(*winners), sum(low))
    axes = axes_for(ax, (5.2, 4.2))
    corners = [
        (high[0], high[1]),
        (max(low[0], total - high[1]), high[1]),
        (max(low[0], total - high[1]), max(low[1], total - max(low[0], total - high[1]))),
        (max(low[0], total - max(low[1], total - high[0])), max(low[1], total - high[0])),
        (high[0], max(low[1], total - high[0])),
    ]
    axes.fill(*zip(*corners, strict=True), color="#c6dbef", label="core")
    points: dict[str, Mapping[Any, Any]] = {"VCG": found.details["vcg"]}
    points["core nearest to VCG"] = found.payments or {}
    for k, (name, paid) in enumerate(points.items()):
        axes.plot(float(paid[first]), float(paid[second]), "o", color=f"C{k + 1}", label=name)
    axes.set_xlabel(f"payment of {first}")
    axes.set_ylabel(f"payment of {second}")
    legend_beside(axes)
    return axes
