"""Plots of taxes: marginal rates by income, utility by skill."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mechdesign.axes import axes_for
from mechdesign.model import MechanismLike, as_mechanism
from mechdesign.taxation import Economy, incomes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["marginal_rates", "utility_by_skill"]

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
    ax.legend(frameon=False, loc="center left", bbox_to_anchor=(1.01, 0.5))
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
    ax.legend(frameon=False, loc="center left", bbox_to_anchor=(1.01, 0.5))
    return ax


def _solved(economy: Economy, mechanisms: Sequence[MechanismLike]) -> list[tuple[str, Any]]:
    problem = incomes().problem(list(economy.skills), economy=economy)
    rules = [as_mechanism(one) for one in mechanisms]
    return [(rule.name.removeprefix("taxation."), rule(problem)) for rule in rules]
