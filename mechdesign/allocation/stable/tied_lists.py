"""Stable matchings of lists with ties: the largest one, by the weak, strong or super notion."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from mechdesign.allocation.markets.two_sides import Sides, sides_of
from mechdesign.allocation.stable.rotation_poset import setting_of
from mechdesign.errors import InvalidInputError, LimitReachedError, require
from mechdesign.model import Outcome, Problem, Provenance
from mechdesign.solvers.linear.integer_programs import maximise_integers

__all__ = ["largest_stable_matching"]

_PAIRS = 2000


def largest_stable_matching(
    problem: Problem,
    *,
    stability: Literal["weak", "strong", "super"] = "weak",
    time_limit: float | None = 60,
) -> Outcome | None:
    """The stable matching of most pairs where lists have ties; None where none is stable.

    Parameters
    ----------
    problem : Problem
        Of :func:`two_sided` or :func:`school_choice`, with at most 2,000 acceptable pairs.
    stability : {"weak", "strong", "super"}
        A pair blocks if both prefer each other to what they have (weak), if one does and the other
        is no worse off (strong), or if both are no worse off (super).  A free place is preferred.
        Weakly stable matchings always exist and differ in size, the others may not exist.
    time_limit : float, optional
        Seconds for the solver, and as long again for its proof.

    Returns
    -------
    Outcome or None
        With ``details["size"]`` and ``details["proved"]``, whether no stable one is larger; the
        matching itself is stable in any case.  None is proved.

    Raises
    ------
    InvalidInputError
        If `stability` is another word.
    LimitReachedError
        If there are more pairs, or neither a stable matching nor a proof of absence was found.
    SolverError
        If the solver runs out of time.

    Notes
    -----
    An integer program with a row for each pair that must not block, checked in integers.  The
    largest weakly stable matching is NP-hard to find.

    Examples
    --------
    >>> from mechdesign import allocation
    >>> problem = allocation.two_sided().problem(
    ...     {"m": "v > w", "n": "v"}, receivers={"v": "m ~ n", "w": "m"}
    ... )
    >>> largest_stable_matching(problem).choice
    {'m': 'w', 'n': 'v'}
    >>> largest_stable_matching(problem, stability="super") is None
    True
    """
    require(problem, Problem, "problem")
    if stability not in ("weak", "strong", "super"):
        raise InvalidInputError("stability", "be 'weak', 'strong' or 'super'", stability)
    sides = sides_of(problem)
    place = {
        (i, j): k
        for k, (i, j) in enumerate(
            (i, j) for i, wish in enumerate(sides.wishes) for tied in wish for j in tied
        )
    }
    if len(place) > _PAIRS:
        raise LimitReachedError(f"{len(place):,} acceptable pairs are more than {_PAIRS:,}")
    rows, least = _stable_rows(sides, place, stability)
    for who, room in _rooms(sides, place):
        row = np.zeros(len(place), dtype=np.int64)
        row[who] = -1
        rows.append(row)
        least.append(-room)
    got = [-1] * len(sides.proposers)
    proved = True
    if place:
        ones = np.ones(len(place), dtype=np.int64)
        found = maximise_integers(
            ones, np.array(rows), np.array(least), ones, time_limit=time_limit
        )
        proved = found.proved
        if found.x is None:
            if not proved:
                raise LimitReachedError("neither a stable matching nor a proof of absence is found")
            return None
        for (i, j), k in place.items():
            if found.x[k]:
                got[i] = j
    choice: Any = sides.choice(got)
    details = {"size": sum(j >= 0 for j in got), "proved": proved}
    told = Provenance(decisions=problem.data.decisions)
    return Outcome(
        choice, details=details, provenance=told, problem=problem, setting=setting_of(problem)
    )


def _rooms(sides: Sides, place: dict[tuple[int, int], int]) -> list[tuple[list[int], int]]:
    """The pairs of everybody, and how many of them it can have."""
    mine = [[k for (i, _), k in place.items() if i == a] for a in range(len(sides.proposers))]
    theirs = [[k for (_, j), k in place.items() if j == b] for b in range(len(sides.receivers))]
    return [*((own, 1) for own in mine), *zip(theirs, sides.places, strict=True)]


def _stable_rows(
    sides: Sides, place: dict[tuple[int, int], int], stability: str
) -> tuple[list[Any], list[int]]:
    """For each pair: it is matched, or the proposer has better, or the receiver is full of better.

    What counts as better, more or at least as much, depends on the notion.
    """
    ways = {"weak": [(0, 0)], "strong": [(0, 1), (1, 0)], "super": [(1, 1)]}[stability]
    wish = [{j: k for k, tied in enumerate(own) for j in tied} for own in sides.wishes]
    rivals: list[list[int]] = [[] for _ in sides.receivers]
    for i, j in place:
        rivals[j].append(i)
    rows, least = [], []
    for (i, j), k in place.items():
        room = sides.places[j]
        for mine, theirs in ways:
            row = np.zeros(len(place), dtype=np.int64)
            for other, rank in wish[i].items():
                if rank + mine <= wish[i][j]:
                    row[place[i, other]] += room
            for other in rivals[j]:
                if other != i and sides.ranks[j][other] + theirs <= sides.ranks[j][i]:
                    row[place[other, j]] += 1
            row[k] = room
            rows.append(row)
            least.append(room)
    return rows, least
