"""Finitely repeated 2x2 games: well-known strategies against each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from mechdesign.errors import InvalidInputError
from mechdesign.games.tables.finite_tables import FiniteGame, finite, one_of
from mechdesign.io.table import Table
from mechdesign.model import Number, as_count, as_list, serializable, tidy
from mechdesign.records import dataclass

__all__ = ["STRATEGIES", "RepeatedGame", "alternate", "defect_once", "repeat", "round_robin"]

Moves = Sequence[int]
#: From the own and the other's moves so far to 0 (cooperate) or 1 (defect).
Strategy = Callable[[Moves, Moves], int]


def _all_c(own: Moves, other: Moves) -> int:
    return 0


def _all_d(own: Moves, other: Moves) -> int:
    return 1


def _tit_for_tat(own: Moves, other: Moves) -> int:
    return other[-1] if other else 0


def _grim(own: Moves, other: Moves) -> int:
    return int(1 in other)


def _win_stay_lose_shift(own: Moves, other: Moves) -> int:
    if not own:
        return 0
    return own[-1] if other[-1] == 0 else 1 - own[-1]


def _tit_for_two_tats(own: Moves, other: Moves) -> int:
    return int(list(other[-2:]) == [1, 1])


#: Deterministic strategies by their names.
STRATEGIES: Mapping[str, Strategy] = MappingProxyType(
    {
        "all_c": _all_c,
        "all_d": _all_d,
        "tit_for_tat": _tit_for_tat,
        "grim": _grim,
        "win_stay_lose_shift": _win_stay_lose_shift,
        "tit_for_two_tats": _tit_for_two_tats,
    }
)


def defect_once(round: int) -> Strategy:
    """The strategy that defects in one round, the first is 1, and cooperates in all others.

    Examples
    --------
    >>> table = [[(8, 8), (0, 10)], [(10, 0), (5, 5)]]
    >>> repeat(table, "grim", defect_once(1)).totals
    (90, 10)
    """
    at = as_count(round, "round", low=1)

    def strategy(own: Moves, other: Moves) -> int:
        return int(len(own) + 1 == at)

    return strategy


def alternate(first: int = 0) -> Strategy:
    """The strategy that plays the two actions in turn, whatever the other does.

    Examples
    --------
    >>> battle = [[(10, 7), (0, 0)], [(0, 0), (7, 10)]]
    >>> repeat(battle, alternate(), alternate()).totals
    (85, 85)
    """
    at = as_count(first, "first", high=1)

    def strategy(own: Moves, other: Moves) -> int:
        return (at + len(own)) % 2

    return strategy


@serializable("games.RepeatedGame")
@dataclass(frozen=True)
class RepeatedGame:
    """What happened in a repeated game.

    Parameters
    ----------
    game : FiniteGame
        What was repeated.
    moves : tuple of pairs of int
        The numbers of the actions, round by round.
    totals : pair of numbers
        What each player got in all rounds.
    """

    game: FiniteGame
    moves: tuple[tuple[int, int], ...]
    totals: tuple[Number, ...]


def repeat(game: object, first: object, second: object, rounds: int = 10) -> RepeatedGame:
    """Play a 2x2 game several times.

    Parameters
    ----------
    game : FiniteGame or payoffs
        Of shape (2, 2), see :func:`finite`.
    first, second : name of :data:`STRATEGIES` or callable
        A callable gets the own and the other's moves so far, as tuples of 0 and 1, and returns 0
        or 1.
    rounds : int
        How many.

    Raises
    ------
    InvalidInputError
        If a strategy returns something else, naming the round.

    Examples
    --------
    >>> table = [[(8, 8), (0, 10)], [(10, 0), (5, 5)]]
    >>> repeat(table, "tit_for_tat", "all_d").totals
    (45, 55)
    """
    known = finite(game)
    if known.shape != (2, 2):
        raise InvalidInputError("game", "have two players with two actions each", known.shape)
    strategies = (_strategy(first, "first"), _strategy(second, "second"))
    count = as_count(rounds, "rounds", low=1, high=10_000)
    own: list[int] = []
    other: list[int] = []
    for k in range(count):
        seen = tuple(own), tuple(other)
        a = _move(strategies[0](*seen), "first", k)
        b = _move(strategies[1](*seen[::-1]), "second", k)
        own.append(a)
        other.append(b)
    moves = tuple(zip(own, other, strict=True))
    totals: list[Number] = [0, 0]
    for a, b in moves:
        totals = [t + row[2 * a + b] for t, row in zip(totals, known.payoffs, strict=True)]
    return RepeatedGame(known, moves, tuple(map(tidy, totals)))


def round_robin(game: object, strategies: object = tuple(STRATEGIES), rounds: int = 10) -> Table:
    """Every strategy against every one, itself included.

    Parameters
    ----------
    game : FiniteGame or payoffs
        Symmetric, of shape (2, 2).
    strategies : names of :data:`STRATEGIES`, or mapping of names to callables
        Who takes part.
    rounds : int
        Of each meeting.

    Returns
    -------
    Table
        What the strategy of the row gets against that of the column, and in all.

    Examples
    --------
    >>> table = [[(8, 8), (0, 10)], [(10, 0), (5, 5)]]
    >>> round_robin(table).column("total")
    [400, 395, 445, 445, 425, 440]
    """
    known = finite(game)
    if known.shape != (2, 2) or known.payoffs[1] != tuple(
        known.payoffs[0][k] for k in (0, 2, 1, 3)
    ):
        raise InvalidInputError("game", "be symmetric with two actions each", known.payoffs)
    listed = (
        dict(strategies)
        if isinstance(strategies, Mapping)
        else {_known(name): name for name in as_list(strategies, "strategies")}
    )
    if not listed:
        raise InvalidInputError("strategies", "not be empty", strategies)
    rows: list[list[Any]] = []
    for name, one in listed.items():
        got = [repeat(known, one, two, rounds).totals[0] for two in listed.values()]
        rows.append([name, *got, tidy(sum(got))])
    return Table(("strategy", *map(str, listed), "total"), rows)


def _known(given: object, name: str = "strategies") -> str:
    one_of(given, tuple(STRATEGIES), name)
    return str(given)


def _strategy(given: Any, name: str) -> Strategy:
    if isinstance(given, str):
        return STRATEGIES[_known(given, name)]
    if not callable(given):
        raise InvalidInputError(name, "be the name of a strategy or a function", given)
    return given  # type: ignore[no-any-return]


def _move(found: object, name: str, k: int) -> int:
    if found not in (0, 1):
        raise InvalidInputError(name, "return 0 or 1", f"{found!r} in round {k + 1}")
    return int(found)
