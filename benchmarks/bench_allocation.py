"""Allocation: large markets, lotteries, proofs, exchanges and bundles.

Run ``python benchmarks/bench_allocation.py``; every ratio is measured in one run.
"""

from __future__ import annotations

import random

from harness import Timing, main, side_by_side

from mechdesign import allocation, auctions, axioms


def places() -> list[Timing]:
    """Rules for 1e5 students and 1,000 schools, lists of 10, against a plain loop."""
    rng = random.Random(1)
    n, m = 100_000, 1000
    lists = [rng.sample(range(m), 10) for _ in range(n)]
    wanted: list[list[int]] = [[] for _ in range(m)]
    for i, own in enumerate(lists):
        for j in own:
            wanted[j].append(i)
    for own in wanted:
        rng.shuffle(own)
    ranks = [{i: k for k, i in enumerate(own)} for own in wanted]
    setting = allocation.school_choice()

    def read() -> object:
        return setting.problem(lists, priorities=wanted, capacities=100)

    problem = read()

    def plain() -> list[list[tuple[int, int]]]:
        import heapq

        held: list[list[tuple[int, int]]] = [[] for _ in range(m)]
        at = [0] * n
        free = list(range(n))
        while free:
            i = free.pop()
            if at[i] == 10:
                continue
            j = lists[i][at[i]]
            at[i] += 1
            heapq.heappush(held[j], (-ranks[j][i], i))
            if len(held[j]) > 100:
                free.append(heapq.heappop(held[j])[1])
        return held

    found = allocation.deferred_acceptance.solve(problem).choice
    assert all(found[i] == j for j, own in enumerate(plain()) for _, i in own)
    return side_by_side(
        f"places: {n:,} students, {m:,} schools, lists of 10",
        {
            "plain loop on positions": plain,
            "reading lists": read,
            "deferred acceptance": lambda: allocation.deferred_acceptance.solve(problem),
            "top trading cycles": lambda: allocation.top_trading_cycles.solve(problem),
        },
        reference="plain loop on positions",
        repeat=2,
    )


def chances() -> list[Timing]:
    """Exact lotteries."""
    rng = random.Random(1)

    def lists(n: int) -> list[list[int]]:
        return [rng.sample(range(n), n) for _ in range(n)]

    some, many = lists(15), lists(500)
    return side_by_side(
        "exact chances",
        {
            "random serial dictatorship, n = 15": lambda: allocation.random_serial_dictatorship(
                some
            ),
            "probabilistic serial, n = 500": lambda: allocation.probabilistic_serial(many),
        },
        reference="probabilistic serial, n = 500",
        repeat=3,
    )


def proofs() -> list[Timing]:
    """Impossibilities proved anew; a rule for complete lists is the reference."""
    both = allocation.two_sided()
    goods = allocation.goods()
    roth = ["stability", "strategyproofness"]
    barbera = ["participation", "pareto_efficiency", "strategyproofness"]
    fair = ["strategyproofness", "ef1", "pareto_efficiency"]
    return side_by_side(
        "impossibilities, 625 and 81 problems",
        {
            "Roth, two and two": lambda: axioms.consistent(roth, both, agents=4, receivers=2),
            "Alcalde and Barbera": lambda: axioms.consistent(barbera, both, agents=4, receivers=2),
            "EF1, two agents, two goods": lambda: axioms.consistent(fair, goods, agents=2, goods=2),
        },
        reference="Roth, two and two",
        repeat=2,
    )


def stable() -> list[Timing]:
    """All rotations and the best stable matchings, 300 pairs of complete lists."""
    rng = random.Random(2)
    n = 300
    mine, theirs = ([rng.sample(range(n), n) for _ in range(n)] for _ in range(2))
    problem = allocation.two_sided().problem(mine, receivers=theirs)
    return side_by_side(
        f"stable matchings, {n} pairs",
        {
            "deferred acceptance": lambda: allocation.deferred_acceptance.solve(problem),
            "rotations": lambda: allocation.rotations(problem),
            "egalitarian": lambda: allocation.egalitarian_matching.solve(problem),
            "minimum regret": lambda: allocation.minimum_regret_matching.solve(problem),
        },
        reference="deferred acceptance",
        repeat=2,
    )


def programs() -> list[Timing]:
    """Integer programs with proofs."""
    rng = random.Random(3)
    pairs = range(100)
    arcs = [(i, j) for i in pairs for j in pairs if i != j and rng.random() < 0.06]
    graph = allocation.exchange_graph(arcs)
    bids = {
        i: {tuple(rng.sample(range(40), rng.randint(1, 5))): rng.randint(10, 300)}
        for i in range(500)
    }
    setting = auctions.bundles()
    problem = setting.problem(bids, items=range(40))
    values = [[rng.randint(0, 30) for _ in range(14)] for _ in range(4)]
    return side_by_side(
        "optima with proofs",
        {
            "kidneys, 100 pairs, cycles of 3": lambda: allocation.best_exchange(graph, cycles=3),
            "winners, 40 items, 500 bids": lambda: setting.optimal_welfare(problem),
            "Nash welfare, 4 agents, 14 goods": lambda: allocation.max_nash_welfare(values),
        },
        reference="winners, 40 items, 500 bids",
        repeat=1,
    )


if __name__ == "__main__":
    main(
        {
            "places": places,
            "chances": chances,
            "proofs": proofs,
            "stable": stable,
            "programs": programs,
        }
    )
