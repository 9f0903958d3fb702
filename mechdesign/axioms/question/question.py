"""The task: one question to the engine, with its arguments read and checked."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from mechdesign.axioms.question.axiom import Axiom, get_axiom
from mechdesign.axioms.question.evaluator import Budget, Evaluator
from mechdesign.axioms.question.lift import check_lift
from mechdesign.axioms.question.verdict import Scope
from mechdesign.errors import InvalidInputError
from mechdesign.family import find_family
from mechdesign.model import (
    AgentId,
    Domain,
    Mechanism,
    MechanismLike,
    Problem,
    Setting,
    as_count,
    as_mechanism,
    as_number,
    freeze,
)


@dataclass(frozen=True)
class Task:
    """One question: an axiom, a mechanism, a setting and how far to look.

    Made by :func:`prepare`; the answer comes from :func:`decide`.
    """

    axiom: Axiom
    mechanism: Mechanism
    setting: Setting
    domains: tuple[Domain, ...]
    problems: tuple[Problem, ...]
    agents: tuple[int, ...]
    lift: str
    tolerance: float
    max_checks: int | None
    time_limit: float | None
    symmetry: bool
    trials: int
    rng: Any
    scope_options: tuple[tuple[str, Any], ...]

    def scope(self, domain: str) -> Scope:
        """The scope of an answer about the named domain."""
        return Scope(self.setting.id, domain, self.agents, self.setting.preferences, self.lift)

    def evaluator(
        self,
        budget: Budget,
        reports: Callable[[Problem, AgentId], Sequence[Any] | None] | None = None,
    ) -> Evaluator:
        """A fresh evaluator, with the deviations of this task unless others are given."""
        return Evaluator(
            self.mechanism,
            self.setting,
            budget,
            lift=self.lift,
            tolerance=self.tolerance,
            reports=reports or self._reports,
            closed=not self.problems and all(d.interchangeable for d in self.domains),
            finite=bool(self.domains) and not self.problems,
        )

    def budget(self) -> Budget:
        """A fresh budget."""
        return Budget(self.max_checks, self.time_limit)

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
    setting: Setting | None = None,
    agents: int | Iterable[int] | None = None,
    problem: Any = None,
    preferences: str | None = None,
    lift: str = "",
    tolerance: float = 1e-9,
    max_checks: int | None = None,
    time_limit: float | None = None,
    symmetry: bool = True,
    trials: int = 1000,
    rng: Any = 0,
    **scope: Any,
) -> Task:
    """Read the arguments of a check; see :func:`check`."""
    checked = get_axiom(axiom)
    rule = as_mechanism(mechanism, setting)
    where = setting or rule.setting
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
    if scope and not counts:
        raise InvalidInputError("agents", "be given with a domain", agents)
    if scope:
        domains = tuple(_domains(where, counts, scope, required=True))
    elif counts and not problems:
        # Without a word from the caller only a domain that is everything may be exhausted.
        wordless = tuple(_domains(where, counts, scope, required=False))
        whole = len(wordless) == len(counts) and all(domain.complete for domain in wordless)
        domains = wordless if whole else ()
    Budget(max_checks, time_limit)  # refuses bad limits before anything is computed
    return Task(
        axiom=checked,
        mechanism=rule,
        setting=where,
        domains=domains,
        problems=problems,
        agents=counts,
        lift=check_lift(lift),
        tolerance=tolerance,
        max_checks=max_checks,
        time_limit=time_limit,
        symmetry=symmetry,
        trials=as_count(trials, "trials"),
        rng=rng,
        scope_options=tuple(sorted(scope.items())),
    )


def _agents(agents: int | Iterable[int] | None) -> tuple[int, ...]:
    if agents is None:
        return ()
    if isinstance(agents, Iterable) and not isinstance(agents, (str, bytes)):
        counts = tuple(as_count(k, "agents", low=1) for k in agents)
        if not counts:
            raise InvalidInputError("agents", "not be empty", agents)
        return tuple(sorted(set(counts)))
    return (as_count(agents, "agents", low=1),)


def _domains(
    setting: Setting, counts: tuple[int, ...], scope: dict[str, Any], *, required: bool
) -> Iterator[Domain]:
    for count in counts:
        try:
            # Lists and arrays in the scope are frozen, as the cache needs hashable words.
            words = tuple((name, freeze(scope[name])) for name in sorted(scope))
            yield _domain(setting, count, words)
        except InvalidInputError:
            if required:
                raise
            return
        except TypeError as error:
            raise InvalidInputError(
                "scope", f"have words that {setting.id} knows", str(error)
            ) from None


@functools.lru_cache(maxsize=32)
def _domain(setting: Setting, count: int, scope: tuple[tuple[str, Any], ...]) -> Domain:
    return setting.domain(count, **dict(scope))
