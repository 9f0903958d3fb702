"""A plain table of results, written as text, CSV, LaTeX, HTML, JSON or a data frame."""

from __future__ import annotations

import io
import itertools
import re
import sys
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from mechdesign.errors import InvalidInputError, SolverUnavailableError
from mechdesign.model.numbers import show
from mechdesign.model.serialize import SCHEMA_VERSION, encode
from mechdesign.records import dataclass

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Table"]

_NARROWEST = 16
#: Letters of a fraction that a reader takes in.
_LONGEST = 21
# What a spreadsheet computes instead of showing it; signed numbers and a lone dash are none.
_FORMULA = r"[=+\-@\t\r]."
_NUMBER = r"(?i)[+-]?[\d.]+(e[+-]?\d+|/\d+)?%?( \(.*\))?"

_LATEX = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}


@dataclass(frozen=True)
class Table:
    """Rows of named columns; every tabular result of the package is one.

    Parameters
    ----------
    columns : sequence of str
        Distinct names.
    rows : sequence of sequences
        One value for each column.
    title : str
        Caption.
    notes : sequence of str
        Lines to print below the table.

    Examples
    --------
    >>> print(Table(["rule", "cost"], [["borda", 46], ["kemeny", Fraction(81, 2)]]))
    rule    cost
    ------  ----
    borda   46
    kemeny  81/2

    Fractions of more than 21 letters are shown as decimals after ``~``; JSON and CSV are exact.
    """

    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    title: str = ""
    notes: Sequence[str] = field(default=())

    def __post_init__(self) -> None:
        object.__setattr__(self, "columns", tuple(str(name) for name in self.columns))
        object.__setattr__(self, "rows", tuple(tuple(row) for row in self.rows))
        object.__setattr__(self, "notes", tuple(self.notes))
        if len(set(self.columns)) != len(self.columns):
            raise InvalidInputError("columns", "be distinct", self.columns, owner="Table")
        for k, row in enumerate(self.rows):
            if len(row) != len(self.columns):
                raise InvalidInputError(
                    f"rows[{k}]", f"have {len(self.columns)} values", row, owner="Table"
                )

    @classmethod
    def from_records(
        cls, records: Iterable[Mapping[str, object]], title: str = "", notes: Sequence[str] = ()
    ) -> Table:
        """A table of dicts that share their keys.

        Examples
        --------
        >>> Table.from_records([{"a": 1, "b": 2}]).columns
        ('a', 'b')
        """
        listed = list(records)
        columns = list(listed[0]) if listed else []
        return cls(columns, [[record[name] for name in columns] for record in listed], title, notes)

    def __len__(self) -> int:
        """The number of rows."""
        return len(self.rows)

    def column(self, name: str) -> list[Any]:
        """The values of one column.

        Raises
        ------
        InvalidInputError
            If there is no such column.
        """
        if name not in self.columns:
            raise InvalidInputError("name", f"be one of {', '.join(self.columns)}", name)
        k = list(self.columns).index(name)
        return [row[k] for row in self.rows]

    def to_text(self, width: int | None = None) -> str:
        """The table in aligned columns.

        Parameters
        ----------
        width : int, optional
            Columns of text are folded where lines would be longer, down to 16 letters each; by
            default the width of the terminal, and no limit where nothing is printed on one.
        """
        import shutil

        cells = [[_text(value) for value in row] for row in self.rows]
        widths = [
            max([len(name), *(len(row[k]) for row in cells)]) for k, name in enumerate(self.columns)
        ]
        if width is None and sys.stdout is not None and sys.stdout.isatty():
            width = shutil.get_terminal_size().columns
        if width is not None:
            widths = _narrowed(widths, width)
        lines = [self.title] if self.title else []
        lines += _folded(self.columns, widths)
        lines.append(_line(["-" * width for width in widths], widths))
        for row in cells:
            lines += _folded(row, widths)
        lines += list(self.notes)
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.to_text()

    def to_csv(self, path: str | Path | None = None) -> str:
        """The table as CSV text, also written to `path` where one is given.

        Fractions are written as ``1/3`` and read back exactly.  Text that a spreadsheet would take
        for a formula, such as ``=1+1``, begins with an apostrophe.
        """
        import csv
        from pathlib import Path

        buffer = io.StringIO()
        writer = csv.writer(buffer, lineterminator="\n")
        writer.writerow([_plain(name) for name in self.columns])
        writer.writerows([_plain(value) for value in row] for row in self.rows)
        text = buffer.getvalue()
        if path is not None:
            Path(path).write_text(text, encoding="utf-8")
        return text

    def to_latex(self) -> str:
        r"""The table as a LaTeX ``tabular`` with ``booktabs`` rules."""
        lines = [r"\begin{tabular}{" + "l" * len(self.columns) + "}", r"\toprule"]
        lines.append(" & ".join(_escape(name) for name in self.columns) + r" \\")
        lines.append(r"\midrule")
        lines += [" & ".join(_escape(_text(value)) for value in row) + r" \\" for row in self.rows]
        lines += [r"\bottomrule", r"\end{tabular}"]
        return "\n".join(lines)

    def to_markdown(self) -> str:
        r"""The table as a Markdown (GitHub) table, with its title above and its notes below.

        Examples
        --------
        >>> print(Table(["rule", "cost"], [["a|b", 46]]).to_markdown())
        | rule | cost |
        |---|---|
        | a\|b | 46 |
        """
        lines = [f"**{_markdown(self.title)}**", ""] if self.title else []
        lines.append("| " + " | ".join(map(_markdown, self.columns)) + " |")
        lines.append("|" + "---|" * len(self.columns))
        lines += ["| " + " | ".join(_markdown(_text(v)) for v in row) + " |" for row in self.rows]
        if self.notes:
            lines += ["", *map(_markdown, self.notes)]
        return "\n".join(lines)

    def to_html(self) -> str:
        """The table as an HTML fragment."""
        import html

        head = "".join(f"<th>{html.escape(name)}</th>" for name in self.columns)
        body = "".join(
            "<tr>" + "".join(f"<td>{html.escape(_text(v))}</td>" for v in row) + "</tr>"
            for row in self.rows
        )
        caption = f"<caption>{html.escape(self.title)}</caption>" if self.title else ""
        notes = "".join(f"<p>{html.escape(note)}</p>" for note in self.notes)
        return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{notes}"

    _repr_html_ = to_html

    def to_frame(self) -> Any:
        """The table as a ``pandas.DataFrame``.

        Raises
        ------
        SolverUnavailableError
            If pandas is not installed.
        """
        try:
            import pandas as pd
        except ImportError:
            raise SolverUnavailableError("pandas", "frames", "Table.to_frame") from None
        return pd.DataFrame([list(row) for row in self.rows], columns=list(self.columns))

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON: title, columns, rows and notes."""
        return {
            "schema": SCHEMA_VERSION,
            "title": self.title,
            "columns": list(self.columns),
            "rows": [[_json(value) for value in row] for row in self.rows],
            "notes": list(self.notes),
        }


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def _folded(cells: Sequence[str], widths: Sequence[int]) -> list[str]:
    """A row as one line, or as several where cells are wider than their columns."""
    parts = [
        textwrap.wrap(cell, width) if len(cell) > width else [cell]
        for cell, width in zip(cells, widths, strict=True)
    ]
    return [_line(line, widths) for line in itertools.zip_longest(*parts, fillvalue="")]


def _narrowed(widths: Sequence[int], limit: int) -> list[int]:
    """The widths with the widest ones cut alike, so that a line fits if that is possible."""
    room = limit - 2 * (len(widths) - 1)
    cap = max(widths, default=0)
    while cap > _NARROWEST and sum(min(width, cap) for width in widths) > room:
        cap -= 1
    return [min(width, cap) for width in widths]


def _text(value: object) -> str:
    if value is None:
        return ""
    text = show(value)
    # A long fraction says less than its size; JSON and CSV have it exactly.
    if isinstance(value, Fraction) and len(text) > _LONGEST:
        return f"~{Decimal(value.numerator) / value.denominator:.6g}"
    return text


def _plain(value: object) -> Any:
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, str) and re.match(_FORMULA, value) and not re.fullmatch(_NUMBER, value):
        return f"'{value}"
    return value


def _json(value: object) -> Any:
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return str(value) if isinstance(value, Fraction) else encode(value)


def _markdown(text: str) -> str:
    """Text that Markdown shows as it is, on one line."""
    return re.sub(r"([\\`*_\[\]<>|&])", r"\\\1", " ".join(text.split()))


def _escape(text: str) -> str:
    return "".join(_LATEX.get(character, character) for character in text)
