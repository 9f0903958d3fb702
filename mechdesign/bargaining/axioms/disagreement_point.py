"""Axioms of what agents can count on: the midpoint, a better reserve, and symmetry."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from mechdesign.axioms import Evaluator, Violation, Witness, register_axiom
from mechdesign.axioms.question.verifier import choose
from mechdesign.bargaining.axioms.ideal_points import ideal_utilities
from mechdesign.bargaining.axioms.package_questions import (
    PackageAxiom,
    ideal,
    mixing,
    part_of,
    reserve,
    tied,
    utilities_of_tied,
    with_reserve,
    worth,
)
from mechdesign.bargaining.menus.package_lists import packages, stands_for_all
from mechdesign.bargaining.references import NASH
from mechdesign.model import (
    Lottery,
    Mechanism,
    Number,
    Outcome,
    Problem,
    Setting,
    ShowsWinners,
)

_PERMUTED = 6


@register_axiom
class MidpointDomination(PackageAxiom):
    """Everybody gets at least the average of the dictators' outcomes."""

    id = "midpoint_domination"
    title = "Midpoint domination"
    statement = "Every agent gains at least one n-th of the most that it could gain."

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        result = ctx.run(problem)
        top = ideal(problem, mixing(ctx.mechanism, result))
        if top is None:
            return
        values = ctx.utilities(problem, result)
        for agent, u, d, a in zip(problem.agents, values, reserve(problem), top, strict=True):
            ctx.count()
            gap = d + part_of(a - d, len(problem)) - u
            if ctx.exceeds(gap):
                yield Violation(problem, agents=(agent,), gap=gap)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        problem = witness.problem
        if len(witness.agents) != 1:
            return None
        when = mixing(mechanism, choose(mechanism, problem, witness.lift))
        top = ideal_utilities(setting, problem, when)
        if top is None:
            return None
        k = problem.position(witness.agents[0])
        d = (problem.reserve or (0,) * len(problem))[k]
        bar = d + part_of(top[k] - d, len(problem))
        return bar - worth(mechanism, witness, problem, witness.agents[0])


@register_axiom
class DisagreementMonotonicity(PackageAxiom):
    """An agent whose reserve utility rises does not lose.

    On a domain the reserve rises to each of the utilities that the domain knows; at a single
    problem there is a continuum of them, so that only a violation is a decision.
    """

    id = "disagreement_monotonicity"
    title = "Disagreement-point monotonicity"
    statement = "An agent whose reserve utility rises is not worse off."

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        when = mixing(ctx.mechanism, ctx.run(problem))
        for k, agent in enumerate(problem.agents):
            for level in _levels(ctx, problem, k):
                variant = with_reserve(problem, k, level)
                if ideal(variant, when) is None:
                    continue
                before = ctx.compared(problem, ctx.run(problem))[k]
                after = ctx.compared(variant, ctx.run(variant))[k]
                ctx.count()
                if ctx.exceeds(before - after):
                    tie = tied(ctx, problem) or tied(ctx, variant)
                    yield Violation(
                        problem,
                        agents=(agent,),
                        variant=variant,
                        gap=before - after,
                        tie_induced=tie,
                    )
        if not ctx.finite:
            ctx.undecided("a reserve may rise to other levels than those of the packages")

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        problem, variant = witness.problem, witness.variant
        if variant is None or len(witness.agents) != 1:
            return None
        agent = witness.agents[0]
        k = problem.position(agent)
        level = reserve(variant)[k]
        if with_reserve(problem, k, level) != variant or level <= reserve(problem)[k]:
            return None
        return worth(mechanism, witness, problem, agent) - worth(mechanism, witness, variant, agent)


@register_axiom
class Symmetry(PackageAxiom):
    """Agents whose exchange leaves the problem as it is get equal gains.

    For a rule that shows tied packages the set of them must be symmetric; a rule that chooses one
    package is often refuted, because no single package of ``{(1, 0), (0, 1)}`` is symmetric.
    """

    id = "symmetry"
    title = "Symmetry"
    statement = (
        "If a permutation of the agents leaves the utility vectors of the packages, the reserve "
        "and the weights as they are, it leaves the chosen ones as they are."
    )
    reference = NASH

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        if len(problem) > _PERMUTED:
            ctx.undecided(f"permutations are tried for up to {_PERMUTED} agents only")
            return
        chosen: list[tuple[Number, ...]] | None = None
        for order in _symmetries(problem):
            if chosen is None:
                chosen = _vectors(ctx, problem)
            ctx.count()
            if not _same(ctx, chosen, [tuple(v[i] for i in order) for v in chosen]):
                moved = tuple(
                    a for a, i in zip(problem.agents, order, strict=True) if a != problem.agents[i]
                )
                yield Violation(problem, agents=moved, details={"order": order})

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        problem = witness.problem
        order = witness.details.get("order")
        if not isinstance(order, tuple) or sorted(order) != list(range(len(problem))):
            return None
        if not _is_symmetry(problem, order):
            return None
        rule: Any = mechanism
        results = rule.winners(problem) if hasattr(rule, "winners") else [mechanism.solve(problem)]
        vectors = [_vector(setting, problem, result) for result in results]
        moved = [tuple(vector[i] for i in order) for vector in vectors]
        far = [m for m in moved if all(_distance(m, v) > witness.tolerance for v in vectors)]
        return int(bool(far))

    def describe(self, witness: Witness) -> str:
        who = ", ".join(map(str, witness.agents))
        return (
            f"At ({witness.profile()}) the agents {who} are in the same position, but the "
            f"mechanism chooses {witness.say(witness.before, witness.problem)}."
        )


def _levels(ctx: Evaluator, problem: Problem, agent: int) -> list[Number]:
    """The utilities above an agent's reserve: of the packages, and of its possible reports."""
    found = packages(problem)
    levels = {found.utility(k)[agent] for k in range(len(found))}
    if ctx.finite:
        for row in ctx.deviations(problem, problem.agents[agent]):
            levels.update(row)
    now = reserve(problem)[agent]
    return sorted(level for level in levels if level > now)


def _symmetries(problem: Problem) -> Iterator[tuple[int, ...]]:
    """The permutations of the agents, without the identity, that leave the problem as it is."""
    for order in itertools.permutations(range(len(problem))):
        if list(order) != sorted(order) and _is_symmetry(problem, order):
            yield order


def _is_symmetry(problem: Problem, order: Sequence[int]) -> bool:
    found = packages(problem)
    listed = [tuple(found.utility(k)) for k in range(len(found))]
    vectors: Collection[tuple[Number, ...]] = listed if stands_for_all(problem) else set(listed)
    for row in (reserve(problem), problem.weights or (1,) * len(problem)):
        if tuple(row[i] for i in order) != tuple(row):
            return False
    return all(tuple(vector[i] for i in order) in vectors for vector in vectors)


def _vectors(ctx: Evaluator, problem: Problem) -> list[tuple[Number, ...]]:
    """The utility vectors of what is chosen."""
    if isinstance(ctx.mechanism, ShowsWinners):
        vectors = utilities_of_tied(ctx, problem)
        return vectors if stands_for_all(problem) else list(set(vectors))
    return [tuple(ctx.compared(problem, ctx.run(problem)))]


def _vector(setting: Setting, problem: Problem, result: Outcome | Lottery) -> tuple[Number, ...]:
    values = []
    for agent, own in zip(problem.agents, problem.types, strict=True):
        if isinstance(result, Lottery):
            parts = [p * setting.utility(problem, agent, own, one) for p, one in result]
            values.append(sum(parts[1:], parts[0]))
        else:
            values.append(setting.utility(problem, agent, own, result))
    return tuple(values)


def _same(
    ctx: Evaluator, chosen: Sequence[tuple[Number, ...]], moved: Sequence[tuple[Number, ...]]
) -> bool:
    """Whether every moved vector is chosen, floats within the tolerance."""
    return all(any(not ctx.exceeds(_distance(m, v)) for v in chosen) for m in moved)


def _distance(first: Sequence[Number], second: Sequence[Number]) -> Number:
    return max((max(x - y, y - x) for x, y in zip(first, second, strict=True)), default=0)
