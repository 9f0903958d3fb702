"""Preference games of random agents."""

from __future__ import annotations

import numpy as np

from mechdesign.model import Number, as_count
from mechdesign.preference_games import game, maximal_lottery, regularised

__all__ = ["preference_games_beta"]


def preference_games_beta(
    rng: np.random.Generator, *, agents: int = 11, alternatives: int = 5, beta: Number = 0.1
) -> dict[str, Number]:
    """What regularisation costs on a game of random rankings, and how far it moves the lottery.

    Parameters
    ----------
    rng : numpy.random.Generator
        For the rankings.
    agents, alternatives : int
        Voters who rank uniformly at random, and what they rank.
    beta : number
        The strength, positive.

    Returns
    -------
    dict of str to number
        ``loss``: the gap of the regularised lottery without regularisation, at most
        ``2 beta log n``; ``distance``: half of the sum of differences to the maximal lottery that
        is nearest to the reference; ``support``: how many alternatives that uses; ``cyclic``:
        whether no alternative beats all others.

    Examples
    --------
    >>> found = preference_games_beta(np.random.default_rng(0), agents=3, alternatives=3)
    >>> found["support"], round(found["loss"], 4)
    (1, 0.0898)
    """
    n, m = as_count(agents, "agents", low=1), as_count(alternatives, "alternatives", low=2)
    ranks = np.argsort(rng.random((n, m)), axis=1)
    wins = (ranks[:, :, None] < ranks[:, None, :]).sum(axis=0)
    g = game(wins.astype(object).tolist(), kind="wins")
    soft = regularised(g, beta=beta)
    hard = maximal_lottery(g, selection="reference")
    p = np.array([float(x) for x in soft.probabilities.values()])
    q = np.array([float(x) for x in hard.probabilities.values()])
    condorcet = bool(((wins > n / 2).sum(axis=1) == m - 1).any())
    return {
        "loss": float(2 * (g.rates @ p).max() - 1),
        "distance": float(np.abs(p - q).sum() / 2),
        "support": int((q > 1e-9).sum()),
        "cyclic": int(not condorcet),
    }
