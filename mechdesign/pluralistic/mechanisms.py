"""Welfare rules over lotteries: one policy for groups with different utilities."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Annotated, Literal

import numpy as np

from mechdesign.errors import InvalidInputError
from mechdesign.model import (
    Lottery,
    Number,
    Problem,
    Reference,
    all_exact,
    mechanism,
    number_in,
    ratio,
)
from mechdesign.pluralistic.references import WEYMARK
from mechdesign.pluralistic.scales import (
    SETTING,
    Scale,
    floats,
    log_reference,
    lottery_of,
    reference_of,
    scaled,
    weights_of,
)
from mechdesign.pluralistic.welfare_lotteries import (
    leximin,
    lowest_mean,
    nash,
    pairwise_minima,
    soft_maxmin,
    soft_utilitarian,
    worth,
)

__all__ = [
    "gini_welfare",
    "lowest_share",
    "maxmin",
    "nash_welfare",
    "random_group",
    "utilitarian",
]

MAXMIN = Reference(
    "chakraborty2024",
    "Chakraborty, S. and others",
    "MaxMin-RLHF: Alignment with Diverse Human Preferences",
    2024,
    "International Conference on Machine Learning",
    arxiv="2402.08925",
)


@mechanism("pluralistic.maxmin", setting=SETTING, reference=MAXMIN, anonymous=True)
def maxmin(
    problem: Problem,
    *,
    beta: Annotated[Number, number_in(0)] = 0,
    scale: Scale = "raw",
    ref: Sequence[Number] | None = None,
) -> Lottery:
    """The lottery whose smallest utility is largest; then the second smallest, and so on.

    Parameters
    ----------
    problem : utilities of groups
        See :func:`policies`.
    beta : number
        What a departure from the reference costs; 0 is exact for exact utilities.
    scale : {"raw", "range", "regret", "variance", "gains"}
        How groups are compared: by utilities as they are, from 0 to 1 in each group, less the best
        one of the group, with mean 0 and variance 1 (in floats where a root is irrational), or by
        gains over the reference as a share of the largest, which makes the rule Kalai and
        Smorodinsky's with the reference for a disagreement.
    ref : sequence of positive numbers, optional
        The reference; uniform by default.

    Notes
    -----
    The utilities are unique, the lottery need not be: of several that are worth the same to all an
    extreme one is taken, which may favour the order of the alternatives.  With beta > 0 the dual
    ``min over weights of beta log sum ref exp(weights u / beta)`` proves the level to 1e-9.

    Examples
    --------
    >>> maxmin([(1, Fraction(1, 5), Fraction(1, 2)), (0, 1, Fraction(2, 5))])
    Lottery over 2 outcomes
      4/9        0
      5/9        1
    """
    rows = scaled(problem, scale, ref)
    if beta == 0:
        best, duals, _ = leximin(rows)
        return lottery_of(problem, best, scale=scale, weights=duals)
    p, shares, _ = soft_maxmin(floats(rows), log_reference(problem, ref), float(beta))
    return lottery_of(problem, p.tolist(), scale=scale, weights=shares.tolist(), beta=beta)


@mechanism("pluralistic.utilitarian", setting=SETTING, anonymous=True)
def utilitarian(
    problem: Problem,
    *,
    beta: Annotated[Number, number_in(0)] = 0,
    scale: Literal["raw", "range", "variance"] = "raw",
    ref: Sequence[Number] | None = None,
) -> Lottery:
    """The lottery with the largest weighted sum of utilities, ties shared equally.

    Parameters
    ----------
    problem, beta, scale, ref
        As in :func:`maxmin`.

    Examples
    --------
    >>> utilitarian([(1, 0, Fraction(3, 5)), (0, 1, Fraction(3, 5))])
    Lottery over 1 outcomes
      1          2
    """
    rows, base = scaled(problem, scale), log_reference(problem, ref)
    weights = weights_of(problem)
    totals: list[Number] = [
        sum((w * row[x] for w, row in zip(weights, rows, strict=True)), Fraction(0))
        for x in range(len(rows[0]))
    ]
    if beta == 0:
        best = [x for x, total in enumerate(totals) if total == max(totals)]
        even = [Fraction(x in best, len(best)) for x in range(len(totals))]
        return lottery_of(problem, even, scale=scale, weights=weights)
    # A departure costs every group the same: only the mean utility counts beside it.
    means = np.array([float(ratio(x, sum(weights))) for x in totals])
    found = soft_utilitarian(means, base, float(beta))
    return lottery_of(problem, found.tolist(), scale=scale, weights=weights, beta=beta)


@mechanism("pluralistic.nash_welfare", setting=SETTING, anonymous=True)
def nash_welfare(
    problem: Problem,
    *,
    zero: Literal["worst", "none", "reference"] = "worst",
    ref: Sequence[Number] | None = None,
) -> Lottery:
    """The lottery with the largest weighted product of what groups get above their zero.

    Parameters
    ----------
    problem : utilities of groups
        See :func:`policies`; groups that can get nothing above their zero do not count.
    zero : {"worst", "none", "reference"}
        Whether utilities are above the worst alternative of each group; as they are, which must
        then not be negative; or above what the reference is worth to it, as in bargaining.
    ref : sequence of positive numbers, optional
        The reference, uniform by default.  Where no lottery is better than it for all, it is what
        is chosen.

    Examples
    --------
    >>> votes = [(1, 0, Fraction(3, 5)), (0, 1, Fraction(3, 5))]
    >>> nash_welfare(votes, weights=[4, 1])
    Lottery over 2 outcomes
      1/2        0
      1/2        2
    """
    base, weights = reference_of(problem, ref), weights_of(problem)
    pairs, counted = [], []
    for k, (row, w) in enumerate(zip(problem.types, weights, strict=True)):
        low = {"worst": min(row), "none": 0, "reference": worth(base, row)}[zero]
        if zero == "none" and min(row) < 0:
            raise InvalidInputError(f"types[{k}]", "not be negative with zero='none'", row)
        if max(row) > low and w:
            pairs.append(([x - low for x in row], w))
            counted.append(k)
    n = len(problem.data.alternatives)
    if not pairs:
        return lottery_of(problem, [Fraction(1, n)] * n if zero != "reference" else base)
    # The product has no unit: solvers round least where everybody's most is 1.
    gains = [[ratio(x, max(row)) for x in row] for row, _ in pairs]
    if zero == "reference":
        best = leximin(gains)[0]
        if min(worth(best, row) for row in gains) <= (0 if all_exact(best) else 1e-9):
            return lottery_of(problem, base)
    p, _ = nash(gains, [w for _, w in pairs])
    shares: list[Number] = [0] * len(problem)
    for k, (row, w) in zip(counted, pairs, strict=True):
        shares[k] = ratio(w, worth(p, row))
    return lottery_of(problem, p, weights=[ratio(x, sum(shares)) for x in shares])


@mechanism("pluralistic.gini_welfare", reference=WEYMARK, setting=SETTING, anonymous=True)
def gini_welfare(
    problem: Problem, *, scale: Literal["raw", "range", "variance"] = "raw"
) -> Lottery:
    """The lottery with the largest mean of the smaller utility of two people.

    Both are drawn by weight: it is the mean utility times 1 less the Gini coefficient.

    Parameters
    ----------
    problem, scale
        As in :func:`maxmin`.

    Notes
    -----
    A linear program with a variable for each pair of groups, exact for exact utilities.  Of several
    lotteries an extreme one is taken.

    Examples
    --------
    >>> votes = [(1, 0, Fraction(3, 5)), (0, 1, Fraction(3, 5))]
    >>> gini_welfare(votes, weights=[2, 1])
    Lottery over 1 outcomes
      1          2
    """
    rows = scaled(problem, scale)
    return lottery_of(problem, pairwise_minima(rows, weights_of(problem))[0], scale=scale)


@mechanism("pluralistic.lowest_share", setting=SETTING, anonymous=True)
def lowest_share(
    problem: Problem,
    *,
    share: Annotated[Number, number_in(0, 1)] = Fraction(1, 2),
    scale: Literal["raw", "range", "variance"] = "raw",
) -> Lottery:
    """The lottery with the largest mean utility of the share of the people who are worst off.

    Parameters
    ----------
    problem, scale
        As in :func:`maxmin`.
    share : number in (0, 1]
        Of the weight; 1 is the utilitarian sum, and near 0 only the group that is worst off counts.

    Notes
    -----
    A linear program, exact for exact numbers.  Of several lotteries an extreme one is taken, which
    others may dominate where a group is not among the worst off.

    Examples
    --------
    >>> votes = [(1, 0, Fraction(3, 5)), (0, 1, Fraction(3, 5))]
    >>> [o.choice for _, o in lowest_share(votes, share=Fraction(1, 10), weights=[4, 1])]
    [2]
    >>> [o.choice for _, o in lowest_share(votes, share=1, weights=[4, 1])]
    [0]
    """
    if share <= 0:
        raise InvalidInputError("share", "be in (0, 1]", share)
    rows = scaled(problem, scale)
    return lottery_of(problem, lowest_mean(rows, weights_of(problem), share)[0], scale=scale)


@mechanism("pluralistic.random_group", setting=SETTING, anonymous=True)
def random_group(problem: Problem) -> Lottery:
    """The best alternative of a group that is drawn by weight; its ties are shared.

    Parameters
    ----------
    problem : utilities of groups
        See :func:`policies`.

    Examples
    --------
    >>> random_group([(1, 0), (0, 1)], weights=[4, 1])
    Lottery over 2 outcomes
      4/5        0
      1/5        1
    """
    weights = weights_of(problem)
    mass: list[Number] = [Fraction(0)] * len(problem.data.alternatives)
    for row, weight in zip(problem.types, weights, strict=True):
        best = [x for x, u in enumerate(row) if u == max(row)]
        for x in best:
            mass[x] += weight * Fraction(1, len(best))
    return lottery_of(problem, [ratio(x, sum(weights)) for x in mass])
