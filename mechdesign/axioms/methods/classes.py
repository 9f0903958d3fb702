"""One problem of each class, where the names of agents or of alternatives cannot matter.

That they do not is believed of a mechanism of this package which says so; a user's is compared with
itself on the whole domain first.  Agents are exchanged only where outcomes are public: there the
choice of an anonymous mechanism stays as it is, elsewhere only the utilities are exchanged, and an
axiom may look at more than utilities.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator

import numpy as np

from mechdesign.arrays import AnyArray
from mechdesign.axioms.methods import search
from mechdesign.axioms.methods.answers import passed, spent, unknown, violated
from mechdesign.axioms.question.axiom import Axiom
from mechdesign.axioms.question.evaluator import Budget, BudgetExhausted, Evaluator
from mechdesign.axioms.question.profiles import OutcomeArrays, TabulatesOutcomes
from mechdesign.axioms.question.question import Question
from mechdesign.axioms.question.trust import of_package
from mechdesign.axioms.question.verdict import Reason, Verdict
from mechdesign.axioms.question.witness import Violation, Witness
from mechdesign.errors import UndecidedError
from mechdesign.model import Domain, Outcome, Problem, ShowsWinners

# Comparisons for finding the smallest of several counterexamples.
_WITNESS_CHECKS = 200_000


def says(axiom: Axiom, name: str) -> bool:
    """Whether names matter to no violation: of a user's axiom only if its class says so."""
    stated = any(name in vars(c) for c in type(axiom).__mro__ if not of_package(c))
    return bool(getattr(axiom, name)) and (stated or of_package(type(axiom)))


def interchangeable(question: Question) -> bool:
    """Whether the question may be decided on one problem of each class of profiles."""
    return (
        question.limits.symmetry
        and not question.lift
        and question.setting.public
        and question.mechanism.anonymous
        and says(question.axiom, "symmetric")
        and all(domain.interchangeable for domain in question.domains)
    )


def declared_truly(ctx: Evaluator, domains: tuple[Domain, ...]) -> bool:
    """Whether a user's mechanism chooses throughout each class what it chooses at one problem."""
    if isinstance(ctx.mechanism, ShowsWinners):
        return False
    for domain in domains:
        for row in domain.index_matrix.tolist():
            found, first = ctx.run(domain.problem(row)), ctx.run(domain.problem(sorted(row)))
            if not isinstance(found, Outcome) or found != first:
                return False
            if getattr(found, "winners", None) != getattr(first, "winners", None):
                return False
    return ctx.exact


def arrays_of(question: Question) -> OutcomeArrays | None:
    """The outcomes of a mechanism of this package at all profiles; None if not available."""
    setting = question.setting
    if not of_package(type(setting)) or not isinstance(setting, TabulatesOutcomes):
        return None
    first = question.domains[0]
    same = all(
        d.base.data == first.base.data and d.reports[0] == first.reports[0]
        for d in question.domains
    )
    return setting.outcome_arrays(question.mechanism, first) if same else None


def decide_arrays(question: Question, label: str, arrays: OutcomeArrays) -> Verdict | None:
    """Decide all profiles of each size at once; None where the axiom has no such form."""
    ctx = question.evaluator(question.budget())
    arrays.tick = ctx.budget.check_clock
    chosen: set[int] = set()
    try:
        for domain in question.domains:
            n = domain.agents
            found = question.axiom.by_arrays(ctx, arrays, n)
            if found is None or not arrays.exact:
                return None
            cases, wrong = found
            ctx.budget.problems += len(arrays.rows(n, choice=False))
            ctx.budget.evaluations = arrays.evaluations
            if wrong.any():
                rows = np.flatnonzero(wrong)
                first = next(question.axiom.violations(ctx, arrays.problem(n, int(rows[0]))), None)
                if first is None:
                    return unknown(question, label, Reason.MISSING, _disagreement(question, n), ctx)
                find = functools.partial(_smallest, question, arrays, n, rows, first)
                return violated(question, label, ctx, find)
            ctx.budget.spend(cases)
            chosen |= set(arrays.choices(n).tolist()) if arrays.single(n) else {-1, -2}
    except BudgetExhausted:
        return unknown(question, label, Reason.BUDGET, spent(ctx.budget), ctx)
    except UndecidedError as error:
        return unknown(question, label, Reason.MISSING, str(error), ctx)
    ctx.constant = len(chosen) == 1
    count = sum(domain.size for domain in question.domains)
    return passed(question, label, ctx, f"all {count:,} problems, {arrays.told}")


def _disagreement(question: Question, n: int) -> str:
    return (
        f"{question.mechanism.name} is not anonymous or not neutral beyond few agents: the arrays "
        f"of its outcomes and the mechanism itself disagree at {n} agents"
    )


def _smallest(
    question: Question, arrays: OutcomeArrays, n: int, rows: AnyArray, first: Violation
) -> Witness:
    """The first violation, in the order of witnesses, among profiles of one number of agents."""
    e = arrays.profiles(n)
    if arrays.neutral:
        rows = e.with_renamings(rows)
    ctx = question.evaluator(
        Budget(_WITNESS_CHECKS, question.limits.time_limit, question.limits.start)
    )
    best, complete = search.minimal_violation(question.axiom, ctx, _graded(arrays, n, rows))
    return search.to_witness(question.axiom, ctx, best or first, minimal=complete)


def _graded(
    arrays: OutcomeArrays, n: int, rows: AnyArray
) -> Iterator[tuple[search.Order, Problem]]:
    """Some profiles of n agents with their grades, those with few distinct reports first."""
    distinct = (arrays.profiles(n).vectors[rows] > 0).sum(axis=1)
    for k in np.argsort(distinct, kind="stable").tolist():
        yield (int(distinct[k]), 1), arrays.problem(n, int(rows[k]))


def graded_classes(
    question: Question, arrays: OutcomeArrays | None
) -> Iterator[tuple[search.Order, Problem]]:
    """One problem of each class with its grade, simplest first for each number of agents."""
    for domain in question.domains:
        if arrays is not None and says(question.axiom, "neutral"):
            yield from _graded(arrays, domain.agents, arrays.rows(domain.agents))
        else:
            yield from search.graded_problems(domain, classes=True)
