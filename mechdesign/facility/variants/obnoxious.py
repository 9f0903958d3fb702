"""Obnoxious facilities: everybody wants to be far away."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any, ClassVar, Literal

import numpy as np

from mechdesign.errors import InfeasibleError, InvalidInputError
from mechdesign.facility.fairness.admissible_sets import admissible, axiom_id
from mechdesign.facility.medians.phantom import LineMechanism
from mechdesign.facility.segment.intervals import IntervalUnion
from mechdesign.facility.segment.profiles import all_equal, is_met
from mechdesign.facility.segment.references import OBNOXIOUS
from mechdesign.facility.segment.setting import Line, placed
from mechdesign.model import (
    Number,
    Outcome,
    Problem,
    Seed,
    distance,
    is_exact,
    mechanism,
    serializable,
    tidy,
)
from mechdesign.records import dataclass

__all__ = ["ObnoxiousLine", "obnoxious_line", "obnoxious_optimum"]


@serializable("facility.ObnoxiousLine")
@dataclass(frozen=True)
class ObnoxiousLine(Line):
    """The line with a facility that agents want to be far from: the utility is ``|y - x|``.

    Examples
    --------
    >>> setting = ObnoxiousLine()
    >>> setting.utility(setting.problem([0]), 0, 0, Outcome(1))
    1
    """

    id: ClassVar[str] = "facility.obnoxious"
    preference_domains: ClassVar[tuple[str, ...]] = ("euclidean",)
    ordinal_domains: ClassVar[tuple[str, ...]] = ()

    def utility(self, problem: Problem, agent: object, true_type: Any, outcome: Outcome) -> Number:
        return distance(outcome.choice, true_type)

    def utilities(self, problem: Problem, outcome: Outcome) -> Sequence[Number]:
        types = problem.types
        if isinstance(types, np.ndarray):
            listed: list[Number] = np.abs(float(outcome.choice) - types).tolist()
            return listed
        return [distance(outcome.choice, x) for x in types]

    def gain(
        self, problem: Problem, agent: object, true_type: object, before: Outcome, after: Outcome
    ) -> Number:
        gain: Number = abs(after.choice - true_type) - abs(before.choice - true_type)
        return gain

    def gains(self, position: int, true_type: Any, before: Any, after: Any) -> Any:
        return np.abs(after - true_type) - np.abs(before - true_type)

    def unanimous(self, problem: Problem, outcome: Outcome) -> bool | None:
        """Whether agents who all are at one location get the farther end."""
        if not all_equal(problem.types):
            return None
        x, y = problem.types[0], outcome.choice
        best = max(x - self.low, self.high - x)
        return is_met(best - distance(x, y), self.length)

    #: Distances are convex, so that lotteries may be better for all than their means.
    improvement_of_lottery: ClassVar[None] = None  # type: ignore[assignment]

    def improvement(self, problem: Problem, outcome: Outcome, *, weak: bool) -> Outcome | None:
        radii = [(x, distance(x, outcome.choice)) for x in problem.types]
        allowed = IntervalUnion.outside(self.low, self.high, ((x - r, x + r) for x, r in radii))
        for low, high in allowed:
            middle = (
                (low + high) * Fraction(1, 2)
                if is_exact(low) and is_exact(high)
                else ((low + high) / 2)
            )
            for place in (low, high, middle):
                farther = [distance(place, x) > r for x, r in radii]
                if all(farther) if weak else any(farther):
                    return Outcome(tidy(place), problem=problem, setting=self)
        return None


class ObnoxiousOptimum(LineMechanism[Outcome]):
    """The best location of an obnoxious facility, among all or among the fair ones.

    Parameters
    ----------
    objective : {"utilitarian", "egalitarian"}
        The sum or the smallest of the distances.
    fairness : {"2-IFS", "2-UFS", "2-PF"}, optional
        The fairness axiom to respect.

    References
    ----------
    arXiv:2301.04340.

    Examples
    --------
    >>> profile = [Fraction(1, 4), Fraction(3, 4)]
    >>> obnoxious_optimum(profile, objective="egalitarian", fairness="2-IFS").choice
    0
    """

    setting: ObnoxiousLine = ObnoxiousLine()

    def __init__(
        self,
        *,
        objective: Literal["utilitarian", "egalitarian"] = "utilitarian",
        fairness: str | None = None,
        setting: ObnoxiousLine | None = None,
    ) -> None:
        super().__init__(setting)
        if self.setting.id != ObnoxiousLine.id:
            raise InvalidInputError("setting", "be an obnoxious line", setting)
        self.objective = objective
        self.fairness = None if fairness is None else axiom_id(fairness)
        if self.fairness is not None and not self.fairness.startswith("obnoxious"):
            raise InvalidInputError("fairness", "be one of 2-IFS, 2-UFS, 2-PF", fairness)

    def solve(self, problem: Problem, *, rng: Seed = None) -> Outcome:
        self.setting.check(problem)
        whole = IntervalUnion(((self.setting.low, self.setting.high),))
        fair = whole if self.fairness is None else admissible(self.fairness, problem)
        if fair.empty:
            raise InfeasibleError(f"no location satisfies {self.fairness} at this profile")
        places = sorted(set(self._candidates(problem, fair)))
        values = [self._value(problem, place) for place in places]
        best = max(values)
        tied = [place for place, value in zip(places, values, strict=True) if value == best]
        outcome = placed(tied[0], "candidates", details={"value": tidy(best)})
        if len(tied) > 1:
            outcome = outcome.with_provenance(
                ties=f"{len(tied)} best locations, the leftmost taken"
            )
        return self.wrap(problem, outcome)

    def _candidates(self, problem: Problem, fair: IntervalUnion) -> Iterator[Number]:
        """The ends of the admissible intervals, and for the minimum the middles of gaps.

        Both objectives are convex between neighbouring reports or peak in their middle.
        """
        places = sorted(set(problem.types))
        halves = [Fraction(1) * (a + b) / 2 for a, b in itertools.pairwise(places)]
        for low, high in fair:
            yield from (low, high)
            if self.objective == "egalitarian":
                yield from (tidy(h) for h in halves if low < h < high)

    def _value(self, problem: Problem, place: Number) -> Number:
        away = [distance(place, x) for x in problem.types]
        if self.objective == "egalitarian":
            return min(away)
        weights = problem.weights or (1,) * len(away)
        total: Number = 0
        for w, d in zip(weights, away, strict=True):
            total += w * d
        return total


def obnoxious_line(low: Number = 0, high: Number = 1) -> ObnoxiousLine:
    """The setting of an obnoxious facility on ``[low, high]``.

    Examples
    --------
    >>> obnoxious_line().key
    'facility.obnoxious/euclidean'
    """
    return ObnoxiousLine(low, high)


obnoxious_optimum = mechanism("facility.obnoxious_optimum", reference=OBNOXIOUS)(ObnoxiousOptimum)
