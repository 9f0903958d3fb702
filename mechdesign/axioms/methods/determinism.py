"""Whether a mechanism is a function of the problem: asked again, it must choose the same."""

from __future__ import annotations

from mechdesign.axioms.question.evaluator import Evaluator
from mechdesign.axioms.question.sameness import same_result
from mechdesign.axioms.question.trust import belongs_to_package
from mechdesign.model import Mechanism, show


def contradiction(ctx: Evaluator) -> str:
    """Why the outcomes that a check saw are no evidence; empty if they are.

    A user's own mechanism may draw random numbers or keep a state without saying so.  It is asked
    again at every problem that it was evaluated at, in the opposite order.
    """
    if belongs_to_package(ctx.mechanism) and not _may_draw(ctx.mechanism):
        return ""
    for problem, first in reversed(ctx.seen()):
        second = ctx.again(problem)
        if not same_result(ctx, first, second):
            return (
                f"{ctx.mechanism.name} is no function of the problem: at "
                f"({show(tuple(problem.types))}) it chose two different outcomes"
            )
    return ""


def _may_draw(mechanism: Mechanism) -> bool:
    """Whether random numbers may be drawn, as for ties that are broken at random."""
    return mechanism.randomised or (
        bool(getattr(mechanism, "_takes_rng", False)) and bool(mechanism.parameters)
    )
