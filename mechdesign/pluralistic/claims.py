"""Figures about pluralistic aggregation."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from mechdesign import pluralistic
from mechdesign.experiments.claim import Claim
from mechdesign.model import Number

__all__ = ["CLAIMS"]

_MAXMIN = "Chakraborty et al. 2024, arXiv:2402.08925"
_UTILITY = "Mazeika et al. 2025, arXiv:2502.08640"
_LISTS = "Liu et al. 2024, arXiv:2402.01878"
_REWARDS = "dynamic-reward-weighting, the authors' code"


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


def _published_scale() -> float:
    """The difference of two utilities of variance 1 at a rate of 7/10, with the published 1e-5."""
    fit = pluralistic.fit_utilities({("a", "b"): 7, ("b", "a"): 3})
    plain = float(fit.means[0] - fit.means[1])
    return plain * float(np.sqrt((2 + 1e-5) / 2))


def _circles() -> tuple[Number, Number]:
    """Circular triads of a tournament of five, and its coefficient of consistence."""
    rows = ("01101", "00110", "00011", "10001", "01000")
    log = {(i, j): 1 for i, row in enumerate(rows) for j, x in enumerate(row) if x == "1"}
    values = pluralistic.coherence(log, samples=1).values
    return values["circular triads"], values["zeta"]


def _exchanged() -> float:
    x = pluralistic.AmountCurve(0.8, -0.2, (0, 0, 0), 1.0, 0.1, 100)
    y = pluralistic.AmountCurve(0.5, 0.1, (0, 0, 0), 1.0, 0.1, 100)
    return float(pluralistic.exchange_rate(x, y, 10).amount)


def _pair_weight() -> float:
    """What a list of two costs, in units of the logistic loss of the pair."""
    from mechdesign.stats.listwise import lambda_loss, pair_loss

    return lambda_loss([1, 0], [0.2, -0.1]) / pair_loss(0.3)


def _perfect_costs_more() -> tuple[float, float]:
    """What one inversion and the perfect order cost."""
    from mechdesign.stats.listwise import lambda_loss

    return lambda_loss([2, 1, 0], [0.1, 0.4, -0.3]), lambda_loss([2, 1, 0], [0.4, 0.1, -0.3])


def _reached() -> tuple[int, int]:
    """Points of 11 on a front that bends outwards, and inwards, which some weights make best."""
    from mechdesign.stats.reward_weights import supporting_weights

    steps = [Fraction(k, 10) for k in range(11)]
    fronts = [[(x, 1 - x * x) for x in steps], [(x, (1 - x) ** 2) for x in steps]]
    found = [supporting_weights(front) for front in fronts]
    return sum(w is not None for w in found[0]), sum(w is not None for w in found[1])


def _covered() -> int:
    """Points of the second front that add to its volume, ends on the axes left out."""
    from mechdesign.stats.hypervolume import contributions

    steps = [Fraction(k, 10) for k in range(1, 10)]
    return sum(x > 0 for x in contributions([(x, (1 - x) ** 2) for x in steps]))


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
    Claim(
        "pluralistic.published_scale",
        "difference of two utilities at a rate of 7/10, unit variances and 1e-5",
        "0.741616",
        _published_scale,
        _UTILITY,
        "derived",
        "nearest",
    ),
    Claim(
        "pluralistic.circular_triads",
        "circular triads and zeta of a tournament of five",
        ("4", "0.2"),
        _circles,
        _UTILITY,
        "derived",
        "nearest",
    ),
    Claim(
        "pluralistic.exchange_rate",
        "what ten units of a good are worth of another, curves 0.8 ln N - 0.2 and 0.5 ln N + 0.1",
        "21.84858",
        _exchanged,
        _UTILITY,
        "derived",
        "nearest",
    ),
    Claim(
        "pluralistic.list_of_two",
        "LiPO's lambda loss of a list of two over the loss of the pair",
        "0.532456",
        _pair_weight,
        _LISTS,
        "derived",
        "nearest",
    ),
    Claim(
        "pluralistic.perfect_order_costs_more",
        "lambda loss of an order with an inversion, and of the perfect one",
        ("1.491363", "1.559755"),
        _perfect_costs_more,
        _LISTS,
        "derived",
        "nearest",
    ),
    Claim(
        "pluralistic.weights_miss_a_front",
        "points of 11 that some weights make best, on y = 1 - x^2 and on y = (1 - x)^2",
        ("11", "2"),
        _reached,
        _REWARDS,
        "derived",
    ),
    Claim(
        "pluralistic.volume_finds_it",
        "points of 9 inside the second front that add to its volume",
        "9",
        _covered,
        _REWARDS,
        "derived",
    ),
)
