"""Deferred acceptance: one side proposes, the other holds the best and rejects the rest."""

from __future__ import annotations

import heapq
import itertools
import math
from collections.abc import Iterator, Sequence
from typing import Literal

from mechdesign.allocation.markets import school_choice
from mechdesign.allocation.markets.two_sides import Sides, has_ties, in_order, sides_of
from mechdesign.allocation.references import GALE_SHAPLEY
from mechdesign.errors import LimitReachedError
from mechdesign.model import FrozenMap, Lottery, Outcome, Problem, Provenance, Result, mechanism
from mechdesign.model.setting import Setting
from mechdesign.records import dataclass

__all__ = ["deferred_acceptance"]

Ties = Literal["order", "single_lottery", "multiple_lottery"]
_DRAWS = 50_000


@dataclass(frozen=True, eq=False)
class Proposed:
    """What deferred acceptance ends with.

    Parameters
    ----------
    got : list of int
        The receiver of each proposer, -1 for none.
    proposals, rounds : int
        How many proposals were made, and in how many rounds where all who are free propose at once.
    """

    got: list[int]
    proposals: int
    rounds: int


def propose(sides: Sides, free: Sequence[int] | None = None) -> Proposed:
    """Deferred acceptance on strict lists; only `free` proposers take part, where they are named.

    Complexity: O(L log c) for lists of L entries in all and capacities up to c.
    """
    lists = [[tied[0] for tied in wish] for wish in sides.wishes]
    position = [0] * len(lists)
    got = [-1] * len(lists)
    held: list[list[tuple[int, int]]] = [[] for _ in sides.receivers]
    waiting = list(range(len(lists)) if free is None else free)
    proposals = rounds = 0
    while True:
        rejected: list[int] = []
        made = 0
        for i in waiting:
            if position[i] == len(lists[i]):
                continue
            j = lists[i][position[i]]
            position[i] += 1
            made += 1
            places = sides.places[j]
            entry = (-sides.ranks[j][i], i)
            if len(held[j]) < places:
                heapq.heappush(held[j], entry)
            else:
                worst = heapq.heappushpop(held[j], entry) if places else entry
                rejected.append(worst[1])
        if not made:
            break
        proposals += made
        rounds += 1
        waiting = rejected
    for j, entries in enumerate(held):
        for _, i in entries:
            got[i] = j
    return Proposed(got, proposals, rounds)


def propose_back(sides: Sides) -> Proposed:
    """Deferred acceptance on strict lists in which the receivers propose to fill their places."""
    places = [{tied[0]: k for k, tied in enumerate(wish)} for wish in sides.wishes]
    wanted: list[list[int]] = [[] for _ in sides.receivers]
    for i, own in enumerate(places):
        for j in own:
            wanted[j].append(i)
    lists = [
        sorted(own, key=ranks.__getitem__) for own, ranks in zip(wanted, sides.ranks, strict=True)
    ]
    got = [-1] * len(places)
    free = list(sides.places)
    position = [0] * len(lists)
    waiting = list(range(len(lists)))
    proposals = rounds = 0
    while True:
        made = 0
        rejected: set[int] = set()
        for j in waiting:
            asked = lists[j][position[j] : position[j] + free[j]]
            position[j] += len(asked)
            made += len(asked)
            for i in asked:
                other = got[i]
                if other >= 0 and places[i][other] < places[i][j]:
                    rejected.add(j)
                    continue
                got[i] = j
                free[j] -= 1
                if other >= 0:
                    free[other] += 1
                    rejected.add(other)
        if not made:
            return Proposed(got, proposals, rounds)
        proposals += made
        rounds += 1
        waiting = sorted(rejected)


def broken(sides: Sides, ties: Ties) -> Iterator[Sides]:
    """The markets that tie breaking leads to, each as often as another.

    Raises
    ------
    LimitReachedError
        If there are more than 50,000 ways.
    """
    n = len(sides.proposers)
    if not has_ties(sides):
        yield sides
        return
    if ties == "order":
        yield in_order(sides)
        return
    if ties == "single_lottery":
        _refuse_many(math.factorial(n))
        for order in itertools.permutations(range(n)):
            yield in_order(sides, order)
        return
    first = in_order(sides)
    groups = _tied_groups(sides)
    _refuse_many(math.prod(math.factorial(len(group)) for _, group in groups))
    for orders in itertools.product(*(itertools.permutations(group) for _, group in groups)):
        place: list[dict[int, int]] = [{} for _ in sides.receivers]
        for (j, _), order in zip(groups, orders, strict=True):
            place[j].update({i: k for k, i in enumerate(order)})
        ranks = []
        for own, tie in zip(sides.ranks, place, strict=True):
            listed = sorted(own, key=lambda i: (own[i], tie.get(i, 0)))
            ranks.append({i: k for k, i in enumerate(listed)})
        yield Sides(sides.proposers, sides.receivers, first.wishes, ranks, sides.places)


def _tied_groups(sides: Sides) -> list[tuple[int, list[int]]]:
    """Each receiver with each set of proposers who are equal to it and list it."""
    wanted = [{j for tied in wish for j in tied} for wish in sides.wishes]
    groups: dict[tuple[int, int], list[int]] = {}
    for j, own in enumerate(sides.ranks):
        for i, rank in own.items():
            if j in wanted[i]:
                groups.setdefault((j, rank), []).append(i)
    return [(j, group) for (j, _), group in groups.items() if len(group) > 1]


def _refuse_many(ways: int) -> None:
    if ways > _DRAWS:
        raise LimitReachedError(f"{ways:,} ways to break the ties are more than {_DRAWS:,}")


@mechanism("allocation.deferred_acceptance", setting=school_choice(), reference=GALE_SHAPLEY)
def deferred_acceptance(
    problem: Problem,
    *,
    setting: Setting | None = None,
    proposing: Literal["proposers", "receivers"] = "proposers",
    ties: Ties = "order",
) -> Result:
    """Deferred acceptance (Gale and Shapley): the stable matching best for those who propose.

    Everybody proposes down the own list; who is proposed to holds the best within its capacity and
    rejects the rest.  Of strict lists the result does not depend on any order.

    Parameters
    ----------
    proposing : str
        ``"proposers"``, those whose lists come first (students, residents), or ``"receivers"``.
    ties : str
        How ties in lists are broken: ``"order"``, everywhere in the order in which agents and
        objects are written; ``"single_lottery"``, one random order of the proposers for all
        receivers; ``"multiple_lottery"``, one for each class of equals of each receiver.  Both
        lotteries are exact, over at most 50,000 orders; proposers' own ties go by the order.

    Returns
    -------
    Outcome or Lottery
        The matching, with the number of proposals and of rounds, and whether the other side's
        proposals end in the same matching, which then is the only stable one.

    Notes
    -----
    O(L log c) for lists of L entries in all and capacities up to c.

    Examples
    --------
    >>> from mechdesign import allocation
    >>> chosen = allocation.deferred_acceptance(
    ...     {"ann": "a > b", "bob": "a"}, priorities={"a": "bob > ann", "b": "ann"}
    ... )
    >>> chosen.choice["ann"], chosen.choice["bob"], chosen.details["proposals"]
    ('b', 'a', 3)
    """
    assert setting is not None
    sides = sides_of(problem)
    found = [_outcome(problem, setting, one, proposing, sides) for one in broken(sides, ties)]
    return found[0] if len(found) == 1 else Lottery.uniform(found)


def _outcome(
    problem: Problem, setting: Setting, sides: Sides, proposing: str, given: Sides
) -> Outcome:
    first, second = propose(sides), propose_back(sides)
    chosen, other = (first, second) if proposing == "proposers" else (second, first)
    details: FrozenMap[str, int] = FrozenMap(
        proposals=chosen.proposals, rounds=chosen.rounds, unique=chosen.got == other.got
    )
    ties = "in the order of the agents" if has_ties(given) else ""
    return Outcome(
        sides.choice(chosen.got),
        details=details,
        provenance=Provenance(ties=ties, decisions=problem.data.decisions),
        problem=problem,
        setting=setting,
    )
