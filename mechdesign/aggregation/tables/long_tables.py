"""Long tables (one score a row) and instance-level tables (one row for each system and input)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mechdesign.errors import InvalidInputError
from mechdesign.io.grids import Grid, parse_cell
from mechdesign.model import ratio

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


def pivot(grid: Grid, decimal: str = ".") -> Grid:
    """A long table as a wide one; several scores of a system on a task are averaged.

    Raises
    ------
    InvalidInputError
        If a score is no number.
    """
    lowered = [c.lower() for c in grid.columns]
    pick = [next(lowered.index(n) for n in names if n in lowered) for names in (_SYSTEM, _SCORE)]
    system, score = pick
    keys = [lowered.index(n) for n in _TASK if n in lowered]
    instance = next((lowered.index(n) for n in _INSTANCE if n in lowered), None)
    sums: dict[tuple[Any, str], list[Any]] = {}
    systems: dict[Any, None] = {}
    tasks: dict[str, None] = {}
    for k, row in enumerate(grid.rows):
        value = _number(grid, k, score, decimal)
        task = " / ".join(str(row[c]) for c in keys)
        systems[row[system]] = tasks[task] = None
        if value is not None:
            sums.setdefault((row[system], task), []).append(value)
    told = [
        f"a long table: {len(systems)} systems by `{grid.columns[system]}`, {len(tasks)} tasks by "
        + " + ".join(f"`{grid.columns[c]}`" for c in keys)
    ]
    several = sum(len(v) > 1 for v in sums.values())
    if several:
        what = "" if instance is None else f" over `{grid.columns[instance]}`"
        told.append(f"{several} cells are means{what} of several rows")
    rows = tuple((s, *(_mean(sums.get((s, t), [])) for t in tasks)) for s in systems)
    return Grid(("system", *tasks), rows, grid.source, (), (*grid.decisions, *told))


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
