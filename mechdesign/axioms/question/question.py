"""One question to the engine, with its arguments read and checked."""

from __future__ import annotations

import functools
import inspect
import time
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import field
from typing import Any, ParamSpec, TypeVar

import numpy as np

from mechdesign.axioms.question.axiom import Axiom, get_axiom
from mechdesign.axioms.question.evaluator import Budget, Evaluator, Sent
from mechdesign.axioms.question.lift import check_lift
from mechdesign.axioms.question.priors import Beliefs, read_prior, tell_prior
from mechdesign.axioms.question.verdict import Scope
from mechdesign.errors import InvalidInputError
from mechdesign.family import find_family
from mechdesign.model import (
    AgentId,
    Domain,
    FrozenMap,
    Mechanism,
    MechanismLike,
    Number,
    Problem,
    Seed,
    Setting,
    as_count,
    as_mechanism,
    as_number,
    as_setting,
    freeze,
)
from mechdesign.model.numbers import floats_in
from mechdesign.model.setting import SpansReports
from mechdesign.records import dataclass

# A profile of more would take seconds to make before anything could stop it.
_MAX_AGENTS = 100_000
#: What ``method=`` takes: every method in turn, or proofs for all real reports alone.
METHODS = ("", "proof")

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Limits(Sent):
    """The effort that a check may spend: comparisons, seconds, random problems.

    Parameters
    ----------
    max_checks, time_limit : optional
        Elementary comparisons and seconds allowed.
    symmetry : bool
        Whether one profile may stand for all that differ by names only.
    trials : int
        Random problems to try where nothing better decides.
    rng : numpy.random.Generator or int
        For those.
    start : float
        On the monotonic clock, when the seconds began: they bound the whole answer.
    workers : int
        How many processes may work at the same time.
    progress : callable, optional
        Called now and then.
    """

    max_checks: int | None
    time_limit: float | None
    symmetry: bool
    trials: int
    rng: Seed
    start: float = field(default_factory=time.monotonic, compare=False)
    workers: int = field(default=1, compare=False)
    progress: Callable[[], object] | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        self.budget()  # refuses bad limits before anything is computed
        as_count(self.trials, "trials")

    def budget(self) -> Budget:
        """A fresh budget of comparisons; the seconds run from the start."""
        return Budget(
            self.max_checks,
            self.time_limit,
            self.start,
            workers=self.workers,
            progress=self.progress,
        )


@dataclass(frozen=True)
class Question:
    """An axiom, a mechanism and the problems that are asked about.

    Made by :func:`prepare`; :func:`decide` answers it.
    """

    axiom: Axiom
    mechanism: Mechanism
    setting: Setting
    domains: tuple[Domain, ...]
    problems: tuple[Problem, ...]
    agents: tuple[int, ...]
    lift: str
    tolerance: float
    limits: Limits
    words: FrozenMap[str, Any]
    method: str = ""
    prior: Any = None

    def scope(self, domain: str) -> Scope:
        """The scope of an answer about the named domain."""
        where = self.setting
        words = self.words
        if self.prior is not None:
            domain += tell_prior(self.prior)
            words = FrozenMap({**words, "prior": self.prior})
        asked: FrozenMap[str, Any] = FrozenMap(setting=where, words=words, problems=self.problems)
        return Scope(where.id, domain, self.agents, where.preferences, self.lift, asked)

    def evaluator(
        self,
        budget: Budget,
        reports: Callable[[Problem, AgentId], Sequence[Any] | None] | None = None,
        *,
        at: Problem | None = None,
    ) -> Evaluator:
        """A fresh evaluator, with the deviations of this question unless others are given.

        Where the question names no problems, `at` is one that gives the size of utilities.
        """
        ctx = Evaluator(
            self.mechanism,
            self.setting,
            budget,
            lift=self.lift,
            tolerance=self.tolerance,
            scale=self.scale if at is None else self.setting.scale(at) or 1,
            reports=reports or self._reports,
            closed=not self.problems and all(d.interchangeable for d in self.domains),
            finite=bool(self.domains) and not self.problems,
        )
        ctx.beliefs = None if self.prior is None else Beliefs(self.domains, self.prior)
        return ctx

    def budget(self) -> Budget:
        """A fresh budget."""
        return self.limits.budget()

    @functools.cached_property
    def scale(self) -> Number:
        """The size of utilities at the problems that are named, 1 where there are none."""
        problems = [*self.problems]
        for domain in self.domains:
            most = max(map(len, domain.reports))
            # Of very many reports a thousand, the first and the last among them.
            listed = np.unique(np.linspace(0, most - 1, min(most, 1000)).astype(int)).tolist()
            problems += (domain.problem([k % len(r) for r in domain.reports]) for k in listed)
        return max(map(self.setting.scale, problems), default=1) or 1

    @property
    def gap_allowed(self) -> float:
        """The tolerance in the unit of utilities."""
        return self.tolerance * float(self.scale)

    def _reports(self, problem: Problem, agent: AgentId) -> Sequence[Any] | None:
        # A given problem may have labels of its own; a domain lists reports by position.
        for domain in self.domains:
            if len(domain.base) == len(problem):
                return domain.reports[problem.position(agent)]
        return None


def prepare(
    axiom: str | Axiom,
    mechanism: MechanismLike,
    *,
    setting: Setting | str | None = None,
    agents: int | Iterable[int] | None = None,
    problem: object = None,
    preferences: str | None = None,
    lift: str = "",
    tolerance: float = 1e-9,
    max_checks: int | None = 100_000_000,
    time_limit: float | None = None,
    symmetry: bool = True,
    trials: int = 1000,
    rng: Seed = 0,
    method: str = "",
    workers: int = 1,
    progress: Callable[[], object] | None = None,
    prior: object = None,
    **scope: object,
) -> Question:
    """Read the arguments of a check; :func:`check` says what they mean.

    This is the one list of the keywords: whatever asks one question takes it by :func:`asks`.
    """
    limits = Limits(
        max_checks, time_limit, symmetry, trials, rng, workers=workers, progress=progress
    )
    checked = get_axiom(axiom)
    rule = as_mechanism(mechanism, setting)
    where = rule.setting if setting is None else as_setting(setting)
    own, there = (one.id.split(".")[0] for one in (rule.setting, where))
    if own != there and find_family(own) and find_family(there):
        raise InvalidInputError("setting", f"be one of {own} for {rule.name}", where.id)
    if preferences is not None:
        where = where.with_preferences(preferences)
    tolerance = float(as_number(tolerance, "tolerance", low=0))
    counts = _agents(agents)
    problems: tuple[Problem, ...] = ()
    if problem is not None:
        given = problem if isinstance(problem, Problem) else where.problem(problem)
        problems = (given,)
        counts = (len(given),)
    domains: tuple[Domain, ...] = ()
    if method not in METHODS:
        known = " or ".join(map(repr, METHODS))
        raise InvalidInputError("method", f"be {known}", method)
    if scope and not counts:
        raise InvalidInputError("agents", "be given with a domain", agents)
    if scope and not problems and _spans(where, counts[0], scope):
        pass  # no finite domain: the words say what belongs to the reports of all sizes
    elif scope:
        domains = tuple(_domains(where, counts, scope, required=True))
    elif counts and not problems:
        # Without a word from the caller only a domain that is everything may be exhausted.
        wordless = tuple(_domains(where, counts, scope, required=False))
        whole = len(wordless) == len(counts) and all(domain.complete for domain in wordless)
        domains = wordless if whole else ()
    return Question(
        axiom=checked,
        mechanism=rule,
        setting=where,
        domains=domains,
        problems=problems,
        agents=counts,
        lift=check_lift(lift),
        tolerance=tolerance,
        limits=limits,
        words=FrozenMap((name, freeze(scope[name])) for name in sorted(scope)),
        method=method,
        prior=None if prior is None else read_prior(prior, domains),
    )


def _spans(setting: Setting, agents: int, scope: dict[str, Any]) -> bool:
    """Whether words name the problems with all real reports, and not a finite domain."""
    if not isinstance(setting, SpansReports):
        return False
    try:
        setting.span(agents, lambda low, high: low or high or 0, **scope)
    except InvalidInputError as error:
        if error.parameter in scope:  # a word that it knows, with a bad value
            raise
        return False
    return True


def _with_arguments_of(
    read: Callable[P, Question],
) -> Callable[[Callable[[Question], T]], Callable[P, T]]:
    """A decorator that gives an answering function the arguments of `read`."""

    def decorate(answer: Callable[[Question], T]) -> Callable[P, T]:
        @functools.wraps(answer)
        def ask(*args: P.args, **kwargs: P.kwargs) -> T:
            return answer(read(*args, **kwargs))

        returned = inspect.signature(answer).return_annotation
        signature = inspect.signature(read).replace(return_annotation=returned)
        ask.__signature__ = signature  # type: ignore[attr-defined]
        return ask

    return decorate


#: Makes a function of a :class:`Question` one of the arguments of :func:`prepare`.
asks = _with_arguments_of(prepare)


def _agents(agents: int | Iterable[int] | None) -> tuple[int, ...]:
    if agents is None:
        return ()
    if isinstance(agents, Iterable) and not isinstance(agents, (str, bytes)):
        counts = tuple(as_count(k, "agents", low=1, high=_MAX_AGENTS) for k in agents)
        if not counts:
            raise InvalidInputError("agents", "not be empty", agents)
        return tuple(sorted(set(counts)))
    return (as_count(agents, "agents", low=1, high=_MAX_AGENTS),)


def _domains(
    setting: Setting, counts: tuple[int, ...], scope: dict[str, Any], *, required: bool
) -> Iterator[Domain]:
    for count in counts:
        try:
            # Lists and arrays in the scope are frozen, as the cache needs hashable words.
            words = tuple((name, freeze(scope[name])) for name in sorted(scope))
            yield _domain(setting, count, words, floats_in((setting, words)))
        except InvalidInputError:
            if required:
                raise
            return
        except TypeError as error:
            raise InvalidInputError(
                "scope", f"have words that {setting.id} knows", str(error)
            ) from None


@functools.lru_cache(maxsize=32)
def _domain(
    setting: Setting, count: int, scope: tuple[tuple[str, Any], ...], floats: Hashable
) -> Domain:
    return setting.domain(count, **dict(scope))
