"""Axioms on ballots that list more: what is added below may neither harm nor help those above."""

from __future__ import annotations

import itertools
from abc import abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from mechdesign.aggregation.axioms.by_definition import ballots, taken
from mechdesign.aggregation.axioms.majority import AggregationAxiom
from mechdesign.aggregation.profiles.chosen import winning
from mechdesign.aggregation.profiles.problems import ScoreData
from mechdesign.aggregation.profiles.ranking import Label, Ranking
from mechdesign.aggregation.references import WOODALL1997
from mechdesign.axioms import Evaluator, Violation, Witness, register_axiom
from mechdesign.axioms.question.verifier import choose
from mechdesign.model import Mechanism, Number, Problem, Setting


class _LongerBallots(AggregationAxiom):
    """Voters with the same ballot go on listing alternatives that they had left out."""

    @abstractmethod
    def wronged(
        self, listed: Sequence[Label], before: set[Label], after: set[Label]
    ) -> Label | None:
        """Whom of those listed the change treats as it must not; None for nobody."""

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        if isinstance(problem.data, ScoreData) or problem.data.unranked != "last":
            ctx.undecided("only ballots can leave alternatives out, below all that they list")
            return
        labels = problem.data.alternatives
        before = winning(ctx.run(problem))
        groups: dict[Ranking, list[Any]] = {}
        for agent, (_, ranking) in zip(problem.agents, ballots(ctx.setting, problem), strict=True):
            if len(ranking) < len(labels):
                groups.setdefault(ranking, []).append(agent)
        for ranking, agents in groups.items():
            for size in range(1, len(agents) + 1):
                group = tuple(agents[:size])
                for longer in _extensions(ranking, labels):
                    types = tuple(
                        longer if agent in group else report
                        for agent, report in zip(problem.agents, problem.types, strict=True)
                    )
                    variant = replace(problem, types=types)
                    ctx.count()
                    after = winning(ctx.run(variant))
                    one = self.wronged(ranking.alternatives, before, after)
                    if one is not None:
                        yield Violation(
                            problem, agents=group, variant=variant, details={"listed": one}
                        )

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        problem, variant = witness.problem, witness.variant
        if variant is None or not witness.agents or variant.agents != problem.agents:
            return None
        old, new = (
            dict(zip(p.agents, (r for _, r in ballots(setting, p)), strict=True))
            for p in (problem, variant)
        )
        starts = {old[agent].tiers for agent in witness.agents}
        if len(starts) != 1:
            return None
        for agent in problem.agents:
            longer = new[agent].tiers[: len(old[agent].tiers)] == old[agent].tiers
            grown = len(new[agent].tiers) > len(old[agent].tiers)
            if new[agent] != old[agent] and not (agent in witness.agents and longer and grown):
                return None
        before, after = (
            taken(choose(mechanism, p, witness.lift)).winners for p in (problem, variant)
        )
        (start,) = starts
        return int(self.wronged([x for tier in start for x in tier], before, after) is not None)

    def describe(self, witness: Witness) -> str:
        assert witness.variant is not None
        group = ", ".join(map(str, witness.agents))
        longer = str(witness.variant.type_of(witness.agents[0]))
        return (
            f"At ({witness.profile()}) the outcome is "
            f"{witness.say(witness.before, witness.problem)}; when the voters {group} go on to "
            f"{longer} it is {witness.say(witness.after, witness.variant)}."
        )


@register_axiom
class LaterNoHarm(_LongerBallots):
    """Who goes on listing does not make somebody lose whom it listed before."""

    id = "later_no_harm"
    title = "Later-no-harm"
    reference = WOODALL1997
    statement = (
        "If voters with the same ballot list more alternatives below, one of those they listed who "
        "was the only winner still wins."
    )

    def wronged(
        self, listed: Sequence[Label], before: set[Label], after: set[Label]
    ) -> Label | None:
        return next((x for x in listed if before == {x} and x not in after), None)


@register_axiom
class LaterNoHelp(_LongerBallots):
    """Who goes on listing does not make somebody win whom it listed before."""

    id = "later_no_help"
    title = "Later-no-help"
    reference = WOODALL1997
    statement = (
        "If voters with the same ballot list more alternatives below, one of those they listed who "
        "did not win does not become the only winner."
    )

    def wronged(
        self, listed: Sequence[Label], before: set[Label], after: set[Label]
    ) -> Label | None:
        return next((x for x in listed if after == {x} and x not in before), None)


def _extensions(ranking: Ranking, labels: Sequence[Label]) -> Iterator[Ranking]:
    """The ranking with some of those it leaves out below, in every order."""
    left = [x for x in labels if x not in ranking]
    for size in range(1, len(left) + 1):
        for more in itertools.permutations(left, size):
            yield Ranking([*ranking.tiers, *([x] for x in more)])
