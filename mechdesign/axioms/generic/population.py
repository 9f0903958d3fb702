"""Changes of the population: who leaves, and groups that agree."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from mechdesign.axioms.generic.references import BRANDL, THOMSON
from mechdesign.axioms.question.axiom import Axiom, register_axiom
from mechdesign.axioms.question.evaluator import Evaluator
from mechdesign.axioms.question.verifier import choose, improvement, two_results
from mechdesign.axioms.question.witness import Violation, Witness
from mechdesign.model import (
    Lottery,
    Mechanism,
    Number,
    Outcome,
    Problem,
    Setting,
    all_exact,
    distance,
    is_exact,
    show,
)

# Floats closer than the first are the same chances; what follows from that may be off by more.
_SAME, _FOLLOWS = 1e-13, 1e-9


@register_axiom
class PopulationMonotonicity(Axiom):
    """When an agent leaves and the outcomes stay, no other agent loses."""

    id = "population_monotonicity"
    title = "Population monotonicity"
    reference = THOMSON
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


@register_axiom
class PopulationConsistency(Axiom):
    """Two groups that choose the same choose it together as well.

    For lotteries the chances of all outcomes count; for a rule that selects one of several tied
    results, it is the selected one that must stay.
    """

    id = "population_consistency"
    title = "Population consistency"
    reference = BRANDL
    statement = "What two groups of agents both choose, all of them together choose."

    def applies(self, setting: Setting) -> str:
        return "" if setting.public else f"outcomes of {setting.id} name the agents"

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        for left in _halves(problem):
            one = problem.without(*(a for a in problem.agents if a not in left))
            other = problem.without(*left)
            first = ctx.run(one)
            apart = _apart(first, ctx.run(other))
            if apart is None:
                ctx.undecided("sets of tied outcomes are not compared")
                return
            if apart > (0 if is_exact(apart) else _SAME):
                continue
            ctx.count()
            gap = _apart(first, ctx.run(problem))
            if gap is None:
                continue
            if not is_exact(gap):
                ctx.exact = False
            if gap > (0 if is_exact(gap) else _FOLLOWS):
                yield Violation(problem, agents=left, variant=one, gap=gap)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        problem, left = witness.problem, set(witness.agents)
        if not left or not left < set(problem.agents):
            return None
        one = problem.without(*(a for a in problem.agents if a not in left))
        two = problem.without(*left)
        if witness.variant != one:
            return None
        first, second, both = (choose(mechanism, p, witness.lift) for p in (one, two, problem))
        apart = _apart(first, second)
        if apart is None or apart > (0 if is_exact(apart) else _SAME):
            return None
        gap = _apart(first, both)
        return gap if gap is None or is_exact(gap) or gap > _FOLLOWS else 0

    def describe(self, witness: Witness) -> str:
        group = ", ".join(map(str, witness.agents))
        assert witness.variant is not None
        return (
            f"At ({witness.profile()}) the group {group} and the others both choose "
            f"{witness.say(witness.after, witness.variant)}; all together choose "
            f"{witness.say(witness.before, witness.problem)}."
        )


def _halves(problem: Problem) -> Iterator[tuple[Any, ...]]:
    """One half of every division of the agents into two groups."""
    agents = list(problem.agents)
    for size in range(len(agents) - 1):
        for chosen in itertools.combinations(agents[1:], size):
            yield (agents[0], *chosen)


def _apart(first: Any, second: Any) -> Number | None:
    """The largest difference between the chances of an outcome; None for sets."""
    mass: dict[Any, Number] = {}
    for sign, result in ((1, first), (-1, second)):
        if not isinstance(result, (Outcome, Lottery)):
            return None
        for p, outcome in ((1, result),) if isinstance(result, Outcome) else result:
            mass[outcome.choice] = mass.get(outcome.choice, 0) + sign * p
    found = [distance(x, 0) for x in mass.values()]
    return max(found) if all_exact(found) else max(map(float, found))
