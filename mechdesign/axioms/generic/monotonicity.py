"""Monotonicity in resources, and of an allocation in one's own report."""

from __future__ import annotations

from collections.abc import Iterator

from mechdesign.axioms.question.axiom import Axiom, register_axiom
from mechdesign.axioms.question.evaluator import Evaluator
from mechdesign.axioms.question.verifier import choose, misreports, two_results, worth
from mechdesign.axioms.question.witness import Violation, Witness
from mechdesign.model import Lottery, Mechanism, Number, Outcome, Problem, Setting, show
from mechdesign.model.setting import AllocatesQuantity, Enlarges


@register_axiom
class ResourceMonotonicity(Axiom):
    """When resources grow, no agent loses."""

    id = "resource_monotonicity"
    title = "Resource monotonicity"
    statement = "When there is more to share, all else equal, no agent is worse off."
    needs = (Enlarges,)

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        setting = ctx.setting
        assert isinstance(setting, Enlarges)
        if not ctx.enlargements_suffice(problem):
            tried = len(list(setting.enlarged(problem)))
            ctx.undecided(
                f"the {tried} larger problems tried are not all that may matter to this mechanism"
            )
        before = ctx.compared(problem, ctx.run(problem))
        for variant in setting.enlarged(problem):
            after = ctx.compared(variant, ctx.run(variant))
            for agent, old, new in zip(problem.agents, before, after, strict=True):
                ctx.count()
                if ctx.exceeds(old - new):
                    yield Violation(problem, agents=(agent,), variant=variant, gap=old - new)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        if witness.variant is None or len(witness.agents) != 1:
            return None
        if not isinstance(setting, Enlarges):
            return None
        if witness.variant not in setting.enlarged(witness.problem):
            return None
        agent = witness.agents[0]
        before, after = two_results(mechanism, witness)
        own = witness.problem.type_of(agent)
        return worth(setting, witness.problem, agent, own, before, witness.lift) - worth(
            setting, witness.variant, agent, witness.variant.type_of(agent), after, witness.lift
        )

    def describe(self, witness: Witness) -> str:
        return (
            f"At ({witness.profile()}) the mechanism chooses "
            f"{witness.say(witness.before, witness.problem)}; with more to share it chooses "
            f"{witness.say(witness.after, witness.variant or witness.problem)}, and agent "
            f"{witness.agents[0]} loses {show(witness.gap)}."
        )


@register_axiom
class AllocationMonotonicity(Axiom):
    """An agent that reports a higher value is never allocated less.

    For single-parameter agents this is what makes an allocation rule implementable by payments.
    """

    id = "allocation_monotonicity"
    title = "Allocation monotonicity"
    statement = "An agent that raises its report is allocated at least as much."
    needs = (AllocatesQuantity,)

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        for agent, own in zip(problem.agents, problem.types, strict=True):
            now = self._amount(ctx.setting, problem, agent, ctx.run(problem))
            for report in ctx.deviations(problem, agent):
                if not report > own:
                    continue
                variant = problem.report(agent, report)
                ctx.count()
                gap = now - self._amount(ctx.setting, variant, agent, ctx.run(variant))
                if ctx.exceeds(gap, now):
                    yield Violation(problem, agents=(agent,), variant=variant, gap=gap)

    @staticmethod
    def _amount(setting: Setting, problem: Problem, agent: object, result: object) -> Number:
        assert isinstance(setting, AllocatesQuantity)
        if isinstance(result, Lottery):
            return result.expect(lambda o: setting.allocation(problem, agent, o))
        assert isinstance(result, Outcome)
        return setting.allocation(problem, agent, result)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        variant = witness.variant
        if variant is None or len(witness.agents) != 1 or not misreports(witness):
            return None
        agent = witness.agents[0]
        if not variant.type_of(agent) > witness.problem.type_of(agent):
            return None
        amounts = [
            self._amount(setting, problem, agent, choose(mechanism, problem, ""))
            for problem in (witness.problem, variant)
        ]
        return amounts[0] - amounts[1]

    def describe(self, witness: Witness) -> str:
        agent = witness.agents[0]
        say = witness.setting.say_report
        variant = witness.variant or witness.problem
        return (
            f"At ({witness.profile()}) agent {agent} raises its report from "
            f"{say(witness.problem.type_of(agent))} to {say(variant.type_of(agent))} and is "
            f"allocated {show(witness.gap)} less."
        )
