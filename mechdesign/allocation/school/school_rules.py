"""Rules for places: immediate acceptance, bands of choices, trading cycles, consent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from mechdesign.allocation.markets import school_choice
from mechdesign.allocation.markets.two_sides import (
    Sides,
    has_ties,
    in_order,
    proposing_types,
    sides_of,
)
from mechdesign.allocation.references import ABDULKADIROGLU_SONMEZ, CHEN_KESTEN, KESTEN
from mechdesign.allocation.school.consent import adjusted
from mechdesign.allocation.school.trading import trade
from mechdesign.allocation.stable.proposals import propose
from mechdesign.errors import InvalidInputError
from mechdesign.model import FrozenMap, Outcome, Problem, Provenance, count_from, mechanism
from mechdesign.model.setting import Setting

__all__ = ["boston", "efficiency_adjusted", "parallel", "top_trading_cycles"]

_SETTING = school_choice()


def made(
    problem: Problem, setting: Setting | None, given: Sides, got: Sequence[int], **details: Any
) -> Outcome:
    """The outcome of a matching by positions."""
    assert setting is not None
    ties = "in the order of the agents" if has_ties(given) else ""
    return Outcome(
        given.choice(got),
        details=FrozenMap(details),
        provenance=Provenance(ties=ties, decisions=problem.data.decisions),
        problem=problem,
        setting=setting,
    )


def reported(problem: Problem, sides: Sides) -> list[list[int]]:
    """The receivers on each proposer's list, -1 in the place of who does not accept it."""
    column = {label: j for j, label in enumerate(sides.receivers)}
    lists = []
    for i, own in enumerate(proposing_types(problem)):
        order = [column.get(b, -1) for tied in own.classes for b in tied]
        if not own.strict:
            tiers = [[column.get(b, -1) for b in tied] for tied in own.classes]
            order = [j for tied in tiers for j in sorted(tied)]
        lists.append([j if j >= 0 and i in sides.ranks[j] else -1 for j in order])
    return lists


def _in_bands(problem: Problem, setting: Setting | None, e: int) -> Outcome:
    given = sides_of(problem)
    sides = in_order(given)
    lists = reported(problem, given)
    got = [-1] * len(lists)
    left = list(sides.places)
    longest = max(map(len, lists), default=0)
    rounds = 0
    for begin in range(0, longest, e):
        free = [i for i, j in enumerate(got) if j < 0 and len(lists[i]) > begin]
        if not free:
            break
        rounds += 1
        wishes: list[list[list[int]]] = [[] for _ in lists]
        for i in free:
            wishes[i] = [[j] for j in lists[i][begin : begin + e] if j >= 0]
        stage = Sides(sides.proposers, sides.receivers, wishes, sides.ranks, left)
        found = propose(stage, free).got
        for i in free:
            if found[i] >= 0:
                got[i] = found[i]
                left[found[i]] -= 1
    return made(problem, setting, given, got, rounds=rounds)


@mechanism("allocation.boston", setting=_SETTING, reference=ABDULKADIROGLU_SONMEZ)
def boston(problem: Problem, *, setting: Setting | None = None) -> Outcome:
    """Immediate acceptance (the Boston mechanism): first choices first, for good.

    In round k everybody without a place applies to the k-th school of the own list, whether it has
    places left or not; schools take the best and never send them away.  Ties go by the order of the
    agents.

    Notes
    -----
    O(L log c) for lists of L entries and capacities up to c.

    Examples
    --------
    >>> from mechdesign import allocation
    >>> lists = {"ann": "a", "bob": "a > b", "cy": "b"}
    >>> same = "ann > bob > cy"
    >>> allocation.boston(lists, priorities={"a": same, "b": same}).choice
    {'ann': 'a', 'bob': None, 'cy': 'b'}
    """
    return _in_bands(problem, setting, 1)


@mechanism("allocation.parallel", setting=_SETTING, reference=CHEN_KESTEN)
def parallel(
    problem: Problem, *, setting: Setting | None = None, e: Annotated[int, count_from(1)] = 2
) -> Outcome:
    """The Chinese parallel mechanisms: deferred acceptance within bands of e choices.

    In each round those without a place take part in deferred acceptance with their next e choices
    and the places left; what a round gives is for good.  ``e=1`` is :func:`boston`, and with e as
    long as the longest list it is :func:`deferred_acceptance`.

    Parameters
    ----------
    e : int
        The choices of a band.

    Notes
    -----
    O(L log c) for lists of L entries and capacities up to c.

    Examples
    --------
    >>> from mechdesign import allocation
    >>> lists = {"ann": "a", "bob": "a > b", "cy": "b"}
    >>> same = "ann > bob > cy"
    >>> allocation.parallel(lists, priorities={"a": same, "b": same}, e=2).choice
    {'ann': 'a', 'bob': 'b', 'cy': None}
    """
    return _in_bands(problem, setting, e)


@mechanism("allocation.top_trading_cycles", setting=_SETTING, reference=ABDULKADIROGLU_SONMEZ)
def top_trading_cycles(problem: Problem, *, setting: Setting | None = None) -> Outcome:
    """Top trading cycles: agents on a cycle get what they point at and leave.

    Everybody points at the best place left.  An object points at its owner while this one is there,
    and then (as schools do) at the agent of the highest priority that is left, whether that agent
    lists it or not.  With an owner for every object this is Gale's rule for housing markets, with
    some it is "you request my house, I get your turn", and with none and equal priorities it is
    serial dictatorship.  Equal priorities go by the order of the agents.

    Raises
    ------
    InvalidInputError
        If an agent's own list has ties.

    Notes
    -----
    O(L) for all lists together.

    Examples
    --------
    >>> from mechdesign import allocation
    >>> owners = {0: 0, 1: 1, 2: 2}
    >>> allocation.top_trading_cycles([[1, 0], [0, 1], [1, 2]], owners=owners).choice
    {0: 1, 1: 0, 2: 2}
    """
    given = sides_of(problem)
    for i, wish in enumerate(() if given.strict else given.wishes):
        if any(len(tied) > 1 for tied in wish):
            told = "have no ties where cycles are traded"
            raise InvalidInputError("lists", told, given.proposers[i], owner="top_trading_cycles")
    row = {label: i for i, label in enumerate(given.proposers)}
    column = {label: j for j, label in enumerate(given.receivers)}
    listed: dict[int, list[int]] = {}
    orders = []
    for own in given.ranks:
        if id(own) not in listed:
            listed[id(own)] = sorted(own, key=lambda i: (own[i], i))
        orders.append(listed[id(own)])
    owners = {column[what]: row[who] for who, what in problem.data.owners if who in row}
    got, cycles = trade(given.wishes, orders, given.places, owners)
    return made(problem, setting, given, got, cycles=cycles)


@mechanism("allocation.efficiency_adjusted", setting=_SETTING, reference=KESTEN)
def efficiency_adjusted(
    problem: Problem,
    *,
    setting: Setting | None = None,
    consent: tuple[Any, ...] | None = None,
) -> Outcome:
    """Efficiency-adjusted deferred acceptance (Kesten's EADA): consent undoes idle priorities.

    Where everybody consents the result is Pareto efficient for the students and worse for none than
    :func:`deferred_acceptance`; where nobody does it is that.  Ties go by the order of the agents.

    Parameters
    ----------
    consent : tuple of agents, optional
        Who consents; everybody by default, and nobody with ``()``.

    Notes
    -----
    In the form that settles schools which nobody would rather have, at most m runs of deferred
    acceptance for m schools.

    Examples
    --------
    >>> from mechdesign import allocation
    >>> allocation.efficiency_adjusted(
    ...     [[1, 0, 2], [0, 1, 2], [0, 1, 2]], priorities=[[0, 2, 1], [1, 0, 2], [2, 1, 0]]
    ... ).choice
    {0: 1, 1: 0, 2: 2}
    """
    given = sides_of(problem)
    everybody = set(range(len(given.proposers)))
    agreed = everybody
    if consent is not None:
        place = {label: i for i, label in enumerate(given.proposers)}
        strange = [who for who in consent if who not in place]
        if strange:
            raise InvalidInputError("consent", "name agents of the problem", strange[0])
        agreed = {place[who] for who in consent}
    got, runs = adjusted(in_order(given), agreed)
    return made(problem, setting, given, got, runs=runs)
