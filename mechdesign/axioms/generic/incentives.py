"""Strategyproofness, for one agent and for coalitions."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

import numpy as np

from mechdesign.arrays import AnyArray
from mechdesign.axioms.generic.references import GIBBARD
from mechdesign.axioms.question.axiom import Axiom, Clash, Outcomes, register_axiom
from mechdesign.axioms.question.choice_table import ChoiceTable
from mechdesign.axioms.question.evaluator import Evaluator
from mechdesign.axioms.question.profiles import OutcomeArrays
from mechdesign.axioms.question.verifier import improvement, misreports, two_results
from mechdesign.axioms.question.witness import Violation, Witness
from mechdesign.model import AgentId, Mechanism, Number, Outcome, Problem, Setting, show


@register_axiom
class Strategyproofness(Axiom):
    """No agent gains by misreporting, whatever the others report."""

    id = "strategyproofness"
    title = "Strategyproofness"
    reference = GIBBARD
    statement = "No agent can gain by reporting a type that is not its own."

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        truthful = ctx.run(problem)
        for agent, own in ctx.each(zip(problem.agents, problem.types, strict=True)):
            for lie in ctx.deviations(problem, agent):
                variant = problem.report(agent, lie)
                ctx.count()
                gap = ctx.gain(problem, agent, own, truthful, ctx.run(variant))
                if ctx.exceeds(gap):
                    yield Violation(problem, agents=(agent,), variant=variant, gap=gap)

    def tabulated(self, ctx: Evaluator, table: ChoiceTable) -> Iterator[Violation]:
        for i in range(table.domain.agents):
            for own, gains in table.joint_deviations(ctx, (i,)):
                yield from _first_gain(ctx, table, (i,), own, gains[0] > 0)

    def clashes(self, ctx: Evaluator, problem: Problem, outcomes: Outcomes) -> Iterator[Clash]:
        here = outcomes(problem)
        for agent in problem.agents:
            there: Sequence[Outcome] = ()
            pairs: list[tuple[int, int, Number]] = []
            for lie in ctx.deviations(problem, agent):
                variant = problem.report(agent, lie)
                # Most often the same outcomes are feasible whatever an agent reports.
                if outcomes(variant) is not there:
                    there = outcomes(variant)
                    pairs = _gaining(ctx, problem, agent, here, there)
                ctx.count()
                yield Clash(problem, variant, (agent,), pairs)

    def by_arrays(
        self, ctx: Evaluator, arrays: OutcomeArrays, n: int
    ) -> tuple[int, AnyArray] | None:
        if not arrays.single(n):
            return None
        e, chosen, rows = arrays.profiles(n), arrays.choices(n), arrays.rows(n)
        wrong = np.zeros(len(e.vectors), dtype=bool)
        cases = 0
        for kind, other in itertools.permutations(range(e.kinds), 2):
            here = rows[e.vectors[rows, kind] > 0]
            moved = e.vectors[here].copy()
            moved[:, kind] -= 1
            moved[:, other] += 1
            worth = arrays.utilities[kind]
            cases += len(here)
            wrong[here] |= worth[chosen[e.index(moved)]] > worth[chosen[here]]
        return cases, wrong

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        if len(witness.agents) != 1 or not misreports(witness):
            return None
        agent = witness.agents[0]
        before, after = two_results(mechanism, witness)
        own = witness.problem.type_of(agent)
        return improvement(setting, witness.problem, agent, own, before, after, witness.lift)

    def describe(self, witness: Witness) -> str:
        agent = witness.agents[0]
        say = witness.setting.say_report
        own = witness.problem.type_of(agent)
        variant = witness.variant or witness.problem
        return (
            f"At ({witness.profile()}) agent {agent}, whose type is {say(own)}, reports "
            f"{say(variant.type_of(agent))}: instead of "
            f"{witness.say(witness.before, witness.problem)} the mechanism chooses "
            f"{witness.say(witness.after, variant)}, and the agent gains {show(witness.gap)}."
        )


def _gaining(
    ctx: Evaluator,
    problem: Problem,
    agent: AgentId,
    here: Sequence[Outcome],
    there: Sequence[Outcome],
) -> list[tuple[int, int, Number]]:
    """The pairs of an outcome `here` and one `there` that an agent prefers.

    With private values they are found once for all reports of the others.
    """
    own = problem.type_of(agent)
    key = (agent, own, id(problem.data), id(here), id(there))
    if key in ctx.pairs and ctx.setting.private_values:
        found: list[tuple[int, int, Number]] = ctx.pairs[key][0]
        return found
    pairs = []
    for (i, before), (j, after) in itertools.product(enumerate(here), enumerate(there)):
        gap = ctx.gain(problem, agent, own, before, after)
        if ctx.exceeds(gap):
            pairs.append((i, j, gap))
    # What the key names by its identity is kept alive with it.
    ctx.pairs[key] = pairs, (problem.data, here, there)
    return pairs


def _first_gain(
    ctx: Evaluator,
    table: ChoiceTable,
    coalition: Sequence[int],
    own: Sequence[int],
    wrong: AnyArray,
) -> Iterator[Violation]:
    """The first of the deviations that are marked, if there is one."""
    if wrong.any():
        row, column = (int(k) for k in np.argwhere(wrong)[0])
        problem, variant = table.deviation(coalition, own, row, column)
        agents = tuple(problem.agents[i] for i in coalition)
        before, after = ctx.run(problem), ctx.run(variant)
        types = [problem.type_of(agent) for agent in agents]
        gap = max(
            ctx.gain(problem, agent, own_type, before, after)
            for agent, own_type in zip(agents, types, strict=True)
        )
        yield Violation(problem, agents=agents, variant=variant, gap=gap)


class _Group(Axiom):
    """The search over coalitions that the two notions share."""

    everybody: bool

    def tabulated(self, ctx: Evaluator, table: ChoiceTable) -> Iterator[Violation]:
        everyone = range(table.domain.agents)
        for size in range(1, table.domain.agents + 1):
            for coalition in itertools.combinations(everyone, size):
                for own, gains in table.joint_deviations(ctx, coalition):
                    if self.everybody:
                        wrong = gains.min(axis=0) > 0
                    else:
                        wrong = (gains.max(axis=0) > 0) & (gains.min(axis=0) >= 0)
                    yield from _first_gain(ctx, table, coalition, own, wrong)

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        truthful = ctx.run(problem)
        sizes = range(1, len(problem) + 1)
        groups = (itertools.combinations(problem.agents, size) for size in sizes)
        for coalition in ctx.each(itertools.chain.from_iterable(groups)):
            yield from self._joint(ctx, problem, coalition, truthful)

    def _joint(
        self,
        ctx: Evaluator,
        problem: Problem,
        coalition: tuple[AgentId, ...],
        truthful: object,
    ) -> Iterator[Violation]:
        for lies in ctx.joint_deviations(problem, coalition):
            variant = problem.with_types(dict(zip(coalition, lies, strict=True)))
            ctx.count()
            result = ctx.run(variant)
            gains = [
                ctx.gain(problem, agent, problem.type_of(agent), truthful, result)  # type: ignore[arg-type]
                for agent in coalition
            ]
            gap = min(gains) if self.everybody else max(gains)
            if ctx.exceeds(gap) and (self.everybody or not self._loses(ctx, gains)):
                yield Violation(problem, agents=coalition, variant=variant, gap=gap)

    @staticmethod
    def _loses(ctx: Evaluator, gains: list[Number]) -> bool:
        return any(ctx.exceeds(-gain) for gain in gains)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        if not misreports(witness):
            return None
        before, after = two_results(mechanism, witness)
        gains = [
            improvement(
                setting,
                witness.problem,
                agent,
                witness.problem.type_of(agent),
                before,
                after,
                witness.lift,
            )
            for agent in witness.agents
        ]
        if self.everybody:
            return min(gains)
        return max(gains) if min(gains) >= -witness.tolerance else 0

    def describe(self, witness: Witness) -> str:
        who = ", ".join(str(agent) for agent in witness.agents)
        lies = ", ".join(
            f"{agent}: {witness.setting.say_report(lie)}" for agent, lie in witness.lie.items()
        )
        gain = "each gains at least" if self.everybody else "none loses and one gains"
        return (
            f"At ({witness.profile()}) the coalition {who} reports ({lies}): instead of "
            f"{witness.say(witness.before, witness.problem)} the mechanism chooses "
            f"{witness.say(witness.after, witness.variant or witness.problem)}, and "
            f"{gain} {show(witness.gap)}."
        )


@register_axiom
class GroupStrategyproofness(_Group):
    """No coalition has a joint misreport from which every member strictly gains."""

    id = "group_strategyproofness"
    title = "Group strategyproofness"
    statement = "No coalition can misreport so that all its members strictly gain."
    everybody = True


@register_axiom
class StrongGroupStrategyproofness(_Group):
    """No coalition has a joint misreport that helps one member and hurts none."""

    id = "strong_group_strategyproofness"
    title = "Strong group strategyproofness"
    statement = "No coalition can misreport so that a member gains and no member loses."
    everybody = False
