"""The answer of a check from a proof on the continuum, or why there is none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mechdesign.axioms.continuum.guards import NotLinear
from mechdesign.axioms.continuum.program import Program, by_kind
from mechdesign.axioms.continuum.purity import state, tells
from mechdesign.axioms.continuum.search import Explored, explore
from mechdesign.axioms.question.axiom import Axiom
from mechdesign.axioms.question.evaluator import Budget, Evaluator
from mechdesign.axioms.question.question import Question
from mechdesign.axioms.question.registry import find
from mechdesign.axioms.question.trust import believed, belongs_to_package, of_package
from mechdesign.errors import InvalidInputError
from mechdesign.model import Number
from mechdesign.model.setting import SpansReports

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


def attempted(question: Question, random_state: Callable[[], Any]) -> Explored:
    """Try to prove or refute the axiom for all reports, for each number of agents.

    Parameters
    ----------
    question : Question
        Names the numbers of agents.
    random_state : callable
        The state of the shared random generators.
    """
    told = obstacle(question)
    if told:
        return Explored(reason=told)
    most = None if question.method == "proof" else ATTEMPT
    budget = question.budget()
    whole = Explored()
    for agents in question.agents:
        found = explored(program_of(question, agents), budget, most, random_state)
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
    )


def explored(
    program: Program, budget: Budget, most: int | None, random_state: Callable[[], Any]
) -> Explored:
    """Explore a program, and see whether its mechanism is a function of the reports."""
    mechanism = program.mechanism
    before = random_state(), state(mechanism)
    try:
        found = _of_one_size(program, budget, most)
    except NotLinear as reason:  # a plain call met a symbolic number that was kept
        found = Explored(reason=str(reason))
    if not belongs_to_package(mechanism) and not found.reason and not found.violations:
        found.reason = by_kind(program) or _twice(program, found)
    if (random_state(), state(mechanism)) != before:
        found.violations = []
        found.reason = f"{mechanism.name} keeps a state or draws random numbers"
    return found


def _of_one_size(program: Program, budget: Budget, most: int | None) -> Explored:
    """Explore all reports, or those in ascending order where that is enough."""
    axiom = program.axiom
    symmetric = axiom.symmetric and of_package(type(axiom)) and program.setting.public
    if not symmetric or program.agents < _MANY or not of_package(type(program.setting)):
        return explore(program, budget, most=most)
    ordered = replace(program, ordered=True)
    if program.words.get("weights") is not None:
        return explore(program, budget, most=most)
    if program.mechanism.anonymous and believed(program.mechanism, "anonymous"):
        return explore(ordered, budget, most=most)
    exchanges: Axiom = find("anonymity")
    first = explore(replace(program, axiom=exchanges), budget, most=most or _EXCHANGES)
    if not first.proofs:
        spent = first.spent and (budget.over or most is not None)
        return first if spent else explore(program, budget, most=most)
    second = explore(ordered, budget, most=most)
    if second.violations or second.reason:
        first.proofs = []
    return first.joined(second)


def _twice(program: Program, found: Explored) -> str:
    """Ask a user's mechanism a second time, in the opposite order."""
    ctx = Evaluator(program.mechanism, program.setting, Budget(), lift=program.lift)
    for problem, first in reversed(found.asked):
        if ctx.again(problem) != first:
            return f"{program.mechanism.name}, asked twice, chooses two different outcomes"
    return ""
