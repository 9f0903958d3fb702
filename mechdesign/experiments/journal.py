"""The file of a sweep: a header, then one line of JSON for every finished run."""

from __future__ import annotations

import functools
import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

import mechdesign
from mechdesign.errors import InvalidInputError
from mechdesign.experiments.run import Run
from mechdesign.io.documents import checked_line, line_of, parse_document
from mechdesign.model import SCHEMA_VERSION, decode, encode

__all__ = ["Journal", "header", "installed", "seed_document"]

_KIND = "mechdesign sweep"


@functools.cache
def installed() -> dict[str, str]:
    """The versions that random numbers and results may depend on."""
    found = {"python": platform.python_version(), "mechdesign": mechdesign.__version__}
    return found | {name: metadata.version(name) for name in ("numpy", "scipy")}


def seed_document(entropy: int | tuple[int, ...], spawn_key: tuple[int, ...]) -> dict[str, Any]:
    """A seed as JSON has it."""
    plain = list(entropy) if isinstance(entropy, tuple) else entropy
    return {"entropy": plain, "spawn_key": list(spawn_key)}


def header(function: str, seed: dict[str, Any], cells: int, grid: str) -> dict[str, Any]:
    """The first line of a file: what makes a sweep the same sweep, and the versions of packages."""
    return {
        "schema": SCHEMA_VERSION,
        "kind": _KIND,
        "function": function,
        "seed": seed,
        "cells": cells,
        "grid": grid,
        "packages": installed(),
    }


@dataclass
class Journal:
    """The finished runs on disk.

    Parameters
    ----------
    path : Path
        The file.
    head : dict
        Its header.
    runs : dict of (cell, replication) to Run
        What was read.
    decisions : list of str
        What was noticed: a torn line, other versions of packages.

    Notes
    -----
    A line is written by a single call, so that a killed process leaves at most one torn line at
    the end; it is dropped when the sweep goes on.  One process at a time may write to a file.
    """

    path: Path
    head: dict[str, Any]
    runs: dict[tuple[int, int], Run] = field(default_factory=dict)
    decisions: list[str] = field(default_factory=list)
    _kept: int = 0
    _length: int = 0
    _packages: dict[str, str] | None = None

    @classmethod
    def open(cls, path: Any, expected: Mapping[str, object] | None = None) -> Journal:
        """Read a file; nothing is written yet.

        Parameters
        ----------
        path : path
            Need not exist if `expected` is given.
        expected : dict, optional
            The header that the file must agree with.

        Raises
        ------
        InvalidInputError
            If the file cannot be used, with the reason.
        """
        try:
            where = Path(path)
        except TypeError:
            raise InvalidInputError("path", "be a path", path) from None
        if where.is_dir():
            raise InvalidInputError("path", "be a file, not a folder", str(path))
        if expected is not None and not where.parent.is_dir():
            raise InvalidInputError("path", "be in a folder that exists", str(path))
        if expected is None and not where.is_file():
            raise InvalidInputError("path", "be an existing file", str(path))
        content = where.read_bytes() if where.exists() else b""
        torn_header = b"\n" not in content and expected is not None
        if torn_header and line_of(expected or {}).startswith(content):
            return cls(where, dict(expected or {}), _length=len(content))
        lines = content.split(b"\n")
        found = cls(where, _read_header(lines[0], str(path)))
        if expected is not None:
            found._compare(expected)
        found._read(lines[1:], str(path))
        found._kept, found._length = len(content) - len(lines[-1]), len(content)
        if lines[-1]:
            found.decisions.append("dropped the torn last line of the file")
        return found

    def append(self, run: Run) -> None:
        """Write one run behind the others, and before the first one what must come before it."""
        text = b""
        if self._kept == 0:
            text = line_of(self.head)
            self._packages = self.head["packages"]
        elif self._packages != installed():
            # Lines below this one come from other versions than those above it.
            self._packages = installed()
            text = line_of({"packages": self._packages})
        text += line_of(
            {
                "cell": run.cell,
                "replication": run.replication,
                "parameters": {name: encode(value) for name, value in run.parameters.items()},
                "values": {name: encode(value) for name, value in run.values.items()},
                "key": list(run.key),
            }
        )
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
        file = os.open(self.path, flags, 0o666)
        try:
            if os.fstat(file).st_size != self._length:
                raise InvalidInputError(
                    "path", "be written by one process at a time", str(self.path)
                )
            os.ftruncate(file, self._kept)
            if os.write(file, text) < len(text):
                raise OSError(f"no room to write to {self.path}")
        finally:
            os.close(file)
        self._kept = self._length = self._kept + len(text)
        self.runs[run.cell, run.replication] = run

    def _compare(self, expected: Mapping[str, object]) -> None:
        for name in ("function", "seed", "cells", "grid"):
            if self.head.get(name) != expected[name]:
                what = "hash of the grid" if name == "grid" else name
                there, here = (str(head.get(name)) for head in (self.head, expected))
                if name == "grid":
                    there, here = there[:12], here[:12]
                raise InvalidInputError(
                    "path",
                    f"hold the runs of this sweep, but the {what} of the file differs: "
                    f"{there} there, {here} here",
                    str(self.path),
                )

    def _read(self, lines: list[bytes], name: str) -> None:
        self._packages = self.head["packages"]
        # What follows the last end of line is torn, or nothing.
        for number, line in enumerate(lines[:-1], 2):
            try:
                data = checked_line(line, number, name)
                if "packages" in data:
                    self._packages = dict(data["packages"])
                    continue
                run = Run(
                    data["cell"],
                    {key: decode(value) for key, value in data["parameters"].items()},
                    data["replication"],
                    {key: decode(value) for key, value in data["values"].items()},
                    tuple(data["key"]),
                )
                if not 0 <= run.cell < self.head["cells"] or run.replication < 0:
                    raise ValueError("no such run")
            except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError) as error:
                if isinstance(error, InvalidInputError) and "checksums" in str(error):
                    raise
                raise InvalidInputError(
                    "path", f"have a run in line {number} ({type(error).__name__}: {error})", name
                ) from None
            if self.runs.setdefault((run.cell, run.replication), run) != run:
                raise InvalidInputError(
                    "path", f"not have another result of the same run in line {number}", name
                )
        if self._packages != installed():
            told = ", ".join(f"{key} {value}" for key, value in (self._packages or {}).items())
            self.decisions.append(f"the last runs of the file come from {told}")


def _read_header(line: bytes, name: str) -> dict[str, Any]:
    try:
        head = parse_document(line, name, decimals=float)
        if head["kind"] != _KIND or not isinstance(head["packages"], dict):
            raise ValueError
        int(head["cells"])
    except (ValueError, KeyError, TypeError):
        raise InvalidInputError("path", "be the file of a sweep", name) from None
    if head.get("schema") != SCHEMA_VERSION:
        raise InvalidInputError("path", f"have schema {SCHEMA_VERSION}", head.get("schema"))
    return checked_line(line, 1, name)
