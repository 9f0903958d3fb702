"""Public projects: one of several for everybody, with taxes that make truth pay."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, ClassVar

from mechdesign.auctions.references import CLARKE
from mechdesign.auctions.sales.sale_setting import Sale, clarke, sold, table_of, values_of
from mechdesign.axioms.generic.references import ASPREMONT
from mechdesign.errors import InvalidInputError, LimitReachedError
from mechdesign.model import (
    AgentId,
    Domain,
    FrozenMap,
    Number,
    Outcome,
    Problem,
    Setting,
    Theorem,
    as_count,
    as_list,
    as_number,
    as_numbers,
    freeze,
    mechanism,
    ratio,
    serializable,
    show,
)
from mechdesign.records import dataclass

__all__ = ["Projects", "ProjectsData", "expected_externality", "pivotal", "public_projects"]

Values = tuple[Number, ...]
#: For each agent pairs of a type and its chance.
Beliefs = tuple[tuple[tuple[Values, Number], ...], ...]
_MOST = 200_000


@serializable("auctions.ProjectsData")
@dataclass(frozen=True)
class ProjectsData:
    """What can be done.

    Parameters
    ----------
    projects : tuple of labels
        Of equally good ones the first is done.
    priors : FrozenMap of agent to tuple of pairs, optional
        The types that each agent may have, with their chances, independent of the others'.
    """

    projects: tuple[Any, ...]
    priors: FrozenMap[Any, tuple[tuple[Values, Number], ...]] | None = None


@serializable("auctions.Projects")
@dataclass(frozen=True)
class Projects(Sale[Values, Any]):
    """One of several projects is done: see :func:`public_projects`.

    Parameters
    ----------
    kind : {"", "priors"}
        Whether small domains come with priors: all types equally likely.
    """

    kind: str = ""
    id: ClassVar[str] = "auctions.public_projects"
    data_kinds: ClassVar[tuple[type, ...]] = (ProjectsData,)
    public: ClassVar[bool] = True
    called: ClassVar[str] = "project"
    held: ClassVar[Callable[[Any], Any]] = freeze
    demanded: ClassVar[str] = "be one of the projects"

    def problem(
        self,
        data: Any,
        *,
        projects: Sequence[Any] | None = None,
        priors: Any = None,
        **options: Any,
    ) -> Problem:
        """Read what projects are worth.

        Parameters
        ----------
        data : mapping or sequence of n sequences of m numbers
            What each project is worth to each agent, of any sign; its share of the cost is
            already taken off.
        projects : sequence of labels, optional
            Names of the columns.
        priors : mapping or sequence, optional
            For each agent a mapping of types (tuples of m numbers) to chances.
        """
        if options:
            raise InvalidInputError("options", "be projects and priors", sorted(options))
        rows, names = table_of(data, projects, "projects")
        if not names:
            raise InvalidInputError("data", "have at least one project", data)
        types = tuple(rows.values())
        agents = tuple(rows)
        beliefs = None if priors is None else _read_priors(priors, agents, len(names))
        return Problem(agents, types, ProjectsData(names, beliefs))

    def worth(self, problem: Problem, agent: AgentId, own: Values, choice: Any) -> Number:
        """What the chosen project is worth."""
        value: Number = own[problem.data.projects.index(choice)]
        return value

    def most_welfare(self, problem: Problem) -> tuple[Number, Any]:
        """The project of the largest total value, of equals the first."""
        k, total = best_project(problem.types, len(problem.data.projects))
        return total, problem.data.projects[k]

    def feasible(self, problem: Problem, outcome: Outcome) -> bool:
        return outcome.choice in problem.data.projects

    def outcomes(self, problem: Problem) -> Iterable[Outcome]:
        """Every project."""
        for project in problem.data.projects:
            yield Outcome.bare(project, problem, self)

    def domain(self, agents: int, **scope: Any) -> Domain:
        """Every profile of values out of a list.

        Parameters
        ----------
        agents, projects : int
            How many.
        values : sequence of numbers
            What a project may be worth, 0, 1 and 2 by default.
        """
        values = values_of(scope, ["projects"], (0, 1, 2), low=None)
        n = as_count(agents, "agents", low=1)
        m = as_count(scope.get("projects", 2), "projects", low=1, high=6)
        reports = tuple(itertools.product(values, repeat=m))
        beliefs = None
        if self.kind == "priors":
            equal = tuple((own, Fraction(1, len(reports))) for own in reports)
            beliefs = FrozenMap((i, equal) for i in range(n))
        data = ProjectsData(tuple(range(m)), beliefs)
        base = Problem(range(n), (reports[0],) * n, data)
        told = f"values {', '.join(map(show, values))} of {m} projects"
        return Domain(self, base, (reports,) * n, told)

    def small_domains(self) -> Iterator[Domain]:
        for agents in (1, 2, 3):
            yield self.domain(agents, projects=2, values=(0, 1, 2) if agents < 3 else (0, 1))

    def size(self, problem: Problem) -> int:
        return len(problem.data.projects)


_SETTING = Projects()


def public_projects() -> Projects:
    """One of several projects for everybody; a type is what each is worth to an agent.

    Examples
    --------
    >>> public_projects().problem([[10, 0, 3], [2, 8, 4]], projects=["park", "road", "none"]).types
    ((10, 0, 3), (2, 8, 4))
    """
    return Projects()


@mechanism(
    "auctions.pivotal",
    setting=_SETTING,
    reference=CLARKE,
    claims={"strategyproofness": Theorem(CLARKE, "truth is dominant")},
)
def pivotal(problem: Problem, *, setting: Setting | None = None) -> Outcome:
    """The best project; an agent that changes which one it is pays what the others lose by it.

    Examples
    --------
    >>> from mechdesign import auctions
    >>> found = auctions.pivotal([[10, 0, 3], [2, 8, 4], [0, 5, 6]])
    >>> found.choice, found.payments
    (1, {0: 0, 1: 5, 2: 4})
    """
    return clarke(setting, problem)


@mechanism(
    "auctions.expected_externality",
    setting=Projects("priors"),
    reference=ASPREMONT,
)
def expected_externality(problem: Problem, *, setting: Setting | None = None) -> Outcome:
    """The best project; everybody is paid what the others expect of it given its own report.

    The mechanism of Arrow and of d'Aspremont and Gerard-Varet (AGV): what an agent gets the others
    pay in equal parts, so that the payments add up to 0.  Truth is an equilibrium for agents who
    know the priors only, and not a dominant strategy.

    Raises
    ------
    InvalidInputError
        Without priors.
    LimitReachedError
        For more than 200,000 profiles of the others.

    Notes
    -----
    Exact; every profile of the priors is looked at for each agent.

    Examples
    --------
    >>> from mechdesign import auctions
    >>> half = Fraction(1, 2)
    >>> beliefs = [{(-2, 0): half, (1, 0): half}, {(-1, 0): half, (3, 0): half}]
    >>> found = auctions.expected_externality([[-2, 0], [-1, 0]], priors=beliefs)
    >>> found.choice, found.payments
    (1, {0: -1, 1: 1})
    """
    data, n = problem.data, len(problem)
    if data.priors is None:
        raise InvalidInputError("priors", "be given", None, owner="expected_externality")
    expected = [_others_expect(problem, i) for i in range(n)]
    k, _ = best_project(problem.types, len(data.projects))
    payments: dict[Any, Number] = {}
    for i, agent in enumerate(problem.agents):
        rest = sum(e for j, e in enumerate(expected) if j != i)
        payments[agent] = ratio(rest, n - 1) - expected[i] if n > 1 else 0
    choice = data.projects[k]
    return sold(setting, problem, choice, payments, expected=tuple(expected))


def best_project(types: Sequence[Values], m: int) -> tuple[int, Number]:
    """The first project of the largest total value, and that value."""
    totals: list[Number] = [sum(own[k] for own in types) for k in range(m)]
    most = max(totals)
    return totals.index(most), most


def _others_expect(problem: Problem, i: int) -> Number:
    """What the others expect of the best project if agent i's report is its type."""
    data, m = problem.data, len(problem.data.projects)
    beliefs = [data.priors[a] for j, a in enumerate(problem.agents) if j != i]
    if math.prod(map(len, beliefs)) > _MOST:
        raise LimitReachedError(f"more than {_MOST:,} profiles of the other agents")
    total: Number = 0
    for drawn in itertools.product(*beliefs):
        types = [own for own, _ in drawn]
        k, most = best_project([*types[:i], problem.types[i], *types[i:]], m)
        total += math.prod(p for _, p in drawn) * (most - problem.types[i][k])
    return total


def _read_priors(priors: Any, agents: tuple[Any, ...], m: int) -> FrozenMap[Any, Any]:
    if isinstance(priors, Mapping):
        if set(priors) != set(agents):
            raise InvalidInputError("priors", "name every agent", sorted(map(str, priors)))
        rows = [priors[agent] for agent in agents]
    else:
        rows = as_list(priors, "priors")
    if len(rows) != len(agents) or not all(isinstance(row, Mapping) for row in rows):
        raise InvalidInputError("priors", f"be {len(agents)} mappings of types to chances", priors)
    found = []
    for agent, row in zip(agents, rows, strict=True):
        where = f"priors[{agent!r}]"
        pairs = [(as_numbers(own, where), as_number(p, where, low=0)) for own, p in row.items()]
        if any(len(own) != m for own, _ in pairs):
            raise InvalidInputError(where, f"be about types of {m} numbers", list(row))
        total = sum(p for _, p in pairs)
        if total != 1 and not (isinstance(total, float) and abs(total - 1) <= 1e-9):
            raise InvalidInputError(where, "add up to 1", [p for _, p in pairs])
        found.append((agent, tuple(pairs)))
    return FrozenMap(found)
