"""The setting of participatory budgeting: voters, projects with costs, one budget."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from mechdesign.bargaining.ballots.election_files import election, from_pabulib
from mechdesign.bargaining.ballots.projects import Projects, Satisfaction, points_for, within
from mechdesign.bargaining.menus.larger_budgets import larger_budgets, whole_budgets
from mechdesign.bargaining.representation.notions import objection
from mechdesign.errors import InvalidInputError
from mechdesign.model import (
    AgentId,
    Domain,
    Number,
    Outcome,
    Problem,
    Setting,
    as_count,
    as_numbers,
    is_exact,
    refuse_unknown,
    serializable,
    show,
)
from mechdesign.model.numbers import largest
from mechdesign.records import dataclass

__all__ = ["ProjectSelection", "project_selection"]

_SUBSETS = 16
_SUMMANDS = 12
_LEVELS = 64
#: What rules depend on that ask of the budget only which sets of projects are affordable.
AFFORDABLE = "affordable projects"


@serializable("bargaining.ProjectSelection")
@dataclass(frozen=True)
class ProjectSelection(Setting[Any, tuple[Any, ...]]):
    """A set of projects is funded within the budget.

    A type is a ballot: a set of approved projects, or a map from projects to points.  A choice is
    the tuple of funded projects, in the order of the data.

    Parameters
    ----------
    satisfaction : {"cost", "cardinality"}
        What a funded project is worth to a voter: its points (1 for an approved one), times its
        cost for ``"cost"``.
    """

    satisfaction: Satisfaction = "cost"

    id: ClassVar[str] = "bargaining.projects"
    data_kinds: ClassVar[tuple[type, ...]] = (Projects,)
    public: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if self.satisfaction not in ("cost", "cardinality"):
            raise InvalidInputError("satisfaction", "be 'cost' or 'cardinality'", self.satisfaction)

    @property
    def key(self) -> str:
        return f"{self.id}/{self.satisfaction}"

    def scale(self, problem: Problem) -> Number:
        # What a project is called is no size, even where it is a number.
        points = [largest(own) if isinstance(own, Mapping) else 1 for own in problem.types]
        costs = problem.data.costs if self.satisfaction == "cost" else ()
        size: Number = max(points, default=0) * max(costs, default=1)
        return size

    def problem(self, data: Any, **options: Any) -> Problem:
        """Read an election; `options` are those of :func:`election`."""
        from mechdesign.io.pabulib import PabulibFile

        if isinstance(data, PabulibFile):
            if options:
                raise InvalidInputError("options", "not be given with a file", sorted(options))
            return from_pabulib(data)
        refuse_unknown(options, election)
        return election(data, **options)

    def utility(
        self, problem: Problem, agent: AgentId, true_type: object, outcome: Outcome[tuple[Any, ...]]
    ) -> Number:
        """The worth of the funded projects to a voter with this ballot."""
        if isinstance(true_type, frozenset) and self.satisfaction == "cardinality":
            return sum(1 for project in outcome.choice if project in true_type)
        projects: Projects = problem.data
        total: Number = 0
        for project in outcome.choice:
            points = points_for(true_type, project)
            if points:
                by_cost = self.satisfaction == "cost"
                total += points * (projects.costs[projects.position(project)] if by_cost else 1)
        return total

    def feasible(self, problem: Problem, outcome: Outcome[tuple[Any, ...]]) -> bool:
        projects: Projects = problem.data
        try:
            cost = projects.cost(outcome.choice)
        except (InvalidInputError, TypeError):
            return False
        distinct = len(set(outcome.choice)) == len(outcome.choice)
        return distinct and (problem.budget is None or within(cost, problem.budget))

    def outcome(self, problem: Problem, raw: Any) -> Outcome:
        return self.select(problem, raw)

    def select(self, problem: Problem, chosen: Iterable[Any], **fields: Any) -> Outcome:
        """The outcome that funds some projects, in the order of the data."""
        projects: Projects = problem.data
        places = sorted({projects.position(p) for p in chosen})
        return Outcome(
            tuple(projects.ids[k] for k in places),
            cost=sum((projects.costs[k] for k in places), 0),
            problem=problem,
            setting=self,
            **fields,
        )

    def plain(self, problem: Problem) -> Any:
        return problem

    # ------------------------------------------------------------------------ capabilities

    def outcomes(self, problem: Problem) -> Iterator[Outcome]:
        """Every affordable set of projects; for at most 16 projects."""
        projects: Projects = problem.data
        if len(projects.ids) > _SUBSETS:
            raise InvalidInputError(
                "projects", f"be at most {_SUBSETS} to list all sets", len(projects.ids)
            )
        for size in range(len(projects.ids) + 1):
            for subset in itertools.combinations(projects.ids, size):
                outcome = self.select(problem, subset)
                if problem.budget is None or within(outcome.cost or 0, problem.budget):
                    yield outcome

    def claim(self, problem: Problem, outcome: Outcome[tuple[Any, ...]]) -> Number:
        """The share of the budget that the projects cost."""
        if not problem.budget:
            return 1
        cost = outcome.cost or 0
        from fractions import Fraction

        if is_exact(cost) and is_exact(problem.budget):
            return Fraction(cost) / Fraction(problem.budget)
        return cost / problem.budget

    def coalition(
        self, problem: Problem, outcome: Outcome[tuple[Any, ...]], *, time_limit: float | None
    ) -> tuple[tuple[AgentId, ...], Outcome] | None:
        limit = 60.0 if time_limit is None else max(time_limit, 0.0)
        found = objection(problem, outcome.choice, satisfaction=self.satisfaction, time_limit=limit)
        return None if found is None else (found.voters, self.select(problem, found.projects))

    def enlarged(self, problem: Problem) -> Iterator[Problem]:
        """Larger budgets, up to the cost of all projects.

        Every whole number where costs and budget are whole, else the costs of sets of projects, the
        smallest 64 of them.
        """
        if problem.budget is not None:
            costs = problem.data.costs
            levels = larger_budgets(problem.budget, costs, {*_totals(costs), sum(costs)})
            whole = whole_budgets(problem.budget, costs, sum(costs)) is not None
            for level in levels if whole else levels[:_LEVELS]:
                yield replace(problem, budget=level)

    def enlargements_suffice(self, mechanism: Any, problem: Problem) -> bool:
        """For whole numbers, and where the costs of all sets are tried and only they matter.

        A user's function may look at the budget itself, of which there are too many.
        """
        if problem.budget is None:
            return True
        if mechanism.family != "bargaining":
            return False
        costs = problem.data.costs
        if whole_budgets(problem.budget, costs, sum(costs)) is not None:
            return True
        few = len(costs) <= _SUMMANDS and len(_totals(costs)) <= _LEVELS
        return few and mechanism.depends_on == AFFORDABLE

    def domain(self, agents: int, **scope: Any) -> Domain:
        """Every profile of approval ballots over a few projects.

        Parameters
        ----------
        agents : int
            The number of voters.
        **scope
            ``costs``: of the projects; ``budget``.
        """
        n = as_count(agents, "agents", low=1)
        unknown = sorted(set(scope) - {"costs", "budget"})
        if unknown:
            raise InvalidInputError("scope", "be among costs and budget", unknown)
        for name in ("costs", "budget"):
            if scope.get(name) is None:
                raise InvalidInputError(name, "be given for an exhaustive check", None)
        costs = as_numbers(scope["costs"], "costs", low=0)
        ids = tuple(f"p{k + 1}" for k in range(len(costs)))
        ballots = tuple(
            frozenset(c) for size in range(len(ids) + 1) for c in itertools.combinations(ids, size)
        )
        base = Problem(
            range(n), (ballots[0],) * n, data=Projects(ids, costs), budget=scope["budget"]
        )
        told = ", ".join(str(c) for c in costs)
        return Domain(
            self, base, (ballots,) * n, f"approval, costs {told}, budget {base.budget}", True
        )

    def small_domains(self) -> Iterator[Domain]:
        for costs, budget in (((1, 1, 1), 2), ((1, 2, 2), 3)):
            yield self.domain(2, costs=costs, budget=budget)

    def size(self, problem: Problem) -> int:
        return len(problem.data.ids)

    def say_report(self, report: object) -> str:
        if isinstance(report, frozenset):
            return "{" + ", ".join(sorted(map(str, report))) + "}"
        return show(report)

    def say_choice(self, problem: Problem, outcome: Outcome[tuple[Any, ...]]) -> str:
        return "{" + ", ".join(map(str, outcome.choice)) + "}"


def project_selection(satisfaction: Satisfaction = "cost") -> ProjectSelection:
    """The setting of participatory budgeting.

    Examples
    --------
    >>> setting = project_selection("cardinality")
    >>> setting.problem([{"a"}, {"a", "b"}], costs={"a": 1, "b": 2}, budget=2).budget
    2
    """
    return ProjectSelection(satisfaction)


def _totals(costs: Sequence[Number]) -> set[Number]:
    """The costs of all sets of the first projects."""
    totals: set[Number] = {0}
    for cost in costs[:_SUMMANDS]:
        totals |= {total + cost for total in totals}
    return totals
