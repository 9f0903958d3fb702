"""Rows by label, from dicts and data frames alike."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from mechdesign.errors import InvalidInputError


def by_row(table: Any, name: str) -> dict[Hashable, dict[Hashable, Any]]:
    """``{row label: {column: value}}`` of nested dicts or a data frame.

    A pandas frame is labelled by its index, a polars frame by its first column.  Empty cells (None
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
    elif hasattr(table, "index") and hasattr(table, "iterrows"):
        pairs = [(label, dict(row)) for label, row in table.astype(object).iterrows()]
    elif hasattr(table, "iter_rows") and hasattr(table, "columns"):
        first, *others = table.columns
        pairs = [(row[first], {c: row[c] for c in others}) for row in table.iter_rows(named=True)]
    else:
        raise InvalidInputError(name, "be a dict of dicts or a data frame", table)
    rows: dict[Hashable, dict[Hashable, Any]] = {}
    for label, row in pairs:
        if not isinstance(row, Mapping):
            raise InvalidInputError(f"{name}[{label!r}]", "be a dict", row)
        if label in rows:
            raise InvalidInputError(name, "have distinct labels", label)
        rows[label] = {
            column: value for column, value in row.items() if value is not None and value == value
        }
    return rows
