"""Online matching: simulation, column generation, and programs with a million edges.

Run ``python benchmarks/bench_matching.py``; every ratio is measured in one run.
"""

from __future__ import annotations

import itertools
import time
from dataclasses import replace
from functools import partial

import numpy as np
from harness import Timing, main, side_by_side

from mechdesign import matching
from mechdesign.algorithms.jit import available
from mechdesign.matching.programs.configurations import _by_vertex, _worth, best_configuration
from mechdesign.solvers.linear.packing import ColumnMaster

N, M, DEGREE = 1000, 100_000, 10


def instance() -> matching.Instance:
    return matching.random_instance(N, M, DEGREE, low=0.001, high=0.02, rng=1)


def plain_loop(graph: matching.Instance, rng: np.random.Generator) -> float:
    """Balance as one would write it in Python, one run."""
    indptr, near, p = graph.indptr.tolist(), graph.neighbours.tolist(), graph.p.tolist()
    coins = rng.random(graph.m).tolist()
    load = [0.0] * graph.n
    alive = [True] * graph.n
    reward = 0.0
    for t in range(graph.m):
        best, pick = float("inf"), -1
        for k in range(indptr[t], indptr[t + 1]):
            u = near[k]
            if alive[u] and load[u] < best:
                best, pick = load[u], k
        if pick < 0:
            continue
        u = near[pick]
        load[u] += p[pick]
        if coins[t] < p[pick]:
            alive[u] = False
            reward += 1.0
    return reward


def simulation() -> list[Timing]:
    """Arrivals times replications per second; every case has its own number of runs."""
    graph = instance()
    cases = {
        "plain Python, 1 run": lambda: plain_loop(graph, np.random.default_rng(0)),
        "numpy batched, 512 runs": lambda: matching.simulate(
            graph, "balance", 512, benchmark=None, method="batch"
        ),
    }
    runs = {"plain Python, 1 run": 1, "numpy batched, 512 runs": 512}
    if available():
        cases["numba, 64 runs"] = lambda: matching.simulate(
            graph, "balance", 64, benchmark=None, method="kernel"
        )
        runs["numba, 64 runs"] = 64
    rows = side_by_side(
        f"StochasticBalance, {N} offline, {M} arrivals, degree {DEGREE}",
        cases,
        reference="plain Python, 1 run",
        repeat=3,
    )
    speed = {row.name: runs[row.name] * M / row.best for row in rows}
    for name, rate in speed.items():
        times = rate / speed["plain Python, 1 run"]
        print(f"  {name:<26} {rate / 1e6:8.2f} M arrivals x runs / s, {times:6.1f} x plain Python")
    return rows


class RebuiltMaster:
    """The master as a PuLP model that is built again for every solve."""

    def __init__(self, right: list[float], solver: str = "HiGHS") -> None:
        self.right = right
        self.solver = solver
        self.columns: list[tuple[float, list[tuple[int, float]]]] = []

    def add(self, gain: float, entries: list[tuple[int, float]]) -> None:
        self.columns.append((gain, entries))

    def solve(self) -> tuple[float, object, np.ndarray]:
        import pulp

        model = pulp.LpProblem("master", pulp.LpMinimize)
        x = [pulp.LpVariable(f"x{k}", lowBound=0) for k in range(len(self.columns))]
        model += pulp.lpSum(-gain * x[k] for k, (gain, _) in enumerate(self.columns))
        rows: list[list[tuple[object, float]]] = [[] for _ in self.right]
        for k, (_, entries) in enumerate(self.columns):
            for r, value in entries:
                rows[r].append((x[k], value))
        for r, members in enumerate(rows):
            model += pulp.LpAffineExpression(members) <= self.right[r], f"r{r}"
        model.solve(pulp.getSolver(self.solver, msg=False))
        duals = [max(-float(model.constraints[f"r{r}"].pi), 0.0) for r in range(len(rows))]
        return -float(pulp.value(model.objective)), None, np.array(duals)


def generate(graph: matching.Instance, master: ColumnMaster | RebuiltMaster) -> tuple[float, int]:
    """Column generation from single arrivals: the optimum and the rounds."""
    own = _by_vertex(graph)
    known: set[tuple[int, tuple[int, ...]]] = set()

    def add(u: int, chosen: list[tuple[int, float]]) -> bool:
        key = (u, tuple(t for t, _ in chosen))
        if not chosen or key in known:
            return False
        known.add(key)
        entries = [(u, 1.0), *((graph.n + t, 1.0) for t, _ in chosen)]
        master.add(float(_worth(graph, u, chosen)), entries)
        return True

    for u, pairs in enumerate(own):
        for pair in pairs:
            add(u, [pair])
    for rounds in itertools.count(1):
        value, _, duals = master.solve()
        fresh = 0
        for u, pairs in enumerate(own):
            net, chosen = best_configuration(graph.weights[u], pairs, duals[graph.n :])
            if net > duals[u] + 1e-9 and add(u, chosen):
                fresh += 1
        if not fresh:
            return value, rounds
    raise AssertionError


def columns() -> list[Timing]:
    """Column generation on the persistent model against PuLP rebuilt in every round."""
    rows: list[Timing] = []
    # The ratio grows with the rounds: with few of them, building the model is not what takes time.
    for n, m in ((20, 160), (40, 200)):
        base = matching.random_instance(n, m, 4, low=0.1, high=0.1, rng=3)
        weights = np.random.default_rng(0).uniform(0.5, 2, n)
        graph = replace(base, weights=tuple(weights.tolist()))
        right = [1.0] * (graph.n + graph.m)
        value, rounds = generate(graph, ColumnMaster(right))
        other, slower = generate(graph, RebuiltMaster(right))
        assert abs(value - other) < 1e-6, (value, other)
        print(f"  {rounds} rounds on the persistent model, {slower} with PuLP, value {value:.6g}")
        cases = {
            "persistent HiGHS": ColumnMaster,
            "PuLP rebuilt, HiGHS": RebuiltMaster,
            "PuLP rebuilt, CBC": partial(RebuiltMaster, solver="PULP_CBC_CMD"),
        }
        rows += side_by_side(
            f"configuration program, {n} offline, {m} arrivals, degree 4",
            {
                name: lambda make=make, graph=graph, right=right: generate(graph, make(right))
                for name, make in cases.items()
            },
            reference="persistent HiGHS",
            repeat=1,
        )
    return rows


def configurations() -> list[Timing]:
    """The configuration program with 100,000 edges to a certified gap of 1 %."""
    rng = np.random.default_rng(0)
    graph = matching.random_instance(2000, 5000, 20, low=0.05, high=0.5, rng=0)
    graph = replace(graph, weights=tuple(rng.uniform(1, 3, 2000).tolist()))
    start = time.perf_counter()
    found = matching.configuration(graph)
    gap = float(found.gap) / float(found.bound)
    seconds = time.perf_counter() - start
    print(f"  configuration: {graph.edge_count:,} edges, gap {gap:.2%}, {seconds:.1f} s")
    return []


def programs() -> list[Timing]:
    """Programs with a million edges to a certified gap."""
    graph = instance()
    for program in (matching.fluid, matching.ordered):
        start = time.perf_counter()
        found = program(graph)
        seconds = time.perf_counter() - start
        gap = float(found.gap) / float(found.bound)
        print(f"  {program.__name__}: {graph.edge_count:,} edges, gap {gap:.2%}, {seconds:.2f} s")
    return side_by_side(
        "fluid and ordered programs, a million edges",
        {
            "fluid": lambda: matching.fluid(graph),
            "ordered": lambda: matching.ordered(graph),
        },
        reference="fluid",
        repeat=1,
    )


if __name__ == "__main__":
    main(
        {
            "simulation": simulation,
            "columns": columns,
            "configurations": configurations,
            "programs": programs,
        }
    )
