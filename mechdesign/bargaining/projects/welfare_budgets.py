"""Rules of participatory budgeting that maximise a welfare: the sum, the product, the worst off."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Annotated, Any, Literal

import numpy as np

from mechdesign.algorithms.knapsack import knapsack
from mechdesign.bargaining.ballots.grouped_ballots import Array, Supporters, supporters
from mechdesign.bargaining.ballots.projects import Satisfaction, within
from mechdesign.bargaining.projects.budgeting import funded, worth_matrix
from mechdesign.bargaining.projects.setting import AFFORDABLE, project_selection
from mechdesign.errors import LimitReachedError
from mechdesign.model import Number, Outcome, Problem, mechanism, number_in
from mechdesign.model.numbers import common_denominator

__all__ = ["leximin_welfare", "max_nash_welfare", "max_utilitarian_welfare"]

_BY_NUMBER = project_selection("cardinality")
# Sets of projects, and numbers in all of them, that are tried one by one.
_MOST, _NUMBERS = 20, 20_000_000
_CHUNK = 4096


@mechanism("bargaining.max_utilitarian_welfare", setting=project_selection("cost"), anonymous=True)
def max_utilitarian_welfare(problem: Problem, *, satisfaction: Satisfaction = "cost") -> Outcome:
    """The affordable projects with the largest sum of utilities.

    Where :func:`greedy` takes projects in the order of satisfaction per money, this is the best set
    of all.

    Parameters
    ----------
    problem : Problem, PabulibFile or ballots
        As in :func:`mechdesign.bargaining.election`.
    satisfaction : {"cost", "cardinality"}
        What a funded project is worth to a voter.

    Notes
    -----
    A knapsack problem, solved exactly (floats as the fractions that they are).

    Examples
    --------
    >>> votes = ["a", "a", "a", "bc", "bc"]
    >>> result = max_utilitarian_welfare(votes, costs={"a": 2, "b": 2, "c": 1}, budget=3,
    ...                                  satisfaction="cardinality")
    >>> result.choice, result.details["welfare"]
    (('a', 'c'), 5)
    """
    votes = supporters(problem)
    costs = votes.projects.costs
    profits: list[Any] = [
        max(total, 0) * (cost if satisfaction == "cost" else 1)
        for total, cost in zip(votes.totals(), costs, strict=True)
    ]
    scaled, budget = _integers(costs, problem.budget)
    gains, _ = _integers(profits, 0)
    chosen = knapsack(gains, scaled, budget)
    return funded(
        problem,
        satisfaction,
        chosen,
        exact=votes.exact,
        algorithm="knapsack",
        welfare=sum((profits[k] for k in chosen), 0),
    )


@mechanism(
    "bargaining.max_nash_welfare",
    setting=_BY_NUMBER,
    anonymous=True,
    takes=("time_limit",),
    depends_on=AFFORDABLE,
)
def max_nash_welfare(
    problem: Problem,
    *,
    satisfaction: Satisfaction = "cardinality",
    algorithm: Literal["auto", "enumeration", "branch and bound"] = "auto",
    time_limit: Annotated[float, number_in(0)] | None = 60,
) -> Outcome:
    """The affordable projects with the largest product of ``1 + utility`` over all voters.

    Parameters
    ----------
    problem : Problem, PabulibFile or ballots
        As in :func:`mechdesign.bargaining.election`.
    satisfaction : {"cost", "cardinality"}
        What a funded project is worth to a voter.
    algorithm : {"auto", "enumeration", "branch and bound"}
        Enumeration of all sets knows every tie; it is the default for small elections.
    time_limit : float, optional
        Seconds for branch and bound; None for no limit.

    Returns
    -------
    Outcome
        With the exact product of its utilities in ``details`` (where the data are exact).  The
        bound and the gap of its provenance are those of the logarithm of the product; a gap of 0
        means that no other product is larger by more than rounding, ``status`` says whether the
        time limit ended the search.

    Raises
    ------
    LimitReachedError
        For an enumeration of more than 20 projects.

    Notes
    -----
    NP-hard.

    Examples
    --------
    >>> result = max_nash_welfare(["abc"] * 6 + ["xy"] * 4, costs=dict.fromkeys("abcxy", 10),
    ...                           budget=30)
    >>> result.choice, result.details["product"]
    (('a', 'b', 'x'), 11664)
    """
    limit = None if time_limit is None else float(time_limit)
    votes = supporters(problem)
    votes.require_nonnegative()
    m = len(votes.projects.ids)
    if algorithm == "auto":
        small = m <= _MOST and len(votes.sizes) << m <= _NUMBERS
        algorithm = "enumeration" if small else "branch and bound"
    if algorithm == "branch and bound":
        return _nash_by_bounds(problem, votes, satisfaction, limit)
    bits = _affordable(problem)
    floats = worth_matrix(votes, satisfaction).astype(float)
    logs = np.zeros(len(bits))
    for start in range(0, len(bits), _CHUNK):
        part = slice(start, start + _CHUNK)
        logs[part] = np.log1p(bits[part] @ floats) @ votes.sizes
    close = np.flatnonzero(logs >= logs.max() - 1e-9 * max(1.0, abs(float(logs.max()))))
    products = {k: _product(votes, satisfaction, np.flatnonzero(bits[k])) for k in close.tolist()}
    most = max(products.values())
    tied = [k for k, product in products.items() if product == most]
    return funded(
        problem,
        satisfaction,
        np.flatnonzero(bits[tied[0]]).tolist(),
        exact=votes.exact,
        algorithm="enumeration",
        ties=f"first of {len(tied)} sets" if len(tied) > 1 else "",
        product=most,
    )


def _nash_by_bounds(
    problem: Problem, votes: Supporters, satisfaction: Satisfaction, limit: float | None
) -> Outcome:
    from mechdesign.solvers.concave.concave_knapsack import concave_knapsack

    costs, budget = _integers(votes.projects.costs, problem.budget)
    worths = [
        np.full(high - low, 1.0) if votes.points is None else votes.points[low:high].astype(float)
        for low, high in zip(votes.starts[:-1].tolist(), votes.starts[1:].tolist(), strict=True)
    ]
    if satisfaction == "cost":
        pairs = zip(worths, votes.projects.costs, strict=True)
        worths = [own * float(cost) for own, cost in pairs]
    worth = np.concatenate(worths)
    item = np.repeat(np.arange(len(costs)), np.diff(votes.starts))
    some = worth > 0
    found = concave_knapsack(
        (item[some], votes.members[some], worth[some]),
        votes.sizes,
        np.array(costs, dtype=object),
        budget,
        time_limit=limit,
    )
    supported = [k for k in found.items if len(votes.of(k))]
    details: dict[str, Any] = {}
    if votes.exact:
        details["product"] = _product(votes, satisfaction, supported)
    return funded(
        problem,
        satisfaction,
        supported,
        exact=votes.exact,
        algorithm="branch and bound",
        status="optimal" if found.optimal else "time limit",
        bound=found.bound,
        gap=0 if found.optimal else found.bound - found.value,
        **details,
    )


@mechanism("bargaining.leximin_welfare", setting=_BY_NUMBER, anonymous=True)
def leximin_welfare(problem: Problem, *, satisfaction: Satisfaction = "cardinality") -> Outcome:
    """The affordable projects that are best for the worst off, then for the next, and so on.

    Parameters
    ----------
    problem : Problem, PabulibFile or ballots
        As in :func:`mechdesign.bargaining.election`.
    satisfaction : {"cost", "cardinality"}
        What a funded project is worth to a voter.

    Raises
    ------
    LimitReachedError
        With more than 20 projects, or too many different ballots: all sets are tried.

    Examples
    --------
    >>> result = leximin_welfare(["abc"] * 6 + ["xy"] * 4, costs=dict.fromkeys("abcxy", 10),
    ...                          budget=30)
    >>> result.choice, result.details["worst off"]
    (('a', 'b', 'x'), 1)
    """
    votes = supporters(problem)
    votes.require_nonnegative()
    bits = _affordable(problem)
    if len(bits) * len(votes.sizes) > _NUMBERS:
        raise LimitReachedError(
            f"{len(bits)} sets of projects for {len(votes.sizes)} different ballots are too many"
        )
    matrix = worth_matrix(votes, satisfaction)
    best: list[tuple[Number, int]] = []
    tied: list[int] = []
    for k in range(len(bits)):
        levels = matrix[np.flatnonzero(bits[k])].sum(axis=0) + np.zeros(len(votes.sizes), int)
        profile = _profile(levels.tolist(), votes.sizes.tolist())
        order = _compared(profile, best) if best else 1
        if order > 0:
            best, tied = profile, [k]
        elif not order:
            tied.append(k)
    worst: dict[str, Any] = {"worst off": best[0][0]}
    return funded(
        problem,
        satisfaction,
        np.flatnonzero(bits[tied[0]]).tolist(),
        exact=votes.exact,
        algorithm="enumeration",
        ties=f"first of {len(tied)} sets" if len(tied) > 1 else "",
        **worst,
    )


def _profile(levels: Sequence[Number], sizes: Sequence[int]) -> list[tuple[Number, int]]:
    """The levels in increasing order with the number of voters that have each."""
    counts: dict[Number, int] = {}
    for level, size in zip(levels, sizes, strict=True):
        counts[level] = counts.get(level, 0) + size
    return sorted(counts.items())


def _compared(first: list[tuple[Number, int]], second: list[tuple[Number, int]]) -> int:
    """1 if the first is better for the worst off, -1 if the second is, 0 if they are the same."""
    for (level, number), (other, others) in zip(first, second, strict=False):
        if level != other:
            return 1 if level > other else -1
        if number != others:
            return 1 if number < others else -1
    return 0


def _product(votes: Supporters, satisfaction: str, chosen: Sequence[int] | Array) -> Number:
    """The product of 1 + utility over all voters, exact where the data are."""
    levels: dict[int, Any] = {}
    costs = votes.projects.costs
    for k in list(chosen):
        low, groups = int(votes.starts[k]), votes.of(k).tolist()
        unit: Any = costs[k] if satisfaction == "cost" else 1
        for place, g in enumerate(groups):
            own = 1 if votes.points is None else votes.points[low + place]
            levels[g] = levels.get(g, 0) + own * unit
    sizes: dict[Any, int] = {}
    for g, level in levels.items():
        sizes[level] = sizes.get(level, 0) + int(votes.sizes[g])
    if votes.exact:
        product: Number = math.prod((1 + level) ** size for level, size in sizes.items())
        return product
    logs = sum(size * math.log1p(level) for level, size in sizes.items())
    return math.exp(logs) if logs < 700 else math.inf


def _integers(values: Sequence[Number], budget: Number | None) -> tuple[list[int], int]:
    """Numbers and a budget on a common scale of integers."""
    exact = [Fraction(x) for x in (*values, budget or 0)]
    scale = common_denominator(exact)
    *scaled, last = (int(x * scale) for x in exact)
    return scaled, last


def _affordable(problem: Problem) -> Array:
    """The affordable sets as rows of zeros and ones; those of the first projects first."""
    costs = problem.data.costs
    if len(costs) > _MOST:
        raise LimitReachedError(f"{len(costs)} projects make more than 2^{_MOST} sets to try")
    budget: Any = problem.budget
    totals: list[Number] = [0]
    for cost in costs:
        totals += [total + cost for total in totals]
    masks = np.array([k for k, total in enumerate(totals) if within(total, budget)], dtype=np.int64)
    bits: Array = (masks[:, None] >> np.arange(len(costs))) & 1
    return bits
