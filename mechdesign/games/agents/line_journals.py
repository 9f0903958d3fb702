"""A file of JSON lines with checksums that a killed run leaves usable: a header, then entries."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from mechdesign.errors import InvalidInputError
from mechdesign.io.documents import checked_line, line_of
from mechdesign.io.files import as_path


class LineJournal:
    """What a long computation has found so far, on disk.

    Parameters
    ----------
    path : path
        Made where it does not exist, in a folder that does.
    head : mapping
        Says what the entries belong to; the first line.  A file with another one is refused.

    Attributes
    ----------
    entries : list of dict
        Those of an earlier run.  A line that a killed run did not finish is none.

    Raises
    ------
    InvalidInputError
        If the file is another one, or a line was changed.
    """

    def __init__(self, path: Any, head: Mapping[str, Any]) -> None:
        self.path = as_path(path)
        if self.path.is_dir() or not self.path.parent.is_dir():
            raise InvalidInputError("journal", "be a file in a folder that exists", str(path))
        self._head = dict(head)
        content = self.path.read_bytes() if self.path.exists() else b""
        lines = content.split(b"\n")
        expected = line_of(self._head)
        if len(lines) == 1 and not expected.startswith(content):
            raise InvalidInputError("journal", "be one of this package", str(path))
        if len(lines) > 1:
            self._compare(read_line(lines[0], 1, str(path)))
        self.entries = [
            read_line(line, number, str(path)) for number, line in enumerate(lines[1:-1], 2)
        ]
        self._kept, self._length = len(content) - len(lines[-1]), len(content)

    def append(self, entry: Mapping[str, object]) -> None:
        """Write one more line, synced; before the first one the header.

        Raises
        ------
        InvalidInputError
            If somebody else writes to the file.
        """
        text = (line_of(self._head) if self._kept == 0 else b"") + line_of(entry)
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
        file = os.open(self.path, flags, 0o666)
        try:
            if os.fstat(file).st_size != self._length:
                told = "be written by one process at a time"
                raise InvalidInputError("journal", told, str(self.path))
            os.ftruncate(file, self._kept)
            if os.write(file, text) < len(text):
                raise OSError(f"no room to write to {self.path}")
            os.fsync(file)
        finally:
            os.close(file)
        self._kept = self._length = self._kept + len(text)

    def _compare(self, found: Mapping[str, object]) -> None:
        # Through the text, as the file has it.
        here = read_line(line_of(self._head).rstrip(b"\n"), 1, str(self.path))
        for word in dict.fromkeys((*here, *found)):
            if here.get(word) != found.get(word):
                told = f"be about this run, but its {word} differs: {found.get(word)!s:.60} there"
                raise InvalidInputError("journal", told, str(here.get(word))[:60])


def read_line(line: bytes, number: int, name: str) -> dict[str, Any]:
    """What a line says; see :func:`mechdesign.io.documents.checked_line`."""
    try:
        return checked_line(line, number, name)
    except InvalidInputError as error:
        raise InvalidInputError("journal", error.constraint, name) from None


def read_entries(path: object) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The header and the entries of a file, finished or not."""
    file = as_path(path)
    if not file.is_file():
        raise InvalidInputError("path", "be an existing file", str(path))
    lines = file.read_bytes().split(b"\n")[:-1]
    if not lines:
        raise InvalidInputError("path", "have a header and entries", str(path))
    found = [read_line(line, k, file.name) for k, line in enumerate(lines, 1)]
    return found[0], found[1:]
