"""Efficiency of lotteries that agents compare by their draws."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mechdesign.axioms.question.axiom import Axiom, register_axiom
from mechdesign.axioms.question.evaluator import Evaluator
from mechdesign.axioms.question.lift import draw_margin
from mechdesign.axioms.question.verifier import improvement
from mechdesign.axioms.question.witness import Violation, Witness
from mechdesign.model import Lottery, Mechanism, Number, Outcome, Problem, Setting, all_exact
from mechdesign.model.setting import EnumeratesOutcomes

# Gains that a float program may report of a lottery that is efficient.
_ROUNDING = 1e-7


@register_axiom
class PairwiseEfficiency(Axiom):
    """No lottery is better for somebody and as good for everybody, draw against draw."""

    id = "pairwise_efficiency"
    title = "Pairwise efficiency"
    statement = (
        "There is no lottery whose draw somebody prefers more often to that of the chosen one than "
        "the reverse, and nobody less often."
    )
    needs = (EnumeratesOutcomes,)

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        from mechdesign.solvers.linear.polytopes import Polytope

        setting: Any = ctx.setting
        result = ctx.run(problem)
        if isinstance(result, tuple):
            ctx.undecided("sets of tied outcomes are not compared")
            return
        support = ((1, result),) if isinstance(result, Outcome) else result.support
        listed = list(setting.outcomes(problem))
        rows: list[list[Number]] = []
        for agent, own in zip(problem.agents, problem.types, strict=True):
            row: list[Number] = []
            for other in listed:
                total: Number = 0
                for p, one in support:
                    total += p * draw_margin(setting, problem, agent, own, one, other)
                row.append(total)
            rows.append(row)
        ctx.count()
        exact = all_exact(x for row in rows for x in row)
        ctx.exact = ctx.exact and exact
        ones = (1,) * len(listed)
        sides = (ones, tuple(-1 for _ in ones), *(tuple(-x for x in row) for row in rows))
        right = (1, -1, *(0 if exact else _ROUNDING / 100 for _ in rows))
        objective = [sum(column) for column in zip(*rows, strict=True)]
        best, q = Polytope(sides, right, exact).maximise(objective)
        if best <= (0 if exact else _ROUNDING):
            return
        pairs = zip(q, listed, strict=True)
        yield Violation(problem, alternative=Lottery((x, o) for x, o in pairs if x > 0), gap=best)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        problem, better = witness.problem, witness.alternative
        if not isinstance(better, Lottery):
            return None
        if not all(setting.feasible(problem, outcome) for _, outcome in better):
            return None
        chosen = mechanism.solve(problem)
        gains = [
            improvement(setting, problem, agent, own, chosen, better, "pairwise")
            for agent, own in zip(problem.agents, problem.types, strict=True)
        ]
        return sum(gains) if min(gains) >= -(0 if all_exact(gains) else _ROUNDING) else None
