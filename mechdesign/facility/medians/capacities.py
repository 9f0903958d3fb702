"""Capacities: monotone set functions, the parameters of a generalised median."""

from __future__ import annotations

import itertools
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field
from fractions import Fraction
from typing import Any

from mechdesign.errors import InvalidInputError, require
from mechdesign.facility.segment.profiles import AgentsError
from mechdesign.model import (
    AgentId,
    FrozenMap,
    Number,
    as_list,
    as_number,
    is_exact,
    serializable,
    show,
)
from mechdesign.records import dataclass

__all__ = ["Capacity", "not_monotone"]

Group = frozenset[AgentId]


class Capacity(ABC):
    """``alpha_S`` in [0, 1] for every set S of agents, nondecreasing in S."""

    #: The agents it is about, or None where any agents will do.
    agents: Sequence[AgentId] | None = None
    #: Whether monotonicity was established when it was made.
    trusted: bool = True

    @abstractmethod
    def at(self, group: Group, everybody: Sequence[AgentId]) -> Number:
        """``alpha_S`` for S = `group` among `everybody`."""


@serializable("facility.TableCapacity")
@dataclass(frozen=True)
class TableCapacity(Capacity):
    """A capacity that lists its value for every set.

    Parameters
    ----------
    values : mapping of sets (or tuples) of agents to numbers in [0, 1]
        The empty set and the set of all agents may be left out: they are 0 and 1.

    Raises
    ------
    InvalidInputError
        If a set is missing or a larger set has a smaller value, with the two sets.
    """

    values: Mapping[Any, Number]
    agents: Sequence[AgentId] = field(init=False)

    def __post_init__(self) -> None:
        owner = "TableCapacity"
        if not isinstance(self.values, Mapping):
            raise InvalidInputError("values", "map sets of agents to numbers", self.values)
        table = {
            _group(key): as_number(value, f"values[{key!r}]", low=0, high=1, owner=owner)
            for key, value in self.values.items()
        }
        agents = _in_order(frozenset().union(*table)) if table else ()
        if not agents:
            raise InvalidInputError("values", "name at least one agent", self.values, owner=owner)
        table.setdefault(frozenset(), 0)
        table.setdefault(frozenset(agents), 1)
        for group in _subsets(agents):
            if group not in table:
                raise InvalidInputError(
                    "values", f"have an entry for {_say(group)}", self.values, owner=owner
                )
        object.__setattr__(self, "values", FrozenMap(table))
        object.__setattr__(self, "agents", agents)
        _refuse(not_monotone(self, agents), self, agents)

    def at(self, group: Group, everybody: Sequence[AgentId]) -> Number:
        if set(everybody) != set(self.agents):
            raise AgentsError("reports", f"be those of the agents {self.agents}", tuple(everybody))
        value: Number = self.values[group]
        return value


@serializable("facility.AdditiveCapacity")
@dataclass(frozen=True)
class AdditiveCapacity(Capacity):
    """``w(S) / w(N)`` for weights of the agents.

    Parameters
    ----------
    weights : mapping of agent to number
        Nonnegative and not all zero.
    """

    weights: Mapping[AgentId, Number]

    def __post_init__(self) -> None:
        weights = FrozenMap(
            (agent, as_number(w, f"weights[{agent!r}]", low=0, owner="weighted_uniform"))
            for agent, w in self.weights.items()
        )
        if not any(weights.values()):
            raise InvalidInputError("weights", "not all be zero", dict(weights))
        object.__setattr__(self, "weights", weights)
        object.__setattr__(self, "agents", tuple(weights))

    def at(self, group: Group, everybody: Sequence[AgentId]) -> Number:
        if set(everybody) != set(self.weights):
            raise AgentsError(
                "reports", f"be those of the agents {tuple(self.weights)}", tuple(everybody)
            )
        # Summed in the order of the weights, so that float sums do not depend on hashing.
        inside = sum(w for agent, w in self.weights.items() if agent in group)
        total = sum(self.weights.values())
        if is_exact(inside) and is_exact(total):
            return Fraction(inside) / Fraction(total)
        return min(1.0, inside / total)


@serializable("facility.DictatorCapacity")
@dataclass(frozen=True)
class DictatorCapacity(Capacity):
    """1 for the sets that contain the dictator.

    Parameters
    ----------
    dictator : hashable
        The agent.
    """

    dictator: AgentId

    def at(self, group: Group, everybody: Sequence[AgentId]) -> Number:
        if self.dictator not in everybody:
            raise AgentsError("dictator", "be one of the agents", self.dictator)
        return int(self.dictator in group)


class FunctionCapacity(Capacity):
    """A capacity computed by a function of a frozenset of agents.

    It is called on the n + 1 sets of agents on the right of each report only; that it does not
    decrease is checked on those.

    Parameters
    ----------
    function : callable
        ``function(group) -> number`` in [0, 1].
    """

    trusted = False

    def __init__(self, function: Callable[[Group], Any]) -> None:
        if not callable(function):
            raise InvalidInputError("capacity", "be a mapping or a function of sets", function)
        self.function = function

    def at(self, group: Group, everybody: Sequence[AgentId]) -> Number:
        return as_number(
            self.function(group), f"capacity of {_say(group)}", low=0, high=1, owner="capacity"
        )


def not_monotone(capacity: Capacity, agents: Sequence[AgentId]) -> tuple[Group, Group] | None:
    """A set and a larger set with a smaller value, or None if the capacity is monotone.

    Notes
    -----
    All ``n 2^(n-1)`` pairs that differ by one agent are compared.

    Examples
    --------
    >>> not_monotone(FunctionCapacity(lambda s: 1 - len(s)), (0,))
    (frozenset(), frozenset({0}))
    """
    require(capacity, Capacity, "capacity")
    agents = as_list(agents, "agents")
    values = {group: capacity.at(group, agents) for group in _subsets(agents)}
    for group, value in values.items():
        for agent in agents:
            larger = group | {agent}
            if values[larger] < value:
                return group, larger
    return None


def _refuse(
    pair: tuple[Group, Group] | None, capacity: Capacity, agents: Sequence[AgentId]
) -> None:
    """Raise the error of a capacity that decreases from the first set to the second."""
    if pair is None:
        return
    small, large = pair
    values = capacity.at(small, agents), capacity.at(large, agents)
    raise InvalidInputError(
        "capacity",
        f"not decrease from {_say(small)} to {_say(large)}",
        f"{show(values[0])} > {show(values[1])}",
    )


def _subsets(agents: Sequence[AgentId]) -> Iterable[Group]:
    for size in range(len(agents) + 1):
        for chosen in itertools.combinations(agents, size):
            yield frozenset(chosen)


def _in_order(agents: Iterable[AgentId]) -> tuple[AgentId, ...]:
    """Agents in their own order, or in that of their text where they have none."""
    try:
        return tuple(sorted(agents))  # type: ignore[type-var]
    except TypeError:
        return tuple(sorted(agents, key=repr))


def _group(key: object) -> Group:
    if isinstance(key, (tuple, list, set, frozenset)):
        return frozenset(key)
    return frozenset({key})


def _say(group: Iterable[AgentId]) -> str:
    return "{" + ", ".join(map(str, sorted(group, key=repr))) + "}"
