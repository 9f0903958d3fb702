"""The setting of one public facility on a line segment."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from numbers import Real
from typing import Any, ClassVar

import numpy as np

from mechdesign.errors import InvalidInputError
from mechdesign.facility.segment.profiles import (
    FLOAT_TOLERANCE,
    all_equal,
    exact_profile,
    is_met,
    read_locations,
    show_interval,
)
from mechdesign.model import (
    MAX_GRID,
    AgentId,
    Domain,
    Fresh,
    FrozenMap,
    Lottery,
    Number,
    Outcome,
    Problem,
    Provenance,
    RationalArray,
    Seed,
    Setting,
    aligned_numbers,
    as_count,
    as_number,
    as_numbers,
    distance,
    generator,
    is_exact,
    ratio,
    serializable,
    show,
    tidy,
)
from mechdesign.records import dataclass

__all__ = ["Line", "line"]


@serializable("facility.Line")
@dataclass(frozen=True)
class Line(Setting[Number, Number]):
    """Agents on the segment ``[low, high]`` report where they are; a facility is placed on it.

    The utility of an agent at x is ``(high - low) - |y - x|``.  Two preference domains are known:
    ``"euclidean"``, where preferences are these distances, and ``"single_peaked"``, where only the
    peak is reported and preferences may be any that fall on both sides of it.  A rule can be
    strategyproof in the first and not in the second.

    Parameters
    ----------
    low, high : number
        Ends of the segment, ``low < high``.
    preferences : {"euclidean", "single_peaked"}
        The preference domain.

    Examples
    --------
    >>> setting = Line(0, 1)
    >>> problem = setting.problem({"ann": 0, "bob": Fraction(1, 4)})
    >>> setting.utility(problem, "bob", Fraction(1, 4), Outcome(1))
    Fraction(1, 4)
    """

    choices_in_units: ClassVar[bool] = True
    id: ClassVar[str] = "facility.line"
    private_values: ClassVar[bool] = True
    preference_domains: ClassVar[tuple[str, ...]] = ("euclidean", "single_peaked")

    # A peak alone says nothing about two locations on different sides of it.
    ordinal_domains: ClassVar[tuple[str, ...]] = ("single_peaked",)

    low: Number = 0
    high: Number = 1
    preferences: str = "euclidean"

    def __post_init__(self) -> None:
        low = as_number(self.low, "low", owner="Line")
        high = as_number(self.high, "high", owner="Line")
        if not low < high:
            raise InvalidInputError("high", f"be larger than low={show(low)}", high, owner="Line")
        object.__setattr__(self, "low", tidy(low))
        object.__setattr__(self, "high", tidy(high))
        if self.preferences not in self.preference_domains:
            known = " or ".join(map(repr, self.preference_domains))
            raise InvalidInputError("preferences", f"be {known}", self.preferences, owner="Line")

    @property
    def length(self) -> Number:
        """Length of the segment."""
        return self.high - self.low

    # ------------------------------------------------------------------------- problems

    def scale(self, problem: Problem) -> Number:
        return self.high - self.low

    def problem(self, data: object, *, weights: object = None, **options: object) -> Problem:
        """Read locations from a list, tuple, array, dict or Series.

        Parameters
        ----------
        data : sequence, mapping or Series, length n >= 1
            Locations in ``[low, high]``.
        weights : sequence, mapping or Series of n numbers, optional
            How many people each report stands for, by label where there are labels.

        Raises
        ------
        InvalidInputError
            On locations outside the domain, no agents, or weights that are negative or all zero.
        """
        if options:
            raise InvalidInputError("options", "be `weights`", sorted(options), owner="Line")
        agents, locations = read_locations(data, self.low, self.high, owner="Line")
        if weights is not None:
            weights = aligned_numbers(weights, agents, "weights", low=0, owner="Line")
        return Problem(agents, locations, data=(self.low, self.high), weights=weights)

    def outcome(self, problem: Problem, raw: object) -> Outcome:
        place = as_number(raw, "choice", low=self.low, high=self.high, owner="Line")
        return Outcome.bare(place, problem, self)

    def plain(self, problem: Problem) -> Any:
        if isinstance(problem.types, np.ndarray):
            return problem.types.copy()
        return list(problem.types)

    def check(self, problem: Problem) -> None:
        if len(problem) and not isinstance(problem.types[0], Real):
            self._refuse(problem)
        if problem.data is not None and problem.data != (self.low, self.high):
            if not isinstance(problem.data, tuple) or len(problem.data) != 2:
                self._refuse(problem)
            raise InvalidInputError(
                "setting",
                f"be the one of the problem, {show_interval(*problem.data)}; bind it, as in "
                "facility.median(setting=facility.line(low, high))",
                show_interval(self.low, self.high),
                owner=self.id,
            )
        if not len(problem):
            raise InvalidInputError("problem", "have at least one agent", problem, owner=self.id)

    def reread(self, problem: Problem) -> Problem:
        self.check(problem)
        return self.problem(problem.labelled, weights=problem.weights)

    def check_batch(self, profiles: Any) -> None:
        """Refuse batches with locations outside of the segment."""
        scale, values = 1, profiles
        if isinstance(profiles, RationalArray):
            scale, values = profiles.denominator, profiles.numerators
        if values.ndim != 2 or not values.shape[1]:
            raise InvalidInputError("profiles", "have shape (batch, agents)", values.shape)
        # NaN fails both comparisons.
        inside = not values.size or (
            values.min() >= self.low * scale and values.max() <= self.high * scale
        )
        if not inside:
            span = show_interval(self.low, self.high)
            raise InvalidInputError("profiles", f"lie in {span}", profiles, owner=self.id)

    def feasible(self, problem: Problem, outcome: Outcome[Number]) -> bool:
        return bool(self.low <= outcome.choice <= self.high)

    # ------------------------------------------------------------------------- preferences

    def utility(
        self, problem: Problem, agent: AgentId, true_type: Number, outcome: Outcome[Number]
    ) -> Number:
        """``(high - low) - |y - x|``."""
        return self.length - distance(outcome.choice, true_type)

    def utilities(self, problem: Problem, outcome: Outcome[Number]) -> Sequence[Number]:
        types = problem.types
        if isinstance(types, np.ndarray):
            listed: list[Number] = (self.length - np.abs(float(outcome.choice) - types)).tolist()
            return listed
        return [self.length - abs(outcome.choice - x) for x in types]

    def gain(
        self,
        problem: Problem,
        agent: AgentId,
        true_type: Number,
        before: Outcome[Number],
        after: Outcome,
    ) -> Number:
        """How much nearer `after` is; for single-peaked preferences how far it lies from `before`.

        Of two locations on different sides of the peak some single-peaked preference prefers the
        one and some the other; on the same side all prefer the nearer.
        """
        y, z, x = before.choice, after.choice, true_type
        if self.preferences == "euclidean":
            nearer: Number = abs(y - x) - abs(z - x)
            return nearer
        gap: Number = abs(z - y)
        return gap if _single_peaked_gain(x, y, z) else -gap

    def gains(self, position: int, true_type: Number, before: Any, after: Any) -> Any:
        if self.preferences == "euclidean":
            return np.abs(before - true_type) - np.abs(after - true_type)
        gap = np.abs(after - before)
        left, right = before < true_type, before > true_type
        better = (left & (after > before)) | (right & (after < before))
        return np.where(better, gap, -gap)

    # ------------------------------------------------------------------------- capabilities

    def domain(self, agents: int, *, grid: object = None, **scope: object) -> Domain:
        """All profiles of a finite grid.

        Parameters
        ----------
        agents : int
            At least 1.
        grid : int or sequence of numbers
            The number of equal steps of the segment, or the points themselves.
        """
        count = as_count(agents, "agents", low=1, owner="facility.line")
        if scope or grid is None:
            raise InvalidInputError(
                "scope", "be `agents` and `grid` (steps or points)", sorted(scope), owner=self.id
            )
        span = show_interval(self.low, self.high)
        if isinstance(grid, (int, np.integer)) and not isinstance(grid, bool):
            steps = as_count(grid, "grid", low=1, high=MAX_GRID, owner=self.id)
            points = _steps(self.low, self.high, steps)
            label = f"grid 1/{steps} of {span}"
        else:
            listed = as_numbers(grid, "grid", low=self.low, high=self.high, owner=self.id)
            points = tuple(sorted(set(listed)))
            label = f"points {show(points)} of {span}"
        base = Problem(range(count), (points[0],) * count, data=(self.low, self.high))
        return Domain(self, base, (points,) * count, label, complete=False)

    def span(
        self,
        agents: int,
        number: Fresh,
        *,
        weights: object = None,
        **words: object,
    ) -> Problem:
        if words:
            raise InvalidInputError("scope", "be `weights`", sorted(words), owner=self.id)
        names = range(agents)
        if weights is not None:
            weights = aligned_numbers(weights, names, "weights", low=0, owner="Line")
        places = tuple(number(self.low, self.high) for _ in names)
        return Problem(names, places, data=(self.low, self.high), weights=weights)

    def any_report(
        self,
        problem: Problem,
        agent: AgentId,
        number: Fresh,
        **words: object,
    ) -> Number:
        return number(self.low, self.high)

    def small_domains(self) -> Iterator[Domain]:
        for agents, steps in ((1, 4), (2, 2), (2, 4), (3, 3), (2, 6), (3, 4), (2, 12), (4, 4)):
            yield self.domain(agents, grid=steps)

    def unanimous(self, problem: Problem, outcome: Outcome[Number]) -> bool | None:
        """Whether agents who all are at one location get it; None where they are not."""
        if not all_equal(problem.types):
            return None
        return is_met(abs(outcome.choice - problem.types[0]), self.length)

    def improvement(
        self, problem: Problem, outcome: Outcome[Number], *, weak: bool
    ) -> Outcome | None:
        """The nearest end of the agents' range, where the location lies outside of it.

        Outside, moving to the range brings the facility nearer to every agent; inside, whatever
        moves towards one agent moves away from another.
        """
        types = problem.types
        first, last = min_max(types)
        place = min(max(outcome.choice, first), last)
        slack = 0.0 if is_exact(outcome.choice) and exact_profile(problem) else FLOAT_TOLERANCE
        if abs(place - outcome.choice) <= slack * float(self.length):
            return None
        return Outcome(place, problem=problem, setting=self)

    def improvement_of_lottery(
        self, problem: Problem, lottery: Lottery, *, weak: bool
    ) -> Outcome | None:
        """The mean of the lottery, or a location near it, where that is nearer.

        The mean is nearer to all whose location is strictly between those that may be drawn, and as
        near to the others; these agree on a side to move to unless the mean is between them.
        """
        drawn = [(p, outcome.choice) for p, outcome in lottery if p]
        total = sum(p for p, _ in drawn)
        mean = ratio(sum(p * x for p, x in drawn), total)
        low, high = min_max([x for _, x in drawn])
        served = [x for x in problem.types if low < x < high]
        level = [x for x in problem.types if not low < x < high]
        place = mean
        if not served or (weak and level):
            first, last = min_max(level)
            place = min(max(mean, first), last)
            slack = 0.0 if is_exact(mean) and exact_profile(problem) else FLOAT_TOLERANCE
            if abs(place - mean) <= slack * float(self.length):
                return None
        for _ in range(200):
            if all(abs(x - place) < sum(p * abs(x - y) for p, y in drawn) for x in served):
                break
            place = ratio(place + mean, 2)
        return Outcome(place, problem=problem, setting=self)

    def sample(self, rng: Seed, agents: int, *, grid: object = None, **scope: object) -> Problem:
        if scope:
            raise InvalidInputError("scope", "be `agents` and `grid`", sorted(scope), owner=self.id)
        count = as_count(agents, "agents", low=1, owner=self.id)
        if grid is None:
            points = _steps(self.low, self.high, 1000)
        else:
            points = tuple(self.domain(1, grid=grid).reports[0])
        picks = generator(rng).integers(len(points), size=count)
        types = tuple(points[k] for k in picks)
        return Problem(range(count), types, data=(self.low, self.high))

    def simpler(self, problem: Problem) -> Iterable[Problem]:
        types = list(problem.types)
        if len(problem) > 1:
            for agent in problem.agents:
                yield problem.without(agent)
        for k, agent in enumerate(problem.agents):
            for value in sorted({x for x in types if x != types[k]} | {self.low, self.high}):
                if value != types[k]:
                    yield problem.report(agent, value)
        for agent, x in zip(problem.agents, types, strict=True):
            for value in self._coarser(x):
                yield problem.report(agent, value)

    def _coarser(self, x: Number) -> Iterator[Number]:
        """The neighbours of a location on the coarse grids that do not contain it."""
        if not (is_exact(self.low) and is_exact(self.high)):
            return
        share = Fraction(x - self.low) / Fraction(self.length)
        for steps in (1, 2, 3, 4, 6, 8, 12):
            if steps >= share.denominator:
                return
            below = share * steps // 1
            for k in (below, below + 1):
                yield tidy(self.low + self.length * Fraction(int(k), steps))

    def say_report(self, report: Number) -> str:
        return f"location {show(report)}"


def line(low: Number = 0, high: Number = 1, *, preferences: str = "euclidean") -> Line:
    """The setting of a facility on the segment ``[low, high]``.

    Parameters
    ----------
    low, high : number
        Ends of the segment.
    preferences : {"euclidean", "single_peaked"}
        Whether preferences are distances, or any that are single-peaked.

    Raises
    ------
    InvalidInputError
        If ``low < high`` does not hold or the preference domain is unknown.

    Examples
    --------
    >>> line(0, 10, preferences="single_peaked").key
    'facility.line/single_peaked'
    """
    return Line(low, high, preferences)


def placed(
    location: Number,
    algorithm: str,
    *,
    exact: bool | None = None,
    tolerance: float | None = None,
    details: Mapping[str, Any] | None = None,
) -> Outcome:
    """A location with how it was found."""
    sure = is_exact(location) if exact is None else exact
    how = Provenance(algorithm=algorithm, exact=sure, tolerance=tolerance)
    return Outcome(tidy(location), details=details or FrozenMap(), provenance=how)


def ends_of(problem: Problem) -> tuple[Any, Any]:
    """The leftmost and the rightmost location; agents of weight 0 do not count."""
    types = problem.types
    if problem.weights is not None:
        types = [x for x, w in zip(types, problem.weights, strict=True) if w]
    return min_max(types)


def min_max(values: Any) -> tuple[Any, Any]:
    """The smallest and the largest location, as Python numbers."""
    if isinstance(values, np.ndarray):
        return values.min().item(), values.max().item()
    return min(values), max(values)


def _single_peaked_gain(x: Number, before: Number, after: Number) -> bool:
    """Whether some single-peaked preference with peak `x` prefers `after` to `before`."""
    return (before < x and after > before) or (before > x and after < before)


@functools.lru_cache(maxsize=16, typed=True)
def _steps(low: Number, high: Number, steps: int) -> tuple[Number, ...]:
    if is_exact(low) and is_exact(high):
        # Fractions throughout: numpy turns a list of plain ints into a float median.
        return tuple(low + Fraction(k, steps) * (high - low) for k in range(steps + 1))
    return (*(low + (high - low) * (k / steps) for k in range(steps)), float(high))
