"""Plots of committees: who approves of whom, and how many members each voter has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mechdesign.axes import axes_for
from mechdesign.errors import InvalidInputError
from mechdesign.model import Outcome, Problem, show

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["members_of_voters", "representation"]

_MEMBER, _OTHER, _NOBODY = "#30638e", "#c9ced6", "#d1495b"


def representation(found: Outcome, *, ax: Axes | None = None) -> Axes:
    """Who approves of whom: a column for each candidate, members in colour, a band for each ballot.

    A band is as high as many voters cast the ballot; ballots without a member have a red edge.

    Parameters
    ----------
    found : Outcome
        Of a rule of the family.
    """
    problem = _problem(found)
    candidates = sorted(problem.data.candidates, key=lambda c: c not in found.choice)
    ax = axes_for(ax, (1.6 + 0.5 * len(candidates), 4.0))
    top = 0.0
    ticks: list[tuple[float, str]] = []
    for agent, own in zip(problem.agents, problem.types, strict=True):
        height = float(problem.weight_of(agent))
        for k, c in enumerate(candidates):
            if c in own:
                colour = _MEMBER if c in found.choice else _OTHER
                ax.barh(top + height / 2, 0.94, height, left=k - 0.47, color=colour, lw=0)
        if not found.choice & set(own):
            ax.barh(
                top + height / 2,
                len(candidates),
                height,
                left=-0.5,
                fill=False,
                edgecolor=_NOBODY,
                lw=1.4,
            )
        ax.axhline(top, color="white", lw=1.0)
        ticks.append((top + height / 2, show(problem.weight_of(agent))))
        top += height
    ax.set_xlim(-0.5, len(candidates) - 0.5)
    ax.set_ylim(top, 0)
    ax.set_xticks(range(len(candidates)), [show(c) for c in candidates])
    if len(ticks) <= 30:
        ax.set_yticks([at for at, _ in ticks], [text for _, text in ticks])
    ax.set_ylabel("voters")
    members = sum(c in found.choice for c in candidates)
    ax.axvline(members - 0.5, color="black", lw=1.0)
    ax.xaxis.tick_top()
    ax.tick_params(length=0)
    for side in ("top", "right", "bottom", "left"):
        ax.spines[side].set_visible(False)
    return ax


def members_of_voters(*found: Outcome, ax: Axes | None = None) -> Axes:
    """How many voters have no member, one, two, ..., for one or several rules.

    Parameters
    ----------
    *found : Outcome
        Of rules of the family.
    """
    if not found:
        raise InvalidInputError("found", "hold an outcome", list(found))
    shares = []
    for one in found:
        problem = _problem(one)
        numbers = np.zeros(problem.data.seats + 1)
        for agent, own in zip(problem.agents, problem.types, strict=True):
            numbers[len(one.choice & set(own))] += float(problem.weight_of(agent))
        shares.append(numbers / numbers.sum())
    most = max(int(np.flatnonzero(part).max()) for part in shares)
    ax = axes_for(ax, (6.4, 0.9 + 0.45 * len(found)))
    left = np.zeros(len(found))
    for members in range(most + 1):
        part = np.array([one[members] if members < len(one) else 0.0 for one in shares])
        shade = _NOBODY if members == 0 else _MEMBER
        strength = 1.0 if members == 0 else 0.25 + 0.75 * members / most
        ax.barh(range(len(found)), part, left=left, color=shade, alpha=strength, label=str(members))
        left += part
    names = [str(one.provenance.mechanism).split(".", 1)[-1] for one in found]
    ax.set_yticks(range(len(found)), names)
    ax.invert_yaxis()
    ax.set_xlim(0, 1)
    ax.set_xlabel("part of the voters, by members")
    ax.legend(
        ncols=most + 1, frameon=False, fontsize="small", loc="lower center", bbox_to_anchor=(0.5, 1)
    )
    return ax


def _problem(found: Outcome) -> Problem:
    if found.problem is None:
        raise InvalidInputError("found", "know its problem", found)
    return found.problem
