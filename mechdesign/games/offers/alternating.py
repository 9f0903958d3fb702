"""Alternating offers over a pie of 1: who proposes what, and how good a split is."""

from __future__ import annotations

from mechdesign.algorithms.alternating_shares import proposer_share
from mechdesign.errors import InvalidInputError
from mechdesign.model import Number, Reference, as_count, as_number, serializable, tidy
from mechdesign.records import dataclass

__all__ = ["AlternatingOffers", "alternating_offers", "share_fairness"]

RUBINSTEIN = Reference(
    "rubinstein1982",
    "Rubinstein, A.",
    "Perfect equilibrium in a bargaining model",
    1982,
    "Econometrica 50",
    doi="10.2307/1912531",
)


@serializable("games.AlternatingOffers")
@dataclass(frozen=True)
class AlternatingOffers:
    """Two players who make offers in turn, and their subgame perfect equilibrium.

    Parameters
    ----------
    first, second : numbers in [0, 1]
        What a round later is worth to the player who makes the first offer, and to the other one.
    horizon : int, optional
        Rounds, after which both get nothing; None for no end.
    """

    first: Number
    second: Number
    horizon: int | None = None

    def proposer(self, round: int) -> int:
        """Who proposes in a round, 0 or 1; rounds are counted from 1."""
        return (as_count(round, "round", low=1, high=self.horizon) - 1) % 2

    def offer(self, round: int) -> tuple[Number, Number]:
        """The shares of both players that are proposed, and accepted, in a round.

        The responder gets what rejecting is worth to her: the own offer of the next round,
        discounted, and nothing after the last one.
        """
        who = self.proposer(round)
        left = None if self.horizon is None else self.horizon - round + 1
        discounts = (self.first, self.second) if who == 0 else (self.second, self.first)
        own = proposer_share(discounts, left)
        return (own, tidy(1 - own)) if who == 0 else (tidy(1 - own), own)

    @property
    def shares(self) -> tuple[Number, Number]:
        """The shares in the equilibrium, in which the first offer is accepted."""
        return self.offer(1)

    @property
    def advantage(self) -> Number:
        """How much more the first proposer gets than as the second one, of the same game."""
        swapped = AlternatingOffers(self.second, self.first, self.horizon)
        return tidy(self.shares[0] - swapped.shares[1])

    def efficiency(self, share: object, round: int) -> Number:
        """The sum of discounted shares where the first proposer gets `share` in a round."""
        x = as_number(share, "share", low=0, high=1)
        late = as_count(round, "round", low=1, high=self.horizon) - 1
        return tidy(x * self.first**late + (1 - x) * self.second**late)

    def __str__(self) -> str:
        told = "no end" if self.horizon is None else f"{self.horizon} rounds"
        a, b = self.shares
        return f"alternating offers with {told}: {float(a):.6g} and {float(b):.6g}"


def alternating_offers(
    first: object, second: object, horizon: int | None = None
) -> AlternatingOffers:
    """Two players who make offers in turn, each with the own discount factor.

    Parameters
    ----------
    first, second : numbers in [0, 1]
        Discount factors, of the player who makes the first offer and of the other one.
    horizon : int, optional
        The number of rounds; without one both factors may not be 1.

    Notes
    -----
    The same shares as ``bargaining.rubinstein_shares``; with equal discounts that go to 1 they go
    to halves, which is Nash's solution of the pie.  Over finitely many packages see
    ``bargaining.alternating_offers``.

    References
    ----------
    Rubinstein, A. (1982). Perfect equilibrium in a bargaining model. Econometrica 50.

    Examples
    --------
    >>> from fractions import Fraction as F
    >>> alternating_offers(F(9, 10), F(4, 5), horizon=4).shares
    (Fraction(43, 125), Fraction(82, 125))
    >>> alternating_offers(F(9, 10), F(4, 5)).shares
    (Fraction(5, 7), Fraction(2, 7))
    """
    known = AlternatingOffers(
        as_number(first, "first", low=0, high=1),
        as_number(second, "second", low=0, high=1),
        None if horizon is None else as_count(horizon, "horizon", low=1, high=1_000_000),
    )
    if horizon is None and known.first == known.second == 1:
        raise InvalidInputError("first, second", "not both be 1 without a horizon", (first, second))
    return known


def share_fairness(share: object) -> Number:
    """How even a split in two is: 1 for halves, 0 where one gets everything.

    It is ``1 - 4 (share - 1/2)**2`` of the undiscounted share.

    Examples
    --------
    >>> share_fairness(1), share_fairness(0.25)
    (0, 0.75)
    """
    x = as_number(share, "share", low=0, high=1)
    # The same as the square, in whole numbers for whole shares.
    return tidy(4 * x * (1 - x))
