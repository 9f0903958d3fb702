"""A market maker for forecasts: the logarithmic market scoring rule."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from mechdesign.errors import InvalidInputError
from mechdesign.model import Number, Reference, as_count, as_number, as_numbers
from mechdesign.records import dataclass

__all__ = ["LogMarket", "log_market"]

HANSON = Reference(
    "hanson2003",
    "Hanson, R.",
    "Combinatorial Information Market Design",
    2003,
    "Information Systems Frontiers 5(1)",
    doi="10.1023/A:1022058209073",
)


@dataclass(frozen=True)
class LogMarket:
    """A market maker that sells shares, each of which pays 1 if its outcome comes true.

    Parameters
    ----------
    liquidity : number
        How many shares move prices, b.
    sold : tuple of numbers
        The shares of each outcome that are out; negative for shares that were bought back.
    """

    liquidity: Number
    sold: tuple[Number, ...]

    @property
    def cost(self) -> float:
        """What all shares that are out have cost, up to a constant: b log sum exp(x / b)."""
        scaled = [float(x) / float(self.liquidity) for x in self.sold]
        top = max(scaled)
        return float(self.liquidity) * (top + math.log(sum(math.exp(x - top) for x in scaled)))

    @property
    def prices(self) -> tuple[float, ...]:
        """The price of the next bit of each share: the market's forecast."""
        scaled = [float(x) / float(self.liquidity) for x in self.sold]
        top = max(scaled)
        weights = [math.exp(x - top) for x in scaled]
        return tuple(w / sum(weights) for w in weights)

    @property
    def worst_loss(self) -> float:
        """The most that the market maker can lose from the beginning: b log n."""
        return float(self.liquidity) * math.log(len(self.sold))

    def buy(self, shares: Sequence[Number]) -> tuple[LogMarket, float]:
        """The market after a trade, and what the trader pays.

        Parameters
        ----------
        shares : sequence of numbers
            Of each outcome; negative to sell.

        Examples
        --------
        >>> market, paid = log_market(2, liquidity=10).buy([5, 0])
        >>> round(paid, 6), round(market.prices[0], 6)
        (2.809298, 0.622459)
        """
        wanted = as_numbers(shares, "shares")
        if len(wanted) != len(self.sold):
            raise InvalidInputError("shares", f"be {len(self.sold)} numbers", shares)
        after: Any = replace(
            self, sold=tuple(x + y for x, y in zip(self.sold, wanted, strict=True))
        )
        return after, after.cost - self.cost


def log_market(outcomes: int, *, liquidity: Number) -> LogMarket:
    """A market of the logarithmic scoring rule in which nothing is sold yet.

    Parameters
    ----------
    outcomes : int
        How many, of which one comes true.
    liquidity : number
        The parameter b: the loss is at most b log(outcomes).

    Examples
    --------
    >>> round(log_market(2, liquidity=10).worst_loss, 6)
    6.931472
    """
    n = as_count(outcomes, "outcomes", low=2)
    b = as_number(liquidity, "liquidity", low=0)
    if not b:
        raise InvalidInputError("liquidity", "be positive", liquidity)
    return LogMarket(b, (0,) * n)
