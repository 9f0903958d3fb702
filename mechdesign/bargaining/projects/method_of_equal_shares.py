"""The Method of Equal Shares with its completions.

Every voter gets the same share of the budget; a project is bought by its supporters, the one that
costs them least for what it is worth first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Annotated, Any, Literal

import numpy as np

from mechdesign.bargaining.ballots.grouped_ballots import Array, Supporters, supporters
from mechdesign.bargaining.ballots.projects import Satisfaction, within
from mechdesign.bargaining.projects.budgeting import greedy_fill, ranked, worth_matrix
from mechdesign.bargaining.projects.setting import project_selection
from mechdesign.bargaining.references import PETERS
from mechdesign.errors import InvalidInputError
from mechdesign.model import (
    Number,
    Outcome,
    Problem,
    Provenance,
    Theorem,
    mechanism,
    number_in,
    tidy,
)
from mechdesign.records import dataclass

__all__ = ["equal_shares"]

_TIE, _DOUBT = 1e-12, 1e-9
_SMALL = 150

Ties = Literal["order", "cheapest"]


@dataclass(frozen=True, eq=False)
class Purchase:
    """The projects that one run of the method bought, and the money left.

    Parameters
    ----------
    chosen : list of int
        Positions of the projects, in the order in which they were bought.
    left : array, shape (g,)
        What each voter of every group has left.
    doubtful : bool
        Whether two floats were too close to be told apart.
    ties : int
        How often projects tied.
    """

    chosen: list[int]
    left: Array
    doubtful: bool
    ties: int


@mechanism(
    "bargaining.equal_shares",
    setting=project_selection("cost"),
    takes=("progress",),
    reference=PETERS,
    claims={
        "ejr_up_to_one": Theorem(
            PETERS, "Equal shares satisfies EJR up to one project for additive utilities"
        )
    },
    anonymous=True,
)
def equal_shares(
    problem: Problem,
    *,
    satisfaction: Satisfaction = "cost",
    completion: Literal["none", "add1", "add1u", "greedy"] = "none",
    stop: Literal["overspend", "exhaustive"] = "overspend",
    comparison: bool = False,
    increment: Annotated[Number, number_in(0)] = 1,
    ties: Ties = "order",
    exact: bool | None = None,
    progress: Callable[[], None] | None = None,
) -> Outcome:
    """The Method of Equal Shares.

    Parameters
    ----------
    problem : Problem, PabulibFile or ballots
        As in :func:`mechdesign.bargaining.election`.
    satisfaction : {"cost", "cardinality"}
        What a funded project is worth to a voter.
    completion : {"none", "add1", "add1u", "greedy"}
        How to spend what is left: ``"add1"`` raises everybody's share by `increment` until the
        budget is overspent and takes the outcome before; ``"add1u"`` fills up greedily after that;
        ``"greedy"`` fills up the first outcome.
    stop : {"overspend", "exhaustive"}
        For Add1: run until the budget is overspent (what the cities did), or stop at the first
        outcome to which no project can be added.
    comparison : bool
        Fund what the greedy rule funds where strictly more voters prefer that.
    increment : number
        Positive; for Add1.
    ties : {"order", "cheapest"}
        Which of several equally good projects is bought: the first in the data, or the cheapest
        (then the one with more supporters, then the first).
    exact : bool, optional
        Whether to compute with fractions.  By default small elections are exact; large ones run in
        floats and are repeated exactly where two numbers within 1e-9 could have been confused.
    progress : callable, optional
        Called after each step of Add1.

    Notes
    -----
    O(m^2 g log g) for m projects and g distinct ballots in the worst case; lower bounds on the
    price per satisfaction, which never falls, make it far less.

    Examples
    --------
    >>> votes = ["abc"] * 6 + ["xy"] * 4
    >>> costs = dict.fromkeys("abcxy", 10)
    >>> equal_shares(votes, costs=costs, budget=30).choice
    ('a', 'x')
    >>> equal_shares(votes, costs=costs, budget=30, completion="add1").choice
    ('a', 'b', 'x')
    """
    if not increment:
        raise InvalidInputError("increment", "be positive", increment)
    votes = supporters(problem)
    votes.require_nonnegative()
    fractions = votes.exact and (exact or (exact is None and len(votes.members) <= _SMALL))
    if exact and not votes.exact:
        raise InvalidInputError("exact", "be False for data with floats", exact)

    def run(extra: Number) -> Purchase:
        found = buy(votes, satisfaction, extra, ties=ties, exact=fractions)
        if found.doubtful and exact is None and votes.exact:
            return buy(votes, satisfaction, extra, ties=ties, exact=True)
        return found

    found, steps = run(0), 0
    if completion in ("add1", "add1u"):
        found, steps = _add_one(votes, run, increment, stop, progress)
    chosen = list(found.chosen)
    if completion in ("add1u", "greedy"):
        chosen = greedy_fill(problem, ranked(votes, satisfaction), start=chosen)
    details: dict[str, Any] = {"order": _names(problem, chosen)}
    if steps:
        details["increments"] = steps
    if comparison:
        rival = greedy_fill(problem, ranked(votes, satisfaction))
        for_rival, for_own = _preferences(votes, satisfaction, rival, chosen)
        details |= {"prefer greedy": for_rival, "prefer equal shares": for_own}
        if for_rival > for_own:
            chosen = rival
            details["order"] = _names(problem, chosen)
    left = found.left[votes.group_of].tolist()
    is_exact = found.left.dtype == object
    details["left"] = tuple(map(tidy, left) if is_exact else left)
    return project_selection(satisfaction).select(
        problem,
        details["order"],
        details=details,
        provenance=Provenance(
            algorithm="fractions" if is_exact else "floats, checked for near ties",
            exact=is_exact,
            tolerance=None if is_exact else _TIE,
            ties=f"{found.ties}, by {ties}" if found.ties else "",
        ),
    )


def buy(
    votes: Supporters,
    satisfaction: str,
    extra: Number = 0,
    *,
    ties: Ties = "order",
    exact: bool = False,
) -> Purchase:
    """One run of the method.

    Parameters
    ----------
    votes : Supporters
        The election.
    satisfaction : {"cost", "cardinality"}
        What a funded project is worth to a voter.
    extra : number
        Added to everybody's share of the budget.
    ties : {"order", "cheapest"}
        As in :func:`equal_shares`.
    exact : bool
        Whether to compute with fractions.

    Examples
    --------
    >>> from mechdesign.bargaining import election
    >>> votes = supporters(election(["a", "ab"], costs={"a": 1, "b": 1}, budget=2))
    >>> result = buy(votes, "cost", exact=True)
    >>> result.chosen, result.left.tolist()
    ([0], [Fraction(1, 2), Fraction(1, 2)])
    """
    costs: list[Any] = [Fraction(c) if exact else float(c) for c in votes.projects.costs]
    budget: Any = votes.problem.budget
    share = (
        Fraction(budget) / votes.count + Fraction(extra)
        if exact
        else float(budget) / votes.count + float(extra)
    )
    money = np.full(len(votes.sizes), share, dtype=object if exact else float)
    sellers = _sellers(votes, satisfaction, exact)
    # The price per satisfaction of a project never falls, so an old one is a lower bound.
    bounds: dict[int, Any] = dict.fromkeys(sellers, 0)
    chosen: list[int] = []
    doubtful, tied = False, 0
    while bounds:
        best: Any = None
        prices: dict[int, Any] = {}
        for k in sorted(bounds, key=bounds.__getitem__):
            if best is not None and bounds[k] > best * (1 + (0 if exact else _DOUBT)):
                break
            price, unsure = _price(costs[k], money, *sellers[k])
            doubtful |= unsure
            if price is None:
                del bounds[k]
                continue
            bounds[k] = prices[k] = price
            if best is None or price < best:
                best = price
        if best is None:
            break
        slack = 0 if exact else _TIE
        equal = sorted(k for k, price in prices.items() if price <= best * (1 + slack))
        if not exact and any(
            best * (1 + slack) < p <= best * (1 + _DOUBT) for p in prices.values()
        ):
            doubtful = True
        tied += len(equal) > 1
        taken = equal[0]
        if ties == "cheapest" and len(equal) > 1:
            taken = min(equal, key=lambda k: (costs[k], -int(sellers[k][1].sum()), k))
        groups, _, worth = sellers[taken]
        own = money[groups]
        price = prices[taken] * worth
        # Whoever cannot pay the price pays all it has, to the last bit.
        money[groups] = np.where(own <= price, own - own, own - price)
        del bounds[taken]
        chosen.append(taken)
    return Purchase(chosen, money, doubtful, tied)


def _sellers(votes: Supporters, satisfaction: str, exact: bool) -> dict[int, Any]:
    """For every supported project its groups, their sizes and what it is worth to them."""
    found = {}
    for k in range(len(votes.projects.ids)):
        groups = votes.of(k)
        if len(groups):
            sizes = votes.sizes[groups]
            if exact:
                sizes = sizes.astype(object)
            found[k] = (groups, sizes, votes.worths(k, satisfaction, exact=exact))
    return found


def _price(cost: Any, money: Array, groups: Array, sizes: Array, worth: Any) -> tuple[Any, bool]:
    """The smallest price per satisfaction at which the supporters cover the cost; None if none.

    Also whether the floats were too close to tell.
    """
    own = money[groups]
    floats = own.dtype != object
    have = (sizes * own).sum()
    short = cost - have
    if floats:
        unsure = bool(_TIE * cost < abs(short) <= _DOUBT * cost)
        if short > _TIE * cost:
            return None, unsure
    else:
        unsure = False
        if short > 0:
            return None, False
    shared = (sizes * worth).sum()
    ratios = own / worth
    price = cost / shared
    if price <= ratios.min():
        return price, unsure
    order = np.argsort(ratios, kind="stable")
    steps, paid = ratios[order], (sizes * own)[order]
    weights = (sizes * worth)[order]
    # If the k poorest pay all they have, the others share the rest.
    before = np.cumsum(paid) - paid
    rest = shared - (np.cumsum(weights) - weights)
    levels = (cost - before) / np.where(rest > 0, rest, weights)
    fits = np.flatnonzero(np.asarray(levels <= steps, dtype=bool))
    return (levels[fits[0]] if len(fits) else steps[-1]), unsure


def _add_one(
    votes: Supporters,
    run: Callable[[Number], Purchase],
    step: Number,
    stop: str,
    progress: Callable[[], None] | None,
) -> tuple[Purchase, int]:
    """Raise the shares step by step; the last outcome within the budget and the number of steps."""
    problem = votes.problem
    costs = votes.projects.costs
    budget: Any = problem.budget
    supported = [k for k in range(len(costs)) if len(votes.of(k))]
    found, steps = run(0), 0
    while len(found.chosen) < len(supported):
        spent: Number = sum((costs[k] for k in found.chosen), 0)
        outside = [k for k in supported if k not in found.chosen]
        if stop == "exhaustive" and not any(within(spent + costs[k], budget) for k in outside):
            break
        following = run(step * (steps + 1))
        if not within(sum((costs[k] for k in following.chosen), 0), budget):
            break
        found, steps = following, steps + 1
        if progress is not None:
            progress()
    return found, steps


def _preferences(
    votes: Supporters, satisfaction: str, first: Sequence[int], second: Sequence[int]
) -> tuple[int, int]:
    """How many voters strictly prefer the first set, and how many the second."""
    matrix = worth_matrix(votes, satisfaction)
    gap = matrix[list(first)].sum(axis=0) - matrix[list(second)].sum(axis=0)
    return int(votes.sizes[gap > 0].sum()), int(votes.sizes[gap < 0].sum())


def _names(problem: Problem, chosen: Sequence[int]) -> tuple[Any, ...]:
    return tuple(problem.data.ids[k] for k in chosen)
