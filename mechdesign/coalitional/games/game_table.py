"""The game: players and the worth of each of their coalitions."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from math import lcm
from typing import Any, Literal

import numpy as np

from mechdesign.arrays import AnyArray, IntArray
from mechdesign.errors import InvalidInputError
from mechdesign.model import (
    Number,
    all_exact,
    as_count,
    as_number,
    as_numbers,
    ratio,
    serializable,
)
from mechdesign.records import dataclass

__all__ = ["Game", "game"]

#: A table of 2^24 numbers takes 128 megabytes.
MOST_PLAYERS = 24
#: Sums of this many bits are exact in 64 bits.
_SAFE = 2**62


@serializable("coalitional.Game")
@dataclass(frozen=True)
class Game:
    """Players and what each coalition is worth, or costs.

    Parameters
    ----------
    players : tuple of hashable
        Distinct labels.
    table : ndarray or tuple, length 2^n
        The worths in units of ``1 / unit``: coalition ``k`` holds player ``i`` where bit ``i`` of
        ``k`` is 1.  The empty coalition is worth 0.
    unit : int
        The common denominator; 0 where the numbers are floats.
    kind : {"value", "cost"}
        Whether a large number is good or bad for a coalition.

    Examples
    --------
    >>> g = game({"A": 1, "A+B": 3}, players=["A", "B"])
    >>> g.worth({"A", "B"}), g.worth("B")
    (3, 0)
    """

    players: tuple[Hashable, ...]
    table: Any
    unit: int = 1
    kind: Literal["value", "cost"] = "value"

    def __post_init__(self) -> None:
        n = as_count(len(self.players), "players", low=1, high=MOST_PLAYERS, owner="Game")
        if len(set(self.players)) != n:
            raise InvalidInputError("players", "be distinct", self.players, owner="Game")
        object.__setattr__(self, "players", tuple(self.players))
        if self.kind not in ("value", "cost"):
            raise InvalidInputError("kind", "be 'value' or 'cost'", self.kind, owner="Game")
        as_count(self.unit, "unit", low=0, owner="Game")
        if len(self.table) != 1 << n:
            raise InvalidInputError(
                "table", f"have {1 << n} entries for {n} players", len(self.table), owner="Game"
            )
        table: Any = self.table
        if not isinstance(table, np.ndarray):
            table = _packed(as_numbers(table, "table", owner="Game"))
        if not self.unit and (table.dtype.kind != "f" or not np.isfinite(table).all()):
            raise InvalidInputError("table", "hold finite floats", self.table, owner="Game")
        if self.unit and table.dtype.kind not in "iO":
            raise InvalidInputError("table", "hold integers", self.table, owner="Game")
        if table[0]:
            raise InvalidInputError("table", "be 0 for nobody", table[0], owner="Game")
        if table.dtype.kind == "O":  # written as text these have no array
            object.__setattr__(self, "table", tuple(table.tolist()))
        else:
            if table.flags.writeable:
                table = table.copy()
                table.flags.writeable = False
            object.__setattr__(self, "table", table)

    def __hash__(self) -> int:
        content = self.table if isinstance(self.table, tuple) else self.table.tobytes()
        return hash((self.players, content, self.unit, self.kind))

    def __len__(self) -> int:
        """The number of players."""
        return len(self.players)

    @property
    def exact(self) -> bool:
        """Whether all worths are exact numbers."""
        return self.unit > 0

    @property
    def array(self) -> AnyArray:
        """The worths in units of ``1 / unit``, an array of integers, Python integers or floats."""
        if isinstance(self.table, tuple):
            return np.array(self.table, dtype=object)
        found: AnyArray = self.table
        return found

    def number(self, entry: Any) -> Number:
        """The number that an entry of the table stands for."""
        return ratio(int(entry), self.unit) if self.unit else float(entry)

    def mask(self, coalition: object) -> int:
        """The place of a coalition in the table.

        Parameters
        ----------
        coalition : iterable of labels, or one label
            Who is in it.
        """
        place = {player: k for k, player in enumerate(self.players)}
        try:
            if coalition in place:
                return 1 << place[coalition]
        except TypeError:
            pass  # a set is no label
        if isinstance(coalition, str) or not isinstance(coalition, Iterable):
            raise InvalidInputError("coalition", "be a set of players", coalition)
        listed = list(coalition)
        for player in listed:
            if player not in place:
                raise InvalidInputError("coalition", f"hold players of {self.players}", player)
        return sum(1 << place[player] for player in set(listed))

    def members(self, mask: int) -> tuple[Hashable, ...]:
        """The players of the coalition at a place of the table."""
        return tuple(player for k, player in enumerate(self.players) if mask >> k & 1)

    def worth(self, coalition: object) -> Number:
        """What a coalition is worth."""
        return self.number(self.table[self.mask(coalition)])

    @property
    def total(self) -> Number:
        """What all players together are worth."""
        return self.number(self.table[-1])

    def items(self) -> Iterator[tuple[tuple[Hashable, ...], Number]]:
        """All coalitions with their worth."""
        for mask in range(len(self.table)):
            yield self.members(mask), self.number(self.table[mask])

    def subgame(self, players: Sequence[Hashable]) -> Game:
        """The game of some of the players, in the order in which they are named."""
        bits = [self.mask((player,)) for player in players]
        return Game(tuple(players), self.array[subset_sums(bits)], self.unit, self.kind)

    def renamed(self, players: Sequence[Hashable]) -> Game:
        """The same game of players with other names."""
        return Game(tuple(players), self.table, self.unit, self.kind)

    def raised(self, *masks: int) -> Game:
        """The game in which the coalitions at these places are worth 1 more."""
        table = self.array.copy()
        table[list(masks)] += self.unit or 1.0
        return Game(self.players, table, self.unit, self.kind)

    def dual(self) -> Game:
        """What each coalition adds to the others: ``v(N) - v(N without S)``."""
        table = self.array
        return Game(self.players, table[-1] - table[::-1], self.unit, self.kind)

    def dividends(self) -> Game:
        """Harsanyi's dividends: what each coalition adds to all that is in it."""
        table = wide(self.array, len(self)).copy()
        for i in range(len(self)):
            halves = table.reshape(-1, 2, 1 << i)
            halves[:, 1] -= halves[:, 0]
        return Game(self.players, table, self.unit, self.kind)

    def unlike(self, quality: str) -> tuple[tuple[Hashable, ...], tuple[Hashable, ...]] | None:
        """Two coalitions that keep a game from being of a kind; None where it is.

        Parameters
        ----------
        quality : {"monotone", "superadditive", "convex", "subadditive", "submodular"}
            More members are worth no less; disjoint coalitions are worth no less together; what a
            player adds grows with the coalition; and the two with less for more.

        Examples
        --------
        >>> game([0, 1, 1, 3]).unlike("submodular")
        ((0,), (1,))
        """
        known = ("monotone", "superadditive", "convex", "subadditive", "submodular")
        if quality not in known:
            raise InvalidInputError("quality", f"be one of {', '.join(known)}", quality)
        table, n = wide(self.array, len(self)), len(self)
        less = quality in ("subadditive", "submodular")
        sign = -1 if less else 1
        every = np.arange(1 << n)
        if quality == "monotone":
            for i in range(n):
                inside = every[every >> i & 1 == 0]
                bad = inside[table[inside | 1 << i] < table[inside]]
                if bad.size:
                    return self.members(int(bad[0])), self.members(int(bad[0]) | 1 << i)
            return None
        if quality in ("convex", "submodular"):
            for i in range(n):
                for j in range(i):
                    a, b = 1 << i, 1 << j
                    base = every[(every & (a | b)) == 0]
                    gain = table[base | a | b] + table[base] - table[base | a] - table[base | b]
                    bad = base[sign * gain < 0]
                    if bad.size:
                        return self.members(int(bad[0]) | b), self.members(int(bad[0]) | a)
            return None
        for first in range(1, 1 << n):
            others = every[(every & first == 0) & (every > first)]
            bad = others[sign * (table[first | others] - table[first] - table[others]) < 0]
            if bad.size:
                return self.members(first), self.members(int(bad[0]))
        return None


def wide(table: AnyArray, n: int) -> AnyArray:
    """The table as numbers of which 2^n may be added without overflow."""
    if table.dtype.kind != "i":
        return table
    largest = int(np.abs(table).max(initial=0))
    return table if largest << n < _SAFE else table.astype(object)


def subset_sums(parts: Sequence[Any], dtype: Any = None) -> AnyArray:
    """The sum of every subset of some numbers, in the order of a table."""
    sums = np.zeros(1, dtype=dtype or np.int64)
    for part in parts:
        sums = np.concatenate([sums, sums + part])
    return sums


def popcounts(n: int) -> IntArray:
    """The number of members of every coalition."""
    return subset_sums([1] * n)


def game(
    worths: object,
    *,
    players: Sequence[Hashable] | None = None,
    kind: Literal["value", "cost"] = "value",
) -> Game:
    """A game out of plain data.

    Parameters
    ----------
    worths : mapping, callable, or sequence of 2^n numbers
        By coalition, which is a tuple or set of labels or text such as ``"A+B"``, and those left
        out are worth 0; or a function of a frozenset of labels; or all worths in the order of the
        bits of 0 .. 2^n - 1.  A game that has ``n_players`` and takes matrices, as those of shapiq
        do, is asked once for all coalitions.
    players : sequence, optional
        Their labels; needed for a function, elsewhere found.
    kind : {"value", "cost"}
        Whether the numbers are worths or costs.

    Raises
    ------
    InvalidInputError
        If the empty coalition is not worth 0: subtract what it is worth from all.

    Examples
    --------
    >>> game({(): 0, "A": 1, "A+B": 3}).total
    3
    >>> game(lambda s: len(s) ** 2, players="AB").worth("A")
    1
    """
    if isinstance(worths, Game):
        return worths
    if isinstance(worths, Mapping):
        return _of_mapping(worths, players, kind)
    if hasattr(worths, "n_players") and callable(worths):
        return _of_matrix_game(worths, players, kind)
    if callable(worths):
        if players is None:
            raise InvalidInputError("players", "be given with a function", None, owner="game")
        names = tuple(players)
        as_count(len(names), "players", low=1, high=MOST_PLAYERS, owner="game")
        numbers = [
            as_number(_call(worths, names, mask), f"worth of {mask}", owner="game")
            for mask in range(1 << len(names))
        ]
        return of_numbers(names, numbers, kind)
    if isinstance(worths, np.ndarray) and worths.ndim != 1:
        raise InvalidInputError("worths", "have one dimension", worths.shape, owner="game")
    numbers = list(as_numbers(worths, "worths", owner="game"))
    n = len(numbers).bit_length() - 1
    if n < 1 or len(numbers) != 1 << n:
        raise InvalidInputError("worths", "have 2^n entries", len(numbers), owner="game")
    return of_numbers(tuple(players) if players is not None else tuple(range(n)), numbers, kind)


def _call(function: Callable[..., Any], names: tuple[Hashable, ...], mask: int) -> Any:
    return function(frozenset(p for k, p in enumerate(names) if mask >> k & 1))


def _of_matrix_game(
    worths: Any, players: Sequence[Hashable] | None, kind: Literal["value", "cost"]
) -> Game:
    n = as_count(worths.n_players, "n_players", low=1, high=MOST_PLAYERS, owner="game")
    every = (np.arange(1 << n)[:, None] >> np.arange(n) & 1).astype(bool)
    found = np.asarray(worths(every), dtype=float)
    if found.shape != (1 << n,):
        raise InvalidInputError("worths", f"answer {1 << n} numbers", found.shape, owner="game")
    return of_numbers(tuple(players or range(n)), found.tolist(), kind)


def _of_mapping(
    worths: Mapping[Any, Any],
    players: Sequence[Hashable] | None,
    kind: Literal["value", "cost"],
) -> Game:
    sets: dict[frozenset[Hashable], Number] = {}
    seen: dict[Hashable, None] = dict.fromkeys(players or ())
    for key, value in worths.items():
        if isinstance(key, str):
            members: tuple[Hashable, ...] = tuple(p.strip() for p in key.split("+") if p.strip())
        elif isinstance(key, (tuple, frozenset)):
            members = tuple(key)
        else:
            members = (key,)
        coalition = frozenset(members)
        if coalition in sets:
            raise InvalidInputError("worths", "name each coalition once", key, owner="game")
        if players is not None and not coalition <= set(seen):
            raise InvalidInputError("worths", f"hold players of {list(seen)}", key, owner="game")
        seen |= dict.fromkeys(sorted(members, key=str))
        sets[coalition] = as_number(value, f"worths[{key!r}]", owner="game")
    names = tuple(seen) if players is not None else tuple(sorted(seen, key=str))
    as_count(len(names), "players", low=1, high=MOST_PLAYERS, owner="game")
    numbers: list[Number] = [0] * (1 << len(names))
    place = {player: 1 << k for k, player in enumerate(names)}
    for coalition, number in sets.items():
        numbers[sum(place[player] for player in coalition)] = number
    return of_numbers(names, numbers, kind)


def of_numbers(
    players: tuple[Hashable, ...], numbers: Sequence[Number], kind: Literal["value", "cost"]
) -> Game:
    """The game with these worths, exact where all of them are."""
    if numbers and numbers[0]:
        raise InvalidInputError(
            "worths", "be 0 for nobody: subtract it from all", numbers[0], owner="game"
        )
    if not all_exact(numbers):
        return Game(players, np.array([float(x) for x in numbers]), 0, kind)
    exact = [Fraction(x) for x in numbers]
    unit = lcm(*(x.denominator for x in exact))
    return Game(players, _packed([int(x * unit) for x in exact]), unit, kind)


def _packed(numbers: Sequence[Any]) -> AnyArray:
    """Integers in 64 bits where they fit."""
    if not all_exact(numbers):
        return np.array([float(x) for x in numbers])
    fits = all(-_SAFE < x < _SAFE for x in numbers)
    return np.array(numbers, dtype=np.int64 if fits else object)
