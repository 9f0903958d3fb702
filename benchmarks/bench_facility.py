"""Facility location against numpy: one large profile, many profiles, fairness, worst cases.

Run ``python benchmarks/bench_facility.py``; every ratio is measured in one run.
"""

from __future__ import annotations

import numpy as np
from harness import Timing, main, side_by_side

from mechdesign import axioms, facility


def single() -> list[Timing]:
    """One profile of a million distinct random floats; required: at most 1.5 x numpy.median."""
    x = np.random.default_rng(0).random(10**6)
    problem = facility.line().problem(x)
    n = len(x)

    def sort_formula() -> float:
        ordered = np.sort(x)[::-1]
        return float(np.minimum(ordered, np.arange(1, n + 1) / n).max())

    uniform = facility.uniform_phantom
    given = facility.phantoms(locations=np.sort(np.random.default_rng(1).random(n + 1)))
    assert uniform.solve(problem).choice == sort_formula()  # to the last bit
    return side_by_side(
        "one profile, n = 10^6",
        {
            "numpy.median": lambda: np.median(x),
            "numpy.sort": lambda: np.sort(x),
            "numpy.partition": lambda: np.partition(x, n // 2),
            "sort, then max of min": sort_formula,
            "uniform_phantom": lambda: uniform.solve(problem),
            "median": lambda: facility.median.solve(problem),
            "n + 1 random phantoms": lambda: given.solve(problem),
            "quantile(1/10)": lambda: facility.quantile(q=0.1).solve(problem),
            "target(1/2)": lambda: facility.target(location=0.5).solve(problem),
        },
        reference="numpy.median",
    )


def batch() -> list[Timing]:
    """10^5 profiles of 11 agents; required: 1.5 x numpy.sort and 0.35 x numpy.median."""
    x = np.random.default_rng(0).random((10**5, 11))
    uniform = facility.uniform_phantom
    ordered = np.sort(x, axis=1)[:, ::-1]
    expected = np.minimum(ordered, np.arange(1, 12) / 11).max(axis=1)
    assert (uniform.evaluate_many(x) == expected).all()
    return side_by_side(
        "100,000 profiles of 11 agents",
        {
            "numpy.sort(axis=1)": lambda: np.sort(x, axis=1),
            "numpy.median(axis=1)": lambda: np.median(x, axis=1),
            "uniform_phantom": lambda: uniform.evaluate_many(x),
            "constrained_median": lambda: facility.constrained_median.evaluate_many(x),
        },
        reference="numpy.sort(axis=1)",
    )


def wide() -> list[Timing]:
    """10^4 profiles of 101 agents, where sorting wins over the network."""
    x = np.random.default_rng(0).random((10**4, 101))
    return side_by_side(
        "10,000 profiles of 101 agents",
        {
            "numpy.sort(axis=1)": lambda: np.sort(x, axis=1),
            "numpy.median(axis=1)": lambda: np.median(x, axis=1),
            "uniform_phantom": lambda: facility.uniform_phantom.evaluate_many(x),
        },
        reference="numpy.sort(axis=1)",
    )


def fairness() -> list[Timing]:
    """The interval of proportional fairness; required: at most 1.2 x numpy.sort."""
    x = np.random.default_rng(0).random(10**6)
    problem = facility.line().problem(x)
    return side_by_side(
        "proportional fairness interval, n = 10^6",
        {
            "numpy.sort": lambda: np.sort(x),
            "admissible PF": lambda: facility.admissible("PF", problem),
            "admissible IFS": lambda: facility.admissible("IFS", problem),
            "admissible UFS": lambda: facility.admissible("UFS", problem),
        },
        reference="numpy.sort",
    )


def exact() -> list[Timing]:
    """Exact worst cases and verdicts; required: the ratio at n = 30 under 3 s."""
    uniform = facility.uniform_phantom
    return side_by_side(
        "exact answers",
        {
            "worst ratio, n = 30": lambda: facility.worst_case_ratio(uniform, 30),
            "worst ratio, n = 100": lambda: facility.worst_case_ratio(uniform, 100),
            "strategyproofness, n = 4, grid 8": lambda: axioms.check(
                "strategyproofness", uniform, agents=4, grid=8
            ),
            "option sets, n = 4, grid 8": lambda: facility.option_set_test(uniform, 4, 8),
            "PF certificate, n = 100": lambda: axioms.check(
                "proportional_fairness", uniform, agents=100
            ),
        },
        reference="worst ratio, n = 30",
        repeat=3,
    )


def budgets() -> list[Timing]:
    """Moving phantoms on 40 votes over 145 projects, exact and in floats."""
    exact_votes = facility.budget().sample(0, 40, alternatives=145, grid=1000)
    floats = facility.budget().problem(np.random.default_rng(0).dirichlet(np.ones(145), 40))
    rule = facility.independent_markets
    return side_by_side(
        "independent markets, 40 votes x 145 projects",
        {
            "floats": lambda: rule.solve(floats),
            "exact": lambda: rule.solve(exact_votes),
        },
        reference="floats",
    )


if __name__ == "__main__":
    main(
        {
            "single": single,
            "batch": batch,
            "wide": wide,
            "fairness": fairness,
            "exact": exact,
            "budgets": budgets,
        }
    )
