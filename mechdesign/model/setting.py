"""The setting: who may report what, and what an outcome is worth to whom."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Protocol, runtime_checkable

from mechdesign.errors import InvalidInputError
from mechdesign.model.domain import Domain
from mechdesign.model.numbers import Number, denominator, largest, show
from mechdesign.model.outcome import Choice, Outcome
from mechdesign.model.problem import AgentId, Problem

if TYPE_CHECKING:
    from typing_extensions import TypeVar

    Type = TypeVar("Type", default=Any)
else:
    from typing import TypeVar

    Type = TypeVar("Type")

__all__ = ["Setting"]


class Setting(ABC, Generic[Type, Choice]):
    """What a family adds to the model.

    A setting is a frozen dataclass without agents: it reads plain data into a
    :class:`~mechdesign.model.problem.Problem`, values outcomes, and says which reports are
    possible.  It is generic in the type of an agent and in the choice, as in
    ``Setting[Number, Number]``.  What an axiom needs beyond that is a *capability*, one of the
    protocols of this module: a setting has a capability by having its methods.
    """

    #: Identifier such as ``facility.line``.
    id: ClassVar[str]
    #: Whether an absent agent still lives with the outcome (a location) or not (a slot).
    public: ClassVar[bool] = True
    #: The preference domains that the setting knows, the default first.
    preference_domains: ClassVar[tuple[str, ...]] = ()
    #: Those of them in which a type does not fix a utility, only an order (or a set of orders).
    ordinal_domains: ClassVar[tuple[str, ...]] = ()
    #: Whether utilities count payments; elsewhere a check refuses outcomes that have some.
    money: ClassVar[bool] = False
    #: Whether choices are numbers in the unit of utilities, as locations are.
    choices_in_units: ClassVar[bool] = False
    #: The preference domain in force, empty where the setting has only one.
    preferences: str = ""

    @property
    def cardinal(self) -> bool:
        """Whether a type fixes the utility, so that lotteries can be valued."""
        return self.preferences not in self.ordinal_domains

    @property
    def key(self) -> str:
        """Identifier with the preference domain, such as ``facility.line/single_peaked``."""
        return f"{self.id}/{self.preferences}" if self.preferences else self.id

    @abstractmethod
    def problem(self, data: Any, **options: Any) -> Problem:
        """Read plain data into a checked problem.

        Raises
        ------
        InvalidInputError
            If the data are not valid in this setting.
        """

    def check(self, problem: Problem) -> None:
        """Refuse a problem that is not one of this setting; by default none is refused.

        Raises
        ------
        InvalidInputError
            If it is of another setting.
        """

    @abstractmethod
    def utility(
        self, problem: Problem, agent: AgentId, true_type: Type, outcome: Outcome[Choice]
    ) -> Number:
        """What `outcome` is worth to `agent` when its type is really `true_type`."""

    @abstractmethod
    def feasible(self, problem: Problem, outcome: Outcome[Choice]) -> bool:
        """Whether the outcome is possible in the problem."""

    def plain(self, problem: Problem) -> Any:
        """The data in the form that a bare function receives: by default the list of types."""
        return list(problem.types)

    def outcome(self, problem: Problem, raw: Any) -> Outcome[Choice]:
        """Wrap what a bare function returned, checked.

        Raises
        ------
        InvalidInputError
            If it is no choice of this setting.
        """
        return Outcome(raw, problem=problem, setting=self)

    def utilities(self, problem: Problem, outcome: Outcome[Choice]) -> Sequence[Number]:
        """The utilities of all agents, the reports taken as the truth, in the agents' order."""
        return [
            self.utility(problem, agent, true_type, outcome)
            for agent, true_type in zip(problem.agents, problem.types, strict=True)
        ]

    def gain(
        self,
        problem: Problem,
        agent: AgentId,
        true_type: Type,
        before: Outcome[Choice],
        after: Outcome[Choice],
    ) -> Number:
        """How much better `after` is than `before` for an agent of type `true_type`.

        Positive if and only if some admissible preference of that type strictly prefers `after`.
        Where a type fixes the utility this is the difference of the two.
        """
        return self.utility(problem, agent, true_type, after) - self.utility(
            problem, agent, true_type, before
        )

    def scale(self, problem: Problem) -> Number:
        """The size of utilities at a problem, to which tolerances are relative.

        By default the largest number among the reports; 0 where that is unknown.
        """
        return largest(problem.types)

    def with_preferences(self, preferences: str) -> Setting:
        """The same setting under another preference domain.

        Raises
        ------
        InvalidInputError
            If the setting does not know the domain.
        """
        if preferences not in self.preference_domains:
            known = ", ".join(self.preference_domains) or "(it has only one)"
            raise InvalidInputError(
                "preferences", f"be a preference domain of {self.id}: {known}", preferences
            )
        if preferences == self.preferences:
            return self
        itself: Any = self
        changed: Setting = replace(itself, preferences=preferences)
        return changed

    def deviations_suffice(self, mechanism: Any, problem: Problem) -> bool:
        """Whether the listed deviations are enough to refute this mechanism at this problem.

        Where a list is complete only for mechanisms of a certain kind, a check at one problem that
        finds nothing is UNKNOWN for all others.
        """
        return True

    def domain(self, agents: int, **scope: Any) -> Domain:
        """The finite set of problems that the keywords of a check name.

        Parameters
        ----------
        agents : int
            The number of agents.
        **scope
            What the setting needs beside it: ``grid``, ``alternatives``, ``slots`` ...

        Raises
        ------
        InvalidInputError
            If the setting has no finite domain of that kind, naming what is missing.
        """
        raise InvalidInputError(
            "agents", f"come with a domain; the setting {self.id} lists none", agents
        )

    def small_domains(self) -> Iterator[Domain]:
        """Small domains, smallest first, for refuting an axiom where no domain was named."""
        return iter(())

    def complexity(self, report: Any) -> int:
        """How complicated one report is, for the order in which witnesses are minimal.

        By default the largest denominator among its numbers.
        """
        if isinstance(report, (tuple, list, frozenset)):
            return max((self.complexity(part) for part in report), default=1)
        return denominator(report)

    def distance(self, report: Any, other: Any) -> Number:
        """The size of a deviation from one report to another, for the order of witnesses."""
        if isinstance(report, tuple) and isinstance(other, tuple) and len(report) == len(other):
            total: Number = 0
            for mine, yours in zip(report, other, strict=True):
                total += self.distance(mine, yours)
            return total
        try:
            size: Number = abs(report - other)
            return size
        except TypeError:
            return 0 if report == other else 1

    def size(self, problem: Problem) -> int:
        """The size of the agent-free part (alternatives, slots), for the order of witnesses."""
        return 0

    def say_report(self, report: Type) -> str:
        """A report in words."""
        return show(report)

    def say_choice(self, problem: Problem, outcome: Outcome[Choice]) -> str:
        """A choice in words."""
        return show(outcome.choice)

    def explain(self, problem: Problem, agent: AgentId, outcome: Outcome[Choice]) -> str:
        """One line on what the outcome means to an agent."""
        report = problem.type_of(agent)
        utility = self.utility(problem, agent, report, outcome)
        return f"agent {agent} reports {self.say_report(report)} and gets utility {show(utility)}"


# ------------------------------------------------------------------------------- capabilities


@runtime_checkable
class EnumeratesOutcomes(Protocol):
    """The feasible outcomes can be listed."""

    def outcomes(self, problem: Problem) -> Iterable[Outcome]:
        """Every feasible outcome, or so many that each other is for all as bad as one of them."""
        ...


@runtime_checkable
class FindsImprovement(Protocol):
    """A Pareto improvement can be found or excluded."""

    def improvement(self, problem: Problem, outcome: Outcome, *, weak: bool) -> Outcome | None:
        """A feasible outcome that Pareto-dominates `outcome`, or None if there is provably none.

        With ``weak=True`` one that every agent strictly prefers.
        """
        ...


@runtime_checkable
class FindsCoalition(Protocol):
    """A coalition that blocks an outcome can be found or excluded."""

    def coalition(
        self, problem: Problem, outcome: Outcome, *, time_limit: float | None
    ) -> tuple[tuple[AgentId, ...], Outcome] | None:
        """Agents and what they can enforce and all prefer, or None if there is provably nothing.

        Raises
        ------
        LimitReachedError
            If it is not decided within the time limit.
        """
        ...


@runtime_checkable
class ListsDeviations(Protocol):
    """The misreports worth trying at a given problem can be listed."""

    def deviations(self, problem: Problem, agent: AgentId) -> Iterable[Any]:
        """Reports such that, if any misreport helps the agent, one of these does."""
        ...


@runtime_checkable
class HasUnanimousChoice(Protocol):
    """The setting says what agents who agree must get."""

    def unanimous(self, problem: Problem, outcome: Outcome) -> bool | None:
        """Whether `outcome` respects unanimity; None where the agents do not agree."""
        ...


@runtime_checkable
class Relabels(Protocol):
    """The alternatives have names that should not matter."""

    def relabelled(self, problem: Problem) -> Iterable[tuple[Problem, Any]]:
        """Problems with renamed alternatives, each with the renaming that :meth:`rename` takes."""
        ...

    def rename(self, problem: Problem, outcome: Outcome, renaming: Any) -> Outcome:
        """The outcome under the renaming."""
        ...


@runtime_checkable
class Rescales(Protocol):
    """Utilities may be measured on another scale."""

    def rescaled(self, problem: Problem) -> Iterable[tuple[Problem, str]]:
        """A few problems that differ by the scale of utilities only, with a description of each."""
        ...

    def normal_scale(self, problem: Problem) -> Problem | None:
        """The same problem for any two that differ by the scale only; None if there is none.

        A mechanism that chooses at every problem of a domain what it chooses at its normal form is
        invariant on the domain, whatever the scales that lead from one problem to another.
        """
        ...


@runtime_checkable
class Restricts(Protocol):
    """The set of feasible outcomes can shrink."""

    def restricted(self, problem: Problem, keep: Sequence[Outcome]) -> Iterable[Problem]:
        """All problems with fewer feasible outcomes, one of `keep` (if not empty) among them."""
        ...


@runtime_checkable
class Enlarges(Protocol):
    """There may be more to share."""

    def enlarged(self, problem: Problem) -> Iterable[Problem]:
        """Problems with more resources, up to where nothing more becomes possible."""
        ...

    def enlargements_suffice(self, mechanism: Any, problem: Problem) -> bool:
        """Whether these are all larger problems that can matter to the mechanism."""
        ...


@runtime_checkable
class GivesClaims(Protocol):
    """A coalition may be entitled to enforce an outcome."""

    def claim(self, problem: Problem, outcome: Outcome) -> Number:
        """The share of the total entitlement that a coalition needs to enforce `outcome`."""
        ...


@runtime_checkable
class AllocatesQuantity(Protocol):
    """Each agent is allocated a number: an expected click rate, an amount."""

    def allocation(self, problem: Problem, agent: AgentId, outcome: Outcome) -> Number:
        """How much the agent gets."""
        ...


@runtime_checkable
class SamplesProblems(Protocol):
    """Random problems can be drawn."""

    def sample(self, rng: Any, agents: int, **scope: Any) -> Problem:
        """A random problem; `rng` is a :class:`numpy.random.Generator`."""
        ...


@runtime_checkable
class Simplifies(Protocol):
    """A problem has simpler neighbours, for shrinking a counterexample."""

    def simpler(self, problem: Problem) -> Iterable[Problem]:
        """Problems that are simpler than `problem` in the declared order of witnesses."""
        ...


@runtime_checkable
class VectorisesGains(Protocol):
    """Gains can be computed for arrays of choices at once."""

    def gains(self, position: int, true_type: Any, before: Any, after: Any) -> Any:
        """:meth:`Setting.gain` over arrays.

        Parameters
        ----------
        position : int
            Position of the agent.
        true_type : array
            The true types, broadcasting against the choices.
        before, after : array
            Choices as ``evaluate_many`` returns them, in the units of `true_type`.

        Returns
        -------
        array
            Positive exactly where some admissible preference gains.
        """
        ...
