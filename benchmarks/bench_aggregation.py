"""Speed of aggregation: counting, Kemeny, bootstrap, certificates; peers in their environments.

A peer is timed where its environment exists: ``python -m venv ENV && ENV/bin/pip install -r
benchmarks/requirements-aggregation-PEER.txt``, then ``MECHDESIGN_PEER_PEER=ENV/bin/python``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))

from harness import Timing, main, side_by_side

from mechdesign import aggregation, axioms
from mechdesign.aggregation.profiles import counting


def orders(voters: int, m: int) -> np.ndarray:
    """Uniform rankings; row v lists the alternatives of voter v."""
    return np.argsort(np.random.default_rng(0).random((voters, m)), axis=1)


def peer(name: str, voters: int, m: int, limit: float = 200) -> float | None:
    """Seconds of a peer, in a process and an environment of its own; None where it is missing."""
    python = os.environ.get(f"MECHDESIGN_PEER_{name.split('_')[0].upper()}") or os.environ.get(
        f"MECHDESIGN_PEER_{name.upper()}"
    )
    if python is None:
        return None
    command = [
        python,
        str(Path(__file__).parent / "peers_aggregation.py"),
        name,
        str(voters),
        str(m),
    ]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=limit, check=True)
    except subprocess.TimeoutExpired:
        return float("inf")
    return float(json.loads(done.stdout.strip().splitlines()[-1]))


def against(
    title: str,
    ours: dict[str, Callable[[], object]],
    names: list[str],
    voters: int,
    m: int,
    rounds: int = 3,
) -> list[Timing]:
    """Interleave our cases with the peers, round by round."""
    for run in ours.values():
        run()
    seconds: dict[str, list[float]] = {name: [] for name in [*ours, *names]}
    for _ in range(rounds):
        for name, run in ours.items():
            start = time.perf_counter()
            run()
            seconds[name].append(time.perf_counter() - start)
        for name in names:
            taken = peer(name, voters, m)
            if taken is not None:
                seconds[name].append(taken)
    base = min(seconds[next(iter(ours))])
    rows = [
        Timing(name, min(s), sorted(s)[len(s) // 2], min(s) / base)
        for name, s in seconds.items()
        if s
    ]
    print(f"\n{title}  (best of {rounds} interleaved rounds)")
    for row in rows:
        print(f"  {row.name:<24}{row.best * 1e3:12.2f} ms  x{row.ratio:.3g}")
    for name in names:
        if not seconds[name]:
            print(f"  {name:<24}     (no environment: MECHDESIGN_PEER_{name.upper()} is not set)")
    return rows


def pairs() -> list[Timing]:
    """Counting 200 x 100,000, build included; required: 10x svvamp, 200x pref_voting."""
    table = orders(100_000, 200)

    def plain() -> object:
        profile = aggregation.Profile.from_orders(table)
        columns = np.ascontiguousarray(profile.tiers.T)
        return counting._count_unit(columns, strict=True)

    return against(
        "pairwise counting, 200 alternatives x 100,000 rankings",
        {
            "mechdesign[fast]": lambda: aggregation.Pairwise.of(
                aggregation.Profile.from_orders(table)
            ),
            "mechdesign, numpy only": plain,
        },
        ["svvamp", "pref_voting"],
        100_000,
        200,
    )


def kemeny() -> list[Timing]:
    """Exact Kemeny, 21 uniform voters; required: 100x corankco at 30 alternatives."""
    rows: list[Timing] = []
    for m in (30, 50):
        table = orders(21, m)
        profile = aggregation.Profile.from_orders(table)
        names = ["corankco"] if m == 30 else []
        rows += against(
            f"exact Kemeny, {m} alternatives x 21 uniform rankings",
            {f"mechdesign, m={m}": lambda p=profile: aggregation.kemeny(p)},
            names,
            21,
            m,
        )
    return rows


def bootstrap() -> list[Timing]:
    """1,000 Borda rankings at 50 x 10,000; required: 3x the draws and one product."""
    profile = aggregation.Profile.from_orders(orders(10_000, 50))
    problem = aggregation.read(profile)
    points = (profile.m - 1 - profile.tiers).astype(float)

    def floor() -> object:
        draws = np.random.default_rng(0).multinomial(10_000, np.full(10_000, 1e-4), size=1000)
        return draws.astype(float) @ points

    return side_by_side(
        "bootstrap of 1,000 Borda rankings, 50 alternatives x 10,000 voters",
        {
            "draws + one product": floor,
            "bootstrap": lambda: aggregation.bootstrap(problem, "borda", samples=1000),
        },
        reference="draws + one product",
        repeat=3,
    )


def elimination() -> list[Timing]:
    """IRV, Coombs and Bucklin after reading; required: 2x svvamp."""
    rows: list[Timing] = []
    for voters, m in ((1_000_000, 10), (100_000, 50)):
        problem = aggregation.read(aggregation.Profile.from_orders(orders(voters, m)))
        for name in ("irv", "coombs", "bucklin"):
            rows += against(
                f"{name}, {m} alternatives x {voters:,} rankings",
                {name: lambda n=name, p=problem: getattr(aggregation, n)(p)},
                [f"svvamp_{name}"],
                voters,
                m,
            )
    return rows


def battle_log(count: int, m: int):
    """The log of `peers_aggregation.py`, as a data frame."""
    import pandas as pd
    from peers_aggregation import battle_log as log

    left, right, won = log(count, m)
    results = np.where(won, "left", "right")
    return pd.DataFrame({"left": left, "right": right, "winner": results})


def battles() -> list[Timing]:
    """A million battles, reading included; required: within 2x (Elo 3x) of evalica."""
    rows: list[Timing] = []
    for m in (50, 300):
        frame = battle_log(1_000_000, m)
        for ours, peer_name in (("bradley_terry", "evalica"), ("elo", "evalica_elo")):
            rows += against(
                f"{ours}, 1,000,000 battles of {m} systems",
                {ours: lambda f=frame, n=ours: getattr(aggregation, n)(f)},
                [peer_name],
                1_000_000,
                m,
            )
    return rows


def lotteries() -> list[Timing]:
    """Maximal lotteries of 101 voters, exact and proved unique; required: m=400 under a second."""
    cases = {}
    for m in (50, 100, 200, 400):
        pairs = aggregation.Pairwise.of(aggregation.Profile.from_orders(orders(101, m)))
        cases[f"m={m}"] = lambda p=pairs: aggregation.maximal_lottery(p)
    return side_by_side("maximal lottery, 101 uniform rankings", cases, reference="m=50", repeat=3)


def certificates() -> list[Timing]:
    """Checks by classes; required: under 10 s for each rule and axiom."""
    return side_by_side(
        "check, all electorates",
        {
            f"{rule.__name__} {axiom} m={m} n<={n}": (
                lambda r=rule, a=axiom, m=m, n=n: axioms.check(
                    a, r, agents=range(1, n + 1), alternatives=m
                )
            )
            for rule, axiom in (
                (aggregation.borda, "reinforcement"),
                (aggregation.copeland, "smith_criterion"),
                (aggregation.kemeny, "condorcet_consistency"),
                (aggregation.irv, "majority"),
                (aggregation.irv, "homogeneity"),
                (aggregation.kemeny, "candidate_monotonicity"),
                (aggregation.kemeny, "participation"),
                (aggregation.ranked_pairs, "ranking_reinforcement"),
            )
            for m, n in ((3, 20), (4, 6))
        },
        reference="borda reinforcement m=3 n<=20",
        repeat=1,
    )


def rules() -> list[Timing]:
    """Every majority rule on 50 alternatives x 10,000 rankings, counting included."""
    profile = aggregation.Profile.from_orders(orders(10_000, 50))
    names = (
        "borda",
        "copeland",
        "minimax",
        "schulze",
        "ranked_pairs",
        "bradley_terry",
        "maximal_lottery",
    )
    return side_by_side(
        "rules, 50 alternatives x 10,000 rankings, counting included",
        {name: (lambda n=name: getattr(aggregation, n)(profile)) for name in names},
        reference="borda",
        repeat=3,
    )


if __name__ == "__main__":
    main(
        {
            "pairs": pairs,
            "kemeny": kemeny,
            "elimination": elimination,
            "battles": battles,
            "lotteries": lotteries,
            "bootstrap": bootstrap,
            "certificates": certificates,
            "rules": rules,
        }
    )
