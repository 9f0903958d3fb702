"""Axioms of more packages: monotonicity in the feasible set, and negotiation in steps."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, TypeAlias

from mechdesign.axioms import Evaluator, Violation, Witness, register_axiom
from mechdesign.axioms.question.verifier import choose
from mechdesign.bargaining.axioms.ideal_points import ideal_utilities
from mechdesign.bargaining.axioms.package_questions import (
    PackageAxiom,
    ideal,
    mixing,
    reserve,
    smaller_menus,
    submenu,
    tied,
    worth,
)
from mechdesign.bargaining.menus.data import Menu
from mechdesign.bargaining.references import KALAI, KALAI_SMORODINSKY
from mechdesign.bargaining.solutions.lottery_polytope import When
from mechdesign.model import AgentId, Mechanism, Number, Problem, Reference, Setting, distance, show

#: The most that every agent can get where all get their reserve; None without agreement.
Ideal: TypeAlias = "tuple[Number, ...] | None"

_ROTH = Reference(
    "roth1979",
    "Roth, A. E.",
    "Axiomatic models of bargaining",
    1979,
    "Springer",
)


class _Growing(PackageAxiom):
    """What more packages do to the utilities."""

    @abstractmethod
    def protected(
        self, agents: Sequence[AgentId], ideals: Callable[[], tuple[Ideal, Ideal]]
    ) -> Sequence[AgentId]:
        """The agents that may not lose when packages are added, by the ideal before and after."""

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        result = ctx.run(problem)
        after = ctx.compared(problem, result)
        for small in smaller_menus(ctx, problem):
            when = mixing(ctx.mechanism, result)
            agents = self.protected(problem.agents, partial(_ideals, small, problem, when))
            if not agents:
                continue
            before = ctx.compared(small, ctx.run(small))
            for agent in agents:
                ctx.count()
                k = problem.position(agent)
                gap = before[k] - after[k]
                if ctx.exceeds(gap):
                    tie = tied(ctx, small) or tied(ctx, problem)
                    yield Violation(
                        small, agents=(agent,), variant=problem, gap=gap, tie_induced=tie
                    )

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        small, large = witness.problem, witness.variant
        if large is None or len(witness.agents) != 1:
            return None
        if not _table(small).items() <= _table(large).items():
            return None
        if replace(small, types=large.types, data=large.data) != large:
            return None
        agent = witness.agents[0]
        when = mixing(mechanism, choose(mechanism, large, witness.lift))
        if agent not in self.protected(
            large.agents,
            lambda: (ideal_utilities(setting, small, when), ideal_utilities(setting, large, when)),
        ):
            return None
        return worth(mechanism, witness, small, agent) - worth(mechanism, witness, large, agent)

    def describe(self, witness: Witness) -> str:
        large = witness.variant or witness.problem
        new = [p for p in large.data.packages if p not in witness.problem.data.packages]
        return (
            f"At ({witness.profile()}) the mechanism chooses "
            f"{witness.say(witness.before, witness.problem)}; with {', '.join(map(str, new))} too "
            f"it chooses {witness.say(witness.after, large)}, and agent {witness.agents[0]} loses "
            f"{show(witness.gap)}."
        )


@register_axiom
class StrongMonotonicity(_Growing):
    """With more packages nobody loses."""

    id = "strong_monotonicity"
    title = "Strong monotonicity"
    statement = "If packages are added, the reserve unchanged, no agent is worse off."
    reference = _ROTH

    def protected(
        self, agents: Sequence[AgentId], ideals: Callable[[], tuple[Ideal, Ideal]]
    ) -> Sequence[AgentId]:
        return agents


@register_axiom
class RestrictedMonotonicity(_Growing):
    """With more packages and the same ideal point nobody loses."""

    id = "restricted_monotonicity"
    title = "Restricted monotonicity"
    statement = "If packages are added that leave every agent's best unchanged, no agent loses."
    reference = _ROTH

    def protected(
        self, agents: Sequence[AgentId], ideals: Callable[[], tuple[Ideal, Ideal]]
    ) -> Sequence[AgentId]:
        old, new = ideals()
        return agents if old == new is not None else ()


@register_axiom
class IndividualMonotonicity(_Growing):
    """With more packages, and the ideal of all others the same, an agent does not lose."""

    id = "individual_monotonicity"
    title = "Individual monotonicity"
    statement = (
        "If packages are added that leave the best of all other agents unchanged, an agent does "
        "not lose."
    )
    reference = KALAI_SMORODINSKY

    def protected(
        self, agents: Sequence[AgentId], ideals: Callable[[], tuple[Ideal, Ideal]]
    ) -> Sequence[AgentId]:
        old, new = ideals()
        if old is None or new is None:
            return ()
        changed = [a for a, x, y in zip(agents, old, new, strict=True) if x != y]
        if not changed:
            return agents
        return tuple(changed) if len(changed) == 1 else ()


@register_axiom
class StepByStep(PackageAxiom):
    """A provisional agreement on fewer packages does not change the final one.

    Kalai's condition of negotiation in stages, called decomposability as well.
    """

    id = "step_by_step"
    title = "Step-by-step negotiation"
    statement = (
        "Agreeing on some of the packages first, with that agreement as the reserve when all of "
        "them are on the table, leads to the same utilities."
    )
    reference = KALAI

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        direct = ctx.compared(problem, ctx.run(problem))
        for small in smaller_menus(ctx, problem):
            first = tuple(ctx.compared(small, ctx.run(small)))
            if first == reserve(problem):
                continue
            staged = replace(problem, reserve=first)
            ctx.count()
            final = ctx.compared(staged, ctx.run(staged))
            gap = max(map(distance, direct, final), default=0)
            if ctx.exceeds(gap):
                tie = any(tied(ctx, one) for one in (problem, small, staged))
                yield Violation(
                    problem,
                    variant=staged,
                    gap=gap,
                    details={"first": tuple(small.data.packages)},
                    tie_induced=tie,
                )

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        problem, staged = witness.problem, witness.variant
        labels = witness.details.get("first")
        if staged is None or not isinstance(labels, tuple) or not isinstance(problem.data, Menu):
            return None
        kept = tuple(k for k, label in enumerate(problem.data.packages) if label in labels)
        if len(kept) != len(labels) or not kept:
            return None
        small = submenu(problem, kept)
        first = tuple(worth(mechanism, witness, small, agent) for agent in small.agents)
        if staged != replace(problem, reserve=staged.reserve):
            return None
        if any(
            distance(x, y) > witness.tolerance for x, y in zip(first, reserve(staged), strict=True)
        ):
            return None
        return max(
            distance(
                worth(mechanism, witness, problem, agent), worth(mechanism, witness, staged, agent)
            )
            for agent in problem.agents
        )

    def describe(self, witness: Witness) -> str:
        first = ", ".join(map(str, witness.details.get("first", ())))
        levels = ", ".join(show(d) for d in reserve(witness.variant or witness.problem))
        return (
            f"At ({witness.profile()}) the mechanism chooses "
            f"{witness.say(witness.before, witness.problem)}; after an agreement on {first} alone, "
            f"worth ({levels}), it chooses "
            f"{witness.say(witness.after, witness.variant or witness.problem)}."
        )


def _ideals(small: Problem, large: Problem, when: When | None) -> tuple[Ideal, Ideal]:
    return ideal(small, when), ideal(large, when)


def _table(problem: Problem) -> dict[Any, Any]:
    """The packages of a menu with their costs and utilities."""
    data: Menu = problem.data
    columns = zip(data.packages, data.costs, zip(*problem.types, strict=True), strict=True)
    return {label: (cost, values) for label, cost, values in columns}
