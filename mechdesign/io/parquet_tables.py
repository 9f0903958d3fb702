"""Tables as parquet files, through pyarrow."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from mechdesign.errors import InvalidInputError, SolverUnavailableError
from mechdesign.io.grids import Grid

__all__ = ["format_parquet_table"]

_INTEGER = re.compile(r"-?(0|[1-9]\d{0,17})")
_DECIMAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?")


def format_parquet_table(grid: Grid) -> bytes:
    """The bytes of a parquet file.

    A column whose cells are all whole numbers becomes one of integers; one whose decimals are all
    the shortest ones of a float becomes one of floats; any other stays text, so that no number is
    changed.  Empty cells become nulls.

    Raises
    ------
    SolverUnavailableError
        If pyarrow is not installed.
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise SolverUnavailableError("pyarrow", "frames", "writing parquet files") from None
    if len(set(grid.columns)) != len(grid.columns):
        raise InvalidInputError("columns", "be distinct in a parquet file", list(grid.columns))
    made = pa.table(
        [pa.array(_typed(grid.column(k))) for k in range(len(grid.columns))],
        names=list(grid.columns),
    )
    buffer = io.BytesIO()
    pq.write_table(made, buffer)
    return buffer.getvalue()


def _typed(cells: Sequence[object]) -> list[Any]:
    values = [None if value in (None, "") else value for value in cells]
    given = [value for value in values if value is not None]
    if all(isinstance(value, (int, float)) for value in given):
        return values
    texts = [value if isinstance(value, str) else str(value) for value in given]
    kind: Any = str
    if all(_INTEGER.fullmatch(text) for text in texts):
        kind = int
    elif all(_is_float(text) for text in texts):
        kind = float
    return [None if value is None else kind(value) for value in values]


def _is_float(text: str) -> bool:
    """Whether the shortest decimal of the nearest float is this very number."""
    return bool(_DECIMAL.fullmatch(text)) and Fraction(repr(float(text))) == Fraction(text)
