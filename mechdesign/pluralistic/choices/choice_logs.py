"""Logs of choices with their users: who preferred what to what, and of which group they are."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from os import PathLike
from typing import Any

import numpy as np

from mechdesign.arrays import FloatArray
from mechdesign.errors import InvalidInputError
from mechdesign.model import Number, as_list, as_number, parse_number
from mechdesign.model.reading import is_frame, is_missing
from mechdesign.pluralistic.choices.comparison_counts import in_order, require_label
from mechdesign.records import dataclass

__all__ = ["ChoiceLog", "choice_log", "choices_of_scores"]

_TIMES = ("weight", "weights", "count", "counts", "times")


@dataclass(frozen=True, eq=False)
class ChoiceLog:
    """How often every user preferred each alternative to each other one.

    Parameters
    ----------
    users, alternatives : tuples of labels
        Users in the order in which they occur, alternatives in their own.
    counts : array, shape (users, n, n)
        How often the user preferred the row to the column.
    groups : tuple of labels, optional
        The group of every user, where it is known.
    """

    users: tuple[Hashable, ...]
    alternatives: tuple[Hashable, ...]
    counts: FloatArray
    groups: tuple[Hashable, ...] | None = None

    def __len__(self) -> int:
        return len(self.users)


def choice_log(data: object, *, groups: object = None) -> ChoiceLog:
    """Read choices with their users.

    Parameters
    ----------
    data : mapping, rows, data frame, table or path
        Of users to lists of (winner, loser); rows (user, winner, loser); or a table with the
        columns user, winner and loser, and if it likes weight, which says how often a row counts.
    groups : str or mapping, optional
        The column that names the group of every user, or a mapping of user to group.

    Raises
    ------
    InvalidInputError
        On a row that compares nothing, or a user of two groups or of none.

    Examples
    --------
    >>> log = choice_log([("u", "a", "b"), ("v", "b", "a")], groups={"u": "x", "v": "y"})
    >>> log.users, log.alternatives, log.groups
    (('u', 'v'), ('a', 'b'), ('x', 'y'))
    """
    if isinstance(data, ChoiceLog):
        return data if groups is None else _grouped(data, groups)
    found: dict[Hashable, list[tuple[Any, Any, float]]] = {}
    known: dict[Hashable, Hashable] = {}
    column = groups if isinstance(groups, str) else None
    for where, user, winner, loser, times, group in _rows(data, column):
        for label in (user, winner, loser):
            require_label(label, where)
        if winner == loser:
            raise InvalidInputError(where, "compare two different alternatives", (winner, loser))
        found.setdefault(user, []).append((winner, loser, times))
        if column is not None:
            require_label(group, f"{column} of {user}")
            if known.setdefault(user, group) != group:
                told = f"{known[user]} and {group}"
                raise InvalidInputError(f"{column} of {user}", "be one group", told)
    if not found:
        raise InvalidInputError("data", "hold the choices of at least one user", data)
    labels = in_order({label for rows in found.values() for row in rows for label in row[:2]})
    if len(labels) < 2:
        raise InvalidInputError("data", "compare at least two alternatives", labels)
    place = {label: k for k, label in enumerate(labels)}
    counts = np.zeros((len(found), len(labels), len(labels)))
    for u, rows in enumerate(found.values()):
        for winner, loser, times in rows:
            counts[u, place[winner], place[loser]] += times
    log = ChoiceLog(tuple(found), tuple(labels), counts)
    return log if groups is None else _grouped(log, known if column is not None else groups)


def choices_of_scores(table: Mapping[Any, Mapping[Any, Number]]) -> ChoiceLog:
    """Every task as a user who prefers what scores higher in it; equal scores say nothing.

    The groups that :func:`mixture` then finds are clusters of tasks, each with a ranking of its
    own.

    Parameters
    ----------
    table : mapping of alternative to mapping of task to score
        Larger is better; every alternative is scored in every task.

    Examples
    --------
    >>> log = choices_of_scores({"x": {"t": 3, "u": 1}, "y": {"t": 2, "u": 2}})
    >>> log.users, log.counts[0].tolist()
    (('t', 'u'), [[0.0, 1.0], [0.0, 0.0]])
    """
    if not isinstance(table, Mapping) or not table:
        raise InvalidInputError("table", "map alternatives to scores", table)
    tasks: list[Any] | None = None
    for name, own in table.items():
        if not isinstance(own, Mapping) or set(own) != set(own if tasks is None else tasks):
            raise InvalidInputError(f"table[{name!r}]", "be scored in the same tasks", own)
        tasks = list(own) if tasks is None else tasks
    scores = {
        name: [as_number(own[task], f"table[{name!r}][{task!r}]") for task in tasks or ()]
        for name, own in table.items()
    }
    return choice_log(
        {
            task: [(a, b) for a in scores for b in scores if scores[a][k] > scores[b][k]]
            for k, task in enumerate(tasks or ())
        }
    )


def _grouped(log: ChoiceLog, groups: object) -> ChoiceLog:
    if not isinstance(groups, Mapping):
        raise InvalidInputError("groups", "name a column, or map users to groups", groups)
    alone = [user for user in log.users if user not in groups]
    if alone:
        raise InvalidInputError("groups", "name the group of every user", alone[0])
    told = tuple(groups[user] for user in log.users)
    for group in told:
        require_label(group, "groups")
    return ChoiceLog(log.users, log.alternatives, log.counts, told)


def _rows(data: Any, column: str | None) -> Iterator[tuple[str, Any, Any, Any, float, Any]]:
    """Where a row stands, its user, winner and loser, how often it counts, and its group."""
    from mechdesign.io.grids import Grid
    from mechdesign.io.score_tables import frame_columns, read_grid

    if isinstance(data, (str, PathLike)):
        data = read_grid(data)
    if isinstance(data, Grid) or is_frame(data):
        names = list(data.columns)
        cells: Any = (
            {name: data.column(k) for k, name in enumerate(names)}
            if isinstance(data, Grid)
            else frame_columns(data)
        )
        yield from _of_columns(cells, column)
        return
    if column is not None:
        raise InvalidInputError("groups", "be a mapping of users for data without columns", column)
    if isinstance(data, Mapping):
        for user, rows in data.items():
            for row in as_list(rows, f"data[{user!r}]"):
                if not isinstance(row, (list, tuple)) or len(row) != 2:
                    raise InvalidInputError(f"data[{user!r}]", "hold pairs (winner, loser)", row)
                yield f"data[{user!r}]", user, row[0], row[1], 1.0, None
        return
    for k, row in enumerate(as_list(data, "data")):
        if not isinstance(row, (list, tuple)) or len(row) != 3:
            raise InvalidInputError(f"data[{k}]", "be (user, winner, loser)", row)
        yield f"data[{k}]", row[0], row[1], row[2], 1.0, None


def _of_columns(
    cells: Mapping[Any, Sequence[object]], column: str | None
) -> Iterator[tuple[str, Any, Any, Any, float, Any]]:
    names = {str(name).strip().lower(): name for name in cells}
    if len(names) < len(cells):
        raise InvalidInputError("data", "have every column once", list(cells))
    missing = [name for name in ("user", "winner", "loser") if name not in names]
    if missing:
        raise InvalidInputError("data", "have columns user, winner and loser", list(cells))
    if column is not None and column.strip().lower() not in names:
        raise InvalidInputError("groups", f"be a column, one of {list(cells)}", column)
    parts = [cells[names[name]] for name in ("user", "winner", "loser")]
    weight = next((names[name] for name in _TIMES if name in names), None)
    times = [1.0] * len(parts[0]) if weight is None else _counted(cells[weight], weight)
    groups = [None] * len(times) if column is None else list(cells[names[column.strip().lower()]])
    for k, row in enumerate(zip(*parts, times, groups, strict=True)):
        yield (f"row {k + 1}", *row)


def _counted(cells: Sequence[object], name: object) -> list[float]:
    found = []
    for k, cell in enumerate(cells):
        where = f"{name} of row {k + 1}"
        if is_missing(cell) or cell == "":
            raise InvalidInputError(where, "be given", cell)
        told = as_number(parse_number(cell, where) if isinstance(cell, str) else cell, where, low=0)
        if told != int(told):
            raise InvalidInputError(where, "be a whole number of choices", cell)
        found.append(float(told))
    return found
