"""Instance-level scores: one ranking for each input and metric, aggregated in one or two levels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from os import PathLike
from typing import Any

import numpy as np

from mechdesign.aggregation.profiles.profile import Profile
from mechdesign.aggregation.references import COLOMBO2022
from mechdesign.aggregation.results import AggregationResult
from mechdesign.aggregation.rules.median_rankings import kemeny
from mechdesign.aggregation.rules.positional import borda, borda_points
from mechdesign.aggregation.settings import Rankings
from mechdesign.aggregation.tables.long_tables import _keys
from mechdesign.aggregation.tables.reading_scores import score_table
from mechdesign.aggregation.tables.score_tables import ScoreTable
from mechdesign.arrays import FloatArray
from mechdesign.errors import InvalidInputError
from mechdesign.io.grids import Grid, parse_cell
from mechdesign.io.score_tables import is_frame, read_frame, read_grid
from mechdesign.records import dataclass

__all__ = ["InstanceTable", "instance_table"]


@dataclass(frozen=True, eq=False, repr=False)
class InstanceTable:
    """Scores of systems on the instances of each task (or metric).

    Parameters
    ----------
    systems, tasks : tuple of str
        Names.
    scores : tuple of numpy.ndarray
        One array for each task, shape (instances of the task, systems); nan is missing.
    lower : frozenset of str
        The tasks in which lower is better.
    decisions : tuple of str
        What had to be decided when the data were read.

    Examples
    --------
    >>> table = instance_table({"qa": [[1, 2], [3, 4], [5, 1]], "mt": [[9, 8]]}, systems=["A", "B"])
    >>> table.one_level().scores, table.two_level().scores
    ({'A': 2, 'B': 2}, {'A': 1, 'B': 1})
    """

    systems: tuple[str, ...]
    tasks: tuple[str, ...]
    scores: tuple[FloatArray, ...]
    lower: frozenset[str] = frozenset()
    decisions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for task, scores in zip(self.tasks, self.scores, strict=True):
            if scores.ndim != 2 or scores.shape[1] != len(self.systems) or not len(scores):
                raise InvalidInputError(
                    f"scores[{task!r}]",
                    f"have shape (instances, {len(self.systems)})",
                    scores.shape,
                )
            scores.flags.writeable = False

    @property
    def instances(self) -> int:
        """The number of rankings: instances summed over tasks."""
        return sum(len(s) for s in self.scores)

    def profile(self, task: str | None = None) -> Profile:
        """The rankings of all instances of all tasks, or of one task."""
        if task is not None and task not in self.tasks:
            raise InvalidInputError("task", f"be one of {list(self.tasks)}", task)
        chosen = [
            -s if name in self.lower else s
            for name, s in zip(self.tasks, self.scores, strict=True)
            if task in (None, name)
        ]
        return Profile.from_scores(np.vstack(chosen), self.systems)

    def means(self) -> ScoreTable:
        """The mean of each system on each task, as a score table."""
        columns = [np.nanmean(s, axis=0) for s in self.scores]
        return score_table(
            np.column_stack(columns),
            systems=self.systems,
            tasks=self.tasks,
            lower=sorted(self.lower),
        )

    def one_level(self) -> AggregationResult:
        """Borda over the rankings of all instances of all tasks at once.

        A task weighs as much as it has instances.
        """
        return self._told(borda(self.profile()), "one level")

    def two_level(self) -> AggregationResult:
        """Borda over tasks of Borda over the instances of each task.

        Every task weighs the same; the one that Colombo et al. (2022) advise.
        """
        rows = [borda_points(self.profile(task)) for task in self.tasks]
        return self._told(
            borda(Profile.from_scores(rows, self.systems, voters=self.tasks)), "two levels"
        )

    def consensus(self, **options: Any) -> AggregationResult:
        """Kemeny over the rankings of all instances of all tasks.

        Parameters
        ----------
        **options
            For :func:`kemeny`.
        """
        return self._told(kemeny(self.profile(), **options), "one level")

    def transposed(self) -> InstanceTable:
        """The table with systems and instances exchanged, for files that have them swapped.

        Every task must have the same number of instances.
        """
        sizes = {len(s) for s in self.scores}
        if len(sizes) != 1:
            raise InvalidInputError("scores", "have equally many instances in each task", sizes)
        names = tuple(f"instance {k + 1}" for k in range(sizes.pop()))
        return replace(self, systems=names, scores=tuple(s.T.copy() for s in self.scores))

    def _told(self, found: AggregationResult, level: str) -> AggregationResult:
        how = found.provenance
        changed = replace(
            how,
            algorithm=f"{level}: {how.algorithm}",
            decisions=self.decisions,
            reference=COLOMBO2022,
        )
        return replace(found, provenance=changed, setting=Rankings())

    def __repr__(self) -> str:
        return (
            f"InstanceTable of {len(self.systems)} systems x {len(self.tasks)} tasks, "
            f"{self.instances} rankings"
        )


def instance_table(
    data: object,
    *,
    systems: Sequence[str] | None = None,
    system: str | None = None,
    instance: str | None = None,
    lower: Sequence[str] = (),
) -> InstanceTable:
    """Read instance-level scores.

    Parameters
    ----------
    data : object
        A mapping of tasks to arrays of shape (instances, systems); or a file or data frame with one
        row for each system and instance and one column for each task (metric).
    systems : sequence of str, optional
        Names of the columns of the arrays.
    system, instance : str, optional
        The columns that name the system and the instance; by default those with the usual names.
        Some published files have the two swapped: look at `decisions`.
    lower : sequence of str
        Tasks in which lower is better.

    Returns
    -------
    InstanceTable
        For :meth:`InstanceTable.one_level` and :meth:`InstanceTable.two_level`.

    Raises
    ------
    InvalidInputError
        If a system and an instance meet twice, or a score is no number.

    Examples
    --------
    >>> table = instance_table({"qa": [[1, 2], [3, 1]]}, systems=["A", "B"])
    >>> table.instances, table.systems
    (2, ('A', 'B'))
    """
    if isinstance(data, Mapping):
        return _from_arrays(data, systems, lower)
    if isinstance(data, (str, PathLike)):
        data = read_grid(data)
    elif is_frame(data):
        data = read_frame(data)
    if not isinstance(data, Grid):
        raise InvalidInputError("data", "be arrays by task, a file or a data frame", data)
    return _from_grid(data, system, instance, lower)


def _from_arrays(
    data: Mapping[str, object], systems: Sequence[str] | None, lower: Sequence[str]
) -> InstanceTable:
    if not data:
        raise InvalidInputError("data", "hold at least one task", data)
    arrays = []
    for task, values in data.items():
        try:
            array = np.array(values, dtype=np.float64)
        except (TypeError, ValueError):
            raise InvalidInputError(f"data[{task!r}]", "be numbers", values) from None
        if array.ndim != 2 or np.isinf(array).any():
            raise InvalidInputError(f"data[{task!r}]", "be a finite two-dimensional array", values)
        arrays.append(array)
    width = arrays[0].shape[1]
    names = tuple(f"system {k + 1}" for k in range(width)) if systems is None else tuple(systems)
    return InstanceTable(names, tuple(data), tuple(arrays), _lower(lower, tuple(data)))


def _from_grid(
    grid: Grid, system: str | None, instance: str | None, lower: Sequence[str]
) -> InstanceTable:
    named = [system, instance]
    for label in named:
        if label is not None and label not in grid.columns:
            raise InvalidInputError("column", f"be one of {list(grid.columns)}", label)
    guess = _keys(grid, system)
    if system is not None and guess[0] is None:
        guess = _keys(grid, None)
    at_system = guess[0] if system is None else grid.columns.index(system)
    at_instance = guess[1] if instance is None else grid.columns.index(instance)
    if at_system is None or at_instance is None or at_system == at_instance:
        raise InvalidInputError(
            "data", "have columns that name the system and the instance", list(grid.columns)
        )
    rows = list(dict.fromkeys(row[at_instance] for row in grid.rows))
    columns = list(dict.fromkeys(row[at_system] for row in grid.rows))
    tasks = [k for k in range(len(grid.columns)) if k not in (at_system, at_instance)]
    place = ({x: k for k, x in enumerate(rows)}, {x: k for k, x in enumerate(columns)})
    values = np.full((len(tasks), len(rows), len(columns)), np.nan)
    seen: set[tuple[Any, Any]] = set()
    for r, row in enumerate(grid.rows):
        key = (row[at_instance], row[at_system])
        if key in seen:
            raise InvalidInputError("data", "have each system and instance once", f"{key} twice")
        seen.add(key)
        for t, k in enumerate(tasks):
            cell, _ = parse_cell(row[k])
            if cell is None or len(cell) != 1:
                raise InvalidInputError(
                    grid.columns[k],
                    "hold one number in each row",
                    f"{row[k]!r} in {grid.line(r)} of {grid.source}",
                )
            if cell[0] is not None:
                values[t, place[0][key[0]], place[1][key[1]]] = float(cell[0])
    names = tuple(grid.columns[k] for k in tasks)
    told = [
        *grid.decisions,
        f"{len(columns)} systems by `{grid.columns[at_system]}`, {len(rows)} instances by "
        f"`{grid.columns[at_instance]}`, {len(names)} tasks",
    ]
    if len(columns) > len(rows) and system is None:
        told.append(
            f"there are more systems than instances: if `{grid.columns[at_instance]}` holds the "
            f"systems, say system='{grid.columns[at_instance]}'"
        )
    return InstanceTable(
        tuple(map(str, columns)), names, tuple(values), _lower(lower, names), tuple(told)
    )


def _lower(lower: Sequence[str], tasks: tuple[str, ...]) -> frozenset[str]:
    unknown = [task for task in lower if task not in tasks]
    if unknown:
        raise InvalidInputError("lower", f"name tasks among {list(tasks)}", unknown)
    return frozenset(lower)
