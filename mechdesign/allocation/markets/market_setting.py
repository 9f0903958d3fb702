"""The setting: agents with preference lists on one side or on both, and a matching of the sides."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar, Literal

from mechdesign.allocation.markets.better_matchings import better_for_all, better_for_proposers
from mechdesign.allocation.markets.market_reading import MarketData, read_market
from mechdesign.allocation.markets.two_sides import partners, sides_of
from mechdesign.allocation.preference_lists import (
    Label,
    PreferenceList,
    lists_over,
    read_capacities,
    read_lists,
    refuse_strangers,
)
from mechdesign.errors import InvalidInputError, UndecidedError
from mechdesign.model import (
    AgentId,
    Domain,
    FrozenMap,
    Number,
    Outcome,
    Problem,
    RandomAssignment,
    Setting,
    as_count,
    serializable,
    show,
)
from mechdesign.records import dataclass

__all__ = ["Market", "objects", "school_choice", "two_sided"]

_LIES_OVER = 5
_OUTCOMES = 200_000
_PARTS = {"strategic": ("all", "proposing", "receiving"), "welfare": ("all", "proposing")}


@serializable("allocation.Market")
@dataclass(frozen=True)
class Market(Setting[PreferenceList, FrozenMap[Any, Any]]):
    """Matchings of two sides: see :func:`two_sided`, :func:`school_choice` and :func:`objects`.

    Parameters
    ----------
    two_sides : bool
        Whether domains are of markets in which those who are chosen are agents, too.
    strategic : str
        Which side may misreport: ``"all"``, ``"proposing"`` or ``"receiving"``.
    welfare : str
        Whose welfare efficiency counts: ``"all"`` or ``"proposing"``.
    """

    id: ClassVar[str] = "allocation.market"
    public: ClassVar[bool] = False
    private_values: ClassVar[bool] = True
    preference_domains: ClassVar[tuple[str, ...]] = ("ordinal",)
    ordinal_domains: ClassVar[tuple[str, ...]] = ("ordinal",)
    data_kinds: ClassVar[tuple[type, ...]] = (MarketData,)
    #: How misreports at a single problem are listed.
    lies: ClassVar[str] = f"all strict lists, of up to {_LIES_OVER} partners"
    two_sides: bool = False
    strategic: Literal["all", "proposing", "receiving"] = "all"
    welfare: Literal["all", "proposing"] = "all"
    preferences: str = "ordinal"

    def __post_init__(self) -> None:
        for name in _PARTS:
            _part(name, getattr(self, name))

    @property
    def key(self) -> str:
        told = [f"strategic={self.strategic}"] if self.strategic != "all" else []
        told += [f"welfare={self.welfare}"] if self.welfare != "all" else []
        kind = "two-sided" if self.two_sides else "one-sided"
        return f"{self.id}/{', '.join([kind, *told])}"

    def problem(
        self,
        data: Any,
        *,
        receivers: Any = None,
        priorities: Any = None,
        capacities: Any = None,
        objects: Sequence[Label] | None = None,
        owners: Mapping[Any, Any] | None = None,
        complete: Literal["no", "append"] = "no",
        **options: Any,
    ) -> Problem:
        """Read preference lists.

        Parameters
        ----------
        data : mapping, sequence, data frame or path
            The lists of those who propose or receive a place: for each agent the partners it
            accepts, best first; a tuple, list or set within a list is a class of equals, and text
            reads ``"b > a ~ c"``.  Who is not listed is not acceptable.  Or one mapping such as
            ``{"residents": {...}, "hospitals": {...}, "capacities": {...}}``, or a file of lists.
        receivers : mapping, sequence or path
            The lists of the other side, where these are agents.
        priorities : mapping, sequence or path, optional
            The lists of schools; by default everybody is equal to them.
        capacities : int, sequence or mapping, optional
            How many each on the other side can hold; 1 by default.
        objects : sequence of labels, optional
            All objects where no priorities name them; by default those that are listed.
        owners : mapping of agent to object, optional
            Who has what at the beginning.
        complete : {"no", "append"}
            Whether who is not listed is not acceptable, or comes last, all of them as equals.
        """
        if options:
            known = "be receivers, priorities, capacities, objects, owners or complete"
            raise InvalidInputError("options", known, sorted(options))
        return read_market(
            data,
            receivers,
            priorities,
            capacities,
            objects,
            owners,
            complete=complete,
            two_sides=self.two_sides,
            strategic=self.strategic,
            welfare=self.welfare,
        )

    def check(self, problem: Problem) -> None:
        super().check(problem)
        for k, own in enumerate(problem.types):
            if not isinstance(own, PreferenceList):
                raise InvalidInputError(f"types[{k}]", "be a PreferenceList", own)

    def scale(self, problem: Problem) -> Number:
        return 1

    # ------------------------------------------------------------------------ worth

    def may_misreport(self, problem: Problem, agent: AgentId) -> bool:
        data = problem.data
        if not data.two_sided or data.strategic == "all":
            return True
        side: Any = agent
        return bool((side[0] == data.sides[0]) == (data.strategic == "proposing"))

    def counts(self, problem: Problem, agent: AgentId) -> bool:
        data = problem.data
        if not data.two_sided or data.welfare == "all":
            return True
        side: Any = agent
        return bool(side[0] == data.sides[0])

    def utility(
        self, problem: Problem, agent: AgentId, true_type: PreferenceList, outcome: Outcome
    ) -> Number:
        """How many classes are no better than the partner's, added up; -1 for who is unacceptable.

        One of the utilities that the list allows.
        """
        choice: Any = outcome.choice
        if isinstance(choice, RandomAssignment):
            raise UndecidedError("preference lists give no utilities to random assignments")
        held = partners(problem, choice, agent)
        if any(label not in true_type.rank for label in held):
            return -1
        return sum(len(true_type.classes) - true_type.rank[label] for label in held)

    def gain(
        self,
        problem: Problem,
        agent: AgentId,
        true_type: PreferenceList,
        before: Outcome,
        after: Outcome,
    ) -> Number:
        """Positive if some additive utility that agrees with the list prefers `after`.

        Sets of partners are compared place by place, best first, vacancies after everybody
        acceptable: a set prefers nothing to another that is as good in every place.  Random
        assignments are compared by the chance of a partner among the best k, for every k.
        """
        drawn: list[Any] = [before.choice, after.choice]
        if any(isinstance(choice, RandomAssignment) for choice in drawn):
            chances = [self.prospect(problem, agent, true_type, one) for one in (before, after)]
            levels = {u for prospect in chances for u, _ in prospect}
            tails: list[list[Number]] = [
                [sum(p for u, p in own if u >= level) for level in levels] for own in chances
            ]
            shifts = [b - a for a, b in zip(*tails, strict=True)]
            highest: Number = max(shifts)
            lowest: Number = min(shifts)
            return highest if highest > 0 else lowest
        old = _ranks(true_type, partners(problem, before.choice, agent))
        new = _ranks(true_type, partners(problem, after.choice, agent))
        empty = len(true_type.classes)
        if len(old) <= 1 and len(new) <= 1:
            return (old[0] if old else empty) - (new[0] if new else empty)
        size = max(len(old), len(new))
        old = sorted([*old, *[empty] * (size - len(old))])
        new = sorted([*new, *[empty] * (size - len(new))])
        steps = [a - b for a, b in zip(old, new, strict=True)] or [0]
        return max(steps) if max(steps) > 0 else min(steps)

    def prospect(
        self, problem: Problem, agent: AgentId, true_type: PreferenceList, outcome: Outcome
    ) -> Sequence[tuple[Number, Number]]:
        """Each class of the list that the agent may get, as its utility, with the probability.

        Raises
        ------
        UndecidedError
            For agents that can hold several partners.
        """
        if true_type.capacity > 1:
            raise UndecidedError("chances are compared for agents who hold one partner each")
        choice: Any = outcome.choice
        if not isinstance(choice, RandomAssignment):
            return ((self.utility(problem, agent, true_type, outcome), 1),)
        chances: dict[Number, Number] = {0: choice.nothing(agent)}
        for label, p in choice.row(agent).items():
            rank = true_type.rank.get(label)
            level = -1 if rank is None else len(true_type.classes) - rank
            if p:
                chances[level] = chances.get(level, 0) + p
        return tuple(chances.items())

    def feasible(self, problem: Problem, outcome: Outcome) -> bool:
        choice: Any = outcome.choice
        if isinstance(choice, RandomAssignment):
            return _within(problem, choice)
        if not isinstance(choice, Mapping):
            return False
        try:
            sides = sides_of(problem)
        except InvalidInputError:
            return False
        left = dict(zip(sides.receivers, sides.places, strict=True))
        if set(choice) != set(sides.proposers):
            return False
        for got in choice.values():
            if got is None:
                continue
            if left.get(got, 0) == 0:
                return False
            left[got] -= 1
        return True

    def outcome(self, problem: Problem, raw: Any) -> Outcome:
        if isinstance(raw, (list, tuple)):
            sides = sides_of(problem)
            if len(raw) != len(sides.proposers):
                told = f"have a partner or None for each of {len(sides.proposers)}"
                raise InvalidInputError("outcome", told, raw, owner=self.id)
            raw = dict(zip(sides.proposers, raw, strict=True))
        found = Outcome(raw, problem=problem, setting=self)
        if not self.feasible(problem, found):
            told = "give everybody at most one partner within the capacities"
            raise InvalidInputError("outcome", told, raw, owner=self.id)
        return found

    def outcomes(self, problem: Problem) -> Iterable[Outcome]:
        """All matchings, those with unacceptable partners included."""
        sides = sides_of(problem)
        for got in _matchings(len(sides.proposers), list(sides.places)):
            yield Outcome.bare(sides.choice(got), problem, self)

    def improvement(self, problem: Problem, outcome: Outcome, *, weak: bool) -> Outcome | None:
        """A matching that is worse for nobody who counts and better for one (or for all)."""
        found: Any
        if not problem.data.two_sided or problem.data.welfare == "proposing":
            found = better_for_proposers(problem, outcome.choice, weak=weak)
        else:
            found = better_for_all(problem, self, outcome, weak=weak, most=_OUTCOMES)
        return None if found is None else Outcome(found, problem=problem, setting=self)

    # ------------------------------------------------------------------------ domains
    def domain(self, agents: int, **scope: Any) -> Domain:
        """Every profile of strict lists.

        Parameters
        ----------
        agents : int
            How many, both sides together where both are agents.
        receivers, objects : int
            How many of the agents are on the receiving side; how many objects there are.
        lists : str
            ``"incomplete"`` (by default) or ``"complete"``; ``"complete receivers"`` for complete
            lists of that side only.
        capacities : sequence of int, optional
            Of the receivers or objects.
        priorities : sequence of sequences, optional
            Orders of the agents, for each object; by default all are equal.
        owners : bool
            Whether each agent has the object of its number.
        strategic, welfare : str
            For both sides: other ones than the setting's.
        """
        both = self.two_sides or "receivers" in scope
        word = "receivers" if both else "objects"
        known = {word, "lists", "capacities", *(_PARTS if both else ("priorities", "owners"))}
        unknown = sorted(set(scope) - known)
        if unknown:
            raise InvalidInputError("scope", f"be agents, {', '.join(sorted(known))}", unknown)
        n = as_count(agents, "agents", low=2 if both else 1)
        m = as_count(scope.get(word), word, low=1, high=n - 1 if both else 6)
        lists = scope.get("lists", "incomplete")
        kinds = ("incomplete", "complete", "complete receivers")
        if lists not in kinds:
            raise InvalidInputError("lists", f"be one of {', '.join(kinds)}", lists)
        numbers = read_capacities(scope.get("capacities"), range(m), "capacities")
        if not both:
            return self._one_sided_domain(n, m, lists, numbers, scope)
        parts = {name: _part(name, scope.get(name, getattr(self, name))) for name in _PARTS}
        own = lists_over(range(m), complete=lists == "complete")
        theirs = [
            lists_over(range(n - m), complete=lists != "incomplete", capacity=c) for c in numbers
        ]
        data = MarketData(("proposers", "receivers"), True, **parts)
        names = [("proposers", k) for k in range(n - m)] + [("receivers", k) for k in range(m)]
        reports = (*((own,) * (n - m)), *theirs)
        base = Problem(names, tuple(r[0] for r in reports), data, reserve=(0,) * n)
        told = "".join(f", {name}: {part}" for name, part in parts.items() if part != "all")
        label = f"all strict lists of {n - m} proposers and {m} receivers ({lists}){told}"
        return Domain(self, base, reports, label)

    def _one_sided_domain(
        self, n: int, m: int, lists: str, numbers: tuple[int, ...], scope: Mapping[str, Any]
    ) -> Domain:
        ordered = scope.get("priorities")
        priorities = None
        if ordered is not None:
            _, read = read_lists(ordered, "priorities")
            if len(read) != m:
                raise InvalidInputError("priorities", f"have length {m}", ordered)
            refuse_strangers(read, range(n), "priorities", range(m))
            priorities = tuple(read)
        owners = tuple((k, k) for k in range(min(n, m))) if scope.get("owners") else ()
        data = MarketData(
            ("agents", "objects"), False, tuple(range(m)), numbers, priorities, owners
        )
        own = lists_over(range(m), complete=lists == "complete")
        base = Problem(range(n), (own[0],) * n, data, reserve=(0,) * n)
        label = f"all strict lists of {n} agents over {m} objects ({lists})"
        return Domain(self, base, (own,) * n, label)

    def small_domains(self) -> Iterator[Domain]:
        if self.two_sides:
            for agents, receivers in ((2, 1), (3, 1), (3, 2), (4, 2)):
                yield self.domain(agents, receivers=receivers)
            yield self.domain(5, receivers=2, lists="complete receivers")
            return
        for agents, m in ((1, 1), (2, 2), (3, 2)):
            yield self.domain(agents, objects=m)
            yield self.domain(agents, objects=m, owners=True)
        for first, second in itertools.product(itertools.permutations(range(3)), repeat=2):
            yield self.domain(3, objects=2, priorities=(first, second))
        yield self.domain(3, objects=3, lists="complete", owners=True)

    def deviations(self, problem: Problem, agent: AgentId) -> Iterable[PreferenceList]:
        sides = sides_of(problem)
        own = problem.type_of(agent)
        mine = not problem.data.two_sided or agent[0] == problem.data.sides[0]  # type: ignore[index]
        labels = sides.receivers if mine else sides.proposers
        if len(labels) > _LIES_OVER:
            raise UndecidedError(
                f"the lists over {len(labels)} partners are too many: name a domain"
            )
        return lists_over(labels, complete=False, capacity=own.capacity)  # type: ignore[no-any-return]

    def complexity(self, report: PreferenceList) -> int:
        return 1 + len(report.rank)

    def distance(self, report: PreferenceList, other: PreferenceList) -> Number:
        """How many of the pairs that either list orders the two do not order alike."""
        labels = sorted({*report.rank, *other.rank}, key=str)
        none = len(labels)
        pairs = itertools.combinations([*labels, None], 2)
        return sum(
            _sign(report.rank.get(a, none) - report.rank.get(b, none))
            != _sign(other.rank.get(a, none) - other.rank.get(b, none))
            for a, b in pairs
        )

    def size(self, problem: Problem) -> int:
        return len(problem.data.receivers)

    def say_report(self, report: PreferenceList) -> str:
        return str(report)

    def explain(self, problem: Problem, agent: AgentId, outcome: Outcome) -> str:
        choice: Any = outcome.choice
        if not isinstance(choice, RandomAssignment):
            return super().explain(problem, agent, outcome)
        told = ", ".join(f"{show(p)} of {show(b)}" for b, p in choice.row(agent).items() if p)
        return f"agent {show(agent)} has {told or 'nothing'}"

    def say_choice(self, problem: Problem, outcome: Outcome) -> str:
        choice: Any = outcome.choice
        if isinstance(choice, RandomAssignment):
            return f"[{choice}]"
        pairs = (f"{show(who)}: {'-' if got is None else show(got)}" for who, got in choice.items())
        return "{" + ", ".join(pairs) + "}"


def two_sided(
    *,
    strategic: Literal["all", "proposing", "receiving"] = "all",
    welfare: Literal["all", "proposing"] = "all",
) -> Market:
    """Both sides are agents with preferences: marriages, residents and hospitals.

    A type is a :class:`PreferenceList`; the capacity of a hospital is part of its type.  Agents are
    named by side and label, a matching maps the labels of the proposers to those of receivers.

    Parameters
    ----------
    strategic : str
        Which side may misreport: ``"all"``, ``"proposing"`` or ``"receiving"``.
    welfare : str
        Whose welfare efficiency counts.

    Examples
    --------
    >>> problem = two_sided().problem({"m": ["v", "w"]}, receivers={"v": "m", "w": ""})
    >>> problem.agents
    (('proposers', 'm'), ('receivers', 'v'), ('receivers', 'w'))
    >>> problem.data.decisions
    ('1 pair is listed by one side only and cannot be matched',)
    """
    return Market(True, strategic, welfare)


def school_choice() -> Market:
    """Students have preferences, schools have priorities and capacities but no wishes.

    Examples
    --------
    >>> problem = school_choice().problem(
    ...     {"ann": ["a", "b"], "bob": ["a"]}, priorities={"a": "bob > ann", "b": "ann > bob"}
    ... )
    >>> problem.data.receivers, problem.data.capacities
    (('a', 'b'), (1, 1))
    """
    return Market()


def objects() -> Market:
    """Agents have preferences over objects, which some of them may own at the beginning.

    The same setting as :func:`school_choice`, where priorities are left out.

    Examples
    --------
    >>> objects().problem([[0, 1], [1]], capacities=[1, 2]).data.capacities
    (1, 2)
    """
    return Market()


def _within(problem: Problem, choice: RandomAssignment) -> bool:
    """Whether a random assignment is one of the market and gives no object more than it holds."""
    data = problem.data
    if data.two_sided or choice.agents != tuple(problem.agents):
        return False
    if choice.objects != data.receivers:
        return False
    totals = [sum(column) for column in zip(*choice.rows, strict=True)]
    slack = 0 if choice.exact else 1e-9
    return all(t <= c + slack for t, c in zip(totals, data.capacities, strict=True))


def _part(name: str, given: object) -> Any:
    if given not in _PARTS[name]:
        raise InvalidInputError(name, f"be one of {', '.join(_PARTS[name])}", given)
    return given


def _ranks(own: PreferenceList, held: Iterable[Label]) -> list[int]:
    """The classes of those held; the last is that of vacancies, one more of the unacceptable."""
    return [own.rank.get(label, len(own.classes) + 1) for label in held]


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)


def _matchings(n: int, places: list[int]) -> Iterator[tuple[int, ...]]:
    if n == 0:
        yield ()
        return
    for j in range(-1, len(places)):
        if j >= 0 and not places[j]:
            continue
        left = [p - (k == j) for k, p in enumerate(places)]
        for rest in _matchings(n - 1, left):
            yield (j, *rest)
