"""Plots of facility location: a profile on its line, worst-case ratios, option sets, cells."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from mechdesign.axes import axes_for, legend_beside
from mechdesign.errors import InvalidInputError
from mechdesign.facility import Line, PhantomMechanism, admissible, bounds
from mechdesign.facility.fairness.admissible_sets import axiom_id
from mechdesign.facility.proofs.any_rule import cells_of_two
from mechdesign.model import Lottery, MechanismLike, Number, Problem, as_count, as_mechanism

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["cells", "option_set", "profile", "welfare_ratio"]

_AGENT, _PHANTOM, _FAIR, _CHOSEN = "#30638e", "#8d99ae", "#7fb069", "#d1495b"


def profile(
    mechanism: MechanismLike,
    data: object,
    *,
    axioms: Sequence[str] = ("IFS", "UFS", "PF"),
    setting: Line | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Agents, phantoms, the locations that fairness axioms admit, and the outcome, on one line.

    Parameters
    ----------
    mechanism : mechanism, function or identifier
        On a line.
    data : Problem or plain data
        The profile.
    axioms : sequence of str
        For :func:`mechdesign.facility.admissible`; the intervals are drawn in this order, upwards.
    setting : Line, optional
        For a function of one's own.
    """
    rule = as_mechanism(mechanism, setting)
    line: Any = setting or rule.setting
    if not isinstance(line, Line):
        raise InvalidInputError("mechanism", "be one on a line", mechanism)
    problem = data if isinstance(data, Problem) else line.problem(data)
    ax = axes_for(ax, (7, 1.6 + 0.4 * len(axioms)))
    result = rule.solve(problem)
    chosen = [o.choice for _, o in result] if isinstance(result, Lottery) else [result.choice]
    ax.hlines(0, float(line.low), float(line.high), color="black", linewidth=1)
    places, counts = np.unique([float(x) for x in problem.types], return_counts=True)
    for place, count in zip(places, counts, strict=True):
        ax.plot([place] * count, 0.12 * np.arange(count), "o", color=_AGENT, zorder=3)
    if isinstance(rule, PhantomMechanism) and problem.weights is None and len(problem) <= 60:
        phantoms = [float(a) for a in rule.alphas(len(problem))]
        ax.plot(phantoms, [-0.3] * len(phantoms), "^", color=_PHANTOM, label="phantoms")
    top = 0.12 * (int(counts.max()) - 1)
    for row, axiom in enumerate(axioms, start=1):
        height = top + 0.35 * row
        for low, high in admissible(axiom, problem, setting=Line(line.low, line.high)):
            ax.plot(
                [float(low), float(high)], [height] * 2, "|-", color=_FAIR, linewidth=4, zorder=2
            )
        ax.annotate(
            axiom_id(axiom).replace("_", " "),
            (1.01, height),
            xycoords=("axes fraction", "data"),
            va="center",
            fontsize="small",
        )
    for place in chosen:
        ax.axvline(float(place), color=_CHOSEN, linestyle="--", zorder=1)
    ax.plot([], [], "o", color=_AGENT, label="agents")
    ax.plot([], [], "--", color=_CHOSEN, label="outcome")
    ax.set_ylim(-0.85, top + 0.35 * (len(axioms) + 1))
    ax.set_yticks([])
    ax.set_xlabel("location")
    ax.set_title(rule.name)
    # The names of the axioms stand to the right of the data.
    ax.legend(frameon=False, loc="upper center", bbox_to_anchor=(0.5, -0.25), ncols=3)
    return ax


def welfare_ratio(largest: int = 100, *, ax: Axes | None = None) -> Axes:
    """The worst-case welfare ratio of Uniform Phantom and the constrained median against n.

    Parameters
    ----------
    largest : int
        The largest number of agents.

    Returns
    -------
    Axes
        With the limit ``(1 + sqrt 2) / 2`` as a line.
    """
    count = as_count(largest, "largest", low=2, owner="welfare_ratio")
    ax = axes_for(ax, (7, 3.5))
    sizes = list(range(2, count + 1))
    ax.plot(
        sizes,
        [float(bounds.uniform_phantom(n)) for n in sizes],
        ".-",
        color=_AGENT,
        label="Uniform Phantom, R(n)",
    )
    ax.plot(
        sizes,
        [float(bounds.constrained_median(n)) for n in sizes],
        ".-",
        color=_FAIR,
        label="constrained median",
    )
    ax.axhline(
        bounds.UNIFORM_PHANTOM_LIMIT, color=_CHOSEN, linestyle="--", label=r"$(1+\sqrt{2})/2$"
    )
    ax.set_xlabel("agents n")
    ax.set_ylabel("worst-case welfare ratio")
    legend_beside(ax)
    return ax


def option_set(
    mechanism: MechanismLike,
    data: object,
    agent: object = 0,
    *,
    steps: int = 120,
    setting: Line | None = None,
    ax: Axes | None = None,
) -> Axes:
    """What one agent can bring about: the outcome against its report, the others fixed.

    A strategyproof mechanism follows the diagonal between the ends of the agent's options and is
    flat outside; elsewhere there is a peak for which a lie pays.

    Parameters
    ----------
    mechanism : mechanism, function or identifier
        Deterministic, on a line.
    data : Problem or plain data
        The profile; the agent's own report is marked.
    agent : hashable
        The agent.
    steps : int
        How many reports to try.
    setting : Line, optional
        For a function of one's own.
    """
    rule = as_mechanism(mechanism, setting)
    line: Any = setting or rule.setting
    if not isinstance(line, Line):
        raise InvalidInputError("mechanism", "be one on a line", mechanism)
    problem = data if isinstance(data, Problem) else line.problem(data)
    count = as_count(steps, "steps", low=1, owner="option_set")
    reports: list[Number] = [
        line.low + line.length * Fraction(k, count)
        if not isinstance(line.length, float)
        else line.low + line.length * k / count
        for k in range(count + 1)
    ]
    outcomes: list[float] = []
    for report in reports:
        result = rule.solve(problem.report(agent, report))
        if isinstance(result, Lottery):
            raise InvalidInputError("mechanism", "be deterministic", rule)
        outcomes.append(float(result.choice))
    ax = axes_for(ax, (4.5, 4.5))
    ends = [float(line.low), float(line.high)]
    ax.plot(ends, ends, ":", color=_PHANTOM, label="own report")
    ax.plot([float(r) for r in reports], outcomes, color=_CHOSEN, label="outcome")
    ax.axhspan(min(outcomes), max(outcomes), color=_FAIR, alpha=0.2, label="options")
    own = float(problem.type_of(agent))
    truthful = rule.solve(problem)
    if not isinstance(truthful, Lottery):
        ax.plot([own], [float(truthful.choice)], "o", color=_AGENT, label="truth")
    ax.set_xlabel(f"report of agent {agent}")
    ax.set_ylabel("location")
    ax.set_title(rule.name)
    legend_beside(ax)
    return ax


def cells(mechanism: MechanismLike, *, setting: Line | None = None, ax: Axes | None = None) -> Axes:
    """What a rule does at all profiles of two agents: the cells on which its code is one formula.

    Parameters
    ----------
    mechanism : mechanism, function or identifier
        Deterministic, on a line, piecewise linear in the reports.
    setting : Line, optional
        For a function of one's own.

    Returns
    -------
    Axes
        One colour a formula; the borders are those of the paths that the code takes.

    Raises
    ------
    UndecidedError
        If the code is not piecewise linear; the message names the operation and the line.
    """
    rule = as_mechanism(mechanism, setting)
    line: Any = setting or rule.setting
    if not isinstance(line, Line):
        raise InvalidInputError("mechanism", "be one on a line", mechanism)
    ax = axes_for(ax, (5.2, 5.2))
    colours: dict[str, Any] = {}
    for formula, corners in sorted(cells_of_two(rule, line)):
        colour = colours.setdefault(formula, f"C{len(colours) % 10}")
        seen = formula not in [text.get_label() for text in ax.patches]
        xs, ys = zip(*corners, strict=True)
        ax.fill(
            xs,
            ys,
            facecolor=colour,
            alpha=0.55,
            edgecolor="white",
            linewidth=1,
            label=formula if seen else "_",
        )
    ends = [float(line.low), float(line.high)]
    ax.set_xlim(*ends)
    ax.set_ylim(*ends)
    ax.set_aspect("equal")
    ax.set_xlabel("report x of agent 0")
    ax.set_ylabel("report y of agent 1")
    ax.set_title(f"{rule.name}: outcome by cell", fontsize="medium")
    ax.legend(loc="upper left", bbox_to_anchor=(1.02, 1), fontsize="small", frameon=False)
    return ax
