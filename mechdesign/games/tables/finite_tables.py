"""Finite games in exact numbers: players, actions, and what each profile is worth to everybody."""

from __future__ import annotations

import itertools
import math
from collections.abc import Hashable, Iterator, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from mechdesign.errors import InvalidInputError, place_of
from mechdesign.model import Number, as_list, as_number, freeze, serializable, show, tidy
from mechdesign.records import dataclass

__all__ = ["FiniteGame", "bimatrix", "finite", "ring"]

#: Profiles of one game.
MOST_PROFILES = 200_000
Profile = tuple[Hashable, ...]


@serializable("games.FiniteGame")
@dataclass(frozen=True)
class FiniteGame:
    """A game in strategic form.

    Parameters
    ----------
    players : tuple of labels, length n
        Distinct.
    actions : tuple of tuples of labels, length n
        Of each player, distinct and not empty.
    payoffs : tuple of tuples of exact numbers, shape (n, profiles)
        Of each player, for every profile of actions, those of the last player changing fastest.
    decisions : tuple of str
        What had to be decided when the data were read.

    Examples
    --------
    >>> chicken = FiniteGame(("A", "B"), (("C", "D"),) * 2, ((6, 2, 7, 0), (6, 7, 2, 0)))
    >>> chicken.payoff(("D", "C"))
    (7, 2)
    """

    players: tuple[Hashable, ...]
    actions: tuple[tuple[Hashable, ...], ...]
    payoffs: tuple[tuple[Number, ...], ...]
    decisions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("players", "actions"):
            object.__setattr__(self, name, freeze(getattr(self, name)))
        n = len(self.players)
        if not n or len(set(self.players)) != n:
            raise InvalidInputError("players", "be one or more distinct labels", self.players)
        if len(self.actions) != n:
            raise InvalidInputError("actions", f"be those of {n} players", self.actions)
        for player, own in zip(self.players, self.actions, strict=True):
            if not own or len(set(own)) != len(own):
                told = "be one or more distinct labels"
                raise InvalidInputError(f"actions[{player!r}]", told, own)
        size = math.prod(self.shape)
        if size > MOST_PROFILES:
            raise InvalidInputError("actions", f"have at most {MOST_PROFILES:,} profiles", size)
        if len(self.payoffs) != n:
            raise InvalidInputError("payoffs", f"be those of {n} players", len(self.payoffs))
        rows = []
        for player, row in zip(self.players, self.payoffs, strict=True):
            if len(row) != size:
                told = f"have one for each of {size} profiles"
                raise InvalidInputError(f"payoffs[{player!r}]", told, len(row))
            rows.append(
                tuple(
                    as_shown(as_number(x, f"payoffs[{player!r}][{k}]")) for k, x in enumerate(row)
                )
            )
        object.__setattr__(self, "payoffs", tuple(rows))

    @property
    def shape(self) -> tuple[int, ...]:
        """How many actions each player has."""
        return tuple(map(len, self.actions))

    @property
    def places(self) -> Iterator[tuple[int, ...]]:
        """All profiles as numbers of actions, in the order of the payoffs."""
        return itertools.product(*map(range, self.shape))

    @property
    def profiles(self) -> Iterator[Profile]:
        """All profiles, in the order of the payoffs."""
        return itertools.product(*self.actions)

    def index(self, profile: Sequence[Hashable]) -> int:
        """Where the payoffs of a profile stand.

        Raises
        ------
        InvalidInputError
            If it has another length, or an action that its player does not have.
        """
        listed = as_list(profile, "profile")
        if len(listed) != len(self.players):
            told = f"have an action of each of {len(self.players)} players"
            raise InvalidInputError("profile", told, profile)
        found = 0
        for own, action in zip(self.actions, listed, strict=True):
            found = found * len(own) + place_of(action, own, "profile")
        return found

    def player(self, label: Hashable) -> int:
        """The place of a player."""
        return place_of(label, self.players, "player")

    def payoff(self, profile: Sequence[Hashable]) -> tuple[Number, ...]:
        """What a profile is worth to each player."""
        k = self.index(profile)
        return tuple(row[k] for row in self.payoffs)

    def lines(self, player: int) -> Iterator[tuple[int, ...]]:
        """For each choice of the others, where the payoffs of the player's own actions stand."""
        stride = math.prod(self.shape[player + 1 :])
        own = self.shape[player]
        for start in range(0, math.prod(self.shape), stride * own):
            for k in range(start, start + stride):
                yield tuple(range(k, k + stride * own, stride))

    def only(self, kept: Sequence[Sequence[int]]) -> FiniteGame:
        """The game in which each player has some of the actions, by their numbers."""
        places = [self._at(place) for place in itertools.product(*kept)]
        actions = tuple(
            tuple(own[k] for k in some) for own, some in zip(self.actions, kept, strict=True)
        )
        rows = tuple(tuple(row[k] for k in places) for row in self.payoffs)
        return FiniteGame(self.players, actions, rows, self.decisions)

    def _at(self, place: Sequence[int]) -> int:
        found = 0
        for size, k in zip(self.shape, place, strict=True):
            found = found * size + k
        return found

    def __str__(self) -> str:
        if len(self.players) == 2:
            from mechdesign.io import Table

            columns = self.actions[1]
            cells = list(zip(*self.payoffs, strict=True))
            width = len(columns)
            rows = [
                [
                    str(row),
                    *(f"{show(a)}, {show(b)}" for a, b in cells[i * width : (i + 1) * width]),
                ]
                for i, row in enumerate(self.actions[0])
            ]
            corner = f"{self.players[0]} \\ {self.players[1]}"
            return str(Table((corner, *map(str, columns)), rows))
        told = " x ".join(map(str, self.shape))
        return f"a game of {len(self.players)} players with {told} actions"


def finite(payoffs: Any, players: Any = None, actions: Any = None) -> FiniteGame:
    r"""A game from a table of payoffs.

    Parameters
    ----------
    payoffs : nested sequences or array of numbers, shape (actions of player 1, ..., of n, n)
        What each profile is worth to each player; or a :class:`FiniteGame`, as it is.
    players : sequence of labels, optional
        By default 0, 1, ...
    actions : sequence of sequences of labels, optional
        Those of each player, or one sequence for all; by default 0, 1, ...

    Returns
    -------
    FiniteGame

    Raises
    ------
    InvalidInputError
        If the table is not rectangular, its last level has another length than there are players,
        or an entry is no finite number.

    Notes
    -----
    Numbers in floating point count as the decimals that they show, which is told among the
    decisions of the game, so that every answer about it is exact.

    Examples
    --------
    >>> print(finite([[(8, 8), (0, 10)], [(10, 0), (5, 5)]], "AB", [["C", "D"]] * 2))
    A \ B  C      D
    -----  -----  -----
    C      8, 8   0, 10
    D      10, 0  5, 5
    """
    if isinstance(payoffs, FiniteGame):
        if players is not None or actions is not None:
            raise InvalidInputError("players, actions", "be left out beside a game", players)
        return payoffs
    cells, shape = _flattened(payoffs)
    n = shape[-1]
    if len(shape) != n + 1:
        told = f"have {n + 1} levels for {n} players, the last one with the players' payoffs"
        raise InvalidInputError("payoffs", told, f"{len(shape)} levels of lengths {list(shape)}")
    names = tuple(range(n)) if players is None else tuple(as_list(players, "players"))
    if len(names) != n:
        raise InvalidInputError("players", f"be {n} labels", names)
    if actions is None:
        listed: list[tuple[Any, ...]] = [tuple(range(k)) for k in shape[:-1]]
    else:
        given = as_list(actions, "actions")
        alike = given and (isinstance(actions, str) or isinstance(given[0], (str, int)))
        listed = [tuple(given)] * n if alike else [tuple(as_list(a, "actions")) for a in given]
    if [len(own) for own in listed] != list(shape[:-1]):
        raise InvalidInputError("actions", f"be {list(shape[:-1])} labels of the players", actions)
    shown = ("payoffs in floating point count as the decimals that they show",)
    decisions = shown if any(isinstance(x, (float, np.floating)) for x in cells) else ()
    rows = tuple(tuple(cells[k::n]) for k in range(n))
    return FiniteGame(names, tuple(listed), rows, decisions)


def bimatrix(
    first: Any, second: Any = None, players: Any = None, actions: Any = None
) -> FiniteGame:
    """A game of two players from a matrix for each.

    Parameters
    ----------
    first : matrix of numbers, shape (rows, columns)
        Payoffs of the player who chooses the row.
    second : matrix of numbers, shape (rows, columns), optional
        Payoffs of the other one; by default the negative ones, so that the sum is zero.
    players, actions
        As in :func:`finite`.

    Examples
    --------
    >>> bimatrix([[1, -1], [-1, 1]]).payoffs[1]
    (-1, 1, 1, -1)
    """
    own, shape = _flattened(first)
    other, shape_2 = (
        ([-as_number(x, "first") for x in own], shape) if second is None else _flattened(second)
    )
    if len(shape) != 2 or shape_2 != shape:
        what, value = ("first", shape) if len(shape) != 2 else ("second", shape_2)
        raise InvalidInputError(what, "be a matrix, both of the same shape", value)
    pairs = list(zip(own, other, strict=True))
    width = shape[1]
    rows = [pairs[k : k + width] for k in range(0, len(pairs), width)]
    return finite(rows, players, actions)


def ring(matrices: Sequence[Any], players: Any = None) -> FiniteGame:
    """A game on a ring: what a player gets depends on the own action and that of the next player.

    Parameters
    ----------
    matrices : sequence of matrices of numbers, length n
        Of each player, shape (own actions, actions of the next player).
    players : sequence of labels, optional
        By default 0, 1, ...

    Examples
    --------
    >>> ring([[[1, 0], [0, 1]], [[2, 2], [0, 0]]]).shape
    (2, 2)
    """
    tables = []
    for k, one in enumerate(as_list(matrices, "matrices")):
        cells, shape = _flattened(one, f"matrices[{k}]")
        if len(shape) != 2:
            raise InvalidInputError(f"matrices[{k}]", "be a matrix", shape)
        tables.append((cells, shape))
    n = len(tables)
    for k, (_, shape) in enumerate(tables):
        if shape[1] != tables[(k + 1) % n][1][0]:
            told = f"have a column for each of {tables[(k + 1) % n][1][0]} actions of the next one"
            raise InvalidInputError(f"matrices[{k}]", told, shape)
    if n < 2:
        raise InvalidInputError("matrices", "be two or more", n)
    sizes = [shape[0] for _, shape in tables]
    if math.prod(sizes) > MOST_PROFILES:
        raise InvalidInputError("matrices", f"have at most {MOST_PROFILES:,} profiles", sizes)
    places = list(itertools.product(*map(range, sizes)))
    rows = tuple(
        tuple(cells[place[k] * shape[1] + place[(k + 1) % n]] for place in places)
        for k, (cells, shape) in enumerate(tables)
    )
    names = tuple(range(n)) if players is None else tuple(as_list(players, "players"))
    return FiniteGame(names, tuple(tuple(range(s)) for s in sizes), rows)


def _flattened(table: Any, parameter: str = "payoffs") -> tuple[list[Any], tuple[int, ...]]:
    """The entries of a rectangular nested table in order, and its shape."""
    if hasattr(table, "tolist"):
        table = table.tolist()
    shape: list[int] = []
    level = [table]
    while all(isinstance(x, (list, tuple)) for x in level):
        sizes = {len(x) for x in level}
        if len(sizes) != 1 or 0 in sizes or len(shape) > 20:
            told = "be a rectangular table that is not empty"
            raise InvalidInputError(parameter, told, table)
        shape.append(sizes.pop())
        level = [y for x in level for y in x]
    if not shape:
        raise InvalidInputError(parameter, "be a nested sequence of numbers", table)
    for k, x in enumerate(level):
        as_number(x, f"{parameter}[{k}]")
    return level, tuple(shape)


def one_of(value: object, words: Sequence[str], parameter: str) -> None:
    """Refuse what is none of some words."""
    if not isinstance(value, str) or value not in words:
        raise InvalidInputError(parameter, f"be one of {', '.join(words)}", value)


def as_shown(number: Number) -> Number:
    """A number exactly; one in floating point as the decimal that it shows."""
    return tidy(Fraction(repr(number)) if isinstance(number, float) else number)
