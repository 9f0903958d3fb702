"""Points that are nearer to everybody: Pareto improvements in d dimensions, by exact programs."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from mechdesign.model import Number, all_exact, tidy
from mechdesign.solvers.linear.polytopes import Polytope

Point = tuple[Number, ...]


def nearer_point(
    points: Sequence[Sequence[Number]],
    now: Sequence[Number],
    *,
    norm: str,
    weak: bool,
    low: Number = 0,
    high: Number | None = None,
) -> Point | None:
    """A feasible point that is farther from nobody and nearer to one; None if there is none.

    Parameters
    ----------
    points : sequence of n points
        Where the agents are.
    now : point
        The one to improve.
    norm : {"l1", "l2", "linf"}
        The distance.
    weak : bool
        Whether the point must be nearer to every agent.
    low, high : number
        Ends of every coordinate; without `high` the coordinates sum to 1.

    Notes
    -----
    For l1 and linf one linear program over the point and its distances.  For l2 a point is
    efficient, weakly or not, if and only if it is in the convex hull of the agents: else some
    direction leads nearer to all of them, and a linear program finds it.  Floats are taken as the
    fractions that they are.
    """
    exact = all_exact([*now, *(v for point in points for v in point)])
    places = list(dict.fromkeys(tuple(Fraction(v) for v in point) for point in points))
    start = [Fraction(v) for v in now]
    ends = Fraction(low), None if high is None else Fraction(high)
    if norm == "l2":
        found = _towards_all(places, start, *ends)
    else:
        found = _by_distances(places, start, *ends, largest=norm == "linf", weak=weak)
    if found is None:
        return None
    return tuple(tidy(v) if exact else float(v) for v in found)


def nearer_than_lottery(
    points: Sequence[Sequence[Number]],
    lottery: Sequence[tuple[Number, Sequence[Number]]],
    *,
    norm: str,
    weak: bool,
    low: Number = 0,
    high: Number | None = None,
) -> Point | None:
    """A point that in expectation is farther from nobody than a lottery, and nearer to one.

    Parameters
    ----------
    points, norm, weak, low, high
        As in :func:`nearer_point`.
    lottery : sequence of (probability, point)
        What to improve.

    Notes
    -----
    Distances are convex: the mean of a lottery is farther from nobody than the lottery is, so that
    a lottery dominates only if a point does.  For l1 and linf the linear program has the expected
    distances as bounds.  For l2 the mean is strictly nearer to all agents but those who see the
    whole lottery in one direction, for whom it is just as far; of these a step from the mean can
    serve all if and only if the mean is not in their hull.
    """
    total = sum((Fraction(p) for p, _ in lottery), Fraction(0))
    drawn = [(Fraction(p) / total, tuple(Fraction(v) for v in x)) for p, x in lottery if p]
    exact = all_exact([v for p, x in lottery for v in (p, *x)] + [v for x in points for v in x])
    places = list(dict.fromkeys(tuple(Fraction(v) for v in point) for point in points))
    mean = [sum((p * x[j] for p, x in drawn), Fraction(0)) for j in range(len(drawn[0][1]))]
    ends = Fraction(low), None if high is None else Fraction(high)
    if norm == "l2":
        found = _beyond_mean(places, drawn, mean, *ends, weak=weak)
    else:
        largest = norm == "linf"
        before = [
            sum((p * _distance(place, x, largest) for p, x in drawn), Fraction(0))
            for place in places
        ]
        found = _by_distances(places, mean, *ends, largest=largest, weak=weak, before=before)
    if found is None:
        return None
    return tuple(tidy(v) if exact else float(v) for v in found)


def _distance(a: Sequence[Fraction], b: Sequence[Fraction], largest: bool) -> Fraction:
    gaps = [abs(p - x) for p, x in zip(a, b, strict=True)]
    return max(gaps) if largest else sum(gaps, Fraction(0))


def _beyond_mean(
    places: list[tuple[Fraction, ...]],
    drawn: list[tuple[Fraction, tuple[Fraction, ...]]],
    mean: list[Fraction],
    low: Fraction,
    high: Fraction | None,
    *,
    weak: bool,
) -> list[Fraction] | None:
    """The mean of a lottery, or a point near it, where that is nearer by Euclid's distance."""
    level = [place for place in places if _in_one_direction(place, [x for _, x in drawn])]
    served = [place for place in places if place not in level]
    if served and (not weak or not level):
        return mean
    found = _towards_all(level, mean, low, high)
    if found is None or not served:
        return found
    # Those who gain by the mean must not lose it by the step.
    for _ in range(200):
        if all(
            math.dist(place, found) < sum(float(p) * math.dist(place, x) for p, x in drawn)
            for place in served
        ):
            return found
        found = [(x + m) / 2 for x, m in zip(found, mean, strict=True)]
    return found


def _in_one_direction(place: Sequence[Fraction], points: Sequence[Sequence[Fraction]]) -> bool:
    """Whether points all lie on one ray from a place."""
    ways = [[x - p for x, p in zip(point, place, strict=True)] for point in points]
    ways = [way for way in ways if any(way)]
    return all(
        sum(a * b for a, b in zip(ways[0], way, strict=True)) > 0
        and all(
            a * d == b * c
            for (a, b), (c, d) in itertools.combinations(zip(ways[0], way, strict=True), 2)
        )
        for way in ways[1:]
    )


def _towards_all(
    places: list[tuple[Fraction, ...]], start: list[Fraction], low: Fraction, high: Fraction | None
) -> list[Fraction] | None:
    """A step along a direction that has a positive product with the way to every agent."""
    assert high is not None
    ways = [[p - x for p, x in zip(place, start, strict=True)] for place in places]
    # The variables: the direction's end as a point of the box, and the least product.
    rows: list[list[Any]] = [[*(-c for c in way), 1] for way in ways]
    right = [sum((low - x) * c for x, c in zip(start, way, strict=True)) for way in ways]
    for k in range(len(start)):
        rows.append([int(j == k) for j in range(len(start))] + [0])
        right.append(high - low)
    box = Polytope(tuple(map(tuple, rows)), tuple(right))
    least, point = box.maximise([0] * len(start) + [1])
    if least <= 0:
        return None
    direction = [low + w - x for w, x in zip(point, start, strict=False)]
    # Nearer to all as long as the step is less than twice this.
    step = min(Fraction(1), least / sum(z * z for z in direction))
    return [x + step * z for x, z in zip(start, direction, strict=True)]


def _by_distances(
    places: list[tuple[Fraction, ...]],
    start: list[Fraction],
    low: Fraction,
    high: Fraction | None,
    *,
    largest: bool,
    weak: bool,
    before: Sequence[Fraction] | None = None,
) -> list[Fraction] | None:
    """The point with the smallest distances that are no larger than now (with `weak`: smaller)."""
    d, per = len(start), 1 if largest else len(start)
    width = d + len(places) * per + 1
    rows: list[list[int]] = []
    right: list[Fraction] = []

    def add(terms: dict[int, int], bound: Fraction) -> None:
        rows.append([terms.get(k, 0) for k in range(width)])
        right.append(bound)

    # The variables: the point, each agent's distance (in each coordinate for l1), what all gain.
    if before is None:
        before = [_distance(place, start, largest) for place in places]
    for i, place in enumerate(places):
        own = [d + i * per + j for j in range(per)]
        for j, p in enumerate(place):
            add({j: 1, own[j % per]: -1}, p - low)
            add({j: -1, own[j % per]: -1}, low - p)
        add({**dict.fromkeys(own, 1), width - 1: int(weak)}, before[i])
    if high is None:
        add(dict.fromkeys(range(d), 1), Fraction(1))
        add(dict.fromkeys(range(d), -1), Fraction(-1))
    else:
        for j in range(d):
            add({j: 1}, high - low)
    objective = [0] * d + [0 if weak else -1] * (width - d - 1) + [int(weak)]
    value, point = Polytope(tuple(map(tuple, rows)), tuple(right)).maximise(objective)
    gain = value if weak else value + sum(before)
    return [low + v for v in point[:d]] if gain > 0 else None
