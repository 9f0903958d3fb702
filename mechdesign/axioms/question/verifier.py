"""Independent evaluation for replaying witnesses.

Nothing here is shared with the search: no cache, no lift objects, no vectorised path.  A witness
is re-evaluated with the mechanism and the setting alone.
"""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import Any

from mechdesign.axioms.question.witness import Witness
from mechdesign.model import AgentId, Lottery, Mechanism, Number, Outcome, Problem, Setting

# What choices that are not in the unit of utilities may differ by, where floats are compared.
_CHOICES = 1e-9


def choose(mechanism: Mechanism, problem: Problem, lift: str) -> Any:
    """The choice of the mechanism; under a lift of sets, all outcomes that tie."""
    if lift in ("optimist", "pessimist"):
        rule: Any = mechanism
        return list(rule.winners(problem))
    return mechanism.solve(problem)


def worth(
    setting: Setting, problem: Problem, agent: AgentId, true_type: Any, result: Any, lift: str
) -> Number:
    """The utility of a result: expected, best or worst, as the lift says."""
    if isinstance(result, Outcome):
        return setting.utility(problem, agent, true_type, result)
    if isinstance(result, list):
        every = [setting.utility(problem, agent, true_type, outcome) for outcome in result]
        return max(every) if lift == "optimist" else min(every)
    every = [setting.utility(problem, agent, true_type, outcome) for _, outcome in result.support]
    if lift == "ex_post":
        return min(every)
    mean: Number = Fraction(0)
    for (p, _), u in zip(result.support, every, strict=True):
        mean = mean + p * u
    return mean


def improvement(
    setting: Setting,
    problem: Problem,
    agent: AgentId,
    true_type: object,
    before: object,
    after: object,
    lift: str,
) -> Number:
    """How much better `after` is than `before` for the agent; negative where it is not as good."""
    by_level = lift in ("dominance", "possible")
    single = isinstance(before, Outcome) and isinstance(after, Outcome)
    if single and not (by_level and hasattr(setting, "prospect")):
        return setting.gain(problem, agent, true_type, before, after)  # type: ignore[arg-type]
    if by_level:
        old, new = (
            _tail(setting, problem, agent, true_type, before),
            _tail(setting, problem, agent, true_type, after),
        )
        levels = sorted(set(old) | set(new))
        pairs = [
            (
                sum((p for u, p in old.items() if u >= level), Fraction(0)),
                sum((p for u, p in new.items() if u >= level), Fraction(0)),
            )
            for level in levels
        ]
        shifts = [n - o for o, n in pairs]
        if lift == "possible" and max(shifts) > 0:
            return max(shifts)
        if lift == "possible":
            return min(shifts)
        return min(shifts) if min(shifts) < 0 else sum(shifts, Fraction(0))
    if lift == "pairwise":
        return _draws(setting, problem, agent, true_type, before, after)
    return worth(setting, problem, agent, true_type, after, lift) - worth(
        setting, problem, agent, true_type, before, lift
    )


def differs(
    first: Any, second: Any, tolerance: float, *, payments: bool = True, units: bool = True
) -> bool:
    """Whether two results differ in what they choose or, if `payments`, in what they charge.

    The tolerance is in the unit of utilities; `units` says whether choices are, too.
    """
    if isinstance(first, Lottery) or isinstance(second, Lottery):
        return bool(first != second)
    if isinstance(first, list):
        return set(first) != set(second)
    if payments and first.payments != second.payments:
        charged = {**(first.payments or {}), **(second.payments or {})}
        if any(abs(first.pay(a) - second.pay(a)) > tolerance for a in charged):
            return True
    return _apart(first.choice, second.choice, tolerance if units else min(tolerance, _CHOICES))


def misreports(witness: Witness) -> bool:
    """Whether the second problem differs from the first by reports of the agents named only."""
    lie = witness.lie
    if not lie or witness.variant != witness.problem.with_types(lie):
        return False
    if not all(witness.setting.may_misreport(witness.problem, agent) for agent in lie):
        return False
    return set(lie) <= set(witness.agents)


def two_results(mechanism: Mechanism, witness: Witness) -> tuple[Any, Any]:
    """The results at the problem of a witness and at the changed problem."""
    assert witness.variant is not None  # callers check that the witness has the form they need
    return (
        choose(mechanism, witness.problem, witness.lift),
        choose(mechanism, witness.variant, witness.lift),
    )


def _apart(first: Any, second: Any, tolerance: float) -> bool:
    """Whether two choices differ, floats by more than the tolerance."""
    if first == second:
        return False
    if isinstance(first, tuple) and isinstance(second, tuple) and len(first) == len(second):
        return any(_apart(x, y, tolerance) for x, y in zip(first, second, strict=True))
    try:
        close = isinstance(first, float) or isinstance(second, float)
        return not close or bool(abs(first - second) > tolerance)
    except TypeError:
        return True


def _draws(
    setting: Any, problem: Problem, agent: AgentId, true_type: object, before: Any, after: Any
) -> Number:
    """How much likelier a draw of `after` is better than one of `before` than worse."""
    old, new = (((1, r),) if isinstance(r, Outcome) else r.support for r in (before, after))
    total: Number = Fraction(0)
    for (p, x), (q, y) in itertools.product(old, new):
        if hasattr(setting, "margin"):
            total = total + p * q * setting.margin(problem, agent, true_type, x, y)
        else:
            up = setting.gain(problem, agent, true_type, x, y) > 0
            total = total + p * q * (up - (setting.gain(problem, agent, true_type, y, x) > 0))
    return total


def _tail(
    setting: Any, problem: Problem, agent: AgentId, true_type: object, result: Any
) -> dict[Number, Number]:
    support = ((1, result),) if isinstance(result, Outcome) else result.support
    tail: dict[Number, Number] = {}
    for p, outcome in support:
        if hasattr(setting, "prospect"):
            drawn = setting.prospect(problem, agent, true_type, outcome)
        else:
            drawn = ((setting.utility(problem, agent, true_type, outcome), 1),)
        for u, q in drawn:
            tail[u] = tail.get(u, Fraction(0)) + p * q
    return tail
