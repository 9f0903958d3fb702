"""The bytes of a file and their text: one place that bounds how much is read."""

from __future__ import annotations

import sys
from os import PathLike
from typing import TYPE_CHECKING, BinaryIO

from mechdesign.errors import InvalidInputError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["as_path", "decode", "read_bytes", "read_standard_input"]

#: Beyond this many bytes a file is refused: it may have no end.
LIMIT = 1 << 28


def as_path(path: object) -> Path:
    """A path as one.

    Raises
    ------
    InvalidInputError
        If it is none.
    """
    from pathlib import Path

    if not isinstance(path, (str, PathLike)):
        raise InvalidInputError("path", "be a path", path)
    return Path(path)


def read_bytes(path: str | PathLike[str]) -> bytes:
    """The content of a file.

    Raises
    ------
    InvalidInputError
        If there is no such file, it is a folder, cannot be read, or does not end within 256 MB.
    """
    file = as_path(path)
    try:
        folder, there = file.is_dir(), file.exists()
    except (OSError, ValueError):  # a name that is too long, or holds a zero byte
        folder = there = False
    if folder:
        raise InvalidInputError("path", "be an existing file, not a folder", str(path))
    if not there:
        raise InvalidInputError("path", "be an existing file", str(path))
    try:
        with file.open("rb") as stream:
            return _bounded(stream, str(path))
    except OSError as error:
        raise InvalidInputError("path", f"be readable ({error.strerror})", str(path)) from None


def read_standard_input() -> bytes:
    """What comes on standard input.

    Raises
    ------
    InvalidInputError
        If it does not end within 256 MB.
    """
    return _bounded(sys.stdin.buffer, "standard input")


def _bounded(stream: BinaryIO, name: str) -> bytes:
    content = stream.read(LIMIT + 1)
    if len(content) > LIMIT:
        raise InvalidInputError("path", f"end within {LIMIT >> 20} MB", name)
    return content


def decode(raw: bytes, name: str) -> tuple[str, tuple[str, ...]]:
    """The text of a file, and what had to be decided about its encoding."""
    if not raw.strip():
        raise InvalidInputError("path", "be a table, not an empty file", name)
    told: tuple[str, ...] = ()
    try:
        if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
            text, told = raw.decode("utf-16"), ("the file is UTF-16",)
        else:
            text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        if b"\x00" in raw:
            raise InvalidInputError("path", "be a text file", f"binary data in {name}") from None
        try:
            text, told = raw.decode("cp1252"), ("the file is not UTF-8: read as Windows-1252",)
        except UnicodeDecodeError:
            raise InvalidInputError("path", "be a text file", f"binary data in {name}") from None
    if any(ord(c) < 9 or 13 < ord(c) < 32 for c in text[:100_000]) or "\x00" in text:
        raise InvalidInputError("path", "be a text file", f"binary data in {name}")
    return text, told
