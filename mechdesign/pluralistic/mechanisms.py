"""Welfare rules over lotteries: one policy for groups with different utilities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Annotated, Any, Literal

import numpy as np

from mechdesign.arrays import FloatArray
from mechdesign.errors import InvalidInputError
from mechdesign.model import (
    Lottery,
    Number,
    Outcome,
    Problem,
    Reference,
    as_list,
    as_number,
    mechanism,
    number_in,
    ratio,
    tidy,
)
from mechdesign.pluralistic.settings import Policies, policies
from mechdesign.pluralistic.welfare_lotteries import (
    leximin,
    lowest_mean,
    nash,
    pairwise_minima,
    soft_maxmin,
    soft_utilitarian,
)

__all__ = [
    "gini_welfare",
    "lowest_share",
    "maxmin",
    "nash_welfare",
    "random_group",
    "utilitarian",
]

_SETTING: Policies = policies()
Scale = Literal["raw", "range", "regret"]
MAXMIN = Reference(
    "chakraborty2024",
    "Chakraborty, S. and others",
    "MaxMin-RLHF: Alignment with Diverse Human Preferences",
    2024,
    "International Conference on Machine Learning",
    arxiv="2402.08925",
)


@mechanism("pluralistic.maxmin", setting=_SETTING, reference=MAXMIN, anonymous=True)
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
    scale : {"raw", "range", "regret"}
        Utilities as they are, from 0 to 1 in each group, or less the best one of the group.
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
    rows, base = _scaled(problem, scale), _reference(problem, ref)
    if beta == 0:
        return _lottery(problem, leximin(rows)[0])
    p, _, _ = soft_maxmin(_floats(rows), base, float(beta))
    return _lottery(problem, p.tolist())


@mechanism("pluralistic.utilitarian", setting=_SETTING, anonymous=True)
def utilitarian(
    problem: Problem,
    *,
    beta: Annotated[Number, number_in(0)] = 0,
    scale: Literal["raw", "range"] = "raw",
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
    rows, base = _scaled(problem, scale), _reference(problem, ref)
    weights = _weights(problem)
    totals: list[Number] = [
        sum((w * row[x] for w, row in zip(weights, rows, strict=True)), Fraction(0))
        for x in range(len(rows[0]))
    ]
    if beta == 0:
        best = [x for x, total in enumerate(totals) if total == max(totals)]
        return _lottery(problem, [Fraction(x in best, len(best)) for x in range(len(totals))])
    # A departure costs every group the same: only the mean utility counts beside it.
    means = np.array([float(ratio(x, sum(weights))) for x in totals])
    found = soft_utilitarian(means, base, float(beta))
    return _lottery(problem, found.tolist())


@mechanism("pluralistic.nash_welfare", setting=_SETTING, anonymous=True)
def nash_welfare(problem: Problem, *, zero: Literal["worst", "none"] = "worst") -> Lottery:
    """The lottery with the largest weighted product of what groups get above their worst.

    Parameters
    ----------
    problem : utilities of groups
        See :func:`policies`; groups that can get nothing do not count.
    zero : {"worst", "none"}
        Whether utilities are above the worst alternative of each group, or as they are, which must
        then not be negative.

    Examples
    --------
    >>> votes = [(1, 0, Fraction(3, 5)), (0, 1, Fraction(3, 5))]
    >>> nash_welfare(votes, weights=[4, 1])
    Lottery over 2 outcomes
      1/2        0
      1/2        2
    """
    pairs = []
    for k, (row, w) in enumerate(zip(problem.types, _weights(problem), strict=True)):
        low = min(row) if zero == "worst" else 0
        if min(row) < low:
            raise InvalidInputError(f"types[{k}]", "not be negative with zero='none'", row)
        if max(row) > low and w:
            pairs.append(([x - low for x in row], w))
    n = len(problem.data.alternatives)
    if not pairs:
        return _lottery(problem, [Fraction(1, n)] * n)
    p, _ = nash([row for row, _ in pairs], [w for _, w in pairs])
    return _lottery(problem, p)


@mechanism("pluralistic.gini_welfare", setting=_SETTING, anonymous=True)
def gini_welfare(problem: Problem, *, scale: Literal["raw", "range"] = "raw") -> Lottery:
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
    rows = _scaled(problem, scale)
    return _lottery(problem, pairwise_minima(rows, _weights(problem))[0])


@mechanism("pluralistic.lowest_share", setting=_SETTING, anonymous=True)
def lowest_share(
    problem: Problem,
    *,
    share: Annotated[Number, number_in(0, 1)] = Fraction(1, 2),
    scale: Literal["raw", "range"] = "raw",
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
    rows = _scaled(problem, scale)
    return _lottery(problem, lowest_mean(rows, _weights(problem), share)[0])


@mechanism("pluralistic.random_group", setting=_SETTING, anonymous=True)
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
    weights = _weights(problem)
    mass: list[Number] = [Fraction(0)] * len(problem.data.alternatives)
    for row, weight in zip(problem.types, weights, strict=True):
        best = [x for x, u in enumerate(row) if u == max(row)]
        for x in best:
            mass[x] += weight * Fraction(1, len(best))
    return _lottery(problem, [ratio(x, sum(weights)) for x in mass])


def _weights(problem: Problem) -> tuple[Number, ...]:
    _SETTING.check(problem)
    return problem.weights or (1,) * len(problem)


def _scaled(problem: Problem, scale: str) -> list[list[Number]]:
    """Utilities on the scale on which they are compared; of an indifferent group 1 in a range."""
    _SETTING.check(problem)
    rows: list[list[Number]] = []
    for row in problem.types:
        low, high = min(row), max(row)
        if scale == "regret":
            rows.append([x - high for x in row])
        elif scale == "range":
            rows.append([ratio(x - low, high - low) if high > low else 1 for x in row])
        else:
            rows.append(list(row))
    return rows


def _floats(rows: Sequence[Sequence[Number]]) -> FloatArray:
    return np.array([[float(x) for x in row] for row in rows])


def _reference(problem: Problem, ref: Sequence[Number] | None) -> FloatArray:
    n = len(problem.data.alternatives)
    if ref is None:
        return np.full(n, -np.log(n))
    found = [float(as_number(x, f"ref[{k}]", low=0)) for k, x in enumerate(as_list(ref, "ref"))]
    if len(found) != n or not all(found) or abs(sum(found) - 1) > 1e-9:
        raise InvalidInputError("ref", f"be {n} positive numbers that sum to 1", ref)
    return np.log(np.array(found) / sum(found))


def _lottery(problem: Problem, p: Sequence[Any]) -> Lottery:
    if any(isinstance(x, float) for x in p):
        kept = [float(x) if x > 1e-15 else 0.0 for x in p]
        p = [x / sum(kept) for x in kept]
    one = Outcome(problem.data.alternatives[0], problem=problem, setting=_SETTING)
    labels = problem.data.alternatives
    return Lottery((tidy(x), replace(one, choice=a)) for x, a in zip(p, labels, strict=True))
