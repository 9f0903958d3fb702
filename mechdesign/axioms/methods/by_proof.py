"""Verdicts on all real reports, from a proof along the paths of the mechanism's own code."""

from __future__ import annotations

from dataclasses import replace

from mechdesign.axioms.continuum.attempt import attempted
from mechdesign.axioms.continuum.search import Explored
from mechdesign.axioms.methods import search
from mechdesign.axioms.methods.answers import unknown, violated
from mechdesign.axioms.question.evaluator import Budget
from mechdesign.axioms.question.question import Question
from mechdesign.axioms.question.verdict import (
    Certificate,
    Evidence,
    Ground,
    Reason,
    Status,
    Verdict,
    all_problems,
)
from mechdesign.model import FrozenMap

TRUSTED = "trusted: the mechanism is a function of its reports, and its arithmetic is exact"


def decide_by_proof(question: Question) -> Verdict:
    """HOLDS with a proof, VIOLATED with an exact counterexample, or UNKNOWN with the reason."""
    found = attempted(question)
    label = all_problems(question.words)
    if found.violations:
        verdict = _refuted(question, found)
        if verdict is not None:
            return verdict
        found.reason = "a counterexample to the symbolic run is none to a plain call"
    if found.reason:
        kind = Reason.BUDGET if found.spent else Reason.MISSING
        return unknown(question, label, kind, found.reason)
    if not found.demands:
        return unknown(
            question,
            label,
            Reason.VACUOUS,
            "the axiom demands nothing anywhere",
        )
    scope = question.scope(label)
    if found.lotteries and not scope.lift:
        scope = replace(scope, lift="expectation")
    text = f"for all reports, along all {found.paths:,} paths of the code; {TRUSTED}"
    return Verdict(
        question.axiom.id,
        question.mechanism.name,
        Status.HOLDS,
        scope,
        Evidence(Ground.PROOF, text),
        certificate=Certificate(text, FrozenMap(proofs=tuple(found.proofs))),
        exact=found.exact,
        tolerance=0.0 if found.exact else question.gap_allowed,
        stats=FrozenMap(problems=found.paths, evaluations=found.calls, checks=found.paths),
    )


def _refuted(question: Question, found: Explored) -> Verdict | None:
    """VIOLATED at the simplest of the violating points that a plain call confirms."""
    first, label = found.violations[0], all_problems(question.words)
    ctx = question.evaluator(Budget(), at=first.problem)
    for violation in sorted(
        found.violations, key=lambda one: search.witness_order(question.setting, one)
    ):
        ctx.exceeds(violation.gap)
        witness = search.to_witness(question.axiom, ctx, violation, minimal=False)
        if witness.replay(question.mechanism):
            return replace(violated(question, label, ctx, None), found=witness)
    return None
