"""All equilibria of two players with more actions: nashpy finds them, fractions confirm them."""

from __future__ import annotations

import itertools
import math
import warnings
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from mechdesign.errors import InvalidInputError, LimitReachedError, SolverUnavailableError
from mechdesign.games.tables.equilibria import regrets
from mechdesign.games.tables.finite_tables import FiniteGame, finite
from mechdesign.model import Number, serializable, show, tidy
from mechdesign.records import dataclass
from mechdesign.solvers.linear.exact_projection import solve_regular

__all__ = ["BimatrixEquilibria", "all_equilibria"]

# Actions of both players together: pairs of supports are tried, about 4**(n / 2) of them.
_MOST_ACTIONS = 18
# Pairs of supports that are solved in fractions as well, five actions each.
_MOST_EXACT = 252
_ROUNDING = 1e-8
Pair = tuple[tuple[Number, ...], tuple[Number, ...]]


@serializable("games.BimatrixEquilibria")
@dataclass(frozen=True)
class BimatrixEquilibria:
    """The equilibria that were found by trying pairs of supports.

    Parameters
    ----------
    game : FiniteGame
        Whose.
    found : tuple of pairs of tuples of numbers
        The probabilities of the actions of both players.
    proved : tuple of bool
        For each whether it is an equilibrium in exact arithmetic.
    degenerate : bool
        Whether one of them has more best replies than actions in its support: then there may be
        continua of which only corners were found, or more that were not.
    """

    game: FiniteGame
    found: tuple[Pair, ...]
    proved: tuple[bool, ...]
    degenerate: bool

    def __str__(self) -> str:
        lines = [
            f"{show(p)}, {show(q)}{'' if good else ' (not proved)'}"
            for (p, q), good in zip(self.found, self.proved, strict=True)
        ]
        told = "the game is degenerate, there may be more" if self.degenerate else ""
        if len(self.found) % 2 == 0 and not told:
            told = "an even number, so that one is missing or the game is degenerate"
        return "\n".join([*lines, told] if told else lines)


def all_equilibria(game: Any) -> BimatrixEquilibria:
    """The equilibria of a game of two players, by nashpy's enumeration of supports.

    Parameters
    ----------
    game : FiniteGame or payoffs
        Of two players with up to 18 actions together, see :func:`finite`.

    Returns
    -------
    BimatrixEquilibria
        Each found in floating point, solved again in fractions on its supports and confirmed by
        exact regrets; what could not be confirmed says so.  Up to five actions each, all pairs of
        supports of the same size are solved in fractions too, since rounding can lose one.  That
        none is missing is not proved.

    Raises
    ------
    SolverUnavailableError
        Without nashpy, the extra ``games``.
    LimitReachedError
        If there are more actions.

    See Also
    --------
    mixed_equilibria : Exact and complete for two actions each.

    Notes
    -----
    Exponential in the number of actions.

    Examples
    --------
    >>> rps = bimatrix([[0, -1, 1], [1, 0, -1], [-1, 1, 0]])  # doctest: +SKIP
    >>> print(all_equilibria(rps))  # doctest: +SKIP
    (1/3, 1/3, 1/3), (1/3, 1/3, 1/3)
    """
    known = finite(game)
    if len(known.players) != 2:
        raise InvalidInputError("game", "have two players", len(known.players))
    if sum(known.shape) > _MOST_ACTIONS:
        raise LimitReachedError(f"supports are tried for up to {_MOST_ACTIONS} actions only")
    try:
        import nashpy
    except ImportError:
        raise SolverUnavailableError("nashpy", "games", "all_equilibria") from None
    rows, columns = known.shape
    tables = [
        [[Fraction(x) for x in own[k : k + columns]] for k in range(0, rows * columns, columns)]
        for own in known.payoffs
    ]
    floats = [[[float(x) for x in row] for row in table] for table in tables]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a game is degenerate is told by exact arithmetic
        listed = list(nashpy.Game(*floats).support_enumeration())
    found: dict[Pair, bool] = {}
    for p, q in listed:
        pair = _rational(tables, p.tolist(), q.tolist())
        good = pair is not None and not any(regrets(known, pair))
        if pair is None or not good:
            pair = (tuple(p.tolist()), tuple(q.tolist()))
        found.setdefault(pair, good)
    if math.comb(rows + columns, rows) <= _MOST_EXACT:
        for left, right in _supports(rows, columns):
            pair = _on_supports(tables, left, right)
            if pair is not None and not any(regrets(known, pair)):
                found[pair] = True
    degenerate = any(_more_replies(known, tables, pair) for pair, good in found.items() if good)
    return BimatrixEquilibria(known, tuple(found), tuple(found.values()), degenerate)


def _rational(tables: Any, p: list[float], q: list[float]) -> Pair | None:
    """The equilibrium on the supports of one in floats, solved in fractions."""
    left = [i for i, x in enumerate(p) if x > _ROUNDING]
    right = [j for j, x in enumerate(q) if x > _ROUNDING]
    return _on_supports(tables, left, right) if len(left) == len(right) else None


def _supports(rows: int, columns: int) -> Iterator[tuple[Sequence[int], Sequence[int]]]:
    """All pairs of as many actions of both players."""
    for k in range(1, min(rows, columns) + 1):
        yield from itertools.product(
            itertools.combinations(range(rows), k), itertools.combinations(range(columns), k)
        )


def _on_supports(tables: Any, left: Sequence[int], right: Sequence[int]) -> Pair | None:
    """The only probabilities of some actions that make those of the other side worth the same."""
    others = _indifferent([[tables[0][i][j] for j in right] for i in left])
    own = _indifferent([[tables[1][i][j] for i in left] for j in right])
    if own is None or others is None:
        return None
    first, second = [Fraction(0)] * len(tables[0]), [Fraction(0)] * len(tables[0][0])
    for i, x in zip(left, own, strict=True):
        first[i] = x
    for j, x in zip(right, others, strict=True):
        second[j] = x
    if min(first) < 0 or min(second) < 0:
        return None
    return tuple(map(tidy, first)), tuple(map(tidy, second))


def _indifferent(rows: Sequence[Sequence[Fraction]]) -> list[Fraction] | None:
    """The probabilities of the columns that make all rows worth the same."""
    k = len(rows)
    one, zero = Fraction(1), Fraction(0)
    system = [[*row, -one] for row in rows] + [[one] * k + [zero]]
    solved = solve_regular(system, [zero] * k + [one])
    return None if solved is None else solved[:k]


def _more_replies(game: FiniteGame, tables: Any, pair: Pair) -> bool:
    p, q = pair
    first = [sum((x * y for x, y in zip(row, q, strict=True)), Fraction(0)) for row in tables[0]]
    second = [
        sum((row[j] * x for row, x in zip(tables[1], p, strict=True)), Fraction(0))
        for j in range(len(q))
    ]
    return any(
        sum(v == max(values) for v in values) > sum(1 for x in own if x)
        for values, own in ((first, p), (second, q))
    )
