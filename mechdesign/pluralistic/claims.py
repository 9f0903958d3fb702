"""Figures about pluralistic aggregation."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from mechdesign import pluralistic
from mechdesign.experiments.claim import Claim
from mechdesign.model import Number

__all__ = ["CLAIMS"]

_MAXMIN = "Chakraborty et al. 2024, arXiv:2402.08925"


def _lie() -> Number:
    """What a group gains under max-min by halving its utilities."""
    half = Fraction(1, 2)
    first: Any = (1, Fraction(1, 5), half)
    own: Any = (0, 1, Fraction(2, 5))
    rule: Any = pluralistic.maxmin
    honest: Number
    lie: Number
    honest, lie = (
        rule([first, told]).expect(lambda outcome: Fraction(own[outcome.choice]))
        for told in (own, tuple(x * half for x in own))
    )
    return lie - honest


def _groups() -> int:
    """Seeds of 3 in which two opposed groups of 8 and 2 users are told apart."""
    import numpy as np

    found = 0
    for seed in range(3):
        rng = np.random.default_rng(seed)
        u = np.linspace(1.5, -1.5, 5)
        data: dict[Any, Any] = {}
        for user in range(20):
            sign = 1 if user < 16 else -1
            pairs = [rng.choice(5, 2, replace=False).tolist() for _ in range(40)]
            wins = [rng.random() < 1 / (1 + np.exp(sign * (u[j] - u[i]))) for i, j in pairs]
            data[user] = [(i, j) if w else (j, i) for (i, j), w in zip(pairs, wins, strict=True)]
        got = pluralistic.mixture(data, 2, rng=seed).assignment
        found += all(got[user] == (0 if user < 16 else 1) for user in data)
    return found


def _protected() -> tuple[Number, ...]:
    """What a minority of a fifth gets under max-min, the Nash product and the sum."""
    data: Any = [(1, 0, Fraction(3, 5)), (0, 1, Fraction(3, 5))]
    problem = pluralistic.policies().problem(data, weights=[Fraction(4, 5), Fraction(1, 5)])
    rules: list[Any] = [pluralistic.maxmin, pluralistic.nash_welfare, pluralistic.utilitarian]
    return tuple(rule.solve(problem).utilities[1] for rule in rules)


def _equal() -> float:
    """What both groups get under regularised max-min, beta 1/2."""
    data: Any = [(1, Fraction(1, 5), Fraction(1, 2)), (0, 1, Fraction(2, 5))]
    rule: Any = pluralistic.maxmin
    return float(rule(data, beta=Fraction(1, 2)).utilities[0])


#: What :func:`mechdesign.experiments.reproduction` computes again for this family.
CLAIMS = (
    Claim(
        "pluralistic.lie_under_maxmin",
        "gain of a group that halves its utilities under max-min",
        "25/117",
        _lie,
        _MAXMIN,
        "derived",
    ),
    Claim(
        "pluralistic.minority",
        "utility of a minority of a fifth under max-min, Nash and the sum",
        ("3/5", "3/10", "0"),
        _protected,
        _MAXMIN,
        "derived",
    ),
    Claim(
        "pluralistic.regularised_maxmin",
        "expected utility of both groups under max-min, beta 1/2",
        "0.526763",
        _equal,
        _MAXMIN,
        "derived",
        "nearest",
    ),
    Claim(
        "pluralistic.groups_recovered",
        "seeds of 3 in which two opposed groups (80:20, 40 choices each) are found",
        "3",
        _groups,
        _MAXMIN,
        "derived",
    ),
)
