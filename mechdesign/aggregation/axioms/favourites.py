"""The favourite above all others: whether voters gain by ranking somebody else first."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from mechdesign.aggregation.axioms.by_definition import above, ballots, taken
from mechdesign.aggregation.axioms.majority import AggregationAxiom
from mechdesign.aggregation.profiles.chosen import winning
from mechdesign.aggregation.profiles.problems import ScoreData
from mechdesign.aggregation.profiles.ranking import Label, Ranking
from mechdesign.axioms import Evaluator, Violation, Witness, register_axiom
from mechdesign.axioms.question.verifier import choose
from mechdesign.model import AgentId, Mechanism, Number, Problem, Setting

# Every strict order of more alternatives is too many to try for every group.
_MOST_ALTERNATIVES = 5


@register_axiom
class FavouriteBetrayal(AggregationAxiom):
    """Voters with the same ballot need not rank their favourite below another."""

    id = "favourite_betrayal"
    title = "No favourite betrayal"
    statement = (
        "If voters with the same ballot make somebody whom they prefer the only winner by ranking "
        "another above their favourite, they can do so, or better, with their favourite first."
    )

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        labels = problem.data.alternatives
        if isinstance(problem.data, ScoreData) or len(labels) > _MOST_ALTERNATIVES:
            told = f"rankings of at most {_MOST_ALTERNATIVES} alternatives are changed"
            ctx.undecided(told)
            return
        before = winning(ctx.run(problem))
        if len(before) != 1:
            return
        (now,) = before
        groups: dict[Ranking, list[AgentId]] = {}
        for agent, (_, ranking) in zip(problem.agents, ballots(ctx.setting, problem), strict=True):
            if ranking.tiers and len(ranking.tiers[0]) == 1:
                groups.setdefault(ranking, []).append(agent)
        for ranking, agents in groups.items():
            favourite = ranking.tiers[0][0]
            for size in range(1, len(agents) + 1):
                group = tuple(agents[:size])
                results: dict[bool, list[tuple[Label, Problem]]] = {True: [], False: []}
                for other in _orders(problem, ctx.setting):
                    ctx.count()
                    variant = _with(problem, group, other)
                    after = winning(ctx.run(variant))
                    if len(after) == 1:
                        sincere = other.tiers[0][0] == favourite
                        results[sincere].append((next(iter(after)), variant))
                for gained, variant in results[False]:
                    if above(ranking, gained, now) and not any(
                        x == gained or above(ranking, x, gained) for x, _ in results[True]
                    ):
                        yield Violation(problem, agents=group, variant=variant)
                        break

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        problem, variant, group = witness.problem, witness.variant, set(witness.agents)
        if variant is None or not group or variant.agents != problem.agents:
            return None
        old, new = (
            dict(zip(p.agents, (r for _, r in ballots(setting, p)), strict=True))
            for p in (problem, variant)
        )
        kept = all(old[a] == new[a] for a in problem.agents if a not in group)
        starts, ends = ({side[a] for a in group} for side in (old, new))
        if not kept or len(starts) != 1 or len(ends) != 1 or problem.data != variant.data:
            return None
        (own,), (other,) = starts, ends
        if other.tiers[0][0] == own.tiers[0][0]:
            return None

        def single(one: Problem) -> Label | None:
            found = taken(choose(mechanism, one, witness.lift)).winners
            return next(iter(found)) if len(found) == 1 else None

        now, gained = single(problem), single(variant)
        if now is None or gained is None or not above(own, gained, now):
            return 0
        for order in _orders(problem, setting):
            if order.tiers[0][0] == own.tiers[0][0]:
                found = single(_with(problem, tuple(group), order))
                if found is not None and (found == gained or above(own, found, gained)):
                    return 0
        return 1

    def describe(self, witness: Witness) -> str:
        assert witness.variant is not None
        group = ", ".join(map(str, witness.agents))
        instead = str(witness.variant.type_of(witness.agents[0]))
        return (
            f"At ({witness.profile()}) the outcome is "
            f"{witness.say(witness.before, witness.problem)}; when the voters {group} report "
            f"{instead} it is {witness.say(witness.after, witness.variant)}, which they get by no "
            "ballot with their favourite first."
        )


def _orders(problem: Problem, setting: Setting) -> Iterable[Ranking]:
    """All strict orders of the alternatives; where some ballot leaves some out, of some of them."""
    labels = problem.data.alternatives
    listed = [len(ranking) for _, ranking in ballots(setting, problem)]
    least = 1 if min(listed) < len(labels) else len(labels)
    for size in range(least, len(labels) + 1):
        for order in itertools.permutations(labels, size):
            yield Ranking([[x] for x in order])


def _with(problem: Problem, group: Iterable[AgentId], ballot: Ranking) -> Problem:
    """The problem in which a group casts another ballot."""
    changed = set(group)
    types: list[Any] = [
        ballot if agent in changed else report
        for agent, report in zip(problem.agents, problem.types, strict=True)
    ]
    return replace(problem, types=tuple(types))
