"""A facility that serves only some of the agents: the simplified capacity model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar

from mechdesign.errors import InvalidInputError
from mechdesign.facility.segment.setting import Line
from mechdesign.model import (
    AgentId,
    Domain,
    Number,
    Outcome,
    Problem,
    Seed,
    Setting,
    as_count,
    distance,
    serializable,
    show,
)
from mechdesign.records import dataclass

__all__ = ["CapacitatedLine", "capacitated_line"]


@serializable("facility.CapacitatedLine")
@dataclass(frozen=True)
class CapacitatedLine(Setting[Number, Number]):
    """The line with a facility that serves the k agents who are truly nearest to it.

    A served agent has the utility ``(high - low) - |y - x|``, another one 0.  This is the
    simplified model in which service goes by the true locations; in the full model (Aziz, Chan,
    Lee and Parkes, arXiv:1806.00960) it is the outcome of a game that the location induces.

    Parameters
    ----------
    capacity : int
        k, at least 1.
    low, high : number
        Ends of the segment.
    ties : {"favourable", "unfavourable"}
        Whether an agent who is as far as others is served before or after them.

    Examples
    --------
    >>> setting = CapacitatedLine(1)
    >>> problem = setting.problem([0, 0.5, 1])
    >>> [setting.utility(problem, i, x, Outcome(0.5)) for i, x in enumerate(problem.types)]
    [0, 1.0, 0]
    """

    choices_in_units: ClassVar[bool] = True
    id: ClassVar[str] = "facility.capacitated"

    capacity: int = 1
    low: Number = 0
    high: Number = 1
    ties: str = "favourable"

    def __post_init__(self) -> None:
        as_count(self.capacity, "capacity", low=1, owner="CapacitatedLine")
        line = Line(self.low, self.high)
        object.__setattr__(self, "low", line.low)
        object.__setattr__(self, "high", line.high)
        if self.ties not in ("favourable", "unfavourable"):
            raise InvalidInputError(
                "ties", "be 'favourable' or 'unfavourable'", self.ties, owner="CapacitatedLine"
            )

    @property
    def line(self) -> Line:
        """The segment without the limit."""
        return Line(self.low, self.high)

    def scale(self, problem: Problem) -> Number:
        return self.high - self.low

    def problem(self, data: object, **options: object) -> Problem:
        return self.line.problem(data, **options)

    def reread(self, problem: Problem) -> Problem:
        return self.line.reread(problem)

    def utility(
        self, problem: Problem, agent: AgentId, true_type: Number, outcome: Outcome[Number]
    ) -> Number:
        """The utility of the line if the agent is among the k nearest, else 0."""
        own = distance(outcome.choice, true_type)
        before = 0
        for other, place in zip(problem.agents, problem.types, strict=True):
            if other == agent:
                continue
            away = distance(outcome.choice, place)
            before += away < own or (away == own and self.ties == "unfavourable")
        return self.high - self.low - own if before < self.capacity else 0

    def feasible(self, problem: Problem, outcome: Outcome[Number]) -> bool:
        return bool(self.low <= outcome.choice <= self.high)

    def outcome(self, problem: Problem, raw: object) -> Outcome:
        return Outcome(self.line.outcome(problem, raw).choice, problem=problem, setting=self)

    def domain(self, agents: int, **scope: object) -> Domain:
        return replace(self.line.domain(agents, **scope), setting=self)

    def small_domains(self) -> Iterator[Domain]:
        for domain in self.line.small_domains():
            if domain.agents > self.capacity:
                yield replace(domain, setting=self)

    def sample(self, rng: Seed, agents: int, **scope: object) -> Problem:
        return self.line.sample(rng, agents, **scope)

    def say_report(self, report: Number) -> str:
        return f"location {show(report)}"


def capacitated_line(
    capacity: int = 1, low: Number = 0, high: Number = 1, *, ties: str = "favourable"
) -> CapacitatedLine:
    """The setting of a facility on ``[low, high]`` that serves `capacity` agents.

    Examples
    --------
    >>> from mechdesign import axioms, facility
    >>> limited = capacitated_line(1)
    >>> axioms.check("strategyproofness", facility.average, setting=limited, agents=3,
    ...              grid=6).status
    <Status.VIOLATED: 'VIOLATED'>
    """
    return CapacitatedLine(capacity, low, high, ties)
