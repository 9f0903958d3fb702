"""What all sales share: agents value what they get, money changes hands, welfare has an optimum."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, TypeVar

from mechdesign.auctions.trade import better_trade
from mechdesign.errors import InvalidInputError
from mechdesign.model import (
    AgentId,
    FrozenMap,
    Number,
    Outcome,
    Problem,
    Provenance,
    Setting,
    all_exact,
    as_list,
    as_number,
    as_numbers,
    is_frame,
    labelled_rows,
    tidy,
)
from mechdesign.model.numbers import largest

__all__ = ["Sale"]

Type = TypeVar("Type")
Choice = TypeVar("Choice")
_TOLERANCE = 1e-9


class Sale(Setting[Type, Choice]):
    """Quasi-linear utilities: what a choice is worth to an agent, less its payment."""

    private_values: ClassVar[bool] = True
    money: ClassVar[bool] = True
    public: ClassVar[bool] = False
    #: What a choice is called in errors, what holds it, and what is demanded of it.
    called: ClassVar[str]
    held: ClassVar[Callable[[Any], Any]] = FrozenMap
    demanded: ClassVar[str]

    @abstractmethod
    def worth(self, problem: Problem, agent: AgentId, own: Any, choice: Any) -> Number:
        """What a choice is worth to an agent of type `own`, before it pays."""

    @abstractmethod
    def most_welfare(self, problem: Problem) -> tuple[Number, Any]:
        """The largest sum of worths, and the first choice that attains it."""

    def utility(self, problem: Problem, agent: AgentId, true_type: Any, outcome: Outcome) -> Number:
        return self.worth(problem, agent, true_type, outcome.choice) - outcome.pay(agent)

    def scale(self, problem: Problem) -> Number:
        return largest(problem.types)

    def optimal_welfare(self, problem: Problem) -> Number:
        """The largest sum of worths."""
        return self.most_welfare(problem)[0]

    def outcome(self, problem: Problem, raw: Any) -> Outcome:
        """Wrap a pair of a choice and the payments, a mapping of agents."""
        try:
            choice, payments = raw
            choice = type(self).held(choice)
        except (TypeError, ValueError):
            told = f"be ({self.called}, payments)"
            raise InvalidInputError("outcome", told, raw) from None
        found: Outcome[Any] = Outcome(choice, payments, problem=problem, setting=self)
        if not self.feasible(problem, found):
            raise InvalidInputError("outcome", self.demanded, raw)
        return found

    def improvement(self, problem: Problem, outcome: Outcome, *, weak: bool) -> Outcome | None:
        """An outcome that all agents prefer at the same revenue: welfare is not yet the largest."""
        _, choice = self.most_welfare(problem)
        best: Outcome[Any] = Outcome(choice, problem=problem, setting=self)
        return better_trade(self, problem, outcome, best)


def worths(setting: Any, problem: Problem, choice: Any) -> list[Number]:
    """What a choice is worth to each agent by its report."""
    pairs = zip(problem.agents, problem.types, strict=True)
    return [setting.worth(problem, agent, own, choice) for agent, own in pairs]


def sold(
    setting: Any,
    problem: Problem,
    choice: Any,
    payments: dict[Any, Number] | None,
    *,
    algorithm: str = "",
    ties: str = "",
    **details: Any,
) -> Outcome:
    """An outcome with its welfare and revenue."""
    exact = all_exact(_numbers(problem.types))
    told: dict[str, Any] = {"welfare": tidy(sum(worths(setting, problem, choice))), **details}
    if payments is not None:
        payments = {agent: tidy(paid) for agent, paid in payments.items()}
        told["revenue"] = tidy(sum(payments.values()))
    how = Provenance(
        algorithm=algorithm,
        exact=exact,
        tolerance=None if exact else _TOLERANCE,
        ties=ties,
        decisions=getattr(problem.data, "decisions", ()),
    )
    return Outcome(choice, payments, details=told, provenance=how, problem=problem, setting=setting)


def clarke(
    setting: Any,
    problem: Problem,
    *,
    algorithm: str = "",
    best: Callable[[Problem], tuple[Number, Any]] | None = None,
) -> Outcome:
    """The choice of largest welfare; everybody pays what its presence costs the others.

    `best` finds that choice, by default the setting's `most_welfare`.
    """
    best = best or setting.most_welfare
    most, choice = best(problem)
    own = worths(setting, problem, choice)
    payments = {}
    for agent, worth in zip(problem.agents, own, strict=True):
        payments[agent] = best(problem.without(agent))[0] - (most - worth)
    return sold(setting, problem, choice, payments, algorithm=algorithm)


def rows_of(data: Any, *, low: Number | None = None) -> dict[Any, tuple[Number, ...]]:
    """A row of numbers for each agent, out of a mapping or a sequence."""
    if is_frame(data):
        labels, _, listed = labelled_rows(data, "data")
        rows = dict(zip(range(len(listed)) if labels is None else labels, listed, strict=True))
    else:
        rows = dict(data) if isinstance(data, Mapping) else dict(enumerate(as_list(data, "data")))
    if not rows:
        raise InvalidInputError("data", "have a row for at least one agent", data)
    return {who: as_numbers(row, f"data[{who!r}]", low=low) for who, row in rows.items()}


def table_of(
    data: Any, columns: Sequence[Any] | None, parameter: str, *, low: Number | None = None
) -> tuple[dict[Any, tuple[Number, ...]], tuple[Any, ...]]:
    """Rows of one length, and the names of their columns: numbers from 0 on by default."""
    if is_frame(data) and columns is None:
        columns = labelled_rows(data, "data")[1]
    rows = rows_of(data, low=low)
    if len({len(own) for own in rows.values()}) > 1:
        raise InvalidInputError("data", "have rows of one length", data)
    width = len(next(iter(rows.values())))
    names = tuple(range(width)) if columns is None else tuple(as_list(columns, parameter))
    if len(names) != width or len(set(names)) != width:
        raise InvalidInputError(parameter, f"be {width} different names", names)
    return rows, names


def values_of(
    scope: Mapping[str, Any], words: Sequence[str], usual: Any, *, low: Number | None = 0
) -> tuple[Number, ...]:
    """The ``values`` of a domain, whose other words must be among those named."""
    unknown = sorted(set(scope) - {*words, "values"})
    if unknown:
        told = f"be {', '.join(['agents', *words])} and values"
        raise InvalidInputError("scope", told, unknown)
    listed = as_list(scope.get("values", usual), "values")
    return tuple(as_number(x, "values", low=low) for x in listed)


def _numbers(value: Any) -> Any:
    """All numbers in a nest of tuples, labels left out."""
    if isinstance(value, tuple):
        for part in value:
            yield from _numbers(part)
    elif not isinstance(value, (str, frozenset)):
        yield value
