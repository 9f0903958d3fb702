"""The problem: everything that a mechanism may see."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np

from mechdesign.errors import InvalidInputError
from mechdesign.model.frozen import freeze
from mechdesign.model.numbers import Number, as_number
from mechdesign.model.serialize import serializable
from mechdesign.records import guard_methods

__all__ = ["AgentId", "Problem"]

AgentId: TypeAlias = Hashable


@serializable("model.Problem")
@guard_methods
@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """An instance: the agents, what each of them reports, and public data such as costs.

    A problem is immutable, hashable and picklable; families build it from plain data, users rarely
    have to.  Agents have stable identifiers, so that leaving one out does not rename the others.

    Parameters
    ----------
    agents : sequence of hashable
        Distinct identifiers.  Integers ``range(n)`` where the data had no labels.
    types : sequence or numpy.ndarray
        One type for each agent, aligned with `agents`, holding **all** that is the agent's own: a
        peak, a bid, a ranking, edges, utilities.  An array is aligned along its first axis and is
        made read-only.
    data : object, optional
        The agent-free data of the family: slots, arrivals, alternatives, packages and their costs.
    weights : sequence of numbers, optional
        Entitlements or multiplicities, nonnegative and not all zero.
    reserve : sequence of numbers, optional
        The utility that each agent has without an agreement.
    budget : number, optional
        The money that an outcome may cost.

    Raises
    ------
    InvalidInputError
        On duplicate agents, lengths that differ, or weights that are negative or all zero.

    Examples
    --------
    >>> p = Problem(agents=("ann", "bob"), types=(0, 1))
    >>> p.report("bob", 3).types
    (0, 3)
    >>> p.without("ann").agents
    ('bob',)
    """

    agents: Sequence[AgentId]
    types: Any
    data: Any = None
    weights: tuple[Number, ...] | None = None
    reserve: tuple[Number, ...] | None = None
    budget: Number | None = None

    def __post_init__(self) -> None:
        for name in ("agents", "types"):
            given = getattr(self, name)
            if isinstance(given, (str, bytes)) or not isinstance(given, Iterable):
                raise InvalidInputError(name, "be a sequence", given, owner="Problem")
        agents: Sequence[AgentId] = self.agents
        if not isinstance(agents, range):
            agents = tuple(agents)
            if len(set(agents)) != len(agents):
                duplicate = next(a for i, a in enumerate(agents) if a in agents[:i])
                raise InvalidInputError("agents", "be distinct", duplicate, owner="Problem")
        object.__setattr__(self, "agents", agents)
        types = self.types
        if isinstance(types, np.ndarray):
            if types.flags.writeable:
                types = types.copy()
                types.flags.writeable = False
        else:
            types = tuple(types)
        object.__setattr__(self, "types", types)
        self._check_length("types", types)
        if self.weights is not None:
            weights = _checked("weights", self.weights, low=0)
            self._check_length("weights", weights)
            if weights and not any(weights):
                raise InvalidInputError("weights", "not all be zero", weights, owner="Problem")
            object.__setattr__(self, "weights", weights)
        if self.reserve is not None:
            reserve = _checked("reserve", self.reserve)
            self._check_length("reserve", reserve)
            object.__setattr__(self, "reserve", reserve)
        if self.budget is not None:
            budget = as_number(self.budget, "budget", low=0, owner="Problem")
            object.__setattr__(self, "budget", budget)

    def _check_length(self, name: str, values: Any) -> None:
        if len(values) != len(self.agents):
            raise InvalidInputError(
                name,
                f"have one entry for each of the {len(self.agents)} agents",
                f"{len(values)} entries",
                owner="Problem",
            )

    def __len__(self) -> int:
        """The number of agents."""
        return len(self.agents)

    def _key(self) -> tuple[Any, ...]:
        types = self.types
        if isinstance(types, np.ndarray):
            types = (types.shape, types.dtype.str, types.tobytes())
        agents = self.agents
        named = ("range", len(agents)) if isinstance(agents, range) else agents
        return (named, types, self.data, self.weights, self.reserve, self.budget)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Problem):
            return NotImplemented
        return self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    @property
    def labelled(self) -> Any:
        """The types as a reader takes them: a list, or by label where agents have labels."""
        if isinstance(self.agents, range):
            return list(self.types)
        return dict(zip(self.agents, self.types, strict=True))

    def position(self, agent: AgentId) -> int:
        """The place of an agent among :attr:`agents`.

        Raises
        ------
        InvalidInputError
            If there is no such agent.
        """
        try:
            return self.agents.index(agent)
        except ValueError:
            raise InvalidInputError(
                "agent", f"be one of the {len(self)} agents of the problem", agent
            ) from None

    def type_of(self, agent: AgentId) -> Any:
        """The reported type of one agent."""
        return self.types[self.position(agent)]

    def weight_of(self, agent: AgentId) -> Number:
        """The weight of one agent, 1 where the problem has no weights."""
        return 1 if self.weights is None else self.weights[self.position(agent)]

    def report(self, agent: AgentId, report: Any) -> Problem:
        """The problem in which one agent reports another type."""
        return self.with_types({agent: report})

    def with_types(self, reports: Mapping[AgentId, Any]) -> Problem:
        """The problem in which some agents report other types."""
        types: list[Any] = list(self.types)
        for agent, report in reports.items():
            types[self.position(agent)] = freeze(report)
        if isinstance(self.types, np.ndarray):
            return replace(self, types=np.array(types))
        return self._derived(types=tuple(types))

    def with_profile(self, types: tuple[Any, ...]) -> Problem:
        """The problem with other types of all agents, which are known to be possible ones."""
        if isinstance(self.types, np.ndarray):
            return replace(self, types=types)
        if type(self) is not Problem:
            return self._derived(types=types)
        made = object.__new__(Problem)
        for read, write in _SLOTS:
            write(made, read(self))
        _WRITE_TYPES(made, types)
        return made

    def without(self, *absent: AgentId) -> Problem:
        """The problem without some agents; the others keep their identifiers."""
        gone = {self.position(agent) for agent in absent}
        return self._select([k for k in range(len(self)) if k not in gone])

    def permuted(self, order: Iterable[int]) -> Problem:
        """The problem in which agent ``k`` holds the type, weight and reserve of ``order[k]``.

        Parameters
        ----------
        order : sequence of int
            A permutation of the positions ``0 .. n-1``.
        """
        order = list(order)
        if sorted(order) != list(range(len(self))):
            raise InvalidInputError("order", f"be a permutation of 0..{len(self) - 1}", order)
        moved = self._select(order)
        return replace(moved, agents=self.agents)

    def _derived(self, **changes: object) -> Problem:
        """A problem with changed fields that need no check: they come from checked ones."""
        derived = object.__new__(Problem)
        for name in ("agents", "types", "data", "weights", "reserve", "budget"):
            value = changes[name] if name in changes else getattr(self, name)
            object.__setattr__(derived, name, value)
        return derived

    def _select(self, positions: list[int]) -> Problem:
        types = self.types
        return replace(
            self,
            agents=tuple(self.agents[k] for k in positions),
            types=types[positions]
            if isinstance(types, np.ndarray)
            else tuple(types[k] for k in positions),
            weights=None if self.weights is None else tuple(self.weights[k] for k in positions),
            reserve=None if self.reserve is None else tuple(self.reserve[k] for k in positions),
        )


#: How the parts of a problem are read and written, for the many that a check makes.
_PARTS: list[Any] = [vars(Problem)[name] for name in Problem.__slots__]
_SLOTS = [(part.__get__, part.__set__) for part in _PARTS if part.__name__ != "types"]
_WRITE_TYPES = vars(Problem)["types"].__set__


def _checked(name: str, values: Iterable[Any], low: int | None = None) -> tuple[Number, ...]:
    given = tuple(values)
    # What a million ballots have is seen at once: plain integers, none too small.
    if set(map(type, given)) == {int} and (low is None or min(given) >= low):
        return given
    return tuple(
        as_number(value, f"{name}[{k}]", low=low, owner="Problem") for k, value in enumerate(given)
    )


def same_type(first: Any, second: Any) -> bool:
    """Whether two types are equal, rows of arrays included."""
    if isinstance(first, np.ndarray) or isinstance(second, np.ndarray):
        return bool(np.array_equal(first, second))
    return bool(first == second)
