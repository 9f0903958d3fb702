"""Rows by label, from dicts and data frames alike."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from mechdesign.errors import InvalidInputError
from mechdesign.model import is_frame, labelled_rows


def by_row(table: Any, name: str) -> dict[Hashable, dict[Hashable, Any]]:
    """``{row label: {column: value}}`` of nested dicts or a data frame.

    A frame is labelled by its index, or by its first column where that is text.  Empty cells (None
    and NaN) are left out.

    Raises
    ------
    InvalidInputError
        On anything else and on duplicate labels.

    Examples
    --------
    >>> by_row({"a": {"x": 1, "y": None}}, "table")
    {'a': {'x': 1}}
    """
    if isinstance(table, Mapping):
        pairs = list(table.items())
    elif is_frame(table):
        labels, _, rows = labelled_rows(table, name)
        columns = list(table.columns)[-len(rows[0]) :] if rows else []
        places = range(len(rows)) if labels is None else labels
        pairs = [
            (label, dict(zip(columns, row, strict=True)))
            for label, row in zip(places, rows, strict=True)
        ]
    else:
        raise InvalidInputError(name, "be a dict of dicts or a data frame", table)
    found: dict[Hashable, dict[Hashable, Any]] = {}
    for label, row in pairs:
        if not isinstance(row, Mapping):
            raise InvalidInputError(f"{name}[{label!r}]", "be a dict", row)
        if label in found:
            raise InvalidInputError(name, "have distinct labels", label)
        found[label] = {
            column: value for column, value in row.items() if value is not None and value == value
        }
    return found
