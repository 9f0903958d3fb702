"""Exact worst-case ratios of phantom mechanisms."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from mechdesign.errors import InvalidInputError, LimitReachedError
from mechdesign.facility.medians.generalized import GeneralizedMedian
from mechdesign.facility.medians.phantom import PhantomMechanism
from mechdesign.facility.proofs.any_rule import climbed
from mechdesign.model import (
    MechanismLike,
    Number,
    Setting,
    all_exact,
    as_count,
    as_number,
    as_numbers,
    serializable,
    show,
    tidy,
)
from mechdesign.records import dataclass

__all__ = ["OBJECTIVES", "WorstRatio", "profile_ratio", "worst_case_ratio"]

#: What a ratio compares: the optimum is in the numerator for welfare, below for costs.
OBJECTIVES = ("welfare", "total_cost", "maximum_cost")

_PROFILES = 2_000_000
# Beyond this the products of Dinkelbach's method may leave 64 bits: Python integers then.
_WIDE = 2**30


@serializable("facility.WorstRatio")
@dataclass(frozen=True)
class WorstRatio:
    """The worst case of a mechanism.

    Parameters
    ----------
    objective : str
        One of :data:`OBJECTIVES`.
    ratio : number
        Exact; ``float("inf")`` where it is unbounded.
    profile : tuple of numbers, length n
        Where it is attained.
    location, optimum : number
        What the mechanism chooses there, and the best location.
    attained : bool
        Whether the profile attains the ratio; if not, profiles near it come as near as you please.
    """

    objective: str
    ratio: Number
    profile: tuple[Number, ...]
    location: Number
    optimum: Number
    attained: bool = True

    def __str__(self) -> str:
        profile = ", ".join(map(show, self.profile))
        where = "at" if self.attained else "(a limit) towards"
        return (
            f"{self.objective} ratio {show(self.ratio)} {where} ({profile}): chosen "
            f"{show(self.location)}, best {show(self.optimum)}"
        )


def worst_case_ratio(
    mechanism: MechanismLike,
    agents: int,
    objective: str = "welfare",
    *,
    setting: Setting | None = None,
    max_checks: int | None = None,
    time_limit: float | None = None,
) -> WorstRatio:
    """The exact worst-case ratio of a rule on a segment, with the profile that attains it.

    Parameters
    ----------
    mechanism : mechanism or function
        A phantom mechanism or generalised median with exact parameters; or any rule that is
        piecewise linear in the reports, whose code is run on symbolic reports.
    agents : int
        The number of agents.
    objective : {"welfare", "total_cost", "maximum_cost"}
        The best welfare over the chosen, ``sum (L - |y - x|)``, or the chosen cost over the best.
    setting : Setting, optional
        The segment of a function of one's own.
    max_checks, time_limit : optional
        Paths and seconds allowed for a proof.

    Raises
    ------
    InvalidInputError
        On floating-point parameters or an unknown objective.
    UndecidedError
        For a rule that is not piecewise linear, with the operation and the line; or where a limit
        ended the proof.
    LimitReachedError
        For a generalised median with too many profiles of its parameters.

    Notes
    -----
    The ratio is attained where every agent is at an end or at a parameter.  For phantom mechanisms
    it is maximised by Dinkelbach's method over the outcome, the comparator and the numbers of
    agents left of, at and right of the outcome: O(n^3) integer operations a step, a few steps.
    Generalised medians are enumerated on those points.  For any other rule the ratio is raised by
    the same method from cell to cell, until it is proved that no profile exceeds it.

    Examples
    --------
    >>> from mechdesign import facility
    >>> print(worst_case_ratio(facility.uniform_phantom, 3))
    welfare ratio 6/5 at (0, 0, 1): chosen 1/3, best 0
    """
    n = as_count(agents, "agents", low=1, owner="worst_case_ratio")
    if objective not in OBJECTIVES:
        raise InvalidInputError("objective", f"be one of {', '.join(OBJECTIVES)}", objective)
    if isinstance(mechanism, GeneralizedMedian):
        return _enumerated(mechanism, n, objective)
    if not isinstance(mechanism, PhantomMechanism):
        return _of_any_rule(mechanism, setting, n, objective, max_checks, time_limit)
    alphas = mechanism.alphas(n)
    low, length = mechanism.setting.low, mechanism.setting.length
    if not all_exact((*alphas, low, length)):
        raise InvalidInputError("mechanism", "have exact phantoms", alphas)
    shares: list[Any] = [Fraction(a - low) / length for a in alphas]
    common = math.lcm(*(a.denominator for a in shares))
    units = [int(a * common) for a in shares]
    if objective == "maximum_cost":
        ratio, found = _maximum_cost(units, common, n)
    else:
        ratio, found = _dinkelbach(units, common, n, objective)
    places, chosen, best = found

    def back(k: int | Fraction) -> Number:
        return tidy(low + length * (Fraction(k) / common))

    profile = tuple(back(k) for k in places)
    return WorstRatio(objective, tidy(ratio), profile, back(chosen), back(best))


def _of_any_rule(
    mechanism: MechanismLike,
    setting: Setting | None,
    n: int,
    objective: str,
    max_checks: int | None,
    time_limit: float | None,
) -> WorstRatio:
    ratio, profile, place, attained = climbed(
        mechanism, setting, n, objective, max_checks=max_checks, time_limit=time_limit
    )
    _, best = profile_ratio(profile, place, objective)
    return WorstRatio(
        objective, tidy(ratio), tuple(map(tidy, profile)), tidy(place), tidy(best), attained
    )


# Profile, outcome and best location, in units.
Found = tuple[list[int], int, int | Fraction]


def _dinkelbach(units: list[int], common: int, n: int, objective: str) -> tuple[Number, Found]:
    """Raise the ratio until no profile beats it."""
    points = np.array(sorted({0, common, *units}), dtype=object if n * common > _WIDE else np.int64)
    gaps = np.abs(points[:, None] - points[None, :])
    ratio, found = Fraction(1), ([int(points[0])] * n, int(points[0]), int(points[0]))
    first = True
    while True:
        value, profile, y, o = _best_profile(units, points, gaps, common, n, objective, ratio)
        chosen = sum(abs(x - y) for x in profile)
        best = sum(abs(x - o) for x in profile)
        top, bottom = (chosen, best)
        if objective == "welfare":
            top, bottom = n * common - best, n * common - chosen
        if value > 0 or first:
            found = (profile, y, o)
        first = False
        if bottom == 0 and top > 0:
            return math.inf, found
        if value <= 0 or Fraction(top, bottom) <= ratio:
            return ratio, found
        ratio = Fraction(top, bottom)


def _best_profile(
    units: Sequence[int],
    points: Any,
    gaps: Any,
    common: int,
    n: int,
    objective: str,
    ratio: Fraction,
) -> tuple[int, list[int], int, int]:
    """The profile of the largest ``top - ratio * bottom``, in integers."""
    a, b = ratio.numerator, ratio.denominator
    top: tuple[int, list[int], int, int] | None = None
    for at, y in enumerate(points.tolist()):
        # Rows: where an agent is; columns: the comparator.
        if objective == "welfare":
            worth = b * (common - gaps) - a * (common - gaps[:, at])[:, None]
        else:
            worth = b * gaps[:, at][:, None] - a * gaps
        left: Any = worth[:at].argmax(axis=0) if at else None
        right: Any = worth[at + 1 :].argmax(axis=0) + at + 1 if at + 1 < len(points) else None
        here = worth[at]
        left_worth: Any = None if left is None else np.take_along_axis(worth, left[None], 0)[0]
        right_worth: Any = None if right is None else np.take_along_axis(worth, right[None], 0)[0]
        for on_left, on_point, on_right in _counts(units, y, n):
            if (on_left and left is None) or (on_right and right is None):
                continue
            total = on_point * here
            if on_left:
                total = total + on_left * left_worth
            if on_right:
                total = total + on_right * right_worth
            o = int(total.argmax())
            if top is None or total[o] > top[0]:
                profile = [int(points[left[o]])] * on_left if on_left else []
                profile += [y] * on_point
                profile += [int(points[right[o]])] * on_right if on_right else []
                top = (int(total[o]), profile, y, int(points[o]))
    assert top is not None  # all agents at the outcome are always among the cases
    return top


def _counts(units: Sequence[int], y: int, n: int) -> Iterator[tuple[int, int, int]]:
    """Numbers of agents left of, at and right of an outcome y that are consistent with it.

    The value is linear in the number at y, so that its two extremes are enough.
    """
    reach = next((k for k in range(n + 1) if units[k] >= y), n + 1)
    for right in range(n + 1):
        if units[right] > y or reach > n:
            return
        fewest = max(0, reach - right)
        for here in {fewest, n - right}:
            yield n - right - here, here, right


def _maximum_cost(units: list[int], common: int, n: int) -> tuple[Number, Found]:
    """Over the outcome and the two extreme agents: the others are where it is consistent."""
    points = sorted({0, common, *units})
    ratio = Fraction(1)
    found: Found = ([points[0]] * n, points[0], points[0])
    for y in points:
        for p, q in itertools.combinations_with_replacement(points, 2):
            left, right = int(p < y), int(q > y)
            if n == 1 and p != q:
                continue
            if p <= y <= q:
                profile = [p] * left + [y] * (n - left - right) + [q] * right
                if n - left - right < 0 or min(profile) != p or max(profile) != q:
                    continue
                if not units[right] <= y <= units[n - left]:
                    continue
            else:
                side = 0 if y > q else n
                if units[side] != y:
                    continue
                profile = [p] * (n - 1) + [q]
            cost, half = max(abs(y - p), abs(y - q)), Fraction(q - p, 2)
            if cost and not half:
                return math.inf, (profile, y, p)
            if half and cost / half > ratio:
                ratio, found = cost / half, (profile, y, Fraction(p + q, 2))
    return ratio, found


def _enumerated(mechanism: GeneralizedMedian, n: int, objective: str) -> WorstRatio:
    """All profiles of ends and parameters."""
    names = tuple(mechanism.capacity.agents or range(n))
    if len(names) != n:
        raise InvalidInputError("agents", f"be {len(names)}, as many as the mechanism has", n)
    low, high = mechanism.setting.low, mechanism.setting.high
    values = {low, high}
    for size in range(n + 1):
        values |= {
            mechanism.alpha(frozenset(group), names)
            for group in itertools.combinations(names, size)
        }
    if not all_exact(values):
        raise InvalidInputError("mechanism", "have exact parameters", values)
    points = sorted(values)
    if len(points) ** n > _PROFILES:
        raise LimitReachedError(f"{len(points)}^{n} profiles are too many to enumerate")
    from mechdesign.model import Problem

    worst: WorstRatio | None = None
    for profile in itertools.product(points, repeat=n):
        y = mechanism.solve(Problem(names, profile)).choice
        ratio, best = profile_ratio(profile, y, objective, low, high)
        if worst is None or ratio > worst.ratio:
            worst = WorstRatio(objective, tidy(ratio), profile, y, tidy(best))
            if ratio == math.inf:
                break
    assert worst is not None
    return worst


def profile_ratio(
    profile: Sequence[Any], location: object, objective: str, low: Number = 0, high: Number = 1
) -> tuple[Number, Number]:
    """The ratio at one profile, and the best location there.

    Examples
    --------
    >>> profile_ratio([0, 0, 1], Fraction(1, 3), "welfare")
    (Fraction(6, 5), 0)
    """
    ordered = sorted(as_numbers(profile, "profile"))
    location = as_number(location, "location")
    best: Any = ordered[(len(ordered) - 1) // 2]
    if objective == "maximum_cost":
        best = Fraction(1) * (ordered[0] + ordered[-1]) / 2
    measure: Callable[[Any], Any] = max if objective == "maximum_cost" else sum
    top = measure([abs(location - x) for x in ordered])
    bottom = measure([abs(best - x) for x in ordered])
    if objective == "welfare":
        total = len(ordered) * (high - low)
        top, bottom = total - bottom, total - top
    if bottom == 0:
        return (math.inf if top else Fraction(1)), best
    return Fraction(1) * top / bottom, best
