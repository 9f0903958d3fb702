"""Conjoint data from tables, wide or long: which column is what is told, no task is dropped."""

from __future__ import annotations

import re
from collections.abc import Sequence
from os import PathLike
from typing import Any

from mechdesign.elections.space import labels_in
from mechdesign.elections.surveys.paired_profiles import Conjoint, conjoint
from mechdesign.errors import InvalidInputError
from mechdesign.io.grids import Grid, decimal_of, parse_cell
from mechdesign.io.score_tables import read_frame, read_grid
from mechdesign.model.reading import is_frame

__all__ = ["is_conjoint", "read_conjoint"]

_PERSON = ("respondent", "respondent_id", "resp_id", "respondentid", "person", "voter", "id")
_TASK = ("task", "task_id", "contest", "round", "question")
_PROFILE = ("profile", "profile_id", "option", "candidate", "alternative")
_CHOICE = ("choice", "chosen", "selected", "winner", "chose")
_WEIGHT = ("weight", "weights")
_GROUP = ("group", "respondent_group", "respondent_party", "voter_party")
_SIDES = (("a_", "b_"), ("left_", "right_"), ("1_", "2_"), ("profile1_", "profile2_"))
_ENDS = (("_a", "_b"), ("_left", "_right"), ("_1", "_2"))
_LEFT = {"a", "left", "1", "first"}
_RIGHT = {"b", "right", "2", "second"}


def is_conjoint(source: str | PathLike[str]) -> bool:
    r"""Whether a table looks like conjoint choices: pairs of columns, or tasks with chosen rows.

    Parameters
    ----------
    source : path
        A table; only the names of its columns count.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp(), "choices.csv")
    >>> _ = file.write_text("A_age,B_age,choice\nold,young,A\n")
    >>> is_conjoint(file)
    True
    """
    grid = read_grid(source)
    names = [name.strip().lower() for name in grid.columns]
    has_choice = any(name in _CHOICE for name in names)
    return has_choice and (bool(_pairs(names)) or any(name in _TASK for name in names))


def read_conjoint(
    source: str | PathLike[str] | Any, *, attributes: Sequence[str] | None = None
) -> Conjoint:
    r"""Forced choices from a table.

    Parameters
    ----------
    source : path or data frame
        *Wide*: a row for each task, columns ``A_age``, ``B_age`` ... (or ``left_``, ``right_``, or
        ``age_1``, ``age_2``) and ``choice`` (A or B, left or right, 1 or 2).  *Long*: two rows for
        each task, columns ``task``, the attributes, and ``chosen`` (1 in one row, 0 in the other).
        In both perhaps ``respondent``, ``group`` and ``weight``.
    attributes : sequence of str, optional
        Which columns are attributes, by name without the side; by default all without another part.

    Raises
    ------
    InvalidInputError
        Naming the row, if a task has not two profiles of which one is chosen, is there twice, or
        has two weights or groups.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp(), "choices.csv")
    >>> _ = file.write_text("respondent,A_age,B_age,choice\nann,old,young,A\nbob,young,old,B\n")
    >>> len(read_conjoint(file))
    2
    """
    grid = read_frame(source) if is_frame(source) else read_grid(source)
    names = [name.strip().lower() for name in grid.columns]
    if len(set(names)) < len(names):
        raise InvalidInputError("columns", "be distinct", list(grid.columns), owner=grid.source)
    pairs = _pairs(names)
    if not grid.rows:
        raise InvalidInputError("file", "have a row for each task", 0, owner=grid.source)
    return _wide(grid, names, pairs, attributes) if pairs else _long(grid, names, attributes)


def _pairs(names: Sequence[str]) -> dict[str, tuple[int, int]]:
    """The columns of both sides of each attribute."""
    found: dict[str, tuple[int, int]] = {}
    for k, name in enumerate(names):
        for first, second in _SIDES:
            if name.startswith(first) and second + name[len(first) :] in names:
                found[name[len(first) :]] = (k, names.index(second + name[len(first) :]))
        for first, second in _ENDS:
            if name.endswith(first) and name[: -len(first)] + second in names:
                rest = name[: -len(first)]
                found.setdefault(rest, (k, names.index(rest + second)))
    return found


def _part(names: Sequence[str], words: Sequence[str], taken: Sequence[int] = ()) -> int | None:
    return next((names.index(w) for w in words if w in names and names.index(w) not in taken), None)


def _needed(grid: Grid, names: Sequence[str], words: Sequence[str], what: str) -> int:
    found = _part(names, words)
    if found is None:
        told = f"have a column of the {what}, such as {' or '.join(words[:3])}"
        raise InvalidInputError("file", told, list(grid.columns), owner=grid.source)
    return found


def _text(grid: Grid, row: int, k: int) -> str:
    cell = grid.rows[row][k]
    text = "" if cell is None or cell != cell else str(cell).strip()
    if not text:
        where = f"an empty cell in {grid.line(row)} of {grid.source}"
        raise InvalidInputError(grid.columns[k], "have a value in every row", where)
    if re.fullmatch(r"-?\d+\.0", text):
        return text[:-2]
    return text


def _weights(grid: Grid, k: int | None, rows: Sequence[int]) -> list[Any] | None:
    if k is None:
        return None
    mark, found = decimal_of(grid), []
    for row in rows:
        cell, _ = parse_cell(grid.rows[row][k], mark)
        if cell is None or len(cell) != 1 or cell[0] is None:
            where = f"{grid.rows[row][k]!r} in {grid.line(row)} of {grid.source}"
            raise InvalidInputError(grid.columns[k], "hold a number", where)
        found.append(cell[0])
    return found


def _lower(attributes: Sequence[str] | None) -> list[str]:
    listed = () if attributes is None else labels_in(attributes, "attributes")
    return [str(name).strip().lower() for name in listed]


def _kept(
    found: dict[str, Any], attributes: Sequence[str] | None, grid: Grid
) -> tuple[dict[str, Any], list[str]]:
    """The attributes that are asked for, and what is left out."""
    if attributes is None:
        return found, []
    asked = _lower(attributes)
    unknown = [name for name in asked if name not in found]
    if unknown or not asked:
        told = f"be among {', '.join(found)}"
        raise InvalidInputError("attributes", told, unknown, owner=grid.source)
    return {name: found[name] for name in asked}, [name for name in found if name not in asked]


def _wide(
    grid: Grid,
    names: list[str],
    pairs: dict[str, tuple[int, int]],
    attributes: Sequence[str] | None,
) -> Conjoint:
    pairs, left_out = _kept(pairs, attributes, grid)
    choice = _needed(grid, names, _CHOICE, "choice")
    person, weight, group, task = (
        _part(names, words) for words in (_PERSON, _WEIGHT, _GROUP, _TASK[:2])
    )
    rows = range(len(grid.rows))
    if person is None:
        task = None
    elif task is not None:
        first: dict[tuple[str, str], int] = {}
        for row in rows:
            who, called = _text(grid, row, person), _text(grid, row, task)
            before = first.setdefault((who, called), row)
            if before != row:
                lines = f"{grid.line(before)}, {grid.line(row)}"
                where = f"task {called} of {who}"
                raise InvalidInputError(where, "be in one row", lines, owner=grid.source)
    won = []
    for row in rows:
        said = _text(grid, row, choice).lower()
        if said not in _LEFT | _RIGHT:
            where = f"{said!r} in {grid.line(row)} of {grid.source}"
            raise InvalidInputError(grid.columns[choice], "be A or B, left or right, 1 or 2", where)
        won.append(said in _LEFT)
    sides = [
        [{name: _text(grid, row, pair[s]) for name, pair in pairs.items()} for row in rows]
        for s in (0, 1)
    ]
    used = {choice, person, weight, group, task, *(k for pair in pairs.values() for k in pair)}
    told = _told("wide", grid, list(pairs), choice, person, weight, group, task)
    ignored = [grid.columns[k] for k in range(len(names)) if k not in used]
    if ignored or left_out:
        told.append(f"ignored: {', '.join([*ignored, *left_out])}")
    return conjoint(
        sides[0],
        sides[1],
        won,
        respondents=None if person is None else [_text(grid, row, person) for row in rows],
        weights=_weights(grid, weight, rows),
        groups=None if group is None else [_text(grid, row, group) for row in rows],
        decisions=(*grid.decisions, *told),
    )


def _long(grid: Grid, names: list[str], attributes: Sequence[str] | None) -> Conjoint:
    task = _needed(grid, names, _TASK, "task")
    choice = _needed(grid, names, _CHOICE, "choice")
    asked = [k for k, name in enumerate(names) if name in _lower(attributes)]
    person, weight, group, profile = (
        _part(names, words, (task, choice, *asked))
        for words in (_PERSON, _WEIGHT, _GROUP, _PROFILE)
    )
    taken = {task, choice, person, weight, group, profile}
    free = {names[k]: k for k in range(len(names)) if k not in taken}
    if not free:
        raise InvalidInputError(
            "file", "have columns of attributes", list(grid.columns), owner=grid.source
        )
    free, left_out = _kept(free, attributes, grid)
    tasks: dict[tuple[str, str], list[int]] = {}
    for row in range(len(grid.rows)):
        who = "" if person is None else _text(grid, row, person)
        tasks.setdefault((who, _text(grid, row, task)), []).append(row)
    firsts, sides, won = [], ([], []), []  # type: ignore[var-annotated]
    for (who, called), rows in tasks.items():
        where = f"task {called}" + (f" of {who}" if who else "")
        if len(rows) != 2:
            lines = ", ".join(grid.line(row) for row in rows[:4])
            need = "have two profiles in each task"
            raise InvalidInputError(where, need, f"{len(rows)}: {lines}", owner=grid.source)
        if profile is not None:
            marks = [_text(grid, row, profile) for row in rows]
            if marks[0] == marks[1]:
                raise InvalidInputError(where, "have two profiles", marks, owner=grid.source)
            rows = sorted(rows, key=lambda row: _text(grid, row, profile))
        for k in (weight, group):
            both = [] if k is None else [_text(grid, row, k) for row in rows]
            if k is not None and both[0] != both[1]:
                told_of = f"{grid.columns[k]} of {where}"
                raise InvalidInputError(told_of, "be one in both rows", both, owner=grid.source)
        said = [_text(grid, row, choice).lower() for row in rows]
        marked = [x in ("1", "true", "yes") for x in said]
        if sum(marked) != 1 or any(x not in ("0", "1", "true", "false", "yes", "no") for x in said):
            need = "have chosen 1 in one row and 0 in the other"
            raise InvalidInputError(where, need, said, owner=grid.source)
        for side, row in zip(sides, rows, strict=True):
            side.append({name: _text(grid, row, k) for name, k in free.items()})
        firsts.append(rows[0])
        won.append(marked[0])
    told = _told("long", grid, list(free), choice, person, weight, group, task)
    order = "order of the file" if profile is None else f"order of {grid.columns[profile]}"
    told.append(f"the left profile of a task is the first in the {order}")
    if left_out:
        told.append(f"ignored: {', '.join(left_out)}")
    return conjoint(
        sides[0],
        sides[1],
        won,
        respondents=None if person is None else [_text(grid, row, person) for row in firsts],
        weights=_weights(grid, weight, firsts),
        groups=None if group is None else [_text(grid, row, group) for row in firsts],
        decisions=(*grid.decisions, *told),
    )


def _told(
    form: str,
    grid: Grid,
    attributes: Sequence[str],
    choice: int,
    person: int | None,
    weight: int | None,
    group: int | None,
    task: int | None = None,
) -> list[str]:
    named = [f"attributes {', '.join(attributes)}"]
    parts = (
        *(("choice", choice), ("task", task), ("respondent", person)),
        *(("weight", weight), ("group", group)),
    )
    named += [f"{what} {grid.columns[k]}" for what, k in parts if k is not None]
    told = [f"read as a {form} conjoint table: {'; '.join(named)}"]
    if person is None:
        told.append("no column of respondents: choices count as independent")
    return told
