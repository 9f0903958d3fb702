"""Lifts: how an agent compares sets of outcomes and lotteries."""

from __future__ import annotations

from collections.abc import Sequence

from mechdesign.axioms.question.trust import of_package
from mechdesign.errors import InvalidInputError, UndecidedError
from mechdesign.model import (
    AgentId,
    GivesProspects,
    Lottery,
    Number,
    Outcome,
    Problem,
    Result,
    Setting,
)
from mechdesign.model.setting import ComparesDraws

__all__ = ["LIFTS"]

#: Name to meaning.
LIFTS = {
    "expectation": "lotteries are worth their expected utility",
    "dominance": "a lottery is better only if it first-order stochastically dominates (weak)",
    "possible": "a lottery is better if some utility that agrees with the order says so (strong)",
    "pairwise": "a lottery is better if its draw is preferred more often than the other one's",
    "ex_post": "the axiom is demanded of every outcome that may be drawn",
    "optimist": "a set of tied outcomes is worth its best element",
    "pessimist": "a set of tied outcomes is worth its worst element",
}
#: The lifts that compare the sets of tied outcomes which a mechanism shows.
SET_LIFTS = ("optimist", "pessimist")

Comparable = Result | tuple[Outcome, ...]


def check_lift(lift: str) -> str:
    """The lift, checked: an unknown one is an error that names the known ones."""
    if lift and lift not in LIFTS:
        raise InvalidInputError("lift", f"be one of {', '.join(LIFTS)}", lift)
    return lift


def lifted_utility(
    setting: Setting,
    problem: Problem,
    agent: AgentId,
    true_type: object,
    result: Comparable,
    lift: str,
) -> Number:
    """The worth of a result to an agent under a lift."""

    def worth(outcome: Outcome) -> Number:
        return setting.utility(problem, agent, true_type, outcome)

    if isinstance(result, Outcome):
        return worth(result)
    if isinstance(result, Lottery):
        if lift == "pairwise":
            raise UndecidedError("lift='pairwise' compares two lotteries; neither has a worth")
        if not setting.cardinal:
            raise UndecidedError(
                f"{setting.preferences} preferences do not rank lotteries: use lift='dominance'"
            )
        if lift == "ex_post":
            return min(worth(outcome) for _, outcome in result)
        return result.expect(worth)
    values = [worth(outcome) for outcome in result]
    return max(values) if lift == "optimist" else min(values)


def lifted_gain(
    setting: Setting,
    problem: Problem,
    agent: AgentId,
    true_type: object,
    before: Comparable,
    after: Comparable,
    lift: str,
) -> Number:
    """How much an agent gains from `before` to `after` under a lift; positive for a gain."""
    by_level = lift in ("dominance", "possible") and isinstance(setting, GivesProspects)
    if isinstance(before, Outcome) and isinstance(after, Outcome) and not by_level:
        same = before.choice == after.choice and before.payments == after.payments
        # Most misreports change nothing, and comparing is cheaper than valuing.  A user's setting
        # may look at more than that, such as the cost.
        if same and of_package(type(setting)):
            return 0
        return setting.gain(problem, agent, true_type, before, after)
    if isinstance(before, tuple) or isinstance(after, tuple):
        if not setting.cardinal:
            raise UndecidedError(f"{setting.preferences} preferences do not rank sets of outcomes")
        return lifted_utility(setting, problem, agent, true_type, after, lift) - lifted_utility(
            setting, problem, agent, true_type, before, lift
        )
    if lift == "ex_post":
        raise UndecidedError(
            "two lotteries do not say which outcomes belong together: use lift='expectation' "
            "or lift='dominance'"
        )
    if lift in ("dominance", "possible"):
        steps = [
            new - old
            for old, new in zip(
                *tails(setting, problem, agent, true_type, (before, after)), strict=True
            )
        ]
        return order_gain(steps, possible=lift == "possible")
    first, second = _support(before), _support(after)
    if lift == "pairwise":
        total: Number = 0
        for p, one in first:
            for q, other in second:
                total += p * q * draw_margin(setting, problem, agent, true_type, one, other)
        return total
    if not setting.cardinal:
        raise UndecidedError(
            f"{setting.preferences} preferences do not rank lotteries: use lift='dominance'"
        )

    def expected(support: Sequence[tuple[Number, Outcome]]) -> Number:
        total: Number = 0
        for p, outcome in support:
            total += p * setting.utility(problem, agent, true_type, outcome)
        return total

    return expected(second) - expected(first)


def draw_margin(
    setting: Setting,
    problem: Problem,
    agent: AgentId,
    true_type: object,
    one: Outcome,
    other: Outcome,
) -> Number:
    """The chance that an agent prefers another outcome to one, less the chance of the reverse.

    Raises
    ------
    UndecidedError
        If the preferences that the type allows disagree.
    """
    if isinstance(setting, ComparesDraws):
        return setting.margin(problem, agent, true_type, one, other)
    better = setting.gain(problem, agent, true_type, one, other) > 0
    worse = setting.gain(problem, agent, true_type, other, one) > 0
    if better and worse:
        raise UndecidedError(f"{setting.preferences} preferences of one type disagree on a pair")
    return int(better) - int(worse)


def _support(result: Comparable) -> Sequence[tuple[Number, Outcome]]:
    return result.support if isinstance(result, Lottery) else ((1, result),)  # type: ignore[return-value]


def tails(
    setting: Setting,
    problem: Problem,
    agent: AgentId,
    true_type: object,
    results: Sequence[Comparable],
) -> list[list[Number]]:
    """For each result the probability of at least every utility level, from the highest down."""
    spread: list[list[tuple[Number, Number]]] = []
    for result in results:
        pairs: list[tuple[Number, Number]] = []
        for p, outcome in _support(result):
            if isinstance(setting, GivesProspects):
                own = setting.prospect(problem, agent, true_type, outcome)
                pairs += [(u, p * q) for u, q in own]
            else:
                pairs.append((setting.utility(problem, agent, true_type, outcome), p))
        spread.append(pairs)
    levels = sorted({u for pairs in spread for u, _ in pairs}, reverse=True)
    return [[sum(p for u, p in pairs if u >= level) for level in levels] for pairs in spread]


def order_gain(steps: Sequence[Number], *, possible: bool) -> Number:
    """What the differences of two tails say.

    The expected gain if none is negative, else the largest loss; with `possible` the largest gain
    if one is positive.
    """
    worst, best = min(steps, default=0), max(steps, default=0)
    if possible:
        return best if best > 0 else worst
    return worst if worst < 0 else sum(steps)
