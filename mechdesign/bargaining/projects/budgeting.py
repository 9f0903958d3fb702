"""Rules of participatory budgeting that fund project after project: greedy and Phragmen."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from fractions import Fraction
from typing import Annotated, Any

import numpy as np

from mechdesign.bargaining.ballots.grouped_ballots import Supporters, supporters
from mechdesign.bargaining.ballots.projects import Projects, Satisfaction, within
from mechdesign.bargaining.projects.setting import AFFORDABLE, project_selection
from mechdesign.bargaining.references import BRILL
from mechdesign.model import (
    Number,
    Outcome,
    Problem,
    Provenance,
    is_exact,
    mechanism,
    number_in,
)

__all__ = ["greedy", "sequential_phragmen"]

_BY_COST = project_selection("cost")


@mechanism("bargaining.greedy", setting=_BY_COST, anonymous=True, depends_on=AFFORDABLE)
def greedy(
    problem: Problem,
    *,
    satisfaction: Satisfaction = "cost",
    skip: bool = True,
    threshold: Annotated[Number, number_in(0)] = 0,
) -> Outcome:
    """Fund projects in the order of satisfaction per money.

    Under cost satisfaction that is the order of votes (or points), what most cities do.

    Parameters
    ----------
    problem : Problem, PabulibFile or ballots
        As in :func:`mechdesign.bargaining.election`.
    satisfaction : {"cost", "cardinality"}
        What a funded project is worth to a voter.
    skip : bool
        Go on with cheaper projects when one does not fit; without it the first misfit ends it.
    threshold : number
        Projects with fewer votes (or points) are left out.

    Notes
    -----
    Ties go to the project that comes first in the data.

    Examples
    --------
    >>> greedy(["abc"] * 6 + ["xy"] * 4, costs=dict.fromkeys("abcxy", 10), budget=30).choice
    ('a', 'b', 'c')
    """
    votes = supporters(problem)
    totals = votes.totals()
    order = [k for k in ranked(votes, satisfaction) if totals[k] >= threshold]
    chosen = greedy_fill(problem, order, skip=skip)
    ties = _ties(votes, satisfaction, order, set(chosen))
    return funded(problem, satisfaction, chosen, exact=votes.exact, ties=ties)


def ranked(votes: Supporters, satisfaction: str) -> list[int]:
    """The supported projects in the order of satisfaction per money, ties as in the data."""
    totals = votes.totals()
    places = [k for k in range(len(votes.projects.costs)) if totals[k] > 0]
    worth = _worth(votes, satisfaction)
    return sorted(places, key=worth.__getitem__, reverse=True)


def _worth(votes: Supporters, satisfaction: str) -> list[Any]:
    """The satisfaction per money of each project."""
    costs = votes.projects.costs
    return [
        _per_money(total, cost, satisfaction)
        for total, cost in zip(votes.totals(), costs, strict=True)
    ]


def _per_money(total: Number, cost: Number, satisfaction: str) -> Any:
    if satisfaction == "cost":
        return total
    if not cost:
        return float("inf")
    exact = is_exact(total) and is_exact(cost)
    return Fraction(total) / Fraction(cost) if exact else total / cost


def _ties(votes: Supporters, satisfaction: str, order: Sequence[int], chosen: set[int]) -> str:
    """Which equals of a project that was left out were funded, in words."""
    ids = votes.projects.ids
    told = []
    worth = _worth(votes, satisfaction)
    for _, group in itertools.groupby(order, key=worth.__getitem__):
        equal = list(group)
        first = [str(ids[k]) for k in equal if k in chosen]
        left = [str(ids[k]) for k in equal if k not in chosen]
        if first and left:
            told.append(f"{', '.join(first)} before {', '.join(left)}")
    return f"equally good, the first in the data is funded: {'; '.join(told)}" if told else ""


def greedy_fill(
    problem: Problem, order: Sequence[int], *, start: Sequence[int] = (), skip: bool = True
) -> list[int]:
    """Add projects in order as long as they fit the budget."""
    data: Projects = problem.data
    chosen = list(start)
    cost: Number = sum((data.costs[k] for k in chosen), 0)
    budget: Any = problem.budget
    for k in order:
        if k in start:
            continue
        if within(cost + data.costs[k], budget):
            chosen.append(k)
            cost += data.costs[k]
        elif not skip:
            break
    return chosen


@mechanism(
    "bargaining.sequential_phragmen",
    setting=_BY_COST,
    reference=BRILL,
    anonymous=True,
    depends_on=AFFORDABLE,
)
def sequential_phragmen(problem: Problem, *, skip: bool = False) -> Outcome:
    """Sequential Phragmen: supporters share the cost, the project with the smallest load is next.

    Parameters
    ----------
    problem : Problem, PabulibFile or ballots
        As in :func:`mechdesign.bargaining.election`; points only say who supports a project.
    skip : bool
        Leave out a project that does not fit and go on; by default that ends the rule.

    Notes
    -----
    O(m^2 g) for m projects and g distinct ballots; exact where costs are and the election is small,
    else in floats.

    Examples
    --------
    >>> result = sequential_phragmen(["abc"] * 6 + ["xy"] * 4, costs=dict.fromkeys("abcxy", 10),
    ...                              budget=30)
    >>> result.details["order"]
    ('a', 'x', 'b')
    """
    votes = supporters(problem)
    votes.require_nonnegative()
    exact = votes.exact and len(votes.members) <= 5000
    loads: Any = np.zeros(len(votes.sizes))
    if exact:
        loads = np.array([Fraction(0)] * len(votes.sizes), dtype=object)
    costs = votes.projects.costs
    left = [k for k in range(len(costs)) if len(votes.of(k))]
    number = [int(votes.sizes[votes.of(k)].sum()) for k in range(len(costs))]
    chosen: list[int] = []
    spent: Number = 0
    budget: Any = problem.budget
    while left:
        best, level = -1, None
        for k in left:
            groups = votes.of(k)
            cost = Fraction(costs[k]) if exact else float(costs[k])
            load = (cost + (votes.sizes[groups] * loads[groups]).sum()) / number[k]
            if level is None or load < level - (0 if exact else 1e-12 * level):
                best, level = k, load
        left.remove(best)
        if not within(spent + costs[best], budget):
            if not skip:
                break
            continue
        chosen.append(best)
        spent += costs[best]
        loads[votes.of(best)] = level
    return funded(problem, "cost", chosen, exact=exact)


def worth_matrix(votes: Supporters, satisfaction: str) -> Any:
    """What every project is worth to every group, shape (m, g), of Python numbers."""
    matrix = np.zeros((len(votes.projects.ids), len(votes.sizes)), dtype=object)
    for k, cost in enumerate(votes.projects.costs):
        unit = cost if satisfaction == "cost" else 1
        low, high = int(votes.starts[k]), int(votes.starts[k + 1])
        own = [1] * (high - low) if votes.points is None else votes.points[low:high].tolist()
        matrix[k, votes.of(k)] = [x * unit for x in own]
    return matrix


def funded(
    problem: Problem,
    satisfaction: Satisfaction,
    chosen: Sequence[int],
    *,
    exact: bool,
    algorithm: str = "grouped ballots",
    ties: str = "",
    status: str = "",
    bound: Number | None = None,
    gap: Number | None = None,
    **details: object,
) -> Outcome:
    """The outcome of a rule, with the order of funding and how it came about."""
    ids = problem.data.ids
    return project_selection(satisfaction).select(
        problem,
        [ids[k] for k in chosen],
        details={"order": tuple(ids[k] for k in chosen), **details},
        provenance=Provenance(
            algorithm=algorithm,
            exact=exact,
            tolerance=None if exact else 1e-12,
            status=status,
            bound=bound,
            gap=gap,
            ties=ties,
        ),
    )
