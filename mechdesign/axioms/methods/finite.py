"""Deciding finite scopes: one problem, or every problem of the domains that were named."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

from mechdesign.axioms.methods import search
from mechdesign.axioms.methods.answers import passed, spent, unknown, violated
from mechdesign.axioms.methods.determinism import contradiction
from mechdesign.axioms.methods.vectorised import Deviations, deviations_table
from mechdesign.axioms.question.axiom import Axiom, get_axiom
from mechdesign.axioms.question.evaluator import Budget, BudgetExhausted, Evaluator
from mechdesign.axioms.question.question import Task
from mechdesign.axioms.question.trust import belongs_to_package, of_package
from mechdesign.axioms.question.verdict import Evidence, Status, Verdict
from mechdesign.axioms.question.witness import Violation, Witness
from mechdesign.errors import InvalidInputError, UndecidedError
from mechdesign.model import Domain, FrozenMap, Outcome, Problem, ShowsWinners

_SPOTS = 24
# Single calls with which the batches of a user's own mechanism are compared.
_COMPARED = 1_000_000


def decide_problems(task: Task) -> Verdict:
    """Decide at the problem that was given."""
    ctx = task.evaluator(task.budget())
    label = "this problem"
    if task.domains:
        # The reports that an agent could make instead are those of a domain that was named.
        label += f", other reports from {task.domains[0].label}"
    try:
        violation = search.first_violation(task.axiom, ctx, task.problems)
        if violation is None and (reason := contradiction(ctx)):
            ctx.undecided(reason)
    except BudgetExhausted:
        return unknown(task, label, "budget", spent(ctx.budget), ctx)
    except UndecidedError as error:
        return unknown(task, label, "missing", str(error), ctx)
    if violation is None:
        label += f", other reports: {ctx.lies}" if ctx.lies else ""
        return passed(task, label, ctx, "every case at this problem")

    def find() -> Witness:
        graded = [((0, 0), problem) for problem in task.problems]
        return _minimal(task, graded, violation)

    return violated(task, label, ctx, find)


def decide_domains(task: Task) -> Verdict:
    """Decide over every problem of the domains that were named."""
    label = "; ".join(dict.fromkeys(domain.label for domain in task.domains))
    if task.axiom.id == "strategyproofness" and not task.lift:
        tables = tables_of(task)
        if tables is not None:
            return _decide_tables(task, label, tables)
    ctx = task.evaluator(task.budget())
    classes = False
    try:
        classes = _use_classes(task, ctx)
        violation, outside = _search(task, ctx, classes)
        if classes and outside and violation is None and not belongs_to_package(task.mechanism):
            # Anonymity was checked on the domain, and the axiom looked beyond it.
            classes = False
            ctx.budget.problems = ctx.budget.checks = 0
            violation, _ = _search(task, ctx, classes)
        if violation is not None:
            return violated(
                task, label, ctx, functools.partial(_minimal_of, task, classes, violation)
            )
        if reason := contradiction(ctx):
            ctx.undecided(reason)
    except BudgetExhausted:
        return unknown(task, label, "budget", spent(ctx.budget), ctx)
    except UndecidedError as error:
        return unknown(task, label, "missing", str(error), ctx)
    count = sum(len(domain) for domain in task.domains)
    what = f"all {count:,} problems"
    if classes:
        what += (
            f", one of each of the {ctx.budget.problems:,} classes that differ by the names of "
            "agents only (anonymity checked on all)"
        )
    return passed(task, label, ctx, what)


def _search(task: Task, ctx: Evaluator, classes: bool) -> tuple[Violation | None, bool]:
    """The first violation, and whether problems were evaluated that had not been before."""
    before = ctx.budget.evaluations
    for domain in task.domains:
        problems = (p for _, p in search.graded_problems(domain, classes=classes))
        violation = search.first_violation(task.axiom, ctx, problems)
        if violation is not None:
            return violation, True
    return None, ctx.budget.evaluations > before


def _use_classes(task: Task, ctx: Evaluator) -> bool:
    """Whether one problem of each anonymity class is enough; checks anonymity first.

    Only where outcomes are public: there anonymous means that the choice is the same, elsewhere
    only that the utilities are exchanged, and an axiom may look at more than utilities.
    """
    wanted = task.symmetry and _symmetric(task.axiom) and task.mechanism.anonymous
    if not wanted or not task.setting.public or task.lift:
        return False
    if any(d.agents < 3 or not d.interchangeable for d in task.domains):
        return False
    anonymity = get_axiom("anonymity")
    own = belongs_to_package(task.mechanism)
    try:
        for domain in task.domains:
            problems = (p for _, p in search.graded_problems(domain, classes=False))
            if search.first_violation(anonymity, ctx, problems) is not None:
                return False
            if not own and not _same_in_class(ctx, domain):
                return False
    except UndecidedError:
        return False
    # The comparisons made for anonymity are no comparisons of the axiom itself.
    ctx.budget.checks = 0
    ctx.budget.problems = 0
    return ctx.exact


def _symmetric(axiom: Axiom) -> bool:
    """Whether renaming agents matters to no violation: of a user's axiom only if it says so."""
    stated = any("symmetric" in vars(c) for c in type(axiom).__mro__ if not of_package(c))
    return axiom.symmetric and (stated or of_package(type(axiom)))


def _same_in_class(ctx: Evaluator, domain: Domain) -> bool:
    """Whether all that an axiom may read off an outcome is the same throughout every class."""
    if isinstance(ctx.mechanism, ShowsWinners):
        return False
    for row in domain.index_matrix.tolist():
        found = ctx.run(domain.problem(row))
        first = ctx.run(domain.problem(sorted(row)))
        if not isinstance(found, Outcome) or not isinstance(first, Outcome):
            return False
        if (found.payments, found.cost) != (first.payments, first.cost):
            return False
        if getattr(found, "winners", None) != getattr(first, "winners", None):
            return False
    return True


def tables_of(task: Task) -> list[Deviations] | None:
    """All choices at once, or None where mechanism, setting or size do not allow it."""
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
                    _find=functools.partial(table_witness, task, table),
                )
    except BudgetExhausted:
        return unknown(task, label, "budget", spent(budget))
    try:
        reason = unverified(task, tables, budget)
    except BudgetExhausted:
        return unknown(task, label, "budget", spent(budget))
    if reason:
        return unknown(task, label, "missing", reason)
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


def table_witness(task: Task, table: Deviations, *, worst: bool = False) -> Witness:
    """The minimal (or the worst) profitable deviation, re-evaluated by single calls."""
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
    if not ctx.exceeds(gap):
        raise _disagreement(task, problem.types)
    violation = Violation(problem, agents=(who,), variant=variant, gap=gap)
    return search.to_witness(task.axiom, ctx, violation, minimal=not worst)


def unverified(task: Task, tables: list[Deviations], budget: Budget) -> str:
    """Compare batches with single calls: why they are no evidence, or nothing if they are.

    A mechanism of the package is compared at a spread of profiles, as its tests compare the two;
    any other at every profile.

    Raises
    ------
    InvalidInputError
        If a batch and a single call disagree.
    """
    own = belongs_to_package(task.mechanism)
    for table in tables:
        size = len(table.domain)
        if not own and size > _COMPARED:
            return (
                f"evaluate_many gains nowhere, but only single calls are evidence, and {size:,} "
                f"profiles are more than the {_COMPARED:,} that are compared"
            )
        step = max(1, size // _SPOTS) if own else 1
        flat = table.choices.reshape(size, -1)
        for k in range(0, size, step):
            budget.check_clock()
            _compare(task, table, flat[k], k)
    return ""


def _compare(task: Task, table: Deviations, row: Any, k: int) -> None:
    """Refuse to conclude from a batch evaluation that a single call contradicts."""
    problem = table.domain.problem(table.domain.index_matrix[k].tolist())
    choice = getattr(task.mechanism.solve(problem), "choice", None)
    single = choice if isinstance(choice, (tuple, list)) else (choice,)
    batch = [Fraction(x.item(), table.scale) if table.scale else x.item() for x in row]
    if len(single) != len(batch):
        raise _disagreement(task, problem.types)
    for one, expected in zip(single, batch, strict=True):
        close = one == expected or (
            not table.scale and abs(float(one) - expected) <= task.tolerance
        )
        if not close:
            raise _disagreement(task, problem.types)


def _disagreement(task: Task, types: Any) -> InvalidInputError:
    return InvalidInputError(
        "evaluate_many", "agree with single calls", types, owner=task.mechanism.name
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
