"""Games from files: tables of row, column and payoffs, and the strategic form of Gambit."""

from __future__ import annotations

import math
import re
from collections.abc import Hashable
from os import PathLike
from typing import Any

from mechdesign.errors import InvalidInputError
from mechdesign.games.tables.finite_tables import MOST_PROFILES, FiniteGame, finite
from mechdesign.io.files import as_path, decode, read_bytes
from mechdesign.io.grids import Grid, decimal_of, parse_cell
from mechdesign.io.score_tables import read_grid
from mechdesign.model import Number, parse_number, show

__all__ = ["read_game", "to_nfg"]

_FRACTION = re.compile(r"[+-]?\d+/\d+")
_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"|([{}])|([^\s{}",]+)|(\S)')


def read_game(source: str | PathLike[str]) -> FiniteGame:
    """A game from a file.

    Parameters
    ----------
    source : path
        A table with the columns ``row``, ``column``, ``payoff1`` and ``payoff2``, one row for each
        pair of actions; or ``.nfg``, the strategic form of Gambit, with payoffs or with outcomes.

    Raises
    ------
    InvalidInputError
        On other columns, pairs that are missing or there twice, or cells that are no numbers,
        with their line.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "pennies.nfg"
    >>> _ = file.write_text('NFG 1 R "Pennies" { "A" "B" } { 2 2 }  1 -1 -1 1 -1 1 1 -1')
    >>> read_game(file).payoff((1, 2))
    (-1, 1)
    """
    file = as_path(source)
    if file.suffix.lower() != ".nfg":
        return _of_rows(read_grid(source))
    text, told = decode(read_bytes(source), file.name)
    found = _of_nfg(text, file.name)
    return FiniteGame(found.players, found.actions, found.payoffs, told)


def to_nfg(game: object, title: str = "") -> str:
    """The strategic form of Gambit, with payoffs.

    Parameters
    ----------
    game : FiniteGame or payoffs
        See :func:`finite`.
    title : str
        Of the game.

    Examples
    --------
    >>> from mechdesign.games import finite
    >>> print(to_nfg(finite([[(1, 0), (0, 1)]])))
    NFG 1 R "" { "0" "1" } { { "0" } { "0" "1" } } ""
    <BLANKLINE>
    1 0 0 1
    """
    game = finite(game)

    def quoted(label: Hashable) -> str:
        escaped = str(label).replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'

    players = " ".join(map(quoted, game.players))
    actions = " ".join("{ " + " ".join(map(quoted, own)) + " }" for own in game.actions)
    # There the actions of the first player change fastest.
    order = sorted(enumerate(game.places), key=lambda pair: pair[1][::-1])
    cells = " ".join(show(row[k]) for k, _ in order for row in game.payoffs)
    return f'NFG 1 R {quoted(title)} {{ {players} }} {{ {actions} }} ""\n\n{cells}'


def _of_rows(grid: Grid) -> FiniteGame:
    names = [name.strip().lower() for name in grid.columns]
    wanted = ("row", "column", "payoff1", "payoff2")
    if sorted(names) != sorted(wanted) or not grid.rows:
        told = f"have the columns {', '.join(wanted)} and a row for each pair of actions"
        raise InvalidInputError("game", told, list(grid.columns), owner=grid.source)
    mark = decimal_of(grid)
    at = [names.index(name) for name in wanted]
    cells: dict[tuple[str, str], tuple[Number, Number]] = {}
    for k, row in enumerate(grid.rows):
        pair = (str(row[at[0]]).strip(), str(row[at[1]]).strip())
        if not all(pair) or None in (row[at[0]], row[at[1]]):
            raise InvalidInputError("row, column", "be named", grid.line(k), owner=grid.source)
        if pair in cells:
            told = "hold each pair of actions once"
            raise InvalidInputError("game", told, f"{pair} again in {grid.line(k)}")
        payoffs = []
        for name, j in zip(wanted[2:], at[2:], strict=True):
            payoffs.append(_number(row[j], mark, name, f"{grid.line(k)} of {grid.source}"))
        cells[pair] = (payoffs[0], payoffs[1])
    rows = tuple(dict.fromkeys(r for r, _ in cells))
    columns = tuple(dict.fromkeys(c for _, c in cells))
    missing = next(((r, c) for r in rows for c in columns if (r, c) not in cells), None)
    if missing is not None:
        raise InvalidInputError("game", f"have a row for {missing}", grid.source)
    payoffs_of = tuple(tuple(cells[r, c][k] for r in rows for c in columns) for k in (0, 1))
    return FiniteGame(("row", "column"), (rows, columns), payoffs_of, grid.decisions)


def _number(cell: object, mark: str, name: str, where: str) -> Number:
    if isinstance(cell, str) and _FRACTION.fullmatch(cell.strip()):
        return parse_number(cell, name)
    found, unit = parse_cell(cell, mark)
    if found is None or len(found) != 1 or found[0] is None or unit:
        raise InvalidInputError(name, "hold a number", f"{cell!r} in {where}")
    return found[0]


class _Tokens:
    """The words of a file, taken one after the other."""

    def __init__(self, text: str, name: str) -> None:
        self.name = name
        self.listed = [one for one in _TOKEN.finditer(text) if one[0] != ","]
        self.next = 0
        self.text = text

    def refuse(self, told: str) -> InvalidInputError:
        here = self.listed[self.next] if self.next < len(self.listed) else None
        if here is None:
            return InvalidInputError("game", told, "the end", owner=self.name)
        line = self.text.count("\n", 0, here.start()) + 1
        return InvalidInputError("game", told, f"{here[0][:40]!r} in line {line}", owner=self.name)

    @property
    def done(self) -> bool:
        return self.next >= len(self.listed)

    def peek(self) -> str:
        """``text`` for a quoted word, a brace, or the bare word."""
        if self.done:
            return ""
        found = self.listed[self.next]
        return "text" if found[1] is not None else found[0]

    def take(self, told: str, *expected: str) -> str:
        word = self.peek()
        if not word or (expected and word not in expected):
            raise self.refuse(told)
        found = self.listed[self.next]
        self.next += 1
        if found[1] is not None:
            return re.sub(r"\\(.)", r"\1", found[1])
        return found[0]

    def number(self) -> Number:
        word = self.peek()
        if not word or word in ("text", "{", "}"):
            raise self.refuse("hold a number here")
        try:
            found = parse_number(word, "game")
        except InvalidInputError:
            raise self.refuse("hold a number here") from None
        self.next += 1
        return found

    def texts(self, told: str) -> list[str]:
        self.take(told, "{")
        found = []
        while self.peek() == "text":
            found.append(self.take(told))
        self.take(told, "}")
        return found


def _of_nfg(text: str, name: str) -> FiniteGame:
    words = _Tokens(text, name)
    words.take("begin with NFG 1", "NFG")
    words.take("begin with NFG 1", "1")
    words.take("name the kind of its numbers, R or D", "R", "D")
    words.take("have a title in quotes", "text")
    players = words.texts("list its players in braces")
    actions = _nfg_actions(words, len(players))
    if words.peek() == "text":
        words.take("have a comment")
    size = math.prod(map(len, actions))
    if size > MOST_PROFILES:
        raise InvalidInputError("game", f"have at most {MOST_PROFILES:,} profiles", size)
    if words.peek() == "{":
        cells = _nfg_outcomes(words, len(players), size)
    else:
        cells = [[words.number() for _ in players] for _ in range(size)]
    if not words.done:
        raise words.refuse(f"end after the payoffs of {size} profiles")
    sizes = [len(own) for own in actions]
    # The file has the actions of the first player change fastest.
    rows: list[list[Number]] = [[] for _ in players]
    for k in range(size):
        place, rest = [], k
        for s in reversed(sizes):
            place.append(rest % s)
            rest //= s
        at = 0
        for j, s in zip(place, reversed(sizes), strict=True):
            at = at * s + j
        for row, x in zip(rows, cells[at], strict=True):
            row.append(x)
    return FiniteGame(tuple(players), tuple(map(tuple, actions)), tuple(map(tuple, rows)))


def _nfg_actions(words: _Tokens, n: int) -> list[list[Any]]:
    told = f"list the actions of {n} players in braces"
    words.take(told, "{")
    found: list[list[Any]] = []
    while words.peek() != "}":
        if words.peek() == "{":
            found.append(list(words.texts(told)))
            continue
        count = words.number()
        if not isinstance(count, int) or not 1 <= count <= MOST_PROFILES:
            words.next -= 1
            raise words.refuse("hold a number of actions here")
        found.append(list(range(1, count + 1)))
    words.take(told, "}")
    if len(found) != n or not all(found):
        raise InvalidInputError("game", told, [len(own) for own in found], owner=words.name)
    return found


def _nfg_outcomes(words: _Tokens, n: int, size: int) -> list[list[Number]]:
    told = "list outcomes, each a name and payoffs in braces"
    words.take(told, "{")
    outcomes: list[list[Number]] = [[0] * n]
    while words.peek() == "{":
        words.take(told, "{")
        words.take(told, "text")
        outcomes.append([words.number() for _ in range(n)])
        words.take(told, "}")
    words.take(told, "}")
    cells = []
    for _ in range(size):
        k = words.number()
        if not isinstance(k, int) or not 0 <= k < len(outcomes):
            words.next -= 1
            raise words.refuse(f"name an outcome from 0 to {len(outcomes) - 1} here")
        cells.append(outcomes[k])
    return cells
