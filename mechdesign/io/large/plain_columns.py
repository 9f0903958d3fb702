"""Columns of large plain CSV files, read by pyarrow; what is odd in any way is left to others."""

from __future__ import annotations

import importlib.util
import io
from collections.abc import Sequence
from typing import Any

import numpy as np

from mechdesign.arrays import BoolArray, IntArray
from mechdesign.records import dataclass

__all__ = ["PlainColumns", "plain_columns"]

#: Spellings of a missing number, all of them among those of :data:`mechdesign.io.grids.MISSING`.
_NULL = ["", "-", "NA", "na", "N/A", "n/a", "NaN", "nan", "null", "NULL", "None", "none"]
#: Quotes, old line ends and control characters have rules of their own.
_ODD = b'"' + bytes({*range(32)} - set(b"\t\n\r"))
_PLACES = 9


@dataclass(frozen=True, eq=False)
class PlainColumns:
    """Some columns of names as codes, and one of decimals as whole numbers over a power of ten.

    Parameters
    ----------
    names : list of list of str
        The distinct names of each column, in the order of the file.
    codes : list of numpy.ndarray of int64, shape (n,)
        Which of them stands in each row.
    numbers : numpy.ndarray of int64, shape (n,)
        The decimals times ``10 ** places``; 0 where missing.
    missing : numpy.ndarray of bool, shape (n,)
        Where there is no number.
    places : int
        Of the decimals.
    """

    names: list[list[str]]
    codes: list[IntArray]
    numbers: IntArray
    missing: BoolArray
    places: int


def plain_columns(
    raw: bytes, delimiter: str, names: Sequence[str], number: str
) -> PlainColumns | None:
    """Some columns of a CSV file; None where it is not plain, or pyarrow is not there.

    Parameters
    ----------
    raw : bytes
        The file.
    delimiter : str
        Between its cells.
    names, number : str
        The columns of names and the one of numbers.

    Notes
    -----
    Plain is UTF-8 without quotes, with rows as long as the header, names that are not empty, and
    numbers of at most 9 decimals and 18 digits, so that reading row by row would read the same.
    """
    odd = len(raw.translate(None, _ODD)) < len(raw) or raw.count(b"\r") != raw.count(b"\r\n")
    if odd or importlib.util.find_spec("pyarrow") is None:
        return None
    import pyarrow as pa
    import pyarrow.csv as arrow

    text = pa.dictionary(pa.int32(), pa.string())
    kinds: dict[str, Any] = {**dict.fromkeys(names, text), number: pa.decimal128(38, _PLACES)}
    try:
        table = arrow.read_csv(
            io.BytesIO(raw),
            arrow.ReadOptions(block_size=1 << 23),
            arrow.ParseOptions(delimiter=delimiter, quote_char=False),
            arrow.ConvertOptions(
                column_types=kinds,
                include_columns=[*names, number],
                null_values=_NULL,
                strings_can_be_null=False,
            ),
        )
    except (pa.ArrowInvalid, pa.ArrowKeyError):
        return None
    table = table.unify_dictionaries().combine_chunks()
    found, codes = [], []
    for name in names:
        column = table.column(name)
        if not column.num_chunks:
            return None
        chunk = column.chunk(0)
        known: dict[str, int] = {}
        places = [known.setdefault(x.strip(), len(known)) for x in chunk.dictionary.to_pylist()]
        if "" in known:
            return None
        found.append(list(known))
        codes.append(np.array(places, dtype=np.int64)[chunk.indices.to_numpy()])
    decimals = table.column(number).chunk(0)
    missing = decimals.is_null().to_numpy(zero_copy_only=False)
    halves = np.frombuffer(decimals.buffers()[1], dtype="<i8")[2 * decimals.offset :]
    halves = halves[: 2 * len(decimals)].reshape(-1, 2)
    numbers = np.where(missing, 0, halves[:, 0])
    if not np.array_equal(np.where(missing, 0, halves[:, 1]), numbers >> 63):
        return None
    digits = _PLACES
    while digits and not (numbers % 10).any():
        numbers, digits = numbers // 10, digits - 1
    return PlainColumns(found, codes, numbers, missing, digits)
