"""Pareto efficiency, weak and strong, and the core."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from mechdesign.axioms.generic.lottery_dominance import dominating_lottery
from mechdesign.axioms.question.axiom import Axiom, register_axiom
from mechdesign.axioms.question.evaluator import Evaluator
from mechdesign.axioms.question.verifier import choose, worth
from mechdesign.axioms.question.witness import Violation, Witness
from mechdesign.errors import LimitReachedError
from mechdesign.model import (
    AgentId,
    Lottery,
    Mechanism,
    Number,
    Outcome,
    Problem,
    Setting,
    is_exact,
    show,
)
from mechdesign.model.setting import (
    EnumeratesOutcomes,
    FindsCoalition,
    FindsImprovement,
    GivesClaims,
    ImprovesLotteries,
)


class _Pareto(Axiom):
    """The search that the two notions share."""

    weak: bool

    def applies(self, setting: Setting) -> str:
        if isinstance(setting, FindsImprovement):
            return ""
        if isinstance(setting, EnumeratesOutcomes) and setting.cardinal:
            return ""
        return f"the setting {setting.id} neither lists outcomes nor finds improvements"

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        result = ctx.run(problem)
        if isinstance(result, Outcome) or ctx.lift == "ex_post":
            yield from self._each(ctx, problem, ctx.outcomes(problem))
            return
        if isinstance(result, Lottery):
            yield from self._dominating_lottery(ctx, problem, result)
            return
        yield from self._each(ctx, problem, list(result))

    def _each(
        self, ctx: Evaluator, problem: Problem, outcomes: list[Outcome]
    ) -> Iterator[Violation]:
        """All of several outcomes must be efficient; the gap is the largest of what dominates."""
        setting = ctx.setting
        for chosen in outcomes:
            for found in self._dominating(ctx, problem, chosen):
                better: Any = found.alternative
                gaps = [found.gap]
                for one in outcomes:
                    gains = [
                        setting.gain(problem, agent, own, one, better)
                        for agent, own in _counted(setting, problem)
                    ]
                    gaps.append(self._gap(gains, ctx.tolerance))
                yield replace(found, gap=max(gaps))

    def _dominating(self, ctx: Evaluator, problem: Problem, chosen: Outcome) -> Iterator[Violation]:
        setting = ctx.setting
        if isinstance(setting, FindsImprovement):
            ctx.count()
            ctx.rests_on(setting.utilities(problem, chosen))
            better = setting.improvement(problem, chosen, weak=self.weak)
            if better is None:
                return
            gains = [
                setting.gain(problem, agent, own, chosen, better)
                for agent, own in _counted(setting, problem)
            ]
            gap = min(gains) if self.weak else max(gains)
            if ctx.exceeds(gap):
                yield Violation(problem, alternative=better, gap=gap)
            return
        yield from self._against(ctx, problem, list(setting.utilities(problem, chosen)))

    def _dominating_lottery(
        self, ctx: Evaluator, problem: Problem, lottery: Lottery
    ) -> Iterator[Violation]:
        setting = ctx.setting
        if setting.money and isinstance(setting, FindsImprovement):
            yield from self._traded(ctx, problem, lottery)
            return
        if isinstance(setting, ImprovesLotteries) and setting.cardinal:
            yield from self._above_lottery(ctx, problem, lottery)
            return
        if not isinstance(setting, EnumeratesOutcomes):
            ctx.undecided("a lottery may dominate a lottery: use lift='ex_post'")
            return
        if not all(setting.feasible(problem, outcome) for _, outcome in lottery):
            ctx.undecided("the lottery has outcomes that are not feasible, so others may have too")
        utilities = ctx.utilities(problem, lottery)
        simple = list(self._against(ctx, problem, utilities))
        yield from simple
        if simple:
            return
        ctx.count()
        better = dominating_lottery(setting, problem, utilities, weak=self.weak)
        if better is None:
            return
        gains = [
            theirs - ours
            for theirs, ours in zip(ctx.utilities(problem, better), utilities, strict=True)
        ]
        gap = min(gains) if self.weak else max(gains)
        if ctx.exceeds(gap):
            yield Violation(problem, alternative=better, gap=gap)

    def _above_lottery(
        self, ctx: Evaluator, problem: Problem, lottery: Lottery
    ) -> Iterator[Violation]:
        """Where the mean of a lottery is worse for nobody, outcomes say whether one dominates."""
        setting: Any = ctx.setting
        if not all(setting.feasible(problem, outcome) for _, outcome in lottery):
            ctx.undecided("the lottery has outcomes that are not feasible, so others may have too")
        ctx.count()
        utilities = ctx.utilities(problem, lottery)
        ctx.rests_on(utilities)
        better = setting.improvement_of_lottery(problem, lottery, weak=self.weak)
        if better is None:
            return
        pairs = zip(setting.utilities(problem, better), utilities, strict=True)
        gains = [theirs - ours for theirs, ours in pairs]
        gap = min(gains) if self.weak else max(gains)
        if ctx.exceeds(gap):
            yield Violation(problem, alternative=better, gap=gap)

    def _traded(self, ctx: Evaluator, problem: Problem, lottery: Lottery) -> Iterator[Violation]:
        """With money a lottery is efficient if and only if all that may be drawn is."""
        setting: Any = ctx.setting
        for _, drawn in lottery:
            ctx.count()
            ctx.rests_on(setting.utilities(problem, drawn))
            better = setting.improvement(problem, drawn, weak=self.weak)
            if better is None:
                continue
            mixed = Lottery((p, better if one is drawn else one) for p, one in lottery)
            pairs = zip(*(ctx.utilities(problem, one) for one in (mixed, lottery)), strict=True)
            gains = [theirs - ours for theirs, ours in pairs]
            gap = min(gains) if self.weak else max(gains)
            if ctx.exceeds(gap):
                yield Violation(problem, alternative=mixed, gap=gap)

    def _against(
        self, ctx: Evaluator, problem: Problem, utilities: list[Number]
    ) -> Iterator[Violation]:
        setting = ctx.setting
        assert isinstance(setting, EnumeratesOutcomes)
        for other in ctx.each(setting.outcomes(problem)):
            ctx.count()
            pairs = zip(setting.utilities(problem, other), utilities, strict=True)
            gains = [theirs - ours for theirs, ours in pairs]
            if not gains:
                return
            worst, best = min(gains), max(gains)
            gap = worst if self.weak else best
            if ctx.exceeds(gap) and (self.weak or worst >= 0 or not ctx.exceeds(-worst)):
                yield Violation(problem, alternative=other, gap=gap)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        problem, better = witness.problem, witness.alternative
        if better is None:
            return None
        if isinstance(better, Lottery):
            if not all(setting.feasible(problem, outcome) for _, outcome in better):
                return None
        elif not setting.feasible(problem, better):
            return None
        result = choose(mechanism, problem, witness.lift)
        single = isinstance(result, Outcome)
        chosen = [o for _, o in result.support] if isinstance(result, Lottery) else [result]
        if isinstance(result, Lottery) and witness.lift != "ex_post":
            gains = [
                worth(setting, problem, agent, own, better, "")
                - worth(setting, problem, agent, own, result, "")
                for agent, own in _counted(setting, problem)
            ]
            return self._gap(gains, witness.tolerance)
        if isinstance(better, Lottery):
            return None
        if not single and isinstance(result, list):
            chosen = result
        gaps: list[Number] = [0]
        for one in chosen:
            everybody = list(_counted(setting, problem))
            # Where a type is an order, sets may gain by one utility and lose by another.
            if not setting.cardinal and any(
                setting.gain(problem, agent, own, better, one) > 0 for agent, own in everybody
            ):
                continue
            gains = [setting.gain(problem, agent, own, one, better) for agent, own in everybody]
            gaps.append(self._gap(gains, witness.tolerance))
        return max(gaps)

    def _gap(self, gains: list[Number], tolerance: float) -> Number:
        if self.weak:
            return min(gains)
        return max(gains) if min(gains) >= -tolerance else 0

    def describe(self, witness: Witness) -> str:
        chosen = witness.say(witness.before, witness.problem)
        better = witness.say(witness.alternative, witness.problem)
        who = "every agent prefers" if self.weak else "no agent loses and one gains with"
        return (
            f"At ({witness.profile()}) the mechanism chooses {chosen}, but {who} {better} "
            f"(gain {show(witness.gap)})."
        )


@register_axiom
class ParetoEfficiency(_Pareto):
    """No feasible outcome is at least as good for all and better for one."""

    id = "pareto_efficiency"
    title = "Pareto efficiency"
    statement = "No feasible outcome makes an agent better off and none worse off."
    weak = False


@register_axiom
class WeakPareto(_Pareto):
    """No feasible outcome is better for all."""

    id = "weak_pareto"
    title = "Weak Pareto efficiency"
    statement = "No feasible outcome makes every agent strictly better off."
    weak = True


@register_axiom
class Core(Axiom):
    """No coalition can enforce an outcome that all its members prefer."""

    id = "core"
    title = "Core"
    statement = (
        "No coalition whose share of the entitlements suffices to enforce an outcome consists of "
        "agents who all strictly prefer it."
    )
    needs = (GivesClaims,)

    def applies(self, setting: Setting) -> str:
        missing = super().applies(setting)
        if missing or isinstance(setting, (EnumeratesOutcomes, FindsCoalition)):
            return missing
        return f"the setting {setting.id} neither lists outcomes nor finds coalitions"

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        setting = ctx.setting
        assert isinstance(setting, GivesClaims)
        result = ctx.run(problem)
        if isinstance(setting, FindsCoalition) and isinstance(result, Outcome):
            ctx.count()
            yield from self._found(ctx, setting, problem, result)
            return
        if not isinstance(setting, EnumeratesOutcomes):
            ctx.undecided(f"the setting {setting.id} does not list outcomes")
            return
        single = isinstance(result, Lottery) and ctx.lift == "ex_post"
        for chosen in ctx.outcomes(problem) if single else [result]:
            yield from self._against(ctx, problem, ctx.utilities(problem, chosen))

    def _against(self, ctx: Evaluator, problem: Problem, now: list[Number]) -> Iterator[Violation]:
        """What a coalition can enforce and all its members prefer to what they get now."""
        setting = ctx.setting
        assert isinstance(setting, EnumeratesOutcomes)
        assert isinstance(setting, GivesClaims)
        total: Number = sum(problem.weight_of(agent) for agent in problem.agents)
        for other in setting.outcomes(problem):
            ctx.count()
            gains = [
                theirs - ours
                for theirs, ours in zip(setting.utilities(problem, other), now, strict=True)
            ]
            coalition = tuple(
                agent
                for agent, gain in zip(problem.agents, gains, strict=True)
                if ctx.exceeds(gain)
            )
            if not coalition:
                continue
            share: Number = sum(problem.weight_of(agent) for agent in coalition)
            if _suffices(share, setting.claim(problem, other) * total):
                least = min(gain for gain in gains if ctx.exceeds(gain))
                yield Violation(problem, agents=coalition, alternative=other, gap=least)

    def _found(
        self, ctx: Evaluator, setting: FindsCoalition, problem: Problem, result: Outcome
    ) -> Iterator[Violation]:
        """What the setting's own search finds."""
        try:
            ctx.rests_on(ctx.setting.utilities(problem, result))
            found = setting.coalition(problem, result, time_limit=ctx.budget.remaining)
        except LimitReachedError as error:
            ctx.undecided(str(error))
            return
        if found is None:
            return
        agents, other = found
        gains = [
            ctx.gain(problem, agent, problem.type_of(agent), result, other) for agent in agents
        ]
        if ctx.exceeds(min(gains)):
            yield Violation(problem, agents=agents, alternative=other, gap=min(gains))

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        problem, other = witness.problem, witness.alternative
        if not isinstance(other, Outcome) or not witness.agents:
            return None
        if not isinstance(setting, GivesClaims):
            return None
        if not setting.feasible(problem, other):
            return None
        weights = {agent: problem.weight_of(agent) for agent in problem.agents}
        mine: Number = sum(weights[agent] for agent in set(witness.agents))
        if not _suffices(mine, setting.claim(problem, other) * sum(weights.values())):
            return 0
        result = choose(mechanism, problem, witness.lift)
        single = isinstance(result, Lottery) and witness.lift == "ex_post"
        return max(
            min(
                worth(setting, problem, a, problem.type_of(a), other, witness.lift)
                - worth(setting, problem, a, problem.type_of(a), one, witness.lift)
                for a in witness.agents
            )
            for one in ([o for _, o in result.support] if single else [result])
        )

    def describe(self, witness: Witness) -> str:
        who = ", ".join(str(agent) for agent in witness.agents)
        chosen = witness.say(witness.before, witness.problem)
        other = witness.say(witness.alternative, witness.problem)
        return (
            f"At ({witness.profile()}) the mechanism chooses {chosen}, but the coalition {who} "
            f"can enforce {other}, where each of them gains at least {show(witness.gap)}."
        )


def _counted(setting: Setting, problem: Problem) -> Iterator[tuple[AgentId, Any]]:
    """The agents whose welfare counts, with their types."""
    for agent, own in zip(problem.agents, problem.types, strict=True):
        if setting.counts(problem, agent):
            yield agent, own


def _suffices(share: Number, claim: Number) -> bool:
    """Whether a coalition's share of the weights reaches a claim, floats within their rounding."""
    if is_exact(share) and is_exact(claim):
        return share >= claim
    return float(share) >= float(claim) * (1 - 1e-12)
