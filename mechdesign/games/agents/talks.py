"""Two sides who take turns in making offers: division of a pie, and a price."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from mechdesign.errors import InvalidInputError
from mechdesign.games.agents.protocol import Environment, History
from mechdesign.games.tables.finite_tables import as_shown
from mechdesign.model import Number, as_count, as_list, as_number, serializable, tidy
from mechdesign.records import dataclass

__all__ = ["OffersGame", "TradeGame"]

ACCEPT, REJECT = "accept", "reject"


class Talks(Environment):
    """Offers and answers in turn: a round is an offer of one seat and the answer of the other."""

    horizon: int

    @abstractmethod
    def offers(self) -> tuple[int, ...]:
        """What can be offered."""

    @abstractmethod
    def agreed(self, nature: Any, offer: int, number: int) -> tuple[Number, ...]:
        """The payoffs of agreeing on an offer in a round."""

    def proposer(self, number: int) -> int:
        """Who makes the offer of a round."""
        return (number - 1) % 2

    def round_of(self, history: History) -> int:
        return len(history) // 2 + 1

    def movers(self, nature: Any, history: History) -> tuple[int, ...]:
        if _agreed(history) or len(history) == 2 * self.horizon:
            return ()
        seat = self.proposer(self.round_of(history))
        return (1 - seat if len(history) % 2 else seat,)

    def legal(self, nature: Any, history: History, seat: int) -> tuple[Any, ...]:
        return (ACCEPT, REJECT) if len(history) % 2 else self.offers()

    def payoffs(self, nature: Any, history: History) -> tuple[Number, ...]:
        if not _agreed(history):
            return self.disagreement(nature)
        number = len(history) // 2
        return self.agreed(nature, history[-2][self.proposer(number)], number)


def _agreed(history: History) -> bool:
    return len(history) % 2 == 0 and bool(history) and ACCEPT in history[-1]


@serializable("games.OffersGame")
@dataclass(frozen=True)
class OffersGame(Talks):
    """A pie that two divide by offers in turn, first ``A``, then ``B``; waiting costs.

    A move is how many units the proposer keeps, or ``accept`` or ``reject``.  Efficiency counts
    discounted payoffs, shares are those of the pie.

    Parameters
    ----------
    discounts : pair of numbers in [0, 1]
        What one unit is worth a round later, to A and to B.
    horizon : int
        Rounds, after which both get nothing.
    units : int
        Into how many the pie is cut.
    money : number
        What the whole pie is worth.

    Notes
    -----
    The subgame-perfect moves are those of the game in whole units, in which who answers accepts
    where both answers are worth the same.  They are found by backward induction in `horizon` steps.

    Examples
    --------
    >>> game = OffersGame((Fraction(9, 10), Fraction(4, 5)), horizon=3)
    >>> game.perfect(None, (), 0), game.payoffs(None, ((92, None), (None, "accept")))
    (92, (92, 8))
    """

    discounts: tuple[Number, Number] = (Fraction(9, 10), Fraction(9, 10))
    horizon: int = 12
    units: int = 100
    money: Number = 100

    def __post_init__(self) -> None:
        owner = "OffersGame"
        given = as_list(self.discounts, "discounts", owner=owner)
        if len(given) != 2:
            raise InvalidInputError("discounts", "be two", self.discounts, owner=owner)
        deltas = tuple(as_number(d, "discounts", low=0, high=1, owner=owner) for d in given)
        object.__setattr__(self, "discounts", deltas)
        for word, high in (("horizon", 10_000), ("units", 100_000)):
            as_count(getattr(self, word), word, low=1, high=high, owner=owner)
        if as_number(self.money, "money", owner=owner) <= 0:
            raise InvalidInputError("money", "be positive", self.money, owner=owner)
        # Kept backwards: the last proposer keeps everything, and who answers is made indifferent.
        # Rounding would move a whole unit, so floats count as the decimals that they show.
        shown = tuple(map(as_shown, deltas))
        kept = [self.units]
        for number in range(self.horizon - 1, 0, -1):
            waits = shown[1 - self.proposer(number)] * kept[-1]
            kept.append(math.floor(self.units - waits))
        object.__setattr__(self, "_kept", tuple(reversed(kept)))
        object.__setattr__(self, "_shown", shown)

    @property
    def name(self) -> str:
        return "alternating_offers"

    @property
    def roles(self) -> tuple[str, ...]:
        return ("A", "B")

    def offers(self) -> tuple[int, ...]:
        return tuple(range(self.units + 1))

    def agreed(self, nature: Any, offer: int, number: int) -> tuple[Number, ...]:
        worth = []
        for seat, discount in enumerate(self.discounts):
            mine = offer if seat == self.proposer(number) else self.units - offer
            worth.append(Fraction(mine, self.units) * self.money * discount ** (number - 1))
        return tuple(map(tidy, worth))

    def told(self, nature: Any, history: History, seat: int) -> Any:
        return {
            "rules": f"In each of {self.horizon} rounds one side offers how many of {self.units} "
            "units it keeps, and the other accepts or rejects. The sides take turns, A begins. "
            "A round later a unit is worth the discount times as much. Without an agreement both "
            "get nothing.",
            "discount": self.discounts[seat],
            "discount of the other": self.discounts[1 - seat],
            "money": self.money,
        }

    def best_total(self, nature: Any) -> Number:
        return self.money

    def shares(self, nature: Any, history: History) -> tuple[Number, ...] | None:
        if not _agreed(history):
            return None
        proposer = self.proposer(len(history) // 2)
        part = Fraction(history[-2][proposer], self.units)
        return (part, 1 - part) if proposer == 0 else (1 - part, part)

    def perfect(self, nature: Any, history: History, seat: int) -> Any:
        kept: tuple[int, ...] = vars(self)["_kept"]
        number = self.round_of(history)
        if len(history) % 2 == 0:
            return kept[number - 1]
        offered = self.units - history[-1][1 - seat]
        waits = vars(self)["_shown"][seat] * kept[number] if number < self.horizon else 0
        return ACCEPT if offered >= waits else REJECT


@serializable("games.TradeGame")
@dataclass(frozen=True)
class TradeGame(Talks):
    """A seller and a buyer who offer prices in turn; nothing is lost by waiting.

    A move is a price, or ``accept`` or ``reject``.

    Parameters
    ----------
    seller, buyer : number, or sequence of numbers
        What the good is worth to each; one of several is drawn, each as likely, and the other side
        does not see which.
    horizon : int
        Rounds, after which there is no trade.
    prices : sequence of numbers, optional
        What can be offered; by default the whole numbers from the lowest to the highest value.
    first : {"seller", "buyer"}
        Who offers first.

    Notes
    -----
    Where both values are known the last proposer takes the whole surplus.

    Examples
    --------
    >>> TradeGame(80, 120, horizon=1).perfect(None, (), 0)
    120
    >>> TradeGame(80, 120, horizon=10).perfect(None, (), 0)
    80
    """

    seller: Any = 80
    buyer: Any = 120
    horizon: int = 10
    prices: Sequence[Number] | None = None
    first: str = "seller"

    def __post_init__(self) -> None:
        owner = "TradeGame"
        for word in ("seller", "buyer"):
            given = getattr(self, word)
            several = tuple(given) if isinstance(given, Sequence) else (given,)
            if not several or isinstance(given, str):
                raise InvalidInputError(word, "be a number, or some of them", given, owner=owner)
            values = tuple(as_number(v, word, owner=owner) for v in several)
            object.__setattr__(self, word, values)
        as_count(self.horizon, "horizon", low=1, high=10_000, owner=owner)
        if self.first not in self.roles:
            raise InvalidInputError("first", "be seller or buyer", self.first, owner=owner)
        low, high = min(*self.seller, *self.buyer), max(*self.seller, *self.buyer)
        if self.prices is None:
            if high - low > 100_000:
                raise InvalidInputError("prices", "be given for values so far apart", None)
            listed: list[Number] = list(range(math.floor(low), math.ceil(high) + 1))
        else:
            listed = [as_number(p, "prices", owner=owner) for p in as_list(self.prices, "prices")]
        if not listed or len(set(listed)) < len(listed):
            raise InvalidInputError("prices", "be some different ones", self.prices, owner=owner)
        object.__setattr__(self, "prices", tuple(listed))

    @property
    def name(self) -> str:
        return "price_talks"

    @property
    def roles(self) -> tuple[str, ...]:
        return ("seller", "buyer")

    def proposer(self, number: int) -> int:
        return (number - 1 + (self.first == "buyer")) % 2

    def offers(self) -> tuple[Any, ...]:
        return tuple(self.prices or ())

    def nature(self, rng: np.random.Generator) -> Any:
        if len(self.seller) == len(self.buyer) == 1:
            return None
        return tuple(values[int(rng.integers(len(values)))] for values in (self.seller, self.buyer))

    def _values(self, nature: Any) -> tuple[Number, Number]:
        return nature if nature is not None else (self.seller[0], self.buyer[0])

    def agreed(self, nature: Any, offer: Any, number: int) -> tuple[Number, ...]:
        low, high = self._values(nature)
        return offer - low, high - offer

    def told(self, nature: Any, history: History, seat: int) -> Any:
        return {
            "rules": f"In each of {self.horizon} rounds one side offers a price, and the other "
            f"accepts or rejects. The sides take turns, the {self.first} begins. The seller gets "
            "the price less the own value, the buyer the own value less the price. Without an "
            "agreement both get nothing.",
            "value": self._values(nature)[seat],
            "values of the other": (self.buyer, self.seller)[seat],
        }

    def best_total(self, nature: Any) -> Number:
        low, high = self._values(nature)
        return max(high - low, 0)

    def perfect(self, nature: Any, history: History, seat: int) -> Any:
        (low, high), prices = self._values(nature), self.offers()
        last = self.proposer(self.horizon)
        fitting = [p for p in prices if low <= p <= high]
        if nature is not None or not fitting:
            return None
        price = max(fitting) if last == 0 else min(fitting)
        if len(history) % 2 == 0:
            return price
        offer, final = history[-1][1 - seat], self.round_of(history) == self.horizon
        gain, waits = self.agreed(nature, offer, 1)[seat], self.agreed(nature, price, 1)[seat]
        return ACCEPT if gain >= (0 if final else waits) else REJECT
