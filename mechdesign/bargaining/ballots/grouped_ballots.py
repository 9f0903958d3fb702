"""The ballots of an election as arrays: equal ballots are one group, projects list their groups."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import Any

import numpy as np

from mechdesign.bargaining.ballots.projects import Projects
from mechdesign.errors import InvalidInputError, require
from mechdesign.model import Number, Problem, all_exact
from mechdesign.records import dataclass

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, eq=False)
class Supporters:
    """Who supports what.

    Parameters
    ----------
    problem : Problem
        The election.
    group_of : array of int, shape (n,)
        The group of every voter.
    ballots : list
        The ballot of every group.
    sizes : array of int, shape (g,)
        How many voters a group has.
    starts : array of int, shape (m + 1,)
        Where the supporters of each project begin in `members`.
    members : array of int
        Groups.
    points : array or None
        What the members give, None where all give 1.
    """

    problem: Problem
    group_of: Array
    ballots: list[Any]
    sizes: Array
    starts: Array
    members: Array
    points: Array | None

    @property
    def projects(self) -> Projects:
        """The projects."""
        data: Projects = self.problem.data
        return data

    @property
    def count(self) -> int:
        """The number of voters."""
        return len(self.group_of)

    @property
    def exact(self) -> bool:
        numbers: list[Any] = [*self.projects.costs, self.problem.budget or 0]
        points = [] if self.points is None else self.points.tolist()
        return all_exact(numbers) and all_exact(points)

    def require_nonnegative(self) -> None:
        """Refuse negative points, which rules of supporters cannot share.

        Raises
        ------
        InvalidInputError
            If a ballot has some.
        """
        if self.points is not None and len(self.points) and min(self.points.tolist()) < 0:
            raise InvalidInputError(
                "points", "be nonnegative for a rule of supporters", min(self.points.tolist())
            )

    def of(self, project: int) -> Array:
        """The groups that support a project."""
        found: Array = self.members[self.starts[project] : self.starts[project + 1]]
        return found

    def worths(self, project: int, satisfaction: str, *, exact: bool) -> Array | Number:
        """What a project is worth to its supporters: an array, or one number for all of them."""
        cost = self.projects.costs[project]
        # A free project is worth its points, so that it is still worth something.
        unit: Any = cost if satisfaction == "cost" and cost else 1
        unit = Fraction(unit) if exact else float(unit)
        if self.points is None:
            return unit  # type: ignore[no-any-return]
        own = self.points[self.starts[project] : self.starts[project + 1]]
        if exact:
            listed = np.empty(len(own), dtype=object)
            listed[:] = [Fraction(x) * unit for x in own.tolist()]
            return listed
        floats: Array = own.astype(float) * unit
        return floats

    def totals(self) -> list[Number]:
        """The sum of points that every project gets; votes for approval ballots."""
        sizes = self.sizes.tolist()
        result: list[Number] = []
        for k in range(len(self.projects.ids)):
            groups = self.of(k)
            if self.points is None:
                result.append(int(self.sizes[groups].sum()))
            else:
                own = self.points[self.starts[k] : self.starts[k + 1]].tolist()
                pairs = zip(groups.tolist(), own, strict=True)
                result.append(sum(sizes[g] * x for g, x in pairs))
        return result


def supporters(problem: Problem) -> Supporters:
    """Group equal ballots and list the supporters of every project.

    Notes
    -----
    O(total length of the ballots).
    """
    require(problem, Problem, "problem")
    projects = problem.data
    if not isinstance(projects, Projects):
        raise InvalidInputError("problem", "hold projects", type(projects).__name__)
    if problem.budget is None:
        raise InvalidInputError("budget", "be given", None)
    if problem.weights is not None and len(set(problem.weights)) > 1:
        raise InvalidInputError("weights", "be equal: one vote each", problem.weights)
    ballots = list(dict.fromkeys(problem.types))
    if not ballots:
        raise InvalidInputError("ballots", "hold at least one vote", 0, owner="the election")
    numbers = dict(zip(ballots, range(len(ballots)), strict=True))
    group_of = np.fromiter(map(numbers.__getitem__, problem.types), int, len(problem))
    sizes = np.bincount(group_of, minlength=len(ballots))
    place = {p: k for k, p in enumerate(projects.ids)}
    lengths = np.array(list(map(len, ballots)), dtype=np.int64)
    named = map(place.__getitem__, itertools.chain.from_iterable(ballots))
    chosen = np.fromiter(named, dtype=np.int64, count=int(lengths.sum()))
    # Numpy sorts short integers by radix.
    short = chosen.astype(np.int16) if len(place) < 2**15 else chosen
    order = np.argsort(short, kind="stable")
    groups = np.repeat(np.arange(len(ballots)), lengths)[order]
    counts = np.bincount(chosen, minlength=len(place)) if len(chosen) else np.zeros(len(place), int)
    starts = np.concatenate([[0], np.cumsum(counts)])
    points = None
    if any(not isinstance(own, frozenset) for own in ballots):
        given = list(
            itertools.chain.from_iterable(
                [1] * len(own) if isinstance(own, frozenset) else own.values() for own in ballots
            )
        )
        points = np.empty(len(given), dtype=object)
        points[:] = given
        points = points[order]
        # Nobody supports a project with 0 points.
        kept = np.array([bool(x) for x in points.tolist()], dtype=bool)
        owner = chosen[order][kept]
        counts = np.bincount(owner, minlength=len(place))
        starts, groups, points = (
            np.concatenate([[0], np.cumsum(counts)]),
            groups[kept],
            points[kept],
        )
    return Supporters(problem, group_of, ballots, sizes, starts, groups, points)
