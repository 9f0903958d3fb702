"""Assignments by ranks alone: many first choices, or none that a majority would undo."""

from __future__ import annotations

from collections import deque
from typing import Any

import numpy as np

from mechdesign.algorithms.cardinality_matching import best_matching
from mechdesign.allocation.houses.house_rules import strict_lists
from mechdesign.allocation.markets import objects, school_choice
from mechdesign.allocation.markets.two_sides import proposing_types, sides_of
from mechdesign.allocation.references import RANK_MAXIMAL
from mechdesign.errors import InvalidInputError
from mechdesign.model import Outcome, Problem, mechanism
from mechdesign.model.setting import Setting

__all__ = ["popular_matching", "rank_maximal"]

_SETTING = objects()


@mechanism("allocation.rank_maximal", reference=RANK_MAXIMAL, setting=_SETTING)
def rank_maximal(problem: Problem, *, setting: Setting | None = None) -> Outcome:
    """As many first choices as possible, then as many second ones, and so on.

    Returns
    -------
    Outcome
        With ``details["signature"]``, how many get their first, second, ... choice; ties in lists
        are one choice.

    Notes
    -----
    One assignment of weights ``(n + 1)^(m - k)`` for rank k, in integers of any size.

    Examples
    --------
    >>> from mechdesign import allocation
    >>> found = allocation.rank_maximal([[0, 1, 2, 3], [0, 2, 1, 3], [0, 1, 3, 2], [1, 0, 2, 3]])
    >>> found.details["signature"]
    (2, 1, 1, 0)
    """
    sides = sides_of(problem)
    types = proposing_types(problem)
    n = len(types)
    longest = max((len(own.classes) for own in types), default=0)
    seats = [j for j, count in enumerate(sides.places) for _ in range(min(count, n))]
    weights = np.zeros((n, len(seats)), dtype=object)
    for i, own in enumerate(types):
        for s, j in enumerate(seats):
            rank = own.rank.get(sides.receivers[j])
            if rank is not None and i in sides.ranks[j]:
                weights[i, s] = (n + 1) ** (longest - 1 - rank)
    got = [-1] * n
    signature = [0] * longest
    for i, s in best_matching(weights):
        got[i] = seats[s]
        signature[types[i].rank[sides.receivers[got[i]]]] += 1
    choice: Any = sides.choice(got)
    details = {"signature": tuple(signature)}
    return Outcome(choice, details=details, problem=problem, setting=setting)


def popular_matching(problem: Problem) -> Outcome | None:
    """A matching to which no other one is preferred by more agents than prefer it; None if none is.

    Parameters
    ----------
    problem : Problem
        Of :func:`objects`, strict lists and one place for each object.

    Returns
    -------
    Outcome or None
        One of largest size is not sought; an agent without an object counts it as its last choice.

    Raises
    ------
    InvalidInputError
        If a list has ties, or an object more than one place.

    Notes
    -----
    Everybody must get its first choice f or its best object s that is nobody's first choice, and
    every f must be taken (Abraham, Irving, Kavitha and Mehlhorn): a matching of each agent to f or
    s, then every f that was left is given to one of those who want it first.

    Examples
    --------
    >>> problem = objects().problem([[0, 1, 2], [0, 1], [1, 2, 0], [2, 0]])
    >>> popular_matching(problem).choice
    {0: 0, 1: None, 2: 1, 3: 2}
    >>> popular_matching(objects().problem([[0, 1, 2]] * 3)) is None
    True
    """
    sides, lists = strict_lists(problem, "popular_matching")
    if max(sides.places, default=0) > 1:
        told = "be 0 or 1 for popular matchings"
        raise InvalidInputError("capacities", told, max(sides.places))
    lists = [[j for j in own if sides.places[j]] for own in lists]
    firsts = {own[0] for own in lists if own}
    last = len(sides.places)
    # Each agent has a last resort of its own.
    second = [next((j for j in own if j not in firsts), last + i) for i, own in enumerate(lists)]
    options = [[own[0], s] if own else [s] for own, s in zip(lists, second, strict=True)]
    holder: dict[int, int] = {}
    for start in range(len(lists)):
        if not _augment(options, holder, start):
            return None
    for f in firsts - set(holder):
        i = next(i for i, own in enumerate(lists) if own and own[0] == f)
        holder = {j: k for j, k in holder.items() if k != i}
        holder[f] = i
    got = [-1] * len(lists)
    for j, i in holder.items():
        got[i] = j if j < last else -1
    choice: Any = sides.choice(got)
    return Outcome(choice, problem=problem, setting=school_choice())


def _augment(options: list[list[int]], holder: dict[int, int], start: int) -> bool:
    """Give one more agent one of its options, by a shortest way of moving others."""
    parent: dict[int, tuple[int, int]] = {}
    queue = deque([(start, -1)])
    while queue:
        i, came = queue.popleft()
        for j in options[i]:
            if j in parent:
                continue
            parent[j] = (i, came)
            if j in holder:
                queue.append((holder[j], j))
                continue
            at = j
            while at >= 0:
                holder[at], at = parent[at]
            return True
    return False
