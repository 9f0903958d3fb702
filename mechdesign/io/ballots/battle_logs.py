"""Logs of pairwise battles, counted column by column and chunk by chunk."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from os import PathLike
from typing import Any

import numpy as np

from mechdesign.arrays import IntArray
from mechdesign.errors import InvalidInputError
from mechdesign.io.files import as_path
from mechdesign.io.grids import Grid
from mechdesign.io.score_tables import (
    cell_of,
    frame_columns,
    is_frame,
    parquet_chunks,
    parquet_columns,
    read_grid,
)
from mechdesign.model import as_list
from mechdesign.records import dataclass

__all__ = ["Battles", "battle_chunks", "count_battles", "has_battle_columns"]

_LEFT = ("left", "model_a", "a", "player1", "first")
_RIGHT = ("right", "model_b", "b", "player2", "second")
_WINNER = ("winner", "result", "outcome")
_SIGNS = {
    **dict.fromkeys(("left", "model_a", "a", "1"), 1),
    **dict.fromkeys(("right", "model_b", "b", "2"), -1),
    **dict.fromkeys(("tie", "draw", "both", "0.5", "tie (bothbad)"), 0),
}
_UNKNOWN = 2


def count_battles(
    data: object, **columns: str | None
) -> tuple[tuple[Hashable, ...], IntArray, IntArray]:
    """Alternatives in the order of their names, wins of row against column, ties of each pair.

    Parameters
    ----------
    data, **columns
        As in :func:`mechdesign.aggregation.battles`.

    Examples
    --------
    >>> count_battles([("x", "y", "left"), ("y", "x", "tie")])[1].tolist()
    [[0, 1], [0, 0]]
    """
    ids: dict[Hashable, int] = {}
    wins = np.zeros((0, 0), dtype=np.int64)
    ties = np.zeros((0, 0), dtype=np.int64)
    for chunk in battle_chunks(data, ids, **columns):
        m = len(ids)
        wins, ties = _grown(wins, m), _grown(ties, m)
        first = np.where(chunk.sign >= 0, chunk.left, chunk.right)
        second = np.where(chunk.sign >= 0, chunk.right, chunk.left)
        key, tied = first * m + second, chunk.sign == 0
        wins += _counted(key[~tied], m)
        ties += _counted(key[tied], m)
    labels = sorted(ids, key=str)
    place = np.array([ids[label] for label in labels])
    grid = np.ix_(place, place)
    return tuple(labels), wins[grid], (ties + ties.T)[grid]


@dataclass(frozen=True, eq=False)
class Battles:
    """Battles in their order: numbers of the alternatives; 1 where the left one won, -1, 0."""

    left: IntArray
    right: IntArray
    sign: IntArray


def battle_chunks(
    data: Any,
    ids: dict[Hashable, int],
    *,
    left: str | None = None,
    right: str | None = None,
    winner: str | None = None,
) -> Iterator[Battles]:
    """The battles in their order; `ids` is filled with the numbers of the alternatives.

    Parameters
    ----------
    data, left, right, winner
        As in :func:`mechdesign.aggregation.battles`.
    """
    rows = 0
    for columns in _parts(data, (left, right, winner)):
        if not len(columns[0]):
            continue
        yield _read(columns, ids, rows)
        rows += len(columns[0])
    if not rows:
        raise InvalidInputError("data", "hold at least one battle", "none")


def has_battle_columns(table: Any) -> bool:
    """Whether the columns of a table or data frame are those of pairwise battles."""
    return _places(list(map(str, table.columns)), (None, None, None)) is not None


def _parts(data: Any, names: tuple[str | None, ...]) -> Iterator[tuple[Sequence[Any], ...]]:
    """The three columns of each part of a log."""
    if isinstance(data, (str, PathLike)):
        file = as_path(data)
        if file.suffix.lower() in (".parquet", ".pq"):
            chosen = _named(parquet_columns(file), names)
            yield from map(tuple, parquet_chunks(file, chosen))
            return
        data = read_grid(data)
    if is_frame(data):
        columns = frame_columns(data)
        yield tuple(columns[name] for name in _named(list(columns), names))
    elif isinstance(data, Grid):
        chosen = _named(data.columns, names)
        yield tuple(data.column(data.columns.index(name)) for name in chosen)
    elif isinstance(data, Iterator):
        for part in data:
            yield from _parts(part, names)
    else:
        rows = as_list(data, "data")
        if not all(isinstance(row, (list, tuple)) for row in rows):
            rows = [as_list(row, f"data[{k}]") for k, row in enumerate(rows)]
        for row in rows:
            if len(row) != 3:
                raise InvalidInputError("data", "hold (left, right, result) in each row", row)
        if rows:
            first, second, third = zip(*rows, strict=True)
            yield first, second, third


def _named(columns: Sequence[str], names: tuple[str | None, ...]) -> list[str]:
    """The columns of the left and the right alternative and of the result."""
    places = _places(columns, names)
    if places is None:
        raise InvalidInputError("data", "have columns left, right, winner", list(columns))
    return [columns[k] for k in places]


def _places(columns: Sequence[str], names: tuple[str | None, ...]) -> list[int] | None:
    lowered = [name.lower() for name in columns]
    found = []
    for given, usual in zip(names, (_LEFT, _RIGHT, _WINNER), strict=True):
        if given is not None:
            if given not in columns:
                raise InvalidInputError("column", f"be one of {list(columns)}", given)
            found.append(list(columns).index(given))
            continue
        known = next((lowered.index(name) for name in usual if name in lowered), None)
        if known is None:
            return None
        found.append(known)
    return found


def _read(columns: tuple[Sequence[Any], ...], ids: dict[Hashable, int], start: int) -> Battles:
    """One part of a log as numbers; `start` battles went before it."""
    known: dict[Any, int] = {}
    coded = [_codes(column, known) for column in columns]
    cells = list(known)
    left, right, outcome = coded
    sign = np.array([_SIGNS.get(str(cell).strip().lower(), _UNKNOWN) for cell in cells])[outcome]
    sign = np.where(outcome == left, 1, np.where(outcome == right, -1, sign))
    empty = np.array([cell in (None, "") for cell in cells])
    bad = np.flatnonzero((left == right) | empty[left] | empty[right] | (sign == _UNKNOWN))
    if bad.size:
        k = int(bad[0])
        row = tuple(cells[code[k]] for code in coded)
        if sign[k] == _UNKNOWN and row[0] != row[1] and not empty[left[k]] and not empty[right[k]]:
            raise InvalidInputError(
                "winner",
                "be 'left', 'right', 'tie' or one of the two",
                f"{row[2]!r} in row {start + k + 1}",
            )
        raise InvalidInputError(
            "data", "match two different alternatives", f"row {start + k + 1}: {row}"
        )
    named = np.full(len(cells), -1, dtype=np.int64)
    for code in np.unique(np.concatenate([left, right])).tolist():
        named[code] = ids.setdefault(cells[code], len(ids))
    return Battles(named[left], named[right], sign)


def _codes(column: Sequence[Any], known: dict[Any, int]) -> IntArray:
    """The number of each cell among the distinct ones, which are added to `known`."""
    try:
        codes = {raw: known.setdefault(cell_of(raw), len(known)) for raw in dict.fromkeys(column)}
        return np.fromiter(map(codes.__getitem__, column), dtype=np.int64, count=len(column))
    except TypeError:
        bad = next(cell for cell in column if type(cell).__hash__ is None)
        raise InvalidInputError("data", "hold names and results", bad) from None


def _grown(counts: IntArray, m: int) -> IntArray:
    wider = np.zeros((m, m), dtype=np.int64)
    wider[: len(counts), : len(counts)] = counts
    return wider


def _counted(keys: IntArray, m: int) -> IntArray:
    return np.bincount(keys, minlength=m * m).reshape(m, m)
