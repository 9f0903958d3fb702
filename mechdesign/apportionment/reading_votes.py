"""Votes from tables: parties, votes, perhaps seats, perhaps constituencies."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from typing import Any

from mechdesign.errors import InvalidInputError
from mechdesign.io.grids import Grid, decimal_of, parse_cell
from mechdesign.io.score_tables import read_grid
from mechdesign.model import FrozenMap, Number, is_exact, tidy
from mechdesign.records import dataclass

__all__ = ["VoteTable", "read_votes"]

#: What columns are called, in lower case.
_CALLED = {
    "party": ("party", "parties", "list", "coalition", "state", "name"),
    "votes": ("votes", "vote", "population"),
    "seats": ("seats", "mandates"),
    "constituency": ("constituency", "district", "region"),
}
_TOTALS = ("total", "totals", "sum", "all")


@dataclass(frozen=True)
class VoteTable:
    """Votes that were read from a table.

    Parameters
    ----------
    votes : mapping of str to number
        By party.
    seats : mapping of str to int, or None
        The seats that the table has.
    decisions : tuple of str
        What had to be decided.
    """

    votes: FrozenMap[str, Number]
    seats: FrozenMap[str, int] | None = None
    decisions: tuple[str, ...] = ()


def read_votes(
    data: str | PathLike[str] | Grid,
    *,
    constituency: str | None = None,
    decimal: str | None = None,
    delimiter: str | None = None,
) -> VoteTable:
    r"""Read a table of votes.

    Parameters
    ----------
    data : path or Grid
        Columns party, votes and perhaps seats; a column constituency where each row is about one;
        or, beside the party, a column of votes for each constituency.
    constituency : str, optional
        Only the votes in this one; by default those of all are added.
    decimal, delimiter : str, optional
        The decimal mark and what is between cells, where they should not be guessed.

    Raises
    ------
    InvalidInputError
        If a cell is no number of votes, a party stands twice, or a row has the total of others.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp(), "votes.csv")
    >>> _ = file.write_text("party,votes\nA,53\nB,47\n")
    >>> read_votes(file).votes
    {'A': 53, 'B': 47}
    """
    grid = data if isinstance(data, Grid) else read_grid(data, delimiter=delimiter)
    told = list(grid.decisions)
    mark = decimal_of(grid, decimal)
    columns, rows, lines = _with_header(grid, mark, told)
    found = {
        kind: [k for k, name in enumerate(columns) if name.casefold() in called]
        for kind, called in _CALLED.items()
    }
    for kind, places in found.items():
        if len(places) > 1:
            names = [columns[k] for k in places]
            raise InvalidInputError("columns", f"name {kind} once", names, owner=grid.source)
    party, votes, seats, where = (places[0] if places else None for places in found.values())
    if party is None:
        party = 0
        told.append(f"the column {columns[0]} is taken to name the parties")
    rest = [k for k in range(len(columns)) if k not in (party, seats, where)]
    if votes is None and len(rest) == 1:
        votes = rest[0]
        told.append(f"the column {columns[votes]} is taken to be the votes")
    if votes is not None:
        unread = [columns[k] for k in rest if k != votes]
        if unread:
            told.append(f"not read: the columns {', '.join(unread)}")
        rest = [votes]
    if not rest:
        raise InvalidInputError("columns", "have votes", list(columns), owner=grid.source)
    areas = [columns[k] for k in rest] if votes is None else None
    if areas is not None and constituency is None:
        told.append(f"the votes of {len(rest)} columns are added: {areas[0]} to {areas[-1]}")
    known = areas or ([] if where is None else list(dict.fromkeys(row[where] for row in rows)))
    if constituency is not None and constituency not in known:
        told_names = (
            f"be one of {', '.join(map(str, known))}" if known else "be left out: none here"
        )
        raise InvalidInputError("constituency", told_names, constituency, owner=grid.source)
    if areas is not None and constituency is not None:
        rest = [rest[areas.index(constituency)]]
    if where is not None and constituency is None and len(known) > 1:
        told.append(f"the votes of {len(known)} constituencies are added")

    sums: dict[str, Number] = {}
    published: dict[str, int] = {}
    seen: set[tuple[str, Any]] = set()
    for row, line in zip(rows, lines, strict=True):
        if where is not None and constituency is not None and row[where] != constituency:
            continue
        name = str(row[party] or "").strip()
        if not name:
            raise InvalidInputError(line, "name a party", row, owner=grid.source)
        key = (name, None if where is None else row[where])
        if key in seen:
            raise InvalidInputError(line, "name a party that stands once", name, owner=grid.source)
        seen.add(key)
        cells = [_votes(row[k], mark, f"{line}, {columns[k]}", grid.source) for k in rest]
        sums[name] = tidy(sums.get(name, 0) + sum(cells))
        if seats is not None and not (areas is not None and constituency is not None):
            own = _votes(row[seats], mark, f"{line}, {columns[seats]}", grid.source)
            if type(own) is not int:
                raise InvalidInputError(line, "have a whole number of seats", own)
            published[name] = published.get(name, 0) + own
    for name, number in sums.items():
        if name.casefold() in _TOTALS and 2 * number == sum(sums.values()):
            told_total = "be the votes of parties, without a row of totals"
            raise InvalidInputError("rows", told_total, name, owner=grid.source)
    return VoteTable(FrozenMap(sums), FrozenMap(published) if published else None, tuple(told))


def _with_header(
    grid: Grid, mark: str, told: list[str]
) -> tuple[tuple[str, ...], list[Sequence[Any]], list[str]]:
    """Columns, rows and how to name these, of a table whose header may be missing."""
    rows: list[Sequence[Any]] = list(grid.rows)
    lines = [grid.line(k) for k in range(len(rows))]
    if len(grid.columns) < 2:
        raise InvalidInputError("columns", "be party and votes", grid.columns, owner=grid.source)
    if len(grid.columns) == 2 and _number(grid.columns[1], mark) is not None:
        told.append("no header: the columns are taken to be party and votes")
        return ("party", "votes"), [grid.columns, *rows], ["the first line", *lines]
    return grid.columns, rows, lines


def _number(cell: object, mark: str) -> Number | None:
    parsed, unit = parse_cell(cell, mark)
    return parsed[0] if parsed and len(parsed) == 1 and unit in ("", "mark") else None


def _votes(cell: object, mark: str, where: str, source: str) -> Number:
    """A number of votes in a cell."""
    number = _number(cell, mark)
    if number is not None and not is_exact(number) and number == int(number):
        number = int(number)
    if number is None or not is_exact(number) or number < 0:
        raise InvalidInputError(where, "be an exact number of at least 0", cell, owner=source)
    return number
