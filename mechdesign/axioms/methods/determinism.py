"""Whether a mechanism is a function of the problem: asked again, it must choose the same."""

from __future__ import annotations

from typing import Any

from mechdesign.axioms.methods.by_workers import other_result
from mechdesign.axioms.question.evaluator import Evaluator
from mechdesign.axioms.question.purity import random_state
from mechdesign.axioms.question.trust import belongs_to_package
from mechdesign.model import Mechanism, Problem, show


def contradiction(ctx: Evaluator, before: tuple[Any, ...]) -> str:
    """Why the outcomes of a check cannot be trusted; empty if they can.

    A user's own mechanism may draw random numbers or keep a state without saying so.  It is asked
    again at every problem that it was evaluated at (the last many of them, where memory does not
    suffice for all), in the opposite order, and must leave the shared generators of random numbers
    as they were.

    Parameters
    ----------
    ctx : Evaluator
        What the check saw.
    before : tuple
        The :func:`random_state` when the check began.
    """
    if belongs_to_package(ctx.mechanism) and not _may_draw(ctx.mechanism):
        return ""
    seen = ctx.seen()
    problem = other_result(ctx, seen)
    if problem is not None:
        return no_function(ctx.mechanism, problem)
    if random_state(ctx.mechanism) != before:
        return draws(ctx.mechanism)
    ctx.asked_twice = len(seen)
    return ""


def no_function(mechanism: Mechanism, problem: Problem) -> str:
    """That a mechanism chose two different outcomes at a problem."""
    return (
        f"{mechanism.name} is no function of the problem: at "
        f"({show(tuple(problem.types))}) it chose two different outcomes"
    )


def draws(mechanism: Mechanism) -> str:
    """That a mechanism used a generator of random numbers."""
    return f"{mechanism.name} draws random numbers, so that it may choose otherwise"


def _may_draw(mechanism: Mechanism) -> bool:
    """Whether random numbers may be drawn, as for ties that are broken at random."""
    return mechanism.randomised or (
        bool(getattr(mechanism, "_takes_rng", False)) and bool(mechanism.parameters)
    )
