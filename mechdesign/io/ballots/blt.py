"""BLT files, in which most counts by single transferable vote are published.

The first line holds the numbers of candidates and seats; lines such as ``-2`` withdraw candidates;
each ballot is ``weight 3 1=4 - 2 0``; a lone ``0`` ends them; then come quoted names and a title.
"""

from __future__ import annotations

import re
from os import PathLike
from typing import Any

from mechdesign.errors import InvalidInputError
from mechdesign.io.ballots.building import Builder, fail, seats_note, text_of
from mechdesign.io.preflib import Ballots
from mechdesign.io.ranking_lists import parse_weight

__all__ = ["format_blt", "parse_blt", "read_blt"]


def read_blt(path: str | PathLike[str], **policies: object) -> Ballots:
    """Read a BLT file; see :func:`parse_blt`."""
    text, source, told = text_of(path)
    return parse_blt(text, source, told=told, **policies)


def parse_blt(
    text: str, source: str = "text", *, told: tuple[str, ...] = (), **policies: Any
) -> Ballots:
    r"""Read the text of a BLT file.

    Parameters
    ----------
    text : str
        The file.
    source : str
        Its name, for messages.
    told : tuple of str
        Decisions that come first.
    **policies
        ``overvote`` is what several marks at one rank, such as ``1=4``, are: ``"tie"``, the end
        of the ballot (``"exhaust"``), a rank that is passed over (``"skip"``), a tie that counts
        by first places for nobody while several of them stand (``"exhaust_if_several_continue"``)
        or as a whole vote for each (``"approval"``), or an error (``"refuse"``).
        ``skipped="close_up"|"exhaust"`` is for ranks without a mark (``-``); a number ends the
        ballot where more than so many ranks in a row are skipped.  ``duplicate="first"|"exhaust"``
        is for a candidate who is marked twice.  ``write_in="each"|"pool"`` makes written-in
        candidates one or not.

    Raises
    ------
    InvalidInputError
        With the line that cannot be read.

    Examples
    --------
    >>> ballots = parse_blt('2 1\n3 1 2 0\n1 2 0\n0\n"Ann"\n"Bob"\n"Board"\n')
    >>> ballots.names, ballots.orders, ballots.title
    (('Ann', 'Bob'), ((3, ((1,), (2,))), (1, ((2,),))), 'Board')
    """
    tokens, strings = _tokens(text.lstrip("\ufeff"), source)
    m, seats, first = _header(tokens, source)
    notes = list(told)
    names, title = _named(strings, m, notes, source)
    builder = Builder(source, names, **policies)
    rest = tokens[2:]
    short = _short_names([word for _, word in rest], m)
    # Everything in brackets before the ballots is an option.
    while rest and (rest[0][1].startswith("[") or rest[0][1].startswith("-")):
        number, word = rest.pop(0)
        if word.startswith("["):
            gone = _option(word, short, number, source, notes)
        elif re.fullmatch(r"-\d+", word):
            gone = [int(word[1:])]
        else:
            fail("be a withdrawn candidate such as -2", word, number, source)
        if rest and rest[0][0] == number and not rest[0][1].startswith(("-", "[")):
            fail(
                "hold withdrawn candidates and options only", f"{word} {rest[0][1]}", number, source
            )
        for k in gone:
            if not 1 <= k <= m:
                fail(f"withdraw one of the candidates 1..{m}", k, number, source)
            builder.withdraw(names[k - 1])
    _ballots(rest, names, short, builder, first, source)
    notes += seats_note(seats)
    return builder.ballots("BLT", title=title, metadata=[("seats", str(seats))], told=notes)


def _tokens(text: str, source: str) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """The words before the first quote, and the quoted texts after it, with their lines."""
    words: list[tuple[int, str]] = []
    strings: list[tuple[int, str]] = []
    for number, line in enumerate(text.splitlines(), 1):
        bare = line.strip()
        if bare.startswith("#"):
            continue
        if not strings:
            head, quote, tail = bare.partition('"')
            head, mark, _ = head.partition("#")
            words += [(number, word) for word in re.findall(r"\[[^\]]*\]|\S+", head)]
            bare = quote + tail if not mark else ""
        if bare.startswith('"'):
            end = bare.rfind('"')
            if end == 0:
                fail("close its quotes", bare, number, source)
            # Names on one line are parted by quote, blank, quote; quotes inside a name are not.
            strings += [(number, part.strip()) for part in re.split(r'"\s+"', bare[1:end])]
        elif bare:
            strings.append((number, ""))
    return words, strings


def _header(words: list[tuple[int, str]], source: str) -> tuple[int, int, int]:
    numbers = [(number, word) for number, word in words[:2] if word.isdecimal() and len(word) < 9]
    if len(numbers) < 2 or numbers[0][0] != numbers[1][0]:
        line = words[0][0] if words else 1
        shown = " ".join(word for _, word in words[:2])
        fail("begin with the numbers of candidates and seats", shown, line, source)
    (line, m), (_, seats) = numbers
    if not 1 <= int(seats) < int(m) <= 100_000:
        fail("have at least one seat and more candidates", f"{m} {seats}", line, source)
    return int(m), int(seats), line


def _named(
    strings: list[tuple[int, str]], m: int, notes: list[str], source: str
) -> tuple[list[str], str]:
    """The names of the candidates and the title."""
    given = [name for _, name in strings]
    names = given[:m]
    for k, name in enumerate(names, 1):
        if not name:
            fail(f"name candidate {k} in quotes", name, strings[k - 1][0], source)
    if len(names) < m:
        notes.append(f"{m - len(names)} candidates have no name in the file and are numbered")
        names += [f"candidate {k}" for k in range(len(names) + 1, m + 1)]
    if len(set(names)) != m:
        notes.append("names repeat: the candidates' numbers stand before them")
        names = [f"{k} {name}" for k, name in enumerate(names, 1)]
    if len(given) > m + 1:
        notes.append(f"what follows the title from line {strings[m + 1][0]} on was not read")
    return names, given[m] if len(given) > m else ""


def _short_names(words: list[str], m: int) -> dict[str, int]:
    """The candidates' numbers by what ballots may call them: numbers, and short names of `nick`."""
    short = {str(k): k for k in range(1, m + 1)}
    nick = next((word for word in words if word.startswith("[nick ")), "[nick]")
    names = nick.strip("[]").split()[1:]
    return short | {name: k for k, name in enumerate(names, 1)} if len(names) == m else short


def _option(
    word: str, short: dict[str, int], number: int, source: str, notes: list[str]
) -> list[int]:
    """The candidates that an option in brackets withdraws."""
    key, *values = word.strip("[]").split() or [""]
    if key == "nick":
        if len(set(values)) != len(values) or not set(values) <= set(short):
            fail("give every candidate a short name of its own", word, number, source)
        return []
    if key == "tie":
        if len(set(values)) != len(values) or not set(values) <= set(short):
            fail("order candidates, each once", word, number, source)
        # There the first is chosen, also to be excluded; in an order of `count` the first is kept.
        notes.append(f"the option {word} was not used: --ties order and --order decide ties")
        return []
    if key != "withdrawn":
        notes.append(f"the option {word} was not used")
        return []
    for value in values:
        if value not in short:
            fail("withdraw candidates by their numbers", word, number, source)
    return [short[value] for value in values]


def _ballots(
    words: list[tuple[int, str]],
    names: list[str],
    short: dict[str, int],
    builder: Builder,
    last: int,
    source: str,
) -> None:
    """Add the ballots up to the lone 0."""
    m, k = len(names), 0
    while k < len(words):
        start, word = words[k]
        alone = k + 1 == len(words) or words[k + 1][0] != start
        if word == "0" and alone:
            if k + 1 < len(words):
                line, extra = words[k + 1]
                fail("hold names in quotes after the 0 that ends the ballots", extra, line, source)
            return
        weight = 1 if word == "1" else parse_weight(word, start, source)
        ranks: list[list[str]] = []
        k += 1
        while k < len(words) and words[k][1] != "0":
            line, mark = words[k]
            if line != start:
                fail(
                    "end a ballot with 0",
                    " ".join(w for n, w in words if n == start),
                    start,
                    source,
                )
            if mark in short:
                ranks.append([names[short[mark] - 1]])
                k += 1
                continue
            marked = [] if mark == "-" else mark.split("=")
            rank = [short.get(part) or short.get(part.lstrip("0")) for part in marked]
            if None in rank:
                fail(f"rank candidates 1..{m}", mark, line, source)
            ranks.append([names[one - 1] for one in rank if one])
            k += 1
        if k == len(words):
            fail("end a ballot with 0", " ".join(w for n, w in words if n == start), start, source)
        builder.add(weight, ranks, f"line {start}")
        last, k = words[k][0], k + 1
        if k < len(words) and words[k][0] == start:
            shown = " ".join(w for n, w in words if n == start)
            fail(f"rank candidates 1..{m} and have 0 at its end only", shown, start, source)
    fail("end the ballots with a line that holds 0 only", "the end of the file", last, source)


def format_blt(ballots: Ballots) -> str:
    r"""The text of a BLT file; the number of seats is that of the metadata, or 1.

    Examples
    --------
    >>> text = '2 1\n3 1 2 0\n2 2=1 0\n1 0\n0\n"Ann"\n"Bob"\n"Club"\n'
    >>> format_blt(parse_blt(text)) == text
    True
    """
    seats = dict(ballots.metadata).get("seats", "1")
    if len(ballots.names) <= int(seats):
        raise InvalidInputError("seats", "be fewer than candidates in BLT", seats)
    lines = [f"{len(ballots.names)} {seats}"]
    for weight, order in ballots.orders:
        ranks = ["=".join(map(str, tier)) for tier in order]
        lines.append(" ".join([str(weight), *ranks, "0"]))
    lines.append("0")
    lines += [f'"{name}"' for name in (*ballots.names, ballots.title)]
    return "\n".join(lines) + "\n"
