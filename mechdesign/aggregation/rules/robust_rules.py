"""Rules that a few strange tasks cannot move far: trimmed means, means and medians of ranks."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Annotated

from mechdesign.aggregation.profiles.problems import profile_of, score_matrix
from mechdesign.aggregation.reading import rule
from mechdesign.aggregation.references import AGARWAL2021
from mechdesign.aggregation.results import AggregationResult, by_scores
from mechdesign.aggregation.settings import rankings, scores
from mechdesign.errors import InvalidInputError
from mechdesign.model import Number, Problem, number_in, ratio

__all__ = ["rank_mean", "rank_median", "trimmed_mean"]

_HALF = Fraction(1, 2)


@rule("aggregation.trimmed_mean", reference=AGARWAL2021, setting=scores())
def trimmed_mean(
    problem: Problem, *, trim: Annotated[Number, number_in(0, below=_HALF)] = Fraction(1, 4)
) -> AggregationResult:
    """The mean of the scores of a system without its lowest and its highest ones.

    Parameters
    ----------
    problem : scores
        See :func:`read`; tasks of equal weight.  A system is averaged over the tasks that it has.
    trim : number in [0, 1/2)
        The share of the scores to leave out at each end, rounded down to whole scores.

    Returns
    -------
    AggregationResult
        Exact where the scores are.

    Raises
    ------
    InvalidInputError
        If weights differ, or a system has no score.

    Examples
    --------
    >>> trimmed_mean({"A": [1, 50, 52, 99], "B": [60, 50, 49, 0]}).scores
    {'A': 51, 'B': Fraction(99, 2)}
    """
    if len({problem.weight_of(agent) for agent in problem.agents}) > 1:
        raise InvalidInputError("weights", "be equal for a trimmed mean", "weights that differ")
    totals = []
    columns = score_matrix(problem).tolist()
    for label, values in zip(problem.data.alternatives, zip(*columns, strict=True), strict=True):
        known = sorted(v for v in values if v is not None and v == v)
        if not known:
            raise InvalidInputError("data", "have a score for each system", label)
        gone = int(trim * len(known))
        kept = known[gone : len(known) - gone]
        total = sum(kept)
        many = len(kept)
        totals.append(ratio(total, many))
    return by_scores(problem, totals, algorithm=f"{trim} left out at each end")


@rule("aggregation.rank_mean", setting=rankings())
def rank_mean(problem: Problem) -> AggregationResult:
    """The mean rank of a system, over the tasks that rank it.

    Parameters
    ----------
    problem : rankings or scores
        See :func:`read`; tied systems share the mean of their ranks.

    Returns
    -------
    AggregationResult
        Scores are minus the mean ranks, exactly.  With complete data the order is Borda's.

    Examples
    --------
    >>> rank_mean({"A > B > C": 1, "B > A = C": 1}).scores
    {'A': Fraction(-7, 4), 'B': Fraction(-3, 2), 'C': Fraction(-11, 4)}
    """
    totals: list[Number] = []
    for ranks, weights in _ranks(problem):
        norm = sum(weights)
        totals.append(-sum(w * r for w, r in zip(weights, ranks, strict=True)) / norm)
    return by_scores(problem, totals, algorithm="ranks among those ranked")


@rule("aggregation.rank_median", setting=rankings())
def rank_median(problem: Problem) -> AggregationResult:
    """The (weighted) median rank of a system, over the tasks that rank it.

    Parameters
    ----------
    problem
        As in :func:`rank_mean`.

    Returns
    -------
    AggregationResult
        Scores are minus the median ranks, exactly; where half of the weight lies on each side of a
        gap, its middle.

    Examples
    --------
    >>> rank_median({"A > B > C": 2, "C > B > A": 1}).scores
    {'A': -1, 'B': -2, 'C': -3}
    """
    totals = [-weighted_median(ranks, weights) for ranks, weights in _ranks(problem)]
    return by_scores(problem, totals, algorithm="ranks among those ranked")


def _ranks(problem: Problem) -> list[tuple[list[Fraction], list[int]]]:
    """For each system its ranks and the integer weights of the tasks that rank it."""
    profile = profile_of(problem)
    doubled = profile.doubled_positions()
    counts = profile.counts.tolist()
    found = []
    for i, label in enumerate(profile.alternatives):
        pairs = zip(doubled[:, i].tolist(), counts, strict=True)
        ranked = [(Fraction(d + 2, 2), c) for d, c in pairs if d >= 0]
        if not any(c for _, c in ranked):
            raise InvalidInputError("data", "rank each system with positive weight", label)
        found.append(([r for r, _ in ranked], [c for _, c in ranked]))
    return found


def weighted_median(values: Sequence[Fraction], weights: Sequence[int]) -> Fraction:
    """The value with half of the weight on each side; the middle of the two where there is a gap.

    Examples
    --------
    >>> weighted_median([Fraction(1), Fraction(2)], [1, 1])
    Fraction(3, 2)
    """
    pairs = sorted((v, w) for v, w in zip(values, weights, strict=True) if w)
    half = Fraction(sum(w for _, w in pairs), 2)
    passed = 0
    for k, (value, weight) in enumerate(pairs):
        passed += weight
        if passed > half:
            return value
        if passed == half:
            return (value + pairs[k + 1][0]) / 2
    raise InvalidInputError("weights", "not be all zero", list(weights))
