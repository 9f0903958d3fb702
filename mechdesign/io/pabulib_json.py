"""Pabulib's elections as JSON: the same fields, votes and points as lists."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

from mechdesign.errors import InvalidInputError
from mechdesign.io.pabulib import PabulibFile, parse_pabulib

__all__ = ["format_pabulib_json", "from_pabulib_document", "to_pabulib_document"]

#: Columns of votes that hold a list.
_LISTS = ("vote", "points")


def to_pabulib_document(file: PabulibFile) -> dict[str, Any]:
    r"""An election as plain data: ``meta``, ``projects`` and ``votes``.

    Values are text as written; a vote and its points are lists of text.

    Examples
    --------
    >>> text = "META\nkey;value\nbudget;1\nvote_type;approval\n"
    >>> text += "PROJECTS\nproject_id;cost\na;1\nb;2\nVOTES\nvoter_id;vote\n7;a,b\n"
    >>> document = to_pabulib_document(parse_pabulib(text))
    >>> document["votes"]
    [{'voter_id': '7', 'vote': ['a', 'b']}]
    >>> from_pabulib_document(document) == parse_pabulib(text)
    True
    """
    return {
        "meta": dict(file.meta),
        "projects": [dict(zip(file.project_columns, row, strict=True)) for row in file.projects],
        "votes": [
            {
                name: _listed(value) if name in _LISTS else value
                for name, value in zip(file.vote_columns, row, strict=True)
            }
            for row in file.votes
        ],
    }


def format_pabulib_json(file: PabulibFile) -> str:
    """The JSON text of an election, one project or vote a line."""
    document = to_pabulib_document(file)
    parts = [f'"meta": {json.dumps(document["meta"], ensure_ascii=False, indent=1)}']
    for key in ("projects", "votes"):
        rows = ",\n".join(json.dumps(row, ensure_ascii=False) for row in document[key])
        parts.append(f'"{key}": [\n{rows}\n]')
    return "{\n" + ",\n".join(parts) + "\n}\n"


def from_pabulib_document(document: Mapping[str, object], source: str = "document") -> PabulibFile:
    """The election that plain data describe, checked like a .pb file.

    Parameters
    ----------
    document : dict
        As :func:`to_pabulib_document` writes it; numbers may be numbers.
    source : str
        For messages, whose lines are those of the .pb file that the data make.

    Raises
    ------
    InvalidInputError
        On missing parts, rows with different keys and on whatever a .pb file is refused for.
    """
    meta = document.get("meta")
    if not isinstance(meta, Mapping):
        raise InvalidInputError("meta", "be an object", meta, owner=source)
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\n")
    buffer.write("META\n")
    writer.writerow(("key", "value"))
    writer.writerows((key, _text(value, "meta", source)) for key, value in meta.items())
    for key, first in (("projects", "project_id"), ("votes", "voter_id")):
        rows = document.get(key)
        if not isinstance(rows, Sequence) or not all(isinstance(row, Mapping) for row in rows):
            raise InvalidInputError(key, "be a list of objects", rows, owner=source)
        columns = list(rows[0]) if rows else [first, "cost" if key == "projects" else "vote"]
        buffer.write(f"{key.upper()}\n")
        writer.writerow(columns)
        for k, row in enumerate(rows):
            if set(row) != set(columns):
                raise InvalidInputError(
                    f"{key}[{k}]", f"have the keys {', '.join(columns)}", list(row), owner=source
                )
            writer.writerow([_text(row[name], f"{key}[{k}].{name}", source) for name in columns])
    return parse_pabulib(buffer.getvalue(), source)


def _listed(text: str) -> list[str]:
    return text.split(",") if text else []


def _text(value: object, where: str, source: str) -> str:
    if isinstance(value, list):
        return ",".join(_text(part, where, source) for part in value)
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise InvalidInputError(where, "be text, a number or a list of these", value, owner=source)
    return str(value)
