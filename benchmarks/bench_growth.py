"""How the time of twelve core operations grows: exponents fitted over five sizes.

``python bench_growth.py --json results/growth.json > results/growth.txt`` makes the table that the
documentation shows.  The exponent is the slope of log time over log size by least squares; overhead
of small sizes makes it smaller than the one of theory, logarithms make it a little larger.
"""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable
from fractions import Fraction
from importlib.metadata import version
from typing import NamedTuple

import numpy as np
from harness import Timing, main

from mechdesign import (
    aggregation,
    auctions,
    axioms,
    bargaining,
    coalitional,
    facility,
    matching,
    preference_games,
)

REPEAT = 3


class Operation(NamedTuple):
    """An operation, what its size is, five sizes, and the exponent that theory gives."""

    name: str
    size: str
    sizes: tuple[int, ...]
    prepare: Callable[[int], Callable[[], object]]
    theory: str


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def doubled(first: int) -> tuple[int, ...]:
    return tuple(first << k for k in range(5))


def phantoms(n: int) -> Callable[[], object]:
    reports = rng().random(n)
    return lambda: facility.uniform_phantom(reports)


def profile(voters: int, m: int) -> object:
    orders = np.argsort(rng().random((voters, m)), axis=1)
    return aggregation.Profile.from_orders(orders, range(m))


def rule(name: str, voters: int | None = None, m: int | None = None) -> object:
    """The rule on random ballots; what is not given is the size."""

    def prepare(size: int) -> Callable[[], object]:
        problem = aggregation.read(profile(voters or size, m or size))
        return lambda: getattr(aggregation, name)(problem)

    return prepare


def lottery(m: int) -> Callable[[], object]:
    places = np.argsort(np.argsort(rng().random((101, m)), axis=1), axis=1)
    wins = (places[:, :, None] < places[:, None, :]).sum(axis=0)
    half = Fraction(1, 2)
    rows = [
        [half if a == b else Fraction(int(wins[a, b]), 101) for b in range(m)] for a in range(m)
    ]
    game = preference_games.game(rows)
    return lambda: preference_games.maximal_lotteries(game)


def vcg(n: int) -> Callable[[], object]:
    bids = rng().random(n).tolist()
    return lambda: auctions.vcg(bids, ctr=[1.0, 0.5, 0.25])


def content(n: int) -> Callable[[], object]:
    values, p = rng().random(n).tolist(), rng().uniform(0.001, 0.1, (n, n))
    problem = auctions.content_problem(values, p, capacity=10)
    return lambda: auctions.content_vcg(problem)


def fluid(edges: int) -> Callable[[], object]:
    graph = matching.random_instance(edges // 50, edges // 10, 10, low=0.001, high=0.03, rng=0)
    return lambda: matching.fluid(graph, algorithm="smoothed")


def simulated(arrivals: int) -> Callable[[], object]:
    graph = matching.random_instance(arrivals // 5, arrivals, 5, low=0.1, high=0.5, rng=0)
    return lambda: matching.simulate(graph, [matching.greedy], runs=200, rng=1)


def deviations(points: int) -> Callable[[], object]:
    def median(x: list[Fraction]) -> Fraction:
        return sorted(x)[len(x) // 2]

    setting = facility.line()
    return lambda: axioms.check(
        "strategyproofness", median, setting=setting, agents=3, grid=points - 1
    )


def projects(voters: int) -> Callable[[], object]:
    draw = rng()
    ballots = [draw.choice(40, size=6, replace=False).tolist() for _ in range(voters)]
    costs = {k: int(c) for k, c in enumerate(draw.integers(1, 20, 40))}
    problem = bargaining.election(ballots, costs=costs, budget=100)
    return lambda: bargaining.equal_shares(problem)


def shapley(coalitions: int) -> Callable[[], object]:
    n = coalitions.bit_length() - 1
    worth = rng().integers(0, 100, coalitions)
    worth[0] = 0
    game = coalitional.Game(tuple(range(n)), worth)
    return lambda: coalitional.shapley(game)


OPERATIONS = (
    Operation("facility.uniform_phantom", "agents", doubled(200_000), phantoms, "1 (sorting)"),
    Operation("aggregation.borda", "voters", doubled(20_000), rule("borda", m=10), "1"),
    Operation("aggregation.irv", "voters", doubled(20_000), rule("irv", m=10), "1"),
    Operation("aggregation.schulze", "alternatives", doubled(50), rule("schulze", voters=101), "3"),
    Operation("maximal lottery, exact", "alternatives", doubled(12), lottery, "3 and digits"),
    Operation("auctions.vcg", "bidders", doubled(2_000), vcg, "1 (sorting)"),
    Operation("auctions.content_vcg", "ads and slots", doubled(100), content, "2 (reading)"),
    Operation("matching.fluid, smoothed", "edges", doubled(20_000), fluid, "1 a step"),
    Operation("matching.simulate", "arrivals", doubled(500), simulated, "1"),
    Operation("check of a function, n=3", "grid points", (7, 10, 14, 20, 28), deviations, "4"),
    Operation("bargaining.equal_shares", "voters", doubled(2_000), projects, "1"),
    Operation("coalitional.shapley", "coalitions", doubled(4096), shapley, "1 (and log)"),
)


def seconds(run: Callable[[], object]) -> float:
    run()
    found = []
    for _ in range(REPEAT):
        start = time.perf_counter()
        run()
        found.append(time.perf_counter() - start)
    return min(found)


def growth() -> list[Timing]:
    """Fitted exponents; the ratios are to sorting a million floats in the same run."""
    numbers = rng().random(10**6)
    base = seconds(lambda: np.sort(numbers))
    versions = ", ".join(f"{name} {version(name)}" for name in ("mechdesign", "numpy", "scipy"))
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"{versions}; best of {REPEAT}; sorting 1e6 floats takes {base * 1e3:.0f} ms\n")
    print(
        f"{'operation':26} {'size':14} {'from':>7} {'to':>9} {'seconds at the largest':>23} "
        f"{'exponent':>9}  theory"
    )
    rows = []
    for one in OPERATIONS:
        times = [seconds(one.prepare(size)) for size in one.sizes]
        slope = float(np.polyfit(np.log(one.sizes), np.log(times), 1)[0])
        print(
            f"{one.name:26} {one.size:14} {one.sizes[0]:7,} {one.sizes[-1]:9,} {times[-1]:23.4f} "
            f"{slope:9.2f}  {one.theory}",
            flush=True,
        )
        rows += [
            Timing(f"{one.name} {size}", t, t, t / base)
            for size, t in zip(one.sizes, times, strict=True)
        ]
        rows.append(Timing(f"{one.name} exponent", slope, slope, slope))
    return rows


if __name__ == "__main__":
    main({"growth": growth})
