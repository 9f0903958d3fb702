"""Position auctions in generated content: advertisers, placements, and who clicks how often.

The model is that of Balseiro et al. (2025): a private value per click for every advertiser, one
click probability for every pair of creative and position, at most `capacity` creatives shown, and
users who click by a multinomial logit (``mnl``) or a cascade (``cascade``) model; ``independent``
is the baseline without externalities.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from mechdesign.auctions.market.priors import Prior
from mechdesign.errors import require
from mechdesign.model import AgentId, FrozenMap, Number, serializable, show
from mechdesign.model.serialize import encode
from mechdesign.records import dataclass

__all__ = ["Ad", "Content", "Placement", "click_rates"]

MODELS = ("independent", "mnl", "cascade")
ORDERS = ("free", "fixed")


@serializable("auctions.Ad")
@dataclass(frozen=True)
class Ad:
    """One advertiser: the type of an agent in generated content.

    Parameters
    ----------
    value : number
        Value per click, the only part that is private.
    rates : tuple of m numbers in [0, 1]
        Click probability at each position if the creative is shown alone.
    odds : tuple of m numbers, optional
        ``exp(rho)``, the attraction under MNL, where the user gave `rho`; otherwise it is
        ``p / (1 - p)``.
    prior : Prior, optional
        The distribution of the value, which the auctioneer knows.
    continuation : number in [0, 1], optional
        Probability that a user who saw the ad goes on (cascade); by default one minus the click
        probability: users click and leave.
    """

    value: Number
    rates: tuple[Number, ...]
    odds: tuple[Number, ...] | None = None
    prior: Prior | None = None
    continuation: Number | None = None

    def bidding(self, value: Number) -> Ad:
        return replace(self, value=value)

    def __gt__(self, other: Ad) -> bool:
        """Whether this is the same creative with a larger value."""
        return bool(self.value > other.value) and self == other.bidding(self.value)

    def __lt__(self, other: Ad) -> bool:
        """Whether this is the same creative with a smaller value."""
        return other > self

    def __repr__(self) -> str:
        return f"Ad({show(self.value)})"


@serializable("auctions.Content")
@dataclass(frozen=True)
class Content:
    """The agent-free data: positions, capacity and the users' model.

    Parameters
    ----------
    positions : tuple of hashable
        Labels of the positions in reading order.
    capacity : int
        The largest number of creatives shown.
    model : {"mnl", "cascade", "independent"}
        How users click.
    order : {"free", "fixed"}
        Whether the auctioneer chooses the rendering order (cascade) or it is the reading order.
    decisions : tuple of str
        What had to be decided when a table was read.
    """

    positions: tuple[Any, ...]
    capacity: int
    model: str = "mnl"
    order: str = "free"
    decisions: tuple[str, ...] = ()


@serializable("auctions.Placement")
@dataclass(frozen=True)
class Placement:
    """Which creative goes where, in rendering order.

    Parameters
    ----------
    shown : tuple of (agent, position index)
        In rendering order for a cascade, by position otherwise.
    render : tuple of numbers in [0, 1], optional
        Probability that each of them is rendered at all, independently; 1 where missing.

    Examples
    --------
    >>> Placement((("ann", 1), ("bob", 0))).position_of("bob")
    0
    """

    shown: tuple[tuple[AgentId, int], ...]
    render: tuple[Number, ...] | None = None

    def position_of(self, agent: AgentId) -> int | None:
        """The position index of an agent, None where it is not shown."""
        return next((j for a, j in self.shown if a == agent), None)

    @property
    def agents(self) -> tuple[AgentId, ...]:
        """The agents shown, in rendering order."""
        return tuple(agent for agent, _ in self.shown)

    @property
    def chances(self) -> tuple[Number, ...]:
        """The rendering probabilities, 1 where there are none."""
        return (1,) * len(self.shown) if self.render is None else self.render

    def to_dict(self) -> Any:
        """Plain data for JSON."""
        return encode(self)

    def __str__(self) -> str:
        parts = []
        for (agent, position), chance in zip(self.shown, self.chances, strict=True):
            coin = "" if chance == 1 else f" (rendered with probability {show(chance)})"
            parts.append(f"{agent}->{position}{coin}")
        return ", ".join(parts) or "nothing shown"


def click_rates(
    placement: Placement, ads: FrozenMap[AgentId, Ad] | dict[AgentId, Ad], model: str
) -> dict[AgentId, Number]:
    """Expected click probability of every ad shown.

    Parameters
    ----------
    placement : Placement
        What is shown; for a cascade in rendering order.
    ads : mapping of agent to Ad
        At least the agents of the placement.
    model : {"mnl", "cascade", "independent"}
        How users click.

    Returns
    -------
    dict of agent to number
        Exact where the inputs are.

    Notes
    -----
    MNL: ``w_i / (1 + sum w)`` with ``w = p / (1 - p)``, after the coins of `render` only for a
    placement without them.  Cascade: users read in rendering order; an ad that is rendered is
    clicked with probability ``p`` and left behind with its continuation probability, which by
    default is ``1 - p``.

    Examples
    --------
    >>> from fractions import Fraction
    >>> half = Ad(1, (Fraction(1, 2),) * 2)
    >>> click_rates(Placement(((0, 0), (1, 1))), {0: half, 1: half}, "mnl")
    {0: Fraction(1, 3), 1: Fraction(1, 3)}
    >>> click_rates(Placement(((0, 0), (1, 1))), {0: half, 1: half}, "cascade")
    {0: Fraction(1, 2), 1: Fraction(1, 4)}
    """
    require(placement, Placement, "placement")
    rates = {agent: ads[agent].rates[j] for agent, j in placement.shown}
    if model == "independent":
        return {
            agent: chance * rates[agent]
            for agent, chance in zip(placement.agents, placement.chances, strict=True)
        }
    if model == "mnl":
        odds = {agent: _odds(ads[agent], j) for agent, j in placement.shown}
        total = 1 + sum(odds.values())
        return {agent: odds[agent] / total for agent in odds}
    reach: Number = 1
    found: dict[AgentId, Number] = {}
    for (agent, _), chance in zip(placement.shown, placement.chances, strict=True):
        p = rates[agent]
        found[agent] = reach * chance * p
        stay = ads[agent].continuation
        go_on = 1 - p if stay is None else stay
        reach = reach * (1 - chance + chance * go_on)
    return found


def _odds(ad: Ad, position: int) -> Any:
    if ad.odds is not None:
        return ad.odds[position]
    p = ad.rates[position]
    return as_odds(p)


def as_odds(p: Number) -> Number:
    """``p / (1 - p)`` as a float or a Fraction, never a float of two integers."""
    from fractions import Fraction

    return p / (1 - p) if isinstance(p, float) else Fraction(p) / (1 - Fraction(p))


def order_shown(pairs: Sequence[tuple[AgentId, int]]) -> tuple[tuple[AgentId, int], ...]:
    """Pairs by position, the canonical order where the rendering order does not matter."""
    return tuple(sorted(pairs, key=lambda pair: pair[1]))
