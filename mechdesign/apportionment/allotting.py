"""Highest averages and largest remainders on plain numbers, ties found exactly."""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Sequence
from fractions import Fraction

from mechdesign.errors import InvalidInputError
from mechdesign.model import Number

#: Certain seats, positions that tie, seats left for them.
Allotment = tuple[list[int], list[int], int]


def highest_averages(
    votes: Sequence[Number],
    seats: int,
    divisor: Callable[[int], Number],
    power: int = 1,
    minimum: int = 0,
    maximum: int | None = None,
) -> tuple[Allotment, list[tuple[int, Fraction | None]]]:
    """Give each seat to the party with the highest average.

    The average of a party with s seats is its votes over ``divisor(s)``, infinite where that is 0;
    among infinite ones more votes come first.

    Parameters
    ----------
    votes : sequence of numbers
        Positive.
    seats : int
        How many.
    divisor : callable
        Increasing in the seats that a party has.
    power : int
        Averages are compared as votes to this power over the divisor, which avoids roots.
    minimum : int
        The seats that each party has before the first is given.
    maximum : int, optional
        The seats at which a party gets no more.

    Returns
    -------
    allotment
        Seats and ties.
    list of (int, number or None)
        For each seat given who got it at which average, None where that is infinite.
    """
    k = len(votes)
    if minimum * k > seats:
        raise InvalidInputError("minimum", f"fit {k} parties into {seats} seats", minimum)
    most = seats if maximum is None else maximum
    if most * k < seats or most < minimum:
        told = f"leave {seats} seats to {k} parties, at least {minimum} to each"
        raise InvalidInputError("maximum", told, maximum)
    divisors = [divisor(s).as_integer_ratio() for s in range(minimum, seats + 1)]
    unit = math.lcm(*(Fraction(v).denominator for v in votes))
    scale = unit**power
    powers = [int(v * unit) ** power for v in votes]
    # Averages are fractions with denominators below 2**bits: two that differ do so by more than
    # 2**-(2 bits), and so do their integer parts when they are multiplied by 2**(2 bits).
    shift = 2 * max(top for top, _ in divisors).bit_length()

    def entry(i: int, s: int) -> tuple[int, int, int]:
        top, bottom = divisors[s - minimum]
        return (0, -((powers[i] * bottom << shift) // top), i) if top else (-1, -powers[i], i)

    given = [minimum] * k
    heap = [entry(i, minimum) for i in range(k) if minimum < most]
    heapq.heapify(heap)
    order: list[tuple[int, int, int]] = []
    awards: list[tuple[int, Fraction | None]] = []
    for _ in range(seats - minimum * k):
        order.append(heap[0])
        i = heap[0][2]
        top, bottom = divisors[given[i] - minimum]
        awards.append((i, Fraction(powers[i] * bottom, top * scale) if top else None))
        given[i] += 1
        if given[i] < most:
            heapq.heapreplace(heap, entry(i, given[i]))
        else:
            heapq.heappop(heap)
    tied: list[int] = []
    left = 0
    if order:
        last = order[-1][:2]
        waiting = [i for *key, i in heap if tuple(key) == last]
        if waiting:
            got = [i for *key, i in order if tuple(key) == last]
            for i in got:
                given[i] -= 1
            tied, left = sorted(got + waiting), len(got)
    return (given, tied, left), awards


def largest_remainders(
    votes: Sequence[Number], seats: int, quota: Number, exact: bool = False
) -> Allotment:
    """Give a seat for each full quota, and the others by the largest remainders.

    Parameters
    ----------
    votes : sequence of numbers
        Positive.
    seats : int
        How many.
    quota : number
        The votes for a seat.
    exact : bool
        Whether full quotas of all parties that claim one seat too many are a tie.

    Raises
    ------
    InvalidInputError
        If there are more full quotas than seats.
    """
    full = [int(v // quota) for v in votes]
    if exact and sum(full) == seats + 1:
        # Only where every party has full quotas and no remainder: all tie for the last ones.
        full = [s - 1 for s in full]
    rest = [v - s * quota for v, s in zip(votes, full, strict=True)]
    left = seats - sum(full)
    if left < 0:
        told = f"be enough for all full quotas, {sum(full)} with the quota {quota}"
        raise InvalidInputError("seats", told, seats)
    # With fewer votes than seats a rounded quota leaves more seats than parties.
    rounds, left = divmod(left, len(votes))
    full = [s + rounds for s in full]
    if not left:
        return full, [], 0
    cut = sorted(rest, reverse=True)[left - 1]
    sure = [i for i, r in enumerate(rest) if r > cut]
    tied = [i for i, r in enumerate(rest) if r == cut]
    if len(sure) + len(tied) == left:
        sure, tied = sure + tied, []
    for i in sure:
        full[i] += 1
    return full, tied, left - len(sure)


def droop_quota(total: Number, seats: int) -> int:
    """The smallest whole number of votes that only as many parties as seats can have."""
    return math.floor(Fraction(total) / (seats + 1)) + 1
