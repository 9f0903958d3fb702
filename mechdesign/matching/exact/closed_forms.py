"""Values of the hard families that need no simulation: recursions and their limits.

With randomly permuted labels all offline vertices that have the same future neighbours are
exchangeable, whatever their loads, because success is memoryless.  So every policy that never skips
an arrival in vain has the same expected reward on these graphs.  All ratios are to the fluid
benchmark.
"""

from __future__ import annotations

import math

import numpy as np

from mechdesign.errors import InvalidInputError
from mechdesign.model import as_count, as_number

_ONE_LESS = 1 - 1 / math.e


def triangular_ratio(k: int, b: int | None = None) -> float:
    """Expected reward over the fluid value k on the upper triangular graph G_k.

    Parameters
    ----------
    k : int
        Number of vertices and of groups.
    b : int, optional
        Arrivals in a group, with p = 1/b; by default the limit of vanishing probabilities.

    Returns
    -------
    float
        Smallest at k = 3, where the limit is ``1 - 11/(18e) - 5/(6e^2) - 5/(6e^3)``.

    Examples
    --------
    >>> round(triangular_ratio(3), 6)
    0.620916
    """
    size = as_count(k, "k", low=1)
    return _private_after(size, size, b) / size


def triangle_then_private_ratio(n: int, k: int, b: int | None = None) -> float:
    """The same ratio where only the first k groups are shared and the other n - k are private.

    Parameters
    ----------
    n, k : int
        ``0 <= k <= n``.
    b : int, optional
        As in :func:`triangular_ratio`.

    Notes
    -----
    The infimum over n and k in the limit, ``1 - (1 - 1/e) exp(1/(1 - 1/e) - 2)`` = 0.58385, is this
    library's own remark about its own family of instances.

    Examples
    --------
    >>> round(triangle_then_private_ratio(6, 2), 4)
    0.5991
    """
    size = as_count(n, "n", low=1)
    return _private_after(size, as_count(k, "k", high=size), b) / size


def _hits(b: int | None, most: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Chances of 0, 1, ..., most - 1 successes in a group, and of `most` or more."""
    if b is None:
        chances = [math.exp(-1) / math.factorial(x) for x in range(min(most, 60))]
    else:
        count = as_count(b, "b", low=1)
        p = 1 / count
        chances = [
            math.comb(count, x) * p**x * (1 - p) ** (count - x) for x in range(min(most, count + 1))
        ]
    found = np.zeros(most + 1)
    found[: len(chances)] = chances
    found[most] = max(1.0 - sum(chances), 0.0)
    return found


def _private_after(n: int, k: int, b: int | None) -> float:
    """Expected successes: k shared groups, each of which then takes its vertex away, then private.

    The state is the number of unsuccessful vertices among those that still have arrivals to come.
    """
    state = np.zeros(n + 1)
    state[n] = 1.0
    won = 0.0
    for size in range(n, n - k, -1):
        after = np.zeros(n + 1)
        for free in range(size + 1):
            if not state[free]:
                continue
            hits = _hits(b, free) * state[free]
            won += float(hits @ np.arange(free + 1))
            after[: free + 1] += hits[::-1]
        # The vertex whose group this was leaves: each of the `size` is equally likely to be it.
        stays = np.arange(n + 1) / size
        state = after * (1 - stays)
        state[:-1] += (after * stays)[1:]
    single = _ONE_LESS if b is None else 1 - (1 - 1 / b) ** b
    return won + single * float(state @ np.arange(n + 1))


def z_graph_ratio(alpha: float | None = None) -> float:
    """The ratio on the z-graph in the limit of many vertices and vanishing probabilities.

    Parameters
    ----------
    alpha : float, optional
        Vertices with a group of their own that is also joined to all others, per other vertex; by
        default the worst one, 0.42867.

    Returns
    -------
    float
        ``(alpha + exp(-alpha) (1 - 1/e)) / (1 + alpha)``, 0.5882516 at its smallest: what
        StochasticBalance gets against the fluid benchmark (Mehta and Panigrahi 2012, Theorem 2).

    Examples
    --------
    >>> round(z_graph_ratio(), 7)
    0.5882516
    """
    if alpha is None:
        alpha = worst_z_alpha()
    share = float(as_number(alpha, "alpha", low=0))
    if not math.isfinite(share):
        raise InvalidInputError("alpha", "be finite", alpha)
    return (share + math.exp(-share) * _ONE_LESS) / (1 + share)


def worst_z_alpha() -> float:
    """Where :func:`z_graph_ratio` is smallest: the root of ``exp(a) = (1 - 1/e)(2 + a)``."""
    alpha = 0.4
    for _ in range(50):
        value = math.exp(alpha) - _ONE_LESS * (2 + alpha)
        alpha -= value / (math.exp(alpha) - _ONE_LESS)
    return alpha
