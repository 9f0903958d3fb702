"""The score table: systems x tasks with directions, weights and groups, and what was decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from os import PathLike
from typing import Any, ClassVar

import numpy as np

from mechdesign.aggregation.profiles.problems import ScoreData, profile_of
from mechdesign.aggregation.profiles.profile import Profile, _matrix
from mechdesign.aggregation.tables.interpretation import (
    Columns,
    interpret,
    looks_lower,
    unique_names,
)
from mechdesign.aggregation.tables.long_tables import is_instance_level, is_long, mean_rows, pivot
from mechdesign.errors import InvalidInputError
from mechdesign.io.grids import Grid
from mechdesign.io.score_tables import is_frame, read_frame, read_grid
from mechdesign.model import (
    FrozenMap,
    Number,
    Problem,
    aligned_numbers,
    all_exact,
    labelled_numbers,
    split_labels,
)
from mechdesign.records import dataclass

__all__ = ["ScoreTable", "score_table"]

# Beyond this many cells exact numbers cost more than they are worth.
_EXACT_CELLS = 300_000


@dataclass(frozen=True, eq=False, repr=False)
class ScoreTable:
    """Scores of systems on tasks; made by :func:`score_table`.

    Parameters
    ----------
    systems, tasks : tuple of str
        Rows and columns, distinct.
    values : numpy.ndarray, shape (systems, tasks)
        As given: exact numbers in an object array (None missing), or floats (nan missing).
    lower : frozenset of str
        The tasks in which lower is better.
    weights : tuple of numbers
        One for each task.
    groups : mapping of str to tuple of str
        Named groups of tasks.
    stated : tuple of numbers, optional
        The overall average that the source states for each system.
    decisions : tuple of str
        What had to be decided when the table was read.

    Examples
    --------
    >>> table = score_table({"A": [3, 10], "B": [2, 30]}, tasks=["f1", "s"], lower=["s"])
    >>> table.profile().rankings()
    [Ranking('A > B'), Ranking('A > B')]
    """

    systems: tuple[str, ...]
    tasks: tuple[str, ...]
    values: Any
    lower: frozenset[str] = frozenset()
    weights: tuple[Number, ...] = ()
    groups: Mapping[str, tuple[str, ...]] = FrozenMap()
    stated: tuple[Number | None, ...] | None = None
    decisions: tuple[str, ...] = ()
    source: str = "table"

    _columns: ClassVar[str] = "task"

    def __post_init__(self) -> None:
        for name, labels in (("systems", self.systems), ("tasks", self.tasks)):
            if not labels:
                raise InvalidInputError(name, "not be empty", labels, owner="ScoreTable")
            if len(set(labels)) != len(labels):
                twice = next(x for k, x in enumerate(labels) if x in labels[:k])
                raise InvalidInputError(name, "be distinct", twice, owner="ScoreTable")
        if self.values.shape != (len(self.systems), len(self.tasks)):
            raise InvalidInputError(
                "values", f"have shape ({len(self.systems)}, {len(self.tasks)})", self.values.shape
            )
        if not self.weights:
            object.__setattr__(self, "weights", (1,) * len(self.tasks))
        self.values.flags.writeable = False

    # ------------------------------------------------------------------ reading

    @property
    def exact(self) -> bool:
        return self.values.dtype != float and (
            self.values.dtype != object or all_exact(v for v in self.values.flat if v is not None)
        )

    @property
    def missing(self) -> int:
        """The number of missing cells."""
        if self.values.dtype == object:
            return sum(v is None for v in self.values.flat)
        return int(np.isnan(self.values).sum()) if self.values.dtype.kind == "f" else 0

    def column(self, task: str) -> dict[str, Number | None]:
        """The scores of one task by system, as given."""
        k = self._task(task)
        return {s: _cell(v) for s, v in zip(self.systems, self.values[:, k].tolist(), strict=True)}

    def oriented(self) -> Any:
        """The scores with higher better everywhere (lower-is-better tasks negated), (T, m)."""
        signs = [-1 if task in self.lower else 1 for task in self.tasks]
        columns = self.values.T
        if self.values.dtype == object:
            result = np.empty(columns.shape, dtype=object)
            for k, sign in enumerate(signs):
                result[k] = [None if v is None else sign * v for v in columns[k]]
            return result
        return columns * np.array(signs)[:, None]

    def problem(self) -> Problem:
        """The table as a problem of the setting ``aggregation.scores``: tasks are the agents."""
        oriented = self.oriented()
        if oriented.dtype == object or oriented.size <= 20_000:
            types: Any = tuple(tuple(_cell(v) for v in column) for column in oriented.tolist())
        else:
            types = oriented
        return Problem(
            agents=self.tasks,
            types=types,
            data=ScoreData(self.systems, self.decisions),
            weights=None if set(self.weights) == {1} else self.weights,
        )

    def profile(self) -> Profile:
        """The ranking of the systems in each task."""
        return profile_of(self.problem())

    # ------------------------------------------------------------------ changing

    def select(
        self, systems: Iterable[str] | None = None, tasks: Iterable[str] | None = None
    ) -> ScoreTable:
        """The table of some of its systems and tasks, in the given order."""
        rows = range(len(self.systems)) if systems is None else [self._system(s) for s in systems]
        columns = range(len(self.tasks)) if tasks is None else [self._task(t) for t in tasks]
        names = tuple(self.tasks[k] for k in columns)
        grouped = {g: tuple(t for t in members if t in names) for g, members in self.groups.items()}
        return replace(
            self,
            systems=tuple(self.systems[k] for k in rows),
            tasks=names,
            values=self.values[np.ix_(list(rows), list(columns))],
            lower=self.lower & set(names),
            weights=tuple(self.weights[k] for k in columns),
            groups=FrozenMap({g: members for g, members in grouped.items() if members}),
            stated=None if self.stated is None else tuple(self.stated[k] for k in rows),
        )

    def without(self, *, systems: Iterable[str] = (), tasks: Iterable[str] = ()) -> ScoreTable:
        """The table without some systems or tasks."""
        gone_systems = {self.systems[self._system(s)] for s in systems}
        gone_tasks = {self.tasks[self._task(t)] for t in tasks}
        return self.select(
            [s for s in self.systems if s not in gone_systems],
            [t for t in self.tasks if t not in gone_tasks],
        )

    def complete(self) -> ScoreTable:
        """The table of the systems that have every score."""
        kept = [
            s
            for s, row in zip(self.systems, self.values.tolist(), strict=True)
            if all(_cell(v) is not None for v in row)
        ]
        dropped = len(self.systems) - len(kept)
        chosen = self.select(kept)
        if not dropped:
            return chosen
        note = f"{dropped} systems with missing scores were left out"
        return replace(chosen, decisions=(*self.decisions, note))

    def reweighted(self, weights: Mapping[str, Any] | Sequence[Any]) -> ScoreTable:
        """The table with other weights; tasks that a mapping does not name keep theirs."""
        return replace(self, weights=_weights(weights, self.tasks, self.weights))

    def lowered(self, tasks: Iterable[str]) -> ScoreTable:
        """The table in which lower is better for the given tasks (patterns such as ``*_hours``)."""
        return replace(self, lower=frozenset(_matching(tasks, self.tasks, "lower")))

    def _task(self, task: str) -> int:
        return _position(task, self.tasks, "task")

    def _system(self, system: str) -> int:
        return _position(system, self.systems, "system")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ScoreTable):
            return NotImplemented
        return (
            (self.systems, self.tasks, self.lower, self.weights)
            == (other.systems, other.tasks, other.lower, other.weights)
            and self.values.shape == other.values.shape
            and all(
                _cell(a) == _cell(b)
                for a, b in zip(self.values.flat, other.values.flat, strict=True)
            )
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        parts = [f"ScoreTable of {len(self.systems)} systems x {len(self.tasks)} tasks"]
        if self.missing:
            parts.append(f"{self.missing} cells missing")
        if self.lower:
            parts.append(f"lower is better in {len(self.lower)}")
        return ", ".join(parts)


def score_table(
    data: Any,
    *,
    systems: Sequence[str] | None = None,
    tasks: Sequence[str] | None = None,
    lower: Iterable[str] = (),
    weights: Mapping[str, Any] | Sequence[Any] | None = None,
    groups: Mapping[str, Sequence[str]] | None = None,
    name: str | Sequence[str] | None = None,
    keep: Sequence[str] = (),
    drop: Sequence[str] = (),
    duplicates: str = "number",
    delimiter: str | None = None,
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
    lower : iterable of str
        Tasks in which lower is better; patterns such as ``*_hours`` are allowed.
    weights : mapping of task to number, or sequence, optional
        Nonnegative; 1 by default, 1/2 for each of two metrics in one cell.
    groups : mapping of str to sequence of tasks, optional
        Named groups; see :func:`grouped`.
    name : str or sequence of str, optional
        The column or columns that name the systems.
    keep, drop : sequences of str
        Columns that are tasks, or are not, whatever they look like.
    duplicates : {"number", "first", "error"}
        What to do with a repeated name whose scores differ.
    delimiter : str, optional
        Of a text file.

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
    options: dict[str, Any] = {"lower": lower, "weights": weights, "groups": groups}
    if isinstance(data, ScoreTable):
        table = data
    elif isinstance(data, (str, PathLike)):
        table = _from_grid(read_grid(data, delimiter=delimiter), name, keep, drop, duplicates)
    elif isinstance(data, Grid):
        table = _from_grid(data, name, keep, drop, duplicates)
    elif is_frame(data):
        table = _from_grid(read_frame(data), name, keep, drop, duplicates)
    elif isinstance(data, Mapping):
        table = _from_mapping(data, tasks)
    else:
        table = _from_rows(data, systems, tasks)
    return _configured(table, **options)


def _configured(table: ScoreTable, lower: Any, weights: Any, groups: Any) -> ScoreTable:
    told = list(table.decisions)
    lowered = table.lower | _matching(lower, table.tasks, "lower")
    suspects = [t for t in looks_lower(table.tasks) if t not in lowered]
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
        weights=table.weights if weights is None else _weights(weights, table.tasks, table.weights),
        groups=FrozenMap(named),
        decisions=tuple(told),
    )


def _from_grid(grid: Grid, name: Any, keep: Any, drop: Any, duplicates: str) -> ScoreTable:
    if is_long(grid, keep):
        grid = pivot(grid)
    elif is_instance_level(grid, name):
        grid, name = mean_rows(grid, name), None
    found = interpret(grid, name=name, keep=keep, drop=drop)
    rows = list(zip(*found.cells, strict=True))
    names, kept = unique_names(found.systems, rows, duplicates, found.decisions)
    return _assembled(found, names, kept, grid.source)


def _assembled(found: Columns, names: list[str], kept: list[int], source: str) -> ScoreTable:
    values = np.empty((len(kept), len(found.tasks)), dtype=object)
    for j, column in enumerate(found.cells):
        values[:, j] = [column[k] for k in kept]
    blank = [names[i] for i, row in enumerate(values) if all(v is None for v in row)]
    if blank:
        found.decisions.append(
            f"{len(blank)} systems have no score at all and were left out: "
            + ", ".join(f"`{b}`" for b in blank[:5])
        )
        alive = [i for i, row in enumerate(values) if any(v is not None for v in row)]
        values, names = values[alive], [names[i] for i in alive]
        kept = [kept[i] for i in alive]
    missing = sum(v is None for v in values.flat)
    if missing:
        found.decisions.append(f"{missing} of {values.size} cells are missing")
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


def _compact(values: Any) -> Any:
    """Floats where one of the numbers is a float or the table is huge, else the exact objects."""
    exact = all_exact(v for v in values.flat if v is not None)
    if exact and values.size <= _EXACT_CELLS:
        return values
    flat = [float("nan") if v is None else float(v) for v in values.flat]
    return np.array(flat, dtype=np.float64).reshape(values.shape)


def _from_mapping(data: Mapping[Any, Any], tasks: Sequence[str] | None) -> ScoreTable:
    if not data:
        raise InvalidInputError("data", "hold at least one system", data)
    rows = list(data.values())
    if all(isinstance(row, Mapping) for row in rows):
        names = (
            list(tasks) if tasks is not None else list(dict.fromkeys(t for r in rows for t in r))
        )
        unknown = next((t for r in rows for t in r if t not in names), None)
        if unknown is not None:
            raise InvalidInputError("tasks", "name every task of the data", unknown)
        table = _from_rows([[r.get(t) for t in names] for r in rows], list(data), names)
        if table.missing:
            note = f"{table.missing} of {table.values.size} cells are missing"
            table = replace(table, decisions=(*table.decisions, note))
        return table
    return _from_rows(rows, list(data), tasks)


def _from_rows(data: Any, systems: Sequence[str] | None, tasks: Sequence[str] | None) -> ScoreTable:
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


def _weights(weights: Any, tasks: Sequence[str], present: Sequence[Number]) -> tuple[Number, ...]:
    named, _ = split_labels(weights, "weights")
    if named is None:
        checked = aligned_numbers(weights, tasks, "weights", low=0)
    else:
        given = dict(zip(*labelled_numbers(weights, "weights", low=0), strict=True))
        checked = aligned_numbers(
            {**dict(zip(tasks, present, strict=True)), **given}, tasks, "weights"
        )
    if not any(checked):
        raise InvalidInputError("weights", "not all be zero", checked)
    # A weight typed as 0.1 means one tenth.
    return tuple(Fraction(repr(w)) if isinstance(w, float) else w for w in checked)


def _matching(patterns: Iterable[str], tasks: Sequence[str], parameter: str) -> set[str]:
    import fnmatch

    if isinstance(patterns, str):
        patterns = [patterns]
    found: set[str] = set()
    for pattern in patterns:
        if pattern in tasks:
            found.add(pattern)
            continue
        hits = fnmatch.filter(tasks, str(pattern))
        if not hits:
            raise InvalidInputError(parameter, f"name tasks among {list(tasks)}", pattern)
        found.update(hits)
    return found


def _position(label: str, labels: Sequence[str], parameter: str) -> int:
    try:
        return labels.index(label)
    except ValueError:
        raise InvalidInputError(parameter, f"be one of {list(labels)}", label) from None


def _cell(value: Any) -> Any:
    return None if value is None or value != value else value
