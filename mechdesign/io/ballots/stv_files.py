"""Files that end in ``.stv``: ``key=value`` lines, then ballots by candidates' short names.

A ballot is ``31X a e c``, or, after a line ``order=a b c``, the places of all candidates as in
``1 - 2``; with ``ballots=blt`` the rest of the file is BLT.
"""

from __future__ import annotations

import re
from fractions import Fraction
from os import PathLike
from typing import Any

from mechdesign.errors import InvalidInputError
from mechdesign.io.ballots.blt import parse_blt
from mechdesign.io.ballots.building import Builder, fail, seats_note, text_of
from mechdesign.io.preflib import Ballots
from mechdesign.io.ranking_lists import parse_weight

__all__ = ["parse_stv", "read_stv"]

_KEYS = ("title", "method", "quota", "random", "seats", "candidate", "order", "withdraw", "ballots")


def read_stv(path: str | PathLike[str], **policies: object) -> Ballots:
    """Read a ``.stv`` file; see :func:`parse_stv`."""
    text, source, told = text_of(path)
    return parse_stv(text, source, told=told, **policies)


def parse_stv(
    text: str, source: str = "text", *, told: tuple[str, ...] = (), **policies: Any
) -> Ballots:
    r"""Read the text of a ``.stv`` file, or of a BLT file that is called so.

    Parameters
    ----------
    text, source, told, **policies
        As in :func:`mechdesign.io.ballots.blt.parse_blt`.

    Raises
    ------
    InvalidInputError
        With the line that cannot be read, or if there are not as many ballots, or lines of them,
        as the file says.

    Examples
    --------
    >>> text = "seats=1\ncandidate=a Ann\ncandidate=b Bob\nballots=2\n3X b a\na\nend\n"
    >>> ballots = parse_stv(text)
    >>> ballots.names, ballots.orders
    (('Ann', 'Bob'), ((3, ((2,), (1,))), (1, ((1,),))))
    """
    lines = text.lstrip("\ufeff").splitlines()
    heads: dict[str, str] = {}
    names: dict[str, str] = {}
    notes = list(told)
    at = 0
    for at, line in enumerate(lines, 1):
        bare = line.strip()
        if not bare or bare.startswith("#"):
            continue
        key, mark, value = (part.strip() for part in bare.partition("="))
        if not mark and not heads and not names and re.match(r"\d+\s+\d+$", bare):
            return parse_blt(text, source, told=told, **policies)
        if not mark or key not in _KEYS:
            fail(f"be one of {', '.join(_KEYS)}, such as seats=2", bare, at, source)
        if key == "candidate":
            short, _, name = value.partition(" ")
            if not short or short in names:
                fail("give every candidate a short name of its own", bare, at, source)
            names[short] = name.strip() or short
        elif key in ("method", "quota", "random"):
            notes.append(f"the option {bare} was not used")
        else:
            heads[key] = value
        if key == "ballots":
            break
    if "ballots" not in heads:
        raise InvalidInputError("path", "have a line such as ballots=12", source)
    if heads["ballots"].lower() == "blt":
        # Blank lines keep the numbers of the lines in messages.
        return parse_blt("\n" * at + "\n".join(lines[at:]), source, told=tuple(notes), **policies)
    seats = heads.get("seats", "1")
    if not re.fullmatch(r"[1-9]\d{0,5}", seats):
        raise InvalidInputError("seats", "be a number of at least 1", seats, owner=source)
    if len(set(names.values())) != len(names):
        names = {short: f"{short} {name}" for short, name in names.items()}
    builder = Builder(source, names.values(), **policies)
    for short in heads.get("withdraw", "").split():
        if short not in names:
            raise InvalidInputError("withdraw", "name a candidate", short, owner=source)
        builder.withdraw(names[short])
    order = heads["order"].split() if "order" in heads else None
    if order is not None and sorted(order) != sorted(names):
        raise InvalidInputError("order", "name every candidate once", heads["order"], owner=source)
    count, total = 0, Fraction(0)
    for number, line in enumerate(lines[at:], at + 1):
        words = line.split()
        if not words or line.lstrip().startswith("#"):
            continue
        if words == ["end"]:
            break
        weighed = re.fullmatch(r"([\d./]+)[xX]", words[0])
        weight = parse_weight(weighed[1], number, source) if weighed else 1
        given = words[1:] if weighed else words
        count += 1
        if order is None:
            ranks = [[] if mark == "-" else mark.split("=") for mark in given]
            strangers = [short for rank in ranks for short in rank if short not in names]
            if strangers:
                fail("rank candidates of the file", strangers[0], number, source)
        else:
            ranks = _places(order, given, number, source)
        marks = [[names[short] for short in rank] for rank in ranks]
        builder.add(weight, marks, f"line {number}")
        total += weight
    if heads["ballots"].isdecimal() and int(heads["ballots"]) not in (count, total):
        held = f"{count} lines, {total} ballots"
        raise InvalidInputError("path", f"hold ballots={heads['ballots']}", held, owner=source)
    return builder.ballots(
        "an .stv file",
        title=heads.get("title", ""),
        metadata=[("seats", seats)],
        told=[*notes, *seats_note(int(seats))],
    )


def _places(order: list[str], marks: list[str], number: int, source: str) -> list[list[str]]:
    """The ranks of a line that holds the place of every candidate."""
    if len(marks) != len(order):
        fail(f"hold the place of each of {len(order)} candidates", " ".join(marks), number, source)
    places: dict[int, list[str]] = {}
    for short, mark in zip(order, marks, strict=True):
        if mark == "-":
            continue
        if not re.fullmatch(r"[1-9]\d{0,3}", mark):
            fail("hold places 1, 2, ... or -", " ".join(marks), number, source)
        places.setdefault(int(mark), []).append(short)
    return [places.get(place, []) for place in range(1, max(places, default=0) + 1)]
