"""One divisible good for two bidders with budgets: the adaptive clinching auction."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from mechdesign.errors import InvalidInputError
from mechdesign.io import Table
from mechdesign.model import Number, as_numbers, is_exact, tidy
from mechdesign.records import dataclass

__all__ = ["BudgetClinching", "clinch_with_budgets"]


@dataclass(frozen=True, eq=False)
class BudgetClinching:
    """What two bidders with budgets clinch of one unit.

    Parameters
    ----------
    shares : pair of numbers
        The part of the good that each gets; together all of it.
    payments : pair of numbers
        What each pays, at most its budget.
    price : number
        At which the auction ends.
    """

    shares: tuple[Number, Number]
    payments: tuple[Number, Number]
    price: Number

    @property
    def exact(self) -> bool:
        """Whether nothing was rounded."""
        return all(map(is_exact, (*self.shares, *self.payments, self.price)))

    def table(self) -> Table:
        """A row for each bidder."""
        rows = zip(range(2), self.shares, self.payments, strict=True)
        return Table(["bidder", "share", "pays"], [list(row) for row in rows])


def clinch_with_budgets(values: Sequence[Number], budgets: Sequence[Number]) -> BudgetClinching:
    """Two bidders clinch a divisible good while its price rises, each within a known budget.

    At each price a bidder wants what its budget buys as long as the price is below its value, and
    clinches what the other does not want of what is left.

    Parameters
    ----------
    values : pair of nonnegative numbers
        What the whole good is worth to each.
    budgets : pair of positive numbers
        What each can pay, known to everybody.

    Returns
    -------
    BudgetClinching
        Where both values are equal, the first bidder takes what is left at the end.

    Raises
    ------
    InvalidInputError
        If there are not two of each, a number is out of its range, or a payment is irrational and
        beyond the range of floats.

    Notes
    -----
    In closed form.  Exact numbers stay exact where the price stays below the smaller budget, or
    both budgets are equal; otherwise a logarithm or a power of e makes them floats.  For known
    budgets truth is dominant, and with two bidders no other rule is also individually rational,
    without positive transfers and Pareto optimal [1]_.

    References
    ----------
    .. [1] Dobzinski, S., Lavi, R. and Nisan, N. (2012). Multi-unit auctions with budget limits.
       Games and Economic Behavior 74.

    Examples
    --------
    >>> found = clinch_with_budgets([4, 2], [1, 1])
    >>> found.shares, found.payments
    ((Fraction(5, 8), Fraction(3, 8)), (1, Fraction(1, 2)))
    >>> clinch_with_budgets([4, 2], [3, 5]).payments
    (2, 0)
    """
    worth = as_numbers(values, "values", low=0)
    money = as_numbers(budgets, "budgets", low=0)
    for name, listed in (("values", worth), ("budgets", money)):
        if len(listed) != 2:
            raise InvalidInputError(name, "have one number for each of two bidders", list(listed))
    if min(money) <= 0:
        raise InvalidInputError("budgets", "be positive", list(budgets))
    given = [Fraction(x) if is_exact(x) else x for x in (*worth, *money)]
    value, budget = given[:2], given[2:]
    loser = 1 if value[1] <= value[0] else 0
    poor = 0 if budget[0] <= budget[1] else 1
    price = value[loser]
    try:
        shares, paid = _clinched(price, budget[poor], budget[1 - poor])
    except OverflowError:
        told = "lie within the range of floats where budgets differ and the price exceeds one"
        raise InvalidInputError("values", told, list(values)) from None
    got: list[Any] = [shares[0], shares[1]] if poor == 0 else [shares[1], shares[0]]
    cost: list[Any] = [paid[0], paid[1]] if poor == 0 else [paid[1], paid[0]]
    left = 1 - sum(got)
    got[1 - loser] += left
    cost[1 - loser] += left * price
    # A winner who has clinched something ends with nothing: rounding does not take it beyond.
    cost = [min(x, b) for x, b in zip(cost, budget, strict=True)]
    return BudgetClinching(
        (tidy(got[0]), tidy(got[1])), (tidy(cost[0]), tidy(cost[1])), tidy(price)
    )


def _clinched(price: Any, small: Any, large: Any) -> tuple[tuple[Any, Any], tuple[Any, Any]]:
    """What who has less and who has more have clinched before a price, and have paid."""
    if price <= small:
        return (0, 0), (0, 0)
    # First who has more clinches alone, until what it has left is no more than the other has.
    ahead = (large - small) / small
    meeting = small if not ahead else small * math.exp(ahead) if ahead < 700 else math.inf
    if price <= meeting:
        return (0, 1 - small / price), (0, small * _log(price / small, price, small))
    # Then both clinch alike; what is left falls with the square of the price.
    start = small / meeting
    each = (start - start * (meeting / price) ** 2) / 2
    spent = small * (1 - meeting / price)
    return (each, 1 - start + each), (spent, large - small + spent)


def _log(ratio: Any, price: Any, small: Any) -> float:
    """The logarithm of a ratio that may be beyond the range of floats."""
    return math.log(price) - math.log(small) if ratio == math.inf else math.log(ratio)
