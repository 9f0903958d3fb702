"""The quantitative form of an axiom: the worst regret, the largest shortfall."""

from __future__ import annotations

import functools
import math
from typing import Any

from mechdesign.axioms.continuum.attempt import explored, obstacle, program_of
from mechdesign.axioms.continuum.extremes import Extreme, climb
from mechdesign.axioms.continuum.program import Program
from mechdesign.axioms.continuum.proof import PathProof
from mechdesign.axioms.continuum.search import Explored
from mechdesign.axioms.methods import search
from mechdesign.axioms.methods.by_workers import alone, search_by_workers, shared
from mechdesign.axioms.methods.finite import table_witness, tables_of, unverified
from mechdesign.axioms.question.evaluator import Budget, BudgetExhausted
from mechdesign.axioms.question.purity import Unsteady
from mechdesign.axioms.question.question import Question, asks
from mechdesign.axioms.question.verdict import Scope, all_problems
from mechdesign.axioms.question.witness import Violation, Witness
from mechdesign.errors import InvalidInputError, UndecidedError
from mechdesign.model import Number, Problem, show
from mechdesign.model.setting import SpansReports
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
    attained : bool
        Whether `value` is attained; if not, the gaps come as near to it as you please.
    proofs : tuple of PathProof
        That no gap exceeds `value`, where all real reports were asked about.
    """

    axiom: str
    mechanism: str
    value: Number
    witness: Witness | None
    scope: Scope
    complete: bool
    attained: bool = True
    proofs: tuple[PathProof, ...] = ()

    def __repr__(self) -> str:
        sign = "" if self.attained else "(not attained) "
        sign = sign if self.complete else "at least "
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
    """The largest violation of an axiom over a finite scope, or on all real reports.

    Parameters
    ----------
    axiom : str or Axiom
        For ``strategyproofness`` the answer is the worst regret.
    mechanism : mechanism, function or identifier
        What to measure.
    **options
        As in :func:`~mechdesign.axioms.check`: a finite domain, a problem, or the number of agents
        alone, where reports are made of numbers: then the answer is about all of them.

    Raises
    ------
    InvalidInputError
        If no finite scope is named.
    UndecidedError
        If the axiom cannot be decided in the setting, or the mechanism is not piecewise linear.

    Examples
    --------
    >>> from mechdesign import axioms, facility
    >>> axioms.worst("strategyproofness", facility.average, agents=2, grid=4).value
    Fraction(1, 4)
    >>> axioms.worst("strategyproofness", facility.average, agents=3)
    strategyproofness of facility.average: worst gap 2/9 (all problems, n=3, euclidean preferences)
      At (0: location 2/3, 1: location 1, 2: location 1) ...
    """
    reason = question.axiom.applies(question.setting)
    if reason:
        raise UndecidedError(reason)
    if not question.problems and not question.domains:
        if question.agents and isinstance(question.setting, SpansReports):
            return _on_the_continuum(question)
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
    try:
        return _worst_by_loop(question, scope)
    except Unsteady:
        return _worst_by_loop(alone(question), scope)


def _on_the_continuum(question: Question) -> Worst:
    """Raise the gap until the proof that none exceeds it."""
    told = obstacle(question)
    if told:
        raise UndecidedError(told)
    budget = question.budget()

    def explore(program: Program) -> Explored:
        return explored(program, budget, None)

    best = Extreme(0)
    proofs: list[PathProof] = []
    for agents in question.agents:
        program = functools.partial(program_of, question, agents)
        top = climb(best.value, program, lambda peak: peak.value, explore)
        if top.peak is not None:
            best = top
        best.reason = best.reason or top.reason
        proofs += top.proofs
        if best.reason or best.value == math.inf:
            break
    if best.reason and best.peak is None:
        raise UndecidedError(best.reason)
    witness, attained = None, True
    if best.peak is not None:
        for violation in (best.peak.limit, best.peak.inside):
            ctx = question.evaluator(Budget(), at=violation.problem)
            ctx.exceeds(violation.gap)
            witness = search.to_witness(question.axiom, ctx, violation, minimal=False)
            gap = question.axiom.verify(question.mechanism, question.setting, witness)
            attained = gap is not None and bool(gap == best.value)
            if attained:
                break
    return Worst(
        question.axiom.id,
        question.mechanism.name,
        best.value,
        witness,
        question.scope(all_problems(question.words)),
        not best.reason,
        attained,
        tuple(proofs),
    )


def _worst_in(question: Question, table: Any) -> Witness | None:
    if not search.vectorised_violated(table, Budget(), question.gap_allowed):
        return None
    return table_witness(question, table, worst=True)


def _worst_by_loop(question: Question, scope: Scope) -> Worst:
    ctx = question.evaluator(question.budget())
    best: Violation | None = None
    complete = True
    try:
        if not question.problems and shared(question):
            best = search_by_workers(question, ctx, classes=False, largest=True)
        else:
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
