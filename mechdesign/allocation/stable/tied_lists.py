"""Stable matchings of lists with ties: the largest one, by the weak, strong or super notion."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from mechdesign.allocation.markets.two_sides import Sides, sides_of
from mechdesign.allocation.stable.engaged_ties import strongly_stable, super_stable
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
        Of :func:`two_sided` or :func:`school_choice`; for weak stability with at most 2,000
        acceptable pairs.
    stability : {"weak", "strong", "super"}
        A pair blocks if both prefer each other to what they have (weak), if one does and the other
        is no worse off (strong), or if both are no worse off (super).  A free place is preferred.
        Weakly stable matchings always exist and differ in size, the others may not exist.
    time_limit : float, optional
        Seconds for the solver of weak stability, and as long again for its proof.

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
        For weak stability, if there are more pairs.
    SolverError
        For weak stability, if the solver runs out of time.

    Notes
    -----
    For weak stability an integer program with a row for each pair that must not block, checked in
    integers: the largest one is NP-hard to find.  Strongly and super-stable matchings all have one
    size, and proposals to all equals at a time find one, or that there is none [1]_, in
    O(L^2) and O(L) proposals for lists of L entries.

    References
    ----------
    .. [1] Irving, R. W. (1994). Stable marriage and indifference. Discrete Applied Mathematics 48.

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
    if stability != "weak":
        found = (super_stable if stability == "super" else strongly_stable)(sides)
        return None if found is None else _outcome(problem, sides, found, proved=True)
    place = {
        (i, j): k
        for k, (i, j) in enumerate(
            (i, j) for i, wish in enumerate(sides.wishes) for tied in wish for j in tied
        )
    }
    if len(place) > _PAIRS:
        raise LimitReachedError(f"{len(place):,} acceptable pairs are more than {_PAIRS:,}")
    rows, least = _stable_rows(sides, place)
    for who, room in _rooms(sides, place):
        row = np.zeros(len(place), dtype=np.int64)
        row[who] = -1
        rows.append(row)
        least.append(-room)
    got = [-1] * len(sides.proposers)
    proved = True
    if place:
        ones = np.ones(len(place), dtype=np.int64)
        best = maximise_integers(ones, np.array(rows), np.array(least), ones, time_limit=time_limit)
        proved = best.proved
        if best.x is None:
            raise LimitReachedError("no weakly stable matching is found, and there always is one")
        for (i, j), k in place.items():
            if best.x[k]:
                got[i] = j
    return _outcome(problem, sides, got, proved=proved)


def _outcome(problem: Problem, sides: Sides, got: list[int], *, proved: bool) -> Outcome:
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


def _stable_rows(sides: Sides, place: dict[tuple[int, int], int]) -> tuple[list[Any], list[int]]:
    """For each pair: it is matched, or the proposer has as good, or the receiver only such."""
    wish = [{j: k for k, tied in enumerate(own) for j in tied} for own in sides.wishes]
    rivals: list[list[int]] = [[] for _ in sides.receivers]
    for i, j in place:
        rivals[j].append(i)
    rows, least = [], []
    for (i, j), k in place.items():
        room = sides.places[j]
        row = np.zeros(len(place), dtype=np.int64)
        for other, rank in wish[i].items():
            if rank <= wish[i][j]:
                row[place[i, other]] += room
        for other in rivals[j]:
            if other != i and sides.ranks[j][other] <= sides.ranks[j][i]:
                row[place[other, j]] += 1
        row[k] = room
        rows.append(row)
        least.append(room)
    return rows, least
