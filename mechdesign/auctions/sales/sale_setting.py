"""What all sales share: agents value what they get, money changes hands, welfare has an optimum."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar, TypeVar

from mechdesign.auctions.trade import better_trade
from mechdesign.model import (
    AgentId,
    Number,
    Outcome,
    Problem,
    Provenance,
    Setting,
    all_exact,
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


def clarke(setting: Any, problem: Problem, *, algorithm: str = "") -> Outcome:
    """The choice of largest welfare; everybody pays what its presence costs the others."""
    most, choice = setting.most_welfare(problem)
    own = worths(setting, problem, choice)
    payments = {}
    for agent, worth in zip(problem.agents, own, strict=True):
        payments[agent] = setting.optimal_welfare(problem.without(agent)) - (most - worth)
    return sold(setting, problem, choice, payments, algorithm=algorithm)


def _numbers(value: Any) -> Any:
    """All numbers in a nest of tuples, labels left out."""
    if isinstance(value, tuple):
        for part in value:
            yield from _numbers(part)
    elif not isinstance(value, (str, frozenset)):
        yield value
