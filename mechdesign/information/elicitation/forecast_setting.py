"""The setting of forecasters: beliefs are reported, and scored when the state is known."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from fractions import Fraction
from typing import Any, ClassVar

from mechdesign.errors import InvalidInputError
from mechdesign.information.numbers_read import distribution
from mechdesign.model import (
    AgentId,
    Domain,
    Number,
    Outcome,
    Problem,
    Setting,
    as_count,
    as_list,
    as_numbers,
    serializable,
    show,
)
from mechdesign.records import dataclass

__all__ = ["Forecasts", "forecasts"]

Belief = tuple[Number, ...]
_MOST_REPORTS = 20_000


@serializable("information.Forecasts")
@dataclass(frozen=True)
class Forecasts(Setting[Belief, "tuple[Belief, ...]"]):
    """Forecasters with beliefs about a state: see :func:`forecasts`."""

    id: ClassVar[str] = "information.forecasts"
    public: ClassVar[bool] = False
    private_values: ClassVar[bool] = True

    def problem(self, data: Any, **options: Any) -> Problem:
        """Read beliefs: a list of distributions over the states, or a mapping of names to them."""
        if options:
            raise InvalidInputError("options", "be left out", sorted(options))
        named = data if isinstance(data, dict) else None
        listed = list(named.values()) if named is not None else as_list(data, "data")
        names = tuple(named) if named is not None else range(len(listed))
        types = tuple(
            distribution(one, f"data[{name!r}]") for name, one in zip(names, listed, strict=True)
        )
        if not types or len(set(map(len, types))) != 1:
            raise InvalidInputError("data", "hold beliefs about the same states", data)
        return Problem(names, types)

    def check(self, problem: Problem) -> None:
        super().check(problem)
        for k, own in enumerate(problem.types):
            if not isinstance(own, tuple) or len(own) != len(problem.types[0]):
                raise InvalidInputError(f"types[{k}]", "be a belief about the same states", own)

    def reread(self, problem: Problem) -> Problem:
        self.check(problem)
        for k, own in enumerate(problem.types):
            distribution(own, f"types[{k}]")
        return problem

    def utility(
        self, problem: Problem, agent: AgentId, true_type: Belief, outcome: Outcome
    ) -> Number:
        """The score that a forecaster expects under its true belief."""
        scores = outcome.choice[problem.position(agent)]
        total: Number = sum(p * s for p, s in zip(true_type, scores, strict=True))
        return total

    def feasible(self, problem: Problem, outcome: Outcome) -> bool:
        choice, states = outcome.choice, len(problem.types[0])
        if not isinstance(choice, tuple) or len(choice) != len(problem):
            return False
        return all(isinstance(row, tuple) and len(row) == states for row in choice)

    def outcome(self, problem: Problem, raw: Any) -> Outcome:
        rows = as_list(raw, "outcome", owner=self.id)
        scores = tuple(as_numbers(row, "outcome", owner=self.id) for row in rows)
        found = Outcome(scores, problem=problem, setting=self)
        if not self.feasible(problem, found):
            told = "be for each forecaster a score in every state"
            raise InvalidInputError("outcome", told, raw, owner=self.id)
        return found

    def domain(self, agents: int, **scope: Any) -> Domain:
        """All beliefs that are multiples of 1/grid.

        Parameters
        ----------
        agents : int
            The forecasters.
        **scope
            ``grid`` (required); ``states``, 2 by default; ``interior=True`` leaves out beliefs
            that exclude a state.
        """
        unknown = sorted(set(scope) - {"grid", "states", "interior"})
        if unknown:
            raise InvalidInputError("scope", "be grid, states and interior", unknown)
        grid = as_count(scope.get("grid"), "grid", low=1, high=10_000)
        states = as_count(scope.get("states", 2), "states", low=2, high=12)
        low = 1 if scope.get("interior") else 0
        free = grid - low * states
        if free < 0:
            raise InvalidInputError("grid", "be at least the number of states", grid)
        if math.comb(free + states - 1, states - 1) > _MOST_REPORTS:
            raise InvalidInputError("grid", f"give at most {_MOST_REPORTS:,} beliefs", grid)
        reports = tuple(
            tuple(Fraction(part + low, grid) for part in parts) for parts in _parts(free, states)
        )
        n = as_count(agents, "agents", low=1)
        base = Problem(range(n), (reports[0],) * n)
        inside = "inside " if low else ""
        told = f"beliefs {inside}on the grid 1/{grid} about {states} states"
        return Domain(self, base, (reports,) * n, told)

    def small_domains(self) -> Iterator[Domain]:
        for states, grid in ((2, 4), (3, 4)):
            yield self.domain(1, grid=grid, states=states, interior=True)

    def say_report(self, report: Belief) -> str:
        return "(" + ", ".join(map(show, report)) + ")"


def _parts(total: int, count: int) -> Iterator[tuple[int, ...]]:
    """All ways to divide a whole number among so many."""
    for cuts in itertools.combinations(range(total + count - 1), count - 1):
        ends = (-1, *cuts, total + count - 1)
        yield tuple(b - a - 1 for a, b in itertools.pairwise(ends))


def forecasts() -> Forecasts:
    """Forecasters report beliefs about a state and are scored when it is known.

    A type is a distribution over the states; an outcome is a score for each forecaster and state,
    worth to the forecaster what it expects of it.

    Examples
    --------
    >>> forecasts().problem([[0.5, 0.5]]).types
    ((0.5, 0.5),)
    """
    return Forecasts()
