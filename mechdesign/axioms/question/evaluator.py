"""The evaluator: what an axiom sees of a mechanism, with the budget and the cache of a check."""

from __future__ import annotations

import contextlib
import copy
import functools
import itertools
import math
import time
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from mechdesign.axioms.question.lift import SET_LIFTS, Comparable, lifted_gain, lifted_utility
from mechdesign.axioms.question.priors import Beliefs
from mechdesign.axioms.question.purity import steadily
from mechdesign.axioms.question.trust import believed
from mechdesign.clock import late, now
from mechdesign.errors import InvalidInputError, UndecidedError
from mechdesign.model import (
    AgentId,
    FunctionMechanism,
    Lottery,
    Mechanism,
    Number,
    Outcome,
    Problem,
    Setting,
    ShowsWinners,
    all_exact,
    as_count,
    as_number,
    is_exact,
)
from mechdesign.model.setting import Enlarges, ListsDeviations
from mechdesign.parallel import stream_tasks

__all__ = ["Evaluator"]

T = TypeVar("T")
R = TypeVar("R")

#: How many choices are kept.
CACHE_LIMIT = 500_000
_CLOCK_EVERY = 64
#: Seconds between two calls of a progress function.
_TICK = 0.1


class BudgetExhausted(Exception):  # noqa: N818 - control flow of the engine, never seen by users
    """Raised when a check has used up its comparisons or its time."""


class Sent:
    """An effort as a worker gets it: with what is left of the time, and no workers of its own.

    The monotonic clock of another machine began at another time.
    """

    start: float

    def __getstate__(self) -> dict[str, Any]:
        began = time.time() - (now() - self.start)
        return {**self.__dict__, "start": began, "workers": 1, "progress": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, start=now() - (time.time() - state["start"]))


@dataclass
class Budget(Sent):
    """The comparisons and the time that a check may use, and what it has used so far.

    Parameters
    ----------
    max_checks : int, optional
        Elementary comparisons allowed.
    time_limit : float, optional
        Seconds allowed.
    start : float, optional
        On the monotonic clock, when they began; now by default.
    workers : int
        How many processes may work at the same time.
    progress : callable, optional
        Called now and then.
    """

    max_checks: int | None = None
    time_limit: float | None = None
    start: float = field(default_factory=now)
    workers: int = 1
    progress: Callable[[], object] | None = None
    checks: int = 0
    evaluations: int = 0
    problems: int = 0
    limit: str = ""

    def __post_init__(self) -> None:
        if self.max_checks is not None:
            self.max_checks = as_count(self.max_checks, "max_checks", low=1)
        if self.time_limit is not None:
            limit = float(as_number(self.time_limit, "time_limit"))
            if limit <= 0:
                raise InvalidInputError("time_limit", "be positive", self.time_limit)
            self.time_limit = limit
        self.workers = as_count(self.workers, "workers", low=1)
        if self.progress is not None and not callable(self.progress):
            raise InvalidInputError("progress", "be callable", self.progress)
        self._ticked = 0.0

    def spread(
        self,
        function: Callable[[T], R],
        tasks: Iterable[T],
        mechanism: Mechanism[Any] | None = None,
    ) -> Generator[R, None, None]:
        """What a function returns for each of some tasks, in their order, by all workers.

        Raises
        ------
        Unsteady
            If a worker sees the mechanism, where one is named, keep a state.
        """
        if self.workers > 1 and mechanism is not None:
            function = functools.partial(steadily, mechanism, function)
        with contextlib.closing(stream_tasks(function, tasks, workers=self.workers)) as results:
            try:
                for result in results:
                    self.check_clock()
                    yield result
            except BudgetExhausted as ended:  # there, or here
                self.limit = str(ended)
                raise

    def spend(self, checks: int = 1) -> None:
        """Announce comparisons; raises BudgetExhausted when there is no room for them."""
        if self.max_checks is not None and self.checks + checks > self.max_checks:
            self.limit = f"max_checks={self.max_checks}"
            raise BudgetExhausted(self.limit)
        self.checks += checks
        if checks > 1 or self.checks % _CLOCK_EVERY == 0:
            self.check_clock()

    @property
    def remaining(self) -> float | None:
        """Seconds that are left, None where there is no limit; negative when the time is over."""
        if self.time_limit is None:
            return None
        return self.time_limit - (now() - self.start)

    @property
    def over(self) -> bool:
        """Whether the time is over."""
        left = self.remaining
        return left is not None and left < 0

    def check_clock(self) -> None:
        """Raise BudgetExhausted when the time is over."""
        if late(None if self.time_limit is None else self.start + self.time_limit):
            self.limit = f"time_limit={self.time_limit:g}"
            raise BudgetExhausted(self.limit)
        if self.progress is not None and now() - self._ticked > _TICK:
            self._ticked = now()
            self.progress()


class Evaluator:
    """Evaluates a mechanism for an axiom: cached, counted and compared under one lift.

    Parameters
    ----------
    mechanism : Mechanism
        What is checked.
    setting : Setting
        Where outcomes are valued.
    budget : Budget
        What the check may do.
    lift : str
        How lotteries and sets are compared; empty for the default (expectation for lotteries).
    tolerance : float
        What a gap must exceed where floats are involved, relative to `scale`.
    scale : number
        The size of utilities.
    reports : callable, optional
        The possible reports of an agent, where the check runs over a finite domain.
    closed : bool
        Whether the check visits every profile that a permutation of the agents makes of a visited
        one, so that transpositions of neighbours stand for all permutations.
    finite : bool
        Whether the check visits every problem of a domain that was named, so that an axiom which
        compares problems holds there once every two problems of the domain were compared.
    """

    #: Whether the reports stand for all numbers, so that each comparison is a case distinction.
    symbolic = False
    #: What types believe of the others, where a prior was named.
    beliefs: Beliefs | None = None

    def __init__(
        self,
        mechanism: Mechanism,
        setting: Setting,
        budget: Budget,
        *,
        lift: str = "",
        tolerance: float = 1e-9,
        scale: Number = 1,
        reports: Callable[[Problem, AgentId], Sequence[Any] | None] | None = None,
        closed: bool = False,
        finite: bool = False,
    ) -> None:
        self.mechanism = mechanism
        self.setting = setting
        self.budget = budget
        self.lift = lift
        self.relative = tolerance
        #: What a gap must exceed, in the unit of utilities.
        self.tolerance = tolerance * float(scale)
        self.closed = closed
        self.finite = finite
        self.exact = True
        self.lotteries = False
        self.undecided_because = ""
        #: What the reports are that a setting lists at a single problem, where not all.
        self.lies = ""
        #: At how many problems the mechanism was asked a second time.
        self.asked_twice = 0
        #: Whether the mechanism has chosen the same at all problems so far.
        self.constant = True
        self._first: Comparable | None = None
        self._reports = reports
        self._cache: dict[Problem, Comparable] = {}
        self._memory: dict[str, set[Problem]] = {}
        self.pairs: dict[Any, Any] = {}
        #: Choices that are known from elsewhere, with their numbers, and which were asked for.
        self.ahead: Mapping[Problem, tuple[int, Comparable]] = {}
        self.touched: set[int] = set()

    def sent(self) -> Evaluator:
        """A fresh one of the same kind, for a worker."""
        fresh = copy.copy(self)
        left = self.budget.max_checks
        left = None if left is None else max(1, left - self.budget.checks)
        fresh.budget = replace(self.budget, checks=0, evaluations=0, problems=0, max_checks=left)
        fresh._cache, fresh._memory, fresh._first, fresh.constant = {}, {}, None, True
        fresh.ahead, fresh.touched = {}, set()
        return fresh

    def run(self, problem: Problem) -> Comparable:
        """The choice of the mechanism at a problem; under a lift of sets, all tied outcomes."""
        if self.ahead and (known := self.ahead.get(problem)) is not None:
            self.touched.add(known[0])
            return known[1]
        found = self._cache.get(problem)
        if found is None:
            found = self.again(problem)
            self._enter(problem, found)
        return found

    def enter(self, problem: Problem, found: Comparable) -> None:
        """Remember what was chosen at a problem, unless it is known."""
        if problem not in self._cache:
            self._enter(problem, found)

    def _enter(self, problem: Problem, found: Comparable) -> None:
        self.note(found)
        if len(self._cache) >= CACHE_LIMIT:
            self._cache.clear()
        self._cache[problem] = found

    def note(self, found: Comparable) -> None:
        """Remember what was chosen at one more problem: of which kind, and whether always that."""
        self.budget.evaluations += 1
        if self.constant:
            self._first = found if self._first is None else self._first
            self.constant = found == self._first
        if isinstance(found, Lottery):
            self.lotteries = True
        elif isinstance(found, Outcome) and floating(found):
            self.exact = False

    def again(self, problem: Problem) -> Comparable:
        """The choice at a problem, computed afresh: the cache is not asked."""
        self.budget.check_clock()
        if self.lift not in SET_LIFTS:
            return without_money(self.mechanism.solve(problem), self.setting, self.mechanism)
        if not isinstance(self.mechanism, ShowsWinners):
            raise UndecidedError(
                f"lift={self.lift!r} compares tied outcomes, and {self.mechanism.name} "
                "does not show them"
            )
        found = tuple(self.mechanism.winners(problem))
        return without_money(found, self.setting, self.mechanism)

    def seen(self) -> list[tuple[Problem, Comparable]]:
        """The problems at which the mechanism was evaluated, with what it chose (the last many)."""
        return list(self._cache.items())

    def memory(self, axiom: str) -> set[Problem]:
        """The problems that an axiom has dealt with in this check; it enters them itself."""
        return self._memory.setdefault(axiom, set())

    @property
    def remembers(self) -> bool:
        """Whether an axiom looked at one problem in the light of others."""
        return bool(self._memory)

    def outcomes(self, problem: Problem) -> list[Outcome]:
        """The outcomes that may come about at a problem."""
        result = self.run(problem)
        if isinstance(result, Outcome):
            return [result]
        if isinstance(result, Lottery):
            return [outcome for _, outcome in result]
        return list(result)

    def utility(
        self, problem: Problem, agent: AgentId, true_type: Any, result: Comparable
    ) -> Number:
        """The worth of a result to an agent of a true type."""
        return lifted_utility(self.setting, problem, agent, true_type, result, self.lift)

    def utilities(self, problem: Problem, result: Comparable) -> list[Number]:
        if isinstance(result, Outcome):
            return list(self.setting.utilities(problem, result))
        pairs = zip(problem.agents, problem.types, strict=True)
        return [self.utility(problem, agent, own, result) for agent, own in pairs]

    def compared(self, problem: Problem, result: Comparable) -> list[Number]:
        """The worth of a result to every agent, to be compared with that of another result.

        Raises
        ------
        UndecidedError
            For lotteries outcome by outcome: nothing says which outcomes of two belong together.
        """
        if isinstance(result, Lottery) and self.lift == "ex_post":
            raise UndecidedError(
                "two lotteries do not say which outcomes belong together: use lift='expectation'"
            )
        return self.utilities(problem, result)

    def gain(
        self,
        problem: Problem,
        agent: AgentId,
        true_type: Any,
        before: Comparable,
        after: Comparable,
    ) -> Number:
        """How much an agent of a true type gains from one result to another."""
        return lifted_gain(self.setting, problem, agent, true_type, before, after, self.lift)

    def each(self, cases: Iterable[T]) -> Iterable[T]:
        """Cases that stand alone: what is found in one is of no use in another.

        A proof on the continuum looks at each of them by itself.
        """
        return cases

    def joint_deviations(
        self, problem: Problem, agents: Sequence[AgentId]
    ) -> Iterable[tuple[Any, ...]]:
        """The reports that some agents could make together."""
        return itertools.product(*(tuple(self.deviations(problem, agent)) for agent in agents))

    def deviations(self, problem: Problem, agent: AgentId) -> Iterable[Any]:
        """The reports that the agent could make instead.

        Raises
        ------
        UndecidedError
            If neither the scope nor the setting lists them.
        """
        if not self.setting.may_misreport(problem, agent):
            return ()
        if (listed := self.listed(problem, agent)) is not None:
            return listed
        if isinstance(self.setting, ListsDeviations):
            if not self.deviations_suffice(problem):
                self.undecided("the deviations tried are not known to be enough for this mechanism")
            self.lies = str(getattr(self.setting, "lies", ""))
            return self.setting.deviations(problem, agent)
        raise UndecidedError(
            f"the setting {self.setting.id} lists no deviations at a single problem: name a domain"
        )

    def listed(self, problem: Problem, agent: AgentId) -> Sequence[Any] | None:
        """The reports of an agent in the domain that was named, None where none was."""
        return None if self._reports is None else self._reports(problem, agent)

    def deviations_suffice(self, problem: Problem) -> bool:
        """Whether the deviations that the setting lists are enough for this mechanism."""
        return self.setting.deviations_suffice(self._asked(), problem)

    def enlargements_suffice(self, problem: Problem) -> bool:
        assert isinstance(self.setting, Enlarges)
        return self.setting.enlargements_suffice(self._asked(), problem)

    def _asked(self) -> Mechanism:
        """The mechanism, or a plain function in its place if what it declares is not reviewed.

        What a setting infers from a declaration holds where the declaration was reviewed.
        """
        if believed(self.mechanism, "depends_on"):
            return self.mechanism
        return FunctionMechanism(len, self.setting, "a function")

    def count(self, checks: int = 1) -> None:
        """Announce elementary comparisons."""
        self.budget.spend(checks)

    def exceeds(self, gap: Number, scale: Number | None = None) -> bool:
        """Whether a gap is a violation: positive if exact, above the tolerance if not.

        Parameters
        ----------
        gap : number
            How far from holding.
        scale : number, optional
            The size of what is compared, where that is no utility: a cost, a quantity.
        """
        if is_exact(gap):
            return gap > 0
        if math.isnan(gap):
            raise UndecidedError(f"{self.mechanism.name} gives a utility that is not a number")
        self.exact = False
        return bool(gap > (self.tolerance if scale is None else self.relative * float(scale)))

    def rests_on(self, numbers: Iterable[Number]) -> None:
        """Remember whether floats go into what the setting itself decides."""
        self.exact = self.exact and all_exact(numbers)

    def same(self, first: Any, second: Any) -> bool:
        """Whether two choices are the same, floats within the tolerance."""
        units = self.setting.choices_in_units
        return self._close(first, second, self.tolerance if units else self.relative)

    def same_money(self, first: Number, second: Number) -> bool:
        """Whether two amounts are the same, floats within the tolerance."""
        return self._close(first, second, self.tolerance)

    def _close(self, first: Any, second: Any, tolerance: float) -> bool:
        if first == second:
            return True
        if isinstance(first, float) or isinstance(second, float):
            self.exact = False
            try:
                return bool(abs(first - second) <= tolerance)
            except TypeError:
                return False
        if isinstance(first, tuple) and isinstance(second, tuple) and len(first) == len(second):
            pairs = zip(first, second, strict=True)
            return all(self._close(one, other, tolerance) for one, other in pairs)
        return False

    def undecided(self, reason: str) -> None:
        """Say that a case could not be decided: without a violation the status is UNKNOWN."""
        self.undecided_because = self.undecided_because or reason


C = TypeVar("C", bound=Comparable)


def without_money(found: C, setting: Setting, mechanism: Mechanism) -> C:
    """A result as it is, unless it charges somebody where utilities do not count that.

    Raises
    ------
    InvalidInputError
        If it does: a check would overlook what the agents pay.
    """
    if setting.money:
        return found
    if isinstance(found, Lottery):
        outcomes = [outcome for _, outcome in found]
    else:
        outcomes = [found] if isinstance(found, Outcome) else list(found)
    for outcome in outcomes:
        if any((outcome.payments or {}).values()):
            raise InvalidInputError(
                "payments",
                f"be left out in {setting.id}, whose utilities do not count them (a setting that "
                "counts them says money = True)",
                outcome.payments,
                owner=mechanism.name,
            )
    return found


def floating(outcome: Outcome) -> bool:
    """Whether floats went into an outcome."""
    choice = outcome.choice
    parts = choice if isinstance(choice, tuple) else (choice,)
    return not outcome.provenance.exact or any(isinstance(part, float) for part in parts)
