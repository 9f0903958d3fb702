"""Rent division: who takes which room at which price, so that nobody envies anybody."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from mechdesign.algorithms.cardinality_matching import best_matching
from mechdesign.errors import InfeasibleError, InvalidInputError
from mechdesign.model import Number, as_list, as_number, tidy
from mechdesign.records import dataclass
from mechdesign.solvers.linear.polytopes import Polytope

__all__ = ["RentDivision", "divide_rent"]


@dataclass(frozen=True, eq=False)
class RentDivision:
    """Rooms and prices.

    Parameters
    ----------
    rooms : tuple of int
        The room of each person.
    prices : tuple of numbers
        The price of each room; they add up to the rent.
    utilities : tuple of numbers
        What each person's room is worth to it beyond the price.
    """

    rooms: tuple[int, ...]
    prices: tuple[Number, ...]
    utilities: tuple[Number, ...]


def divide_rent(
    values: Sequence[Sequence[Number]], rent: Number, *, negative: bool = False
) -> RentDivision:
    """Rooms of the largest total value, at envy-free prices with the largest smallest utility.

    Parameters
    ----------
    values : sequence of n sequences of n exact numbers
        What each room is worth to each person; they need not add up to the rent.
    rent : number
        What the prices add up to.
    negative : bool
        Whether somebody may be paid to take a room.

    Raises
    ------
    InvalidInputError
        If there are not as many rooms as persons.
    InfeasibleError
        If no prices from 0 on are without envy.

    Notes
    -----
    Rooms with prices that nobody envies have the largest total value, and with such prices any
    assignment of that value does; prices come from an exact linear program.  Float values are
    taken as the fractions that they are.

    Examples
    --------
    >>> found = divide_rent([[40, 30, 30], [50, 25, 25], [20, 40, 40]], 100)
    >>> found.rooms, [str(p) for p in found.prices], min(found.utilities)
    ((2, 0, 1), ['140/3', '80/3', '80/3'], Fraction(10, 3))
    """
    rows = [
        [Fraction(as_number(x, f"values[{k}]")) for x in as_list(row, f"values[{k}]")]
        for k, row in enumerate(as_list(values, "values"))
    ]
    n = len(rows)
    if n == 0 or any(len(row) != n for row in rows):
        raise InvalidInputError("values", "have as many rooms as persons", [len(r) for r in rows])
    total = Fraction(as_number(rent, "rent", low=0))
    # A matching of all: every value is made positive.
    shift = 1 - min(x for row in rows for x in row)
    matrix = np.array([[x + shift for x in row] for row in rows], dtype=object)
    top = max(x for row in matrix.tolist() for x in row) * n
    rooms = [-1] * n
    for i, r in best_matching(matrix + top):
        rooms[i] = r
    prices = _prices(rows, rooms, total, negative)
    utilities = [rows[i][r] - prices[r] for i, r in enumerate(rooms)]
    return RentDivision(tuple(rooms), tuple(map(tidy, prices)), tuple(map(tidy, utilities)))


def _prices(
    rows: list[list[Fraction]], rooms: list[int], total: Fraction, negative: bool
) -> list[Fraction]:
    """The prices without envy whose smallest utility is largest."""
    n = len(rows)
    # Prices lie so far above the lowest that can be; the last two variables are the smallest
    # utility, up and down.
    largest = max(abs(x) for row in rows for x in row)
    low = -(total + 2 * n * largest) if negative else Fraction(0)
    zero, one = Fraction(0), Fraction(1)
    sides: list[list[Fraction]] = []
    right: list[Fraction] = []
    for i, own in enumerate(rooms):
        for r in range(n):
            if r != own:
                row = [zero] * (n + 2)
                row[own], row[r] = one, -one
                sides.append(row)
                right.append(rows[i][own] - rows[i][r])
        row = [zero] * (n + 2)
        row[own], row[n], row[n + 1] = one, one, -one
        sides.append(row)
        right.append(rows[i][own] - low)
    for sign in (1, -1):
        sides.append([Fraction(sign)] * n + [zero, zero])
        right.append(sign * (total - n * low))
    polytope = Polytope(tuple(map(tuple, sides)), tuple(right), True)
    try:
        _, point = polytope.maximise([zero] * n + [one, -one])
    except InfeasibleError:
        told = "no prices from 0 on are without envy: allow negative=True"
        raise InfeasibleError(told) from None
    return [low + Fraction(x) for x in point[:n]]
