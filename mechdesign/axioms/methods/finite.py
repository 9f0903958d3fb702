"""Deciding finite scopes: one problem, or every problem of the domains that were named."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

from mechdesign.axioms.methods import search
from mechdesign.axioms.methods.answers import SAME_EVERYWHERE, passed, spent, unknown, violated
from mechdesign.axioms.methods.by_workers import alone, search_by_workers, shared
from mechdesign.axioms.methods.classes import (
    arrays_of,
    decide_arrays,
    declared_truly,
    graded_classes,
    interchangeable,
)
from mechdesign.axioms.methods.determinism import (
    contradiction,
    draws,
    no_function,
)
from mechdesign.axioms.methods.vectorised import Deviations, deviations_table
from mechdesign.axioms.question.axiom import Axiom
from mechdesign.axioms.question.choice_table import choice_table, other_choice
from mechdesign.axioms.question.evaluator import Budget, BudgetExhausted, without_money
from mechdesign.axioms.question.profiles import OutcomeArrays
from mechdesign.axioms.question.purity import Unsteady, random_state
from mechdesign.axioms.question.question import Question
from mechdesign.axioms.question.trust import believed, belongs_to_package, of_package
from mechdesign.axioms.question.verdict import Evidence, Ground, Reason, Status, Verdict
from mechdesign.axioms.question.witness import Violation, Witness
from mechdesign.errors import InvalidInputError, UndecidedError
from mechdesign.model import FrozenMap, Problem

_SPOTS = 24
# Single calls with which the batches of a user's own mechanism are compared.
_COMPARED = 1_000_000
# The most profiles whose choices are kept in a table.
_TABULATED = 10_000_000


def decide_problems(question: Question) -> Verdict:
    """Decide at the problem that was given."""
    ctx = question.evaluator(question.budget())
    before = random_state(question.mechanism)
    label = "this problem"
    if question.domains:
        # The reports that an agent could make instead are those of a domain that was named.
        label += f", other reports from {question.domains[0].label}"
    try:
        violation = search.first_violation(question.axiom, ctx, question.problems)
        if violation is None and (reason := contradiction(ctx, before)):
            ctx.undecided(reason)
    except BudgetExhausted:
        return unknown(question, label, Reason.BUDGET, spent(ctx.budget), ctx)
    except UndecidedError as error:
        return unknown(question, label, Reason.MISSING, str(error), ctx)
    if violation is None:
        label += f", other reports: {ctx.lies}" if ctx.lies else ""
        return passed(question, label, ctx, "every case at this problem")

    def find() -> Witness:
        graded = [((0, 0), problem) for problem in question.problems]
        return _minimal(question, graded, violation)

    return violated(question, label, ctx, find)


def decide_domains(question: Question) -> Verdict:
    """Decide over every problem of the domains that were named."""
    try:
        return _decide_domains(question)
    except Unsteady:  # one process sees what the mechanism keeps
        return _decide_domains(alone(question))


def _decide_domains(question: Question) -> Verdict:
    label = "; ".join(dict.fromkeys(domain.label for domain in question.domains))
    if question.axiom.id == "strategyproofness" and not question.lift:
        tables = tables_of(question)
        if tables is not None:
            return _decide_tables(question, label, tables)
    own = believed(question.mechanism, "anonymous")
    # For two agents comparing a user's mechanism with itself costs more than it saves.
    large = [domain.agents > 2 for domain in question.domains]
    classes = interchangeable(question) and (any(large) if own else all(large))
    arrays = arrays_of(question) if classes and own else None
    if arrays is not None:
        verdict = decide_arrays(question, label, arrays)
        if verdict is not None:
            return verdict
    if not own:
        verdict = _decide_tabulated(question, label)
        if verdict is not None:
            return verdict
    ctx = question.evaluator(question.budget())
    before = random_state(question.mechanism)
    try:
        classes = classes and (own or declared_truly(ctx, question.domains))
        known = ctx.budget.evaluations
        if shared(question) and arrays is None and (own or not classes):
            violation = search_by_workers(question, ctx, classes)
        else:
            violation = search.first_violation(
                question.axiom, ctx, _problems(question, classes, arrays)
            )
        beyond = not own and ctx.budget.evaluations > known
        if classes and violation is None and (beyond or not ctx.exact):
            # What was compared before is not all that the axiom looked at, or was not exact.
            classes = False
            ctx.budget.problems = ctx.budget.checks = 0
            violation = search.first_violation(
                question.axiom, ctx, _problems(question, classes, None)
            )
        if violation is not None:
            return violated(
                question,
                label,
                ctx,
                # Renamed problems tie but for their names, which the order of witnesses looks at.
                lambda: _minimal(question, _graded(question, classes, None), violation),
            )
        if reason := contradiction(ctx, before):
            ctx.undecided(reason)
    except BudgetExhausted:
        return unknown(question, label, Reason.BUDGET, spent(ctx.budget), ctx)
    except UndecidedError as error:
        return unknown(question, label, Reason.MISSING, str(error), ctx)
    what = f"all {sum(domain.size for domain in question.domains):,} problems"
    if classes:
        what += (
            f", one of each of the {ctx.budget.problems:,} classes that differ by names only "
            f"({'anonymous by construction' if own else 'the same choice throughout each of them'})"
        )
    return passed(question, label, ctx, what)


def _decide_tabulated(question: Question, label: str) -> Verdict | None:
    """Decide from tables of all choices; None where axiom, setting or outcomes do not allow it."""
    setting, axiom = question.setting, question.axiom
    if not (
        type(axiom).tabulated is not Axiom.tabulated
        and setting.private_values
        and of_package(type(setting))
        and not question.lift
        and all(domain.size <= _TABULATED for domain in question.domains)
    ):
        return None
    ctx = question.evaluator(question.budget())
    before = random_state(question.mechanism)
    try:
        tables = []
        for domain in question.domains:
            table = choice_table(ctx, domain)
            if table is None:
                return None
            tables.append(table)
        for table in tables:
            found = axiom.tabulated(ctx, table)
            if found is None:
                return None
            for violation in found:
                return violated(
                    question,
                    label,
                    ctx,
                    functools.partial(
                        _minimal, question, _graded(question, False, None), violation
                    ),
                )
        for table in tables:
            if problem := other_choice(ctx, table):
                return unknown(
                    question, label, Reason.MISSING, no_function(ctx.mechanism, problem), ctx
                )
        if random_state(ctx.mechanism) != before:
            return unknown(question, label, Reason.MISSING, draws(ctx.mechanism), ctx)
    except BudgetExhausted:
        return unknown(question, label, Reason.BUDGET, spent(ctx.budget), ctx)
    except UndecidedError as error:
        return unknown(question, label, Reason.MISSING, str(error), ctx)
    return passed(question, label, ctx, f"all {ctx.budget.problems:,} problems")


def _graded(
    question: Question, classes: bool, arrays: OutcomeArrays | None
) -> Iterator[tuple[search.Order, Problem]]:
    """Every problem of the domains with its grade, or one of each class."""
    if classes:
        yield from graded_classes(question, arrays)
        return
    for domain in question.domains:
        yield from search.graded_problems(domain, classes=False)


def _problems(question: Question, classes: bool, arrays: OutcomeArrays | None) -> Iterator[Problem]:
    return (problem for _, problem in _graded(question, classes, arrays))


def tables_of(question: Question) -> list[Deviations] | None:
    """All choices at once, or None where mechanism, setting or size do not allow it."""
    tables = []
    for domain in question.domains:
        if question.limits.max_checks is not None and domain.size > question.limits.max_checks:
            return None
        table = deviations_table(question.mechanism, question.setting, domain)
        if table is None:
            return None
        tables.append(table)
    return tables


def _decide_tables(question: Question, label: str, tables: list[Deviations]) -> Verdict:
    budget = question.budget()
    exact = all(table.scale for table in tables)
    stats: FrozenMap[str, int] = FrozenMap(
        problems=sum(len(t.domain) for t in tables), checks=sum(t.checks for t in tables)
    )
    try:
        for table in tables:
            if search.vectorised_violated(table, budget, question.gap_allowed):
                if not belongs_to_package(question.mechanism):
                    table_witness(question, table)  # refuses batches that single calls contradict
                return Verdict(
                    question.axiom.id,
                    question.mechanism.name,
                    Status.VIOLATED,
                    question.scope(label),
                    Evidence(Ground.WITNESS, "a profitable misreport"),
                    exact=exact,
                    tolerance=0.0 if exact else question.gap_allowed,
                    stats=stats,
                    _find=functools.partial(table_witness, question, table),
                )
    except BudgetExhausted:
        return unknown(question, label, Reason.BUDGET, spent(budget))
    try:
        reason = unverified(question, tables, budget)
    except BudgetExhausted:
        return unknown(question, label, Reason.BUDGET, spent(budget))
    if reason:
        return unknown(question, label, Reason.MISSING, reason)
    text = (
        f"no misreport gains at any of {stats['problems']:,} profiles "
        f"({stats['checks']:,} comparisons)"
    )
    first = tables[0].choices.flat[0]
    if stats["problems"] > 1 and all(bool((table.choices == first).all()) for table in tables):
        text += f"; {SAME_EVERYWHERE}"
    return Verdict(
        question.axiom.id,
        question.mechanism.name,
        Status.HOLDS,
        question.scope(label),
        Evidence(Ground.EXHAUSTIVE, text),
        exact=exact,
        tolerance=0.0 if exact else question.gap_allowed,
        stats=stats,
    )


def table_witness(question: Question, table: Deviations, *, worst: bool = False) -> Witness:
    """The minimal (or the worst) profitable deviation, re-evaluated by single calls."""
    budget = Budget()
    if worst:
        where = search.vectorised_worst(table, budget, question.gap_allowed)
        assert where is not None  # asked for only where there is a violation
    else:
        where = search.vectorised_minimal(table, budget, question.gap_allowed)
    indices, agent, report = where
    domain = table.domain
    problem = domain.problem(indices)
    who = problem.agents[agent]
    variant = problem.report(who, domain.reports[agent][report])
    ctx = question.evaluator(Budget())
    gap = ctx.gain(problem, who, problem.types[agent], ctx.run(problem), ctx.run(variant))
    if not ctx.exceeds(gap):
        raise _disagreement(question, problem.types)
    violation = Violation(problem, agents=(who,), variant=variant, gap=gap)
    return search.to_witness(question.axiom, ctx, violation, minimal=not worst)


def unverified(question: Question, tables: list[Deviations], budget: Budget) -> str:
    """Compare batches with single calls: why they are no evidence, or nothing if they are.

    A mechanism of the package is compared at a spread of profiles, as its tests compare the two;
    any other at every profile.

    Raises
    ------
    InvalidInputError
        If a batch and a single call disagree.
    """
    own = belongs_to_package(question.mechanism)
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
            _compare(question, table, flat[k], k)
    return ""


def _compare(question: Question, table: Deviations, row: Any, k: int) -> None:
    """Refuse to conclude from a batch evaluation that a single call contradicts."""
    problem = table.domain.problem(table.domain.index_matrix[k].tolist())
    found = without_money(question.mechanism.solve(problem), question.setting, question.mechanism)
    choice = getattr(found, "choice", None)
    single = choice if isinstance(choice, (tuple, list)) else (choice,)
    batch = [Fraction(x.item(), table.scale) if table.scale else x.item() for x in row]
    if len(single) != len(batch):
        raise _disagreement(question, problem.types)
    for one, expected in zip(single, batch, strict=True):
        close = one == expected or (
            not table.scale and abs(float(one) - expected) <= question.gap_allowed
        )
        if not close:
            raise _disagreement(question, problem.types)


def _disagreement(question: Question, types: object) -> InvalidInputError:
    return InvalidInputError(
        "evaluate_many", "agree with single calls", types, owner=question.mechanism.name
    )


def _minimal(
    question: Question, graded: Iterable[tuple[Any, Problem]], found: Violation
) -> Witness:
    ctx = question.evaluator(question.budget())
    ordered = all(domain.ordered for domain in question.domains)
    best, complete = search.minimal_violation(question.axiom, ctx, graded, ordered=ordered)
    ctx = question.evaluator(Budget())
    violation = best or found
    ctx.exceeds(violation.gap)
    return search.to_witness(question.axiom, ctx, violation, minimal=complete)
