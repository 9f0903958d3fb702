"""Whether it pays to bid under several names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol, runtime_checkable

from mechdesign.auctions.references import YOKOO
from mechdesign.axioms.question.axiom import Axiom, register_axiom
from mechdesign.axioms.question.evaluator import Evaluator
from mechdesign.axioms.question.verifier import choose
from mechdesign.axioms.question.witness import Violation, Witness
from mechdesign.model import (
    AgentId,
    Mechanism,
    Number,
    Outcome,
    Problem,
    Setting,
    show,
)


@runtime_checkable
class JoinsNames(Protocol):
    """A setting that says what a bidder has who bids under several names."""

    def joined(self, problem: Problem, agent: AgentId, others: Any, outcome: Outcome) -> Number:
        """The utility of a bidder who also is the other names."""
        ...


@register_axiom
class FalseNameProofness(Axiom):
    """Nobody gains by bidding under two names instead of one."""

    id = "false_name_proofness"
    title = "False-name-proofness, two names"
    reference = YOKOO
    statement = "No bidder gains by bidding under its own name and a second one."
    family = "auctions"
    needs = (JoinsNames,)

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        setting: Any = ctx.setting
        now = ctx.run(problem)
        if not isinstance(now, Outcome):
            ctx.undecided("defined for single outcomes, not for lotteries or sets")
            return
        utilities = ctx.utilities(problem, now)
        for k, (agent, own) in enumerate(zip(problem.agents, problem.types, strict=True)):
            reports = list(ctx.deviations(problem, agent))
            for first in (own, *reports):
                for second in (own, *reports):
                    variant = with_name(problem, k, first, second)
                    result = ctx.run(variant)
                    if not isinstance(result, Outcome):
                        ctx.undecided("defined for single outcomes, not for lotteries or sets")
                        return
                    ctx.count()
                    truth = variant.report(agent, own)
                    have = setting.joined(truth, agent, variant.agents[-1:], result)
                    gap = have - utilities[k]
                    if ctx.exceeds(gap):
                        yield Violation(problem, agents=(agent,), variant=variant, gap=gap)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        problem, variant = witness.problem, witness.variant
        if variant is None or len(witness.agents) != 1 or not isinstance(setting, JoinsNames):
            return None
        agent = witness.agents[0]
        own = problem.type_of(agent)
        extra = [name for name in variant.agents if name not in problem.agents]
        if len(extra) != 1 or (*problem.agents, extra[0]) != tuple(variant.agents):
            return None
        truth = variant.without(*extra).report(agent, own)
        if tuple(truth.types) != tuple(problem.types) or truth.data != problem.data:
            return None
        one, two = choose(mechanism, problem, ""), choose(mechanism, variant, "")
        if not isinstance(one, Outcome) or not isinstance(two, Outcome):
            return None
        have = setting.joined(variant.report(agent, own), agent, extra, two)
        return have - setting.utility(problem, agent, own, one)

    def describe(self, witness: Witness) -> str:
        variant = witness.variant or witness.problem
        say = witness.setting.say_report
        agent = witness.agents[0]
        return (
            f"At ({witness.profile()}) bidder {agent} bids {say(variant.type_of(agent))} and, as "
            f"{variant.agents[-1]}, {say(variant.types[-1])}, and gains {show(witness.gap)}."
        )


def with_name(problem: Problem, k: int, first: Any, second: Any) -> Problem:
    """The problem in which agent k bids `first`, and `second` under a new name."""
    types = list(problem.types)
    types[k] = first
    name = f"{problem.agents[k]}'"
    while name in problem.agents:
        name += "'"
    reserve = None if problem.reserve is None else (*problem.reserve, 0)
    return Problem((*problem.agents, name), (*types, second), problem.data, reserve=reserve)
