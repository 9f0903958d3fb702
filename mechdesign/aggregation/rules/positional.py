"""Positional rules: each voter gives points to the places of its ranking."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Annotated, Any, Literal

import numpy as np

from mechdesign.aggregation.profiles.outcome_arrays import (
    ALL_PLACES,
    FIRST_PLACES,
    LAST_PLACES,
    MARGINS,
)
from mechdesign.aggregation.profiles.problems import profile_of, tiers_listed
from mechdesign.aggregation.profiles.profile import Profile
from mechdesign.aggregation.profiles.ranking import TiedRanks
from mechdesign.aggregation.reading import rule
from mechdesign.aggregation.references import SMITH1973, YOUNG1975
from mechdesign.aggregation.results import AggregationResult, by_scores
from mechdesign.aggregation.settings import rankings
from mechdesign.arrays import AnyArray
from mechdesign.errors import InvalidInputError
from mechdesign.model import Number, Problem, Theorem, as_numbers, count_from

__all__ = ["antiplurality", "borda", "dowdall", "k_approval", "plurality", "scoring"]

_SETTING = rankings()
#: What a voter gives to alternatives that it does not rank.
Missing = Literal["expected", "bottom", "available"]

_REINFORCEMENT = Theorem(SMITH1973, "Scoring rules are consistent: they satisfy reinforcement.")


def _alone(points: Callable[..., Iterable[Number]]) -> Callable[..., list[list[Number]]]:
    """The points that each voter gives at weight 1, from those of a profile."""

    def parts(problem: Problem, **parameters: object) -> list[list[Number]]:
        profile = profile_of(problem)
        single = (profile.subset([k]).reweighted([1]) for k in range(len(profile)))
        return [list(points(voter, **parameters)) for voter in single]

    return parts


def borda_points(
    profile: Profile, ties: TiedRanks = "average", missing: Missing = "expected"
) -> list[Number]:
    """The Borda points of every alternative of a profile."""
    m, counts = profile.m, profile.counts
    if missing == "available" and profile.truncated:
        profile = replace(profile, tiers=tiers_listed(profile), listed=None)
    if ties == "average":
        if profile.complete:
            weight = int(counts.sum())
            place = profile.doubled_place_sums()
            doubled = [2 * (m - 1) * weight - p for p in place]
            if profile.denominator == 1:
                # Whole points stay integers: a million Fractions take seconds.
                return [d // 2 if d % 2 == 0 else Fraction(d, 2) for d in doubled]
            return [Fraction(d, 2 * profile.denominator) for d in doubled]
        if missing == "expected":
            return _expected_borda(profile)
    if ties != "average" and missing == "expected":
        missing = "bottom"
    positions = _positions(profile, ties, missing)
    ranked = (profile.tiers >= 0).sum(axis=1)
    top = ranked - 1 if missing == "available" else np.full(len(profile), m - 1)
    points = 2 * top[:, None] - positions
    if missing == "available":
        points = np.where(profile.tiers < 0, 0, points)
    return [Fraction(int(t), 2 * profile.denominator) for t in counts @ points]


def _expected_borda(profile: Profile) -> list[Number]:
    """Closed form: position r of k ranked ones gets (k-1-r) + (m-k)(k-r)/(k+1) points."""
    m = profile.m
    doubled = profile.doubled_positions()
    ranked = (profile.tiers >= 0).sum(axis=1)
    totals = [Fraction(0)] * m
    for k in np.unique(ranked).tolist():
        rows = ranked == k
        weight = profile.counts[rows]
        here = doubled[rows]
        seen = here >= 0
        number = weight @ seen
        place = weight @ np.where(seen, here, 0)
        for i in range(m):
            r = Fraction(int(place[i]), 2)
            count = int(number[i])
            rest = int(weight.sum()) - count
            totals[i] += (k - 1) * count - r + Fraction(m - k, k + 1) * (k * count - r)
            totals[i] += Fraction(m - 1, 2) * rest
    return [t / profile.denominator for t in totals]


def positional_points(
    profile: Profile,
    vector: Sequence[Number],
    ties: TiedRanks = "average",
    *,
    listed: bool = False,
) -> list[Number]:
    """The points of every alternative; ties share the points of their places.

    With `listed` only alternatives that a voter listed get points from it.
    """
    reached: Any = profile.named if listed and profile.truncated else True
    if ties == "average" and not profile.strict:
        above, sizes = _bottomed(profile)
        shares: dict[tuple[int, int], Number] = {}
        totals: list[Number] = [0] * profile.m
        # Distinct (place, size of the tie) pairs are few; each gets its exact share once.
        code = above * (profile.m + 1) + sizes
        for value in np.unique(code).tolist():
            start, size = divmod(value, profile.m + 1)
            shares[(start, size)] = (
                Fraction(sum(vector[start : start + size])) / size
                if all(not isinstance(v, float) for v in vector)
                else sum(vector[start : start + size]) / size
            )
            hit = profile.counts @ ((code == value) & reached)
            for i, h in enumerate(hit.tolist()):
                totals[i] += h * shares[(start, size)]
        return [_over(t, profile.denominator) for t in totals]
    place = _positions(profile, ties, "bottom") // 2
    sums: list[Number] = [0] * profile.m
    for k, points in enumerate(vector):
        hit = profile.counts @ ((place == k) & reached)
        for i, h in enumerate(hit.tolist()):
            sums[i] += h * points
    return [_over(t, profile.denominator) for t in sums]


Points = Callable[..., list[Number]]


def _placed(vector: Callable[..., Sequence[Any]], *, listed: bool = False) -> Points:
    """The points of a vector that depends on the number of alternatives and on parameters."""

    def points(profile: Profile, ties: TiedRanks = "average", **chosen: object) -> list[Number]:
        return positional_points(profile, vector(profile.m, **chosen), ties, listed=listed)

    return points


def _first(m: int, k: int = 1) -> Sequence[Number]:
    if k > m:
        raise InvalidInputError("k", f"be at most {m}, the number of alternatives", k)
    return [1] * k + [0] * (m - k)


def not_increasing(vector: Any, name: str, *, owner: str) -> list[Number]:
    """Numbers of which none is larger than the one before."""
    points = list(as_numbers(vector, name, owner=owner))
    if any(a < b for a, b in itertools.pairwise(points)):
        raise InvalidInputError(name, "not increase", list(vector), owner=owner)
    return points


def _fixed(m: int, vector: Sequence[Number]) -> Sequence[Number]:
    if len(vector) != m:
        raise InvalidInputError("vector", f"have {m} entries, one a place", len(vector))
    return vector


_FIRST = _placed(_first, listed=True)
_LAST = _placed(lambda m: [0] * (m - 1) + [-1])
_HARMONIC = _placed(lambda m: [Fraction(1, r) for r in range(1, m + 1)])
_FIXED = _placed(_fixed)


def _by_points(
    problem: Problem, points: Points, ties: TiedRanks, **chosen: object
) -> AggregationResult:
    profile = profile_of(problem)
    policy = "" if profile.complete else "; unranked alternatives: bottom"
    totals = points(profile, ties, **chosen)
    return by_scores(problem, totals, algorithm=f"positions, ties {ties}{policy}")


@rule(
    "aggregation.borda",
    setting=_SETTING,
    parts=_alone(borda_points),
    depends_on=MARGINS,
    reference=YOUNG1975,
    claims={"reinforcement": _REINFORCEMENT},
)
def borda(
    problem: Problem, *, ties: TiedRanks = "average", missing: Missing = "expected"
) -> AggregationResult:
    """Borda's rule: m - 1 points for a first place, 0 for a last one.

    Parameters
    ----------
    problem : rankings or scores
        See :func:`read`.
    ties : {"average", "min", "max", "dense"}
        The place that tied alternatives share; ``"max"`` gives all of them the worst one.
    missing : {"expected", "bottom", "available"}
        A voter who ranks k of m alternatives: ``"expected"`` averages over all completions of its
        ranking (Himmi et al. 2024), ``"bottom"`` ties the others at the end, ``"available"``
        counts comparisons among the k only.

    Returns
    -------
    AggregationResult
        Exact scores; ties stay ties.

    Notes
    -----
    O(n m).

    Examples
    --------
    >>> borda({"A > B > C": 3, "B > C > A": 2}).scores
    {'A': 6, 'B': 7, 'C': 2}
    """
    profile = profile_of(problem)
    totals = borda_points(profile, ties, missing)
    policy = "" if profile.complete else f"; unranked alternatives: {missing}"
    return by_scores(
        problem,
        totals,
        algorithm=f"positions, ties {ties}{policy}",
    )


@rule(
    "aggregation.plurality",
    setting=_SETTING,
    parts=_alone(_FIRST),
    depends_on=FIRST_PLACES,
    reference=YOUNG1975,
    claims={"reinforcement": _REINFORCEMENT},
)
def plurality(problem: Problem, *, ties: TiedRanks = "average") -> AggregationResult:
    """Plurality: the number of first places.

    Parameters
    ----------
    problem : rankings or scores
        See :func:`read`.
    ties : {"average", "min", "max", "dense"}
        ``"average"`` splits the point among those who share the first place, ``"min"`` gives each
        a full point, ``"max"`` gives nobody a point.

    Examples
    --------
    >>> plurality({"A > B": 3, "B > A": 2}).winners
    ('A',)
    """
    return _by_points(problem, _FIRST, ties)


@rule(
    "aggregation.antiplurality",
    setting=_SETTING,
    parts=_alone(_LAST),
    depends_on=LAST_PLACES,
    reference=YOUNG1975,
    claims={"reinforcement": _REINFORCEMENT},
)
def antiplurality(problem: Problem, *, ties: TiedRanks = "average") -> AggregationResult:
    """Anti-plurality: minus the number of last places.

    Parameters
    ----------
    problem, ties
        As in :func:`plurality`.

    Examples
    --------
    >>> antiplurality({"A > B > C": 3, "C > B > A": 2}).winners
    ('B',)
    """
    return _by_points(problem, _LAST, ties)


@rule(
    "aggregation.k_approval",
    setting=_SETTING,
    parts=_alone(_FIRST),
    reference=YOUNG1975,
)
def k_approval(
    problem: Problem, *, k: Annotated[int, count_from(1)], ties: TiedRanks = "average"
) -> AggregationResult:
    """One point for each of the first k places.

    Parameters
    ----------
    problem, ties
        As in :func:`plurality`.
    k : int
        Number of places that get a point, at most that of the alternatives.

    Examples
    --------
    >>> k_approval({"A > B > C": 3, "C > B > A": 2}, k=2).winners
    ('B',)
    """
    return _by_points(problem, _FIRST, ties, k=k)


@rule(
    "aggregation.dowdall",
    setting=_SETTING,
    parts=_alone(_HARMONIC),
    depends_on=ALL_PLACES,
    reference=YOUNG1975,
)
def dowdall(problem: Problem, *, ties: TiedRanks = "average") -> AggregationResult:
    """Dowdall's rule: 1/r points for place r.

    Parameters
    ----------
    problem, ties
        As in :func:`plurality`; tied alternatives share the points of their places (``"min"``:
        each gets those of the best place).

    Examples
    --------
    >>> dowdall({"A > B > C": 1}).scores
    {'A': 1, 'B': Fraction(1, 2), 'C': Fraction(1, 3)}
    """
    return _by_points(problem, _HARMONIC, ties)


@rule(
    "aggregation.scoring",
    setting=_SETTING,
    parts=_alone(_FIXED),
    reference=YOUNG1975,
)
def scoring(
    problem: Problem,
    *,
    vector: Annotated[Sequence[Any], not_increasing],
    ties: TiedRanks = "average",
) -> AggregationResult:
    """A positional rule with any points for the places.

    Parameters
    ----------
    problem, ties
        As in :func:`plurality`.
    vector : sequence of numbers, length m
        Points of the places, best first, not increasing.

    Raises
    ------
    InvalidInputError
        If the vector has another length or increases.

    Examples
    --------
    >>> scoring({"A > B > C": 2, "C > B > A": 1}, vector=(5, 1, 0)).scores
    {'A': 10, 'B': 3, 'C': 5}
    """
    return _by_points(problem, _FIXED, ties, vector=vector)


def _bottomed(profile: Profile) -> tuple[AnyArray, AnyArray]:
    """Numbers above and tier sizes, the alternatives that are not ranked tied at the bottom."""
    if profile.complete:
        return profile._above()
    tiers = profile.tiers.astype(np.int64)
    filled = np.where(tiers < 0, tiers.max(axis=1, keepdims=True) + 1, tiers)
    return Profile(profile.alternatives, filled, profile.counts)._above()


def _positions(profile: Profile, ties: TiedRanks, missing: Missing) -> AnyArray:
    """Twice the number of places above each alternative under a tie policy."""
    above, sizes = profile._above() if missing == "available" else _bottomed(profile)
    if ties == "average":
        return 2 * above + sizes - 1
    if ties == "min":
        return 2 * above
    if ties == "max":
        return 2 * (above + sizes - 1)
    tiers = profile.tiers.astype(np.int64)
    return 2 * np.where(tiers < 0, tiers.max(axis=1, keepdims=True) + 1, tiers)


def _over(value: Number, denominator: int) -> Number:
    return value / denominator if isinstance(value, float) else Fraction(value) / denominator
