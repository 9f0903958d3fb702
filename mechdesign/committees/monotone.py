"""More support does not cost a seat: monotonicity of committees in single approvals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from mechdesign.axioms import Axiom, Violation, Witness, register_axiom
from mechdesign.axioms.question.evaluator import Evaluator
from mechdesign.axioms.question.verifier import choose
from mechdesign.committees.committee_rules import SURVEY
from mechdesign.committees.settings import Approved, Committees
from mechdesign.model import AgentId, Mechanism, Number, Outcome, Problem, Setting, show


@register_axiom
class CommitteeSupportMonotonicity(Axiom):
    """A member of whom one voter more approves stays a member."""

    id = "committee_support_monotonicity"
    title = "Support monotonicity of committees"
    statement = "Who is elected is elected as well if a voter approves of him in addition."
    family = "committees"
    reference = SURVEY

    def applies(self, setting: Setting) -> str:
        fits = isinstance(setting, Committees)
        return "" if fits else f"the setting {setting.id} has no approval ballots"

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        before = ctx.run(problem)
        if not isinstance(before, Outcome):
            ctx.undecided("the outcome is a lottery")
            return
        candidates = problem.data.candidates
        for agent, own in zip(problem.agents, problem.types, strict=True):
            for c in candidates:
                if c in own or c not in before.choice:
                    continue
                more: Approved = tuple(x for x in candidates if x in own or x == c)
                variant = problem.with_types({agent: more})
                ctx.count()
                after = ctx.run(variant)
                if isinstance(after, Outcome) and c not in after.choice:
                    yield Violation(problem, (agent,), variant, details={"member": c})

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        problem, variant = witness.problem, witness.variant
        member = witness.details.get("member")
        if self.applies(setting) or variant is None or len(witness.agents) != 1:
            return None
        agent: AgentId = witness.agents[0]
        own, more = set(problem.type_of(agent)), set(variant.type_of(agent))
        if more - own != {member} or own - more:
            return None
        if replace(variant, types=problem.types) != problem:
            return None
        others = [a for a in problem.agents if a != agent]
        if any(problem.type_of(a) != variant.type_of(a) for a in others):
            return None
        before, after = (choose(mechanism, p, witness.lift) for p in (problem, variant))
        if not isinstance(before, Outcome) or not isinstance(after, Outcome):
            return None
        return int(member in before.choice and member not in after.choice)

    def describe(self, witness: Witness) -> str:
        assert witness.variant is not None
        return (
            f"At ({witness.profile()}) elected are "
            f"{witness.say(witness.before, witness.problem)}; if the voter {witness.agents[0]} "
            f"approves of {show(witness.details['member'])} as well, elected are "
            f"{witness.say(witness.after, witness.variant)}."
        )
