"""The setting of bargaining over packages."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any, ClassVar

import numpy as np

from mechdesign.bargaining.menus.data import Additive, Menu, Modules
from mechdesign.bargaining.menus.larger_budgets import larger_budgets, whole_budgets
from mechdesign.bargaining.menus.package_lists import packages as enumerate_packages
from mechdesign.bargaining.menus.reading import menu
from mechdesign.errors import InvalidInputError, UndecidedError, place_of
from mechdesign.model import (
    AgentId,
    Domain,
    Fresh,
    Number,
    Outcome,
    Problem,
    Setting,
    as_count,
    as_numbers,
    distance,
    is_exact,
    refuse_unknown,
    serializable,
    show,
)
from mechdesign.model.numbers import largest
from mechdesign.records import dataclass

__all__ = ["NO_AGREEMENT", "PackageChoice", "package_choice"]

#: The choice of a rule that finds no package acceptable to all.
NO_AGREEMENT = "no agreement"

_SUBSETS = 10

#: What rules depend on that ask of costs and budget only which packages are affordable.
AFFORDABLE = "affordable packages"


@serializable("bargaining.PackageChoice")
@dataclass(frozen=True)
class PackageChoice(Setting[Any, Any]):
    """Agents agree on one package within a budget, or on none.

    A choice is the label of a package (for modules: ``(base, modules)``), or ``"no agreement"``,
    which is worth the reserve.
    """

    id: ClassVar[str] = "bargaining.packages"
    data_kinds: ClassVar[tuple[type, ...]] = (Menu, Modules)
    public: ClassVar[bool] = True

    def scale(self, problem: Problem) -> Number:
        rubric = getattr(problem.data, "rubric", None)
        marks = 1 if rubric is None else max(abs(rubric.low), abs(rubric.high))
        return largest(problem.types) * marks

    def problem(self, data: Any, **options: Any) -> Problem:
        """Read a menu; `options` are those of :func:`menu`."""
        refuse_unknown(options, menu)
        return menu(data, **options)

    def reread(self, problem: Problem) -> Problem:
        data = problem.data
        if not isinstance(data, Menu):
            return problem
        columns = zip(*problem.types, strict=True)
        read = menu(
            dict(zip(data.packages, columns, strict=True)),
            agents=problem.agents,
            costs=data.costs,
            budget=problem.budget,
            reserve=problem.reserve,
            weights=problem.weights,
        )
        return replace(read, agents=problem.agents)

    def utility(
        self, problem: Problem, agent: AgentId, true_type: Any, outcome: Outcome[Any]
    ) -> Number:
        """What the package is worth to an agent of a type; the reserve without an agreement."""
        if outcome.choice == NO_AGREEMENT:
            return 0 if problem.reserve is None else problem.reserve[problem.position(agent)]
        data = problem.data
        if isinstance(data, Menu):
            row: tuple[Number, ...] = true_type
            return row[place_of(outcome.choice, data.packages, "choice")]
        return _modular(data, true_type, outcome.choice)

    def feasible(self, problem: Problem, outcome: Outcome[Any]) -> bool:
        if outcome.choice == NO_AGREEMENT:
            return True
        try:
            cost = self.cost(problem, outcome.choice)
        except InvalidInputError:
            return False
        return problem.budget is None or _within(cost, problem.budget)

    def cost(self, problem: Problem, choice: object) -> Number:
        """What a package costs.

        Raises
        ------
        InvalidInputError
            If there is no such package.
        """
        data = problem.data
        if isinstance(data, Menu):
            return data.costs[place_of(choice, data.packages, "choice")]
        base, chosen = _parts(data, choice)
        total: Number = data.base_costs[base] + sum(data.module_costs[k] for k in chosen)
        return total

    def outcome(self, problem: Problem, raw: object) -> Outcome:
        found = Outcome(raw, problem=problem, setting=self)
        if found.choice == NO_AGREEMENT:
            return found
        return replace(found, cost=self.cost(problem, found.choice))

    def plain(self, problem: Problem) -> Any:
        return problem

    # ------------------------------------------------------------------------ capabilities

    def outcomes(self, problem: Problem) -> Iterator[Outcome]:
        """Every feasible package."""
        data = problem.data
        if isinstance(data, Menu):
            for label, cost in zip(data.packages, data.costs, strict=True):
                if problem.budget is None or _within(cost, problem.budget):
                    yield Outcome(label, cost=cost, problem=problem, setting=self)
            return
        found = enumerate_packages(problem)
        for k in range(len(found)):
            yield Outcome(found.label(k), cost=found.cost(k), problem=problem, setting=self)

    def claim(self, problem: Problem, outcome: Outcome[Any]) -> Number:
        """The share of the budget that the package costs, and of weight that enforces it."""
        if problem.budget is None or outcome.cost is None or not problem.budget:
            return 1
        cost = outcome.cost
        exact = isinstance(cost, (int, Fraction)) and isinstance(problem.budget, (int, Fraction))
        return Fraction(cost) / problem.budget if exact else cost / problem.budget

    def rescaled(self, problem: Problem) -> Iterator[tuple[Problem, str]]:
        for k, agent in enumerate(problem.agents):
            for factor, shift in ((2, 0), (3, 0), (Fraction(1, 2), 0), (1, 1)):
                own = _affine(problem.types[k], factor, shift, problem.data)
                if own is None:
                    continue
                reserve = list(problem.reserve or (0,) * len(problem))
                reserve[k] = reserve[k] * factor + shift
                changed = replace(problem.report(agent, own), reserve=tuple(reserve))
                how = f"times {show(factor)}" if factor != 1 else f"plus {shift}"
                yield changed, f"with the utility of agent {agent} {how}"

    def restricted(self, problem: Problem, keep: Sequence[Outcome]) -> Iterator[Problem]:
        data = problem.data
        if not isinstance(data, Menu) or len(data.packages) > _SUBSETS:
            raise UndecidedError(f"all smaller menus are tried for up to {_SUBSETS} packages only")
        kept = {outcome.choice for outcome in keep}
        every = range(len(data.packages))
        for size in range(len(data.packages) - 1, 0, -1):
            for subset in itertools.combinations(every, size):
                if not kept or kept & {data.packages[k] for k in subset}:
                    yield _submenu(problem, data, subset)

    def normal_scale(self, problem: Problem) -> Problem | None:
        types, reserve = [], []
        for own, d in zip(problem.types, problem.reserve or (0,) * len(problem), strict=True):
            if isinstance(own, Additive):
                low = min(own.bases)
                size = max((max(own.bases) - low, *own.modules, *(-u for u in own.modules)))
            else:
                low = min(own)
                size = max(own) - low
            # A constant utility leaves only the sign of the reserve beside it.
            size = size or distance(d, low) or 1
            factor = 1 / Fraction(size) if is_exact(size) else 1 / size
            scaled = _affine(own, factor, -low * factor, problem.data)
            if scaled is None:
                return None
            types.append(scaled)
            reserve.append((d - low) * factor)
        return replace(problem, types=tuple(types), reserve=tuple(reserve))

    def enlarged(self, problem: Problem) -> Iterator[Problem]:
        """Larger budgets, up to the cost of the dearest package.

        Every whole number where costs and budget are whole, else every level at which another
        package becomes affordable.
        """
        if problem.budget is not None:
            costs = _possible_costs(problem)
            for level in larger_budgets(problem.budget, costs, costs):
                yield replace(problem, budget=level)

    def enlargements_suffice(self, mechanism: Any, problem: Problem) -> bool:
        """For the rules that ask of costs only what is affordable; in whole numbers for others.

        A user's function may look at the budget itself, of which there are too many.
        """
        if problem.budget is None or mechanism.depends_on == AFFORDABLE:
            return True
        if mechanism.family != "bargaining":
            return False
        costs = _possible_costs(problem)
        return whole_budgets(problem.budget, costs, max(costs)) is not None

    def unanimous(self, problem: Problem, outcome: Outcome[Any]) -> bool | None:
        """Whether the one package that all like best is chosen; None where there is none."""
        found = enumerate_packages(problem)
        if not len(found):
            return None
        if found.exact:
            worth = found.utilities.numerators
        else:  # floats, or exact numbers that fit no array
            rows = [self.utilities(problem, Outcome(found.label(k))) for k in range(len(found))]
            worth = np.array(rows, dtype=object)
        favourites = set()
        for i in range(worth.shape[1]):
            best = (worth[:, i] == worth[:, i].max()).nonzero()[0]
            if len(best) != 1:
                return None
            favourites.add(int(best[0]))
        if len(favourites) != 1:
            return None
        return bool(outcome.choice == found.label(favourites.pop()))

    def domain(self, agents: int, **scope: Any) -> Domain:
        """Every menu of a few packages with utilities from a few values.

        Parameters
        ----------
        agents : int
            The number of agents.
        **scope
            ``packages``: their number; ``utilities``: the values that may occur; optionally
            ``costs`` of the packages and a ``budget``.
        """
        n = as_count(agents, "agents", low=1)
        unknown = sorted(set(scope) - {"packages", "utilities", "costs", "budget"})
        if unknown:
            raise InvalidInputError(
                "scope", "be among packages, utilities, costs and budget", unknown
            )
        for name in ("packages", "utilities"):
            if scope.get(name) is None:
                raise InvalidInputError(name, "be given for an exhaustive check", None)
        count = as_count(scope["packages"], "packages", low=1)
        values = tuple(sorted(set(as_numbers(scope["utilities"], "utilities"))))
        rows = tuple(itertools.product(values, repeat=count))
        labels = tuple(f"p{k + 1}" for k in range(count))
        base = menu(
            dict(zip(labels, itertools.repeat(rows[0][:1] * n), strict=False)),
            costs=scope.get("costs"),
            budget=scope.get("budget"),
        )
        told = ", ".join(show(v) for v in values)
        return Domain(self, base, (rows,) * n, f"{count} packages, utilities {told}")

    def span(
        self,
        agents: int,
        number: Fresh,
        *,
        packages: object = None,
        costs: Any = None,
        budget: Any = None,
        **words: object,
    ) -> Problem:
        if words:
            raise InvalidInputError(
                "scope", "be among packages, costs and budget", sorted(words), owner=self.id
            )
        count = as_count(packages, "packages", low=1)
        rows = {f"p{k + 1}": (0,) * agents for k in range(count)}
        base = menu(rows, costs=costs, budget=budget)
        types = tuple(self.any_report(base, agent, number) for agent in base.agents)
        return replace(base, types=types)

    def any_report(
        self, problem: Problem, agent: AgentId, number: Fresh, **words: object
    ) -> tuple[Number, ...]:
        return tuple(number(None, None) for _ in problem.data.packages)

    def small_domains(self) -> Iterator[Domain]:
        for count in (2, 3):
            yield self.domain(2, packages=count, utilities=(0, 1, 2))

    def size(self, problem: Problem) -> int:
        data = problem.data
        return len(data.packages) if isinstance(data, Menu) else len(data.modules)

    def say_choice(self, problem: Problem, outcome: Outcome[Any]) -> str:
        choice = outcome.choice
        if isinstance(problem.data, Modules) and choice != NO_AGREEMENT:
            base, chosen = choice
            return " + ".join(str(part) for part in (base, *chosen))
        return str(choice)


_PACKAGES = PackageChoice()


def package_choice() -> PackageChoice:
    """The setting of bargaining over packages.

    Examples
    --------
    >>> package_choice().problem({"park": (3, 1), "plaza": (1, 3)}).types
    ((3, 1), (1, 3))
    """
    return _PACKAGES


def _possible_costs(problem: Problem) -> list[Number]:
    """The costs of all packages, affordable or not."""
    found = enumerate_packages(replace(problem, budget=None))
    return sorted({found.cost(k) for k in range(len(found))})


def _parts(data: Modules, choice: object) -> tuple[int, list[int]]:
    if not isinstance(choice, tuple) or len(choice) != 2 or not isinstance(choice[1], tuple):
        raise InvalidInputError("choice", "be a pair (base, modules)", choice)
    base = place_of(choice[0], data.bases, "base")
    chosen = [place_of(m, data.modules, "module") for m in choice[1]]
    inside = set(choice[1])
    for conflict in data.conflicts:
        if len(conflict & inside) > 1:
            raise InvalidInputError("choice", f"respect the conflict {set(conflict)}", choice)
    for module, needed in data.requirements:
        if module in inside and needed not in inside:
            raise InvalidInputError("choice", f"have {needed!r} with {module!r}", choice)
    return base, chosen


def _modular(data: Modules, own: Any, choice: Any) -> Number:
    base, chosen = _parts(data, choice)
    if data.rubric is None:
        total: Number = own.bases[base] + sum(own.modules[k] for k in chosen)
        return total
    rubric = data.rubric
    utility: Number = 0
    for c, weight in enumerate(own):
        raw = rubric.base_scores[base][c] + sum(rubric.effects[k][c] for k in chosen)
        utility += weight * min(max(raw, rubric.low), rubric.high)
    return utility


def _affine(own: Any, factor: Number, shift: Number, data: object) -> Any:
    if isinstance(data, Menu):
        return tuple(u * factor + shift for u in own)
    if isinstance(own, Additive):
        scaled = tuple(u * factor for u in own.modules)
        return Additive(tuple(u * factor + shift for u in own.bases), scaled)
    return None


def _submenu(problem: Problem, data: Menu, subset: tuple[int, ...]) -> Problem:
    smaller = Menu(tuple(data.packages[k] for k in subset), tuple(data.costs[k] for k in subset))
    types = tuple(tuple(row[k] for k in subset) for row in problem.types)
    return replace(problem, types=types, data=smaller)


def _within(cost: Number, budget: Number) -> bool:
    if isinstance(cost, float) or isinstance(budget, float):
        return cost <= budget + 1e-12 * abs(float(budget))
    return cost <= budget
