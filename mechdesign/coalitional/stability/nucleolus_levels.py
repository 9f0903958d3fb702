"""The nucleolus by a sequence of exact programs, with what proves each level."""

from __future__ import annotations

from collections.abc import Hashable
from fractions import Fraction

import numpy as np

from mechdesign.coalitional.games.game_table import Game, game
from mechdesign.coalitional.stability.excess_programs import (
    Level,
    excesses,
    least_excess,
    movable,
    null_space,
    signed_table,
)
from mechdesign.errors import InfeasibleError
from mechdesign.model import FrozenMap, Number, tidy
from mechdesign.records import dataclass

__all__ = ["NucleolusAnswer", "nucleolus_of"]


@dataclass(frozen=True)
class NucleolusAnswer:
    """The nucleolus and the levels that prove it.

    Parameters
    ----------
    game : Game
        The game.
    payoffs : mapping
        The nucleolus.
    levels : tuple of Level
        One for each step; after the last no payoff can change.
    imputations : bool
        Whether nobody may get less than alone; else payoffs only add up to what all are worth.
    """

    game: Game
    payoffs: FrozenMap[Hashable, Number]
    levels: tuple[Level, ...]
    imputations: bool = True

    def verify(self) -> bool:
        """Check the levels from the definitions: no linear program is solved again.

        At each level positive weights of coalitions, with players at their least, add up to a sum
        of what is fixed already, so that no payoffs lower the largest excess of the others; those
        coalitions then keep their excess, and at the end everything is fixed.
        """
        table, unit = signed_table(self.game)
        n = len(self.game)
        sign = -1 if self.game.kind == "cost" else 1
        x = [sign * Fraction(self.payoffs[player]) for player in self.game.players]
        gaps, common = excesses(table, unit, x)
        if gaps[-1] != 0:
            return False
        floors = [Fraction(int(table[1 << k]), unit) for k in range(n)]
        if self.imputations and any(a < b for a, b in zip(x, floors, strict=True)):
            return False
        fixed = [(1 << n) - 1]
        for level in self.levels:
            basis = null_space(fixed, n)
            every = np.flatnonzero(movable(basis, n))
            if not level.weights or not every.size:
                return False
            if any(w <= 0 for _, w in (*level.weights, *level.bounds)):
                return False
            if Fraction(int(gaps[every].max()), common) != level.excess:
                return False
            if any(Fraction(int(gaps[mask]), common) != level.excess for mask, _ in level.weights):
                return False
            if level.bounds and not self.imputations:
                return False
            if any(x[k] != floors[k] for k, _ in level.bounds):
                return False
            parts = [*level.weights, *((1 << k, w) for k, w in level.bounds)]
            total = [sum(w for mask, w in parts if mask >> k & 1) for k in range(n)]
            for change in basis:
                if sum(a * b for a, b in zip(change, total, strict=True)):
                    return False
            fixed += [mask for mask, _ in parts]
        return not null_space(fixed, n)


def nucleolus_of(worths: object, *, imputations: bool = True) -> NucleolusAnswer:
    """The payoffs whose excesses, sorted from the largest down, are least in the order of words.

    Parameters
    ----------
    worths : Game or plain data
        As in :func:`game`; exact, 16 players at most.
    imputations : bool
        Whether nobody may get less than alone; without that it is the prenucleolus.

    Raises
    ------
    InfeasibleError
        If the players are together worth less than each alone.

    Notes
    -----
    Each program is solved in fractions.  Fixed are the coalitions with a positive dual value: their
    excess is the largest in *every* optimum, which being so in one optimum does not show.

    Examples
    --------
    >>> from mechdesign.coalitional import bankruptcy
    >>> found = nucleolus_of(bankruptcy(200, (100, 200, 300)))
    >>> tuple(found.payoffs.values()), found.verify()
    ((50, 75, 75), True)
    """
    given = game(worths)
    table, unit = signed_table(given)
    n = len(given)
    total = Fraction(int(table[-1]), unit)
    floors = [Fraction(int(table[1 << k]), unit) for k in range(n)] if imputations else None
    left = total - sum(floors or [])
    if left < 0:
        raise InfeasibleError("there is no imputation: all together are worth less than each alone")
    x = [(floors[k] if floors else 0) + left / n for k in range(n)]
    fixed, levels, pool = [(1 << n) - 1], [], [1 << k for k in range(n)]
    while null_space(fixed, n):
        x, level = least_excess(table, unit, x, fixed, pool, floors)
        levels.append(level)
        fixed += [mask for mask, _ in level.weights] + [1 << k for k, _ in level.bounds]
    sign = -1 if given.kind == "cost" else 1
    return NucleolusAnswer(
        given,
        FrozenMap((p, tidy(sign * v)) for p, v in zip(given.players, x, strict=True)),
        tuple(levels),
        imputations,
    )
