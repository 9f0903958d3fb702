"""The answer of a check from a proof on the continuum, or why there is none."""

from __future__ import annotations

import functools
from dataclasses import replace

from mechdesign.axioms.continuum.program import Program, by_kind
from mechdesign.axioms.continuum.search import Explored, explore
from mechdesign.axioms.question.axiom import Axiom
from mechdesign.axioms.question.evaluator import Budget, BudgetExhausted, Evaluator
from mechdesign.axioms.question.lift import Comparable
from mechdesign.axioms.question.purity import state, tells
from mechdesign.axioms.question.question import Question
from mechdesign.axioms.question.registry import find
from mechdesign.axioms.question.trust import believed, belongs_to_package, of_package
from mechdesign.errors import InvalidInputError
from mechdesign.model import Number, Problem
from mechdesign.model.setting import SpansReports
from mechdesign.parallel import pack, unpack

#: Paths of an attempt that nobody asked for, and of the proof that agents are interchangeable.
ATTEMPT = 5_000
_EXCHANGES = 20_000
#: The smallest number of agents with which the proof of anonymity pays.
_MANY = 3


def obstacle(question: Question) -> str:
    """Why no proof on the continuum can be tried; empty if it can."""
    setting, mechanism = question.setting, question.mechanism
    if not isinstance(setting, SpansReports):
        return f"the reports of {setting.id} are not made of numbers"
    if not question.agents:
        return "a proof needs the number of agents: name it by agents="
    if mechanism.randomised:
        return f"{mechanism.name} draws random numbers"
    try:
        for agents in question.agents:
            setting.span(agents, lambda low, high: low or high or 0, **question.words)
    except InvalidInputError as error:
        return str(error)
    return tells(mechanism)


def attempted(question: Question) -> Explored:
    """Try to prove or refute the axiom for all reports, for each number of agents.

    Parameters
    ----------
    question : Question
        Names the numbers of agents.
    """
    told = obstacle(question)
    if told:
        return Explored(reason=told)
    most = None if question.method == "proof" else ATTEMPT
    budget = question.budget()
    whole = Explored()
    for agents in question.agents:
        found = explored(program_of(question, agents), budget, most)
        whole = whole.joined(found)
        if found.reason or found.violations:
            break
    if whole.reason or whole.violations:
        whole.proofs = []
    return whole


def program_of(question: Question, agents: int, allowed: Number = 0) -> Program:
    """The program of a question for one number of agents."""
    return Program(
        question.axiom,
        question.mechanism,
        question.setting,
        question.lift,
        question.gap_allowed,
        agents,
        question.words,
        allowed=allowed,
        watched=not belongs_to_package(question.mechanism),
    )


def explored(program: Program, budget: Budget, most: int | None) -> Explored:
    """Explore a program, and see whether its mechanism is a function of the reports."""
    mechanism = program.mechanism
    before = state(mechanism)
    found = _of_one_size(program, budget, most)
    if not belongs_to_package(mechanism) and not found.reason and not found.violations:
        found.reason = by_kind(program) or _twice(program, found, budget)
    if found.unsteady or state(mechanism) != before:
        found.violations = []
        found.reason = f"{mechanism.name} keeps a state or draws random numbers"
    return found


def _of_one_size(program: Program, budget: Budget, most: int | None) -> Explored:
    """Explore all reports, or those in ascending order where that is enough."""
    follow = functools.partial(explore, budget=budget)
    axiom = program.axiom
    symmetric = axiom.symmetric and of_package(type(axiom)) and program.setting.public
    if not symmetric or program.agents < _MANY or not of_package(type(program.setting)):
        return follow(program, most=most)
    ordered = replace(program, ordered=True)
    if program.words.get("weights") is not None:
        return follow(program, most=most)
    if program.mechanism.anonymous and believed(program.mechanism, "anonymous"):
        return follow(ordered, most=most)
    exchanges: Axiom = find("anonymity")
    first = follow(replace(program, axiom=exchanges), most=most or _EXCHANGES)
    if not first.proofs:
        spent = budget.over or budget.checks == budget.max_checks or most is not None
        return first if first.spent and spent else follow(program, most=most)
    second = follow(ordered, most=most)
    if second.violations or second.reason:
        first.proofs = []
    return first.joined(second)


def _twice(program: Program, found: Explored, budget: Budget) -> str:
    """Ask a user's mechanism a second time, in the opposite order."""
    if not found.sent:
        same = _same_again(program, found.asked)
    else:
        asked = [pack(found.asked), *(written for _, written in found.sent)]
        again = functools.partial(_sent_again, program)
        try:
            same = all(list(budget.spread(again, reversed(asked))))
        except BudgetExhausted as ended:
            return f"{ended} ended it while the mechanism was asked a second time"
    return "" if same else f"{program.mechanism.name}, asked twice, chooses two different outcomes"


def _sent_again(program: Program, asked: bytes) -> bool:
    return _same_again(program, unpack(asked))


def _same_again(program: Program, asked: list[tuple[Problem, Comparable]]) -> bool:
    """Whether a mechanism chooses the same when it is asked again, in the opposite order."""
    ctx = Evaluator(program.mechanism, program.setting, Budget(), lift=program.lift)
    return all(ctx.again(problem) == first for problem, first in reversed(asked))
