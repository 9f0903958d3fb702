"""Equilibria of the generalised second-price auction: locally envy-free and symmetric Nash."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mechdesign.auctions.arithmetic import by_score
from mechdesign.auctions.separable.auctions import SETTING, gsp
from mechdesign.errors import InvalidInputError
from mechdesign.io import Table
from mechdesign.model import FrozenMap, Number, Outcome, Problem, Seed, as_count, generator, ratio
from mechdesign.records import dataclass

__all__ = [
    "Equilibrium",
    "best_response_dynamics",
    "envy_of_neighbours",
    "nash_regret",
    "symmetric_equilibrium",
]


@dataclass(frozen=True)
class Equilibrium:
    """Bids in equilibrium and the outcome of GSP at them.

    Parameters
    ----------
    bids : FrozenMap of agent to number
        What each bids.
    outcome : Outcome
        Of :func:`~mechdesign.auctions.separable.auctions.gsp` at these bids.
    converged : bool
        Whether bids stopped changing.
    rounds : int
        Rounds of the dynamics, 0 for a formula.
    """

    bids: FrozenMap[Any, Number]
    outcome: Outcome
    converged: bool = True
    rounds: int = 0

    @property
    def revenue(self) -> Number:
        """The seller's revenue."""
        total: Number = self.outcome.details["revenue"]
        return total

    def table(self) -> Table:
        """Bids, slots and payments of all agents."""
        rows = [
            (agent, bid, self.outcome.choice.get(agent), self.outcome.pay(agent))
            for agent, bid in self.bids.items()
        ]
        return Table(("agent", "bid", "slot", "payment"), rows, "Equilibrium of GSP")


def symmetric_equilibrium(values: object, ctr: object, *, which: str = "lower") -> Equilibrium:
    """The symmetric Nash equilibrium with the lowest or the highest revenue.

    Parameters
    ----------
    values : sequence, mapping or series of n numbers, or Problem
        Values per click.
    ctr : sequence of m numbers
        Click rates of the slots, nonincreasing.
    which : {"lower", "upper"}
        The end of the range of equilibria; the lower one pays what VCG would charge.

    Raises
    ------
    InvalidInputError
        On bad data or another word for `which`.

    Notes
    -----
    Varian's recursion, from the lowest rank up:
    ``ctr_{k-1} b_k = (ctr_{k-1} - ctr_k) v + ctr_k b_{k+1}`` with ``v = v_k`` (lower) or
    ``v_{k-1}`` (upper).  The first bids its value, or more where that would only tie.
    Slots of equal rates lead to equal bids; they are an equilibrium with ties broken by value.

    Examples
    --------
    >>> symmetric_equilibrium([10, 4, 2], [200, 100]).bids
    {0: 10, 1: 3, 2: 2}
    """
    if which not in ("lower", "upper"):
        raise InvalidInputError("which", "be 'lower' or 'upper'", which)
    problem = _plain(values, ctr)
    rates = problem.data.ctr
    order = by_score(problem.types)
    ranked = [problem.types[i] for i in order]
    slots = min(len(rates), len(order))
    bids = list(ranked)
    for k in range(min(slots, len(order) - 1), 0, -1):
        here = rates[k] if k < slots else 0
        below = bids[k + 1] if k + 1 < len(bids) else 0
        value = ranked[k] if which == "lower" else ranked[k - 1]
        above = rates[k - 1]
        if above > 0:
            bids[k] = ratio((above - here) * value + here * below, above)
    if len(bids) > 1 and bids[0] <= bids[1]:
        # The first bid may be anything above the second.
        bids[0] = bids[1] + 1
    found = dict(zip((problem.agents[i] for i in order), bids, strict=True))
    named = FrozenMap((agent, found[agent]) for agent in problem.agents)
    return Equilibrium(named, gsp(problem.with_types(named)))


def envy_of_neighbours(bids: object, values: object, ctr: object) -> Number:
    """The most that an agent would gain by the slot next to its own at that slot's price.

    Bids are locally envy-free if and only if this is at most 0.

    Parameters
    ----------
    bids, values : sequence, mapping or series of n numbers
        In the same order or with the same labels.
    ctr : sequence of m numbers
        Click rates of the slots, nonincreasing.

    Examples
    --------
    >>> envy_of_neighbours([9, 3, 2], [10, 4, 2], [200, 100])
    0
    >>> envy_of_neighbours([10, 4, 2], [10, 4, 2], [200, 199])
    392
    """
    problem = _plain(bids, ctr)
    worth = dict(zip(problem.agents, _plain(values, ctr).types, strict=True))
    outcome = gsp(problem)
    rates = problem.data.ctr
    holder = {slot: agent for agent, slot in outcome.choice.items()}
    order = by_score(problem.types)
    shown = len(holder)
    worst: Number = 0
    for rank, i in enumerate(order):
        agent = problem.agents[i]
        slot = outcome.choice.get(agent)
        now = 0 if slot is None else worth[agent] * rates[slot] - outcome.pay(agent)
        for other in (rank - 1, rank + 1):
            if 0 <= other < shown:
                there = worth[agent] * rates[other] - outcome.pay(holder[other])
                worst = max(worst, there - now)
        if rank == shown - 1:
            worst = max(worst, -now)
    return worst


def nash_regret(bids: object, values: object, ctr: object) -> Number:
    """The most that one agent gains by another bid, the others' bids given.

    Bids are a Nash equilibrium if and only if this is 0.

    Parameters
    ----------
    bids, values, ctr
        As for :func:`envy_of_neighbours`.

    Notes
    -----
    Exact: the slot and the price of a bid change only at the others' bids, so one bid in each
    region between them is enough.

    Examples
    --------
    >>> nash_regret([10, 4, 2], [10, 4, 2], [200, 199])
    392
    """
    problem = _plain(bids, ctr)
    worth = _plain(values, ctr).types
    now = gsp(problem)
    worst: Number = 0
    for agent, value in zip(problem.agents, worth, strict=True):
        before = SETTING.utility(problem, agent, value, now)
        for bid in SETTING.deviations(problem, agent):
            variant = problem.report(agent, bid)
            worst = max(worst, SETTING.utility(variant, agent, value, gsp(variant)) - before)
    return worst


def best_response_dynamics(
    values: object, ctr: object, *, rounds: int = 1000, rng: Seed = 0, tolerance: float = 1e-9
) -> Equilibrium:
    """Balanced bidding: agents in random order bid for their best slot, keeping neighbours honest.

    An agent that prefers slot k bids so high that it would be as happy one slot higher at its own
    bid; repeated, the bids settle at the lowest symmetric equilibrium.

    Parameters
    ----------
    values, ctr
        As for :func:`symmetric_equilibrium`.
    rounds : int
        The largest number of rounds, in each of which every agent bids once.
    rng : numpy.random.Generator or int
        Draws the order of the agents and the first bids.
    tolerance : float
        A round that moves no bid by more ends the dynamics.

    Returns
    -------
    Equilibrium
        With floats, and whether it converged.

    Examples
    --------
    >>> found = best_response_dynamics([10, 4, 2], [200, 100])
    >>> found.converged, {agent: round(bid, 6) for agent, bid in found.bids.items()}
    (True, {0: 6.5, 1: 3.0, 2: 2.0})
    """
    limit = as_count(rounds, "rounds", low=1)
    random = generator(rng)
    problem = _plain(values, ctr)
    worth = [float(v) for v in problem.types]
    rates = [float(rate) for rate in problem.data.ctr]
    bids = [float(x) * v for x, v in zip(random.uniform(0, 1, len(worth)), worth, strict=True)]
    done, used = False, 0
    while used < limit and not done:
        used += 1
        moved = 0.0
        for i in random.permutation(len(worth)).tolist():
            others = sorted((b for k, b in enumerate(bids) if k != i), reverse=True)
            bid = _balanced(worth[i], others, rates)
            moved = max(moved, abs(bid - bids[i]))
            bids[i] = bid
        done = moved <= tolerance
    named = FrozenMap(zip(problem.agents, bids, strict=True))
    return Equilibrium(named, gsp(problem.with_types(named)), done, used)


def _balanced(value: float, others: Sequence[float], rates: Sequence[float]) -> float:
    """The bid for the best slot at the others' bids, which sort nonincreasing."""
    prices = [others[k] if k < len(others) else 0.0 for k in range(len(rates))]
    gains = [rate * (value - price) for rate, price in zip(rates, prices, strict=True)]
    best = max(range(len(rates)), key=lambda k: (gains[k], -k), default=0)
    if not rates or gains[best] <= 0:
        return value
    if best == 0:
        # As happy as with twice the clicks: any bid above the next one would do.
        return (value + prices[0]) / 2
    return value - rates[best] / rates[best - 1] * (value - prices[best])


def _plain(values: object, ctr: object) -> Problem:
    problem = values if isinstance(values, Problem) else SETTING.problem(values, ctr=ctr)
    SETTING.check(problem)
    if problem.data.quality is not None or problem.data.reserve != 0:
        raise InvalidInputError("data", "have no qualities and no reserve here", problem.data)
    return problem
