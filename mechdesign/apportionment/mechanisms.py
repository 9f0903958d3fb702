"""Divisor methods and quota methods."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Annotated, Any

from mechdesign.apportionment.allotting import (
    Allotment,
    droop_quota,
    highest_averages,
    largest_remainders,
)
from mechdesign.apportionment.references import BALINSKI_YOUNG
from mechdesign.apportionment.settings import Seats, as_typed, house, past_threshold
from mechdesign.errors import InvalidInputError
from mechdesign.model import Number, Outcome, Problem, Provenance, Theorem, mechanism
from mechdesign.model.numbers import number_in

__all__ = [
    "adams",
    "danish",
    "dean",
    "dhondt",
    "droop",
    "hagenbach_bischoff",
    "hare",
    "huntington_hill",
    "imperiali",
    "imperiali_quota",
    "modified_sainte_lague",
    "sainte_lague",
]

#: Other names of the methods, as states call them.
ALSO_CALLED = {
    "jefferson": "dhondt",
    "webster": "sainte_lague",
    "hill": "huntington_hill",
    "hamilton": "hare",
}

_GROWS = {
    "house_monotonicity": Theorem(
        BALINSKI_YOUNG, "a divisor method gives the seats of a larger house one after another"
    )
}


def _outcome(problem: Problem, found: Allotment, inside: Sequence[int], **details: Any) -> Outcome:
    given, tied, left = found
    certain = [0] * len(problem)
    for k, s in zip(inside, given, strict=True):
        certain[k] = s
    places = tuple(inside[i] for i in tied)
    told = ""
    if left:
        names = ", ".join(str(problem.agents[k]) for k in places)
        told = f"{left} of the seats between {names}: left open"
    return Outcome(
        Seats(tuple(certain), places, left),
        details=details,
        provenance=Provenance(ties=told, decisions=problem.data.decisions),
    )


def _by_divisor(problem: Problem, divisor: Callable[[int], Number], power: int = 1) -> Outcome:
    inside = past_threshold(problem)
    votes = [problem.types[k] for k in inside]
    found, awards = highest_averages(
        votes, problem.data.seats, divisor, power, problem.data.minimum, problem.data.maximum
    )
    named = tuple((problem.agents[inside[i]], average) for i, average in awards)
    return _outcome(problem, found, inside, awards=named, power=power)


def _by_quota(problem: Problem, quota: Callable[[Number, int], Number], exact: bool) -> Outcome:
    if problem.data.minimum:
        told = "be 0 with a quota method"
        raise InvalidInputError("minimum", told, problem.data.minimum)
    if problem.data.maximum is not None:
        told = "be left out with a quota method"
        raise InvalidInputError("maximum", told, problem.data.maximum)
    inside = past_threshold(problem)
    votes = [problem.types[k] for k in inside]
    seats = problem.data.seats
    votes_a_seat = quota(sum(votes), seats)
    found = largest_remainders(votes, seats, votes_a_seat, exact)
    return _outcome(problem, found, inside, quota=votes_a_seat)


@mechanism(
    "apportionment.dhondt",
    setting=house(),
    reference=BALINSKI_YOUNG,
    claims=_GROWS,
    anonymous=True,
)
def dhondt(problem: Problem) -> Outcome:
    """The method of D'Hondt and Jefferson: divisors 1, 2, 3, ...

    The quotients of every seat are in ``details["awards"]``.  O((n + seats) log n) for n parties.

    Examples
    --------
    >>> dhondt({"OAK": 7211, "ELM": 5271, "ASH": 2375, "FIR": 2007}, seats=7).choice.certain
    (3, 2, 1, 1)
    >>> dhondt({"A": 6, "B": 6, "C": 2}, seats=3).choice
    Seats(certain=(1, 1, 0), tied=(0, 1), left=1)
    """
    return _by_divisor(problem, lambda s: s + 1)


@mechanism(
    "apportionment.sainte_lague",
    setting=house(),
    reference=BALINSKI_YOUNG,
    claims=_GROWS,
    anonymous=True,
)
def sainte_lague(problem: Problem) -> Outcome:
    """The method of Sainte-Lague and Webster: divisors 1, 3, 5, ...

    Examples
    --------
    >>> sainte_lague([7270, 1230, 2220], seats=21).choice.certain
    (15, 2, 4)
    """
    return _by_divisor(problem, lambda s: 2 * s + 1)


@mechanism(
    "apportionment.modified_sainte_lague",
    setting=house(),
    reference=BALINSKI_YOUNG,
    claims=_GROWS,
    anonymous=True,
)
def modified_sainte_lague(
    problem: Problem,
    *,
    first: Annotated[Number, number_in(1, below=3)] = Fraction(7, 5),
) -> Outcome:
    """Sainte-Lague with a first divisor that keeps small parties out: 1.4, 3, 5, ...

    Parameters
    ----------
    first : number
        The first divisor, from 1 to less than 3; exact, such as ``Fraction(6, 5)``.

    Examples
    --------
    >>> sainte_lague([11, 4], seats=2).choice.certain
    (1, 1)
    >>> modified_sainte_lague([11, 4], seats=2).choice.certain
    (2, 0)
    """
    return _by_divisor(problem, lambda s: 2 * s + 1 if s else as_typed(first))


@mechanism(
    "apportionment.danish",
    setting=house(),
    reference=BALINSKI_YOUNG,
    claims=_GROWS,
    anonymous=True,
)
def danish(problem: Problem) -> Outcome:
    """The Danish method: divisors 1, 4, 7, ..., which favour small parties.

    Examples
    --------
    >>> danish([12, 5, 2], seats=5).choice.certain
    (3, 1, 1)
    """
    return _by_divisor(problem, lambda s: 3 * s + 1)


@mechanism(
    "apportionment.imperiali",
    setting=house(),
    reference=BALINSKI_YOUNG,
    claims=_GROWS,
    anonymous=True,
)
def imperiali(problem: Problem) -> Outcome:
    """The highest averages of Imperiali: divisors 2, 3, 4, ..., which favour large parties.

    Not even exact shares are kept.

    Examples
    --------
    >>> imperiali([4, 1], seats=5).choice.certain
    (5, 0)
    """
    return _by_divisor(problem, lambda s: s + 2)


@mechanism(
    "apportionment.adams",
    setting=house(),
    reference=BALINSKI_YOUNG,
    claims=_GROWS,
    anonymous=True,
)
def adams(problem: Problem) -> Outcome:
    """The method of Adams: divisors 0, 1, 2, ...

    A party with votes has a first seat before any has a second; in a house with fewer seats than
    parties the largest have one each.

    Examples
    --------
    >>> adams([4, 1, 1], seats=3).choice.certain
    (1, 1, 1)
    """
    return _by_divisor(problem, lambda s: s)


@mechanism(
    "apportionment.huntington_hill",
    setting=house(),
    reference=BALINSKI_YOUNG,
    claims=_GROWS,
    anonymous=True,
)
def huntington_hill(problem: Problem) -> Outcome:
    """The method of Huntington and Hill: divisors sqrt(s(s + 1)), compared by their squares.

    A party with votes has a first seat before any has a second; in a house with fewer seats than
    parties the largest have one each.  ``details["awards"]`` has the squares of the quotients.

    Examples
    --------
    >>> huntington_hill([7270, 1230, 2220], seats=21).choice.certain
    (14, 3, 4)
    """
    return _by_divisor(problem, lambda s: s * (s + 1), power=2)


@mechanism(
    "apportionment.dean",
    setting=house(),
    reference=BALINSKI_YOUNG,
    claims=_GROWS,
    anonymous=True,
)
def dean(problem: Problem) -> Outcome:
    """The method of Dean: divisors 2s(s + 1)/(2s + 1), the harmonic means of s and s + 1.

    A party with votes has a first seat before any has a second; in a house with fewer seats than
    parties the largest have one each.

    Examples
    --------
    >>> dean([7270, 1230, 2220], seats=21).choice.certain
    (14, 3, 4)
    """
    return _by_divisor(problem, lambda s: Fraction(2 * s * (s + 1), 2 * s + 1))


@mechanism("apportionment.hare", setting=house(), reference=BALINSKI_YOUNG, anonymous=True)
def hare(problem: Problem) -> Outcome:
    """Largest remainders with the quota of Hare, votes over seats: the method of Hamilton.

    Quota methods know no minimum or maximum of seats.  O(n log n) for n parties.

    Examples
    --------
    >>> hare([3, 3, 1], seats=3).choice.certain, hare([3, 3, 1], seats=4).choice.certain
    ((1, 1, 1), (2, 2, 0))
    """
    return _by_quota(problem, lambda votes, seats: Fraction(votes) / seats, False)


@mechanism("apportionment.droop", setting=house(), reference=BALINSKI_YOUNG, anonymous=True)
def droop(problem: Problem) -> Outcome:
    """Largest remainders with the quota of Droop, floor(votes/(seats + 1)) + 1.

    Examples
    --------
    >>> droop([7270, 1230, 2220], seats=21).choice.certain
    (15, 2, 4)
    """
    return _by_quota(problem, droop_quota, False)


@mechanism(
    "apportionment.hagenbach_bischoff", setting=house(), reference=BALINSKI_YOUNG, anonymous=True
)
def hagenbach_bischoff(problem: Problem) -> Outcome:
    """Largest remainders with the quota of Hagenbach-Bischoff, votes/(seats + 1), not rounded.

    Where all parties have full quotas and no remainder, one more than there are seats, they tie.

    Examples
    --------
    >>> hagenbach_bischoff([1, 1], seats=1).choice
    Seats(certain=(0, 0), tied=(0, 1), left=1)
    """
    return _by_quota(problem, lambda votes, seats: Fraction(votes) / (seats + 1), True)


@mechanism(
    "apportionment.imperiali_quota", setting=house(), reference=BALINSKI_YOUNG, anonymous=True
)
def imperiali_quota(problem: Problem) -> Outcome:
    """Largest remainders with the quota of Imperiali, votes/(seats + 2).

    Raises
    ------
    InvalidInputError
        If there are more full quotas than seats, for which the method says nothing.

    Examples
    --------
    >>> imperiali_quota([28, 18, 15, 9], seats=5).choice.certain
    (2, 1, 1, 1)
    """
    return _by_quota(problem, lambda votes, seats: Fraction(votes) / (seats + 2), False)
