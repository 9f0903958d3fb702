"""A table of text as it was found, and what one of its cells says."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from dataclasses import field
from fractions import Fraction
from typing import Any

import numpy as np

from mechdesign.arrays import FloatArray
from mechdesign.errors import InvalidInputError
from mechdesign.model.numbers import Number, as_number, tidy
from mechdesign.records import dataclass

__all__ = ["Grid"]

#: Spellings of a missing score, in lower case.
MISSING = frozenset({"", "-", "--", "–", "—", "na", "n/a", "nan", "none", "null", "?", "*", "tbd"})
#: What a letter after a count stands for, as in 7B parameters.
COUNTS = {"k": 10**3, "m": 10**6, "b": 10**9, "t": 10**12}
#: Units of time, in which less is better.
TIMES = frozenset({"ns", "us", "µs", "ms", "s", "sec", "min", "h", "hrs", "hours"})

#: Scores are below it, so that floats hold their sums.
_MOST = 10**300
_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE](?:[+-]?[0-2]?\d{1,2}|-30[0-7]))?"
_ONE = re.compile(rf"^({_NUMBER})$")
_PAIR = re.compile(rf"^({_NUMBER}|-|nan|)\s*/\s*({_NUMBER}|-|nan|)$", re.IGNORECASE)
_DIGITS_ONLY = re.compile(r"^[+-]?\d{1,18}$")
_MARKUP = re.compile(r"</?(?:b|i|u|s|em|strong|sup|sub|small|span|mark|td|font)\b[^<>]*>|\*\*|`|~~")
_MARKS = (
    r"(?:[*=†‡§¶↑↓▲▼⬆⬇️🥇🥈🥉⁰¹²³⁴-⁹ᵃ-ᵛ]|\^\{?[a-zA-Z*†‡]{1,2}\}?|±.*|\+/-.*"
    r"|\([^()]*\)|\[[^\[\]]*\]|\s)*"
)
_UNIT = (
    r"%|pp|pts?|[nuµm]?s|sec|min|h|hrs|hours|[kKMGT]i?B|k?Wh?|kg|g|dB|fps|x|×|px|"
    r"[kKMBT](?![a-zA-Z])"
)
_MARKED = re.compile(rf"^[*†‡~≈\s]*([$€£]?)\s*({_NUMBER})\s*({_UNIT})?{_MARKS}$")
_GROUPED = re.compile(r"(?<![\d.,])(\d{1,3}(?:[ \u00a0\u202f'’]\d{3})+)(?!\d)")
_MINUS = re.compile(r"[\u2212\u2012\u2013\uff0d](?=[\d.])")
_COMMAS = re.compile(r"^[^\d]{0,4}?(\d{1,3}(?:,\d{3})+)(\.\d+)?(?![\d,.])")
_DECIMAL_COMMA = re.compile(r"^[^\d]{0,4}?(\d{1,3}(?:\.\d{3})+|\d+),(\d+)(?![\d,.])")
_POINT = re.compile(r"^[^\d]{0,4}?\d+\.(?:\d{1,2}|\d{4,})(?![\d,.])")

#: A parsed cell: numbers of its metrics (None where missing), or None where it is text.
Cell = tuple["Number | None", ...] | None


@dataclass(frozen=True)
class Grid:
    """Named columns and rows of cells.

    Parameters
    ----------
    columns : tuple of str
        Stripped names; they may repeat.
    rows : tuple of tuples
        All of the length of `columns`.  Cells are text, numbers or None.
    source : str
        Where it comes from, for messages.
    lines : tuple of int
        The line of each row in the file, for messages.
    decisions : tuple of str
        What had to be decided.
    delimiter : str
        Between the cells of the file, where it has one.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    source: str = "table"
    lines: tuple[int, ...] = ()
    decisions: tuple[str, ...] = field(default=())
    delimiter: str = ""

    def column(self, k: int) -> list[Any]:
        """The cells of one column."""
        return [row[k] for row in self.rows]

    def numbers(self, k: int) -> FloatArray | None:
        """The numbers of a column that is known to hold nothing else, nan where missing."""
        return None

    def line(self, k: int) -> str:
        """How to name a row in a message."""
        return f"line {self.lines[k]}" if self.lines else f"row {k + 1}"


def parse_cell(cell: object, decimal: str = ".") -> tuple[Cell, str]:
    """The metrics in a cell, and what stood around the number and was not counted.

    Decimals are read exactly.

    Parameters
    ----------
    cell : object
        Text, a number or None.
    decimal : {".", ","}
        The decimal mark; the other one separates thousands.

    Returns
    -------
    tuple of numbers, or None
        One number, two for ``94.2/92.3``, ``(None,)`` for a missing one; None for text.
    str
        The unit, ``mark`` for stars, daggers or an error margin, or nothing.

    Examples
    --------
    >>> parse_cell("94.2/92.3")
    ((Fraction(471, 5), Fraction(923, 10)), '')
    >>> parse_cell("n/a"), parse_cell("BERT")
    (((None,), ''), (None, ''))
    >>> parse_cell("**1,203** ms†"), parse_cell("82,5", ",")
    (((1203,), 'ms'), ((Fraction(165, 2),), ''))
    """
    if cell is None:
        return (None,), ""
    if isinstance(cell, (bool, np.bool_)):
        return None, ""
    if not isinstance(cell, str):
        if isinstance(cell, float) and cell != cell:
            return (None,), ""
        try:
            return (as_number(cell, "cell"),), ""
        except InvalidInputError:
            return None, ""
    found, mark = _parse_text(cell, decimal)
    if found and any(value is not None and not -_MOST < value < _MOST for value in found):
        return None, ""
    return found, mark


@functools.lru_cache(1 << 16)  # tables hold the same few thousand numbers again and again
def _parse_text(cell: str, decimal: str) -> tuple[Cell, str]:
    text = cell.strip()
    if _DIGITS_ONLY.match(text):
        return (int(text),), ""
    if text.lower() in MISSING:
        return (None,), ""
    if len(text) > 200 or not any(c.isdigit() for c in text):
        return None, ""
    if _ONE.match(text) and decimal == ".":
        return (_exact(text),), ""
    plain = _plain(text, decimal)
    if _ONE.match(plain):
        return (_exact(plain),), "mark" if _MARKUP.search(text) else ""
    pair = _PAIR.match(plain)
    if pair:
        left, right = (None if p.lower() in MISSING else _exact(p) for p in pair.groups())
        return (left, right), ""
    found = _MARKED.match(plain)
    if found:
        money, number, unit = found.groups()
        value = _exact(number)
        if unit and unit.lower() in COUNTS:
            return (tidy(Fraction(value) * COUNTS[unit.lower()]),), "count"
        return (value,), unit or money or "mark"
    return None, ""


def _plain(text: str, decimal: str) -> str:
    """The text with a point as decimal mark, plain minus signs and nothing between thousands."""
    text = _MINUS.sub("-", _MARKUP.sub("", text)).strip()
    text = _GROUPED.sub(lambda m: re.sub(r"\D", "", m[1]), text)
    pattern = _COMMAS if decimal == "." else _DECIMAL_COMMA
    parts = text.split("/") if "/" in text and "+/-" not in text else [text]
    for k, part in enumerate(parts):
        found = pattern.match(part.strip())
        if found:
            part = part.strip()
            whole, rest = re.sub(r"[.,]", "", found[1]), found[2]
            rest = rest or "" if decimal == "." else f".{rest}"
            parts[k] = part[: found.start(1)] + whole + rest + part[found.end() :]
        elif decimal == "," and re.search(r"\d\.\d", part):
            parts[k] = re.sub(r"(?<=\d)\.(?=\d{3}(?!\d))", "", part)
            if re.search(r"\d\.\d", parts[k]):
                return "text"
    return "/".join(parts)


def decimal_of(grid: Grid, decimal: str | None = None) -> str:
    """The decimal mark of a table: the one that is said, or what its cells say.

    Raises
    ------
    InvalidInputError
        If 1,287 may be either number.
    """
    if decimal not in (None, ".", ","):
        raise InvalidInputError("decimal", "be '.' or ','", decimal)
    mark = decimal or decimal_mark((c for row in grid.rows for c in row), grid.delimiter)
    if mark is not None:
        return mark
    shown = next(
        c for row in grid.rows for c in row if isinstance(c, str) and re.search(r"\d,\d{3}\b", c)
    )
    raise InvalidInputError(
        "decimal",
        "be said ('.' or ',', --decimal): commas may be decimal marks or separate thousands",
        shown,
        owner=grid.source,
    )


def decimal_mark(cells: Iterable[object], delimiter: str) -> str | None:
    """The decimal mark of a file's cells; None where 1,287 may be either number.

    Parameters
    ----------
    cells : iterable
        Text, or anything else.
    delimiter : str
        Between the cells of the file: a semicolon says that commas are not between thousands.
    """
    comma = unsure = False
    for cell in cells:
        if not isinstance(cell, str) or len(cell) > 200 or not ("," in cell or "." in cell):
            continue
        text = _MINUS.sub("-", _MARKUP.sub("", cell)).strip()
        grouped = _COMMAS.match(text)
        if _POINT.match(text) or (grouped and (grouped[2] or grouped[1].count(",") > 1)):
            return "."
        found = _DECIMAL_COMMA.match(text)
        if found and (not grouped or found[1].lstrip("0") == "" or "." in found[1]):
            comma = True
        elif grouped:
            unsure = True
    return "," if comma else None if unsure and delimiter == ";" else "."


def _exact(text: str) -> Number:
    return tidy(Fraction(text))


def below_titles(
    records: list[list[str]], lines: list[int], told: list[str]
) -> tuple[list[list[str]], list[int]]:
    """The records without a line or two above the header that hold a title, and not names."""
    for _ in range(2):
        if len(records) < 3:
            break
        first, second = ([cell.strip() for cell in record] for record in records[:2])
        filled = [cell for cell in first if cell]
        widths = {len(record) for record in records[1:]}
        # A title is a word or two at the start of a line, above names of many columns.
        title = len(filled) <= 2 and first[: len(filled)] == filled and bool(is_text(first[0]))
        names = sum(map(bool, second)) >= max(2, len(filled)) and not any(map(is_number, second))
        if not title or not names or widths != {len(second)} or len(second) < len(filled) + 2:
            break
        told.append(f"line {lines[0]} is a title: {' '.join(filled)}")
        records, lines = records[1:], lines[1:]
    return records, lines


def is_text(cell: str) -> bool:
    """Whether a cell holds something that is no number."""
    return bool(cell.strip()) and not is_number(cell)


def is_number(cell: str) -> bool:
    """Whether a cell holds a plain number."""
    try:
        float(cell)
    except ValueError:
        return False
    return True
