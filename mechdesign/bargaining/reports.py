"""What a package means to everybody: totals, the worst-off, satisfaction, inequality, a ledger."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, Literal

from mechdesign.bargaining.menus.data import Menu
from mechdesign.bargaining.menus.package_lists import packages
from mechdesign.bargaining.menus.setting import NO_AGREEMENT, package_choice
from mechdesign.errors import InvalidInputError, require
from mechdesign.io import Table
from mechdesign.model import (
    AgentId,
    Number,
    Outcome,
    Problem,
    as_number,
    as_numbers,
    ratio,
    show,
    welfare,
)
from mechdesign.records import dataclass

__all__ = [
    "Metrics",
    "Report",
    "atkinson",
    "best_base",
    "metrics",
    "price_of_fairness",
    "report",
    "theil",
]

_SETTING = package_choice()
Method = Literal["linear", "nearest_rank"]


@dataclass(frozen=True)
class Metrics:
    """The figures of one package.

    Parameters
    ----------
    package : hashable
        Its label.
    cost : number or None
        What it costs.
    utilities, satisfaction : tuple of numbers
        In the order of the agents; satisfaction is 0 at the worst and 1 at the best package of the
        reference set, for each agent on its own scale.
    total, worst, gini : number
        The (weighted) sum, the smallest utility, the Gini coefficient (population convention; None
        where a utility is negative).
    worst_agent : hashable
        Who has the smallest utility.
    quantile : number
        The quantile of satisfaction.
    """

    package: Any
    cost: Number | None
    utilities: tuple[Number, ...]
    satisfaction: tuple[Number, ...]
    total: Number
    worst: Number
    worst_agent: AgentId
    quantile: Number
    gini: Number | None


@dataclass(frozen=True)
class Report:
    """A package against the one before it.

    Parameters
    ----------
    problem : Problem
        Where both are packages.
    before, after : Metrics
        The figures of the two.
    level : number
        Which quantile of satisfaction they show.
    reference : tuple
        The packages that satisfaction is measured against; empty for all feasible ones.
    flat : tuple of agents
        Those to whom all packages of the reference set are worth the same: satisfaction 1.
    """

    problem: Problem
    before: Metrics
    after: Metrics
    level: Number
    reference: tuple[Any, ...]
    flat: tuple[AgentId, ...] = ()

    @property
    def headline(self) -> Table:
        """Total, worst group, quantile of satisfaction and Gini, before and after."""
        rows: list[list[Any]] = [
            ["total utility", self.before.total, self.after.total],
            ["worst group", self.before.worst, self.after.worst],
            [f"satisfaction, quantile {show(self.level)}", *self._both("quantile")],
            ["Gini", self.before.gini, self.after.gini],
            ["cost", self.before.cost, self.after.cost],
        ]
        names = [say(self.problem, one.package) for one in (self.before, self.after)]
        notes = ["satisfaction is measured against " + ", ".join(self._reference())]
        if self.flat:
            notes.append(f"nothing in it matters to {', '.join(map(str, self.flat))}")
        cells = [[row[0], *(_decimal(v) for v in row[1:])] for row in rows]
        return Table(["figure", f"before: {names[0]}", f"after: {names[1]}"], cells, notes=notes)

    @property
    def ledger(self) -> Table:
        """Who gained and who lost, in utility and in satisfaction."""
        rows = []
        for k, agent in enumerate(self.problem.agents):
            old, new = self.before.utilities[k], self.after.utilities[k]
            change = "gains" if new > old else "loses" if new < old else "stays"
            rows.append(
                [agent, old, new, new - old, change, self.after.satisfaction[k]],
            )
        return Table(["group", "before", "after", "change", "", "satisfaction"], rows)

    def table(self) -> Table:
        """The ledger."""
        return self.ledger

    @property
    def gained(self) -> tuple[AgentId, ...]:
        """The agents that are better off."""
        return self._moved(1)

    @property
    def lost(self) -> tuple[AgentId, ...]:
        """The agents that are worse off."""
        return self._moved(-1)

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {"headline": self.headline.to_dict(), "ledger": self.ledger.to_dict()}

    def __str__(self) -> str:
        return f"{self.headline}\n\n{self.ledger}"

    def _both(self, name: str) -> list[Any]:
        return [getattr(self.before, name), getattr(self.after, name)]

    def _reference(self) -> list[str]:
        if not self.reference:
            return ["all feasible packages"]
        listed = [say(self.problem, label) for label in self.reference[:8]]
        more = len(self.reference) - len(listed)
        return [*listed, f"{more} more"] if more else listed

    def _moved(self, sign: int) -> tuple[AgentId, ...]:
        pairs = zip(self.problem.agents, self.before.utilities, self.after.utilities, strict=True)
        return tuple(agent for agent, old, new in pairs if (new - old) * sign > 0)


def best_base(problem: Problem) -> Outcome:
    """The base design without modules that has the largest total utility.

    Ties go to the larger smallest utility, then the lower cost, then the order of the bases.  In a
    menu every package counts as a base.

    Examples
    --------
    >>> from mechdesign.bargaining import menu
    >>> best_base(menu({"a": (3, 1), "b": (2, 2)})).choice
    'b'
    """
    require(problem, Problem, "problem")
    made = [_SETTING.outcome(problem, label) for label in base_labels(problem)]
    fitting = [outcome for outcome in made if _SETTING.feasible(problem, outcome)]
    if not fitting:
        raise InvalidInputError("problem", "have a base within the budget", problem.budget)

    def quality(outcome: Outcome) -> tuple[Number, Number, Number]:
        values = tuple(outcome.utilities.values())
        total = welfare.utilitarian(values, problem.weights)
        return total, min(values), -(outcome.cost or 0)

    return max(fitting, key=quality)


def base_labels(problem: Problem) -> tuple[Any, ...]:
    """The base designs without modules; the packages of a menu."""
    _SETTING.check(problem)
    data = problem.data
    return data.packages if isinstance(data, Menu) else tuple((b, ()) for b in data.bases)


def metrics(
    problem: Problem,
    package: object,
    *,
    reference: Iterable[Any] | None = None,
    level: Number = 0.2,
    method: Method = "linear",
) -> Metrics:
    """The figures of one package.

    Parameters
    ----------
    problem : Problem
        Of the setting ``bargaining.packages``.
    package : Outcome or label
        The package.
    reference : iterable of labels, optional
        The set that satisfaction is measured against, each agent between its worst and its best
        package there; by default all feasible packages.  ``"no agreement"`` stands for the reserve.
    level : number in [0, 1]
        Which quantile of satisfaction to take.
    method : {"linear", "nearest_rank"}
        How, as in :func:`mechdesign.model.welfare.quantile`.

    Examples
    --------
    >>> from mechdesign.bargaining import menu
    >>> found = metrics(menu({"a": (3, 1), "b": (2, 2)}), "a")
    >>> found.total, found.worst, found.worst_agent, found.satisfaction
    (4, 1, 1, (1, 0))
    """
    require(problem, Problem, "problem")
    labels, ends = _ends(problem, reference)
    del labels
    return _metrics(problem, _outcome(problem, package), ends, level, method)


def report(
    problem: Problem,
    package: object,
    *,
    before: object = None,
    reference: Iterable[Any] | Literal["scenario"] | None = None,
    level: Number = 0.2,
    method: Method = "linear",
) -> Report:
    """Report a package against another one, by default the best base design.

    Parameters
    ----------
    problem : Problem
        Of the setting ``bargaining.packages``.
    package : Outcome or label
        What was agreed on.
    before : Outcome or label, optional
        What to compare it with; by default :func:`best_base`.
    reference, level, method
        As in :func:`metrics`; ``"scenario"`` is the reserve, the bases and the agreed package.

    Examples
    --------
    >>> from mechdesign.bargaining import menu
    >>> print(report(menu({"a": (3, 1), "b": (2, 4)}), "b", before="a").ledger)
    group  before  after  change         satisfaction
    -----  ------  -----  ------  -----  ------------
    0      3       2      -1      loses  0
    1      1       4      3       gains  1
    """
    if reference == "scenario":
        agreed = _outcome(problem, package).choice
        reference = tuple(dict.fromkeys([NO_AGREEMENT, *base_labels(problem), agreed]))
    require(problem, Problem, "problem")
    labels, ends = _ends(problem, reference)
    first = best_base(problem) if before is None else _outcome(problem, before)
    share = as_number(level, "level", low=0, high=1)
    pair = [
        _metrics(problem, one, ends, share, method) for one in (first, _outcome(problem, package))
    ]
    flat = tuple(
        agent for agent, (low, high) in zip(problem.agents, ends, strict=True) if low == high
    )
    return Report(problem, pair[0], pair[1], share, labels, flat)


def price_of_fairness(problem: Problem, package: object) -> Number:
    """The share of the largest possible total utility that a package gives up.

    Parameters
    ----------
    problem : Problem
        Of the setting ``bargaining.packages``, with a positive largest total.
    package : Outcome or label
        The package.

    Examples
    --------
    >>> from mechdesign.bargaining import egalitarian, menu
    >>> problem = menu({"a": (9, 1), "b": (4, 4)})
    >>> price_of_fairness(problem, egalitarian(problem))
    Fraction(1, 5)
    """
    from mechdesign.bargaining.solutions.package_solutions import utilitarian

    best = welfare.utilitarian(utilitarian(problem).utilities, problem.weights)
    own = welfare.utilitarian(_outcome(problem, package).utilities, problem.weights)
    if best <= 0:
        raise InvalidInputError("problem", "have a positive largest total utility", best)
    return 1 - _share(own, best)


def theil(utilities: Sequence[Number]) -> float:
    """The Theil index, 0 for equality: the mean of ``(u/m) log(u/m)`` with mean m.

    Examples
    --------
    >>> theil([2, 2]), round(theil([1, 3]), 4)
    (0.0, 0.1308)
    """
    values = [float(u) for u in as_numbers(utilities, "utilities", low=0)]
    mean = sum(values) / len(values) if values else 0.0
    if mean == 0:
        return 0.0
    return sum(u / mean * math.log(u / mean) for u in values if u > 0) / len(values)


def atkinson(utilities: Sequence[Number], aversion: Number = 1) -> float:
    """The Atkinson index, 0 for equality; `aversion` > 0 says how much the worst-off count.

    Examples
    --------
    >>> atkinson([2, 2]), round(atkinson([1, 3]), 4)
    (0.0, 0.134)
    """
    values = [float(u) for u in as_numbers(utilities, "utilities", low=0)]
    eps = float(as_number(aversion, "aversion"))
    if eps <= 0:
        raise InvalidInputError("aversion", "be positive", aversion)
    mean = sum(values) / len(values) if values else 0.0
    if mean == 0:
        return 0.0
    if min(values) == 0 and eps >= 1:
        return 1.0
    if eps == 1:
        equal = math.exp(sum(map(math.log, values)) / len(values))
    else:
        equal = (sum(u ** (1 - eps) for u in values) / len(values)) ** (1 / (1 - eps))
    return 1 - equal / mean


def say(problem: Problem, label: object) -> str:
    """A package in words."""
    return _SETTING.say_choice(problem, Outcome(label))


def _outcome(problem: Problem, package: object) -> Outcome:
    label = package.choice if isinstance(package, Outcome) else package
    return _SETTING.outcome(problem, label)


def _ends(
    problem: Problem, reference: Iterable[Any] | None
) -> tuple[tuple[Any, ...], list[tuple[Number, Number]]]:
    """The reference set and each agent's smallest and largest utility in it."""
    if reference is None:
        labels: tuple[Any, ...] = ()
        found = packages(problem)
        if not len(found):
            return labels, [(0, 0)] * len(problem)
        rows = [found.utility(int(k)) for k in _extreme_rows(found)]
    else:
        made = [_outcome(problem, label) for label in reference]
        if not made:
            raise InvalidInputError("reference", "not be empty", made, owner="report")
        labels = tuple(outcome.choice for outcome in made)
        rows = [tuple(outcome.utilities.values()) for outcome in made]
    columns = list(zip(*rows, strict=True))
    return labels, [(min(column), max(column)) for column in columns]


def _extreme_rows(found: Any) -> list[int]:
    values = found.utilities.numerators if found.exact else found.utilities
    return sorted({*values.argmin(axis=0).tolist(), *values.argmax(axis=0).tolist()})


def _metrics(
    problem: Problem,
    outcome: Outcome,
    ends: list[tuple[Number, Number]],
    level: Number,
    method: Method,
) -> Metrics:
    values = tuple(outcome.utilities.values())
    satisfaction = tuple(
        _share(u - low, high - low) for u, (low, high) in zip(values, ends, strict=True)
    )
    worst = min(range(len(values)), key=values.__getitem__)
    return Metrics(
        package=outcome.choice,
        cost=None if outcome.choice == NO_AGREEMENT else outcome.cost,
        utilities=values,
        satisfaction=satisfaction,
        total=welfare.utilitarian(values, problem.weights),
        worst=values[worst],
        worst_agent=problem.agents[worst],
        quantile=welfare.quantile(satisfaction, level, method),
        gini=welfare.gini(values) if min(values) >= 0 else None,
    )


def _share(part: Number, whole: Number) -> Number:
    if not whole:
        return 1
    return ratio(part, whole)


def _decimal(value: Any) -> Any:
    """Rounded for people; the exact numbers are in the metrics."""
    return None if value is None else f"{float(value):.4g}"
