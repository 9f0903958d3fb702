"""Symmetry among agents and among alternatives."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from mechdesign.axioms.generic.references import MAY
from mechdesign.axioms.question.axiom import Axiom, register_axiom
from mechdesign.axioms.question.evaluator import Evaluator
from mechdesign.axioms.question.sameness import same_result
from mechdesign.axioms.question.trust import of_package
from mechdesign.axioms.question.verifier import choose, differs, two_results, worth
from mechdesign.axioms.question.witness import Violation, Witness
from mechdesign.model import (
    GivesProspects,
    Lottery,
    Mechanism,
    Number,
    Outcome,
    Problem,
    Setting,
    ShowsWinners,
    distance,
    show,
)
from mechdesign.model.problem import same_type
from mechdesign.model.setting import Relabels

_ALL_PERMUTATIONS = 7

_ALL_RENAMINGS = 5040


@register_axiom
class Anonymity(Axiom):
    """The names of agents do not matter."""

    id = "anonymity"
    title = "Anonymity"
    reference = MAY
    statement = "Exchanging the types of agents exchanges their utilities, and nothing else."
    symmetric = False

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        n = len(problem)
        if ctx.closed:
            orders: Any = _generators(problem)
        elif n <= _ALL_PERMUTATIONS:
            orders = itertools.islice(itertools.permutations(range(n)), 1, None)
        else:
            orders = (_transposition(n, j, k) for j, k in itertools.combinations(range(n), 2))
            ctx.undecided(f"only transpositions are tried at a problem with n={n}")
        first = ctx.run(problem)
        if ctx.lift == "ex_post" and isinstance(first, Lottery):
            ctx.undecided("two lotteries do not say which of their outcomes belong together")
            return
        if not ctx.setting.cardinal and not ctx.setting.public:
            ctx.undecided(f"{ctx.setting.preferences} preferences give no utilities to compare")
            return
        # What outcomes are worth there was reviewed: it depends on the own type alone.
        known = ctx.symbolic and ctx.closed and of_package(type(ctx.setting))
        if known and ctx.setting.public and isinstance(first, Outcome):
            yield from self._everywhere(ctx, problem, first)
            return
        for order in orders:
            variant = problem.permuted(order)
            if variant == problem:
                continue
            ctx.count()
            gap = self._gap(ctx, problem, variant, order, first)
            if ctx.exceeds(gap):
                tie = self._tie(ctx, problem, variant, order)
                yield Violation(
                    problem,
                    variant=variant,
                    gap=gap,
                    details={"order": tuple(order)},
                    tie_induced=tie,
                )

    def _everywhere(self, ctx: Evaluator, problem: Problem, first: Outcome) -> Iterator[Violation]:
        """Where reports stand for all and agents live with one choice.

        An exchange of two and a shift of all make every permutation, and where the same is chosen
        everybody gets what the other one got.
        """
        n = len(problem)
        for order in (_transposition(n, 0), [*range(1, n), 0])[: n - 1]:
            variant = problem.permuted(order)
            ctx.count()
            if not same_result(ctx, first, ctx.run(variant), payments=False):
                gap = self._gap(ctx, problem, variant, order, first)
                details = {"order": tuple(order)}
                yield Violation(problem, variant=variant, gap=gap or 1, details=details)

    def _gap(
        self, ctx: Evaluator, problem: Problem, variant: Problem, order: Any, first: Any
    ) -> Number:
        second = ctx.run(variant)
        if ctx.setting.cardinal:
            before = ctx.utilities(problem, first)
            after = ctx.utilities(variant, second)
            gap: Number = max(distance(after[k], before[j]) for k, j in enumerate(order))
            if ctx.exceeds(gap):
                return gap
        if ctx.setting.public and not same_result(ctx, first, second, payments=False):
            return 1
        return 0

    def _tie(self, ctx: Evaluator, problem: Problem, variant: Problem, order: object) -> bool:
        """Whether the tied outcomes before the tie is broken are symmetric."""
        if not isinstance(ctx.mechanism, ShowsWinners) or not ctx.setting.cardinal:
            return False
        first = sorted(_vector(ctx, problem, o, order) for o in ctx.mechanism.winners(problem))
        identity = range(len(problem))
        second = sorted(_vector(ctx, variant, o, identity) for o in ctx.mechanism.winners(variant))
        return len(first) > 1 and first == second

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        order = witness.details.get("order")
        if witness.variant is None or order is None:
            return None
        if witness.problem.permuted(order) != witness.variant:
            return None
        if witness.variant == witness.problem:
            return None  # equals who exchange their types: that is equal treatment
        before, after = two_results(mechanism, witness)
        gaps: list[Number] = [0]
        if setting.cardinal:
            agents = witness.problem.agents
            for k, j in enumerate(order):
                own = witness.problem.types[j]
                new = worth(setting, witness.variant, agents[k], own, after, witness.lift)
                old = worth(setting, witness.problem, agents[j], own, before, witness.lift)
                gaps.append(distance(new, old))
        if setting.public and differs(
            before, after, witness.tolerance, payments=False, units=setting.choices_in_units
        ):
            gaps.append(max(gaps) if max(gaps) > witness.tolerance else 1)
        return max(gaps)

    def describe(self, witness: Witness) -> str:
        variant = witness.variant or witness.problem
        pairs = zip(variant.agents, variant.types, strict=True)
        other = ", ".join(f"{a}: {witness.setting.say_report(t)}" for a, t in pairs)
        return (
            f"At ({witness.profile()}) the mechanism chooses "
            f"{witness.say(witness.before, witness.problem)}; with the types exchanged, at "
            f"({other}), it chooses {witness.say(witness.after, variant)}."
        )


@register_axiom
class EqualTreatment(Axiom):
    """Equals get equal utilities."""

    id = "equal_treatment"
    title = "Equal treatment of equals"
    statement = "Agents with the same type, weight and reserve get the same utility."

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        pairs = [
            (j, k)
            for j, k in itertools.combinations(range(len(problem)), 2)
            if _equals(problem, j, k)
        ]
        if not pairs:
            return
        result = ctx.run(problem)
        each = ctx.lift == "ex_post" and isinstance(result, Lottery)
        for one in ctx.outcomes(problem) if each else [result]:
            by_chances = isinstance(ctx.setting, GivesProspects) and not ctx.setting.cardinal
            utilities = [] if by_chances else ctx.utilities(problem, one)
            for j, k in ctx.each(pairs):
                ctx.count()
                if by_chances:
                    gap = _other_chances(ctx.setting, problem, one, j, k)
                else:
                    gap = distance(utilities[j], utilities[k])
                if ctx.exceeds(gap):
                    agents = (problem.agents[j], problem.agents[k])
                    yield Violation(problem, agents=agents, gap=gap)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        if len(witness.agents) != 2:
            return None
        problem = witness.problem
        j, k = (problem.position(agent) for agent in witness.agents)
        if not _equals(problem, j, k):
            return None
        result = choose(mechanism, problem, witness.lift)
        each = witness.lift == "ex_post" and isinstance(result, Lottery)
        gaps: list[Number] = []
        for one in [outcome for _, outcome in result] if each else [result]:
            if isinstance(setting, GivesProspects) and not setting.cardinal:
                gaps.append(_other_chances(setting, problem, one, j, k))
                continue
            first, second = (
                worth(setting, problem, agent, problem.type_of(agent), one, witness.lift)
                for agent in witness.agents
            )
            gaps.append(distance(first, second))
        return max(gaps)

    def describe(self, witness: Witness) -> str:
        first, second = witness.agents
        return (
            f"At ({witness.profile()}) the mechanism chooses "
            f"{witness.say(witness.before, witness.problem)}: agents {first} and {second} are "
            f"equals, and their utilities differ by {show(witness.gap)}."
        )


@register_axiom
class Neutrality(Axiom):
    """The names of alternatives do not matter."""

    id = "neutrality"
    title = "Neutrality"
    reference = MAY
    statement = "Renaming the alternatives renames the choice in the same way."
    neutral = False
    needs = (Relabels,)

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        """Try the renamings of the setting, from every problem that renamings lead to.

        A setting may give generators only, such as exchanges of two neighbours; what holds at
        every step from one renamed problem to the next holds for all renamings.
        """
        setting = ctx.setting
        assert isinstance(setting, Relabels)
        if ctx.symbolic:
            # It stands for all problems, those that renamings lead to among them.
            yield from self._once(ctx, problem)
            return
        done = ctx.memory(self.id) if ctx.finite else set()
        if problem in done:
            return
        done.add(problem)
        waiting, reached = [problem], 0
        while waiting:
            current = waiting.pop()
            reached += 1
            if reached > _ALL_RENAMINGS:
                ctx.undecided(f"more than {_ALL_RENAMINGS:,} renamed problems")
                return
            first = ctx.run(current)
            for variant, renaming in setting.relabelled(current):
                ctx.count()
                second = ctx.run(variant)
                if not same_result(ctx, _renamed(setting, current, first, renaming), second):
                    tie = self._tie(ctx, current, variant, renaming)
                    details = {"renaming": renaming}
                    yield Violation(current, variant=variant, details=details, tie_induced=tie)
                if variant not in done:
                    done.add(variant)
                    waiting.append(variant)

    @staticmethod
    def _once(ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        setting: Any = ctx.setting
        first = ctx.run(problem)
        for variant, renaming in ctx.each(list(setting.relabelled(problem))):
            ctx.count()
            renamed = _renamed(setting, problem, first, renaming)
            if not same_result(ctx, renamed, ctx.run(variant)):
                yield Violation(problem, variant=variant, details={"renaming": renaming})

    def _tie(self, ctx: Evaluator, problem: Problem, variant: Problem, renaming: object) -> bool:
        if not isinstance(ctx.mechanism, ShowsWinners):
            return False
        setting: Any = ctx.setting
        first = {setting.rename(problem, o, renaming) for o in ctx.mechanism.winners(problem)}
        return len(first) > 1 and first == set(ctx.mechanism.winners(variant))

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        if witness.variant is None or not isinstance(setting, Relabels):
            return None
        renaming = witness.details.get("renaming")
        if (witness.variant, renaming) not in setting.relabelled(witness.problem):
            return None
        before, after = two_results(mechanism, witness)

        def moved(one: Outcome) -> Outcome:
            return setting.rename(witness.problem, one, renaming)

        if isinstance(before, Outcome):
            units = setting.choices_in_units
            return int(differs(moved(before), after, witness.tolerance, units=units))
        if isinstance(before, Lottery):
            return int(Lottery((p, moved(one)) for p, one in before.support) != after)
        return int(set(map(moved, before)) != set(after))

    def describe(self, witness: Witness) -> str:
        return (
            f"At ({witness.profile()}) the mechanism chooses "
            f"{witness.say(witness.before, witness.problem)}; with the alternatives renamed by "
            f"{witness.details.get('renaming')} it chooses "
            f"{witness.say(witness.after, witness.variant or witness.problem)}."
        )


def _other_chances(setting: Any, problem: Problem, result: Any, j: int, k: int) -> Number:
    """The largest difference between the chances of two agents to get a utility."""
    chances: dict[Any, Number] = {}
    for sign, i in ((1, j), (-1, k)):
        agent, own = problem.agents[i], problem.types[i]
        for p, outcome in ((1, result),) if isinstance(result, Outcome) else result:
            for u, q in setting.prospect(problem, agent, own, outcome):
                chances[u] = chances.get(u, 0) + sign * p * q
    return max(distance(x, 0) for x in chances.values())


def _transposition(n: int, j: int, k: int | None = None) -> list[int]:
    order = list(range(n))
    k = j + 1 if k is None else k
    order[j], order[k] = k, j
    return order


def _generators(problem: Problem) -> Iterator[list[int]]:
    """Permutations that suffice where every permuted problem is visited too.

    Those of neighbours, from which all others are made.  Where neighbours are equal theirs changes
    nothing, though it demands that they have the same utility: a third agent tells, who takes the
    place of one of them in two ways.
    """
    n = len(problem)
    for k in range(n - 1):
        if not _equals(problem, k, k + 1):
            yield _transposition(n, k)
            continue
        third = next((j for j in range(n) if not _equals(problem, k, j)), None)
        if third is not None:
            order = _transposition(n, k, third)
            yield order
            yield [{k: k + 1, k + 1: k}.get(j, j) for j in order]


def _equals(problem: Problem, j: int, k: int) -> bool:
    same = same_type(problem.types[j], problem.types[k])
    for values in (problem.weights, problem.reserve):
        same = same and (values is None or values[j] == values[k])
    return same


def _renamed(setting: Any, problem: Problem, result: Any, renaming: Any) -> Any:
    if isinstance(result, Lottery):
        return Lottery((p, setting.rename(problem, o, renaming)) for p, o in result.support)
    if isinstance(result, Outcome):
        return setting.rename(problem, result, renaming)
    return tuple(setting.rename(problem, outcome, renaming) for outcome in result)


def _vector(ctx: Evaluator, problem: Problem, outcome: Outcome, order: Any) -> tuple[Number, ...]:
    utilities = ctx.setting.utilities(problem, outcome)
    return tuple(utilities[j] for j in order)
