"""Speed of counts and committees, beside the peers in their environments.

A peer is timed where its environment exists: ``python -m venv ENV && ENV/bin/pip install -r
benchmarks/requirements-voting.txt``, then ``MECHDESIGN_PEER_VOTING=ENV/bin/python``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from harness import Timing, main
from peers_voting import approved, ranked

from mechdesign import aggregation, committees


def peer(name: str, voters: int, m: int, seats: int, limit: float = 120) -> float | None:
    """Seconds of a peer; infinite where it fails or takes too long, None where it is missing."""
    python = os.environ.get("MECHDESIGN_PEER_VOTING")
    if python is None:
        return None
    file = str(Path(__file__).parent / "peers_voting.py")
    command = [python, file, name, str(voters), str(m), str(seats)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=limit, check=True)
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
        return float("inf")
    return float(json.loads(done.stdout.strip().splitlines()[-1]))


def against(
    ours: Callable[[], object], names: list[str], size: tuple[int, int, int], rounds: int = 3
) -> list[Timing]:
    """Our case and the peers in turn, round by round."""
    ours()
    seconds: dict[str, list[float]] = {"mechdesign": [], **{name: [] for name in names}}
    for _ in range(rounds):
        start = time.perf_counter()
        ours()
        seconds["mechdesign"].append(time.perf_counter() - start)
        for name in names:
            taken = peer(name, *size)
            if taken is not None:
                seconds[name].append(taken)
    base = min(seconds["mechdesign"])
    found = [
        Timing(name, min(s), sorted(s)[len(s) // 2], min(s) / base)
        for name, s in seconds.items()
        if s
    ]
    print(f"\n{size[0]} voters, {size[1]} candidates, {size[2]} seats")
    for row in found:
        print(f"  {row.name:20} {row.best * 1e3:10.2f} ms  x{row.ratio:.3g}")
    return found


def count(voters: int, m: int, seats: int) -> list[Timing]:
    orders = list(ranked(voters, m).items())
    rankings = [aggregation.Ranking.from_order(map(str, order)) for order, _ in orders]
    counts = [n for _, n in orders]
    profile = aggregation.Profile.from_rankings(rankings, counts, [str(c) for c in range(m)])
    return against(
        lambda: aggregation.stv(profile, seats=seats), ["pyrankvote", "votelib"], (voters, m, seats)
    )


def elect(rule: str, name: str, voters: int, m: int, seats: int) -> list[Timing]:
    problem = committees.approvals().problem(approved(voters, m), seats=seats, candidates=range(m))
    mechanism = getattr(committees, rule)
    return against(lambda: mechanism.solve(problem), [name], (voters, m, seats))


if __name__ == "__main__":
    main(
        {
            "stv of 9,000": lambda: count(9_000, 13, 4),
            "stv of 100,000": lambda: count(100_000, 20, 7),
            "pav": lambda: elect("pav", "abcvoting_pav", 50, 20, 6),
            "phragmen": lambda: elect("sequential_phragmen", "abcvoting_phragmen", 200, 30, 10),
            "equal shares": lambda: elect("equal_shares", "abcvoting_shares", 200, 30, 10),
        }
    )
