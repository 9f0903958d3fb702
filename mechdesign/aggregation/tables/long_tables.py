"""Long tables (one score a row) and instance-level tables (one row for each system and input)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from os import PathLike
from typing import Any

import numpy as np

from mechdesign.arrays import FloatArray
from mechdesign.errors import InvalidInputError
from mechdesign.io.ballots.cast_votes import contests
from mechdesign.io.files import as_path, read_bytes
from mechdesign.io.grids import Grid, parse_cell
from mechdesign.io.large.plain_columns import PlainColumns, plain_columns
from mechdesign.io.score_tables import read_text
from mechdesign.model import ratio
from mechdesign.records import dataclass

#: Beyond this many cells scores are floats.
FAST_CELLS = 300_000
#: A long file of fewer bytes is read row by row, and one of more cells is no wide table.
_LONG_FILE, _MOST_CELLS = 1 << 21, 20_000_000
#: So much of a file shows its delimiter and its columns: 200 lines and more.
_HEAD, _HEAD_ROWS = 1 << 19, 200

_SYSTEM = ("system", "model", "model_name", "method", "algorithm")
_TASK = ("task", "dataset", "benchmark", "scenario", "metric")
_SCORE = ("score", "value", "result", "metric_value", "performance")
_INSTANCE = (
    "utterance",
    "instance",
    "example",
    "item",
    "input",
    "topic",
    "document",
    "doc_id",
    "prompt",
    "question_id",
    "instance_id",
    "segment",
    "sentence",
)


def is_long(grid: Grid, keep: Sequence[str] = ()) -> bool:
    """Whether the columns are those of a long table: a system, a task and a score."""
    names = {c.lower() for c in grid.columns}
    return (
        not keep
        and bool(names & set(_SYSTEM))
        and bool(names & set(_TASK))
        and bool(names & set(_SCORE))
    )


def is_instance_level(grid: Grid, name: object = None) -> bool:
    """Whether a column of systems repeats and a column of inputs tells the rows apart."""
    system, instance = _keys(grid, name)
    if system is None or instance is None:
        return False
    keys = {(row[system], row[instance]) for row in grid.rows}
    return len(keys) == len(grid.rows) and len({row[system] for row in grid.rows}) < len(keys)


def _keys(grid: Grid, name: object) -> tuple[int | None, int | None]:
    """The columns of systems and of inputs; `name` may say that they are swapped."""
    lowered = [c.lower() for c in grid.columns]
    system = next((lowered.index(n) for n in _SYSTEM if n in lowered), None)
    instance = next((lowered.index(n) for n in _INSTANCE if n in lowered), None)
    if name is not None:
        if instance is not None and grid.columns[instance] == name:
            return instance, system
        if system is None or grid.columns[system] != name:
            return None, None
    return system, instance


@dataclass(frozen=True)
class Pivoted(Grid):
    """A long table as a wide one: the systems, and a column for each task.

    Parameters
    ----------
    matrix : numpy.ndarray, shape (systems, tasks), optional
        The scores where they are many, nan where missing; the rows then hold the systems alone.
    """

    matrix: Any = None

    def numbers(self, k: int) -> FloatArray | None:
        return None if self.matrix is None or not k else np.asarray(self.matrix[:, k - 1])


def _roles(columns: Sequence[str]) -> tuple[int, int, list[int], int | None]:
    """The columns of systems and scores, those of tasks, and the one of inputs."""
    lowered = [c.lower() for c in columns]
    system, score = (
        next(lowered.index(n) for n in names if n in lowered) for names in (_SYSTEM, _SCORE)
    )
    keys = [lowered.index(n) for n in _TASK if n in lowered]
    return system, score, keys, next((lowered.index(n) for n in _INSTANCE if n in lowered), None)


def _told(columns: Sequence[str], systems: int, tasks: int, several: int) -> list[str]:
    """What is said of a long table."""
    system, _, keys, instance = _roles(columns)
    told = [
        f"a long table: {systems} systems by `{columns[system]}`, {tasks} tasks by "
        + " + ".join(f"`{columns[c]}`" for c in keys)
    ]
    if several:
        what = "" if instance is None else f" over `{columns[instance]}`"
        told.append(f"{several} cells are means{what} of several rows")
    return told


def pivot(grid: Grid, decimal: str = ".") -> Pivoted:
    """A long table as a wide one; several scores of a system on a task are averaged.

    Raises
    ------
    InvalidInputError
        If a score is no number.
    """
    system, score, keys, _ = _roles(grid.columns)
    sums: dict[tuple[Any, str], list[Any]] = {}
    systems: dict[Any, None] = {}
    tasks: dict[str, None] = {}
    for k, row in enumerate(grid.rows):
        value = _number(grid, k, score, decimal)
        task = " / ".join(str(row[c]) for c in keys)
        systems[row[system]] = tasks[task] = None
        if value is not None:
            sums.setdefault((row[system], task), []).append(value)
    several = sum(len(v) > 1 for v in sums.values())
    told = _told(grid.columns, len(systems), len(tasks), several)
    rows = tuple((s, *(_mean(sums.get((s, t), [])) for t in tasks)) for s in systems)
    return Pivoted(("system", *tasks), rows, grid.source, (), (*grid.decisions, *told))


def read_long(path: str | PathLike[str], delimiter: str | None = None) -> Pivoted | None:
    """A large long CSV file as :func:`pivot` makes it, read column by column.

    None where the file is not plain or not long, so that it must be read row by row: the answers
    of both are the same.
    """
    file = as_path(path)
    if file.suffix.lower() not in (".csv", ".tsv", ".tab") or not file.is_file():
        return None
    if file.stat().st_size < _LONG_FILE:
        return None
    raw = read_bytes(file)
    try:
        head = b"\n".join(raw[:_HEAD].split(b"\n")[:-1]).decode("utf-8-sig")
        first = read_text(head, source=file.name, delimiter=delimiter, suffix=file.suffix.lower())
    except (InvalidInputError, UnicodeDecodeError):
        return None
    lowered = [c.lower() for c in first.columns]
    known = {*_SYSTEM, *_TASK, *_SCORE, *_INSTANCE}
    few = len(first.rows) < _HEAD_ROWS or len(set(lowered) & known) < len(first.columns)
    if few or first.decisions or not is_long(first):
        return None
    system, score, keys, _ = _roles(first.columns)
    # Ballots, battles and grids of ranks have no such columns, or other cells at once.
    if system or contests(replace(first, rows=first.rows[:60], lines=first.lines[:60])):
        return None
    names = [first.columns[k] for k in (system, *keys)]
    found = plain_columns(raw, first.delimiter, names, first.columns[score])
    if found is None or any(c in name for part in found.names for name in part for c in ",|"):
        return None
    return _pivoted(first, found)


def _pivoted(head: Grid, found: PlainColumns) -> Pivoted | None:
    """The wide table of the columns of a long one."""
    systems, tasks, code = found.names[0], found.names[1], found.codes[1]
    for part, more in zip(found.names[2:], found.codes[2:], strict=True):
        pairs = code * len(part) + more
        distinct, first, code = np.unique(pairs, return_index=True, return_inverse=True)
        order = np.argsort(first)
        code = np.argsort(order)[code]
        joined = [divmod(int(pair), len(part)) for pair in distinct[order]]
        tasks = [f"{tasks[a]} / {part[b]}" for a, b in joined]
    width = len(tasks)
    # Names that would be read as something else in the header of a wide table.
    odd = len(set(tasks)) < width or "system" in tasks or len(systems) < 2
    if odd or len(systems) * width > _MOST_CELLS or len(set(map(_spaced, systems))) < len(systems):
        return None
    if any(parse_cell(name)[0] is not None for name in systems):
        return None
    seen = ~found.missing
    size = np.abs(found.numbers.astype(np.float64)).sum()
    key = (found.codes[0] * width + code)[seen]
    count = np.bincount(key, minlength=len(systems) * width)
    # Sums below 2**53 are exact in floats, too.
    if size >= 2**53 or 10**found.places * int(count.max(initial=0)) >= 2**53:
        return None
    sums = np.bincount(key, found.numbers[seen], len(systems) * width)
    told = _told(head.columns, len(systems), width, int((count > 1).sum()))
    columns = ("system", *tasks)
    if len(systems) * (width + 1) > FAST_CELLS:
        with np.errstate(invalid="ignore", divide="ignore"):
            matrix = sums / (count * 10.0**found.places)
        matrix = np.where(count > 0, matrix, np.nan).reshape(len(systems), width)
        names = tuple((name,) for name in systems)
        return Pivoted(columns, names, head.source, (), tuple(told), "", matrix)
    scale = 10**found.places
    cells = [
        ratio(int(total), n * scale) if n else None
        for total, n in zip(sums.tolist(), count.tolist(), strict=True)
    ]
    rows = tuple((name, *cells[k * width : (k + 1) * width]) for k, name in enumerate(systems))
    return Pivoted(columns, rows, head.source, (), tuple(told))


def _spaced(name: str) -> str:
    return " ".join(name.split())


def mean_rows(grid: Grid, name: object = None, decimal: str = ".") -> Grid:
    """An instance-level table with the mean of each system's rows, by column."""
    system, instance = _keys(grid, name)
    if system is None or instance is None:
        raise InvalidInputError("data", "have columns of systems and inputs", list(grid.columns))
    columns = [k for k in range(len(grid.columns)) if k not in (system, instance)]
    values: dict[Any, list[list[Any]]] = {}
    for r, row in enumerate(grid.rows):
        mine = values.setdefault(row[system], [[] for _ in columns])
        for slot, k in zip(mine, columns, strict=True):
            value = _number(grid, r, k, decimal)
            if value is not None:
                slot.append(value)
    inputs = len({row[instance] for row in grid.rows})
    told: tuple[str, ...] = (
        f"one row for each `{grid.columns[system]}` ({len(values)}) and `{grid.columns[instance]}` "
        f"({inputs}): each score is the mean over `{grid.columns[instance]}`",
    )
    if name is None and inputs < len(values):
        told += (
            f"there are more systems than inputs: if `{grid.columns[instance]}` holds the systems "
            f"(some published files have the two swapped), say name='{grid.columns[instance]}'",
        )
    rows = tuple((s, *(_mean(v) for v in slots)) for s, slots in values.items())
    names = (grid.columns[system], *(grid.columns[k] for k in columns))
    return Grid(names, rows, grid.source, (), (*grid.decisions, *told))


def _number(grid: Grid, row: int, column: int, decimal: str) -> Any:
    cell, _ = parse_cell(grid.rows[row][column], decimal)
    if cell is None or len(cell) != 1:
        raise InvalidInputError(
            grid.columns[column],
            "hold one number in each row",
            f"{grid.rows[row][column]!r} in {grid.line(row)} of {grid.source}",
        )
    return cell[0]


def _mean(values: list[Any]) -> Any:
    if len(values) < 2:
        return values[0] if values else None
    if any(isinstance(v, float) for v in values):
        return float(sum(values)) / len(values)
    return ratio(sum(values), len(values))
