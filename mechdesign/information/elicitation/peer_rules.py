"""Rules that pay raters for what both report, as mechanisms that axioms can be asked about."""

from __future__ import annotations

import math
from collections.abc import Callable

from mechdesign.errors import InvalidInputError
from mechdesign.information.elicitation.peers import excess
from mechdesign.information.elicitation.raters_setting import Signals, raters
from mechdesign.information.references import DASGUPTA, KONG, MILLER, SHNAYDER, WAGGONER
from mechdesign.model import Number, Outcome, Problem, mechanism, ratio, tidy

__all__ = [
    "peer_correlated_agreement",
    "peer_determinant",
    "peer_multi_task",
    "peer_output_agreement",
    "peer_posterior",
]

_SETTING = raters()


def _paid(problem: Problem, tasks: int, pay: Callable[[Signals, Signals], Number]) -> Outcome:
    first, second = problem.types
    if len(first) < tasks:
        raise InvalidInputError("tasks", f"be at least {tasks}", len(first))
    pays = tidy(pay(first, second)), tidy(pay(second, first))
    return Outcome(pays, problem=problem, setting=_SETTING)


@mechanism("information.peer_output_agreement", reference=WAGGONER, setting=_SETTING)
def peer_output_agreement(problem: Problem) -> Outcome:
    """1 for the same report on a task, on average over the tasks.

    Examples
    --------
    >>> peer_output_agreement([0, 0], joint=[[0.4, 0.1], [0.1, 0.4]]).choice
    (1, 1)
    """
    return _paid(
        problem, 1, lambda a, b: ratio(sum(x == y for x, y in zip(a, b, strict=True)), len(a))
    )


@mechanism("information.peer_posterior", reference=MILLER, setting=_SETTING)
def peer_posterior(problem: Problem) -> Outcome:
    """The quadratic score of the forecast of the peer's report that the own report implies.

    Examples
    --------
    >>> peer_posterior([0, 1], joint=[[0.5, 0], [0, 0.5]]).choice
    (-1.0, -1.0)
    """
    joint = problem.data.joint
    tables = joint, tuple(zip(*joint, strict=True))

    def score(table: tuple[tuple[Number, ...], ...], own: int, other: int) -> Number:
        mass: Number = sum(table[own])
        if not mass:
            return 0
        belief = [ratio(p, mass) for p in table[own]]
        return 2 * belief[other] - sum(x * x for x in belief)

    first, second = problem.types
    pays = [
        tidy(ratio(sum(score(table, x, y) for x, y in zip(a, b, strict=True)), len(a)))
        for table, a, b in ((tables[0], first, second), (tables[1], second, first))
    ]
    return Outcome(tuple(pays), problem=problem, setting=_SETTING)


@mechanism("information.peer_multi_task", reference=DASGUPTA, setting=_SETTING)
def peer_multi_task(problem: Problem) -> Outcome:
    """1 for the same report on the first task, less 1 if it is the peer's on the second one.

    Examples
    --------
    >>> peer_multi_task([(0, 1), (0, 0)], joint=[[0.4, 0.1], [0.1, 0.4]]).choice
    (0, 1)
    """
    return _paid(problem, 2, lambda a, b: int(a[0] == b[0]) - int(a[0] == b[1]))


@mechanism("information.peer_correlated_agreement", reference=SHNAYDER, setting=_SETTING)
def peer_correlated_agreement(problem: Problem) -> Outcome:
    """As for several tasks, where two reports agree that come together more often than by chance.

    Examples
    --------
    >>> peer_correlated_agreement([(0, 1), (1, 0)], joint=[[0.1, 0.4], [0.4, 0.1]]).choice
    (1, 1)
    """
    more = [[x > 0 for x in row] for row in excess(problem.data.joint)]
    mirrored = list(map(list, zip(*more, strict=True)))
    (a, b), tasks = problem.types, len(problem.types[0])
    if tasks < 2:
        raise InvalidInputError("tasks", "be at least 2", tasks)
    pays = (
        int(more[a[0]][b[0]]) - int(more[a[0]][b[1]]),
        int(mirrored[b[0]][a[0]]) - int(mirrored[b[0]][a[1]]),
    )
    return Outcome(pays, problem=problem, setting=_SETTING)


@mechanism("information.peer_determinant", reference=KONG, setting=_SETTING)
def peer_determinant(problem: Problem) -> Outcome:
    """The product of the determinants of the counts of pairs on two halves of the tasks.

    Each half has as many tasks as there are signals, and the product is divided so that it is on
    average the squared determinant of the joint distribution of the reports.

    Examples
    --------
    >>> peer_determinant([(0, 1, 0, 1), (0, 1, 0, 1)], joint=[[0.5, 0], [0, 0.5]]).choice
    (Fraction(1, 4), Fraction(1, 4))
    """
    k = len(problem.data.joint)

    def pay(a: Signals, b: Signals) -> Number:
        # With as many tasks as signals, the counts have a determinant only if each comes once.
        value = 1
        for half in (slice(0, k), slice(k, 2 * k)):
            own, other = a[half], b[half]
            if len(set(own)) < k or len(set(other)) < k:
                return 0
            there = dict(zip(own, other, strict=True))
            order = [there[s] for s in range(k)]
            value *= (-1) ** sum(order[i] > order[j] for j in range(k) for i in range(j))
        return ratio(value, math.factorial(k) ** 2)

    return _paid(problem, 2 * k, pay)
