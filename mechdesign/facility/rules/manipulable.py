"""Fair rules that can be manipulated: Nash, the welfare-optimal fair location, rounded phantoms."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from mechdesign.errors import InvalidInputError
from mechdesign.facility.fairness.admissible_sets import admissible, axiom_id
from mechdesign.facility.medians.named import median
from mechdesign.facility.medians.phantom import LineMechanism
from mechdesign.facility.medians.selection import cross
from mechdesign.facility.segment.profiles import exact_profile
from mechdesign.facility.segment.setting import Line, placed
from mechdesign.model import Number, Outcome, Problem, Seed, is_exact, mechanism

__all__ = ["nash", "rounded_uniform_phantom", "welfare_optimal"]

_BISECTIONS = 200
_SIMPLE = 10**6
_TOLERANCE = 1e-15


@mechanism("facility.nash", setting=Line(), anonymous=True)
def nash(problem: Problem, *, setting: Line) -> Outcome:
    """The Nash rule: the location with the largest product of utilities.

    Proportionally fair, not strategyproof.  The location is exact where it is a report or a
    rational number of small denominator; otherwise a float within ``1e-15`` of the length.

    Notes
    -----
    The sum of the logarithms is strictly concave; O(n log n) for the reports between which it is
    largest, then bisection on its derivative.

    Examples
    --------
    >>> nash([0, 0, 1]).choice
    Fraction(1, 3)
    """
    raw = problem.types.tolist() if isinstance(problem.types, np.ndarray) else problem.types
    weights = problem.weights or (1,) * len(raw)
    pairs = sorted((x, w) for x, w in zip(raw, weights, strict=True) if w)
    places = sorted({x for x, _ in pairs})
    # The derivative of the sum of logarithms falls; find the report where it changes sign.
    first, last = 0, len(places) - 1
    while first < last:
        middle = (first + last) // 2
        if _slope(pairs, places[middle], setting.length, right=True) <= 0:
            last = middle
        else:
            first = middle + 1
    kink = places[first]
    if first == 0 or _slope(pairs, kink, setting.length, right=False) >= 0:
        return placed(kink, "report")
    exact = exact_profile(problem)
    location = _between(pairs, places[first - 1], kink, setting.length, exact=exact)
    if is_exact(location):
        return placed(location, "rational root")
    tolerance = _TOLERANCE * float(setting.length)
    return placed(location, "bisection", exact=False, tolerance=tolerance)


def _slope(pairs: Sequence[tuple[Any, Any]], y: object, length: Number, *, right: bool) -> Number:
    """The right or left derivative of ``sum w log u`` at y."""
    slope: Number = Fraction(0) if is_exact(y) and is_exact(pairs[0][0]) else 0.0
    for x, w in pairs:
        utility = length - abs(y - x)
        sign = 1 if x > y or (x == y and not right) else -1
        if utility == 0:
            return sign * float("inf")
        slope += (
            Fraction(sign * w) / utility
            if is_exact(utility) and is_exact(w)
            else (sign * w / utility)
        )
    return slope


def _between(
    pairs: Sequence[tuple[Any, Any]], left: Any, right: Any, length: Number, *, exact: bool
) -> Number:
    """The zero of the derivative between two neighbouring reports."""
    low, high = float(left), float(right)
    floats = [(float(x), float(w)) for x, w in pairs]
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if _slope(floats, middle, length, right=True) > 0:
            low = middle
        else:
            high = middle
    if exact:
        simple = Fraction((low + high) / 2).limit_denominator(_SIMPLE)
        if left < simple < right and _slope(pairs, simple, length, right=True) == 0:
            return simple
    return (low + high) / 2


class WelfareOptimal(LineMechanism[Outcome]):
    """The location of the largest welfare among those that a fairness axiom admits.

    Welfare falls on both sides of the median, so this is the median clipped to the admissible
    interval of the profile.  Manipulable: the price of fairness without strategyproofness.

    Parameters
    ----------
    axiom : str
        As for :func:`~mechdesign.facility.fairness.admissible_sets.admissible`.
    side : {"lower", "upper"}
        Which median of an even number.

    Examples
    --------
    >>> welfare_optimal(axiom="PF")([0, Fraction(1, 4)]).choice
    0
    >>> welfare_optimal(axiom="IFS")([0, 0, 1]).choice
    Fraction(1, 3)
    """

    def __init__(
        self,
        *,
        axiom: str = "proportional_fairness",
        side: str = "lower",
        setting: Line | None = None,
    ) -> None:
        super().__init__(setting)
        self.axiom = axiom_id(axiom)
        if self.axiom.startswith("obnoxious"):
            raise InvalidInputError("axiom", "be about a facility that agents want", axiom)
        self._median = median(side=side, setting=self.setting)

    def solve(self, problem: Problem, *, rng: Seed = None) -> Outcome:
        self.setting.check(problem)
        fair = admissible(self.axiom, problem)
        best = self._median.solve(problem).choice
        place = placed(fair.nearest(best), "clip", details={"admissible": fair})
        return self.wrap(problem, place)


welfare_optimal = mechanism("facility.welfare_optimal")(WelfareOptimal)


@mechanism("facility.rounded_uniform_phantom", setting=Line(), anonymous=True)
def rounded_uniform_phantom(problem: Problem, *, setting: Line) -> Outcome:
    """Uniform Phantom applied to reports that are rounded to multiples of 1/n, ties down.

    A counterexample: strategyproof for Euclidean preferences, anonymous and proportional, and
    neither unanimous nor strategyproof for all single-peaked preferences.

    Examples
    --------
    >>> rounded_uniform_phantom([Fraction(1, 12), Fraction(1, 12)]).choice
    0
    """
    if problem.weights is not None:
        raise InvalidInputError("weights", "be absent", problem.weights)
    n = len(problem)
    low, length = setting.low, setting.length
    exact = exact_profile(problem)
    ranks = []
    for x in problem.types:
        share = Fraction(x - low) / length if exact else (float(x) - float(low)) / float(length)
        # Ties go down: the rank is the ceiling of n share - 1/2.
        ranks.append(-((1 - 2 * n * share) // 2))
    rank = cross(sorted((int(r) for r in ranks), reverse=True), lambda k: k)
    place = low + length * Fraction(rank, n) if exact else float(low + length * (rank / n))
    return placed(place, "rounding")
