"""Several facilities on a line: percentile mechanisms and the (manipulable) optimum."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from numbers import Real
from typing import Annotated, Any, ClassVar

import numpy as np

from mechdesign.errors import InvalidInputError
from mechdesign.facility.segment.references import PERCENTILES
from mechdesign.facility.segment.setting import Line
from mechdesign.model import (
    AgentId,
    Domain,
    Mechanism,
    Number,
    Outcome,
    Problem,
    Provenance,
    Seed,
    Setting,
    all_exact,
    as_numbers,
    count_from,
    distance,
    labelled_numbers,
    mechanism,
    serializable,
    show,
    tidy,
)
from mechdesign.records import dataclass

__all__ = [
    "Facilities",
    "facilities",
    "optimal_facilities",
    "percentiles",
]


@serializable("facility.Facilities")
@dataclass(frozen=True)
class Facilities(Setting[Number, tuple[Number, ...]]):
    """Several facilities on ``[low, high]``; everybody uses the nearest one.

    The utility of an agent is the length of the segment less the distance to the nearest facility.

    Parameters
    ----------
    low, high : number
        Ends of the segment.

    Examples
    --------
    >>> from fractions import Fraction
    >>> setting = Facilities()
    >>> setting.utility(setting.problem([0]), 0, 0, Outcome((Fraction(1, 4), 1)))
    Fraction(3, 4)
    """

    choices_in_units: ClassVar[bool] = True
    id: ClassVar[str] = "facility.facilities"
    private_values: ClassVar[bool] = True

    low: Number = 0
    high: Number = 1

    def __post_init__(self) -> None:
        line = Line(self.low, self.high)
        object.__setattr__(self, "low", line.low)
        object.__setattr__(self, "high", line.high)

    @property
    def line(self) -> Line:
        """The segment as a setting of one facility."""
        return Line(self.low, self.high)

    def scale(self, problem: Problem) -> Number:
        return self.high - self.low

    def problem(self, data: object, **options: object) -> Problem:
        return self.line.problem(data, **options)

    def reread(self, problem: Problem) -> Problem:
        return self.line.reread(problem)

    def utility(
        self,
        problem: Problem,
        agent: AgentId,
        true_type: Number,
        outcome: Outcome[tuple[Number, ...]],
    ) -> Number:
        """The length less the distance to the nearest facility."""
        nearest = min(distance(y, true_type) for y in outcome.choice)
        return self.high - self.low - nearest

    def feasible(self, problem: Problem, outcome: Outcome[tuple[Number, ...]]) -> bool:
        return all(self.low <= y <= self.high for y in outcome.choice)

    def check(self, problem: Problem) -> None:
        if not all(isinstance(own, Real) for own in problem.types):
            self._refuse(problem)

    def outcome(self, problem: Problem, raw: object) -> Outcome:
        listed = as_numbers(raw, "choice", low=self.low, high=self.high, owner=self.id)
        if not listed:
            raise InvalidInputError("choice", "have at least one facility", raw, owner=self.id)
        return Outcome(listed, problem=problem, setting=self)

    def gains(self, position: int, true_type: Number, before: object, after: object) -> Any:
        own = np.asarray(true_type)[..., None]
        old = np.abs(before - own).min(axis=-1)
        return old - np.abs(after - own).min(axis=-1)

    def domain(self, agents: int, **scope: object) -> Domain:
        return replace(self.line.domain(agents, **scope), setting=self)

    def small_domains(self) -> Iterator[Domain]:
        for domain in self.line.small_domains():
            yield replace(domain, setting=self)

    def sample(self, rng: Seed, agents: int, **scope: object) -> Problem:
        return self.line.sample(rng, agents, **scope)

    def say_report(self, report: Number) -> str:
        return f"location {show(report)}"


def _several(setting: Facilities | None) -> Facilities:
    if setting is not None and not isinstance(setting, Facilities):
        raise InvalidInputError("setting", "be one of facility.facilities", setting)
    return Facilities() if setting is None else setting


def facilities(low: Number = 0, high: Number = 1) -> Facilities:
    """The setting of several facilities on ``[low, high]``.

    Examples
    --------
    >>> facilities().id
    'facility.facilities'
    """
    return Facilities(low, high)


class Percentiles(Mechanism[Outcome]):
    """A percentile mechanism: facility j at the order statistic ``floor(p_j (n-1))``.  Truthful.

    Parameters
    ----------
    shares : sequence of numbers in [0, 1]
        One for each facility; ``(0, 1)`` is the two extremes.
    setting : Facilities, optional
        The segment, by default [0, 1].

    Examples
    --------
    >>> from fractions import Fraction
    >>> percentiles(shares=(0, Fraction(1, 2), 1))([0, 0.2, 0.4, 0.6, 1]).choice
    (0, 0.4, 1)
    """

    setting: Facilities = Facilities()
    anonymous = True

    def __init__(
        self, *, shares: Sequence[Number] = (0, 1), setting: Facilities | None = None
    ) -> None:
        self.shares = as_numbers(shares, "shares", low=0, high=1, owner=self.id)
        if not self.shares:
            raise InvalidInputError("shares", "have one entry a facility", shares, owner=self.id)
        self.setting = _several(setting)

    def ranks(self, n: int) -> list[int]:
        """The positions in the sorted profile, ``floor(p (n-1))``, from 0."""
        return [math.floor(p * (n - 1)) for p in self.shares]

    def solve(self, problem: Problem, *, rng: Seed = None) -> Outcome:
        if not len(problem):
            raise InvalidInputError("problem", "have at least one agent", problem, owner=self.id)
        if problem.weights is not None:
            raise InvalidInputError("weights", "be absent", problem.weights, owner=self.id)
        ordered = sorted(problem.types)
        places = tuple(ordered[k] for k in self.ranks(len(ordered)))
        how = Provenance(algorithm="sort", exact=all_exact(places))
        return self.wrap(problem, Outcome(places, provenance=how))


percentiles = mechanism("facility.percentiles", reference=PERCENTILES)(Percentiles)


class OptimalFacilities(Mechanism[Outcome]):
    """The locations of several facilities that minimise the total distance.  Not truthful.

    Parameters
    ----------
    count : int
        How many facilities.
    setting : Facilities, optional
        The segment, by default [0, 1], or as much more as the reports need: the optimum does not
        depend on it.

    Examples
    --------
    >>> from fractions import Fraction
    >>> fifth = Fraction(1, 5)
    >>> optimal_facilities(count=2)([0, 2 * fifth, 4 * fifth]).cost
    Fraction(2, 5)
    """

    setting: Facilities = Facilities()
    anonymous = True

    def __init__(
        self, *, count: Annotated[int, count_from(1)] = 2, setting: Facilities | None = None
    ) -> None:
        self.count = count
        self.setting = _several(setting)
        self._wide = setting is None

    def _reader(self) -> Any:
        return self._anywhere if self._wide else super()._reader()

    def _anywhere(self, data: object, **options: Any) -> Problem:
        """The problem of reports wherever they are."""
        try:
            return self.setting.problem(data, **options)
        except InvalidInputError:
            _, numbers = labelled_numbers(data, "reports")
            return _around(numbers, self.setting).problem(data, **options)

    def solve(self, problem: Problem, *, rng: Seed = None) -> Outcome:
        if problem.weights is not None:
            raise InvalidInputError("weights", "be absent", problem.weights, owner=self.id)
        x = sorted(problem.types)
        n = len(x)
        sums: list[Number] = [0]
        for value in x:
            sums.append(sums[-1] + value)

        def cost(a: int, b: int) -> Number:
            """Total distance of reports a..b-1 to their lower median."""
            m = (a + b - 1) // 2
            left = x[m] * (m - a) - (sums[m] - sums[a])
            right = sums[b] - sums[m + 1] - x[m] * (b - m - 1)
            total: Number = left + right
            return total

        best: list[tuple[Number, tuple[int, ...]]] = [
            (cost(0, b), (0,)) if b else (0, (0,)) for b in range(n + 1)
        ]
        for _ in range(1, min(self.count, n)):
            rows = list(best)
            for b in range(1, n + 1):
                for a in range(1, b):
                    value = best[a][0] + cost(a, b)
                    if value < rows[b][0]:
                        rows[b] = (value, (*best[a][1], a))
            best = rows
        total, starts = best[n]
        ends = (*starts[1:], n)
        places = tuple(x[(a + b - 1) // 2] for a, b in zip(starts, ends, strict=True))
        least = tidy(total) if total >= 0 else 0
        how = Provenance(algorithm="dynamic programming", exact=all_exact(places))
        found = Outcome(places, cost=least, provenance=how)
        wide = _around(x, self.setting)
        if self._wide and wide != self.setting:
            return OptimalFacilities(count=self.count, setting=wide).wrap(problem, found)
        return self.wrap(problem, found)


def _around(reports: Sequence[Number], setting: Facilities) -> Facilities:
    """The setting on a segment that holds all reports."""
    return Facilities(min([setting.low, *reports]), max([setting.high, *reports]))


optimal_facilities = mechanism("facility.optimal_facilities")(OptimalFacilities)
