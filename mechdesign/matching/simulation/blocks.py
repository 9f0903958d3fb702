"""Runs of policies under common random numbers, in blocks with a seed each.

Every policy meets the same thresholds, the same uniform number for every vertex and the same one
for every arrival, so that differences between policies are less noisy than the policies.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from mechdesign.algorithms.jit import available
from mechdesign.errors import InvalidInputError
from mechdesign.matching.instances.graphs import Instance
from mechdesign.matching.policies import kernels
from mechdesign.matching.policies.array_form import (
    CELLS,
    Fractional,
    Keys,
    Recipe,
    SecondChoice,
    UniformChoice,
)
from mechdesign.matching.policies.protocol import Policy, View
from mechdesign.matching.simulation.without_numba import State, batch_keys, batch_random, costs_of

#: Runs that share a seed; independent of everything else, so that longer simulations begin alike.
BLOCK = 64
#: Runs of one task; independent of the number of workers, so that sums round alike.
GROUP = 8 * BLOCK
METHODS = ("auto", "kernel", "batch", "python")

_CELLS_AT_ONCE = 4_000_000

Array = Any


@dataclass
class Runs:
    """Rewards and successes of one policy in some runs.

    Parameters
    ----------
    rewards, loads : array, shape (runs,)
        Weight of the successes, and sum of ``w p`` over the attempts.
    fills : array, shape (n,)
        Successes of every offline vertex, over all runs.
    gains : array, shape (m,)
        Weight won at every arrival, over all runs.
    """

    rewards: Array
    loads: Array
    fills: Array
    gains: Array

    @classmethod
    def joined(cls, parts: Sequence[Runs]) -> Runs:
        """Several parts, concatenated."""
        return cls(
            np.concatenate([part.rewards for part in parts]),
            np.concatenate([part.loads for part in parts]),
            sum((part.fills for part in parts[1:]), parts[0].fills.copy()),
            sum((part.gains for part in parts[1:]), parts[0].gains.copy()),
        )


@dataclass
class Task:
    """Some blocks of runs for all policies.

    Parameters
    ----------
    instance : Instance
        The graph.
    policies : sequence of Policy
        Simulated under the same random numbers.
    recipes : sequence of Recipe or None
        Of the policies.
    seeds : sequence of numpy.random.SeedSequence
        One for each block.
    sizes : sequence of int
        Runs in each block.
    antithetic : bool
        The second half of a block mirrors the first.
    method : str
        ``kernel``, ``batch`` or ``python``.
    """

    instance: Instance
    policies: Sequence[Policy]
    recipes: Sequence[Recipe | None]
    seeds: Sequence[np.random.SeedSequence]
    sizes: Sequence[int]
    antithetic: bool
    method: str


@dataclass
class _Draws:
    """The random numbers of one block."""

    thresholds: Array
    vertices: Array
    seed: np.random.SeedSequence
    antithetic: bool

    @property
    def runs(self) -> int:
        return len(self.thresholds)

    def uniforms(self, m: int, at_once: int) -> Iterator[tuple[slice, Array]]:
        """One number for each arrival: rows of runs, some at a time."""
        rng = np.random.default_rng(self.seed)
        if self.antithetic:
            half = rng.random((self.runs // 2, m))
            yield slice(0, self.runs), np.concatenate([half, _mirrored(half)])
            return
        step = max(at_once // max(m, 1), 1)
        for begin in range(0, self.runs, step):
            rows = slice(begin, min(begin + step, self.runs))
            yield rows, rng.random((rows.stop - rows.start, m))


def _mirrored(uniforms: Array) -> Array:
    # 1 - u of a number in [0, 1) may be 1, which no uniform number is.
    return np.minimum(1.0 - uniforms, np.nextafter(1.0, 0.0))


def _draws(instance: Instance, seed: np.random.SeedSequence, runs: int, antithetic: bool) -> _Draws:
    own = seed.spawn(3)
    copies = sum(instance.capacities)

    def uniforms(which: int, width: int) -> Array:
        rng = np.random.default_rng(own[which])
        if not antithetic:
            return rng.random((runs, width))
        half = rng.random((runs // 2, width))
        return np.concatenate([half, _mirrored(half)])

    # No threshold is 0, so that an attempt of probability 0 never succeeds.
    thresholds = -np.log1p(-np.maximum(uniforms(0, copies), 2.0**-54))
    return _Draws(thresholds, uniforms(1, instance.n), own[2], antithetic)


def run_task(task: Task) -> list[Runs]:
    """Simulate every policy of a task."""
    blocks = [
        _draws(task.instance, seed, size, task.antithetic)
        for seed, size in zip(task.seeds, task.sizes, strict=True)
    ]
    return [
        _run_policy(task, policy, recipe, blocks)
        for policy, recipe in zip(task.policies, task.recipes, strict=True)
    ]


def _run_policy(
    task: Task, policy: Policy, recipe: Recipe | None, blocks: Sequence[_Draws]
) -> Runs:
    if recipe is None or task.method == "python":
        return Runs.joined([_walk_block(task.instance, policy, block) for block in blocks])
    batched = isinstance(recipe, (Keys, UniformChoice))
    asked = task.method == "batch" or (task.method == "auto" and not available())
    if asked and batched:
        return Runs.joined(_batches(task.instance, recipe, blocks))
    return Runs.joined([_kernel_block(task.instance, recipe, block) for block in blocks])


def _first(instance: Instance) -> Array:
    return np.cumsum([0, *instance.capacities[:-1]], dtype=np.int64)


# ------------------------------------------------------------------------------------ compiled


def _kernel_block(instance: Instance, recipe: Recipe, block: _Draws) -> Runs:
    found = Runs(
        np.zeros(block.runs), np.zeros(block.runs), np.zeros(instance.n), np.zeros(instance.m)
    )
    graph = kernels.Graph(
        instance.indptr,
        instance.neighbours,
        instance.p,
        costs_of(instance),
        instance.w,
        np.array(instance.capacities, dtype=np.int64),
        _first(instance),
    )
    if isinstance(recipe, Keys):
        nothing = np.zeros(1)
        factors = kernels.Factors(
            recipe.edge_factors,
            nothing if recipe.wear is None else recipe.wear,
            recipe.mode,
            nothing if recipe.table is None else recipe.table,
            float(CELLS),
        )
        tallies = kernels.Tallies(
            block.thresholds, found.rewards, found.loads, found.fills, found.gains
        )
        kernels.run_keys(graph, factors, recipe.starts(block.vertices), tallies)
        return found
    for rows, uniforms in block.uniforms(instance.m, _CELLS_AT_ONCE):
        tallies = kernels.Tallies(
            block.thresholds[rows], found.rewards[rows], found.loads[rows], found.fills, found.gains
        )
        if isinstance(recipe, UniformChoice):
            kernels.run_random(graph, uniforms, tallies)
        elif isinstance(recipe, Fractional):
            kernels.run_fractional(
                graph, recipe.table, float(CELLS), recipe.pieces, uniforms, tallies
            )
        elif isinstance(recipe, SecondChoice):
            kernels.run_second_choice(graph, recipe.choices, uniforms, tallies)
        else:
            raise InvalidInputError("recipe", "be one that the simulation knows", type(recipe))
    return found


# ------------------------------------------------------------------------------------- batched


def _batches(instance: Instance, recipe: Recipe, blocks: Sequence[_Draws]) -> list[Runs]:
    first = _first(instance)
    found = []
    if isinstance(recipe, Keys):
        together = max(_CELLS_AT_ONCE // (instance.n * BLOCK), 1)
        for begin in range(0, len(blocks), together):
            some = blocks[begin : begin + together]
            state = State(instance, first, np.concatenate([block.thresholds for block in some]))
            start = recipe.starts(np.concatenate([block.vertices for block in some]))
            batch_keys(instance, recipe, start, state)
            found.append(Runs(state.rewards, state.loads, state.fills, state.gains))
        return found
    for block in blocks:
        for rows, uniforms in block.uniforms(instance.m, _CELLS_AT_ONCE):
            state = State(instance, first, block.thresholds[rows])
            batch_random(instance, uniforms, state)
            found.append(Runs(state.rewards, state.loads, state.fills, state.gains))
    return found


# ------------------------------------------------------------------------- arrival by arrival


def _walk_block(instance: Instance, policy: Policy, block: _Draws) -> Runs:
    found = Runs(
        np.zeros(block.runs), np.zeros(block.runs), np.zeros(instance.n), np.zeros(instance.m)
    )
    costs = costs_of(instance).tolist()
    first = _first(instance).tolist()
    for rows, uniforms in block.uniforms(instance.m, _CELLS_AT_ONCE):
        for k, r in enumerate(range(rows.start, rows.stop)):
            state = policy.begin(instance, block.vertices[r])
            _walk(instance, policy, state, r, block.thresholds[r], uniforms[k], costs, first, found)
    return found


def _walk(
    instance: Instance,
    policy: Policy,
    state: object,
    r: int,
    thresholds: Array,
    uniforms: Array,
    costs: Sequence[float],
    first: Sequence[int],
    found: Runs,
) -> None:
    """One run of any policy, through the view that it is given."""
    loads = [0.0] * instance.n
    survival = [1.0] * instance.n
    left = list(instance.capacities)
    rest = [float(thresholds[k]) for k in first]
    weights = instance.w.tolist()
    reward = loaded = 0.0
    for t, pairs in enumerate(instance.by_arrival):
        free = tuple((u, p) for u, p in pairs if left[u] > 0)
        # Copies: what a policy does to its view must not change the run.
        view = View(instance, t, free, tuple(loads), tuple(survival), tuple(left))
        pick, state = _drawn(policy.actions(view, state), float(uniforms[t]))
        if pick is None:
            continue
        near = next((j for j, (u, _) in enumerate(pairs) if u == pick and left[u] > 0), None)
        if near is None:
            raise InvalidInputError(
                "pick", f"be an available neighbour of arrival {t}", pick, owner=policy.name
            )
        edge = int(instance.indptr[t]) + near
        p = float(instance.p[edge])
        loads[pick] += p
        loaded += weights[pick] * p
        rest[pick] -= costs[edge]
        if rest[pick] > 0.0:
            survival[pick] *= 1.0 - p
            continue
        reward += weights[pick]
        found.fills[pick] += 1.0
        found.gains[t] += weights[pick]
        left[pick] -= 1
        if left[pick]:
            used = instance.capacities[pick] - left[pick]
            rest[pick] = float(thresholds[first[pick] + used])
    found.rewards[r] = reward
    found.loads[r] = loaded


def _drawn(actions: Any, uniform: float) -> tuple[int | None, Any]:
    """One of the actions, by one uniform number."""
    chosen: tuple[int | None, Any] = (None, None)
    for share, pick, state in actions:
        chosen = (pick, state)
        uniform -= float(share)
        if uniform < 0.0:
            break
    return chosen
