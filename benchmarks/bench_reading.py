"""Speed of reading: large files by columns, beside the readers that go row by row."""

from __future__ import annotations

import random
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from harness import Timing, main, side_by_side

from mechdesign import aggregation
from mechdesign.aggregation.tables import long_tables
from mechdesign.io import preflib, ranking_lists

NEVER = 1 << 40
FOLDER = Path(tempfile.mkdtemp())


def row_by_row(module: object, limit: str, read: Callable[[], object]) -> Callable[[], object]:
    """The reader without its short cut."""

    def run() -> object:
        before = getattr(module, limit)
        setattr(module, limit, NEVER)
        try:
            return read()
        finally:
            setattr(module, limit, before)

    return run


def compared(title: str, file: Path, module: object, limit: str, repeat: int) -> list[Timing]:
    """A file by columns and row by row; both give the same problem."""

    def read() -> object:
        return aggregation.read(file)

    slow = row_by_row(module, limit, read)
    return side_by_side(
        title, {"by columns": read, "row by row": slow}, reference="by columns", repeat=repeat
    )


def long_csv(systems: int = 1000, tasks: int = 1000) -> list[Timing]:
    """A row for each system and task; needs pyarrow."""
    rng, file = random.Random(0), FOLDER / "long.csv"
    with file.open("w") as out:
        out.write("system,task,score\n")
        for s in range(systems):
            out.writelines(f"m{s},t{t},{rng.uniform(20, 95):.2f}\n" for t in range(tasks))
    title = f"long CSV of {systems * tasks:,} rows"
    return compared(title, file, long_tables, "_LONG_FILE", 2)


def rankings(lines: int = 200_000, m: int = 10) -> list[Timing]:
    """Lines of names, most of them different; needs pyarrow."""
    rng, file = random.Random(0), FOLDER / "t.rankings"
    names = [f"candidate {k}" for k in range(m)]
    with file.open("w") as out:
        out.writelines(
            " > ".join(rng.sample(names, rng.randint(1, m))) + "\n" for _ in range(lines)
        )
    title = f".rankings of {lines:,} lines, {m} candidates"
    return compared(title, file, ranking_lists, "MANY_LINES", 1)


def soc(lines: int = 200_000, m: int = 10) -> list[Timing]:
    """Complete orders, most of them different."""
    rng, file = random.Random(0), FOLDER / "t.soc"
    with file.open("w") as out:
        out.write(f"# NUMBER ALTERNATIVES: {m}\n# NUMBER VOTERS: {lines}\n")
        out.writelines(f"# ALTERNATIVE NAME {k}: {k}\n" for k in range(1, m + 1))
        for _ in range(lines):
            out.write("1: " + ",".join(map(str, rng.sample(range(1, m + 1), m))) + "\n")
    return compared(f".soc of {lines:,} lines, {m} alternatives", file, preflib, "MANY_LINES", 1)


def wide_csv(systems: int = 112) -> list[Timing]:
    """More and more columns: the time of a cell should not grow."""
    rng, cases = random.Random(0), {}
    for tasks in (125, 250, 500, 1000):
        file = FOLDER / f"wide{tasks}.csv"
        with file.open("w") as out:
            out.write("Model," + ",".join(f"task {t}" for t in range(tasks)) + "\n")
            for s in range(systems):
                cells = ",".join(f"{rng.uniform(20, 95):.1f}" for _ in range(tasks))
                out.write(f"m{s},{cells}\n")
        cases[f"{systems} x {tasks}"] = lambda file=file: aggregation.read(file)
    title = "wide CSV"
    return side_by_side(title, cases, reference=f"{systems} x 125", repeat=3)


TABLES = {"long_csv": long_csv, "rankings": rankings, "soc": soc, "wide_csv": wide_csv}

if __name__ == "__main__":
    main(TABLES)
