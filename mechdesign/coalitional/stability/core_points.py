"""The core and the least core, with balancing weights where the core is empty."""

from __future__ import annotations

from collections.abc import Hashable
from fractions import Fraction

from mechdesign.coalitional.games.game_table import Game, game
from mechdesign.coalitional.stability.excess_programs import (
    excesses,
    least_excess,
    signed_table,
)
from mechdesign.errors import InvalidInputError
from mechdesign.io import Table
from mechdesign.model import FrozenMap, Number, as_numbers, show, tidy
from mechdesign.records import dataclass

__all__ = ["CoreAnswer", "core", "objection_to"]


@dataclass(frozen=True)
class CoreAnswer:
    """Whether the core is empty, with what proves it.

    Parameters
    ----------
    game : Game
        The game.
    excess : number
        The least core: how much some coalition is worth beyond its payoff at least, whatever the
        payoffs; the core is empty if and only if this is positive.
    payoffs : mapping
        A point of the least core; of the core where that is not empty.
    weights : mapping of coalitions to numbers
        Balancing weights: each player is in coalitions of total weight 1.  Where the core is empty
        what they are worth, times the weights, is more than what all players are worth.

    Examples
    --------
    >>> from mechdesign.coalitional import weighted_voting
    >>> found = core(weighted_voting([1, 1, 1], 2))
    >>> found.empty, found.excess, found.verify()
    (True, Fraction(1, 3), True)
    """

    game: Game
    excess: Number
    payoffs: FrozenMap[Hashable, Number]
    weights: FrozenMap[tuple[Hashable, ...], Number]

    @property
    def empty(self) -> bool:
        """Whether there are no payoffs that satisfy all coalitions."""
        return self.excess > 0

    def verify(self) -> bool:
        """Check the answer from the definitions: no linear program is solved again.

        The payoffs are efficient and no excess is larger than said; and the weights prove that it
        cannot be smaller.
        """
        sign = -1 if self.game.kind == "cost" else 1
        given = self.payoffs
        if sum(given.values()) != self.game.total:
            return False
        everybody = tuple(self.game.players)
        for members, worth in self.game.items():
            if members and members != everybody:
                gets = sum(given[player] for player in members)
                if sign * (worth - gets) > self.excess:
                    return False
        if any(weight <= 0 for weight in self.weights.values()):
            return False
        for player in everybody:
            if sum(w for members, w in self.weights.items() if player in members) != 1:
                return False
        # At payoffs of total v(N) the weighted excesses add up to this, whatever they are.
        short = sum(w * self.game.worth(s) for s, w in self.weights.items()) - self.game.total
        return bool(sign * short == self.excess * sum(self.weights.values()))

    def table(self) -> Table:
        """The payoffs, and the balancing weights where the core is empty."""
        rows = [["player", str(p), x] for p, x in self.payoffs.items()]
        if self.empty:
            rows += [["weight", "+".join(map(str, s)), w] for s, w in self.weights.items()]
        return Table(["what", "who", "number"], rows)

    def __str__(self) -> str:
        if not self.empty:
            return f"The core is not empty; in it is {show(tuple(self.payoffs.values()))}."
        parts = ", ".join(f"{show(w)} of {'+'.join(map(str, s))}" for s, w in self.weights.items())
        return (
            f"The core is empty: some coalition is worth {show(self.excess)} more than it gets, "
            f"whatever the payoffs. Balancing weights: {parts}."
        )


def core(worths: object) -> CoreAnswer:
    """The least core, and whether the core is empty, exactly.

    Parameters
    ----------
    worths : Game or plain data
        As in :func:`game`; two exact players at least, 16 at most.  In a game of costs payoffs are
        what the players pay, and a coalition objects if it would pay less alone.

    Raises
    ------
    InvalidInputError
        If the worths are floats: membership is a question of equalities.
    LimitReachedError
        If there are more players.

    Examples
    --------
    >>> from mechdesign.coalitional import gloves
    >>> print(core(gloves(1, 2)))
    The core is not empty; in it is (1, 0, 0).
    """
    given = game(worths)
    table, unit = signed_table(given)
    n, whole = len(given), (1 << len(given)) - 1
    if n < 2:
        raise InvalidInputError("worths", "have two players", given.players)
    start = [Fraction(int(table[-1]), unit * n)] * n
    points, level = least_excess(table, unit, start, [whole], [1 << k for k in range(n)], None)
    # The weights cover every player equally; make that 1.
    cover = sum(w for mask, w in level.weights if mask & 1)
    sign = -1 if given.kind == "cost" else 1
    return CoreAnswer(
        given,
        tidy(level.excess),
        FrozenMap((p, tidy(sign * x)) for p, x in zip(given.players, points, strict=True)),
        FrozenMap((given.members(mask), tidy(w / cover)) for mask, w in level.weights),
    )


def objection_to(worths: object, payoffs: object) -> tuple[tuple[Hashable, ...], Number] | None:
    """The coalition that is worth most beyond what it gets; None if no coalition is.

    Parameters
    ----------
    worths : Game or plain data
        As in :func:`game`.
    payoffs : sequence of numbers
        One for each player.  That they add up to what all are worth is not asked here.

    Examples
    --------
    >>> from mechdesign.coalitional import gloves
    >>> objection_to(gloves(1, 2), [0, 1, 0])
    ((0, 2), 1)
    """
    given = game(worths)
    numbers = [Fraction(x) for x in as_numbers(payoffs, "payoffs")]
    if len(numbers) != len(given):
        raise InvalidInputError("payoffs", f"be {len(given)} numbers", payoffs)
    table, unit = signed_table(given)
    if given.kind == "cost":
        numbers = [-x for x in numbers]
    gaps, common = excesses(table, unit, numbers)
    worst = int(gaps[:-1].argmax())
    gap = Fraction(int(gaps[worst]), common)
    return (given.members(worst), tidy(gap)) if gap > 0 else None
