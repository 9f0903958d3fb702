"""What agents expect who know their own type and a prior: incentives and participation."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from mechdesign.axioms.generic.references import ASPREMONT, MYERSON_SATTERTHWAITE
from mechdesign.axioms.question.axiom import Axiom, register_axiom
from mechdesign.axioms.question.evaluator import Evaluator
from mechdesign.axioms.question.priors import believable, expects
from mechdesign.axioms.question.verifier import choose, improvement, misreports, worth
from mechdesign.axioms.question.witness import Violation, Witness
from mechdesign.errors import UndecidedError
from mechdesign.model import AgentId, FrozenMap, Mechanism, Number, Problem, Setting, show

# Lifts under which a result has a number as its worth, which can be expected.
_VALUED = ("", "expectation", "optimist", "pessimist")


class _Interim(Axiom):
    """An axiom about each type of each agent, which expects what the others report."""

    #: A prior may know the names of agents and alternatives.
    symmetric = False
    neutral = False

    def applies(self, setting: Setting) -> str:
        return super().applies(setting) or expects(setting)

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        if ctx.lift not in _VALUED:
            raise UndecidedError(f"lift={ctx.lift!r} gives no utility that could be expected")
        for agent in problem.agents:
            belief = _belief(ctx, problem, agent)
            # One of the problems that a type thinks possible stands for all of them.
            if not belief or (ctx.finite and belief[0][1] != problem):
                continue
            told = tuple((p, tuple(one.types)) for p, one in belief)
            for variant, gap in self._cases(ctx, problem, agent, belief):
                ctx.count(len(belief))
                if ctx.exceeds(gap):
                    yield Violation(
                        problem,
                        agents=(agent,),
                        variant=variant,
                        gap=gap,
                        details=FrozenMap(belief=told),
                    )

    @abstractmethod
    def _cases(
        self, ctx: Evaluator, problem: Problem, agent: AgentId, belief: list[tuple[Number, Problem]]
    ) -> Iterator[tuple[Problem | None, Number]]:
        """What a type could do, and by how much the axiom fails by it."""

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        problem, belief = witness.problem, witness.details.get("belief")
        if len(witness.agents) != 1 or not self._of_form(witness):
            return None
        agent = witness.agents[0]
        own, position = problem.type_of(agent), problem.position(agent)
        if witness.lift not in _VALUED or not believable(belief, position, own, len(problem)):
            return None
        assert belief is not None  # or it were not believable
        total: Number = Fraction(0)
        for p, types in belief:
            total = total + p * self._at(mechanism, setting, witness, problem.with_profile(types))
        return total

    @abstractmethod
    def _of_form(self, witness: Witness) -> bool:
        """Whether a witness has a variant where it needs one, and none where it does not."""

    @abstractmethod
    def _at(
        self, mechanism: Mechanism, setting: Setting, witness: Witness, problem: Problem
    ) -> Number:
        """From the definition: the gap at one problem that the type thinks possible."""


def _belief(ctx: Evaluator, problem: Problem, agent: AgentId) -> list[tuple[Number, Problem]]:
    """The problems that an agent thinks possible who knows its own type alone, with chances."""
    if ctx.beliefs is None:
        raise UndecidedError("what others report is expected under a prior: name prior=")
    position = problem.position(agent)
    pairs = ctx.beliefs.of(len(problem), position, problem.types[position])
    ctx.rests_on(p for p, _ in pairs)
    return [(p, problem.with_profile(types)) for p, types in pairs]


@register_axiom
class BayesianIncentiveCompatibility(_Interim):
    """No type of an agent expects to gain by a misreport, if the others report the truth."""

    id = "bayesian_incentive_compatibility"
    title = "Bayesian incentive compatibility"
    reference = ASPREMONT
    statement = (
        "No type of an agent expects to gain by reporting another one, under the prior given its "
        "own type, if the others report the truth."
    )

    def _cases(
        self, ctx: Evaluator, problem: Problem, agent: AgentId, belief: list[tuple[Number, Problem]]
    ) -> Iterator[tuple[Problem | None, Number]]:
        own = problem.type_of(agent)
        for lie in ctx.deviations(problem, agent):
            gains: list[Number] = [
                p * ctx.gain(one, agent, own, ctx.run(one), ctx.run(one.report(agent, lie)))
                for p, one in belief
            ]
            yield problem.report(agent, lie), sum(gains)

    def _of_form(self, witness: Witness) -> bool:
        return misreports(witness)

    def _at(
        self, mechanism: Mechanism, setting: Setting, witness: Witness, problem: Problem
    ) -> Number:
        agent = witness.agents[0]
        before = choose(mechanism, problem, witness.lift)
        after = choose(mechanism, problem.with_types(witness.lie), witness.lift)
        own = problem.type_of(agent)
        return improvement(setting, problem, agent, own, before, after, witness.lift)

    def describe(self, witness: Witness) -> str:
        agent = witness.agents[0]
        say = witness.setting.say_report
        variant = witness.variant or witness.problem
        own, lie = say(witness.problem.type_of(agent)), say(variant.type_of(agent))
        return (
            f"At ({witness.profile()}) agent {agent}, who knows its own type {own} alone, reports "
            f"{lie} and expects to gain {show(witness.gap)}{_told(witness)}."
        )


@register_axiom
class InterimRationality(_Interim):
    """No type of an agent expects less than its reserve utility, 0 where there is none."""

    id = "interim_rationality"
    title = "Interim rationality"
    reference = MYERSON_SATTERTHWAITE
    statement = (
        "Every type of an agent expects at least its reserve utility (0 where the problem states "
        "none), under the prior given its own type."
    )

    def _cases(
        self, ctx: Evaluator, problem: Problem, agent: AgentId, belief: list[tuple[Number, Problem]]
    ) -> Iterator[tuple[Problem | None, Number]]:
        own = problem.type_of(agent)
        gaps: list[Number] = [
            p * (_reserve(one, agent) - ctx.utility(one, agent, own, ctx.run(one)))
            for p, one in belief
        ]
        yield None, sum(gaps)

    def _of_form(self, witness: Witness) -> bool:
        return witness.variant is None

    def _at(
        self, mechanism: Mechanism, setting: Setting, witness: Witness, problem: Problem
    ) -> Number:
        agent = witness.agents[0]
        chosen: Any = choose(mechanism, problem, witness.lift)
        own = problem.type_of(agent)
        return _reserve(problem, agent) - worth(setting, problem, agent, own, chosen, witness.lift)

    def describe(self, witness: Witness) -> str:
        agent = witness.agents[0]
        own = witness.setting.say_report(witness.problem.type_of(agent))
        return (
            f"At ({witness.profile()}) agent {agent}, who knows its own type {own} alone, expects "
            f"{show(witness.gap)} less than by staying away{_told(witness)}."
        )


def _reserve(problem: Problem, agent: AgentId) -> Number:
    return 0 if problem.reserve is None else problem.reserve[problem.position(agent)]


def _told(witness: Witness) -> str:
    """What a type believes, in words."""
    say = witness.setting.say_report
    belief = witness.details["belief"]
    parts = [f"{show(p)}: ({', '.join(map(say, types))})" for p, types in belief[:4]]
    more = f" and {len(belief) - 4} more" if len(belief) > 4 else ""
    return f", where it thinks possible {'; '.join(parts)}{more}"
