"""The setting: who may report what, and what an outcome is worth to whom."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Protocol, TypeAlias, runtime_checkable

from mechdesign.errors import InvalidInputError
from mechdesign.model.domain import Domain
from mechdesign.model.numbers import Number, Seed, denominator, largest, show
from mechdesign.model.outcome import Choice, Outcome
from mechdesign.model.problem import AgentId, Problem

if TYPE_CHECKING:
    from typing_extensions import TypeVar

    from mechdesign.model.lottery import Lottery

    Type = TypeVar("Type", default=Any)
else:
    from typing import TypeVar

    Type = TypeVar("Type")

__all__ = [
    "AllocatesQuantity",
    "ComparesDraws",
    "Enlarges",
    "EnumeratesOutcomes",
    "Fresh",
    "FindsCoalition",
    "FindsImprovement",
    "ImprovesLotteries",
    "GivesClaims",
    "HasUnanimousChoice",
    "ListsDeviations",
    "Relabels",
    "Rescales",
    "Restricts",
    "SamplesProblems",
    "Setting",
    "Simplifies",
    "SpansReports",
    "VectorisesGains",
]


#: ``number(low, high)`` makes a number that stands for all between two bounds, None for no bound.
Fresh: TypeAlias = "Callable[[Number | None, Number | None], Number]"


class Setting(ABC, Generic[Type, Choice]):
    """A kind of problem: how data are read, what is feasible and what outcomes are worth.

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
    #: Whether what an agent gains from one outcome to another depends on its own type alone, and
    #: not on those of the others.
    private_values: ClassVar[bool] = False
    #: Whether utilities count payments; elsewhere a check refuses outcomes that have some.
    money: ClassVar[bool] = False
    #: Whether choices are numbers in the unit of utilities, as locations are.
    choices_in_units: ClassVar[bool] = False
    #: The classes that the data of its problems have.
    data_kinds: ClassVar[tuple[type, ...]] = (object,)
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
        """Refuse a problem that is not one of this setting, by default for the class of its data.

        Raises
        ------
        InvalidInputError
            If it is of another setting.
        """
        if not isinstance(problem.data, self.data_kinds):
            self._refuse(problem)

    def _refuse(self, problem: Problem) -> None:
        raise InvalidInputError("problem", f"be one of {self.id}", problem)

    def reread(self, problem: Problem) -> Problem:
        """A problem that a document names, read through the setting's own checks.

        Raises
        ------
        InvalidInputError
            If the setting would not have read such a problem.
        """
        self.check(problem)
        return problem

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
        new = self.utility(problem, agent, true_type, after)
        return new - self.utility(problem, agent, true_type, before)

    def scale(self, problem: Problem) -> Number:
        """The size of utilities, to which tolerances are relative: the largest number reported."""
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

    def may_misreport(self, problem: Problem, agent: AgentId) -> bool:
        """Whether an agent may report another type than its own; by default everybody may."""
        return True

    def counts(self, problem: Problem, agent: AgentId) -> bool:
        """Whether efficiency counts the welfare of an agent; by default everybody's."""
        return True

    def deviations_suffice(self, mechanism: Any, problem: Problem) -> bool:
        """Whether the listed misreports are complete there: else what finds nothing is UNKNOWN."""
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
        """How complicated a report is; witnesses are minimal in this, too.

        By default the largest denominator among its numbers.
        """
        if isinstance(report, (tuple, list, frozenset)):
            return max((self.complexity(part) for part in report), default=1)
        return denominator(report)

    def distance(self, report: Any, other: Any) -> Number:
        """How far a misreport is from the truth; witnesses are minimal in this, too."""
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
        """The number of alternatives, slots or arrivals; witnesses are minimal in this, too."""
        return 0

    def say_report(self, report: Type) -> str:
        """A report in words."""
        return show(report)

    def say_choice(self, problem: Problem, outcome: Outcome[Choice]) -> str:
        """A choice in words."""
        return show(outcome.choice)

    def explain(self, problem: Problem, agent: AgentId, outcome: Outcome[Choice]) -> str:
        """One line on what the outcome means to an agent."""
        own = problem.type_of(agent)
        utility = show(self.utility(problem, agent, own, outcome))
        return f"agent {agent} reports {self.say_report(own)} and gets utility {utility}"


# ------------------------------------------------------------------------------- capabilities


@runtime_checkable
class EnumeratesOutcomes(Protocol):
    """A setting that can list the feasible outcomes of a problem."""

    def outcomes(self, problem: Problem) -> Iterable[Outcome]:
        """Feasible outcomes, enough of them for efficiency and contraction.

        Every outcome left out is, for all agents, no better than one that is listed.
        """
        ...


@runtime_checkable
class FindsImprovement(Protocol):
    """A setting that finds a Pareto improvement, or proves that there is none."""

    def improvement(self, problem: Problem, outcome: Outcome, *, weak: bool) -> Outcome | None:
        """A feasible outcome that Pareto-dominates `outcome`; None only if none exists.

        With ``weak=True``, an outcome that every agent strictly prefers.
        """
        ...


@runtime_checkable
class ImprovesLotteries(Protocol):
    """A setting in which a lottery dominates only if an outcome does, such as its mean."""

    def improvement_of_lottery(
        self, problem: Problem, lottery: Lottery, *, weak: bool
    ) -> Outcome | None:
        """A feasible outcome that Pareto-dominates the lottery; None only if no lottery does.

        With ``weak=True``, an outcome that every agent strictly prefers.
        """
        ...


@runtime_checkable
class FindsCoalition(Protocol):
    """A setting that finds a coalition which blocks an outcome, or proves that there is none."""

    def coalition(
        self, problem: Problem, outcome: Outcome, *, time_limit: float | None
    ) -> tuple[tuple[AgentId, ...], Outcome] | None:
        """A coalition and an outcome that it can enforce and all its members prefer; None if none.

        Raises
        ------
        LimitReachedError
            If it is not decided within the time limit.
        """
        ...


@runtime_checkable
class ListsDeviations(Protocol):
    """A setting that lists the misreports worth trying at a given problem."""

    def deviations(self, problem: Problem, agent: AgentId) -> Iterable[Any]:
        """Misreports, enough of them: if any misreport helps the agent, one of these does."""
        ...


@runtime_checkable
class SpansReports(Protocol):
    """A setting whose reports are made of numbers within bounds: all of them are one problem."""

    def span(self, agents: int, number: Fresh, **words: Any) -> Problem:
        """The problem in which every report is made of numbers that stand for a whole range.

        Parameters
        ----------
        agents : int
            How many.
        number : callable
            ``number(low, high)`` is a fresh number that stands for all between two bounds, None
            for no bound.
        **words
            What the problem has beside the reports: ``slots``, ``weights``.

        Raises
        ------
        InvalidInputError
            On words that the setting does not know.
        """
        ...

    def any_report(self, problem: Problem, agent: AgentId, number: Fresh, **words: Any) -> Any:
        """What an agent may report, again made of such numbers, with the words of the span."""
        ...


@runtime_checkable
class HasUnanimousChoice(Protocol):
    """A setting that says what agents who agree must get."""

    def unanimous(self, problem: Problem, outcome: Outcome) -> bool | None:
        """Whether `outcome` respects unanimity; None where the agents do not agree."""
        ...


@runtime_checkable
class Relabels(Protocol):
    """A setting whose alternatives have names, which a neutral mechanism ignores."""

    def relabelled(self, problem: Problem) -> Iterable[tuple[Problem, Any]]:
        """The problem under renamings of its alternatives, each with the renaming."""
        ...

    def rename(self, problem: Problem, outcome: Outcome, renaming: Any) -> Outcome:
        """The outcome under one of these renamings."""
        ...


@runtime_checkable
class Rescales(Protocol):
    """A setting whose utilities can be measured on another scale."""

    def rescaled(self, problem: Problem) -> Iterable[tuple[Problem, str]]:
        """The same problem on other scales of utility, each with a description of the change."""
        ...

    def normal_scale(self, problem: Problem) -> Problem | None:
        """The problem on a scale that all problems which differ by the scale share, or None.

        A mechanism that chooses at every problem of a domain what it chooses at its normal form is
        invariant on the domain, whatever the scales that lead from one problem to another.
        """
        ...


@runtime_checkable
class Restricts(Protocol):
    """A setting that can list smaller problems, with fewer feasible outcomes."""

    def restricted(self, problem: Problem, keep: Sequence[Outcome]) -> Iterable[Problem]:
        """All problems with fewer feasible outcomes that keep at least one of `keep`, if any."""
        ...


@runtime_checkable
class Enlarges(Protocol):
    """A setting that can list larger problems: more packages, a larger budget, more slots."""

    def enlarged(self, problem: Problem) -> Iterable[Problem]:
        """The problem with more resources, up to where nothing more becomes possible."""
        ...

    def enlargements_suffice(self, mechanism: Any, problem: Problem) -> bool:
        """Whether the listed problems are all larger ones that can matter to the mechanism."""
        ...


@runtime_checkable
class GivesClaims(Protocol):
    """A setting that says which share of the entitlements can enforce an outcome."""

    def claim(self, problem: Problem, outcome: Outcome) -> Number:
        """The share of all entitlements that a coalition needs to enforce `outcome`."""
        ...


@runtime_checkable
class AllocatesQuantity(Protocol):
    """A setting that allocates a number to each agent: an expected click rate, an amount."""

    def allocation(self, problem: Problem, agent: AgentId, outcome: Outcome) -> Number:
        """The number that the agent is allocated."""
        ...


@runtime_checkable
class ComparesDraws(Protocol):
    """A setting whose agents say how often they prefer one outcome to another."""

    def margin(
        self, problem: Problem, agent: AgentId, true_type: Any, before: Outcome, after: Outcome
    ) -> Number:
        """The chance that the agent prefers `after` to `before`, less that of the reverse."""
        ...


@runtime_checkable
class SamplesProblems(Protocol):
    """A setting that draws random problems."""

    def sample(self, rng: Seed, agents: int, **scope: Any) -> Problem:
        """A random problem; `rng` is a :class:`numpy.random.Generator`."""
        ...


@runtime_checkable
class Simplifies(Protocol):
    """A setting that lists simpler problems, for shrinking a counterexample."""

    def simpler(self, problem: Problem) -> Iterable[Problem]:
        """Problems that are simpler than `problem` in the declared order of witnesses."""
        ...


@runtime_checkable
class VectorisesGains(Protocol):
    """A setting that computes the gains of many choices at once."""

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
