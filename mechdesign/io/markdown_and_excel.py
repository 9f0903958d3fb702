"""Tables as Markdown shows them, and the first sheet of an Excel workbook."""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Sequence
from typing import Any

from mechdesign.errors import InvalidInputError, SolverUnavailableError
from mechdesign.io.grids import Grid, below_titles

__all__ = ["markdown_records", "read_excel", "without_markup"]

_RULE = re.compile(r"^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$")
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>|\*\*|(?<!\w)__|__(?!\w)|`|~~")
# Behind a name: a dagger, the number of a reference or of a footnote.
_NOTE = re.compile(r"(?:\s*(?:[†‡§¶*⁰¹²³⁴-⁹]|\[\^?\d+\]|\^\{?\w\}?))+$")
# More cells than this are no table that somebody typed.
_CELLS = 5_000_000


def markdown_records(text: str) -> tuple[list[list[str]], list[int], list[int]] | None:
    r"""The cells of the first Markdown table of a text and their lines; None if there is none.

    Then the lines at which further tables begin.

    Examples
    --------
    >>> markdown_records("| a | b |\n|---|--:|\n| x | 1 |")
    ([['a', 'b'], ['x', '1']], [1, 3], [])
    """
    listed = text.splitlines()
    heads = [
        k
        for k in range(1, len(listed))
        if "|" in listed[k]
        and _RULE.match(listed[k])
        and "|" in listed[k - 1]
        and len(_cells(listed[k])) == len(_cells(listed[k - 1]))
    ]
    for k in heads[:1]:
        records, lines = [_cells(listed[k - 1])], [k]
        for number, line in enumerate(listed[k + 1 :], k + 2):
            if "|" not in line:
                break
            records.append(_cells(line))
            lines.append(number)
        return records, lines, [head for head in heads if head > lines[-1]]
    return None


def _cells(line: str) -> list[str]:
    inner = line.strip().removeprefix("|")
    inner = inner[:-1] if inner.endswith("|") and not inner.endswith(r"\|") else inner
    return [part.replace(r"\|", "|").strip() for part in re.split(r"(?<!\\)\|", inner)]


def without_markup(
    header: Sequence[str], rows: Sequence[Sequence[str]]
) -> tuple[list[str], tuple[tuple[str, ...], ...]]:
    """Cells without bold, links and tags; names without notes where they stay distinct."""
    names = [_text(name) for name in header]
    cells = [[_text(cell) for cell in row] for row in rows]
    for k in range(len(names)):
        if any(re.match(r"[+-]?[\d.]", row[k]) for row in cells):
            continue
        short = [_NOTE.sub("", row[k]) for row in cells]
        if len(set(short)) == len({row[k] for row in cells}) and all(short):
            for row, name in zip(cells, short, strict=True):
                row[k] = name
    return names, tuple(map(tuple, cells))


def _text(cell: str) -> str:
    shown = re.sub(r"!?\[([^\[\]]*)\]\([^()]*\)", r"\1", cell)
    shown = re.sub(r"^([*_])(.+)\1$", r"\2", _MARKUP.sub("", shown).strip())
    return " ".join(shown.split())


def read_excel(content: bytes, source: str) -> Grid:
    """Read the first sheet of an Excel workbook.

    Parameters
    ----------
    content : bytes
        Of an .xlsx file.
    source : str
        For messages.

    Raises
    ------
    InvalidInputError
        If it is no workbook, its first sheet has no table, or names a formula without a value.
    SolverUnavailableError
        If openpyxl is not installed.
    """
    try:
        import openpyxl
    except ImportError:
        raise SolverUnavailableError("openpyxl", "frames", "reading Excel files") from None
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheets = book.sheetnames
        sheet = book[sheets[0]]
        if (sheet.max_row or 0) * (sheet.max_column or 0) > _CELLS:
            raise InvalidInputError("path", f"have at most {_CELLS} cells", source)
        found = [
            (number, [_value(cell) for cell in row])
            for number, row in enumerate(sheet.iter_rows(values_only=True), 1)
        ]
        empty = {(i, k) for i, row in found for k, cell in enumerate(row) if cell is None}
        if empty:
            formulas = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
            _refuse_formulas(formulas[sheets[0]], empty, source)
    except InvalidInputError:
        raise
    except Exception as error:  # openpyxl raises what zip and XML raise
        raise InvalidInputError("path", f"be an Excel workbook ({error})", source) from None
    found = [(number, row) for number, row in found if any(c not in (None, "") for c in row)]
    if len(found) < 2:
        raise InvalidInputError("path", "have rows below its header", source)
    width = max(k + 1 for _, row in found for k, c in enumerate(row) if c not in (None, ""))
    rows = [(row + [None] * width)[:width] for _, row in found]
    told = [f"read the first sheet, `{sheets[0]}`"]
    if len(sheets) > 1:
        told.append(f"other sheets were not read: {', '.join(sheets[1:])}")
    texts = [["" if cell is None else str(cell).strip() for cell in row] for row in rows[:5]]
    kept, numbers = below_titles(texts, [number for number, _ in found], told)
    gone = len(texts) - len(kept)
    body = tuple(map(tuple, rows[gone + 1 :]))
    return Grid(tuple(kept[0]), body, source, tuple(numbers[1:]), tuple(told))


def _refuse_formulas(sheet: Any, empty: set[tuple[int, int]], source: str) -> None:
    """Refuse formulas without a value, which nobody has calculated."""
    for i, row in enumerate(sheet.iter_rows(), 1):
        for k, cell in enumerate(row):
            if (i, k) in empty and cell.data_type == "f":
                where = f"{cell.value} in {cell.coordinate} of {source}"
                constraint = "hold values beside its formulas (save it in a spreadsheet first)"
                raise InvalidInputError("path", constraint, where)


def _value(cell: object) -> Any:
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, (datetime.date, datetime.time, datetime.timedelta)):
        return str(cell)
    # A sheet holds floats; their shortest decimal is what was typed.
    return repr(cell) if isinstance(cell, float) else cell
