"""Ballots in tables: counted ballots, approvals, grids of ranks."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any, Literal, NoReturn

from mechdesign.errors import InvalidInputError
from mechdesign.io.ballots.building import Builder, ranks_by_place
from mechdesign.io.ballots.cast_votes import ordinal
from mechdesign.io.grids import Grid, parse_cell
from mechdesign.io.preflib import Ballots

__all__ = [
    "grades",
    "looks_like_approvals",
    "looks_like_grades",
    "looks_like_ranks",
    "rank_grid",
    "row_ballots",
    "win_matrix",
]

#: Rows of these are voters, whatever they hold; rows of the others may be systems.
_ONLY_VOTERS = frozenset(
    ("voter", "voters", "voter id", "voter_id", "respondent", "response id", "ballot", "ballot id")
)
#: Columns of these are about the ballot.
_ABOUT = re.compile(r"(.*[\s_-])?id|precinct|batch|ward|district|polling (?:place|station)", re.I)
_PERHAPS_VOTERS = frozenset(("timestamp", "email"))
# Short enough that an exponent cannot fill the memory.
_NUMBER = re.compile(
    r"[-+]?(?:\d{1,300}(?:\.\d{0,300})?|\.\d{1,300})(?:e[-+]?\d{1,2})?|\d{1,300}/\d{1,300}", re.I
)
_ORDINAL = re.compile(r"(\d{1,4})(?:=|st|nd|rd|th|\.)*", re.IGNORECASE)
_ASKED = re.compile(r"(.*?\S)\s*\[([^\[\]]+)\]")
# So many rows say of what kind a column is.
_FIRST = 50
_YES, _NO = frozenset({"1", "x", "true", "yes"}), frozenset({"0", "", "false", "no", "-"})
_COUNTS = re.compile(
    r"(?:no\.?|number|count|frequency|weight|quantity|total)?[\s_]*(?:of[\s_]*)?"
    r"(?:counts?|votes|voters|n|percent(?:age)?|%|pct|share|times|weights?|number|ballots|frequency|freq|quantity)"
)
_BALLOT = ("ballot", "ballots", "ranking", "rankings", "preference", "preferences", "order")
_SYSTEM = ("system", "model", "model_name", "method", "algorithm", "team", "submission")
_VOTER = (
    *("voter", "voters", "respondent", "response id", "ballot", "ballot id", "person", "id"),
    *("voter id", "voter_id", "timestamp", "email", "judge", "participant"),
)


def ballot_columns(grid: Grid) -> tuple[int | None, int] | None:
    """The columns of counts (None where every row is one ballot) and of ballots such as A > B."""
    lowered = [name.lower() for name in grid.columns]
    texts = [
        k
        for k in range(len(grid.columns))
        if any(isinstance(cell, str) and ">" in cell for cell in grid.column(k))
        or (
            lowered[k] in _BALLOT
            and all(_blank(c) or _number(c) is None for c in grid.column(k))
            and (
                lowered[k] in _BALLOT[:2]
                or any(isinstance(c, str) and "," in c for c in grid.column(k))
            )
        )
    ]
    if len(texts) != 1:
        return None
    text = texts[0]
    counts = [k for k, name in enumerate(lowered) if _COUNTS.fullmatch(name) and k != text]
    others = [k for k in range(len(lowered)) if k != text]
    if lowered[text] in _BALLOT:
        return (counts[0] if counts else None), text
    # Under another name only a table of counts and ballots is one of ballots.
    if len(others) == 1 and all(_number(cell) is not None for cell in grid.column(others[0])):
        return others[0], text
    return None


def row_ballots(grid: Grid, **policies: Any) -> Ballots | None:
    """The ballots of a table of counted ballots or of approvals, None for another table.

    Parameters
    ----------
    grid : Grid
        The table.
    **policies
        As in :func:`mechdesign.io.ballots.blt.parse_blt`.

    Raises
    ------
    InvalidInputError
        With the line that cannot be read.
    """
    columns = ballot_columns(grid)
    if columns is None:
        return _approvals(grid, policies) if _is_approvals(grid) else None
    count, text = columns
    builder = Builder(grid.source, **policies)
    commas = not any(">" in str(cell) for cell in grid.column(text))
    for k, row in enumerate(grid.rows):
        weight: int | Fraction = 1
        if count is not None:
            found = _number(row[count])
            if found is None or found < 0:
                _refuse(
                    grid, k, f"hold a number of at least 0 in {grid.columns[count]!r}", row[count]
                )
            weight = int(found) if found.denominator == 1 else found
        cell = "" if row[text] is None else str(row[text])
        ranks = [
            [name.strip() for name in rank.split("=")]
            for rank in cell.split("," if commas else ">")
        ]
        if not cell.strip():
            ranks = []
        if any(not name or re.search("[;|<]", name) for rank in ranks for name in rank):
            _refuse(grid, k, "hold a ballot such as A > B = C", cell)
        builder.add(weight, ranks, grid.line(k))
    others = [name or "(no name)" for k, name in enumerate(grid.columns) if k not in columns]
    told = [*grid.decisions]
    if others:
        told.append(f"columns that are no choices and were ignored: {', '.join(others)}")
    return builder.ballots("counted ballots", told=told)


def looks_like_approvals(grid: Grid) -> bool:
    """Whether the rows are voters who mark each candidate with yes or no."""
    label = grid.columns[0].lower().strip()
    voters = label in _VOTER or (label not in _SYSTEM and _numbered(_labels(grid)))
    return voters and len(grid.rows) > 1 and _is_approvals(grid)


def _is_approvals(grid: Grid) -> bool:
    columns = _candidates(grid)
    cells = {_word(row[k]) for row in grid.rows for _, k in columns}
    return len(columns) > 1 and cells <= _YES | _NO and bool(cells & _YES)


def _approvals(grid: Grid, policies: dict[str, Any]) -> Ballots:
    columns = _candidates(grid)
    builder = Builder(grid.source, [name for name, _ in columns], approvals=True, **policies)
    for k, row in enumerate(grid.rows):
        marked = [name for name, j in columns if _word(row[j]) in _YES]
        builder.add(1, [marked] if marked else [], grid.line(k))
    told = [*grid.decisions, *_ignored(grid, [j for _, j in columns])]
    return builder.ballots("approvals, one ballot a row", told=told)


def _word(cell: object) -> str:
    return "" if cell is None else str(cell).strip().lower()


def header_is_data(grid: Grid) -> bool:
    """Whether the first line of a file is of the same kind as the others: a row, not a header."""
    label = grid.columns[0].lower().strip()
    if not grid.lines or not label or label in (*_SYSTEM, *_VOTER, *_BALLOT, "name", "task"):
        return False
    head = []
    for k, name in enumerate(grid.columns):
        cells = [row[k] for row in grid.rows[:_FIRST] if not _blank(row[k])]
        if cells and all(_number(cell) is not None for cell in cells):
            found = _number(name)
            if found is None:
                return False
            head.append(found)
    if not head or all(v.denominator == 1 and 1900 <= v <= 2100 for v in head):
        return False
    # Columns that are called 1, 2, 3 have names.
    return len(head) == 1 or any(b - a != 1 for a, b in itertools.pairwise(head))


def without_header(grid: Grid) -> Grid:
    """The table whose first line is a row like the others."""
    columns = tuple(f"column {k}" for k in range(1, len(grid.columns) + 1))
    lines = (1, *grid.lines) if grid.lines else ()
    return replace(grid, columns=columns, rows=(grid.columns, *grid.rows), lines=lines)


def win_matrix(grid: Grid) -> list[tuple[str, str, Fraction]] | None:
    """How often the row beat the column, from a square table of wins; None for another table.

    Raises
    ------
    InvalidInputError
        If rows and columns have the same names, and a cell is no number of wins.
    """
    labels = list(grid.columns[1:])
    names = [str(row[0]) for row in grid.rows]
    if len(names) < 2 or sorted(names) != sorted(labels) or len(set(names)) != len(names):
        return None
    texts = {
        (name, other): "" if _blank(cell) else str(cell).strip()
        for name, row in zip(names, grid.rows, strict=True)
        for other, cell in zip(labels, row[1:], strict=True)
    }
    own = {texts[name, name] for name in names}
    if len(own) > 1 or not any(text for (a, b), text in texts.items() if a != b):
        return None
    pairs: dict[tuple[str, str], Fraction] = {}
    for (name, other), text in texts.items():
        wins = _number(text or "0")
        if name != other and (wins is None or wins < 0):
            constraint = f"hold a number of wins against {other} (or say --as scores)"
            _refuse(grid, names.index(name), constraint, text)
        if name != other and wins:
            pairs[name, other] = wins
    if _number(own.pop()) and all(pairs.get((b, a)) == wins for (a, b), wins in pairs.items()):
        constraint = "hold no wins of a name against itself (or say --as scores)"
        _refuse(grid, 0, constraint, ", ".join(map(str, grid.rows[0])))
    order = {label: k for k, label in enumerate(labels)}
    return [
        (a, b, wins)
        for (a, b), wins in sorted(pairs.items(), key=lambda p: (order[p[0][0]], order[p[0][1]]))
    ]


def looks_like_ranks(grid: Grid) -> Literal["yes", "perhaps", "no"]:
    """Whether a table holds one row of ranks for each voter: for certain, perhaps or not."""
    columns = _candidates(grid)
    m, first = len(columns), columns[0][1] if columns else 0
    if m < 2 or len(grid.rows) < 2:
        return "no"
    known: list[list[int]] = []
    said = True
    for row in grid.rows:
        cells = [row[k] for _, k in columns if not _blank(row[k])]
        places = [_place(cell) for cell in cells]
        # Most tables are told from ranks by their first row.
        if not all(1 <= place <= m for place in places):
            strict = sum(sorted(r) == list(range(1, m + 1)) for r in known)
            named = first and not grid.columns[0].strip() and _numbered(_labels(grid))
            return "perhaps" if named and strict >= 2 else "no"
        said = said and not any(str(cell).strip().isdecimal() for cell in cells)
        known.append(places)
    if said and any(known):
        # Cells such as 1st are ranks whatever the rows are called, unless they are systems.
        label = grid.columns[0].lower().strip() if first else ""
        return "perhaps" if label in _SYSTEM else "yes"
    ranked = [_is_ranks(row) for row in known if row]
    strict = sum(sorted(row) == list(range(1, len(row) + 1)) and len(row) > 1 for row in known)
    label = grid.columns[0].lower().strip() if first else ""
    tied = all(ranked) and strict and (label in _VOTER or (first and _numbered(_labels(grid))))
    if label in _SYSTEM or (strict < max(2, len(known) / 2) and not tied):
        return "no"
    if strict < 2:
        return "perhaps"
    if all(ranked) and (not first or label in _VOTER or _numbered(_labels(grid))):
        return "yes"
    voters = label in _VOTER or (first and _numbered(_labels(grid)))
    return "perhaps" if all(ranked) or voters else "no"


def looks_like_grades(grid: Grid) -> Literal["yes", "perhaps", "no"]:
    """Whether the rows are voters who grade the candidates: for certain, perhaps or not."""
    columns, label = _candidates(grid), grid.columns[0].lower().strip()
    numbers = all(
        _blank(row[k]) or _number(row[k]) is not None for row in grid.rows for _, k in columns
    )
    if len(columns) < 2 or not numbers or all(_blank(r[k]) for r in grid.rows for _, k in columns):
        return "no"
    asked = bool(_ASKED.fullmatch(grid.columns[columns[0][1]]))
    if label in _ONLY_VOTERS or (asked and label in _VOTER):
        return "yes"
    return "perhaps" if label in _PERHAPS_VOTERS else "no"


def grades(
    grid: Grid, decimal: str, words: Sequence[str] = ()
) -> tuple[list[str], list[list[Any]], list[str]]:
    """The candidates, the grades of each by voter (None where blank), and what is told.

    Where grades are `words`, the worst one first, they are numbered from 0.

    Raises
    ------
    InvalidInputError
        With the line of a cell that is no number, or none of the words.
    """
    columns = _candidates(grid)
    names = [name for name, _ in columns]
    if len(set(names)) != len(names) or not all(names):
        raise InvalidInputError("columns", "name every candidate once", names, owner=grid.source)
    if not names:
        raise InvalidInputError(
            "kind", "be grades only for columns of candidates", grid.columns, owner=grid.source
        )
    scale = {word.strip().lower(): k for k, word in enumerate(words)}
    if len(scale) != len(words) or (words and ("" in scale or len(scale) < 2)):
        raise InvalidInputError("grades", "be two distinct words or more", list(words))
    found: list[list[Any]] = [[] for _ in columns]
    for k, row in enumerate(grid.rows):
        for mine, (name, j) in zip(found, columns, strict=True):
            if scale and not _blank(row[j]):
                word = str(row[j]).strip().lower()
                if word not in scale:
                    _refuse(grid, k, f"hold one of {', '.join(words)} in {name!r}", row[j])
                mine.append(scale[word])
                continue
            cell, _ = parse_cell(row[j], decimal)
            if cell is None or len(cell) != 1:
                constraint = f"hold a grade or nothing in {name!r}"
                _refuse(grid, k, f"{constraint} (--grades WORST,...,BEST orders words)", row[j])
            mine.append(cell[0])
    taken = f"read as grades, one voter a row (blank is no grade): {len(grid.rows)} voters, "
    told = [*grid.decisions, *_ignored(grid, [j for _, j in columns])]
    if words:
        told.insert(0, f"grades: {', '.join(f'{word} = {k}' for k, word in enumerate(words))}")
    return names, found, [f"{taken}{len(names)} candidates", *told]


def rank_grid(grid: Grid, **policies: Any) -> Ballots:
    """The ballots of a grid of ranks: a row for each voter, a column for each candidate.

    Parameters
    ----------
    grid, **policies
        As in :func:`row_ballots`; equal ranks are ties unless ``overvote`` says otherwise.

    Raises
    ------
    InvalidInputError
        With the line of a cell that is no rank.
    """
    columns = _candidates(grid)
    names = [name for name, _ in columns]
    if len(set(names)) != len(names) or not all(names):
        raise InvalidInputError("columns", "name every candidate once", names, owner=grid.source)
    builder = Builder(grid.source, names, **policies)
    for k, row in enumerate(grid.rows):
        places = []
        for name, j in columns:
            if _blank(row[j]):
                continue
            place = _place(row[j])
            if not 1 <= place <= 1000:
                _refuse(grid, k, f"hold ranks 1, 2, ... or nothing in {name!r}", row[j])
            places.append((name, place))
        builder.add(1, ranks_by_place(places), grid.line(k))
    what = f"a grid of ranks (1 is best, blank is not listed), {len(grid.rows)} voters"
    told = [*grid.decisions, *_ignored(grid, [j for _, j in columns])]
    return builder.ballots(what, told=told)


def _candidates(grid: Grid) -> list[tuple[str, int]]:
    """The candidates and their columns: all but the first where that names the voters.

    Forms call them ``Your ranking [Ann]``.
    """
    asked: dict[str, list[tuple[str, int]]] = {}
    for k, name in enumerate(grid.columns):
        found = _ASKED.fullmatch(name)
        if found:
            asked.setdefault(found[1], []).append((found[2].strip(), k))
    questions = [columns for columns in asked.values() if len(columns) > 1]
    if len(questions) == 1:
        return questions[0]
    label = grid.columns[0].lower().strip()
    labels = [row[0] for row in grid.rows[:_FIRST] if not _blank(row[0])]
    texts = any(not _place(cell) and _number(cell) is None for cell in labels)
    first = int(texts or not label or label in _VOTER)
    # A first column of numbers without a name that says otherwise is a candidate's.
    return [
        (name, k)
        for k, name in enumerate(grid.columns)
        if k >= first and not (k and _ABOUT.fullmatch(name.strip()))
    ]


def _place(cell: object) -> int:
    """The rank that a cell says, as 2, 2= or 2nd; 0 for none."""
    text = "" if cell is None else str(cell).strip()
    found = _ORDINAL.fullmatch(text)
    if found:
        return int(found[1])
    number = _number(text)
    whole = number is not None and number.denominator == 1 and 0 < number < 10**5
    return int(number) if number is not None and whole else ordinal(text)


def _ignored(grid: Grid, used: Sequence[int]) -> list[str]:
    """What is told of columns after the first that were not read."""
    left = [name or "(no name)" for k, name in enumerate(grid.columns) if k and k not in used]
    return [f"columns that are no choices and were ignored: {', '.join(left)}"] if left else []


def _is_ranks(row: list[int]) -> bool:
    """Whether numbers are 1, 2, ... with ties, whose places may be counted in either way."""
    levels = sorted(set(row))
    dense = levels == list(range(1, len(levels) + 1))
    return dense or all(v == 1 + sum(w < v for w in row) for v in row)


def _labels(grid: Grid) -> list[Any]:
    return [row[0] for row in grid.rows]


def _numbered(labels: Sequence[object]) -> bool:
    """Whether labels are numbers, or one word with the numbers 1, 2, ..."""
    parts = [re.fullmatch(r"(.*?)(\d+)", str(label).strip()) for label in labels]
    stems = {part.group(1) for part in parts if part}
    return all(parts) and len(stems) == 1


def _blank(cell: object) -> bool:
    return cell is None or str(cell).strip() in ("", "-", "nan", "NA")


def _number(cell: object) -> Fraction | None:
    text = "" if cell is None else str(cell).strip()
    try:
        return Fraction(text) if _NUMBER.fullmatch(text) else None
    except ZeroDivisionError:
        return None


def _refuse(grid: Grid, row: int, constraint: str, value: object) -> NoReturn:
    raise InvalidInputError(grid.line(row), constraint, value, owner=grid.source)
