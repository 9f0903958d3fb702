"""The setting: voters with ideal points or utilities, and one platform is chosen."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from mechdesign.algorithms.orders import strict_orders
from mechdesign.elections.space import Contest, contest, platform_grid, utility_contest
from mechdesign.errors import InvalidInputError, require
from mechdesign.model import (
    AgentId,
    Domain,
    Number,
    Outcome,
    Problem,
    Seed,
    Setting,
    as_count,
    as_number,
    generator,
    serializable,
    show,
)
from mechdesign.records import dataclass

__all__ = ["PlatformData", "Platforms", "contest_of", "platforms"]

Numbers = tuple[Number, ...]
_MOST_LISTED = 5


@serializable("elections.PlatformData")
@dataclass(frozen=True)
class PlatformData:
    """The platforms that voters may be offered.

    Parameters
    ----------
    labels : tuple of labels
        Their names, from left to right where there is no position.
    positions : tuple of points, optional
        Where they stand; without, voters report what each is worth to them.
    decisions : tuple of str
        What had to be decided when the data were read.
    """

    labels: tuple[Any, ...]
    positions: tuple[Numbers, ...] | None = None
    decisions: tuple[str, ...] = ()


@serializable("elections.Platforms")
@dataclass(frozen=True)
class Platforms(Setting[Numbers, Any]):
    """Voters report an ideal point, or utilities; a platform is chosen: see :func:`platforms`."""

    id: ClassVar[str] = "elections.platforms"
    private_values: ClassVar[bool] = True
    data_kinds: ClassVar[tuple[type, ...]] = (PlatformData,)
    #: What :meth:`deviations` lists, for the scope of a verdict at one problem.
    lies: ClassVar[str] = "platforms and strict rankings"

    def problem(self, data: object, **options: Any) -> Problem:
        """Read voters and platforms.

        Parameters
        ----------
        data : Contest, or ideal points
            See :func:`contest` and :func:`utility_contest`.
        **options
            ``platforms`` and ``weights`` of :func:`contest`.
        """
        if isinstance(data, Contest):
            if options:
                raise InvalidInputError("options", "be left out beside a contest", sorted(options))
            found = data
        else:
            unknown = sorted(set(options) - {"platforms", "weights"})
            if unknown:
                raise InvalidInputError("options", "be platforms, weights", unknown)
            found = contest(data, **options)
        types: tuple[Numbers, ...]
        if found.ideals is None:
            types = tuple(
                tuple(found.utility(i, j) for j in range(found.m)) for i in range(len(found))
            )
        else:
            types = found.ideals
        told = PlatformData(found.platforms, found.positions, found.decisions)
        same = all(w == 1 for w in found.weights)
        agents = range(len(types)) if found.voters == tuple(range(len(types))) else found.voters
        return Problem(agents, types, told, weights=None if same else found.weights)

    def check(self, problem: Problem) -> None:
        super().check(problem)
        data: PlatformData = problem.data
        told = "coordinates" if data.positions else "utilities"
        size = len(data.positions[0]) if data.positions else len(data.labels)
        if not len(problem):
            raise InvalidInputError("problem", "have at least one voter", problem)
        for agent, own in zip(problem.agents, problem.types, strict=True):
            if not isinstance(own, tuple) or len(own) != size:
                raise InvalidInputError(f"types[{agent!r}]", f"be {size} {told}", own)

    def reread(self, problem: Problem) -> Problem:
        self.check(problem)
        contest_of(problem)
        for agent, own in zip(problem.agents, problem.types, strict=True):
            for x in own:
                as_number(x, f"types[{agent!r}]")
        return problem

    def scale(self, problem: Problem) -> Number:
        ends = [_worth(own, problem.data) for own in problem.types]
        return max((max(row) - min(row) for row in ends), default=1) or 1

    def utility(
        self, problem: Problem, agent: AgentId, true_type: Numbers, outcome: Outcome
    ) -> Number:
        """Minus the squared distance, or the utility that is reported."""
        data: PlatformData = problem.data
        return _worth(true_type, data)[data.labels.index(outcome.choice)]

    def feasible(self, problem: Problem, outcome: Outcome) -> bool:
        return outcome.choice in problem.data.labels

    def outcome(self, problem: Problem, raw: object) -> Outcome:
        found = Outcome(raw, problem=problem, setting=self)
        if not self.feasible(problem, found):
            shown = ", ".join(map(str, problem.data.labels[:8]))
            raise InvalidInputError("outcome", f"be one of {shown}", raw, owner=self.id)
        return found

    def outcomes(self, problem: Problem) -> Iterable[Outcome]:
        for label in problem.data.labels:
            yield Outcome(label, problem=problem, setting=self)

    def unanimous(self, problem: Problem, outcome: Outcome) -> bool | None:
        """Whether voters who all like one platform best get it."""
        best = set()
        for own in problem.types:
            worth = _worth(own, problem.data)
            tops = [k for k, x in enumerate(worth) if x == max(worth)]
            best.add(tops[0] if len(tops) == 1 else None)
        if len(best) != 1 or None in best:
            return None
        return bool(problem.data.labels.index(outcome.choice) in best)

    def domain(self, agents: int, **scope: Any) -> Domain:
        """Every profile of ideal points of a grid, or of rankings.

        Parameters
        ----------
        agents : int
            The voters.
        platforms : str, sequence of points, or int
            A grid as in :func:`platform_grid`, points, or a number of platforms without positions.
        ideals : str or sequence of points, optional
            The ideal points that are possible; by default those of the platforms.
        rankings : {"single_peaked", "all"}
            Without positions: all strict rankings (of at most 5), or the single-peaked ones.
        """
        n = as_count(agents, "agents", low=1)
        given = scope.pop("platforms", None)
        if given is None:
            raise InvalidInputError("platforms", "be given: a grid, points, or a number", None)
        if isinstance(given, int):
            kind = scope.pop("rankings", "single_peaked")
            if scope:
                told = "be agents, platforms and rankings for a number of platforms"
                raise InvalidInputError("scope", told, sorted(scope))
            m = as_count(given, "platforms", low=1, high=_MOST_LISTED)
            reports = listed_rankings(m, kind)
            data = PlatformData(tuple(range(m)))
            named = "single-peaked" if kind == "single_peaked" else "strict"
            told = f"all {named} rankings of {m} platforms"
        else:
            ideals = scope.pop("ideals", None)
            if scope:
                told = "be agents, platforms and ideals for platforms with positions"
                raise InvalidInputError("scope", told, sorted(scope))
            read = contest(_grid(given if ideals is None else ideals), given)
            assert read.ideals is not None
            data = PlatformData(read.platforms, read.positions)
            reports = tuple(dict.fromkeys(read.ideals))
            told = f"{len(reports)} ideal points, {read.m} platforms"
        base = Problem(range(n), (reports[0],) * n, data)
        return Domain(self, base, (reports,) * n, told)

    def small_domains(self) -> Iterator[Domain]:
        yield self.domain(2, platforms="0:2")
        yield self.domain(3, platforms=3)
        yield self.domain(3, platforms=3, rankings="all")
        yield self.domain(3, platforms="0:2,0:1")

    def deviations(self, problem: Problem, agent: AgentId) -> Iterable[Numbers]:
        """Other ideal points: the platforms and the other voters'; or all strict rankings."""
        data: PlatformData = problem.data
        if data.positions is not None:
            yield from dict.fromkeys((*data.positions, *problem.types))
            return
        if len(data.labels) > _MOST_LISTED:
            told = f"be at most {_MOST_LISTED} to list all rankings"
            raise InvalidInputError("platforms", told, len(data.labels))
        yield from listed_rankings(len(data.labels), "all")

    def deviations_suffice(self, mechanism: object, problem: Problem) -> bool:
        return False

    def sample(self, rng: Seed, agents: int, **scope: Any) -> Problem:
        draw, n = generator(rng), as_count(agents, "agents", low=1)
        m = scope.pop("platforms", 5)
        if scope or not isinstance(m, int):
            raise InvalidInputError("scope", "be agents and a number of platforms", sorted(scope))
        points = [(int(x),) for x in draw.integers(0, m, n)]
        return self.problem(points, platforms=f"0:{m - 1}")

    def size(self, problem: Problem) -> int:
        return len(problem.data.labels)

    def say_report(self, report: Numbers) -> str:
        return show(report[0]) if len(report) == 1 else f"({', '.join(map(show, report))})"

    def explain(self, problem: Problem, agent: AgentId, outcome: Outcome) -> str:
        own = problem.type_of(agent)
        worth = sorted(_worth(own, problem.data), reverse=True)
        place = 1 + worth.index(self.utility(problem, agent, own, outcome))
        kind = "ideal point" if problem.data.positions else "utilities"
        return (
            f"voter {agent}, {kind} {self.say_report(own)}, gets {show(outcome.choice)}, "
            f"number {place} of {len(worth)} for her"
        )


def platforms() -> Platforms:
    """Voters who choose one platform, a point of a space or an entry of a list.

    The type of a voter is an ideal point, and platforms are worth minus their squared distance from
    it; or what each platform is worth to her, where platforms have no positions.

    Examples
    --------
    >>> problem = platforms().problem([0, 1, 2, 5, 9], platforms="0:9")
    >>> problem.types[3], problem.data.labels[:3]
    ((5,), (0, 1, 2))
    """
    return Platforms()


def contest_of(problem: Problem) -> Contest:
    """The contest of a problem, for all that this family computes.

    Examples
    --------
    >>> contest_of(platforms().problem([0, 4], platforms="0:4"))
    Contest of 5 platforms before 2 voters in 1 dimensions
    """
    require(problem, Problem, "problem")
    platforms().check(problem)
    data: PlatformData = problem.data
    if data.positions is None:
        labels = [data.labels[k] for k in range(len(data.labels))]
        table = dict(zip(problem.agents, map(list, problem.types), strict=True))
        return utility_contest(table, labels, weights=problem.weights, decisions=data.decisions)
    points = dict(zip(data.labels, data.positions, strict=True))
    voters = dict(zip(problem.agents, problem.types, strict=True))
    told = tuple(x for x in data.decisions if not x.startswith("coordinates are floats"))
    return contest(voters, points, weights=problem.weights, decisions=told)


@functools.lru_cache(maxsize=100_000)
def _worth(own: Numbers, data: PlatformData) -> Numbers:
    """What every platform is worth to a voter."""
    if data.positions is None:
        return own
    return tuple(
        -sum((x - y) * (x - y) for x, y in zip(own, point, strict=True)) for point in data.positions
    )


def utilities_of(problem: Problem) -> list[Numbers]:
    """What every platform is worth to every voter, exact where the reports are."""
    return [_worth(own, problem.data) for own in problem.types]


@functools.lru_cache(maxsize=64)
def listed_rankings(m: int, kind: str) -> tuple[Numbers, ...]:
    """Strict rankings as utilities m-1 .. 0, all or those with one peak."""
    if kind == "all":
        return tuple(tuple(m - 1 - rank for rank in ranks) for ranks in strict_orders(m))
    if kind != "single_peaked":
        raise InvalidInputError("rankings", "be single_peaked or all", kind)
    found = []
    for size in range(m):
        # Whatever goes to the left of the peak comes in ascending order.
        for left in itertools.combinations(range(m - 1), size):
            right = [x for x in range(m - 2, -1, -1) if x not in left]
            found.append((*left, m - 1, *right))
    return tuple(found)


def _grid(given: object) -> Any:
    return platform_grid(given) if isinstance(given, str) else given
