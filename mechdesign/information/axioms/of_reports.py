"""Whether what is paid for reports rewards the truth: scores of forecasts, and raters' peers."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from mechdesign.axioms import Axiom, Violation, Witness, register_axiom
from mechdesign.axioms.question.evaluator import Evaluator
from mechdesign.axioms.question.verifier import (
    choose,
    improvement,
    misreports,
    two_results,
    worth,
)
from mechdesign.information.elicitation.forecast_setting import Forecasts
from mechdesign.information.elicitation.peers import all_strategies, told_by_both, translated
from mechdesign.information.elicitation.raters_setting import RaterData, Raters
from mechdesign.information.references import GNEITING
from mechdesign.model import FrozenMap, Mechanism, Number, Problem, Setting, show


@register_axiom
class StrictProperness(Axiom):
    """The truth earns strictly more on average than any other report."""

    id = "strict_properness"
    title = "Strict properness"
    reference = GNEITING
    statement = "A forecaster expects strictly less from any report that is not its belief."
    family = "information"

    def applies(self, setting: Setting) -> str:
        fits = isinstance(setting, Forecasts)
        return "" if fits else f"the setting {setting.id} has no forecasts"

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        truthful = ctx.run(problem)
        for agent, own in zip(problem.agents, problem.types, strict=True):
            for lie in ctx.deviations(problem, agent):
                if lie == own:
                    continue
                variant = problem.report(agent, lie)
                ctx.count()
                gain = ctx.gain(problem, agent, own, truthful, ctx.run(variant))
                if ctx.exceeds(gain):
                    yield Violation(problem, agents=(agent,), variant=variant, gap=gain)
                elif not ctx.exceeds(-gain):
                    # A lie that costs nothing fails by how far it is from the truth.
                    far = max(abs(a - b) for a, b in zip(own, lie, strict=True))
                    yield Violation(problem, agents=(agent,), variant=variant, gap=far)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        if len(witness.agents) != 1 or not misreports(witness):
            return None
        agent = witness.agents[0]
        own = witness.problem.type_of(agent)
        before, after = two_results(mechanism, witness)
        gain = improvement(setting, witness.problem, agent, own, before, after, witness.lift)
        if gain > witness.tolerance:
            return gain
        if gain < -witness.tolerance:
            return 0
        lie = witness.lie[agent]
        distances: list[Number] = [abs(a - b) for a, b in zip(own, lie, strict=True)]
        return max(distances)

    def describe(self, witness: Witness) -> str:
        agent, say = witness.agents[0], witness.setting.say_report
        own = say(witness.problem.type_of(agent))
        variant = witness.variant or witness.problem
        return (
            f"At ({witness.profile()}) forecaster {agent} believes {own} and expects no less from "
            f"reporting {say(variant.type_of(agent))} (by {show(witness.gap)})."
        )


#: For each signal the chances of the reports.
Plan = tuple[tuple[Number, ...], ...]


@register_axiom
class StrongTruthfulness(Axiom):
    """Two raters who tell the truth are in equilibrium, and no other equilibrium pays as much."""

    id = "strong_truthfulness"
    title = "Strong truthfulness"
    statement = (
        "Where each of two raters uses one strategy on all tasks, truth is an equilibrium and pays "
        "more on average than every other, but for those in which both only rename their signals."
    )
    family = "information"
    #: The joint distribution tells raters and signals apart.
    symmetric = False
    neutral = False

    def applies(self, setting: Setting) -> str:
        fits = isinstance(setting, Raters)
        return "" if fits else f"the setting {setting.id} has no raters"

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        data: RaterData = problem.data
        # The axiom is about the joint distribution: one problem stands for all signals.
        if ctx.finite and any(map(any, problem.types)):
            return
        size, tasks = len(data.joint), len(problem.types[0])
        reports = list(itertools.product(range(size), repeat=tasks))
        pays: dict[Any, tuple[Number, ...]] = {}
        for both in itertools.product(reports, repeat=2):
            there = problem.with_profile(both)
            pays[both] = tuple(ctx.utilities(there, ctx.run(there)))
        ctx.rests_on(p for row in data.joint for p in row)
        plans = all_strategies(size, data.mixed)
        worth: dict[tuple[int, int], tuple[Number, Number]] = {}
        for i, first in enumerate(plans):
            half = translated(first, data.joint)
            for j, second in enumerate(plans):
                ctx.count()
                worth[i, j] = self._mean(told_by_both(half, second), pays)
        each = range(len(plans))
        truth = plans.index(tuple(tuple(int(r == s) for r in range(size)) for s in range(size)))
        best = (
            [max(worth[i, j][0] for i in each) for j in each],
            [max(worth[i, j][1] for j in each) for i in each],
        )
        for k, agent in enumerate(problem.agents):
            for i in each:
                place = (i, truth) if k == 0 else (truth, i)
                gain = worth[place][k] - worth[truth, truth][k]
                if ctx.exceeds(gain):
                    yield self._found(problem, (agent,), gain, plans, place)
        for i, j in itertools.product(each, each):
            one, two = worth[i, j]
            apart = ctx.exceeds(best[0][j] - one) or ctx.exceeds(best[1][i] - two)
            if apart or (_renames(plans[i]) and _renames(plans[j])):
                continue
            more = (one + two - sum(worth[truth, truth])) / Fraction(2)
            if ctx.exceeds(more):
                yield self._found(problem, (), more, plans, (i, j))
            elif not ctx.exceeds(-more):
                # An equilibrium that pays the same fails by how far it is from the truth.
                yield self._found(problem, (), _distance((plans[i], plans[j])), plans, (i, j))

    @staticmethod
    def _found(
        problem: Problem, agents: tuple[Any, ...], gap: Number, plans: Any, place: tuple[int, int]
    ) -> Violation:
        details: FrozenMap[str, Any] = FrozenMap(strategies=(plans[place[0]], plans[place[1]]))
        return Violation(problem, agents=agents, gap=gap, details=details)

    @staticmethod
    def _mean(
        told: list[list[Number]], pays: dict[Any, tuple[Number, ...]]
    ) -> tuple[Number, Number]:
        first: Number = 0
        second: Number = 0
        for (a, b), (one, two) in pays.items():
            if one or two:
                chance = math.prod(told[x][y] for x, y in zip(a, b, strict=True))
                first, second = first + chance * one, second + chance * two
        return first, second

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        problem, plans = witness.problem, witness.details.get("strategies")
        data: RaterData = problem.data
        known = _plans(len(data.joint), data.mixed)
        if not isinstance(plans, tuple) or len(plans) != 2 or any(p not in known for p in plans):
            return None
        honest = tuple(tuple(int(r == s) for r in range(len(p))) for s, p in enumerate(data.joint))
        paid = _Paid(mechanism, problem, witness.lift)
        truth = paid.mean((honest, honest))
        if witness.agents:
            k = problem.position(witness.agents[0])
            if len(witness.agents) != 1 or plans[1 - k] != honest:
                return None
            return paid.mean(plans)[k] - truth[k]
        told = paid.mean(plans)
        if all(map(_renames, plans)):
            return None
        for k, other in itertools.product(range(2), known):
            instead = (other, plans[1]) if k == 0 else (plans[0], other)
            if paid.mean(instead)[k] - told[k] > witness.tolerance:
                return None
        more = Fraction(1, 2) * (sum(told) - sum(truth))
        if more > witness.tolerance:
            return more
        return 0 if more < -witness.tolerance else _distance(plans)

    def describe(self, witness: Witness) -> str:
        told = witness.problem.data.say(witness.details["strategies"])
        place = f"At ({witness.profile()}) and all other signals:"
        if witness.agents:
            return (
                f"{place} truth is no equilibrium, rater {witness.agents[0]} gains "
                f"{show(witness.gap)} on average where the two report {told} for their signals."
            )
        return (
            f"{place} reporting {told} for the signals in order is an equilibrium too, and pays no "
            f"less than the truth (by {show(witness.gap)})."
        )


class _Paid:
    """What strategies pay on average, summed over all signals and reports."""

    def __init__(self, mechanism: Mechanism, problem: Problem, lift: str) -> None:
        self.mechanism, self.problem, self.lift = mechanism, problem, lift
        self.known: dict[Any, tuple[Number, Number]] = {}
        size = range(len(problem.data.joint))
        self.signals = list(itertools.product(size, repeat=len(problem.types[0])))

    def _at(self, profile: Any) -> tuple[Number, Number]:
        if profile not in self.known:
            there = self.problem.with_profile(profile)
            found: Any = choose(self.mechanism, there, self.lift)
            setting = self.mechanism.setting
            first, second = (
                worth(setting, there, agent, there.type_of(agent), found, self.lift)
                for agent in there.agents
            )
            self.known[profile] = first, second
        return self.known[profile]

    def _reports(self, plan: Plan, seen: tuple[int, ...]) -> list[tuple[tuple[int, ...], Number]]:
        rows = [[(r, p) for r, p in enumerate(plan[s]) if p] for s in seen]
        return [
            (tuple(r for r, _ in one), math.prod(p for _, p in one))
            for one in itertools.product(*rows)
        ]

    def mean(self, plans: tuple[Plan, Plan]) -> tuple[Number, Number]:
        joint = self.problem.data.joint
        told = [{seen: self._reports(plan, seen) for seen in self.signals} for plan in plans]
        total: list[Number] = [0, 0]
        for seen in itertools.product(self.signals, repeat=2):
            chance = math.prod(joint[a][b] for a, b in zip(*seen, strict=True))
            for (a, p), (b, q) in itertools.product(told[0][seen[0]], told[1][seen[1]]):
                for k, pay in enumerate(self._at((a, b))):
                    total[k] += chance * p * q * pay
        return total[0], total[1]


def _plans(size: int, mixed: int) -> set[Plan]:
    whole = itertools.product(range(mixed + 1), repeat=size)
    rows = [tuple(Fraction(x, mixed) for x in parts) for parts in whole if sum(parts) == mixed]
    return set(itertools.product(rows, repeat=size))


def _renames(plan: Plan) -> bool:
    """Whether a strategy tells the signals apart under other names, and never mixes."""
    told = [row.index(1) for row in plan if 1 in row]
    return len(told) == len(set(told)) == len(plan)


def _distance(plans: tuple[Plan, ...]) -> Number:
    """The largest chance of a report that is not the signal, of any rater at any signal."""
    far: list[Number] = [1 - row[s] for plan in plans for s, row in enumerate(plan)]
    return max(far)
