"""Participation: nobody is better off by staying away."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mechdesign.arrays import AnyArray
from mechdesign.axioms.generic.references import MOULIN
from mechdesign.axioms.question.axiom import Axiom, register_axiom
from mechdesign.axioms.question.evaluator import Evaluator
from mechdesign.axioms.question.profiles import OutcomeArrays, leaving
from mechdesign.axioms.question.verifier import choose, improvement, worth
from mechdesign.axioms.question.witness import Violation, Witness
from mechdesign.model import Mechanism, Number, Problem, Setting, show


@register_axiom
class Participation(Axiom):
    """No agent gains by not taking part.

    Where outcomes are public the absent agent still lives with what the others get; where they
    are private it has its reserve utility.
    """

    id = "participation"
    title = "Participation"
    reference = MOULIN
    statement = "No agent is better off by staying away."

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        setting = ctx.setting
        result = ctx.run(problem)
        if not setting.public:
            if problem.reserve is None:
                ctx.undecided("the problem states no reserve utilities")
                return
            rows = zip(problem.agents, problem.types, problem.reserve, strict=True)
            for agent, own, reserve in ctx.each(rows):
                ctx.count()
                gap = reserve - ctx.utility(problem, agent, own, result)
                if ctx.exceeds(gap):
                    yield Violation(problem, agents=(agent,), gap=gap)
            return
        if len(problem) < 2:
            return
        for agent, own in ctx.each(zip(problem.agents, problem.types, strict=True)):
            variant = problem.without(agent)
            ctx.count()
            gap = ctx.gain(problem, agent, own, result, ctx.run(variant))
            if ctx.exceeds(gap):
                yield Violation(problem, agents=(agent,), variant=variant, gap=gap)

    def by_arrays(
        self, ctx: Evaluator, arrays: OutcomeArrays, n: int
    ) -> tuple[int, AnyArray] | None:
        return staying_away(arrays, n, twins=False) if ctx.setting.public else None

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        problem = witness.problem
        if len(witness.agents) != 1:
            return None
        agent = witness.agents[0]
        own = problem.type_of(agent)
        present = choose(mechanism, problem, witness.lift)
        if not setting.public:
            if problem.reserve is None:
                return None
            utility = worth(setting, problem, agent, own, present, witness.lift)
            return problem.reserve[problem.position(agent)] - utility
        absent = choose(mechanism, problem.without(agent), witness.lift)
        return improvement(setting, problem, agent, own, present, absent, witness.lift)

    def describe(self, witness: Witness) -> str:
        agent = witness.agents[0]
        chosen = witness.say(witness.before, witness.problem)
        text = f"At ({witness.profile()}) the mechanism chooses {chosen}; without agent {agent}"
        if witness.variant is not None:
            text += f" it chooses {witness.say(witness.after, witness.variant)}, and"
        return f"{text} agent {agent} is better off by {show(witness.gap)}."


def staying_away(arrays: OutcomeArrays, n: int, *, twins: bool) -> tuple[int, AnyArray] | None:
    """Profiles where somebody (with `twins`: somebody who has a twin) gains by staying away."""
    if not arrays.single(n - 1, n):
        return None
    wrong = np.zeros(len(arrays.profiles(n).vectors), dtype=bool)
    cases = 0
    for kind, here, rest in leaving(arrays, n, twins=twins):
        worth = arrays.utilities[kind]
        cases += len(here)
        wrong[here] |= worth[arrays.choices(n - 1)[rest]] > worth[arrays.choices(n)[here]]
    return cases, wrong
