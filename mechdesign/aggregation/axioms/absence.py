"""The no-show paradox: voters with the same ballot who do better by staying away together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mechdesign.aggregation.axioms.by_definition import above, ballots, taken
from mechdesign.aggregation.axioms.majority import AggregationAxiom
from mechdesign.aggregation.profiles.chosen import winning
from mechdesign.aggregation.profiles.problems import ScoreData
from mechdesign.aggregation.profiles.ranking import Ranking
from mechdesign.axioms import Evaluator, Violation, Witness, register_axiom
from mechdesign.axioms.generic.references import MOULIN
from mechdesign.axioms.question.verifier import choose
from mechdesign.model import AgentId, Mechanism, Number, Problem, Setting


@register_axiom
class NoShow(AggregationAxiom):
    """Voters with the same ballot do not make somebody whom they prefer win by staying away.

    Only winners without a tie, before and after, are compared.
    """

    id = "no_show"
    title = "No no-show paradox"
    reference = MOULIN
    statement = (
        "If voters with the same ballot stay away, nobody whom they prefer to the only winner "
        "becomes the only winner."
    )

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        if isinstance(problem.data, ScoreData):
            ctx.undecided("only ballots have voters who prefer one to another")
            return
        before = winning(ctx.run(problem))
        if len(before) != 1:
            return
        (now,) = before
        groups: dict[Ranking, list[AgentId]] = {}
        for agent, (_, ranking) in zip(problem.agents, ballots(ctx.setting, problem), strict=True):
            if any(above(ranking, x, now) for x in problem.data.alternatives):
                groups.setdefault(ranking, []).append(agent)
        for ranking, agents in groups.items():
            for size in range(1, len(agents) + 1):
                if size == len(problem):
                    continue
                group = tuple(agents[:size])
                variant = problem.without(*group)
                ctx.count()
                after = winning(ctx.run(variant))
                if len(after) == 1 and above(ranking, next(iter(after)), now):
                    yield Violation(problem, agents=group, variant=variant)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        problem, group = witness.problem, set(witness.agents)
        if not group or not group < set(problem.agents):
            return None
        votes: dict[Any, Ranking] = dict(
            zip(problem.agents, (r for _, r in ballots(setting, problem)), strict=True)
        )
        own = {votes[agent] for agent in group}
        if len(own) != 1:
            return None
        before, after = (
            taken(choose(mechanism, p, witness.lift)).winners
            for p in (problem, problem.without(*group))
        )
        if len(before) != 1 or len(after) != 1:
            return 0
        return int(above(own.pop(), after.pop(), before.pop()))

    def describe(self, witness: Witness) -> str:
        assert witness.variant is not None
        group = ", ".join(map(str, witness.agents))
        return (
            f"At ({witness.profile()}) the outcome is "
            f"{witness.say(witness.before, witness.problem)}; when the voters {group} stay away it "
            f"is {witness.say(witness.after, witness.variant)}, which they prefer."
        )
