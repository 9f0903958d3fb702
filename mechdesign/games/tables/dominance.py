"""Dominated actions, their iterated elimination, and the order of rationality that it takes."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Literal

from mechdesign.errors import LimitReachedError
from mechdesign.games.tables.finite_tables import FiniteGame, finite, one_of
from mechdesign.model import FrozenMap, Number, as_list, serializable
from mechdesign.records import dataclass
from mechdesign.solvers.linear.rational_lp import RationalTableau

__all__ = [
    "Elimination",
    "best_replies",
    "dominant_actions",
    "dominated",
    "eliminate",
    "rationality_of",
    "rationality_orders",
]

Kind = Literal["strict", "weak"]
By = Literal["pure", "mixed"]
# Rows and columns of one exact program.
_MOST_CELLS = 1_200


def best_replies(game: object, player: Hashable, profile: Sequence[Hashable]) -> tuple[Any, ...]:
    """The actions of a player that are best against those of the others.

    Parameters
    ----------
    game : FiniteGame or payoffs
        See :func:`finite`.
    player : label
        Who replies.
    profile : sequence of labels, length n
        What everybody does; what stands there for the player does not matter.

    Examples
    --------
    >>> best_replies([[(8, 8), (0, 10)], [(10, 0), (5, 5)]], 0, (0, 0))
    (1,)
    """
    known = finite(game)
    k = known.player(player)
    listed = as_list(profile, "profile")
    values = []
    for action in known.actions[k]:
        if len(listed) == len(known.players):
            listed[k] = action
        values.append(known.payoffs[k][known.index(listed)])
    return tuple(a for a, u in zip(known.actions[k], values, strict=True) if u == max(values))


def dominated(
    game: object, player: Hashable, kind: Kind = "strict", by: By = "mixed"
) -> Mapping[Hashable, Mapping[Hashable, Fraction]]:
    """The dominated actions of a player, each with a mixture that dominates it.

    Parameters
    ----------
    game : FiniteGame or payoffs
        See :func:`finite`.
    player : label
        Whose actions.
    kind : {"strict", "weak"}
        Whether the mixture is better against everything that the others may do, or never worse and
        better against something.
    by : {"mixed", "pure"}
        Whether mixtures may dominate, or single actions only.

    Returns
    -------
    mapping of actions to mappings of actions to Fraction

    Notes
    -----
    By mixtures an exact linear program for each action.

    Examples
    --------
    >>> table = [[(3, 0), (0, 0)], [(0, 0), (3, 0)], [(1, 0), (1, 0)]]
    >>> dominated(table, 0)
    {2: {0: Fraction(1, 2), 1: Fraction(1, 2)}}
    >>> dominated(table, 0, by="pure")
    {}
    """
    known = finite(game)
    _words(kind, by)
    k = known.player(player)
    own = known.actions[k]
    found: dict[Hashable, Mapping[Hashable, Fraction]] = {}
    for a, mixture in _dominated(known, k, kind, by).items():
        found[own[a]] = FrozenMap((own[b], q) for b, q in mixture.items())
    return FrozenMap(found)


def dominant_actions(game: object, kind: Kind = "strict") -> Mapping[Hashable, Any]:
    """For each player the action that is best whatever the others do, None where there is none.

    Parameters
    ----------
    game : FiniteGame or payoffs
        See :func:`finite`.
    kind : {"strict", "weak"}
        Whether it is the only best one always, or always best and sometimes the only one against
        each other action.

    Examples
    --------
    >>> dominant_actions([[(8, 8), (0, 10)], [(10, 0), (5, 5)]])
    {0: 1, 1: 1}
    """
    known = finite(game)
    _words(kind, "pure")
    found: dict[Hashable, Any] = {}
    for k, player in enumerate(known.players):
        rows = _rows(known, k)
        best = [
            a
            for a, row in enumerate(rows)
            if all(_beats(row, other, kind) for b, other in enumerate(rows) if b != a)
        ]
        found[player] = known.actions[k][best[0]] if best else None
    return FrozenMap(found)


@serializable("games.Elimination")
@dataclass(frozen=True)
class Elimination:
    """What iterated elimination leaves, round by round.

    Parameters
    ----------
    game : FiniteGame
        What was reduced.
    rounds : tuple of mappings of players to tuples of actions
        What is eliminated in each round, all at the same time.
    left : FiniteGame
        What is left.
    kind, by : str
        Which actions were eliminated, see :func:`dominated`.
    """

    game: FiniteGame
    rounds: tuple[Mapping[Hashable, tuple[Any, ...]], ...]
    left: FiniteGame
    kind: str
    by: str

    def surviving(self, player: Hashable, rounds: int) -> tuple[Any, ...]:
        """The actions of a player that are left after some rounds."""
        gone = {a for one in self.rounds[:rounds] for a in one[player]}
        return tuple(a for a in self.game.actions[self.game.player(player)] if a not in gone)

    def __str__(self) -> str:
        lines = []
        for k, one in enumerate(self.rounds, 1):
            told = [f"{p}: {', '.join(map(str, gone))}" for p, gone in one.items() if gone]
            lines.append(f"round {k} eliminates {'; '.join(told)}")
        left = [
            f"{p}: {', '.join(map(str, own))}"
            for p, own in zip(self.left.players, self.left.actions, strict=True)
        ]
        return "\n".join([*lines, f"left are {'; '.join(left)}"])


def eliminate(game: object, kind: Kind = "strict", by: By = "mixed") -> Elimination:
    """Eliminate dominated actions of all players at the same time, again and again.

    Parameters
    ----------
    game : FiniteGame or payoffs
        See :func:`finite`.
    kind : {"strict", "weak"}
        What is left after strict elimination does not depend on the order; after weak elimination
        it may, and this is what all eliminations at the same time leave.
    by : {"mixed", "pure"}
        As in :func:`dominated`.  For two players what mixtures leave is what is rationalizable.

    Examples
    --------
    >>> print(eliminate([[(8, 8), (0, 10)], [(10, 0), (5, 5)]]))
    round 1 eliminates 0: 0; 1: 0
    left are 0: 1; 1: 1
    """
    known = finite(game)
    _words(kind, by)
    left = known
    rounds: list[Mapping[Hashable, tuple[Any, ...]]] = []
    while True:
        gone = [set(_dominated(left, k, kind, by)) for k in range(len(left.players))]
        if not any(gone):
            return Elimination(known, tuple(rounds), left, kind, by)
        rounds.append(
            FrozenMap(
                (player, tuple(own[a] for a in sorted(out)))
                for player, own, out in zip(left.players, left.actions, gone, strict=True)
            )
        )
        kept = [
            [a for a in range(size) if a not in out]
            for size, out in zip(left.shape, gone, strict=True)
        ]
        left = left.only(kept)


def rationality_orders(game: object) -> Mapping[Hashable, int | None]:
    """The round of strict elimination after which each player has one action left.

    A player of order 1 needs to be rational only, one of order 2 to know that others are, and so
    on; None where several actions stay.

    Parameters
    ----------
    game : FiniteGame or payoffs
        See :func:`finite`.

    Examples
    --------
    >>> rationality_orders([[(2, 2), (0, 1)], [(1, 0), (1, 3)], [(0, 0), (0, 0)]])
    {0: None, 1: None}
    >>> rationality_orders([[(2, 2), (1, 1)], [(1, 0), (0, 3)]])
    {0: 1, 1: 2}
    """
    found = eliminate(game)
    orders: dict[Hashable, int | None] = {}
    for player in found.game.players:
        orders[player] = next(
            (k for k in range(len(found.rounds) + 1) if len(found.surviving(player, k)) == 1), None
        )
    return FrozenMap(orders)


def rationality_of(game: object, profile: Sequence[Hashable]) -> Mapping[Hashable, int | None]:
    """The highest order of rationality with which each player's action agrees.

    Parameters
    ----------
    game : FiniteGame or payoffs
        See :func:`finite`.
    profile : sequence of labels, length n
        What the players did.

    Returns
    -------
    mapping of players to int or None
        The number of rounds of strict elimination that the action survives; None where it is left
        after all of them, and agrees with every order.

    Examples
    --------
    >>> rationality_of([[(2, 2), (1, 1)], [(1, 0), (0, 3)]], (0, 1))
    {0: None, 1: 1}
    """
    found = eliminate(game)
    found.game.index(profile)
    orders: dict[Hashable, int | None] = {}
    for player, action in zip(found.game.players, profile, strict=True):
        rounds = (k for k, one in enumerate(found.rounds) if action in one[player])
        orders[player] = next(rounds, None)
    return FrozenMap(orders)


def _words(kind: str, by: str) -> None:
    one_of(kind, ("strict", "weak"), "kind")
    one_of(by, ("mixed", "pure"), "by")


def _rows(game: FiniteGame, player: int) -> list[list[Number]]:
    """What each action of a player is worth, for everything that the others may do."""
    own = game.payoffs[player]
    lines = list(game.lines(player))
    return [[own[line[a]] for line in lines] for a in range(game.shape[player])]


def _beats(row: Sequence[Number], other: Sequence[Number], kind: str) -> bool:
    if kind == "strict":
        return all(x > y for x, y in zip(row, other, strict=True))
    return all(x >= y for x, y in zip(row, other, strict=True)) and list(row) != list(other)


def _dominated(game: FiniteGame, player: int, kind: str, by: str) -> dict[int, dict[int, Fraction]]:
    rows = _rows(game, player)
    found: dict[int, dict[int, Fraction]] = {}
    for a, row in enumerate(rows):
        pure = next((b for b, other in enumerate(rows) if _beats(other, row, kind)), None)
        if pure is not None:
            found[a] = {pure: Fraction(1)}
        elif by == "mixed" and len(rows) > 2:
            mixture = _mixture(rows, a, kind)
            if mixture is not None:
                found[a] = mixture
    return found


def _mixture(rows: list[list[Number]], a: int, kind: str) -> dict[int, Fraction] | None:
    """A mixture of the other actions that dominates one, by an exact program; None if none does."""
    others = [b for b in range(len(rows)) if b != a]
    gains: list[list[Any]] = [
        [Fraction(rows[b][s]) - rows[a][s] for b in others] for s in range(len(rows[a]))
    ]
    if len(gains) * len(rows) > _MOST_CELLS:
        raise LimitReachedError("the game is too large for dominance by mixtures: use by='pure'")
    # The gains are homogeneous, so that a sum of at most 1 is as good as 1 and 0 is feasible.
    strict = kind == "strict"
    program: list[list[Any]] = [[*(-g for g in row), int(strict)] for row in gains]
    program.append([1] * len(others) + [0])
    table = RationalTableau(program, [0] * len(gains) + [1])
    total = [sum((row[j] for row in gains), Fraction(0)) for j in range(len(others))]
    value = table.maximise([0] * len(others) + [1] if strict else [*total, 0])
    if value <= 0:
        return None
    weights = table.solution()[: len(others)]
    size = sum(weights)
    return {b: q / size for b, q in zip(others, weights, strict=True) if q}
