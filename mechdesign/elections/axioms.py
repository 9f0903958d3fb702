"""Axioms of electoral competition: whether the chosen platform, or lottery, can be beaten."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Hashable, Iterator
from typing import Any

from mechdesign.axioms import Axiom, Violation, Witness, register_axiom
from mechdesign.axioms.question.evaluator import Evaluator
from mechdesign.elections.setting import Platforms, utilities_of
from mechdesign.model import (
    Lottery,
    Mechanism,
    Number,
    Outcome,
    Problem,
    Setting,
    all_exact,
    is_exact,
    ratio,
    show,
)

# What rounding may do to the chances of an equilibrium that is computed in floats.
_ROUNDING = 1e-9


def _lead(problem: Problem, a: Hashable, b: Hashable) -> Number:
    """The share of voters who prefer a platform to another, less those who prefer the other."""
    i, j = problem.data.labels.index(a), problem.data.labels.index(b)
    total: Number = 0
    for agent, own in zip(problem.agents, utilities_of(problem), strict=True):
        total += problem.weight_of(agent) * ((own[i] > own[j]) - (own[i] < own[j]))
    return ratio(total, sum(problem.weight_of(agent) for agent in problem.agents))


class _OfPlatforms(Axiom):
    family = "elections"

    def applies(self, setting: Setting) -> str:
        if isinstance(setting, Platforms):
            return ""
        return f"the setting {setting.id} has no platforms"

    @abstractmethod
    def lead(self, problem: Problem, platform: Hashable, result: Any) -> Number | None:
        """By how much a platform beats what was chosen; None where that is not defined."""

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        result = ctx.run(problem)
        if not all(all_exact(own) for own in utilities_of(problem)):
            ctx.exact = False
        for label in problem.data.labels:
            gap = self.lead(problem, label, result)
            if gap is None:
                ctx.undecided("the axiom is about one platform")
                return
            ctx.count()
            if not is_exact(gap):
                ctx.exact = False
            if gap > (0 if is_exact(gap) else _ROUNDING):
                better = Outcome(label, problem=problem, setting=ctx.setting)
                told = self.details(problem, label, result)
                yield Violation(problem, alternative=better, gap=gap, details=told)

    def details(self, problem: Problem, label: Hashable, result: Any) -> dict[str, Any]:
        """What the witness tells beside the platform that beats the choice."""
        return {}

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        problem, better = witness.problem, witness.alternative
        if not isinstance(better, Outcome) or better.choice not in problem.data.labels:
            return None
        result = mechanism.solve(problem)
        told = dict(witness.details)
        if told and told != self.details(problem, better.choice, result):
            return None
        return self.lead(problem, better.choice, result)


@register_axiom
class MajorityStability(_OfPlatforms):
    """No majority prefers another platform to the chosen one."""

    id = "majority_stability"
    title = "No majority against the chosen platform"
    statement = "No platform is preferred by a majority to the one that is chosen."

    def lead(self, problem: Problem, platform: Hashable, result: Any) -> Number | None:
        if not isinstance(result, Outcome):
            return None
        return _lead(problem, platform, result.choice)

    def details(self, problem: Problem, label: Hashable, result: Any) -> dict[str, Any]:
        """The third platform of a cycle with the chosen one and the one that beats it, if any."""
        for third in problem.data.labels:
            if _lead(problem, third, label) > 0 and _lead(problem, result.choice, third) > 0:
                return {"cycle": (result.choice, label, third)}
        return {}

    def describe(self, witness: Witness) -> str:
        better: Any = witness.alternative
        before: Any = witness.before
        text = (
            f"At ({witness.profile()}) {show(before.choice)} is chosen and {show(better.choice)} "
            f"beats it by {show(witness.gap)} of the votes"
        )
        cycle = witness.details.get("cycle")
        if cycle is None:
            return f"{text}."
        a, b, c = map(show, cycle)
        return f"{text}; {c} beats {b} and {a} beats {c}: no platform of the three is stable."


@register_axiom
class LotteryStability(_OfPlatforms):
    """No platform wins votes against the lottery in expectation."""

    id = "lottery_stability"
    title = "No platform beats the lottery"
    statement = "Against a draw of the lottery no platform gets more votes than it, in expectation."

    def lead(self, problem: Problem, platform: Hashable, result: Any) -> Number | None:
        if isinstance(result, Outcome):
            return _lead(problem, platform, result.choice)
        if not isinstance(result, Lottery):
            return None
        total: Number = 0
        for p, outcome in result:
            total += p * _lead(problem, platform, outcome.choice)
        return total

    def describe(self, witness: Witness) -> str:
        better: Any = witness.alternative
        return (
            f"At ({witness.profile()}) {show(better.choice)} beats what is chosen by "
            f"{show(witness.gap)} of the votes in expectation."
        )
