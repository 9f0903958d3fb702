"""Population monotonicity: more claimants on the same outcomes help nobody who was there."""

from __future__ import annotations

from collections.abc import Iterator

from mechdesign.axioms.question.axiom import Axiom, register_axiom
from mechdesign.axioms.question.evaluator import Evaluator
from mechdesign.axioms.question.verifier import improvement, two_results
from mechdesign.axioms.question.witness import Violation, Witness
from mechdesign.model import Mechanism, Number, Problem, Setting, show


@register_axiom
class PopulationMonotonicity(Axiom):
    """When an agent leaves and the outcomes stay, no other agent loses."""

    id = "population_monotonicity"
    title = "Population monotonicity"
    statement = (
        "When an agent leaves and what can be chosen stays, nobody who remains is worse off."
    )

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        if len(problem) < 2:
            return
        before = ctx.run(problem)
        for leaver in problem.agents:
            variant = problem.without(leaver)
            after = ctx.run(variant)
            for agent, own in zip(variant.agents, variant.types, strict=True):
                ctx.count()
                gap = ctx.gain(variant, agent, own, after, before)
                if ctx.exceeds(gap):
                    details = {"leaver": leaver}
                    yield Violation(
                        problem, agents=(agent,), variant=variant, gap=gap, details=details
                    )

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        variant = witness.variant
        if variant is None or len(witness.agents) != 1:
            return None
        leaver = witness.details.get("leaver")
        if leaver not in witness.problem.agents or variant != witness.problem.without(leaver):
            return None
        agent = witness.agents[0]
        with_all, without = two_results(mechanism, witness)
        own = variant.type_of(agent)
        return improvement(setting, variant, agent, own, without, with_all, witness.lift)

    def describe(self, witness: Witness) -> str:
        return (
            f"At ({witness.profile()}) the mechanism chooses "
            f"{witness.say(witness.before, witness.problem)}; when agent "
            f"{witness.details.get('leaver')} leaves it chooses "
            f"{witness.say(witness.after, witness.variant or witness.problem)}, and agent "
            f"{witness.agents[0]} loses {show(witness.gap)}."
        )
