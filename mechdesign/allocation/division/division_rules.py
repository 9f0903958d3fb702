"""Rules that divide goods: round robin, envy cycles, largest Nash welfare, leximin."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, Literal

from mechdesign.allocation.division.frontier import Point, frontier
from mechdesign.allocation.division.goods_setting import divided, exact_rows, goods
from mechdesign.allocation.references import CARAGIANNIS, LIPTON, PLAUT
from mechdesign.errors import InvalidInputError, LimitReachedError
from mechdesign.model import Outcome, Problem, mechanism, show, tidy
from mechdesign.model.setting import Setting
from mechdesign.solvers.concave.log_program import largest_product

__all__ = ["envy_cycles", "leximin", "max_nash_welfare", "round_robin"]

_SETTING = goods()


@mechanism("allocation.round_robin", reference=CARAGIANNIS, setting=_SETTING)
def round_robin(
    problem: Problem, *, setting: Setting | None = None, order: tuple[Any, ...] | None = None
) -> Outcome:
    """The agents in turn take the good that each values most, until none is left.

    Parameters
    ----------
    order : tuple of agents, optional
        By default that in which they are written; of equal goods the first is taken.

    Examples
    --------
    >>> from mechdesign import allocation
    >>> allocation.round_robin([[8, 7, 5, 3, 2], [6, 8, 4, 4, 3], [9, 3, 5, 2, 6]]).choice
    {0: (0, 2), 1: (1, 3), 2: (4,)}
    """
    n, m = len(problem), len(problem.data.goods)
    turns: Sequence[int] = range(n)
    if order is not None:
        if len(set(order)) != len(order) or not set(problem.agents) <= set(order):
            raise InvalidInputError("order", "name every agent once", order)
        turns = [problem.position(agent) for agent in order if agent in problem.agents]
    owners = [-1] * m
    for k in range(m):
        i = turns[k % n]
        own = problem.types[i]
        best = max((g for g in range(m) if owners[g] < 0), key=lambda g: (own[g], -g))
        owners[best] = i
    return Outcome(divided(problem, owners), problem=problem, setting=setting)


@mechanism("allocation.envy_cycles", setting=_SETTING, reference=LIPTON)
def envy_cycles(problem: Problem, *, setting: Setting | None = None) -> Outcome:
    """Goods one by one to somebody whom nobody envies; bundles move around cycles of envy.

    Raises
    ------
    InvalidInputError
        For negative values: of chores it promises nothing.

    Notes
    -----
    O(m n^3).  Goods in the order in which they are written, of unenvied agents the first.

    Examples
    --------
    >>> from mechdesign import allocation
    >>> allocation.envy_cycles([[8, 7, 5, 3, 2], [6, 8, 4, 4, 3], [9, 3, 5, 2, 6]]).choice
    {0: (0,), 1: (1, 3), 2: (2, 4)}
    """
    rows = nonnegative_rows(problem, "envy_cycles")
    n = len(rows)
    bundles: list[list[int]] = [[] for _ in rows]
    for g in range(len(problem.data.goods)):
        while True:
            worth = [[sum(own[x] for x in bundle) for bundle in bundles] for own in rows]
            envies = [[j for j in range(n) if worth[i][j] > worth[i][i]] for i in range(n)]
            free = [j for j in range(n) if not any(j in own for own in envies)]
            if free:
                bundles[free[0]].append(g)
                break
            # Everybody is envied: walking back from who is envied to who envies ends in a cycle.
            path = [0]
            while True:
                i = next(i for i in range(n) if path[-1] in envies[i])
                if i in path:
                    cycle = path[path.index(i) :][::-1]
                    break
                path.append(i)
            moved = [bundles[j] for j in (*cycle[1:], cycle[0])]
            for i, bundle in zip(cycle, moved, strict=True):
                bundles[i] = bundle
    owners = [next(i for i in range(n) if g in bundles[i]) for g in range(len(problem.data.goods))]
    return Outcome(divided(problem, owners), problem=problem, setting=setting)


def _tied(score: Callable[[tuple[Any, ...]], Any]) -> Callable[..., Sequence[Outcome]]:
    def winners(problem: Problem) -> Sequence[Outcome]:
        points = _best(exact_rows(problem), score)
        return [
            Outcome(divided(problem, owners), problem=problem, setting=_SETTING)
            for _, owners in points
        ]

    return winners


def _best(
    rows: list[list[Fraction]], score: Callable[[tuple[Any, ...]], Any], **options: Any
) -> list[Point]:
    """The efficient vectors with the greatest score, in the order of their divisions."""
    points = frontier(rows, **options)
    top = max(score(utilities) for utilities, _ in points)
    return sorted((point for point in points if score(point[0]) == top), key=lambda point: point[1])


_FEW = 2000


def _most_product(rows: list[list[Fraction]], time_limit: float | None) -> tuple[list[Point], bool]:
    """The vectors of the largest product, or one that a solver has found, and which of both."""
    try:
        return _best(rows, nash, most=_FEW), True
    except LimitReachedError:
        owners = largest_product(rows, time_limit)
    utilities = tuple(
        sum((x for x, o in zip(own, owners, strict=True) if o == i), Fraction(0))
        for i, own in enumerate(rows)
    )
    try:
        return _best(rows, nash, around=utilities), True
    except LimitReachedError:
        return [(utilities, owners)], False


def nash(utilities: tuple[Any, ...]) -> tuple[int, Fraction]:
    """How many have something, and the product over these."""
    positive = [u for u in utilities if u > 0]
    return len(positive), math.prod(positive, start=Fraction(1))


def least(utilities: tuple[Any, ...]) -> tuple[Any, ...]:
    """The utilities from the smallest up."""
    return tuple(sorted(utilities))


@mechanism(
    "allocation.max_nash_welfare",
    setting=_SETTING,
    reference=CARAGIANNIS,
    winners=_tied(nash),
    takes=("time_limit",),
)
def max_nash_welfare(
    problem: Problem, *, setting: Setting | None = None, time_limit: float | None = 60
) -> Outcome:
    """The largest number of agents with something, then the largest product of their utilities.

    ``winners`` shows every vector of utilities that ties, with one division for each.

    Parameters
    ----------
    time_limit : float, optional
        Seconds for the solver, where there are too many efficient vectors to look at each.

    Raises
    ------
    InvalidInputError
        For negative values: of chores the product means nothing.
    LimitReachedError
        Where too many vectors of utilities are efficient, and an integer program is of no help.

    Notes
    -----
    Exact, over the efficient vectors of utilities; NP-hard.  Where these are more than 20,000 an
    integer program with tangents of the logarithm finds the division; its product is exact, but
    that no other is larger is then only what HiGHS says, and the status is ``"not proved"``.

    Examples
    --------
    >>> from mechdesign import allocation
    >>> found = allocation.max_nash_welfare([[8, 7, 5, 3, 2], [6, 8, 4, 4, 3], [9, 3, 5, 2, 6]])
    >>> found.choice, found.details["product"]
    ({0: (0,), 1: (1, 3), 2: (2, 4)}, 1056)
    """
    rows = nonnegative_rows(problem, "max_nash_welfare")
    points, proved = _most_product(rows, time_limit)
    utilities, owners = points[0]
    count, product = nash(utilities)
    details = {"positive": count, "product": tidy(product)}
    found = Outcome(divided(problem, owners), details=details, problem=problem, setting=setting)
    if proved:
        return found
    told = "integer program with tangents of the logarithm"
    return found.with_provenance(algorithm=told, status="not proved")


@mechanism("allocation.leximin", reference=PLAUT, setting=_SETTING, winners=_tied(least))
def leximin(
    problem: Problem,
    *,
    setting: Setting | None = None,
    normalise: Literal["no", "shares"] = "no",
) -> Outcome:
    """The largest smallest utility, then the largest second smallest, and so on.

    Parameters
    ----------
    normalise : str
        ``"shares"`` measures utilities in parts of what all goods are worth to the agent.

    Raises
    ------
    LimitReachedError
        Where too many vectors of utilities are efficient.

    Notes
    -----
    Exact, over the efficient vectors of utilities; NP-hard.

    Examples
    --------
    >>> from mechdesign import allocation
    >>> allocation.leximin([[8, 7, 5, 3, 2], [6, 8, 4, 4, 3], [9, 3, 5, 2, 6]]).choice
    {0: (0,), 1: (1, 3), 2: (2, 4)}
    """
    rows = exact_rows(problem)
    if normalise == "shares":
        totals = [sum(own) for own in rows]
        if any(total <= 0 for total in totals):
            raise InvalidInputError("normalise", "be 'no' where all goods are worth 0", normalise)
        rows = [[x / total for x in own] for own, total in zip(rows, totals, strict=True)]
    _, owners = _best(rows, least)[0]
    return Outcome(divided(problem, owners), problem=problem, setting=setting)


def nonnegative_rows(problem: Problem, owner: str) -> list[list[Fraction]]:
    rows = exact_rows(problem)
    for agent, own in zip(problem.agents, rows, strict=True):
        if min(own, default=0) < 0:
            told = f"be nonnegative for agent {show(agent)}"
            raise InvalidInputError("values", told, tidy(min(own)), owner=owner)
    return rows
