"""Discounts g(load) of the generalised balance policies, and where they come from.

A policy attempts the neighbour with the largest ``w p g(load)``.  The guarantees are limits for
vanishing probabilities; each names its benchmark.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from mechdesign.errors import InvalidInputError
from mechdesign.model import as_count

__all__ = ["DISCOUNTS", "discount"]


def exponential(load: float) -> float:
    """``exp(-load)``, suggested by Mehta and Panigrahi (2012) without an analysis.

    Examples
    --------
    >>> exponential(0.0)
    1.0
    """
    return math.exp(-load)


def goyal_udwani(load: float) -> float:
    """``exp(x + 1) E1(x + 1)`` of Goyal and Udwani (2020, arXiv:1905.12778), Algorithm 2.

    It earns at least ``e E1(1)`` = 0.5963 of the clairvoyant and offline benchmarks as p vanishes,
    for unequal probabilities and any weights.

    Parameters
    ----------
    load : float
        At least 0.

    Notes
    -----
    The continued fraction of the exponential integral, to full precision.

    Examples
    --------
    >>> round(goyal_udwani(0.0), 10)
    0.5963473623
    """
    x = load + 1.0
    # Lentz's evaluation of e^x E1(x) = 1/(x + 1 - 1/(x + 3 - 4/(x + 5 - ...))).
    b = x + 1.0
    c = 1e300
    d = 1.0 / b
    value = d
    for k in range(1, 1000):
        a = -float(k * k)
        b += 2.0
        d = 1.0 / (a * d + b)
        c = b + a / c
        step = c * d
        value *= step
        if abs(step - 1.0) < 1e-15:
            break
    return value


def equal_stochastic(load: float) -> float:
    """``2 + 2 (2 e^(l/2) - 1) ln(1 - e^(-l/2) / 2)``: the discount behind ``2 (1 - ln 2)``.

    For equal vanishing probabilities, against the clairvoyant benchmark.  A reconstruction: the
    bounded solution of ``g' = (g - s) / (2 - s)`` with ``s = e^(-l/2)``.

    Examples
    --------
    >>> round(equal_stochastic(0.0), 10)
    0.6137056389
    """
    half = math.exp(-load / 2) / 2
    if half < 1e-2:
        # The power series, where the closed form would lose its digits.
        return 2 * math.fsum(half**k / (k * (k + 1)) for k in range(1, 12))
    return 2 + 2 * (1 / half - 1) * math.log1p(-half)


def equal_fluid(load: float) -> float:
    """The discount of Huang and Zhang (2020, arXiv:2002.01802) behind 0.576.

    For equal vanishing probabilities and any weights, against the fluid benchmark: ``1 - f`` with
    ``f' = (f - 1 + e^-x) / (2 - x - e^-x)`` and ``f = 1 - 1/e`` from load 1 on.

    Examples
    --------
    >>> round(equal_fluid(0.0), 7), round(equal_fluid(2.0), 7)
    (0.5761016, 0.3678794)
    """
    if load >= 1.0:
        return math.exp(-1)
    solution: Any = _huang_zhang()
    return float(1.0 - solution(load)[0])


@functools.cache
def _huang_zhang() -> Any:
    from scipy.integrate import solve_ivp

    def slope(x: float, f: Any) -> Any:
        return (f - 1 + math.exp(-x)) / (2 - x - math.exp(-x))

    # The slope is 0 at the start, from which no first step can be guessed.
    start = [1 - math.exp(-1)]
    words = {"first_step": 1e-3, "rtol": 1e-12, "atol": 1e-14}
    found = solve_ivp(slope, (1.0, 0.0), start, dense_output=True, **words)
    return found.sol


def unequal_stochastic(load: float) -> float:
    """The discount behind 0.6126, for unequal vanishing probabilities and any weights.

    Against the clairvoyant benchmark; a reconstruction, the solution of a linear program over
    nonincreasing functions (published: 0.611).

    Examples
    --------
    >>> round(unequal_stochastic(0.0), 3)
    0.613
    """
    grid, values = unequal_discount(200, fluid=False)
    return float(np.interp(load, grid, values))


def unequal_fluid(load: float) -> float:
    """The discount behind 0.5736, for unequal vanishing probabilities, against the fluid benchmark.

    The inequality of Huang and Zhang (2020, arXiv:2002.01802), who print 0.572, solved as a linear
    program.  Their analysis is for the fractional policy, see :class:`FractionalBalance`.

    Examples
    --------
    >>> round(unequal_fluid(0.0), 3)
    0.574
    """
    grid, values = unequal_discount(200, fluid=True)
    return float(np.interp(load, grid, values))


@functools.cache
def unequal_discount(cells: int, *, fluid: bool, rounds: int = 4) -> tuple[Any, Any]:
    """The best nonincreasing discount for unequal probabilities, on a grid.

    Maximise g(0) such that for every load l ``1 - e^-l - int_0^l e^-t g + g(l) a(l) + int_0^l e^-t
    (c(t) g(l) - int_t^l g)^+ dt >= g(0)``, with ``a = (1 + l) e^-l, c = t`` against the clairvoyant
    benchmark and ``a = e^-l, c = 1`` against the fluid one.

    Parameters
    ----------
    cells : int
        Of the grid, which is finer near 0.
    fluid : bool
        Which benchmark.
    rounds : int
        The set where the bracket is positive is taken from the last solution; fixing it makes the
        program linear and gives up nothing that is not regained in the next round.

    Returns
    -------
    grid, values : arrays, shape (cells + 1,)
    """
    from mechdesign.solvers.linear.dense_programs import maximise_dense

    n = as_count(cells, "cells", low=8)
    top = 6.0 if fluid else 20.0
    grid = top * np.sinh(np.linspace(0, 3, n + 1)) / math.sinh(3)
    width = np.diff(grid)
    decay = np.exp(-grid)
    mean = (decay[:-1] - decay[1:]) / width
    # Exact weights of a function that is linear on each cell, against e^-t.
    near, far = decay[:-1] - mean, mean - decay[1:]
    integral = np.zeros((n + 1, n + 1))
    for k in range(n):
        integral[k + 1] = integral[k]
        integral[k + 1, k] += width[k] / 2
        integral[k + 1, k + 1] += width[k] / 2
    discounted = np.zeros((n + 1, n + 1))
    for k in range(n):
        discounted[k + 1] = discounted[k]
        discounted[k + 1, k] += near[k]
        discounted[k + 1, k + 1] += far[k]
    scale = np.ones(n + 1) if fluid else grid
    alone = decay if fluid else (1 + grid) * decay
    # Where the bracket is positive for sure if g is nonincreasing: the first guess.
    inside = [(grid[:-1] >= load - 1) if fluid else (grid[:-1] >= load / 2) for load in grid]
    falling = np.zeros((n, n + 1))
    falling[np.arange(n), np.arange(n)] = -1.0
    falling[np.arange(n), np.arange(n) + 1] = 1.0
    values = np.zeros(n + 1)
    for _ in range(rounds):
        rows = np.zeros((n + 1, n + 1))
        for j in range(n + 1):
            # g(0) + int e^-t g - g(l) a(l) - sum of brackets <= 1 - e^-l.
            row = discounted[j].copy()
            row[0] += 1.0
            row[j] -= alone[j]
            for k in np.flatnonzero(inside[j][:j]).tolist():
                for weight, i in ((near[k], k), (far[k], k + 1)):
                    row[j] -= weight * scale[i]
                    row += weight * (integral[j] - integral[i])
            rows[j] = row
        goal = np.zeros(n + 1)
        goal[0] = 1.0
        right = np.concatenate([1 - decay, np.zeros(n)])
        _, values = maximise_dense(goal, np.vstack([rows, falling]), right, low=0.0, high=1.0)
        area = integral @ values
        inside = []
        for j in range(n + 1):
            bracket = scale * values[j] - (area[j] - area)
            inside.append((bracket[:-1] + bracket[1:]) > 0)
    return grid, values


#: Discounts by name.
DISCOUNTS: dict[str, Callable[[float], float]] = {
    "exponential": exponential,
    "goyal_udwani": goyal_udwani,
    "equal_stochastic": equal_stochastic,
    "unequal_stochastic": unequal_stochastic,
    "equal_fluid": equal_fluid,
    "unequal_fluid": unequal_fluid,
}


def discount(name: str) -> Callable[[float], float]:
    """A discount by name.

    Parameters
    ----------
    name : str
        One of :data:`DISCOUNTS`.

    Raises
    ------
    InvalidInputError
        If there is no such discount.

    Examples
    --------
    >>> discount("exponential")(0.0)
    1.0
    """
    if not isinstance(name, str) or name not in DISCOUNTS:
        raise InvalidInputError("discount", f"be one of {', '.join(DISCOUNTS)}", name)
    return DISCOUNTS[name]
