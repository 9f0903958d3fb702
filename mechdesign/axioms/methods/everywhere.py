"""Deciding all problems of a setting: certificates, theorems, and the hunt for counterexamples."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from mechdesign.axioms.methods import search
from mechdesign.axioms.methods.answers import spent, unknown, violated
from mechdesign.axioms.methods.certificates import certificates
from mechdesign.axioms.methods.finite import decide_domains
from mechdesign.axioms.question.evaluator import Budget, BudgetExhausted
from mechdesign.axioms.question.question import Task
from mechdesign.axioms.question.trust import belongs_to_package, of_package
from mechdesign.axioms.question.verdict import Certificate, Evidence, Status, Verdict
from mechdesign.axioms.question.witness import Violation, Witness
from mechdesign.errors import UndecidedError
from mechdesign.model import AgentId, Problem, generator
from mechdesign.model.setting import ListsDeviations, SamplesProblems, Simplifies

_HUNT_CHECKS = 200_000
_DRAWN_REPORTS = 4
_POOL = 64


def certified(task: Task) -> Verdict | None:
    """What a parametric certificate says of all problems of the setting; None if there is none."""
    scope = task.scope("all problems")
    own = of_package(type(task.setting))
    for decide_it in certificates(task.axiom.id, task.mechanism):
        if of_package(decide_it) and not own:
            continue  # a user's setting may value outcomes in its own way
        answer = decide_it(task.mechanism, task.setting, scope)
        if isinstance(answer, Certificate):
            return Verdict(
                task.axiom.id,
                task.mechanism.name,
                Status.HOLDS,
                replace(scope, domain=answer.domain or scope.domain),
                Evidence("certificate", answer.text),
                certificate=answer,
            )
        if isinstance(answer, Violation):
            ctx = task.evaluator(Budget())
            return violated(
                task,
                "all problems",
                ctx,
                functools.partial(search.to_witness, task.axiom, ctx, answer, minimal=False),
            )
    return None


def decide_everywhere(task: Task) -> Verdict:
    """Decide for all problems of the setting, of the numbers of agents named, if any."""
    found = certified(task)
    if found is not None:
        return found
    scope = task.scope("all problems")
    clock = task.budget()
    hunted = _hunt(task, clock)
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
        if belongs_to_package(task.mechanism) and of_package(type(task.setting)):
            return Verdict(
                task.axiom.id, task.mechanism.name, Status.HOLDS, scope, Evidence("theorem", text)
            )
        # That the theorem is about this very code is its author's word.
        return unknown(task, "all problems", "claimed", f"claimed: {text}")
    left = clock.remaining
    if left is not None and left <= 0:
        text = f"time_limit={task.time_limit:g} ended the hunt for a counterexample without one"
        return unknown(task, "all problems", "budget", text)
    return _sampled(replace(task, time_limit=left), hunted)


def _hunt(task: Task, clock: Budget) -> Verdict | str:
    """Look for a counterexample on small domains: a VIOLATED verdict, or what was searched."""
    searched: list[str] = []
    for domain in task.setting.small_domains():
        if task.agents and domain.agents not in task.agents:
            continue
        left = clock.remaining
        if left is not None and left <= 0:
            break
        limit = min(_HUNT_CHECKS, task.max_checks or _HUNT_CHECKS)
        small = replace(
            task,
            domains=(domain,),
            agents=(domain.agents,),
            max_checks=limit,
            time_limit=left,
        )
        verdict = decide_domains(small)
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
        return unknown(task, label, "missing", advice + beyond)
    rng = generator(task.rng)
    setting = task.setting
    pools: dict[int, list[Problem]] = {}

    def draw(problem: Problem, agent: AgentId) -> list[Any] | None:
        if isinstance(setting, ListsDeviations):
            return None
        size, k = len(problem), problem.position(agent)
        if size not in pools:
            pools[size] = [setting.sample(rng, size) for _ in range(_POOL)]
        drawn = [pools[size][int(j)].types[k] for j in rng.integers(_POOL, size=_DRAWN_REPORTS)]
        return [*drawn, *(problem.types[j] for j in range(size) if j != k)]

    ctx = task.evaluator(task.budget(), draw)
    try:
        for trial in range(task.trials):
            count = task.agents[trial % len(task.agents)] if task.agents else 3 - trial % 2
            problem = setting.sample(rng, count)
            for violation in task.axiom.violations(ctx, problem):
                return violated(task, label, ctx, functools.partial(_shrink, task, violation))
    except BudgetExhausted:
        return unknown(task, label, "budget", spent(ctx.budget), ctx)
    except UndecidedError as error:
        return unknown(task, label, "missing", str(error) + beyond, ctx)
    seed = f", seed {task.rng}" if isinstance(task.rng, int) else ""
    text = f"no counterexample in {task.trials} random problems{seed}{beyond}"
    return unknown(task, label, "sampled", text, ctx)


def _shrink(task: Task, violation: Violation) -> Witness:
    """The witness at the simplest problem that greedy simplification reaches."""
    ctx = task.evaluator(Budget(), _simple_reports(task))
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


def _simple_reports(
    task: Task,
) -> Callable[[Problem, AgentId], Sequence[Any] | None] | None:
    """The reports of the small domains, for shrinking where the setting lists no deviations."""
    if isinstance(task.setting, ListsDeviations):
        return None
    listed: dict[Any, None] = {}
    for domain in task.setting.small_domains():
        listed.update(dict.fromkeys(domain.reports[0]))
    return lambda problem, agent: tuple(listed)
