"""The axiom engine: array operations against one Python call after another."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
from harness import main, side_by_side

from mechdesign import axioms, facility
from mechdesign.axioms.methods import finite
from mechdesign.model import FunctionMechanism


def strategyproofness():
    """161,051 profiles x 5 agents x 11 misreports; the loop on a smaller case, per check."""
    rule = facility.uniform_phantom
    line = facility.line(0, 1)
    looped = FunctionMechanism(lambda x: rule(list(x)).choice, line)
    large, small = {"agents": 5, "grid": 10}, {"agents": 3, "grid": 6}
    checks = {
        "vectorised, n=5, grid 1/10": 161_051 * 5 * 11,
        "vectorised, n=3, grid 1/6": 343 * 3 * 7,
        "one call at a time, n=3, grid 1/6": 343 * 3 * 7,
    }
    cases = {
        "vectorised, n=5, grid 1/10": lambda: axioms.check("strategyproofness", rule, **large),
        "vectorised, n=3, grid 1/6": lambda: axioms.check("strategyproofness", rule, **small),
        "one call at a time, n=3, grid 1/6": lambda: axioms.check(
            "strategyproofness", looped, **small
        ),
    }
    rows = side_by_side(
        "Exhaustive strategyproofness of the uniform phantom",
        cases,
        reference="one call at a time, n=3, grid 1/6",
        repeat=5,
    )
    rates = {row.name: checks[row.name] / row.best for row in rows}
    base = rates["one call at a time, n=3, grid 1/6"]
    for name, rate in rates.items():
        print(
            f"  {name:<36} {rate / 1e6:8.2f} million checks/s   x{rate / base:.0f} the loop's rate"
        )
    return rows


def user_function():
    """A user's plain function: one call a profile and integers after it, or call after call."""
    line = facility.line(0, 1)

    def middle(reports):
        return sorted(reports)[1]

    def one_by_one(*args, **options):
        kept = finite._decide_tabulated
        finite._decide_tabulated = lambda *_: None
        try:
            return axioms.check(*args, **options)
        finally:
            finite._decide_tabulated = kept

    rows = []
    for axiom, n, grid in (
        ("strategyproofness", 4, 8),
        ("group_strategyproofness", 3, 8),
    ):
        options = {"setting": line, "agents": n, "grid": grid}
        found = axioms.check(axiom, middle, **options)
        cases = {
            "call after call": lambda a=axiom, o=options: one_by_one(a, middle, **o),
            "tables": lambda a=axiom, o=options: axioms.check(a, middle, **o),
        }
        timed = side_by_side(
            f"{axiom} of a function, n={n}, grid {grid}",
            cases,
            reference="call after call",
            repeat=2,
        )
        for row in timed:
            print(f"  {row.name:<20} {found.stats['checks'] / row.best / 1e6:8.2f} M checks/s")
        rows += timed
    return rows


def workers():
    """Ten seconds of work and more in one process and in two; two are worth it on idle cores."""
    line = facility.line(0, 1)

    def middle(reports):
        return sorted(reports)[2]

    def uniform(reports):
        n = len(reports)
        return sorted([*reports, *(Fraction(k, n) for k in range(1, n))])[n - 1]

    def grid(axiom, agents, steps):
        return lambda count: axioms.check(
            axiom, middle, setting=line, agents=agents, grid=steps, workers=count
        )

    def proof(count):
        return axioms.check(
            "participation", uniform, setting=line, agents=4, method="proof", workers=count
        )

    rows = []
    for title, work in {
        "strategyproofness, n=5, grid 1/12": grid("strategyproofness", 5, 12),
        "anonymity, n=4, grid 1/12": grid("anonymity", 4, 12),
        "participation for all reports, n=4": proof,
    }.items():
        cases = {f"{k} workers": lambda k=k, work=work: work(k) for k in (1, 2)}
        rows += side_by_side(title, cases, reference="1 workers", repeat=2)
    return rows


def tables():
    """All 3^9 functions of two agents on three points, under both preference domains."""
    points = (Fraction(0), Fraction(1, 2), Fraction(1))
    rules = [
        facility.table(values=np.array(values, dtype=object).reshape(3, 3), grid=2)
        for values in itertools.product(points, repeat=9)
    ]

    def count(preferences):
        scope = {"agents": 2, "grid": 2, "preferences": preferences}
        return sum(axioms.check("strategyproofness", rule, **scope).holds for rule in rules)

    print(f"\n{len(rules)} functions: {count('euclidean')} and {count('single_peaked')} hold")
    return side_by_side(
        "All 19,683 functions of two agents on three points",
        {"euclidean": lambda: count("euclidean"), "single-peaked": lambda: count("single_peaked")},
        reference="euclidean",
        repeat=3,
    )


def importing():
    """Each family, and ``mechdesign --version``, against ``import numpy``, in fresh processes."""
    import subprocess
    import sys

    from mechdesign import families

    def start(*words):
        command = [sys.executable, *words]
        return lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    modules = ["mechdesign", *(family.module for family in families())]
    return side_by_side(
        "Importing",
        {
            "python": start("-c", "pass"),
            "import numpy": start("-c", "import numpy"),
            **{f"import {module}": start("-c", f"import {module}") for module in modules},
            "mechdesign --version": start("-m", "mechdesign", "--version"),
        },
        reference="import numpy",
    )


if __name__ == "__main__":
    main(
        {
            "strategyproofness": strategyproofness,
            "user_function": user_function,
            "workers": workers,
            "tables": tables,
            "importing": importing,
        }
    )
