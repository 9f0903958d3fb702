"""Whether two results are the same, exactly or within the tolerance of a check."""

from __future__ import annotations

from mechdesign.axioms.question.evaluator import Evaluator
from mechdesign.model import Lottery, Number, Outcome


def same_result(ctx: Evaluator, first: object, second: object, *, payments: bool = True) -> bool:
    """Whether two results choose the same and, if `payments`, charge everybody the same.

    Parameters
    ----------
    ctx : Evaluator
        Gives the tolerance for floats, and is told when it was needed.
    first, second : Outcome, Lottery or tuple of Outcome
        Results of the same form; tuples are compared as sets.
    payments : bool
        Whether payments count.
    """
    if isinstance(first, tuple) and isinstance(second, tuple):
        return set(first) == set(second)
    if isinstance(first, Lottery) and isinstance(second, Lottery):
        return _same_lottery(ctx, first, second)
    if isinstance(first, Outcome) and isinstance(second, Outcome):
        if not ctx.same(first.choice, second.choice):
            return False
        return not payments or _same_payments(ctx, first, second)
    return False


def _same_payments(ctx: Evaluator, first: Outcome, second: Outcome) -> bool:
    agents = {*(first.payments or ()), *(second.payments or ())}
    return all(ctx.same_money(first.pay(agent), second.pay(agent)) for agent in agents)


def _same_lottery(ctx: Evaluator, first: Lottery, second: Lottery) -> bool:
    if first.exact and second.exact:
        return first == second
    ctx.exact = False
    mass: dict[Outcome, Number] = {outcome: p for p, outcome in first.support}
    for p, outcome in second.support:
        mass[outcome] = mass.get(outcome, 0) - p
    return all(abs(float(p)) <= ctx.relative for p in mass.values())
