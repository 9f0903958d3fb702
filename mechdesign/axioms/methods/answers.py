"""The verdicts that the methods of the engine return."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from mechdesign.axioms.question.evaluator import Budget, Evaluator
from mechdesign.axioms.question.question import Question
from mechdesign.axioms.question.verdict import Evidence, Ground, Reason, Status, Verdict
from mechdesign.model import FrozenMap

#: Told where a verdict may be true for a reason that nobody meant.
SAME_EVERYWHERE = "the mechanism chose the same outcome at every problem"


def violated(question: Question, label: str, ctx: Evaluator, find: Any) -> Verdict:
    """VIOLATED; `find` builds the witness when it is asked for."""
    return Verdict(
        question.axiom.id,
        question.mechanism.name,
        Status.VIOLATED,
        question.scope(label),
        Evidence(Ground.WITNESS, "a counterexample"),
        exact=ctx.exact,
        tolerance=0.0 if ctx.exact else question.gap_allowed,
        stats=stats(ctx.budget),
        _find=find,
    )


def passed(question: Question, label: str, ctx: Evaluator, what: str) -> Verdict:
    """HOLDS; UNKNOWN if a case was left undecided or no comparison was made."""
    if ctx.undecided_because:
        return unknown(question, label, Reason.MISSING, ctx.undecided_because, ctx)
    if not ctx.budget.checks:
        return unknown(
            question,
            label,
            Reason.VACUOUS,
            "the axiom demands nothing at any of these problems",
            ctx,
        )
    scope = question.scope(label)
    if ctx.lotteries and not scope.lift:
        scope = replace(scope, lift="expectation")
    return Verdict(
        question.axiom.id,
        question.mechanism.name,
        Status.HOLDS,
        scope,
        Evidence(Ground.EXHAUSTIVE, f"{what} ({ctx.budget.checks:,} comparisons)" + _beside(ctx)),
        exact=ctx.exact,
        tolerance=0.0 if ctx.exact else question.gap_allowed,
        stats=stats(ctx.budget),
    )


def _beside(ctx: Evaluator) -> str:
    """Warnings that belong to a verdict."""
    told = ""
    evaluations = ctx.budget.evaluations
    if ctx.asked_twice and ctx.asked_twice < evaluations:
        told += f"; asked twice at {ctx.asked_twice:,} of {evaluations:,} problems only"
    if ctx.constant and evaluations > 1:
        told += f"; {SAME_EVERYWHERE}"
    return told


def unknown(
    question: Question, label: str, kind: Reason, text: str, ctx: Evaluator | None = None
) -> Verdict:
    """UNKNOWN, with the kind of reason and the reason."""
    return Verdict(
        question.axiom.id,
        question.mechanism.name,
        Status.UNKNOWN,
        question.scope(label),
        Evidence(kind, text),
        exact=True if ctx is None else ctx.exact,
        tolerance=question.gap_allowed,
        stats=FrozenMap() if ctx is None else stats(ctx.budget),
    )


def stats(budget: Budget) -> FrozenMap[str, int]:
    """The counts of a check."""
    return FrozenMap(problems=budget.problems, evaluations=budget.evaluations, checks=budget.checks)


def spent(budget: Budget) -> str:
    """How much was checked before the budget ran out, in words."""
    return (
        f"{budget.limit} ended the check after {budget.problems:,} problems and "
        f"{budget.checks:,} comparisons without a counterexample"
    )
