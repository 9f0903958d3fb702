"""Score tables from files, data frames, mappings and arrays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase as fnmatch
from os import PathLike
from typing import Any

import numpy as np

from mechdesign.aggregation.profiles.profile import _matrix
from mechdesign.aggregation.tables.averages import as_cells, average_rows
from mechdesign.aggregation.tables.hints import is_average, looks_lower
from mechdesign.aggregation.tables.interpretation import (
    Columns,
    interpret,
    prepared,
    unique_names,
)
from mechdesign.aggregation.tables.long_tables import (
    Pivoted,
    is_instance_level,
    is_long,
    mean_rows,
    pivot,
    read_long,
)
from mechdesign.aggregation.tables.score_tables import ScoreTable, listed, matching, weights_of
from mechdesign.aggregation.tables.ties import tied
from mechdesign.errors import InvalidInputError
from mechdesign.io.grids import Grid
from mechdesign.io.score_tables import is_frame, read_frame, read_grid
from mechdesign.model import (
    FrozenMap,
    all_exact,
    row_by_label,
)

__all__ = ["score_table"]

# Beyond this many cells exact numbers cost more than they are worth.
_EXACT_CELLS = 300_000


def score_table(
    data: object,
    *,
    systems: Sequence[str] | None = None,
    tasks: Sequence[str] | None = None,
    lower: Iterable[str] = (),
    higher: Iterable[str] = (),
    weights: Mapping[str, Any] | Sequence[Any] | None = None,
    groups: Mapping[str, Sequence[str]] | None = None,
    name: str | Sequence[str] | None = None,
    keep: Sequence[str] = (),
    drop: Sequence[str] = (),
    missing: Sequence[str] = (),
    common: bool = False,
    tie: str | None = None,
    duplicates: str = "number",
    delimiter: str | None = None,
    decimal: str | None = None,
) -> ScoreTable:
    """Read a table of scores.

    Parameters
    ----------
    data : object
        A path to a CSV, TSV, parquet or feather file; a pandas or polars data frame; a mapping of
        systems to their scores (a list, or a mapping of tasks); a two-dimensional array or list of
        rows, one row for each system; a :class:`ScoreTable`.  Frames and files may be *long*: with
        columns such as ``system``, ``task``, ``score``.
    systems, tasks : sequences of str, optional
        Names, where the data have none.
    lower, higher : iterables of str
        Tasks in which lower or higher is better; patterns such as ``*_hours`` are allowed.  Of the
        columns of files and frames also those whose names say so, such as ``WER``, are lower.
    weights : mapping of task to number, or sequence, optional
        Nonnegative; 1 by default, 1/2 for each of two metrics in one cell.
    groups : mapping of str to sequence of tasks, optional
        Named groups; see :func:`grouped`.
    name : str or sequence of str, optional
        The column or columns that name the systems.
    keep, drop : sequences of str
        Columns that are tasks, or are not, whatever they look like.
    missing : sequence of str
        Texts that stand for a missing score, such as ``OOM``.
    common : bool
        Whether only the tasks count that every system has.
    tie : str, optional
        When two scores of a task are equal: ``"exact"``, or ``"decimals=2"`` (rounded), or
        ``"absolute=0.1"`` or ``"relative=0.001"`` (no further apart, or linked by others that are
        not).  By default exact, but floats, and decimals of more than 9 places in a file, are
        equal within 1e-9.
    duplicates : {"number", "first", "error"}
        What to do with a repeated name whose scores differ.
    delimiter : str, optional
        Of a text file.
    decimal : {".", ","}, optional
        The decimal mark of a file; by default what its cells say.

    Returns
    -------
    ScoreTable
        With everything that had to be decided in ``decisions``.

    Raises
    ------
    InvalidInputError
        Naming the parameter, row and column, if the data cannot be read.

    Examples
    --------
    >>> score_table([[90.1, 80], [88.0, 85]], systems=["A", "B"], tasks=["x", "y"])
    ScoreTable of 2 systems x 2 tasks
    """
    lower, higher = (list(listed(words)) for words in (lower, higher))
    if isinstance(data, (str, PathLike)):
        data = read_scores(data, delimiter, {"keep": keep, "missing": missing, "decimal": decimal})
    elif not isinstance(data, (ScoreTable, Grid)) and is_frame(data):
        data = read_frame(data)
    read = isinstance(data, Grid)
    if isinstance(data, ScoreTable):
        table = data
    elif isinstance(data, Grid):
        many = isinstance(data, Pivoted)
        grid, mark = (data, ".") if many else prepared(data, missing, decimal)
        said = [*lower, *higher]
        table = _from_grid(grid, name, keep, drop, duplicates, said, mark)
    elif isinstance(data, Mapping):
        table = _from_mapping(data, tasks)
    else:
        table = _from_rows(data, systems, tasks)
    if common:
        table = table.common()
    values, told = tied(table, tie, written=read)
    if told:
        table = replace(table, values=values, decisions=(*table.decisions, *told))
    table = _configured(table, lower, higher, weights, groups)
    return replace(table, decisions=(*table.decisions, table.counted())) if read else table


def _configured(
    table: ScoreTable, lower: Any, higher: Any, weights: object, groups: Any
) -> ScoreTable:
    told = list(table.decisions)
    raised = matching(higher, table.tasks, "higher")
    asked = matching(lower, table.tasks, "lower")
    if asked & raised:
        raise InvalidInputError("higher", "not name tasks of lower", sorted(asked & raised))
    lowered = (table.lower | asked) - raised
    suspects = [t for t in table.tasks if looks_lower(t) and t not in lowered | raised]
    if suspects:
        shown = ", ".join(f"`{t}`" for t in suspects[:5])
        more = f" and {len(suspects) - 5} more" if len(suspects) > 5 else ""
        told.append(
            f"higher counts as better in {shown}{more}, whatever the name suggests "
            "(say lower= where lower is better)"
        )
    named = dict(table.groups)
    if groups:
        for label, members in groups.items():
            named[label] = tuple(
                t for member in members for t in table.groups.get(member, (member,))
            )
            for task in named[label]:
                table._task(task)
    return replace(
        table,
        lower=frozenset(lowered),
        weights=table.weights
        if weights is None
        else weights_of(weights, table.tasks, table.weights),
        groups=FrozenMap(named),
        decisions=tuple(told),
    )


def _from_grid(
    grid: Grid, name: Any, keep: Any, drop: Any, duplicates: str, said: list[str], mark: str
) -> ScoreTable:
    def decided(task: str) -> bool:
        return any(task == pattern or fnmatch(task, pattern) for pattern in said)

    long = isinstance(grid, Pivoted) or is_long(grid, keep)
    if isinstance(grid, Pivoted):
        mark = "."
    elif long:
        grid, mark = pivot(grid, mark), "."
    elif is_instance_level(grid, name):
        grid, name, mark = mean_rows(grid, name, mark), None, "."
    found = interpret(
        grid, name=name, keep=keep, drop=drop, decided=decided, decimal=mark, long=long
    )
    if len(set(found.systems)) == len(found.systems):
        names, kept = found.systems, list(range(len(found.systems)))
    else:
        rows = list(zip(*map(as_cells, found.cells), strict=True))
        names, kept = unique_names(found.systems, rows, duplicates, found.decisions)
    if any(map(is_average, names)):
        columns = [[column[k] for k in kept] for column in map(as_cells, found.cells)]
        gone = average_rows(names, columns)
        found.decisions += [f"row `{names[k]}` is the mean of the others: no system" for k in gone]
        found.decisions += [
            f"row `{name}` is named like an average and counts as a system"
            for k, name in enumerate(names)
            if is_average(name) and k not in gone
        ]
        kept = [row for k, row in enumerate(kept) if k not in gone]
        names = [name for k, name in enumerate(names) if k not in gone]
    return _assembled(found, names, kept, grid.source)


def read_scores(
    path: str | PathLike[str], delimiter: str | None, options: Mapping[str, Any]
) -> Grid:
    """The table of a file: a large long one is read by columns, where nothing else is asked."""
    asked = any(options.get(word) for word in ("keep", "missing", "decimal"))
    return (None if asked else read_long(path, delimiter)) or read_grid(path, delimiter=delimiter)


def _assembled(found: Columns, names: list[str], kept: list[int], source: str) -> ScoreTable:
    floats = [column for column in found.cells if isinstance(column, np.ndarray)]
    if len(floats) == len(found.cells):
        values: Any = np.column_stack(floats)[kept]
        seen = ~np.isnan(values)
    else:
        values = np.empty((len(kept), len(found.tasks)), dtype=object)
        for j, column in enumerate(map(as_cells, found.cells)):
            values[:, j] = [column[k] for k in kept]
        seen = np.array([[v is not None for v in row] for row in values])
    some = seen.any(axis=1)
    blank = [names[i] for i in np.flatnonzero(~some)]
    if blank:
        found.decisions.append(
            f"{len(blank)} systems have no score at all and were left out: "
            + ", ".join(f"`{b}`" for b in blank[:5])
        )
        alive = np.flatnonzero(some).tolist()
        values, names = values[alive], [names[i] for i in alive]
        kept = [kept[i] for i in alive]
    missing = int((~seen[some]).sum())
    if missing:
        found.decisions.append(_missing_told(missing, values.size))
    return ScoreTable(
        tuple(names),
        tuple(found.tasks),
        _compact(values),
        frozenset(found.lower),
        tuple(found.weights),
        FrozenMap({g: tuple(t) for g, t in found.groups.items()}),
        None if found.stated is None else tuple(found.stated[k] for k in kept),
        tuple(found.decisions),
        source,
    )


def _missing_told(missing: int, cells: int) -> str:
    return (
        f"{missing} of {cells} cells are missing: who lacks a hard task may pass others "
        "(--common: only the tasks that every system has)"
    )


def _compact(values: Any) -> Any:
    """Floats where one of the numbers is a float or the table is huge, else the exact objects."""
    if values.dtype.kind == "f":
        return values
    exact = all_exact(v for v in values.flat if v is not None)
    if exact and values.size <= _EXACT_CELLS:
        return values
    flat = [float("nan") if v is None else float(v) for v in values.flat]
    return np.array(flat, dtype=np.float64).reshape(values.shape)


def _from_mapping(data: Mapping[Any, Any], tasks: Sequence[str] | None) -> ScoreTable:
    if not data:
        raise InvalidInputError("data", "hold at least one system", data)
    rows = [row_by_label(row, f"scores of {system!r}") for system, row in data.items()]
    if all(isinstance(row, Mapping) for row in rows):
        names = (
            list(tasks) if tasks is not None else list(dict.fromkeys(t for r in rows for t in r))
        )
        unknown = next((t for r in rows for t in r if t not in names), None)
        if unknown is not None:
            raise InvalidInputError("tasks", "name every task of the data", unknown)
        table = _from_rows([[r.get(t) for t in names] for r in rows], list(data), names)
        if table.missing:
            note = _missing_told(table.missing, table.values.size)
            table = replace(table, decisions=(*table.decisions, note))
        return table
    return _from_rows(rows, list(data), tasks)


def _from_rows(
    data: object, systems: Sequence[str] | None, tasks: Sequence[str] | None
) -> ScoreTable:
    if isinstance(data, np.ndarray):
        if data.ndim != 2 or data.dtype.kind not in "fiuO":
            raise InvalidInputError(
                "data",
                "be numbers of shape (systems, tasks)",
                f"{data.dtype} of shape {data.shape}",
            )
    elif isinstance(data, (bytes, set, frozenset)) or not isinstance(data, Sequence):
        raise InvalidInputError("data", "be rankings or a table of scores", data)
    elif not all(
        isinstance(row, (Sequence, np.ndarray)) and not isinstance(row, (str, bytes))
        for row in data
    ):
        raise InvalidInputError("data", "hold one row of scores for each system", data)
    matrix = _matrix(data, "data")
    values = matrix.astype(np.float64) if matrix.dtype.kind == "f" else matrix.astype(object)
    m, t = values.shape
    rows = [f"system {k + 1}" for k in range(m)] if systems is None else list(systems)
    columns = [f"task {k + 1}" for k in range(t)] if tasks is None else list(tasks)
    for label, names, size in (("systems", rows, m), ("tasks", columns, t)):
        if len(names) != size:
            raise InvalidInputError(label, f"have {size} entries", len(names))
    return ScoreTable(tuple(rows), tuple(columns), _compact(values) if m else values)
