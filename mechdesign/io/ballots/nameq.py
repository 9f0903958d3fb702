"""One ballot a line, as in the query of a web form: ``Ann+Archer=1&Bob=2``, 1 is best."""

from __future__ import annotations

import re
from os import PathLike
from typing import Any

from mechdesign.errors import InvalidInputError
from mechdesign.io.ballots.building import Builder, fail, ranks_by_place, text_of
from mechdesign.io.preflib import Ballots

__all__ = ["is_nameq", "parse_nameq", "read_nameq"]

_LINE = re.compile(r"[^=&\s,;>]+=\d+(?:&[^=&\s,;>]+=\d+)*")


def is_nameq(text: str) -> bool:
    """Whether every line of a text is such a ballot, and one of them ranks two."""
    lines = [line.strip() for line in text.splitlines()[:50] if line.strip()]
    return bool(lines) and all(map(_LINE.fullmatch, lines)) and any("&" in x for x in lines)


def read_nameq(path: str | PathLike[str], **policies: object) -> Ballots:
    """Read a file of such lines; see :func:`parse_nameq`."""
    text, source, told = text_of(path)
    return parse_nameq(text, source, told=told, **policies)


def parse_nameq(
    text: str, source: str = "text", *, told: tuple[str, ...] = (), **policies: Any
) -> Ballots:
    r"""Read such lines.

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
    >>> ballots = parse_nameq("Ann+Archer=1&Bob=2\nBob=1\n")
    >>> ballots.names, ballots.orders
    (('Ann Archer', 'Bob'), ((1, ((1,), (2,))), (1, ((2,),))))
    """
    from urllib.parse import parse_qsl

    builder = Builder(source, **policies)
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        pairs = parse_qsl(line.strip(), keep_blank_values=True)
        places = [(name.strip(), place.strip()) for name, place in pairs]
        listed = [(name, place) for name, place in places if place]
        if not places or not all(name for name, _ in places):
            fail("look like `Ann+Archer=1&Bob=2`", line.strip(), number, source)
        for _, place in listed:
            if not re.fullmatch(r"[1-9]\d{0,3}", place):
                fail("hold ranks 1, 2, ... (ratings are no ranks)", line.strip(), number, source)
        builder.add(1, ranks_by_place((name, int(k)) for name, k in listed), f"line {number}")
    if not builder.orders:
        raise InvalidInputError("path", "hold ballots", source)
    return builder.ballots("name=rank, one ballot a line (1 is best)", told=told)
