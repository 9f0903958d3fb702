"""Files of preference lists: one row for each agent, one row for each pair, or a document."""

from __future__ import annotations

from collections.abc import Hashable
from os import PathLike
from pathlib import Path
from typing import Any

from mechdesign.errors import InvalidInputError
from mechdesign.io.grids import Grid


def read_list_file(path: str | PathLike[str]) -> Any:
    """The lists of a file, by agent.

    Parameters
    ----------
    path : path
        JSON or YAML with a list for each agent (or both sides and their capacities); else a table:
        ``agent, choice1, choice2, ...`` with the choices best first and nothing behind the last, or
        ``agent, object, rank`` with equal ranks for ties.  A cell ``b ~ c`` is a class of equals.

    Raises
    ------
    InvalidInputError
        Naming the line of what is not such a list.
    """
    from mechdesign.io.documents import read_document
    from mechdesign.io.score_tables import read_grid

    if Path(path).suffix.lower() in (".json", ".yaml", ".yml"):
        return read_document(path)
    return lists_of_grid(read_grid(path))


def is_preflib(data: object) -> bool:
    """Whether data are a path of PrefLib's orders."""
    if not isinstance(data, (str, PathLike)):
        return False
    return Path(data).suffix.lower() in (".soc", ".soi", ".toc", ".toi")


def preflib_lists(path: str | PathLike[str]) -> tuple[list[Any], list[str]]:
    """The order of every voter of a PrefLib file, and the names of the alternatives."""
    from mechdesign.io.preflib import read_preflib

    ballots = read_preflib(path)
    names = list(ballots.names)
    if len(set(names)) < len(names):
        names = [f"{k} {name}" for k, name in enumerate(names, 1)]
    lists: list[Any] = []
    for count, order in ballots.orders:
        lists += [tuple(tuple(names[k - 1] for k in tier) for tier in order)] * int(count)
    return lists, names


def preflib_sides(first: Any, second: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Two sides from two files: the voters of each are the alternatives of the other, in order."""
    lists, others = preflib_lists(first)
    theirs, agents = preflib_lists(second)
    for given, mine, names in ((first, lists, agents), (second, theirs, others)):
        if len(mine) != len(names):
            told = f"have a voter for each of the {len(names)} alternatives of the other file"
            raise InvalidInputError("file", f"{told}, not {len(mine)}", str(given))
    return dict(zip(agents, lists, strict=True)), dict(zip(others, theirs, strict=True))


def lists_of_grid(grid: Grid) -> dict[Hashable, list[Any]]:
    """The lists of a table in one of its two forms."""
    names = [name.lower() for name in grid.columns]
    if len(names) == 3 and names[2] == "rank":
        return _long(grid)
    return _wide(grid)


def _wide(grid: Grid) -> dict[Hashable, list[Any]]:
    if len(grid.columns) < 2:
        told = "have columns agent, choice1, choice2, ... or agent, object, rank"
        raise InvalidInputError("file", told, list(grid.columns), owner=grid.source)
    lists: dict[Hashable, list[Any]] = {}
    for k, row in enumerate(grid.rows):
        agent, *cells = row
        where = f"line {grid.lines[k]}" if grid.lines else f"row {k + 1}"
        if _empty(agent):
            raise InvalidInputError("file", f"name the agent of {where} of {grid.source}", agent)
        if agent in lists:
            raise InvalidInputError("file", f"name every agent once, not again in {where}", agent)
        while cells and _empty(cells[-1]):
            cells.pop()
        if any(_empty(cell) for cell in cells):
            told = f"have no empty choice before another one, as {where} of {grid.source} has"
            raise InvalidInputError("file", told, list(row))
        lists[agent] = [_class(cell) for cell in cells]
    if not lists:
        raise InvalidInputError("file", "hold a row for each agent", grid.source)
    flat = [cell for own in lists.values() for cell in own]
    if flat and all(_number(cell) for cell in flat) and _ranks_by_column(grid):
        told = "hold the choices themselves, best first; these look like ranks under the names"
        raise InvalidInputError("file", f"{told}: use columns agent, object, rank", grid.source)
    return lists


def _ranks_by_column(grid: Grid) -> bool:
    """Whether the head names what the cells then only number."""
    heads = [name.lower() for name in grid.columns[1:]]
    return not any("choice" in name or name.isdigit() or "rank" in name for name in heads)


def _long(grid: Grid) -> dict[Hashable, list[Any]]:
    ranked: dict[Hashable, dict[int, list[Any]]] = {}
    for k, (agent, partner, rank) in enumerate(grid.rows):
        where = f"line {grid.lines[k]}" if grid.lines else f"row {k + 1}"
        if _empty(agent):
            raise InvalidInputError("file", f"name the agent of {where} of {grid.source}", agent)
        own = ranked.setdefault(agent, {})
        if _empty(partner) and _empty(rank):
            continue
        if not _number(rank):
            raise InvalidInputError("file", f"have a whole rank in {where} of {grid.source}", rank)
        own.setdefault(int(rank), []).append(partner)
    return {agent: [tuple(own[r]) for r in sorted(own)] for agent, own in ranked.items()}


def _class(cell: Any) -> Any:
    if isinstance(cell, str) and "~" in cell:
        return tuple(part.strip() for part in cell.split("~"))
    return cell


def _empty(cell: object) -> bool:
    return cell is None or cell == ""


def _number(cell: object) -> bool:
    return str(cell).strip().isdigit()
