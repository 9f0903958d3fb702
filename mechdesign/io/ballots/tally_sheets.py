"""Debian's tally sheets: ``V: 2-1----3 <checksum>``, one digit for each option, ``-`` for none."""

from __future__ import annotations

import re
from os import PathLike
from typing import Any

from mechdesign.errors import InvalidInputError
from mechdesign.io.ballots.building import Builder, fail, text_of
from mechdesign.io.preflib import Ballots

__all__ = ["is_tally_sheet", "parse_tally_sheet", "read_tally_sheet"]

_OPTION = re.compile(r"^[\s|/]*Option\s+(\S+?)\s*-*>?\s*:\s*(.*?)\s*$")
_VOTE = re.compile(r"^\s*V:\s*(\S+)(?:\s|$)")


def is_tally_sheet(text: str) -> bool:
    """Whether a text holds the lines of a tally sheet."""
    lines = text.splitlines()
    return any(map(_OPTION.match, lines)) and any(map(_VOTE.match, lines))


def read_tally_sheet(path: str | PathLike[str], **policies: object) -> Ballots:
    """Read a tally sheet; see :func:`parse_tally_sheet`."""
    text, source, told = text_of(path)
    return parse_tally_sheet(text, source, told=told, **policies)


def parse_tally_sheet(
    text: str, source: str = "text", *, told: tuple[str, ...] = (), **policies: Any
) -> Ballots:
    r"""Read the text of a tally sheet; only the order of the digits counts, gaps do not.

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
    >>> sheet = "Option 1-->: Ann\nOption 2-->: None of the above\nV: 1-\nV: 21\n"
    >>> parse_tally_sheet(sheet).orders
    ((1, ((1,),)), (1, ((2,), (1,))))
    """
    names: list[str] = []
    votes: list[tuple[int, str]] = []
    for number, line in enumerate(text.splitlines(), 1):
        option, vote = _OPTION.match(line), _VOTE.match(line)
        if option:
            if option.group(2) in names or not option.group(2):
                fail("give every option a name of its own", option.group(2), number, source)
            names.append(option.group(2))
        elif vote and not vote.group(1).startswith("vote"):
            votes.append((number, vote.group(1)))
    if not names or not votes:
        missing = "`V: 2-1` for each vote" if names else "`Option 1-->: name` for each option"
        raise InvalidInputError("path", f"hold a line such as {missing}", source)
    _refuse_cut(text, votes[-1][0], source)
    builder = Builder(source, names, **policies)
    for number, marks in votes:
        if len(marks) != len(names):
            fail(f"have one mark for each of {len(names)} options", marks, number, source)
        places: dict[int, list[str]] = {}
        for name, mark in zip(names, marks, strict=True):
            if mark == "-":
                continue
            if not re.fullmatch(r"[1-9A-Za-z]", mark):
                fail("hold digits (letters after 9) and `-` only", marks, number, source)
            places.setdefault(int(mark, 36), []).append(name)
        builder.add(1, [places[place] for place in sorted(places)], f"line {number}")
    notes = list(told)
    default = next((name for name in names if name.lower() == "none of the above"), None)
    if default:
        notes.append(default_note(default))
    return builder.ballots("a Debian tally sheet", told=notes)


def default_note(name: object) -> str:
    """What is said of an option that looks like the default option, where nobody says it is."""
    return (
        f"{name!r} counts as an option like any other: a majority over it and a quorum are asked "
        f"for by default_option={name!r}"
    )


def _refuse_cut(text: str, last: int, source: str) -> None:
    """Refuse a sheet whose last vote lacks a part of its voter's hash, where all others have it."""
    lines = text.splitlines()
    votes = [line.split() for line in lines[:last] if _VOTE.match(line)]
    sizes = {len(words[2]) if len(words) == 3 else 0 for words in votes[:-1]}
    if len(sizes) == 1 and 0 not in sizes and (len(votes[-1]) < 3 or {len(votes[-1][2])} != sizes):
        fail("not be cut off before its end", lines[last - 1], last, source)
