"""The rules of facility location by their definitions, to read and to test against.

Reports are Fractions in [0, 1]; a rule returns its location.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import TypeAlias

Reports: TypeAlias = Sequence[Fraction]


def middle(values: Reports) -> Fraction:
    """The median of an odd number of values."""
    return sorted(values)[len(values) // 2]


def phantom_median(reports: Reports, phantoms: Reports) -> Fraction:
    """The median of n reports and n - 1 phantoms (Moulin 1980)."""
    return middle([*reports, *phantoms])


def uniform_phantom(reports: Reports) -> Fraction:
    """Phantoms at 1/n, 2/n, ..., (n-1)/n."""
    n = len(reports)
    return phantom_median(reports, [Fraction(k, n) for k in range(1, n)])


def weighted_uniform(reports: Reports, weights: Reports) -> Fraction:
    """The largest y such that a share y of the weight is at y or to the right of it."""

    def share_from(y: Fraction) -> Fraction:
        heavy = sum((w for x, w in zip(reports, weights, strict=True) if x >= y), Fraction(0))
        return heavy / sum(weights)

    return max(min(x, share_from(x)) for x in reports)


def order_statistic(reports: Reports, rank: int) -> Fraction:
    """The rank-th smallest report; -1 is the largest."""
    return sorted(reports)[rank - 1 if rank > 0 else rank]


def quantile(reports: Reports, q: Fraction) -> Fraction:
    """The smallest report that at least a share q of the agents does not exceed."""
    n = len(reports)
    return min(y for y in reports if Fraction(sum(x <= y for x in reports), n) >= q)


def median(reports: Reports) -> Fraction:
    """The median, the lower one of the two middle reports."""
    return quantile(reports, Fraction(1, 2))


def constrained_median(reports: Reports) -> Fraction:
    """The lower half of the phantoms at 1/n, the upper half at 1 - 1/n, the odd one below."""
    n = len(reports)
    low = math.ceil(Fraction(n - 1, 2))
    return phantom_median(reports, [Fraction(1, n)] * low + [1 - Fraction(1, n)] * (n - 1 - low))


def target(reports: Reports, point: Fraction) -> Fraction:
    """The point between the outermost reports that is nearest to a target."""
    return min(max(point, min(reports)), max(reports))


def rounded_uniform_phantom(reports: Reports) -> Fraction:
    """Uniform Phantom of the reports rounded to multiples of 1/n, halves down."""
    n = len(reports)
    return uniform_phantom([Fraction(math.ceil(x * n - Fraction(1, 2)), n) for x in reports])


def random_rank(reports: Reports) -> dict[Fraction, Fraction]:
    """Every report with the same probability."""
    chance = dict.fromkeys(reports, Fraction(0))
    for x in reports:
        chance[x] += Fraction(1, len(reports))
    return chance


def moving_phantoms(
    votes: Sequence[Reports], phantom: Callable[[int, int, Fraction], Fraction], t: Fraction
) -> list[Fraction]:
    """For each alternative the median of its votes and n + 1 phantoms at time t.

    The outcome is that of a time at which the shares sum to 1.
    """
    n = len(votes)
    phantoms = [phantom(k, n, t) for k in range(n + 1)]
    return [middle([*column, *phantoms]) for column in zip(*votes, strict=True)]


def independent_markets(k: int, n: int, t: Fraction) -> Fraction:
    """The k-th phantom of the independent markets mechanism at time t of [0, 1]."""
    return min(k * t, Fraction(1))


def percentiles(reports: Reports, shares: Reports) -> list[Fraction]:
    """One facility at the report of each share, ``floor(share (n - 1))`` reports to its left."""
    return [sorted(reports)[math.floor(p * (len(reports) - 1))] for p in shares]


def optimal_cost(reports: Reports, facilities: int) -> Fraction:
    """The smallest total distance to the nearest of several facilities, which are at reports."""
    return min(
        sum((min(abs(x - y) for y in places) for x in reports), Fraction(0))
        for places in itertools.combinations_with_replacement(reports, facilities)
    )


def proportionally_fair(reports: Reports, place: Fraction) -> bool:
    """Every group S within a range r is at most ``1 - |S| / n + r`` from the facility.

    On [0, 1]; individual and unanimous fair shares are the cases |S| = 1 and r = 0.
    """
    n = len(reports)
    return all(
        abs(x - place) <= 1 - Fraction(size, n) + max(group) - min(group)
        for size in range(1, n + 1)
        for group in itertools.combinations(reports, size)
        for x in group
    )


def generalized_median(reports: Reports, alpha: Callable[[frozenset[int]], Fraction]) -> Fraction:
    """The best, over all groups S, of the worst of ``alpha(S)`` and the reports in S."""
    return max(
        min([alpha(frozenset(group)), *(reports[i] for i in group)])
        for size in range(len(reports) + 1)
        for group in itertools.combinations(range(len(reports)), size)
    )


def nash(reports: Reports, place: Fraction) -> Fraction:
    """What the Nash rule makes as large as possible: the product of the utilities."""
    return math.prod((1 - abs(x - place) for x in reports), start=Fraction(1))


def welfare_optimal(reports: Reports, places: Reports) -> list[Fraction]:
    """Of some places those that are proportionally fair, and of these the nearest in total."""
    cost = {y: sum((abs(x - y) for x in reports), Fraction(0)) for y in places}
    fair = [y for y in places if proportionally_fair(reports, y)]
    return [y for y in fair if cost[y] == min(cost[z] for z in fair)]


def obnoxious_optimum(
    reports: Reports, places: Reports, measure: Callable[[list[Fraction]], Fraction]
) -> list[Fraction]:
    """Of some places those with the largest sum (or minimum) of the distances to the agents."""
    value = {y: measure([abs(x - y) for x in reports]) for y in places}
    return [y for y in places if value[y] == max(value.values())]


def coordinatewise(points: Sequence[Reports]) -> list[Fraction]:
    """The median of every coordinate."""
    return [median(column) for column in zip(*points, strict=True)]


def utilitarian_phantoms(k: int, n: int, t: Fraction) -> Fraction:
    """The phantoms rise one after the other, the n-th first."""
    return min(max(t * (n + 1) - (n - k), Fraction(0)), Fraction(1))


def piecewise_uniform(k: int, n: int, t: Fraction) -> Fraction:
    """Until t = 1/2 the upper half rises to ``2k/n - 1``; then all rise linearly to ``k/n``."""
    early, late = max(Fraction(2 * k, n) - 1, Fraction(0)), Fraction(k, n)
    return 2 * t * early if t <= Fraction(1, 2) else early + (2 * t - 1) * (late - early)


def ladder(k: int, n: int, t: Fraction) -> Fraction:
    """All phantoms rise at one speed, 1/n apart; t runs to 2."""
    return min(max(t - Fraction(n - k, n), Fraction(0)), Fraction(1))
