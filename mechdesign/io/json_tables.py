"""Tables as JSON: a list of records, columns with rows, or an object of systems.

Numbers are kept as they are written, so that ``81.20`` stays that decimal and not a float near it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from os import PathLike
from typing import Any

from mechdesign.errors import InvalidInputError
from mechdesign.io.documents import parse_document
from mechdesign.io.files import decode, read_bytes
from mechdesign.io.grids import Grid

__all__ = ["format_json_table", "parse_json_lines", "parse_json_table", "read_json_table"]

_LITERAL = r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?"


def read_json_table(path: str | PathLike[str]) -> Grid:
    """Read a table from a JSON file; see :func:`parse_json_table`.

    Raises
    ------
    InvalidInputError
        If the file is not UTF-8 or holds no table.
    """
    from pathlib import Path

    file = Path(path)
    read = parse_json_lines if file.suffix.lower() in (".jsonl", ".ndjson") else parse_json_table
    return read(read_bytes(file), source=file.name)


def parse_json_table(text: str | bytes, source: str = "table") -> Grid:
    """Read the JSON text of a table.

    Parameters
    ----------
    text : str or bytes
        ``[{"system": "A", "x": 1}, ...]``, ``{"columns": [...], "rows": [[...], ...]}`` (``data``
        does as well as ``rows``), or ``{"A": {"x": 1}, ...}`` with one object a system.
    source : str
        For messages.

    Examples
    --------
    >>> parse_json_table('[{"system": "A", "x": 81.20}, {"system": "B"}]').rows
    (('A', '81.20'), ('B', ''))
    """
    data = parse_document(text, source, decimals=str, integers=str)
    if isinstance(data, Mapping) and isinstance(data.get("columns"), list):
        columns, rows = _split(data, source)
    else:
        columns, rows = _records(data, source)
    if not columns or not rows:
        raise InvalidInputError("path", "have rows and columns", source)
    cells = tuple(tuple(_cell(value, k, source) for value in row) for k, row in enumerate(rows, 1))
    return Grid(tuple(name.strip() for name in columns), cells, source)


def parse_json_lines(text: str | bytes, source: str = "table") -> Grid:
    r"""Read a table of JSON lines: one record on each.

    Examples
    --------
    >>> parse_json_lines('{"system": "A", "x": 81.20}\n\n{"system": "B"}\n').rows
    (('A', '81.20'), ('B', ''))
    """
    if isinstance(text, bytes):
        text, _ = decode(text, source)
    records, numbers = [], []
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            where = f"line {number} of {source}"
            records.append(parse_document(line, where, decimals=str, integers=str))
            numbers.append(number)
            if not isinstance(records[-1], Mapping):
                raise InvalidInputError("path", "hold one record on each line", where)
    columns, rows = _records(records, source)
    if not columns or not rows:
        raise InvalidInputError("path", "have rows and columns", source)
    pairs = zip(rows, numbers, strict=True)
    cells = tuple(tuple(_cell(value, k, source) for value in row) for row, k in pairs)
    return Grid(tuple(name.strip() for name in columns), cells, source, tuple(numbers))


def format_json_table(grid: Grid) -> str:
    r"""The JSON text of a table: a list of records, or columns and rows where names repeat.

    Cells that are numbers are written as numbers, digit by digit; empty cells as ``null``.

    Examples
    --------
    >>> print(format_json_table(Grid(("system", "x"), (("A", "81.20"), ("B", "")))), end="")
    [
    {"system": "A", "x": 81.20},
    {"system": "B", "x": null}
    ]
    """
    import json

    rows = [[_literal(value) for value in row] for row in grid.rows]
    names = [json.dumps(name, ensure_ascii=False) for name in grid.columns]
    if len(set(names)) == len(names):
        records = [
            "{" + ", ".join(f"{n}: {v}" for n, v in zip(names, row, strict=True)) + "}"
            for row in rows
        ]
        return "[\n" + ",\n".join(records) + "\n]\n"
    lines = ",\n".join("[" + ", ".join(row) + "]" for row in rows)
    return f'{{"columns": [{", ".join(names)}], "rows": [\n{lines}\n]}}\n'


def _split(data: Mapping[str, Any], source: str) -> tuple[list[str], list[list[Any]]]:
    columns, rows = data["columns"], data.get("rows", data.get("data"))
    if not isinstance(rows, list) or not all(isinstance(name, str) for name in columns):
        raise InvalidInputError("path", "have named columns and rows", source)
    for k, row in enumerate(rows, 1):
        if not isinstance(row, list) or len(row) != len(columns):
            raise InvalidInputError(
                "path", f"have {len(columns)} cells in each row", f"row {k} of {source}"
            )
    return list(columns), rows


def _records(data: Any, source: str) -> tuple[list[str], list[list[Any]]]:
    """Rows of a list of objects, or of an object of objects, whose keys are the systems."""
    if isinstance(data, Mapping):
        own = "system"
        while any(isinstance(row, Mapping) and own in row for row in data.values()):
            own += "_"
        listed = [{own: k, **row} if isinstance(row, Mapping) else row for k, row in data.items()]
    else:
        listed = data
    if not isinstance(listed, list):
        raise InvalidInputError("path", "hold a list of records", source)
    for k, row in enumerate(listed, 1):
        if not isinstance(row, Mapping):
            raise InvalidInputError("path", "hold a list of records", f"entry {k} of {source}")
    columns = list(dict.fromkeys(name for row in listed for name in row))
    return columns, [[row.get(name) for name in columns] for row in listed]


def _cell(value: Any, row: int, source: str) -> Any:
    if value is None:
        return ""
    if isinstance(value, (list, dict)):
        raise InvalidInputError(
            "path", "hold numbers and text in its cells", f"{value!r} in row {row} of {source}"
        )
    if isinstance(value, bool):
        return str(value).lower()
    return value.strip()


def _literal(value: object) -> str:
    """A number as it is written, anything else as a JSON string."""
    import json

    if value is None or value == "":
        return "null"
    text = repr(value) if isinstance(value, float) else str(value)
    return text if re.fullmatch(_LITERAL, text) else json.dumps(text, ensure_ascii=False)
