"""Whether hired agents obey, receivers do as told, and posteriors add up."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from mechdesign.axioms import Axiom, Violation, Witness, register_axiom
from mechdesign.axioms.question.evaluator import Evaluator
from mechdesign.axioms.question.verifier import (
    choose,
)
from mechdesign.information.hired.hiring import temptations
from mechdesign.information.hired.settings import Acquisition, AcquisitionData, Contract
from mechdesign.information.references import KAMENICA
from mechdesign.information.told.receivers_setting import ReceiverData, Receivers, Structure
from mechdesign.model import (
    FrozenMap,
    Mechanism,
    Number,
    Outcome,
    Problem,
    Setting,
    show,
)


def _single(ctx: Evaluator, problem: Problem) -> Any:
    """What was chosen, where it is no lottery."""
    found = ctx.run(problem)
    if not isinstance(found, Outcome):
        ctx.undecided("the outcome is a lottery")
        return None
    return found.choice


def _again(mechanism: Mechanism, witness: Witness) -> Any:
    found = choose(mechanism, witness.problem, witness.lift)
    return found.choice if isinstance(found, Outcome) else None


class _OfContracts(Axiom):
    """An axiom about contracts."""

    family = "information"

    def applies(self, setting: Setting) -> str:
        fits = isinstance(setting, Acquisition)
        return "" if fits else f"the setting {setting.id} has no contracts"


@register_axiom
class EffortCompatibility(_OfContracts):
    """No agent gains by another effort and other reports together, if the others obey."""

    id = "effort_compatibility"
    title = "Effort compatibility"
    statement = (
        "No agent who is told an effort gains on average by exerting any effort and reporting any "
        "function of her signal, if the others obey and tell the truth."
    )

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        contract = _single(ctx, problem)
        if contract is None:
            return
        for found in temptations(problem, contract):
            ctx.count()
            if ctx.exceeds(found.gain):
                details: FrozenMap[str, Any] = FrozenMap(
                    told=found.told, effort=found.effort, reports=found.reports
                )
                agents = (problem.agents[found.agent],)
                yield Violation(problem, agents=agents, gap=found.gain, details=details)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        contract, problem = _again(mechanism, witness), witness.problem
        told, effort = (witness.details.get(word, -1) for word in ("told", "effort"))
        reports = witness.details.get("reports")
        if not isinstance(contract, Contract) or len(witness.agents) != 1:
            return None
        data: AcquisitionData = problem.data
        k = problem.position(witness.agents[0])
        if told not in range(data.efforts[k]) or effort not in range(data.efforts[k]):
            return None
        width = data.signals[k]
        if not isinstance(reports, tuple) or len(reports) != width:
            return None
        if any(r not in range(width) for r in reports):
            return None
        costs = problem.types[k]
        gain: Number = Fraction(0)
        for b, often in contract.recommended.items():
            if b[k] != told or not often:
                continue
            for does, says in ((effort, reports), (told, tuple(range(width)))):
                sign = 1 if says is reports else -1
                done = (*b[:k], does, *b[k + 1 :])
                gain = gain - sign * often * costs[does]
                for t, chance in enumerate(data.prior):
                    for s, p in data.law[done, t]:
                        heard = (*s[:k], says[s[k]], *s[k + 1 :])
                        pay = contract.payments[b, heard, t][k]
                        gain = gain + sign * often * chance * p * pay
        return gain

    def describe(self, witness: Witness) -> str:
        details = witness.details
        return (
            f"At ({witness.profile()}) agent {witness.agents[0]}, told effort {details['told']}, "
            f"exerts {details['effort']} and reports {details['reports']} for the signals in "
            f"order: she gains {show(witness.gap)} on average."
        )


@register_axiom
class LimitedLiability(_OfContracts):
    """No agent ever pays."""

    id = "limited_liability"
    title = "Limited liability"
    statement = "No payment to an agent is negative, whatever is reported."

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        contract = _single(ctx, problem)
        if contract is None:
            return
        for key, paid in contract.payments.items():
            for agent, pay in zip(problem.agents, paid, strict=True):
                ctx.count()
                if ctx.exceeds(-pay):
                    efforts, reports, state = key
                    details: FrozenMap[str, Any] = FrozenMap(
                        efforts=efforts, reports=reports, state=state
                    )
                    yield Violation(problem, agents=(agent,), gap=-pay, details=details)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        contract = _again(mechanism, witness)
        key = tuple(witness.details.get(word) for word in ("efforts", "reports", "state"))
        if not isinstance(contract, Contract) or len(witness.agents) != 1:
            return None
        known: Any = contract.payments
        if key not in known:
            return None
        pay: Number = known[key][witness.problem.position(witness.agents[0])]
        return -pay


@register_axiom
class ExAnteRationality(_OfContracts):
    """No agent expects a loss before it hears which effort is asked of it."""

    id = "ex_ante_rationality"
    title = "Ex-ante rationality"
    statement = (
        "No agent who obeys and tells the truth is paid less on average than what her efforts cost."
    )

    @staticmethod
    def _loss(problem: Problem, contract: Contract, k: int) -> Number:
        data: AcquisitionData = problem.data
        loss: Number = Fraction(0)
        for b, often in contract.recommended.items():
            loss += often * problem.types[k][b[k]]
            for t, chance in enumerate(data.prior):
                for s, p in data.law[b, t]:
                    # What is never asked for may be left without payments.
                    pay = contract.payments[b, s, t][k] if often and chance and p else 0
                    loss -= often * chance * p * pay
        return loss

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        contract = _single(ctx, problem)
        if contract is None:
            return
        for k, agent in enumerate(problem.agents):
            ctx.count()
            loss = self._loss(problem, contract, k)
            if ctx.exceeds(loss):
                yield Violation(problem, agents=(agent,), gap=loss)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        contract = _again(mechanism, witness)
        if not isinstance(contract, Contract) or len(witness.agents) != 1:
            return None
        return self._loss(witness.problem, contract, witness.problem.position(witness.agents[0]))


class _OfStructures(Axiom):
    """An axiom about information structures."""

    family = "information"

    def applies(self, setting: Setting) -> str:
        fits = isinstance(setting, Receivers)
        return "" if fits else f"the setting {setting.id} has no receivers"


@register_axiom
class Obedience(_OfStructures):
    """No receiver gains by another action than the one that is recommended."""

    id = "obedience"
    title = "Obedience"
    reference = KAMENICA
    statement = (
        "No receiver gains by doing something else than what it hears recommended, if the others "
        "do what is recommended to them."
    )

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        structure = _single(ctx, problem)
        if structure is None:
            return
        data: ReceiverData = problem.data
        for k, agent in enumerate(problem.agents):
            heard: dict[Any, list[Any]] = {}
            for place, message in enumerate(structure.messages):
                key = (place, message.actions[k]) if structure.public else (0, message.actions[k])
                heard.setdefault(key, []).append(message)
            for (place, told), messages in heard.items():
                for other in range(data.actions[k]):
                    if other == told:
                        continue
                    ctx.count()
                    gain = self._gain(problem, k, other, messages)
                    if ctx.exceeds(gain):
                        details: FrozenMap[str, Any] = FrozenMap(
                            told=told, does=other, message=place
                        )
                        yield Violation(problem, agents=(agent,), gap=gain, details=details)

    @staticmethod
    def _gain(problem: Problem, k: int, other: int, messages: list[Any]) -> Number:
        data: ReceiverData = problem.data
        own = problem.types[k]
        gain: Number = 0
        for message in messages:
            a = message.actions
            rows = (
                (own[other], own[a[k]])
                if data.alone
                else (own[data.position((*a[:k], other, *a[k + 1 :]))], own[data.position(a)])
            )
            better = sum(
                p * (new - old) for p, new, old in zip(message.posterior, *rows, strict=True)
            )
            gain = gain + message.probability * better
        return gain

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        structure, problem = _again(mechanism, witness), witness.problem
        told, does = (witness.details.get(word, -1) for word in ("told", "does"))
        place = witness.details.get("message")
        if not isinstance(structure, Structure) or len(witness.agents) != 1:
            return None
        k = problem.position(witness.agents[0])
        if does not in range(problem.data.actions[k]) or not isinstance(setting, Receivers):
            return None
        gain: Number = Fraction(0)
        for number, message in enumerate(structure.messages):
            a = message.actions
            if a[k] != told or (structure.public and number != place):
                continue
            instead = (*a[:k], does, *a[k + 1 :])
            for state, p in enumerate(message.posterior):
                new, old = (
                    setting.payoff(problem, k, problem.types[k], one, state) for one in (instead, a)
                )
                gain = gain + message.probability * p * (new - old)
        return gain

    def describe(self, witness: Witness) -> str:
        details = witness.details
        return (
            f"At ({witness.profile()}) receiver {witness.agents[0]}, told to do {details['told']}, "
            f"gains {show(witness.gap)} on average by doing {details['does']}."
        )


@register_axiom
class BayesPlausibility(_OfStructures):
    """The posteriors average to the prior."""

    id = "bayes_plausibility"
    title = "Bayes plausibility"
    reference = KAMENICA
    statement = "The average of the posteriors, weighted by how often they arise, is the prior."

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        structure = _single(ctx, problem)
        if structure is None:
            return
        for state, prior in enumerate(problem.data.prior):
            ctx.count()
            mean = sum(m.probability * m.posterior[state] for m in structure.messages)
            if ctx.exceeds(abs(mean - prior)):
                details: FrozenMap[str, Any] = FrozenMap(state=state)
                yield Violation(problem, gap=abs(mean - prior), details=details)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        structure, state = _again(mechanism, witness), witness.details.get("state")
        prior = witness.problem.data.prior
        if not isinstance(structure, Structure) or state not in range(len(prior)):
            return None
        joint = itertools.starmap(
            lambda p, posterior: p * posterior[state],
            ((m.probability, m.posterior) for m in structure.messages),
        )
        gap: Number = abs(sum(joint, start=Fraction(0)) - prior[state])
        return gap

    def describe(self, witness: Witness) -> str:
        state = witness.details["state"]
        return (
            f"At ({witness.profile()}) the posteriors of state {state} average to another number "
            f"than its prior {show(witness.problem.data.prior[state])}, {show(witness.gap)} away."
        )
