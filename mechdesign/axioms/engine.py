"""The engine: which method decides an axiom, and what its answer is worth.

The order of methods is: a parametric certificate, where the caller named no finite domain;
exhaustion, where the caller named one or the setting has only finitely many problems; a theorem
that the mechanism claims, after a hunt for its refutation on small domains; that hunt, and
sampling, for everything else.  Exhausting a sample of a continuum proves nothing about the
continuum, so it yields HOLDS only for the sample that the caller named.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from mechdesign.axioms import search
from mechdesign.axioms.axiom import Axiom, get_axiom
from mechdesign.axioms.certificates import certificates
from mechdesign.axioms.evaluator import Budget, BudgetExhausted, Evaluator
from mechdesign.axioms.lift import SET_LIFTS, check_lift
from mechdesign.axioms.vectorised import Deviations, deviations_table
from mechdesign.axioms.verdict import Certificate, Evidence, Scope, Status, Verdict
from mechdesign.axioms.witness import Violation, Witness
from mechdesign.errors import InvalidInputError, UndecidedError
from mechdesign.model import (
    AgentId,
    Domain,
    FrozenMap,
    Mechanism,
    MechanismLike,
    Problem,
    Setting,
    as_count,
    as_mechanism,
    as_number,
    generator,
)
from mechdesign.model.setting import SamplesProblems, Simplifies

__all__ = ["Task", "check"]

_HUNT_CHECKS = 200_000


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

    def evaluator(self, budget: Budget) -> Evaluator:
        """A fresh evaluator with the deviations of this task."""
        return Evaluator(
            self.mechanism,
            self.setting,
            budget,
            lift=self.lift,
            tolerance=self.tolerance,
            reports=self._reports,
            closed=not self.problems and all(d.interchangeable for d in self.domains),
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


def check(
    axiom: str | Axiom,
    mechanism: MechanismLike,
    *,
    setting: Setting | None = None,
    agents: int | Iterable[int] | None = None,
    problem: Any = None,
    preferences: str | None = None,
    lift: str = "",
    tolerance: float = 1e-9,
    max_checks: int | None = 100_000_000,
    time_limit: float | None = None,
    symmetry: bool = True,
    trials: int = 1000,
    rng: Any = 0,
    **scope: Any,
) -> Verdict:
    """Check whether a mechanism satisfies an axiom, with evidence.

    Parameters
    ----------
    axiom : str or Axiom
        An identifier such as ``"strategyproofness"``.
    mechanism : mechanism, function or identifier
        What to check.  A function of one's own needs `setting`.
    setting : Setting, optional
        Where to check; by default the mechanism's own setting.
    agents : int or iterable of int, optional
        The numbers of agents.
    problem : Problem or plain data, optional
        Check at this problem only.
    preferences : str, optional
        The preference domain, where the setting has several (``"euclidean"``,
        ``"single_peaked"``).
    lift : str, optional
        How lotteries and sets of tied outcomes are compared: ``expectation`` (the default for
        lotteries), ``dominance``, ``ex_post``, ``optimist``, ``pessimist``.
    tolerance : float
        What a gap must exceed to count as a violation when the mechanism computes with floats.
    max_checks, time_limit : optional
        Elementary comparisons and seconds allowed.  A budget that runs out gives UNKNOWN.
    symmetry : bool
        Use that a mechanism is declared anonymous (after checking it on the whole domain) to look
        at one profile of each class only.
    trials : int
        Random problems to try where nothing better decides.
    rng : numpy.random.Generator or int
        For those.
    **scope
        The finite domain, in the words of the setting: ``grid=4``, ``alternatives=3``.

    Returns
    -------
    Verdict
        HOLDS or VIOLATED relative to its scope, or UNKNOWN with the reason.  A grid that was
        named is decided as named; without one, a continuous setting is decided by a certificate
        or a theorem or a counterexample, never by a grid.

    Raises
    ------
    InvalidInputError
        On an unknown axiom or a scope that the setting does not have.

    Notes
    -----
    Exhaustive strategyproofness of n agents with g reports each takes g^n evaluations and
    n g^(n+1) comparisons; they are array operations where the mechanism has ``evaluate_many``.

    Examples
    --------
    >>> from mechdesign import axioms, facility
    >>> verdict = axioms.check("strategyproofness", facility.average(), agents=2, grid=4)
    >>> verdict.status, verdict.witness.gap
    (<Status.VIOLATED: 'VIOLATED'>, Fraction(1, 4))
    >>> verdict.witness.replay(facility.average())
    True
    """
    task = prepare(
        axiom,
        mechanism,
        setting=setting,
        agents=agents,
        problem=problem,
        preferences=preferences,
        lift=lift,
        tolerance=tolerance,
        max_checks=max_checks,
        time_limit=time_limit,
        symmetry=symmetry,
        trials=trials,
        rng=rng,
        **scope,
    )
    return decide(task)


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
    if counts:
        domains = tuple(_domains(where, counts, scope, required=bool(scope)))
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


def decide(task: Task) -> Verdict:
    """Answer a prepared question."""
    reason = task.axiom.applies(task.setting)
    if reason:
        return _unknown(task, "all problems", "missing", reason)
    if task.lift in SET_LIFTS and not hasattr(task.mechanism, "winners"):
        reason = f"{task.mechanism.name} does not show the outcomes that tie"
        return _unknown(task, "all problems", "missing", reason)
    if task.problems:
        return _decide_problems(task)
    if task.domains:
        return _decide_domains(task)
    return _decide_everywhere(task)


# ------------------------------------------------------------------------ finite scopes


def _decide_problems(task: Task) -> Verdict:
    ctx = task.evaluator(task.budget())
    label = "this problem"
    try:
        violation = search.first_violation(task.axiom, ctx, task.problems)
    except BudgetExhausted:
        return _unknown(task, label, "budget", _spent(ctx.budget), ctx)
    except UndecidedError as error:
        return _unknown(task, label, "missing", str(error), ctx)
    if violation is None:
        return _passed(task, label, ctx, "every case at this problem")

    def find() -> Witness:
        graded = [((0, 0), problem) for problem in task.problems]
        return _minimal(task, graded, violation)

    return _violated(task, label, ctx, find)


def _decide_domains(task: Task) -> Verdict:
    label = "; ".join(dict.fromkeys(domain.label for domain in task.domains))
    if task.axiom.id == "strategyproofness" and not task.lift:
        tables = _tables(task)
        if tables is not None:
            return _decide_tables(task, label, tables)
    ctx = task.evaluator(task.budget())
    classes = False
    try:
        classes = _use_classes(task, ctx)
        for domain in task.domains:
            problems = (p for _, p in search.graded_problems(domain, classes=classes))
            violation = search.first_violation(task.axiom, ctx, problems)
            if violation is not None:
                return _violated(
                    task, label, ctx, functools.partial(_minimal_of, task, classes, violation)
                )
    except BudgetExhausted:
        return _unknown(task, label, "budget", _spent(ctx.budget), ctx)
    except UndecidedError as error:
        return _unknown(task, label, "missing", str(error), ctx)
    count = sum(len(domain) for domain in task.domains)
    what = f"all {count:,} problems"
    if classes:
        what += (
            f", one of each of the {ctx.budget.problems:,} classes that differ by the names of "
            "agents only (anonymity checked on all)"
        )
    return _passed(task, label, ctx, what)


def _use_classes(task: Task, ctx: Evaluator) -> bool:
    """Whether one problem of each anonymity class is enough; checks anonymity first."""
    wanted = task.symmetry and task.axiom.symmetric and task.mechanism.anonymous
    if not wanted or any(d.agents < 3 or not d.interchangeable for d in task.domains):
        return False
    anonymity = get_axiom("anonymity")
    for domain in task.domains:
        problems = (p for _, p in search.graded_problems(domain, classes=False))
        if search.first_violation(anonymity, ctx, problems) is not None:
            return False
    # The comparisons made for anonymity are no comparisons of the axiom itself.
    ctx.budget.checks = 0
    ctx.budget.problems = 0
    return not ctx.undecided_because and ctx.exact


def _tables(task: Task) -> list[Deviations] | None:
    tables = []
    for domain in task.domains:
        if task.max_checks is not None and len(domain) > task.max_checks:
            return None
        table = deviations_table(task.mechanism, task.setting, domain)
        if table is None:
            return None
        tables.append(table)
    return tables


def _decide_tables(task: Task, label: str, tables: list[Deviations]) -> Verdict:
    budget = task.budget()
    exact = all(table.scale for table in tables)
    stats: FrozenMap[str, int] = FrozenMap(
        problems=sum(len(t.domain) for t in tables), checks=sum(t.checks for t in tables)
    )
    try:
        for table in tables:
            if search.vectorised_violated(table, budget, task.tolerance):
                return Verdict(
                    task.axiom.id,
                    task.mechanism.name,
                    Status.VIOLATED,
                    task.scope(label),
                    Evidence("witness", "a profitable misreport"),
                    exact=exact,
                    tolerance=0.0 if exact else task.tolerance,
                    stats=stats,
                    _find=functools.partial(_table_witness, task, table),
                )
    except BudgetExhausted:
        return _unknown(task, label, "budget", _spent(budget))
    text = (
        f"no misreport gains at any of {stats['problems']:,} profiles "
        f"({stats['checks']:,} comparisons)"
    )
    return Verdict(
        task.axiom.id,
        task.mechanism.name,
        Status.HOLDS,
        task.scope(label),
        Evidence("exhaustive", text),
        exact=exact,
        tolerance=0.0 if exact else task.tolerance,
        stats=stats,
    )


def _table_witness(task: Task, table: Deviations, *, worst: bool = False) -> Witness:
    budget = Budget()
    if worst:
        where = search.vectorised_worst(table, budget, task.tolerance)
        assert where is not None  # asked for only where there is a violation
    else:
        where = search.vectorised_minimal(table, budget, task.tolerance)
    indices, agent, report = where
    domain = table.domain
    problem = domain.problem(indices)
    who = problem.agents[agent]
    variant = problem.report(who, domain.reports[agent][report])
    ctx = task.evaluator(Budget())
    gap = ctx.gain(problem, who, problem.types[agent], ctx.run(problem), ctx.run(variant))
    ctx.exceeds(gap)
    violation = Violation(problem, agents=(who,), variant=variant, gap=gap)
    return search.to_witness(task.axiom, ctx, violation, minimal=not worst)


# ------------------------------------------------------------------------ everywhere


def _decide_everywhere(task: Task) -> Verdict:
    """Decide for all problems of the setting, of the numbers of agents named, if any."""
    scope = task.scope("all problems")
    for decide_it in certificates(task.axiom.id, task.mechanism):
        answer = decide_it(task.mechanism, task.setting, scope)
        if isinstance(answer, Certificate):
            return Verdict(
                task.axiom.id,
                task.mechanism.name,
                Status.HOLDS,
                scope,
                Evidence("certificate", answer.text),
                certificate=answer,
            )
        if isinstance(answer, Violation):
            ctx = task.evaluator(Budget())
            return _violated(
                task,
                "all problems",
                ctx,
                functools.partial(search.to_witness, task.axiom, ctx, answer, minimal=False),
            )
    hunted = _hunt(task)
    if isinstance(hunted, Verdict):
        return hunted
    theorem = task.mechanism.claims.get(task.axiom.id)
    covered = (
        theorem is not None
        and not task.lift
        and (task.setting.key in (theorem.settings or (task.mechanism.setting.key,)))
    )
    if theorem is not None and covered:
        text = f"{theorem}; no counterexample on {hunted}" if hunted else str(theorem)
        return Verdict(
            task.axiom.id, task.mechanism.name, Status.HOLDS, scope, Evidence("theorem", text)
        )
    return _sampled(task, hunted)


def _hunt(task: Task) -> Verdict | str:
    """Look for a counterexample on small domains: a VIOLATED verdict, or what was searched."""
    searched: list[str] = []
    for domain in task.setting.small_domains():
        if task.agents and domain.agents not in task.agents:
            continue
        limit = min(_HUNT_CHECKS, task.max_checks or _HUNT_CHECKS)
        small = replace(task, domains=(domain,), agents=(domain.agents,), max_checks=limit)
        verdict = _decide_domains(small)
        if verdict.status is Status.VIOLATED:
            return verdict
        if verdict.status is Status.HOLDS:
            searched.append(f"{domain.label}, n={domain.agents}")
    return "; ".join(searched)


def _sampled(task: Task, hunted: str) -> Verdict:
    """Try random problems: VIOLATED or UNKNOWN, never HOLDS."""
    label = "all problems"
    beyond = f" (passes on {hunted}, which proves nothing beyond)" if hunted else ""
    if not isinstance(task.setting, SamplesProblems) or not task.trials:
        advice = "no certificate, no theorem and no finite domain: name one"
        return _unknown(task, label, "missing", advice + beyond)
    ctx = task.evaluator(task.budget())
    rng = generator(task.rng)
    tried = 0
    try:
        for tried in range(1, task.trials + 1):
            count = task.agents[(tried - 1) % len(task.agents)] if task.agents else 2 + tried % 2
            problem = task.setting.sample(rng, count)
            for violation in task.axiom.violations(ctx, problem):
                return _violated(task, label, ctx, functools.partial(_shrink, task, violation))
    except BudgetExhausted:
        return _unknown(task, label, "budget", _spent(ctx.budget), ctx)
    except UndecidedError as error:
        return _unknown(task, label, "missing", str(error) + beyond, ctx)
    seed = f", seed {task.rng}" if isinstance(task.rng, int) else ""
    text = f"no counterexample in {tried} random problems{seed}{beyond}"
    return _unknown(task, label, "sampled", text, ctx)


def _shrink(task: Task, violation: Violation) -> Witness:
    """The witness at the simplest problem that greedy simplification reaches."""
    ctx = task.evaluator(Budget())
    best = violation
    improved = isinstance(task.setting, Simplifies)
    while improved:
        improved = False
        setting: Any = task.setting
        for problem in setting.simpler(best.problem):
            found, _ = search.minimal_violation(task.axiom, ctx, [((0, 0), problem)])
            if found is not None and search.witness_order(
                task.setting, found
            ) < search.witness_order(task.setting, best):
                best, improved = found, True
                break
    return search.to_witness(task.axiom, ctx, best, minimal=False)


# ------------------------------------------------------------------------ answers


def _violated(task: Task, label: str, ctx: Evaluator, find: Any) -> Verdict:
    return Verdict(
        task.axiom.id,
        task.mechanism.name,
        Status.VIOLATED,
        task.scope(label),
        Evidence("witness", "a counterexample"),
        exact=ctx.exact,
        tolerance=0.0 if ctx.exact else task.tolerance,
        stats=_stats(ctx.budget),
        _find=find,
    )


def _passed(task: Task, label: str, ctx: Evaluator, what: str) -> Verdict:
    """HOLDS, unless a case was left undecided or the axiom never had anything to say."""
    if ctx.undecided_because:
        return _unknown(task, label, "missing", ctx.undecided_because, ctx)
    if not ctx.budget.checks:
        return _unknown(
            task, label, "vacuous", "the axiom demands nothing at any of these problems", ctx
        )
    scope = task.scope(label)
    if ctx.lotteries and not scope.lift:
        scope = replace(scope, lift="expectation")
    return Verdict(
        task.axiom.id,
        task.mechanism.name,
        Status.HOLDS,
        scope,
        Evidence("exhaustive", f"{what} ({ctx.budget.checks:,} comparisons)"),
        exact=ctx.exact,
        tolerance=0.0 if ctx.exact else task.tolerance,
        stats=_stats(ctx.budget),
    )


def _unknown(task: Task, label: str, kind: str, text: str, ctx: Evaluator | None = None) -> Verdict:
    return Verdict(
        task.axiom.id,
        task.mechanism.name,
        Status.UNKNOWN,
        task.scope(label),
        Evidence(kind, text),
        exact=True if ctx is None else ctx.exact,
        tolerance=task.tolerance,
        stats=FrozenMap() if ctx is None else _stats(ctx.budget),
    )


def _minimal_of(task: Task, classes: bool, found: Violation) -> Witness:
    def graded() -> Iterator[tuple[Any, Problem]]:
        for domain in task.domains:
            yield from search.graded_problems(domain, classes=classes)

    return _minimal(task, graded(), found)


def _minimal(task: Task, graded: Iterable[tuple[Any, Problem]], found: Violation) -> Witness:
    ctx = task.evaluator(task.budget())
    best, complete = search.minimal_violation(task.axiom, ctx, graded)
    ctx = task.evaluator(Budget())
    violation = best or found
    ctx.exceeds(violation.gap)
    return search.to_witness(task.axiom, ctx, violation, minimal=complete)


def _stats(budget: Budget) -> FrozenMap[str, int]:
    return FrozenMap(problems=budget.problems, evaluations=budget.evaluations, checks=budget.checks)


def _spent(budget: Budget) -> str:
    return (
        f"{budget.limit} ended the check after {budget.problems:,} problems and "
        f"{budget.checks:,} comparisons without a counterexample"
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
            yield _domain(setting, count, tuple(sorted(scope.items())))
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
