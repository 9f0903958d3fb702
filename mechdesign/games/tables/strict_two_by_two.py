"""The strict ordinal games of two players with two actions each: 144 of them, 78 up to players."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from mechdesign.errors import InvalidInputError
from mechdesign.games.tables.dominance import dominant_actions
from mechdesign.games.tables.equilibria import pure_equilibria
from mechdesign.games.tables.finite_tables import FiniteGame, bimatrix, finite
from mechdesign.io.table import Table
from mechdesign.model import Number, Reference, serializable
from mechdesign.records import dataclass

__all__ = ["NAMED", "OrdinalClass", "canonical_form", "classify", "ordinal_games", "ordinal_table"]

RAPOPORT = Reference(
    "rapoport1966",
    "Rapoport, A. and Guyer, M.",
    "A taxonomy of 2 x 2 games",
    1966,
    "General Systems 11",
)
Cells = tuple[tuple[int, int], ...]


def _symmetric(both: int, only_own: int, only_other: int, none: int) -> FiniteGame:
    """A symmetric game by the own payoff: both cooperate, only I do, only the other, nobody."""
    rows = [[both, only_own], [only_other, none]]
    return bimatrix(rows, [[both, only_other], [only_own, none]])


#: Well-known games, by the ranks of their payoffs; action 0 is to cooperate where that means
#: something.  In the battle of the sexes everybody prefers the own favourite alone to that of the
#: other alone.
NAMED: Mapping[str, FiniteGame] = MappingProxyType(
    {
        "prisoner's dilemma": _symmetric(3, 1, 4, 2),
        "chicken": _symmetric(3, 2, 4, 1),
        "stag hunt": _symmetric(4, 1, 3, 2),
        "deadlock": _symmetric(2, 1, 4, 3),
        "harmony": _symmetric(4, 3, 2, 1),
        "battle of the sexes": bimatrix([[4, 2], [1, 3]], [[3, 2], [1, 4]]),
    }
)


def canonical_form(game: object, players_alike: bool = True) -> FiniteGame:
    r"""The ranks of the payoffs, 4 the best, in one form for all ways to write a game.

    Parameters
    ----------
    game : FiniteGame or payoffs
        Of shape (2, 2), each player's four payoffs distinct.
    players_alike : bool
        Whether exchanging the players counts as another way to write it, too.

    Returns
    -------
    FiniteGame
        Of all exchanges of rows, of columns and perhaps of players the one whose cells come first.

    Examples
    --------
    >>> print(canonical_form([[(8, 8), (0, 10)], [(10, 0), (5, 5)]]))
    0 \ 1  0     1
    -----  ----  ----
    0      1, 4  3, 3
    1      2, 2  4, 1
    """
    cells = _ranks(finite(game))
    return _game(min(_ways(cells, _flag(players_alike))))


def ordinal_games(players_alike: bool = True) -> tuple[FiniteGame, ...]:
    """All strict ordinal 2x2 games in canonical form.

    Parameters
    ----------
    players_alike : bool
        Whether games that differ by an exchange of the players count once: 78 games, else 144.

    Examples
    --------
    >>> len(ordinal_games()), len(ordinal_games(players_alike=False))
    (78, 144)
    """
    return _all(_flag(players_alike))


def _flag(players_alike: object) -> bool:
    if not isinstance(players_alike, bool):
        raise InvalidInputError("players_alike", "be True or False", players_alike)
    return players_alike


@functools.cache
def _all(players_alike: bool) -> tuple[FiniteGame, ...]:
    every = itertools.permutations((1, 2, 3, 4))
    pairs = itertools.product(list(every), repeat=2)
    forms = {
        min(_ways(tuple(zip(first, second, strict=True)), players_alike)) for first, second in pairs
    }
    return tuple(map(_game, sorted(forms)))


@serializable("games.OrdinalClass")
@dataclass(frozen=True)
class OrdinalClass:
    """What kind of game a strict 2x2 game is.

    Parameters
    ----------
    name : str
        One of :data:`NAMED`, or empty.
    pure : int
        How many pure equilibria it has.
    dominant : int
        How many players have a dominant action.
    inferior : bool
        Whether it has one equilibrium only, and another profile is better for both.
    """

    name: str
    pure: int
    dominant: int
    inferior: bool


def classify(game: object) -> OrdinalClass:
    """The kind of a strict 2x2 game, whatever its numbers and however it is written.

    Parameters
    ----------
    game : FiniteGame or payoffs
        As in :func:`canonical_form`.

    Examples
    --------
    >>> classify([[(8, 8), (0, 10)], [(10, 0), (5, 5)]])
    OrdinalClass(name="prisoner's dilemma", pure=1, dominant=2, inferior=True)
    """
    form = canonical_form(game)
    stable = pure_equilibria(form)
    dominant = sum(action is not None for action in dominant_actions(form).values())
    inferior = False
    if len(stable) == 1:
        own = form.payoff(stable[0])
        cells = zip(*form.payoffs, strict=True)
        inferior = any(a > own[0] and b > own[1] for a, b in cells)
    name = next((name for name, one in _names() if one == form), "")
    return OrdinalClass(name, len(stable), dominant, inferior)


def ordinal_table(players_alike: bool = True) -> Table:
    """All strict 2x2 games with their classes.

    Examples
    --------
    >>> ordinal_table().column("pure equilibria").count(2)
    12
    """
    rows: list[list[Any]] = []
    for k, one in enumerate(ordinal_games(players_alike), 1):
        kind = classify(one)
        cells = " ".join(f"{a}{b}" for a, b in zip(*one.payoffs, strict=True))
        inferior = "yes" if kind.inferior else ""
        rows.append([k, cells, kind.name, kind.pure, kind.dominant, inferior])
    columns = (
        *("game", "cells", "name", "pure equilibria", "dominant actions"),
        "equilibrium worse for both",
    )
    return Table(columns, rows, "cells row by row, the ranks of both players, 4 the best")


@functools.cache
def _names() -> tuple[tuple[str, FiniteGame], ...]:
    return tuple((name, canonical_form(one)) for name, one in NAMED.items())


def _ranks(game: FiniteGame) -> Cells:
    if game.shape != (2, 2):
        raise InvalidInputError("game", "have two players with two actions each", game.shape)
    ranks = []
    for player, own in zip(game.players, game.payoffs, strict=True):
        if len(set(own)) != 4:
            told = "be distinct: ordinal games are strict"
            raise InvalidInputError(f"payoffs[{player!r}]", told, own)
        order: list[Number] = sorted(own)
        ranks.append([order.index(x) + 1 for x in own])
    return tuple(zip(*ranks, strict=True))


def _ways(cells: Cells, players_alike: bool) -> list[Cells]:
    """The cells under all exchanges of rows, columns and players."""
    found: list[Cells] = []
    for a, b, c, d in ((0, 1, 2, 3), (2, 3, 0, 1), (1, 0, 3, 2), (3, 2, 1, 0)):
        one = (cells[a], cells[b], cells[c], cells[d])
        found.append(one)
        if players_alike:
            found.append(tuple((y, x) for x, y in (one[0], one[2], one[1], one[3])))
    return found


def _game(cells: Cells) -> FiniteGame:
    return FiniteGame((0, 1), ((0, 1), (0, 1)), tuple(zip(*cells, strict=True)))
