"""Combinatorial auctions: Vickrey-Clarke-Groves, and the core payments nearest to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Annotated, Any

from mechdesign.auctions.references import CLARKE, DAY_CRAMTON, GROVES
from mechdesign.auctions.sales.bundle_setting import Bundles
from mechdesign.auctions.sales.bundle_winners import largest_packing
from mechdesign.auctions.sales.sale_setting import clarke, sold, worths
from mechdesign.clock import Clock
from mechdesign.errors import LimitReachedError, UndecidedError
from mechdesign.model import (
    Number,
    Outcome,
    Problem,
    Setting,
    Theorem,
    all_exact,
    mechanism,
    number_in,
)
from mechdesign.solvers.linear.exact_projection import nearest_in_fractions
from mechdesign.solvers.linear.polytopes import Polytope

__all__ = ["combinatorial_vcg", "core_nearest"]

_SETTING = Bundles()
_MOST_BLOCKING = 400
_MOST_JOINED = 5000


@mechanism(
    "auctions.combinatorial_vcg",
    setting=_SETTING,
    reference=CLARKE,
    claims={"strategyproofness": Theorem(GROVES, "truth is dominant under VCG payments")},
    takes=("time_limit",),
)
def combinatorial_vcg(
    problem: Problem,
    *,
    setting: Setting | None = None,
    time_limit: Annotated[float, number_in(0)] | None = 60,
) -> Outcome:
    """Items go where they are worth most; everybody pays what its presence costs the others.

    Parameters
    ----------
    time_limit : float, optional
        Seconds for the winners and all payments.

    Raises
    ------
    UndecidedError
        If the best winners are not proved: payments of others would not make truth dominant.

    Notes
    -----
    Winner determination is NP-hard; one for the winners and one without each bidder.

    Examples
    --------
    >>> from mechdesign import auctions
    >>> bids = {"ann": {("x", "y"): 10}, "bob": {"x": 9}, "cy": {"y": 5}}
    >>> sale = auctions.combinatorial_vcg(bids)
    >>> sale.choice, sale.payments
    ({'bob': ('x',), 'cy': ('y',)}, {'ann': 0, 'bob': 5, 'cy': 1})
    """
    best = _winners_within(setting, Clock(time_limit))
    return clarke(setting, problem, algorithm="winner determination", best=best)


@mechanism("auctions.core_nearest", setting=_SETTING, reference=DAY_CRAMTON, takes=("time_limit",))
def core_nearest(
    problem: Problem,
    *,
    setting: Setting | None = None,
    time_limit: Annotated[float, number_in(0)] | None = 60,
) -> Outcome:
    """The efficient winners, at core payments of least revenue that are nearest to those of VCG.

    No coalition of bidders could offer the seller more than it gets.  Of the core payments with
    the least total those are taken whose Euclidean distance to the payments of VCG is smallest.

    Parameters
    ----------
    time_limit : float, optional
        Seconds for the winners and all payments.

    Returns
    -------
    Outcome
        Its details have the payments of ``vcg``.

    Raises
    ------
    UndecidedError
        If the best winners are not proved, or a winner's bids in the language ``or`` can be joined
        in more than 5,000 ways.

    Notes
    -----
    Blocking coalitions are found one by one, each by a winner determination in which winners bid
    what they would have to gain; exact.  Not strategyproof.

    Examples
    --------
    >>> from mechdesign import auctions
    >>> bids = {"ann": {("x", "y"): 10}, "bob": {"x": 9}, "cy": {"y": 5}}
    >>> auctions.core_nearest(bids).payments
    {'ann': 0, 'bob': 7, 'cy': 3}
    """
    clock = Clock(time_limit, "core payments are undecided")
    start = clarke(setting, problem, best=_winners_within(setting, clock))
    own = worths(setting, problem, start.choice)
    winners = [i for i, agent in enumerate(problem.agents) if agent in start.choice]
    values = [Fraction(own[i]) for i in winners]
    vcg = [Fraction(start.pay(problem.agents[i])) for i in winners]
    paid = list(vcg)
    seen: dict[tuple[int, ...], Fraction] = {}
    while True:
        found = _blocking(problem, winners, values, paid, clock)
        if found is None:
            break
        inside, worth = found
        if len(seen) == _MOST_BLOCKING:
            raise UndecidedError(f"more than {_MOST_BLOCKING} coalitions block")
        seen[inside] = max(seen.get(inside, worth), worth)
        paid = _nearest(seen, values, vcg)
    exact = all_exact(value for bids in problem.types for _, value in bids)
    payments: dict[Any, Number] = dict.fromkeys(problem.agents, 0)
    for i, p in zip(winners, paid, strict=True):
        payments[problem.agents[i]] = p if exact else float(p)
    how = "core constraints as they are violated"
    return sold(setting, problem, start.choice, payments, algorithm=how, vcg=start.payments)


def _winners_within(setting: Any, clock: Clock) -> Callable[[Problem], tuple[Number, Any]]:
    """Finds the best winners of a problem in the time that is left."""
    return lambda problem: setting.most_welfare(problem, clock.left())


def _blocking(
    problem: Problem,
    winners: list[int],
    values: list[Fraction],
    paid: list[Fraction],
    clock: Clock,
) -> tuple[tuple[int, ...], Fraction] | None:
    """The coalition that offers the seller most, if more than it gets, and its welfare.

    It is told by which of the winners it has.
    """
    surplus = {i: v - p for i, v, p in zip(winners, values, paid, strict=True)}
    offers: list[list[Any]] = []
    bidders: list[int] = []
    for i, own in enumerate(problem.types):
        due = surplus.get(i, 0)
        if problem.data.language == "xor":
            groups = [own]
        # Who bids for several bundles gains its surplus once, whichever of them it wins.
        else:
            groups = [_joined(own)] if due else [(bid,) for bid in own]
        for group in groups:
            bids = [(bundle, Fraction(value) - due) for bundle, value in group if value > due]
            offers.append(bids)
            bidders.append(i)
    try:
        clock.check()
        most, won = largest_packing(offers, problem.data.items, time_limit=clock.left())
    except LimitReachedError as error:
        raise UndecidedError(str(error)) from None
    if most <= sum(paid):
        return None
    members = {bidders[k] for k, _ in won}
    inside = tuple(k for k, i in enumerate(winners) if i in members)
    worth = Fraction(most) + sum((surplus[winners[k]] for k in inside), Fraction(0))
    return inside, worth


def _joined(bids: Sequence[Any]) -> list[tuple[tuple[Any, ...], Number]]:
    """Every union of bids that do not meet, with the most that is bid for it."""
    found: dict[frozenset[Any], Number] = {frozenset(): 0}
    for bundle, value in bids:
        for have, worth in list(found.items()):
            if have.isdisjoint(bundle):
                both = have.union(bundle)
                found[both] = max(found.get(both, 0), worth + value)
        if len(found) > _MOST_JOINED:
            raise UndecidedError(f"bids join in more than {_MOST_JOINED:,} ways: say them as xor")
    return [(tuple(have), worth) for have, worth in found.items() if have]


def _nearest(
    seen: dict[tuple[int, ...], Fraction], values: Sequence[Fraction], vcg: Sequence[Fraction]
) -> list[Fraction]:
    """The payments of least total that no known coalition blocks, of these the nearest to VCG."""
    n = len(values)
    zero, one = Fraction(0), Fraction(1)
    rows, least = [], []
    for inside, worth in seen.items():
        rows.append([zero if k in inside else one for k in range(n)])
        least.append(worth - sum((values[k] for k in inside), zero))
    for k in range(n):
        unit = [one if j == k else zero for j in range(n)]
        rows += [unit, [-x for x in unit]]
        least += [vcg[k], -values[k]]
    sides = Polytope(
        tuple(tuple(-x for x in row) for row in rows), tuple(-b for b in least), exact=True
    )
    _, start = sides.maximise([-one] * n)
    return nearest_in_fractions(vcg, start, rows, least, [[one] * n])
