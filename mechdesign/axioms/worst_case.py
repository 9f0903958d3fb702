"""The quantitative form of an axiom: the worst regret, the largest shortfall."""

from __future__ import annotations

from typing import Any

from mechdesign.axioms.methods import search
from mechdesign.axioms.methods.finite import table_witness, tables_of, unverified
from mechdesign.axioms.question.evaluator import Budget, BudgetExhausted
from mechdesign.axioms.question.question import Question, asks
from mechdesign.axioms.question.verdict import Scope
from mechdesign.axioms.question.witness import Violation, Witness
from mechdesign.errors import InvalidInputError, UndecidedError
from mechdesign.model import Number, Problem, show
from mechdesign.records import dataclass

__all__ = ["Worst", "worst"]


@dataclass(frozen=True)
class Worst:
    """How badly an axiom fails over a scope.

    Parameters
    ----------
    axiom, mechanism : str
        What was asked.
    value : number
        The largest gap: 0 if there is no violation.
    witness : Witness or None
        Where it is attained.
    scope : Scope
        What was searched.
    complete : bool
        Whether the whole scope was searched; if not, `value` is a lower bound.
    """

    axiom: str
    mechanism: str
    value: Number
    witness: Witness | None
    scope: Scope
    complete: bool

    def __repr__(self) -> str:
        sign = "" if self.complete else "at least "
        lines = [f"{self.axiom} of {self.mechanism}: worst gap {sign}{show(self.value)}"]
        lines[0] += f" ({self.scope})"
        if self.witness is not None:
            lines.append(f"  {self.witness.explain()}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        import html

        return "<pre>" + html.escape(repr(self)) + "</pre>"


@asks
def worst(question: Question) -> Worst:
    """The largest violation of an axiom over a finite scope.

    Parameters
    ----------
    axiom : str or Axiom
        For ``strategyproofness`` the answer is the worst regret.
    mechanism : mechanism, function or identifier
        What to measure.
    **options
        As in :func:`~mechdesign.axioms.check`; a finite domain or a problem must be named.

    Raises
    ------
    InvalidInputError
        If no finite scope is named.
    UndecidedError
        If the axiom cannot be decided in the setting.

    Examples
    --------
    >>> from mechdesign import axioms, facility
    >>> axioms.worst("strategyproofness", facility.average, agents=2, grid=4).value
    Fraction(1, 4)
    """
    reason = question.axiom.applies(question.setting)
    if reason:
        raise UndecidedError(reason)
    if not question.problems and not question.domains:
        raise InvalidInputError("agents", "come with a finite domain, or a problem be given", None)
    label = "this problem" if question.problems else "; ".join(d.label for d in question.domains)
    scope = question.scope(label)
    if question.axiom.id == "strategyproofness" and not question.lift and not question.problems:
        tables = tables_of(question)
        if tables is not None:
            complete = not unverified(question, tables, Budget())
            found = [_worst_in(question, table) for table in tables]
            witnesses = [w for w in found if w is not None]
            top = max(witnesses, key=lambda w: w.gap, default=None)
            value: Number = 0 if top is None else top.gap
            return Worst(question.axiom.id, question.mechanism.name, value, top, scope, complete)
    return _worst_by_loop(question, scope)


def _worst_in(question: Question, table: Any) -> Witness | None:
    if not search.vectorised_violated(table, Budget(), question.gap_allowed):
        return None
    return table_witness(question, table, worst=True)


def _worst_by_loop(question: Question, scope: Scope) -> Worst:
    ctx = question.evaluator(question.budget())
    best: Violation | None = None
    complete = True
    try:
        for problem in _problems(question):
            ctx.budget.problems += 1
            for violation in question.axiom.violations(ctx, problem):
                if best is None or violation.gap > best.gap:
                    best = violation
    except BudgetExhausted:
        complete = False
    if ctx.undecided_because and best is None:
        raise UndecidedError(ctx.undecided_because)
    witness = None
    if best is not None:
        fresh = question.evaluator(Budget())
        fresh.exceeds(best.gap)
        witness = search.to_witness(question.axiom, fresh, best, minimal=False)
    value: Number = 0 if best is None else best.gap
    return Worst(
        question.axiom.id,
        question.mechanism.name,
        value,
        witness,
        scope,
        complete and not ctx.undecided_because,
    )


def _problems(question: Question) -> Any:
    if question.problems:
        return iter(question.problems)
    return _every(question)


def _every(question: Question) -> Any:
    for domain in question.domains:
        for _, problem in search.graded_problems(domain, classes=False):
            checked: Problem = problem
            yield checked
