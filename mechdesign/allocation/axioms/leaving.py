"""What remains when agents leave with what they got: consistency."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any, TypeGuard

from mechdesign.allocation.markets import Market
from mechdesign.allocation.references import KESTEN_COMPETING
from mechdesign.axioms import Axiom, Violation, Witness, register_axiom
from mechdesign.axioms.question.evaluator import Evaluator
from mechdesign.axioms.question.verifier import choose
from mechdesign.model import (
    AgentId,
    Mechanism,
    Number,
    Outcome,
    Problem,
    RandomAssignment,
    Setting,
    show,
)


def left_over(problem: Problem, choice: Any, leavers: Collection[AgentId]) -> Problem:
    """The market without some agents and the places that they take with them.

    Whoever remains keeps what it owned, unless that is taken; what leavers owned and nobody took is
    owned by nobody.
    """
    taken = [choice[agent] for agent in leavers]
    data = problem.data
    places = {
        b: count - taken.count(b) for b, count in zip(data.receivers, data.capacities, strict=True)
    }
    owners = tuple(
        (who, what) for who, what in data.owners if who not in leavers and places[what] > 0
    )
    fewer = replace(data, capacities=tuple(places.values()), owners=owners)
    return replace(problem.without(*leavers), data=fewer)


@register_axiom
class AssignmentConsistency(Axiom):
    """Who remains gets the same when others leave with what they got."""

    id = "assignment_consistency"
    title = "Consistency of assignments"
    family = "allocation"
    reference = KESTEN_COMPETING
    statement = (
        "When some agents leave with what they get, the rule gives all others at what is left the "
        "same as before."
    )

    def applies(self, setting: Setting) -> str:
        fits = isinstance(setting, Market) and not setting.two_sides
        return "" if fits else f"the setting {setting.id} has no objects to leave with"

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        before = ctx.run(problem)
        if problem.data.two_sided or not _single(before):
            ctx.undecided("defined for single assignments of objects")
            return
        for size in range(1, len(problem)):
            for leavers in itertools.combinations(problem.agents, size):
                ctx.count()
                variant = left_over(problem, before.choice, leavers)
                after = ctx.run(variant)
                if not _single(after):
                    ctx.undecided("defined for single assignments of objects")
                    return
                changed = [a for a in variant.agents if before.choice[a] != after.choice[a]]
                if changed:
                    details = {"leavers": leavers}
                    yield Violation(
                        problem, agents=(changed[0],), variant=variant, gap=1, details=details
                    )

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        problem, variant = witness.problem, witness.variant
        leavers = witness.details.get("leavers")
        if self.applies(setting) or variant is None or not leavers or len(witness.agents) != 1:
            return None
        agent = witness.agents[0]
        there = set(leavers)
        if agent in there or not there < set(problem.agents) or agent not in problem.agents:
            return None
        before, after = (choose(mechanism, one, witness.lift) for one in (problem, variant))
        if problem.data.two_sided or not (_single(before) and _single(after)):
            return None
        # The market that remains, from the definition.
        data = problem.data
        held = [before.choice[who] for who in leavers]
        places = [c - held.count(b) for b, c in zip(data.receivers, data.capacities, strict=True)]
        gone = {b for b, c in zip(data.receivers, places, strict=True) if c == 0}
        stays = [k for k, who in enumerate(problem.agents) if who not in there]
        same = (
            tuple(variant.agents) == tuple(problem.agents[k] for k in stays)
            and tuple(variant.types) == tuple(problem.types[k] for k in stays)
            and tuple(variant.data.capacities) == tuple(places)
            and variant.data.receivers == data.receivers
            and variant.data.priorities == data.priorities
            and set(variant.data.owners)
            == {(who, b) for who, b in data.owners if who not in there and b not in gone}
        )
        return int(before.choice[agent] != after.choice[agent]) if same else None

    def describe(self, witness: Witness) -> str:
        leavers = ", ".join(map(show, witness.details.get("leavers", ())))
        return (
            f"At ({witness.profile()}) the mechanism chooses "
            f"{witness.say(witness.before, witness.problem)}; once {leavers} left with what they "
            f"got it chooses {witness.say(witness.after, witness.variant or witness.problem)}, and "
            f"agent {show(witness.agents[0])} gets something else."
        )


def _single(result: Any) -> TypeGuard[Outcome[Any]]:
    return isinstance(result, Outcome) and not isinstance(result.choice, RandomAssignment)
