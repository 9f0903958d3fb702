"""Values that divide what is left after players got their own worth, or what they add to others."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from mechdesign.arrays import AnyArray
from mechdesign.coalitional.games.game_table import Game, popcounts, subset_sums, wide
from mechdesign.coalitional.references import (
    DRIESSEN_FUNAKI,
    DUTTA_RAY,
    NOWAK_RADZIK,
    TIJS,
)
from mechdesign.coalitional.values.game_setting import paid, payoffs
from mechdesign.coalitional.values.marginals import by_size, order_weights
from mechdesign.errors import InfeasibleError
from mechdesign.model import Number, Outcome, Problem, mechanism, ratio, tidy

__all__ = ["cis", "dutta_ray", "ensc", "solidarity", "tau_value"]

# Room for what a table's entries are multiplied by here: twice the number of players.
_ROOM = 6
# Of the largest worth, where worths are floats.
_CLOSE = 1e-9


@mechanism("coalitional.cis", setting=payoffs(), reference=DRIESSEN_FUNAKI, anonymous=True)
def cis(problem: Problem) -> Outcome:
    """The centre of the imputation set: everybody's own worth, and an equal share of the rest.

    Examples
    --------
    >>> cis({"A": 1, "B": 2, "A+B": 7}).choice
    (3, 4)
    """
    game: Game = problem.data
    own = [game.number(game.table[1 << i]) for i in range(len(game))]
    return paid(problem, _shared(game, own), "division")


@mechanism("coalitional.ensc", setting=payoffs(), reference=DRIESSEN_FUNAKI, anonymous=True)
def ensc(problem: Problem) -> Outcome:
    """Egalitarian non-separable contributions: what each adds to all others, the rest shared.

    Examples
    --------
    >>> ensc({"A": 1, "B": 2, "A+B": 7}).choice
    (3, 4)
    """
    game: Game = problem.data
    everybody = len(game.table) - 1
    added = [game.total - game.number(game.table[everybody ^ 1 << i]) for i in range(len(game))]
    return paid(problem, _shared(game, added), "division")


def _shared(game: Game, first: list[Number]) -> list[Number]:
    """Some payoffs, and equal shares of what they leave of the worth of all."""
    rest: Any = game.total - sum(first)
    share = ratio(rest, len(first))
    return [x + share for x in first]


@mechanism("coalitional.solidarity", setting=payoffs(), reference=NOWAK_RADZIK, anonymous=True)
def solidarity(problem: Problem) -> Outcome:
    """The solidarity value: whoever comes shares what a member of the coalition adds on average.

    The Shapley value with each contribution replaced by the mean of the contributions of all
    members, so that those who add nothing are supported.  O(n 2^n).

    Examples
    --------
    >>> solidarity({"A+B": 6, "A+B+C": 6}, players="ABC").choice
    (Fraction(7, 3), Fraction(7, 3), Fraction(4, 3))
    """
    game: Game = problem.data
    n, table = len(game), wide(game.array, len(game) + _ROOM)
    added = np.zeros_like(table)
    for i in range(n):
        halves, sums = (part.reshape(-1, 2, 1 << i) for part in (table, added))
        sums[:, 1] += halves[:, 1] - halves[:, 0]
    if added.dtype.kind == "i" and int(np.abs(added).max(initial=0)) << n >= 2**53:
        added = added.astype(object)
    sizes, every = popcounts(n), np.arange(1 << n)
    weights = [w / size for size, w in enumerate(order_weights(n), 1)]
    found = []
    for i in range(n):
        has = every >> i & 1 == 1
        totals = by_size(added[has], sizes[has], n)[1:]
        found.append(sum(_times(game, w, x) for w, x in zip(weights, totals, strict=True)))
    return paid(problem, [_number(game, x) for x in found], "sums by size")


@mechanism("coalitional.tau_value", setting=payoffs(), reference=TIJS, anonymous=True)
def tau_value(problem: Problem) -> Outcome:
    """The tau-value: between what players add to all others and the least they can claim.

    A player can claim what is left of a coalition's worth when its other members get what they add
    to all others.  The value is the point between these two vectors that divides the worth of all.

    Raises
    ------
    InfeasibleError
        If the game is not quasi-balanced: somebody can claim more than it adds, or the claims, or
        the contributions, do not enclose the worth of all.

    Examples
    --------
    >>> tau_value({"A+B": 2, "A+C": 3, "A+B+C": 5}, players="ABC").choice
    (Fraction(5, 2), 1, Fraction(3, 2))
    """
    game: Game = problem.data
    table, slack = _as_worths(game)
    n, everybody = len(game), len(table) - 1
    added = [table[-1] - table[everybody ^ 1 << i] for i in range(n)]
    gaps = subset_sums(added, table.dtype) - table
    concessions = []
    for i in range(n):
        with_player = np.arange(1 << n).reshape(-1, 2, 1 << i)[:, 1].ravel()
        at = int(with_player[np.argmin(gaps[with_player])])
        if gaps[at] < -slack:
            members = ", ".join(map(str, game.members(at)))
            raise InfeasibleError(f"not quasi-balanced: {members} have more than they add to all")
        concessions.append(max(gaps[at], 0))
    total: Any = sum(map(_plain, concessions))
    if gaps[-1] > total + slack:
        raise InfeasibleError("not quasi-balanced: players can claim more than all are worth")
    given = [
        _plain(most) - (_part(game, _plain(gaps[-1]) * _plain(least), total) if total else 0)
        for most, least in zip(added, concessions, strict=True)
    ]
    sign = -1 if game.kind == "cost" else 1
    return paid(problem, [_number(game, sign * x) for x in given], "contributions and claims")


@mechanism("coalitional.dutta_ray", setting=payoffs(), reference=DUTTA_RAY, anonymous=True)
def dutta_ray(problem: Problem) -> Outcome:
    """The egalitarian allocation of a convex game: as equal as the core allows.

    The largest coalition with the highest worth a head gets that worth, equally; then the same
    among the others, for what they add to it.  It is in the core, and no point of the core is more
    equal (Lorenz).  O(n 2^n) after a test for convexity, O(n^2 2^n).

    Raises
    ------
    InfeasibleError
        If the game is not convex (a game of costs: not submodular).

    Examples
    --------
    >>> dutta_ray({"A": 4, "A+B": 6, "A+C": 5, "A+B+C": 9}, players="ABC").choice
    (4, Fraction(5, 2), Fraction(5, 2))
    """
    game: Game = problem.data
    table, slack = _as_worths(game)
    n, every = len(game), np.arange(len(table))
    for i in range(n):
        for j in range(i):
            a, b = 1 << i, 1 << j
            base = every[(every & (a | b)) == 0]
            if (
                table[base | a | b] + table[base] - table[base | a] - table[base | b] < -slack
            ).any():
                quality = "submodular" if game.kind == "cost" else "convex"
                raise InfeasibleError(f"the game is not {quality}, as it must be for this rule")
    sizes = popcounts(n)
    taken, given = 0, [Fraction(0)] * n
    while taken != len(table) - 1:
        free = every[(every & taken == 0) & (every > 0)]
        gains, heads = table[free | taken] - table[taken], sizes[free]
        best = max(
            _part(game, _plain(gains[heads == size].max()), size)
            for size in range(1, int(heads.max()) + 1)
        )
        if game.exact:
            most = gains * best.denominator == best.numerator * heads
        else:
            most = gains >= float(best) * heads - slack
        chosen = int(np.bitwise_or.reduce(free[most]))
        for i in range(n):
            if chosen >> i & 1:
                given[i] = best
        taken |= chosen
    sign = -1 if game.kind == "cost" else 1
    return paid(problem, [_number(game, sign * x) for x in given], "largest worth a head")


def _as_worths(game: Game) -> tuple[AnyArray, Any]:
    """The table, costs turned into worths, and how much floats may be wrong."""
    table = wide(game.array, len(game) + _ROOM)
    slack = 0 if game.exact else _CLOSE * float(np.abs(table).max(initial=0.0))
    return (-table if game.kind == "cost" else table), slack


def _plain(entry: Any) -> Any:
    """An entry of a table as a number of Python."""
    return entry.item() if isinstance(entry, np.generic) else entry


def _part(game: Game, share: Any, whole: Any) -> Any:
    return Fraction(share) / whole if game.exact else float(share) / float(whole)


def _times(game: Game, weight: Fraction, total: Any) -> Any:
    return weight * total if game.exact else float(weight) * float(total)


def _number(game: Game, entry: Any) -> Number:
    """The number that a combination of entries stands for."""
    return tidy(Fraction(entry) / game.unit) if game.exact else float(entry)
