"""Logs of pairwise battles, counted column by column and chunk by chunk."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Sequence
from os import PathLike
from typing import Any, Literal

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
from mechdesign.model import as_count, as_list
from mechdesign.records import dataclass

__all__ = [
    "BattleCounts",
    "Battles",
    "battle_chunks",
    "battle_columns",
    "count_battles",
    "has_battle_columns",
]

_LEFT = ("left", "model_a", "a", "player1", "first")
_RIGHT = ("right", "model_b", "b", "player2", "second")
_WINNER = ("winner", "result", "outcome")
#: Spellings of a result without blanks and underscores: which side won, and how.
_SIGNS = {
    **dict.fromkeys(("left", "modela", "a", "1", "awins", "leftwins", "modelawins", "a>b"), 1),
    **dict.fromkeys(("right", "modelb", "b", "2", "bwins", "rightwins", "modelbwins", "b>a"), -1),
    **dict.fromkeys(("tie", "draw", "both", "0.5", "bothgood", "tie(bothgood)", "a=b", "b=a"), 0),
    **{"a>>b": 2, "b>>a": -2},
    **dict.fromkeys(("tie(bothbad)", "bothbad", "neither"), 3),
}
_BOTH_BAD, _UNKNOWN = 3, 4
#: What battles that both sides lose are.
BothBad = Literal["tie", "drop"]


@dataclass(frozen=True, eq=False)
class BattleCounts:
    """A log counted by pairs.

    Parameters
    ----------
    labels : tuple of hashable, length m
        The alternatives in the order of their names.
    wins, ties : numpy.ndarray of int64, shape (m, m)
        How often the row beat the column, and how often the two tied.
    battles : int
        Of the log.
    decisions : tuple of str
        What had to be decided about results that may count in several ways.
    """

    labels: tuple[Hashable, ...]
    wins: IntArray
    ties: IntArray
    battles: int
    decisions: tuple[str, ...] = ()


def count_battles(
    data: object, *, both_bad: BothBad = "tie", strong: int = 1, **columns: str | None
) -> BattleCounts:
    """Count a log by pairs.

    Parameters
    ----------
    data, both_bad, strong, **columns
        As in :func:`mechdesign.aggregation.battles`.

    Examples
    --------
    >>> count_battles([("x", "y", "left"), ("y", "x", "tie")]).wins.tolist()
    [[0, 1], [0, 0]]
    """
    ids: dict[Hashable, int] = {}
    wins = np.zeros((0, 0), dtype=np.int64)
    ties = np.zeros((0, 0), dtype=np.int64)
    battles = bad = clear = 0
    for chunk in battle_chunks(data, ids, both_bad=both_bad, strong=strong, **columns):
        m = len(ids)
        battles, bad, clear = battles + chunk.rows, bad + chunk.both_bad, clear + chunk.clear
        wins, ties = _grown(wins, m), _grown(ties, m)
        first = np.where(chunk.sign >= 0, chunk.left, chunk.right)
        second = np.where(chunk.sign >= 0, chunk.right, chunk.left)
        key, tied = first * m + second, chunk.sign == 0
        wins += _counted(key[~tied], m)
        ties += _counted(key[tied], m)
    labels = sorted(ids, key=str)
    place = np.array([ids[label] for label in labels])
    grid = np.ix_(place, place)
    told = []
    if bad:
        how = (
            "ties (both_bad='drop' leaves them out)" if both_bad == "tie" else "left out, as asked"
        )
        told.append(f"{bad} battles that both sides lost: {how}")
    if clear:
        how = "one win each (strong=3 counts three)" if strong == 1 else f"{strong} wins each"
        told.append(f"{clear} clear wins such as A>>B: {how}")
    return BattleCounts(tuple(labels), wins[grid], (ties + ties.T)[grid], battles, tuple(told))


@dataclass(frozen=True, eq=False)
class Battles:
    """Battles in their order: numbers of the alternatives; 1 where the left one won, -1, 0.

    Beside them the number of rows, of those that both sides lost, and of clear wins.
    """

    left: IntArray
    right: IntArray
    sign: IntArray
    rows: int = 0
    both_bad: int = 0
    clear: int = 0


def battle_chunks(
    data: Any,
    ids: dict[Hashable, int],
    *,
    left: str | None = None,
    right: str | None = None,
    winner: str | None = None,
    both_bad: BothBad = "tie",
    strong: int = 1,
) -> Iterator[Battles]:
    """The battles in their order; `ids` is filled with the numbers of the alternatives.

    Parameters
    ----------
    data, left, right, winner, both_bad, strong
        As in :func:`mechdesign.aggregation.battles`.
    """
    if both_bad not in ("tie", "drop"):
        raise InvalidInputError("both_bad", "be 'tie' or 'drop'", both_bad)
    times = as_count(strong, "strong", low=1)
    rows = 0
    for columns in _parts(data, (left, right, winner)):
        if not len(columns[0]):
            continue
        yield _read(columns, ids, rows, both_bad == "drop", times)
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


def battle_columns(columns: Sequence[str]) -> list[str]:
    """The columns of the left and the right alternative and of the result, by their usual names."""
    return _named(columns, (None, None, None))


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


def _read(
    columns: tuple[Sequence[Any], ...], ids: dict[Hashable, int], start: int, drop: bool, times: int
) -> Battles:
    """One part of a log as numbers; `start` battles went before it."""
    known: dict[Any, int] = {}
    coded = [_codes(column, known) for column in columns]
    cells = list(known)
    left, right, outcome = coded
    words = [re.sub(r"[\s_]+", "", str(cell).lower()) for cell in cells]
    sign = np.array([_SIGNS.get(word, _UNKNOWN) for word in words])[outcome]
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
    bad, clear = sign == _BOTH_BAD, np.abs(sign) == 2
    repeat = np.where(clear, times, np.where(bad & drop, 0, 1))
    counted = (np.repeat(part, repeat) for part in (named[left], named[right], sign))
    first, second, won = counted if times > 1 or drop else (named[left], named[right], sign)
    won = np.where(won == _BOTH_BAD, 0, np.sign(won))
    return Battles(first, second, won, len(sign), int(bad.sum()), int(clear.sum()))


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
