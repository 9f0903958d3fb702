"""Invariance under another scale of utilities, and under a smaller feasible set."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mechdesign.axioms.axiom import Axiom, register_axiom
from mechdesign.axioms.compare import same_result
from mechdesign.axioms.evaluator import Evaluator
from mechdesign.axioms.verifier import differs, two_results
from mechdesign.axioms.witness import Violation, Witness
from mechdesign.model import (
    Lottery,
    Mechanism,
    Number,
    Outcome,
    Problem,
    Reference,
    Setting,
    ShowsWinners,
)
from mechdesign.model.setting import Rescales, Restricts

__all__ = ["NashContraction", "ScaleInvariance"]

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
        """Try the rescalings of the setting."""
        setting = ctx.setting
        assert isinstance(setting, Rescales)
        first = ctx.run(problem)
        for variant, how in setting.rescaled(problem):
            ctx.count()
            # Payments are in the units of utility, so only the choice must stay.
            if not same_result(ctx, first, ctx.run(variant), payments=False):
                tie = _same_winners(ctx, problem, variant)
                yield Violation(problem, variant=variant, details={"scale": how}, tie_induced=tie)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        """1 if the choices differ."""
        if witness.variant is None:
            return None
        before, after = two_results(mechanism, witness)
        return int(differs(before, after, witness.tolerance, payments=False))

    def describe(self, witness: Witness) -> str:
        """Say which scale changes the choice."""
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
    chosen, if any are.
    """

    id = "nash_contraction"
    title = "Contraction independence (Nash's IIA)"
    statement = "When outcomes that were not chosen become infeasible, the choice stays."
    needs = (Restricts,)
    reference = _NASH

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        """Try the smaller problems of the setting."""
        setting = ctx.setting
        assert isinstance(setting, Restricts)
        first = self._chosen(ctx, problem)
        if first is None:
            ctx.undecided("contraction of lotteries is not defined here")
            return
        for variant in setting.restricted(problem, first):
            left = {one for one in first if ctx.setting.feasible(variant, one)}
            if not left:
                continue
            ctx.count()
            second = self._chosen(ctx, variant)
            if second is None or set(second) != left:
                yield Violation(problem, variant=variant)

    @staticmethod
    def _chosen(ctx: Evaluator, problem: Problem) -> list[Outcome] | None:
        if isinstance(ctx.mechanism, ShowsWinners):
            return list(ctx.mechanism.winners(problem))
        result = ctx.run(problem)
        if isinstance(result, Lottery):
            return None
        return [result] if isinstance(result, Outcome) else list(result)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        """1 if the choice from the smaller set is not what was left of the larger one's."""
        if witness.variant is None:
            return None
        rule: Any = mechanism
        if hasattr(rule, "winners"):
            before, after = rule.winners(witness.problem), rule.winners(witness.variant)
        else:
            one, other = two_results(mechanism, witness)
            if isinstance(one, Lottery) or isinstance(other, Lottery):
                return None
            before, after = [one], [other]
        left = {outcome for outcome in before if setting.feasible(witness.variant, outcome)}
        return int(bool(left) and left != set(after))

    def describe(self, witness: Witness) -> str:
        """Say what is chosen from the smaller set."""
        return (
            f"At ({witness.profile()}) the mechanism chooses "
            f"{witness.say(witness.before, witness.problem)}; when others become infeasible it "
            f"chooses {witness.say(witness.after, witness.variant or witness.problem)}."
        )


def _same_winners(ctx: Evaluator, problem: Problem, variant: Problem) -> bool:
    if not isinstance(ctx.mechanism, ShowsWinners):
        return False
    first = set(ctx.mechanism.winners(problem))
    return len(first) > 1 and first == set(ctx.mechanism.winners(variant))
