"""Minorities among users whose choices are pooled, or kept apart."""

from __future__ import annotations

from typing import Any

import numpy as np

from mechdesign.model import Number, as_count, as_number
from mechdesign.pluralistic import maxmin, mixture, policies

__all__ = ["pluralistic_minority"]


def pluralistic_minority(
    rng: np.random.Generator,
    *,
    users: int = 40,
    minority: Number = 0.2,
    alternatives: int = 5,
    choices: int = 30,
    beta: Number = 0.5,
) -> dict[str, Number]:
    """What a minority with opposed utilities loses under one model of all choices, and under two.

    Parameters
    ----------
    rng : numpy.random.Generator
        For the choices.
    users, choices : int
        How many users, and choices of each.
    minority : number in (0, 1)
        The share of the users whose utilities are the opposite.
    alternatives : int
        How many.
    beta : number
        What a departure from the uniform policy costs, positive.

    Returns
    -------
    dict of str to number
        ``accuracy``: the share of users in their own group; ``pooled`` and ``maxmin``: how much
        less the minority expects than at its best alternative, under the softmax of one pooled
        model and under max-min of two groups.

    Examples
    --------
    >>> found = pluralistic_minority(np.random.default_rng(0), users=10)
    >>> found["accuracy"], found["maxmin"] < found["pooled"]
    (1.0, True)
    """
    n, m = as_count(users, "users", low=2), as_count(alternatives, "alternatives", low=2)
    share = float(as_number(minority, "minority", low=0, high=1))
    strength = float(as_number(beta, "beta", low=0))
    truth = np.linspace(1.5, -1.5, m)
    few = min(n - 1, max(1, round(share * n)))
    data: dict[Any, Any] = {}
    for user in range(n):
        own = -truth if user < few else truth
        pairs = [rng.choice(m, 2, replace=False).tolist() for _ in range(choices)]
        wins = [rng.random() < 1 / (1 + np.exp(own[j] - own[i])) for i, j in pairs]
        data[user] = [(i, j) if won else (j, i) for (i, j), won in zip(pairs, wins, strict=True)]
    seed = int(rng.integers(2**31))
    two, one = mixture(data, 2, rng=seed), mixture(data, 1, rng=seed)
    groups = [two.assignment[user] for user in range(n)]
    minor = round(float(np.mean(groups[:few])))
    right = [group == (minor if user < few else 1 - minor) for user, group in enumerate(groups)]
    pooled = np.exp(one.utilities[0] / strength)
    names = policies().problem([row.tolist() for row in two.utilities])
    rule: Any = maxmin(beta=strength)
    lottery = rule(names)
    chances = np.zeros(m)
    for p, outcome in lottery:
        chances[outcome.choice] += p
    best = float((-truth).max())
    return {
        "accuracy": float(np.mean(right)),
        "pooled": best - float(pooled @ -truth) / float(pooled.sum()),
        "maxmin": best - float(chances @ -truth),
    }
