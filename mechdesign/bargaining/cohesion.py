"""Groups of voters that deserve better: core, EJR, PJR, decided project set by project set.

Groups of voters are never enumerated.  For each affordable set of projects T the largest group that
objects with T is known at once: for the core everybody who prefers T, for justified representation
the voters who approve all of T and get less than T.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from mechdesign.bargaining.budgeting import worth_matrix
from mechdesign.bargaining.elections import Projects, ProjectSelection, Satisfaction
from mechdesign.bargaining.supporters import Array, Supporters, supporters
from mechdesign.errors import InvalidInputError, LimitReachedError
from mechdesign.model import AgentId, Number, Outcome, Problem, is_exact

__all__ = ["NOTIONS", "Objection", "objection"]

_MOST = 20
_CHUNK = 2048


@dataclass(frozen=True)
class Objection:
    """A group of voters and what it could fund with its share of the budget.

    Parameters
    ----------
    notion : str
        One of :data:`NOTIONS`.
    projects : tuple
        What the group could fund.
    voters : tuple
        The group, or for PJR the largest one with that few funded projects among its ballots.
    share : number
        The money that the group is entitled to: its part of the budget.
    cost : number
        What its projects cost, at most `share`.
    """

    notion: str
    projects: tuple[Any, ...]
    voters: tuple[AgentId, ...]
    share: Number
    cost: Number

    def __str__(self) -> str:
        return (
            f"{self.notion}: {len(self.voters)} voters could fund "
            f"{{{', '.join(map(str, self.projects))}}} for {self.cost} of their share {self.share}"
        )


def objection(
    data: Problem | Outcome,
    chosen: Any = None,
    *,
    notion: str = "core",
    satisfaction: Satisfaction | None = None,
) -> Objection | None:
    """A group of voters that has an objection to the funded projects; None if there is none.

    Parameters
    ----------
    data : Problem or Outcome
        An election, or an outcome, which knows its election.
    chosen : iterable of projects, optional
        What is funded, where `data` is a problem.
    notion : str
        One of ``core``, ``ejr``, ``ejr1`` (up to one project), ``pjr``, ``pjr1``.
    satisfaction : {"cost", "cardinality"}, optional
        What a funded project is worth to a voter; by default that of the outcome, for a problem
        ``"cardinality"``.

    Returns
    -------
    Objection or None
        The one with the fewest and then first projects.

    Raises
    ------
    LimitReachedError
        With more than 20 projects (for PJR: funded and other ones).
    InvalidInputError
        For EJR and PJR with ballots that are not approvals.

    Notes
    -----
    With a group S and projects T of cost at most ``|S| B / n``: *core*, everybody in S prefers T to
    what is funded; *EJR*, everybody in S approves all of T and gets less than T is worth; *PJR*,
    everybody in S approves all of T, and the funded projects that anybody in S approves are worth
    less than T together.  *Up to one*: and still not more with any one further project of T.
    O(2^m g) for m projects and g distinct ballots; PJR O(4^m) in the worst case.

    Examples
    --------
    >>> from mechdesign.bargaining import election, greedy
    >>> votes = election(["abc"] * 6 + ["xy"] * 4, costs=dict.fromkeys("abcxy", 10), budget=30)
    >>> print(objection(greedy(votes)))
    core: 4 voters could fund {x} for 10 of their share 12
    """
    if notion not in NOTIONS:
        raise InvalidInputError("notion", f"be one of {', '.join(NOTIONS)}", notion)
    if isinstance(data, Outcome):
        if data.problem is None:
            raise InvalidInputError("data", "know its problem", data)
        problem, chosen = data.problem, data.choice
        if satisfaction is None and isinstance(data.setting, ProjectSelection):
            satisfaction = data.setting.satisfaction
    else:
        problem = data
    votes = supporters(problem)
    projects = votes.projects
    funded = sorted({projects.position(p) for p in chosen or ()})
    m = len(projects.ids)
    if m > _MOST:
        raise LimitReachedError(f"{m} projects make more than 2^{_MOST} sets to try")
    if notion != "core" and votes.points is not None:
        raise InvalidInputError("notion", "be core for ballots with points", notion)
    for size_order, mask, groups in NOTIONS[notion](votes, satisfaction or "cardinality", funded):
        del size_order
        inside = [k for k in range(m) if mask >> k & 1]
        members = np.flatnonzero(np.isin(votes.group_of, groups))
        budget: Any = problem.budget
        share = (
            Fraction(budget) * len(members) / votes.count
            if is_exact(budget)
            else budget * len(members) / votes.count
        )
        return Objection(
            notion,
            tuple(projects.ids[k] for k in inside),
            tuple(problem.agents[i] for i in members.tolist()),
            share,
            sum((projects.costs[k] for k in inside), 0),
        )
    return None


Found = Iterator[tuple[int, int, Array]]


def _masks(votes: Supporters) -> tuple[Array, Array]:
    """All nonempty affordable sets, small ones first, and how many voters may enforce each."""
    projects: Projects = votes.projects
    budget: Any = votes.problem.budget
    costs: list[Any] = [0]
    for cost in projects.costs:
        costs += [total + cost for total in costs]
    sizes = [0]
    for _ in projects.costs:
        sizes += [s + 1 for s in sizes]
    n = votes.count
    needed = [_needed(cost, budget, n) for cost in costs]
    order = sorted((s, k) for k, s in enumerate(sizes) if s and needed[k] <= n)
    masks = np.array([k for _, k in order], dtype=np.int64)
    return masks, np.array([needed[int(k)] for k in masks], dtype=np.int64)


def _needed(cost: Any, budget: Any, n: int) -> int:
    """The fewest voters whose share covers the cost; more than n if none."""
    if not budget:
        return 1 if not cost else n + 1
    if is_exact(cost) and is_exact(budget):
        return max(1, -int(-Fraction(cost) * n / Fraction(budget) // 1))
    return max(1, int(np.ceil(cost * n / budget * (1 - 1e-12))))


def _core(votes: Supporters, satisfaction: str, funded: list[int]) -> Found:
    matrix = _compact(worth_matrix(votes, satisfaction))
    now = matrix[funded].sum(axis=0)
    masks, needed = _masks(votes)
    for start in range(0, len(masks), _CHUNK):
        part = masks[start : start + _CHUNK]
        bits = (part[:, None] >> np.arange(len(matrix))) & 1
        prefers = np.asarray(bits.astype(matrix.dtype) @ matrix > now, dtype=bool)
        for row in np.flatnonzero(prefers @ votes.sizes >= needed[start : start + _CHUNK]):
            yield start, int(part[row]), np.flatnonzero(prefers[row])


def _extended(up_to_one: bool) -> Callable[[Supporters, str, list[int]], Found]:
    def search(votes: Supporters, satisfaction: str, funded: list[int]) -> Found:
        worth = _project_worth(votes, satisfaction)
        approves = _approvals(votes)
        now = worth[funded] @ approves[funded].astype(worth.dtype)
        masks, needed = _masks(votes)
        for k, mask in enumerate(masks.tolist()):
            inside = [p for p in range(len(worth)) if mask >> p & 1]
            cohesive = approves[inside].all(axis=0)
            value = worth[inside].sum()
            poor = cohesive & np.asarray(now < value, dtype=bool)
            if up_to_one:
                extra = [worth[p] for p in inside if p not in funded]
                if extra:
                    poor &= np.asarray(now + max(extra) <= value, dtype=bool)
            if int(votes.sizes[poor].sum()) >= needed[k]:
                yield k, mask, np.flatnonzero(poor)

    return search


def _proportional(up_to_one: bool) -> Callable[[Supporters, str, list[int]], Found]:
    def search(votes: Supporters, satisfaction: str, funded: list[int]) -> Found:
        worth = _project_worth(votes, satisfaction)
        approves = _approvals(votes)
        # What each group has among the funded projects, as a mask over them.
        held = (approves[funded].T * (1 << np.arange(len(funded)))).sum(axis=1, dtype=np.int64)
        totals = [worth[0] * 0]
        for p in funded:
            totals += [total + worth[p] for total in totals]
        masks, needed = _masks(votes)
        for k, mask in enumerate(masks.tolist()):
            inside = [p for p in range(len(worth)) if mask >> p & 1]
            cohesive = approves[inside].all(axis=0)
            if int(votes.sizes[cohesive].sum()) < needed[k]:
                continue
            value = worth[inside].sum()
            extra = [worth[p] for p in inside if p not in funded] if up_to_one else []
            for allowed, total in enumerate(totals):
                if not total < value or (extra and not total + max(extra) <= value):
                    continue
                group = cohesive & ((held & ~allowed) == 0)
                if int(votes.sizes[group].sum()) >= needed[k]:
                    yield k, mask, np.flatnonzero(group)

    return search


#: The notions of proportionality that :func:`objection` decides.
NOTIONS: dict[str, Callable[[Supporters, str, list[int]], Found]] = {
    "core": _core,
    "ejr": _extended(up_to_one=False),
    "ejr1": _extended(up_to_one=True),
    "pjr": _proportional(up_to_one=False),
    "pjr1": _proportional(up_to_one=True),
}


def _approvals(votes: Supporters) -> Array:
    matrix = np.zeros((len(votes.projects.ids), len(votes.sizes)), dtype=bool)
    for k in range(len(matrix)):
        matrix[k, votes.of(k)] = True
    return matrix


def _project_worth(votes: Supporters, satisfaction: str) -> Array:
    worth = np.empty(len(votes.projects.ids), dtype=object)
    worth[:] = list(votes.projects.costs) if satisfaction == "cost" else [1] * len(worth)
    return _compact(worth)


def _compact(values: Array) -> Array:
    """Integers of the machine where they suffice, floats where there are floats."""
    flat = values.ravel().tolist()
    if any(isinstance(x, float) for x in flat):
        return values.astype(float)
    if all(isinstance(x, int) and abs(x) < 2**40 for x in flat):
        return values.astype(np.int64)
    return values
