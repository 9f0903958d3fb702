"""Axioms of taxation: the budget of the plan, envy of bundles, what a better menu would do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from mechdesign.axioms.question.axiom import Axiom, register_axiom
from mechdesign.axioms.question.evaluator import Evaluator
from mechdesign.axioms.question.verifier import choose
from mechdesign.axioms.question.witness import Violation, Witness
from mechdesign.model import (
    FrozenMap,
    Mechanism,
    Number,
    Outcome,
    Problem,
    Setting,
    distance,
    is_exact,
    ratio,
    show,
)
from mechdesign.taxation.economies import Economy
from mechdesign.taxation.settings import Incomes, is_planned


class _TaxAxiom(Axiom):
    """The base class: one outcome, where the reports are those that the planner expects."""

    family = "taxation"

    def applies(self, setting: Setting) -> str:
        if isinstance(setting, Incomes):
            return ""
        return f"the setting {setting.id} has no incomes and taxes"

    def _planned(self, ctx: Evaluator, problem: Problem) -> Outcome | None:
        """What is chosen where the reports are the expected ones, None elsewhere."""
        if not is_planned(problem):
            return None
        result = ctx.run(problem)
        if not isinstance(result, Outcome):
            ctx.undecided("the axiom is about one outcome")
            return None
        ctx.count()
        return result


@register_axiom
class PlannedBudget(_TaxAxiom):
    """Taxes pay for what the government needs, no more and no less."""

    id = "planned_budget"
    title = "Balanced budget of the plan"
    statement = "Where everybody reports as the planner expects, taxes sum to the need."

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        result = self._planned(ctx, problem)
        if result is None:
            return
        paid = sum(result.pay(agent) for agent in problem.agents)
        gap = distance(paid, problem.data.need * len(problem))
        if ctx.exceeds(gap):
            yield Violation(problem, gap=gap)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        problem = witness.problem
        result = choose(mechanism, problem, "")
        if not isinstance(result, Outcome) or not is_planned(problem):
            return None
        left: Number = 0
        for agent in problem.agents:
            left += result.pay(agent) - problem.data.need
        return max(left, -left)


@register_axiom
class LaissezFaireRationality(_TaxAxiom):
    """Nobody is worse off than if everybody paid the same and kept the rest."""

    id = "laissez_faire_rationality"
    title = "Individual rationality against laissez-faire"
    statement = "Nobody gets less than by earning what it likes and paying its part of the need."

    @staticmethod
    def _loss(problem: Problem, result: Outcome, k: int) -> Number:
        told: Economy = problem.data
        skill, income = problem.types[k], result.choice[k]
        free = told.earned(skill, 1)
        alone: Number = free - told.effort(free, skill) - told.need
        kept: Number = income - result.pay(problem.agents[k])
        return alone - (kept - told.effort(income, skill))

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        result = ctx.run(problem)
        if not isinstance(result, Outcome):
            ctx.undecided("the axiom is about one outcome")
            return
        for k, agent in enumerate(problem.agents):
            ctx.count()
            gap = self._loss(problem, result, k)
            if ctx.exceeds(gap):
                yield Violation(problem, agents=(agent,), gap=gap)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        problem = witness.problem
        result = choose(mechanism, problem, "")
        if not isinstance(result, Outcome) or len(witness.agents) != 1:
            return None
        return self._loss(problem, result, problem.position(witness.agents[0]))


@register_axiom
class BundleEnvyFreeness(_TaxAxiom):
    """Nobody would rather earn what another earns and pay what another pays."""

    id = "bundle_envy_freeness"
    title = "No envy of bundles"
    statement = "No worker prefers the income and the tax of another one to the own ones."

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        result = ctx.run(problem)
        if not isinstance(result, Outcome):
            ctx.undecided("the axiom is about one outcome")
            return
        told: Economy = problem.data
        kept = [z - result.pay(a) for z, a in zip(result.choice, problem.agents, strict=True)]
        for i, (agent, skill) in enumerate(zip(problem.agents, problem.types, strict=True)):
            own = kept[i] - told.effort(result.choice[i], skill)
            for j, other in enumerate(problem.agents):
                if i == j:
                    continue
                ctx.count()
                gap = kept[j] - told.effort(result.choice[j], skill) - own
                if ctx.exceeds(gap):
                    yield Violation(problem, (agent, other), gap=gap)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        problem = witness.problem
        result = choose(mechanism, problem, "")
        if not isinstance(result, Outcome) or len(witness.agents) != 2:
            return None
        first, second = map(problem.position, witness.agents)
        choice = list(result.choice)
        choice[first] = choice[second]
        taxes = {**(result.payments or {})}
        taxes[witness.agents[0]] = result.pay(witness.agents[1])
        swapped = Outcome(tuple(choice), payments=FrozenMap(taxes))
        skill = problem.types[first]
        agent = witness.agents[0]
        return setting.utility(problem, agent, skill, swapped) - setting.utility(
            problem, agent, skill, result
        )

    def describe(self, witness: Witness) -> str:
        envies, envied = witness.agents
        return f"agent {envies} prefers the bundle of agent {envied} by {show(witness.gap)}"


@register_axiom
class NoDistortionAtTheTop(_TaxAxiom):
    """The highest skill earns what it would earn untaxed."""

    id = "no_distortion_at_the_top"
    title = "No distortion at the top"
    statement = "The highest skill of the economy gives up nothing of one unit more."

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        result = self._planned(ctx, problem)
        if result is None:
            return
        top = problem.data.skills[-1]
        for agent, skill, income in zip(problem.agents, problem.types, result.choice, strict=True):
            gap = distance(income, problem.data.untaxed[-1])
            if skill == top and ctx.exceeds(gap):
                yield Violation(problem, (agent,), gap=gap)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        problem = witness.problem
        result = choose(mechanism, problem, "")
        if not isinstance(result, Outcome) or len(witness.agents) != 1 or not is_planned(problem):
            return None
        place = problem.position(witness.agents[0])
        if problem.types[place] != max(problem.data.skills):
            return None
        return distance(result.choice[place], problem.data.earned(problem.types[place], 1))


@register_axiom
class SecondBestEfficiency(_TaxAxiom):
    """No other menu is better for some and worse for nobody, and pays for the need.

    It holds where welfare weights exist that the outcome maximises: they follow from the marginal
    rates.  It fails where the budget has a rest, or a skill can be moved towards what it would earn
    untaxed, at the tax that it pays, without anybody preferring the new bundle.  Outcomes between
    the two, and those in floating point without such an improvement, stay open.
    """

    id = "second_best_efficiency"
    title = "Second-best efficiency"
    statement = (
        "No incomes and taxes at which nobody envies a bundle, and which pay for the need, are "
        "better for some and worse for nobody."
    )

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        result = self._planned(ctx, problem)
        if result is None:
            return
        if _envied(problem, result) is not None:
            ctx.undecided("somebody envies a bundle: the outcome is on no menu")
            return
        better = _improved(problem, result)
        if better is not None:
            gap = _gain(problem, result, better)
            if ctx.exceeds(gap):
                yield Violation(problem, alternative=better, gap=gap)
                return
        if not _maximises_weights(problem, result):
            ctx.undecided("neither a better menu nor weights that this one maximises were found")

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        problem, better = witness.problem, witness.alternative
        result = choose(mechanism, problem, "")
        if not (isinstance(result, Outcome) and isinstance(better, Outcome)):
            return None
        if not is_planned(problem) or _envied(problem, better) is not None:
            return None
        if sum(better.pay(a) for a in problem.agents) < problem.data.need * len(problem):
            return None
        gains = [
            setting.utility(problem, agent, skill, better)
            - setting.utility(problem, agent, skill, result)
            for agent, skill in zip(problem.agents, problem.types, strict=True)
        ]
        return max(gains) if min(gains) >= 0 else None

    def describe(self, witness: Witness) -> str:
        better: Any = witness.alternative
        told = witness.setting.say_choice(witness.problem, better)
        return f"better for some by up to {show(witness.gap)} and worse for nobody: {told}"


def _bundles(problem: Problem, result: Outcome) -> dict[Number, tuple[Number, Number]]:
    """Income and tax by skill."""
    return {
        skill: (income, result.pay(agent))
        for agent, skill, income in zip(problem.agents, problem.types, result.choice, strict=True)
    }


def _envied(problem: Problem, result: Outcome) -> tuple[int, int] | None:
    """Places of a worker and another whose bundle it prefers, None if nobody does."""
    told: Economy = problem.data
    kept = [z - result.pay(a) for z, a in zip(result.choice, problem.agents, strict=True)]
    for i, skill in enumerate(problem.types):
        own = kept[i] - told.effort(result.choice[i], skill)
        for j, income in enumerate(result.choice):
            if kept[j] - told.effort(income, skill) > own:
                return i, j
    return None


def _gain(problem: Problem, before: Outcome, after: Outcome) -> Number:
    told: Economy = problem.data

    def utility(outcome: Outcome, k: int) -> Number:
        income = outcome.choice[k]
        kept: Number = income - outcome.pay(problem.agents[k])
        return kept - told.effort(income, problem.types[k])

    return max(utility(after, k) - utility(before, k) for k in range(len(problem)))


def _with(problem: Problem, bundles: dict[Number, tuple[Number, Number]]) -> Outcome:
    chosen = [bundles[skill] for skill in problem.types]
    taxes = FrozenMap((a, tax) for a, (_, tax) in zip(problem.agents, chosen, strict=True))
    return Outcome(tuple(income for income, _ in chosen), payments=taxes)


def _improved(problem: Problem, result: Outcome) -> Outcome | None:
    """A menu that is better for some and worse for nobody, by the two ways that are tried."""
    told: Economy = problem.data
    bundles = _bundles(problem, result)
    rest = told.mean([bundles[w][1] for w in told.skills]) - told.need
    if rest > 0:
        return _with(problem, {w: (z, tax - rest) for w, (z, tax) in bundles.items()})
    for skill, untaxed in zip(reversed(told.skills), reversed(told.untaxed), strict=True):
        income, tax = bundles[skill]
        for halved in range(6):
            moved = income + ratio(untaxed - income, 2**halved)
            if moved == income:
                break
            better = _with(problem, {**bundles, skill: (moved, tax)})
            if _envied(problem, better) is None:
                return better
    return None


def _maximises_weights(problem: Problem, result: Outcome) -> bool:
    """Whether nonnegative welfare weights follow from the marginal rates, exactly.

    They make each income the only maximum of its term, so that whatever is better for somebody
    and worse for nobody would have the same incomes and the same sum of utilities.
    """
    told: Economy = problem.data
    bundles = _bundles(problem, result)
    numbers = [x for bundle in bundles.values() for x in bundle]
    if not told.exact or not all(map(is_exact, numbers)):
        return False
    if told.mean([bundles[w][1] for w in told.skills]) != told.need:
        return False
    utilities = [bundles[w][0] - bundles[w][1] - told.effort(bundles[w][0], w) for w in told.skills]
    if bundles[told.skills[-1]][0] != told.untaxed[-1]:
        return False
    return _weights_follow(told, [bundles[w][0] for w in told.skills], utilities)


def _weights_follow(told: Economy, incomes: Sequence[Number], utilities: Sequence[Number]) -> bool:
    reached: Number = 0
    before: Number = 0
    for i, (below, above) in enumerate(zip(told.skills, told.skills[1:], strict=False)):
        share, income = told.shares[i], incomes[i]
        if income <= 0:
            return False
        reached += share
        steeper = ratio(1, below * below) - ratio(1, above * above)
        price = ratio(ratio(share, income) - ratio(share, below * below), steeper)
        rent = told.effort(income, below) - told.effort(income, above)
        binding = utilities[i + 1] - utilities[i] == rent
        weighed = reached + price
        if price < 0 or (price > 0 and not binding) or weighed < before:
            return False
        before = weighed
    return before <= 1
