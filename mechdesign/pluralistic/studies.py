"""Minorities among users whose choices are pooled, or kept apart."""

from __future__ import annotations

from typing import Any

import numpy as np

from mechdesign.model import Number, as_count, as_number
from mechdesign.pluralistic import maxmin, mixture, policies

__all__ = ["pluralistic_joining", "pluralistic_minority"]


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


def pluralistic_joining(
    rng: np.random.Generator,
    *,
    users: int = 20,
    alternatives: int = 4,
    choices: int = 20,
    liars: int = 1,
) -> dict[str, Number]:
    """What members of a minority gain by choosing as the other group does.

    Groups are found in choices, so that whoever lies may move to another group and change what both
    want.  This measures; it decides no axiom.

    Parameters
    ----------
    rng : numpy.random.Generator
        For the choices.
    users, choices : int
        How many users, a quarter of whom are the minority, and choices of each.
    alternatives : int
        How many.
    liars : int
        How many of the minority choose as the majority would.

    Returns
    -------
    dict of str to number
        ``gain``: by how much the minority's expected utility under max-min of the two groups (each
        from 0 to 1) rises with the lie; ``moved``: the share of liars who are taken for members of
        the majority.

    Examples
    --------
    >>> found = pluralistic_joining(np.random.default_rng(0), users=8)
    >>> found["moved"], -1 <= found["gain"] <= 1
    (1.0, True)
    """
    n, m = as_count(users, "users", low=4), as_count(alternatives, "alternatives", low=2)
    few = max(1, n // 4)
    lying = as_count(liars, "liars", low=0, high=few)
    truth = np.linspace(1.5, -1.5, m)
    minority = np.roll(truth[::-1], 1)
    pairs = [[rng.choice(m, 2, replace=False).tolist() for _ in range(choices)] for _ in range(n)]
    luck = rng.random((n, choices))
    seed = int(rng.integers(2**31))
    worth, moved = [], 0.0
    for told in (0, lying):
        data: dict[Any, Any] = {}
        for user in range(n):
            own = minority if told <= user < few else truth
            wins = [
                x < 1 / (1 + np.exp(own[j] - own[i]))
                for x, (i, j) in zip(luck[user], pairs[user], strict=True)
            ]
            data[user] = [
                (i, j) if won else (j, i) for won, (i, j) in zip(wins, pairs[user], strict=True)
            ]
        fit = mixture(data, 2, rng=seed)
        rule: Any = maxmin(scale="range")
        chances = np.zeros(len(fit.alternatives))
        for p, outcome in rule(fit.problem()):
            chances[fit.alternatives.index(outcome.choice)] += float(p)
        unit = (minority - minority.min()) / (minority.max() - minority.min())
        worth.append(float(chances @ unit[list(fit.alternatives)]))
        groups = fit.assignment
        most = max(set(groups.values()), key=list(groups.values())[few:].count)
        moved = float(np.mean([groups[user] == most for user in range(told)])) if told else moved
    return {"gain": worth[1] - worth[0], "moved": moved}
