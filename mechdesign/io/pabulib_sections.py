"""The sections of a pabulib file as rows of text, each with the number of its line."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from mechdesign.errors import InvalidInputError

__all__ = ["SECTIONS", "FileError", "Section", "sections"]

SECTIONS = ("META", "PROJECTS", "VOTES")
Row = tuple[str, ...]


@dataclass(frozen=True)
class FileError:
    """Makes the errors of one file.

    Parameters
    ----------
    name : str
        Of the file.
    """

    name: str

    def __call__(self, line: int, constraint: str, value: object) -> InvalidInputError:
        """The error of a line."""
        return InvalidInputError(f"{self.name}, line {line}", constraint, value)


@dataclass
class Section:
    """A section: its header, its rows, and the numbers of their lines."""

    header: Row = ()
    header_line: int = 0
    rows: list[Row] = field(default_factory=list)
    lines: Sequence[int] = field(default_factory=list)

    def add(self, row: Row, line: int) -> None:
        """Take the next row; the first one is the header."""
        width = len(self.header)
        if row[0].lstrip().startswith("#") and (not width or len(row) < width):
            return  # a comment
        if not width:
            self.header, self.header_line = _trimmed(row, 1), line
            return
        assert isinstance(self.lines, list)
        self.rows.append(row if len(row) == width else _trimmed(row, width))
        self.lines.append(line)

    def extend(self, lines: list[str], first: int) -> None:
        """Take all lines that are left, which have no quotation marks."""
        while lines and not lines[-1].strip():
            lines.pop()
        rows = [tuple(line.split(";")) for line in lines]
        if not self.rows and set(map(len, rows)) <= {len(self.header)}:
            # Nearly all files: nothing to look at line by line.
            self.rows, self.lines = rows, range(first, first + len(rows))
            return
        for number, row in enumerate(rows, first):
            if not _blank(row):
                self.add(row, number)


def sections(text: str, error: FileError) -> dict[str, Section]:
    r"""Split a file into its three sections.

    Parameters
    ----------
    text : str
        The whole file.
    error : FileError
        For its errors.

    Raises
    ------
    InvalidInputError
        With the line number, on missing sections and quotation marks that are not closed.

    Notes
    -----
    Blank lines, comments (``#``) and blank fields after the last column, as spreadsheets write
    them, are skipped; names of sections may be in lower case.

    Examples
    --------
    >>> found = sections("META\nkey;value\na;1\nPROJECTS\nid\n1\nVOTES\nid\n2\n",
    ...                  FileError("x.pb"))
    >>> found["META"].rows, found["VOTES"].lines
    ([('a', '1')], range(9, 10))
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    # Up to the last quotation mark a line of the file need not be a row.
    quoted = text.find("\n", text.rfind('"')) if '"' in text else -1
    if '"' in text and quoted < 0:
        quoted = len(text)
    head, tail = text[: quoted + 1], text[quoted + 1 :].split("\n")
    found: dict[str, Section] = {}
    last = 0
    for row, number in _quoted_rows(head, error):
        last = number
        _take(found, row, number, error)
    start = head.count("\n") + 1
    for place, line in enumerate(tail):
        if len(found) == len(SECTIONS) and found[SECTIONS[-1]].header:
            found[SECTIONS[-1]].extend(tail[place:], start + place)
            break
        row = tuple(line.split(";"))
        if not _blank(row):
            last = start + place
            _take(found, row, last, error)
    missing = [word for word in SECTIONS if word not in found or not found[word].header]
    if missing:
        raise error(last, f"have a section {missing[0]}", "the end of the file")
    return found


def _quoted_rows(text: str, error: FileError) -> Iterator[tuple[Row, int]]:
    """The rows of a text with quotation marks, blank ones left out, and the numbers of lines."""
    import csv

    number = 0
    for strict in (True, False):
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=strict)
        found: list[tuple[Row, int]] = []
        number = 0
        try:
            for row in rows:
                number = rows.line_num
                if not _blank(row):
                    found.append((tuple(row), number))
        except csv.Error as problem:
            if "end of data" in str(problem):
                raise error(
                    number + 1, "close its quotation mark", text.split("\n")[number]
                ) from None
            if not strict:
                raise error(number + 1, f"be readable ({problem})", "a broken row") from None
            continue  # text behind a closing quotation mark is read as it is
        yield from found
        return


def _take(found: dict[str, Section], row: Row, number: int, error: FileError) -> None:
    """Add a row to the section that it belongs to, or begin the next one."""
    word = row[0].strip()
    alone = len(row) == 1 or _blank(row[1:])
    if alone and word.upper() in SECTIONS:
        word = word.upper()
        if len(found) == len(SECTIONS) or word != SECTIONS[len(found)]:
            raise error(number, f"have the sections {SECTIONS} in order", word)
        found[word] = Section()
    elif found:
        next(reversed(found.values())).add(row, number)
    elif not word.startswith("#"):
        raise error(number, "begin with the section META", row[0])


def _blank(row: Sequence[str]) -> bool:
    return not any(map(str.strip, row))


def _trimmed(row: Row, width: int) -> Row:
    """The row without blank fields behind the last column."""
    while len(row) > width and not row[-1].strip():
        row = row[:-1]
    return row
