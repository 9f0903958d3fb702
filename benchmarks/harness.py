"""Side-by-side timings: every figure is a ratio measured in one run."""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Timing:
    """One contestant of one table: best and median seconds, and the ratio to the reference."""

    name: str
    best: float
    median: float
    ratio: float
    note: str = ""


def side_by_side(
    title: str,
    cases: Mapping[str, Callable[[], object]],
    *,
    reference: str,
    repeat: int = 7,
    notes: Mapping[str, str] | None = None,
) -> list[Timing]:
    """Time the cases in turn, round by round, and print their ratios to the reference case.

    The rounds are interleaved, so that a slow moment of the machine hits all cases alike.
    """
    for run in cases.values():
        run()  # warm up caches and imports
    seconds: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(repeat):
        for name, run in cases.items():
            start = time.perf_counter()
            run()
            seconds[name].append(time.perf_counter() - start)
    base = min(seconds[reference])
    rows = [
        Timing(name, min(s), statistics.median(s), min(s) / base, (notes or {}).get(name, ""))
        for name, s in seconds.items()
    ]
    print(f"\n{title}  (best of {repeat} interleaved rounds; Python {platform.python_version()})")
    width = max(len(name) for name in cases)
    for row in rows:
        print(f"  {row.name:<{width}}  {row.best * 1e3:10.3f} ms  x{row.ratio:<9.3g} {row.note}")
    return rows


def main(tables: Mapping[str, Callable[[], list[Timing]]]) -> None:
    """Run the named tables, or all of them; ``--json FILE`` keeps the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("table", nargs="*", help=f"any of {', '.join(tables)}; all by default")
    parser.add_argument("--json", metavar="FILE")
    args = parser.parse_args()
    results = {name: [asdict(row) for row in tables[name]()] for name in args.table or tables}
    if args.json:
        Path(args.json).write_text(json.dumps(results, indent=1), encoding="utf-8")
