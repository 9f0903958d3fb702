"""Equilibria: pure ones of any finite game, and all of them, exactly, for two actions each."""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from mechdesign.errors import InvalidInputError
from mechdesign.games.tables.finite_tables import FiniteGame, finite
from mechdesign.model import Number, as_list, as_numbers, ratio, serializable, show, tidy
from mechdesign.records import dataclass

__all__ = [
    "EquilibriumSet",
    "expected_payoffs",
    "mixed_equilibria",
    "pure_equilibria",
    "regrets",
]

Interval = tuple[Number, Number]


def pure_equilibria(game: object) -> tuple[tuple[Any, ...], ...]:
    """The profiles of actions at which nobody gains by another action.

    Parameters
    ----------
    game : FiniteGame or payoffs
        See :func:`finite`.

    Returns
    -------
    tuple of profiles
        In the order of the payoffs; empty where there is none.

    Notes
    -----
    O(n profiles).

    Examples
    --------
    >>> pure_equilibria([[(10, 7), (0, 0)], [(0, 0), (7, 10)]])
    ((0, 0), (1, 1))
    """
    known = finite(game)
    stable = [True] * len(known.payoffs[0])
    for k, own in enumerate(known.payoffs):
        for line in known.lines(k):
            best = max(own[place] for place in line)
            for place in line:
                if own[place] < best:
                    stable[place] = False
    return tuple(p for p, good in zip(known.profiles, stable, strict=True) if good)


def expected_payoffs(game: object, strategies: Sequence[object]) -> tuple[Number, ...]:
    """What independent mixed strategies are worth to each player.

    Parameters
    ----------
    game : FiniteGame or payoffs
        See :func:`finite`.
    strategies : sequence, length n
        Of each player: probabilities of the actions in their order, or a mapping of actions to
        probabilities.

    Examples
    --------
    >>> from fractions import Fraction
    >>> half = [Fraction(1, 2)] * 2
    >>> expected_payoffs([[(10, 7), (0, 0)], [(0, 0), (7, 10)]], [half, half])
    (Fraction(17, 4), Fraction(17, 4))
    """
    known = finite(game)
    mixed = _strategies(known, strategies)
    totals: list[Number] = [0] * len(known.players)
    supports = [[a for a, p in enumerate(own) if p] for own in mixed]
    for place in itertools.product(*supports):
        chance: Number = 1
        for own, a in zip(mixed, place, strict=True):
            chance *= own[a]
        k = known._at(place)
        totals = [t + chance * row[k] for t, row in zip(totals, known.payoffs, strict=True)]
    return tuple(map(tidy, totals))


def regrets(game: object, strategies: Sequence[object]) -> tuple[Number, ...]:
    """What each player could gain by the best reply: all 0 at equilibria, and only there.

    Parameters
    ----------
    game, strategies
        As in :func:`expected_payoffs`.

    Examples
    --------
    >>> regrets([[(8, 8), (0, 10)], [(10, 0), (5, 5)]], [[1, 0], [1, 0]])
    (2, 2)
    """
    known = finite(game)
    mixed = _strategies(known, strategies)
    now = expected_payoffs(known, mixed)
    found: list[Number] = []
    for k, own in enumerate(known.actions):
        values = []
        for a in range(len(own)):
            changed = list(mixed)
            changed[k] = tuple(int(b == a) for b in range(len(own)))
            values.append(expected_payoffs(known, changed)[k])
        found.append(tidy(max(values) - now[k]))
    return tuple(found)


@serializable("games.EquilibriumSet")
@dataclass(frozen=True)
class EquilibriumSet:
    """A largest rectangle of equilibria of a game with two actions each.

    Parameters
    ----------
    game : FiniteGame
        Whose.
    first, second : pairs of numbers
        From where to where the chance may lie with which each player plays the first of the two
        actions; any chance in the one interval with any in the other is an equilibrium.
    """

    game: FiniteGame
    first: Interval
    second: Interval

    @property
    def degenerate(self) -> bool:
        """Whether it is a continuum and no single equilibrium."""
        return self.first[0] != self.first[1] or self.second[0] != self.second[1]

    @property
    def corners(self) -> tuple[tuple[tuple[Number, Number], tuple[Number, Number]], ...]:
        """The extreme equilibria, as probabilities of the actions of each player."""
        pairs = itertools.product(dict.fromkeys(self.first), dict.fromkeys(self.second))
        return tuple(((p, tidy(1 - p)), (q, tidy(1 - q))) for p, q in pairs)

    @property
    def values(self) -> tuple[tuple[Number, ...], ...]:
        """What each of the corners is worth to the players."""
        return tuple(expected_payoffs(self.game, corner) for corner in self.corners)

    def __str__(self) -> str:
        parts = []
        told = zip(self.game.players, self.game.actions, (self.first, self.second), strict=True)
        for player, own, (low, high) in told:
            if low == high:
                if low in (0, 1):
                    parts.append(f"{player} plays {own[0] if low else own[1]}")
                else:
                    parts.append(f"{player} plays {own[0]} with {show(low)}")
            else:
                parts.append(f"{player} plays {own[0]} with any of [{show(low)}, {show(high)}]")
        return ", ".join(parts)


def mixed_equilibria(game: object) -> tuple[EquilibriumSet, ...]:
    """All equilibria of two players with two actions each, exactly, pure ones included.

    Parameters
    ----------
    game : FiniteGame or payoffs
        Of shape (2, 2), see :func:`finite`.

    Returns
    -------
    tuple of EquilibriumSet
        Single equilibria and, in degenerate games, continua as largest rectangles, which may meet.

    Raises
    ------
    InvalidInputError
        If the game has another shape.

    Examples
    --------
    >>> battle = [[(10, 7), (0, 0)], [(0, 0), (7, 10)]]
    >>> for found in mixed_equilibria(battle):
    ...     print(found, found.values[0])
    0 plays 1, 1 plays 1 (7, 10)
    0 plays 0 with 10/17, 1 plays 0 with 7/17 (Fraction(70, 17), Fraction(70, 17))
    0 plays 0, 1 plays 0 (10, 7)
    """
    known = finite(game)
    if known.shape != (2, 2):
        raise InvalidInputError("game", "have two players with two actions each", known.shape)
    (a, b, c, d), (e, f, g, h) = known.payoffs
    # How much more the first action is worth, at chances 0 and 1 of the other's first action.
    rows = [(p, q) for q, p in _replies(b - d, a - c)]
    columns = _replies(g - h, e - f)
    boxes = []
    for (p, q), (r, s) in itertools.product(rows, columns):
        # Rows: own chances p where the other's lie in q; columns: own chances s where p is in r.
        own = _meet(p, r)
        other = _meet(q, s)
        if own is not None and other is not None:
            boxes.append((own, other))
    largest = [
        box
        for k, box in enumerate(boxes)
        if not any(
            _inside(box, other) and (box != other or j < k)
            for j, other in enumerate(boxes)
            if j != k
        )
    ]
    return tuple(EquilibriumSet(known, *box) for box in sorted(largest))


def _replies(at_0: Number, at_1: Number) -> list[tuple[Interval, Interval]]:
    """Pairs of intervals: of the other's chance, and of the own chances that are best there."""
    found: list[tuple[Interval, Interval]] = []
    for sign, own in ((1, 1), (-1, 0)):
        low, high = sign * at_0, sign * at_1
        root = ratio(at_0, at_0 - at_1) if at_0 != at_1 else 0
        if low >= 0 and high >= 0:
            found.append(((0, 1), (own, own)))
        elif low >= 0:
            found.append(((0, root), (own, own)))
        elif high >= 0:
            found.append(((root, 1), (own, own)))
    if at_0 == at_1 == 0:
        found.append(((0, 1), (0, 1)))
    elif at_0 != at_1:
        root = ratio(at_0, at_0 - at_1)
        if 0 <= root <= 1:
            found.append(((root, root), (0, 1)))
    return found


def _meet(one: Interval, two: Interval) -> Interval | None:
    low, high = max(one[0], two[0]), min(one[1], two[1])
    return (low, high) if low <= high else None


def _inside(one: tuple[Interval, Interval], two: tuple[Interval, Interval]) -> bool:
    return all(b[0] <= a[0] and a[1] <= b[1] for a, b in zip(one, two, strict=True))


def _strategies(game: FiniteGame, strategies: Sequence[object]) -> list[tuple[Number, ...]]:
    listed = as_list(strategies, "strategies")
    if len(listed) != len(game.players):
        told = f"be those of {len(game.players)} players"
        raise InvalidInputError("strategies", told, strategies)
    found = []
    for player, own, one in zip(game.players, game.actions, listed, strict=True):
        name = f"strategies[{player!r}]"
        if isinstance(one, Mapping):
            unknown = [a for a in one if a not in own]
            if unknown:
                raise InvalidInputError(name, f"be over the actions {list(own)}", unknown)
            one = [one.get(a, 0) for a in own]
        chances = as_numbers(one, name, low=0)
        total: Number = sum(chances)
        wrong = total != 1 if not isinstance(total, float) else abs(total - 1) > 1e-9
        if len(chances) != len(own) or wrong:
            raise InvalidInputError(name, f"be {len(own)} probabilities that sum to 1", one)
        found.append(chances)
    return found


def pure(game: FiniteGame, profile: Sequence[Hashable]) -> list[tuple[int, ...]]:
    """A profile of actions as mixed strategies."""
    game.index(profile)
    return [tuple(int(a == b) for b in own) for own, a in zip(game.actions, profile, strict=True)]
