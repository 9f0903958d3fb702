"""The verdicts that the methods of the engine return."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from mechdesign.axioms.question.evaluator import Budget, Evaluator
from mechdesign.axioms.question.question import Task
from mechdesign.axioms.question.verdict import Evidence, Status, Verdict
from mechdesign.model import FrozenMap


def violated(task: Task, label: str, ctx: Evaluator, find: Any) -> Verdict:
    """VIOLATED; `find` builds the witness when it is asked for."""
    return Verdict(
        task.axiom.id,
        task.mechanism.name,
        Status.VIOLATED,
        task.scope(label),
        Evidence("witness", "a counterexample"),
        exact=ctx.exact,
        tolerance=0.0 if ctx.exact else task.tolerance,
        stats=stats(ctx.budget),
        _find=find,
    )


def passed(task: Task, label: str, ctx: Evaluator, what: str) -> Verdict:
    """HOLDS, unless a case was left undecided or the axiom never had anything to say."""
    if ctx.undecided_because:
        return unknown(task, label, "missing", ctx.undecided_because, ctx)
    if not ctx.budget.checks:
        return unknown(
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
        stats=stats(ctx.budget),
    )


def unknown(task: Task, label: str, kind: str, text: str, ctx: Evaluator | None = None) -> Verdict:
    """UNKNOWN, with the kind of reason and the reason."""
    return Verdict(
        task.axiom.id,
        task.mechanism.name,
        Status.UNKNOWN,
        task.scope(label),
        Evidence(kind, text),
        exact=True if ctx is None else ctx.exact,
        tolerance=task.tolerance,
        stats=FrozenMap() if ctx is None else stats(ctx.budget),
    )


def stats(budget: Budget) -> FrozenMap[str, int]:
    """The counts of a check."""
    return FrozenMap(problems=budget.problems, evaluations=budget.evaluations, checks=budget.checks)


def spent(budget: Budget) -> str:
    """What a budget that ran out had bought, in words."""
    return (
        f"{budget.limit} ended the check after {budget.problems:,} problems and "
        f"{budget.checks:,} comparisons without a counterexample"
    )
