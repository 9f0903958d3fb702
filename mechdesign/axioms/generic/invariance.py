"""Invariance under another scale of utilities, and under a smaller feasible set."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mechdesign.axioms.generic.lottery_dominance import equivalent_lottery
from mechdesign.axioms.question.axiom import Axiom, register_axiom
from mechdesign.axioms.question.evaluator import Evaluator
from mechdesign.axioms.question.sameness import same_result
from mechdesign.axioms.question.verifier import differs, improvement, two_results, worth
from mechdesign.axioms.question.witness import Violation, Witness
from mechdesign.errors import UndecidedError
from mechdesign.model import (
    Lottery,
    Mechanism,
    Number,
    Outcome,
    Problem,
    Reference,
    Setting,
    ShowsWinners,
    distance,
)
from mechdesign.model.setting import EnumeratesOutcomes, Rescales, Restricts

_NASH = Reference(
    "nash1950",
    "Nash, J. F.",
    "The bargaining problem",
    1950,
    "Econometrica 18",
    doi="10.2307/1907266",
)


@register_axiom
class ScaleInvariance(Axiom):
    """The unit and the origin of an agent's utility do not matter."""

    id = "scale_invariance"
    title = "Scale invariance"
    statement = "Measuring utilities on another scale does not change what is chosen."
    needs = (Rescales,)
    reference = _NASH

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        setting = ctx.setting
        assert isinstance(setting, Rescales)
        first = ctx.run(problem)
        variants = list(setting.rescaled(problem))
        normal = setting.normal_scale(problem)
        if normal is not None:
            variants.insert(0, (normal, "on the scale from 0 to 1"))
        if normal is None or not ctx.finite:
            ctx.undecided("there are more scales than can be tried")
        for variant, how in variants:
            ctx.count()
            second = ctx.run(variant)
            # Payments are in the units of utility, so only the choice must stay.
            if same_result(ctx, first, second, payments=False):
                continue
            if isinstance(first, Lottery) and _equal_utilities(ctx, problem, first, second):
                continue
            tie = _same_winners(ctx, problem, variant)
            yield Violation(problem, variant=variant, details={"scale": how}, tie_induced=tie)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        if witness.variant is None or not isinstance(setting, Rescales):
            return None
        scales = [variant for variant, _ in setting.rescaled(witness.problem)]
        if witness.variant not in (*scales, setting.normal_scale(witness.problem)):
            return None
        before, after = two_results(mechanism, witness)
        units = setting.choices_in_units
        if not differs(before, after, witness.tolerance, payments=False, units=units):
            return 0
        if isinstance(before, Lottery):
            problem = witness.problem
            gaps = [
                improvement(setting, problem, agent, own, before, after, "")
                for agent, own in zip(problem.agents, problem.types, strict=True)
            ]
            return int(any(max(gap, -gap) > witness.tolerance for gap in gaps))
        return 1

    def describe(self, witness: Witness) -> str:
        return (
            f"At ({witness.profile()}) the mechanism chooses "
            f"{witness.say(witness.before, witness.problem)}; {witness.details.get('scale')} it "
            f"chooses {witness.say(witness.after, witness.variant or witness.problem)}."
        )


@register_axiom
class NashContraction(Axiom):
    """Outcomes that were not chosen may disappear without effect.

    Nash's independence of irrelevant alternatives.  For a rule that shows all tied outcomes the
    set-valued form is used: of the outcomes chosen before, exactly those that are still there are
    chosen, if any are.  For a rule that chooses lotteries the utilities count: if a lottery over
    the smaller set gives everybody what the chosen one did, so does the one chosen from it.
    """

    id = "nash_contraction"
    title = "Contraction independence (Nash's IIA)"
    statement = "When outcomes that were not chosen become infeasible, the choice stays."
    needs = (Restricts,)
    reference = _NASH

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        setting = ctx.setting
        assert isinstance(setting, Restricts)
        result = ctx.run(problem)
        if isinstance(result, Lottery):
            yield from self._lotteries(ctx, problem, result)
            return
        first = self._chosen(ctx, problem)
        for variant in setting.restricted(problem, first):
            left = {one for one in first if ctx.setting.feasible(variant, one)}
            if not left:
                continue
            ctx.count()
            second = self._chosen(ctx, variant)
            if set(second) != left:
                yield Violation(problem, variant=variant)

    @staticmethod
    def _lotteries(ctx: Evaluator, problem: Problem, lottery: Lottery) -> Iterator[Violation]:
        setting = ctx.setting
        assert isinstance(setting, Restricts)
        if not isinstance(setting, EnumeratesOutcomes):
            ctx.undecided(f"the setting {setting.id} does not list the outcomes to mix")
            return
        if not all(setting.feasible(problem, outcome) for _, outcome in lottery):
            ctx.undecided("the lottery has outcomes that are not feasible, so others may have too")
            return
        utilities = ctx.compared(problem, lottery)
        for variant in setting.restricted(problem, ()):
            after = ctx.compared(variant, ctx.run(variant))
            gap = max(map(distance, utilities, after), default=0)
            ctx.count()
            if not ctx.exceeds(gap):
                continue
            try:
                same = equivalent_lottery(setting, variant, utilities, lottery)
            except UndecidedError as error:
                ctx.undecided(str(error))
                continue
            if same is not None:
                yield Violation(problem, variant=variant, alternative=same, gap=gap)

    @staticmethod
    def _chosen(ctx: Evaluator, problem: Problem) -> list[Outcome]:
        if isinstance(ctx.mechanism, ShowsWinners):
            return list(ctx.mechanism.winners(problem))
        return ctx.outcomes(problem)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        small = witness.variant
        if small is None or not isinstance(setting, Restricts):
            return None
        if small not in setting.restricted(witness.problem, ()):
            return None
        rule: Any = mechanism
        if hasattr(rule, "winners"):
            before, after = rule.winners(witness.problem), rule.winners(small)
        else:
            one, other = two_results(mechanism, witness)
            if isinstance(one, Lottery):
                return self._verify_lotteries(setting, witness, one, other)
            before, after = [one], [other]
        left = {outcome for outcome in before if setting.feasible(small, outcome)}
        return int(bool(left) and left != set(after))

    @staticmethod
    def _verify_lotteries(
        setting: Setting, witness: Witness, before: Lottery, after: object
    ) -> Number | None:
        problem, small, same = witness.problem, witness.variant, witness.alternative
        if small is None or not isinstance(same, Lottery):
            return None
        if not all(setting.feasible(small, outcome) for _, outcome in same):
            return None
        loss: Number = 0
        for agent in problem.agents:
            own, ours = problem.type_of(agent), small.type_of(agent)
            wanted = worth(setting, problem, agent, own, before, "")
            possible = worth(setting, small, agent, ours, same, "")
            if distance(wanted, possible) > witness.tolerance:
                return None
            chosen = worth(setting, small, agent, ours, after, "")
            loss = max(loss, distance(wanted, chosen))
        return loss

    def describe(self, witness: Witness) -> str:
        return (
            f"At ({witness.profile()}) the mechanism chooses "
            f"{witness.say(witness.before, witness.problem)}; when others become infeasible it "
            f"chooses {witness.say(witness.after, witness.variant or witness.problem)}."
        )


def _equal_utilities(ctx: Evaluator, problem: Problem, first: Any, second: Any) -> bool:
    """Whether two results are worth the same to everybody on the scale of a problem."""
    gaps = [
        ctx.gain(problem, agent, own, first, second)
        for agent, own in zip(problem.agents, problem.types, strict=True)
    ]
    return not any(ctx.exceeds(max(gap, -gap)) for gap in gaps)


def _same_winners(ctx: Evaluator, problem: Problem, variant: Problem) -> bool:
    if not isinstance(ctx.mechanism, ShowsWinners):
        return False
    first = set(ctx.mechanism.winners(problem))
    return len(first) > 1 and first == set(ctx.mechanism.winners(variant))
