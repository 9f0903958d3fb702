"""Axioms of cost sharing: the cost is covered, nobody is paid, the best set is served."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from typing import Any, ClassVar

from mechdesign.axioms.question.axiom import Axiom, register_axiom
from mechdesign.axioms.question.evaluator import Evaluator
from mechdesign.axioms.question.verifier import choose
from mechdesign.axioms.question.witness import Violation, Witness
from mechdesign.coalitional.games.game_table import subset_sums
from mechdesign.coalitional.sharing.bids import Bidding
from mechdesign.coalitional.sharing.demands import Demands
from mechdesign.model import Mechanism, Number, Outcome, Problem, Setting, distance

__all__ = ["BudgetBalance", "CoversCost", "MostWelfare", "NobodyIsPaid"]


class _CostAxiom(Axiom):
    """The base class: one problem, one number; the agents it is about come with it."""

    family = "coalitional"
    #: Where it makes sense.
    settings: ClassVar[tuple[type, ...]] = (Bidding, Demands)

    def applies(self, setting: Setting) -> str:
        if isinstance(setting, self.settings):
            return ""
        return f"the setting {setting.id} shares no cost"

    @abstractmethod
    def gap(self, problem: Problem, outcome: Outcome) -> Number:
        """How far the outcome is from what is demanded."""

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        result = ctx.run(problem)
        if not isinstance(result, Outcome):
            ctx.undecided("the axiom is about one outcome")
            return
        ctx.count()
        gap = self.gap(problem, result)
        if ctx.exceeds(gap):
            yield Violation(problem, gap=gap)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        result = choose(mechanism, witness.problem, "")
        return self.recomputed(witness.problem, result) if isinstance(result, Outcome) else None

    @abstractmethod
    def recomputed(self, problem: Problem, outcome: Outcome) -> Number:
        """The gap from the definition, by other code than the search."""


def _paid(problem: Problem, outcome: Outcome) -> Any:
    return sum(outcome.pay(agent) for agent in problem.agents)


@register_axiom
class BudgetBalance(_CostAxiom):
    """What is paid is the cost of those who are served."""

    id = "budget_balance"
    title = "Budget balance"
    statement = "The payments add up to the cost of serving those who are served."

    def gap(self, problem: Problem, outcome: Outcome) -> Number:
        return distance(_paid(problem, outcome), problem.data.worth(outcome.choice))

    def recomputed(self, problem: Problem, outcome: Outcome) -> Number:
        left: Number = problem.data.worth(tuple(outcome.choice))
        for agent in problem.agents:
            left -= outcome.pay(agent)
        return max(left, -left)


@register_axiom
class CoversCost(_CostAxiom):
    """There is no deficit."""

    id = "no_deficit"
    title = "No deficit"
    statement = "The payments are at least the cost of serving those who are served."

    def gap(self, problem: Problem, outcome: Outcome) -> Number:
        found: Number = problem.data.worth(outcome.choice) - _paid(problem, outcome)
        return found

    def recomputed(self, problem: Problem, outcome: Outcome) -> Number:
        left: Number = problem.data.worth(tuple(outcome.choice))
        for agent in problem.agents:
            left -= outcome.pay(agent)
        return left


@register_axiom
class NobodyIsPaid(_CostAxiom):
    """Nobody is paid."""

    id = "nobody_is_paid"
    title = "Nobody is paid"
    statement = "No agent's payment is negative."

    def gap(self, problem: Problem, outcome: Outcome) -> Number:
        return max(-outcome.pay(agent) for agent in problem.agents)

    def recomputed(self, problem: Problem, outcome: Outcome) -> Number:
        lowest: Number = min((outcome.payments or {0: 0}).values())
        return -lowest


@register_axiom
class MostWelfare(_CostAxiom):
    """No set of agents has a larger value beyond its cost than the one that is served."""

    id = "served_welfare"
    title = "Welfare of the served"
    statement = "The served set has the largest total value less its cost."
    settings = (Bidding,)

    def gap(self, problem: Problem, outcome: Outcome) -> Number:
        values = subset_sums(problem.types, dtype=object).tolist()
        cost = problem.data
        welfare = [v - cost.number(c) for v, c in zip(values, cost.table, strict=True)]
        best: Number = max(welfare) - welfare[cost.mask(outcome.choice)]
        return best

    def recomputed(self, problem: Problem, outcome: Outcome) -> Number:
        value = dict(zip(problem.agents, problem.types, strict=True))

        def welfare(members: Any, worth: Number) -> Number:
            total: Number = sum(value[agent] for agent in members)
            return total - worth

        best = max(welfare(members, worth) for members, worth in problem.data.items())
        return best - welfare(outcome.choice, problem.data.worth(tuple(outcome.choice)))
