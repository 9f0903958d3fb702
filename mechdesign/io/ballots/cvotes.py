"""Condorcet Election Format (``.cvotes``): ``A > B = C ^7 * 42`` below lines of parameters.

Parameters are ``#/Candidates: A ; B``, ``#/Number of Seats: 2``, ``#/Implicit Ranking: true`` (what
a ballot leaves out is below; the default) and ``#/Weight Allowed: true`` (false by default, which
makes ``^7`` say nothing).  ``* 42`` are 42 ballots, tags stand before ``||``.  The format is
described at https://github.com/CondorcetVote/CondorcetElectionFormat.
"""

from __future__ import annotations

import re
from dataclasses import replace
from os import PathLike
from typing import Any

from mechdesign.io.ballots.building import Builder, fail, seats_note, text_of
from mechdesign.io.preflib import Ballots

__all__ = ["is_cvotes", "parse_cvotes", "read_cvotes"]

_PARAMETER = re.compile(r"^#/\s*([^:]+?)\s*:\s*(.*?)\s*$")
_VOTE = re.compile(r"(?:.*?\|\|)?\s*(.*?)\s*(?:\^\s*(\d{1,15}))?\s*(?:\*\s*(\d{1,15}))?\s*$")
_BLANK = re.compile(r"/EMPTY(?:_RANKING)?/", re.IGNORECASE)
_KNOWN = ("candidates", "number of seats", "number of seat", "implicit ranking", "weight allowed")


def is_cvotes(text: str) -> bool:
    """Whether a text has a line of parameters of this format."""
    return bool(re.search(r"^#/[^:\n]+:", text, re.MULTILINE))


def read_cvotes(path: str | PathLike[str], **policies: object) -> Ballots:
    """Read a ``.cvotes`` file; see :func:`parse_cvotes`."""
    text, source, told = text_of(path)
    return parse_cvotes(text, source, told=told, **policies)


def parse_cvotes(
    text: str, source: str = "text", *, told: tuple[str, ...] = (), **policies: Any
) -> Ballots:
    r"""Read the text of a ``.cvotes`` file.

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
    >>> ballots = parse_cvotes("#/Candidates: A; B\nA > B * 3\n/EMPTY_RANKING/\n")
    >>> ballots.names, ballots.orders
    (('A', 'B'), ((3, ((1,), (2,))), (1, ())))
    """
    said: dict[str, str] = {}
    votes: list[tuple[int, str]] = []
    for number, line in enumerate(text.splitlines(), 1):
        parameter = _PARAMETER.match(line)
        if parameter:
            if votes:
                fail("stand before the ballots", line, number, source)
            said[parameter[1].lower()] = parameter[2]
            continue
        bare = line.partition("#")[0].strip()
        if bare:
            votes.append((number, bare))
    weighed = _truth(said, "weight allowed", False, source)
    implicit = _truth(said, "implicit ranking", True, source)
    seats = said.get("number of seats", said.get("number of seat", "1"))
    if not re.fullmatch(r"[1-9]\d{0,5}", seats):
        fail("be a number of seats", seats, 1, source)
    names = [name for part in said.get("candidates", "").split(";") if (name := part.strip())]
    if len(set(names)) != len(names):
        fail("name every candidate once", said["candidates"], 1, source)
    builder = Builder(source, names, **policies)
    strangers: dict[str, None] = {}
    unweighed = 0
    for number, line in votes:
        found = _VOTE.fullmatch(line)
        if not found or "<" in found[1] or not found[1]:
            fail("look like `A > B = C ^7 * 42`", line, number, source)
        ranks: list[list[str]] = []
        for rank in [] if _BLANK.fullmatch(found[1]) else found[1].split(">"):
            tier = [name.strip() for name in rank.split("=")]
            if not all(tier) or any(re.search(r"[/;*^]", name) for name in tier):
                fail("look like `A > B = C ^7 * 42`", line, number, source)
            strangers.update((name, None) for name in tier if names and name not in names)
            tier = [name for name in tier if not names or name in names]
            if tier:
                ranks.append(tier)
        if found[2] is not None and not weighed:
            unweighed += 1
        times = int(found[3] or 1) * (int(found[2] or 1) if weighed else 1)
        builder.add(times, ranks, f"line {number}")
    notes = list(told)
    if strangers:
        notes.append(f"no candidates of the file and taken off: {', '.join(strangers)}")
    if unweighed:
        notes.append(f"{unweighed} weights were not used: the file has no `#/Weight Allowed: true`")
    if not implicit:
        notes.append("`#/Implicit Ranking: false`: what a ballot leaves out is not compared")
    metadata = [(key, value) for key, value in said.items() if key not in _KNOWN]
    found_ballots = builder.ballots(
        "Condorcet Election Format",
        metadata=[("seats", seats), *metadata],
        told=[*notes, *seats_note(int(seats))],
    )
    return found_ballots if implicit else replace(found_ballots, unranked="unseen")


def _truth(said: dict[str, str], key: str, default: bool, source: str) -> bool:
    value = said.get(key, str(default)).lower()
    if value not in ("true", "false"):
        fail(f"say true or false in `{key}`", value, 1, source)
    return value == "true"
