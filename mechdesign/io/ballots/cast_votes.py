"""Cast vote records: a row for each voter, columns for ranks or for pairs of candidate and rank.

Columns of ranks say it in words (``Mayor 1st Choice``, ``DEM Mayor Choice 1 of 5``, ``rank1``) and
hold a candidate, ``undervote``, ``overvote`` or a write-in.  Columns of pairs hold 1 where the
candidate is marked at that rank; one to four header lines say contest, candidate and rank.  What is
left of a column's name is the contest; a file may hold several.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from mechdesign.errors import InvalidInputError
from mechdesign.io.ballots.building import Builder
from mechdesign.io.grids import Grid
from mechdesign.io.preflib import Ballots
from mechdesign.io.ranking_lists import parse_weight
from mechdesign.records import dataclass

__all__ = ["Contest", "cast_votes", "contests"]

_WORDS = {
    word: place
    for place, words in enumerate(
        (
            "first erste premier première",
            "second zweite deuxieme deuxième",
            "third dritte troisieme troisième",
            "fourth vierte quatrieme quatrième",
            "fifth fuenfte fünfte cinquieme cinquième",
            *("sixth", "seventh", "eighth", "ninth", "tenth"),
        ),
        1,
    )
    for word in words.split()
}
_PLACE = rf"(?:\d{{1,2}}(?:st|nd|rd|th|\.)?|{'|'.join(_WORDS)})"
_KIND = r"(?:choice|preference|pref|ranking|ranked|rank|wahl|choix|vote)"
_NEXT = re.compile(
    rf"(?<![a-z\d])(?:({_PLACE})[\s_-]*{_KIND}|{_KIND}[\s_#:-]*({_PLACE})(?:\s*of\s*\d+)?)"
    r"(?![a-z\d])"
)
_APART = re.compile(rf"(?<![a-z\d])({_PLACE})(?![a-z\d])")
_CELL = re.compile(rf"({_PLACE})(?:\s*place)?")
_ANY_KIND = re.compile(rf"(?<![a-z\d]){_KIND}(?![a-z\d])")
#: Ends of names that say nothing of the contest: the number of a column, of seats, of ranks.
_CODES = re.compile(r"\(\d+\)|\(?number of (?:positions|ranks|winners)[^)]*\)?", re.IGNORECASE)
_PORTLAND = re.compile(r"choice_\w+?:(.+):(\d{1,2}):number of winners \d+:(.+?)(?::[^:]*)?", re.I)
_NUMBERED = re.compile(r"(.+?)\s*\((\d{1,2})\)")
_MARKS = frozenset({"", "0", "1", "true", "false", "x"})
_WEIGHTS = ("count", "counts", "votes", "voters", "n", "weight", "weights", "quantity")
_EMPTY = frozenset({"", "skipped", "undervote", "undervotes", "nan", "none", "blank"})
#: So many lines may stand above the ballots.
_HEADERS = 4
#: So many rows say of what kind a column is.
_FIRST = 50


@dataclass(frozen=True)
class Contest:
    """One election of a file.

    Parameters
    ----------
    name : str
        As the columns call it; empty where they do not.
    columns : tuple of (column, place, candidate)
        The columns of its ranks, best first; a candidate where a column is about one.
    header : int
        How many rows of the table belong to its header.
    """

    name: str
    columns: tuple[tuple[int, int, str], ...]
    header: int = 0

    @property
    def pairs(self) -> bool:
        """Whether a column is about one candidate at one rank."""
        return bool(self.columns[0][2])


def contests(grid: Grid) -> list[Contest]:
    """The contests whose ranks a table has; none for another table."""
    return _of_pairs(grid) or _of_ranks(grid)


def _of_ranks(grid: Grid) -> list[Contest]:
    """Contests with one column a rank."""
    found: dict[str, dict[int, int]] = {}
    shown: dict[str, str] = {}
    certain = False
    for k, column in enumerate(grid.columns):
        place, rest = _place(column)
        if not place:
            continue
        key = re.sub(r"[^a-z\d]+", " ", rest.lower()).strip()
        places = found.setdefault(key, {})
        shown.setdefault(key, rest)
        if place in places:
            return []
        places[place] = k
        certain = certain or bool(re.search("choice|choix|wahl|prefer", column.lower()))
    # "1st choice", "Reason for your 2nd choice": what is no series from 1 on is something else.
    series = {key: p for key, p in found.items() if set(p) == set(range(1, len(p) + 1))}
    kept = {key: p for key, p in series.items() if len(p) > 1}
    if not kept:
        # "Your first choice", "And your second choice?"
        merged = [(place, k) for places in found.values() for place, k in places.items()]
        if len(merged) < 2 or sorted(p for p, _ in merged) != list(range(1, len(merged) + 1)):
            return []
        kept, shown = {"": dict(merged)}, {"": ""}
    numbers = any(
        _is_number(row[k]) for row in grid.rows for p in kept.values() for k in p.values()
    )
    if numbers and not certain:
        return []
    return [
        Contest(shown[key], tuple((places[p], p, "") for p in sorted(places)))
        for key, places in kept.items()
    ]


def ordinal(text: str) -> int:
    """The place that a cell such as ``2nd``, ``Second choice`` or ``Rank 2`` says; 0 for none."""
    place, rest = _place(text)
    found = _CELL.fullmatch(text.strip().lower())
    if place and not rest:
        return place
    return (_WORDS.get(found[1]) or int(re.sub(r"\D", "", found[1]))) if found else 0


def _place(column: str) -> tuple[int, str]:
    """The rank that the name of a column says, 0 for none, and the rest of the name."""
    lowered = column.lower()
    found = _NEXT.search(lowered)
    if found:
        word = found[1] or found[2]
        rest = column[: found.start()] + column[found.end() :]
    else:
        apart, kind = _APART.search(lowered), _ANY_KIND.search(lowered)
        if not apart or not kind:
            return 0, column
        word, rest = apart[1], column[: apart.start()] + column[apart.end() :]
    place = _WORDS.get(word) or int(re.sub(r"\D", "", word))
    return place, " ".join(re.sub(r"^[\W_]+|[\W_]+$", "", _CODES.sub("", rest)).split())


def _of_pairs(grid: Grid) -> list[Contest]:
    """Contests with one column for each candidate at each rank, whose cells are marks."""
    lines: list[Sequence[Any]] = [grid.columns]
    for header in range(min(_HEADERS, len(grid.rows))):
        found: dict[str, list[tuple[int, int, str]]] = {}
        for k in range(len(grid.columns)):
            texts = ["" if line[k] is None else str(line[k]).strip() for line in lines]
            said = _said(texts)
            # Lines below the first are header only where they say something.
            if said and header and said == _said(texts[:1]):
                continue
            if said and all(_word(row[k]) in _MARKS for row in grid.rows[header : header + _FIRST]):
                found.setdefault(said[0], []).append((k, said[1], said[2]))
        # The names of the columns without marks may stand in a line of their own.
        below = header
        while header and below < len(grid.rows) - 1 and not any(map(_is_number, grid.rows[below])):
            below += 1
        kept = [
            Contest(name, tuple(sorted(columns, key=lambda c: (c[1], c[0]))), below)
            for name, columns in found.items()
            if len({place for _, place, _ in columns}) > 1
            and 1 < len({who for *_, who in columns}) < len(columns)
            and len({(place, who) for _, place, who in columns}) == len(columns)
        ]
        if kept:
            return kept
        lines.append(grid.rows[header])
    return []


def _said(texts: list[str]) -> tuple[str, int, str] | None:
    """Contest, place and candidate that the header lines of a column say."""
    for k, text in enumerate(texts):
        whole = _PORTLAND.fullmatch(text)
        if whole:
            return whole[1].strip(), int(whole[2]), whole[3].strip()
        numbered = _NUMBERED.fullmatch(text)
        if numbered and not text.lower().startswith("number"):
            return _contest(texts[:k]), int(numbered[2]), numbered[1]
    for k, text in enumerate(texts):
        place = int(text) if re.fullmatch(r"[1-9]\d?", text) and k else 0
        rest = ""
        if not place:
            place, rest = _place(text)
        if place and rest:
            contest, _, who = rest.rpartition(":")
            return contest.strip() or _contest(texts[:k]), place, who.strip()
        above = [one for one in texts[:k] if one]
        if place and above:
            return _contest(above[:-1]), place, above[-1]
    return None


def _contest(texts: list[str]) -> str:
    """The contest in the lines above a candidate: the last that is filled."""
    filled = [text for text in texts if text]
    return _CODES.sub("", filled[-1]).strip() if filled else ""


def _word(cell: object) -> str:
    return "" if cell is None else str(cell).strip().lower()


def cast_votes(grid: Grid, contest: str | None = None, **policies: Any) -> Ballots | None:
    """The ballots of one contest; None for a table without columns of ranks.

    Parameters
    ----------
    grid : Grid
        The table.
    contest : str, optional
        Which one: its name or a part of it that no other has.
    **policies
        As in :func:`mechdesign.io.ballots.blt.parse_blt`; a ballot ends at an overvote unless
        ``overvote`` says otherwise.

    Raises
    ------
    InvalidInputError
        If the file holds several contests and none is said, or with the line of a bad count.
    """
    found = contests(grid)
    if not found:
        return None
    one = _chosen(found, contest, grid.source)
    rows = grid.rows[one.header :]
    lines = replace(grid, rows=rows, lines=grid.lines[one.header :])
    count = next((k for k, name in enumerate(grid.columns) if _word(name) in _WEIGHTS), None)
    builder = Builder(grid.source, **{"overvote": "exhaust", **policies})
    cells = {_word(row[k]) for row in rows for k, *_ in one.columns} if one.pairs else set()
    # Cells are 0 where nobody is marked, and empty where the contest was on another paper.
    papers = bool(cells & {"0", "false"})
    elsewhere = 0
    for number, row in enumerate(rows):
        if papers and all(_word(row[k]) == "" for k, *_ in one.columns):
            elsewhere += 1
            continue
        weight: int | Fraction = 1
        if count is not None:
            try:
                weight = parse_weight(str(row[count]), number, grid.source)
            except InvalidInputError:
                constraint = f"hold a number of at least 0 in {grid.columns[count]!r}"
                raise InvalidInputError(
                    lines.line(number), constraint, row[count], owner=grid.source
                ) from None
        ranks = _pairs(row, one) if one.pairs else [_marks(row[k]) for k, *_ in one.columns]
        builder.add(weight, ranks, lines.line(number))
    used = {k for k, *_ in one.columns} | ({count} if count is not None else set())
    told = list(grid.decisions)
    if one.name:
        others = [other.name for other in found if other is not one]
        also = f"; the file also holds {', '.join(others)} (--contest)" if others else ""
        told.append(f"the contest is {one.name}{also}")
    if count is not None:
        told.append(f"the column {grid.columns[count]} says how often a ballot was cast")
    if elsewhere:
        rows_have = "1 row has" if elsewhere == 1 else f"{elsewhere} rows have"
        told.append(f"{rows_have} no cell of this contest: no ballots of it")
    used |= {k for other in found for k, *_ in other.columns}
    names = [grid.columns, *grid.rows[: one.header]]
    left = [
        next((str(line[k]) for line in reversed(names) if line[k]), "(no name)")
        for k in range(len(grid.columns))
        if k not in used
    ]
    if left:
        told.append(f"columns that are no choices and were ignored: {', '.join(left)}")
    what = "cast vote records" if one.pairs or one.name else "answers to a form"
    return builder.ballots(f"{what}, one ballot a row", told=told)


def _chosen(found: list[Contest], contest: str | None, source: str) -> Contest:
    names = [one.name for one in found]
    if contest is None:
        if len(found) > 1:
            raise InvalidInputError(
                "contest", f"be said (--contest), one of {'; '.join(names)}", None, owner=source
            )
        return found[0]
    wanted = str(contest).strip().lower()
    exact = [one for one in found if one.name.lower() == wanted]
    partly = exact or [one for one in found if wanted and wanted in one.name.lower()]
    if len(partly) != 1:
        raise InvalidInputError("contest", f"be one of {'; '.join(names)}", contest, owner=source)
    return partly[0]


def _pairs(row: Sequence[object], contest: Contest) -> list[list[str]]:
    """The ranks of a row of marks."""
    ranks: list[list[str]] = [[] for _ in range(max(place for _, place, _ in contest.columns))]
    for k, place, who in contest.columns:
        if _word(row[k]) in ("1", "true", "x"):
            ranks[place - 1].append(who)
    return ranks


def _marks(cell: object) -> list[str] | None:
    """Who is marked in a cell; None for several whom it does not name."""
    text = "" if cell is None else str(cell).strip()
    word = re.sub(r"[\s_-]", "", text.lower())
    if word in _EMPTY:
        return []
    if word in ("overvote", "overvotes"):
        return None
    if word in ("writein", "undeclaredwritein", "uwi", "writeinvote"):
        return ["Write-in"]
    return [part.strip() for part in text.split("|") if part.strip()]


def _is_number(cell: object) -> bool:
    return bool(re.fullmatch(r"[-+]?\d*\.?\d+", _word(cell)))
