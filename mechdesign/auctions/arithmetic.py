"""Exact division, regions between bids, grids of values, ranks by score."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from fractions import Fraction

from mechdesign.errors import InvalidInputError
from mechdesign.model import MAX_GRID, Number, as_count, as_numbers, ratio, show


def regions(borders: Iterable[Number]) -> list[Number]:
    """Borders of bids and one bid inside each region between and above them, in order.

    Examples
    --------
    >>> regions([0, 2, 1])
    [0, Fraction(1, 2), 1, Fraction(3, 2), 2, 3]
    """
    ordered = sorted(set(borders))
    found: list[Number] = []
    for low, high in itertools.pairwise(ordered):
        found += [low, ratio(low + high, 2)]
    return [*found, ordered[-1], ordered[-1] + 1] if ordered else []


def grid_values(grid: object) -> tuple[tuple[Number, ...], str]:
    """The values that ``grid=`` names, with its label."""
    if isinstance(grid, int) and not isinstance(grid, bool):
        g = as_count(grid, "grid", low=1, high=MAX_GRID)
        return tuple(Fraction(k, g) for k in range(g + 1)), f"grid 1/{g} of [0, 1]"
    values = as_numbers(grid, "grid", low=0)
    if not values:
        raise InvalidInputError("grid", "not be empty", grid)
    return values, "{" + ", ".join(show(value) for value in values) + "}"


def by_score(scores: Sequence[Number]) -> list[int]:
    """Positions by decreasing score, the first of equals first."""
    return sorted(range(len(scores)), key=lambda i: -scores[i])
