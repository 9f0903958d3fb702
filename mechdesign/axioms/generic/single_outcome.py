"""Axioms that look at one outcome: feasibility, individual rationality, unanimity."""

from __future__ import annotations

from collections.abc import Iterator

from mechdesign.axioms.question.axiom import Axiom, register_axiom
from mechdesign.axioms.question.evaluator import Evaluator
from mechdesign.axioms.question.verifier import choose, worth
from mechdesign.axioms.question.witness import Violation, Witness
from mechdesign.model import Lottery, Mechanism, Number, Outcome, Problem, Setting, show
from mechdesign.model.setting import HasUnanimousChoice


def _possible(result: object) -> list[Outcome]:
    """The outcomes that may come about."""
    if isinstance(result, Lottery):
        return [outcome for _, outcome in result.support]
    return [result] if isinstance(result, Outcome) else list(result)  # type: ignore[call-overload]


@register_axiom
class Feasibility(Axiom):
    """The outcome is feasible; its cost is within the budget."""

    id = "feasibility"
    title = "Feasibility"
    statement = "Every outcome that may be chosen is feasible and within the budget."

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        for outcome in ctx.outcomes(problem):
            ctx.count()
            over: Number = 0
            if problem.budget is not None and outcome.cost is not None:
                over = outcome.cost - problem.budget
            if ctx.exceeds(over, problem.budget):
                yield Violation(problem, alternative=outcome, gap=over)
            elif not ctx.setting.feasible(problem, outcome):
                yield Violation(problem, alternative=outcome, gap=1)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        problem = witness.problem
        for outcome in _possible(choose(mechanism, problem, witness.lift)):
            if not setting.feasible(problem, outcome):
                return 1
            if problem.budget is not None and outcome.cost is not None:
                over = outcome.cost - problem.budget
                if over > witness.tolerance:
                    return over
        return 0

    def describe(self, witness: Witness) -> str:
        chosen = witness.say(witness.alternative, witness.problem)
        return f"At ({witness.profile()}) the mechanism chooses {chosen}, which is not feasible."


@register_axiom
class IndividualRationality(Axiom):
    """Nobody gets less than the reserve utility."""

    id = "individual_rationality"
    title = "Individual rationality"
    statement = "Every agent gets at least the utility it has without an agreement."

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        if problem.reserve is None:
            ctx.undecided("the problem states no reserve utilities")
            return
        result = ctx.run(problem)
        rows = zip(problem.agents, problem.types, problem.reserve, strict=True)
        for agent, true_type, reserve in ctx.each(rows):
            ctx.count()
            gap = reserve - ctx.utility(problem, agent, true_type, result)
            if ctx.exceeds(gap):
                yield Violation(problem, agents=(agent,), gap=gap)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        problem = witness.problem
        if problem.reserve is None or len(witness.agents) != 1:
            return None
        agent = witness.agents[0]
        k = problem.position(agent)
        result = choose(mechanism, problem, witness.lift)
        utility = worth(setting, problem, agent, problem.types[k], result, witness.lift)
        return problem.reserve[k] - utility

    def describe(self, witness: Witness) -> str:
        agent = witness.agents[0]
        chosen = witness.say(witness.before, witness.problem)
        return (
            f"At ({witness.profile()}) the mechanism chooses {chosen}, and agent {agent} gets "
            f"{show(witness.gap)} less than without an agreement."
        )


@register_axiom
class Unanimity(Axiom):
    """When all agents want the same outcome, it is chosen."""

    id = "unanimity"
    title = "Unanimity"
    statement = "Where all agents want the same outcome, it is chosen."
    needs = (HasUnanimousChoice,)

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        setting = ctx.setting
        assert isinstance(setting, HasUnanimousChoice)
        for outcome in ctx.outcomes(problem):
            respected = setting.unanimous(problem, outcome)
            if respected is None:
                return
            ctx.count()
            ctx.rests_on(setting.utilities(problem, outcome))
            if not respected:
                yield Violation(problem, alternative=outcome, gap=1)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        if not isinstance(setting, HasUnanimousChoice):
            return None
        chosen = _possible(choose(mechanism, witness.problem, witness.lift))
        return int(any(setting.unanimous(witness.problem, one) is False for one in chosen))

    def describe(self, witness: Witness) -> str:
        chosen = witness.say(witness.before, witness.problem)
        return f"All agents agree ({witness.profile()}), and the mechanism chooses {chosen}."
