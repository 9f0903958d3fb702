"""Voters and platforms from tables: which column is what is told, and no row is dropped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from os import PathLike
from typing import Any

from mechdesign.elections.space import Contest, contest, labels_in, utility_contest
from mechdesign.errors import InvalidInputError
from mechdesign.io.grids import Grid, decimal_of, parse_cell
from mechdesign.io.score_tables import read_grid
from mechdesign.model import Number

__all__ = ["read_contest"]

_NAMES = ("id", "voter", "name", "platform", "label", "respondent")
_WEIGHTS = ("weight", "weights", "voters", "count")
_PARTIES = ("party", "group")


def read_contest(
    source: str | PathLike[str],
    platforms: str | PathLike[str] = "voters",
    *,
    dims: Sequence[str] | None = None,
    utilities: bool = False,
) -> Contest:
    r"""Voters from a table, and platforms from a grid or another table.

    Parameters
    ----------
    source : path
        A row for each voter: coordinates under any names, and perhaps ``id``, ``weight``,
        ``party``.
    platforms : str or path
        A grid as in :func:`platform_grid` (``0:9``, ``0:4,0:3``), a table with the same coordinates
        and perhaps ``name``, or ``voters``: the voters' own points.
    dims : sequence of str, optional
        The columns that hold the coordinates, in order; by default all that have no other part.
    utilities : bool
        Whether the columns are platforms, and cells what each is worth to the voter.

    Raises
    ------
    InvalidInputError
        If a cell is no number, with its line, or there is no column of coordinates.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp(), "voters.csv")
    >>> _ = file.write_text("x\n0\n1\n5\n")
    >>> read_contest(file, "0:5").m
    6
    """
    grid = read_grid(source)
    if dims is not None:
        dims = [str(name) for name in labels_in(dims, "dims")]
    parts = _Parts(grid, dims)
    told = [*grid.decisions, *parts.told("platforms" if utilities else "coordinates")]
    weights, parties = parts.weights(), parts.parties()
    labels = parts.names()
    rows: Any = parts.numbers()
    if labels is not None:
        rows = dict(zip(labels, rows, strict=True))
    words: dict[str, Any] = {"weights": weights, "parties": parties, "decisions": told}
    if utilities:
        if str(platforms) != "voters":
            raise InvalidInputError("platforms", "be left out beside utilities", platforms)
        return utility_contest(rows, [grid.columns[k] for k in parts.columns], **words)
    if str(platforms) == "voters" or _is_grid(str(platforms)):
        return contest(rows, str(platforms), **words)
    other = read_grid(platforms)
    there = _Parts(other, [grid.columns[k] for k in parts.columns])
    named = there.names()
    points: Any = there.numbers()
    if named is not None:
        points = dict(zip(named, points, strict=True))
    found = contest(rows, points, **words)
    unused = [other.columns[k] for k in range(len(other.columns)) if k not in there.used()]
    left = [f"columns of platforms ignored: {', '.join(unused)}"] if unused else []
    return replace(found, decisions=(*found.decisions, *other.decisions, *left))


def _is_grid(text: str) -> bool:
    body = text.removeprefix("grid:")
    return ":" in body and not any(c.isalpha() or c == "\\" for c in body)


class _Parts:
    """Which column of a table is what."""

    def __init__(self, grid: Grid, dims: Sequence[str] | None) -> None:
        self.grid = grid
        self.lower = [name.strip().lower() for name in grid.columns]
        if len(set(self.lower)) < len(self.lower):
            raise InvalidInputError("columns", "be distinct", list(grid.columns), owner=grid.source)
        if not grid.rows:
            raise InvalidInputError("file", "have a row for each voter", 0, owner=grid.source)
        self.name, self.weight, self.party = (
            self._first(words, dims) for words in (_NAMES, _WEIGHTS, _PARTIES)
        )
        taken = {self.name, self.weight, self.party}
        if dims is None:
            self.columns = [k for k in range(len(self.lower)) if k not in taken]
            self.ignored: list[int] = []
        else:
            missing = [x for x in dims if x.strip().lower() not in self.lower]
            if missing or not dims:
                known = f"be columns of {', '.join(grid.columns)}"
                raise InvalidInputError("dims", known, missing, owner=grid.source)
            self.columns = [self.lower.index(x.strip().lower()) for x in dims]
            if len(set(self.columns)) < len(self.columns):
                raise InvalidInputError("dims", "name every column once", list(dims))
            self.ignored = [
                k for k in range(len(self.lower)) if k not in taken and k not in self.columns
            ]
        if not self.columns:
            told = "have a column of coordinates"
            raise InvalidInputError("file", told, list(grid.columns), owner=grid.source)
        self.mark = decimal_of(grid)

    def _first(self, words: Sequence[str], dims: Sequence[str] | None) -> int | None:
        asked = {x.strip().lower() for x in dims or ()}
        found = [w for w in words if w in self.lower and w not in asked]
        return self.lower.index(found[0]) if found else None

    def used(self) -> set[int | None]:
        """The columns of names and coordinates, all that platforms have."""
        return {self.name, *self.columns}

    def told(self, what: str) -> list[str]:
        """The parts of the columns, in lines."""
        names = self.grid.columns
        parts = [f"{what}: {', '.join(names[k] for k in self.columns)}"]
        pairs = (("names", self.name), ("weights", self.weight), ("parties", self.party))
        parts += [f"{part}: {names[k]}" for part, k in pairs if k is not None]
        told = [f"columns read as {'; '.join(parts)}"]
        if self.ignored:
            told.append(f"columns ignored: {', '.join(names[k] for k in self.ignored)}")
        return told

    def _number(self, row: int, k: int) -> Number:
        cell, extra = parse_cell(self.grid.rows[row][k], self.mark)
        if cell is None or len(cell) != 1 or cell[0] is None or extra:
            where = f"{self.grid.rows[row][k]!r} in {self.grid.line(row)} of {self.grid.source}"
            raise InvalidInputError(self.grid.columns[k], "hold a number", where)
        return cell[0]

    def numbers(self) -> list[list[Number]]:
        """The coordinates."""
        rows = range(len(self.grid.rows))
        return [[self._number(row, k) for k in self.columns] for row in rows]

    def weights(self) -> list[Number] | None:
        """The weights, if there is a column."""
        if self.weight is None:
            return None
        return [self._number(row, self.weight) for row in range(len(self.grid.rows))]

    def parties(self) -> list[str] | None:
        """The parties, if there is a column; empty cells are independents."""
        k = self.party
        if k is None:
            return None
        return ["" if row[k] is None else str(row[k]).strip() for row in self.grid.rows]

    def names(self) -> list[str] | None:
        """Names of the rows, if there is a column."""
        k = self.name
        if k is None:
            return None
        found = ["" if row[k] is None else str(row[k]).strip() for row in self.grid.rows]
        if len(set(found)) < len(found):
            twice = next(x for i, x in enumerate(found) if x in found[:i])
            told = "name every row once"
            raise InvalidInputError(self.grid.columns[k], told, twice, owner=self.grid.source)
        return found
