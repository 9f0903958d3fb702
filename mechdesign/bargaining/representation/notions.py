"""Groups of voters that deserve better: core, EJR, PJR, decided project set by project set.

Groups of voters are never enumerated.  For each set of projects T the largest group that objects
with T is known at once: for the core everybody who prefers T, for justified representation the
voters who value all of T and get less than T.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np

from mechdesign.bargaining.ballots.grouped_ballots import Array, supporters
from mechdesign.bargaining.ballots.projects import Satisfaction
from mechdesign.bargaining.representation.cohesive_groups import deprived
from mechdesign.bargaining.representation.core_of_elections import blocking
from mechdesign.bargaining.representation.entitlements import Claims, claims
from mechdesign.clock import Clock
from mechdesign.errors import InvalidInputError
from mechdesign.model import AgentId, Number, Outcome, Problem, as_number, is_exact
from mechdesign.records import dataclass

__all__ = ["NOTIONS", "Objection", "objection"]


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
    time_limit: float | None = 60,
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
    time_limit : float, optional
        Seconds; None for no limit.

    Returns
    -------
    Objection or None
        One with the fewest projects.  None is proved: no group has an objection.

    Raises
    ------
    LimitReachedError
        If it is not decided within the time limit.
    InvalidInputError
        For PJR with ballots that are not approvals.

    Notes
    -----
    With a group S and projects T of cost at most ``|S| B / n``: *core*, everybody in S prefers T to
    what is funded; *EJR*, everybody in S approves all of T and gets less than T is worth; *PJR*,
    everybody in S approves all of T, and the funded projects that anybody in S approves are worth
    less than T together.  *Up to one*: and still not more with any one further project of T.

    With points, EJR is that of Peters, Pierczynski and Skowron for additive utilities
    (arXiv:2008.13276): a project of T counts as much as it does for whoever in S values it least.

    The core is decided by branch and bound over sets of projects, the others by a search of
    frequent sets; with 134 projects and 15,000 voters most cases take seconds.  Exponential in the
    worst case.

    Examples
    --------
    >>> from mechdesign.bargaining import election, greedy
    >>> votes = election(["abc"] * 6 + ["xy"] * 4, costs=dict.fromkeys("abcxy", 10), budget=30)
    >>> print(objection(greedy(votes)))
    core: 4 voters could fund {x} for 10 of their share 12
    """
    if notion not in NOTIONS:
        raise InvalidInputError("notion", f"be one of {', '.join(NOTIONS)}", notion)
    limit = None if time_limit is None else float(as_number(time_limit, "time_limit", low=0))
    if isinstance(data, Outcome):
        if data.problem is None:
            raise InvalidInputError("data", "know its problem", data)
        problem, chosen = data.problem, data.choice
        if satisfaction is None:
            satisfaction = getattr(data.setting, "satisfaction", None)
    else:
        problem = data
    votes = supporters(problem)
    projects = votes.projects
    funded = sorted({projects.position(p) for p in chosen or ()})
    if notion.startswith("pjr") and votes.points is not None:
        raise InvalidInputError("notion", "be core, ejr or ejr1 for ballots with points", notion)
    found = NOTIONS[notion](claims(votes, satisfaction or "cardinality", funded), Clock(limit))
    if found is None:
        return None
    inside, groups = found
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


Search = Callable[[Claims, Clock], tuple[tuple[int, ...], Array] | None]

#: The notions of proportionality that :func:`objection` decides.
NOTIONS: dict[str, Search] = {
    "core": blocking,
    "ejr": partial(deprived, together=False, up_to_one=False),
    "ejr1": partial(deprived, together=False, up_to_one=True),
    "pjr": partial(deprived, together=True, up_to_one=False),
    "pjr1": partial(deprived, together=True, up_to_one=True),
}
