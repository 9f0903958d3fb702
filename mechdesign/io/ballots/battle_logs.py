"""Logs of pairwise battles, counted column by column and chunk by chunk."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from os import PathLike
from typing import Any, Literal

import numpy as np

from mechdesign.arrays import BoolArray, IntArray
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
from mechdesign.model import Number, as_count, as_list, as_number, parse_number, tidy
from mechdesign.records import dataclass

__all__ = [
    "BattleCounts",
    "Battles",
    "battle_chunks",
    "battle_columns",
    "count_battles",
    "has_battle_columns",
    "log_column",
    "scored_games",
]

_LEFT = ("left", "model_a", "a", "player1", "first")
_RIGHT = ("right", "model_b", "b", "player2", "second")
_WINNER = ("winner", "result", "outcome")
_LOSER = ("loser", "lost")
#: How often a row counts.
_TIMES = ("count", "counts", "n", "times", "weight", "weights")
#: Columns of games, and of what their two sides scored.
_GAMES = (("home", "away"), ("team_a", "team_b"), ("home_team", "away_team"), ("white", "black"))
_SCORED = ("goals", "score", "scores", "points", "runs")
#: Spellings of a result without blanks and underscores: which side won, and how.
_SIGNS = {
    **dict.fromkeys(("left", "modela", "a", "1", "awins", "leftwins", "modelawins", "a>b"), 1),
    **dict.fromkeys(("right", "modelb", "b", "2", "bwins", "rightwins", "modelbwins", "b>a"), -1),
    **dict.fromkeys(("tie", "draw", "both", "0.5", "bothgood", "tie(bothgood)", "a=b", "b=a"), 0),
    **{"a>>b": 2, "b>>a": -2},
    **dict.fromkeys(("tie(bothbad)", "bothbad", "neither"), 3),
}
_BOTH_BAD, _UNKNOWN = 3, 4
#: Battles one after the other, counts in all: more are refused, as numbers of 64 bits.
_MOST, _MOST_COUNTED = 10**8, 2**53
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
    names: set[str] = set()
    for chunk in _chunks(data, ids, both_bad=both_bad, strong=strong, **columns):
        m = len(ids)
        battles, bad, clear = battles + chunk.rows, bad + chunk.both_bad, clear + chunk.clear
        names |= set(chunk.told)
        wins, ties = _grown(wins, m), _grown(ties, m)
        first = np.where(chunk.sign >= 0, chunk.left, chunk.right)
        second = np.where(chunk.sign >= 0, chunk.right, chunk.left)
        key, tied = first * m + second, chunk.sign == 0
        wins += _counted(key, m, chunk.times, ~tied)
        ties += _counted(key, m, chunk.times, tied)
    labels = sorted(ids, key=str)
    place = np.array([ids[label] for label in labels])
    grid = np.ix_(place, place)
    told = sorted(names)
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

    Beside them how often each counts (None: once), the number of rows, of those that both sides
    lost, of clear wins, what was decided about columns, and in which row each battle stands.
    """

    left: IntArray
    right: IntArray
    sign: IntArray
    lines: IntArray
    times: IntArray | None = None
    rows: int = 0
    both_bad: int = 0
    clear: int = 0
    told: tuple[str, ...] = ()

    def each(self) -> Battles:
        """The same with every battle that counts several times as several."""
        if self.times is None:
            return self
        if int(self.times.sum()) > _MOST:
            raise InvalidInputError("data", f"hold at most {_MOST} battles", int(self.times.sum()))
        several = (self.left, self.right, self.sign, self.lines)
        left, right, sign, lines = (np.repeat(x, self.times) for x in several)
        return replace(self, left=left, right=right, sign=sign, lines=lines, times=None)


def battle_chunks(
    data: object,
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
    columns = {"left": left, "right": right, "winner": winner}
    for chunk in _chunks(data, ids, both_bad=both_bad, strong=strong, **columns):
        yield chunk.each()


def _chunks(
    data: object,
    ids: dict[Hashable, int],
    *,
    left: str | None = None,
    right: str | None = None,
    winner: str | None = None,
    both_bad: BothBad = "tie",
    strong: int = 1,
) -> Iterator[Battles]:
    """The battles of :func:`battle_chunks`, those that count several times once."""
    if both_bad not in ("tie", "drop"):
        raise InvalidInputError("both_bad", "be 'tie' or 'drop'", both_bad)
    times = as_count(strong, "strong", low=1)
    rows = 0
    for part in _parts(data, (left, right, winner)):
        if not len(part.cells[0]):
            continue
        yield _read(part, ids, rows, both_bad == "drop", times)
        rows += len(part.cells[0])
    if not rows:
        raise InvalidInputError("data", "hold at least one battle", "none")


def log_column(data: Any, name: str) -> tuple[Any, list[Any]]:
    """A log whose columns have names, read where it is a file, and the cells of one column.

    Examples
    --------
    >>> from mechdesign.io.grids import Grid
    >>> log = Grid(("left", "right", "winner", "judge"), (("x", "y", "left", "J"),))
    >>> log_column(log, "judge")[1]
    ['J']
    """
    if isinstance(data, (str, PathLike)):
        data = read_grid(data)
    columns = frame_columns(data) if is_frame(data) else None
    names = list(columns) if columns is not None else list(getattr(data, "columns", ()))
    if name not in names:
        raise InvalidInputError("clusters", f"be one of the columns {names}", name)
    cells = columns[name] if columns is not None else data.column(names.index(name))
    return data, list(map(cell_of, cells))


def has_battle_columns(table: Any) -> bool:
    """Whether the columns of a table or data frame are those of pairwise battles."""
    return _columns(list(map(str, table.columns)), (None, None, None)) is not None


def scored_games(columns: Sequence[str]) -> list[str] | None:
    """The columns of two sides and of what they scored, where they hold games; None otherwise.

    Examples
    --------
    >>> scored_games(["home", "away", "home_goals", "away_goals"])
    ['home', 'away', 'home_goals', 'away_goals']
    """
    lowered = [re.sub(r"[\s-]+", "_", name.strip().lower()) for name in columns]
    for sides in (*_GAMES, *zip(_LEFT, _RIGHT, strict=True)):
        if set(sides) <= set(lowered):
            scored = [k for k, name in enumerate(lowered) if re.search(_SCORE, name)]
            if len(scored) == 2:
                return [columns[k] for k in (*map(lowered.index, sides), *scored)]
    return None


_SCORE = rf"(^|_)({'|'.join(_SCORED)})(_|\d|$)"


@dataclass(frozen=True)
class _Columns:
    """Which columns are what: the result stands in one, or follows from two that hold scores."""

    left: str
    right: str
    winner: tuple[str, ...]
    times: str | None = None

    @property
    def names(self) -> list[str]:
        times = [] if self.times is None else [self.times]
        return list(dict.fromkeys((self.left, self.right, *self.winner, *times)))


@dataclass(frozen=True, eq=False)
class _Part:
    """A part of a log: the cells of left, right and result, and how often each row counts."""

    cells: tuple[Sequence[Any], Sequence[Any], Sequence[Any]]
    times: IntArray | None = None
    told: tuple[str, ...] = ()


def _parts(data: object, names: tuple[str | None, ...]) -> Iterator[_Part]:
    """The columns of each part of a log."""
    if isinstance(data, (str, PathLike)):
        file = as_path(data)
        if file.suffix.lower() in (".parquet", ".pq"):
            chosen = _named(parquet_columns(file), names)
            for chunk in parquet_chunks(file, chosen.names):
                yield _part(chosen, dict(zip(chosen.names, chunk, strict=True)))
            return
        data = read_grid(data)
    if is_frame(data):
        columns = frame_columns(data)
        yield _part(_named(list(columns), names), columns)
    elif isinstance(data, Grid):
        chosen = _named(data.columns, names)
        yield _part(chosen, {x: data.column(data.columns.index(x)) for x in chosen.names})
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
            yield _Part((first, second, third))


def _part(chosen: _Columns, cells: Mapping[str, Sequence[object]]) -> _Part:
    """The part of a log that stands in named columns."""
    told = []
    outcome = cells[chosen.winner[0]]
    if len(chosen.winner) == 2:
        scores = [_numbers(cells[name], name) for name in chosen.winner]
        outcome = [_RESULTS[(a > b) - (a < b)] for a, b in zip(*scores, strict=True)]
        told.append(f"the winner of a game is who has more in {' and '.join(chosen.winner)}")
    times = None
    if chosen.times is not None:
        counts = _numbers(cells[chosen.times], chosen.times)
        for k, n in enumerate(counts):
            if n < 0 or n != int(n):
                row = f"{n} in row {k + 1}"
                raise InvalidInputError(chosen.times, "hold whole numbers of battles", row)
        if sum(counts) > _MOST_COUNTED:
            raise InvalidInputError(
                chosen.times, f"sum to at most {_MOST_COUNTED}", tidy(sum(counts))
            )
        times = np.array(counts, dtype=np.int64)
        told.append(f"each battle counts as often as `{chosen.times}` says")
    return _Part((cells[chosen.left], cells[chosen.right], outcome), times, tuple(told))


_RESULTS = {1: "left", -1: "right", 0: "tie"}


def _numbers(cells: Sequence[object], name: str) -> list[Number]:
    """The exact numbers of a column."""
    known: dict[Any, Number] = {}
    for k, raw in enumerate(cells):
        if raw not in known:
            cell = cell_of(raw)
            if cell in (None, ""):
                raise InvalidInputError(name, "hold a number", f"nothing in row {k + 1}")
            number = parse_number(cell, name) if isinstance(cell, str) else cell
            known[raw] = as_number(number, f"{name} in row {k + 1}")
    return [known[raw] for raw in cells]


def battle_columns(columns: Sequence[str]) -> list[str]:
    """The columns that say something of battles, by their usual names."""
    return _named(columns, (None, None, None)).names


def _named(columns: Sequence[str], names: tuple[str | None, ...]) -> _Columns:
    """The columns of a log."""
    found = _columns(columns, names)
    if found is None and names == (None, None, None):
        games = scored_games(columns)
        found = _Columns(games[0], games[1], (games[2], games[3])) if games else None
    if found is None:
        raise InvalidInputError(
            "data", "have columns left, right, winner, or winner, loser", list(columns)
        )
    return found


def _columns(columns: Sequence[str], names: tuple[str | None, ...]) -> _Columns | None:
    lowered = [name.lower() for name in columns]

    def usual(known: Sequence[str]) -> str | None:
        return next((columns[lowered.index(name)] for name in known if name in lowered), None)

    for given in names:
        if given is not None and given not in columns:
            raise InvalidInputError("column", f"be one of {list(columns)}", given)
    pairs = zip(names, (_LEFT, _RIGHT, _WINNER), strict=True)
    left, right, winner = (usual(known) if given is None else given for given, known in pairs)
    if (left is None or right is None) and winner is not None:
        # `winner` and `loser`: the first of the two has won.
        left, right = (winner, usual(_LOSER)) if names == (None, None, None) else (None, None)
    if left is None or right is None or winner is None:
        return None
    return _Columns(left, right, (winner,), usual(_TIMES))


def _read(part: _Part, ids: dict[Hashable, int], start: int, drop: bool, strong: int) -> Battles:
    """One part of a log as numbers; `start` battles went before it."""
    known: dict[Any, int] = {}
    coded = [_codes(column, known) for column in part.cells]
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
    times = part.times
    if strong > 1 or drop:
        repeat = np.where(clear, strong, np.where(bad & drop, 0, 1))
        times = repeat if times is None else times * repeat
    won = np.where(bad, 0, np.sign(sign))
    both, sure = int(bad.sum()), int(clear.sum())
    lines, told = np.arange(start, start + len(sign)), part.told
    return Battles(named[left], named[right], won, lines, times, len(sign), both, sure, told)


def _codes(column: Sequence[object], known: dict[Any, int]) -> IntArray:
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


def _counted(keys: IntArray, m: int, times: IntArray | None, chosen: BoolArray) -> IntArray:
    """How often each key is among the chosen ones."""
    if times is None:
        return np.bincount(keys[chosen], minlength=m * m).reshape(m, m)
    # Sums of floats are exact: all counts together are below 2^53.
    found = np.bincount(keys[chosen], times[chosen].astype(float), minlength=m * m)
    return found.astype(np.int64).reshape(m, m)
