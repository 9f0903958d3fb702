"""Axioms of markets in which agents pay each other: no money from outside, none left over."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator

from mechdesign.auctions.axioms.clicks import KnowsWelfare
from mechdesign.axioms.question.axiom import Axiom, register_axiom
from mechdesign.axioms.question.evaluator import Evaluator
from mechdesign.axioms.question.implications import declare
from mechdesign.axioms.question.verifier import choose
from mechdesign.axioms.question.witness import Violation, Witness
from mechdesign.model import Mechanism, Number, Outcome, Problem, Setting, distance, show


class _Budget(Axiom):
    """The base class: one outcome, the sum of its payments."""

    family = "auctions"
    needs = (KnowsWelfare,)

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        result = ctx.run(problem)
        if not isinstance(result, Outcome):
            ctx.undecided("defined for single outcomes, not for lotteries or sets")
            return
        if result.payments is None:
            ctx.undecided("the mechanism has no payments")
            return
        ctx.count()
        gap = self.gap(sum(result.pay(agent) for agent in problem.agents))
        if ctx.exceeds(gap):
            yield Violation(problem, gap=gap)

    @abstractmethod
    def gap(self, total: Number) -> Number:
        """How far a sum of payments is from what is demanded."""

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        result = choose(mechanism, witness.problem, "")
        if not isinstance(result, Outcome) or result.payments is None:
            return None
        return self.gap(sum(result.payments.values()))

    def describe(self, witness: Witness) -> str:
        return (
            f"At ({witness.profile()}) the mechanism chooses "
            f"{witness.say(witness.before, witness.problem)}: the payments miss the budget by "
            f"{show(witness.gap)}."
        )


@register_axiom
class WeakBudgetBalance(_Budget):
    """The market needs no money from outside."""

    id = "weak_budget_balance"
    title = "Weak budget balance"
    statement = "The payments of all agents add up to at least 0."

    def gap(self, total: Number) -> Number:
        return -total


@register_axiom
class StrongBudgetBalance(_Budget):
    """All that is paid is paid to agents."""

    id = "strong_budget_balance"
    title = "Strong budget balance"
    statement = "The payments of all agents add up to 0."

    def gap(self, total: Number) -> Number:
        return distance(total, 0)


declare("strong_budget_balance", "weak_budget_balance")
