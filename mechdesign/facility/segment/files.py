"""Reading agents from a table: a location, perhaps a name and a weight, in each row."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from typing import Any

from mechdesign.errors import InvalidInputError
from mechdesign.model import Number, parse_number

__all__ = ["read_table"]

_PLACES = ("location", "position", "report", "peak", "x")
_WEIGHTS = ("weight", "weights", "population", "people", "count")
_NAMES = ("agent", "household", "name", "id", "label")


def read_table(
    path: str | PathLike[str],
    *,
    column: str | None = None,
    weight: str | None = None,
    name: str | None = None,
    delimiter: str | None = None,
) -> tuple[dict[Any, Number], list[Number] | None, list[str]]:
    r"""Read agents from a CSV or TSV file; decimals and fractions are read exactly.

    Parameters
    ----------
    path : path
        The file.
    column : str, optional
        The column of locations; by default ``location``, ``position``, ``report``, ``peak`` or
        ``x``, or the only column of numbers.
    weight : str, optional
        The column of weights; by default ``weight``, ``population``, ``people`` or ``count``
        where there is one.
    name : str, optional
        The column of names; by default ``agent``, ``household``, ``name``, ``id`` or ``label``
        where there is one; otherwise agents are numbered.
    delimiter : str, optional
        The character between two cells.

    Returns
    -------
    locations : dict of agent to number
    weights : list of numbers or None
    decisions : list of str
        What was guessed.

    Raises
    ------
    InvalidInputError
        If a column is missing, a cell is no number, or a name is repeated.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp(), "street.csv")
    >>> _ = file.write_text("name,location\nann,1/4\nbob,0.5\n")
    >>> read_table(file)[0]
    {'ann': Fraction(1, 4), 'bob': Fraction(1, 2)}
    """
    from mechdesign.io.score_tables import read_grid

    grid = read_grid(path, delimiter=delimiter)
    lower = [header.lower() for header in grid.columns]
    decisions = list(grid.decisions)

    def find(wanted: str | None, known: Sequence[str], what: str) -> int | None:
        if wanted is not None:
            if wanted not in grid.columns:
                raise InvalidInputError(what, f"be a column: {', '.join(grid.columns)}", wanted)
            return grid.columns.index(wanted)
        return next((lower.index(word) for word in known if word in lower), None)

    at_name = find(name, _NAMES, "name")
    at_weight = find(weight, _WEIGHTS, "weight")
    at_place = find(column, _PLACES, "column")
    if at_place is None:
        rest = [k for k in range(len(lower)) if k not in (at_name, at_weight)]
        numeric = [k for k in rest if all(_number(cell) for cell in grid.column(k))]
        if len(numeric) != 1:
            raise InvalidInputError(
                "column", f"name the column of locations: {', '.join(grid.columns)}", column
            )
        at_place = numeric[0]
        decisions.append(f"locations are read from the column {grid.columns[at_place]!r}")
    if weight is None and at_weight is not None:
        decisions.append(f"weights are read from the column {grid.columns[at_weight]!r}")
    locations: dict[Any, Number] = {}
    for k, row in enumerate(grid.rows):
        agent = k if at_name is None else row[at_name]
        if agent in locations:
            raise InvalidInputError("name", f"be distinct; {grid.line(k)} repeats", agent)
        locations[agent] = _read(row[at_place], f"location in {grid.line(k)}")
    weights = None
    if at_weight is not None:
        weights = [
            _read(row[at_weight], f"weight in {grid.line(k)}") for k, row in enumerate(grid.rows)
        ]
    return locations, weights, decisions


def _read(cell: Any, what: str) -> Number:
    return parse_number(cell, what) if isinstance(cell, str) else cell


def _number(cell: object) -> bool:
    if not isinstance(cell, str):
        return isinstance(cell, (int, float))
    try:
        parse_number(cell, "cell")
    except InvalidInputError:
        return False
    return True
