"""Raiffa's solutions: from the reserve in steps towards what each agent could still get."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from mechdesign.bargaining.solutions.lottery_polytope import Mixtures
from mechdesign.errors import require
from mechdesign.model import Number

__all__ = ["raiffa_path"]

_LONGEST = 60
# Fractions double their length in every step; beyond this many digits floats go on.
_DIGITS = 40


def raiffa_path(
    inside: Mixtures,
    *,
    continuous: bool = False,
    tolerance: float = 1e-10,
    steps: int | None = None,
) -> list[tuple[Number, ...]]:
    """The gains on the way of Raiffa's negotiation.

    In each discrete step everybody moves by one n-th of the way to the most that it could get if
    the others kept what they have; the continuous process moves in that direction all the time.

    Parameters
    ----------
    inside : Mixtures
        The lotteries that are acceptable to all.
    continuous : bool
        The continuous process, in floats.
    tolerance : float
        Stop when no gain moves by more.
    steps : int, optional
        Stop after so many steps.

    Returns
    -------
    list of tuples of numbers
        From the reserve (all 0) on; exact until the numerators outgrow 40 digits; the last
        point is in floats where it is only near the limit.

    Examples
    --------
    >>> from mechdesign.bargaining import menu
    >>> from mechdesign.bargaining.solutions.lottery_polytope import mixtures
    >>> path = raiffa_path(mixtures(menu([(5, 3), (1, 5)])))
    >>> [tuple(map(str, point)) for point in path]
    [('0', '0'), ('5/2', '5/2'), ('15/4', '27/8'), ('4', '7/2')]
    """
    require(inside, Mixtures, "inside")
    n = len(inside.gains[0])
    point: tuple[Any, ...] = (Fraction(0),) * n if inside.exact and not continuous else (0.0,) * n
    path: list[tuple[Number, ...]] = [point]
    longest = steps if steps is not None else (400 if continuous else _LONGEST)
    for _ in range(longest):
        if continuous:
            moved = _advance(inside, point)
        else:
            top = _aspirations(inside, point)
            moved = tuple(x + (a - x) / n for x, a in zip(point, top, strict=True))
        change = max(float(b - a) for a, b in zip(point, moved, strict=True))
        if moved == point or change <= (0 if _all_exact(moved) else tolerance):
            break
        if _all_exact(moved) and max(len(str(x.numerator)) for x in moved) > _DIGITS:
            moved = tuple(float(x) for x in moved)
        path.append(moved)
        point = moved
        if change < tolerance:
            # Near the limit, not at it: an exact number would claim too much.
            path[-1] = tuple(float(x) for x in moved)
            break
    return path


def _aspirations(inside: Mixtures, point: Sequence[Any]) -> tuple[Any, ...]:
    """The most that each agent can get while the others keep what they have."""
    if inside.exact and not _all_exact(point):
        from dataclasses import replace

        inside = replace(inside, polytope=replace(inside.polytope, exact=False))
    result = []
    for i in range(len(point)):
        levels = list(point)
        levels[i] = min(inside.column(i))
        best = inside.at_least(levels).maximise(inside.column(i))[0]
        result.append(max(best, point[i]))
    return tuple(result)


def _advance(inside: Mixtures, point: tuple[object, ...]) -> tuple[Any, ...]:
    """One step of the midpoint method for ``d' = a(d) - d``."""
    # Up to 1/n of the way is always feasible: it mixes the n points where one agent gets its most.
    step = min(0.125, 1 / len(point))
    first = [a - x for a, x in zip(_aspirations(inside, point), point, strict=True)]
    middle = tuple(x + step / 2 * v for x, v in zip(point, first, strict=True))
    second = [a - x for a, x in zip(_aspirations(inside, middle), middle, strict=True)]
    return tuple(x + step * v for x, v in zip(point, second, strict=True))


def _all_exact(point: Sequence[object]) -> bool:
    return all(isinstance(x, Fraction) for x in point)
