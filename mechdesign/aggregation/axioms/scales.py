"""Axioms on score tables only: a common unit, systems that are listed twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from mechdesign.aggregation.axioms.majority import AggregationAxiom
from mechdesign.aggregation.profiles.chosen import different, ranking_of
from mechdesign.aggregation.profiles.ranking import Label
from mechdesign.axioms import Evaluator, Violation, Witness, register_axiom
from mechdesign.axioms.question.verifier import choose
from mechdesign.model import Mechanism, Number, Problem, Setting, all_exact

_FACTORS = (10, 100, Fraction(1, 10), Fraction(1, 100))


class _ScoreAxiom(AggregationAxiom):
    """An axiom that needs scores."""

    def applies(self, setting: Setting) -> str:
        if setting.id == "aggregation.scores":
            return ""
        return super().applies(setting) or f"the setting {setting.id} has no scores"


@register_axiom
class CommonScaleInvariance(_ScoreAxiom):
    """Measuring all tasks in another unit changes nothing."""

    id = "common_scale_invariance"
    title = "Common-scale invariance"
    statement = "If all scores of all tasks are multiplied by one positive number, nothing changes."

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        """Make the largest score 1, and multiply by 10, 100 and their inverses.

        Two tables that differ by the unit are the same table once their largest score is 1, so
        that on a domain comparing each with that one compares all of them.
        """
        before = ctx.run(problem)
        factors: list[Any] = list(_FACTORS)
        unit = _unit(problem)
        if unit is not None:
            factors.insert(0, unit)
        if unit is None or not ctx.finite:
            ctx.undecided("there are more units than can be tried")
        for factor in factors:
            variant = _scaled(problem, factor)
            ctx.count()
            if different(before, ctx.run(variant), ctx.tolerance):
                yield Violation(problem, variant=variant, details={"factor": factor})

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        factor = witness.details["factor"]
        if factor <= 0:
            return None
        problem = witness.problem
        scaled = choose(mechanism, _scaled(problem, factor), witness.lift)
        return int(different(choose(mechanism, problem, witness.lift), scaled, witness.tolerance))


def _unit(problem: Problem) -> Fraction | None:
    """The factor that makes the largest score 1; None where scores are floats."""
    if isinstance(problem.types, np.ndarray):
        return None
    values = [v for column in problem.types for v in column if v is not None]
    if not all_exact(values):
        return None
    return 1 / Fraction(max(map(abs, values), default=0) or 1)


def _scaled(problem: Problem, factor: Any) -> Problem:
    if isinstance(problem.types, np.ndarray):
        return replace(problem, types=problem.types * float(factor))
    columns = tuple(
        tuple(
            None if v is None else v * (float(factor) if isinstance(v, float) else factor)
            for v in column
        )
        for column in problem.types
    )
    return replace(problem, types=columns)


@register_axiom
class SystemDuplication(_ScoreAxiom):
    """Listing a system twice leaves the order of the others as it was."""

    id = "system_duplication"
    title = "Independence of duplicated systems"
    statement = "If a system is listed twice, the order of the systems stays as it was."

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        before = ranking_of(ctx.run(problem))
        if before is None:
            ctx.undecided("the outcome is not one ranking")
            return
        labels = problem.data.alternatives
        for label in labels:
            variant = with_copy(problem, label)
            ctx.count()
            after = ranking_of(ctx.run(variant))
            if after is None or after.restricted(labels) != before:
                yield Violation(problem, variant=variant, details={"copied": label})

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        problem, label = witness.problem, witness.details["copied"]
        labels = problem.data.alternatives
        if label not in labels:
            return None
        before = ranking_of(choose(mechanism, problem, witness.lift))
        after = ranking_of(choose(mechanism, with_copy(problem, label), witness.lift))
        if before is None or after is None:
            return None
        return int(after.restricted(labels) != before)

    def describe(self, witness: Witness) -> str:
        assert witness.variant is not None
        chosen = witness.say(witness.before, witness.problem)
        return (
            f"At ({witness.profile()}) the outcome is {chosen}; with {witness.details['copied']} "
            f"listed twice it is {witness.say(witness.after, witness.variant)}."
        )


def with_copy(problem: Problem, label: Label) -> Problem:
    """The table with one system listed a second time, last and under a new name."""
    labels = problem.data.alternatives
    name = f"{label} (copy)"
    while name in labels:
        name += "'"
    k = labels.index(label)
    data = replace(problem.data, alternatives=(*labels, name))
    if isinstance(problem.types, np.ndarray):
        return replace(problem, types=np.hstack([problem.types, problem.types[:, [k]]]), data=data)
    return replace(problem, types=tuple((*c, c[k]) for c in problem.types), data=data)
