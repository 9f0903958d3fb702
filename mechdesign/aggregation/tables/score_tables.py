"""The score table: systems x tasks with directions, weights and groups, and what was decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase as fnmatch
from fractions import Fraction
from typing import Any, ClassVar

import numpy as np

from mechdesign.aggregation.profiles.problems import ScoreData, profile_of
from mechdesign.aggregation.profiles.profile import Profile
from mechdesign.errors import InvalidInputError, place_of
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

__all__ = ["ScoreTable"]

# So many tasks are named one by one.
_TOLD = 60


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
    >>> from mechdesign.aggregation import score_table
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
                column = columns[k].tolist()
                result[k] = column if sign > 0 else [None if v is None else -v for v in column]
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
            data=ScoreData(
                self.systems, self.decisions, lower=tuple(t for t in self.tasks if t in self.lower)
            ),
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

    def common(self) -> ScoreTable:
        """The table of the tasks in which every system has a score."""
        kept = [
            t
            for t, column in zip(self.tasks, self.values.T.tolist(), strict=True)
            if all(_cell(v) is not None for v in column)
        ]
        if not kept:
            raise InvalidInputError(
                "common", "leave a task that every system has", list(self.tasks)
            )
        gone = [t for t in self.tasks if t not in kept]
        if not gone:
            return self
        note = f"only the {len(kept)} tasks that every system has count: without "
        note += ", ".join(map(str, gone))
        return replace(self.select(tasks=kept), decisions=(*self.decisions, note))

    def counted(self) -> str:
        """The tasks, with their direction and scale, in words."""
        parts = []
        for task, column in zip(self.tasks[:_TOLD], self.values.T[:_TOLD].tolist(), strict=True):
            known = [v for v in map(_cell, column) if v is not None]
            scale = f"{float(min(known)):.6g} to {float(max(known)):.6g}" if known else "no score"
            gap = len(column) - len(known)
            lack = f", {gap} missing" if gap else ""
            parts.append(
                f"`{task}` ({'lower' if task in self.lower else 'higher'} is better, {scale}{lack})"
            )
        count = len(self.tasks)
        more = f" and {count - _TOLD} more" if count > _TOLD else ""
        noun = "task counts" if count == 1 else "tasks count"
        return f"{count} {noun}: {', '.join(parts)}{more}"

    def reweighted(self, weights: Mapping[str, object] | Sequence[object]) -> ScoreTable:
        """The table with other weights; tasks that a mapping does not name keep theirs."""
        return replace(self, weights=weights_of(weights, self.tasks, self.weights))

    def lowered(self, tasks: Iterable[str]) -> ScoreTable:
        """The table in which lower is better for the given tasks (patterns such as ``*_hours``)."""
        return replace(self, lower=frozenset(matching(tasks, self.tasks, "lower")))

    def _task(self, task: str) -> int:
        return place_of(task, self.tasks, "task")

    def _system(self, system: str) -> int:
        return place_of(system, self.systems, "system")

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


def weights_of(
    weights: object, tasks: Sequence[str], present: Sequence[Number]
) -> tuple[Number, ...]:
    named, _ = split_labels(weights, "weights")
    if named is None:
        checked = aligned_numbers(weights, tasks, "weights", low=0)
    else:
        given = dict(zip(*labelled_numbers(weights, "weights", low=0), strict=True))
        every: dict[Any, Number] = {**dict(zip(tasks, present, strict=True)), **given}
        checked = aligned_numbers(every, tasks, "weights")
    if not any(checked):
        raise InvalidInputError("weights", "not all be zero", checked)
    # A weight typed as 0.1 means one tenth.
    return tuple(Fraction(repr(w)) if isinstance(w, float) else w for w in checked)


def listed(words: Iterable[str]) -> Iterable[str]:
    return [words] if isinstance(words, str) else words


def matching(patterns: Iterable[str], tasks: Sequence[str], parameter: str) -> set[str]:
    found: set[str] = set()
    for pattern in listed(patterns):
        if pattern in tasks:
            found.add(pattern)
            continue
        hits = [task for task in tasks if fnmatch(task, str(pattern))]
        if not hits:
            raise InvalidInputError(parameter, f"name tasks among {list(tasks)}", pattern)
        found.update(hits)
    return found


def _cell(value: object) -> Any:
    # Comparing a fraction with itself takes longer than asking what it is.
    return None if value is None or (isinstance(value, float) and value != value) else value
