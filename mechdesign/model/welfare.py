"""Welfare: one number, or one order, from the utilities of all agents."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Literal, TypeVar

from mechdesign.errors import InvalidInputError
from mechdesign.model.numbers import Number, all_exact, as_number, as_numbers
from mechdesign.model.reading import aligned_numbers, labelled_numbers, split_labels

T = TypeVar("T")
Utilities = Mapping[Any, Number] | Sequence[Number]


def utilitarian(utilities: Utilities, weights: Utilities | None = None) -> Number:
    """The (weighted) sum of utilities.

    Parameters
    ----------
    utilities : mapping or sequence of numbers, length n
        One for each agent.
    weights : mapping or sequence of numbers, length n, optional
        Nonnegative; all 1 by default.

    Returns
    -------
    number
        Exact where the utilities are; 0 for no agents.

    Examples
    --------
    >>> utilitarian({"ann": Fraction(1, 2), "bob": 1})
    Fraction(3, 2)
    """
    values = _values(utilities)
    total: Number = 0
    for u, w in zip(values, _weights(weights, utilities, len(values)), strict=True):
        total += w * u
    return total


def egalitarian(utilities: Utilities) -> Number:
    """The utility of the worst-off agent.

    Raises
    ------
    InvalidInputError
        If there are no agents.

    Examples
    --------
    >>> egalitarian([3, 1, 2])
    1
    """
    return min(_nonempty(utilities))


def envy(valuations: Sequence[Sequence[Number]]) -> Number:
    """The largest envy: how much better off an agent would be with what another one got.

    Parameters
    ----------
    valuations : sequence of sequences of numbers, shape (n, n)
        Entry (i, j) is what agent i would get from what agent j got.

    Returns
    -------
    number
        0 where nobody envies anybody.

    Raises
    ------
    InvalidInputError
        If the table is not square.

    Examples
    --------
    >>> envy([[3, 1], [4, 2]]), envy([[3, 1], [1, 2]])
    (2, 0)
    """
    rows = [as_numbers(row, f"valuations[{k}]") for k, row in enumerate(valuations)]
    if any(len(row) != len(rows) for row in rows):
        raise InvalidInputError("valuations", "be a square table", valuations)
    return max((value - row[i] for i, row in enumerate(rows) for value in row), default=0)


def leximin_key(utilities: Utilities) -> tuple[Number, ...]:
    """The utilities from worst to best: a larger tuple is better for the leximin order.

    Examples
    --------
    >>> leximin_key([3, 1, 2]) > leximin_key([9, 1, 1])
    True
    """
    return tuple(sorted(_values(utilities)))


def nash(utilities: Utilities, weights: Utilities | None = None) -> Number:
    """The Nash product, the (weighted) product of utilities.

    Parameters
    ----------
    utilities : mapping or sequence of numbers, length n
        Nonnegative: gains over the reserve.
    weights : mapping or sequence of numbers, length n, optional
        Exponents; integers keep the result exact.

    Raises
    ------
    InvalidInputError
        On a negative utility, where the product means nothing.

    Examples
    --------
    >>> nash([2, Fraction(1, 2), 3])
    Fraction(3, 1)
    """
    values = _values(utilities, low=0)
    product: Number = 1
    for u, w in zip(values, _weights(weights, utilities, len(values)), strict=True):
        product *= u**w
    return product


def quantile(
    utilities: Utilities, q: Number, method: Literal["linear", "nearest_rank"] = "linear"
) -> Number:
    """The `q`-quantile of utilities.

    Parameters
    ----------
    utilities : mapping or sequence of numbers, length n >= 1
        One for each agent.
    q : number in [0, 1]
        0 is the worst-off, 1 the best-off agent.
    method : {"linear", "nearest_rank"}
        Interpolation between order statistics at ``q (n-1)`` (numpy's default), or the smallest
        value that at least a share `q` of the agents does not exceed.

    Examples
    --------
    >>> quantile([1, 2, 3, 4, 5, 6], Fraction(1, 5)), quantile([0, 1], Fraction(1, 3))
    (Fraction(2, 1), Fraction(1, 3))
    """
    values = sorted(_nonempty(utilities))
    share = as_number(q, "q", low=0, high=1)
    if method == "nearest_rank":
        return values[max(math.ceil(share * len(values)) - 1, 0)]
    if method != "linear":
        raise InvalidInputError("method", "be 'linear' or 'nearest_rank'", method)
    place = share * (len(values) - 1)
    k = min(math.floor(place), len(values) - 2) if len(values) > 1 else 0
    if len(values) == 1:
        return values[0]
    return values[k] + (place - k) * (values[k + 1] - values[k])


def gini(
    utilities: Utilities, convention: Literal["population", "sample"] = "population"
) -> Number:
    """The Gini coefficient, 0 for equality.

    Parameters
    ----------
    utilities : mapping or sequence of numbers, length n >= 1
        Nonnegative.
    convention : {"population", "sample"}
        ``sum |u_i - u_j| / (2 n^2 mean)``, or that times ``n / (n-1)`` so that one agent who has
        everything gives 1.

    Returns
    -------
    number
        Exact where the utilities are; 0 where all are 0.

    Raises
    ------
    InvalidInputError
        On a negative utility, where the coefficient means nothing.

    Notes
    -----
    Computed from the sorted values in O(n log n).

    Examples
    --------
    >>> gini([2, 4]), gini([0, 1], convention="sample")
    (Fraction(1, 6), Fraction(1, 1))
    """
    if convention not in ("population", "sample"):
        raise InvalidInputError("convention", "be 'population' or 'sample'", convention)
    values = sorted(_nonempty(utilities, low=0))
    n = len(values)
    total = sum(values)
    if total == 0:
        return 0
    weighted = sum((2 * r - n - 1) * u for r, u in enumerate(values, start=1))
    scale = n if convention == "population" else max(n - 1, 1)
    if all_exact(values):
        return Fraction(weighted) / (scale * total)
    return weighted / (scale * total)


def dominates(u: Sequence[Number], v: Sequence[Number], *, weak: bool = False) -> bool:
    """Whether `u` Pareto-dominates `v`: nobody loses and somebody gains.

    Parameters
    ----------
    u, v : sequences of numbers, length n
        Utilities in the same order.
    weak : bool
        Ask instead whether **everybody** strictly gains, the domination that weak Pareto
        efficiency excludes.

    Examples
    --------
    >>> dominates((1, 2), (1, 1)), dominates((1, 2), (1, 1), weak=True)
    (True, False)
    """
    pairs = list(zip(u, v, strict=True))
    if weak:
        return bool(pairs) and all(a > b for a, b in pairs)
    return all(a >= b for a, b in pairs) and any(a > b for a, b in pairs)


def pareto_frontier(items: Iterable[T], utilities: Callable[[T], Sequence[Number]]) -> list[T]:
    """The items whose utility vectors no other item dominates, in the given order.

    Parameters
    ----------
    items : iterable
        Anything.
    utilities : callable
        The vector of an item; all have the same length.

    Notes
    -----
    O(k^2 n) for k items in the worst case; items are met in decreasing order of their sum, so only
    those of the frontier are compared with.

    Examples
    --------
    >>> pareto_frontier([(3, 1), (1, 1), (0, 4), (3, 1)], lambda u: u)
    [(3, 1), (0, 4), (3, 1)]
    """
    listed = list(items)
    vectors = [tuple(utilities(item)) for item in listed]
    order = sorted(range(len(listed)), key=lambda k: sum(vectors[k]), reverse=True)
    frontier: list[int] = []
    for k in order:
        if not any(dominates(vectors[f], vectors[k]) for f in frontier):
            frontier.append(k)
    return [listed[k] for k in sorted(frontier)]


def _values(utilities: Utilities, low: Number | None = None) -> tuple[Number, ...]:
    return labelled_numbers(utilities, "utilities", low=low)[1]


def _nonempty(utilities: Utilities, low: Number | None = None) -> tuple[Number, ...]:
    values = _values(utilities, low)
    if not values:
        raise InvalidInputError("utilities", "have at least one agent", utilities)
    return values


def _weights(weights: Utilities | None, utilities: Utilities, n: int) -> tuple[Number, ...]:
    if weights is None:
        return (1,) * n
    labels = split_labels(utilities, "utilities")[0]
    return aligned_numbers(weights, labels or range(n), "weights", low=0)
