"""A payoff table played repeatedly, gifts between two donors, and one division of an amount."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from mechdesign.errors import InvalidInputError
from mechdesign.games.agents.protocol import Environment, History, JointMove
from mechdesign.games.tables import eliminate, finite
from mechdesign.model import FrozenMap, Number, as_count, as_number, serializable, tidy
from mechdesign.records import dataclass

__all__ = ["DivisionGame", "DonorGame", "RepeatedTable"]


@serializable("games.RepeatedTable")
@dataclass(frozen=True)
class RepeatedTable(Environment):
    """A finite table that all players play at the same time, for some rounds.

    Parameters
    ----------
    game : FiniteGame or payoffs
        See :func:`mechdesign.games.finite`; actions are texts or whole numbers.
    rounds : int
        How often it is played; every round counts the same.
    cooperate : action, optional
        The one whose rates are measured as cooperation.
    title : str
        What observations call the game.

    Notes
    -----
    Where iterated strict dominance leaves one profile, the subgame-perfect moves are its.

    Examples
    --------
    >>> from mechdesign.games import finite
    >>> dilemma = finite([[(8, 8), (0, 10)], [(10, 0), (5, 5)]], actions="CD")
    >>> RepeatedTable(dilemma, rounds=2).payoffs(None, (("C", "C"), ("C", "D")))
    (8, 18)
    """

    game: Any
    rounds: int = 10
    cooperate: Any = None
    title: str = "table"

    def __post_init__(self) -> None:
        owner = "RepeatedTable"
        game = finite(self.game)
        as_count(self.rounds, "rounds", low=1, high=100_000, owner=owner)
        if any(type(a) not in (str, int) for own in game.actions for a in own):
            told = "have texts or whole numbers as actions"
            raise InvalidInputError("game", told, game.actions, owner=owner)
        if self.cooperate is not None and any(self.cooperate not in own for own in game.actions):
            told = "be an action of every player"
            raise InvalidInputError("cooperate", told, self.cooperate, owner=owner)
        object.__setattr__(self, "game", game)
        cells = dict(zip(game.profiles, zip(*game.payoffs, strict=True), strict=True))
        object.__setattr__(self, "_cells", cells)

    @property
    def name(self) -> str:
        return self.title

    @property
    def roles(self) -> tuple[str, ...]:
        return tuple(map(str, self.game.players))

    def stage(self, moves: JointMove) -> tuple[Number, ...]:
        """The payoffs of one round."""
        found: tuple[Number, ...] = vars(self)["_cells"][moves]
        return found

    def replies(self, moves: JointMove, seat: int) -> dict[Any, Number]:
        """What each move of a seat would have given in a round, the others' moves as they are."""
        own = self.game.actions[seat]
        return {a: self.stage((*moves[:seat], a, *moves[seat + 1 :]))[seat] for a in own}

    def movers(self, nature: object, history: History) -> tuple[int, ...]:
        return tuple(range(len(self.roles))) if len(history) < self.rounds else ()

    def legal(self, nature: object, history: History, seat: int) -> tuple[Any, ...]:
        moves: tuple[Any, ...] = self.game.actions[seat]
        return moves

    def payoffs(self, nature: object, history: History) -> tuple[Number, ...]:
        rounds = [self.stage(moves) for moves in history]
        return tuple(sum(one[k] for one in rounds) for k in range(len(self.roles)))

    def told(self, nature: object, history: History, seat: int) -> Any:
        kept = vars(self).setdefault("_told", {})
        if seat not in kept:
            table = tuple(
                (FrozenMap(zip(self.roles, profile, strict=True)), cell[seat])
                for profile, cell in vars(self)["_cells"].items()
            )
            kept[seat] = FrozenMap(rounds=self.rounds, table=table)
        return kept[seat]

    def best_total(self, nature: object) -> Number:
        most: Number = max(sum(cell) for cell in vars(self)["_cells"].values())
        return self.rounds * most

    def perfect(self, nature: object, history: History, seat: int) -> Any:
        if "_left" not in vars(self):
            object.__setattr__(self, "_left", eliminate(self.game).left.actions)
        left = vars(self)["_left"]
        return left[seat][0] if all(len(own) == 1 for own in left) else None


@serializable("games.DonorGame")
@dataclass(frozen=True)
class DonorGame(Environment):
    """Two who can give: in each round one of them gives a part of what it has, and it multiplies.

    A move is the percentage that is given.

    Parameters
    ----------
    rounds : int
        How many gifts.
    start : number
        What each has at the beginning.
    factor : number
        What arrives of one unit.
    donors : {"random", "alternate"}
        Who gives: either with chance 1/2 in each round, or first ``A``, then ``B``, and so on.
    step : int
        Percentages are multiples of it; it divides 100.

    Examples
    --------
    >>> game = DonorGame(rounds=2, donors="alternate")
    >>> game.payoffs(("A", "B"), ((100, None), (None, 50)))
    (30, 15)
    """

    rounds: int = 12
    start: Number = 10
    factor: Number = 2
    donors: str = "random"
    step: int = 10

    def __post_init__(self) -> None:
        as_count(self.rounds, "rounds", low=1, high=10_000, owner="DonorGame")
        as_number(self.start, "start", low=0, owner="DonorGame")
        as_number(self.factor, "factor", low=0, owner="DonorGame")
        if self.donors not in ("random", "alternate"):
            raise InvalidInputError("donors", "be random or alternate", self.donors)
        if 100 % as_count(self.step, "step", low=1, high=100, owner="DonorGame"):
            raise InvalidInputError("step", "divide 100", self.step, owner="DonorGame")

    @property
    def name(self) -> str:
        return "donor_game"

    @property
    def roles(self) -> tuple[str, ...]:
        return ("A", "B")

    def nature(self, rng: np.random.Generator) -> Any:
        if self.donors == "alternate":
            return tuple(self.roles[k % 2] for k in range(self.rounds))
        return tuple(self.roles[int(k)] for k in rng.integers(2, size=self.rounds))

    def movers(self, nature: Any, history: History) -> tuple[int, ...]:
        if len(history) == self.rounds:
            return ()
        return (self.roles.index(nature[len(history)]),)

    def legal(self, nature: object, history: History, seat: int) -> tuple[Any, ...]:
        return tuple(range(0, 101, self.step))

    def payoffs(self, nature: object, history: History) -> tuple[Number, ...]:
        held: list[Number] = [self.start, self.start]
        for moves in history:
            donor = 0 if moves[1] is None else 1
            gift = Fraction(moves[donor], 100) * held[donor]
            held[donor] -= gift
            held[1 - donor] += self.factor * gift
        return tuple(map(tidy, held))

    def told(self, nature: object, history: History, seat: int) -> Any:
        return {
            "rules": f"Both begin with {self.start}. In each of {self.rounds} rounds one is the "
            f"donor ({self.donors}) and gives a percentage of what it has; the other gets "
            f"{self.factor} times as much."
        }

    def disagreement(self, nature: object) -> tuple[Number, ...]:
        return (self.start, self.start)

    def best_total(self, nature: Any) -> Number:
        # What one unit in a hand becomes at most, backwards: it is kept or given as a whole.
        worth: list[Number] = [1, 1]
        for donor in map(self.roles.index, reversed(nature)):
            worth[donor] = max(worth[donor], self.factor * worth[1 - donor])
        return self.start * (worth[0] + worth[1])

    def perfect(self, nature: object, history: History, seat: int) -> Any:
        return 0


@serializable("games.DivisionGame")
@dataclass(frozen=True)
class DivisionGame(Environment):
    """One divides an amount between the other and itself: the dictator or the ultimatum game.

    A move is how many units the proposer gives.

    Parameters
    ----------
    units : int
        What there is to divide.
    reply : bool
        Whether the other can reject, whereupon both get nothing: the ultimatum game.

    Examples
    --------
    >>> DivisionGame(10, reply=True).payoffs(None, ((3, None), (None, "accept")))
    (7, 3)
    """

    units: int = 10
    reply: bool = False

    def __post_init__(self) -> None:
        as_count(self.units, "units", low=1, high=100_000, owner="DivisionGame")

    @property
    def name(self) -> str:
        return "ultimatum" if self.reply else "dictator"

    @property
    def roles(self) -> tuple[str, ...]:
        return ("proposer", "responder")

    def movers(self, nature: object, history: History) -> tuple[int, ...]:
        return (len(history),) if len(history) < 1 + self.reply else ()

    def legal(self, nature: object, history: History, seat: int) -> tuple[Any, ...]:
        return ("accept", "reject") if seat else tuple(range(self.units + 1))

    def payoffs(self, nature: object, history: History) -> tuple[Number, ...]:
        if len(history) < 1 + self.reply or (self.reply and history[1][1] == "reject"):
            return (0, 0)
        return (self.units - history[0][0], history[0][0])

    def told(self, nature: object, history: History, seat: int) -> Any:
        answer = "The responder accepts, or rejects and both get nothing." if self.reply else ""
        return {"rules": f"The proposer gives a part of {self.units} units. {answer}".strip()}

    def best_total(self, nature: object) -> Number:
        return self.units

    def perfect(self, nature: object, history: History, seat: int) -> Any:
        return "accept" if seat else 0
