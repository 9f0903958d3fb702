"""The best of the stable matchings: by the sum of ranks, the worst rank, equality of the sides."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from mechdesign.algorithms.closed_sets import cheapest_closed_set
from mechdesign.allocation.markets import two_sided
from mechdesign.allocation.markets.two_sides import Sides, proposing_types, sides_of
from mechdesign.allocation.references import GUSFIELD_IRVING
from mechdesign.allocation.stable.rotation_poset import Poset, poset_of, setting_of
from mechdesign.clock import Clock
from mechdesign.errors import InvalidInputError
from mechdesign.model import Outcome, Problem, Provenance, as_number, mechanism, tidy
from mechdesign.model.setting import Setting

__all__ = [
    "cheapest_stable_matching",
    "egalitarian_matching",
    "minimum_regret_matching",
    "sex_equal_matching",
]

_SETTING = two_sided()


def both_ranks(problem: Problem, sides: Sides) -> list[dict[int, tuple[int, int]]]:
    """For each proposer the two ranks of each pair it is in, from 1, on the lists as reported."""
    found = []
    for i, (own, wish) in enumerate(zip(proposing_types(problem), sides.wishes, strict=True)):
        pairs = ((tied[0], own.rank[sides.receivers[tied[0]]]) for tied in wish)
        found.append({j: (1 + rank, 1 + sides.ranks[j][i]) for j, rank in pairs})
    return found


def _changes(poset: Poset, cost: Any) -> list[Any]:
    """What eliminating each rotation adds to a sum over the pairs."""
    changes = []
    for rotation in poset.found:
        moved = zip(rotation, (*rotation[1:], rotation[0]), strict=True)
        total: Any = 0
        for (i, old), (_, new) in moved:
            total += cost(i, poset.owners[new]) - cost(i, poset.owners[old])
        changes.append(total)
    return changes


def _outcome(
    problem: Problem, setting: Setting, poset: Poset, closed: set[int], **details: Any
) -> Outcome:
    choice: Any = poset.sides.choice(poset.got(closed))
    told = Provenance(decisions=problem.data.decisions)
    return Outcome(choice, details=details, provenance=told, problem=problem, setting=setting)


def _sums(problem: Problem, poset: Poset, got: list[int]) -> tuple[int, int]:
    ranks = both_ranks(problem, poset.sides)
    pairs = [ranks[i][j] for i, j in enumerate(got) if j >= 0]
    return sum(a for a, _ in pairs), sum(b for _, b in pairs)


def cheapest_stable_matching(problem: Problem, costs: Mapping[Any, Mapping[Any, Any]]) -> Outcome:
    """The stable matching of the least sum of costs of its pairs.

    Parameters
    ----------
    problem : Problem
        Of :func:`two_sided` or :func:`school_choice`, with strict lists.
    costs : mapping of proposer to mapping of receiver to number
        The cost of each pair that can be matched.

    Returns
    -------
    Outcome
        With ``details["cost"]``; of several cheapest the one best for the proposers.

    Raises
    ------
    InvalidInputError
        If lists have ties or a cost is missing.

    Notes
    -----
    A cheapest closed set of rotations, by a minimum cut.

    Examples
    --------
    >>> problem = two_sided().problem([[0, 1], [1, 0]], receivers=[[1, 0], [0, 1]])
    >>> cheapest_stable_matching(problem, {0: {0: 5, 1: 1}, 1: {0: 1, 1: 5}}).choice
    {0: 1, 1: 0}
    """
    poset = poset_of(sides_of(problem))
    sides = poset.sides
    table: list[dict[int, Any]] = []
    for label, wish in zip(sides.proposers, sides.wishes, strict=True):
        own = {}
        for tied in wish:
            name = sides.receivers[tied[0]]
            try:
                given = costs[label][name]
            except (KeyError, TypeError, IndexError):
                told = "have a number for each pair that can be matched"
                raise InvalidInputError("costs", told, (label, name)) from None
            number = as_number(given, f"costs[{label!r}][{name!r}]")
            own[tied[0]] = Fraction(number)
        table.append(own)

    def cost(i: int, j: int) -> Any:
        return table[i][j]

    closed = cheapest_closed_set(_changes(poset, cost), poset.before)
    total: Any = sum(cost(i, j) for i, j in enumerate(poset.got(closed)) if j >= 0)
    return _outcome(problem, setting_of(problem), poset, closed, cost=tidy(total))


@mechanism("allocation.egalitarian_matching", setting=_SETTING, reference=GUSFIELD_IRVING)
def egalitarian_matching(problem: Problem, *, setting: Setting | None = None) -> Outcome:
    """The stable matching of the least sum of ranks of both sides (strict lists).

    Notes
    -----
    A minimum cut over the rotations, polynomial; ranks begin with 1.  Of several
    the one best for the proposers.

    Examples
    --------
    >>> from mechdesign import allocation
    >>> found = allocation.egalitarian_matching([[0, 1], [1, 0]], receivers=[[1, 0], [0, 1]])
    >>> found.details["sum"]
    6
    """
    assert setting is not None
    poset = poset_of(sides_of(problem))
    ranks = both_ranks(problem, poset.sides)
    closed = cheapest_closed_set(_changes(poset, lambda i, j: sum(ranks[i][j])), poset.before)
    return _outcome(
        problem, setting, poset, closed, sum=sum(_sums(problem, poset, poset.got(closed)))
    )


@mechanism("allocation.minimum_regret_matching", setting=_SETTING, reference=GUSFIELD_IRVING)
def minimum_regret_matching(problem: Problem, *, setting: Setting | None = None) -> Outcome:
    """The stable matching whose worst rank on either side is least (strict lists).

    Notes
    -----
    For a bound on the ranks of receivers there is a best matching for the proposers, which
    eliminates what the bound forces; the least bound is found by bisection, O(n^2 log n) in all.
    Ranks begin with 1.

    Examples
    --------
    >>> from mechdesign import allocation
    >>> found = allocation.minimum_regret_matching([[0, 1], [1, 0]], receivers=[[1, 0], [0, 1]])
    >>> found.details["regret"]
    2
    """
    assert setting is not None
    poset = poset_of(sides_of(problem))
    ranks = both_ranks(problem, poset.sides)

    def forced(bound: int) -> set[int]:
        """What must be eliminated so that no receiver has a partner of a worse rank."""
        waiting = [
            k
            for k, rotation in enumerate(poset.found)
            if any(ranks[i][poset.owners[s]][1] > bound for i, s in rotation)
        ]
        closed: set[int] = set()
        while waiting:
            k = waiting.pop()
            if k not in closed:
                closed.add(k)
                waiting.extend(poset.before[k])
        return closed

    def regret(closed: set[int]) -> int:
        got = poset.got(closed)
        return max((max(ranks[i][j]) for i, j in enumerate(got) if j >= 0), default=0)

    low, high = 0, regret(set())
    while low < high:
        middle = (low + high) // 2
        if regret(forced(middle)) <= middle:
            high = middle
        else:
            low = middle + 1
    closed = forced(high)
    return _outcome(problem, setting, poset, closed, regret=regret(closed))


@mechanism(
    "allocation.sex_equal_matching",
    setting=_SETTING,
    reference=GUSFIELD_IRVING,
    takes=("time_limit",),
)
def sex_equal_matching(
    problem: Problem, *, setting: Setting | None = None, time_limit: float | None = 60
) -> Outcome:
    """The stable matching in which the two sides' sums of ranks differ least (strict lists).

    Parameters
    ----------
    time_limit : float, optional
        Seconds; after them the best one found is returned, with the status ``"time limit"`` and a
        gap (to a difference of 0) in its provenance.

    Notes
    -----
    NP-hard.  Closed sets of rotations are searched: each rotation is worse for the proposers and
    better for the receivers, so that none need be added once the receivers are no worse off.

    Examples
    --------
    >>> from mechdesign import allocation
    >>> found = allocation.sex_equal_matching([[0, 1], [1, 0]], receivers=[[1, 0], [0, 1]])
    >>> found.details["difference"]
    2
    """
    assert setting is not None
    poset = poset_of(sides_of(problem))
    ranks = both_ranks(problem, poset.sides)
    mine, theirs = _sums(problem, poset, poset.got(set()))
    steps = _changes(poset, lambda i, j: ranks[i][j][0] - ranks[i][j][1])
    clock = Clock(time_limit)
    best, closed, complete = abs(mine - theirs), set[int](), True
    stack: list[tuple[int, set[int], int]] = [(0, set(), mine - theirs)]
    while stack and best:
        k, chosen, difference = stack.pop()
        if clock.left() == 0:
            complete = False
            break
        if abs(difference) < best:
            best, closed = abs(difference), chosen
        if k == len(poset.found) or difference >= 0:
            continue
        stack.append((k + 1, chosen, difference))
        if poset.before[k] <= chosen:
            stack.append((k + 1, chosen | {k}, difference + steps[k]))
    found = _outcome(problem, setting, poset, closed, difference=best)
    if complete:
        return found
    return found.with_provenance(status="time limit", bound=0, gap=best)
