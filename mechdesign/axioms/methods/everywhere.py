"""Deciding all problems of a setting: certificates, theorems, and the hunt for counterexamples."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from mechdesign.axioms.methods import search
from mechdesign.axioms.methods.answers import spent, unknown, violated
from mechdesign.axioms.methods.by_proof import decide_by_proof
from mechdesign.axioms.methods.certificates import certificates
from mechdesign.axioms.methods.finite import decide_domains
from mechdesign.axioms.question.evaluator import Budget, BudgetExhausted
from mechdesign.axioms.question.question import Question
from mechdesign.axioms.question.trust import believed, of_package
from mechdesign.axioms.question.verdict import (
    Certificate,
    Evidence,
    Ground,
    Reason,
    Status,
    Verdict,
)
from mechdesign.axioms.question.witness import Violation, Witness
from mechdesign.errors import UndecidedError
from mechdesign.model import AgentId, Problem, generator
from mechdesign.model.setting import ListsDeviations, SamplesProblems, Simplifies, SpansReports

_HUNT_CHECKS = 200_000
_DRAWN_REPORTS = 4
_POOL = 64


def certified(question: Question) -> Verdict | None:
    """What a parametric certificate says of all problems of the setting; None if there is none."""
    scope = question.scope("all problems")
    own = of_package(type(question.setting))
    for decide_it in certificates(question.axiom.id, question.mechanism):
        if of_package(decide_it) and not own:
            continue  # a user's setting may value outcomes in its own way
        answer = decide_it(question.mechanism, question.setting, scope)
        if isinstance(answer, Certificate):
            return Verdict(
                question.axiom.id,
                question.mechanism.name,
                Status.HOLDS,
                replace(scope, domain=answer.domain or scope.domain),
                Evidence(Ground.CERTIFICATE, answer.text),
                certificate=answer,
            )
        if isinstance(answer, Violation):
            ctx = question.evaluator(Budget(), at=answer.problem)
            return violated(
                question,
                "all problems",
                ctx,
                functools.partial(search.to_witness, question.axiom, ctx, answer, minimal=False),
            )
    return None


def decide_everywhere(question: Question) -> Verdict:
    """Decide for all problems of the setting, or those with the named numbers of agents."""
    found = certified(question)
    if question.words:  # what is known of other problems says nothing against these
        return found if found is not None and found.holds else decide_by_proof(question)
    if found is not None:
        return found
    scope = question.scope("all problems")
    theorem = question.mechanism.claims.get(question.axiom.id)
    covered = (
        theorem is not None
        and not question.lift
        and (question.setting.key in (theorem.settings or (question.mechanism.setting.key,)))
    )
    tried = ""
    if question.agents and isinstance(question.setting, SpansReports):
        reviewed = covered and believed(question.mechanism, "claims")
        proof = None if reviewed else decide_by_proof(question)
        if proof is not None and proof.status is not Status.UNKNOWN:
            return proof
        tried = f" (no proof: {proof.evidence.text})" if proof is not None else ""
    hunted, used = _hunt(question)
    if isinstance(hunted, Verdict):
        return hunted
    if theorem is not None and covered:
        text = f"{theorem}; no counterexample on {hunted}" if hunted else str(theorem)
        if believed(question.mechanism, "claims") and of_package(type(question.setting)):
            return Verdict(
                question.axiom.id,
                question.mechanism.name,
                Status.HOLDS,
                scope,
                Evidence(Ground.THEOREM, text),
            )
        # That the theorem is about this very code is its author's word.
        return unknown(question, "all problems", Reason.CLAIMED, f"claimed: {text}")
    limits = question.limits
    budget = limits.budget()
    if budget.over or (limits.max_checks is not None and used >= limits.max_checks):
        limit = (
            f"time_limit={limits.time_limit:g}"
            if budget.over
            else f"max_checks={limits.max_checks}"
        )
        text = f"{limit} ended the hunt for a counterexample without one"
        return unknown(question, "all problems", Reason.BUDGET, text)
    if limits.max_checks is not None:
        limits = replace(limits, max_checks=limits.max_checks - used)
    sampled = _sampled(replace(question, limits=limits), hunted)
    if not tried or sampled.status is not Status.UNKNOWN:
        return sampled
    return replace(sampled, evidence=Evidence(sampled.evidence.kind, sampled.evidence.text + tried))


def _hunt(question: Question) -> tuple[Verdict | str, int]:
    """Look for a counterexample on small domains.

    Returns
    -------
    found : Verdict or str
        VIOLATED, or what was searched.
    used : int
        Comparisons.
    """
    searched: list[str] = []
    used, most = 0, question.limits.max_checks
    for domain in question.setting.small_domains():
        if question.agents and domain.agents not in question.agents:
            continue
        if question.budget().over or (most is not None and used >= most):
            break
        limit = _HUNT_CHECKS if most is None else min(_HUNT_CHECKS, most - used)
        small = replace(
            question,
            domains=(domain,),
            agents=(domain.agents,),
            limits=replace(question.limits, max_checks=limit),
        )
        verdict = decide_domains(small)
        used += verdict.stats.get("checks", 0)
        if verdict.status is Status.VIOLATED:
            return verdict, used
        if verdict.status is Status.HOLDS:
            searched.append(f"{domain.label}, n={domain.agents}")
    return "; ".join(searched), used


def _sampled(question: Question, hunted: str) -> Verdict:
    """Try random problems: VIOLATED or UNKNOWN, never HOLDS."""
    label = "all problems"
    beyond = f" (passes on {hunted}, which proves nothing beyond)" if hunted else ""
    if not isinstance(question.setting, SamplesProblems) or not question.limits.trials:
        advice = "no certificate, no theorem and no finite domain: name one"
        return unknown(question, label, Reason.MISSING, advice + beyond)
    rng = generator(question.limits.rng)
    setting = question.setting
    pools: dict[int, list[Problem]] = {}

    def draw(problem: Problem, agent: AgentId) -> list[Any] | None:
        if isinstance(setting, ListsDeviations):
            return None
        size, k = len(problem), problem.position(agent)
        if size not in pools:
            pools[size] = [setting.sample(rng, size) for _ in range(_POOL)]
        drawn = [pools[size][int(j)].types[k] for j in rng.integers(_POOL, size=_DRAWN_REPORTS)]
        return [*drawn, *(problem.types[j] for j in range(size) if j != k)]

    ctx = question.evaluator(question.budget(), draw)
    try:
        for trial in range(question.limits.trials):
            count = (
                question.agents[trial % len(question.agents)] if question.agents else 3 - trial % 2
            )
            problem = setting.sample(rng, count)
            ctx.tolerance = ctx.relative * float(setting.scale(problem) or 1)
            for violation in search.violations_at(question.axiom, ctx, problem):
                return violated(
                    question, label, ctx, functools.partial(_shrink, question, violation)
                )
    except BudgetExhausted:
        return unknown(question, label, Reason.BUDGET, spent(ctx.budget), ctx)
    except UndecidedError as error:
        return unknown(question, label, Reason.MISSING, str(error) + beyond, ctx)
    seed = f", seed {question.limits.rng}" if isinstance(question.limits.rng, int) else ""
    text = f"no counterexample in {question.limits.trials} random problems{seed}{beyond}"
    return unknown(question, label, Reason.SAMPLED, text, ctx)


def _shrink(question: Question, violation: Violation) -> Witness:
    """The witness at the simplest problem that greedy simplification reaches."""
    ctx = question.evaluator(Budget(), _simple_reports(question), at=violation.problem)
    best = violation
    improved = isinstance(question.setting, Simplifies)
    while improved:
        improved = False
        setting: Any = question.setting
        for problem in setting.simpler(best.problem):
            found, _ = search.minimal_violation(question.axiom, ctx, [((0, 0), problem)])
            if found is not None and search.witness_order(
                question.setting, found
            ) < search.witness_order(question.setting, best):
                best, improved = found, True
                break
    return search.to_witness(question.axiom, ctx, best, minimal=False)


def _simple_reports(
    question: Question,
) -> Callable[[Problem, AgentId], Sequence[Any] | None] | None:
    """The reports of the small domains, for shrinking where the setting lists no deviations."""
    if isinstance(question.setting, ListsDeviations):
        return None
    listed: dict[Any, None] = {}
    for domain in question.setting.small_domains():
        listed.update(dict.fromkeys(domain.reports[0]))
    return lambda problem, agent: tuple(listed)
