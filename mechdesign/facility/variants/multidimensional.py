"""Facilities in d dimensions: coordinate-wise mechanisms."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import ClassVar

from mechdesign.errors import InvalidInputError
from mechdesign.facility.medians.named import median
from mechdesign.facility.segment.profiles import is_met
from mechdesign.facility.segment.references import MEDIAN_IN_THE_PLANE
from mechdesign.facility.segment.setting import Line
from mechdesign.facility.variants.nearer_points import nearer_point, nearer_than_lottery
from mechdesign.model import (
    AgentId,
    Domain,
    Lottery,
    Mechanism,
    Number,
    Outcome,
    Problem,
    Provenance,
    Seed,
    Setting,
    aligned_numbers,
    all_exact,
    as_count,
    as_mechanism,
    as_numbers,
    distance,
    labelled_rows,
    mechanism,
    serializable,
    show,
)
from mechdesign.model.setting import Fresh
from mechdesign.records import dataclass

__all__ = ["Space", "coordinatewise", "coordinatewise_median_ratio", "space"]


@serializable("facility.Space")
@dataclass(frozen=True)
class Space(Setting[Sequence[Number], tuple[Number, ...]]):
    """One facility in the box ``[low, high]^d``; the utility is minus the distance.

    Parameters
    ----------
    dimension : int
        d, at least 1.
    low, high : number
        Ends of every coordinate.
    norm : {"l2", "l1", "linf"}
        The distance.  Those of l1 and linf are exact for exact points, l2 is a float.

    Examples
    --------
    >>> plane = Space(2, norm="l1")
    >>> plane.utility(plane.problem([(0, 0)]), 0, (0, 0), Outcome((1, 1)))
    -2
    """

    choices_in_units: ClassVar[bool] = True
    id: ClassVar[str] = "facility.space"
    private_values: ClassVar[bool] = True

    dimension: int = 2
    low: Number = 0
    high: Number = 1
    norm: str = "l2"

    def __post_init__(self) -> None:
        as_count(self.dimension, "dimension", low=1, owner="Space")
        line = Line(self.low, self.high)
        object.__setattr__(self, "low", line.low)
        object.__setattr__(self, "high", line.high)
        if self.norm not in ("l1", "l2", "linf"):
            raise InvalidInputError("norm", "be 'l1', 'l2' or 'linf'", self.norm, owner="Space")

    @property
    def line(self) -> Line:
        """One coordinate as a setting."""
        return Line(self.low, self.high)

    def scale(self, problem: Problem) -> Number:
        return self.high - self.low

    def problem(self, data: object, **options: object) -> Problem:
        """Read points: rows of d coordinates, an (n, d) array or a dict.

        Raises
        ------
        InvalidInputError
            If a point is outside the box or has another dimension.
        """
        weights = options.pop("weights", None)
        if options:
            raise InvalidInputError("options", "be `weights`", sorted(options), owner=self.id)
        agents, _, rows = labelled_rows(data, "reports")
        points = tuple(
            as_numbers(point, f"reports[{k}]", low=self.low, high=self.high, owner=self.id)
            for k, point in enumerate(rows)
        )
        if not points:
            raise InvalidInputError("reports", "have at least one agent", points, owner=self.id)
        for k, point in enumerate(points):
            if len(point) != self.dimension:
                raise InvalidInputError(f"reports[{k}]", f"have {self.dimension} parts", point)
        names = range(len(points)) if agents is None else agents
        if weights is not None:
            weights = aligned_numbers(weights, names, "weights", low=0, owner=self.id)
        return Problem(names, points, data=(self.low, self.high), weights=weights)

    def check(self, problem: Problem) -> None:
        if not all(isinstance(p, tuple) and len(p) == self.dimension for p in problem.types):
            self._refuse(problem)

    def reread(self, problem: Problem) -> Problem:
        return self.problem(problem.labelled, weights=problem.weights)

    def distance_between(self, p: Sequence[Number], q: Sequence[Number]) -> Number:
        """The distance of two points."""
        gaps = [distance(a, b) for a, b in zip(p, q, strict=True)]
        if self.norm == "l1":
            return sum(gaps)
        if self.norm == "linf":
            return max(gaps)
        return math.sqrt(sum(gap * gap for gap in gaps))

    def utility(
        self,
        problem: Problem,
        agent: AgentId,
        true_type: Sequence[Number],
        outcome: Outcome[tuple[Number, ...]],
    ) -> Number:
        """Minus the distance."""
        return -self.distance_between(outcome.choice, true_type)

    def gain(
        self,
        problem: Problem,
        agent: AgentId,
        true_type: Sequence[Number],
        before: Outcome[tuple[Number, ...]],
        after: Outcome,
    ) -> Number:
        points = (*before.choice, *after.choice, *true_type)
        if self.norm == "l2" and all_exact(points):
            old = sum((a - b) ** 2 for a, b in zip(before.choice, true_type, strict=True))
            new = sum((a - b) ** 2 for a, b in zip(after.choice, true_type, strict=True))
            if old == new:
                return 0
        return self.distance_between(before.choice, true_type) - self.distance_between(
            after.choice, true_type
        )

    def feasible(self, problem: Problem, outcome: Outcome[tuple[Number, ...]]) -> bool:
        return all(self.low <= y <= self.high for y in outcome.choice)

    def unanimous(self, problem: Problem, outcome: Outcome[tuple[Number, ...]]) -> bool | None:
        """Whether agents who all are at one point get it."""
        first = problem.types[0]
        if any(point != first for point in problem.types):
            return None
        gaps = map(distance, first, outcome.choice)
        return all(is_met(gap, self.high - self.low) for gap in gaps)

    def improvement(
        self, problem: Problem, outcome: Outcome[tuple[Number, ...]], *, weak: bool
    ) -> Outcome | None:
        """A point that is farther from nobody and nearer to one (with `weak`, nearer to all)."""
        place = nearer_point(
            problem.types,
            outcome.choice,
            norm=self.norm,
            weak=weak,
            low=self.low,
            high=self.high,
        )
        return None if place is None else Outcome(place, problem=problem, setting=self)

    def improvement_of_lottery(
        self, problem: Problem, lottery: Lottery, *, weak: bool
    ) -> Outcome | None:
        """A point nearer to one agent (with `weak`, to all) than the lottery, farther from none."""
        place = nearer_than_lottery(
            problem.types,
            [(p, outcome.choice) for p, outcome in lottery],
            norm=self.norm,
            weak=weak,
            low=self.low,
            high=self.high,
        )
        return None if place is None else Outcome(place, problem=problem, setting=self)

    def domain(self, agents: int, **scope: object) -> Domain:
        """All profiles of grid points, ``(grid + 1)^d`` for each agent."""
        one = self.line.domain(agents, **scope)
        points = tuple(itertools.product(one.reports[0], repeat=self.dimension))
        base = Problem(one.base.agents, (points[0],) * agents, data=(self.low, self.high))
        return Domain(
            self, base, (points,) * agents, f"{one.label}^{self.dimension}", complete=False
        )

    def span(
        self, agents: int, number: Fresh, *, weights: object = None, **words: object
    ) -> Problem:
        if words:
            raise InvalidInputError("scope", "be `weights`", sorted(words), owner=self.id)
        if self.norm == "l2":
            raise InvalidInputError("norm", "be l1 or linf where reports stand for all", self.norm)
        base = Problem(range(agents), ((self.low,) * self.dimension,) * agents)
        if weights is not None:
            weights = aligned_numbers(weights, base.agents, "weights", low=0, owner=self.id)
        points = tuple(self.any_report(base, agent, number) for agent in base.agents)
        return Problem(base.agents, points, data=(self.low, self.high), weights=weights)

    def any_report(
        self, problem: Problem, agent: AgentId, number: Fresh, **words: object
    ) -> tuple[Number, ...]:
        return tuple(number(self.low, self.high) for _ in range(self.dimension))

    def say_report(self, report: Sequence[Number]) -> str:
        return f"point {show(report)}"


class Coordinatewise(Mechanism[Outcome]):
    """A mechanism of the line applied to every coordinate, by default the median.

    Parameters
    ----------
    mechanism : mechanism or str
        A deterministic mechanism of the line, such as :data:`facility.average`.
    setting : Space, optional
        By default the unit square.

    Examples
    --------
    >>> plane = space(2, -1, 1)
    >>> coordinatewise([(1, 0), (-1, 0), (0, 1)], setting=plane).choice
    (0, 0)
    """

    setting: Space = Space()

    def __init__(
        self, *, mechanism: Mechanism[Outcome] | str = median, setting: Space | None = None
    ) -> None:
        if setting is not None:
            self.setting = setting
        rule = as_mechanism(mechanism)
        line = self.setting.line
        self.coordinate = rule if rule.setting == line else rule(setting=line)
        self.anonymous = rule.anonymous

    def solve(self, problem: Problem, *, rng: Seed = None) -> Outcome:
        columns = zip(*problem.types, strict=True)
        line = self.setting.line
        place = []
        for column in columns:
            one = line.problem(column, weights=problem.weights)
            one = Problem(problem.agents, one.types, data=one.data, weights=one.weights)
            outcome = self.coordinate.solve(one)
            if not isinstance(outcome, Outcome):
                raise InvalidInputError("mechanism", "be deterministic", self.coordinate)
            place.append(outcome.choice)
        how = Provenance(algorithm="coordinates", exact=all_exact(place))
        return self.wrap(problem, Outcome(tuple(place), provenance=how))


coordinatewise = mechanism("facility.coordinatewise", reference=MEDIAN_IN_THE_PLANE)(Coordinatewise)


def space(dimension: int = 2, low: Number = 0, high: Number = 1, *, norm: str = "l2") -> Space:
    """The setting of one facility in ``[low, high]^d``.

    Examples
    --------
    >>> space(3).dimension
    3
    """
    return Space(dimension, low, high, norm)


def coordinatewise_median_ratio(n: int) -> float:
    """The worst-case total-cost ratio of the coordinate-wise median in the plane, n odd.

    ``sqrt 2 sqrt(n^2 + 1) / (n + 1)`` for Euclidean distances.

    References
    ----------
    arXiv:2007.00903.

    Examples
    --------
    >>> round(coordinatewise_median_ratio(3), 6)
    1.118034
    """
    n = as_count(n, "n", low=1)
    if n % 2 == 0:
        raise InvalidInputError("n", "be odd", n)
    return math.sqrt(2) * math.sqrt(n * n + 1) / (n + 1)
