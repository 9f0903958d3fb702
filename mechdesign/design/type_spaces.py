"""Domains of one's own: types, outcomes, and what these are worth."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field
from typing import Any, ClassVar

from mechdesign.errors import InvalidInputError, require
from mechdesign.model import AgentId, Domain, Number, Outcome, Problem, Setting, freeze
from mechdesign.records import dataclass

__all__ = ["TypeSpace", "type_space"]

#: ``value(agent, type, outcome)``.
Value = Callable[[Any, Any, Any], Number]


@dataclass(frozen=True)
class TypeSpace(Setting[Any, Any]):
    """Outcomes that are worth something to types, and money: see :func:`type_space`."""

    id: ClassVar[str] = "design.type_space"
    public: ClassVar[bool] = False
    private_values: ClassVar[bool] = True
    money: ClassVar[bool] = True

    names: tuple[Any, ...]
    spaces: tuple[tuple[Any, ...], ...]
    listed: tuple[Any, ...]
    value: Value = field(compare=False)

    def domain(self, agents: int, **scope: Any) -> Domain:
        """All profiles of the types."""
        if scope or agents != len(self.names):
            raise InvalidInputError("agents", f"be {len(self.names)}, without a scope", agents)
        base = Problem(self.names, tuple(space[0] for space in self.spaces))
        return Domain(self, base, self.spaces, "the types", complete=True)

    def problem(self, data: Any, **options: Any) -> Problem:
        """Read types: a list, or a mapping of agents to types."""
        if options:
            raise InvalidInputError("options", "be left out", sorted(options))
        if isinstance(data, Mapping):
            return Problem(tuple(data), tuple(map(freeze, data.values())))
        return Problem(range(len(data)), tuple(map(freeze, data)))

    def utility(self, problem: Problem, agent: AgentId, true_type: Any, outcome: Outcome) -> Number:
        """What the outcome is worth to the type, less what it pays."""
        return self.value(agent, true_type, outcome.choice) - outcome.pay(agent)

    def feasible(self, problem: Problem, outcome: Outcome) -> bool:
        return outcome.choice in self.listed

    def outcomes(self, problem: Problem) -> Iterable[Outcome]:
        """All of them, whatever the types."""
        return [Outcome(choice, problem=problem, setting=self) for choice in self.listed]


def type_space(types: Mapping[Any, Sequence[Any]], outcomes: Sequence[Any], value: Value) -> Domain:
    """A domain of one's own: types, outcomes, and what they are worth.

    Parameters
    ----------
    types : mapping of agent to sequence
        The possible types of each agent.
    outcomes : sequence
        The feasible outcomes.
    value : callable
        ``value(agent, type, outcome)``.

    Examples
    --------
    >>> domain = type_space({"ann": (1, 2)}, ("keep", "sell"), lambda who, t, o: t * (o == "sell"))
    >>> len(domain)
    2
    """
    require(types, Mapping, "types")
    chosen = tuple(map(freeze, outcomes))
    if not chosen or len(set(chosen)) != len(chosen):
        raise InvalidInputError("outcomes", "be distinct and at least one", outcomes)
    spaces = [tuple(map(freeze, listed)) for listed in types.values()]
    if not spaces or not all(spaces):
        raise InvalidInputError("types", "list at least one type for every agent", types)
    if any(len(set(space)) < len(space) for space in spaces):
        raise InvalidInputError("types", "list every type of an agent once", types)
    if not callable(value):
        raise InvalidInputError("value", "be a function of agent, type and outcome", value)
    return TypeSpace(tuple(types), tuple(spaces), chosen, value).domain(len(spaces))
