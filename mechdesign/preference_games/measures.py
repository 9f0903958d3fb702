"""What lotteries are worth against each other: values, best responses and gaps, in closed form."""

from __future__ import annotations

from collections.abc import Hashable
from fractions import Fraction

import numpy as np

from mechdesign.arrays import AnyArray, FloatArray
from mechdesign.model import Number, is_exact
from mechdesign.preference_games.reading_games import PreferenceGame, game

__all__ = ["best_response", "gap", "value"]


def value(data: object, p: object, q: object, *, beta: Number | None = None) -> Number:
    """The chance that a draw of `p` is preferred to one of `q`, less what the departures cost.

    Parameters
    ----------
    data : PreferenceGame, or what :func:`game` reads
        The game.
    p, q : lotteries
        By label, or numbers in the order of the alternatives.
    beta : number, optional
        That of the game by default; p pays ``beta KL(p || reference)`` and q's costs are p's gain.

    Returns
    -------
    number
        ``value(p, q) + value(q, p) == 1``; exact where beta is 0 and the data are.

    Examples
    --------
    >>> value([[0.5, 0.75], [0.25, 0.5]], [1, 0], [0, 1])
    0.75
    """
    g = game(data).with_beta(beta)
    mine, theirs = g.lottery(p), g.lottery(q, "q")
    won: Number = sum((x * y for x, y in zip(mine, g.against(theirs), strict=True) if x), 0)
    if not g.beta:
        return won
    return float(won) - g.beta * (divergence(g, mine) - divergence(g, theirs))


def best_response(data: object, p: object, *, beta: Number | None = None) -> dict[Hashable, Number]:
    """The lottery that does best against another.

    Parameters
    ----------
    data, beta
        As in :func:`value`.
    p : lottery
        What the opponent plays.

    Returns
    -------
    dict of label to number
        With beta = 0 uniform over the best alternatives, else ``reference exp(P p / beta)``.

    Examples
    --------
    >>> best_response([[0.5, 0.75], [0.25, 0.5]], [1, 0])
    {0: Fraction(1, 1), 1: 0}
    """
    g = game(data).with_beta(beta)
    against = g.against(g.lottery(p))
    if g.beta:
        found = np.exp(responses(np.array(against, dtype=float), g.log_reference, g.beta))
        return dict(zip(g.alternatives, found.tolist(), strict=True))
    best = max(against)
    tied = [x == best if is_exact(x) else x >= best - 1e-12 for x in against]
    share = Fraction(1, sum(tied))
    return {a: share if t else 0 for a, t in zip(g.alternatives, tied, strict=True)}


def gap(data: object, p: object, *, beta: Number | None = None) -> Number:
    """How far a lottery is from equilibrium: what both players could gain by departing from it.

    Parameters
    ----------
    data, p, beta
        As in :func:`value`.

    Returns
    -------
    number
        ``max_q value(q, p) - min_q value(p, q)``, in closed form; 0 exactly at an equilibrium.
        Exact where beta is 0 and the data are.

    Notes
    -----
    ``max_q <q, x> - beta KL(q || ref)`` is ``beta log sum ref exp(x / beta)``, at the response of
    :func:`best_response`.

    Examples
    --------
    >>> from fractions import Fraction as F
    >>> rates = [["1/2", "4/5", "2/5"], ["1/5", "1/2", "7/10"], ["3/5", "3/10", "1/2"]]
    >>> C = [[F(x) for x in row] for row in rates]
    >>> gap(C, [F(1, 3)] * 3), gap(C, [F(1, 3), F(1, 6), F(1, 2)])
    (Fraction(2, 15), Fraction(0, 1))
    """
    g = game(data).with_beta(beta)
    mine = g.lottery(p)
    against = g.against(mine)
    if not g.beta:
        best = max(against)
        # No lottery beats itself, so that anything below 0 is rounding.
        return 2 * (best - Fraction(1, 2)) if is_exact(best) else max(0.0, 2 * float(best) - 1)
    x = np.array(against, dtype=float)
    top = float(g.beta * log_sum(g.log_reference + x / g.beta))
    return max(0.0, 2 * (top + g.beta * divergence(g, mine) - 0.5))


def divergence(g: PreferenceGame, p: object) -> float:
    """The Kullback-Leibler divergence of a lottery from the reference."""
    q = np.array([float(x) for x in p])  # type: ignore[attr-defined]
    live = q > 0
    return float((q[live] * (np.log(q[live]) - g.log_reference[live])).sum())


def log_sum(x: AnyArray) -> FloatArray:
    """The logarithm of the sum of exponentials along the last axis, without overflow."""
    top = x.max(axis=-1, keepdims=True)
    return np.asarray((top + np.log(np.exp(x - top).sum(axis=-1, keepdims=True)))[..., 0])


def normal(x: AnyArray) -> FloatArray:
    """Logarithms of probabilities from logarithms of weights."""
    return np.asarray(x - log_sum(x)[..., None])


def responses(against: FloatArray, log_reference: FloatArray, beta: float) -> FloatArray:
    """Logarithms of the regularised best response to chances against an opponent."""
    return normal(log_reference + against / beta)
