"""The semi-adaptive policy of Mehta, Waggoner and Zadimoghaddam, for unequal probabilities."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

import numpy as np

from mechdesign.errors import InvalidInputError
from mechdesign.matching.instances.graphs import Instance
from mechdesign.matching.policies.array_form import Recipe, SecondChoice
from mechdesign.matching.policies.protocol import Action, Policy, View
from mechdesign.matching.references import MEHTA_WAGGONER_ZADIMOGHADDAM
from mechdesign.model import Number, Seed, count_from, mechanism

__all__ = ["semi_adaptive"]

_EXACT_VERTICES = 6

Array = Any

#: A vertex is free; taken as a second choice only; or spent: its first choices alone, with coins
#: where it was taken otherwise, would have succeeded.
_FREE, _TAKEN, _SPENT = 0, 1, 2


class SemiAdaptive(Policy):
    """Fix a first and a second choice for every arrival; take the second if the first is spent.

    The choices are the two largest ``w (1 - W) p``, where W is the probability that the vertex has
    succeeded by now under this very policy; they do not depend on what happens.  The arrival
    attempts its first choice if that is free.  If it is not, its attempt is made up by a coin,
    unless its first choices have already succeeded, with coins or without: then the second choice
    is attempted.

    Parameters
    ----------
    particles : int
        W is exact with up to six offline vertices, and beyond that estimated from so many simulated
        copies of the run so far.

    Notes
    -----
    It earns at least 0.534 of the fluid benchmark for unequal vanishing probabilities and no
    weights (Mehta, Waggoner and Zadimoghaddam 2015).  Weights are an addition of this library.
    Capacities must be 1: use :meth:`Instance.expanded`.

    Examples
    --------
    >>> from mechdesign import matching
    >>> matching.expected_reward(matching.upper_triangular(2, 1), matching.semi_adaptive)
    Fraction(2, 1)
    """

    def __init__(self, *, particles: Annotated[int, count_from(1)] = 2000) -> None:
        self.particles = particles
        self._planned: tuple[Instance, Any] | None = None

    def plan(self, instance: Instance) -> Array:
        """First and second choice of every arrival as edges, -1 for none; shape (m, 2).

        Raises
        ------
        InvalidInputError
            If a capacity is not 1.
        """
        if any(c != 1 for c in instance.capacities):
            raise InvalidInputError(
                "instance", "have capacities 1 (see Instance.expanded)", instance, owner=self.name
            )
        small = instance.n <= _EXACT_VERTICES
        crowd: Any = _Joint(instance.n) if small else _Particles(instance.n, self.particles)
        choices = np.full((instance.m, 2), -1, dtype=np.int64)
        for t, pairs in enumerate(instance.by_arrival):
            begin = int(instance.indptr[t])
            ranked = sorted(
                range(len(pairs)),
                # The lowest position wins ties, as everywhere.
                key=lambda k: (
                    -instance.weights[pairs[k][0]] * crowd.free(pairs[k][0]) * pairs[k][1]
                ),
            )[:2]
            for place, k in enumerate(ranked):
                choices[t, place] = begin + k
            if ranked:
                crowd.step([pairs[k] for k in ranked])
        return choices

    def start(self, instance: Instance, rng: Seed) -> Any:
        """The plan as vertices; nobody attempted as a first choice, nobody spent by coins."""
        if self._planned is None or self._planned[0] is not instance:
            rows = self.plan(instance).tolist()
            plan = tuple(
                tuple(int(instance.neighbours[k]) if k >= 0 else None for k in row) for row in rows
            )
            self._planned = (instance, plan)
        return self._planned[1], frozenset(), frozenset()

    def begin(self, instance: Instance, uniforms: object) -> Any:
        return self.start(instance, None)

    def actions(self, view: View, state: Any) -> Iterable[Action]:
        plan, as_first, coined = state
        first, second = plan[view.arrival]
        if first is None:
            return [(1, None, state)]
        chances = dict(view.available)
        if first in chances:
            return [(1, first, (plan, as_first | {first}, coined))]
        # A vertex that is gone succeeded at its latest attempt: as a first choice, or as a second.
        if first not in as_first and first not in coined:
            p = dict(view.instance.by_arrival[view.arrival])[first]
            return [(p, None, (plan, as_first, coined | {first})), (1 - p, None, state)]
        if second not in chances:
            return [(1, None, state)]
        return [(1, second, (plan, as_first - {second}, coined))]

    def recipe(self, instance: Instance) -> Recipe | None:
        return SecondChoice(self.plan(instance))


semi_adaptive = mechanism("matching.semi_adaptive", reference=MEHTA_WAGGONER_ZADIMOGHADDAM)(
    SemiAdaptive
)


class _Joint:
    """The exact joint distribution of the states of the vertices."""

    def __init__(self, n: int) -> None:
        self.states: dict[tuple[int, ...], Number] = {(_FREE,) * n: 1}

    def free(self, u: int) -> Number:
        """The probability that a vertex is free."""
        total: Number = 0
        for state, chance in self.states.items():
            if state[u] == _FREE:
                total += chance
        return total

    def step(self, ranked: list[tuple[int, Number]]) -> None:
        """An arrival with a first and perhaps a second choice."""
        after: dict[tuple[int, ...], Number] = {}
        for state, chance in self.states.items():
            u, p = ranked[0]
            becomes = _SPENT
            if state[u] == _SPENT:
                u, p = ranked[-1]
                becomes = _TAKEN
                if len(ranked) == 1 or state[u] != _FREE:
                    p = 0
            hit = (*state[:u], becomes, *state[u + 1 :])
            for changed, share in ((hit, p), (state, 1 - p)):
                if share:
                    after[changed] = after.get(changed, 0) + chance * share
        self.states = after


class _Particles:
    """The distribution of the states, estimated from simulated copies of the run."""

    def __init__(self, n: int, particles: int) -> None:
        self.states = np.zeros((n, particles), dtype=np.int8)
        self.rng = np.random.default_rng(0)

    def free(self, u: int) -> float:
        return float((self.states[u] == _FREE).mean())

    def step(self, ranked: list[tuple[int, Number]]) -> None:
        coins = self.rng.random(self.states.shape[1])
        u, p = ranked[0]
        spent = self.states[u] == _SPENT
        if len(ranked) == 2:
            other, q = ranked[1]
            taken = spent & (self.states[other] == _FREE) & (coins < float(q))
            self.states[other][taken] = _TAKEN
        self.states[u][~spent & (coins < float(p))] = _SPENT
