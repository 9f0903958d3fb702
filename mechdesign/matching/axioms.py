"""Axioms of online matching: a guaranteed share of the fluid benchmark, monotonicity, fairness."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from mechdesign.axioms.question.axiom import Axiom, register_axiom
from mechdesign.axioms.question.evaluator import Evaluator
from mechdesign.axioms.question.verifier import choose
from mechdesign.axioms.question.witness import Violation, Witness
from mechdesign.matching.programs.programs import fluid
from mechdesign.matching.setting import Online
from mechdesign.model import Lottery, Mechanism, Number, Outcome, Problem, Setting, distance

__all__ = ["EqualFill", "HalfOfFluid", "ProbabilityMonotonicity"]


def _reward(problem: Problem, result: Any) -> Number:
    """Expected weight of the successes, from the lottery over them."""
    weight = {u: t[0] for u, t in zip(problem.agents, problem.types, strict=True)}
    draws = result if isinstance(result, Lottery) else [(1, result)]
    total: Number = 0
    for chance, outcome in draws:
        won: Number = sum(weight[u] for u, _ in outcome.choice)
        total += chance * won
    return total


def _fills(problem: Problem, result: Any) -> dict[Any, Number]:
    """Expected successes of every vertex per unit of its capacity."""
    fills: dict[Any, Number] = dict.fromkeys(problem.agents, 0)
    draws = result if isinstance(result, Lottery) else [(1, result)]
    for chance, outcome in draws:
        for u, _ in outcome.choice:
            fills[u] += chance
    return {u: fill / Fraction(problem.type_of(u)[1]) for u, fill in fills.items()}


def _raised(old: Any, new: Any) -> int | None:
    """The arrival whose edge alone is better in the new report; None if it differs otherwise."""
    changed = [(a, b) for a, b in zip(old[2], new[2], strict=False) if a != b]
    if old[:2] != new[:2] or len(old[2]) != len(new[2]) or len(changed) != 1:
        return None
    (before, p), (after, q) = changed[0]
    return int(before) if before == after and q > p else None


def _half_way(report: Any) -> Iterator[Any]:
    """The reports in which one probability below 1 is half of the way nearer to it."""
    weight, capacity, edges = report
    for k, (t, p) in enumerate(edges):
        if p != 1:
            better = (t, (1 + p) / 2 if isinstance(p, float) else Fraction(1 + p) / 2)
            yield (weight, capacity, (*edges[:k], better, *edges[k + 1 :]))


class _MatchingAxiom(Axiom):
    """The base class of the axioms of matching."""

    family = "matching"

    def applies(self, setting: Setting) -> str:
        if isinstance(setting, Online):
            return ""
        return f"the setting {setting.id} is no online matching"

    @staticmethod
    def _chosen(mechanism: Mechanism, problem: Problem) -> Any:
        found = choose(mechanism, problem, "")
        return found if isinstance(found, (Lottery, Outcome)) else None


@register_axiom
class HalfOfFluid(_MatchingAxiom):
    """The expected reward is at least half of the fluid benchmark."""

    id = "half_of_fluid"
    title = "Half of the fluid benchmark"
    statement = "The expected reward is at least half of the value of the fluid program."

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        if not isinstance(ctx.setting, Online):
            return
        value = fluid(ctx.setting.instance(problem)).value
        if not value:
            return
        ctx.count()
        gap = value / 2 - _reward(problem, ctx.run(problem))
        if ctx.exceeds(gap):
            yield Violation(problem, gap=gap, details={"fluid": value})

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        if not isinstance(setting, Online):
            return None
        result = self._chosen(mechanism, witness.problem)
        if result is None:
            return None
        earned: Number = sum(result.utilities.values())
        found = fluid(setting.instance(witness.problem))
        # A feasible point of the program proves that its optimum is at least this.
        reached: Number = 0
        for (u, _, p), x in zip(
            setting.instance(witness.problem).edges(), found.primal, strict=True
        ):
            reached += witness.problem.types[u][0] * p * x
        return reached / 2 - earned


@register_axiom
class ProbabilityMonotonicity(_MatchingAxiom):
    """Better chances on an edge never lower the expected reward."""

    id = "probability_monotonicity"
    title = "Monotonicity in the probabilities"
    statement = "Raising the success probability of one edge does not lower the expected reward."

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        """Try the better edges of the domain, and half of the way to certainty.

        On a domain with several probabilities these are all that its problems can say; else there
        is a continuum of better ones.
        """
        before = _reward(problem, ctx.run(problem))
        for agent in problem.agents:
            own = problem.type_of(agent)
            listed = tuple(ctx.deviations(problem, agent)) if ctx.finite else ()
            pairs = itertools.permutations(listed, 2)
            if not any(_raised(old, new) is not None for old, new in pairs):
                ctx.undecided("there are more probabilities than can be tried")
            reports = [report for report in listed if _raised(own, report) is not None]
            for report in dict.fromkeys([*reports, *_half_way(own)]):
                other = problem.report(agent, report)
                ctx.count()
                gap = before - _reward(other, ctx.run(other))
                if ctx.exceeds(gap):
                    details = {"arrival": _raised(own, report)}
                    yield Violation(
                        problem, agents=(agent,), variant=other, gap=gap, details=details
                    )

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        if witness.variant is None or len(witness.agents) != 1:
            return None
        agent, other = witness.agents[0], witness.variant
        for u in witness.problem.agents:
            if u != agent and witness.problem.type_of(u) != other.type_of(u):
                return None
        old, new = witness.problem.type_of(agent), other.type_of(agent)
        if _raised(old, new) is None:
            return None
        before = self._chosen(mechanism, witness.problem)
        after = self._chosen(mechanism, other)
        if before is None or after is None:
            return None
        earned: Number = sum(before.utilities.values())
        later: Number = sum(after.utilities.values())
        return earned - later


@register_axiom
class EqualFill(_MatchingAxiom):
    """Vertices with equal data have equal expected fill."""

    id = "equal_fill"
    title = "Equal fill of equals"
    statement = "Offline vertices of one type have the same expected fill of their capacity."

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        fills = _fills(problem, ctx.run(problem))
        agents = problem.agents
        for i, first in enumerate(agents):
            for second in agents[i + 1 :]:
                if problem.type_of(first) != problem.type_of(second):
                    continue
                ctx.count()
                gap = distance(fills[first], fills[second])
                if ctx.exceeds(gap):
                    worse = min(first, second, key=fills.__getitem__)
                    better = second if worse == first else first
                    yield Violation(problem, agents=(worse, better), gap=gap)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        if not isinstance(setting, Online) or len(witness.agents) != 2:
            return None
        worse, better = witness.agents
        problem = witness.problem
        if problem.type_of(worse) != problem.type_of(better):
            return None
        result = self._chosen(mechanism, problem)
        if result is None:
            return None
        draws = list(result) if isinstance(result, Lottery) else [(1, result)]
        gap: Number = 0
        for chance, outcome in draws:
            more = setting.allocation(problem, better, outcome)
            gap += chance * (more - setting.allocation(problem, worse, outcome))
        return gap / Fraction(problem.type_of(better)[1])
