"""The fairness axioms of facility location, for the axiom engine."""

from __future__ import annotations

import itertools
from abc import abstractmethod
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any, ClassVar

from mechdesign.axioms import Axiom, Evaluator, Violation, Witness, register_axiom
from mechdesign.axioms.question.implications import declare
from mechdesign.axioms.question.verifier import choose, worth
from mechdesign.facility.fairness.admissible_sets import fairness_witness
from mechdesign.facility.segment.profiles import mean
from mechdesign.facility.segment.references import FAIR_LOCATION, OBNOXIOUS, RANDOM_FAIR_LOCATION
from mechdesign.model import (
    FrozenMap,
    Lottery,
    Mechanism,
    Number,
    Outcome,
    Problem,
    Setting,
    distance,
    show,
)


class GroupFairness(Axiom):
    """Each group of agents is entitled to be near the facility, by its size and its range.

    For a lottery the expected distances count (``lift="ex_post"`` asks it of every outcome), for a
    set of tied outcomes each agent's best or worst one, as the lift says.
    """

    family: ClassVar[str] = "facility"
    reference = FAIR_LOCATION
    obnoxious: ClassVar[bool] = False

    def applies(self, setting: Setting) -> str:
        wanted = "facility.obnoxious" if self.obnoxious else "facility.line"
        return "" if setting.id == wanted else f"it is about {wanted}, not {setting.id}"

    def concerns(self, size: int, spread: Number) -> bool:
        """Whether the axiom says something on groups of that size and range."""
        return True

    @abstractmethod
    def bound(self, share: Number, spread: Number, length: Number, everybody: Number) -> Number:
        """The largest (obnoxious: the smallest) distance of a group that is this share of all."""

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        result = ctx.run(problem)
        if not isinstance(result, Outcome) or ctx.symbolic:
            yield from self._lifted(ctx, problem, result)
            return
        ctx.count()
        found = fairness_witness(self.id, problem, result.choice)
        if found is not None and ctx.exceeds(found.excess):
            details: FrozenMap[str, Any] = FrozenMap(
                range=found.range, bound=found.bound, distance=found.distance, who=found.agent
            )
            yield Violation(problem, agents=found.group, gap=found.excess, details=details)

    def _lifted(self, ctx: Evaluator, problem: Problem, result: Any) -> Iterator[Violation]:
        """All windows of the sorted reports, with the distances that count: O(n^2)."""
        setting: Any = ctx.setting
        order = sorted(range(len(problem)), key=lambda k: problem.types[k])
        utilities = ctx.utilities(problem, result)
        away = utilities if self.obnoxious else [setting.length - u for u in utilities]
        for a, b in ctx.each(itertools.combinations(range(len(order) + 1), 2)):
            group = order[a:b]
            ctx.count()
            gap, who = self._excess(problem, group, away, setting.length)
            if gap is not None and ctx.exceeds(gap):
                agents = tuple(problem.agents[k] for k in sorted(group))
                details: FrozenMap[str, Any] = FrozenMap(who=problem.agents[who])
                yield Violation(problem, agents=agents, gap=gap, details=details)

    def _excess(
        self, problem: Problem, group: Sequence[int], away: Sequence[Number], length: Number
    ) -> tuple[Number | None, int]:
        """By how much the worst-off member of a group misses the bound, by the definition."""
        places = [problem.types[k] for k in group]
        spread = max(places) - min(places)
        if not self.concerns(len(group), spread):
            return None, 0
        weights = problem.weights or (1,) * len(problem)
        share = Fraction(1) * sum(weights[k] for k in group) / sum(weights)
        counted = [x for x, w in zip(problem.types, weights, strict=True) if w]
        total = max(counted) - min(counted)
        bound = self.bound(share, spread, length, total)
        sign = -1 if self.obnoxious else 1
        gaps: list[Number] = [sign * (away[k] - bound) for k in group]
        worst = max(range(len(group)), key=gaps.__getitem__)
        return gaps[worst], group[worst]

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        problem = witness.problem
        if not witness.agents or self.applies(setting):
            return None
        line: Any = setting
        result = choose(mechanism, problem, witness.lift)
        away: list[Number] = []
        for agent, place in zip(problem.agents, problem.types, strict=True):
            utility = worth(setting, problem, agent, place, result, witness.lift)
            away.append(utility if self.obnoxious else line.length - utility)
        weights = [problem.weight_of(agent) for agent in problem.agents]
        counted = [x for x, w in zip(problem.types, weights, strict=True) if w]
        at = [problem.type_of(agent) for agent in witness.agents]
        spread = max(at) - min(at)
        if not self.concerns(len(at), spread):
            return None
        share = Fraction(1) * sum(map(problem.weight_of, witness.agents)) / sum(weights)
        bound = self.bound(share, spread, line.length, max(counted) - min(counted))
        far = [away[problem.position(agent)] for agent in witness.agents]
        gap: Number = bound - min(far) if self.obnoxious else max(far) - bound
        return gap

    def describe(self, witness: Witness) -> str:
        chosen = witness.say(witness.before, witness.problem)
        group = ", ".join(map(str, witness.agents[:8]))
        side = "near" if self.obnoxious else "far"
        return (
            f"At ({witness.profile()}) the mechanism chooses {chosen}, which is too {side} for the "
            f"group {{{group}}} by {show(witness.gap)}."
        )


@register_axiom
class IndividualFairShare(GroupFairness):
    """No agent is farther than ``L (1 - 1/n)``."""

    id = "individual_fair_share"
    title = "Individual fair share (IFS)"
    statement = "Every agent gets a utility of at least 1/n of the length of the segment."

    def concerns(self, size: int, spread: Number) -> bool:
        return size == 1

    def bound(self, share: Number, spread: Number, length: Number, everybody: Number) -> Number:
        return length * (1 - share)


@register_axiom
class UnanimousFairShare(GroupFairness):
    """No group at one point is farther than ``L (1 - |S|/n)``."""

    id = "unanimous_fair_share"
    title = "Unanimous fair share (UFS)"
    statement = (
        "Every group S of agents at one location gets a utility of at least |S|/n of the length."
    )

    def concerns(self, size: int, spread: Number) -> bool:
        return spread == 0

    def bound(self, share: Number, spread: Number, length: Number, everybody: Number) -> Number:
        return length * (1 - share)


@register_axiom
class ProportionalFairness(GroupFairness):
    """No group of range r is farther than ``L (1 - |S|/n) + r``."""

    id = "proportional_fairness"
    title = "Proportional fairness (PF)"
    statement = (
        "Every member of every group S with range r gets a utility of at least |S|/n of the "
        "length, less r."
    )

    def bound(self, share: Number, spread: Number, length: Number, everybody: Number) -> Number:
        return length * (1 - share) + spread


@register_axiom
class StrongProportionalFairness(GroupFairness):
    """No group of range r is farther than ``R (1 - |S|/n) + r``, R the range of all agents."""

    id = "strong_proportional_fairness"
    title = "Strong proportional fairness"
    statement = (
        "Every member of every group S with range r is within R (n - |S|)/n + r, where R is the "
        "range of all reports."
    )
    reference = RANDOM_FAIR_LOCATION

    def bound(self, share: Number, spread: Number, length: Number, everybody: Number) -> Number:
        return everybody * (1 - share) + spread


@register_axiom
class ObnoxiousIndividualFairShare(GroupFairness):
    """No agent is nearer than ``L / (2n)``."""

    id = "obnoxious_individual_fair_share"
    title = "Obnoxious individual fair share (2-IFS)"
    statement = "Every agent is at least 1/(2n) of the length away."
    reference = OBNOXIOUS
    obnoxious = True

    def concerns(self, size: int, spread: Number) -> bool:
        return size == 1

    def bound(self, share: Number, spread: Number, length: Number, everybody: Number) -> Number:
        return length * share * Fraction(1, 2)


@register_axiom
class ObnoxiousUnanimousFairShare(GroupFairness):
    """No group at one point is nearer than ``L |S| / (2n)``."""

    id = "obnoxious_unanimous_fair_share"
    title = "Obnoxious unanimous fair share (2-UFS)"
    statement = "Every group S at one location is at least |S|/(2n) of the length away."
    reference = OBNOXIOUS
    obnoxious = True

    def concerns(self, size: int, spread: Number) -> bool:
        return spread == 0

    def bound(self, share: Number, spread: Number, length: Number, everybody: Number) -> Number:
        return length * share * Fraction(1, 2)


@register_axiom
class ObnoxiousProportionalFairness(GroupFairness):
    """No member of a group of range r is nearer than ``L |S| / (2n) - r``."""

    id = "obnoxious_proportional_fairness"
    title = "Obnoxious proportional fairness (2-PF)"
    statement = (
        "Every member of every group S with range r is at least |S|/(2n) of the length, less r, "
        "away."
    )
    reference = OBNOXIOUS
    obnoxious = True

    def bound(self, share: Number, spread: Number, length: Number, everybody: Number) -> Number:
        return length * share * Fraction(1, 2) - spread


@register_axiom
class FacilityProportionality(Axiom):
    """Where all agents are at the two ends, the facility is at their mean."""

    id = "facility_proportionality"
    title = "Proportionality (facility location)"
    statement = "If every agent is at one of the two ends, the (expected) location is their mean."
    family = "facility"
    reference = FAIR_LOCATION

    def applies(self, setting: Setting) -> str:
        return "" if setting.id == "facility.line" else f"it is about the line, not {setting.id}"

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        setting: Any = ctx.setting
        if any(x not in (setting.low, setting.high) for x in problem.types):
            return
        fair = mean(problem.types, problem.weights)
        result = ctx.run(problem)
        if isinstance(result, Lottery) and ctx.lift != "ex_post":
            places = [result.expect(lambda outcome: outcome.choice)]
        else:
            places = [outcome.choice for outcome in ctx.outcomes(problem)]
        ctx.count()
        gap = max(distance(place, fair) for place in places)
        if ctx.exceeds(gap):
            yield Violation(problem, gap=gap, details=FrozenMap(proportional=fair))

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        problem = witness.problem
        if self.applies(setting):
            return None
        line: Any = setting
        if not set(problem.types) <= {line.low, line.high}:
            return None
        weights = problem.weights or (1,) * len(problem)
        right = sum(w for x, w in zip(problem.types, weights, strict=True) if x == line.high)
        fair = line.low + line.length * (Fraction(1) * right / sum(weights))
        result = choose(mechanism, problem, witness.lift)
        if isinstance(result, Lottery):
            places = [sum(p * outcome.choice for p, outcome in result)]
            if witness.lift == "ex_post":
                places = [outcome.choice for _, outcome in result]
        else:
            places = [one.choice for one in (result if isinstance(result, list) else [result])]
        gap: Number = max(abs(place - fair) for place in places)
        return gap

    def describe(self, witness: Witness) -> str:
        chosen = witness.say(witness.before, witness.problem)
        fair = witness.details.get("proportional")
        return (
            f"At ({witness.profile()}) the mechanism chooses {chosen} instead of the proportional "
            f"location {show(fair)}."
        )


declare("strong_proportional_fairness", "proportional_fairness")
declare("proportional_fairness", "unanimous_fair_share", "unanimity")
declare("unanimous_fair_share", "individual_fair_share", "facility_proportionality", "unanimity")
declare("obnoxious_proportional_fairness", "obnoxious_unanimous_fair_share")
declare("obnoxious_unanimous_fair_share", "obnoxious_individual_fair_share")
