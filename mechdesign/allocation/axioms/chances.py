"""Axioms of random assignments: efficiency and envy by the orders alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from mechdesign.allocation.markets import Market
from mechdesign.allocation.markets.two_sides import sides_of
from mechdesign.allocation.references import BOGOMOLNAIA_MOULIN
from mechdesign.axioms import Axiom, Violation, Witness, register_axiom
from mechdesign.axioms.question.evaluator import Evaluator
from mechdesign.axioms.question.implications import declare
from mechdesign.axioms.question.verifier import choose
from mechdesign.model import (
    Lottery,
    Mechanism,
    Number,
    Outcome,
    Problem,
    RandomAssignment,
    Setting,
    show,
    tidy,
)


class _OfChances(Axiom):
    """An axiom about the chances of agents for objects."""

    family = "allocation"
    reference = BOGOMOLNAIA_MOULIN

    def applies(self, setting: Setting) -> str:
        fits = isinstance(setting, Market)
        return "" if fits else f"the setting {setting.id} has no preference lists"


def chances_of(problem: Problem, result: Any) -> RandomAssignment | None:
    """The chances of a result; None where both sides are agents."""
    if problem.data.two_sided:
        return None
    if isinstance(result, Outcome) and isinstance(result.choice, RandomAssignment):
        return result.choice
    support = result.support if isinstance(result, Lottery) else ((1, result),)
    agents, objects = tuple(problem.agents), problem.data.receivers
    total: dict[tuple[Any, Any], Number] = {}
    for p, one in support:
        for agent in agents:
            choice: Any = one.choice
            if isinstance(choice, RandomAssignment):
                pairs = list(choice.row(agent).items())
            else:
                pairs = [(choice[agent], 1)]
            for got, q in pairs:
                total[agent, got] = total.get((agent, got), 0) + p * q
    rows = [[total.get((agent, b), 0) for b in objects] for agent in agents]
    return RandomAssignment.of(agents, objects, rows)


def _tail(classes: Sequence[Sequence[Any]], row: Any) -> list[Number]:
    """The chance of an object of the first k classes, for every k."""
    sums: list[Number] = []
    for tied in classes:
        sums.append((sums[-1] if sums else 0) + sum(row.get(b, 0) for b in tied))
    return sums


@register_axiom
class OrdinalEfficiency(_OfChances):
    """No random assignment has better chances for one and worse ones for none."""

    id = "ordinal_efficiency"
    title = "Ordinal efficiency"
    statement = (
        "No random assignment other than the chosen one gives every agent at least its chance of "
        "one of its k best objects, for every k."
    )

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        own = chances_of(problem, ctx.run(problem))
        if own is None:
            ctx.undecided("both sides are agents")
            return
        ctx.count()
        better = self._better(problem, own)
        if better is not None:
            choice, cycle, gap = better
            outcome = Outcome(choice, problem=problem, setting=ctx.setting)
            details = {"cycle": cycle}
            yield Violation(problem, alternative=outcome, gap=gap, details=details)

    @staticmethod
    def _better(
        problem: Problem, own: RandomAssignment
    ) -> tuple[RandomAssignment, tuple[Any, ...], Number] | None:
        """Chances moved along a cycle of objects, or to what is left over."""
        sides = sides_of(problem)
        n, nothing = len(own.agents), len(own.objects)
        rows = [
            [*(Fraction(p) for p in row), Fraction(own.nothing(a))]
            for a, row in zip(own.agents, own.rows, strict=True)
        ]
        spare = [Fraction(c) - sum(row[j] for row in rows) for j, c in enumerate(sides.places)]
        spare.append(Fraction(n))
        ranks = []
        for i, wish in enumerate(problem.types):
            none = len(wish.classes)
            rank = [
                wish.rank.get(b, none + 1) if i in sides.ranks[j] else none + 1
                for j, b in enumerate(own.objects)
            ]
            ranks.append([*rank, none])
        # An edge from what an agent holds to what it would rather have, or would as soon have.
        edges: dict[int, list[tuple[int, int, bool]]] = {}
        for i, rank in enumerate(ranks):
            for held in (j for j, p in enumerate(rows[i]) if p > 0):
                for other, place in enumerate(rank):
                    if other != held and place <= rank[held]:
                        edges.setdefault(held, []).append((other, i, place < rank[held]))
        path = _improving_path(edges, [j for j, room in enumerate(spare) if room > 0])
        if path is None:
            return None
        steps, closed = path
        use: dict[tuple[int, int], int] = {}
        for held, _, i in steps:
            use[i, held] = use.get((i, held), 0) + 1
        size = min(rows[i][held] / times for (i, held), times in use.items())
        if not closed:
            size = min(size, spare[steps[-1][1]])
        for held, other, i in steps:
            rows[i][held] -= size
            rows[i][other] += size
        names = [*own.objects, None]
        cycle = tuple((own.agents[i], names[held], names[other]) for held, other, i in steps)
        moved = RandomAssignment.of(own.agents, own.objects, [row[:nothing] for row in rows])
        return moved, cycle, tidy(size)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        problem, better = witness.problem, witness.alternative
        if self.applies(setting) or not isinstance(better, Outcome):
            return None
        if not setting.feasible(problem, better):
            return None
        own = chances_of(problem, choose(mechanism, problem, witness.lift))
        new = chances_of(problem, better)
        if own is None or new is None:
            return None
        gap: Number = 0
        for agent, wish in zip(problem.agents, problem.types, strict=True):
            old_row, new_row = own.row(agent), new.row(agent)
            # Unacceptable objects come after nothing.
            listed = [b for tied in wish.classes for b in tied]
            bad = [sum(p for b, p in row.items() if b not in listed) for row in (old_row, new_row)]
            old, now = (_tail(wish.classes, row) for row in (old_row, new_row))
            steps = [b - a for a, b in zip(old, now, strict=True)] + [bad[0] - bad[1]]
            if min(steps) < 0:
                return 0
            gap = max(gap, *steps)
        return gap

    def describe(self, witness: Witness) -> str:
        moves = ", ".join(
            f"{show(who)} from {'nothing' if a is None else show(a)} to "
            f"{'nothing' if b is None else show(b)}"
            for who, a, b in witness.details.get("cycle", ())
        )
        return (
            f"At ({witness.profile()}) the mechanism chooses "
            f"{witness.say(witness.before, witness.problem)}; moving chances of {moves} is worse "
            f"for nobody and better for one: {witness.say(witness.alternative, witness.problem)}."
        )


def _improving_path(
    edges: dict[int, list[tuple[int, int, bool]]], spare: list[int]
) -> tuple[list[tuple[int, int, int]], bool] | None:
    """Steps around a cycle, or to an object with room, at least one of them strictly better."""
    for held, out in sorted(edges.items()):
        for other, i, strict in out:
            if not strict:
                continue
            parent: dict[int, tuple[int, int]] = {other: (-1, -1)}
            queue = [other]
            for at in queue:
                if at == held or at in spare:
                    steps = []
                    end = at
                    while parent[end][0] >= 0:
                        before, who = parent[end]
                        steps.append((before, end, who))
                        end = before
                    return [(held, other, i), *reversed(steps)], at == held
                for following, who, _ in edges.get(at, ()):
                    if following not in parent:
                        parent[following] = (at, who)
                        queue.append(following)
    return None


class _SdEnvy(_OfChances):
    """Own chances against those of another agent."""

    weak: bool

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        own = chances_of(problem, ctx.run(problem))
        if own is None:
            ctx.undecided("both sides are agents")
            return
        for agent, wish in zip(problem.agents, problem.types, strict=True):
            mine = _tail(wish.classes, own.row(agent))
            for other in problem.agents:
                if other != agent:
                    ctx.count()
                    theirs = _tail(wish.classes, own.row(other))
                    steps = [b - a for a, b in zip(mine, theirs, strict=True)]
                    gap: Number = max(steps, default=0)
                    if self.weak and min(steps, default=0) < 0:
                        gap = 0
                    if ctx.exceeds(gap):
                        yield Violation(problem, agents=(agent, other), gap=gap)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        problem = witness.problem
        if self.applies(setting) or len(witness.agents) != 2:
            return None
        own = chances_of(problem, choose(mechanism, problem, witness.lift))
        if own is None:
            return None
        agent, other = witness.agents
        wish = problem.type_of(agent).classes
        shifts = []
        for k in range(1, len(wish) + 1):
            best = {b for tied in wish[:k] for b in tied}
            mine, theirs = (
                sum(p for b, p in own.row(who).items() if b in best) for who in (agent, other)
            )
            shifts.append(theirs - mine)
        largest: Number = max(shifts, default=0)
        return 0 if self.weak and min(shifts, default=0) < 0 else max(largest, 0)

    def describe(self, witness: Witness) -> str:
        agent, other = (show(who) for who in witness.agents)
        every = "every" if self.weak else "some"
        return (
            f"At ({witness.profile()}) the mechanism chooses "
            f"{witness.say(witness.before, witness.problem)}: by {every} utility of its list "
            f"agent {agent} would rather have the chances of agent {other}."
        )


@register_axiom
class SdEnvyFreeness(_SdEnvy):
    """Own chances dominate those of everybody else."""

    id = "sd_envy_freeness"
    title = "Envy-freeness of chances (strong)"
    statement = "Nobody prefers another agent's chances, by any utility that its list allows."
    weak = False


@register_axiom
class WeakSdEnvyFreeness(_SdEnvy):
    """Nobody else's chances dominate one's own."""

    id = "weak_sd_envy_freeness"
    title = "Envy-freeness of chances (weak)"
    statement = "Nobody prefers another agent's chances by every utility that its list allows."
    weak = True


declare("sd_envy_freeness", "weak_sd_envy_freeness")
