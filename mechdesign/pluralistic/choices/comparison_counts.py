"""Comparisons of pairs: how often each alternative was chosen against each other."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from os import PathLike
from typing import Any

import numpy as np

from mechdesign.arrays import FloatArray
from mechdesign.errors import InfeasibleError, InvalidInputError
from mechdesign.io.grids import Grid
from mechdesign.io.score_tables import read_frame, read_grid
from mechdesign.model import as_count, as_list, parse_number
from mechdesign.model.reading import is_frame, is_missing
from mechdesign.records import dataclass

__all__ = ["Comparisons", "comparisons"]


@dataclass(frozen=True, eq=False)
class Comparisons:
    """How often alternatives were chosen against each other.

    Parameters
    ----------
    alternatives : tuple of labels
        Rows and columns.
    wins : array of integers, shape (n, n)
        How often the row was chosen against the column.
    """

    alternatives: tuple[Hashable, ...]
    wins: FloatArray

    def __len__(self) -> int:
        return len(self.alternatives)

    @property
    def total(self) -> int:
        """How many comparisons there are."""
        return int(self.wins.sum())

    @property
    def counts(self) -> FloatArray:
        """How often each pair was compared, shape (n, n)."""
        return np.asarray(self.wins + self.wins.T)

    @property
    def shares(self) -> FloatArray:
        """The share of choices of the row against the column; nan where they did not meet."""
        with np.errstate(invalid="ignore"):
            return np.asarray(self.wins / self.counts)

    def require_connected(self) -> None:
        """Refuse comparisons under which some utility would be infinite."""
        from scipy.sparse.csgraph import connected_components

        parts, which = connected_components(self.wins > 0, connection="strong")
        if parts > 1:
            # Somebody of another part never beats, or never loses to, those of the first.
            apart = [
                a for a, part in zip(self.alternatives, which, strict=True) if part != which[0]
            ]
            raise InfeasibleError(
                f"utilities are not finite: {apart[0]!r} and {self.alternatives[0]!r} are not "
                "connected by choices both ways"
            )


def in_order(labels: Iterable[Any]) -> list[Any]:
    """Labels in their own order, or in that of their names where they have none."""
    listed = list(labels)
    try:
        return sorted(listed)
    except TypeError:
        return sorted(listed, key=str)


def require_label(label: Any, parameter: str) -> None:
    """Refuse what names nothing: an empty cell, or a value that is no label."""
    if not isinstance(label, Hashable) or is_missing(label) or label == "":
        raise InvalidInputError(parameter, "name users and alternatives", label)


def _whole(cell: Any) -> Any:
    """A count as it stands in a table: text, or a float that is whole."""
    if isinstance(cell, str):
        cell = parse_number(cell, "count")
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell


def _square(data: Any) -> tuple[Sequence[Any], Sequence[Sequence[Any]]] | None:
    """Labels and counts of a square matrix, if the data are one."""
    if isinstance(data, np.ndarray):
        if data.ndim != 2 or data.shape[0] != data.shape[1]:
            raise InvalidInputError("data", "be a square matrix of counts", data.shape)
        return range(len(data)), data.tolist()
    if isinstance(data, Mapping) and data and all(isinstance(r, Mapping) for r in data.values()):
        labels = list(data)
        for a, row in data.items():
            unknown = [b for b in row if b not in data]
            if unknown:
                raise InvalidInputError(f"data[{a!r}]", f"count against {labels}", unknown[0])
        return labels, [[data[a].get(b) for b in labels] for a in labels]
    if isinstance(data, (str, PathLike)):
        data = read_grid(data)
    if is_frame(data) or isinstance(data, Grid):
        columns = [str(name).strip().lower() for name in data.columns]
        if {"winner", "loser"} <= set(columns):
            return None
        grid = read_frame(data) if is_frame(data) else data
        named = [row[0] for row in grid.rows]
        if list(map(str, named)) != list(map(str, grid.columns[1:])):
            told = "have columns winner and loser, or the same labels in rows and columns"
            raise InvalidInputError("data", told, list(grid.columns))
        return named, [row[1:] for row in grid.rows]
    return None


def _listed(data: Any) -> Iterator[tuple[Any, Any, int]]:
    """Winner, loser and count of each row of a table."""
    if isinstance(data, (str, PathLike)):
        data = read_grid(data)
    grid = read_frame(data) if is_frame(data) else data
    columns = [str(name).strip().lower() for name in grid.columns]
    parts = [grid.column(columns.index(name)) for name in ("winner", "loser")]
    weight = next((name for name in ("weight", "count", "times") if name in columns), None)
    times = [1] * len(grid.rows) if weight is None else grid.column(columns.index(weight))
    for k, (winner, loser, often) in enumerate(zip(*parts, times, strict=True)):
        yield winner, loser, as_count(_whole(often), f"{weight} of row {k + 1}")


def comparisons(
    data: Iterable[tuple[Hashable, Hashable]] | Mapping[tuple[Hashable, Hashable], int] | Any,
) -> Comparisons:
    """Count choices.

    Parameters
    ----------
    data : rows (winner, loser), or mapping of (winner, loser) to how often
        Or a square matrix of counts, the row against the column; a mapping of labels to mappings of
        counts; a table, data frame or file with the columns winner and loser, and weight if rows
        count several times, or square with labels; or :class:`Comparisons`.

    Raises
    ------
    InvalidInputError
        If a row is no pair of two different alternatives, or a count no whole number.

    Examples
    --------
    >>> found = comparisons([("a", "b"), ("a", "b"), ("b", "a")])
    >>> found.alternatives, found.wins.tolist()
    (('a', 'b'), [[0.0, 2.0], [1.0, 0.0]])
    """
    if isinstance(data, Comparisons):
        return data
    rows: list[tuple[Any, Any, int]] = []
    square = _square(data)
    if square is not None:
        labels, cells = square
        rows = [
            (a, b, as_count(_whole(cell), f"count of {a} over {b}"))
            for a, row in zip(labels, cells, strict=True)
            for b, cell in zip(labels, row, strict=True)
            if a != b and not is_missing(cell) and cell != ""
        ]
    elif isinstance(data, (str, PathLike)) or is_frame(data) or isinstance(data, Grid):
        rows = list(_listed(data))
    elif isinstance(data, Mapping):
        for pair, often in data.items():
            if not isinstance(pair, tuple) or len(pair) != 2:
                raise InvalidInputError("data", "have pairs (winner, loser) as keys", pair)
            rows.append((*pair, as_count(often, f"data[{pair!r}]")))
    else:
        for k, row in enumerate(as_list(data, "data")):
            if not isinstance(row, (list, tuple)) or len(row) != 2:
                raise InvalidInputError(f"data[{k}]", "be a pair (winner, loser)", row)
            rows.append((row[0], row[1], 1))
    for winner, loser, _ in rows:
        for label in (winner, loser):
            require_label(label, "data")
        if winner == loser:
            raise InvalidInputError("data", "compare two different alternatives", (winner, loser))
    labels = in_order({label for row in rows for label in row[:2]})
    if len(labels) < 2:
        raise InvalidInputError("data", "compare at least two alternatives", labels)
    place = {label: k for k, label in enumerate(labels)}
    wins = np.zeros((len(labels), len(labels)))
    for winner, loser, often in rows:
        wins[place[winner], place[loser]] += often
    return Comparisons(tuple(labels), wins)
