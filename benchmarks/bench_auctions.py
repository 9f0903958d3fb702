"""Auctions in generated content: winner determination and VCG at n = m up to 1000.

Run ``python benchmarks/bench_auctions.py``; every ratio is measured in one run.  The naive VCG
solves the winner problem once for all ads and once without each of them (n + 1 times); what is
timed here is one such solve, and the ratio to n + 1 of them is printed beside it.
"""

from __future__ import annotations

import numpy as np
from harness import Timing, main, side_by_side

from mechdesign import auctions
from mechdesign.auctions.market.arrays import Market, market_of
from mechdesign.auctions.winner.mnl import gains
from mechdesign.auctions.winner.payments import removal_optima


def instance(n: int, high: float = 0.1, low: float = 0.001) -> tuple[list[float], np.ndarray]:
    rng = np.random.default_rng(0)
    return rng.uniform(0, 1, n).tolist(), rng.uniform(low, high, (n, n))


def vcg_tables() -> list[Timing]:
    """Full VCG against the naive n + 1 solves, both with the same solver."""
    rows: list[Timing] = []
    cases = ((100, 10, 0.1), (300, 10, 0.1), (1000, 10, 0.1), (1000, 50, 0.1), (1000, 1000, 0.1))
    for n, capacity, high in (*cases, (1000, 1000, 0.005)):
        values, p = instance(n, high, 0.001 if high == 0.1 else 0.0001)
        market = market_of(auctions.content_problem(values, p, capacity=capacity))
        solution = auctions.maximise(values, market)

        def full(values=values, market=market) -> object:
            return removal_optima(values, market, auctions.maximise(values, market))

        table = side_by_side(
            f"MNL, n = m = {n}, K = {capacity}, p up to {high}: {len(solution.pairs)} winners",
            {
                "winner determination": lambda v=values, m=market: auctions.maximise(v, m),
                "VCG of all winners": full,
            },
            reference="winner determination",
            repeat=3,
        )
        naive = (n + 1) * table[0].best
        print(f"  naive n + 1 solves: {naive:.2f} s, {naive / table[1].best:.0f} x the full VCG")
        rows += table
    return rows


def padded(values: list[float], market: Market, capacity: int, threshold: float) -> list[object]:
    """The textbook reduction: pad to a square of side n + m - K and assign."""
    from scipy.optimize import linear_sum_assignment

    rows, matrix = gains(values, market.odds, threshold)
    n, m = matrix.shape
    square = np.full((n + m - capacity, n + m - capacity), 0.0)
    square[:n, :m] = matrix
    square[n:, m:] = -1e6  # dummies take the rows and columns that stay free
    found = linear_sum_assignment(square, maximize=True)
    return [(rows[r], c) for r, c in zip(*found, strict=True) if r < n and c < m]


def matching() -> list[Timing]:
    """Our cardinality matcher against the padded square, n = m = 1000, K = 10."""
    from mechdesign.algorithms.cardinality_matching import best_matching

    values, p = instance(1000)
    market = market_of(auctions.content_problem(values, p, capacity=10))
    _, matrix = gains(values, market.odds)
    ours = best_matching(matrix, 10)
    value = sum(matrix[r, c] for r, c in ours)
    theirs = padded(values, market, 10, 0.0)
    other = sum(values[r] * market.odds[r, c] for r, c in theirs)
    assert abs(value - other) < 1e-9, (value, other)
    return side_by_side(
        "one matching of at most 10 edges, n = m = 1000",
        {
            "augmenting paths": lambda: best_matching(matrix, 10),
            "padded square": lambda: padded(values, market, 10, 0.0),
        },
        reference="augmenting paths",
        repeat=1,
    )


def independent() -> list[Timing]:
    """Independent slots: the one-pass removal values against one matching for each winner."""
    values, p = instance(1000)
    problem = auctions.content_problem(values, p, capacity=1000, model="independent")
    market = market_of(problem)
    solution = auctions.maximise(values, market)
    return side_by_side(
        f"independent slots, n = m = 1000: {len(solution.pairs)} winners",
        {
            "one matching": lambda: auctions.maximise(values, market),
            "all payments in one pass": lambda: removal_optima(values, market, solution),
        },
        reference="one matching",
        repeat=3,
    )


def cascade() -> list[Timing]:
    """Cascades of free order: dynamic program, branch and bound, approximations."""
    rng = np.random.default_rng(1)
    values, p = rng.uniform(0, 1, 20), rng.uniform(0, 0.6, (20, 8))
    market = market_of(auctions.content_problem(values, p, capacity=4, model="cascade"))
    problem = auctions.content_problem(values, p, capacity=4, model="cascade")
    scores = values.tolist()
    return side_by_side(
        "cascade, n = 20, m = 8, K = 4",
        {
            "subsets": lambda: auctions.maximise(scores, market, algorithm="subsets"),
            "branching": lambda: auctions.maximise(scores, market, algorithm="branching"),
            "greedy": lambda: auctions.greedy(problem),
            "skip rendering with payments": lambda: auctions.skip_rendering(problem),
        },
        reference="subsets",
        repeat=3,
    )


if __name__ == "__main__":
    main(
        {
            "vcg": vcg_tables,
            "matching": matching,
            "independent": independent,
            "cascade": cascade,
        }
    )
