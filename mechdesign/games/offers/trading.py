"""Bilateral trade by offers in turn: the last proposer takes the surplus."""

from __future__ import annotations

from typing import Literal

from mechdesign.errors import InvalidInputError
from mechdesign.games.tables.finite_tables import one_of
from mechdesign.model import Number, as_count, as_number, ratio, serializable, tidy
from mechdesign.records import dataclass

__all__ = ["TradeOffers", "trade_by_offers"]


@serializable("games.TradeOffers")
@dataclass(frozen=True)
class TradeOffers:
    """A seller and a buyer who know each other's values and offer prices in turn.

    Parameters
    ----------
    seller, buyer : numbers
        What the good is worth to each.
    rounds : int
        After which there is no trade; waiting costs nothing.
    first : {"seller", "buyer"}
        Who makes the first offer.
    """

    seller: Number
    buyer: Number
    rounds: int
    first: str = "seller"

    @property
    def price(self) -> Number | None:
        """The price of the subgame perfect equilibrium: all the surplus is the last proposer's.

        None where trade is worth nothing.
        """
        if self.buyer <= self.seller:
            return None
        last_is_seller = (self.first == "seller") == (self.rounds % 2 == 1)
        return self.buyer if last_is_seller else self.seller

    @property
    def fair_price(self) -> Number:
        """The price that halves the surplus."""
        return ratio(self.seller + self.buyer, 2)

    def fairness(self, price: object, unit: object = None) -> Number:
        """How even a price is: ``1 - 4 ((price - fair price) / unit)**2``.

        Parameters
        ----------
        price : number
            What is paid.
        unit : number, optional
            Positive; by default the surplus, so that it is 0 where one gets all of it.
        """
        paid = as_number(price, "price")
        size = self.buyer - self.seller if unit is None else as_number(unit, "unit")
        if size <= 0:
            raise InvalidInputError("unit", "be positive", size)
        off = ratio(paid - self.fair_price, size)
        return tidy(1 - 4 * off * off)


def trade_by_offers(
    seller: object,
    buyer: object,
    rounds: int,
    first: Literal["seller", "buyer"] = "seller",
) -> TradeOffers:
    """A seller and a buyer who offer prices in turn, values known.

    Parameters
    ----------
    seller, buyer : numbers
        What the good is worth to each.
    rounds : int
        How many offers there are.
    first : {"seller", "buyer"}
        Who begins.

    Notes
    -----
    Where only they know their values no mechanism trades whenever it should without money from
    outside: see ``auctions`` for bilateral trade, and ``axioms.consistent``.

    Examples
    --------
    >>> trade_by_offers(80, 120, rounds=1).price, trade_by_offers(80, 120, rounds=10).price
    (120, 80)
    """
    one_of(first, ("seller", "buyer"), "first")
    values = as_number(seller, "seller"), as_number(buyer, "buyer")
    return TradeOffers(*values, as_count(rounds, "rounds", low=1), first)
