"""Apportionment by its definitions, in plain lines: all seats that satisfy them are listed."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction


def houses(parties: int, seats: int) -> Iterator[tuple[int, ...]]:
    """All ways to give seats to parties."""
    for bars in itertools.combinations(range(seats + parties - 1), parties - 1):
        ends = (-1, *bars, seats + parties - 1)
        yield tuple(ends[k + 1] - ends[k] - 1 for k in range(parties))


def highest_averages(
    votes: Sequence[Fraction], seats: int, divisor: Callable[[int], Fraction], power: int = 1
) -> set[tuple[int, ...]]:
    """No party would have a higher average for its next seat than another has for its last.

    Averages are votes to a power over divisors; a divisor 0 makes the average infinite, the larger
    the more votes there are.
    """

    def average(v: Fraction, s: int) -> tuple[bool, Fraction]:
        return (False, v**power / divisor(s)) if divisor(s) else (True, v)

    return {
        own
        for own in houses(len(votes), seats)
        if all(
            average(v, s) <= average(w, t - 1)
            for v, s in zip(votes, own, strict=True)
            for w, t in zip(votes, own, strict=True)
            if t > 0
        )
    }


def largest_remainders(
    votes: Sequence[Fraction], seats: int, quota: Fraction
) -> set[tuple[int, ...]]:
    """The full quotas of each party, and one seat more for those with the largest remainders."""
    full = [v // quota for v in votes]
    rest = [v - s * quota for v, s in zip(votes, full, strict=True)]
    left = seats - sum(full)
    found = set()
    for chosen in itertools.combinations(range(len(votes)), left):
        others = [rest[k] for k in range(len(votes)) if k not in chosen]
        if all(rest[k] >= other for k in chosen for other in others):
            found.add(tuple(int(s) + (k in chosen) for k, s in enumerate(full)))
    return found
