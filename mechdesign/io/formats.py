"""The file formats of the package by name: what each holds, how it is read and written."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from os import PathLike
from pathlib import Path
from typing import Any, Literal

from mechdesign.errors import InvalidInputError
from mechdesign.io.ballots.abif import format_abif
from mechdesign.io.ballots.blt import format_blt
from mechdesign.io.ballots.recognition import (
    BALLOT_FORMATS,
    ballot_format,
    format_in,
    read_ballots,
)
from mechdesign.io.documents import as_written, format_json, format_yaml, read_document
from mechdesign.io.files import decode
from mechdesign.io.grids import Grid
from mechdesign.io.json_tables import format_json_table, read_json_table
from mechdesign.io.pabulib import PabulibFile, format_pabulib, read_pabulib
from mechdesign.io.pabulib_json import format_pabulib_json, from_pabulib_document
from mechdesign.io.parquet_tables import format_parquet_table
from mechdesign.io.preflib import KINDS, NO_BALLOTS, Ballots, format_preflib
from mechdesign.io.ranking_lists import format_rankings
from mechdesign.io.score_tables import read_grid
from mechdesign.io.table import Table
from mechdesign.records import dataclass

__all__ = [
    "FORMATS",
    "Format",
    "Kind",
    "Written",
    "content_of",
    "format_of",
    "kind_of",
    "name_in",
    "name_of",
    "preflib_writer",
    "suffix_of",
]

#: What a file may hold.
Kind = Literal["table", "rankings", "election", "bargaining", "verdicts"]


@dataclass(frozen=True)
class Written:
    """What a writer makes.

    Parameters
    ----------
    content : str or bytes
        Of the file.
    lost : tuple of str
        What the format cannot hold, in words.
    """

    content: str | bytes
    lost: tuple[str, ...] = ()


@dataclass(frozen=True)
class Format:
    """One file format for one kind of content.

    Parameters
    ----------
    name : str
        As in ``--from`` and ``--to``.
    kind : Kind
        What it holds.
    suffixes : tuple of str
        Of file names.
    read, write : callable, optional
        ``read(path)`` gives the content, ``write(content)`` a :class:`Written`.
    """

    name: str
    kind: Kind
    suffixes: tuple[str, ...]
    read: Callable[..., Any] | None = None
    write: Callable[[Any], Written] | None = None


def format_of(name: str, kind: Kind) -> Format:
    """The format of that name for that kind of content.

    Raises
    ------
    InvalidInputError
        If there is none.
    """
    known = [one for one in FORMATS if one.kind == kind]
    for one in known:
        if one.name == name:
            return one
    raise InvalidInputError(
        "format", f"be one of {', '.join(one.name for one in known)} for a file of {kind}", name
    )


def content_of(path: str | PathLike[str], kind: Kind) -> Any:
    """The content of a file of that kind, in the format that its name says.

    Raises
    ------
    InvalidInputError
        If the format is only written, or the file cannot be read.
    """
    read = format_of(name_in(path), kind).read
    if read is None:
        raise InvalidInputError("path", "be of a format that is read", Path(path).name)
    return read(Path(path))


def name_in(path: str | PathLike[str]) -> str:
    """The name of the format of an existing file: of ballots in a .csv or .txt by what it holds.

    Raises
    ------
    InvalidInputError
        If the suffix is not known.
    """
    ballots = ballot_format(path)
    return ballots if ballots in BALLOT_FORMATS else name_of(path)


def suffix_of(raw: bytes) -> str:
    """The suffix that a file with this content would have."""
    for head, suffix in ((b"PAR1", ".parquet"), (b"ARROW1", ".feather"), (b"PK", ".xlsx")):
        if raw.startswith(head):
            return suffix
    text = decode(raw, "standard input")[0].strip()
    ballots = format_in(text)
    if ballots:
        return ".csv" if ballots == "scottish" else ".txt" if ballots == "tally" else f".{ballots}"
    if text[0] in "{[":
        return ".jsonl" if text[0] == "{" and "\n{" in text else ".json"
    first = next((line for line in text.splitlines() if line.strip()[:1] not in ("", "#")), "")
    if first.strip().upper() == "META":
        return ".pb"
    return ".md" if first[:1] == "|" else ".yaml" if re.match(r"\w+:(\s|$)", first) else ".csv"


def name_of(path: str | PathLike[str]) -> str:
    """The name of the format that a file name says.

    Raises
    ------
    InvalidInputError
        If the suffix is not known.
    """
    suffix = Path(path).suffix.lower()
    what = NO_BALLOTS.get(suffix[1:])
    if what:
        raise InvalidInputError("path", "hold ballots", f"{Path(path).name} ({what})")
    for one in FORMATS:
        if suffix in one.suffixes:
            return one.name
    known = dict.fromkeys(suffix for one in FORMATS for suffix in one.suffixes)
    raise InvalidInputError("path", f"end in one of {', '.join(known)}", str(path))


def kind_of(path: str | PathLike[str], name: str | None = None) -> Kind:
    """What a file holds: by its format, for JSON by its keys.

    Parameters
    ----------
    path : path
        An existing file.
    name : str, optional
        The name of its format; by default that of its suffix.

    Raises
    ------
    InvalidInputError
        If there is no such file, or its suffix is not known.
    """
    file = Path(path)
    if file.is_dir():
        raise InvalidInputError("path", "be a file, not a folder", str(path))
    if not file.exists():
        raise InvalidInputError("path", "be an existing file", str(path))
    if file.is_file() and not file.stat().st_size:
        raise InvalidInputError("path", "not be an empty file", str(path))
    name = name or name_in(file)
    if name == "json":
        return _kind_of_document(read_document(file, decimals=str, integers=str))
    for one in FORMATS:
        if one.name == name:
            return one.kind
    raise InvalidInputError("format", f"be one of {', '.join(sorted(_names()))}", name)


def _names() -> set[str]:
    return {one.name for one in FORMATS}


def _kind_of_document(document: object) -> Kind:
    if isinstance(document, Mapping):
        if "verdicts" in document or "$object" in document:
            return "verdicts"
        if {"meta", "projects", "votes"} <= set(document):
            return "election"
        if {"packages", "bases"} & set(document):
            return "bargaining"
    return "table"


# ----------------------------------------------------------------------------- tables


def _delimited(delimiter: str, grid: Grid) -> Written:
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator="\n")
    writer.writerow(grid.columns)
    writer.writerows(grid.rows)
    return Written(buffer.getvalue(), _typed(grid))


def _typed(grid: Grid) -> tuple[str, ...]:
    """Which columns hold values that text does not bring back."""
    plain = (str, int, float, type(None))
    odd = [
        name
        for k, name in enumerate(grid.columns)
        if any(isinstance(v, bool) or not isinstance(v, plain) for v in grid.column(k))
    ]
    return (f"the types of {', '.join(odd)}, which become text",) if odd else ()


def _shown(to: Callable[[Table], str], grid: Grid) -> Written:
    rows = [["" if v is None else str(v) for v in row] for row in grid.rows]
    return Written(to(Table(grid.columns, rows)) + "\n", _typed(grid))


# ----------------------------------------------------------------------------- rankings


def _orders(suffix: str, style: Literal["new", "old"], ballots: Ballots) -> Written:
    lost = []
    blank = sum(count for count, order in ballots.orders if not order)
    if blank:
        lost.append(f"{blank} blank ballots")
        filled = tuple((count, order) for count, order in ballots.orders if order)
        ballots = replace(ballots, orders=filled)
    kept = tuple(
        (count, order)
        for count, order in ballots.orders
        if (suffix[0] == "t" or all(len(tier) == 1 for tier in order))
        and (suffix[2] == "i" or sum(map(len, order)) == len(ballots.names))
    )
    left_out = ballots.voters - sum(count for count, _ in kept)
    if left_out:
        what = {"soc": "tied or incomplete", "soi": "tied", "toc": "incomplete"}[suffix]
        lost.append(f"{left_out} of {ballots.voters} voters, whose orders are {what}")
        if not kept:
            raise InvalidInputError("output", f"end in .{ballots.kind} for these orders", suffix)
        ballots = Ballots(ballots.names, kept, ballots.title, ballots.metadata)
    if style == "old" and (ballots.title or ballots.metadata):
        lost.append("the title and the metadata, which the old format has no place for")
    if any(re.search(r"[\n\r]|  |^\s|\s$", name) for name in ballots.names):
        lost.append("line breaks and repeated blanks in names")
    return Written(format_preflib(ballots, style), tuple(lost))


def _named_ballots(to: Callable[[Ballots], str], marks: str, ballots: Ballots) -> Written:
    """Ballots with their candidates' names in marks, which the names cannot hold themselves."""
    names = [re.sub(rf"[{re.escape(marks)}\n\r]", "'", name) for name in ballots.names]
    changed = [a for a, b in zip(ballots.names, names, strict=True) if a != b]
    lost = (f"the marks {marks} in {', '.join(changed)}",) if changed else ()
    return Written(to(replace(ballots, names=tuple(names))), lost)


def preflib_writer(name: str, style: Literal["new", "old"]) -> Callable[[Ballots], Written]:
    """The writer of .soc, .soi, .toc or .toi files in the new or the old format."""
    return partial(_orders, name, style)


# ----------------------------------------------------------------------------- all formats


def _whole(to: Callable[[Any], str | bytes]) -> Callable[[Any], Written]:
    """A writer that loses nothing."""
    return lambda content: Written(to(content))


def _json_records(grid: Grid) -> Written:
    return Written(format_json_table(grid), _typed(grid))


def _election(path: Path) -> PabulibFile:
    document = read_document(path, decimals=str, integers=str)
    if not isinstance(document, Mapping):
        raise InvalidInputError("path", "hold an election", path.name)
    return from_pabulib_document(document, path.name)


def _json_document(document: object) -> Written:
    found = set(_unlike_json(document))
    lost = (f"that {', '.join(sorted(found))} are no text",) if found else ()
    return Written(format_json(document), lost)


def _unlike_json(part: object) -> Iterator[str]:
    """What YAML has and JSON has not: keys that are no text, dates."""
    if isinstance(part, Mapping):
        yield from (f"the key {key}" for key in part if not isinstance(key, str))
        for value in part.values():
            yield from _unlike_json(value)
    elif isinstance(part, list):
        for value in part:
            yield from _unlike_json(value)
    elif part is not None and not isinstance(part, (str, int, float)):
        yield f"the value {part}"


# No digit of a problem is lost on its way from one file to another.
_KEPT = partial(read_document, decimals=as_written)

_BALLOT_WRITERS: dict[str, Callable[[Any], Written]] = {
    **{kind: preflib_writer(kind, "new") for kind in KINDS},
    "rankings": _whole(format_rankings),
    "blt": partial(_named_ballots, format_blt, '"'),
    "abif": partial(_named_ballots, format_abif, "[]"),
}

FORMATS: tuple[Format, ...] = (
    Format("csv", "table", (".csv",), read_grid, partial(_delimited, ",")),
    Format("tsv", "table", (".tsv", ".tab"), read_grid, partial(_delimited, "\t")),
    Format("json", "table", (".json",), read_json_table, _json_records),
    Format("jsonl", "table", (".jsonl", ".ndjson"), read_json_table),
    Format("excel", "table", (".xlsx", ".xlsm"), read_grid),
    Format("parquet", "table", (".parquet", ".pq"), read_grid, _whole(format_parquet_table)),
    Format("feather", "table", (".feather", ".arrow"), read_grid),
    Format("latex", "table", (".tex",), None, partial(_shown, Table.to_latex)),
    Format("markdown", "table", (".md",), read_grid, partial(_shown, Table.to_markdown)),
    *(
        Format(
            name,
            "rankings",
            {"tally": (".txt", ".tally"), "scottish": ()}.get(name, (f".{name}",)),
            partial(read_ballots, name=name),
            _BALLOT_WRITERS.get(name),
        )
        for name in BALLOT_FORMATS
    ),
    Format("pabulib", "election", (".pb",), read_pabulib, _whole(format_pabulib)),
    Format("json", "election", (".json",), _election, _whole(format_pabulib_json)),
    Format("json", "bargaining", (".json",), _KEPT, _json_document),
    Format("yaml", "bargaining", (".yaml", ".yml"), _KEPT, _whole(format_yaml)),
    Format("json", "verdicts", (".json",), partial(read_document, decimals=float)),
)
