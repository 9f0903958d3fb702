"""Fairness as geometry: the locations that an axiom admits at one profile.

On a segment of length L with n agents every axiom bounds the distances of some groups S of agents
whose reports span a range r:

================================  ================================================
individual fair share             every agent: ``d <= L (1 - 1/n)``
unanimous fair share              groups at one point: ``d <= L (1 - |S|/n)``
proportional fairness             all groups: ``d <= L (1 - |S|/n) + r``
strong proportional fairness      all groups: ``d <= R (n - |S|)/n + r``, R the range of all
facility proportionality          profiles at the two ends: the mean
unanimity, Pareto efficiency      the common point; the range of the reports
================================  ================================================

A checker, a witness, a slack and the best fair location all come from the admissible set.  With
weights, ``|S|`` is the weight of the group and n the total.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np

from mechdesign.errors import InvalidInputError
from mechdesign.facility.fairness.large_profiles import proportional_bounds
from mechdesign.facility.segment.intervals import IntervalUnion
from mechdesign.facility.segment.profiles import mean
from mechdesign.facility.segment.setting import Line, min_max
from mechdesign.model import (
    AgentId,
    Number,
    Problem,
    distance,
    is_exact,
    ratio,
    serializable,
    show,
    tidy,
)
from mechdesign.records import dataclass

__all__ = ["FAIRNESS_AXIOMS", "FairnessWitness", "admissible", "fairness_witness"]


@dataclass(frozen=True)
class Cluster:
    """Agents who report one location: where, their share of the total weight, who.

    `shares` are those of the single members, or of the first for all where they are alike.
    """

    place: Number
    share: Number
    shares: tuple[Number, ...]
    members: tuple[int, ...]


@serializable("facility.FairnessWitness")
@dataclass(frozen=True)
class FairnessWitness:
    """A group that a location treats unfairly.

    Parameters
    ----------
    axiom : str
        The axiom.
    group : tuple of agents
        S.
    range : number
        ``max_S x - min_S x``.
    agent : hashable
        The member that is farthest from the location.
    distance, bound, excess : number
        Its distance, the largest one that the axiom allows, the difference.
    """

    axiom: str
    group: tuple[AgentId, ...]
    range: Number
    agent: AgentId
    distance: Number
    bound: Number
    excess: Number

    def __str__(self) -> str:
        group = ", ".join(map(str, self.group[:8])) + (", ..." if len(self.group) > 8 else "")
        return (
            f"{self.axiom}: the group {{{group}}} (range {show(self.range)}) may be at most "
            f"{show(self.bound)} away, agent {self.agent} is {show(self.distance)} away"
        )


_ALIASES = {
    "IFS": "individual_fair_share",
    "UFS": "unanimous_fair_share",
    "PF": "proportional_fairness",
    "SPF": "strong_proportional_fairness",
    "2-IFS": "obnoxious_individual_fair_share",
    "2-UFS": "obnoxious_unanimous_fair_share",
    "2-PF": "obnoxious_proportional_fairness",
}


def axiom_id(axiom: str) -> str:
    """The identifier of a fairness axiom from its identifier or its usual abbreviation.

    Raises
    ------
    InvalidInputError
        If the word is unknown or means several things.

    Examples
    --------
    >>> axiom_id("PF")
    'proportional_fairness'
    """
    found = _ALIASES.get(axiom, axiom) if isinstance(axiom, str) else None
    if found not in _GROUPS and found not in _POINTWISE:
        raise InvalidInputError("axiom", f"be one of {', '.join(FAIRNESS_AXIOMS)}", axiom)
    return found


def admissible(
    axiom: str,
    profile: object,
    *,
    setting: Line | None = None,
    weights: Sequence[Number] | None = None,
) -> IntervalUnion:
    """The locations that an axiom admits at a profile.

    Parameters
    ----------
    axiom : str
        ``individual_fair_share`` (IFS), ``unanimous_fair_share`` (UFS), ``proportional_fairness``
        (PF), ``strong_proportional_fairness``, ``facility_proportionality``, ``unanimity``,
        ``pareto_efficiency``, or of obnoxious location ``obnoxious_individual_fair_share``
        (2-IFS), ``obnoxious_unanimous_fair_share`` (2-UFS), ``obnoxious_proportional_fairness``
        (2-PF).
    profile : Problem or plain data, n agents
        Reports.
    setting : Line, optional
        The segment, by default [0, 1] or that of the problem.
    weights : sequence of numbers, length n, optional
        With plain data.

    Returns
    -------
    IntervalUnion
        One interval for all but the obnoxious axioms; exact where the profile is.

    Notes
    -----
    O(n log n), and O(n) for large float arrays under IFS and PF: of all groups only the windows of
    reports from one end, or one window around each agent, can bind.  The PF interval on [0, 1] is
    ``[D-, 1 - D+]`` for the two one-sided Kolmogorov-Smirnov statistics of the reports against the
    uniform distribution.

    Examples
    --------
    >>> admissible("PF", [0, Fraction(1, 10)])
    [0, 1/10]
    >>> admissible("UFS", [0, 0, 1]), admissible("2-IFS", [Fraction(1, 4), Fraction(3, 4)])
    ({1/3}, {0} | {1/2} | {1})
    """
    axiom = axiom_id(axiom)
    problem, low, high = _read(profile, setting, weights)
    if axiom in _POINTWISE:
        return _POINTWISE[axiom](problem, low, high)
    if isinstance(problem.types, np.ndarray) and problem.weights is None and axiom in _FLOATS:
        left, right = _FLOATS[axiom](problem.types, float(low), float(high))
        return _interval(left, right, low, high)
    groups = _GROUPS[axiom](_clusters(problem), high - low)
    if axiom.startswith("obnoxious"):
        balls = [(c.place - g.bound, c.place + g.bound) for g in groups for c in g.binding]
        return IntervalUnion.outside(low, high, balls)
    lefts, rights = [low], [high]
    for group in groups:
        lefts.append(group.binding[-1].place - group.bound)
        rights.append(group.binding[0].place + group.bound)
    return _interval(max(lefts), min(rights), low, high)


def fairness_witness(
    axiom: str,
    profile: object,
    location: Number,
    *,
    setting: Line | None = None,
    weights: Sequence[Number] | None = None,
) -> FairnessWitness | None:
    """The group that a location treats worst under a fairness axiom, or None if it is fair.

    Parameters
    ----------
    axiom : str
        A fairness axiom of groups: IFS, UFS, PF, strong PF, 2-IFS, 2-UFS or 2-PF.
    profile, setting, weights
        As for :func:`admissible`.
    location : number
        The location.

    Examples
    --------
    >>> print(fairness_witness("PF", [0, Fraction(1, 10)], Fraction(1, 2)))
    proportional_fairness: the group {0, 1} (range 1/10) may be at most 1/10 away, agent 0 is 1/2 \
away
    """
    axiom = axiom_id(axiom)
    if axiom in _POINTWISE:
        raise InvalidInputError("axiom", f"be one of {', '.join(_GROUPS)}", axiom)
    problem, low, high = _read(profile, setting, weights)
    sign = -1 if axiom.startswith("obnoxious") else 1
    clusters = _clusters(problem)
    excess: Number = 0
    worst: tuple[Group, Cluster] | None = None
    for group in _GROUPS[axiom](clusters, high - low):
        for member in group.binding:
            over = sign * (distance(location, member.place) - group.bound)
            if over > excess:
                excess, worst = over, (group, member)
    if worst is None:
        return None
    group, member = worst
    window = clusters[group.first : group.last + 1]
    positions = sorted(k for cluster in window for k in cluster.members)
    if group.alone is not None:
        positions = [group.alone]
    return FairnessWitness(
        axiom,
        tuple(problem.agents[k] for k in positions),
        tidy(window[-1].place - window[0].place),
        problem.agents[next(k for k in member.members if k in positions)],
        tidy(distance(location, member.place)),
        tidy(group.bound),
        tidy(excess),
    )


def _read(
    profile: object, setting: Line | None, weights: Sequence[Number] | None
) -> tuple[Problem, Number, Number]:
    if isinstance(profile, Problem):
        problem = profile
        low, high = (0, 1) if problem.data is None else problem.data
        if setting is not None and (setting.low, setting.high) != (low, high):
            raise InvalidInputError("setting", f"be the segment [{low}, {high}]", setting)
        return problem, low, high
    where = Line() if setting is None else setting
    return where.problem(profile, weights=weights), where.low, where.high


def _clusters(problem: Problem) -> list[Cluster]:
    """The distinct locations from left to right, without agents of weight 0."""
    found: dict[Number, list[int]] = {}
    values = problem.types.tolist() if isinstance(problem.types, np.ndarray) else problem.types
    weights = problem.weights
    for k, x in enumerate(values):
        if weights is None or weights[k]:
            found.setdefault(x, []).append(k)
    if weights is None:
        n = len(values)
        one = Fraction(1, n)
        return [
            Cluster(x, Fraction(len(found[x]), n), (one,), tuple(found[x])) for x in sorted(found)
        ]
    clusters = []
    total: Number = sum(weights)
    for x in sorted(found):
        members = found[x]
        parts = [weights[k] for k in members]
        shares = tuple(ratio(w, total) for w in parts)
        clusters.append(Cluster(x, ratio(sum(parts), total), shares, tuple(members)))
    return clusters


def _interval(left: Number, right: Number, low: Number, high: Number) -> IntervalUnion:
    left, right = max(left, low), min(right, high)
    if left > right and not (is_exact(left) and is_exact(right)):
        # The set is never empty for one facility: the ends crossed by rounding.
        left = right = (left + right) / 2
    return IntervalUnion(((tidy(left), tidy(right)),) if left <= right else ())


class Group(NamedTuple):
    """A window of clusters, or one agent alone, and what the axiom demands for it.

    The distances of the clusters `binding` are at most, or for obnoxious location at least, the
    `bound`; those of the other members follow.
    """

    first: int
    last: int
    binding: tuple[Cluster, ...]
    bound: Number
    alone: int | None = None


def _individuals(clusters: Sequence[Cluster], length: Number) -> Iterator[Group]:
    for at, cluster in enumerate(clusters):
        k = max(range(len(cluster.shares)), key=cluster.shares.__getitem__)
        bound = length * (1 - cluster.shares[k])
        yield Group(at, at, (cluster,), bound, cluster.members[k])


def _coincident(clusters: Sequence[Cluster], length: Number) -> Iterator[Group]:
    for at, cluster in enumerate(clusters):
        yield Group(at, at, (cluster,), length * (1 - cluster.share))


def _windows(clusters: Sequence[Cluster], length: Number) -> Iterator[Group]:
    """The windows from the left end and to the right end: they imply all others.

    For a window a..b, ``y <= x_a + L (1 - share) + (x_b - x_a)``: x_a cancels, so that the largest
    share is tightest.
    """
    first, last = clusters[0], clusters[-1]
    share: Number = 0
    for k, cluster in enumerate(clusters):
        share += cluster.share
        bound = length * (1 - share) + (cluster.place - first.place)
        yield Group(0, k, (first, cluster), bound)
    share = 0
    for k in range(len(clusters) - 1, 0, -1):
        share += clusters[k].share
        bound = length * (1 - share) + (last.place - clusters[k].place)
        yield Group(k, len(clusters) - 1, (clusters[k], last), bound)


def _windows_of_range(clusters: Sequence[Cluster], length: Number) -> Iterator[Group]:
    """The same with the range of all reports in the place of the length of the segment."""
    return _windows(clusters, clusters[-1].place - clusters[0].place)


def _near_individuals(clusters: Sequence[Cluster], length: Number) -> Iterator[Group]:
    for group in _individuals(clusters, length):
        yield group._replace(bound=ratio(length - group.bound, 2))


def _near_coincident(clusters: Sequence[Cluster], length: Number) -> Iterator[Group]:
    for group in _coincident(clusters, length):
        yield group._replace(bound=ratio(length - group.bound, 2))


def _near_windows(clusters: Sequence[Cluster], length: Number) -> Iterator[Group]:
    """For each cluster the window around it that asks for the largest distance.

    ``L share / 2 - r`` of a window a..b is a term of b plus a term of a, so that the best ends are
    a running maximum from the left and one from the right.
    """
    half = ratio(length, 2)
    starts: list[tuple[Number, int]] = []
    before: Number = 0
    for k, cluster in enumerate(clusters):
        starts.append(max([(cluster.place - half * before, k), *starts[-1:]]))
        before += cluster.share
    ends: list[tuple[Number, int]] = []
    for k in range(len(clusters) - 1, -1, -1):
        ends.append(max([(half * before - clusters[k].place, k), *ends[-1:]]))
        before -= clusters[k].share
        (left, first), (right, last) = starts[k], ends[-1]
        if left + right > 0:
            yield Group(first, last, (clusters[k],), left + right)


def _unanimity(problem: Problem, low: Number, high: Number) -> IntervalUnion:
    first, last = min_max(problem.types)
    return IntervalUnion(((first, last),) if first == last else ((low, high),))


def _pareto(problem: Problem, low: Number, high: Number) -> IntervalUnion:
    return IntervalUnion((min_max(problem.types),))


def _proportionality(problem: Problem, low: Number, high: Number) -> IntervalUnion:
    if any(x not in (low, high) for x in problem.types):
        return IntervalUnion(((low, high),))
    place = mean(problem.types, problem.weights)
    return IntervalUnion(((place, place),))


def _float_individual(values: Any, low: float, high: float) -> tuple[float, float]:
    bound = (high - low) * (1 - 1 / len(values))
    return float(values.max()) - bound, float(values.min()) + bound


def _float_coincident(values: Any, low: float, high: float) -> tuple[float, float]:
    places, counts = np.unique(values, return_counts=True)
    bounds = (high - low) * (1 - counts / len(values))
    return float((places - bounds).max()), float((places + bounds).min())


def _float_windows(values: Any, low: float, high: float) -> tuple[float, float]:
    if low == 0 and high == 1:
        return proportional_bounds(values)
    left, right = proportional_bounds((values - low) / (high - low))
    return low + (high - low) * left, low + (high - low) * right


_GROUPS: dict[str, Callable[[Sequence[Cluster], Number], Iterator[Group]]] = {
    "individual_fair_share": _individuals,
    "unanimous_fair_share": _coincident,
    "proportional_fairness": _windows,
    "strong_proportional_fairness": _windows_of_range,
    "obnoxious_individual_fair_share": _near_individuals,
    "obnoxious_unanimous_fair_share": _near_coincident,
    "obnoxious_proportional_fairness": _near_windows,
}
_POINTWISE: dict[str, Callable[[Problem, Number, Number], IntervalUnion]] = {
    "facility_proportionality": _proportionality,
    "unanimity": _unanimity,
    "pareto_efficiency": _pareto,
}
_FLOATS: dict[str, Callable[[Any, float, float], tuple[float, float]]] = {
    "individual_fair_share": _float_individual,
    "unanimous_fair_share": _float_coincident,
    "proportional_fairness": _float_windows,
}

#: The axioms that :func:`admissible` knows.
FAIRNESS_AXIOMS = (*_GROUPS, *_POINTWISE)
