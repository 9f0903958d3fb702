"""Speed of exact values of coalitional games, beside shapiq in its environment.

shapiq is timed where its environment exists: ``python -m venv ENV && ENV/bin/pip install -r
benchmarks/requirements-shapiq.txt``, then ``MECHDESIGN_PEER_SHAPIQ=ENV/bin/python``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from harness import Timing, main
from peers_coalitional import table

from mechdesign import coalitional


def shapley(n: int) -> list[Timing]:
    """Exact values of `n` players; required: .2 s at 20, 100 times shapiq at 16."""
    game = coalitional.game(table(n))
    ours, theirs = [], []
    python = os.environ.get("MECHDESIGN_PEER_SHAPIQ")
    for _ in range(3):
        start = time.perf_counter()
        coalitional.shapley(game)
        ours.append(time.perf_counter() - start)
        if python is not None and n <= 16:
            file = str(Path(__file__).parent / "peers_coalitional.py")
            done = subprocess.run(
                [python, file, str(n)], capture_output=True, text=True, check=True
            )
            theirs.append(json.loads(done.stdout.strip().splitlines()[-1]))
    found = [
        Timing(name, min(s), sorted(s)[len(s) // 2], min(s) / min(ours))
        for name, s in (("mechdesign, in fractions", ours), ("shapiq, in floats", theirs))
        if s
    ]
    print(f"\nShapley values of {n} players")
    for row in found:
        print(f"  {row.name:26} {row.best * 1e3:10.2f} ms  x{row.ratio:.3g}")
    return found


if __name__ == "__main__":
    main({"shapley of 16": lambda: shapley(16), "shapley of 20": lambda: shapley(20)})
