"""Search for violations: exhaustive over a domain, at single problems, by sampling."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from mechdesign.axioms.methods.vectorised import Deviations
from mechdesign.axioms.question.axiom import Axiom
from mechdesign.axioms.question.evaluator import Budget, BudgetExhausted, Evaluator
from mechdesign.axioms.question.witness import Violation, Witness
from mechdesign.errors import InfeasibleError
from mechdesign.model import Domain, FrozenMap, Number, Problem, Setting
from mechdesign.model.problem import same_type

Order = tuple[Any, ...]


def first_violation(axiom: Axiom, ctx: Evaluator, problems: Iterable[Problem]) -> Violation | None:
    """The first violation met, or None when all problems passed."""
    for problem in problems:
        ctx.budget.problems += 1
        for violation in violations_at(axiom, ctx, problem):
            return violation
    return None


def violations_at(axiom: Axiom, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
    """The violations at a problem; where the mechanism has no outcome the axiom stays open."""
    try:
        yield from axiom.violations(ctx, problem)
    except InfeasibleError as error:
        ctx.undecided(f"there is a problem without an outcome: {error}")


def graded_problems(domain: Domain, *, classes: bool) -> Iterator[tuple[Order, Problem]]:
    """The problems of a domain with their grades, simplest first; one of each class if asked."""
    for grade, indices in domain.multisets() if classes else domain.graded():
        yield grade, domain.problem(indices)


def minimal_violation(
    axiom: Axiom,
    ctx: Evaluator,
    graded: Iterable[tuple[Order, Problem]],
    *,
    ordered: bool = True,
) -> tuple[Violation | None, bool]:
    """The minimal violation, and whether the search for it was completed.

    A violation is never simpler than its problem, so that problems beyond the grade of the best
    violation are passed over, and all that follow too where they come in the order of grades.
    """
    best: Violation | None = None
    order: Order = ()
    try:
        for grade, problem in graded:
            if best is not None and grade > order[2:4]:
                if ordered:
                    break
                ctx.budget.check_clock()
                continue
            for violation in violations_at(axiom, ctx, problem):
                found = witness_order(ctx.setting, violation)
                if best is None or found < order:
                    best, order = violation, found
    except BudgetExhausted:
        return best, False
    return best, True


def witness_order(setting: Setting, violation: Violation) -> Order:
    """The declared order of witnesses.

    Number of agents, size of the problem, distinct reports, largest complexity (denominator) among
    reports and lies, size of the deviation, number of liars; then the reports themselves, so that
    the minimum is unique.
    """
    problem = violation.problem
    lies: list[tuple[Any, Any]] = []
    variant = violation.variant
    if variant is not None and list(variant.agents) == list(problem.agents):
        pairs = zip(problem.types, variant.types, strict=True)
        lies = [(old, new) for old, new in pairs if not same_type(old, new)]
    complexity = max(
        (setting.complexity(report) for report in [*problem.types, *(new for _, new in lies)]),
        default=1,
    )
    distance: Number = 0
    for old, new in lies:
        distance += setting.distance(old, new)
    reports = tuple(map(_text, problem.types))
    try:
        distinct = len(set(problem.types))
    except TypeError:
        distinct = len(set(reports))
    ranked: tuple[Any, ...] = tuple(problem.types)
    if not all(
        isinstance(report, (int, float)) or hasattr(report, "denominator") for report in ranked
    ):
        ranked = reports
    return (
        len(problem),
        setting.size(problem),
        distinct,
        complexity,
        distance,
        len(lies),
        ranked,
        tuple(problem.position(agent) for agent in violation.agents if agent in problem.agents),
        tuple(_text(new) for _, new in lies),
    )


def _text(report: Any) -> str:
    """A report as text; sets come in the order of their members, and not of their hashes."""
    return _part(report) if type(report) in (frozenset, tuple) else str(report)


def _part(report: Any) -> str:
    if type(report) is frozenset:
        return (
            f"frozenset({{{', '.join(sorted(map(_part, report)))}}})" if report else "frozenset()"
        )
    if type(report) is tuple:
        return f"({', '.join(map(_part, report))}{',' * (len(report) == 1)})"
    return repr(report)


def to_witness(axiom: Axiom, ctx: Evaluator, violation: Violation, *, minimal: bool) -> Witness:
    """The full witness of a violation, with what the mechanism chooses at its problems."""
    variant = violation.variant
    return Witness(
        axiom=axiom.id,
        setting=ctx.setting,
        problem=violation.problem,
        before=ctx.run(violation.problem),
        agents=violation.agents,
        variant=variant,
        alternative=violation.alternative,
        after=None if variant is None else ctx.run(variant),
        gap=violation.gap,
        details=FrozenMap(violation.details),
        tie_induced=violation.tie_induced,
        lift=ctx.lift,
        tolerance=0.0 if ctx.exact else ctx.tolerance,
        minimal=minimal,
    )


def vectorised_violated(table: Deviations, budget: Budget, tolerance: float) -> bool:
    """Whether any deviation gains; stops at the first block with one."""
    bar = 0 if table.scale else tolerance
    return any(bool((gains > bar).any()) for _, _, gains in table.gains(budget))


def vectorised_worst(
    table: Deviations, budget: Budget, tolerance: float
) -> tuple[tuple[int, ...], int, int] | None:
    """The deviation with the largest gain as (profile, agent, report), or None if none gains."""
    best, where = (0 if table.scale else tolerance), None
    for agent, start, gains in table.gains(budget):
        k = int(gains.argmax())
        if gains.flat[k] > best:
            best = gains.flat[k]
            row, true, report = (int(x) for x in np.unravel_index(k, gains.shape))
            where = (table.indices(agent, start + row, true), agent, report)
    return where


def vectorised_minimal(
    table: Deviations, budget: Budget, tolerance: float
) -> tuple[tuple[int, ...], int, int]:
    """The minimal profitable deviation in the order of witnesses, as (profile, agent, report)."""
    bar = 0 if table.scale else tolerance
    best: tuple[Any, ...] | None = None
    where: tuple[tuple[int, ...], int, int] = ((), 0, 0)
    for agent, start, gains in table.gains(budget):
        rows, trues, reports = np.nonzero(gains > bar)
        if not len(rows):
            continue
        key, k = _smallest(table, agent, start, rows, trues, reports, best)
        if k is not None:
            best = key
            where = (
                table.indices(agent, start + int(rows[k]), int(trues[k])),
                agent,
                int(reports[k]),
            )
    return where


def _smallest(
    table: Deviations, agent: int, start: int, rows: Any, trues: Any, reports: Any, best: Any
) -> tuple[Any, int | None]:
    """The smallest key among the deviations of a block, if it is below `best`."""
    domain = table.domain
    others = [k for k in range(domain.agents) if k != agent]
    sizes = tuple(len(domain.reports[k]) for k in others)
    position = np.unravel_index(rows + start, sizes) if others else ()
    columns: list[Any] = [None] * domain.agents
    for k, column in zip(others, position, strict=True):
        columns[k] = column
    columns[agent] = trues
    codes = np.sort(
        np.stack([np.array(domain.codes[k])[c] for k, c in enumerate(columns)], axis=1), axis=1
    )
    distinct = 1 + (np.diff(codes, axis=1) != 0).sum(axis=1)
    complexities = [np.array(listed) for listed in domain.complexities]
    complexity = np.stack([complexities[k][c] for k, c in enumerate(columns)], axis=1).max(axis=1)
    complexity = np.maximum(complexity, complexities[agent][reports])
    own = table.reports[agent]
    distance = np.abs(own[reports] - own[trues])
    profile = [table.reports[k][c] for k, c in enumerate(columns)]
    # lexsort takes the most significant key last.
    order = np.lexsort((own[reports], *reversed(profile), distance, complexity, distinct))
    k = int(order[0])
    key = (
        int(distinct[k]),
        int(complexity[k]),
        distance[k].item(),
        *(column[k].item() for column in profile),
        agent,
        own[reports][k].item(),
    )
    return (key, k) if best is None or key < best else (best, None)
