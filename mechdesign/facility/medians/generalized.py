"""Generalised medians: the strategyproof mechanisms in which agents need not count alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np

from mechdesign.errors import InvalidInputError
from mechdesign.facility.medians.capacities import (
    AdditiveCapacity,
    Capacity,
    DictatorCapacity,
    FunctionCapacity,
    TableCapacity,
    _refuse,
)
from mechdesign.facility.medians.phantom import LineMechanism
from mechdesign.facility.medians.selection import cross
from mechdesign.facility.segment.profiles import exact_profile
from mechdesign.facility.segment.references import MOULIN
from mechdesign.facility.segment.setting import Line, placed
from mechdesign.model import (
    AgentId,
    Number,
    Outcome,
    Problem,
    RationalArray,
    Seed,
    Theorem,
    all_exact,
    as_number,
    is_exact,
    labelled_numbers,
    mechanism,
    tidy,
)

__all__ = ["GeneralizedMedian", "dictator", "generalized_median", "weighted_uniform"]

# Up to here a batch is evaluated through a table of all sets.
_TABLED = 16


_STRATEGYPROOF = Theorem(
    MOULIN,
    "a generalised median is strategyproof for single-peaked preferences",
    ("facility.line/euclidean", "facility.line/single_peaked"),
)


class GeneralizedMedian(LineMechanism[Outcome]):
    """``f(x) = max_S min(alpha_S, min_{i in S} x_i)`` for a capacity alpha.

    ``alpha_S`` is the outcome when the agents of S are at the right end and the others at the left
    end.  These are the strategyproof mechanisms for single-peaked preferences (Moulin 1980);
    f is the Sugeno integral of the profile.

    Parameters
    ----------
    capacity : Capacity
        ``alpha``, in shares of the segment.
    setting : Line, optional
        The segment, by default [0, 1].

    Notes
    -----
    One profile takes O(n log n) and at most n + 1 values of the capacity, never ``2^n``: only the
    sets of agents on the right of some report matter.
    """

    anonymous = False
    reference = MOULIN

    def __init__(self, capacity: Capacity, setting: Line | None = None) -> None:
        super().__init__(setting)
        self.capacity = capacity
        self.claims = {"strategyproofness": _STRATEGYPROOF}

    def alpha(self, group: frozenset[AgentId], agents: Sequence[AgentId]) -> Number:
        """The outcome when `group` is at the right end and the other `agents` at the left end."""
        share = self.capacity.at(group, agents)
        low, high = self.setting.low, self.setting.high
        return tidy(share if low == 0 and high == 1 else low + (high - low) * share)

    def solve(self, problem: Problem, *, rng: Seed = None) -> Outcome:
        self.setting.check(problem)
        if problem.weights is not None:
            raise InvalidInputError(
                "weights", "be absent: the capacity says how agents count", problem.weights
            )
        types, agents = problem.types, self._names(problem)
        if isinstance(types, np.ndarray):
            types = types.tolist()
        order = sorted(range(len(types)), key=lambda k: types[k], reverse=True)

        def upper(size: int) -> frozenset[AgentId]:
            """The agents of the largest reports."""
            return frozenset(agents[k] for k in order[:size])

        def alpha(size: int) -> Number:
            return self.alpha(upper(size), agents)

        if not self.capacity.trusted:
            values = [alpha(size) for size in range(len(order) + 1)]
            for size in range(len(order)):
                if values[size] > values[size + 1]:
                    _refuse((upper(size), upper(size + 1)), self.capacity, agents)
            alpha = values.__getitem__  # type: ignore[assignment]
        location = cross([types[k] for k in order], alpha)
        exact = exact_profile(problem)
        place = placed(location if exact else float(location), "upper sets")
        return self.wrap(problem, place)

    def _names(self, problem: Problem) -> tuple[AgentId, ...]:
        """The agents as the capacity knows them: by position where it was given by position."""
        names, own = tuple(problem.agents), self.capacity.agents
        by_position = own is not None and tuple(own) == tuple(range(len(names)))
        return tuple(range(len(names))) if by_position else names

    def evaluate_many(self, profiles: Any) -> Any:
        """The locations for a batch of profiles of the agents ``capacity.agents`` or ``range(n)``.

        Parameters
        ----------
        profiles : RationalArray or numpy.ndarray, shape (batch, n)
            Exact reports over a common denominator, or floats.

        Returns
        -------
        RationalArray or numpy.ndarray, shape (batch,)
        """
        self.setting.check_batch(profiles)
        n = profiles.shape[1]
        agents = tuple(self.capacity.agents or range(n))
        if len(agents) != n:
            raise InvalidInputError("profiles", f"have {len(agents)} columns", n, owner=self.id)
        exact = isinstance(profiles, RationalArray)
        if n > _TABLED:
            rows = profiles.tolist()
            places = [self.solve(Problem(agents, tuple(row))).choice for row in rows]
            return RationalArray.from_values(places) if exact else np.array(places)
        values: tuple[Any, ...] = _set_values(self, agents)
        if exact and all_exact(values):
            table = RationalArray.from_values(values)
            common = int(np.lcm(table.denominator, profiles.denominator))
            reports, alphas = profiles.at(common).numerators, table.at(common).numerators
            return RationalArray(_sugeno(reports, alphas), common)
        reports = profiles.to_float() if exact else np.asarray(profiles, dtype=np.float64)
        return _sugeno(reports, np.array([float(v) for v in values]))


@lru_cache(maxsize=128)
def _set_values(mechanism: GeneralizedMedian, agents: tuple[AgentId, ...]) -> tuple[Number, ...]:
    """``alpha_S`` for all sets, S as the bits of its index."""
    sets = [
        frozenset(agent for bit, agent in enumerate(agents) if mask >> bit & 1)
        for mask in range(2 ** len(agents))
    ]
    values = tuple(mechanism.alpha(group, agents) for group in sets)
    if not mechanism.capacity.trusted:
        for mask, value in enumerate(values):
            for bit in range(len(agents)):
                if values[mask | 1 << bit] < value:
                    _refuse((sets[mask], sets[mask | 1 << bit]), mechanism.capacity, agents)
    return values


def _sugeno(reports: Any, alphas: Any) -> Any:
    """The outcomes of all rows, through the sets of agents on the right of each report."""
    order = np.argsort(-reports, axis=1, kind="stable")
    masks = np.cumsum(1 << order, axis=1)
    descending = np.take_along_axis(reports, order, axis=1)
    return np.maximum(np.minimum(descending, alphas[masks]).max(axis=1), alphas[0])


class FromCapacity(GeneralizedMedian):
    """A generalised median from its ``2^n`` parameters or from a callable capacity.

    Parameters
    ----------
    capacity : mapping, sequence of length 2^n, callable or Capacity
        The location ``alpha_S`` for each set S of agents: the outcome when S is at the right end
        and everybody else at the left end.  Agents are named as in the data, or 0, 1, ... by their
        position.  A mapping from sets or tuples of agents may leave out
        the empty set and the set of all; a sequence is indexed by sets as bits, agent 0 the lowest;
        a function takes a frozenset of agents.

    Raises
    ------
    InvalidInputError
        If the capacity decreases, with the violating pair of sets.

    Examples
    --------
    >>> f = generalized_median(capacity={(0,): 0, (1,): 1})
    >>> f([0.2, 0.7]).choice
    0.7
    >>> generalized_median(capacity=[0, 0, 1, 1])([0.2, 0.7]).choice
    0.7
    >>> generalized_median(capacity=lambda group: min(1, len(group)))([0.2, 0.7]).choice
    0.7
    """

    def __init__(
        self,
        *,
        capacity: Mapping[Any, Number]
        | Sequence[Number]
        | Callable[[frozenset[AgentId]], Number]
        | Capacity,
        setting: Line | None = None,
    ) -> None:
        super().__init__(_capacity(capacity, Line() if setting is None else setting), setting)

    @property
    def parameters(self) -> Mapping[str, Any]:
        return {}


generalized_median = mechanism("facility.generalized_median")(FromCapacity)


def _capacity(given: object, where: Line) -> Capacity:
    """The capacity, in shares of the segment, that was given in locations."""
    if isinstance(given, Capacity):
        return given
    if isinstance(given, (list, tuple, np.ndarray)):
        given = _by_bits(given)  # type: ignore[arg-type]
    if isinstance(given, Mapping):
        return TableCapacity({key: _share(value, where) for key, value in given.items()})
    if not callable(given):
        raise InvalidInputError("capacity", "be a mapping or a function", given)
    if where.low == 0 and where.high == 1:
        return FunctionCapacity(given)
    return FunctionCapacity(lambda group: _share(given(group), where))


class WeightedUniform(GeneralizedMedian):
    """The Uniform Phantom mechanism with agents of fixed weights, ``alpha_S = w(S) / w(N)``.

    Parameters
    ----------
    weights : sequence, or mapping of agent to number
        Nonnegative and not all zero.

    Examples
    --------
    >>> weighted_uniform(weights=[1, 2])([0, 1]).choice
    Fraction(2, 3)
    """

    def __init__(
        self,
        *,
        weights: Sequence[Number] | Mapping[AgentId, Number],
        setting: Line | None = None,
    ) -> None:
        agents, self.weights = labelled_numbers(weights, "weights", low=0, owner=self.id)
        named: dict[AgentId, Number] = dict(zip(agents, self.weights, strict=True))
        super().__init__(AdditiveCapacity(named), setting)

    @property
    def parameters(self) -> Mapping[str, Any]:
        return {"weights": self.weights}


weighted_uniform = mechanism("facility.weighted_uniform")(WeightedUniform)


class Dictator(GeneralizedMedian):
    """The location of one agent.

    Parameters
    ----------
    agent : hashable
        The dictator.

    Examples
    --------
    >>> dictator(agent="bob")({"ann": 0, "bob": 0.7}).choice
    0.7
    """

    def __init__(self, *, agent: AgentId = 0, setting: Line | None = None) -> None:
        super().__init__(DictatorCapacity(agent), setting)


dictator = mechanism("facility.dictator")(Dictator)


def _by_bits(values: Sequence[Number]) -> dict[frozenset[int], Number]:
    """A capacity from a sequence that is indexed by sets as bits."""
    agents = len(values).bit_length() - 1
    if len(values) != 2**agents or agents < 1:
        raise InvalidInputError("capacity", "have 2^n entries for n >= 1 agents", values)
    return {
        frozenset(k for k in range(agents) if mask >> k & 1): values[mask]
        for mask in range(len(values))
    }


def _share(location: object, where: Line) -> Number:
    place = as_number(location, "capacity", low=where.low, high=where.high)
    if where.low == 0 and where.high == 1:
        return place
    if is_exact(place) and all_exact((where.low, where.high)):
        return Fraction(place - where.low) / Fraction(where.length)
    return float((place - where.low) / where.length)
