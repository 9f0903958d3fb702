"""Side-by-side timings: every figure is a ratio measured in one run."""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

# A ratio that grew by more than this is a regression; less is the noise of two busy cores.
WORSE = 1.5


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
    """Run the named tables, or all of them.

    ``--json FILE`` keeps the figures; ``--against FILE`` compares the ratios with kept ones, and
    ends with exit code 1 if one is more than 1.5 times as large as it was.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("table", nargs="*", help=f"any of {', '.join(tables)}; all by default")
    parser.add_argument("--json", metavar="FILE")
    parser.add_argument("--against", metavar="FILE")
    args = parser.parse_args()
    results = {name: [asdict(row) for row in tables[name]()] for name in args.table or tables}
    if args.json:
        Path(args.json).write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    if args.against:
        kept = json.loads(Path(args.against).read_text(encoding="utf-8"))
        sys.exit(compared(kept, results))


def compared(kept: Mapping[str, list[dict]], new: Mapping[str, list[dict]]) -> int:
    """Print how each ratio changed against the kept one; 1 if one became 1.5 times as large."""
    slower = 0
    for table in sorted(kept.keys() & new.keys()):
        # Tables time several questions under the same names, in the same order.
        for old, row in zip(kept[table], new[table], strict=False):
            if old["name"] == row["name"] and old["ratio"]:
                change = row["ratio"] / old["ratio"]
                slower += change > WORSE
                told = "  SLOWER" if change > WORSE else ""
                print(
                    f"  {table}: {row['name']:<40} {old['ratio']:9.3g} {row['ratio']:9.3g}"
                    f"  x{change:.2f}{told}"
                )
    print(f"{slower} ratios are more than {WORSE} times what they were")
    return int(slower > 0)
