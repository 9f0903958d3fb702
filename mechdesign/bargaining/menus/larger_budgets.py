"""The larger budgets at which an axiom compares what is chosen."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from mechdesign.model import Number, is_exact

_MOST = 1000


def whole_budgets(budget: Number, costs: Iterable[Number], top: Number) -> range | None:
    """All whole budgets above the present one, up to where everything is affordable.

    Parameters
    ----------
    budget : number
        The present one.
    costs : iterable of numbers
        What can be bought.
    top : number
        The most that can be spent.

    Returns
    -------
    range or None
        None unless budget and costs are whole numbers, with at most 1000 budgets between.

    Examples
    --------
    >>> whole_budgets(3, [1, 2, 4], top=7)
    range(4, 8)
    """
    if not all(is_exact(x) and Fraction(x).denominator == 1 for x in (budget, *costs)):
        return None
    found = range(int(budget) + 1, int(top) + 1)
    return found if len(found) <= _MOST else None


def larger_budgets(
    budget: Number, costs: Iterable[Number], totals: Iterable[Number]
) -> list[Number]:
    """The larger budgets to try: all whole ones where that is possible, else the `totals`.

    Parameters
    ----------
    budget : number
        The present one.
    costs : iterable of numbers
        What can be bought.
    totals : iterable of numbers
        What can be spent: between two of them nothing else becomes affordable.

    Examples
    --------
    >>> larger_budgets(3, [1, 2, 4], [0, 1, 2, 3, 4, 5, 6, 7])
    [4, 5, 6, 7]
    >>> larger_budgets(1.5, [1.0, 2.0], [0, 1.0, 2.0, 3.0])
    [2.0, 3.0]
    """
    possible = sorted(set(totals))
    whole = whole_budgets(budget, costs, possible[-1])
    return list(whole) if whole is not None else [x for x in possible if x > budget]
