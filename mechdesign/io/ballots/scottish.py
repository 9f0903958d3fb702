"""Scottish councils' CSV: a line of candidates and seats, counted ballots by numbers, then names.

``3,1,`` stands first, ``126,1,3,`` is 126 ballots for candidate 1, then 3; then come
``"Candidate 1","Paul","Orange (O)",`` for each candidate and the ward.
"""

from __future__ import annotations

import re
from os import PathLike
from typing import Any

from mechdesign.errors import InvalidInputError
from mechdesign.io.ballots.building import Builder, fail, seats_note, text_of
from mechdesign.io.preflib import Ballots
from mechdesign.io.ranking_lists import parse_weight

__all__ = ["is_scottish", "parse_scottish", "read_scottish"]

_FIRST = re.compile(r"\ufeff?\s*\d{1,6}\s*,\s*\d{1,6}[\s,]*\n")
_CANDIDATE = re.compile(r'^"?Candidate \d+"?,', re.MULTILINE)


def is_scottish(text: str) -> bool:
    """Whether a text has the first line and the lines of candidates of such a file."""
    return bool(_FIRST.match(text) and _CANDIDATE.search(text))


def read_scottish(path: str | PathLike[str], **policies: object) -> Ballots:
    """Read a Scottish council's file; see :func:`parse_scottish`."""
    text, source, told = text_of(path)
    return parse_scottish(text, source, told=told, **policies)


def parse_scottish(
    text: str, source: str = "text", *, told: tuple[str, ...] = (), **policies: Any
) -> Ballots:
    r"""Read the text of a Scottish council's file.

    Parameters
    ----------
    text, source, told, **policies
        As in :func:`mechdesign.io.ballots.blt.parse_blt`.

    Raises
    ------
    InvalidInputError
        With the line that cannot be read.

    Examples
    --------
    >>> text = '2,1,\n5,2,1,\n3,1,\n"Candidate 1","Ann","Red (R)",\n"Candidate 2","Bob","",\nWest\n'
    >>> ballots = parse_scottish(text)
    >>> ballots.names, ballots.orders, ballots.title
    (('Ann (Red (R))', 'Bob'), ((5, ((2,), (1,))), (3, ((1,),))), 'West')
    """
    import csv

    records = []
    reader = csv.reader(text.lstrip("\ufeff").splitlines(), skipinitialspace=True)
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            while cells and not cells[-1]:
                cells.pop()
            if cells:
                records.append((reader.line_num, cells))
    except csv.Error as error:
        fail(f"be a well-formed line ({error})", "", reader.line_num, source)
    if not records:
        raise InvalidInputError("path", "hold ballots", source)
    line, head = records[0]
    if len(head) != 2 or not all(cell.isdecimal() and len(cell) < 7 for cell in head):
        fail("hold the numbers of candidates and seats", ",".join(head), line, source)
    m, seats = map(int, head)
    if not 1 <= seats <= m:
        fail("have at least one seat and not more than candidates", f"{m},{seats}", line, source)
    names: list[str] = []
    ballots, titles = [], []
    for line, cells in records[1:]:
        found = re.fullmatch(r"Candidate (\d{1,6})", cells[0])
        if found:
            if int(found[1]) != len(names) + 1 or len(cells) < 2:
                fail(f"name candidate {len(names) + 1}", ",".join(cells), line, source)
            # The last column is the party; forename and surname may stand in columns of their own.
            *parts, party = cells[1:] if len(cells) > 2 else [*cells[1:], ""]
            names.append(f"{' '.join(p for p in parts if p)} ({party})" if party else parts[0])
        elif names:
            titles.append(", ".join(cells))
        else:
            ballots.append((line, cells))
    if len(names) != m:
        raise InvalidInputError("path", f"name {m} candidates", len(names), owner=source)
    if len(set(names)) != m:
        names = [f"{k} {name}" for k, name in enumerate(names, 1)]
    builder = Builder(source, names, **policies)
    for line, (count, *marks) in ballots:
        for mark in marks:
            if mark and not (mark.isdecimal() and len(mark) < 7 and 1 <= int(mark) <= m):
                fail(f"rank candidates 1..{m}", ",".join([count, *marks]), line, source)
        weight = parse_weight(count, line, source)
        ranks = [[names[int(mark) - 1]] if mark else [] for mark in marks]
        builder.add(weight, ranks, f"line {line}")
    notes = [*told, *seats_note(seats)]
    if len(titles) > 1:
        notes.append(f"lines after the candidates that were not read: {'; '.join(titles[1:])}")
    return builder.ballots(
        "a Scottish council's ballots",
        title=titles[0] if titles else "",
        metadata=[("seats", str(seats))],
        told=notes,
    )
