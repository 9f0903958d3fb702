"""Logs with a column that splits them: one part for each judge, or for each prompt."""

from __future__ import annotations

from collections.abc import Hashable
from os import PathLike
from typing import Any

from mechdesign.errors import InvalidInputError
from mechdesign.io.grids import Grid
from mechdesign.model.reading import is_frame, is_missing

__all__: list[str] = []


def parts_of(data: object, by: str) -> dict[Hashable, Grid]:
    """The parts of a log by the values of one of its columns, in the order of their occurrence.

    Raises
    ------
    InvalidInputError
        If there is no such column, or a row does not say to which part it belongs.
    """
    from mechdesign.io.score_tables import read_frame, read_grid

    if isinstance(data, (str, PathLike)):
        data = read_grid(data)
    if is_frame(data):
        data = read_frame(data)
    if not isinstance(data, Grid):
        raise InvalidInputError("data", f"be a table, a data frame or a file with `{by}`", data)
    names = [str(name).strip().lower() for name in data.columns]
    if not isinstance(by, str) or names.count(by.strip().lower()) != 1:
        raise InvalidInputError("by", f"be a column, one of {list(data.columns)}", by)
    place = names.index(by.strip().lower())
    kept = [k for k in range(len(names)) if k != place]
    rows: dict[Hashable, list[tuple[Any, ...]]] = {}
    for k, row in enumerate(data.rows):
        if is_missing(row[place]) or row[place] == "":
            raise InvalidInputError(by, "be given in every row", f"nothing in {data.line(k)}")
        rows.setdefault(row[place], []).append(tuple(row[j] for j in kept))
    columns = tuple(data.columns[j] for j in kept)
    if not rows:
        raise InvalidInputError("data", "hold at least one row", 0)
    return {part: Grid(columns, tuple(own), data.source) for part, own in rows.items()}
