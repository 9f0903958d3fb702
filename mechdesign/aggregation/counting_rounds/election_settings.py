"""The setting of an election: voters report rankings, the outcome is the set of those elected."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np

from mechdesign.aggregation.profiles.problems import RankingData
from mechdesign.aggregation.profiles.ranking import Ranking
from mechdesign.aggregation.settings import Rankings, rankings
from mechdesign.errors import InvalidInputError
from mechdesign.model import (
    Domain,
    Number,
    Outcome,
    Problem,
    Setting,
    as_count,
    serializable,
)
from mechdesign.model.problem import AgentId
from mechdesign.records import dataclass

__all__ = ["Elections", "elections"]

_BALLOTS = Rankings()


@serializable("aggregation.Elections")
@dataclass(frozen=True)
class Elections(Setting[Any, "frozenset[Any]"]):
    """Voters report rankings, the outcome is a set of candidates: see :func:`elections`."""

    seats: int = 1
    preferences: str = "best"
    id: ClassVar[str] = "aggregation.elections"
    private_values: ClassVar[bool] = True
    preference_domains: ClassVar[tuple[str, ...]] = ("best", "places")
    data_kinds: ClassVar[tuple[type, ...]] = (RankingData,)

    def problem(self, data: object, *, seats: int | None = None, **options: Any) -> Problem:
        """Read ballots as :func:`rankings` does.

        Parameters
        ----------
        data : ballots
            What rankings are read from.
        seats : int, optional
            How many are elected; by default those of this setting.
        **options
            As of :func:`rankings`.
        """
        return with_seats(_BALLOTS.problem(data, **options), self.seats if seats is None else seats)

    def reread(self, problem: Problem) -> Problem:
        seats = problem.data.seats
        return with_seats(_BALLOTS.reread(problem), self.seats if seats is None else seats)

    def _ranking(self, problem: Problem, report: object) -> Ranking:
        return _BALLOTS._ranking(problem, report)

    def scale(self, problem: Problem) -> Number:
        return 1

    def utility(
        self, problem: Problem, agent: AgentId, true_type: object, outcome: Outcome
    ) -> Number:
        """Minus the number of candidates above the best one elected, or the sum over all elected.

        Candidates who are not listed are below all that are.
        """
        own = self._ranking(problem, true_type)
        above = [own.above(c) if c in own else len(own) for c in outcome.choice]
        return -min(above) if self.preferences == "best" else -sum(above)

    def feasible(self, problem: Problem, outcome: Outcome) -> bool:
        choice = outcome.choice
        known = set(problem.data.alternatives)
        return (
            isinstance(choice, frozenset) and len(choice) == problem.data.seats and choice <= known
        )

    def outcome(self, problem: Problem, raw: object) -> Outcome:
        chosen = raw if isinstance(raw, (set, frozenset, list, tuple)) else {raw}
        result = Outcome(frozenset(chosen), problem=problem, setting=self)
        if not self.feasible(problem, result):
            raise InvalidInputError(
                "outcome",
                f"be {problem.data.seats} of {list(problem.data.alternatives)}",
                raw,
                owner=self.id,
            )
        return result

    def outcomes(self, problem: Problem) -> Iterable[Outcome]:
        """Every set of as many candidates as there are seats."""
        labels, seats = problem.data.alternatives, problem.data.seats
        for chosen in itertools.combinations(labels, seats):
            yield Outcome(frozenset(chosen), problem=problem, setting=self)

    def unanimous(self, problem: Problem, outcome: Outcome) -> bool | None:
        """Whether voters who all report the same ranking get the first of it."""
        reports = {self._ranking(problem, report) for report in problem.types}
        if len(reports) != 1:
            return None
        (common,) = reports
        seats = problem.data.seats
        first = list(itertools.islice((t for t in common.tiers if len(t) == 1), seats))
        if len(first) < seats or list(common.tiers[:seats]) != first:
            return None
        return bool(outcome.choice == {tier[0] for tier in first})

    def domain(self, agents: int, *, seats: int | None = None, **scope: Any) -> Domain:
        """Every profile of rankings, for so many seats.

        Parameters
        ----------
        agents : int
            Number of voters.
        seats : int, optional
            How many are elected; by default those of this setting.
        **scope
            As of :func:`rankings`.
        """
        found = rankings().domain(agents, **scope)
        base = with_seats(found.base, self.seats if seats is None else seats)
        return replace(found, setting=self, base=base)

    def small_domains(self) -> Iterator[Domain]:
        for agents, m in ((1, 2), (2, 2), (3, 2), (1, 3), (2, 3), (3, 3), (4, 3)):
            if m >= self.seats:
                yield self.domain(agents, alternatives=m)

    def deviations(self, problem: Problem, agent: AgentId) -> Iterable[Ranking]:
        return _BALLOTS.deviations(problem, agent)

    def relabelled(self, problem: Problem) -> Iterable[tuple[Problem, Any]]:
        return _BALLOTS.relabelled(problem)

    def rename(self, problem: Problem, outcome: Outcome, renaming: Any) -> Outcome:
        names = dict(renaming)
        return Outcome(frozenset(names[c] for c in outcome.choice), problem=problem, setting=self)

    def distance(self, report: object, other: object) -> Number:
        return _BALLOTS.distance(report, other)

    def sample(self, rng: np.random.Generator, agents: int, **scope: Any) -> Problem:
        seats = scope.pop("seats", self.seats)
        return with_seats(_BALLOTS.sample(rng, agents, **scope), seats)

    def simpler(self, problem: Problem) -> Iterable[Problem]:
        if len(problem.data.alternatives) > problem.data.seats:
            yield from _BALLOTS.simpler(problem)

    def size(self, problem: Problem) -> int:
        return len(problem.data.alternatives)

    def say_choice(self, problem: Problem, outcome: Outcome) -> str:
        return ", ".join(str(c) for c in problem.data.alternatives if c in outcome.choice)


def elections(seats: int = 1, preferences: str = "best") -> Elections:
    """The setting of elections: voters rank candidates, so many of whom are elected.

    Parameters
    ----------
    seats : int
        How many are elected where a problem does not say it.
    preferences : {"best", "places"}
        Whether a voter cares for the best of those elected, or for the places of all of them.

    Examples
    --------
    >>> elections(2).problem({"A > B": 3, "C": 1}).data.seats
    2
    """
    return replace(Elections(as_count(seats, "seats", low=1)), preferences=preferences)


def with_seats(problem: Problem, seats: int) -> Problem:
    """A problem of rankings with its number of seats."""
    most = len(problem.data.alternatives)
    number = as_count(seats, "seats", low=1)
    if number > most:
        raise InvalidInputError("seats", f"be at most {most}, the number of candidates", seats)
    return replace(problem, data=replace(problem.data, seats=number))
